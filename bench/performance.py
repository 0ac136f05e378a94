"""What a run costs beside the naive way, from one run of measurements: python bench/performance.py [--full]

Processor time of a command and its children counts, not the clock: other work on the machine disturbs it less, and
ratios of one run least of all. `--write docs/performance.md` puts the tables into the page, and the plot beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from marked import put

from corpus import write_corpus

HERE = Path(__file__).resolve().parent
RULES_ONLY, EMBEDDED, NAIVE = "rules only", "with the embedded model", "naive"
QUICK, FULL = (1, 100, 1000), (1, 100, 1000, 10_000)
STAGES = {  # what `document` calls in turn
    "lines, blocks and headings": "read_blocks",
    "sections": "read_sections",
    "kinds of sections": "review_kinds",
    "municipality": "locate",
    "dates, counts, persons, programmes, places": "find_in_block",
    "votes of the name model": "model_names",
    "participants and mentions": "read_participants",
    "learned decisions on names and members": "Review.read",
    "contacts": "find_contacts",
    "entities": "assemble_entities",
}
OF_STAGES = 300  # texts
MEASURES = ("headings", "section_kinds", "participants", "organisation_mentions", "contacts", "dates", "counts",
            "organisation_clusters_b3")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds with those of children, seconds on the clock, peak megabytes of the largest process."""

    cpu: float
    wall: float
    memory: float


def measured(*command: object) -> Cost:
    """What a Python command costs."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    whole = [sys.executable, HERE / "measured.py", sys.executable, *command]
    printed = subprocess.run(list(map(str, whole)), capture_output=True, text=True, check=True, env=environment).stdout
    said = json.loads(printed.strip().splitlines()[-1])
    if said["status"]:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {said['status']}")
    return Cost(said["cpu"], said["wall"], said["memory"])


class Bed:
    """A folder with texts of every size, and the ways to read them."""

    def __init__(self, folder: Path, sizes: Sequence[int], seed: int) -> None:
        self.folder = folder
        self.out = folder / "out"
        write_corpus(folder, max(*sizes, OF_STAGES), seed)
        paths = sorted((folder / "texts").glob("*.txt"), key=lambda path: path.stem.rsplit("-", 1)[1])
        for size in sizes:
            (folder / f"texts{size}").mkdir()
            for path in paths[:size]:
                os.link(path, folder / f"texts{size}" / path.name)
        shutil.copytree(HERE.parent / "rules", folder / "rules", ignore=shutil.ignore_patterns("__pycache__"))
        learned = folder / "rules" / "learned.yaml"
        learned.write_text(re.sub(r"(?m)^(\w+): yes\b", r"\1: no", learned.read_text("utf-8")), "utf-8")
        measured(HERE / "naive.py", "make", folder / "pipeline", folder / "texts")

    def extract(self, size: int, way: str, workers: int = 1) -> Cost:
        more = ["--model", "blank:nl", "--rules", self.folder / "rules"] if way == RULES_ONLY else []
        more += ["--model", "embedded"] if way == EMBEDDED else []
        texts = self.folder / f"texts{size}"
        shutil.rmtree(self.out, ignore_errors=True)
        return measured(
            "-m", "coalitie.cli", "extract", texts, "--out", self.out, "--quiet", "--workers", workers, *more
        )

    def naive(self, size: int) -> Cost:
        out = self.folder / "naive.csv"
        return measured(HERE / "naive.py", "read", self.folder / "pipeline", self.folder / f"texts{size}", out)

    def seconds(self) -> dict[str, float]:
        """Of the stages of the last run, on the clock."""
        found: dict[str, float] = json.loads((self.out / "run.json").read_text("utf-8"))["seconds"]
        return found

    def quality(self, size: int) -> dict[str, float]:
        """F1 of the last run."""
        gold = self.folder / f"gold{size}"
        gold.mkdir()
        for path in (self.folder / f"texts{size}").glob("*.txt"):
            os.link(self.folder / "gold" / f"{path.stem}.json", gold / f"{path.stem}.json")
        command = [sys.executable, "-m", "coalitie.cli", "evaluate", self.out, gold, "--json"]
        figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return {name: figures[name]["f1"] for name in MEASURES}


# --- the tables -------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def costs(
    bed: Bed, sizes: Sequence[int], started: dict[str, float]
) -> tuple[str, dict[str, list[Cost]], dict[str, float]]:
    """The table of costs, the costs by way, and the quality of the largest run with the model."""
    ways: dict[str, Callable[[int], Cost]] = {
        NAIVE: bed.naive,
        RULES_ONLY: lambda size: bed.extract(size, RULES_ONLY),
        EMBEDDED: lambda size: bed.extract(size, EMBEDDED),
    }
    found: dict[str, list[Cost]] = {way: [] for way in ways}
    rows: list[list[object]] = []
    for size in sizes:
        for way, run in ways.items():  # side by side, so that the machine is the same for all
            found[way].append(run(size))
        base = found[NAIVE][-1]
        for way in ways:
            cost = found[way][-1]
            ratio = base.cpu / cost.cpu
            net = (base.cpu - started[NAIVE]) / max(cost.cpu - started[way], 1e-9)
            later = f"{net:.2f}" if size >= 100 else ""
            rows.append([f"{size:,}", way, f"{size / cost.cpu:.1f}", f"{ratio:.2f}", later, f"{cost.memory:.0f}"])
    head = ("documents", "way", "documents a CPU second", "× naive", "× naive, start left out", "peak MB")
    return table(head, rows), found, bed.quality(sizes[-1])


def growth(found: dict[str, list[Cost]], sizes: Sequence[int]) -> str:
    """How cost and memory grow between the sizes."""
    rows = []
    for way, costs_of_way in found.items():
        for (small, a), (large, b) in zip(
            list(zip(sizes, costs_of_way, strict=True))[:-1],
            list(zip(sizes, costs_of_way, strict=True))[1:],
            strict=True,
        ):
            each = 1000 * (b.cpu - a.cpu) / (large - small)
            rows.append([way, f"{small:,} to {large:,}", f"{each:.1f}", f"{b.memory - a.memory:+.0f}"])
    return table(("way", "documents", "CPU ms for each more", "peak MB more"), rows)


def starts() -> str:
    """What a command costs before it does anything."""
    with tempfile.TemporaryDirectory() as name:
        text = Path(name) / "tiel.txt"
        text.write_text("Coalitie in Tiel, Gelderland\n\nDeelnemers\n\n- Voedselbank Tiel\n- GGD\n", "utf-8")
        run = ("-m", "coalitie.cli", "extract", text, "--quiet", "--fresh", "--out", Path(name) / "out", "--model")
        commands = {
            "`import spacy` alone": ("-c", "import spacy"),
            "`coalitie --help`": ("-m", "coalitie.cli", "--help"),
            "one document, `--model blank:nl`": (*run, "blank:nl"),
            "one document, embedded model": (*run, "embedded"),
        }
        found = {said: min(measured(*command).cpu for _ in range(3)) for said, command in commands.items()}
    spacy = found["`import spacy` alone"]
    return table(("command", "CPU seconds", "× `import spacy`"),
                 [[said, f"{cpu:.2f}", f"{cpu / spacy:.2f}"] for said, cpu in found.items()])  # fmt: skip


def stages(bed: Bed) -> str:
    """The share of each stage in the reading of a text, in this process."""
    from coalitie.pipeline import document
    from coalitie.pipeline.language.model import choose_model, load_model
    from coalitie.pipeline.learned import Learned
    from coalitie.pipeline.records import Text
    from coalitie.pipeline.rulebook import Rulebook

    spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)

    def timed(said: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def run(*args: Any, **kwargs: Any) -> Any:
            before = time.process_time()
            try:
                return work(*args, **kwargs)
            finally:
                spent[said] += time.process_time() - before

        return run

    rulebook, language = Rulebook(), load_model(choose_model("embedded"))
    learned = Learned.of(rulebook)
    for said, name in STAGES.items():
        owner, _, method = name.rpartition(".")
        place = getattr(document, owner) if owner else document
        setattr(place, method, timed(said, getattr(place, method)))
    texts = [path.read_text("utf-8") for path in sorted((bed.folder / "texts").glob("*.txt"))[:OF_STAGES]]
    for text in texts[:50]:
        document.read_document(Text("x", text, "utf-8", ""), rulebook, language, learned)
    spent.update(dict.fromkeys(spent, 0.0))
    before = time.process_time()
    for text in texts[50:]:
        document.read_document(Text("x", text, "utf-8", ""), rulebook, language, learned)
    whole = time.process_time() - before
    rows = [[said, f"{seconds / whole:.0%}"] for said, seconds in sorted(spent.items(), key=lambda item: -item[1])]
    return table(
        ("stage of one text", "share of its time"), [*rows, ["the rest", f"{1 - sum(spent.values()) / whole:.0%}"]]
    )


def run_shares(bed: Bed) -> str:
    seconds = bed.seconds()
    named = {"documents": "reading", "organisations": "comparing names", "tables": "making tables"}
    return ", ".join(f"{said} {seconds[name] / seconds['total']:.0%}" for name, said in named.items())


def plot(found: dict[str, list[Cost]], sizes: Sequence[int], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "coalitie"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for way, costs_of_way in found.items():
        axes.plot(sizes, [cost.cpu for cost in costs_of_way], marker="o", label=way)
    axes.set(xscale="log", yscale="log", xlabel="documents", ylabel="CPU seconds, start included")
    axes.legend()
    axes.grid(visible=True, alpha=0.3)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of documents; default 1 100 1000")
    parser.add_argument("--full", action="store_true", help="also 10,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="the page that gets the tables")
    given = parser.parse_args()
    sizes = sorted(given.sizes or (FULL if given.full else QUICK))
    with tempfile.TemporaryDirectory() as name:
        bed = Bed(Path(name), sizes, given.seed)
        smallest = Path(name) / "texts1"
        if 1 not in sizes:
            smallest.mkdir()
            os.link(next((Path(name) / "texts").glob("*.txt")), smallest / "one.txt")
        started = {NAIVE: bed.naive(1).cpu, **{way: bed.extract(1, way).cpu for way in (RULES_ONLY, EMBEDDED)}}
        figures, found, quality = costs(bed, sizes, started)
        shares = run_shares(bed)
        most = sizes[-1]
        pairs = [
            (bed.extract(most, EMBEDDED, 1), bed.extract(most, EMBEDDED, 2)) for _ in range(1 if most > 1000 else 2)
        ]
        quicker = max(one.wall / two.wall for one, two in pairs)
        text = "\n".join((
            figures, growth(found, sizes),
            f"Two workers took {1 / quicker:.2f} of the time of one on the clock ({quicker:.2f} × as fast; {most:,} "
            f"documents, everything included, on a machine with {os.cpu_count()} processors).\n",
            f"Of the clock, with the model and {most:,} documents: {shares}.\n",
            stages(bed), starts(),
            table(("quality of the same run with the model", "F1"), [[k, f"{v:.3f}"] for k, v in quality.items()]),
        ))  # fmt: skip
    print(text)
    if given.write:
        put(given.write, "performance.py", text)
        plot(found, sizes, given.write.parent / "images" / "performance.svg")


if __name__ == "__main__":
    main()
