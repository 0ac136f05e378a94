"""Which organisation names a run's texts print, how often, and in which municipality's context."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .records import Document, Entity, Label, NameKey, NameUse, Participant, PartyType

if TYPE_CHECKING:
    from .rows import EntityRow, OrganisationNameRow, ParticipantRow
    from .tables import Tables

_WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Uses:
    """Every name in use, by key, and the code of every municipality among the keys."""

    by_key: Mapping[NameKey, NameUse]
    codes: Mapping[str, str]

    @staticmethod
    def key(name: str, municipality: str) -> NameKey:
        """The key of a printed name: on one line, composed, without soft hyphens; wording and case untouched."""
        plain = unicodedata.normalize("NFC", name).replace("\u00ad", "")
        return NameKey(_WHITE_SPACE.sub(" ", plain).strip(), municipality)

    def sorted(self) -> tuple[NameUse, ...]:
        return tuple(self.by_key[key] for key in sorted(self.by_key))


def collect(documents: Iterable[tuple[str, Document]]) -> Uses:
    """The names of all documents, given as pairs of document_id and record."""
    return _count(
        _Page(document_id, item.place.municipality, item.place.code, _spans(item.entities, item.participants))
        for document_id, item in documents
    )


def collect_from_tables(tables: Tables) -> Uses:
    """The names of a run whose texts were read before: those that `collect` found then."""
    return collect_from_parts([tables])


def collect_from_parts(parts: Iterable[Tables]) -> Uses:
    """The same of tables that hold some of the documents each."""
    return _count(page for part in parts for page in _pages(part))


def _pages(tables: Tables) -> Iterator[_Page]:
    entities: dict[str, list[EntityRow]] = {}
    participants: dict[str, list[ParticipantRow]] = {}
    for entity in tables.entities:
        entities.setdefault(entity.document_id, []).append(entity)
    for party in tables.participants:
        participants.setdefault(party.document_id, []).append(party)
    for row in tables.documents:
        spans = _spans(entities.get(row.document_id, ()), participants.get(row.document_id, ()))
        yield _Page(row.document_id, row.municipality or "", row.municipality_code or "", spans)


def collect_from_names(rows: Sequence[OrganisationNameRow]) -> Uses:
    """The names of a run without texts, which stand in its table of names."""
    uses = [NameUse(NameKey(row.name, row.municipality or ""), row.n_mentions) for row in rows]
    codes = {row.municipality: row.municipality_code for row in rows if row.municipality and row.municipality_code}
    return Uses({use.key: use for use in sorted(uses, key=lambda use: use.key)}, codes)


_Span = tuple[int, int, str]


class _Page(NamedTuple):
    """The organisation names that one document prints, each occurrence once."""

    document_id: str
    municipality: str
    code: str
    spans: set[_Span]


def _spans(entities: Iterable[Entity | EntityRow], participants: Iterable[Participant | ParticipantRow]) -> set[_Span]:
    # A participant is an entity too; the set keeps one occurrence from counting twice.
    spans = {(e.start, e.end, e.text) for e in entities if e.label == Label.ORGANISATION}
    return spans | {(p.start, p.end, p.text) for p in participants if p.type == PartyType.ORGANISATION}


def _count(pages: Iterable[_Page]) -> Uses:
    counts: dict[NameKey, int] = {}
    where: dict[NameKey, set[str]] = {}
    codes: dict[str, str] = {}
    for page in pages:
        if page.municipality and page.code:
            codes[page.municipality] = page.code
        for _, _, text in page.spans:
            key = Uses.key(text, page.municipality)
            counts[key] = counts.get(key, 0) + 1
            where.setdefault(key, set()).add(page.document_id)
    return Uses({key: NameUse(key, counts[key], frozenset(where[key])) for key in sorted(counts)}, codes)
