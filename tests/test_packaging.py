"""What is installed is what the checkout holds; the library keeps the manners of the house."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import coalitie
import pytest

TRAINING_COMMANDS = ("ablation.py", "build.py")  # run with python -m, for a reader
PACKAGED = ("commands", "model", "pipeline", "rules", "training")


def packaged_files(checkout: Path) -> set[str]:
    """Everything in the checkout that belongs in a wheel."""
    found = {"__init__.py", "api.py", "cli.py", "py.typed"}
    for folder in PACKAGED:
        for path in (checkout / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                found.add(path.relative_to(checkout).as_posix())
    return found


def modules(checkout: Path) -> list[Path]:
    return [
        checkout / "cli.py",
        checkout / "api.py",
        *(
            path
            for folder in ("commands", "pipeline", "training")
            for path in sorted((checkout / folder).rglob("*.py"))
        ),
    ]


class Wheel(NamedTuple):
    source: Path  # what it was built from
    files: list[Path]  # the source distribution and the wheel made from it
    names: list[str]


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    """Built from a copy of the checkout, so that no build folder of before is mixed in; the wheel from what the source
    distribution holds, as others build it."""
    folder = tmp_path_factory.mktemp("wheel")
    leave = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "extracted", "venv")
    shutil.copytree(checkout, folder / "source", ignore=leave)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", folder, folder / "source"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return Wheel(folder / "source", [*folder.glob("*.tar.gz"), built], zipfile.ZipFile(built).namelist())


def test_a_wheel_holds_what_the_checkout_holds(wheel: Wheel) -> None:
    held = {name.removeprefix("coalitie/") for name in wheel.names if name.startswith("coalitie/")}
    assert held == packaged_files(wheel.source)


@pytest.mark.parametrize("check", [["twine", "check", "--strict"], ["check_wheel_contents"]], ids=lambda it: it[0])
def test_what_is_built_can_be_published(wheel: Wheel, check: list[str]) -> None:
    files = wheel.files if check[0] == "twine" else wheel.files[1:]
    assert len(wheel.files) == 2
    done = subprocess.run([sys.executable, "-m", *check, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_asks_for_nothing_but_the_wheel(checkout: Path) -> None:
    lines = (checkout / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("COPY", "ADD"))] == ["COPY dist/*.whl /tmp/"]
    extras = set(re.findall(r"\$wheel\[([\w,-]+)\]", "\n".join(lines))[0].split(","))
    project = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    assert extras <= set(re.findall(r"^([\w-]+) = \[", project, re.MULTILINE))


def test_a_wheel_carries_its_licences(wheel: Wheel) -> None:
    names = {name.rsplit("/", 1)[-1] for name in wheel.names if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE"} <= names
    assert any(name.endswith("licenses/model/LICENSE") for name in wheel.names)


@pytest.mark.skipif(not os.environ.get("COALITIE_INSTALLED"), reason="only where the package is installed (.ci/run)")
def test_it_is_the_installed_package_that_is_tested(checkout: Path) -> None:
    assert coalitie.__file__ is not None
    installed = Path(coalitie.__file__).parent
    assert "site-packages" in installed.parts
    assert {
        path.relative_to(installed).as_posix()
        for path in installed.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } == packaged_files(checkout)


def test_the_library_never_prints(checkout: Path) -> None:
    for path in modules(checkout):
        if path.parent.name == "training" and path.name in TRAINING_COMMANDS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", f"{path.name}:{node.lineno}"


def test_the_library_imports_itself_relatively(checkout: Path) -> None:
    for path in modules(checkout)[1:]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert not (node.module or "").startswith("coalitie"), f"{path.name}:{node.lineno}"


LONGEST = 450  # lines


def test_files_are_read_in_one_sitting(checkout: Path) -> None:
    lengths = {p.relative_to(checkout).as_posix(): p.read_text(encoding="utf-8").count("\n") for p in modules(checkout)}
    assert not {name for name, lines in lengths.items() if lines > LONGEST}


def test_files_have_a_name_of_their_own(checkout: Path) -> None:
    assert not {path.stem for path in modules(checkout)} & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_every_module_says_what_it_is_for(checkout: Path) -> None:
    for path in modules(checkout):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.name


def test_nothing_names_a_machine(checkout: Path) -> None:
    """No absolute path of a machine in what is shipped or kept."""
    path_of_machine = re.compile(r"(?<![\w.])/(?:work|home|root|farm|Users)/")
    for folder in ("pipeline", "rules", "docs", "extracted/example", "tests"):
        for path in (checkout / folder).rglob("*"):
            if path.suffix in (".py", ".yaml", ".csv", ".md", ".json", ".jsonl") and path.name != "test_packaging.py":
                assert not path_of_machine.search(path.read_text(encoding="utf-8")), path
