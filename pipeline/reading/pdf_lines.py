"""A page of a PDF as lines: characters with their places, joined where they stand on one line, with what marks them.

Lengths are in points, y grows upwards. The order is that in which the page draws its text.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from .composing import BULLET
from .html_links import behind

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

MAX_LINKS = 300  # of one page
MAX_BULLETS = 2_000
MAX_SHAPES = 20_000  # of one page: a map or chart has more, and none of them is a bullet
_CELL_GAP = 1.5  # in heights of a line: wider than any space, also in justified text
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_SYMBOLS = re.compile(r"wingdings|symbol|dingbats", re.IGNORECASE)
_BULLETS = "•·▪■●○§ØüqnlvuàðÞ"  # as fonts of symbols name what they print for the items of a list
_ASLANT = -1
_HEAVY = 600
HYPHEN = "\u0002"  # where pdfium sees a word broken at the end of a line


@dataclass(frozen=True, slots=True)
class Sign:
    """A character: where it begins and ends, its base line, the height of its font."""

    char: str
    left: float
    right: float
    base: float
    height: float
    bold: bool
    made: bool  # a space or line end that the page does not draw


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters next to each other: a line, or a cell of one. `words` holds where each word begins, and its index."""

    text: str
    left: float
    right: float
    base: float
    height: float
    bold: bool
    words: tuple[tuple[float, int], ...] = ()
    bullet: bool = False  # a small shape is drawn before it


@dataclass(frozen=True, slots=True)
class PdfPageLines:
    """The lines of a page in the order of drawing; `pictures` tells whether it shows any, `unknown` counts characters
    whose meaning the font does not tell."""

    number: int
    width: float
    height: float
    lines: tuple[tuple[Piece, ...], ...]
    pictures: bool = False
    characters: int = 0
    unknown: int = 0


def read_page(page: PdfPage, number: int) -> list[PdfPageLines]:
    """The lines of one page: those in its main direction, then those that are printed sideways."""
    textpage = page.get_textpage()
    try:
        by_turn, unknown = _signs(page, textpage)
    finally:
        textpage.close()
    shapes, pictures = _shapes(page)
    x0, y0, x1, y1 = page.get_bbox()
    found: list[PdfPageLines] = []
    for turn, signs in sorted(by_turn.items(), key=lambda entry: -len(entry[1])) or [(0, [])]:
        width, height = (x1 - x0, y1 - y0) if turn in {0, 180} else (y1 - y0, x1 - x0)
        told = _with_addresses(page, signs) if turn == 0 else signs
        lines = [_marked(line, shapes if turn == 0 else []) for line in _lines(told)]
        found.append(PdfPageLines(number, width, height, tuple(lines), pictures, len(signs), unknown))
        unknown = 0
    return found


def _signs(page: PdfPage, textpage: PdfTextPage) -> tuple[dict[int, list[Sign]], int]:
    """The characters of a page by the direction in which they run, and how many have no meaning."""
    from pypdfium2 import raw

    place = _Place(page)
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    by_turn: dict[int, list[Sign]] = {}
    unknown = 0
    bold = symbols = False
    turn = 0
    before = " "
    for i in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, i)
        made = raw.FPDFText_IsGenerated(textpage, i) == 1
        if code in {0, 0xFFFD, 0xFFFE} or (code < 0x20 and code not in {2, 9, 10, 13}):
            unknown += code != 0xFFFE
            continue
        if before.isspace() and not made:
            raw.FPDFText_GetFontInfo(textpage, i, name, 128, flags)
            font = name.value.decode("utf-8", "replace")
            bold = bool(_BOLD.search(font)) or raw.FPDFText_GetFontWeight(textpage, i) >= _HEAVY
            symbols = bool(_SYMBOLS.search(font))
            turn = _turn(raw.FPDFText_GetCharAngle(textpage, i))
        char = _char(code, symbols)
        before = char or before
        if turn == _ASLANT:
            continue
        raw.FPDFText_GetLooseCharBox(textpage, i, box)
        raw.FPDFText_GetCharOrigin(textpage, i, x, y)
        left, right, base, high = place.upright(turn, box.left, box.right, box.bottom, box.top, x.value, y.value)
        if not math.isfinite(left + right + base + high):  # a damaged page: it has no place
            continue
        by_turn.setdefault(turn, []).append(Sign(char, left, right, base, high, bold, made))
    return by_turn, unknown


def _turn(angle: float) -> int:
    """A direction in quarters of a circle, clockwise; `_ASLANT` where words run askew, as over a draft."""
    degrees = math.degrees(angle) % 360
    turn = round(degrees / 90) * 90
    return turn % 360 if abs(degrees - turn) < 10 else _ASLANT


class _Place:
    """Where characters stand for who turns the sheet until they are upright, from the lower left corner."""

    def __init__(self, page: PdfPage) -> None:
        self._x0, self._y0, self._x1, self._y1 = page.get_bbox()

    def upright(
        self, turn: int, left: float, right: float, bottom: float, top: float, x: float, y: float
    ) -> tuple[float, float, float, float]:
        """Left, right, base line and height of a box with its origin at x, y."""
        if turn == 90:
            return self._y1 - top, self._y1 - bottom, x - self._x0, right - left
        if turn == 180:
            return self._x1 - right, self._x1 - left, self._y1 - y, top - bottom
        if turn == 270:
            return bottom - self._y0, top - self._y0, self._x1 - x, right - left
        return left - self._x0, right - self._x0, y - self._y0, top - bottom


def _char(code: int, symbols: bool) -> str:
    char = chr(code)
    if 0xF020 <= code <= 0xF0FF or (symbols and not char.isspace()):
        return BULLET if char in _BULLETS or chr(code & 0xFF) in _BULLETS else " "
    if "\ufb00" <= char <= "\ufb06":
        return unicodedata.normalize("NFKC", char)
    if char in "\u200b\ufeff\u2060":
        return ""
    return HYPHEN if char == "\u00ad" else char


# --- links


def _with_addresses(page: PdfPage, signs: list[Sign]) -> list[Sign]:
    """Addresses that links lead to, behind the words that hide them."""
    found = list(signs)
    x0, y0, _, _ = page.get_bbox()
    for (left, bottom, right, top), target in _links(page):
        inside = [
            n
            for n, sign in enumerate(found)
            if left - 1 <= sign.left + x0 and sign.right + x0 <= right + 1 and bottom <= sign.base + y0 <= top
        ]
        hidden = behind("".join(found[n].char for n in inside), target)
        drawn = [n for n in inside if not found[n].char.isspace()]
        if drawn and hidden:
            found[drawn[-1]] = replace(found[drawn[-1]], char=f"{found[drawn[-1]].char} ({hidden})")
    return found


def _links(page: PdfPage) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Where links stand, and what they lead to."""
    from pypdfium2 import raw

    at, link = ctypes.c_int(0), raw.FPDF_LINK()
    for _ in range(MAX_LINKS):
        if not raw.FPDFLink_Enumerate(page, at, link):
            return
        action = raw.FPDFLink_GetAction(link)
        buffer, rect = ctypes.create_string_buffer(2_000), raw.FS_RECTF()
        if not action or not 0 < raw.FPDFAction_GetURIPath(page.pdf, action, buffer, 2_000) <= 2_000:
            continue
        if raw.FPDFLink_GetAnnotRect(link, rect):
            yield (rect.left, rect.bottom, rect.right, rect.top), buffer.value.decode("utf-8", "replace")


# --- lines


def _lines(signs: Sequence[Sign]) -> Iterator[tuple[Piece, ...]]:
    """Characters of one line after another; a line is parted where a gap is wider than a space."""
    pieces: list[Piece] = []
    open_signs: list[Sign] = []
    for sign in signs:
        if sign.char in "\r\n":
            continue
        last = next((s for s in reversed(open_signs) if not s.made), None)
        if last is not None and not sign.made:
            high = max(sign.height, last.height)
            same_line = abs(sign.base - last.base) < 0.4 * high and sign.left > last.left - 0.3 * high
            if not same_line or sign.left - last.right > _CELL_GAP * high:
                pieces.extend(_piece(open_signs))
                open_signs = []
                if not same_line and pieces:
                    yield tuple(pieces)
                    pieces = []
        open_signs.append(sign)
    pieces.extend(_piece(open_signs))
    if pieces:
        yield tuple(pieces)


def _piece(signs: list[Sign]) -> Iterator[Piece]:
    drawn = [sign for sign in signs if not sign.made and sign.char.strip()]
    if not drawn:
        return
    height = median(sign.height for sign in drawn)
    full = [sign for sign in drawn if sign.height > 0.85 * height]  # not a raised figure
    text: list[str] = []
    words: list[tuple[float, int]] = []
    length = 0
    for sign in signs:
        char = " " if sign.char.isspace() else sign.char
        if char == " " and (not text or text[-1].endswith(" ")):
            continue
        if char != " " and (not text or text[-1].endswith(" ")):
            words.append((sign.left, length))
        text.append(char)
        length += len(char)
    base = median(sign.base for sign in full or drawn)
    bold = all(sign.bold for sign in drawn)
    left, right = min(sign.left for sign in drawn), max(sign.right for sign in drawn)
    yield Piece("".join(text).rstrip(), left, right, base, height, bold, tuple(words))


# --- shapes


def _shapes(page: PdfPage) -> tuple[list[tuple[float, float, float, float]], bool]:
    """Boxes of the shapes that are as small as a bullet, and whether the page shows a picture."""
    from pypdfium2 import raw

    edges = [ctypes.c_float() for _ in range(4)]
    x0, y0, _, _ = page.get_bbox()
    small: list[tuple[float, float, float, float]] = []
    pictures = False
    for i in range(min(raw.FPDFPage_CountObjects(page), MAX_SHAPES)):
        shape = raw.FPDFPage_GetObject(page, i)
        kind = raw.FPDFPageObj_GetType(shape)
        pictures = pictures or kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE}:
            continue
        if raw.FPDFPageObj_GetBounds(shape, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            width, height = right - left, top - bottom
            if len(small) < MAX_BULLETS and 1 < width < 12 and 1 < height < 12 and 0.6 < width / height < 1.7:
                small.append((left - x0, bottom - y0, right - x0, top - y0))
    return small, pictures


def _marked(line: tuple[Piece, ...], shapes: list[tuple[float, float, float, float]]) -> tuple[Piece, ...]:
    """A line with the bullets that are drawn as a shape before its first words."""
    if not shapes:
        return line
    first = line[0]
    for _, bottom, right, top in shapes:
        middle = (bottom + top) / 2 - first.base
        near = right <= first.left + 0.5 and first.left - right < 2 * first.height
        if near and -0.1 * first.height < middle < 0.65 * first.height and top - bottom < 0.75 * first.height:
            return (replace(first, bullet=True), *line[1:])
    return line
