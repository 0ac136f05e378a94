"""Plain text from what a structured format says: the one layout in which headings, items and paragraphs are printed.

Readers of structured formats tell a `Composer` what they see; the text that comes out looks
as a person would type it, so that every format of one page gives the same text, and the same records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..records import Origin

BULLET = "•"
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES = re.compile(r" ?\n ?")


@dataclass(frozen=True, slots=True)
class Composed:
    """The text, and from which character on it comes from where: a page, a paragraph, a row."""

    content: str
    origins: tuple[Origin, ...] = ()


class Composer:
    """Takes blocks in reading order. White space within a block is folded; a line break in it stays one.

    Headings and paragraphs are set apart by a blank line; the items of one list follow each other without, two spaces
    deeper per level. Empty blocks are left out.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._origins: list[Origin] = []
        self._where = ""
        self._last_was_item = False

    def at(self, where: str) -> None:
        """Says where the blocks that follow stand in the original: 'page 3', 'paragraph 12'."""
        self._where = where

    def heading(self, text: str) -> None:
        """A heading, of whatever level."""
        self._block(" ".join(text.split()))

    def paragraph(self, text: str) -> None:
        """Running text; also a quotation, an address or a cell."""
        self._block(_folded(text))

    def item(self, text: str, depth: int = 0, marker: str = BULLET) -> None:
        """An item of a list; `depth` is 0 for the outermost, `marker` a bullet or a number such as '3.'."""
        lines = _folded(text).split("\n")
        indent = "  " * depth
        hanging = f"\n{indent}{' ' * (len(marker) + 1)}"
        self._block(f"{indent}{marker} {hanging.join(lines)}" if any(lines) else "", item=True)

    def row(self, cells: list[str]) -> None:
        """A row of a table: a line of its own, cells separated by ' | ', empty cells left out; a row that never had
        more than one cell is a paragraph."""
        told = [" ".join(cell.split()) for cell in cells if cell.split()]
        self._block(" | ".join(told), item=len(cells) > 1)

    def end_list(self) -> None:
        """The next item begins another list."""
        self._last_was_item = False

    def compose(self) -> Composed:
        """All blocks as one text that ends with a line end; empty where nothing was said."""
        return Composed("".join([*self._parts, "\n"]) if self._parts else "", tuple(self._origins))

    def _block(self, text: str, *, item: bool = False) -> None:
        if not text.strip():
            return
        if self._parts:
            self._add("\n" if item and self._last_was_item else "\n\n")
        if self._where and (not self._origins or self._origins[-1].where != self._where):
            self._origins.append(Origin(self._length, self._where))
        self._add(text)
        self._last_was_item = item

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _folded(text: str) -> str:
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip("\n ")
