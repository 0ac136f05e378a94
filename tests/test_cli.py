"""The command line as a process: exit codes, words for people, hostile inputs, the same bytes every time."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
COMMANDS = [
    "extract",
    "dedupe",
    "match",
    "show",
    "organisations",
    "diff",
    "history",
    "trace",
    "validate",
    "evaluate",
    "rules check",
    "model info",
]
PAGE = "Coalitie in Tiel, Gelderland\n\nGemeente Tiel\n\nWij doen iets.\n\nDeelnemers\n\n• Gemeente Tiel\n• GGD\n"


def tables(folder: Path) -> dict[str, bytes]:
    """Everything of a run but the one file with clock times."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "run.json"}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# --- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str, coalitie: Coalitie) -> None:
    done = coalitie(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_help(command: str) -> None:
    import typer
    from coalitie.cli import app

    found: object = typer.main.get_command(app)
    for part in command.split():
        found = found.commands[part]  # type: ignore[attr-defined]
    for parameter in found.params:  # type: ignore[attr-defined]
        assert parameter.help, f"{command} {parameter.name}"
    assert found.help  # type: ignore[attr-defined]


def test_help_needs_neither_spacy_nor_pandas(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom coalitie.cli import app\n"
        "try:\n    app(['extract', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'spacy', 'pandas', 'numpy', 'rapidfuzz', 'yaml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version(coalitie: Coalitie) -> None:
    assert coalitie("--version").stdout.startswith("coalitie 0")


def test_the_script_in_a_checkout_does_the_same(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "tiel.txt").write_text(PAGE, encoding="utf-8")
    for workers in ("1", "2"):
        done = subprocess.run(
            [sys.executable, checkout / "cli.py", "extract", "--out", workers, "--workers", workers],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "1") == tables(tmp_path / "2")


WRONG = [
    ("extract nowhere.txt", "does not exist"),
    ("extract", "raw does not exist"),
    ("extract empty", "no texts"),
    ("extract texts/*.doc", "matches no file"),
    ("extract texts --out texts", "holds the texts"),
    ("extract texts --out .", "folder you are in"),
    ("extract texts --out texts/tiel.txt", "is a file"),
    ("extract texts --out texts/tiel.txt/run", ""),
    ("extract texts --format word", "format word is not known"),
    ("extract texts --format ,", "known are csv, jsonl"),
    ("extract texts --workers -1", "--workers"),
    ("extract texts --workers many", "--workers"),
    ("extract texts --model no_such_model", "python -m spacy download"),
    ("extract texts --model ./no-model", "does not exist"),
    ("extract texts --rules nowhere", "not a folder with rules"),
    ("extract texts --rules empty", "missing"),
    ("extract texts --judgements nowhere.csv", "does not exist"),
    ("extract texts --judgements texts/tiel.txt", "tiel.txt"),
    ("extract texts --registry nowhere", "does not exist"),
    ("extract texts --no-such-option", "No such option"),
    ("trace empty x", "not a run folder"),
    ("validate empty", "not a run folder"),
    ("validate nowhere", "not a folder"),
    ("evaluate empty empty", "not a run folder"),
    ("rules check nowhere", "not a folder with rules"),
    ("rules check empty", "missing"),
    ("match nowhere.csv", "does not exist"),
    ("match texts/tiel.txt", "tiel.txt"),
    ("match names.csv", "no column name_a"),
    ("match pairs.csv --out empty", "is a folder"),
    ("match pairs.csv --out no/such/folder.csv", "does not exist"),
    ("dedupe names.csv", "--name"),
    ("dedupe names.csv --name nom", "no column 'nom'"),
    ("dedupe names.csv --name naam --id nr", "no column 'nr'"),
    ("dedupe names.xlsx --name naam", "only CSV and Parquet"),
    ("dedupe empty --name naam", "cannot be read"),
    ("model info --model no_such_model", "not installed"),
    ("nonsense", "No such command"),
]


@pytest.mark.parametrize(("line", "words"), WRONG)
def test_what_a_user_does_wrong_is_said_in_words(line: str, words: str, place: Path, coalitie: Coalitie) -> None:
    before = sorted(str(path) for path in place.rglob("*"))
    done = coalitie(*line.split())
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in " ".join(done.stderr.split())
    assert sorted(str(path) for path in place.rglob("*")) == before  # nothing was written


def test_a_mistake_in_a_rule_file_is_said_with_its_line(place: Path, checkout: Path, coalitie: Coalitie) -> None:
    shutil.copytree(checkout / "rules", place / "rules")
    path = place / "rules" / "roles.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nno_such_key: 1\n", encoding="utf-8")
    for line in ("rules check rules", "extract texts --rules rules"):
        done = coalitie(*line.split())
        assert done.returncode == 2
        assert "rules/roles.yaml, line" in done.stderr
        assert "no_such_key" in done.stderr
        assert "Traceback" not in done.stderr


# --- runs ---------------------------------------------------------------------------------------------


def test_a_run_is_complete_and_valid(sample_run: Path, coalitie: Coalitie) -> None:
    done = coalitie("validate", sample_run)
    assert (done.returncode, done.stdout) == (0, "")
    record = json.loads((sample_run / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["documents"] == len(rows(sample_run, "documents")) == 6
    assert record["model"]["name"] == "embedded"
    frictionless = pytest.importorskip("frictionless")
    assert frictionless.validate(str(sample_run / "datapackage.json")).valid


def test_every_row_quotes_its_source(sample_run: Path, checkout: Path) -> None:
    content = {}
    for row in rows(sample_run, "documents"):
        path = checkout / "raw" / row["source"]
        content[row["document_id"]] = path.read_bytes().decode(row["encoding"])
    for table in ("participants", "entities"):
        for row in rows(sample_run, table):
            assert content[row["document_id"]][int(row["start"]) : int(row["end"])] == row["text"], row
    for row in rows(sample_run, "sections"):
        passage = content[row["document_id"]][int(row["start"]) : int(row["end"])]
        assert passage.startswith(row["heading"])
        assert row["text"] in passage
    for row in rows(sample_run, "contacts"):
        passage = content[row["document_id"]][int(row["start"]) : int(row["end"])]
        for cell in ("name", "email", "phone", "url"):
            assert row[cell] in passage, row


def test_a_run_is_the_same_from_anywhere_and_in_any_order(
    sample_run: Path, checkout: Path, tmp_path: Path, coalitie: Coalitie
) -> None:
    """Twice, in other working directories, files named in another order, more processes, another hash seed."""
    raw = tmp_path / "elsewhere" / "raw"
    shutil.copytree(checkout / "raw", raw)
    assert coalitie("extract", cwd=raw.parent).returncode == 0
    first = tables(raw.parent / "extracted")
    assert first == tables(sample_run)
    assert coalitie("extract", cwd=raw.parent).returncode == 0  # over the run before: the ids stay
    assert tables(raw.parent / "extracted") == first
    names = sorted(path.relative_to(tmp_path) for path in raw.rglob("*.txt"))
    runs = []
    for number, environment in enumerate(({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}, {})):
        random.Random(number).shuffle(names)
        done = coalitie("extract", *names, "--out", f"run{number}", "--workers", str(1 + number % 2), **environment)
        assert done.returncode == 0
        runs.append(tables(tmp_path / f"run{number}"))
    assert runs[0] == runs[1] == runs[2]


def test_what_cannot_be_read_is_a_row_and_the_rest_goes_on(tmp_path: Path, coalitie: Coalitie) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "goed.txt").write_text(PAGE, encoding="utf-8")
    (raw / "leeg.txt").write_bytes(b"")
    (raw / "foto.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9)
    (raw / "vreemd.txt").write_bytes(b"\x81\x8d\x8f\xff tekst")
    (raw / "weg.txt").symlink_to(raw / "nergens")
    (raw / "foto.jpg").write_bytes(b"\xff\xd8")
    done = coalitie("extract")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "foto.jpg" in done.stderr
    out = tmp_path / "extracted"
    assert [(row["source"], row["error"]) for row in rows(out, "errors")] == [
        ("foto.txt", "binary"),
        ("leeg.txt", "empty"),
        ("vreemd.txt", "undecodable"),
        ("weg.txt", "unreadable"),
    ]
    assert [row["document_id"] for row in rows(out, "documents")] == ["goed"]
    assert rows(out, "participants")
    assert coalitie("validate", out).returncode == 0


HOSTILE = {
    "one-word": "Coalitie",
    "no-line-end": "Deelnemers\n• GGD",
    "only-headings": "A\n\nB\n\nC\n",
    "only-bullets": "•\n•\n•\n",
    "carriage-returns": PAGE.replace("\n", "\r"),
    "nbsp-and-soft-hyphens": PAGE.replace(" ", "\u00a0").replace("ee", "e\u00ade"),
    "form-feeds": PAGE.replace("\n\n", "\n\x0c\n"),
    "line-separators": PAGE.replace("\n", "\u2028"),
    "decomposed": "Coalitie in Su\u0301dwest-Frysla\u0302n\n\nDeelnemers\n\n• Cafe\u0301 De Hoek\n",
    "right-to-left": "\u202eCoalitie\u202c in Tiel \u0627\u0644\n",
    "emoji": "👩‍👩‍👧 Coalitie in Tiel 🇳🇱\n\n• 🧡 Humanitas\n",
    "brackets": "(((((((((([[[[[[{{{{{{ " * 50,
    "commas": "Deelnemers\n\n" + "a, " * 3000 + "en b\n",
    "long-line": "Deelnemers zijn " + "Stichting Welzijn Noord en " * 1500 + "GGD.\n",
    "long-word": "x" * 50_000,
    "many-lines": "• Stichting A\n" * 3000,
    "digits": "1 " * 3000 + "1-1-2020 " * 500,
    "csv": '=HYPERLINK("x"),"";\n"\n',
    "html": "<html><body><h1>Coalitie in Tiel</h1></body></html>",
    "at-signs": "@" * 3000 + " a@b.example " * 300,
}


def test_hostile_texts_never_stop_a_run(tmp_path: Path, coalitie: Coalitie) -> None:
    (tmp_path / "raw").mkdir()
    for name, text in HOSTILE.items():
        (tmp_path / "raw" / f"{name}.txt").write_bytes(text.encode("utf-8"))
    done = coalitie("extract")
    assert rows(tmp_path / "extracted", "errors") == []
    assert done.returncode == 0, done.stderr
    assert len(rows(tmp_path / "extracted", "documents")) == len(HOSTILE)
    assert coalitie("validate", "extracted").returncode == 0


def test_odd_file_names(tmp_path: Path, coalitie: Coalitie) -> None:
    names = [
        "a b.txt",
        "A.B.TXT",
        "über,café.txt",
        '"x".txt',
        "b/tiel.txt",
        "c/tiel.txt",
        "x\ny.txt",
        "-.txt",
        "=1+1.txt",
    ]
    for name in names:
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE, encoding="utf-8")
    assert coalitie("extract").returncode == 0
    documents = rows(tmp_path / "extracted", "documents")
    assert sorted(row["source"] for row in documents) == sorted(names)
    assert len({row["document_id"] for row in documents}) == len(names)
    assert coalitie("validate", "extracted").returncode == 0


def test_standard_input(tmp_path: Path, coalitie: Coalitie) -> None:
    assert coalitie("extract", "-", "--out", "run", stdin=PAGE.encode()).returncode == 0
    assert [row["document_id"] for row in rows(tmp_path / "run", "documents")] == ["stdin"]
    assert coalitie("extract", "-", "--out", "run", stdin=b"").returncode == 1


def test_quiet_says_nothing_and_words_go_to_standard_error(place: Path, coalitie: Coalitie) -> None:
    done = coalitie("extract", "texts", "--quiet")
    assert (done.stdout, done.stderr) == ("", "")
    done = coalitie("extract", "texts")
    assert done.stdout == ""
    assert "1 texts on 1 municipalities" in done.stderr
    assert "\x1b" not in done.stderr  # progress is for terminals


def test_formats(place: Path, coalitie: Coalitie) -> None:
    assert coalitie("extract", "texts", "--out", "c", "--format", "csv").returncode == 0
    assert coalitie("extract", "texts", "--out", "j", "--format", "jsonl").returncode == 0
    assert not (place / "c" / "documents.jsonl").exists()
    written = ["documents.jsonl", "documents.schema.json", "run.json"]
    assert sorted(path.name for path in (place / "j").iterdir()) == written
    record = json.loads((place / "j" / "documents.jsonl").read_text(encoding="utf-8"))
    assert record["content"] == PAGE


def test_judgements_next_to_the_texts_are_no_text(place: Path, coalitie: Coalitie) -> None:
    (place / "texts").rename(place / "raw")
    header = "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"
    (place / "raw" / "judgements.csv").write_text(
        header + "GGD,Tiel,Gemeente Tiel,Tiel,same,ik,2026-01-01,\n", encoding="utf-8"
    )
    assert coalitie("extract").returncode == 0
    out = place / "extracted"
    assert [row["document_id"] for row in rows(out, "documents")] == ["tiel"]
    names = {row["name"]: row["organisation_id"] for row in rows(out, "organisation_names")}
    assert names["GGD"] == names["Gemeente Tiel"]


def test_a_run_folder_keeps_what_is_not_of_a_run(place: Path, coalitie: Coalitie) -> None:
    assert coalitie("extract", "texts").returncode == 0
    (place / "extracted" / "notes.md").write_text("mine", encoding="utf-8")
    assert coalitie("extract", "texts", "--format", "csv").returncode == 0
    assert (place / "extracted" / "notes.md").read_text(encoding="utf-8") == "mine"
    assert not (place / "extracted" / "documents.jsonl").exists()
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_cannot_be_written_is_said_in_words(place: Path, coalitie: Coalitie) -> None:
    done = coalitie("extract", "texts", "--out", "/proc/coalitie/run" if Path("/proc").is_dir() else "names.csv/run")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_an_interrupted_run_leaves_no_run(tmp_path: Path) -> None:
    import signal
    import time

    (tmp_path / "raw").mkdir()
    for number in range(600):
        (tmp_path / "raw" / f"{number}.txt").write_text(PAGE * 10, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "coalitie.cli", "extract", "--workers", "2"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("the run was done before it could be interrupted")
    assert process.returncode == 130
    assert "Traceback" not in words
    # no run, whole or half; only what --resume goes on from
    assert {path.name for path in tmp_path.iterdir()} <= {"raw", ".extracted.partial"}
