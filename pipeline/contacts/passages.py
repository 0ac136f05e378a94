"""One document as the contacts stage sees it: addresses and persons found, lines cut into cells at their separators.

Separators are dashes, bars, commas, brackets, colons, ends of sentences and the addresses themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..language.addresses import cut_address, find_addresses
from ..language.persons import find_persons
from ..records import Found

if TYPE_CHECKING:
    from ..rulebook import Rulebook

SEPARATOR = re.compile(
    r"\t+|[ \u00a0]{3,}|[ \u00a0]+[–—|·•/-][ \u00a0]+|[;|•·▪●]|[–—](?=[ \u00a0])|,(?=\s|$)|[()\[\]]"
    r"|[ \u00a0]?:|[.?!…]+(?=[\s”’\"')]|$)|[“”„\"]|[►→»›✉☎📞📧✆]+"
)
ABBREVIATED = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*\Z")
QUOTE = re.compile(r"[“”„\"]|[‘’'](?=[\s,.]|\Z)|(?<!\w)[‘']")
SPEECH = {"person:speech_before", "person:speech_after", "person:age"}
SENTENCE_END = ".?!…"
LONGEST_ABBREVIATION = 12
NEARBY = 300  # characters around a person in which a quotation shows


class Spans:
    """Stretches of text that do not overlap each other, and the question whether another one touches them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def touch(self, start: int, end: int) -> bool:
        index = bisect_left(self._starts, end)
        return index > 0 and self._spans[index - 1][1] > start


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two separators of a line; an address counts as the separator '@', a line end as a newline."""

    start: int
    end: int
    before: str
    after: str
    sentence: int

    @property
    def opens_sentence(self) -> bool:
        return self.before in {"\n", ".", "?", "!"}


class Passage:
    """The text of one document with its addresses and persons."""

    def __init__(self, content: str, rules: Rulebook) -> None:
        self.content = content
        self.rules = rules
        self.addresses = find_addresses(content, rules)
        self.cut = cut_address(content, rules)
        self.blocked = sorted([(one.start, one.end) for one in self.addresses] + ([self.cut] if self.cut else []))
        blocked = Spans(self.blocked)
        self.persons = [one for one in find_persons(content, rules) if not blocked.touch(one.start, one.end)]
        self.whole = Spans([*self.blocked, *((one.start, one.end) for one in self.persons)])

    def line_around(self, start: int, end: int) -> tuple[int, int]:
        """The line or lines in which a stretch stands."""
        behind = self.content.find("\n", end)
        return self.content.rfind("\n", 0, start) + 1, behind if behind >= 0 else len(self.content)

    def cells(self, start: int, end: int, persons: Sequence[Found], sentence: int) -> Iterator[Cell | Found]:
        """The cells and addresses of one line in order; no name of a person is cut."""
        marks: list[tuple[int, int, str, Found | None]] = [
            (found.start, found.end, "@", found) for found in self.addresses if start <= found.start < end
        ]
        if self.cut and start <= self.cut[0] < end:
            marks.append((*self.cut, "@", None))
        taken = Spans([mark[:2] for mark in marks] + [(one.start, one.end) for one in persons])
        for match in SEPARATOR.finditer(self.content, start, end):
            s, e = match.span()
            if taken.touch(s, e):
                continue
            sign = match.group().strip() or "\t"
            if sign[0] == "." and self.abbreviated(start, s):
                continue
            marks.append((s, e, sign[0], None))
        marks.sort(key=lambda mark: mark[:2])
        position, before = start, "\n"
        for s, e, sign, address in [*marks, (end, end, "\n", None)]:
            if s > position:
                yield Cell(position, s, before, sign, sentence)
            if address is not None:
                yield address
            if sign in SENTENCE_END:
                sentence += 1
            position, before = max(position, e), sign

    def abbreviated(self, start: int, dot: int) -> bool:
        """Whether the full stop at `dot` belongs to an abbreviation or an initial."""
        match = ABBREVIATED.search(self.content, max(start, dot - LONGEST_ABBREVIATION), dot)
        if match is None:
            return False
        word = match.group()
        if len(word) == 1 and word.isupper():
            return True
        return word.casefold() in self.rules.contacts.abbreviations

    def is_quoted(self, person: Found) -> bool:
        """Whether the text quotes the person instead of offering them: 'zegt wethouder …', '“…”, vertelt …'."""
        if person.rule in SPEECH:
            return True
        start, end = self.line_around(person.start, person.end)
        start, end = max(start, person.start - NEARBY), min(end, person.end + NEARBY)
        line = self.content[start:end]
        if self.rules.persons.speech_before.search(line[: person.start - start]):
            return True
        return self.rules.persons.speech_after.match(line, person.end - start) is not None and bool(QUOTE.search(line))
