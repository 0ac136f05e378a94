"""All that was found → the rows of entities: overlaps resolved by precedence, in the order of the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from .participants import Reading
from .records import Entity, Found, Label, PartyType, Section, Source, Where
from .spans import Spans, Taken

# Who gives way where two readings overlap: later labels give way to earlier ones.
_PRECEDENCE = (
    Label.EMAIL, Label.URL, Label.PHONE, Label.DATE, Label.ORGANISATION, Label.PROGRAMME, Label.PERSON, Label.PLACE,
)  # fmt: skip


def assemble_entities(sections: Sequence[Section], found: Sequence[Found], reading: Reading) -> tuple[Entity, ...]:
    """The entities of a document. Organisations are those of the participants stage; a place or a person inside an
    organisation's or a programme's name is no row of its own, nor is a place inside a party ('dorpsondersteuner
    Noorderveen'), and programmes give way to a coalition of that name."""
    starts = [section.start for section in sections]
    organisations = _organisations(reading)
    parties = Spans((p.start, p.end) for p in reading.participants if p.type is not PartyType.ORGANISATION)
    taken = Taken()
    rows: list[tuple[Found, float]] = []
    candidates = [*organisations, *(f for f in found if f.label is not Label.ORGANISATION)]
    for label in _PRECEDENCE:
        for f in sorted((f for f in candidates if f.label is label), key=lambda f: (f.start, -f.end)):
            if taken.meet(f.start, f.end) or (label is Label.PLACE and parties.meet(f.start, f.end)):
                continue
            taken.add(f.start, f.end)
            rows.append((f, f.confidence))
    rows += [(f, f.confidence) for f in candidates if f.label is Label.COUNT and not _inside(f, organisations)]
    entities = []
    for f, confidence in sorted(rows, key=lambda row: (row[0].start, row[0].end, row[0].label)):
        section = sections[max(0, bisect_right(starts, f.start) - 1)]
        entities.append(Entity(
            section.position, f.label, f.text, f.value, f.qualifier, f.about, f.start, f.end, confidence, f.source,
        ))  # fmt: skip
    return tuple(entities)


def _organisations(reading: Reading) -> list[Found]:
    rows = [
        Found(Label.ORGANISATION, p.start, p.end, p.text, rule=p.rule, confidence=p.confidence,
              source=Source.LIST if p.where is Where.LIST else Source.INLINE)
        for p in reading.participants if p.type is PartyType.ORGANISATION
    ]  # fmt: skip
    return [*rows, *reading.mentions]


def _inside(f: Found, others: Sequence[Found]) -> bool:
    """Whether a count begins in a name ('De Vier Notenkrakers'); a name behind the number is what is counted."""
    return any(o.start <= f.start < o.end for o in others)
