"""The other formats hold the rows of the CSV tables, with types, keys and descriptions, and the same bytes each time."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.contract import column_rows
from coalitie.pipeline.formats import table_text
from coalitie.pipeline.name_tables import NAME_FORMATS, Columns, dedupe
from coalitie.pipeline.outputs import FILES, FORMATS, check_formats, formats_of, more_files, sqlite, workbook
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Label, SectionKind, Source
from coalitie.pipeline.rerun import rerun
from coalitie.pipeline.rows import ROW_TYPES, EntityRow, ErrorRow, Row, SectionRow, columns
from coalitie.pipeline.run import Order, extract
from coalitie.pipeline.run_folder import read_run_folder
from coalitie.pipeline.validation import validate
from hypothesis import given, settings
from hypothesis import strategies as st

Named = Sequence[tuple[type[Row], Sequence[Row]]]
CHECKOUT = Path(__file__).resolve().parent.parent
HOSTILE = ["=1+1", "+31 6 12345678", "-5", "@SUM(A1)", "#N/A", "TRUE", "007", "1e5", "2026-01-01", " x ", "'", '"', "a\nb", "ä€😀", "_x0041_", "&lt;", "<b>", "NULL", ""]  # fmt: skip


def error(text: str) -> ErrorRow:
    return ErrorRow("a.txt", "reading", "empty", text or None)


def entity(number: int, text: str) -> EntityRow:
    return EntityRow(f"a.e{number}", "a", "a.s1", Label.DATE, text, None, None, None, None, 3, 9, 0.1234, Source.RULE)


@pytest.fixture(scope="module")
def named() -> Named:
    """The golden run."""
    return read_run_folder(CHECKOUT / "tests" / "golden" / "run").tables.named()


@pytest.fixture(scope="module")
def files(named: Named) -> dict[str, bytes]:
    pytest.importorskip("pyarrow")
    return more_files(FORMATS, named)


# --- reading them back -----------------------------------------------------------------------------------


def from_csv(named: Named) -> dict[str, list[dict[str, Any]]]:
    read: dict[str, Callable[[str], Any]] = {"string": str, "integer": int, "number": float}
    found = {}
    for row_type, rows in named:
        kinds = {column.name: read[column.type] for column in columns(row_type)}
        lines = csv.DictReader(io.StringIO(table_text(row_type, rows), newline=""))
        found[row_type.NAME] = [{n: kinds[n](cell) if cell else None for n, cell in line.items()} for line in lines]
    return found


def from_parquet(files: dict[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    from pyarrow import parquet

    tables = {name: data for name, data in files.items() if name.endswith(".parquet")}
    return {name[:-8]: parquet.read_table(io.BytesIO(data)).to_pylist() for name, data in tables.items()}


def from_workbook(data: bytes) -> dict[str, list[dict[str, Any]]]:
    from openpyxl import load_workbook

    found = {}
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return found


@pytest.fixture(scope="module")
def database(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("sqlite") / sqlite.FILE
    path.write_bytes(files[sqlite.FILE])
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as opened:
        yield opened


def from_database(database: sqlite3.Connection, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for name in names:
        cursor = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608 - names of ours
        header = [column[0] for column in cursor.description]
        found[name] = [dict(zip(header, row, strict=True)) for row in cursor]
    return found


# --- the same everywhere ---------------------------------------------------------------------------------


def test_every_format_holds_the_same_rows(named: Named, files: dict[str, bytes], database: sqlite3.Connection) -> None:
    expected = from_csv(named)
    assert sum(map(len, expected.values())) > 20
    assert from_parquet(files) == expected
    assert from_database(database, list(expected)) == expected
    book = from_workbook(files[workbook.FILE])
    assert [tuple(row.values()) for row in book.pop(workbook.EXPLAINED)] == [
        tuple(cell or None for cell in row) for row in column_rows()
    ]
    lines = {
        text: text.replace("\r\n", "\n")
        for rows in expected.values()
        for row in rows
        for text in row.values()
        if isinstance(text, str)
    }
    assert book == {
        name: [{key: lines.get(cell, cell) for key, cell in row.items()} for row in rows]
        for name, rows in expected.items()
    }


def test_the_same_tables_give_the_same_bytes(named: Named, files: dict[str, bytes]) -> None:
    assert more_files(FORMATS, named) == files
    assert files.keys() == FILES


def test_other_tables_give_other_bytes(named: Named, files: dict[str, bytes]) -> None:
    other = more_files(FORMATS, [(t, (*rows, error("x")) if t is ErrorRow else rows) for t, rows in named])
    changed = {name for name in files if files[name] != other[name]}
    assert changed == {"errors.parquet", sqlite.FILE, workbook.FILE}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"))) | st.sampled_from(HOSTILE), max_size=4))
def test_any_text_comes_back(texts: list[str]) -> None:
    rows = [error(text) for text in texts]
    files = more_files(FORMATS, [(ErrorRow, rows)])
    written = [row.message for row in rows]
    assert [row["message"] for row in from_parquet(files)["errors"]] == written
    book = [row["message"] for row in from_workbook(files[workbook.FILE])["errors"]]
    assert [text and text.replace("_x005F_", "_") for text in book] == written
    with closing(sqlite3.connect(":memory:")) as opened:
        sqlite._fill(opened, [(ErrorRow, rows)])
        assert [row["message"] for row in from_database(opened, ["errors"])["errors"]] == written


def test_empty_tables_have_their_columns() -> None:
    files = more_files(FORMATS, [(row_type, ()) for row_type in ROW_TYPES])
    assert set(from_parquet(files)) == {row_type.NAME for row_type in ROW_TYPES}
    assert all(rows == [] for name, rows in from_workbook(files[workbook.FILE]).items() if name != workbook.EXPLAINED)


# --- Parquet ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row_type", ROW_TYPES, ids=lambda row_type: row_type.NAME)
def test_parquet_is_typed_and_described(row_type: type[Row], files: dict[str, bytes]) -> None:
    from pyarrow import parquet

    kinds = {"string": "string", "integer": "int64", "number": "double"}
    schema = parquet.read_schema(io.BytesIO(files[f"{row_type.NAME}.parquet"]))
    assert [(f.name, str(f.type), f.nullable, f.metadata[b"description"].decode()) for f in schema] == [
        (c.name, kinds[c.type], not c.required, c.description) for c in columns(row_type)
    ]
    assert schema.metadata[b"key"].decode() == ",".join(row_type.KEY)


# --- SQLite ----------------------------------------------------------------------------------------------


def test_the_database_is_sound(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA user_version").fetchone() == (101,)


@pytest.mark.parametrize("row_type", ROW_TYPES, ids=lambda row_type: row_type.NAME)
def test_the_database_has_the_keys_of_the_contract(row_type: type[Row], database: sqlite3.Connection) -> None:
    name, found = row_type.NAME, columns(row_type)
    facts = database.execute(f"PRAGMA table_info('{name}')").fetchall()
    assert [(fact[1], fact[3] == 1) for fact in facts] == [(c.name, c.required) for c in found]
    assert tuple(fact[1] for fact in sorted(facts, key=lambda fact: fact[5]) if fact[5]) == row_type.KEY
    foreign = database.execute(f"PRAGMA foreign_key_list('{name}')").fetchall()
    assert {(fact[3], fact[2]) for fact in foreign} == {(c.name, c.refers) for c in found if c.refers}
    indexes = [fact[1] for fact in database.execute(f"PRAGMA index_list('{name}')") if fact[3] == "c"]
    indexed = {database.execute(f"PRAGMA index_info('{index}')").fetchone()[2] for index in indexes}
    assert indexed == {c.name for c in found if c.refers}
    (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    assert all(f"-- {column.description}\n" in made for column in found)


def test_the_database_explains_its_columns(database: sqlite3.Connection) -> None:
    assert database.execute("SELECT * FROM about_columns").fetchall() == column_rows()
    assert len(database.execute("SELECT * FROM about_tables").fetchall()) == len(ROW_TYPES)


REFUSED = [
    ("a row twice", "INSERT INTO documents SELECT * FROM documents LIMIT 1", "UNIQUE"),
    ("a reference to nothing", "UPDATE participants SET section_id = 'x'", "FOREIGN KEY"),
    ("not on the closed list", "UPDATE participants SET type = 'firm'", "CHECK"),
    ("too high", "UPDATE participants SET confidence = 1.5", "CHECK"),
    ("null where none may be", "UPDATE participants SET text = NULL", "NOT NULL"),
]


@pytest.mark.parametrize(("order", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_the_database_refuses_what_breaks_the_contract(order: str, why: str, named: Named) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        sqlite._fill(opened, named)
        opened.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=why):
            opened.execute(order)


def section(number: int, heading: str, text: str) -> SectionRow:
    return SectionRow(f"a.s{number}", "a", number, heading, SectionKind.OTHER, None, 0, 9, text, None)


SEARCHES = [
    ("coalitie", ["a.s1", "a.s2"]),
    ("COALITIE koffie", ["a.s2"]),
    ("cafe", ["a.s2"]),
    ("heading:wie", ["a.s1"]),
    ('"wie doen"', ["a.s1"]),
    ("coal", []),
    ("coal*", ["a.s1", "a.s2"]),
    ("voetbal", []),
]


@pytest.mark.parametrize(("words", "found"), SEARCHES)
def test_sections_can_be_searched(words: str, found: list[str]) -> None:
    rows = [
        section(1, "Wie doen mee", "De coalitie"),
        section(2, "Café", "koffie met de coalitie"),
        section(3, "", "x"),
    ]
    with closing(sqlite3.connect(":memory:")) as opened:
        sqlite._fill(opened, [(SectionRow, rows)])
        query = (
            "SELECT section_id FROM sections WHERE rowid IN (SELECT rowid FROM sections_fts WHERE sections_fts MATCH ?)"
        )
        assert [row[0] for row in opened.execute(query, (words,))] == found


def test_datasette_is_told_of_tables_and_columns_that_exist(
    database: sqlite3.Connection, files: dict[str, bytes]
) -> None:
    shown = json.loads(files[sqlite.DATASETTE])["databases"]["coalitie"]["tables"]
    assert set(shown) == {row_type.NAME for row_type in ROW_TYPES}
    for name, about in shown.items():
        there = {fact[1] for fact in database.execute(f"PRAGMA table_info('{name}')")}
        assert set(about["columns"]) == there
        assert {*about["facets"], about.get("label_column", next(iter(there)))} <= there
    assert "type" in shown["participants"]["facets"]


# --- Excel -----------------------------------------------------------------------------------------------


def test_a_sheet_has_filters_frozen_titles_and_widths(files: dict[str, bytes]) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(files[workbook.FILE]))
    assert book.sheetnames == [*(row_type.NAME for row_type in ROW_TYPES), workbook.EXPLAINED]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(8 <= width <= 60 for width in widths)
        assert len(set(widths)) > 1


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://lek.example","x")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "#REF!", "\t=1", "＝1+1"])  # fmt: skip
def test_no_text_is_a_formula(text: str) -> None:
    from openpyxl import load_workbook

    data = workbook.workbook_file([(ErrorRow, [error(text)])])
    cell = load_workbook(io.BytesIO(data))["errors"]["D2"]
    assert (cell.data_type, cell.value, bool(cell.quotePrefix)) == ("s", text, not text.startswith("#"))
    parts = zipfile.ZipFile(io.BytesIO(data))
    assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("a\x00b\x1b", "a\ufffdb\ufffd"), ("a\r\nb\rc", "a\nb\nc"), ("x" * 40_000, None)],
    ids=["control", "line ends", "long"],
)
def test_what_a_cell_cannot_hold_is_replaced_or_cut(text: str, cell: str | None) -> None:
    (row,) = from_workbook(workbook.workbook_file([(ErrorRow, [error(text)])]))["errors"]
    assert row["message"] == cell if cell else row["message"].endswith("… (cut for Excel; whole in errors.csv)")
    assert len(row["message"]) <= 32_767


def test_a_long_table_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LONGEST_TABLE", 3)
    rows = [entity(number, "x") for number in range(5)]
    book = from_workbook(workbook.workbook_file([(EntityRow, rows), (ErrorRow, ())]))
    assert list(book) == ["entities", "entities (2)", "entities (3)", "errors", workbook.EXPLAINED]
    found = chain(book["entities"], book["entities (2)"], book["entities (3)"])
    assert [row["entity_id"] for row in found] == [row.entity_id for row in rows]


# --- which formats ---------------------------------------------------------------------------------------

WRONG = [
    (("word",), "format word is not known; known are csv, jsonl, parquet, xlsx, sqlite"),
    (("csv", "XLSX"), "format XLSX is not known"),
    ((), r"format \(none\)"),
]


@pytest.mark.parametrize(("formats", "complaint"), WRONG)
def test_an_unknown_format_is_refused(formats: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(Unusable, match=complaint):
        check_formats(formats)


@pytest.mark.parametrize(("name", "extra"), [("parquet", r"coalitie\[parquet\]"), ("xlsx", r"coalitie\[tables\]")])
def test_a_missing_extra_is_named(name: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    check_formats(("csv", "jsonl", "sqlite"))
    with pytest.raises(Unusable, match=f"format {name} needs .*{extra}"):
        check_formats(("csv", name))


def test_an_sqlite_without_search_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite.can_search()
    monkeypatch.setattr(sqlite, "can_search", lambda: False)
    with pytest.raises(Unusable, match="full-text search"):
        check_formats(("sqlite",))


def test_names_have_no_json_lines(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="format jsonl is not known"):
        dedupe(tmp_path / "names.csv", Columns("naam"), tmp_path / "out", formats=("csv", "jsonl"))


def test_a_table_of_names_in_every_format_also_after_a_rerun(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("naam,gemeente\nGGD,Tiel\nStichting Waalkant,GM0281\n", encoding="utf-8")
    out = tmp_path / "out"
    dedupe(tmp_path / "names.csv", Columns("naam", "gemeente"), out, formats=NAME_FORMATS)
    assert formats_of(out) == NAME_FORMATS
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "run.json"}
    with closing(sqlite3.connect(out / sqlite.FILE)) as opened:
        assert opened.execute("SELECT name FROM municipalities").fetchall() == [("Tiel",)]
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        assert len(opened.execute("SELECT * FROM organisations").fetchall()) == 2
    (out / sqlite.FILE).write_bytes(b"stale")
    rerun(out)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "run.json"} == before


def test_a_run_has_the_formats_that_were_asked_for_last(tmp_path: Path) -> None:
    page = "Coalitie in Tiel, Gelderland\n\nDeelnemers\n\n• Gemeente Tiel\n• GGD\n".encode()
    order = Order(("-",), tmp_path / "run", model="embedded", stdin=page, formats=FORMATS)
    assert not any("without format csv" in warning for warning in extract(order).warnings)
    assert formats_of(order.out) == FORMATS
    assert {path.name for path in order.out.iterdir()} >= FILES
    assert validate(order.out) == []
    warnings = extract(replace(order, formats=("sqlite",))).warnings
    assert any("without format csv" in warning for warning in warnings)
    assert formats_of(order.out) == ("sqlite",)
    with pytest.raises(Unusable, match=r"has no datapackage\.json"):
        validate(order.out)
