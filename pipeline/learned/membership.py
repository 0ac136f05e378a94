"""Whether a named organisation takes part or is only mentioned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..records import Place
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from .occurrences import Occurrence
from .surroundings import Setting, Surroundings, tokens

PARTICIPANT, MENTION = "participant", "mention"
ANSWERS = (PARTICIPANT, MENTION)
_ROW = re.compile(r"\s*(?:\([^()]*\)\s*)?(?:,|;|,?\s*\b(?:en|plus|alsmede|evenals|maar ook|net als|&)\b|/)?\s*"
                  r"(?:(?:en|ook)\s+)?(?:de|het|een|'t|’t|onze)?\s*(?:[a-zà-ÿ]+\s+){0,2}")  # fmt: skip
_PREPOSITIONS = frozenset(
    ("met", "bij", "van", "in", "door", "aan", "voor", "uit", "op", "naar", "onder", "via", "namens", "tussen", "over",
     "tegen", "naast", "volgens", "dankzij")
)  # fmt: skip


class MembershipEvidence:
    """The evidence about the membership of the organisations of one document (`named`, in their order)."""

    def __init__(
        self, around: Surroundings, named: Sequence[Occurrence], place: Place, rulebook: Rulebook
    ) -> None:  # fmt: skip
        self._around = around
        self._rules = rulebook
        self._named = named
        self._place = place
        self._verdicts = Counter(_verdict(o) for o in named)
        self._forms: dict[str, Counter[str]] = {}
        for o in named:
            self._forms.setdefault(fold(o.text), Counter())[_verdict(o)] += 1
        self._row = self._rows()

    def _rows(self) -> dict[int, tuple[int, int, list[Occurrence]]]:
        """Start of an occurrence → its place in its enumeration, how long that is, and its members."""
        rows: list[list[Occurrence]] = []
        for o in self._named:
            between = self._around.content[rows[-1][-1].end : o.start] if rows else ""
            if rows and len(between) < 60 and _ROW.fullmatch(between):
                rows[-1].append(o)
            else:
                rows.append([o])
        return {o.start: (at, len(row), row) for row in rows for at, o in enumerate(row)}

    def of(self, o: Occurrence, setting: Setting) -> Iterator[str]:
        """What speaks for taking part, and against it."""
        verdict = _verdict(o)
        yield f"rules {verdict}"
        yield f"rules {verdict}, section={setting.section.kind}"
        for vote in o.votes:
            if vote.startswith(("participant:", "mention:")):
                yield vote.split("/")[0]
        yield from self._row_evidence(o)
        yield from self._section(setting)
        yield from self._said(o, setting)
        forms = self._forms[fold(o.text)]
        for kind in ("participant", "mention", "unseen"):
            if forms[kind] > (kind == verdict):
                yield f"elsewhere {kind}"
        yield f"listed in text={'some' if self._verdicts[PARTICIPANT] > 2 else 'few'}"
        if o.text.casefold().startswith("gemeente"):
            own = self._place.municipality and self._place.municipality in o.text
            yield "gemeente itself" if own or len(o.text.split()) == 1 else "another gemeente"

    def _row_evidence(self, o: Occurrence) -> Iterator[str]:
        at, length, row = self._row[o.start]
        yield f"in row of {min(length, 4)}"
        if length > 1:
            yield "first of row" if at == 0 else "last of row" if at == length - 1 else "inside row"
            verdicts = Counter(_verdict(other) for other in row if other is not o)
            yield f"row says {verdicts.most_common(1)[0][0]}"

    def _section(self, setting: Setting) -> Iterator[str]:
        kind = setting.section.kind
        yield f"section={kind}"
        yield f"section={kind}, item={setting.item}"
        for word in tokens(setting.section.heading)[:8]:
            if len(word) > 3:
                yield f"heading={word[:9]}"

    def _said(self, o: Occurrence, setting: Setting) -> Iterator[str]:
        """The words of the sentence, before and behind the row that the name stands in."""
        around, row = self._around, self._row[o.start][2]
        first, last = row[0].start, row[-1].end
        left = around.left(setting, max(first, setting.sentence.start)) if first >= setting.sentence.start else []
        right = around.right(setting, last)
        for side, words in (("before", left), ("behind", right)):
            for word in words[:25]:
                if word.isalpha():
                    yield f"{side}={word}"
            for one, two in pairwise(words[:13]):
                pair = (one, two) if side == "behind" else (two, one)
                if pair[0].isalpha() and pair[1].isalpha():
                    yield f"{side}={pair[0]} {pair[1]}"
        near_left = [w for w in left[:4] if w.isalpha()]
        preposition = next((w for w in near_left[:3] if w in _PREPOSITIONS), "")
        yield f"preposition={preposition or '(none)'}"
        yield f"row left1={left[0] if left else '(edge)'}"
        yield f"row right1={right[0] if right else '(edge)'}"
        own_left, own_right = around.left(setting, o.start), around.right(setting, o.end)
        yield f"left1={own_left[0] if own_left else '(edge)'}"
        yield f"right1={own_right[0] if own_right else '(edge)'}"
        if own_right[1:2]:
            yield f"right12={own_right[0]} {own_right[1]}"
        text = around.content[setting.sentence.start : setting.sentence.end]
        for predicate in self._rules.membership.read(text):
            yield f"says {predicate.stance}"
            yield f"says {predicate.id}"
            if preposition:
                yield f"says {predicate.stance}, {preposition}"
        if setting.before is not None:
            earlier = around.content[setting.before.start : setting.before.end]
            for predicate in self._rules.membership.read(earlier):
                yield f"said before {predicate.stance}"
            for word in tokens(earlier)[:25]:
                if word.isalpha() and len(word) > 3:
                    yield f"earlier={word[:8]}"


def _verdict(o: Occurrence) -> str:
    if o.participant is not None:
        return PARTICIPANT
    return MENTION if o.mention is not None else "unseen"
