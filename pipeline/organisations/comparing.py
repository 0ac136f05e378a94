"""All names of a run → scored pairs, and the pairs that may not be one body.

Where there are more names than can be held all against all, names that say the same in one place stand for each other,
and so do names with the same letters of one certain body: they are compared with the others once.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ..records import NameKey, ScoredPair
from .candidates import ALL_PAIRS_UP_TO, candidates
from .identity import Identity
from .judgements import pair_key
from .matching import Matcher
from .parts import Name
from .sieve import as_one_word

CLOSE = 0.25  # pairs from this score on are kept: close, be it distinct
SAMPLE = 100  # names that are held against all others to measure what the index misses
SAMPLE_ALIKE = 70  # rapidfuzz ratio from which a sampled pair is scored

Pair = tuple[NameKey, NameKey]


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs from `CLOSE` on and judged ones; conflicts forbid a merge. `recall` as in records.Comparing."""

    scored: dict[Pair, ScoredPair]
    conflicts: tuple[Pair, ...]
    stand_in: Mapping[NameKey, NameKey]
    n_pairs: int
    cut: int
    indexed: bool
    recall: float | None
    sampled: int
    sampled_pairs: int

    def likeness(self, a: NameKey, b: NameKey) -> float:
        """The score of a pair or of those that stand for them, 0 where they have nothing in common."""
        pair = self.scored.get(pair_key(a, b)) or self.scored.get(
            pair_key(self.stand_in.get(a, a), self.stand_in.get(b, b))
        )
        return pair.score if pair else float(self.stand_in.get(a, a) == self.stand_in.get(b, b))


def compare_all(
    matcher: Matcher,
    names: Sequence[Name],
    identities: Mapping[NameKey, Identity],
    documents: Sequence[frozenset[str]],
    judged: Iterable[Pair],
) -> Compared:
    """`names` in the order of their keys, with the documents that print them."""
    groups = groups_of(names, identities)
    firsts = [names[group[0]] for group in groups]
    printed_in = [
        documents[group[0]].union(*[documents[at] for at in group[1:]]) if len(group) > 1 else documents[group[0]]
        for group in groups
    ]
    found = candidates(firsts, printed_in, matcher.reader)
    book = _Book(matcher)
    for one, two in found.pairs:
        a, b, together = firsts[one].key, firsts[two].key, bool(printed_in[one] & printed_in[two])
        if _known_already(identities[a], identities[b]):
            continue
        if found.indexed and not together and matcher.contradicted(a, b):
            book.conflicts.append(pair_key(a, b))  # of a big table nobody wants to see namesakes in two towns
        else:
            book.enter(a, b, together=together)
    stand_in: dict[NameKey, NameKey] = {}
    for group in groups:
        first = names[group[0]].key
        for at in group[1:]:
            key = names[at].key
            stand_in[key] = first
            if not identities[key].anchor:
                book.enter(first, key)
    for a, b in judged:
        if a in identities and b in identities and (a, b) not in book.scored:
            book.enter(a, b, lowest=0.0)
    sample = _recall(matcher, firsts, identities, set(found.pairs)) if found.indexed else (None, 0, 0)
    return Compared(
        book.scored, tuple(book.conflicts), stand_in, len(found.pairs), found.cut, found.indexed, *sample
    )  # fmt: skip


class _Book:
    """Keeps what was found of each pair."""

    def __init__(self, matcher: Matcher) -> None:
        self.scored: dict[Pair, ScoredPair] = {}
        self.conflicts: list[Pair] = []
        self._matcher = matcher

    def enter(self, a: NameKey, b: NameKey, *, together: bool = False, lowest: float = CLOSE) -> None:
        a, b = pair_key(a, b)
        found = self._matcher.compare(a, b, together=together)
        if found.conflict:
            self.conflicts.append((a, b))
        pair = self._matcher.pair(a, b, found, lowest)
        if pair is not None:
            self.scored[a, b] = pair


def groups_of(names: Sequence[Name], identities: Mapping[NameKey, Identity]) -> list[list[int]]:
    """Names that stand for each other, by position: in a big table those of one certain body with the same letters, and
    those with the same words in one municipality; else each alone."""
    if len(names) <= ALL_PAIRS_UP_TO:
        return [[at] for at in range(len(names))]
    groups: dict[object, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        anchor = identities[name.key].anchor
        if anchor:
            groups[anchor, as_one_word(name)].append(index)
        elif len("".join(name.core)) < 4:
            groups[index].append(index)
        else:
            zones = tuple([zone.label for zone in name.zones])
            groups[tuple(sorted(name.core)), zones, name.municipality].append(index)
    return list(groups.values())


def _known_already(one: Identity, two: Identity) -> bool:
    """Names that are together already (the page shows one pair for each form), or two bodies beyond doubt."""
    return bool(one.anchor and one.anchor == two.anchor) or (_settled(one) and _settled(two))


def _settled(identity: Identity) -> bool:
    """True for a name that is one certain body, whatever it looks like."""
    return identity.anchor.startswith(("gemeente:", "ggd:", "provincie:", "known:"))


def _recall(
    matcher: Matcher, names: Sequence[Name], identities: Mapping[NameKey, Identity], found: set[tuple[int, int]]
) -> tuple[float | None, int, int]:
    """Holds a sample of the names against all others: which share of the pairs that could be merged are in `found`?"""
    forms = ["".join(name.core) for name in names]
    sample = random.Random(len(names)).sample(range(len(names)), min(len(names), SAMPLE))  # noqa: S311 - a sample
    hits = misses = 0
    for one in sample:
        ratios = process.cdist([forms[one]], forms, scorer=fuzz.ratio, score_cutoff=SAMPLE_ALIKE, dtype="uint8")[0]
        for two in ratios.nonzero()[0].tolist():
            a, b = names[one].key, names[two].key
            if one == two or _known_already(identities[a], identities[b]) or matcher.contradicted(a, b):
                continue
            compared = matcher.compare(*pair_key(a, b))
            if not compared.conflict and not compared.hold and matcher.probability(compared) >= matcher.rules.review:
                hits, misses = (hits + 1, misses) if (min(one, two), max(one, two)) in found else (hits, misses + 1)
    return (round(hits / (hits + misses), 4) if hits + misses else None), len(sample), hits + misses
