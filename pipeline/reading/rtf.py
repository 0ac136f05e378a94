"""RTF: paragraphs, lists with the markers that were printed, tables, text boxes and footnotes.

Read by its own small interpreter: the packages that turn RTF into text drop bullets, headings and deletions. Left out
are deletions, hidden text, comments, headers, footers, pictures and the instructions of fields.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from .composing import BULLET
from .flowing import Flow, Place, with_target
from .rendered import Hints, Rendered
from .rtf_words import (
    APART,
    BOXES,
    CHARSETS,
    ESCAPED,
    PARAGRAPH_ENDS,
    PLATFORMS,
    READ_THOUGH_STARRED,
    SIGNS,
    SYMBOL,
    UNREAD,
)
from .unreadable import Unreadable

MAX_DEPTH = 2_000

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|(?P<end>[\r\n]+)|\\"
)
_LINK = re.compile(r"HYPERLINK\s+\"?([^\s\"]+)", re.IGNORECASE)
_HEADING = re.compile(r"(?:heading|kop|title|titel|subtitle|ondertitel) ?\d?", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|inhopg) ?\d", re.IGNORECASE)


def read(data: bytes, _: Hints) -> Rendered:
    """The text of an RTF file. Raises Unreadable."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise Unreadable("damaged", "the file does not begin as RTF does")
    reader = _Reader()
    reader.take(data)
    rendered = reader.rendered()
    if not rendered.content:
        raise Unreadable("empty", "the RTF file holds no text")
    return rendered


@dataclass(frozen=True, slots=True)
class _State:
    """What holds for the characters of a group. `into` says where they go: 'text', 'nowhere', 'marker', 'asks',
    'fonts', 'styles', or a box such as 'footnote'."""

    into: str = "text"
    font: int = -1
    skip: int = 1  # how many characters stand for one \u
    hidden: bool = False
    deleted: bool = False
    style: int = 0
    outline: int = 9
    level: int = 0
    before: int = 0
    after: int = 0
    in_table: bool = False
    first: bool = False  # nothing but the opening brace was read
    starred: bool = False


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    place: Place
    number: int


@dataclass(slots=True)
class _Text:
    """The text, or a text box or note inside it: `kind` is what it is, `depth` counts the groups around it. A
    paragraph is gathered in `pieces`, the row of a table in `cells`, what is done in a box in `told`."""

    kind: str = "text"
    depth: int = -1
    pieces: list[str] = field(default_factory=list)
    marker: str = ""
    space: int | None = None  # below the paragraph above, None where something stands between
    cells: list[list[_Paragraph]] = field(default_factory=lambda: [[]])
    told: list[_Paragraph] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """A field whose end has not come: what it asks for, and where in the paragraph its result begins."""

    depth: int
    begin: int
    asks: str = ""


class _Reader:
    def __init__(self) -> None:
        self._flow = Flow()
        self._state = _State()
        self._stack: list[_State] = []
        self._open = _Text()
        self._outer: list[_Text] = []  # what stands around the text box or note that is open
        self._boxes: list[list[_Paragraph]] = []  # text boxes of the paragraph that is being read
        self._notes: list[list[_Paragraph]] = []
        self._fields: list[_Field] = []
        self._codec = "cp1252"
        self._fonts: dict[int, int] = {}
        self._styles: dict[int, str] = {}
        self._name = ""  # of the style that is being told
        self._bytes = bytearray()  # of a text in a codec of several bytes
        self._to_skip = 0
        self._paragraphs = 1

    def take(self, data: bytes) -> None:
        """All of a file."""
        at = data.index(b"{")
        while match := _TOKEN.match(data, at):
            at = match.end()
            kind = match.lastgroup
            if kind == "number":
                kind = "word"
            if kind == "hex":
                self._raw(bytes([int(match["hex"], 16)]))
                continue
            if kind == "text":
                self._raw(match["text"])
                continue
            if kind == "end":
                continue
            self._decode()
            if kind == "brace":
                self._to_skip = 0
                if match["brace"] == b"{":
                    self._begin()
                elif not self._finish():
                    break
            elif kind == "word":
                number = int(match["number"]) if match["number"] else None
                word = match["word"].decode("ascii")
                if word == "bin":
                    at += max(0, min(number or 0, len(data)))
                else:
                    self._word(word, number)
            elif kind == "sign":
                self._sign(match["sign"].decode("latin-1"))
        self._decode()
        while self._outer:
            self._leave()
        self._end_paragraph()
        self._end_row()

    def rendered(self) -> Rendered:
        """What was read, notes behind the text."""
        for n, note in enumerate(self._notes, 1):
            self._flow.end()
            self._flow.at(f"note {n}")
            for paragraph in note:
                self._flow.add(paragraph.text, paragraph.place)
        composed = self._flow.compose()
        return Rendered(composed.content, "rtf", composed.origins)

    # --- groups

    def _begin(self) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable("too_deep", f"the RTF file nests more than {MAX_DEPTH} groups")
        self._stack.append(self._state)
        self._state = replace(self._state, first=True, starred=False)

    def _finish(self) -> bool:
        """A group ends; False after the outermost one."""
        if not self._stack:
            return False
        depth = len(self._stack)
        if self._state.into == "styles" and self._name:
            self._styles[self._state.style] = self._name.strip(" ;")
            self._name = ""
        if self._fields and self._fields[-1].depth == depth:
            done = self._fields.pop()
            link = _LINK.search(done.asks)
            if link:
                pieces = self._open.pieces
                pieces[done.begin :] = [with_target("".join(pieces[done.begin :]), link[1])]
        if self._open.depth == depth:
            self._leave()
        self._state = self._stack.pop()
        return bool(self._stack)

    def _enter(self, kind: str) -> None:
        """A text box or note begins in the middle of a paragraph."""
        self._outer.append(self._open)
        self._open = _Text(kind, len(self._stack))
        self._state = replace(_State(), into=kind, font=self._state.font, skip=self._state.skip)

    def _leave(self) -> None:
        self._end_paragraph()
        self._end_row()
        (self._notes if self._open.kind == "footnote" else self._boxes).append(self._open.told)
        self._open = self._outer.pop()

    # --- words and signs

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if state.first or state.starred:
            self._state = replace(state, first=False, starred=False)
            if self._destination(word, state.starred):
                return
        if state.into == "nowhere":
            return
        n = 1 if number is None else number
        if word == "u":
            self._say(chr(n % 0x10000))
            self._to_skip = self._state.skip
        elif word == "uc":
            self._state = replace(self._state, skip=max(0, n))
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif word in PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in {"cell", "nestcell"}:
            self._end_cell(nested=word == "nestcell")
        elif word == "row":
            self._end_row()
        elif word == "f":
            self._state = replace(self._state, font=n)
        elif word == "fcharset" and self._state.into == "fonts":
            self._fonts[self._state.font] = n
        elif word == "ansicpg":
            self._codec = _known(f"cp{n}") or self._codec
        elif word in PLATFORMS:
            self._codec = PLATFORMS[word]
        elif word == "plain":
            self._state = replace(self._state, hidden=False, deleted=False, font=-1)
        elif word == "v":
            self._state = replace(self._state, hidden=n != 0)
        elif word == "deleted":
            self._state = replace(self._state, deleted=n != 0)
        else:
            self._layout(word, n)

    def _layout(self, word: str, n: int) -> None:
        """Words that are about the paragraph."""
        state = self._state
        if word == "pard":
            self._state = replace(state, style=0, outline=9, level=0, before=0, after=0, in_table=False)
        elif word == "s":
            self._state = replace(state, style=n)
        elif word == "outlinelevel":
            self._state = replace(state, outline=n)
        elif word == "ilvl":
            self._state = replace(state, level=n)
        elif word == "sb":
            self._state = replace(state, before=n)
        elif word == "sa":
            self._state = replace(state, after=n)
        elif word == "intbl":
            self._state = replace(state, in_table=True)

    def _destination(self, word: str, starred: bool) -> bool:
        """Whether a group is no part of the running text: told by its first word."""
        if self._state.into == "nowhere":
            return True
        if word in UNREAD or (starred and word not in READ_THOUGH_STARRED):
            self._state = replace(self._state, into="nowhere")
        elif word == "fonttbl":
            self._state = replace(self._state, into="fonts")
        elif word == "stylesheet":
            self._state = replace(self._state, into="styles", style=0)
        elif word in {"listtext", "pntext"}:
            self._state = replace(self._state, into="marker")
        elif word in BOXES:
            self._enter(word)
        elif word == "field":
            self._fields.append(_Field(len(self._stack), len(self._open.pieces)))
        elif word == "fldinst":
            self._state = replace(self._state, into="asks")
        else:
            return starred
        return True

    def _sign(self, sign: str) -> None:
        if sign == "*" and self._state.first:
            self._state = replace(self._state, first=False, starred=True)
            return
        self._state = replace(self._state, first=False) if self._state.first else self._state
        if sign in "\r\n":
            self._end_paragraph()
        elif sign in ESCAPED:
            self._say(ESCAPED[sign])

    # --- characters

    def _raw(self, data: bytes) -> None:
        self._state = replace(self._state, first=False) if self._state.first else self._state
        if self._to_skip:
            taken = min(self._to_skip, len(data))
            self._to_skip -= taken
            data = data[taken:]
        self._bytes += data

    def _decode(self) -> None:
        """The bytes that were gathered, in the codec of their font."""
        if not self._bytes:
            return
        data, charset = bytes(self._bytes), self._fonts.get(self._state.font, 1)
        self._bytes.clear()
        if charset == SYMBOL:
            self._say("".join(chr(0xF000 + byte) if byte > 0x20 else " " for byte in data))
            return
        self._say(data.decode(CHARSETS.get(charset) or self._codec, "replace"))

    def _say(self, text: str) -> None:
        state = self._state
        if state.into == "styles":
            self._name += text
        elif state.into == "marker":
            self._open.marker += text
        elif state.into == "asks":
            if self._fields:
                self._fields[-1].asks += text
        elif state.into not in APART and not (state.hidden or state.deleted):
            self._open.pieces.append(text)

    # --- paragraphs and tables

    def _end_paragraph(self) -> None:
        state, done = self._state, self._open
        if state.into in APART:
            return
        text = _paired("".join(done.pieces))
        done.pieces.clear()
        marker, done.marker = done.marker.strip(), ""
        for open_field in self._fields:
            open_field.begin = 0
        name = self._styles.get(state.style, "")
        if _CONTENTS.fullmatch(name):
            text = ""
        heading = state.outline < 9 or bool(_HEADING.fullmatch(name))
        tight = done.space is not None and (state.in_table or done.space + state.before == 0)
        done.space = state.after
        place = Place(heading, state.level if marker else None, _marker(marker), tight)
        paragraph = _Paragraph(text, place, self._paragraphs)
        self._paragraphs += not self._outer
        if state.in_table:
            done.cells[-1].append(paragraph)
        else:
            self._end_row()
            self._tell(paragraph)
        if not self._outer:
            boxes, self._boxes = self._boxes, []
            for box in boxes:
                self._tell_apart(box)

    def _end_cell(self, *, nested: bool) -> None:
        self._state = replace(self._state, in_table=True)
        self._end_paragraph()
        self._open.space = None
        if not nested:
            self._open.cells.append([])

    def _end_row(self) -> None:
        cells = [[paragraph for paragraph in cell if paragraph.text.strip()] for cell in self._open.cells]
        self._open.cells = [[]]
        full = [cell for cell in cells if cell]
        if not full:
            return
        if self._outer or any(len(cell) > 1 or cell[0].place.level is not None for cell in full):
            for cell in full:
                self._tell_apart(cell)
            return
        self._flow.at(f"paragraph {full[0][0].number}")
        self._flow.row([cell[0].text if cell else "" for cell in cells[:-1] or cells])

    def _tell_apart(self, paragraphs: list[_Paragraph]) -> None:
        self._flow.end()
        for paragraph in paragraphs:
            self._tell(paragraph)
        self._flow.end()
        self._open.space = None

    def _tell(self, paragraph: _Paragraph) -> None:
        if self._outer:
            self._open.told.append(paragraph)
            return
        self._flow.at(f"paragraph {paragraph.number}")
        self._flow.add(paragraph.text, paragraph.place)


def _marker(printed: str) -> str:
    """A marker as it was printed; whatever holds no letter or digit is a bullet, as is the 'o' of a symbol font."""
    plain = "".join(printed.split())
    return plain if any(c.isalnum() and c < "\ue000" for c in plain) and plain not in {"o", "§", "Ø"} else BULLET


def _paired(text: str) -> str:
    """Characters beyond the first plane come in two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _known(codec: str) -> str:
    try:
        return codecs.lookup(codec).name
    except LookupError:
        return ""
