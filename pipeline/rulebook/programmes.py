"""rules/programmes.yaml: how programmes, campaigns, named activities and policy documents are named."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import field_validator

from .loading import Record, Rule, RuleFolder
from .remembering import remembered


class ProgrammeRule(Rule):
    """One way of recognising a programme. `bare` words are names without more, `never` words are none,
    `sure` words leave no doubt about the name behind them, `loose` patterns stand in front of bodies as well."""

    confidence: float = 0.8
    words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    bare: frozenset[str] = frozenset()
    sure: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    loose: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @field_validator("patterns", "loose")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return patterns

    @cached_property
    def word_set(self) -> frozenset[str]:
        return frozenset(self.words)

    @remembered
    def fits(self, word: str) -> bool:
        """Whether a lower-case word is one of the words, or a compound that ends in one of the suffixes."""
        if word in self.never:
            return False
        return word in self.word_set or (word.endswith(self.suffixes) and word not in self.suffixes)


class ProgrammeFile(Record):
    rules: tuple[ProgrammeRule, ...]
    subjects: frozenset[str]
    subject_phrases: tuple[str, ...]
    mottos: frozenset[str]
    bodies: frozenset[str]
    never: frozenset[str]
    stops: frozenset[str]


class ProgrammeRules:
    """The rules by id, with the word lists they share."""

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("programmes.yaml", ProgrammeFile)
        self.by_id = {rule.id: rule for rule in self.file.rules}
        phrases = sorted(self.file.subject_phrases, key=len, reverse=True)
        phrase = "(?:" + "|".join(re.escape(p) for p in phrases) + r")(?![\w-])"
        self.subject = re.compile(
            rf"\s+(?:(?:voor|over|rond|rondom|inzake|van|van het|ter bestrijding van) )?{phrase}"
            rf"(?:,? (?:en|&) {phrase})?",
            re.IGNORECASE,
        )
        self.known = re.compile(r"(?<![\w-])(?:" + "|".join(self.by_id["known"].patterns) + r")(?![\w]|-\w)")
        self.cue = re.compile("|".join(f"(?:{p})" for p in self.by_id["cue"].patterns))
        self.loose_cue = re.compile("|".join(f"(?:{p})" for p in self.by_id["cue"].loose))
        self.called = re.compile("|".join(f"(?:{p})" for p in self.by_id["named"].patterns))
        verbs = "|".join(self.by_id["call"].words)
        self.calls = re.compile(rf"(?<![\w-])(?:{verbs})(?= [A-ZÀ-Ý])")
        self.whole = re.compile("|".join(f"(?:{p})" for p in self.by_id["call"].patterns))
        kinds = "|".join(self.by_id["compound"].words)
        self.compound = re.compile(
            rf"\b(?:[Dd]e|[Hh]et|[Oo]nze|[Ee]en|[Ee]igen) (?P<title>[A-ZÀ-Ý][\w’'-]*"
            rf"(?: (?:je |en |& )?[A-ZÀ-Ý][\w’'-]*){{1,4}})"
            rf"(?: |-)(?:{kinds})\b"
        )
        self.before_quote = re.compile("|".join(self.by_id["quoted"].patterns))
