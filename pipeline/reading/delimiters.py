"""How a table in plain text is written: what stands between its cells, and its lines one by one."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CANDIDATES = (",", ";", "\t", "|")
_NONE = "\x1f"  # of a table of one column: stands in no text
_LOOKED_AT = 64 * 1024
_ROWS = 50
_DECLARED = re.compile(r"sep=(.)\r?\n", re.I)  # the first line that Excel writes and understands
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Written:
    """`start` is where the header begins."""

    delimiter: str
    start: int = 0


def written(content: str) -> Written:
    """The delimiter that cuts most rows into as many cells as the header; of equals the one that gives more cells."""
    declared = _DECLARED.match(content)
    if declared:
        return Written(declared[1], declared.end())
    best, delimiter = (0.0, 0), _NONE
    for candidate in _CANDIDATES:
        widths = _widths(content, candidate)
        if widths and widths[0] > 1:
            best, delimiter = max((best, delimiter), ((widths.count(widths[0]) / len(widths), widths[0]), candidate))
    return Written(delimiter)


def lines(content: str, start: int = 0) -> Iterator[str]:
    """Lines with their ends, of whatever system, without a copy of the whole."""
    return (found[0] for found in _LINE.finditer(content, start))


def _widths(content: str, delimiter: str) -> list[int]:
    """How many cells the first rows have; a last row that may be cut off does not count."""
    reader = csv.reader(lines(content[:_LOOKED_AT]), delimiter=delimiter)
    try:
        rows = [len(row) for row in itertools.islice(reader, _ROWS + 1) if row]
    except csv.Error:
        return []
    return rows[:-1] if len(rows) > 1 and (len(content) > _LOOKED_AT or len(rows) > _ROWS) else rows
