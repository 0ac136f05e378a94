"""Two runs kept as text, so that a change of any cell shows as a diff: a golden one with a judgement and an error in it,
and the example over the sample texts.

`python tests/refresh.py` writes the kept files again; read the diff before you commit it.
"""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
CHECKOUT = Path(__file__).resolve().parent.parent
REMEDY = "if the change is meant: python tests/refresh.py, and read the diff"


def compare(made: Path, kept: Path) -> None:
    names = {path.name for path in made.iterdir()} - {"run.json"}
    assert names == {path.name for path in kept.iterdir()}, REMEDY
    for name in [*sorted(names - {"datapackage.json"}), "datapackage.json"]:  # its hashes say less than the tables
        mine, theirs = (made / name).read_bytes(), (kept / name).read_bytes()
        assert mine.decode("utf-8").splitlines() == theirs.decode("utf-8").splitlines(), f"{name}: {REMEDY}"
        assert mine == theirs, f"{name}: {REMEDY}"


def test_the_golden_run(coalitie: Coalitie, tmp_path: Path) -> None:
    raw = CHECKOUT / "tests" / "golden" / "raw"
    done = coalitie("extract", raw, "--out", "run", "--judgements", raw / "judgements.csv")
    assert done.returncode == 1, done.stderr  # one text is empty
    compare(tmp_path / "run", CHECKOUT / "tests" / "golden" / "run")


def test_the_example_run(sample_run: Path) -> None:
    compare(sample_run, CHECKOUT / "extracted" / "example")


@pytest.fixture
def refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", CHECKOUT / "tests" / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_readme_shows_the_example_run(refresh: ModuleType) -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert refresh.excerpt(CHECKOUT / "extracted" / "example") in readme, REMEDY
