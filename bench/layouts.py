"""What a change of layout does to the figures: python bench/layouts.py TEXTS GOLD"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CLI = Path(__file__).resolve().parent.parent / "cli.py"
MEASURES = ("title", "headings", "section_kinds", "participants", "organisation_mentions", "contacts", "dates")
BULLET = re.compile(r"(?m)^([ \t]*)[•*▪-][ \t]+")
CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "bullets -": lambda text: BULLET.sub(r"\1- ", text),
    "bullets o": lambda text: BULLET.sub(r"\1o ", text),
    "NBSP": lambda text: re.sub(r"(?m)^([ \t]*[•*▪-]|\d+[.)]) +", "\\1\u00a0", text),
    "indented": lambda text: BULLET.sub("    • ", text),
    "blanks x2": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "no blanks": lambda text: re.sub(r"\n\s*\n", "\n", text),
}


def main(texts: Path, gold: Path) -> None:
    print(" ".join(f"{name:>9.9}" for name in ("", *MEASURES)))
    for name, change in CHANGES.items():
        with tempfile.TemporaryDirectory() as folder:
            changed, run = Path(folder) / "texts", Path(folder) / "run"
            changed.mkdir()
            for path in sorted(texts.glob("*.txt")):
                (changed / path.name).write_bytes(change(path.read_text(encoding="utf-8")).encode())
            subprocess.run([sys.executable, CLI, "extract", changed, "--out", run, "--quiet"], check=True)
            done = subprocess.run(
                [sys.executable, CLI, "evaluate", run, gold, "--json"], check=True, capture_output=True
            )
        figures = json.loads(done.stdout)
        print(" ".join([f"{name:>9}", *(f"{figures[measure]['f1']:>9.3f}" for measure in MEASURES)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
