"""The lines of PDF pages in the order of reading: running headers and footers left out, columns one after another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from .pdf_lines import PdfPageLines, Piece

Line = tuple[Piece, ...]

_EDGE = 0.13  # of the height of a page: where headers and footers stand
_BOTTOM = 0.07  # of the height of a page: a number there is that of the page, on a single page too
_MOST = 0.5  # of the pages
_LARGER = 1.15  # than other lines: a title, even where every page has it
_TITLE = 1.3  # than other lines: no row of a table
_COLUMN_ROWS = 6  # lines next to each other before they are taken for columns
_DIGITS = re.compile(r"\d+")
_PAGE = re.compile(r"(?:pagina|page|blz\.?|p\.)\s*\d+(?:\s*(?:/|van|of)\s*\d+)?|\d+\s*/\s*\d+", re.IGNORECASE)
_NUMBER = re.compile(r"[-–]?\s*\d{1,3}\s*[-–]?")
_OF_PAGES = re.compile(r"\d+\s*/\s*\d+")
_PRINTED = re.compile(r"file:///\S*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4},? \d{1,2}:\d{2}(?: [AP]M)?")


# --- headers and footers


def without_running_lines(pages: Sequence[PdfPageLines]) -> list[PdfPageLines]:
    """The pages without lines that most of them repeat at the same place, page numbers, and what a browser prints
    around a page. A line counts as the same where only its figures differ."""
    usual = median([piece.height for page in pages for line in page.lines for piece in line] or [0.0])
    edges = [_at_edges(page) for page in pages]
    seen = Counter(key for at_edge in edges for key in {_key(line) for line in at_edge})
    needed = max(2.0, _MOST * len({page.number for page in pages}))

    def runs(page: PdfPageLines, line: Line) -> bool:
        if line[0].height > _LARGER * usual:
            return False
        text = _text(line)
        lowest = line[0].base < _BOTTOM * page.height
        if _PAGE.fullmatch(text) or (lowest and _NUMBER.fullmatch(text)) or _is_browsers(line):
            return True
        words, at = _key(line)
        return any(seen[(words, at + near)] >= needed for near in (-1, 0, 1))

    kept: list[PdfPageLines] = []
    for page, at_edge in zip(pages, edges, strict=True):
        gone = {id(line) for line in at_edge if runs(page, line)}
        kept.append(replace(page, lines=tuple(line for line in page.lines if id(line) not in gone)))
    return kept


def _is_browsers(line: Line) -> bool:
    """What a browser prints around a page: date and title above, address and number below."""
    numbered = len(line) > 1 and bool(_OF_PAGES.fullmatch(line[-1].text))
    return numbered or any(_PRINTED.fullmatch(piece.text) for piece in line)


def _at_edges(page: PdfPageLines) -> list[Line]:
    """The lines at the upper and the lower edge of what a page prints."""
    bases = [line[0].base for line in page.lines] or [0.0]
    low, high = min(bases), max(bases)
    margin = min(_EDGE * page.height, 0.25 * (high - low) + 1)
    return [line for line in page.lines if not low + margin <= line[0].base <= high - margin]


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", _text(line)).lower(), round(line[0].base / 4)


def _text(line: Line) -> str:
    return " ".join(piece.text for piece in line)


# --- order


def in_reading_order(page: PdfPageLines) -> Iterator[list[Line]]:
    """The lines of a page as regions that are read one after another: a column, or the page as a whole.

    The order in which a page is drawn is that of its writer and is kept, unless it jumps about; columns that are drawn
    line by line are taken apart.
    """
    runs = _runs(page.lines)
    if _jumps_about(runs):
        runs = _runs(_by_place(page.lines))
    for run in runs:
        lines = _settled(_merged(run))
        yield from _columns([_parted(line, lines) for line in lines])


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines in order, parted where the next one stands higher."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line[0].base < runs[-1][-1][0].base + 0.5 * line[0].height and _follows(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _follows(above: Line, line: Line) -> bool:
    """Below the line above, or further right on the same height."""
    return line[0].base < above[0].base - 0.3 * line[0].height or line[0].left >= above[-1].right - 1


def _jumps_about(runs: list[list[Line]]) -> bool:
    """Whether most lines stand above the one before, or runs in each other's way, over heights and widths of others."""
    if len(runs) < 2:
        return False
    if len(runs) > max(2, sum(len(run) for run in runs) / 2):
        return True
    boxes = [_box(run) for run in runs]
    crossed = sum(
        1
        for n, (left, low, right, high) in enumerate(boxes)
        for other_left, other_low, other_right, other_high in boxes[n + 1 : n + 20]
        if left < other_right - 5 and other_left < right - 5 and low < other_high - 2 and other_low < high - 2
    )
    return crossed > len(runs) / 2


def _box(run: list[Line]) -> tuple[float, float, float, float]:
    pieces = [piece for line in run for piece in line]
    bases = [piece.base for piece in pieces]
    return min(p.left for p in pieces), min(bases), max(p.right for p in pieces), max(bases)


def _by_place(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-round(line[0].base / 3), line[0].left))


def _merged(run: list[Line]) -> list[Line]:
    """Neighbours on one height as one line with cells."""
    merged: list[Line] = []
    for line in run:
        if merged and abs(merged[-1][0].base - line[0].base) < 0.3 * line[0].height:
            merged[-1] = (*merged[-1], *line)
        else:
            merged.append(line)
    return merged


def _settled(lines: list[Line]) -> list[Line]:
    """Lines whose pieces are no cells as one piece: words of a justified line may stand as far apart. Cells are in line
    with those of a row near by."""
    settled: list[Line] = []
    usual = median([line[0].height for line in lines] or [0.0])
    for n, line in enumerate(lines):
        around = [other for other in (*lines[max(0, n - 4) : n], *lines[n + 1 : n + 5]) if len(other) > 1]
        cells = line[0].height < _TITLE * usual and any(_in_line(line, other) for other in around)
        settled.append(line if len(line) == 1 or _is_label(line[0]) or cells else (_as_one(line),))
    return settled


def _is_label(piece: Piece) -> bool:
    """A marker or a label, which goes with what stands behind it."""
    return len(piece.text) < 4 or piece.text.endswith(":")


def _in_line(line: Line, other: Line) -> bool:
    """Whether some cells begin at the same place, or all are parted by the same empty strips."""
    height = line[0].height
    if abs(line[0].base - other[0].base) > 6 * height:
        return False
    same_edge = sum(1 for one in line[1:] if any(abs(one.left - two.left) < 1.5 for two in other[1:]))
    if same_edge >= max(1, 0.5 * (min(len(line), len(other)) - 1)):
        return True
    strips = [(one.right, two.left) for one, two in pairwise(line)]
    others = [(one.right, two.left) for one, two in pairwise(other)]
    same = zip(strips, others, strict=False)
    return len(line) == len(other) and all(min(b, d) - max(a, c) > 0.8 * height for (a, b), (c, d) in same)


def _as_one(line: Line) -> Piece:
    pieces = sorted(line, key=lambda piece: piece.left)
    words: list[tuple[float, int]] = []
    length = 0
    for piece in pieces:
        words += [(left, at + length) for left, at in piece.words]
        length += len(piece.text) + 1
    text = " ".join(piece.text for piece in pieces)
    bold = all(piece.bold for piece in pieces)
    return replace(pieces[0], text=text, right=pieces[-1].right, words=tuple(words), bold=bold)


def _parted(line: Line, run: list[Line]) -> Line:
    """A line with one piece whose cells stand too close to be told by their gap: parted where the cells of its
    neighbours begin."""
    if len(line) != 1:
        return line
    piece = line[0]
    at = next(n for n, other in enumerate(run) if other[0].base <= piece.base + 0.3 * piece.height)
    near = [other for other in run[max(0, at - 2) : at + 3] if len(other) > 1]
    if not near or abs(near[0][0].left - piece.left) > 3:
        return line
    edges = {round(cell.left) for other in near for cell in other[1:]}
    for left, index in piece.words[1:]:
        if any(abs(left - edge) < 1.5 for edge in edges):
            first = replace(
                piece,
                text=piece.text[:index].rstrip(),
                right=left - 1,
                words=tuple(w for w in piece.words if w[1] < index),
            )
            words = tuple((x, n - index) for x, n in piece.words if n >= index)
            return first, replace(piece, text=piece.text[index:], left=left, words=words, bullet=False)
    return line


def _columns(lines: list[Line]) -> Iterator[list[Line]]:
    """Columns of running text that are drawn line by line, one after another; else the lines as they are."""
    n = 0
    plain: list[Line] = []
    while n < len(lines):
        last, gutter = _column_rows(lines, n)
        if last - n >= _COLUMN_ROWS and _is_prose([line[0] for line in lines[n:last] if line[0].left < gutter - 2]):
            if plain:
                yield plain
                plain = []
            pieces = [piece for line in lines[n:last] for piece in line]
            yield [(piece,) for piece in pieces if piece.left < gutter - 2]
            yield [(piece,) for piece in pieces if piece.left >= gutter - 2]
            n = last
        else:
            plain.append(lines[n])
            n += 1
    if plain:
        yield plain


def _column_rows(lines: list[Line], n: int) -> tuple[int, float]:
    """Up to which line the lines from `n` on stand in two columns, and where the second one begins."""
    if len(lines[n]) != 2:
        return n, 0.0
    gutter = lines[n][1].left
    both = 0
    last = n
    while last < len(lines):
        pieces = lines[last]
        if any(piece.left < gutter - 2 < piece.right for piece in pieces) or len(pieces) > 2:
            break
        both += len(pieces) == 2
        last += 1
    return (last, gutter) if both >= _COLUMN_ROWS else (n, 0.0)


def _is_prose(pieces: list[Piece]) -> bool:
    """Wrapped lines begin in lower case and are long; cells of a table are neither."""
    if not pieces:
        return False
    low = sum(1 for piece in pieces if piece.text[:1].islower())
    return low >= 0.3 * len(pieces) and median(len(piece.text) for piece in pieces) >= 20
