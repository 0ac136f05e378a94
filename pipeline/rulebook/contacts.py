"""rules/contacts.yaml: how people and addresses to turn to are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pydantic import Field

from .loading import Record, Rule, RuleFolder

SLASH = re.compile(r" ?/ ?| (?:en|of|en/of) ")
LONGEST_PIECE = 200  # nobody writes an address or office hours longer than this


class FieldLabel(Rule):
    """Words that, in front of a colon or an address, say which field follows."""

    words: tuple[str, ...] = Field(min_length=1)


class Cue(Rule):
    """A phrase that offers an address; with `person` also a person or a body."""

    person: bool
    pattern: str


class Noise(Rule):
    """A piece of a contact block that is neither a person nor a body."""

    pattern: str


class ContactFile(Record):
    top_levels: tuple[str, ...]
    wordlike_top_levels: tuple[str, ...]
    third_parties: tuple[str, ...]
    helplines: tuple[str, ...]
    labels: tuple[FieldLabel, ...]
    cues: tuple[Cue, ...]
    stops: tuple[str, ...]
    links: tuple[str, ...]
    body_starts: tuple[str, ...]
    departments: tuple[str, ...]
    sector_labels: tuple[str, ...]
    noise: tuple[Noise, ...]
    abbreviations: tuple[str, ...]
    small_words: tuple[str, ...]
    plain_starts: tuple[str, ...]
    territories: tuple[str, ...]
    groups: tuple[str, ...]
    districts: tuple[str, ...]
    leads: tuple[str, ...]
    addressing: tuple[str, ...]
    desks: tuple[str, ...]
    offices: tuple[str, ...]
    own_words: tuple[str, ...]


class ContactRules:
    """The words around contacts, compiled."""

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("contacts.yaml", ContactFile)
        self.top_levels = frozenset(self.file.top_levels)
        self.wordlike_top_levels = frozenset(self.file.wordlike_top_levels)
        self.third_parties = frozenset(self.file.third_parties)
        self.helplines = self.file.helplines
        self.body_starts = frozenset(self.file.body_starts)
        self.departments = frozenset(self.file.departments)
        self.sector_labels = frozenset(self.file.sector_labels)
        self.small_words = frozenset(self.file.small_words)
        self.lead_words = self.small_words | frozenset(self.file.leads)
        self.plain_starts = frozenset(self.file.plain_starts)
        self.groups = frozenset(self.file.groups)
        self.districts = frozenset(self.file.districts)
        self.stops = frozenset(self.file.stops)
        self.offices = frozenset(self.file.offices)
        self.abbreviations = frozenset(self.file.abbreviations)
        self.label_of = {word: label.id for label in self.file.labels for word in label.words}
        self._cues = tuple((cue, re.compile(cue.pattern, re.IGNORECASE)) for cue in self.file.cues)
        self._noise = tuple((noise, re.compile(noise.pattern)) for noise in self.file.noise)

    @cached_property
    def link(self) -> re.Pattern[str]:
        """A link from a person or a function to a body, with blanks around it."""
        return re.compile(rf"(?:^|[ \u00a0]){_either(self.file.links)}[ \u00a0]")

    @cached_property
    def lead(self) -> re.Pattern[str]:
        """Small words in front of a function or a body at the beginning of a cell."""
        return re.compile(rf"(?i)(?:{_either(self.file.leads)}[ \u00a0])+")

    @cached_property
    def addressee(self) -> re.Pattern[str]:
        """The last word of a cell behind 'aan', 'met', 'bij'."""
        return re.compile(rf"(?<!\w){_either(self.file.addressing)}[ \u00a0]([^\W\d_][\w-]+)[ \u00a0.]*\Z")

    @cached_property
    def introduced(self) -> re.Pattern[str]:
        """A label for a person that goes on: 'Contactpersoon gemeente', 'Aanspreekpunt bij'."""
        names = _either([word for word, label in self.label_of.items() if label == "name"])
        return re.compile(rf"(?i)(?:(?:uw|onze|ons) )?{names}(?: (?:bij|voor|van|namens))?(?: (?:de|het))? ")

    @cached_property
    def desk(self) -> re.Pattern[str]:
        """The beginning of the name of a team or a desk."""
        return re.compile(rf"(?i)(?:[^\W\d_]*-?[^\W\d_]*){_either(self.file.desks)}\b")

    @cached_property
    def own(self) -> re.Pattern[str]:
        """Words in the host of a coalition's own site."""
        return re.compile(_either(self.file.own_words))

    @cached_property
    def territory(self) -> re.Pattern[str]:
        return re.compile(rf"(?i){_either(self.file.territories)}")

    def label(self, text: str) -> str:
        """The id of the label that `text` is, empty for none."""
        folded = " ".join(text.casefold().strip(" .:\u00a0\t-–•*").split())
        if folded in self.label_of:
            return self.label_of[folded]
        parts = [self.label_of.get(part.strip(), "") for part in SLASH.split(folded)] if len(folded) < 40 else []
        return parts[0] if len(parts) == 2 and all(parts) else ""  # 'Functie/rol', 'Telefoon / mobiel'

    def cues_in(self, text: str) -> list[Cue]:
        return [cue for cue, pattern in self._cues if pattern.search(text)]

    def noises_in(self, text: str) -> list[Noise]:
        return [noise for noise, pattern in self._noise if pattern.search(text[:LONGEST_PIECE])]

    def is_third_party(self, host: str) -> bool:
        """Whether a host is a national site that nobody offers to reach a local coalition."""
        return any(host == site or host.endswith("." + site) for site in self.third_parties)

    def label_fires(self, text: str) -> set[str]:
        found = self.label(text)
        return {found} if found else set()


def _either(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True)) + ")"
