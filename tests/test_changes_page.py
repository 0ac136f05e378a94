"""The page about two runs, as text and in a browser; `coalitie diff` and `history` as processes."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from coalitie.pipeline.changes import About, Cause, Change, Changes, Kind
from coalitie.pipeline.changes.page import all_words, render
from coalitie.pipeline.changes.records import Side
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.report.words import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("jinja2", reason="the page needs the extra: pip install 'coalitie[report]'")

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]


def _beside(name: str) -> Any:
    """A module that stands beside this one; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_browser = _beside("browser")
chromium, visit, violations = _browser.chromium, _browser.visit, _browser.violations

HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} \u202eegnits"
ROWS = (
    *(Change(About.PARTICIPANT, kind, "Tiel", "GM0281", f"org-{kind}", HOSTILE, "voor;en", "na", Cause.TEXT, "tiel")
      for kind in (Kind.JOINED, Kind.LEFT, Kind.RENAMED, Kind.REGROUPED, Kind.RETYPED)),
    Change(About.PARTICIPANT, Kind.JOINED, "", "", "", "vrijwilligers", cause=Cause.DOCUMENT),
    *(Change(About.DOCUMENT, kind, "Tiel", "GM0281", "tiel", HOSTILE, cause=Cause.READING, details="words +1 −2")
      for kind in (Kind.NEW, Kind.CHANGED, Kind.VANISHED)),
    *(Change(About.ORGANISATION, kind, "", "", "org-1", HOSTILE, "A;B", "A") for kind in (Kind.MERGED, Kind.SPLIT)),
)  # fmt: skip
SIDES = (Side("runs/2024", "2024-03-01T10:00:00+00:00", 1, 3), Side("runs/<2025>", "", 2, 3))


def test_the_words_are_there_in_every_language() -> None:
    words = all_words()
    for key, forms in words.items():
        assert set(forms) == set(LANGUAGES), key
    for member in (*About, *Kind, *(f"cause.{cause}" for cause in Cause)):
        assert str(member) in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_change_and_escapes_it(language: str) -> None:
    html = render(Changes(*SIDES, ROWS, ("a <note>",)), language)
    assert f'<html lang="{language}">' in html
    assert html.count("<tbody>") == 4  # Tiel, no municipality, documents, organisations
    assert html.count("<tr class=") == len(ROWS)
    assert "<script" not in html
    assert "\u202e" not in html
    assert "runs/&lt;2025&gt;" in html
    assert "a &lt;note&gt;" in html
    assert "voor; en" in html


def test_the_page_of_equal_runs_says_so() -> None:
    html = render(Changes(*SIDES, ()), "en")
    assert "Nothing changed: both runs say the same" in html
    assert "<table" not in html
    with pytest.raises(Unusable):
        render(Changes(*SIDES, ()), "fr")


def test_the_page_in_a_browser(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "changes.html"
    path.write_text(render(Changes(*SIDES, ROWS, ("a note",)), "nl"), encoding="utf-8")
    for width in (360, 1280):
        with visit(chromium, path, "dark" if width == 360 else "light", width) as visited:
            assert visited.requests == [path.resolve().as_uri()]
            assert visited.complaints == []
            assert violations(visited.page) == []
            wide, room = visited.page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= room


def test_the_commands(sample_run: Path, tmp_path: Path, coalitie: Coalitie) -> None:
    old = tmp_path / "old"
    shutil.copytree(sample_run, old)
    path = old / "participants.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (gone,) = (line for line in lines if "Woningstichting Oeverhuis" in line and line.startswith("meppel.p"))
    path.write_text("".join(line for line in lines if line != gone), encoding="utf-8")

    done = coalitie("diff", old, sample_run)
    assert done.returncode == 0, done.stderr
    assert "read differently" in done.stdout
    done = coalitie("diff", old, sample_run, "--format", "csv", "--html", "d.html", "--exit-code", "--out", "d.csv")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Oeverhuis" in (tmp_path / "d.html").read_text(encoding="utf-8")
    (row, *_) = csv.DictReader(io.StringIO((tmp_path / "d.csv").read_text(encoding="utf-8")))
    assert (row["change"], row["municipality"], row["cause"]) == ("regrouped", "Meppel", "reading")
    done = coalitie("diff", old, old, "--exit-code", "--format", "json", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["changes"] == []

    done = coalitie("history", f"2024={old}", f"2025={sample_run}", "--quiet")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {"from", "until", "period", "municipality", "organisation_id"} <= rows[0].keys()
    assert {row["period"] for row in rows} == {"2024", "2025"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("diff empty empty", "not a run folder"),
        ("diff empty", "NEW"),
        ("diff empty empty --format xlsx", "known are table, csv, json"),
        ("history", "DIR"),
        ("history x=nowhere", "not a run folder"),
    ],
)
def test_what_a_user_does_wrong_is_said_in_words(line: str, words: str, place: Path, coalitie: Coalitie) -> None:
    done = coalitie(*line.split())
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
