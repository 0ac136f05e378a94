"""The run over the sample texts, kept as text: a change of any cell shows as a diff.

`python tests/refresh.py` writes the kept files again; read the diff before you commit it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
REMEDY = "if the change is meant: python tests/refresh.py, and read the diff"


@pytest.mark.parametrize("kept", ["tests/golden", "extracted/example"])
def test_the_run_is_the_kept_one(kept: str, sample_run: Path) -> None:
    folder = CHECKOUT / kept
    made = {path.name for path in sample_run.iterdir()} - {"run.json"}
    assert made == {path.name for path in folder.iterdir()}, REMEDY
    for name in sorted(made):
        mine, theirs = (sample_run / name).read_text(encoding="utf-8"), (folder / name).read_text(encoding="utf-8")
        assert mine.splitlines() == theirs.splitlines(), f"{name}: {REMEDY}"
        assert (sample_run / name).read_bytes() == (folder / name).read_bytes(), f"{name}: {REMEDY}"


def test_readme_shows_the_kept_run() -> None:
    spec = importlib.util.spec_from_file_location("refresh", CHECKOUT / "tests" / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    refresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(refresh)
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert refresh.excerpt(CHECKOUT / "extracted" / "example") in readme, REMEDY
