"""Measures of the lines of a PDF: how large and how far apart they are, where columns begin and end, and by that
whether a line is full.

A line is full where the first word of the next would not have fitted behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .pdf_lines import HYPHEN, Piece

MARKER = re.compile(
    r"(?P<bullet>[•▪◦‣·●○■□◆➢➤→✓✔\uf0b7\uf0a7])\s*|(?P<dash>[-–*])\s+|(?P<o>o)\s+(?=\S)"
    r"|(?P<number>\(?\d{1,2}[.)](?:\s|(?=[^\W\d_]))|[a-z][.)]\s)\s*"
)
ENDED = re.compile(r"[.!?…:;][\"”’')]*\Z")
_LOW = re.compile(r"['’(]?[a-zà-ÿ][a-zà-ÿ'’-]*[,;:.!?)]*(?:\s|\Z)")  # a word, not an address
_ADDRESS = re.compile(r"\S+@\S|www\.|https?://")  # so long that it says little about the room above it
_NEARLY = 0.8  # of the width of a column: a line that goes on where the next begins in lower case,
_ALMOST = 0.88  # or whatever follows, as long as it ends no sentence
LARGER = 1.08  # than running text: a heading
_WIDER_GAP = 1.22  # than between the lines of a paragraph: another block
_FIRST_LEADING = 1.25  # between two base lines, in heights of a line, where the text itself does not tell
_SHARED = 0.1  # of the lines of a region: where so many begin is its edge
SAME_EDGE = 2.5  # points
INDENT = 14.0  # points: deeper is a list or quotation, not the first line of a paragraph


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text, or the cells of one row; `region` numbers the columns of the document in order."""

    pieces: tuple[Piece, ...]
    page: int
    region: int

    @property
    def first(self) -> Piece:
        return self.pieces[0]


class Measures:
    """Measures of all rows of a document: `size` of running text, `leading` of its lines in heights of a line, `left`
    edges of regions."""

    def __init__(self, rows: list[Row], widths: dict[int, float]) -> None:
        self._rows = rows
        self._widths = widths
        self.size = _usual_size(rows)
        self.left = _left_edges(rows)
        self._regions: dict[int, set[int]] = {}
        self._margins: dict[int, float] = {}
        self._right: dict[int, float] = {}
        for row in rows:
            self._regions.setdefault(row.page, set()).add(row.region)
            if row.first.height < LARGER * self.size:
                self._right[row.region] = max(self._right.get(row.region, 0.0), row.pieces[-1].right)
        self.leading = self._usual_leading()
        self._edges = self._right_edges()

    def gap(self, above: Row, row: Row) -> float:
        """Between the base lines, in heights of a line; below 0 where the row stands higher."""
        return (above.first.base - row.first.base) / max(above.first.height, row.first.height, 0.1)

    def close(self, above: Row, row: Row) -> bool:
        """Whether a row stands no further below another than the lines of a paragraph do."""
        return self.gap(above, row) <= _WIDER_GAP * self.leading

    def filled(self, above: Row, row: Row) -> bool:
        """Whether the first word of a row would not have fitted at the end of the one above."""
        if _broken(above.first.text, row.first.text):
            return True
        last = above.pieces[-1]
        if last.right + _first_word(row) >= self._edge(above) - 0.5:
            goes_on = self._reach(above) > _NEARLY or last.text.endswith((",", ":", "("))
            return goes_on or not _ADDRESS.match(row.first.text)
        unfinished = len(last.text) > 30 and not ENDED.search(last.text)
        return unfinished and self._reach(above) > (_NEARLY if goes_low(above, row) else _ALMOST)

    def _reach(self, row: Row) -> float:
        """How much of its column a line takes up, from 0 to 1."""
        left = self.left[row.region]
        return (row.first.right - left) / max(self._edge(row) - left, 1.0)

    def _edge(self, row: Row) -> float:
        """Where the lines of a column break: as its text tells, but never beyond a margin as wide as the left one."""
        if row.region not in self._margins:
            beside = [self.left[region] for region in self._regions[row.page]]
            following = (other for other in beside if other > self.left[row.region] + INDENT)
            beyond = self._widths[row.page] - min(beside)
            self._margins[row.region] = min((other - 1.2 * self.size for other in following), default=beyond)
        margin = self._margins[row.region]
        return min(self._edges.get(self._column(row), margin), max(margin, row.pieces[-1].right))

    def _right_edges(self) -> dict[int, float]:
        """The right edges of columns by the left one: where justified lines end, else the nearest place where a word
        surely did not fit."""
        ends: dict[int, list[tuple[float, float]]] = {}
        for above, row in self._pairs():
            usual = above.first.height < LARGER * self.size and self.close(above, row)
            if usual and self._surely_one(above, row):
                ends.setdefault(self._column(above), []).append((above.first.right, _first_word(row)))
        edges: dict[int, float] = {}
        for column, found in ends.items():
            furthest = max(right for right, _ in found)
            justified = sum(1 for right, _ in found if furthest - right < 1) > max(1, len(found) / 2)
            edges[column] = furthest if justified else min(right + word for right, word in found)
        return edges

    def _column(self, row: Row) -> int:
        return round(self.left[row.region] / 10)

    def _usual_leading(self) -> float:
        """The distance of lines within a paragraph, in heights of a line."""
        gaps = [(self.gap(above, row), above, row) for above, row in self._pairs()]
        gaps = [entry for entry in gaps if 0.7 < entry[0] < 2.6]
        sure = [gap for gap, above, row in gaps if self._surely_one(above, row)]
        if sure:
            return median(sure)
        return min([gap for gap, _, _ in gaps] + [_FIRST_LEADING])

    def _pairs(self) -> Iterator[tuple[Row, Row]]:
        """Neighbours in one column, of one size, that hold a single line each."""
        for above, row in pairwise(self._rows):
            single = len(above.pieces) == len(row.pieces) == 1
            if single and above.region == row.region and near(above.first.height, row.first.height):
                yield above, row

    def _surely_one(self, above: Row, row: Row) -> bool:
        """Whether the words alone tell that a line goes on: it is one of the longest, and the next begins low."""
        width = above.first.right - self.left[above.region]
        longest = self._right.get(above.region, 0.0) - self.left[above.region]
        marked = row.first.bullet or marker(row.first)
        return width > 12 * above.first.height and width > 0.85 * longest and not marked and goes_low(above, row)


def _left_edges(rows: list[Row]) -> dict[int, float]:
    """Where the lines of each region begin: the leftmost place that several share, as a single one may stand aside."""
    lefts: dict[int, list[float]] = {}
    for row in rows:
        lefts.setdefault(row.region, []).append(row.first.left)
    edges: dict[int, float] = {}
    for region, found in lefts.items():
        needed = max(2.0, _SHARED * len(found))
        ordered = sorted(found)
        shared = (left for n, left in enumerate(ordered) if bisect_right(ordered, left + SAME_EDGE) - n >= needed)
        edges[region] = next(shared, ordered[0])
    return edges


def _usual_size(rows: list[Row]) -> float:
    """The height that most characters have."""
    sizes: Counter[float] = Counter()
    for row in rows:
        for piece in row.pieces:
            sizes[round(piece.height * 2) / 2] += len(piece.text)
    return max(sizes, key=lambda size: (sizes[size], -size))


def marker(piece: Piece) -> re.Match[str] | None:
    match = MARKER.match(piece.text)
    return match if match and match.end() < len(piece.text) else None


def goes_low(above: Row, row: Row) -> bool:
    """Whether a line begins with a word in lower case and the one above ends no sentence."""
    return bool(_LOW.match(row.first.text)) and not ENDED.search(above.first.text)


def has_bullet(piece: Piece) -> bool:
    match = marker(piece)
    return match is not None and match["number"] is None


def near(one: float, other: float) -> bool:
    return abs(one - other) < 0.06 * max(one, other)


def _first_word(row: Row) -> float:
    """How much room the first word of a row takes, a space included."""
    words = row.first.words
    return (words[1][0] if len(words) > 1 else row.first.right + 0.25 * row.first.height) - row.first.left


def _broken(above: str, below: str) -> bool:
    """Whether a line ends within a word."""
    return above.endswith(("-", HYPHEN)) and above[-2:-1].isalpha() and below[:1].islower()
