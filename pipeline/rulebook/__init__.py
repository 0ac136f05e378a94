"""rules/ as typed records: the only reader of the rule folder.

Each family of rules has its module here; `Rulebook` reads a family when it is first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from .contacts import ContactRules
from .counts import Counts
from .dates import Dates
from .headings import HeadingRules
from .learned import LearnedFile
from .loading import Record, Rule, RuleError, RuleFolder
from .matching import MatchingRules
from .membership import MembershipRules
from .names import NameRules
from .organisations import OrganisationRules
from .parties import PartyRules
from .persons import PersonRules
from .places import Places
from .programmes import ProgrammeRules
from .regions import Region, read_regions
from .roles import Roles, read_roles

T = TypeVar("T")

__all__ = ["Record", "Rule", "RuleError", "RuleFolder", "Rulebook"]


class Rulebook:
    """All rules of one folder. Attributes are read on first use and kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = folder
        self.folder = RuleFolder(folder)
        self._built: dict[Any, Any] = {}

    def built(self, make: Callable[[Rulebook], T]) -> T:
        """What a stage makes of the rules and of nothing else, made once: compiled patterns, tables of words."""
        if make not in self._built:
            self._built[make] = make(self)
        return self._built[make]  # type: ignore[no-any-return]

    @cached_property
    def contacts(self) -> ContactRules:
        """How people and addresses to turn to are printed."""
        return ContactRules(self.folder)

    @cached_property
    def persons(self) -> PersonRules:
        """First names, titles, particles, and what surrounds a person's name."""
        return PersonRules(self.folder)

    @cached_property
    def roles(self) -> Roles:
        """Words for functions that people hold."""
        return read_roles(self.folder)

    @cached_property
    def organisations(self) -> OrganisationRules:
        """Known organisations, and the words that names of organisations are made of."""
        return OrganisationRules(self.folder)

    @cached_property
    def matching(self) -> MatchingRules:
        """Weights and bands of the matcher of organisation names."""
        return self.folder.yaml("matching.yaml", MatchingRules)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """Names of regions with the municipalities and provinces that they cover."""
        return read_regions(self.folder)

    @cached_property
    def headings(self) -> HeadingRules:
        """What headings say, and what a page prints around its text."""
        return HeadingRules(self.folder)

    @cached_property
    def programmes(self) -> ProgrammeRules:
        """How programmes, campaigns and policy documents are named."""
        return ProgrammeRules(self.folder)

    @cached_property
    def dates(self) -> Dates:
        """How dates are printed, and which years are no dates."""
        return Dates(self.folder)

    @cached_property
    def parties(self) -> PartyRules:
        """Which nouns name a category of bodies, a group of people or a local body."""
        return self.folder.yaml("parties.yaml", PartyRules)

    @cached_property
    def names(self) -> NameRules:
        """How the name of an organisation looks in running text."""
        return self.folder.yaml("names.yaml", NameRules)

    @cached_property
    def membership(self) -> MembershipRules:
        """What a clause says about the parties that it names."""
        return self.folder.yaml("membership.yaml", MembershipRules)

    @cached_property
    def ordinary_words(self) -> frozenset[str]:
        """Dutch words that are written in lower case (OpenTaal word list, see NOTICE)."""
        return self.folder.words("dutch_words.txt.gz")

    def begins_ordinary_word(self, stem: str) -> bool:
        """Whether a longer ordinary word begins with `stem`."""
        at = bisect_right(self._sorted_words, stem)
        return at < len(self._sorted_words) and self._sorted_words[at].startswith(stem)

    @cached_property
    def _sorted_words(self) -> list[str]:
        return sorted(self.ordinary_words)

    @cached_property
    def counts(self) -> Counts:
        """Which numbers count something, and which nouns are no things to count."""
        return Counts(self.folder)

    @cached_property
    def learned(self) -> LearnedFile:
        """Which learned decisions take part."""
        return self.folder.yaml("learned.yaml", LearnedFile)

    @cached_property
    def places(self) -> Places:
        """Municipalities and places of the Netherlands, and how a text says where it is about."""
        return Places(self.folder)
