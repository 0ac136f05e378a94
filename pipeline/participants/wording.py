"""What the words of a stretch say of it: an enumeration of parties, a label of a group, or an explanation."""

from __future__ import annotations

import re

from ..records import PartyType
from ..rulebook import Rulebook

LABEL = re.compile(r"^\s*([^:\n]{2,60}?)\s?:\s+(?=\S)")
_DASH_LABEL = re.compile(r"^\s*([^:\n–—-]{2,60}?)\s+[–—-]\s+(?=\S)")
WORDLIKE = re.compile(r"[^\W\d_][\w'’.-]*")

_SMALL = {"en", "alsmede", "evenals", "plus", "idem", "t", "s", "c.s"}


class PartyText:
    """Questions about a stretch of text that may name parties."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = rulebook

    def enumerates(self, text: str, *, most: int = 1, share: float = 0.0) -> bool:
        """True for words that only name parties: at most `most` (or a `share`) words that no noun accounts for."""
        label = LABEL.match(text)
        if label and self.explains(text[label.end() :]):
            return True  # 'Sterk Kruisdal: welzijn, klussen, taal'
        bare = re.sub(r"\([^()]*\)?|,\s*(?:sinds|vanaf|per|tot)\s[^,;]*(?=,)", " ", text)
        bare = re.split(r"\s[-–—]\s(?=[a-z])", bare, maxsplit=1)[0]
        bare = LABEL.sub("", bare)
        tokens = WORDLIKE.findall(bare)
        if not tokens:
            return False
        plain = [t for t in tokens if t[0].islower() and not self._party_word(t)]
        if any(t.casefold() in self._rules.membership.plain_verbs for t in plain):
            return False
        adjective = tokens[0].endswith("e") and self._rules.parties.rule_of(tokens[-1]) is not None
        if len(tokens) > 1 and plain and plain[0] == tokens[0] and not adjective:
            return False  # it begins with a verb or another word that no party begins with
        return len(plain) <= most or len(plain) / len(tokens) <= share

    def _party_word(self, token: str) -> bool:
        folded = token.casefold()
        if folded in self._rules.names.abbreviations or folded + "." in self._rules.names.abbreviations:
            return True
        folded = folded.rstrip(".")
        rules = self._rules
        return (
            folded in _SMALL
            or folded in rules.parties.quantifiers
            or folded in rules.parties.nobody
            or folded in rules.names.inner
            or folded in rules.names.branch_words
            or folded in rules.names.subjects
            or rules.names.establishments.fits(folded)
            or rules.names.sector_labels.fits(folded)
            or rules.parties.rule_of(folded) is not None
            or rules.roles.is_role(folded)
        )

    def names_a_group(self, label: str) -> bool:
        """A short label without a verb; not one that only says that participants follow."""
        words = [word.casefold() for word in label.split()]
        rules = self._rules.membership
        if label.casefold() in rules.plain_labels or words[0] in rules.pointers or len(words) > 5:
            return False
        if len(words) <= 2 or not rules.label_verbs.isdisjoint(words):
            return len(words) <= 2
        nouns_only = all(
            word.endswith(("en", "s", "groep", "team", "kring")) or self._party_word(word) for word in words
        )
        return nouns_only or not any(p.id != "is-member" for p in rules.read(label))

    def is_group_word(self, label: str) -> bool:
        return self._rules.membership.group_pattern.fullmatch(label.strip()) is not None

    def explains(self, text: str) -> bool:
        """Words behind a label that only tell what the body does: lower case, and none of them a party."""
        words = WORDLIKE.findall(text)
        if not words or not text[:1].islower() or any(w[0].isupper() for w in words):
            return False
        return not any(self._is_party(w) for w in words)

    def _is_party(self, word: str) -> bool:
        """A noun for a party; mass nouns ('welzijn') tell only what somebody does."""
        rule = self._rules.parties.rule_of(word)
        plural = word.endswith(("en", "s"))
        return self._rules.roles.is_role(word) or (rule is not None and (rule.type is not PartyType.CATEGORY or plural))

    def dash_label(self, text: str) -> re.Match[str] | None:
        """'Werkgroep Jong – Curio, het jongerenwerk': a printed group before a dash."""
        found = _DASH_LABEL.match(text)
        return found if found and self.is_group_word(found.group(1)) else None
