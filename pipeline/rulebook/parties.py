"""rules/parties.yaml: which nouns name a category of bodies, a group of people, or a local body."""

from __future__ import annotations

import re

from ..records import PartyType
from .loading import Record, Rule
from .remembering import remembered

_COMPLEMENT = re.compile(r"\s+(?:uit|van|in|op|met|zoals|voor|rond|binnen|bij|onder)\s")


class PartyRule(Rule):
    type: PartyType
    words: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    def fits(self, noun: str) -> bool:
        if noun in self.words:
            return True
        return noun.endswith(self.suffixes) and any(noun.endswith(s) and len(noun) > len(s) + 1 for s in self.suffixes)


class PartyRules(Record):
    parties: tuple[PartyRule, ...]
    nobody: frozenset[str]
    quantifiers: frozenset[str]

    @remembered
    def rule_of(self, phrase: str) -> PartyRule | None:
        """The record that decides on a noun phrase without a name: its last word, or the whole phrase, decides."""
        folded = _COMPLEMENT.split(phrase.casefold().strip(" .,;:"), maxsplit=1)[0]
        if folded in self.nobody:
            return None
        words = folded.split()
        if not words or words[-1] in self.nobody:
            return None
        local = self.parties[0]
        if len(words) > 1 and words[0] in local.words:  # 'steunpunt mantelzorg': the kind in front of its subject
            return local
        return next((rule for rule in self.parties if folded in rule.words or rule.fits(words[-1])), None)

    def fires(self, example: str) -> set[str]:
        rule = self.rule_of(example)
        return {rule.id} if rule else set()
