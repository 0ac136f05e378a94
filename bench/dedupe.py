"""`coalitie dedupe` beside what people use instead: python bench/dedupe.py --sizes 1000 10000 --rivals string_grouper

Tables go to standard output; `--write docs` makes docs/benchmark.md and docs/benchmark.svg of the same figures.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import Any

from rivals import RIVALS, components
from scoring import Curve, Quality, curve, quality, recall_with
from spellings import normalised

BENCH = Path(__file__).resolve().parent
CLI = BENCH.parent / "cli.py"
US = "coalitie"
STEPS = 15  # thresholds that are tried between a tool's lowest and highest score
OWN_FIGURES = ("candidate_recall", "candidate_pairs", "blocks_cut", "auto", "review", "auto_precision_bound")
PACKAGES = ("coalitie", "rapidfuzz", "string-grouper", "splink", "duckdb")
DASH = "–"


@dataclass
class Measurement:
    """One tool on one population."""

    tool: str
    size: int
    cpu: float
    wall: float
    memory: float
    quality: Quality
    figures: dict[str, Any] = field(default_factory=dict)  # of coalitie alone: what it says about its own run


@dataclass(frozen=True)
class Tuned:
    """The best that a tool could do, had its threshold been chosen with the answers at hand."""

    tool: str
    size: int
    threshold: float
    quality: Quality


@dataclass
class Findings:
    measurements: list[Measurement] = field(default_factory=list)
    tuned: list[Tuned] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)
    n_pairs: int = 0

    def of(self, tool: str) -> list[Measurement]:
        return [found for found in self.measurements if found.tool == tool]

    @property
    def tools(self) -> list[str]:
        return list(dict.fromkeys(found.tool for found in self.measurements))


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def measured(*command: str | Path) -> dict[str, Any] | None:
    """The costs of a command, or None where it failed; it says itself why."""
    done = subprocess.run(
        [sys.executable, BENCH / "measured.py", sys.executable, *command], check=True, stdout=subprocess.PIPE
    )
    costs: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return costs if costs.pop("status") == 0 else None


def run_coalitie(population: Path, size: int, folder: Path) -> Measurement | None:
    out = folder / f"{US}-{size}"
    options = ("--name", "name", "--municipality", "municipality", "--id", "id", "--out", out, "--quiet")
    costs = measured(CLI, "dedupe", population, *options)
    if costs is None:
        return None
    rows = dict(zip(column(out / "rows.csv", "id"), column(out / "rows.csv", "organisation_id"), strict=True))
    found = [rows[row] for row in column(population, "id")]
    truth = column(population, "body")
    figures = {**bands(out / "duplicates.csv", population), **own_figures(out / "run.json")}
    figures["offered_recall"] = recall_with(truth, found, for_review(out / "duplicates.csv"))
    return Measurement(US, size, **costs, quality=quality(truth, found), figures=figures)


def own_figures(run: Path) -> dict[str, Any]:
    found = json.loads(run.read_text(encoding="utf-8")).get("deduplication", {})
    return {name: found[name] for name in OWN_FIGURES if name in found}


def for_review(duplicates: Path) -> list[tuple[str, str]]:
    """The organisations between which a steward is asked to decide."""
    with duplicates.open(encoding="utf-8-sig", newline="") as file:
        return [(r["organisation_id_a"], r["organisation_id_b"]) for r in csv.DictReader(file) if r["band"] == "review"]


def bands(duplicates: Path, population: Path) -> dict[str, Any]:
    """Pairs of names in each band of duplicates.csv, and how many of them are one body in truth."""
    with population.open(encoding="utf-8", newline="") as file:
        body = {(normalised(row["name"]), row["municipality"]): row["body"] for row in csv.DictReader(file)}
    counts, right = Counter[str](), Counter[str]()
    with duplicates.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            ours, theirs = (body.get((normalised(row[f"name_{side}"]), row[f"municipality_{side}"])) for side in "ab")
            counts[row["band"]] += 1
            right[row["band"]] += ours == theirs is not None
    return {**counts, **{f"{band}_right": right[band] / count for band, count in counts.items()}}


def run_rival(tool: str, population: Path, size: int, folder: Path) -> Measurement | None:
    out = folder / f"{tool}-{size}.csv"
    costs = measured(BENCH / "rivals.py", tool, population, out)
    if costs is None:
        return None
    return Measurement(tool, size, **costs, quality=quality(column(population, "body"), column(out, "cluster")))


def tune(tool: str, population: Path, size: int, folder: Path) -> Tuned | None:
    rival, scores = RIVALS[tool], folder / f"{tool}-{size}-scores.csv"
    lowest = ("--threshold", str(rival.lowest), "--scores", scores)
    if measured(BENCH / "rivals.py", tool, population, folder / "any.csv", *lowest) is None:
        return None
    ids = {row: at for at, row in enumerate(column(population, "id"))}
    truth = column(population, "body")
    names = ("id_a", "id_b", "score")
    links = [
        (ids[a], ids[b], float(score)) for a, b, score in zip(*(column(scores, name) for name in names), strict=True)
    ]
    ceiling = 100.0 if rival.threshold > 1 else 1.0
    thresholds = [rival.lowest + (ceiling - rival.lowest) * step / STEPS for step in range(STEPS)]
    outcomes = [
        Tuned(tool, size, at, quality(truth, components(len(truth), (link for link in links if link[2] >= at))))
        for at in thresholds
    ]
    return max(outcomes, key=lambda outcome: outcome.quality.f1)


def measure(sizes: Sequence[int], rivals: Sequence[str], seed: int, tune_at: int, kept: list[Measurement]) -> Findings:
    """All tools on all sizes; what is in `kept` is not measured again."""
    findings, known = Findings(), {(found.tool, found.size): found for found in kept}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            population = folder / f"population-{size}.csv"
            command: list[str | Path] = [
                sys.executable,
                BENCH / "population.py",
                str(size),
                population,
                "--seed",
                str(seed),
            ]
            subprocess.run(command, check=True, stdout=sys.stderr)
            for tool in (US, *rivals):
                if tool != US and size > RIVALS[tool].most:
                    continue
                print(f"{tool} on {size}", file=sys.stderr)
                run = run_coalitie if tool == US else _rival(tool)
                found = known.get((tool, size)) or run(population, size, folder)
                findings.measurements += [found] if found else []
                if tool not in (US, "equality") and size == tune_at and (best := tune(tool, population, size, folder)):
                    findings.tuned.append(best)
    return findings


def _rival(tool: str) -> Callable[[Path, int, Path], Measurement | None]:
    return lambda population, size, folder: run_rival(tool, population, size, folder)


def accuracy(path: Path) -> tuple[dict[str, Curve], int]:
    """Precision-recall curves on labelled pairs, of this package and of what may stand in for it."""
    import pandas as pd
    from rapidfuzz import fuzz, utils
    from string_grouper import compute_pairwise_similarities  # type: ignore[import-untyped]

    same = [answer == "yes" for answer in column(path, "same")]
    match = subprocess.run([sys.executable, CLI, "match", path, "--quiet"], check=True, stdout=subprocess.PIPE)
    ours = csv.DictReader(match.stdout.decode("utf-8-sig").splitlines())
    curves = {f"{US} match": curve(same, [float(row["score"]) for row in ours])}
    names = [column(path, f"name_{side}") for side in "ab"]
    places = [column(path, f"municipality_{side}") for side in "ab"]
    joined = [list(map(" ".join, zip(*side, strict=True))) for side in zip(names, places, strict=True)]
    for label, (left, right) in (("name", names), ("name, municipality", joined)):
        for scorer in (fuzz.WRatio, fuzz.token_set_ratio):
            scores = [scorer(a, b, processor=utils.default_process) for a, b in zip(left, right, strict=True)]
            curves[f"{scorer.__name__} ({label})"] = curve(same, scores)
        cosine = compute_pairwise_similarities(pd.Series(left), pd.Series(right)).round(9).tolist()
        curves[f"TF-IDF cosine ({label})"] = curve(same, cosine)
    return curves, len(same)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines) + "\n"


def cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.{3 if value < 10 else 1 if value < 100 else 0}f}"
    return f"{value:,}" if isinstance(value, int) else DASH if value is None else str(value)


def tables(findings: Findings) -> dict[str, str]:
    """Markdown tables by their title."""
    found = {
        "Costs and outcome": table(
            ("tool", "names", "CPU s", "wall s", "peak MB", "precision", "recall", "F1", "B³ F1"),
            (
                (m.tool, m.size, m.cpu, m.wall, m.memory, *asdict(m.quality).values())
                for m in sorted(findings.measurements, key=lambda m: m.size)
            ),
        ),
        "Growth": _growth(findings),
        "What coalitie says of its runs": _own(findings),
        "Threshold chosen with the answers at hand": table(
            ("tool", "names", "threshold", "precision", "recall", "F1", "B³ F1"),
            ((t.tool, t.size, t.threshold, *asdict(t.quality).values()) for t in findings.tuned),
        ),
        f"Labelled pairs ({findings.n_pairs})": table(
            ("score", "average precision", "best F1", "at"),
            ((name, line.average_precision, *line.best) for name, line in findings.curves.items()),
        ),
    }
    return {title: text for title, text in found.items() if text.count("\n") > 2}


def _growth(findings: Findings) -> str:
    """By which power of the number of names the time grows, and the time of coalitie in that of string_grouper."""
    sizes = sorted({m.size for m in findings.measurements})
    cpu = {(m.tool, m.size): m.cpu for m in findings.measurements}
    steps = list(pairwise(sizes))

    def power(tool: str, low: int, high: int) -> float | None:
        before, after = cpu.get((tool, low)), cpu.get((tool, high))
        return math.log(after / before) / math.log(high / low) if before and after else None

    rows: list[list[object]] = [[tool, *(power(tool, *step) for step in steps)] for tool in findings.tools]
    text = table(("exponent", *(f"{low:,} → {high:,}" for low, high in steps)), rows) if steps else ""
    other = "string_grouper"
    if any((other, size) in cpu for size in sizes):
        shares = [
            cpu[US, size] / cpu[other, size] if {(US, size), (other, size)} <= cpu.keys() else None for size in sizes
        ]
        text += "\n" + table(("CPU", *(f"{size:,}" for size in sizes)), [[f"{US} / {other}", *shares]])
    return text


def _own(findings: Findings) -> str:
    names = (*OWN_FIGURES, "auto_right", "review_right", "offered_recall")
    rows = ([m.size, *(m.figures.get(name) for name in names)] for m in findings.of(US))
    return table(("names", *(name.replace("_", " ") for name in names)), rows)


def versions() -> str:
    found = [f"Python {sys.version.split()[0]}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def stamp(seed: int) -> str:
    """What the figures of the rivals hang on; with another one they are measured again."""
    sources = (BENCH / name for name in ("population.py", "spellings.py", "rivals.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12] + f"-{seed}"


def load(path: Path | None, wanted: str) -> list[Measurement]:
    if path is None or not path.exists() or (kept := json.loads(path.read_text()))["stamp"] != wanted:
        return []
    return [Measurement(**{**row, "quality": Quality(**row["quality"])}) for row in kept["measurements"]]


def save(path: Path, measurements: Iterable[Measurement], wanted: str) -> None:
    rows = {(m.tool, m.size): asdict(m) for m in measurements}
    path.write_text(json.dumps({"stamp": wanted, "measurements": list(rows.values())}, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=["equality", "string_grouper"], metavar="NAME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tune", type=int, default=0, metavar="N", help="size at which thresholds are tried out")
    parser.add_argument("--pairs", type=Path, metavar="PAIRS.csv", help="labelled pairs, with a column same: yes or no")
    parser.add_argument("--write", type=Path, metavar="DOCS", help="folder for benchmark.md and benchmark.svg")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="figures of rivals, measured once and kept")
    given = parser.parse_args()
    wanted = stamp(given.seed)
    kept = load(given.keep, wanted)
    curves, n_pairs = accuracy(given.pairs) if given.pairs else ({}, 0)  # first, as it fails soonest
    findings = measure(given.sizes, given.rivals, given.seed, given.tune, [m for m in kept if m.tool != US])
    findings.curves, findings.n_pairs = curves, n_pairs
    if given.keep:
        save(given.keep, (*kept, *findings.measurements), wanted)
    sections = tables(findings)
    print("\n".join(f"## {title}\n\n{text}" for title, text in sections.items()))
    if given.write:
        from report import write_report

        command = " ".join(["python", "bench/dedupe.py", *sys.argv[1:]])
        write_report(given.write, sections, findings, command, versions())


if __name__ == "__main__":
    main()
