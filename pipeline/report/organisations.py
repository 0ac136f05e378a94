"""Organisations by type and by the number of coalitions they take part in, as figures and as charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ..records import OrganisationType
from ..rows import OrganisationRow
from .charts import Series, bars
from .words import Words

_STEPS = (0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 200)  # where a class of numbers of coalitions begins


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type: how many organisations per class, and in all."""

    type: OrganisationType
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Types, the most frequent first, by classes of numbers of coalitions."""

    classes: tuple[tuple[int, int], ...]  # lowest and highest number of a class; highest 0: no end
    rows: tuple[TypeRow, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Organisations per class."""
        return tuple(sum(row.counts[at] for row in self.rows) for at in range(len(self.classes)))


def break_down(organisations: tuple[OrganisationRow, ...], spread: Mapping[str, int]) -> Breakdown:
    """`spread`: organisation_id → number of coalitions; one that is not in it takes part in none."""
    found = {row.organisation_id: spread.get(row.organisation_id, 0) for row in organisations}
    highest = max(found.values(), default=0)
    starts = [step for step in _STEPS if step <= highest]
    if 0 not in found.values():
        starts = starts[1:]
    ends = [*(after - 1 for after in starts[1:]), 0 if starts and starts[-1] >= 5 else highest]
    classes = tuple(zip(starts, ends, strict=True)) if starts else ()
    counts: Counter[tuple[OrganisationType, int]] = Counter()
    for row in organisations:
        counts[row.type, max(at for at, start in enumerate(starts) if start <= found[row.organisation_id])] += 1
    rows = []
    for kind in OrganisationType:
        per_class = tuple(counts[kind, at] for at in range(len(classes)))
        if sum(per_class):
            rows.append(TypeRow(kind, per_class, sum(per_class)))
    rows.sort(key=lambda row: (-row.total, row.type.value))
    return Breakdown(classes, tuple(rows))


def class_name(limits: tuple[int, int], words: Words) -> str:
    """0, 3, 5–9, 200 or more."""
    lowest, highest = limits
    if lowest == highest:
        return words.number(lowest)
    return words("or-more", n=lowest) if not highest else f"{words.number(lowest)}–{words.number(highest)}"


def chart_of_types(breakdown: Breakdown, words: Words, with_texts: bool) -> Markup:
    """How many organisations of each type: in several coalitions, in one, in none."""
    parts: list[Series] = []
    for key, least, most in (("several", 2, _STEPS[-1]), ("single", 1, 1), ("none", 0, 0)):
        at = [i for i, (lowest, _) in enumerate(breakdown.classes) if least <= lowest <= most]
        values = tuple(sum(row.counts[i] for i in at) for row in breakdown.rows)
        if any(values):
            parts.append(Series(words(f"{'in' if with_texts else 'named-in'}.{key}"), values))
    labels = [words(f"type.{row.type.value}") for row in breakdown.rows]
    ends = [words.number(row.total) for row in breakdown.rows]
    return bars("types", words("chart.types"), labels, parts, ends)


def chart_of_spread(breakdown: Breakdown, words: Words, with_texts: bool) -> Markup:
    """How many organisations are in one coalition, in two, …"""
    title = words("chart.spread" if with_texts else "chart.spread-names")
    labels, totals = [class_name(limits, words) for limits in breakdown.classes], breakdown.totals
    return bars("spread", title, labels, [Series("", totals)], [words.number(n) for n in totals])
