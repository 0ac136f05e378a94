"""Contacts: persons and addresses that a text offers to reach the coalition or the municipality.

In a contact section everything offered counts; elsewhere only what a sentence offers ('Mail naar …', 'Kijk op …').
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..language.addresses import host_of
from ..records import BlockKind, Contact, Found, Label, Section, SectionKind
from .passages import Passage
from .pieces import PUBLISHER, Piece, read_pieces
from .rows import ADDRESSES, Row, assemble, squash

if TYPE_CHECKING:
    from ..rulebook import Rulebook

SENTENCE_END = re.compile(r"[.?!…]+[”’\"')]*(?=\s|$)|\n+")
REACH = {"mail", "call", "contact_with", "sign_up", "ask", "reachable"}
OFFER = {"mail", "call", "contact_with", "sign_up"}  # offer a person even where no address is printed
SKIPPED = {SectionKind.TITLE, SectionKind.QUOTE}


@dataclass(frozen=True, slots=True)
class _OwnSite:
    """What tells the coalition's own site, which counts wherever it is printed. The texts are squashed."""

    headings: str
    content: str
    names: tuple[str, ...]  # capitalised words of the headings: the place, the coalition

    def is_own(self, host: str, rules: Rulebook) -> bool:
        core = squash(host.rsplit(".", 1)[0])
        if len(core) < 6:
            return False
        if rules.contacts.own.search(core) or core in self.headings:
            return True
        # 'haarlemontmoet' in a text about Haarlem that also prints 'Haarlem Ontmoet'
        return any(squash(name) in core for name in self.names) and self.content.count(core) > 1


def find_contacts(content: str, sections: Sequence[Section], rules: Rulebook) -> list[Contact]:
    """The contacts of one document in order of appearance, one row per person or per address of nobody."""
    passage = Passage(content, rules)
    headings = " ".join(section.heading for section in sections)
    own = _OwnSite(squash(headings), squash(content), tuple(re.findall(r"[A-ZÀ-Þ][\w-]{3,}", headings)))
    found: list[Contact] = []
    for section in sections:
        if section.kind is SectionKind.CONTACT:
            start = _where_contacts_begin(passage, section)
            rows = assemble(_offered(passage, read_pieces(passage, start, section.end, block=True), rules))
        elif section.kind in SKIPPED:
            continue
        else:
            rows = []
            for start, end in _closing_lines(passage, section, own, rules):
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
    position = start
    for match in SENTENCE_END.finditer(passage.content, start, end):
        dot = match.start()
        if passage.whole.touch(dot, dot + 1):
            continue
        if match.group()[0] == "." and passage.abbreviated(position, dot):
            continue
        if passage.content[position : match.end()].strip():
            yield position, match.end()
        position = match.end()
    if passage.content[position:end].strip():
        yield position, end


def _closing_lines(passage: Passage, section: Section, own: _OwnSite, rules: Rulebook) -> Iterator[tuple[int, int]]:
    """Stretches of neighbouring sentences that offer somebody or an address."""
    chrome = [(block.start, block.end) for block in section.blocks if block.kind is BlockKind.CHROME]
    run: tuple[int, int] | None = None
    publisher: tuple[int, int] | None = None
    for begin, end in _sentences(passage, section.body_start, section.end):
        start = begin
        if any(s <= start < e for s, e in chrome):
            continue
        if publisher and "\n" not in passage.content[publisher[0] : start].strip() and run is None:
            start = publisher[0]
        publisher = (start, end) if PUBLISHER.match(passage.content[start:end].lstrip()) else None
        if _offers(passage, start, end, section.kind, own, rules):
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


def _offers(passage: Passage, start: int, end: int, kind: SectionKind, own: _OwnSite, rules: Rulebook) -> bool:
    """Whether one sentence of running text offers somebody or an address to turn to."""
    sentence = passage.content[start:end]
    inside = [found for found in passage.addresses if start <= found.start < end]
    if not inside and not any(start <= person.start < end for person in passage.persons):
        return False
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
        if cues or (kind is not SectionKind.PARTICIPANTS and own.is_own(host, rules)):
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
        if start <= person.start < end and not passage.is_quoted(person):
            before = passage.content[start : person.start]
            if {cue.id for cue in rules.contacts.cues_in(before)} & OFFER:
                return person
    return None


def _from_sentence(passage: Passage, start: int, end: int, rules: Rulebook) -> list[Piece]:
    """The pieces of a closing line; persons who are not offered, and what belongs to them, are left out."""
    pieces = _offered(passage, read_pieces(passage, start, end, block=False), rules)
    reachable = any(piece.field in {"email", "phone"} for piece in pieces)
    kept: list[Piece] = []
    offered = False
    dropped = -1
    for piece in pieces:
        if piece.field == "name":
            before = passage.content[start : piece.start]
            cued = bool({cue.id for cue in rules.contacts.cues_in(before)} & REACH)
            if not (cued or reachable):
                dropped = piece.sentence
                continue
            dropped, offered = -1, True
        said = piece.field in {"role", "organisation"}
        if said and (piece.sentence == dropped or not (reachable or any(one.field == "name" for one in pieces))):
            continue
        kept.append(piece)
    if not (offered or reachable):  # 'De vorige wethouder, …; zie www.…'
        return [piece for piece in kept if piece.field not in {"role", "organisation"}]
    return kept


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
