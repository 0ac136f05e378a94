"""No figure on the shared corpus falls below the recorded one.

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


@pytest.mark.parametrize("part", ["texts", "invented"])
def test_no_figure_falls(part: str, shared: Path, coalitie: Coalitie, tmp_path: Path) -> None:
    if not FIGURES.exists():
        pytest.skip("no figures are recorded yet (python tests/refresh.py figures)")
    corpus = shared / "corpus"
    folders = (
        (corpus / "texts", corpus / "gold") if part == "texts" else (corpus / part / "texts", corpus / part / "gold")
    )
    done = coalitie("extract", folders[0], "--out", "run", "--quiet")
    assert done.returncode == 0, done.stderr
    now = {name: figure.f1 for name, figure in evaluate(tmp_path / "run", folders[1]).figures.items()}
    recorded = json.loads(FIGURES.read_text(encoding="utf-8"))[part]
    fallen = {name: (was, now[name]) for name, was in recorded.items() if now[name] < was}
    assert not fallen, f"F1 recorded and now: {fallen}"
