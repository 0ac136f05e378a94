"""Persons, e-mail addresses and telephone numbers of one document: kept, given a pseudonym, or taken out.

Replaced passages keep their length and their white space, so that every offset stays valid and slicing the redacted
text still gives the `text` of every row. Names of organisations stay, also where a person's name is part of one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from .private_names import Addresses, Names, People, Private, folded, normal_of, within
from .problems import Unusable
from .records import Label, Name, PartyType
from .rows import ContactRow, EntityRow, ParticipantRow, SectionRow
from .tables import Tables

KEY_BYTES = 32
BLOCK = "█"
_KINDS = {Label.PERSON: "person", Label.EMAIL: "mail", Label.PHONE: "tel"}
# Base 32 has no 0 and no 1, without which no telephone number is recognised: a pseudonym is never redacted again.
_PSEUDONYM = re.compile(r"(?:person|mail|tel)-[a-z2-7]{8}")
_PAD = "·"
_REASON = re.compile(r"(?<==)[^\s,;()]+")  # the word in 'learned (bullet; first=anna +1.2)'


class Contacts(Name):
    """What becomes of persons, e-mail addresses and telephone numbers."""

    KEEP = "keep"
    PSEUDONYMISE = "pseudonymise"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a run does with personal data. `key`: what pseudonyms are made with; without it nobody can make them."""

    contacts: Contacts
    key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.contacts is Contacts.PSEUDONYMISE and not self.key:
            raise Unusable("pseudonyms need a key; name a file for it with --pseudonym-key")

    def value(self, pseudonym: str) -> str | None:
        """What stands in a cell that held a person, an address or a number."""
        return pseudonym if self.contacts is Contacts.PSEUDONYMISE else None

    def pseudonym(self, label: Label, normal: str) -> str:
        """The same for the same normal form under the same key, and of no use without the key."""
        kind = _KINDS[label]
        digest = hmac.new(self.key, f"{kind}\0{normal}".encode(), hashlib.sha256).digest()
        return f"{kind}-{base64.b32encode(digest[:5]).decode('ascii').lower()}"

    def placeholder(self, printed: str, pseudonym: str) -> str:
        """As long as what was printed, white space where it was."""
        if self.contacts is Contacts.DROP:
            return re.sub(r"\S", BLOCK, printed)
        length = sum(not character.isspace() for character in printed)
        mark = pseudonym if len(pseudonym) <= length else pseudonym.partition("-")[2]
        fill = iter(mark[:length].ljust(length, _PAD))
        return "".join(character if character.isspace() else next(fill) for character in printed)


def read_key(path: Path) -> bytes:
    """The key for pseudonyms; made, for its owner alone to read, where there is no such file.

    Raises Unusable for a file that cannot be read or made, and for one that is too short to be a key.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return _existing_key(path)
    except OSError as error:
        raise Unusable(
            f"the key for pseudonyms cannot be made at {path} ({error.strerror}); name another file with "
            "--pseudonym-key"
        ) from None
    key = secrets.token_bytes(KEY_BYTES)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise Unusable(f"the key for pseudonyms cannot be written to {path} ({error.strerror})") from None
    return key


def _existing_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise Unusable(
            f"the key for pseudonyms cannot be read from {path} ({error.strerror}); it has to be a file that you may "
            "read, or name another one with --pseudonym-key"
        ) from None
    if len(key) < KEY_BYTES:
        raise Unusable(
            f"{path} has {len(key)} bytes, and a key for pseudonyms at least {KEY_BYTES}; put the whole key back, or "
            "remove the file: a new key is made then, and all pseudonyms change"
        )
    return key


def redact(part: Tables, content: str, privacy: Privacy) -> tuple[Tables, str]:
    """The rows of one document and its text without its persons, e-mail addresses and telephone numbers.

    Rows stay, with their ids and offsets; ids, file names, checksums and tables of organisations are not looked at.
    Redacting what was redacted changes nothing.
    """
    if privacy.contacts is Contacts.KEEP:
        return part, content
    redaction = _Redaction(part, content, privacy)
    return redaction.tables(), redaction.redacted


class _Redaction:
    """One document: what is personal in it, and its text without that."""

    def __init__(self, part: Tables, content: str, privacy: Privacy) -> None:
        self._part, self._content, self._privacy = part, content, privacy
        found = [row for row in part.entities if row.label in _KINDS and not _done(row)]
        known = {(row.label, row.text) for row in found} | _reachable(part.contacts)
        self._people = People(printed for label, printed in known if label is Label.PERSON)
        self._addresses = Addresses((label, printed) for label, printed in known if label is not Label.PERSON)
        # A name that is a person's whole name is no organisation's, whoever took it for one.
        self._bodies = Names(name for name in _bodies(part) if folded(name) not in self._people.full)
        self._others = Names(_places_and_programmes(part))
        marked = [
            *(Private(row.start, row.end, row.label, self._normal(row.label, row.text)) for row in found),
            *self._named_in_contacts(),
            *self._people.in_bylines(content, self._bodies),
        ]
        marked.sort(key=lambda one: (one.start - one.end, one.start))
        self.redacted = self._without(self._replaced(content, [*marked, *self._found(content)]))

    def _normal(self, label: Label, printed: str) -> str:
        return self._people.normal(printed) if label is Label.PERSON else normal_of(label, printed)

    def _found(self, text: str) -> list[Private]:
        return [*self._addresses.found(text), *self._people.found(text, self._bodies, self._others)]

    def _named_in_contacts(self) -> Iterator[Private]:
        """Where a contact's name stands in its own passage, even if a place is called so."""
        for row in self._part.contacts:
            if row.name and not _PSEUDONYM.fullmatch(row.name):
                passage = self._content[row.start : row.end]
                bodies = self._bodies.spans(passage)
                for match in _whole(row.name).finditer(passage):
                    if not within(*match.span(), bodies):
                        start, end = row.start + match.start(), row.start + match.end()
                        yield Private(start, end, Label.PERSON, self._people.normal(row.name))

    # --- replacing ---

    def _without(self, text: str) -> str:
        """A text redacted until nothing more is found: what stood against an address may be a name after all."""
        while (redacted := self._replaced(text, self._found(text))) != text:
            text = redacted
        return text

    def _replaced(self, text: str, found: Iterable[Private]) -> str:
        """Where two overlap, the earlier in the list goes first and the rest of the later one is replaced too."""
        letters, taken = list(text), bytearray(len(text))
        for one in found:
            pseudonym = self._privacy.pseudonym(one.label, one.normal)
            for at, letter in enumerate(self._privacy.placeholder(text[one.start : one.end], pseudonym), one.start):
                if not taken[at]:
                    letters[at], taken[at] = letter, 1
        return "".join(letters)

    # --- rows ---

    def tables(self) -> Tables:
        part = self._part
        sections = {row.section_id: (row.start, row.end) for row in part.sections}
        return replace(
            part,
            documents=tuple(replace(row, title=self._quote(row.title)) for row in part.documents),
            sections=tuple(map(self._section, part.sections)),
            participants=tuple(
                self._participant(row, *sections.get(row.section_id, (0, 0))) for row in part.participants
            ),
            entities=tuple(map(self._entity, part.entities)),
            contacts=tuple(map(self._contact, part.contacts)),
        )

    def _quote(self, text: str | None, start: int = 0, end: int | None = None) -> str | None:
        """What was copied from somewhere in the text: cut from the redacted text, or redacted by itself."""
        if not text:
            return text
        match = _whole(text).search(self._content, start, len(self._content) if end is None else end)
        return self.redacted[match.start() : match.end()] if match else self._without(text)

    def _at(self, text: str, start: int) -> str:
        """What stands at `start`."""
        end = start + len(text)
        return self.redacted[start:end] if self._content[start:end] == text else self._without(text)

    def _section(self, row: SectionRow) -> SectionRow:
        body = self._content.rfind(row.text, row.start, row.end) if row.text else -1
        return replace(
            row,
            heading=self._at(row.heading, row.start) if row.heading else row.heading,
            text=self._at(row.text, body) if row.text and body >= 0 else self._quote(row.text),
            rule=self._reasons(row.rule),
        )

    def _participant(self, row: ParticipantRow, start: int, end: int) -> ParticipantRow:
        return replace(
            row,
            text=self._at(row.text, row.start),
            group=self._quote(row.group, start, end),
            branch=self._quote(row.branch, row.start, end),
            organisation=self._without(row.organisation) if row.organisation else row.organisation,
            rule=self._reasons(row.rule),
        )

    def _entity(self, row: EntityRow) -> EntityRow:
        if row.label in _KINDS:
            value = self._cell(row.label, row.value if _done(row) else row.text)
        else:
            value = self._without(row.value) if row.value else row.value
        return replace(row, text=self._at(row.text, row.start), value=value)

    def _cell(self, label: Label, printed: str | None) -> str | None:
        """What stands in a cell instead of a person, an address or a number."""
        if not printed:
            return printed
        if _PSEUDONYM.fullmatch(printed):
            return self._privacy.value(printed)
        return self._privacy.value(self._privacy.pseudonym(label, self._normal(label, printed)))

    def _contact(self, row: ContactRow) -> ContactRow:
        def quote(printed: str | None) -> str | None:
            return self._quote(printed, row.start, row.end)

        return replace(
            row,
            name=self._cell(Label.PERSON, row.name),
            role=quote(row.role),
            organisation=quote(row.organisation),
            email=self._cell(Label.EMAIL, row.email),
            phone=self._cell(Label.PHONE, row.phone),
            url=quote(row.url),
        )

    def _reasons(self, rule: str | None) -> str | None:
        """The rule without the words of the text that are part of a name."""
        words = self._people.words
        return rule and _REASON.sub(lambda match: "…" if folded(match.group()) in words else match.group(), rule)


def _done(row: EntityRow) -> bool:
    """Whether a row was redacted before."""
    return not folded(row.text) or (row.value is not None and _PSEUDONYM.fullmatch(row.value) is not None)


def _whole(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])")


def _reachable(contacts: Iterable[ContactRow]) -> set[tuple[Label, str]]:
    cells = {
        (label, cell)
        for row in contacts
        for label, cell in ((Label.PERSON, row.name), (Label.EMAIL, row.email), (Label.PHONE, row.phone))
    }
    return {(label, cell) for label, cell in cells if cell and not _PSEUDONYM.fullmatch(cell)}


def _bodies(part: Tables) -> set[str]:
    """Names of organisations, as printed and as normalised."""
    cells = {cell for row in part.entities if row.label is Label.ORGANISATION for cell in (row.text, row.value)}
    for row in part.participants:
        if row.type is PartyType.ORGANISATION:
            cells |= {row.text, row.organisation}
    cells |= {row.organisation for row in part.contacts}
    return {cell for cell in cells if cell}


def _places_and_programmes(part: Tables) -> set[str]:
    kinds = (Label.PLACE, Label.PROGRAMME)
    cells = {cell for row in part.entities if row.label in kinds for cell in (row.text, row.value)}
    for row in part.documents:
        cells |= {row.municipality, row.province, row.ggd_region}
    return {cell for cell in cells if cell}
