"""No figure on our own texts with gold, and on the shared corpus where it is, falls below the recorded one.

`python tests/refresh.py figures` records them; a commit that lowers a figure says why.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from coalitie.pipeline.evaluation import evaluate

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
FIGURES = Path(__file__).resolve().parent / "corpus_figures.json"


OWN = Path(__file__).resolve().parent / "corpus"


def folders(part: str, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    if part == "own":
        return OWN / "texts", OWN / "gold"
    corpus: Path = request.getfixturevalue("shared") / "corpus"  # skips with a reason where it is absent
    return (corpus / "texts", corpus / "gold") if part == "texts" else (corpus / part / "texts", corpus / part / "gold")


@pytest.mark.parametrize("part", ["own", "texts", "invented"])
def test_no_figure_falls(part: str, request: pytest.FixtureRequest, coalitie: Coalitie, tmp_path: Path) -> None:
    texts, gold = folders(part, request)
    done = coalitie("extract", texts, "--out", "run", "--quiet")
    assert done.returncode == 0, done.stderr
    now = {name: figure.f1 for name, figure in evaluate(tmp_path / "run", gold).figures.items()}
    recorded = json.loads(FIGURES.read_text(encoding="utf-8"))[part]
    fallen = {name: (was, now[name]) for name, was in recorded.items() if now[name] < was}
    assert not fallen, f"F1 recorded and now: {fallen}"
