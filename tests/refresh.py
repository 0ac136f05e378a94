"""Writes again what is kept in the repository because it was made by a command. Look at the change before committing.

python tests/refresh.py            the golden run, the example run and README's excerpt
python tests/refresh.py figures    the recorded corpus figures (needs the shared corpus)
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
MARKS = ("<!-- excerpt: filled by `python tests/refresh.py` -->", "<!-- end of excerpt -->")


def coalitie(*args: str | Path) -> str:
    """A command of the checkout, with the embedded model whatever is installed."""
    environment = {**os.environ, "COALITIE_MODEL": "embedded"}
    done = subprocess.run(
        [sys.executable, CHECKOUT / "cli.py", *map(str, args)], env=environment, check=True, capture_output=True
    )
    return done.stdout.decode("utf-8")


def golden() -> None:
    """The golden run, over the sample texts, and the example run that README shows."""
    with tempfile.TemporaryDirectory() as folder:  # a run of its own, so that ids are those of a first run
        for target in (CHECKOUT / "tests" / "golden", CHECKOUT / "extracted" / "example"):
            coalitie("extract", CHECKOUT / "raw", "--out", Path(folder) / target.name)
            target.mkdir(parents=True, exist_ok=True)
            for old in target.iterdir():
                old.unlink()
            for path in sorted((Path(folder) / target.name).iterdir()):
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
        lines = [f"`{name}.csv`", "", f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
        lines += [f"| {' | '.join(' '.join(row[cell].split()) for cell in header)} |" for row in rows[:4]]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def readme_with(text: str, filling: str) -> str:
    before, _, rest = text.partition(MARKS[0])
    return f"{before}{MARKS[0]}\n\n{filling}\n\n{MARKS[1]}{rest.partition(MARKS[1])[2]}"


def corpus_figures(part: str, folder: Path) -> dict[str, float]:
    """F1 per measure on one part of the shared corpus."""
    corpus = SHARED / "corpus"
    texts, gold = (
        (corpus / "texts", corpus / "gold") if part == "texts" else (corpus / part / "texts", corpus / part / "gold")
    )
    coalitie("extract", texts, "--out", folder / part, "--quiet")
    figures = json.loads(coalitie("evaluate", folder / part, gold, "--json"))
    return {name: figure["f1"] for name, figure in figures.items()}


def main() -> None:
    if sys.argv[1:] == ["figures"]:
        with tempfile.TemporaryDirectory() as folder:
            figures = {part: corpus_figures(part, Path(folder)) for part in ("texts", "invented")}
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        return
    golden()
    readme = CHECKOUT / "README.md"
    text = readme_with(readme.read_text(encoding="utf-8"), excerpt(CHECKOUT / "extracted" / "example"))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
