"""What the docs show works: every command, every link, every name of a command or option."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = sorted([CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").glob("*.md")])
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
GOLD = '{"title": "Samen tegen eenzaamheid in Tiel", "municipality": "Tiel", "province": "Gelderland", "sections": [], "participants": [], "mentions": [], "contacts": [], "programmes": [], "dates": [], "counts": []}'


def commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks that are commands of ours."""
    blocks = [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "sh"]
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip().startswith("coalitie ")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder as the docs suppose it: sample texts, rules, and tables of the user's own."""
    shutil.copytree(CHECKOUT / "raw", tmp_path / "raw")
    shutil.copytree(CHECKOUT / "rules", tmp_path / "rules")
    (tmp_path / "judgements.csv").write_text(
        "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n", encoding="utf-8"
    )
    (tmp_path / "names.csv").write_text("nr,naam,gemeente\n1,GGD,Tiel\n2,Humanitas,\n", encoding="utf-8")
    (tmp_path / "pairs.csv").write_text(
        "name_a,municipality_a,name_b,municipality_b\nGGD,Tiel,GGD Gelderland-Zuid,\n", encoding="utf-8"
    )
    (tmp_path / "pages.csv").write_text('nr,tekst\n1,"Coalitie in Tiel\n\nDeelnemers\n\n• GGD"\n', encoding="utf-8")
    (tmp_path / "page.txt").write_text("Coalitie in Tiel, Gelderland\n\nOnze tafelgenoten\n\nGGD\n", encoding="utf-8")
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "tiel.json").write_text(GOLD, encoding="utf-8")
    # `coalitie` is this very interpreter's, whether the package is installed or not.
    script = tmp_path / "bin" / "coalitie"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m coalitie.cli "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="the commands are written for a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_run(page: Path, place: Path) -> None:
    lines = commands(page)
    if not lines:
        pytest.skip("no commands on this page")
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COALITIE_MODEL": "embedded"}
    for line in lines:
        if line.startswith("coalitie review "):
            _serves(f"{line} --port 0", place, environment)
            continue
        done = subprocess.run(
            ["bash", "-c", line], cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def _serves(line: str, place: Path, environment: dict[str, str]) -> None:
    """A command that runs until it is stopped: its page answers, and Ctrl-C is no failure."""
    with subprocess.Popen(
        ["bash", "-c", f"exec {line}"], cwd=place, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        try:
            address = re.search(r"http://\S+", said)
            assert address, said
            with urllib.request.urlopen(address.group(), timeout=30) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0, server.stderr.read()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(page: Path, place: Path) -> None:
    if page.name == "tutorial.md":
        pytest.skip("its cells go on from each other: test_tutorial.py")
    for kind, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [*PAGES, CHECKOUT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            linked = page.parent / path if path else page
            assert linked.exists(), target
            if anchor:
                headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in headings}, target


def test_every_command_and_option_is_documented() -> None:
    """docs/commands.md shows every command; every option in the docs exists."""
    import typer
    from coalitie.cli import app

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    options = {"--help", "--version", "--install-completion", "--show-completion"}
    for name, command in _commands(typer.main.get_command(app)):
        assert f"coalitie {name} " in text or f"coalitie {name}\n" in text, name
        options |= {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}  # type: ignore[attr-defined]
    scripts = r"^.*(?:python (?:bench/|-m coalitie\.training)|bin/pytest|cyclonedx-py|podman).*$"  # they have options of their own
    ours = re.sub(scripts, "", text, flags=re.MULTILINE)
    shown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours)) - {"--quiet", "--upgrade"}
    assert shown <= options


def _commands(found: object, prefix: str = "") -> list[tuple[str, object]]:
    children = getattr(found, "commands", None)
    if children is None:
        return [(prefix.strip(), found)]
    return [pair for name, child in children.items() for pair in _commands(child, f"{prefix} {name}")]


def test_readme_shows_two_commands_first() -> None:
    blocks = [
        text for kind, text in BLOCK.findall((CHECKOUT / "README.md").read_text(encoding="utf-8")) if kind == "sh"
    ]
    install, test = blocks[0].strip(), blocks[1].strip()
    assert "\n" not in install + test
    assert install.endswith("coalitie extract")
    assert ".venv/bin/pytest" in test
