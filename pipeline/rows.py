"""The tables of a run folder as types: one dataclass per table, its fields the columns in order.

The same classes give the CSV header, the Table Schema in `datapackage.json` and the checks of `coalitie validate`.
Every change is a new `SCHEMA_VERSION`, and a line in docs/migrations.md: the second number where tables, or columns at
the end of one, are added, and the first number for all else.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from dataclasses import fields as dataclass_fields
from enum import Enum
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from .records import (
    IDENTIFIERS,
    Band,
    Label,
    OrganisationType,
    PartyType,
    Property,
    Qualifier,
    Scope,
    SectionKind,
    Source,
    Status,
    Verdict,
    Where,
)

SCHEMA_VERSION = "1.1"


class About(str, Enum):
    """What a count counts."""

    ORGANISATIONS = "organisations"
    OTHER = "other"


def col(
    description: str,
    refers: str = "",
    lowest: float | None = None,
    highest: float | None = None,
    default: Any = MISSING,
    pattern: str = "",
) -> Any:
    """A column: what it holds, the table it refers to, the bounds of a number, the pattern of a whole text."""
    metadata = {"description": description, "refers": refers, "min": lowest, "max": highest, "pattern": pattern}
    return field(default=default, metadata=metadata)


def _identifier(description: str, about: Property) -> Any:
    return col(description, default=None, pattern=IDENTIFIERS[about])


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One text that was read."""

    NAME: ClassVar[str] = "documents"
    KEY: ClassVar[tuple[str, ...]] = ("document_id",)

    document_id: str = col("Slug of the file name without its last extension")
    source: str = col("Path of the text below the folder that was given")
    title: str | None = col("The title line, as printed")
    municipality: str | None = col("Official name of the municipality the text is about")
    municipality_code: str | None = col("CBS code of the municipality, as in GM0397", refers="municipalities")
    province: str | None = col("Official name of the province")
    ggd_region: str | None = col("The municipality's GGD")
    n_sections: int = col("Rows of this text in sections", lowest=0)
    n_participants: int = col("Rows of this text in participants", lowest=0)
    sha256: str = col("SHA-256 of the file's bytes")
    encoding: str = col("The codec that gives the text from the bytes; in brackets what is wrong with its characters")
    format: str = col("What the file is: text, html, markdown, docx, odt, rtf, pdf", default="text")


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A heading and what stands under it, or the text above the first heading."""

    NAME: ClassVar[str] = "sections"
    KEY: ClassVar[tuple[str, ...]] = ("section_id",)

    section_id: str = col("document_id.sNN")
    document_id: str = col("The text it stands in", refers="documents")
    position: int = col("Order in the text, from 1", lowest=1)
    heading: str | None = col("The heading as printed; empty for text above the first heading")
    kind: SectionKind = col("What the section is about")
    pillar: int | None = col("Which of the five national pillars", lowest=1, highest=5)
    start: int = col("First character of the heading (or body), counted in code points", lowest=0)
    end: int = col("One past the last character of the body", lowest=0)
    text: str | None = col("The body, without the heading")
    rule: str | None = col("The rule that decided the kind, or what a learned decision made of it and why")


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A party that the text presents as taking part."""

    NAME: ClassVar[str] = "participants"
    KEY: ClassVar[tuple[str, ...]] = ("participant_id",)

    participant_id: str = col("document_id.pNN")
    document_id: str = col("The text it stands in", refers="documents")
    section_id: str = col("The section it stands in", refers="sections")
    position: int = col("Order in the text, from 1", lowest=1)
    text: str = col("The name as printed")
    type: PartyType = col("A named body, a function, people, or an unnamed kind of body")
    group: str | None = col("Subgroup as printed, or normalised from the verb")
    where: Where = col("On a list line, or in running text")
    branch: str | None = col("Local branch of a national body, where the name prints one")
    organisation_id: str | None = col("The organisation; for type organisation only", refers="organisations")
    organisation: str | None = col("Canonical name of the organisation; for type organisation only")
    municipality_code: str | None = col("CBS code of the municipality that the text is about", refers="municipalities")
    start: int = col("First character, counted in code points", lowest=0)
    end: int = col("One past the last character", lowest=0)
    confidence: float = col("How likely it is that this party takes part, under this name", lowest=0, highest=1)
    rule: str | None = col("The rule that found it, or what a learned decision made of it and why")


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One occurrence of a name, date, count or address."""

    NAME: ClassVar[str] = "entities"
    KEY: ClassVar[tuple[str, ...]] = ("entity_id",)

    entity_id: str = col("document_id.eNN")
    document_id: str = col("The text it stands in", refers="documents")
    section_id: str = col("The section it stands in", refers="sections")
    label: Label = col("What it is")
    text: str = col("As printed")
    value: str | None = col("EDTF level 1 date, integer count, official place name, canonical name")
    qualifier: Qualifier | None = col("For counts: how exact the text is")
    about: About | None = col("For counts: members and partners, or anything else")
    organisation_id: str | None = col("For organisations: which one", refers="organisations")
    start: int = col("First character, counted in code points", lowest=0)
    end: int = col("One past the last character", lowest=0)
    confidence: float = col("How likely it is that this is right", lowest=0, highest=1)
    source: Source = col("How it was found")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person or address through which the coalition is reached."""

    NAME: ClassVar[str] = "contacts"
    KEY: ClassVar[tuple[str, ...]] = ("contact_id",)

    contact_id: str = col("document_id.cNN")
    document_id: str = col("The text it stands in", refers="documents")
    section_id: str = col("The section it stands in", refers="sections")
    name: str | None = col("The person, as printed")
    role: str | None = col("The function, as printed")
    organisation: str | None = col("The organisation or team, as printed")
    email: str | None = col("E-mail address, as printed")
    phone: str | None = col("Telephone number, as printed")
    url: str | None = col("Web address, as printed")
    start: int = col("First character of the passage it was read from", lowest=0)
    end: int = col("One past the last character of the passage", lowest=0)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One body, whatever the names under which it is printed."""

    NAME: ClassVar[str] = "organisations"
    KEY: ClassVar[tuple[str, ...]] = ("organisation_id",)

    organisation_id: str = col("Stable id")
    name: str = col("Canonical name")
    type: OrganisationType = col("Kind of body")
    scope: Scope = col("How far it reaches")
    municipality_code: str | None = col("CBS code; for local bodies", refers="municipalities")
    n_documents: int = col("Texts that name it", lowest=0)
    n_mentions: int = col("Times it is named", lowest=0)
    names: str | None = col("Every printed form, separated by ';'")
    status: Status = col("Found by the rules, decided by a steward, or on the list of known organisations")
    known_as: str | None = col("Earlier names and retired ids, separated by ';'")
    since: int = col("Which run with new ids brought it; of merged organisations the lowest keeps its id", lowest=1)
    kvk: str | None = _identifier("Number in the trade register (KVK), from the rules or a steward", Property.KVK)
    oin: str | None = _identifier("Number of a public body (OIN), from the rules or a steward", Property.OIN)
    website: str | None = _identifier("Address of its website, from the rules or a steward", Property.WEBSITE)


@dataclass(frozen=True, slots=True)
class OrganisationNameRow:
    """One printed name in one municipality, and the organisation it belongs to."""

    NAME: ClassVar[str] = "organisation_names"
    KEY: ClassVar[tuple[str, ...]] = ()  # the code is empty for texts without a municipality: no key of two columns

    name: str = col("As printed, white space folded")
    municipality_code: str | None = col("CBS code of the municipality of the text", refers="municipalities")
    organisation_id: str = col("The organisation", refers="organisations")
    n_mentions: int = col("Times it is printed", lowest=0)
    method: str = col("How it was decided")
    score: float = col("How sure that is", lowest=0, highest=1)
    municipality: str | None = col("The municipality of the text; as written where it is on no list")


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """Two names that may be one body: merged, kept apart, or waiting for a steward."""

    NAME: ClassVar[str] = "duplicates"
    KEY: ClassVar[tuple[str, ...]] = ("pair_id",)

    pair_id: str = col("Stable id of the pair of names")
    name_a: str = col("First name")
    municipality_a: str | None = col("Municipality of the text with the first name")
    organisation_id_a: str = col("Its organisation", refers="organisations")
    name_b: str = col("Second name")
    municipality_b: str | None = col("Municipality of the text with the second name")
    organisation_id_b: str = col("Its organisation", refers="organisations")
    score: float = col("Calibrated probability that both are the same body", lowest=0, highest=1)
    band: Band = col("Merged without asking, for a steward to decide, or kept apart")
    evidence: str | None = col("What speaks for and against")
    judgement: Verdict | None = col("A steward's decision")
    judged_by: str | None = col("Who decided")
    judged_at: str | None = col("When")


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One input, or one stage of it, that could not be done."""

    NAME: ClassVar[str] = "errors"
    KEY: ClassVar[tuple[str, ...]] = ()

    source: str = col("Path of the text below the folder that was given")
    stage: str = col("Where it went wrong")
    error: str = col("Short code")
    message: str | None = col("In words")


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A municipality that a row of the run names by its code, or an ended one that went into it."""

    NAME: ClassVar[str] = "municipalities"
    KEY: ClassVar[tuple[str, ...]] = ("municipality_code",)

    municipality_code: str = col("CBS code, as in GM0397", pattern="GM[0-9]{4}")
    name: str = col("Official name")
    tooi_uri: str = col("Its address in TOOI, the register of government organisations")
    province: str = col("Official name of the province")
    province_code: str = col("CBS code of the province, PV20 to PV31", pattern="PV[0-9]{2}")
    province_tooi_uri: str = col("The province's address in TOOI")
    ggd_region: str | None = col("The municipality's GGD")
    start_date: str | None = col("First day, where it is on the list")
    end_date: str | None = col("Last day of an ended municipality")
    successor_codes: str | None = col("Codes of those that an ended one went into, separated by ';'")


Row = Union[
    DocumentRow,
    SectionRow,
    ParticipantRow,
    EntityRow,
    ContactRow,
    OrganisationRow,
    OrganisationNameRow,
    DuplicateRow,
    ErrorRow,
    MunicipalityRow,
]
ROW_TYPES: tuple[type[Row], ...] = (
    DocumentRow,
    SectionRow,
    ParticipantRow,
    EntityRow,
    ContactRow,
    OrganisationRow,
    OrganisationNameRow,
    DuplicateRow,
    ErrorRow,
    MunicipalityRow,
)
ADDED = frozenset({MunicipalityRow.NAME})  # tables that runs of earlier versions have not


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a schema sees it."""

    name: str
    type: str  # string, integer, number
    required: bool
    choices: tuple[str, ...]
    refers: str
    lowest: float | None
    highest: float | None
    pattern: str
    description: str


def columns(table: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, in order."""
    hints = get_type_hints(table)
    return tuple(_column(item.name, hints[item.name], dict(item.metadata)) for item in dataclass_fields(table))


def _column(name: str, hint: Any, metadata: dict[str, Any]) -> Column:
    required = True
    if type(None) in get_args(hint):
        required = False
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is not None:
        raise TypeError(f"column {name}: a cell holds one value")
    choices = tuple(member.value for member in hint) if issubclass(hint, Enum) else ()
    kind = "integer" if issubclass(hint, int) else "number" if issubclass(hint, float) else "string"
    lowest, highest = metadata["min"], metadata["max"]
    said = metadata["description"]
    return Column(name, kind, required, choices, metadata["refers"], lowest, highest, metadata["pattern"], said)
