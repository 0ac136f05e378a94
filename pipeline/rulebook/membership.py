"""rules/membership.yaml: what a clause says about the parties that it names."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from pydantic import field_validator

from .literals import Family
from .loading import Record, Rule
from .remembering import remembered

_QUOTES = str.maketrans({"‘": "'", "’": "'", "`": "'", "\u00a0": " ", "\n": " "})


class Predicate(Rule):
    stance: Literal["member", "together", "listing", "outside", "support"]
    pattern: str
    group: str = ""
    via: frozenset[str] = frozenset()

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return pattern


class MembershipRules(Record):
    predicates: tuple[Predicate, ...]
    groups: tuple[str, ...]
    plain_labels: frozenset[str]
    complements: frozenset[str]
    coalition_words: frozenset[str]
    naming_words: frozenset[str]
    naming_parts: frozenset[str]
    shared_coalition_words: frozenset[str]
    named_otherwise: frozenset[str]
    small_words: frozenset[str]
    place_nouns: frozenset[str]
    offices: frozenset[str]
    representatives: frozenset[str]
    wishes: frozenset[str]
    member_nouns: frozenset[str]
    pointers: frozenset[str]
    plain_verbs: frozenset[str]
    party_verbs: frozenset[str]
    no_verbs: frozenset[str]
    label_verbs: frozenset[str]

    @cached_property
    def _compiled(self) -> Family[Predicate]:
        return Family((re.compile(p.pattern), p) for p in self.predicates)

    @remembered
    def read(self, clause: str) -> tuple[Predicate, ...]:
        """The predicates that a clause holds, in file order: outside and support before member and together."""
        folded = clause.casefold().translate(_QUOTES)
        return tuple(predicate for pattern, predicate in self._compiled.worth(folded) if pattern.search(folded))

    def fires(self, example: str) -> set[str]:
        return {predicate.id for predicate in self.read(example)}

    @cached_property
    def group_pattern(self) -> re.Pattern[str]:
        """A printed group with what narrows it: 'werkgroep Jong & Alleen', 'een grotere kring', 'schil van leden'."""
        words = "|".join(sorted(map(re.escape, self.groups), key=len, reverse=True))
        name = r"(?: [A-Z][\w’'-]*(?: (?:&|en) [A-Z][\w’'-]*| [A-Z][\w’'-]*)*)?"
        before = "(?:(?:grotere|kleine|brede|eerste|tweede|derde|vaste|dagelijkse?|binnenste|buitenste) )?"
        behind = "(?: van (?:leden|vrienden|partners))?"
        return re.compile(rf"\b((?i:{before}(?:{words}){behind}){name})(?![\w-])")
