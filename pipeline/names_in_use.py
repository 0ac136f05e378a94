"""Which organisation names a run's texts print, how often, and in which municipality's context."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .records import Document, Label, NameKey, NameUse, PartyType

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
    counts: dict[NameKey, int] = {}
    where: dict[NameKey, set[str]] = {}
    codes: dict[str, str] = {}
    for document_id, document in documents:
        place = document.place
        if place.municipality and place.code:
            codes[place.municipality] = place.code
        # A participant is an entity too; the set keeps one occurrence from counting twice.
        spans = {(e.start, e.end, e.text) for e in document.entities if e.label == Label.ORGANISATION}
        spans |= {(p.start, p.end, p.text) for p in document.participants if p.type == PartyType.ORGANISATION}
        for _, _, text in spans:
            key = Uses.key(text, place.municipality)
            counts[key] = counts.get(key, 0) + 1
            where.setdefault(key, set()).add(document_id)
    return Uses({key: NameUse(key, counts[key], frozenset(where[key])) for key in sorted(counts)}, codes)
