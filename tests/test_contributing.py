"""What CONTRIBUTING.md tells a newcomer to do, done: one more wording of a heading."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def coalitie(folder: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "coalitie.cli", *args], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kind_of(folder: Path, heading: str, *options: str) -> str:
    coalitie(folder, "extract", "page.txt", "--out", "run", "--model", "embedded", *options)
    with (folder / "run" / "sections.csv").open(encoding="utf-8", newline="") as handle:
        return next(row["kind"] for row in csv.DictReader(handle) if row["heading"] == heading)


def test_a_newcomer_adds_the_wording_of_a_heading(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "rules", tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    (text,) = re.findall(r"```text\n(.*?Onze tafelgenoten.*?)```", PAGE, re.DOTALL)
    (tmp_path / "page.txt").write_text(re.sub(r"^ +", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert kind_of(tmp_path, "Onze tafelgenoten") == "other"

    lines = dict(re.findall(r"^ *(phrases|examples|not): \[(.*), \.\.\.\]$", PAGE, re.MULTILINE))
    path = tmp_path / "rules" / "headings.yaml"
    before, name, record = path.read_text(encoding="utf-8").partition("- id: participants.nouns")
    for key, words in lines.items():  # the words of the page come before those that the record has
        record = record.replace(f"{key}: [", f"{key}: [{words.rpartition(', ')[0]}, ", 1)
    path.write_text(before + name + record, encoding="utf-8")

    assert len(lines) == 3
    coalitie(tmp_path, "rules", "check", "rules")
    assert kind_of(tmp_path, "Onze tafelgenoten", "--rules", "rules") == "participants"
