"""Which lines are headings: what the rules say of each line, weighed with its looks and its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ..rulebook.headings import HeadingRules, fold
from ..structure.lines import Line, marker_style
from ..structure.pillars import Mark
from .linear import LinearModel
from .surroundings import tokens

HEADING, TEXT = "heading", "text"
ANSWERS = (HEADING, TEXT)
_LONG = 130  # characters; a longer line is no heading, whatever else it is
_ADDRESS = re.compile(r"@|www\.|\d{6}")
_FIXED = ("quote.", "pillar.", "title.")  # what these rules see is no matter of weighing


class HeadingEvidence:
    """The evidence about the lines of one document. `marks`: the headings that the rules see, by line index."""

    def __init__(self, lines: Sequence[Line], marks: Mapping[int, Mark], rules: HeadingRules) -> None:
        self._lines = lines
        self._marks = marks
        self._rules = rules
        self._shapes = Counter(map(self._shape, lines))
        self._looks: dict[int, list[str]] = {}
        self._quoted = {
            j for i, mark in marks.items() if mark.rule.startswith("quote.")
            for j in range(i, len(lines)) if lines[j].start < mark.end
        }  # fmt: skip

    def open(self) -> Iterator[int]:
        """The lines that are weighed: neither long nor settled by a rule that sees more than one line."""
        for i, line in enumerate(self._lines):
            mark = self._marks.get(i)
            settled = mark is not None and (mark.rule.startswith(_FIXED) or mark.text > mark.end)
            if not settled and i not in self._quoted and len(line.text) <= _LONG:
                yield i

    def of(self, i: int) -> Iterator[str]:
        """What speaks for a heading, and against it."""
        line, mark = self._lines[i], self._marks.get(i)
        yield f"rules {mark.rule if mark else TEXT}"
        yield from self._look(i, "")
        words = [w for w in tokens(line.text) if w[0].isalnum()]
        for word in words[:10]:
            yield f"word={word}"
        if words:
            yield f"opens={words[0]}"
            yield f"ends={words[-1]}"
        known = self._rules.by_words(line.text)
        if known is not None:
            yield f"wording {known.kind}{' weak' if known.weak else ''}"
        if self._rules.is_wording(line.text):
            yield "whole wording"
        if any(fold(w) in self._rules.finite_verbs for w in words):
            yield "finite verb"
        if words and fold(words[-1]) in self._rules.plural_verbs:
            yield "ends in infinitive"
        yield f"rules {'heading' if mark else TEXT}, above={line.above}, below={line.below}"
        for name, at in (("before", i - 1), ("next", i + 1)):
            if 0 <= at < len(self._lines):
                yield f"{name} rules {HEADING if at in self._marks else TEXT}"
                yield from self._look(at, f"{name} ")
            else:
                yield f"{name} (edge)"
        yield f"line={'first' if i == 0 else 'top' if i < 4 else 'inner'}"
        yield f"alike={min(self._shapes[self._shape(line)], 5)}"

    def _look(self, i: int, side: str) -> Iterator[str]:
        """How a line looks, under the name of the `side` that it stands on."""
        if i not in self._looks:
            self._looks[i] = list(_look(self._lines[i]))
        return (side + said for said in self._looks[i])

    def _shape(self, line: Line) -> tuple[bool, bool, str, bool]:
        return line.above, line.below, line.marker[:1], len(line.text) < 45


def _look(line: Line) -> Iterator[str]:
    text = line.text
    yield f"above={line.above}, below={line.below}"
    yield f"words={min(len(text.split()), 12)}"
    yield f"mark={text[-1:] if not text[-1:].isalnum() else 'a'}"
    yield f"marker={marker_style(line.marker) if line.marker else ''}"
    yield f"begins={'X' if text[:1].isupper() else 'x' if text[:1].islower() else '0'}"
    if text.isupper():
        yield "capitals"
    if _ADDRESS.search(text):
        yield "address"
    if "," in text:
        yield "comma"
    if ": " in text:
        yield "label"


def review_headings(
    lines: Sequence[Line], marks: Mapping[int, Mark], rules: HeadingRules, model: LinearModel
) -> dict[int, Mark]:
    """The headings that the evidence speaks for."""
    evidence = HeadingEvidence(lines, marks, rules)
    settled = dict(marks)
    for i in evidence.open():
        decision = model.decide(evidence.of(i))
        if decision.answer == TEXT:
            settled.pop(i, None)
        elif i not in settled:
            settled[i] = Mark(lines[i].end, f"learned ({decision.why})", lines[i].end)
    return settled
