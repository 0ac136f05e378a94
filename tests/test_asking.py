"""Asking a run: one document, lists of organisations, and what the shell completes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from coalitie.pipeline.asking import FIELDS, Listed, condition, organisations
from coalitie.pipeline.listing import aligned, written
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.showing import show
from hypothesis import given
from hypothesis import strategies as st

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
ROW = Listed(
    "org-1", "Welzijn De Brug", "welzijn", "local", "Tiel;Súdwest-Fryslân", "Kern;Partners", 2, 12, "A;B", "auto"
)
HOLDS = {
    "municipality=Tiel": True,
    "municipality=sudwest-fryslan": True,
    "municipality=Tie": False,
    "municipality!=Tiel": False,
    "municipality!=Goes": True,
    "municipality~wolde": False,
    "name~welzijn": True,
    "name=welzijn de brug": True,
    "name~zorg": False,
    " type = welzijn ": True,
    "group=partners": True,
    "names=b": True,
    "n_documents>=2": True,
    "n_documents>2": False,
    "n_mentions<100": True,  # as numbers: 12 is less than 100
    "n_mentions!=12": False,
    "name~a=b": False,
}
WRONG = ("", "name", "=x", "nam=x", "name>x", "n_documents>=", "n_documents~1", "n_documents=two", "__class__=x")


@pytest.mark.parametrize("text", HOLDS)
def test_a_condition_holds_or_not(text: str) -> None:
    assert condition(text)(ROW) is HOLDS[text]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="--where"):
        condition(text)


@given(st.sampled_from([f for f in FIELDS if not f.startswith("n_")]), st.text(max_size=12))
def test_a_condition_and_its_opposite(field: str, value: str) -> None:
    assert condition(f"{field}={value}")(ROW) is not condition(f"{field}!={value}")(ROW)


def test_organisations_of_a_run(sample_run: Path) -> None:
    everything = organisations(sample_run)
    with (sample_run / "organisations.csv").open(encoding="utf-8", newline="") as handle:
        assert {row.organisation_id for row in everything} == {row["organisation_id"] for row in csv.DictReader(handle)}
    found = organisations(sample_run, ["municipality=meppel", "type=welzijn"])
    assert [row.name for row in found] == ["Welzijn De Schakel"]
    assert "Kerngroep" in found[0].group.split(";")
    assert organisations(sample_run, ["municipality=meppel", "municipality=Nergens"]) == []


def test_the_table_is_aligned_and_safe_to_look_at() -> None:
    text = aligned(("name", "n"), [("Koor\x1b[2J\u202e", 5), ("x" * 200, 12)])
    header, rule, first, second = text.splitlines()
    assert len(rule) == len(second) < 100
    assert first.endswith("   5")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert header.startswith("name")
    assert written(Listed, [], "csv") == ",".join(FIELDS) + "\n"


# --- show ---------------------------------------------------------------------------------------------------


def test_show_gives_back_the_text(sample_run: Path) -> None:
    content = json.loads((sample_run / "documents.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert content["document_id"] == "meppel"
    chunks = show(sample_run, "meppel")
    words = "".join(chunk.text for chunk in chunks).split()
    missing = [word for word in content["content"].split() if word not in words]
    assert missing == []
    marked = {chunk.text for chunk in chunks if chunk.style == "participant"}
    assert {row["text"] for row in content["participants"]} <= marked
    (place,) = (at for at, chunk in enumerate(chunks) if chunk.text.startswith("Contacts (1)"))
    assert "j.oosterloo@meppelverbindt.example" in chunks[-1].text
    assert place > 0


def test_show_without_the_words_shows_the_sections(sample_run: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_run, tmp_path / "run", ignore=shutil.ignore_patterns("*.jsonl"))
    text = "".join(chunk.text for chunk in show(tmp_path / "run", "tiel"))
    assert "Participants (14)" in text
    with (sample_run / "sections.csv").open(encoding="utf-8", newline="") as handle:
        texts = [row["text"] for row in csv.DictReader(handle) if row["document_id"] == "tiel" and row["text"]]
    assert all(each.split("\r\n")[0] in text for each in texts)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1", "TERM": "xterm"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    environment: dict[str, str], coloured: bool, sample_run: Path, coalitie: Coalitie
) -> None:
    done = coalitie("show", "meppel", "--run", sample_run, **environment)
    assert done.returncode == 0, done.stderr
    assert ("\x1b[" in done.stdout) is coloured
    assert ("⟦" in done.stdout) is not coloured


def test_the_command_organisations(sample_run: Path, tmp_path: Path, coalitie: Coalitie) -> None:
    line = ("organisations", "--run", sample_run, "--where", "municipality=Meppel", "--where", "name~schakel")
    assert "Welzijn De Schakel" in coalitie(*line).stdout
    (row,) = json.loads(coalitie(*line, "--format", "json").stdout)
    assert (row["name"], row["n_documents"]) == ("Welzijn De Schakel", 2)
    coalitie(*line, "--format", "csv", "--out", "found.csv")
    (cells,) = csv.DictReader(io.StringIO((tmp_path / "found.csv").read_text(encoding="utf-8")))
    assert list(cells) == list(FIELDS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("show tiel", "not a run folder"),
        ("show", "DOCUMENT"),
        ("organisations --where nam=x --run empty", "there is no field nam"),
        ("organisations --run empty", "not a run folder"),
        ("organisations --format xml", "known are table, csv, json"),
    ],
)
def test_what_a_user_does_wrong_is_said_in_words(line: str, words: str, place: Path, coalitie: Coalitie) -> None:
    done = coalitie(*line.split())
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_document_is_answered_with_those_that_are_near(sample_run: Path, coalitie: Coalitie) -> None:
    done = coalitie("show", "mepel", "--run", sample_run)
    assert done.returncode == 2
    assert "it has meppel, meppel-nieuws" in done.stderr


# --- completion ----------------------------------------------------------------------------------------------


def offered(line: str, folder: Path) -> list[str]:
    """What zsh is offered behind a command line."""
    environment = {**os.environ, "_COALITIE_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
    code = "from coalitie.cli import app; app(prog_name='coalitie')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [part.split('":"')[0] for part in done.stdout.split('"')[1::2]]


def test_the_shell_completes_ids_fields_and_values(sample_run: Path, tmp_path: Path) -> None:
    (tmp_path / "extracted").symlink_to(sample_run)
    assert offered("coalitie show mep", tmp_path) == ["meppel", "meppel-nieuws"]
    assert offered(f"coalitie show --run {sample_run} ti", tmp_path) == ["tiel"]
    assert "tiel.p01" in offered("coalitie trace extracted tiel.p", tmp_path)
    assert offered("coalitie organisations --where ty", tmp_path) == ["type="]
    assert offered("coalitie organisations --where type=w", tmp_path) == ["type=welzijn", "type=wonen"]
    assert offered("coalitie diff a b --format c", tmp_path) == ["csv"]


def test_the_shell_is_told_nothing_of_a_run_that_is_not_there(tmp_path: Path) -> None:
    assert offered("coalitie show x", tmp_path) == []
    assert offered("coalitie organisations --where type=", tmp_path) == []
