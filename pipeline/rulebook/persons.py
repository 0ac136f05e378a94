"""rules/persons.yaml and first_names.txt: how persons are printed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from .loading import Record, Rule, RuleFolder
from .remembering import remembered


class PersonContext(Rule):
    """What stands before or after a name, and what it proves.

    `alone`: a first name by itself qualifies here. `unknown`: so does a first name that no list has.
    `role`: a word for a function, with or without one of `words`, makes the context.
    """

    place: Literal["before", "after"]
    alone: bool = False
    unknown: bool = False
    role: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""


class PersonFile(Record):
    courtesy: tuple[str, ...]
    titles: tuple[str, ...]
    particles: tuple[str, ...]
    leading: tuple[str, ...]
    contexts: tuple[PersonContext, ...]
    not_initials: tuple[str, ...]
    streets: tuple[str, ...]
    not_persons: tuple[str, ...]
    bodies: tuple[str, ...]
    last_names: tuple[str, ...]
    half_names: tuple[str, ...]
    surname_stems: tuple[str, ...]


class PersonRules:
    """The words around and inside names of persons, compiled."""

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("persons.yaml", PersonFile)
        self.first_names = folder.words("first_names.txt")
        self.courtesy = frozenset(self.file.courtesy)
        self.titles = frozenset(self.file.titles)
        self.particles = frozenset(self.file.particles)
        self.leading = frozenset(self.file.leading)
        self.not_initials = frozenset(self.file.not_initials)
        self.not_persons = frozenset(name.casefold() for name in self.file.not_persons)
        self.brands = tuple(f"{name} " for name in sorted(self.not_persons))  # as they begin a name
        self.bodies = frozenset(self.file.bodies)
        self.last_names = frozenset(self.file.last_names)
        self.half_names = frozenset(self.file.half_names)
        self.streets = tuple(self.file.streets)
        self.surname_stems = frozenset(self.file.surname_stems)

    @cached_property
    def before(self) -> tuple[tuple[PersonContext, re.Pattern[str]], ...]:
        """Contexts in front of a name; each pattern is matched against the text that ends where the name begins."""
        return tuple(
            (context, re.compile(rf"(?i:(?<!\w){_either(context)})[ \u00a0]\Z"))
            for context in self.file.contexts
            if context.place == "before"
        )

    @cached_property
    def after(self) -> tuple[tuple[PersonContext, re.Pattern[str]], ...]:
        """Contexts behind a name; each pattern is matched where the name ends."""
        return tuple(
            (context, re.compile(context.pattern or rf"[ \u00a0]{_either(context)}(?!\w)"))
            for context in self.file.contexts
            if context.place == "after"
        )

    @cached_property
    def speech_before(self) -> re.Pattern[str]:
        """Text that ends in a verb of speech and, at most, the function of the speaker."""
        words = "|".join(re.escape(word) for c in self.file.contexts if c.id == "speech_before" for word in c.words)
        return re.compile(rf"(?i)\b(?:{words})\b[^.,;:!?\n]{{0,40}}\Z")

    @cached_property
    def speech_after(self) -> re.Pattern[str]:
        words = "|".join(re.escape(word) for c in self.file.contexts if c.id == "speech_after" for word in c.words)
        return re.compile(rf"[^.?!\n]{{0,50}}?\b(?:{words})\b")

    @remembered
    def is_first_name(self, word: str) -> bool:
        """Whether `word` is a first name; a double one ('Anne-Marie') when each half is."""
        if word in self.first_names:
            return True
        halves = word.split("-")
        if len(halves) != 2 or halves[0] not in self.first_names:
            return False
        return halves[1] in self.first_names or (2 <= len(halves[1]) <= 5 and halves[1][0].isupper())


def _either(context: PersonContext) -> str:
    if context.pattern:
        return context.pattern
    return "(?:" + "|".join(sorted((re.escape(word) for word in context.words), key=len, reverse=True)) + ")"
