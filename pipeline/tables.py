"""Records → the rows of the contract's tables, with ids that follow from the content alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .names_in_use import Uses
from .records import Document, Entity, Failure, Label, Participant, PartyType, Resolution, Section
from .rows import (
    ROW_TYPES,
    About,
    ContactRow,
    DocumentRow,
    DuplicateRow,
    EntityRow,
    ErrorRow,
    MunicipalityRow,
    OrganisationNameRow,
    OrganisationRow,
    ParticipantRow,
    Row,
    SectionRow,
)

OF_DOCUMENTS = ("sections", "participants", "entities", "contacts")
NOT_NESTED = ("n_documents", "n_mentions", "names", "known_as")  # of an organisation: what the other texts say of it
SEPARATOR = ";"  # between the parts of a list in one cell


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table of a run folder, rows in their final order."""

    documents: Sequence[DocumentRow] = ()
    sections: Sequence[SectionRow] = ()
    participants: Sequence[ParticipantRow] = ()
    entities: Sequence[EntityRow] = ()
    contacts: Sequence[ContactRow] = ()
    organisations: tuple[OrganisationRow, ...] = ()
    organisation_names: tuple[OrganisationNameRow, ...] = ()
    duplicates: tuple[DuplicateRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    municipalities: tuple[MunicipalityRow, ...] = ()

    def named(self) -> list[tuple[type[Row], Sequence[Row]]]:
        """(row type, rows) per table, in the order of the contract."""
        return [(row_type, getattr(self, row_type.NAME)) for row_type in ROW_TYPES]


def build(
    documents: Sequence[tuple[str, Document]],
    uses: Uses,
    resolution: Resolution,
    failures: Iterable[Failure] = (),
) -> Tables:
    """All tables. `documents` are pairs of document_id and record, in the order of the rows."""
    parts = [document_rows(document_id, document) for document_id, document in documents]
    return reidentified(joined(parts, failures), uses, resolution)


def joined(parts: Sequence[Tables], failures: Iterable[Failure] = ()) -> Tables:
    """The rows of many documents, in the order given, and those of what could not be read."""
    return Tables(
        documents=tuple(row for part in parts for row in part.documents),
        sections=tuple(row for part in parts for row in part.sections),
        participants=tuple(row for part in parts for row in part.participants),
        entities=tuple(row for part in parts for row in part.entities),
        contacts=tuple(row for part in parts for row in part.contacts),
        errors=tuple(ErrorRow(f.source, f.stage, f.error, f.message or None) for f in failures),
    )


def by_document(tables: Tables) -> dict[str, Tables]:
    """The rows of each document by its id: `joined` the other way round."""
    parts: dict[str, dict[str, list[Row]]] = {row.document_id: {"documents": [row]} for row in tables.documents}
    for name in OF_DOCUMENTS:
        for row in getattr(tables, name):
            parts[row.document_id].setdefault(name, []).append(row)
    # every list holds rows of its own table, which types of field names cannot say
    return {i: Tables(**{name: tuple(rows) for name, rows in found.items()}) for i, found in parts.items()}  # type: ignore[arg-type]


def renamed(part: Tables, document_id: str) -> Tables:
    """The rows of one document under another id."""
    old = part.documents[0].document_id
    if old == document_id:
        return part

    def new(cell: str) -> str:
        return f"{document_id}{cell.removeprefix(old)}"

    return Tables(
        documents=tuple(replace(row, document_id=document_id) for row in part.documents),
        sections=tuple(replace(row, document_id=document_id, section_id=new(row.section_id)) for row in part.sections),
        participants=tuple(
            replace(
                row,
                document_id=document_id,
                participant_id=new(row.participant_id),
                section_id=new(row.section_id),
            )
            for row in part.participants
        ),
        entities=tuple(
            replace(row, document_id=document_id, entity_id=new(row.entity_id), section_id=new(row.section_id))
            for row in part.entities
        ),
        contacts=tuple(
            replace(row, document_id=document_id, contact_id=new(row.contact_id), section_id=new(row.section_id))
            for row in part.contacts
        ),
    )


def reidentified(tables: Tables, uses: Uses, resolution: Resolution) -> Tables:
    """Tables with the organisations of a resolution of their names, whatever organisations they had before."""
    identity = Identity(uses, resolution)
    return replace(
        identified(tables, identity),
        organisations=identity.organisations(),
        organisation_names=identity.names(),
        duplicates=duplicates(resolution),
    )


def identified(tables: Tables, identity: Identity) -> Tables:
    """The rows of texts with the organisations that their names stand for."""
    municipality = {row.document_id: row.municipality or "" for row in tables.documents}

    def party(row: ParticipantRow) -> ParticipantRow:
        if row.type != PartyType.ORGANISATION:
            return row
        organisation_id, name = identity.of(row.text, municipality[row.document_id])
        return replace(row, organisation_id=organisation_id, organisation=name)

    def entity(row: EntityRow) -> EntityRow:
        if row.label != Label.ORGANISATION:
            return row
        organisation_id, name = identity.of(row.text, municipality[row.document_id])
        return replace(row, organisation_id=organisation_id, value=name)

    return replace(
        tables,
        participants=tuple(map(party, tables.participants)),
        entities=tuple(map(entity, tables.entities)),
    )


class Identity:
    """Which organisation each printed name is, looked up from a resolution."""

    def __init__(self, uses: Uses, resolution: Resolution) -> None:
        self._uses = uses
        self._resolution = resolution
        self._link = {link.key: link for link in resolution.links}
        self._organisation = {item.organisation_id: item for item in resolution.organisations}

    def of(self, text: str, municipality: str) -> tuple[str | None, str | None]:
        """(organisation_id, canonical name) of a printed name in a text about a municipality."""
        link = self._link.get(self._uses.key(text, municipality))
        if link is None:
            return None, None
        organisation = self._organisation.get(link.organisation_id)
        return link.organisation_id, organisation.name if organisation else None

    def organisations(self) -> tuple[OrganisationRow, ...]:
        mentions: dict[str, int] = {}
        documents: dict[str, set[str]] = {}
        alone: dict[str, int] = {}  # mentions that are documents of their own
        for link in self._resolution.links:
            use = self._uses.by_key.get(link.key)
            mentions[link.organisation_id] = mentions.get(link.organisation_id, 0) + (use.n_mentions if use else 0)
            if use and use.documents:
                documents.setdefault(link.organisation_id, set()).update(use.documents)
            elif use:
                alone[link.organisation_id] = alone.get(link.organisation_id, 0) + use.n_mentions
        return tuple(
            OrganisationRow(
                item.organisation_id,
                item.name,
                item.type,
                item.scope,
                item.municipality_code or None,
                len(documents.get(item.organisation_id, ())) + alone.get(item.organisation_id, 0),
                mentions.get(item.organisation_id, 0),
                SEPARATOR.join(sorted({key.name for key in item.names})) or None,
                item.status,
                SEPARATOR.join(item.known_as) or None,
                item.since,
                item.kvk or None,
                item.oin or None,
                item.website or None,
            )
            for item in sorted(self._resolution.organisations, key=lambda item: (item.name, item.organisation_id))
        )

    def names(self) -> tuple[OrganisationNameRow, ...]:
        return tuple(
            OrganisationNameRow(
                link.key.name,
                self._uses.codes.get(link.key.municipality),
                link.organisation_id,
                self._uses.by_key[link.key].n_mentions if link.key in self._uses.by_key else link.n_mentions,
                link.method,
                round(link.score, 4),
                link.key.municipality or None,
            )
            for link in sorted(self._resolution.links, key=lambda link: link.key)
        )


def duplicates(resolution: Resolution) -> tuple[DuplicateRow, ...]:
    """The pairs that were close: those that wait for a steward first, the surest of them on top."""
    order = {"review": 0, "auto": 1, "distinct": 2}
    pairs = sorted(
        resolution.pairs, key=lambda p: (order[p.scored.band.value], -p.scored.score, p.scored.a, p.scored.b)
    )
    return tuple(
        DuplicateRow(
            pair.pair_id,
            pair.scored.a.name,
            pair.scored.a.municipality or None,
            pair.organisation_id_a,
            pair.scored.b.name,
            pair.scored.b.municipality or None,
            pair.organisation_id_b,
            round(pair.scored.score, 4),
            pair.scored.band,
            pair.scored.evidence or None,
            pair.judgement.verdict if pair.judgement else None,
            (pair.judgement.judged_by or None) if pair.judgement else None,
            (pair.judgement.judged_at or None) if pair.judgement else None,
        )
        for pair in pairs
    )


def nested(parts: Iterable[Tables], others: Tables) -> Iterator[dict[str, Any]]:
    """One record per document with everything that belongs to it, for `documents.jsonl`. `parts`: the rows of each;
    `others` has the tables that are about all of them."""
    organisations = {row.organisation_id: row for row in others.organisations}
    municipalities = {row.municipality_code: row for row in others.municipalities}
    for part in parts:
        document = part.documents[0]
        record = as_dict(document)
        for name in OF_DOCUMENTS:
            record[name] = [as_dict(row, leave_out=("document_id",)) for row in getattr(part, name)]
        named = {i for name in ("participants", "entities") for row in record[name] if (i := row["organisation_id"])}
        bodies = [organisations[i] for i in sorted(named) if i in organisations]
        codes = {code for code in (document.municipality_code, *(row.municipality_code for row in bodies)) if code}
        record["organisations"] = [as_dict(row, leave_out=NOT_NESTED) for row in bodies]
        record["municipalities"] = [as_dict(municipalities[i]) for i in sorted(codes) if i in municipalities]
        yield record


def as_dict(row: Row, leave_out: Sequence[str] = ()) -> dict[str, Any]:
    """A row with plain values, in column order."""
    cells = {item.name: getattr(row, item.name) for item in fields(row) if item.name not in leave_out}
    return {name: plain(value) for name, value in cells.items()}


def plain(value: Any) -> Any:
    """A cell as text, number or None: a member of a closed list as its value."""
    return getattr(value, "value", value)


def document_rows(document_id: str, document: Document) -> Tables:
    """The rows of one text, its organisations not yet told apart."""
    place, code = document.place, document.place.code or None

    sections = sorted(document.sections, key=lambda section: section.position)
    section_ids = {s.position: f"{document_id}.s{number:02d}" for number, s in enumerate(sections, start=1)}
    participants = sorted(document.participants, key=lambda p: (p.start, p.end))
    entities = sorted(document.entities, key=lambda e: (e.start, e.end, e.label.value))
    contacts = sorted(document.contacts, key=lambda c: (c.start, c.end))
    row = DocumentRow(
        document_id,
        document.text.source,
        document.title or None,
        place.municipality or None,
        code,
        place.province or None,
        place.ggd_region or None,
        len(sections),
        len(participants),
        document.text.sha256,
        document.text.encoding,
        document.text.format,
    )
    return Tables(
        documents=(row,),
        sections=tuple(
            _section(number, document_id, section_ids[section.position], section, document)
            for number, section in enumerate(sections, start=1)
        ),
        participants=tuple(
            _participant(number, document_id, section_ids[item.section], item, code)
            for number, item in enumerate(participants, start=1)
        ),
        entities=tuple(
            _entity(number, document_id, section_ids[item.section], item)
            for number, item in enumerate(entities, start=1)
        ),
        contacts=tuple(
            ContactRow(
                f"{document_id}.c{number:02d}",
                document_id,
                section_ids[item.section],
                item.name or None,
                item.role or None,
                item.organisation or None,
                item.email or None,
                item.phone or None,
                item.url or None,
                item.start,
                item.end,
            )
            for number, item in enumerate(contacts, start=1)
        ),
    )


def _section(number: int, document_id: str, section_id: str, section: Section, document: Document) -> SectionRow:
    return SectionRow(
        section_id,
        document_id,
        number,
        section.heading or None,
        section.kind,
        section.pillar,
        section.start,
        section.end,
        document.text.content[section.body_start : section.end].strip() or None,
        section.rule or None,
    )


def _participant(
    number: int, document_id: str, section_id: str, item: Participant, code: str | None
) -> ParticipantRow:  # fmt: skip
    return ParticipantRow(
        f"{document_id}.p{number:02d}",
        document_id,
        section_id,
        number,
        item.text,
        item.type,
        item.group or None,
        item.where,
        item.branch or None,
        None,
        None,
        code,
        item.start,
        item.end,
        round(item.confidence, 4),
        item.rule or None,
    )


def _entity(number: int, document_id: str, section_id: str, item: Entity) -> EntityRow:
    return EntityRow(
        f"{document_id}.e{number:02d}",
        document_id,
        section_id,
        item.label,
        item.text,
        item.value or None,
        item.qualifier,
        About(item.about) if item.about else None,
        None,
        item.start,
        item.end,
        round(item.confidence, 4),
        item.source,
    )
