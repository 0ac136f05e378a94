"""Which stretches name an organisation, a programme, a person or a place, and which none of these."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ..language.words import QUOTES_CLOSE, QUOTES_OPEN
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from .occurrences import Occurrence
from .surroundings import Setting, Surroundings, beside, shape

ORGANISATION, PROGRAMME, PERSON, PLACE, NONE = "organisation", "programme", "person", "place", "none"
ANSWERS = (ORGANISATION, PROGRAMME, PERSON, PLACE, NONE)


class NameEvidence:
    """The evidence about the names of one document."""

    def __init__(self, around: Surroundings, occurrences: Sequence[Occurrence], rulebook: Rulebook) -> None:
        self._around = around
        self._rules = rulebook
        self._said: dict[str, Counter[str]] = {}
        for o in occurrences:
            self._said.setdefault(fold(o.text), Counter()).update(v.split(":")[0] for v in o.votes)

    def of(self, o: Occurrence, setting: Setting) -> Iterator[str]:
        """What speaks for and against each answer, for one occurrence."""
        votes = list(dict.fromkeys(o.votes))
        yield from votes
        kinds = {v.split(":")[0] for v in votes}
        yield "witnesses=" + "+".join(sorted(k for k in kinds if not k.startswith(("inside", "holds", "crosses"))))
        model = next((v for v in votes if v.startswith("model:")), "model:other stretch")
        yield f"rules {o.by_rules}, {model}"
        yield f"confidence={round(o.confidence, 1)}"
        yield from self._form(o)
        yield from self._place_in_text(o, setting)
        said = self._said[fold(o.text)]
        for kind in ("participant", "mention", "programme", "person", "place", "turned down"):
            if said[kind] > (kind in kinds):
                yield f"elsewhere {kind}"

    def _form(self, o: Occurrence) -> Iterator[str]:
        words = o.text.split()
        folded = fold(o.text).split() or [""]
        yield f"shape={shape(o.text)}"
        yield f"words={min(len(words), 6)}"
        yield f"first={folded[0]}"
        yield f"last={folded[-1]}"
        yield f"end={folded[-1][-4:]}"
        for word in folded[1:-1]:
            yield f"inner={word}"
        known = self._rules.organisations.by_alias(o.text)
        if known is not None:
            yield f"known {'kind' if known.generic else 'common' if known.common_word else 'body'}"
        if self._rules.places.knows(o.text):
            yield "place name"
        if any(self._rules.places.knows(w) for w in words) and len(words) > 1:
            yield "holds place"
        capitals = [w for w in words if w[:1].isupper()]
        names = self._rules.names
        if any(names.kind_words.fits(w.casefold()) for w in capitals):
            yield "kind word"
        if names.establishments.fits(words[0].casefold()):
            yield "establishment first"
        if words[0].islower() and len(words) > 1:
            sector = names.sector_labels.fits(words[0]) or words[0] in names.lower_labels
            yield f"lower first, {'sector label' if sector else 'other word'}"
            yield f"lower first, end={folded[0][-5:]}"
        if all(w in self._rules.ordinary_words for w in folded):
            yield "ordinary words"

    def _place_in_text(self, o: Occurrence, setting: Setting) -> Iterator[str]:
        around = self._around
        left, right = around.left(setting, o.start), around.right(setting, o.end)
        yield from beside(left, right)
        if fold(o.text) in self._rules.names.bare:
            row = {",", "en", "/", ";", "(edge)"}
            beside_row = (left[0] if left else "(edge)") in row, (right[0] if right else "(edge)") in row
            yield f"bare kind word, separators={sum(beside_row)}"
        content = around.content
        before, behind = content[o.start - 1 : o.start], content[o.end : o.end + 1]
        if before and before in QUOTES_OPEN and behind and behind in QUOTES_CLOSE:
            yield "quoted"
        if not left:
            yield "opens sentence"
        yield f"section={setting.section.kind}"
        yield f"item={setting.item}"
        if o.start == setting.block.start and setting.item:
            yield "opens item" + (", colon" if behind == ":" else "")
        if o.start == setting.block.start and o.end == setting.block.end:
            yield "whole block"


def settle(decided: Sequence[tuple[Occurrence, str, float]]) -> list[tuple[Occurrence, str, float]]:
    """Of names that overlap the surest stays. `decided`: occurrence, answer and its probability."""
    kept: list[tuple[Occurrence, str, float]] = []  # in the order of the text, none overlapping
    starts: list[int] = []
    for o, answer, sure in sorted(decided, key=lambda d: (-d[2], d[0].start, -d[0].end)):
        at = bisect_left(starts, o.end)
        if answer != NONE and (at == 0 or kept[at - 1][0].end <= o.start):
            kept.insert(at, (o, answer, sure))
            starts.insert(at, o.start)
    return kept
