"""Contacts: persons and addresses that a text offers to reach the coalition or the municipality.

In a contact section everything offered counts; elsewhere only what a sentence offers ('Mail naar …', 'Kijk op …').
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .contact_pieces import Passage, Piece
from .language.addresses import host_of
from .records import BlockKind, Contact, Found, Label, Section, SectionKind

if TYPE_CHECKING:
    from .rulebook import Rulebook

ADDRESSES = ("email", "phone", "url")
SENTENCE_END = re.compile(r"[.?!…]+[”’\"')]*(?=\s|$)|\n+")
OWN = re.compile(r"eenzaam|samen|ontmoet|erbij|nietalleen|verbind|verbond|coalitie|meedoen|omzien|noaber|naober")
REACH = {"mail", "call", "contact_with", "sign_up", "ask", "reachable"}
OFFER = {"mail", "call", "contact_with", "sign_up"}  # offer a person even where no address is printed
SKIPPED = {SectionKind.TITLE, SectionKind.QUOTE}


@dataclass(slots=True)
class Row:
    """A contact while it is being put together. `free`: an address that nobody was named with."""

    fields: dict[str, str] = field(default_factory=dict)
    start: int = -1
    end: int = -1
    line: int = 0
    sentence: int = 0
    paragraph: int = 0
    free: bool = False
    general: bool = False

    def put(self, piece: Piece) -> None:
        self.fields[piece.field] = piece.text
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


def find_contacts(content: str, sections: Sequence[Section], rules: Rulebook) -> list[Contact]:
    """The contacts of one document in order of appearance, one row per person or per address of nobody."""
    passage = Passage(content, rules)
    squashed = _squash(" ".join(section.heading for section in sections))
    found: list[Contact] = []
    for section in sections:
        if section.kind is SectionKind.CONTACT:
            start = _where_contacts_begin(passage, section)
            rows = assemble(_offered(passage, passage.pieces(start, section.end, block=True), rules))
        elif section.kind in SKIPPED:
            continue
        else:
            rows = []
            for start, end in _closing_lines(passage, section, squashed, rules):
                rows += assemble(_from_sentence(passage, start, end, rules))
        found += [_contact(row, section.position) for row in rows]
    return _without_doubles(found)


def _contact(row: Row, section: int) -> Contact:
    return Contact(section, **row.fields, start=row.start, end=row.end)


def _where_contacts_begin(passage: Passage, section: Section) -> int:
    """The body, or the heading with it where the heading itself holds an address or a person."""
    inside = [*passage.addresses, *passage.persons]
    if any(section.start <= found.start < section.body_start for found in inside):
        return section.start
    return section.body_start


def _offered(passage: Passage, pieces: Sequence[Piece], rules: Rulebook) -> list[Piece]:
    """The pieces without national sites and without a body that the end of the text cuts off."""
    kept = [
        piece for piece in pieces if not (piece.field == "url" and rules.contacts.is_third_party(host_of(piece.text)))
    ]
    return [piece for piece in kept if not _cut_off(passage.content, piece)]


def _cut_off(content: str, piece: Piece) -> bool:
    """Whether a body at the very end breaks off in a word that the text prints whole elsewhere."""
    if piece.field != "organisation" or piece.end < len(content.rstrip("…")):
        return False
    word = re.search(r"\w+\Z", piece.text)
    if word is None:
        return False
    longer = re.search(rf"\b{re.escape(word.group())}\w", content)
    whole = re.search(rf"\b{re.escape(word.group())}\b", content[: piece.end - len(word.group())])
    return longer is not None and whole is None


# --- running text -----------------------------------------------------------------------------------


def _sentences(passage: Passage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a stretch; a full stop inside an address, a name or an abbreviation ends none."""
    spans = passage.blocked + [(one.start, one.end) for one in passage.persons]
    position = start
    for match in SENTENCE_END.finditer(passage.content, start, end):
        dot = match.start()
        if any(s <= dot < e for s, e in spans):
            continue
        if match.group()[0] == "." and passage.abbreviated(position, dot):
            continue
        if passage.content[position : match.end()].strip():
            yield position, match.end()
        position = match.end()
    if passage.content[position:end].strip():
        yield position, end


def _closing_lines(passage: Passage, section: Section, squashed: str, rules: Rulebook) -> Iterator[tuple[int, int]]:
    """Stretches of neighbouring sentences that offer somebody or an address."""
    chrome = [(block.start, block.end) for block in section.blocks if block.kind is BlockKind.CHROME]
    run: tuple[int, int] | None = None
    for start, end in _sentences(passage, section.body_start, section.end):
        if any(s <= start < e for s, e in chrome):
            continue
        if _offers(passage, start, end, section.kind, squashed, rules):
            if (
                run
                and "\n" not in passage.content[run[1] : start + 1].strip(" \t")
                and not passage.content[run[0] : run[1]].endswith("\n\n")
            ):
                run = (run[0], end)
            else:
                if run:
                    yield run
                run = (start, end)
        elif run and not passage.content[start:end].rstrip().endswith("?"):
            yield run
            run = None
    if run:
        yield run


def _offers(passage: Passage, start: int, end: int, kind: SectionKind, squashed: str, rules: Rulebook) -> bool:
    """Whether one sentence of running text offers somebody or an address to turn to."""
    sentence = passage.content[start:end]
    inside = [found for found in passage.addresses if start <= found.start < end]
    cues = {cue.id for cue in rules.contacts.cues_in(_masked(sentence, start, inside))}
    folded = sentence.casefold()
    if any(line in folded for line in rules.contacts.helplines):
        return False
    for found in inside:
        if found.label is not Label.URL:
            if kind is not SectionKind.PARTICIPANTS or cues:
                return True
            continue
        host = host_of(found.text)
        if rules.contacts.is_third_party(host):
            continue
        core = _squash(host.rsplit(".", 1)[0])
        own = len(core) > 5 and (OWN.search(core) is not None or core in squashed)
        if cues or (own and kind is not SectionKind.PARTICIPANTS):
            return True
    return bool(not inside and cues & OFFER and _offered_person(passage, start, end, rules))


def _masked(sentence: str, start: int, inside: Sequence[Found]) -> str:
    """The sentence with a plain word in the place of each address, so that no cue is read inside one."""
    masked = list(sentence)
    for found in inside:
        masked[found.start - start : found.end - start] = "§" * (found.end - found.start)
    return "".join(masked)


def _offered_person(passage: Passage, start: int, end: int, rules: Rulebook) -> Found | None:
    """The person to whom a sentence without an address sends the reader: 'Neem contact op met Anne de Boer.'"""
    text = passage.content[start:end]
    if not re.search(
        r"(?i)\b(?:neem|kunt u|kun je|opnemen|mail|bel|app|meld|aanmelden|opgeven|terecht|contactpersoon)\b", text
    ):
        return None
    for person in passage.persons:
        if start <= person.start < end and not person.rule.startswith("person:speech"):
            before = passage.content[start : person.start]
            if {cue.id for cue in rules.contacts.cues_in(before)} & OFFER:
                return person
    return None


def _from_sentence(passage: Passage, start: int, end: int, rules: Rulebook) -> list[Piece]:
    """The pieces of a closing line; persons who are not offered, and what belongs to them, are left out."""
    pieces = _offered(passage, passage.pieces(start, end, block=False), rules)
    reachable = any(piece.field in {"email", "phone"} for piece in pieces)
    kept: list[Piece] = []
    dropped = -1
    for piece in pieces:
        if piece.field == "name":
            before = passage.content[start : piece.start]
            cued = bool({cue.id for cue in rules.contacts.cues_in(before)} & REACH)
            if not (cued or reachable):
                dropped = piece.sentence
                continue
            dropped = -1
        if piece.field in {"role", "organisation"}:
            if piece.sentence == dropped or not (reachable or any(one.field == "name" for one in pieces)):
                continue
        kept.append(piece)
    return kept


# --- putting rows together --------------------------------------------------------------------------


def assemble(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces of one block → rows. What follows a person is that person's; what precedes one waits for it."""
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
        local = _squash(address.split("@")[0])
        if not local or ("name" in row.fields and _last_name(row.fields["name"]) in local):
            continue
        named = [one for one in persons if one is not row and _last_name(one.fields["name"]) in local]
        if len(named) == 1 and "email" not in named[0].fields:
            named[0].fields["email"] = row.fields.pop("email")
            named[0].start, named[0].end = min(named[0].start, row.start), max(named[0].end, row.end)


def _last_name(name: str) -> str:
    return _squash(name.split()[-1]) or "?"


def _squash(text: str) -> str:
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
        self.persons_on = {line: 0 for line in {piece.line for piece in pieces}}
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
        if piece.label == "general":
            self.general_line = piece.line
            if self.pending.addressed and "organisation" in self.pending.fields:
                self._flush()
            if self.current is not None:
                self.current = None
        elif piece.label == "name" and self.current is not None and self.current.line != piece.line:
            self.current = None

    def _name(self, piece: Piece) -> None:
        row, pending = Row(), self.pending
        if pending.fields:
            alone_on_line = self.persons_on[piece.line] == 1
            own = pending.addressed and "organisation" in pending.fields and pending.sentence != piece.sentence
            if pending.addressed and (pending.line != piece.line or not alone_on_line or own):
                self._flush()
            else:
                if "organisation" in pending.fields and pending.line != piece.line:
                    self.bodies_first = True
                row.take(pending)
                self.pending = Row()
        row.put(piece)
        if piece.joined and self.current is not None:
            self.together = [*(self.together or [self.current]), row]
        else:
            self.together = []
        self.general_line = 0
        self.rows.append(row)
        self.current = row

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
        if field_name in self.pending.fields and not (field_name == "organisation" and self.pending.line == piece.line):
            self._flush()
        if field_name in self.pending.fields:
            return
        if current is not None:
            self.current, self.together = None, []
        self.pending.put(piece)

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
            if self.together:
                current = self._free(piece)
            if name not in current.fields:
                if self._reaches(current, piece):
                    current.put(piece)
                    return
            elif current.line == piece.line and current.sentence == piece.sentence:
                return  # a second number of the same person
        if self.pending.fields and name not in self.pending.fields:
            self.pending.put(piece)
            return
        row = self._free(piece)
        row.general = general
        row.put(piece)

    def _reaches(self, current: Row, piece: Piece) -> bool:
        """Whether an address further down still is the person's: with several persons, not behind a blank line."""
        several = sum(1 for one in self.pieces if one.field == "name") > 1
        if not several or current.line == piece.line:
            return True
        return piece.paragraph == current.paragraph and not self._in_lines(current)

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


def _without_doubles(contacts: Sequence[Contact]) -> list[Contact]:
    """One row per person, and an address once: the row that says more stays."""
    kept: list[Contact] = []
    for contact in contacts:
        same = next((i for i, one in enumerate(kept) if contact.name and one.name == contact.name), None)
        if same is not None:
            kept[same] = _merged(kept[same], contact)
            continue
        kept.append(contact)
    owned = [one for one in kept if one.name or one.organisation]
    result: list[Contact] = []
    for contact in kept:
        if not contact.name and not contact.organisation:
            others = [one for one in (*owned, *result) if one is not contact]
            if all(
                any(_same(getattr(one, name), getattr(contact, name)) for one in others)
                for name in ADDRESSES
                if getattr(contact, name)
            ):
                continue
        result.append(contact)
    return result


def _merged(one: Contact, other: Contact) -> Contact:
    values = {name: getattr(one, name) or getattr(other, name) for name in ("role", "organisation", *ADDRESSES)}
    richer = (
        one
        if sum(bool(getattr(one, name)) for name in values) >= sum(bool(getattr(other, name)) for name in values)
        else other
    )
    return Contact(richer.section, one.name, **values, start=richer.start, end=richer.end)


def _same(one: str, other: str) -> bool:
    def form(text: str) -> str:
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", text.casefold()).rstrip("/")

    return form(one) == form(other)
