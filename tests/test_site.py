"""The site of the documents: it builds without a warning, no link of it leads nowhere, nothing on it is out of date."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def load(path: Path) -> ModuleType:
    """A module of the checkout that is not in the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = load(CHECKOUT / "tests" / "reference.py")
hooks = load(CHECKOUT / "docs" / "hooks.py")


# --- pages that are made ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", reference.pages())
def test_a_page_of_the_reference_is_up_to_date(name: str) -> None:
    kept = (CHECKOUT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert kept == reference.pages()[name], "python tests/refresh.py writes it again"


def test_every_package_that_is_asked_for_has_a_licence() -> None:
    """Not the whole page: which other packages come along differs between machines and days."""
    project = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    asked = project.partition("\ndependencies = [")[2].partition("\n]\n")[0]
    listed = (CHECKOUT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")
    names = re.findall(r'^  "([\w-]+)', asked, re.MULTILINE)
    assert len(names) > 3
    assert not [name for name in names if f"| `{name}` |" not in listed]


# --- links --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "written", "on_the_site"),
    [
        ("index.md", "[t](docs/tables.md#ids)", "[t](tables.md#ids)"),
        ("index.md", "![p](docs/images/a.png)", "![p](images/a.png)"),
        ("index.md", "[e](extracted/example)", "e"),
        ("model.md", "[r](../README.md#more)", "[r](index.md#more)"),
        ("bench.md", "[m](../docs/model.md)", "[m](model.md)"),
        ("reference/options.md", "[c](../commands.md)", "[c](../commands.md)"),
        ("tables.md", "[here](#ids) and [there](https://pagina.example/a)", None),
        ("tables.md", "[limits](limits.md)", None),
        ("tables.md", "no [link] (at all)", None),
    ],
)
def test_links_are_turned(page: str, written: str, on_the_site: str | None) -> None:
    assert hooks.turned(written, page) == (written if on_the_site is None else on_the_site)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="the site needs the extra docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, done.stderr
    return folder


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) > 20
    lost = []
    for path, text in pages.items():
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            file, _, anchor = unquote(target).partition("#")
            if re.match(r"[a-z]+:|//", file):
                continue
            there = (path.parent / file).resolve() if file else path
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file() or (anchor and there in pages and f'id="{anchor}"' not in pages[there]):
                lost.append((path.name, target))
    assert not lost


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', path.read_text(encoding="utf-8"))
        assert loaded
        assert not [target for target in loaded if re.match(r"(?:https?:)?//", target)], path.name


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the site needs the extra docs")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("[lost](lost.md)\n", encoding="utf-8")
    kept = (CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8")
    validation = kept[kept.index("validation:") : kept.index("nav:\n")]
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{validation}", encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode != 0
    assert "lost.md" in done.stderr
