"""rules/dates.yaml: how dates are printed, and which years are no dates."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from pydantic import Field

from .loading import Record, Rule, RuleFolder


class DateForm(Rule):
    """One way to print a date; the named groups of its pattern decide the value."""

    pattern: str


class DateExclusion(Rule):
    """Text in front of a year that makes it part of a name or a reference.

    `before`: only for a date that is a bare year or a range of years; `around`: also for fuller dates.
    """

    kind: Literal["before", "around"]
    pattern: str


class DateFile(Record):
    months: dict[int, tuple[str, ...]]
    weekdays: tuple[str, ...]
    weekday_abbreviations: tuple[str, ...]
    seasons: dict[int, tuple[str, ...]]
    quarters: dict[int, tuple[str, ...]]
    openers: tuple[str, ...]
    feasts: dict[int, tuple[str, ...]]
    feast_days: dict[str, tuple[str, ...]]
    school_years: tuple[str, ...]
    until: tuple[str, ...]
    coming: tuple[str, ...]
    past: tuple[str, ...]
    coming_before: tuple[str, ...]
    past_before: tuple[str, ...]
    about: tuple[str, ...]
    unsure: tuple[str, ...]
    published: tuple[str, ...]
    introducers: tuple[str, ...]
    heading_words: tuple[str, ...]
    not_a_year_before: tuple[str, ...]
    not_a_year_after: tuple[str, ...]
    month_slips: tuple[str, ...]
    forms: tuple[DateForm, ...]
    exclusions: tuple[DateExclusion, ...]
    document_kinds: tuple[str, ...] = Field(min_length=1)
    name_breakers: tuple[str, ...]
    frisian: tuple[str, ...]


BLANK = r"[^\S\n\r\f\v]"  # a date does not run across lines
APOSTROPHE = "['’‘`´]"


def alternatives(words: tuple[str, ...] | list[str]) -> str:
    """A pattern for any of the words, longest first; a final full stop may be left out."""
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        escaped = re.escape(word).replace(r"\ ", BLANK + "+").replace("'", APOSTROPHE)
        parts.append(escaped + "?" if word.endswith(".") else escaped)
    return "(?:" + "|".join(parts) + ")"


class Dates:
    """The rules for dates, compiled."""

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("dates.yaml", DateFile)
        self.month_of = {name.rstrip("."): number for number, names in self.file.months.items() for name in names}
        self.long_months = [name for name in self.month_of if len(name) > 4]
        self.season_of = {name: code for code, names in self.file.seasons.items() for name in names}
        self.quarter_of = {name: code for code, names in self.file.quarters.items() for name in names}
        self.feast_of = {name: month for month, names in self.file.feasts.items() for name in names}
        self.day_of_feast = {name: day for day, names in self.file.feast_days.items() for name in names}
        self.introducers = frozenset(self.file.introducers)
        self.heading_words = frozenset(self.file.heading_words)
        self.name_breakers = frozenset(self.file.name_breakers)

    @cached_property
    def pieces(self) -> dict[str, str]:
        """What the names between braces in a form stand for."""
        file = self.file
        months = [name for names in file.months.values() for name in names]
        ordinal = rf"(?:{BLANK}?(?:e|ste|de)\b)?"
        day = rf"(?:0?[1-9]|[12]\d|3[01]){ordinal}"
        link = rf"{BLANK}*(?:,|&|/|[-–]|\ben(?: op)?\b|\bof\b|\bt/m\b|\btot en met\b|\btot\b){BLANK}*"
        weekday = alternatives(file.weekdays)
        short = alternatives(file.weekday_abbreviations)
        slips = alternatives(file.month_slips)
        return {
            "year": r"(?P<year>1[5-9]\d\d|20\d\d)(?!\d|[.,]\d{3})",
            "short_year": rf"(?P<year>1[5-9]\d\d|20\d\d|{APOSTROPHE}\d\d|(?<=[-./])\d\d)(?!\d|[.,]\d{{3}})",
            "pair_year": rf"(?P<year>1[5-9]\d\d|20\d\d|{APOSTROPHE}\d\d)"
            rf"(?:{BLANK}?[-/–]{BLANK}?(?P<tail>20\d\d|{APOSTROPHE}?\d\d))?(?!\d)",
            "short_tail": rf"(?P<tail>1[5-9]\d\d|20\d\d|{APOSTROPHE}?\d\d)(?!\d)",
            "mm": r"(?P<m>0[1-9]|1[0-2])(?!\d)",
            "dd": r"(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
            "m": r"(?P<m>0?[1-9]|1[0-2])",
            "d": r"(?P<d>0?[1-9]|[12]\d|3[01])",
            "q": r"(?P<q>[1-4])",
            "weekday": rf"(?:{weekday}(?:(?:och|na|voor)?(?:tend|middag|avond))?|{short}\.?(?=\s*\d))",
            "days": rf"(?P<days>{day}(?:{link}(?:{weekday}{BLANK}+)?{day}){{0,5}})",
            "month": rf"(?P<month>{alternatives(months)}|{slips})(?!\w|-(?!{alternatives(months)}|\d)\w)",
            "slip": r"(?P<month>[^\W\d_]{4,10})",
            "opener": rf"(?P<opener>{alternatives(file.openers)})",
            "season": rf"(?P<season>{alternatives([n for v in file.seasons.values() for n in v])})",
            "quarter": rf"(?P<quarter>{alternatives([n for v in file.quarters.values() for n in v])})",
            "from_quarter": rf"(?P<from_quarter>{alternatives([n for v in file.quarters.values() for n in v])})",
            "half": r"(?P<half>eerste|tweede|1e|2e|laatste)",
            "feast": rf"(?P<feast>{alternatives([*self.feast_of, *self.day_of_feast])})",
            "school_year": rf"(?P<school>{alternatives(file.school_years)})",
        }

    @cached_property
    def forms(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Id and compiled pattern of every form, in the order in which they are tried."""
        compiled = []
        for form in self.file.forms:
            pattern = form.pattern.replace(" ?", BLANK + "?").replace(" ", BLANK + "+")
            for name, piece in self.pieces.items():
                pattern = pattern.replace("{" + name + "}", piece)
            # not behind a letter, an amount, a decimal or, as in a phone number, another number
            start = r"(?<![\w@€$+])(?<!\d[.,/-])(?<!\d[ \u00a0])"
            compiled.append((form.id, re.compile(rf"{start}{pattern}(?!\w)", re.IGNORECASE)))
        return tuple(compiled)

    @cached_property
    def until(self) -> re.Pattern[str]:
        """What stands between the two ends of a stretch of time."""
        return re.compile(rf"{BLANK}*{alternatives(self.file.until)}{BLANK}*", re.IGNORECASE)

    @cached_property
    def beside(self) -> re.Pattern[str]:
        """'aanstaande' or 'jongstleden' behind a date."""
        file = self.file
        words = rf"(?:(?P<coming>{alternatives(file.coming)})|{alternatives(file.past)})"
        return re.compile(rf"{BLANK}+{words}(?!\w)", re.IGNORECASE)

    @cached_property
    def in_front(self) -> re.Pattern[str]:
        """'aanstaande' or 'afgelopen' in front of a date."""
        file = self.file
        words = rf"(?:(?P<coming>{alternatives(file.coming_before)})|{alternatives(file.past_before)})"
        return re.compile(rf"\b{words}\s+$", re.IGNORECASE)

    @cached_property
    def hedge(self) -> re.Pattern[str]:
        """Words in front of a year that say that it is not certain, or not exact."""
        file = self.file
        words = rf"(?:(?P<unsure>{alternatives(file.unsure)})|{alternatives(file.about)})"
        return re.compile(rf"\b{words}\s+(?:in\s+|rond\s+)?$", re.IGNORECASE)

    @cached_property
    def published(self) -> re.Pattern[str]:
        """The beginning of a line that gives the date of the text."""
        return re.compile(rf"\s*{alternatives(self.file.published)}\b[\s:]*", re.IGNORECASE)

    @cached_property
    def frisian(self) -> re.Pattern[str]:
        """A word by which a line is Frisian."""
        return re.compile(rf"(?i)(?<![\w-]){alternatives(self.file.frisian)}(?![\w-])")

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The words that a date can begin with, apart from a number: a cheap look before the forms are tried."""
        file = self.file
        groups = [file.weekdays, file.weekday_abbreviations, file.openers, file.school_years, file.month_slips]
        groups += [*file.months.values(), *file.seasons.values(), *file.quarters.values(), *file.feasts.values()]
        groups += file.feast_days.values()
        words = {re.split(r"[^\w]", word)[0] for group in groups for word in group}
        words |= {day + part for day in file.weekdays for part in ("ochtend", "middag", "namiddag", "avond")}
        return frozenset(words | {"q1", "q2", "q3", "q4", "kwartaal", "kw", "het", "de", "eerste", "tweede", "laatste"})

    @cached_property
    def exclusions(self) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
        """Id, kind and pattern (to be found at the end of the text before a year) of every exclusion."""
        kinds = alternatives(self.file.document_kinds)
        breakers = alternatives(self.file.name_breakers)
        allowed = alternatives(self.file.introducers)
        word = r"[^\s.;:!?()\[\],“”\"]+"
        pieces = {
            "{kind}": rf"(?i:(?<![^\W_])[\w-]*{kinds}(?:nen|s)?\b)",
            "{name_words}": rf"(?:\s+(?!(?i:{breakers})\s){word}){{0,9}}?\s+",
            "{capital}": rf"(?<![\w-])(?!(?i:{allowed})\b)[A-ZÀ-Þ][\w&’'./-]*",
        }
        compiled = []
        for rule in self.file.exclusions:
            pattern = rule.pattern
            for name, piece in pieces.items():
                pattern = pattern.replace(name, piece)
            compiled.append((rule.id, rule.kind, re.compile(pattern if pattern.endswith("$") else pattern + "$")))
        return tuple(compiled)
