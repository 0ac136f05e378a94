"""The evidence of a scored pair → reasons that a steward can read, in Dutch and in English.

Evidence is one line of phrases (organisations/matching.py) with names of any kind in them. How each phrase reads is
data: reasons.yaml beside this file. A phrase that it does not know is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import Field

from ..problems import Unusable
from ..rulebook.loading import Record
from ..rulebook.organisations import fold

Direction = Literal["for", "against", "neutral"]

LANGUAGES = ("nl", "en")
_BETWEEN = "; "
_PIECES = 6  # a phrase whose names hold the separator is put together from this many pieces at most
_LONGEST = 1000  # letters of a phrase; names are shorter, and reading a longer one takes long
_WEIGHT = re.compile(r" \(([+-]\d{1,3}\.\d)\)$")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Wording(Record):
    nl: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.nl


class Sentence(Wording):
    """How one phrase of the evidence reads; reasons.yaml says what each field is."""

    id: str
    says: str
    against: Wording | None = None
    weight: Literal["never", "sometimes", "always"] = "sometimes"
    direction: Direction = "neutral"
    strength: int = Field(default=0, ge=0, le=3)
    matches: tuple[str, ...] = Field(min_length=1)
    counterexamples: tuple[str, ...] = Field(min_length=1, alias="not")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        said = _PLACEHOLDER.split(self.says)  # literal, placeholder, literal, …
        parts = [f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(said)]
        return re.compile("".join(parts), re.DOTALL)

    def read(self, phrase: str) -> Mapping[str, str] | None:
        """What stands for each placeholder; None where the phrase is another."""
        found = self._pattern.fullmatch(phrase)
        if found is None:
            return None
        values = found.groupdict()
        plain = all(fold(value) == value for name, value in values.items() if name in ("kind", "other_kind"))
        return values if plain else None


class Step(Wording):
    at_least: float = Field(ge=0, le=1)


class Sentences(Record):
    """reasons.yaml."""

    strength: tuple[float, float, float]
    certainty: tuple[Step, ...] = Field(min_length=1)
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the evidence as it was read. `sentence` is None for one that no record knows."""

    text: str  # as printed, its weight included
    words: str  # without the weight
    weight: float | None
    sentence: Sentence | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One line for the steward. `strength` goes from 0 (says little) to 3 (strong)."""

    words: str
    weight: float | None  # what it adds to the log-odds, where the evidence says so
    direction: Direction
    strength: int


def read_reasons(evidence: str, language: str) -> tuple[Reason, ...]:
    """The reasons in the order of the evidence, in `nl` or `en`; a conflict that was said before is not repeated.

    Raises Unusable for another language; never because of the evidence.
    """
    _check(language)
    reasons: list[Reason] = []
    for phrase in phrases(evidence):
        reason = _reason(phrase, language)
        repeated = reason.weight is None and any(reason.words == said.words for said in reasons)
        if reason.words.strip() and not repeated:
            reasons.append(reason)
    return tuple(reasons)


def in_words(score: float, language: str) -> str:
    """The probability that two names are one body, as words. Raises Unusable for another language or no probability."""
    _check(language)
    if not 0 <= score <= 1:
        raise Unusable(f"a score is a number from 0 to 1, not {score}; make the run again, or mend duplicates.csv")
    return next(step for step in sentences().certainty if score >= step.at_least).text(language)


@lru_cache(maxsize=1)
def sentences() -> Sentences:
    """reasons.yaml as typed records."""
    text = files(__package__).joinpath("reasons.yaml").read_text(encoding="utf-8")
    return Sentences.model_validate(yaml.safe_load(text))


def phrases(evidence: str) -> tuple[Phrase, ...]:
    """The phrases in their order; joined by "; " their texts are the evidence.

    A name may hold the separator: the reading with the fewest unknown phrases wins, then the one with the most phrases.
    """
    pieces = evidence.split(_BETWEEN)
    best: dict[int, tuple[int, int, tuple[Phrase, ...]]] = {len(pieces): (0, 0, ())}  # from each piece on
    for at in reversed(range(len(pieces))):
        readings: list[tuple[int, int, tuple[Phrase, ...]]] = []
        for end in range(at + 1, min(at + _PIECES, len(pieces)) + 1):
            phrase = read_phrase(_BETWEEN.join(pieces[at:end]))
            if phrase.sentence or end == at + 1:
                unknown, fewer, following = best[end]
                readings.append((unknown + (phrase.sentence is None), fewer - 1, (phrase, *following)))
            if _WEIGHT.search(pieces[end - 1]):
                break  # a weight ends its phrase
        best[at] = min(readings, key=lambda reading: reading[:2])
    return best[0][2]


def read_phrase(text: str) -> Phrase:
    """The first record that knows the phrase, with or without the number behind it."""
    number = _WEIGHT.search(text)
    bare = text[: number.start()] if number else text
    weight = float(number.group(1)) if number else None
    for sentence in sentences().sentences if len(text) <= _LONGEST else ():
        if sentence.weight == "always" and number is None:
            continue
        words = text if sentence.weight == "never" else bare
        values = sentence.read(words)
        if values is not None:
            return Phrase(text, words, None if sentence.weight == "never" else weight, sentence, values)
    return Phrase(text, bare, weight, None, {})


def _reason(phrase: Phrase, language: str) -> Reason:
    sentence, weight = phrase.sentence, phrase.weight
    words = _words(phrase, language)
    if weight is not None:
        direction: Direction = "for" if weight > 0 else "against" if weight < 0 else "neutral"
        return Reason(words, weight, direction, sum(abs(weight) >= step for step in sentences().strength))
    if sentence is not None:
        return Reason(words, None, sentence.direction, sentence.strength)
    return Reason(words, None, "neutral", 0)


def _words(phrase: Phrase, language: str) -> str:
    sentence = phrase.sentence
    if sentence is None:
        return phrase.words
    turned = sentence.against if phrase.weight is not None and phrase.weight < 0 else None
    values = dict(phrase.values)
    if "where" in values:
        values["where"] = _inside(values["where"], language)
    return (turned or sentence).text(language).format(**values)


def _inside(phrase: str, language: str) -> str:
    """A phrase as part of a sentence: without the capital that is not a name's."""
    found = read_phrase(phrase)
    if found.sentence is None or found.weight is not None:
        return phrase
    words = _words(found, language)
    return words if found.sentence.text(language).startswith("{") else words[:1].lower() + words[1:]


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise Unusable(f"no reasons in the language {language!r}; choose one of {', '.join(LANGUAGES)}")
