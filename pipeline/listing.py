"""Rows of one type as a table to look at, as CSV or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from .formats import cell_text, csv_text, json_text
from .problems import Unusable
from .report.shown import name

FORMATS = ("table", "csv", "json")
_WIDEST = 48  # letters of a cell in a table to look at


def check_format(form: str, known: Sequence[str] = FORMATS) -> None:
    """Raises Unusable for a format that no listing has."""
    if form not in known:
        raise Unusable(f"format {form} is not known; known are {', '.join(known)}")


def written(row_type: type, rows: Sequence[Any], form: str, columns: Sequence[str] = ()) -> str:
    """Dataclass rows in one of FORMATS, with all columns or those named; the field `from_` is the column `from`."""
    check_format(form)
    names = list(columns or [item.name for item in fields(row_type)])
    header = [name.rstrip("_") for name in names]
    cells = [[getattr(row, name) for name in names] for row in rows]
    if form == "json":
        return json_text([dict(zip(header, map(_plain, row), strict=True)) for row in cells])
    return csv_text(header, cells) if form == "csv" else aligned(header, cells)


def aligned(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in columns: text to the left, numbers to the right; long cells are cut."""
    cells = [[name(cell_text(cell), _WIDEST) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    right = [bool(rows) and all(isinstance(row[at], int | float) for row in rows) for at in range(len(header))]

    def line(parts: Sequence[str]) -> str:
        padded = (p.rjust(w) if r else p.ljust(w) for p, w, r in zip(parts, widths, right, strict=True))
        return "  ".join(padded).rstrip() + "\n"

    return "".join([line(header), line(["-" * width for width in widths]), *map(line, cells)])


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)
