"""Paragraphs of a word processor, one after another, told to a `Composer`.

What DOCX, ODT and RTF share: bullets that were typed, short lines that stand below each other without space, levels of
lists that begin deeper than the first, and addresses behind links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .composing import BULLET, Composed, Composer
from .html_links import behind

_TYPED = re.compile(
    r"(?P<bullet>[•▪◦‣·●○■□◆➢➤✓✔\uf0b7\uf0a7\uf0d8\uf0fc])[ \t\u00a0]*(?=\S)"
    r"|(?P<dash>[-–*])[ \t\u00a0]+(?=\S)|(?P<o>o)\t+(?=\S)|(?P<number>\(?\d{1,2}[.)])[ \t\u00a0]+(?=\S)"
)
_SHORT = 70  # characters: a line that nobody would take for running text
_SYMBOLS = dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0fc\uf0a8\uf06e\uf06f\uf076", BULLET)
_TIDY = str.maketrans({"\u00ad": None, "\u2011": "-", "\ufeff": None, "\u200b": None, **_SYMBOLS})


@dataclass(frozen=True, slots=True)
class Place:
    """The look of a paragraph: `level` of a list from 0 on, None outside lists; `marker` as it would be printed."""

    heading: bool = False
    level: int | None = None
    marker: str = BULLET
    tight: bool = False  # no space between this paragraph and the one above


class Flow:
    """Takes paragraphs in reading order, empty ones too."""

    def __init__(self) -> None:
        self._composer = Composer()
        self._lines: list[str] = []  # short lines without space between them: one block
        self._levels: list[int] = []  # levels of the list that is open
        self._where = ""

    def at(self, where: str) -> None:
        """Where the next paragraph stands in the original."""
        self._where = where

    def add(self, text: str, place: Place) -> None:
        """One paragraph; line breaks in it stay. An empty one ends a list."""
        text = tidied(text)
        if not text.strip():
            self._end()
            self._composer.end_list()
            return
        typed = None if place.heading or place.level is not None or "\n" in text.strip() else _TYPED.match(text.strip())
        if place.level is None and typed is None and not place.heading:
            self._paragraph(text, place.tight)
            return
        self._flush()
        if place.level is not None:
            self._composer.item(text, self._depth(place.level), place.marker)
            return
        self._levels.clear()
        if typed is not None:
            marker = typed["number"] or typed["dash"] or BULLET
            self._composer.item(text.strip()[typed.end() :], 0, marker)
        else:
            self._composer.heading(text)

    def row(self, cells: list[str]) -> None:
        """A row of a table whose cells hold one paragraph each."""
        self._end()
        self._composer.at(self._where)
        self._composer.row([tidied(cell) for cell in cells])

    def end(self) -> None:
        """Something else follows: another table, a text box, a note."""
        self._end()
        self._composer.end_list()

    def compose(self) -> Composed:
        """All paragraphs as one text."""
        self._end()
        return self._composer.compose()

    def _paragraph(self, text: str, tight: bool) -> None:
        self._levels.clear()
        short = len(text) <= _SHORT
        if not (self._lines and tight and short and len(self._lines[-1]) <= _SHORT):
            self._flush()
        if not self._lines:
            self._composer.at(self._where)
        self._lines.append(text)
        if not short:
            self._flush()

    def _flush(self) -> None:
        """What is open is told; the next block stands at the present place."""
        if self._lines:
            self._composer.paragraph("\n".join(self._lines))
            self._lines.clear()
        self._composer.at(self._where)

    def _end(self) -> None:
        self._flush()
        self._levels.clear()

    def _depth(self, level: int) -> int:
        """How many levels of the open list are above this one: a list may begin at any."""
        while self._levels and self._levels[-1] > level:
            self._levels.pop()
        if not self._levels or self._levels[-1] < level:
            self._levels.append(level)
        return len(self._levels) - 1


def tidied(text: str) -> str:
    """Without soft hyphens and invisible characters; a hyphen that may not break is a hyphen."""
    return text.translate(_TIDY)


def with_target(text: str, target: str) -> str:
    """The words of a link, and behind them the address that they lead to where they hide it."""
    hidden = behind(text, target)
    if not hidden:
        return text
    bare = text.rstrip()
    return f"{bare} ({hidden}){text[len(bare) :]}" if bare else hidden
