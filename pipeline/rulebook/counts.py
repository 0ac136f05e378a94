"""rules/counts.yaml: which numbers count something, and which nouns are no things to count."""

from __future__ import annotations

import re
from functools import cached_property

from ..records import Qualifier
from .dates import alternatives
from .loading import Record, Rule, RuleFolder

# enough of the number words to see that a number stands in front of 'op de' or 'van de'
NUMBER = (
    r"(?i:\d+|[a-zé]{0,30}(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|twintig|dertig|veertig"
    r"|zestig|zeventig|tachtig|negentig|honderd))"
)


class CountQualifier(Rule):
    """Words in front of a number that say how exact it is."""

    means: Qualifier
    words: tuple[str, ...]


class CountNouns(Rule):
    """Nouns that are not counted; with `prefixes` also their compounds, apart from `whole_words`."""

    words: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    whole_words: tuple[str, ...] = ()


class CountContext(Rule):
    """Text around a number that makes it no count: before it, behind its noun."""

    before: str = "$"
    behind: str = ""


class CountForm(Rule):
    """How a number is printed; the code knows the form by its id."""


class CountFile(Record):
    qualifiers: tuple[CountQualifier, ...]
    nouns_out: tuple[CountNouns, ...]
    contexts_out: tuple[CountContext, ...]
    small_tal: tuple[str, ...]
    participle_beginnings: tuple[str, ...]
    participle_stems: tuple[str, ...]
    adjectives: tuple[str, ...]
    stops: tuple[str, ...]
    verbs: tuple[str, ...]
    organisations: tuple[str, ...]
    members: tuple[str, ...]
    coalition_cues: tuple[str, ...]
    plain_nouns: tuple[str, ...]
    forms: tuple[CountForm, ...]


class Counts:
    """The rules for counts, compiled."""

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("counts.yaml", CountFile)
        beginnings, stems = self.file.participle_beginnings, self.file.participle_stems
        self.adjectives = frozenset(self.file.adjectives) | {b + stem for b in beginnings for stem in stems}
        self.stops = frozenset(self.file.stops)
        self.verbs = frozenset(self.file.verbs)
        self.plain_nouns = frozenset(self.file.plain_nouns)
        self.small_tal = frozenset(self.file.small_tal)
        self.cues = frozenset(self.file.coalition_cues)
        self._out: dict[str, str] = {}
        for family in self.file.nouns_out:
            for word in family.words:
                self._out[word] = family.id
                if word not in family.whole_words:
                    self._out.update({prefix + word: family.id for prefix in family.prefixes})
            self._out.update({"doel" + word: family.id for word in family.whole_words})
            for word in family.whole_words:
                self._out.pop(word)

    def noun_out(self, noun: str) -> str | None:
        """The id of the family by which a noun is not counted."""
        return self._out.get(noun)

    @cached_property
    def qualifiers(self) -> tuple[tuple[str, Qualifier, re.Pattern[str]], ...]:
        """Id, meaning and pattern (at the end of the text before a number)."""
        return tuple(
            (q.id, q.means, re.compile(rf"(?<![\w]){alternatives(q.words)}\s*$", re.IGNORECASE))
            for q in self.file.qualifiers
        )

    @cached_property
    def contexts(self) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
        """Id, what stands before the number, and what stands behind the noun."""
        return tuple(
            (c.id, re.compile(c.before.replace("{number}", NUMBER)), re.compile(c.behind))
            for c in self.file.contexts_out
        )

    @cached_property
    def organisations(self) -> re.Pattern[str]:
        return re.compile(rf"[\w-]*{alternatives(self.file.organisations)}$", re.IGNORECASE)

    @cached_property
    def members(self) -> re.Pattern[str]:
        return re.compile(rf"[\w-]*{alternatives(self.file.members)}$", re.IGNORECASE)
