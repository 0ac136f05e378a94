"""A run folder read back: every cell of its type again, and in words what cannot be read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.formats import table_text
from coalitie.pipeline.names_in_use import Uses
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Band, Label, NameKey, OrganisationType, Scope, Status, Verdict
from coalitie.pipeline.rows import (
    ROW_TYPES,
    DocumentRow,
    DuplicateRow,
    EntityRow,
    OrganisationNameRow,
    OrganisationRow,
    Row,
)
from coalitie.pipeline.run_files import run_files
from coalitie.pipeline.run_folder import StoredRun, read_run_folder
from coalitie.pipeline.tables import Tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CHECKOUT = Path(__file__).resolve().parent.parent
GOLDEN = CHECKOUT / "tests" / "golden" / "run"
OF_NAMES = ("organisations", "organisation_names", "duplicates")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN, tmp_path / "run"))


@pytest.fixture
def names_only(folder: Path) -> Path:
    """As `coalitie dedupe` writes it."""
    for row_type in ROW_TYPES:
        if row_type.NAME not in OF_NAMES:
            (folder / f"{row_type.NAME}.csv").unlink()
    (folder / "documents.jsonl").unlink()
    return folder


# --- both ways -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [GOLDEN, CHECKOUT / "extracted" / "example"], ids=["golden", "example"])
def test_what_is_read_is_what_was_written(run: Path) -> None:
    stored = read_run_folder(run)
    for row_type, rows in stored.tables.named():
        assert table_text(row_type, rows).encode() == (run / f"{row_type.NAME}.csv").read_bytes()
    if (run / "documents.jsonl").is_file():
        assert (
            run_files(stored.tables, stored.contents, {}, ("jsonl",))["documents.jsonl"]
            == (run / "documents.jsonl").read_bytes()
        )


def test_every_cell_is_of_its_type(folder: Path) -> None:
    tables = read_run_folder(folder).tables
    row = tables.documents[0]
    assert isinstance(row.n_sections, int)
    assert all(isinstance(one.label, Label) and isinstance(one.confidence, float) for one in tables.entities)
    assert all(isinstance(one.type, OrganisationType) for one in tables.organisations)
    assert {one.judgement for one in tables.duplicates} == {None, Verdict.SAME, Verdict.DIFFERENT}
    assert "" not in {value for one in tables.organisations for value in (one.known_as, one.municipality_code)}


def test_offsets_lead_into_the_contents(folder: Path) -> None:
    stored = read_run_folder(folder)
    assert set(stored.contents) == {row.document_id for row in stored.tables.documents}
    for row in stored.tables.entities:
        assert stored.contents[row.document_id][row.start : row.end] == row.text


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
MAYBE = st.none() | TEXT
NUMBER = st.integers(0, 10**12)
SHARE = st.integers(0, 10_000).map(lambda n: n / 10_000)  # as tables have it
ORGANISATIONS = st.builds(
    OrganisationRow, TEXT, TEXT, st.sampled_from(OrganisationType), st.sampled_from(Scope), MAYBE, NUMBER, NUMBER, MAYBE,
    st.sampled_from(Status), MAYBE, NUMBER,
)  # fmt: skip
PRINTED = st.builds(OrganisationNameRow, TEXT, MAYBE, TEXT, NUMBER, TEXT, SHARE, MAYBE)
DUPLICATES = st.builds(
    DuplicateRow, TEXT, TEXT, MAYBE, TEXT, TEXT, MAYBE, TEXT, SHARE, st.sampled_from(Band), MAYBE,
    st.none() | st.sampled_from(Verdict), MAYBE, MAYBE,
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ORGANISATIONS, max_size=4), st.lists(PRINTED, max_size=4), st.lists(DUPLICATES, max_size=4))
def test_any_rows_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    organisations: list[OrganisationRow],
    names: list[OrganisationNameRow],
    duplicates: list[DuplicateRow],
) -> None:
    place = tmp_path_factory.mktemp("rows")
    tables = Tables(organisations=tuple(organisations), organisation_names=tuple(names), duplicates=tuple(duplicates))
    written: dict[type[Row], Any] = {
        OrganisationRow: organisations,
        OrganisationNameRow: names,
        DuplicateRow: duplicates,
    }
    for row_type, rows in written.items():
        (place / f"{row_type.NAME}.csv").write_text(table_text(row_type, rows), encoding="utf-8", newline="")
    stored = read_run_folder(place)
    assert (stored.tables, stored.has_documents) == (tables, False)
    shutil.rmtree(place)


# --- parts of a run ------------------------------------------------------------------------------------


def test_a_run_without_texts(names_only: Path) -> None:
    stored = read_run_folder(names_only)
    assert not stored.has_documents
    assert (stored.contents, stored.municipality_of(), stored.tables.entities) == ({}, {}, ())
    assert stored.tables.organisations


def test_only_what_is_asked_for_is_read(folder: Path) -> None:
    (folder / "entities.csv").write_text("broken", encoding="utf-8")
    (folder / "documents.jsonl").write_text("broken", encoding="utf-8")
    stored = read_run_folder(folder, only=("organisations", "documents"))
    assert stored.tables.organisations
    assert stored.tables.documents
    assert (stored.tables.entities, stored.contents) == ((), {})
    assert read_run_folder(folder, only=()).tables == Tables()
    for what in ("entities", "contents"):
        with pytest.raises(Unusable, match="write the run again"):
            read_run_folder(folder, only=(what,))


def test_contents_and_facts_may_be_missing(folder: Path) -> None:
    assert read_run_folder(folder).facts == {}
    (folder / "run.json").write_text('{"schema_version": "1.0"}', encoding="utf-8")
    assert read_run_folder(folder).facts == {"schema_version": "1.0"}
    (folder / "documents.jsonl").unlink()
    assert read_run_folder(folder).contents == {}


def test_columns_of_a_later_version_and_in_another_order_are_read(folder: Path) -> None:
    path = folder / "organisations.csv"
    before = read_run_folder(folder).tables.organisations
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "".join(f"new,{line}\n" for line in lines).replace("new,organisation_id", "extra,organisation_id"),
        encoding="utf-8",
    )
    assert read_run_folder(folder).tables.organisations == before


def test_a_name_has_the_key_under_which_it_was_compared(folder: Path) -> None:
    stored = read_run_folder(folder)
    keys = {NameKey(row.name, row.municipality or "") for row in stored.tables.organisation_names}
    towns = stored.municipality_of()
    found = {
        stored.key(row.text, towns[row.document_id])
        for row in stored.tables.entities
        if row.label is Label.ORGANISATION
    }
    assert found <= keys
    assert (
        StoredRun.key("Stichting\n De\u00ad Brug ", None)
        == Uses.key("Stichting De Brug", "")
        == NameKey("Stichting De Brug")
    )


# --- what cannot be read -------------------------------------------------------------------------------


def cell(path: str, line: int, column: str, value: str) -> Callable[[Path], None]:
    """Puts something else in a cell."""

    def change(folder: Path) -> None:
        import csv

        with (folder / path).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        rows[line - 1][rows[0].index(column)] = value
        with (folder / path).open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows(rows)

    return change


def content(path: str, edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / path).write_bytes(edit((folder / path).read_bytes()))

    return change


def without(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def folder_for_a_table(folder: Path) -> None:
    (folder / "duplicates.csv").unlink()
    (folder / "duplicates.csv").mkdir()


UNREADABLE: list[tuple[str, Callable[[Path], object], str]] = [
    ("no folder", shutil.rmtree, "is not a run folder with CSV tables; write one with `coalitie extract --out"),
    ("no organisations", without("organisations.csv"), "is not a run folder"),
    ("no names", without("organisation_names.csv"), r"has no organisation_names\.csv; write the run with --format csv,jsonl"),
    ("no pairs", without("duplicates.csv"), r"has no duplicates\.csv"),
    ("no sections", without("sections.csv"), r"has no sections\.csv"),
    ("a folder for a table", folder_for_a_table, r"has no duplicates\.csv"),
    ("an unknown type", cell("organisations.csv", 3, "type", "koor"), r"organisations\.csv, line 3: 'koor' is not one of gemeente, ggd"),
    ("a type in capitals", cell("organisations.csv", 3, "type", "GGD"), "line 3: 'GGD' is not one of"),
    ("no type", cell("organisations.csv", 2, "type", ""), "line 2: '' is not one of"),
    ("a number that is none", cell("organisations.csv", 2, "n_mentions", "veel"), r"organisations\.csv, line 2: .*veel"),
    ("no number", cell("organisations.csv", 2, "n_mentions", ""), "line 2: invalid literal"),
    ("half a number", cell("organisations.csv", 2, "n_mentions", "1.5"), "line 2: invalid literal"),
    ("a score that is none", cell("duplicates.csv", 2, "score", "0,5"), r"duplicates\.csv, line 2: could not convert"),
    ("an unknown judgement", cell("duplicates.csv", 2, "judgement", "withdrawn"), "line 2: 'withdrawn' is not one of same"),
    ("a lost column", content("organisations.csv", lambda d: d.replace(b"known_as", b"knownas")), "line 1: column known_as is missing"),
    ("no header", content("duplicates.csv", lambda d: d.split(b"\n", 1)[1]), "line 1: column pair_id is missing"),
    ("nothing", content("duplicates.csv", lambda _: b""), "line 1: column pair_id is missing"),
    ("a row that is cut off", content("duplicates.csv", lambda d: d[:-30]), r"duplicates\.csv"),
    ("no UTF-8", content("organisations.csv", lambda d: d + b"\xff\n"), r"organisations\.csv cannot be read \(.*; write the run again"),
    ("a quote that does not end", content("organisations.csv", lambda d: d + b'"x'), r"organisations\.csv cannot be read"),
    ("text that is no JSON", content("documents.jsonl", lambda d: d + b"{\n"), r"documents\.jsonl, line \d+: not a document of ours"),
    ("text that is a list", content("documents.jsonl", lambda d: b"[]\n" + d), "line 1: not a document"),
    ("a text without content", content("documents.jsonl", lambda d: b'{"document_id": "x"}\n' + d), "line 1: not a document"),
    ("text that is no UTF-8", content("documents.jsonl", lambda d: b"\xff\n" + d), r"documents\.jsonl"),
    ("a description that is no JSON", lambda f: (f / "run.json").write_text("{"), r"run\.json cannot be read"),
    ("a description that is no UTF-8", lambda f: (f / "run.json").write_bytes(b"\xff"), r"run\.json cannot be read"),
    ("a description that is a list", lambda f: (f / "run.json").write_text("[]"), r"run\.json is no description of a run"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_what_cannot_be_read_is_told_with_its_place(folder: Path, change: Callable[[Path], object], words: str) -> None:
    change(folder)
    with pytest.raises(Unusable, match=words):
        read_run_folder(folder)


FINE: list[tuple[str, Callable[[Path], object]]] = [
    ("Windows line ends", content("organisations.csv", lambda d: d.replace(b"\n", b"\r\n"))),
    ("no last line end", content("organisations.csv", lambda d: d[:-1])),
    ("quotes around every cell", content("organisations.csv", lambda d: b"".join(b'"' + line.replace(b",", b'","') + b'"\n' for line in d.splitlines()))),
    ("a file that is none of ours", lambda f: (f / "notes.csv").write_bytes(b"\xff")),
    ("a mark of UTF-8 in the description", lambda f: (f / "run.json").write_text(json.dumps({}), encoding="utf-8")),
]  # fmt: skip


@pytest.mark.parametrize("change", [case[1] for case in FINE], ids=[case[0] for case in FINE])
def test_what_looks_otherwise_and_says_the_same(folder: Path, change: Callable[[Path], object]) -> None:
    before = read_run_folder(folder).tables
    assert b'"' not in (folder / "organisations.csv").read_bytes()
    change(folder)
    assert read_run_folder(folder).tables == before


def test_a_row_holds_what_its_table_has(folder: Path) -> None:
    """The reader goes by the types of the rows: no field is left to chance."""
    tables = read_run_folder(folder).tables
    for row in (tables.documents[0], tables.entities[0], tables.organisations[0]):
        assert isinstance(row, (DocumentRow, EntityRow, OrganisationRow))
        assert replace(row) == row
        assert all(
            getattr(row, item.name) is None or not isinstance(getattr(row, item.name), bool) for item in fields(row)
        )
