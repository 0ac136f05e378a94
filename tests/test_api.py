"""coalitie from Python: what `import coalitie` gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import coalitie
import pandas as pd
import pytest
from coalitie.pipeline.frames import read_table
from coalitie.pipeline.rows import ROW_TYPES, columns
from coalitie.pipeline.showing import show

TEXT = "Coalitie in Tiel, Gelderland\n\nWij doen iets.\n\nDeelnemers\n\n• Gemeente Tiel\n• GGD\n"


@pytest.fixture(scope="module")
def run() -> coalitie.Run:
    return coalitie.extract({"tiel": TEXT, "Goes 2024": TEXT.replace("Tiel, Gelderland", "Goes")}, model="embedded")


def test_importing_it_is_quick() -> None:
    code = (
        "import sys, coalitie\n"
        "assert {'spacy', 'pandas', 'typer', 'yaml', 'coalitie.api'} & set(sys.modules) == set()\n"
        "assert set(coalitie.__all__) <= set(dir(coalitie))\n"
        "from coalitie import match\n"
        "assert {'spacy', 'pandas'} & set(sys.modules) == set()\n"
        "try:\n    coalitie.nothing\nexcept AttributeError:\n    pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_texts_become_tables(run: coalitie.Run) -> None:
    for row_type in ROW_TYPES:
        frame = getattr(run, row_type.NAME)
        assert list(frame.columns) == [column.name for column in columns(row_type)]
    assert run.documents["document_id"].tolist() == ["goes-2024", "tiel"]
    here = run.participants[run.participants["document_id"] == "tiel"]
    assert here["organisation"].tolist() == ["Gemeente Tiel", "GGD Gelderland-Zuid"]
    assert run.texts["tiel"] == TEXT
    assert all(run.texts["tiel"][row.start : row.end] == row.text for row in here.itertuples())
    assert run.participants is run.participants  # read once


def test_a_saved_run_is_that_of_the_command_line(run: coalitie.Run, tmp_path: Path) -> None:
    saved = coalitie.read_run(run.save(tmp_path / "run"))
    again = coalitie.read_run(str(saved.save(tmp_path / "run")))  # in place of itself
    pd.testing.assert_frame_equal(again.entities, run.entities)
    assert {path.name for path in again.folder.iterdir()} == {path.name for path in run.folder.iterdir()}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "documents.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(coalitie.Unusable, match="not a run folder"):
        run.save(tmp_path / "mine")


def test_files_are_read_too_and_the_folder_goes_with_the_run(tmp_path: Path) -> None:
    text = f"{TEXT}\nContact\n\nNoor Vos, noor@brug.example\n"
    (tmp_path / "tiel.txt").write_text(text, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00")
    run = coalitie.extract([tmp_path / "tiel.txt", str(tmp_path / "bad.txt")], model="embedded", contacts="drop")
    assert run.documents["source"].tolist() == ["tiel.txt"]
    assert run.errors["source"].tolist() == ["bad.txt"]
    seen = "".join(chunk.text for chunk in show(run.folder, "tiel"))
    assert "GGD" in seen
    assert "noor" not in seen.casefold()  # as it is stored
    folder = run.folder
    assert folder.is_dir()
    del run
    assert not folder.parent.exists()


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    for texts, words in (({"../x": TEXT}, "cannot name a text"), ({}, "no texts"), ("nowhere.txt", "does not exist")):
        with pytest.raises(coalitie.Unusable, match=words):
            coalitie.extract(texts, model="embedded")
    with pytest.raises(coalitie.Unusable, match="does not exist"):
        coalitie.extract({"tiel": TEXT}, judgements="nowhere.csv")
    with pytest.raises(coalitie.Unusable, match="not a run folder"):
        coalitie.read_run(tmp_path)
    with pytest.raises(coalitie.Unusable, match="has no contacts"):
        read_table(tmp_path, "contacts")
    with pytest.raises(coalitie.Unusable, match="empty"):
        coalitie.match("GGD", " ")


def test_names_are_matched_where_they_are(tmp_path: Path) -> None:
    sure = coalitie.match(("GGD", "GM0281"), ("GGD Gelderland-Zuid", "tiel"))
    assert (sure.band.value, sure.score > 0.9) == ("auto", True)
    assert sure.evidence
    assert coalitie.match("Humanitas", "Rode Kruis").score < 0.1
    assert coalitie.match("GGD", "GGD Gelderland-Zuid").score < sure.score
