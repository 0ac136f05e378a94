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
from .candidates import BLOCKING, Blocking, candidates
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
class Evidence:
    """What was found between names: pairs from `CLOSE` on and judged ones; conflicts forbid a merge.

    `stand_in` has the first of its group for every other name of a group that was compared as one.
    """

    scored: Mapping[Pair, ScoredPair]
    conflicts: Sequence[Pair]
    stand_in: Mapping[NameKey, NameKey]

    def likeness(self, a: NameKey, b: NameKey) -> float:
        """The score of a pair or of those that stand for them, 0 where they have nothing in common."""
        pair = self.scored.get(pair_key(a, b)) or self.scored.get(
            pair_key(self.stand_in.get(a, a), self.stand_in.get(b, b))
        )
        return pair.score if pair else float(self.stand_in.get(a, a) == self.stand_in.get(b, b))


@dataclass(frozen=True, slots=True)
class Figures:
    """How many pairs were looked at, how many keys were too common, and `recall` as in records.Comparing."""

    n_pairs: int
    cut: int = 0
    indexed: bool = False
    recall: float | None = None
    sampled: int = 0
    sampled_pairs: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    evidence: Evidence
    figures: Figures


def compare_all(
    matcher: Matcher,
    names: Sequence[Name],
    identities: Mapping[NameKey, Identity],
    documents: Sequence[frozenset[str]],
    judged: Iterable[Pair],
    blocking: Blocking = BLOCKING,
) -> Compared:
    """`names` in the order of their keys, with the documents that print them."""
    groups = groups_of(names, identities, blocking)
    firsts = [names[group[0]] for group in groups]
    printed_in = [
        documents[group[0]].union(*[documents[at] for at in group[1:]]) if len(group) > 1 else documents[group[0]]
        for group in groups
    ]
    found = candidates(firsts, printed_in, matcher.reader, blocking)
    book = _Book()
    for one, two in found.pairs:
        together = bool(printed_in[one] & printed_in[two])
        book.note(look(matcher, firsts[one].key, firsts[two].key, together=together, indexed=found.indexed))
    stand_in: dict[NameKey, NameKey] = {}
    for group in groups:
        first = names[group[0]].key
        for at in group[1:]:
            key = names[at].key
            stand_in[key] = first
            if not identities[key].anchor:
                book.note(weighed(matcher, first, key))
    for a, b in judged:
        if a in identities and b in identities and (a, b) not in book.scored:
            book.note(weighed(matcher, a, b, lowest=0.0))
    sample = _recall(matcher, firsts, set(found.pairs)) if found.indexed else (None, 0, 0)
    evidence = Evidence(book.scored, tuple(book.conflicts), stand_in)
    return Compared(evidence, Figures(len(found.pairs), found.cut, found.indexed, *sample))


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a pair of names found: that they may not be one body, and the pair, where it is close enough."""

    a: NameKey
    b: NameKey
    conflict: bool = False
    scored: ScoredPair | None = None


def look(matcher: Matcher, a: NameKey, b: NameKey, *, together: bool, indexed: bool) -> Found | None:
    """A pair of candidates; None where nothing is to be found. `together`: one document prints both names."""
    if _known_already(*(matcher.identifier.identify(matcher.reader.read(key)) for key in (a, b))):
        return None
    if indexed and not together and matcher.contradicted(a, b):
        return Found(*pair_key(a, b), conflict=True)  # of a big table nobody wants to see namesakes in two towns
    return weighed(matcher, a, b, together=together)


def weighed(
    matcher: Matcher, a: NameKey, b: NameKey, *, together: bool = False, lowest: float = CLOSE
) -> Found:  # fmt: skip
    """A pair that is compared in any case."""
    a, b = pair_key(a, b)
    found = matcher.compare(a, b, together=together)
    return Found(a, b, bool(found.conflict), matcher.pair(a, b, found, lowest))


class _Book:
    """Keeps what was found of each pair."""

    def __init__(self) -> None:
        self.scored: dict[Pair, ScoredPair] = {}
        self.conflicts: list[Pair] = []

    def note(self, found: Found | None) -> None:
        if found is None:
            return
        if found.conflict:
            self.conflicts.append((found.a, found.b))
        if found.scored is not None:
            self.scored[found.a, found.b] = found.scored


def groups_of(
    names: Sequence[Name], identities: Mapping[NameKey, Identity], blocking: Blocking = BLOCKING
) -> list[list[int]]:
    """Names that stand for each other, by position; each alone where they are few."""
    if len(names) <= blocking.all_pairs_up_to:
        return [[at] for at in range(len(names))]
    groups: dict[object, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        groups[group_of(name, identities[name.key]) or index].append(index)
    return list(groups.values())


def group_of(name: Name, identity: Identity) -> tuple[str, ...]:
    """What names have in common that stand for each other in a big table: one certain body and the same letters, or the
    same words in one municipality. Empty for a name that stands for itself."""
    if identity.anchor:
        return "body", identity.anchor, as_one_word(name)
    if len("".join(name.core)) < 4:
        return ()
    zones = [zone.label for zone in name.zones]
    return "words", name.municipality, str(len(zones)), *zones, *sorted(name.core)


def _known_already(one: Identity, two: Identity) -> bool:
    """Names that are together already (the page shows one pair for each form), or two bodies beyond doubt."""
    return bool(one.anchor and one.anchor == two.anchor) or (_settled(one) and _settled(two))


def _settled(identity: Identity) -> bool:
    """True for a name that is one certain body, whatever it looks like."""
    return identity.anchor.startswith(("gemeente:", "ggd:", "provincie:", "known:"))


def sample_of(n_names: int) -> list[int]:
    """Positions of the names that are held against all others."""
    return random.Random(n_names).sample(range(n_names), min(n_names, SAMPLE))  # noqa: S311 - a sample


def could_merge(matcher: Matcher, a: NameKey, b: NameKey) -> bool:
    """Whether a pair that was not known already may come to be one body, by its score or by a steward."""
    one, two = (matcher.identifier.identify(matcher.reader.read(key)) for key in (a, b))
    if _known_already(one, two) or matcher.contradicted(a, b):
        return False
    compared = matcher.compare(*pair_key(a, b))
    return not compared.conflict and not compared.hold and matcher.probability(compared) >= matcher.rules.review


def _recall(matcher: Matcher, names: Sequence[Name], found: set[tuple[int, int]]) -> tuple[float | None, int, int]:
    """Holds a sample of the names against all others: which share of the pairs that could be merged are in `found`?"""
    forms = ["".join(name.core) for name in names]
    sample = sample_of(len(names))
    hits = misses = 0
    for one in sample:
        ratios = process.cdist([forms[one]], forms, scorer=fuzz.ratio, score_cutoff=SAMPLE_ALIKE, dtype="uint8")[0]
        for two in ratios.nonzero()[0].tolist():
            if one != two and could_merge(matcher, names[one].key, names[two].key):
                hits, misses = (hits + 1, misses) if (min(one, two), max(one, two)) in found else (hits, misses + 1)
    return recall_of(hits, hits + misses, len(sample))


def recall_of(hits: int, pairs: int, sampled: int) -> tuple[float | None, int, int]:
    """(share of the sampled pairs that were found, names, pairs), as in records.Comparing."""
    return (round(hits / pairs, 4) if pairs else None), sampled, pairs
