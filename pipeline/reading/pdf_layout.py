"""Lines of a PDF as blocks: what is a heading, an item, a row of a table, and which lines are one paragraph.

Nothing in a PDF says so; it is told from geometry. A line goes on in the next one where that stands at the usual
distance and its first word would not have fitted at the end of the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .composing import BULLET, Composed, Composer
from .pdf_lines import PdfPageLines, Piece
from .pdf_measures import (
    ENDED,
    INDENT,
    LARGER,
    MARKER,
    SAME_EDGE,
    Measures,
    Row,
    goes_low,
    has_bullet,
    marker,
    near,
)
from .pdf_order import in_reading_order, without_running_lines
from .pdf_words import Words, clean

_QUOTES = "“„\"'‘»«–—"


@dataclass(slots=True)
class _Block:
    """A block that may go on: its kind, its rows so far, their text as one."""

    kind: str  # heading, paragraph, item, row
    rows: list[Row]
    lines: list[str]  # parted by line breaks of the writer
    marker: str = ""
    text_left: float = 0.0  # where the words of an item begin
    cells: list[Piece] = field(default_factory=list)
    bare: bool = False  # an item without a marker


def compose(pages: Sequence[PdfPageLines]) -> Composed:
    """All pages as one text, with the page that each block begins on."""
    pages = without_running_lines(pages)
    regions = [(page.number, region) for page in pages for region in in_reading_order(page)]
    rows = [
        Row(pieces, page, n)
        for n, (page, region) in enumerate(regions)
        for pieces in (_joined(line) for line in region)
    ]
    if not rows:
        return Composed("")
    reader = _Layout(rows, {page.number: page.width for page in pages})
    return reader.composed()


def _joined(line: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A bullet, a number or a label with a colon belongs to the words behind it, however wide the gap."""
    pieces = list(line)
    while len(pieces) > 1:
        first, second = pieces[0], pieces[1]
        if not (MARKER.fullmatch(first.text + " ") or first.text.endswith(":")):
            break
        shift = len(first.text) + 1
        words = (*first.words, *((left, at + shift) for left, at in second.words))
        pieces[:2] = [
            replace(first, text=f"{first.text} {second.text}", right=second.right, words=words,
                    bold=first.bold and second.bold, height=second.height, base=second.base)
        ]  # fmt: skip
    return tuple(pieces)


class _Layout:
    def __init__(self, rows: list[Row], widths: dict[int, float]) -> None:
        self._rows = rows
        self._measures = Measures(rows, widths)
        self._words = Words(piece.text for row in rows for piece in row.pieces)
        self._has_bullets = sum(row.first.bullet or has_bullet(row.first) for row in rows) > 1
        self._composer = Composer()
        self._region, self._page = rows[0].region, rows[0].page  # of the item above
        self._told: _Block | None = None  # the block before
        self._levels: list[float] = []  # where the markers of the open list stand, outermost first

    def composed(self) -> Composed:
        """Every row told in order."""
        block: _Block | None = None
        above: Row | None = None
        for n, row in enumerate(self._rows):
            below = self._rows[n + 1] if n + 1 < len(self._rows) else None
            if block is None or above is None or not self._goes_on(block, above, row, below):
                self._tell(block)
                block = self._begun(row, n)
            above = row
        self._tell(block)
        return self._composer.compose()

    # --- what a row is

    def _begun(self, row: Row, n: int) -> _Block:
        first = row.first
        if len(row.pieces) > 1 or self._between_cells(n):
            return _Block("row", [row], [], cells=list(row.pieces))
        marker = self._marked(row, *(self._rows[m] if 0 <= m < len(self._rows) else None for m in (n - 1, n + 1)))
        large = first.height > LARGER * self._measures.size
        if first.bullet:
            return _Block("item", [row], [first.text], BULLET, first.left)
        if marker is not None and not large and not (first.bold and marker["number"]):
            shown = (marker["number"] or "").strip() or marker["dash"] or BULLET
            begin = next((left for left, at in first.words if at == marker.end()), first.left)
            return _Block("item", [row], [first.text[marker.end() :]], shown, begin)
        if large or (first.bold and first.height > 0.9 * self._measures.size and not self._in_bold_text(n)):
            return _Block("heading", [row], [first.text])
        if self._listed_bare(n):
            return _Block("item", [row], [first.text], BULLET, first.left, bare=True)
        return _Block("paragraph", [row], [first.text])

    def _marked(self, row: Row, *around: Row | None) -> re.Match[str] | None:
        """The typed marker of a row; a dash or an 'o' is one only next to another: a dash also tells who is
        quoted."""
        match = marker(row.first)
        if match is None or not (match["dash"] or match["o"]):
            return match
        others = [marker(other.first) for other in around if other is not None]
        return match if any(other is not None and other[0] == match[0] for other in others) else None

    def _between_cells(self, n: int) -> bool:
        """A row of which only the first cell is filled, between rows of the same table."""
        if not 0 < n < len(self._rows) - 1:
            return False
        above, row, below = self._rows[n - 1 : n + 2]
        aligned = abs(above.first.left - row.first.left) < SAME_EDGE > abs(below.first.left - row.first.left)
        even = abs(self._measures.gap(above, row) - self._measures.gap(row, below)) < 0.1
        return len(above.pieces) == len(below.pieces) > 1 and aligned and even and above.page == below.page

    def _in_bold_text(self, n: int) -> bool:
        """Whether a bold line is one of a whole bold paragraph."""
        around = [self._rows[m] for m in (n - 1, n + 1) if 0 <= m < len(self._rows)]
        bold = sum(
            1 for row in around if row.first.bold and near(row.first.height, self._rows[n].first.height)
            and self._measures.filled(self._rows[n - 1] if row is self._rows[n - 1] else self._rows[n], row)
        )  # fmt: skip
        return bold == 2

    def _listed_bare(self, n: int) -> bool:
        """Short lines in a row that are set in, on a page that shows no bullets at all: their bullets were lost."""
        if self._has_bullets or not self._set_in(n):
            return False
        return self._set_in(n - 1) or self._set_in(n + 1)

    def _set_in(self, n: int) -> bool:
        if not 0 <= n < len(self._rows) or len(self._rows[n].pieces) > 1:
            return False
        row = self._rows[n]
        short = n + 1 == len(self._rows) or not self._measures.filled(row, self._rows[n + 1])
        quoted = row.first.text[:1] in _QUOTES
        return short and row.first.left > self._measures.left[row.region] + INDENT and not row.first.bold and not quoted

    # --- what goes on

    def _goes_on(self, block: _Block, above: Row, row: Row, below: Row | None) -> bool:
        """Whether a row belongs to the block that is open; if so, it is added."""
        if block.kind == "row":
            return self._adds_to_cells(block, above, row)
        if (
            len(row.pieces) > 1
            or row.first.bullet
            or self._marked(row, above, below)
            or not self._alike(above, row, block.kind)
        ):
            return False
        if row.region != above.region:
            goes = self._crosses(above, row) and block.kind != "heading"
        else:
            goes = self._measures.gap(above, row) > 0 and self._measures.close(above, row)
        if not goes:
            return False
        if (
            block.kind == "item"
            and row.first.left < block.text_left - SAME_EDGE
            and not self._measures.filled(above, row)
        ):
            return self._goes_on_below(block, row)
        if self._measures.filled(above, row) or (block.kind == "heading" and goes_low(above, row)):
            block.lines[-1] = self._words.join(block.lines[-1], row.first.text)
        elif block.kind == "heading" or block.bare or self._begins_paragraph(block, above, row, below):
            return False
        else:
            block.lines.append(row.first.text)
        block.rows.append(row)
        return True

    def _goes_on_below(self, block: _Block, row: Row) -> bool:
        """A line right below a typed marker makes both plain lines: '1. Aanleiding' above its text."""
        first = block.rows[0].first
        if len(block.rows) > 1 or first.bullet or abs(row.first.left - first.left) > SAME_EDGE:
            return False
        block.kind, block.marker, block.lines = "paragraph", "", [first.text, row.first.text]
        block.rows.append(row)
        return True

    def _alike(self, above: Row, row: Row, kind: str) -> bool:
        if not near(above.first.height, row.first.height):
            return False
        if kind == "heading":
            return above.first.bold == row.first.bold
        return not (row.first.bold and not above.first.bold and not self._measures.filled(above, row))

    def _begins_paragraph(self, block: _Block, above: Row, row: Row, below: Row | None) -> bool:
        """Without space between paragraphs: the line above ends a text of several lines, or this one is set in."""
        edge = block.rows[0].first.left if block.kind != "item" else block.text_left
        shift = row.first.left - (above.first.left if len(block.rows) > 1 else edge)
        if block.kind == "item":
            return row.first.left < block.text_left - SAME_EDGE
        if abs(shift) > INDENT:
            return True
        set_in = shift > SAME_EDGE
        wrapped = len(block.rows) > len(block.lines)
        long = wrapped or (
            below is not None and self._measures.filled(row, below) and self._measures.gap(row, below) > 0
        )
        return set_in or (long and bool(ENDED.search(above.first.text)))

    def _crosses(self, above: Row, row: Row) -> bool:
        """Whether a paragraph goes on in the next column or on the next page."""
        if len(above.pieces) > 1 or ENDED.search(above.first.text):
            return False
        return row.first.text[:1].islower() or above.first.text.endswith(("-", "\u0002", ","))

    def _adds_to_cells(self, block: _Block, above: Row, row: Row) -> bool:
        """A row that goes on in some cells of the one above, as its first cell is empty."""
        if row.region != above.region or row.first.bullet or not self._measures.close(above, row):
            return False
        targets = [
            next((n for n, cell in enumerate(block.cells) if abs(cell.left - piece.left) < SAME_EDGE), None)
            for piece in row.pieces
        ]
        if not targets or any(target in {None, 0} for target in targets):
            return False
        for target, piece in zip(targets, row.pieces, strict=True):
            assert target is not None
            cell = block.cells[target]
            block.cells[target] = replace(cell, text=self._words.join(cell.text, piece.text))
        return True

    # --- telling

    def _tell(self, block: _Block | None) -> None:
        if block is None:
            return
        self._composer.at(f"page {block.rows[0].page}")
        text = "\n".join(clean(line) for line in block.lines)
        if self._is_apart(block):
            self._composer.end_list()
            self._levels.clear()
        elif block.kind != "item":
            self._levels.clear()
        self._told = block
        if block.kind == "item":
            self._move_levels(block.rows[0])
            self._composer.item(text, self._depth(block.text_left), block.marker)
        elif block.kind == "row":
            cells = [clean(cell.text) for cell in block.cells]
            self._composer.row([*cells, ""] if len(cells) == 1 else cells)
        elif block.kind == "heading":
            self._composer.heading(text)
        else:
            self._composer.paragraph(text)

    def _is_apart(self, block: _Block) -> bool:
        """Whether an item stands apart from the list above it, with markers of another kind."""
        last = self._told
        if last is None or not last.kind == block.kind == "item" or last.rows[-1].region != block.rows[0].region:
            return False
        other = last.marker[-1:] != block.marker[-1:]
        return other and not self._measures.close(last.rows[-1], block.rows[0])

    def _move_levels(self, row: Row) -> None:
        """A list that goes on in the next column stands as far to the right as that column does."""
        if row.region != self._region and row.page == self._page:
            shift = self._measures.left[row.region] - self._measures.left[self._region]
            self._levels = [level + shift for level in self._levels]
        self._region, self._page = row.region, row.page

    def _depth(self, left: float) -> int:
        while self._levels and self._levels[-1] > left + SAME_EDGE * 2:
            self._levels.pop()
        if not self._levels or self._levels[-1] < left - SAME_EDGE * 2:
            self._levels.append(left)
        return len(self._levels) - 1
