"""The measurements of bench/ run and say what they promise; the figures are for readers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

PAIRS = """name_a,municipality_a,name_b,municipality_b,same
Gemeente Meppel,Meppel,gem. Meppel,Meppel,{}
Huisartsenpraktijk De Linde,Zutphen,Fysiotherapie De Beuk,Zutphen,no
"""


def measured(path: Path, label: str) -> str:
    path.write_text(PAIRS.format(label), encoding="utf-8")
    command = [sys.executable, CHECKOUT / "bench" / "pairs.py", path]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_pairs_that_agree_with_their_labels(tmp_path: Path) -> None:
    printed = measured(tmp_path / "pairs.csv", "yes")
    assert "2 pairs, F1 1.000" in printed
    assert "1 pairs, 0 wrong" in printed


def test_a_wrong_pair_of_the_auto_band_is_named(tmp_path: Path) -> None:
    printed = measured(tmp_path / "pairs.csv", "no")
    assert "2 pairs, F1 0.000" in printed
    assert "Gemeente Meppel (Meppel) / gem. Meppel (Meppel)" in printed
