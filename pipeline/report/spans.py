"""What was found in a text, cut into pieces that do not overlap: each piece knows every record that stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..records import Label, PartyType
from ..rows import ContactRow, EntityRow, ParticipantRow
from .shown import name
from .words import Words

# Which kind a piece is marked as where several records stand on it: the first of these.
KINDS = ("participant", "organisation", "programme", "person", "place", "date", "count", "address", "contact")
_ADDRESSES = (Label.EMAIL, Label.PHONE, Label.URL)


@dataclass(frozen=True, slots=True)
class Span:
    """A record on a stretch of text; `told` is what a reader is told about it, on one line."""

    start: int
    end: int
    kind: str  # one of KINDS
    told: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on which the same records stand, in the order of KINDS; none on plain text."""

    start: int
    end: int
    spans: tuple[Span, ...]


def pieces(start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    """The text from `start` to `end` without gaps or overlaps, cut at every border of a span."""
    rank = {kind: at for at, kind in enumerate(KINDS)}
    inside = sorted(
        (span for span in spans if max(span.start, start) < min(span.end, end)),
        key=lambda span: (span.start, rank[span.kind], span.end),
    )
    borders = {start, end, *(min(max(at, start), end) for span in inside for at in (span.start, span.end))}
    waiting, active = iter(inside), list[Span]()
    coming = next(waiting, None)
    for left, right in pairwise(sorted(borders)):
        active = [span for span in active if span.end > left]
        while coming is not None and coming.start <= left:
            active.append(coming)
            coming = next(waiting, None)
        yield Piece(left, right, tuple(sorted(active, key=lambda span: rank[span.kind])))


def found_spans(
    participants: Sequence[ParticipantRow], entities: Sequence[EntityRow], contacts: Sequence[ContactRow], words: Words
) -> list[Span]:
    """The records of one document. Ids are told without the document's: `p03` of `tiel.p03`.

    An organisation that takes part is a participant and an entity on the same words, found in one go: where nothing
    sets the two apart, they are told on one line.
    """
    same = {_identity(row): row for row in entities if row.organisation_id}
    twins = {row.participant_id: same.get(_identity(row)) for row in participants}
    told = {twin.entity_id for twin in twins.values() if twin}
    return [
        *(
            Span(row.start, row.end, "participant", _participant(row, twins[row.participant_id], words))
            for row in participants
        ),
        *(Span(row.start, row.end, _kind(row), _entity(row, words)) for row in entities if row.entity_id not in told),
        *(Span(row.start, row.end, "contact", _contact(row, words)) for row in contacts),
    ]


def _identity(row: ParticipantRow | EntityRow) -> tuple[int, int, str | None, float]:
    return row.start, row.end, row.organisation_id, row.confidence


def _kind(row: EntityRow) -> str:
    return "address" if row.label in _ADDRESSES else row.label.value


def _participant(row: ParticipantRow, twin: EntityRow | None, words: Words) -> str:
    kind = words("span.participant")
    if row.type is not PartyType.ORGANISATION:
        kind = f"{kind} ({words(f'party.{row.type.value}')})"
    ids = _short(row.participant_id, row) + (f" + {_short(twin.entity_id, row)}" if twin else "")
    group = words("span.group", group=name(row.group)) if row.group else None
    value = _differs(row.organisation, row.text)
    return _line(ids, kind, value, group, row.rule, words.decimal(row.confidence))


def _entity(row: EntityRow, words: Words) -> str:
    kind, found = words(f"span.{row.label.value}"), words(f"source.{row.source.value}")
    qualifier = words(f"qualifier.{row.qualifier.value}") if row.qualifier else None
    value = _differs(row.value, row.text)
    return _line(_short(row.entity_id, row), kind, value, qualifier, found, words.decimal(row.confidence))


def _contact(row: ContactRow, words: Words) -> str:
    parts = (row.name, row.role, row.organisation, row.email, row.phone, row.url)
    return _line(_short(row.contact_id, row), words("span.contact"), ", ".join(name(part) for part in parts if part))


def _short(record_id: str, row: ParticipantRow | EntityRow | ContactRow) -> str:
    return record_id.removeprefix(f"{row.document_id}.")


def _differs(value: str | None, text: str) -> str | None:
    """A normal form, where it says more than what is printed."""
    return f"→ {name(value)}" if value and value != text else None


def _line(*parts: str | None) -> str:
    return " · ".join(name(part, 300) for part in parts if part)
