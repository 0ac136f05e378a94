"""From tags and texts to blocks: what a page says, in the order in which it says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from .composing import BULLET, Composed
from .html_folding import HELD, Holder, Kind, Piece, composed, folded
from .html_links import behind
from .html_noise import is_left_out, region

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_BLOCK_NAMES = (
    "address article aside blockquote body button caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr html legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split()) | set(_HEADINGS)
_OF_CONTENT = frozenset(("article", "main", "section", "blockquote", "li", "td"))  # a footer in these is not the site's
_DEEPEST = 40  # holders within holders; what lies deeper is read as plain blocks
_DEEPEST_LIST = 8
_LONG_HEADING = 400  # longer ones are text behind a heading that was never closed
_WHITE = re.compile(r"[ \t\n\r\f]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]")
_NEAR_TOP = 6  # blocks among which a page may print its title without calling it a heading
_BLANK = re.compile(r"\n[ \u00a0\n]*\n")
_SITE_NAME = re.compile(r"\s[|»·]\s")
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass(slots=True)
class _List:
    numbers: str  # the type of its numbers; empty for bullets
    next: int


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    holder: Holder
    at: int  # how many inline texts came before it
    alts: int


class PageBlocks:
    """Is told begin tags, texts and end tags in order; every element that was let in gets its end tag.

    `panels` are the ids of what something on the page opens, `lines` whether `data-line` says where blocks come from.
    """

    def __init__(self, panels: frozenset[str] = frozenset(), *, lines: bool = False) -> None:
        self._panels = panels
        self._lines = lines
        self._holders = [Holder("page")]
        self._held: list[bool] = []  # of every open element: whether it has a holder of its own
        self._lists: list[_List] = []
        self._links: list[_Link] = []
        self._content = 0  # open elements of the page's own content
        self._main = False
        self._heading = self._pre = self._sup = 0
        self._after_link = False
        self._line = ""
        self._title = ""
        self._head: list[str] | None = None  # the text of an open <title>

    def begin(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """A begin tag. Whether what the element holds is to be told, and its end."""
        if is_left_out(tag, attributes, self._panels) or self._says_nothing(tag, attributes):
            self._holder.inline.append(" ")
            return False
        if tag in _BLOCKS:
            self._flush()
        if self._lines and "data-line" in attributes:
            self._line = attributes["data-line"]
        self._enter(tag, attributes)
        held = self._hold(tag, attributes)
        self._held.append(held)
        self._content += tag in _OF_CONTENT
        return True

    def text(self, data: str) -> None:
        """A text, its entities read."""
        if self._head is not None:
            self._head.append(data)
            return
        shown = _INVISIBLE.sub("", data)
        if not self._pre:
            shown = _WHITE.sub(" ", shown)
        if not shown:
            return
        holder = self._holder
        holder.inline.append(shown)
        self._after_link = False
        size = len(shown) - shown.count(" ")
        holder.chars += size
        holder.linked += size if self._links else 0

    def end(self, tag: str) -> None:
        """The end of an element that was let in."""
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self._flush()
        if tag == "title":
            self._end_title()
        elif tag in _HEADINGS or tag == "summary":
            self._heading = 0
        elif tag in _LISTS:
            self._lists.pop()
        elif tag == "pre":
            self._pre -= 1
        elif tag == "sup":
            self._sup -= 1
        elif tag in ("main", "article"):
            self._main = self._main or tag == "main"
            for holder in self._holders:
                holder.precious = True
        self._content -= tag in _OF_CONTENT
        if self._held.pop():
            self._fold()

    def compose(self) -> Composed:
        """All that was told as one text. The title of the head stands above it where the page has no h1."""
        self._flush()
        pieces = self._holders[0].pieces
        title = _folded(_SITE_NAME.split(self._title, maxsplit=1)[0])
        headed = any(piece.kind is Kind.HEADING and piece.level == 1 for piece in pieces)
        told = {_folded(line).casefold() for piece in pieces[:_NEAR_TOP] for line in piece.text.split("\n")}
        if title and pieces and not headed and not any(line.startswith(title.casefold()) for line in told):
            return composed([Piece(Kind.HEADING, title, 1), *pieces])
        return composed(pieces)

    @property
    def _holder(self) -> Holder:
        return self._holders[-1]

    def _says_nothing(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Buttons that open nothing; the marks of footnotes."""
        if tag == "button":
            return not (self._heading or "aria-expanded" in attributes or "aria-controls" in attributes)
        return tag == "a" and bool(self._sup) and attributes.get("href", "").startswith("#")

    def _enter(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "br":
            self._holder.inline.append("\n")
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "summary":
            self._heading = self._heading or 6
        elif tag in _LISTS:
            self._begin_list(tag, attributes)
        elif tag == "a":
            self._begin_link(attributes)
        elif tag == "img":
            self._image(attributes)
        elif tag == "pre":
            self._pre += 1
        elif tag == "sup":
            self._sup += 1
        elif tag == "title":
            self._head = []
        elif tag == "meta" and attributes.get("property", "").lower() == "og:title":
            self._title = attributes.get("content", "") or self._title

    def _hold(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Opens a holder for an element that is judged by what it holds."""
        role = "" if tag in HELD else self._region(tag, attributes)
        if len(self._holders) > _DEEPEST or not (role or tag in HELD):
            return False
        if tag == "table" and attributes.get("role", "") in ("presentation", "none"):
            role = "layout"
        holder = Holder(tag if tag in HELD else "region", role, line=self._line)
        if tag == "li":
            holder.marker = self._marker(attributes)
            holder.depth = min(max(len(self._lists) - 1, 0), _DEEPEST_LIST)
        self._holders.append(holder)
        return True

    def _region(self, tag: str, attributes: Mapping[str, str]) -> str:
        role = region(tag, attributes)
        if role in ("footer", "header") and self._content:
            return ""
        return "site-footer" if role == "footer" and self._main else role

    def _fold(self) -> None:
        holder = self._holders.pop()
        told = folded(holder)
        outer = self._holder
        outer.chars += holder.chars
        outer.linked += holder.linked
        if outer.pieces:
            outer.pieces.extend(told)
        else:
            outer.pieces = told

    # --- lists

    def _begin_list(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._lists:
            self._holder.pieces.append(Piece(Kind.LIST))
        numbers = attributes.get("type", "").strip() or "1"
        self._lists.append(_List(numbers if tag == "ol" else "", _number(attributes.get("start", ""), 1)))

    def _marker(self, attributes: Mapping[str, str]) -> str:
        """As the stage of structure knows markers: bullet, '3.', 'c.' or 'iii)'."""
        if not self._lists or not self._lists[-1].numbers:
            return BULLET
        current = self._lists[-1]
        number = _number(attributes.get("value", ""), current.next)
        current.next = number + 1
        if current.numbers in "aA" and 1 <= number <= 26:
            return f"{chr(96 + number)}."
        if current.numbers in "iI" and 1 <= number < len(_ROMAN):
            return f"{_ROMAN[number]})"
        return f"{number}."

    # --- inline

    def _image(self, attributes: Mapping[str, str]) -> None:
        """What an image says counts only where no text is: it is kept aside, and never glued to a word."""
        self._holder.inline.append(" ")
        alt = " ".join(attributes.get("alt", "").split())
        if alt:
            self._holder.alts.append(alt)

    def _begin_link(self, attributes: Mapping[str, str]) -> None:
        holder = self._holder
        if self._after_link:
            holder.inline.append(" ")  # links side by side, which only a style sheet sets apart
        self._links.append(_Link(attributes.get("href", ""), holder, len(holder.inline), len(holder.alts)))

    def _end_link(self) -> None:
        link = self._links.pop()
        holder = self._holder
        if holder is not link.holder:
            return
        visible = "".join(holder.inline[link.at :])
        alts = holder.alts[link.alts :]
        empty = not visible.strip()
        if empty and alts and not any(part.strip() for part in islice(holder.inline, link.at)):
            self._flush()  # the logo of a partner that links to its site
            holder.pieces.append(Piece(Kind.PARAGRAPH, " ".join(alts), line=self._line))
        elif empty and holder.pieces:
            visible = holder.pieces[-1].text
        addition = behind(visible, link.href)
        if addition:
            holder.inline.append(f" ({addition})" if visible.strip() else addition)
        self._after_link = True

    def _end_title(self) -> None:
        if self._head is not None:
            self._title = self._title or "".join(self._head)
            self._head = None

    def _flush(self) -> None:
        """The inline text so far is a block."""
        holder = self._holder
        text = "".join(holder.inline)
        holder.inline.clear()
        self._after_link = False
        if not text.strip():
            return
        if self._heading and len(text) < _LONG_HEADING:
            holder.pieces.append(Piece(Kind.HEADING, text.strip(), self._heading, line=self._line))
        else:
            parts = (part for part in _BLANK.split(text) if part.strip())
            holder.pieces.extend(Piece(Kind.PARAGRAPH, part.strip(), line=self._line) for part in parts)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\s*\d{1,6}\s*", text) else otherwise
