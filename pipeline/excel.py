"""A variant of the tables that a Dutch Excel opens as it is; the tables of the contract stay as they are.

A cell of a text may begin like a formula ('=HYPERLINK(…)', '+31 6 …'), which a spreadsheet would carry out. Here such a
cell gets an apostrophe in front.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from .formats import csv_lines
from .rows import Row

FOLDER = "excel"
LONGEST_CELL = 32_767  # UTF-16 units, what Excel calls characters
LONGEST_TABLE = 1_048_576  # lines, the header among them

_FORMULA = frozenset("=+-@\u2212")
_SPLITS = ("\t", "\r", "\n")
_UNSEEN = frozenset("ZCM")  # Unicode categories: white space; control and format characters; marks

_Tables = Sequence[tuple[type[Row], Sequence[Row]]]


def excel_files(tables: _Tables) -> dict[str, bytes]:
    """`excel/NAME.csv` for each table: UTF-8 with BOM, semicolons, `\\r\\n` line ends, decimal commas, text in quotes.

    No cell begins like a formula, unless it is a number of a numeric column; none is longer than Excel takes.
    """
    return {name: b"".join(pieces) for name, pieces in excel_streams(tables).items()}


def excel_streams(tables: _Tables) -> dict[str, Iterable[bytes]]:
    """The same in pieces that are made when they are written."""
    return {f"{FOLDER}/{row_type.NAME}.csv": _table(row_type, rows) for row_type, rows in tables}


def excel_note(tables: _Tables = ()) -> dict[str, Any]:
    """What was done, for the property `excel` of `datapackage.json`, and which `tables` are too long for a sheet."""
    return {
        "path": f"{FOLDER}/",
        "description": "The same tables for Excel with Dutch settings (list separator ';'). The CSV files beside this "
        "folder hold the texts as they are: process those, and open these.",
        "encoding": "utf-8 with byte order mark",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "decimalChar": ",",
        "formulas": "A text cell that begins with = + - @ (also their full-width forms, also behind white space and "
        "unseen characters), a tab or a line end has an apostrophe in front; numbers of numeric columns have not.",
        "longest_cell": f"A longer text than {LONGEST_CELL} characters is cut and ends in '{_note('NAME')}'.",
        "longest_table": LONGEST_TABLE,
        "tables_too_long": [row_type.NAME for row_type, rows in tables if len(rows) >= LONGEST_TABLE],
    }


def _table(row_type: type[Row], rows: Sequence[Row]) -> Iterator[bytes]:
    header = [item.name for item in fields(row_type)]
    yield _line(_cell(name, row_type.NAME) for name in header).encode("utf-8-sig")
    for row in rows:
        yield _line(_cell(getattr(row, name), row_type.NAME) for name in header).encode()


def _line(cells: Iterable[str]) -> str:
    return ";".join(cells) + "\r\n"


def _cell(value: Any, table: str) -> str:
    """A number as in the canonical table, but for its comma; text in quotes, so that nothing in it ends the cell."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return csv_lines([[value]]).rstrip("\n").replace(".", ",")
    text = str(getattr(value, "value", value))
    safe = shortened(f"'{text}" if like_formula(text) else text, table)
    return '"' + safe.replace('"', '""') + '"'


def like_formula(text: str) -> bool:
    """Whether a spreadsheet may take a cell of this text for a formula, or break it up."""
    if text.startswith(_SPLITS):
        return True
    first = next((c for c in text if unicodedata.category(c)[0] not in _UNSEEN), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA  # full-width and small forms become plain ones


def shortened(text: str, table: str) -> str:
    """A text no longer than Excel takes; where it is cut, its end says in which table it is whole."""
    if len(text) * 2 <= LONGEST_CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    note = _note(table)
    return units[: 2 * (LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note  # half a character is left out


def _note(table: str) -> str:
    return f"… (cut for Excel; whole in {table}.csv)"
