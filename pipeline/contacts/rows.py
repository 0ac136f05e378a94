"""The pieces of one block → rows: what follows a person is that person's, what precedes one waits for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .bodies import PLURAL
from .pieces import Piece

ADDRESSES = ("email", "phone", "url")


@dataclass(slots=True)
class Row:
    """A contact while it is being put together. `free`: an address that nobody was named with."""

    fields: dict[str, str] = field(default_factory=dict)
    start: int = -1
    end: int = -1
    line: int = 0
    sentence: int = 0
    paragraph: int = 0
    named: int = 0  # the sentence that last named the person
    free: bool = False
    general: bool = False
    shared_role: bool = False  # its function was printed in front of the name, for all who follow
    desk: bool = False  # its body is a team or a desk, which answers rather than the body above it

    def put(self, piece: Piece) -> None:
        self.fields[piece.field] = piece.text
        self.desk = self.desk or piece.desk
        self.start = piece.start if self.start < 0 else min(self.start, piece.start)
        self.end = max(self.end, piece.end)
        self.line, self.sentence, self.paragraph = piece.line, piece.sentence, piece.paragraph

    def take(self, other: Row) -> None:
        for name, value in other.fields.items():
            self.fields.setdefault(name, value)
        if other.start >= 0:
            self.start = other.start if self.start < 0 else min(self.start, other.start)
            self.end = max(self.end, other.end)

    @property
    def addressed(self) -> bool:
        return any(name in self.fields for name in ADDRESSES)

    def clashes(self, other: Row) -> bool:
        return any(name in self.fields and self.fields[name] != value for name, value in other.fields.items())


def assemble(pieces: Sequence[Piece]) -> list[Row]:
    """The rows of one block, in order of appearance."""
    rows = _Assembly(pieces).rows
    persons = [row for row in rows if "name" in row.fields]
    _by_name(rows, persons)
    kept: list[Row] = []
    for row in rows:
        if "name" in row.fields:
            kept.append(row)
        elif row.addressed and len(persons) == 1 and "organisation" not in row.fields and not persons[0].clashes(row):
            persons[0].take(row)
        elif row.addressed:
            previous = kept[-1] if kept else None
            near = previous is not None and previous.free and row.free and row.paragraph == previous.paragraph
            mergeable = near and previous is not None and "organisation" not in row.fields and not previous.clashes(row)
            if mergeable and previous is not None and not (row.general and row.line != previous.line):
                previous.take(row)
                previous.line = row.line
            else:
                kept.append(row)
    return kept


def _by_name(rows: list[Row], persons: list[Row]) -> None:
    """An e-mail address that repeats another person's last name is that person's."""
    for row in rows:
        address = row.fields.get("email", "")
        local = squash(address.split("@", maxsplit=1)[0])
        if not local or ("name" in row.fields and _last_name(row.fields["name"]) in local):
            continue
        named = [one for one in persons if one is not row and _last_name(one.fields["name"]) in local]
        if len(named) == 1 and "email" not in named[0].fields:
            named[0].fields["email"] = row.fields.pop("email")
            named[0].start, named[0].end = min(named[0].start, row.start), max(named[0].end, row.end)


def _last_name(name: str) -> str:
    return squash(name.rsplit(maxsplit=1)[-1]) or "?"


def squash(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


class _Assembly:
    """One pass over the pieces of a block."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.rows: list[Row] = []
        self.current: Row | None = None
        self.together: list[Row] = []  # persons named in one breath: 'Anna Jansen en Piet de Vries'
        self.pending = Row()
        self.general_line = 0
        self.bodies_first = False
        self.pieces = pieces
        self.persons_on = dict.fromkeys({piece.line for piece in pieces}, 0)
        for piece in pieces:
            self.persons_on[piece.line] += piece.field == "name"
        for index, piece in enumerate(pieces):
            if piece.field == "label":
                self._label(piece)
            elif piece.field == "name":
                self._name(piece)
            elif piece.field in {"role", "organisation"}:
                self._says(piece, index)
            else:
                self._address(piece)
        self._flush()

    def _flush(self) -> None:
        if self.pending.addressed:
            self.rows.append(self.pending)
        self.pending = Row()

    def _label(self, piece: Piece) -> None:
        if piece.label == "vacant":
            self.pending.fields.pop("role", None)
        elif piece.label == "general":
            self.general_line = piece.line
            if self.pending.addressed and "organisation" in self.pending.fields:
                self._flush()
            if self.current is not None:
                self.current = None
        elif piece.label == "name" and self.current is not None and self.current.line != piece.line:
            self.current = None

    def _name(self, piece: Piece) -> None:
        row, pending = Row(), self.pending
        again = self._named_before(piece.text)
        if again is not None:
            self._flush()
            self.current, self.together, self.general_line = again, [], 0
            again.named = piece.sentence
            again.line, again.sentence, again.paragraph = piece.line, piece.sentence, piece.paragraph
            return
        if pending.fields:
            alone_on_line = self.persons_on[piece.line] == 1
            own = pending.addressed and "organisation" in pending.fields and pending.sentence != piece.sentence
            if pending.addressed and (pending.line != piece.line or not alone_on_line or own):
                self._flush()
            else:
                if "organisation" in pending.fields and pending.line != piece.line:
                    self.bodies_first = True
                row.take(pending)
                row.shared_role = "role" in pending.fields
                self.pending = Row()
        last = self.rows[-1] if self.rows else None
        if piece.bracketed and last is not None and last.free and last.line == piece.line:
            row.take(self.rows.pop())  # 'Tel. 06 … (Carla)'
        row.put(piece)
        row.named = piece.sentence
        if piece.joined and self.current is not None:
            shared = self.current.fields.get("role", "")
            if self.current.shared_role and PLURAL.search(shared):
                row.start = min(row.start, self.current.start)
                row.fields.setdefault("role", shared)  # 'Onze sociaal werkers Femke Baas en Ruben Toet'
            self.together = [*(self.together or [self.current]), row]
        else:
            self.together = []
        self.general_line = 0
        self.rows.append(row)
        self.current = row

    def _named_before(self, name: str) -> Row | None:
        """The person whose first name, last name or whole name is printed again."""
        rows = [row for row in self.rows if "name" in row.fields]
        same = [row for row in rows if row.fields["name"] == name]
        part = [row for row in rows if row.fields["name"].startswith(name + " ")]
        return same[0] if same else part[0] if len(part) == 1 else None

    def _says(self, piece: Piece, index: int) -> None:
        """A function or a body: the person's before it, or the next one's."""
        current, field_name = self.current, piece.field
        if piece.ahead:
            if self.pending.addressed or field_name in self.pending.fields:
                self._flush()
            self.current, self.together = None, []
            self.pending.put(piece)
            return
        if current is not None and field_name not in current.fields and not self._begins_anew(piece, index):
            for row in self.together or [current]:
                row.put(piece)
            return
        if current is not None and current.line == piece.line and field_name in current.fields:
            return  # 'Carinova, afdeling Welzijn': the first one names the body
        if field_name in self.pending.fields:
            if field_name == "organisation" and not self.pending.addressed:
                if piece.desk and not self.pending.desk:
                    self.pending.put(piece)  # 'Gemeente Kruisdal, Team eenzaamheid': the team is who answers
                    return
                if piece.line <= self.pending.line + 1 and self._kept_ahead(piece):
                    return
            self._flush()
        if current is not None:
            self.current, self.together = None, []
        self.pending.put(piece)

    def _kept_ahead(self, piece: Piece) -> bool:
        """Whether the first of two bodies in a row, on lines of their own, names whom the addresses are of."""
        return piece.line == self.pending.line or (piece.paragraph == self.pending.paragraph and not piece.ahead)

    def _begins_anew(self, piece: Piece, index: int) -> bool:
        """Whether a function or body on a line of its own opens the next entry instead of closing this one."""
        current = self.current
        if current is None or piece.line == current.line or piece.label in {"organisation", "role"}:
            return False
        if piece.field == "organisation" and self.bodies_first:
            return True
        following = []
        for later in self.pieces[index + 1 :]:
            if later.field == "name":
                break
            if later.field in ADDRESSES:
                following.append(later.field)
        if following and any(name in current.fields for name in following):
            return True
        return piece.paragraph != current.paragraph and current.addressed

    def _address(self, piece: Piece) -> None:
        name, current = piece.field, self.current
        general = self.general_line == piece.line or (self.general_line == piece.line - 1 and current is None)
        if current is not None and not general and not (self.together and current.line != piece.line):
            if self.together and self._for_each(piece):
                for row in self.together:
                    row.put(piece)
                return
            if self.together:
                current = self._free(piece)
            if name not in current.fields:
                if self._reaches(current, piece):
                    current.put(piece)
                    return
            elif name == "phone" and (current.line == piece.line or not self._several()):
                return  # a second number of the same person
        if self.pending.fields and name not in self.pending.fields:
            self.pending.put(piece)
            return
        row = self._free(piece)
        row.general = general
        row.put(piece)

    def _for_each(self, piece: Piece) -> bool:
        """Whether a number or an address right behind two names is the number of either: 'Ebel of Riekje (0598 …)'."""
        return all(row.named == piece.sentence and piece.field not in row.fields for row in self.together)

    def _reaches(self, current: Row, piece: Piece) -> bool:
        """Whether an address further down still is the person's: with several persons, not behind a blank line."""
        if not self._several():
            return True
        if current.line == piece.line:
            beside = sum(one.field == "name" and one.sentence == current.named for one in self.pieces) > 1
            return not beside or current.named == piece.sentence  # 'Anna en Piet … Zij zijn te bereiken via …'
        if self._listed(current) and self._own_line(current) != piece.line:
            return False
        return piece.paragraph == current.paragraph and not self._in_lines(current)

    def _several(self) -> bool:
        return sum(one.field == "name" for one in self.pieces) > 1

    def _own_line(self, row: Row) -> int:
        return next((one.line for one in self.pieces if one.text == row.fields.get("name")), row.line)

    def _listed(self, current: Row) -> bool:
        """Whether the person stands right under another one without an address: what follows is for both."""
        persons = [row for row in self.rows if "name" in row.fields]
        if len(persons) < 2 or persons[-1] is not current:
            return False
        above = persons[-2]
        return not above.addressed and self._own_line(above) + 1 == self._own_line(current)

    def _in_lines(self, current: Row) -> bool:
        """Whether other persons of the block have their addresses on their own line, so that this line is nobody's."""
        for row in self.rows:
            if row is not current and "name" in row.fields and row.addressed:
                lines = {one.line for one in self.pieces if one.text == row.fields["name"]}
                addressed = {
                    one.line for one in self.pieces if one.field in ADDRESSES and one.text in row.fields.values()
                }
                return bool(lines & addressed)
        return False

    def _free(self, piece: Piece) -> Row:
        """The row of addresses of nobody that this piece can join, or a new one."""
        last = self.rows[-1] if self.rows else None
        if last is not None and last.free and last.line == piece.line and piece.field not in last.fields:
            return last
        row = Row(free=True, line=piece.line, sentence=piece.sentence, paragraph=piece.paragraph)
        self.rows.append(row)
        return row
