"""What a list item, a row or a footer held, once its end is reached: which blocks come of it.

A page is read in one pass: elements that are judged by what they hold gather it in a `Holder`, and `folded` says what
of it becomes part of the element around. Nothing looks ahead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from .composing import BULLET, Composed, Composer

_LONG_CELL, _LONG_DEFINITION, _LONG_ITEM = 300, 120, 2_000
_LONG_SHARE, _LONG_CONSENT = 300, 5_000
_TYPED_BULLET = re.compile(r"\A[•·▪●◦‣–-]\s+")
_STOPPED = (",", ";", ":", ".")


class Kind(Enum):
    """Cells, terms and definitions become rows, lines or paragraphs where their row or list ends."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    LIST = "list"  # another list begins
    CELL = "cell"
    TERM = "term"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Piece:
    """A block. `level` is that of a heading (1 for h1) or the depth of an item; `line` is its first line in the source
    where that is known."""

    kind: Kind
    text: str = ""
    level: int = 0
    marker: str = ""
    cells: tuple[str, ...] = ()
    line: str = ""


@dataclass(slots=True)
class Holder:
    """An open element and what it held so far. `role` is that of a region; `chars` counts its letters, `linked` those
    that are links; `alts` are the texts of images; `precious` where it holds the main part of the page."""

    tag: str
    role: str = ""
    marker: str = ""
    depth: int = 0
    line: str = ""
    pieces: list[Piece] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)
    chars: int = 0
    linked: int = 0
    precious: bool = False


def folded(holder: Holder) -> list[Piece]:
    """What the element gives to the one around it; the holder is not to be used any more."""
    return _FOLDS[holder.tag](holder)


def composed(pieces: Iterable[Piece]) -> Composed:
    """Blocks told to a Composer. Each has its place: its line in the source, or which block of the page it is."""
    composer = Composer()
    block = 0
    last = None
    for piece in pieces:
        if piece.kind is Kind.LIST:
            composer.end_list()
            last = None
            continue
        if piece.kind not in (Kind.ITEM, Kind.ROW) or piece.kind is not last:
            block += 1
        last = piece.kind
        composer.at(f"line {piece.line}" if piece.line else f"paragraph {block}")
        if piece.kind is Kind.HEADING:
            composer.heading(piece.text)
        elif piece.kind is Kind.ITEM:
            composer.item(piece.text, piece.level, piece.marker)
        elif piece.kind is Kind.ROW:
            composer.row(list(piece.cells))
        else:
            composer.paragraph(piece.text)
    return composer.compose()


def _only_paragraphs(holder: Holder) -> bool:
    return all(piece.kind is Kind.PARAGRAPH for piece in holder.pieces)


def _lines(holder: Holder) -> str:
    """The paragraphs of a holder as lines below each other; an image speaks where there is nothing else."""
    if not holder.pieces:
        return " ".join(holder.alts)
    return "\n".join(piece.text.strip() for piece in holder.pieces)


def _item(holder: Holder) -> list[Piece]:
    """An item is what stands before the lists inside it; one with a heading in it is a part of the page of its own."""
    if any(piece.kind is Kind.HEADING for piece in holder.pieces):
        return holder.pieces
    lead = 0
    while lead < len(holder.pieces) and holder.pieces[lead].kind is Kind.PARAGRAPH:
        lead += 1
    rest = holder.pieces[lead:]
    holder.pieces = holder.pieces[:lead]
    text = _TYPED_BULLET.sub("", _lines(holder).lstrip(), count=1) if lead or not rest else ""
    if len(text) > _LONG_ITEM:
        return [*holder.pieces, *rest]
    item = [Piece(Kind.ITEM, text, holder.depth, holder.marker, line=holder.line)] if text.strip() else []
    return item + rest


def _cell(holder: Holder) -> list[Piece]:
    """A cell of a table of facts; one that holds a list, a heading or long texts only arranges the page."""
    text = _lines(holder)
    if not _only_paragraphs(holder) or len(text) > _LONG_CELL:
        return holder.pieces
    return [Piece(Kind.CELL, text, line=holder.line)]


def _row(holder: Holder) -> list[Piece]:
    pieces = holder.pieces
    if any(piece.kind is not Kind.CELL for piece in pieces):
        return [_plain(piece) for piece in pieces]
    if len(pieces) == 1:
        return [_plain(piece) for piece in pieces if piece.text.strip()]
    return [Piece(Kind.ROW, cells=tuple(_one_line(piece.text) for piece in pieces), line=holder.line)] if pieces else []


def _one_line(text: str) -> str:
    """The lines of a cell in one, set apart by commas: two names must not become one."""
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    return " ".join(
        line if line.endswith(_STOPPED) or n == len(lines) else f"{line}," for n, line in enumerate(lines, 1)
    )


def _table(holder: Holder) -> list[Piece]:
    """Rows; but paragraphs where most rows have one cell that is filled, so that the others only make room."""
    rows = [sum(1 for cell in piece.cells if cell) for piece in holder.pieces if piece.kind is Kind.ROW]
    if holder.role != "layout" and 2 * sum(1 for filled in rows if filled > 1) >= len(rows):
        return [Piece(Kind.LIST), *holder.pieces]
    told: list[Piece] = []
    for piece in holder.pieces:
        if piece.kind is Kind.ROW:
            told.extend(Piece(Kind.PARAGRAPH, cell, line=piece.line) for cell in piece.cells if cell)
        else:
            told.append(piece)
    return told


def _term(holder: Holder) -> list[Piece]:
    kind = Kind.TERM if holder.tag == "dt" else Kind.DEFINITION
    text = _lines(holder)
    return [Piece(kind, text, line=holder.line)] if text and _only_paragraphs(holder) else holder.pieces


def _definitions(holder: Holder) -> list[Piece]:
    """'Telefoon: 0123' where a term has one short definition; a line with items below it where it has several."""
    told: list[Piece] = []
    pieces = holder.pieces
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if piece.kind is not Kind.TERM:
            told.append(_plain(piece))
            continue
        until = at
        while until < len(pieces) and pieces[until].kind is Kind.DEFINITION:
            until += 1
        told.extend(_defined(piece, pieces[at:until]))
        at = until
    return _joined(told)


def _defined(term: Piece, definitions: list[Piece]) -> list[Piece]:
    name = " ".join(term.text.split())
    if len(definitions) > 1 and all(len(piece.text) <= _LONG_DEFINITION for piece in definitions):
        head = Piece(Kind.PARAGRAPH, name if name.endswith((":", "?")) else f"{name}:", line=term.line)
        items = [replace(piece, kind=Kind.ITEM, marker=BULLET) for piece in definitions]
        return [head, Piece(Kind.LIST), *items]
    if len(definitions) == 1:
        text = definitions[0].text
        if len(text) <= _LONG_DEFINITION and "\n" not in text and not name.endswith("?"):
            return [Piece(Kind.DEFINITION, f"{name.removesuffix(':')}: {text}", line=term.line)]
    return [_plain(term), *(_plain(piece) for piece in definitions)]


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Lines of terms with their definitions that follow each other, as one block."""
    told: list[Piece] = []
    lines: list[Piece] = []
    for piece in (*pieces, Piece(Kind.LIST)):
        if piece.kind is Kind.DEFINITION:
            lines.append(piece)
            continue
        if lines:
            told.append(Piece(Kind.PARAGRAPH, "\n".join(line.text for line in lines), line=lines[0].line))
            lines = []
        told.append(piece)
    return told[:-1]


def _plain(piece: Piece) -> Piece:
    return replace(piece, kind=Kind.PARAGRAPH) if piece.kind in (Kind.CELL, Kind.TERM, Kind.DEFINITION) else piece


def _region(holder: Holder) -> list[Piece]:
    """Nothing where the frame of a site is all it is: mostly links, or a banner about cookies."""
    if holder.precious or any(piece.kind is Kind.HEADING and piece.level == 1 for piece in holder.pieces):
        return holder.pieces
    mostly_links = 2 * holder.linked >= holder.chars
    gone = {
        "header": mostly_links,
        "menu": mostly_links,
        "footer": mostly_links,
        "site-footer": True,
        "share": mostly_links or holder.chars < _LONG_SHARE,
        "consent": holder.chars < _LONG_CONSENT,
    }
    return [] if gone[holder.role] else holder.pieces


_FOLDS: Mapping[str, Callable[[Holder], list[Piece]]] = {
    "li": _item,
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "table": _table,
    "dt": _term,
    "dd": _term,
    "dl": _definitions,
    "region": _region,
}
HELD = frozenset(_FOLDS) - {"region"}
