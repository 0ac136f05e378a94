"""Tables of texts: one member per row that says something, from the one column that holds the texts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from coalitie.pipeline.reading.delimiters import lines, written
from coalitie.pipeline.reading.kinds import Kind
from coalitie.pipeline.reading.limits import MIB, Limits
from coalitie.pipeline.reading.rendered import Hints, Member
from coalitie.pipeline.reading.tables import TableColumns, members
from coalitie.pipeline.reading.unpacking import texts_of
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given, settings
from hypothesis import strategies as st

LONG = (
    'Coalitie Lindewaard tegen eenzaamheid; een gezamenlijk plan, met "hart" voor ouderen.\n\nDeelnemers:\n- GGD Súdhoek\n'
    "- Welzijn De Brug\n- Bibliotheek Lindewaard\n\nDe coalitie komt vier keer per jaar bij elkaar in het gemeentehuis.\n"
)
SHORT = "Coalitie Eikenrode\n- Kerk, wijkteam\n"
ROWS = [("lindewaard", "Lindewaard", LONG * 2), ("eiken/rode", "Eikenrode", SHORT), ("", "", LONG)]
HEADER = ("id", "gemeente", "tekst")
Row = tuple[str, str, str]


def delimited(
    rows: list[Row] = ROWS,
    delimiter: str = ",",
    encoding: str = "utf-8",
    ends: str = "\r\n",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *rows])
    return out.getvalue().encode(encoding)


def workbook(sheets: dict[str, list[Row]] | None = None) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in ({"Blad1": ROWS} if sheets is None else sheets).items():
        sheet = book.create_sheet(title)
        sheet.append(HEADER if rows else ("Toelichting",))
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def objects() -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in ROWS]


def parquet(codec: str = "snappy", **types: pyarrow.DataType) -> bytes:
    out = io.BytesIO()
    columns = {
        name: pyarrow.array([row[i] for row in ROWS]).cast(types.get(name, pyarrow.string()))
        for i, name in enumerate(HEADER)
    }
    table = pyarrow.table({**columns, "lijst": pyarrow.array([[LONG], [], None])})
    pyarrow.parquet.write_table(table, out, compression=codec)
    return out.getvalue()


def taken(
    data: bytes, name: str, columns: TableColumns | None = None, limits: Limits | None = None
) -> list[tuple[str, str, str]]:
    """Name, where, and the text or the code of the problem."""
    found = members(data, Hints(name), limits or Limits(), columns)
    return [(m.name, m.where, m.problem.error if m.problem else m.data.decode(m.charset)) for m in found]


NAMED = TableColumns("tekst", "id")
FORMATS: list[tuple[str, bytes, int]] = [
    ("a.csv", delimited(), 2),
    ("a.csv", delimited(delimiter=";"), 2),
    ("a.csv", delimited(delimiter=";", encoding="cp1252"), 2),
    ("a.csv", delimited(delimiter=";", encoding="utf-8-sig", quoting=csv.QUOTE_ALL), 2),
    ("a.csv", b"sep=|\r\n" + delimited(delimiter="|"), 2),
    ("a.tsv", delimited(delimiter="\t", encoding="utf-16"), 2),
    ("a.csv", delimited(delimiter="\t", ends="\n"), 2),
    ("a.csv", b"\n" + delimited(delimiter="|", ends="\n"), 3),
    ("a.xlsx", workbook(), 2),
    ("a.xlsx", workbook({"Uitleg": [], "Leeg": [], "Texten": ROWS}), 2),
    ("a.json", json.dumps(objects()).encode(), 1),
    ("a.json", json.dumps({"versie": 1, "texten": objects(), "leeg": []}, indent=1).encode("utf-16"), 1),
    ("a.jsonl", "\n".join(map(json.dumps, objects())).encode(), 1),
    ("a.jsonl", "\r\n".join(json.dumps(o, ensure_ascii=False) for o in objects()).encode("cp1252"), 1),
    ("a.parquet", parquet(), 1),
    ("a.parquet", parquet("zstd", tekst=pyarrow.large_string(), id=pyarrow.binary()), 1),
    ("a.parquet", parquet("gzip", tekst=pyarrow.dictionary(pyarrow.int32(), pyarrow.string())), 1),
]
IDS = [f"{name} {i}" for i, (name, _, _) in enumerate(FORMATS)]


@pytest.mark.parametrize(("name", "data", "first"), FORMATS, ids=IDS)
@pytest.mark.parametrize("columns", [NAMED, TableColumns(" TEKST ", "Id")], ids=["named", "but for capitals"])
def test_one_member_per_row(name: str, data: bytes, first: int, columns: TableColumns) -> None:
    several = name == "a.xlsx" and data is not FORMATS[8][1]
    sheet, mark = ("sheet Texten, ", "Texten-") if several else ("", "")
    assert [(n, w, t.replace("\r\n", "\n")) for n, w, t in taken(data, name, columns)] == [
        (f"{mark}lindewaard", f"{sheet}row {first}", LONG * 2),
        (f"{mark}eiken-rode", f"{sheet}row {first + 1}", SHORT),
        (f"{mark}row-{first + 2}", f"{sheet}row {first + 2}", LONG),
    ]


@pytest.mark.parametrize(("name", "data", "first"), FORMATS, ids=IDS)
def test_the_only_column_of_long_texts_is_found(name: str, data: bytes, first: int) -> None:
    found = taken(data, name)
    assert [text.replace("\r\n", "\n") for _, _, text in found] == [LONG * 2, SHORT, LONG]
    assert found[0][0].endswith(f"row-{first}")


def table(*rows: dict[str, object]) -> bytes:
    return json.dumps(rows).encode()


UNCHOSEN = [
    (table({"a": LONG, "b": LONG, "c": "x"}), TableColumns(), "--text-column: a, b, c"),
    (table({"naam": "GGD", "plaats": "Súdhoek"}), TableColumns(), "--text-column: naam, plaats"),
    (table({"adres": "https://linde.example/" + "x" * 900, "n": 1}), TableColumns(), "--text-column: adres, n"),
    (table({"naam": "GGD", "plaats": "x"}), TableColumns("tekst"), "no column is called 'tekst'"),
    (table({"a": LONG}), TableColumns("a", "nummer"), "--id-column: a"),
    (b"tekst;tekst\na;b\n", TableColumns("tekst"), "2 columns are called 'tekst'"),
    (b"naam;plaats\n", TableColumns(), "naam, plaats"),
    (table(*[{f"kolom {i}": 1} for i in range(90)]), TableColumns(), "and 50 more"),
    (b'{"a": [{"b": 1}], "c": [{"d": 1}]}', TableColumns(), "JSON of another shape"),
]


@pytest.mark.parametrize(("data", "columns", "said"), UNCHOSEN)
def test_no_column_to_read(data: bytes, columns: TableColumns, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        taken(data, "a.csv" if data[:1] in b"nt" else "a.json", columns)
    assert caught.value.error == "no_text"
    assert said in caught.value.message


DELIMITERS = [
    ("a,b;c,d\n1;2\n3;4\n", ";"),
    ('naam,tekst\n"x; y; z","a; b"\n', ","),
    ('naam\ttekst\nx\t"a, b, c"\n', "\t"),
    ("tekst\nEen, twee\nDrie\n", "\x1f"),
    ("", "\x1f"),
    ("a|b\n1|2\n", "|"),
    ("sep=;\na,b;c\n", ";"),
]


@pytest.mark.parametrize(("content", "delimiter"), DELIMITERS)
def test_delimiter(content: str, delimiter: str) -> None:
    assert written(content).delimiter == delimiter


@settings(deadline=None)
@given(st.text(alphabet="a\r\n\u2028", max_size=30))
def test_lines_hold_everything(content: str) -> None:
    assert "".join(lines(content)) == content
    assert list(lines(content)) == list(io.StringIO(content, newline=""))


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n";,\t'), max_size=40)


@settings(deadline=None)
@given(st.lists(CELL, min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_quoted_csv_gives_back_every_text(cells: list[str], delimiter: str) -> None:
    rows = [(f"n{i}", "x", cell) for i, cell in enumerate(cells)]
    found = taken(delimited(rows, delimiter, quoting=csv.QUOTE_ALL), "a.csv", NAMED)
    assert [text for _, _, text in found] == [cell if cell.strip() else "empty" for cell in cells]


# --- rows that are not well


PROBLEMS: list[tuple[str, bytes, list[tuple[str, str]]]] = [
    ("a.csv", b"id;tekst\n1;Een\n2;\n;\n\n5;Vijf\n", [("1", "Een"), ("2", "empty"), ("5", "Vijf")]),
    ("a.csv", b"id;tekst\n1;Een;te veel\n2;Twee;;\n3\n", [("row-2", "damaged"), ("2", "Twee"), ("3", "empty")]),
    ("a.csv", b'id;tekst\n1;Een\n2;"Twee\n3;Drie\n', [("1", "Een"), ("row-3", "damaged")]),
    ("a.csv", b'id;tekst\n1;Een\n2;"Hij zei "hallo" en ging"\n3;Drie\n', [("1", "Een"), ("row-3", "damaged")]),
    ("a.csv", b'id;tekst\n1;Een 5" buis\n', [("1", 'Een 5" buis')]),
    ("a.csv", b"id;tekst\n1;Een\n1;Twee\n../../x;Drie\n..;Vier\n", [("1", "Een"), ("1-2", "Twee"), ("..-..-x", "Drie"), ("row-5", "Vier")]),
    ("a.json", b'[{"id": 1, "tekst": "Een"}, 7, {"id": 3}, {"tekst": ["x"], "id": 4}]', [("1", "Een"), ("row-2", "damaged"), ("3", "empty"), ("4", "empty")]),
    ("a.json", b'[{"id": 1.50, "tekst": "\\ud800half"}]', [("1.50", "?half")]),
    ("a.json", b'[{"id": ' + b"9" * 9999 + b', "tekst": NaN}]', [("9" * 180 + "…" + "9" * 19, "NaN")]),
    ("a.json", b'{"id": 1, "tekst": "Een"}', [("1", "Een")]),
    ("a.jsonl", b'{"id":1,"tekst":"Een"}\n{"id":2,\n\n[1]\n{"id":5,"tekst":"Vijf"}', [("1", "Een"), ("row-2", "damaged"), ("row-4", "damaged"), ("5", "Vijf")]),
    ("a.jsonl", b'{"id":1,"tekst":"Een"}\n{"tekst":' + b"[" * 99999, [("1", "Een"), ("row-2", "too_deep")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "expected"), PROBLEMS)
def test_problems_of_rows(name: str, data: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(name, text) for name, _, text in taken(data, name, NAMED)] == expected


REFUSED: list[tuple[str, bytes, str]] = [
    ("a.csv", b"", "empty"),
    ("a.csv", b'id;"tekst\n1;Een\n', "damaged"),
    ("a.csv", b"id;tekst\n" + bytes(9), "binary"),
    ("a.json", b"[" * 100_000 + b"]" * 100_000, "too_deep"),
    ("a.json", b'{"a":' * 100_000, "too_deep"),
    ("a.json", b'[{"tekst": "Een"', "damaged"),
    ("a.json", b"[]", "no_text"),
    ("a.xlsx", workbook()[:-30], "damaged"),
    ("a.xlsx", workbook({"Leeg": []}), "no_text"),
    ("a.parquet", b"PAR1" + bytes(90) + b"PAR1", "damaged"),
    ("a.parquet", parquet()[:-20] + bytes(20), "damaged"),
]


@pytest.mark.parametrize(("name", "data", "error"), REFUSED)
def test_tables_that_cannot_be_opened(name: str, data: bytes, error: str) -> None:
    with pytest.raises(Unreadable) as caught:
        taken(data, name)
    assert caught.value.error in (error, "no_text")


# --- hostile


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted({*old.namelist(), part}):
            was = old.read(name) if name in old.namelist() else b""
            new.writestr(name, change(was) if name == part else was)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 99 + b'"><!ENTITY b "' + b"&a;" * 99 + b'">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities(declared: bytes, encoding: str) -> None:
    def spoiled(xml: bytes) -> bytes:
        return (declared + xml.replace(b"Eikenrode", b"&a;")).decode().encode(encoding)

    assert error_of(changed(workbook(), SHEET, spoiled)) == "damaged"


def error_of(data: bytes, name: str = "a.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        taken(data, name, limits=limits)
    return caught.value.error


def test_a_workbook_with_links_to_other_files_is_read_without_them() -> None:
    def linked(xml: bytes) -> bytes:
        link = b'<Relationship Id="rId99" TargetMode="External" Target="http://linde.example/x.xlsx" '
        kind = b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"/>'
        return xml.replace(b"</Relationships>", link + kind + b"</Relationships>")

    found = taken(changed(workbook(), "xl/_rels/workbook.xml.rels", linked), "a.xlsx", NAMED)
    assert found == taken(workbook(), "a.xlsx", NAMED)


def test_formulas_give_what_was_last_shown() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["id", "tekst"])
    sheet.append(['=WEBSERVICE("http://linde.example")', LONG])
    book.save(out)
    assert taken(out.getvalue(), "a.xlsx", NAMED) == [("row-2", "row 2", LONG)]


def test_a_cell_at_the_far_corner_costs_no_memory() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["XFD20000"] = "tekst", LONG, "x"
    book.save(out)
    found = taken(out.getvalue(), "a.xlsx", TableColumns("tekst"), Limits(rows=10_000))
    assert [error for _, _, error in found] == [LONG, "too_many"]
    far = changed(
        workbook(),
        SHEET,
        lambda xml: xml.replace(b'<row r="1"', b'<row r="99999999999"').replace(b'r="A1"', b'r="A99999999999"'),
    )
    assert error_of(far, limits=Limits(rows=10_000)) in ("too_many", "damaged", "no_text")


def test_a_workbook_of_zeros() -> None:
    assert error_of(changed(workbook(), SHEET, lambda xml: xml + b" " * 40 * MIB)) == "too_large"


def test_one_long_text_shown_by_every_row() -> None:
    """What a workbook keeps once, it gives as often as it likes: the total counts what comes out."""
    shared = changed(
        workbook({"Blad1": [(str(i), "x", "woord") for i in range(200)]}),
        SHEET,
        lambda xml: xml.replace(b't="inlineStr"><is><t>woord</t></is>', b't="s"><v>0</v>'),
    )
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"woord " * 5000
        + b"</t></si></sst>"
    )
    kind = b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"'
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType=' + kind + b"/></Types>"
    listed = changed(shared, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", override))
    data = changed(listed, "xl/sharedStrings.xml", lambda _: strings)
    found = taken(data, "a.xlsx", NAMED, Limits(total_bytes=2 * MIB))
    assert found[-1][2] == "too_large"
    assert 10 < len(found) < 80


def leaves_of(data: bytes, limits: Limits) -> list[tuple[str, str, str]]:
    found = texts_of("a.csv", data, Hints("a.csv"), limits, TableColumns("tekst"))
    return [(leaf.source, leaf.where, leaf.problem.error if leaf.problem else leaf.data.decode()) for leaf in found]


def test_rows_and_cells_are_limited() -> None:
    data = b"tekst\n" + b"een\n" * 50
    for leaves in (taken(data, "a.csv", TableColumns("tekst"), Limits(rows=20)), leaves_of(data, Limits(rows=20))):
        assert [text for _, _, text in leaves] == ["een"] * 20 + ["too_many"]
    long = b"tekst\n" + b"x" * 300_000 + b"\n" + b"y" * 3 * MIB + b"\nz\n"
    found = taken(long, "a.csv", TableColumns("tekst"), Limits(member_bytes=MIB))
    assert [len(t) for _, _, t in found[:1]] == [300_000]
    assert found[1][2] in ("too_large", "damaged")


def test_an_unclosed_quote_over_a_large_file() -> None:
    data = b'id;tekst\n1;"Een\n' + b"2;Twee\n" * 400_000
    assert taken(data, "a.csv", NAMED) == [("row-2", "row 2", "damaged")]


# --- as leaves


def test_cells_are_text_or_html_whatever_they_are_called() -> None:
    cells = {
        "a.pdf": "%PDF-1.4 zei hij",
        "b.html": "Een\nTwee",
        "c": "<p>Een</p><p>Twee</p>",
        "d.zip": "PK",
        "e": '[{"a": 1}]',
    }
    data = json.dumps([{"id": key, "tekst": value} for key, value in cells.items()]).encode()
    leaves = list(texts_of("d.json", data, Hints("d.json"), Limits(), NAMED))
    assert [(leaf.source, leaf.kind) for leaf in leaves] == [
        ("d.json/a.pdf", Kind.TEXT),
        ("d.json/b.html", Kind.TEXT),
        ("d.json/c", Kind.HTML),
        ("d.json/d.zip", Kind.TEXT),
        ("d.json/e", Kind.TEXT),
    ]
    assert {leaf.charset for leaf in leaves} == {"utf-8"}


# --- never anything else


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FORMATS), st.data())
def test_broken_tables_give_members_or_unreadable(case: tuple[str, bytes, int], draw: st.DataObject) -> None:
    if case[0] == "a.parquet":
        return  # its reader is C++ and may end the process on such bytes: that is what worker processes are for
    broken = bytearray(case[1])
    for _ in range(draw.draw(st.integers(0, 6))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(broken[: draw.draw(st.integers(0, len(broken)))])
    small = Limits(member_bytes=MIB, total_bytes=2 * MIB, rows=200)
    try:
        for member in members(cut, Hints(case[0]), small, draw.draw(st.sampled_from([None, NAMED]))):
            assert isinstance(member, Member)
    except Unreadable:
        pass


@settings(deadline=None)
@given(
    st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.xlsx"]),
    st.binary() | st.text().map(lambda t: t.encode("utf-8", "replace")),
)
def test_junk_gives_members_or_unreadable(name: str, junk: bytes) -> None:
    assert list(texts_of(name, junk, Hints(name), Limits(), NAMED))
