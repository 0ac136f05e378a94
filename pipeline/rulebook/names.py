"""rules/names.yaml and the list of ordinary Dutch words: how the name of an organisation looks."""

from __future__ import annotations

from .loading import Record, Rule
from .remembering import remembered


class WordFamily(Record):
    words: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    @remembered
    def fits(self, word: str) -> bool:
        """True for a word of the family, or a compound that ends in one of its suffixes."""
        if word in self.words:
            return True
        return word.endswith(self.suffixes) and any(word.endswith(s) and len(word) > len(s) + 1 for s in self.suffixes)


class WordRule(Rule):
    words: frozenset[str]


class NameRules(Record):
    establishments: WordFamily
    sector_labels: WordFamily
    lower_labels: frozenset[str]
    kind_words: WordFamily
    subjects: frozenset[str]
    not_names: tuple[WordRule, ...]
    not_after: tuple[WordRule, ...]
    compound_tails: frozenset[str]
    inner: frozenset[str]
    loose_inner: frozenset[str]
    branch_words: frozenset[str]
    abbreviations: frozenset[str]
    bare: frozenset[str]
    function_words: frozenset[str]
    activity_nouns: frozenset[str]
    thing_endings: tuple[str, ...]
    paper_endings: tuple[str, ...]

    @remembered
    def no_name(self, word: str) -> bool:
        folded = word.casefold()
        return any(folded in rule.words for rule in self.not_names)

    @remembered
    def other_kind(self, previous_word: str) -> bool:
        """True where the word before a capitalised name says that the name is no organisation."""
        folded = previous_word.casefold()
        return any(folded in rule.words for rule in self.not_after)

    @remembered
    def heads_other_kind(self, word: str) -> bool:
        """True for a first word, or a compound of one, that names a paper, an event or another thing."""
        return self.other_kind(word) or word.endswith(self.paper_endings)

    def name_fires(self, example: str) -> set[str]:
        return {rule.id for rule in self.not_names if example.casefold() in rule.words}

    def context_fires(self, example: str) -> set[str]:
        """The example's last lower-case word before its first capitalised one decides."""
        words = example.split()
        first = next((i for i, word in enumerate(words) if word[:1].isupper()), 0)
        return {rule.id for rule in self.not_after if first and words[first - 1].casefold() in rule.words}
