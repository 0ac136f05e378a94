"""Every type that crosses a stage: frozen, slotted, and importing nothing of ours.

Offsets (`start`, `end`) always count Unicode code points in the decoded source text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Name(str, Enum):
    """A closed list whose members are their own printed value (`StrEnum`, which Python 3.10 lacks)."""

    def __str__(self) -> str:
        return str(self.value)


class BlockKind(Name):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    CHROME = "chrome"  # navigation, photo credits, bylines: never part of a record


class SectionKind(Name):
    TITLE = "title"
    INTRO = "intro"
    GOALS = "goals"
    PILLAR = "pillar"
    APPROACH = "approach"
    PARTICIPANTS = "participants"
    CONTACT = "contact"
    QUOTE = "quote"
    OTHER = "other"


class PartyType(Name):
    ORGANISATION = "organisation"
    ROLE = "role"
    GROUP = "group"
    CATEGORY = "category"


class Where(Name):
    LIST = "list"
    INLINE = "inline"


class Label(Name):
    ORGANISATION = "organisation"
    PERSON = "person"
    PLACE = "place"
    PROGRAMME = "programme"
    DATE = "date"
    COUNT = "count"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


class ModelLabel(Name):
    """What a name model says that a name stands for; `OTHER` are works, events, campaigns, products."""

    ORGANISATION = "ORG"
    PERSON = "PER"
    PLACE = "LOC"
    OTHER = "MISC"


class Source(Name):
    LIST = "list"
    INLINE = "inline"
    RULE = "rule"
    GAZETTEER = "gazetteer"
    MODEL = "model"


class Qualifier(Name):
    EXACT = "exact"
    APPROXIMATELY = "approximately"
    AT_LEAST = "at_least"


class OrganisationType(Name):
    GEMEENTE = "gemeente"
    GGD = "ggd"
    GGZ = "ggz"
    ZORG = "zorg"
    WELZIJN = "welzijn"
    WONEN = "wonen"
    BIBLIOTHEEK = "bibliotheek"
    KERK = "kerk"
    SPORT = "sport"
    OUDERENBOND = "ouderenbond"
    VRIJWILLIGERS = "vrijwilligers"
    ONDERWIJS = "onderwijs"
    OVERHEID = "overheid"
    CULTUUR = "cultuur"
    BEDRIJF = "bedrijf"
    OVERLEG = "overleg"
    OTHER = "other"


class Scope(Name):
    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"


class Status(Name):
    AUTO = "auto"
    REVIEWED = "reviewed"
    KNOWN = "known"


class Band(Name):
    AUTO = "auto"
    REVIEW = "review"
    DISTINCT = "distinct"


class Verdict(Name):
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """From character `start` of a text on, it comes from this place in the original: 'page 3', 'row 12'."""

    start: int
    where: str


@dataclass(frozen=True, slots=True)
class Text:
    """One decoded input. `source` is its path relative to the input named by the user, `/` as separator."""

    source: str
    content: str
    encoding: str
    sha256: str
    origins: tuple[Origin, ...] = ()
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Failure:
    """One input, or one stage of it, that could not be done: a row of `errors.csv`."""

    source: str
    stage: str
    error: str
    message: str


# --- structure and sections ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive source lines that belong together.

    `start`..`end` spans the whole block without outer white space; `body` is where its words begin,
    behind a list marker. `depth` is the nesting of a list item (0 for anything else). `run_in` is the
    end of a heading that shares its line with text (the rest of that line is a paragraph of its own).
    """

    kind: BlockKind
    start: int
    end: int
    body: int
    marker: str = ""
    depth: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. `start`..`end` spans both; `body_start` begins the text.

    `heading` is empty for text above the first heading. `blocks` are the blocks of the body, in order.
    `container` marks a heading that only announces the sections below it.
    """

    position: int
    heading: str
    kind: SectionKind
    pillar: int | None
    start: int
    body_start: int
    end: int
    rule: str
    blocks: tuple[Block, ...] = ()


# --- what is found in the text ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Something read from running text, before it is a row. `value` is its normal form where it has one."""

    label: Label
    start: int
    end: int
    text: str
    value: str = ""
    qualifier: Qualifier | None = None
    about: str = ""
    source: Source = Source.RULE
    rule: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ModelName:
    """A vote of the name model."""

    label: ModelLabel
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """The municipality a document is about; every field empty rather than guessed."""

    municipality: str = ""
    code: str = ""
    province: str = ""
    ggd_region: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    section: int  # position of its section
    text: str
    type: PartyType
    group: str
    where: Where
    branch: str
    start: int
    end: int
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Entity:
    section: int
    label: Label
    text: str
    value: str
    qualifier: Qualifier | None
    about: str
    start: int
    end: int
    confidence: float
    source: Source


@dataclass(frozen=True, slots=True)
class Contact:
    section: int
    name: str = ""
    role: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """All that one text says, before its organisations are compared with those of other texts."""

    text: Text
    title: str
    place: Place
    sections: tuple[Section, ...] = ()
    participants: tuple[Participant, ...] = ()
    entities: tuple[Entity, ...] = ()
    contacts: tuple[Contact, ...] = ()


# --- organisations ---------------------------------------------------------------------------------


class NameKey(NamedTuple):
    """A printed organisation name in the context of a municipality (empty where the page names none).

    A tuple, as it is compared and looked up millions of times.
    """

    name: str
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class NameUse:
    """How often, and in which documents, a name is printed; no documents: each mention is one of its own."""

    key: NameKey
    n_mentions: int = 1
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoredPair:
    a: NameKey
    b: NameKey
    score: float  # calibrated probability that both are the same body
    band: Band
    evidence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A steward's word about two names, None where it was taken back. `line` is where it stands in its file."""

    a: NameKey
    b: NameKey
    verdict: Verdict | None
    judged_by: str = ""
    judged_at: str = ""
    note: str = ""
    line: int = 0


class Property(Name):
    """What a steward may set of an organisation."""

    NAME = "name"
    TYPE = "type"
    KVK = "kvk"
    OIN = "oin"
    WEBSITE = "website"


IDENTIFIERS: Mapping[Property, str] = {  # by which others know an organisation, each with the pattern of its values
    Property.KVK: "[0-9]{8}",
    Property.OIN: "[0-9]{20}",
    Property.WEBSITE: r"https?://[^\s/?#]+[.][^\s]+",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A steward's word about the organisation that a name belongs to; an empty `value` takes the former one back."""

    key: NameKey
    about: Property
    value: str
    judged_by: str = ""
    judged_at: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Organisation:
    organisation_id: str
    name: str
    type: OrganisationType
    scope: Scope
    municipality: str  # official name, empty where the body is not local
    municipality_code: str
    status: Status
    names: tuple[NameKey, ...]
    known_as: tuple[str, ...] = ()  # earlier names and retired ids
    since: int = 1  # which run with new ids brought this one; the lowest is the oldest
    kvk: str = ""  # the identifiers come from the rules or a steward, and are empty where neither says them
    oin: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class NameLink:
    """Which organisation a printed name belongs to, how that was decided and how sure it is."""

    key: NameKey
    organisation_id: str
    method: str  # known, generic, equal, fuzzy, judgement, single
    score: float
    n_mentions: int = 1


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    pair_id: str
    scored: ScoredPair
    organisation_id_a: str
    organisation_id_b: str
    judgement: Judgement | None = None  # the one that counts


@dataclass(frozen=True, slots=True)
class Comparing:
    """How the names of a run were compared: pairs, keys too common to be used, and what came of it.

    `recall` is the share of the pairs of `sampled` names that could be merged (a score in the review band or above, and
    nothing against it) that the index finds, where there were too many names to hold all against all; None where none
    was left out. `precision_at_least` is the one-sided 95% lower
    bound for merges without asking, from training.
    """

    compared: int = 0
    cut: int = 0
    indexed: bool = False
    recall: float | None = None
    sampled: int = 0
    sampled_pairs: int = 0
    auto: int = 0
    review: int = 0
    precision_at_least: float = 0.0

    @property
    def words(self) -> str:
        """The bands and what they promise, for a person."""
        bands = (
            f"{self.auto} pairs of names merged unasked (of names held out of training at least "
            f"{self.precision_at_least:.1%} were right, with 95% confidence), {self.review} for review"
        )
        if self.recall is None:
            return bands
        found = round(self.recall * self.sampled_pairs)
        return f"{bands}; the index finds {found} of the {self.sampled_pairs} pairs of {self.sampled} sampled names"


@dataclass(frozen=True, slots=True)
class Resolution:
    organisations: tuple[Organisation, ...] = ()
    links: tuple[NameLink, ...] = ()
    pairs: tuple[DuplicatePair, ...] = ()
    warnings: tuple[str, ...] = ()
    comparing: Comparing = Comparing()
