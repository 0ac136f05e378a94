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


def run(script: str, *options: object) -> str:
    command = [sys.executable, CHECKOUT / "bench" / script, *map(str, options)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=300).stdout


def test_a_population_is_the_same_for_a_seed_and_another_for_another(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        run("population.py", 300, tmp_path / f"{name}.csv", "--seed", seed)
    a, b, c = ((tmp_path / f"{name}.csv").read_text(encoding="utf-8") for name in "abc")
    assert a == b != c
    assert a.splitlines()[0] == "id,name,municipality,body"
    assert len(a.splitlines()) == 301


def test_the_recall_of_the_index_is_printed(tmp_path: Path) -> None:
    run("population.py", 400, tmp_path / "population.csv")
    assert "candidate recall 0.9" in run("candidates.py", tmp_path / "population.csv")


def test_the_benchmark_measures_a_small_population() -> None:
    printed = run("dedupe.py", "--sizes", 200, "--rivals", "equality")
    for title in ("coalitie", "equality", "candidate recall"):
        assert title in printed
