"""The tables as one Excel workbook: a sheet per table and one that explains the columns.

Every text is written as text, so that none is carried out as a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..contract import COLUMN_HEADER, column_rows
from ..excel import LONGEST_TABLE, like_formula, shortened
from ..rows import Row, columns
from ..tables import plain

if TYPE_CHECKING:
    from openpyxl import Workbook

FILE = "coalitie.xlsx"
EXPLAINED = "columns"  # the sheet that says what every column holds

_NARROWEST, _WIDEST, _LOOKED_AT = 8, 60, 200  # letters, letters, rows
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML has no way to write these
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # which Excel would take for a character by its number
_LINE_END = re.compile("\r\n?")
_THEN = datetime(2000, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")

_Tables = Sequence[tuple[type[Row], Sequence[Row]]]


def workbook_file(tables: _Tables) -> bytes:
    """The workbook: first lines frozen, with filters, columns as wide as their cells. Lines end in `\\n`.

    A table that is too long for one sheet goes on in another, as in `entities (2)`; a text that is too long for a cell
    is cut and says so.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created = "coalitie", _THEN
    for row_type, rows in tables:
        header = [column.name for column in columns(row_type)]
        for number, part in enumerate(_parts(rows), start=1):
            name = row_type.NAME if number == 1 else f"{row_type.NAME} ({number})"
            _sheet(book, name, header, [[plain(getattr(row, cell)) for cell in header] for row in part], row_type.NAME)
    _sheet(book, EXPLAINED, COLUMN_HEADER, column_rows([row_type for row_type, _ in tables]), "")
    made = io.BytesIO()
    book.save(made)
    return _without_clock(made.getvalue())


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """What goes on each sheet, a first line above it; one empty part where there is nothing."""
    length = LONGEST_TABLE - 1
    for start in range(0, max(len(rows), 1), length):
        yield rows[start : start + length]


def _sheet(book: Workbook, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], table: str) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(header))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for number, title in enumerate(header):
        cells = (row[number] for row in rows[:_LOOKED_AT])
        sheet.column_dimensions[get_column_letter(number + 1)].width = _width([title, *cells])

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = shortened(_written(value), table)
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"  # whatever it begins with
        if like_formula(text):
            made.quotePrefix = True  # stays text when somebody edits the cell
        return made

    titles = [cell(title) for title in header]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([cell(value) for value in row])


def _written(text: str) -> str:
    """A text as the file format can hold it."""
    return _ESCAPE.sub("_x005F_", _UNWRITABLE.sub("\ufffd", _LINE_END.sub("\n", text)))


def _width(values: Iterable[Any]) -> int:
    longest = max(len(line) for value in values for line in str(value if value is not None else "").split("\n"))
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _without_clock(data: bytes) -> bytes:
    """The same file with one moment for every part of it, so that the same tables give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = _MODIFIED.sub(rb"\g<1>" + _THEN.isoformat().encode() + b"Z", old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
