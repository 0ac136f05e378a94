"""Each text with what was found in it: its sections with their kind, and the records as marks in the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..rows import ContactRow, DocumentRow, EntityRow, ParticipantRow, SectionRow
from ..tables import Tables
from .shown import name, shown
from .spans import KINDS, Piece, Span, found_spans, pieces
from .words import Words

LETTERS = dict(zip(KINDS, "porndcuak", strict=True))  # a kind's class in the style sheet: markup is most of the page


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one document."""

    document: DocumentRow
    sections: tuple[SectionRow, ...]
    participants: tuple[ParticipantRow, ...]
    entities: tuple[EntityRow, ...]
    contacts: tuple[ContactRow, ...]


def by_document(tables: Tables) -> list[Found]:
    """The rows of every document, in the order of the documents."""
    sections: dict[str, list[SectionRow]] = defaultdict(list)
    participants: dict[str, list[ParticipantRow]] = defaultdict(list)
    entities: dict[str, list[EntityRow]] = defaultdict(list)
    contacts: dict[str, list[ContactRow]] = defaultdict(list)
    for section in tables.sections:
        sections[section.document_id].append(section)
    for participant in tables.participants:
        participants[participant.document_id].append(participant)
    for entity in tables.entities:
        entities[entity.document_id].append(entity)
    for contact in tables.contacts:
        contacts[contact.document_id].append(contact)
    return [
        Found(row, tuple(sections[key]), tuple(participants[key]), tuple(entities[key]), tuple(contacts[key]))
        for row in tables.documents
        for key in (row.document_id,)
    ]


def marked_text(found: Found, content: str, words: Words) -> Markup:
    """The text in its sections. What stands in no section is shown too, and said to be so."""
    spans = found_spans(found.participants, found.entities, found.contacts, words)
    parts: list[Markup] = []
    at = 0
    for section in sorted(found.sections, key=lambda row: (row.start, row.end)):
        start, end = max(section.start, at), min(section.end, len(content))
        if start < end:
            parts += [_outside(content, at, start, spans, words), _section(section, content, start, end, spans, words)]
            at = end
    parts.append(_outside(content, at, len(content), spans, words))
    return Markup("").join(parts)


def _section(row: SectionRow, content: str, start: int, end: int, spans: Sequence[Span], words: Words) -> Markup:
    kind = words("pillar", n=row.pillar) if row.pillar else words(f"kind.{row.kind.value}")
    decided = " · ".join(filter(None, (row.section_id.removeprefix(f"{row.document_id}."), row.rule)))
    heading = row.start + len(row.heading or "")
    if not row.heading or content[row.start : heading] != row.heading:
        heading = start
    title = _passage(content, start, heading, spans)
    return Markup("<dt>{} <small>{}</small><dd>{}{}").format(
        kind, name(decided), Markup("<b>{}</b>").format(title) if title else "", _passage(content, heading, end, spans)
    )


def _outside(content: str, start: int, end: int, spans: Sequence[Span], words: Words) -> Markup:
    passage = _passage(content, start, end, spans)
    if not passage:
        return passage
    return Markup("<dt class=z>{}<dd class=z>{}").format(words("outside"), passage)


def _passage(content: str, start: int, end: int, spans: Iterable[Span]) -> Markup:
    """The text from `start` to `end` with its marks, without the blank lines around it."""
    inner = content[start:end]
    start, end = end - len(inner.lstrip("\r\n")), start + len(inner.rstrip())
    if start >= end:
        return Markup("")
    return Markup("").join(_piece(piece, content) for piece in pieces(start, end, spans))


def _piece(piece: Piece, content: str) -> Markup:
    text = shown(content[piece.start : piece.end])
    if not piece.spans or not text.strip():
        return escape(text)
    told = "\n".join(span.told for span in piece.spans)
    return Markup('<mark class={} tabindex=0 data-t="{}">{}</mark>').format(LETTERS[piece.spans[0].kind], told, text)
