"""Writes again what is kept in the repository because it was made by a command. Look at the change before committing.

python tests/refresh.py            the golden run, the example run, README's excerpt, the pages of docs/reference
python tests/refresh.py licences   docs/reference/licences.md, from what is installed here
python tests/refresh.py figures    the recorded corpus figures (all parts only where the shared corpus is)
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("COALITIE_SHARED") or CHECKOUT.parent / "shared")
FIGURES = CHECKOUT / "tests" / "corpus_figures.json"
REFERENCE = CHECKOUT / "docs" / "reference"
MARKS = ("<!-- excerpt: filled by `python tests/refresh.py` -->", "<!-- end of excerpt -->")


def coalitie(*args: str | Path) -> str:
    """A command of the checkout, with the embedded model whatever is installed."""
    environment = {**os.environ, "COALITIE_MODEL": "embedded"}
    command = [sys.executable, CHECKOUT / "cli.py", *map(str, args)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True)
    if done.returncode > 1:
        raise SystemExit(done.stderr.decode("utf-8"))
    return done.stdout.decode("utf-8")


KEPT = {  # folder → the inputs of its run
    CHECKOUT / "tests" / "golden" / "run": CHECKOUT / "tests" / "golden" / "raw",
    CHECKOUT / "extracted" / "example": CHECKOUT / "raw",
}


def make(raw: Path, out: Path) -> None:
    """A first run over a folder with texts and, where it has one, its judgements."""
    judgements = ["--judgements", raw / "judgements.csv"] if (raw / "judgements.csv").exists() else []
    coalitie("extract", raw, "--out", out, *judgements)


def golden() -> None:
    """The golden run, with a judgement and an error in it, and the example run that README shows."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (target, raw) in enumerate(KEPT.items()):
            out = Path(folder) / str(number)
            make(raw, out)
            target.mkdir(parents=True, exist_ok=True)
            for old in target.iterdir():
                old.unlink()
            for path in sorted(out.iterdir()):
                if path.name != "run.json":  # the only file with clock times
                    (target / path.name).write_bytes(path.read_bytes())


def excerpt(folder: Path) -> str:
    """Three tables of a run in a few lines, as Markdown."""
    parts = []
    for name, header in (
        ("participants", ("document_id", "text", "type", "group", "organisation", "start", "end")),
        ("organisations", ("name", "type", "scope", "n_documents", "names")),
        ("duplicates", ("name_a", "name_b", "score", "band", "evidence")),
    ):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        if name == "organisations":
            rows.sort(key=lambda row: (-row["names"].count(";"), row["name"]))
        elif name == "participants":
            rows = [row for row in rows if row["document_id"] == "meppel"][4:]
        shown = [*rows[:2], *rows[-2:]] if name == "duplicates" else rows[:4]
        lines = [f"`{name}.csv`", "", f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
        lines += [f"| {' | '.join(' '.join(row[cell].split()) for cell in header)} |" for row in shown]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def readme_with(text: str, filling: str) -> str:
    before, _, rest = text.partition(MARKS[0])
    return f"{before}{MARKS[0]}\n\n{filling}\n\n{MARKS[1]}{rest.partition(MARKS[1])[2]}"


def corpora() -> dict[str, tuple[Path, Path]]:
    """The texts and the gold of each part: the project's own, and the shared corpus where it is."""
    shared = SHARED / "corpus"
    parts = {
        "own": (CHECKOUT / "tests" / "corpus" / "texts", CHECKOUT / "tests" / "corpus" / "gold"),
        "texts": (shared / "texts", shared / "gold"),
        "invented": (shared / "invented" / "texts", shared / "invented" / "gold"),
    }
    return {part: folders for part, folders in parts.items() if folders[0].is_dir()}


def corpus_figures(part: str, texts: Path, gold: Path, folder: Path) -> dict[str, float]:
    """F1 per measure on one part."""
    coalitie("extract", texts, "--out", folder / part, "--quiet")
    figures = json.loads(coalitie("evaluate", folder / part, gold, "--json"))
    return {name: figure["f1"] for name, figure in figures.items()}


def main() -> None:
    import reference  # beside this file; tests load this one by its path

    if sys.argv[1:] == ["figures"]:
        with tempfile.TemporaryDirectory() as folder:
            figures = {part: corpus_figures(part, *where, Path(folder)) for part, where in corpora().items()}
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        return
    if sys.argv[1:] == ["licences"]:
        (REFERENCE / "licences.md").write_text(reference.licences(), encoding="utf-8")
        return
    golden()
    readme = CHECKOUT / "README.md"
    text = readme_with(readme.read_text(encoding="utf-8"), excerpt(CHECKOUT / "extracted" / "example"))
    readme.write_text(text, encoding="utf-8")
    for name, page in reference.pages().items():
        (REFERENCE / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
