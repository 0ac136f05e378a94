"""What several test files need: the checkout's own material, the command line as a process, hand-made records."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long something takes decides no test: machines are busy.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

CHECKOUT = Path(__file__).resolve().parent.parent
# The texts and gold records of the development corpus stand next to a checkout, where they exist at all.
SHARED = Path(os.environ.get("COALITIE_SHARED") or CHECKOUT.parent / "shared")

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
PAGE = "Coalitie in Tiel, Gelderland\n\nGemeente Tiel\n\nWij doen iets.\n\nDeelnemers\n\n• Gemeente Tiel\n• GGD\n"


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared development material; tests that need it are skipped where it is absent."""
    if not (SHARED / "corpus" / "texts").is_dir():
        pytest.skip("the development corpus is not next to this checkout (set COALITIE_SHARED to its folder)")
    return SHARED


def run_coalitie(
    *args: str | Path, cwd: Path, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`coalitie ARGS` as a process of its own, with the embedded model whatever is installed."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COALITIE_MODEL", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "-m", "coalitie.cli", *map(str, args)],
        cwd=cwd,
        input=stdin if stdin is not None else b"",
        capture_output=True,
        env={**kept, "COALITIE_MODEL": "embedded", "PYTHONSAFEPATH": "1", **environment},
        timeout=300,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture
def coalitie(tmp_path: Path) -> Coalitie:
    """The command line, run in the test's own folder unless `cwd` says otherwise."""

    def run(*args: str | Path, cwd: Path = tmp_path, stdin: bytes | None = None, **environment: str) -> object:
        return run_coalitie(*args, cwd=cwd, stdin=stdin, **environment)

    return run  # type: ignore[return-value]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the sample texts in raw/, made once; tests read it and never write to it."""
    folder = tmp_path_factory.mktemp("sample")
    done = run_coalitie("extract", CHECKOUT / "raw", "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "run"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder as a user has one: a text, an empty folder, tables of names and of pairs."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "tiel.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "names.csv").write_text("naam\nGGD\n", encoding="utf-8")
    (tmp_path / "names.xlsx").write_bytes(b"PK")
    (tmp_path / "pairs.csv").write_text("name_a,municipality_a,name_b,municipality_b\nGGD,,GGD,\n", encoding="utf-8")
    return tmp_path
