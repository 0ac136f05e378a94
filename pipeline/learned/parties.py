"""What kind of party a stretch is, and whether an unnamed one takes part at all: role, group, category, or no row."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ..records import Participant, PartyType
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from .surroundings import Setting, Surroundings, shape, tokens

NONE = "none"
ANSWERS = (*(str(kind) for kind in PartyType), NONE)
_SEPARATOR = re.compile(r"^\s*(?:,|;|/|&|\+|\b(?:en|of|plus|alsmede|evenals)\b)")
_BEFORE = re.compile(r"(?:,|;|/|&|\+|\b(?:en|of|plus|alsmede|evenals)\b)\s*(?:de|het|een|onze|ook)?\s*$")


class PartyEvidence:
    """The evidence about the parties of one document. `named`: stretches that are organisations, with whether they
    take part; `listed`: the parties that the rules accept."""

    def __init__(
        self, around: Surroundings, named: Sequence[tuple[int, int, bool]],
        listed: Sequence[Participant], rules: Rulebook,
    ) -> None:  # fmt: skip
        self._around = around
        self._named = named
        self._starts = [start for start, _, _ in named]
        self._listed = {(p.start, p.end): p for p in listed}
        self._rules = rules

    def of(self, start: int, end: int, kind: PartyType, rule: str, setting: Setting) -> Iterator[str]:
        """What speaks for each kind of party. `kind` and `rule`: what the noun alone says."""
        text = self._around.content[start:end]
        accepted = self._listed.get((start, end))
        verdict = str(accepted.type) if accepted else "no row"
        yield f"rules {verdict}"
        yield f"noun {kind}"
        yield f"rules {verdict}, noun {kind}"
        yield f"noun by {rule}"
        if accepted:
            yield f"by {accepted.rule.split('/')[0]}"
            yield f"by {accepted.rule.split('/')[0]}, {verdict}"
        words = fold(text).split() or [""]
        yield f"word={words[-1]}"
        yield f"first={words[0]}"
        yield f"end={words[-1][-4:]}"
        yield f"end={words[-1][-2:]}"
        yield f"words={min(len(words), 4)}"
        yield f"shape={shape(text)}"
        yield from self._around_it(start, end, setting)

    def _around_it(self, start: int, end: int, setting: Setting) -> Iterator[str]:
        around, section = self._around, setting.section.kind
        yield f"section={section}"
        yield f"section={section}, item={setting.item}"
        left, right = around.left(setting, start), around.right(setting, end)
        yield f"left1={left[0] if left else '(edge)'}"
        yield f"right1={right[0] if right else '(edge)'}"
        content = around.content
        behind = _SEPARATOR.match(content[end : end + 12])
        before = _BEFORE.search(content[max(0, start - 16) : start])
        yield f"separators={bool(behind) + bool(before)}"
        first = bisect_left(self._starts, setting.sentence.start)
        nearby = self._named[first : bisect_left(self._starts, setting.sentence.end)]
        inside = [part for _, e, part in nearby if e <= setting.sentence.end]
        yield f"participants in sentence={min(sum(inside), 3)}"
        yield f"names in sentence={min(len(inside), 3)}"
        beside = [part for s, e, part in nearby if 0 <= s - end < 12 or 0 <= start - e < 12]
        if beside:
            yield f"beside {'participant' if any(beside) else 'mention'}"
        sentence = content[setting.sentence.start : setting.sentence.end]
        for predicate in self._rules.membership.read(sentence):
            yield f"says {predicate.stance}"
            yield f"says {predicate.id}"
        for word in left[:10]:
            if word.isalpha():
                yield f"before={word}"
        for word in right[:10]:
            if word.isalpha():
                yield f"behind={word}"
        for word in tokens(setting.section.heading)[:6]:
            if len(word) > 3:
                yield f"heading={word[:9]}"
