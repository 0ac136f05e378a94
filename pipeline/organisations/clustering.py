"""Names → clusters: what must go together, what must stay apart, and everything sure in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..records import Judgement, NameKey, Verdict

ALIKE = 0.5  # two groups of names are one if their names are as likely as this to be one, on average
MEMBERS = 12  # of a group that are looked at


@dataclass(frozen=True, slots=True)
class Edge:
    """A reason to put two names together. `method` is what the name's row says about it."""

    a: NameKey
    b: NameKey
    score: float
    method: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A judgement, by its line, that others contradict."""

    line: int
    words: str


@dataclass(slots=True)
class Clusters:
    """A partition of names that grows by merging and refuses what a rule or a steward forbids."""

    certain: Mapping[NameKey, str]  # the body that a name is beyond doubt
    parent: dict[NameKey, NameKey] = field(default_factory=dict)
    members: dict[NameKey, list[NameKey]] = field(default_factory=dict)
    apart: dict[NameKey, set[NameKey]] = field(default_factory=dict)  # root → names it may not hold
    held: dict[NameKey, set[str]] = field(default_factory=dict)  # root → certain bodies it holds
    reason: dict[NameKey, Edge] = field(default_factory=dict)

    def add(self, key: NameKey) -> None:
        self.parent[key] = key
        self.members[key] = [key]
        self.apart[key] = set()
        anchor = self.certain.get(key, "")
        self.held[key] = {anchor} if anchor else set()

    def root(self, key: NameKey) -> NameKey:
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def forbid(self, a: NameKey, b: NameKey) -> bool:
        """Keeps two names apart; False where they are together already."""
        one, two = self.root(a), self.root(b)
        if one == two:
            return False
        self.apart[one].add(b)
        self.apart[two].add(a)
        return True

    def may_join(self, a: NameKey, b: NameKey, *, by_steward: bool = False) -> bool:
        one, two = self.root(a), self.root(b)
        if one == two:
            return True
        if any(self.root(key) == two for key in self.apart[one]):
            return False
        # two bodies that are certain stay two, unless a steward says otherwise
        return by_steward or not (self.held[one] and self.held[two] and self.held[one] != self.held[two])

    def join(self, edge: Edge) -> None:
        one, two = sorted((self.root(edge.a), self.root(edge.b)))
        for key in (edge.a, edge.b):
            best = self.reason.get(key)
            if best is None or edge.score > best.score:
                self.reason[key] = edge
        if one == two:
            return
        self.parent[two] = one
        self.members[one] += self.members.pop(two)
        self.apart[one] |= self.apart.pop(two)
        self.held[one] |= self.held.pop(two)

    def groups(self) -> list[tuple[NameKey, ...]]:
        return sorted(tuple(sorted(members)) for members in self.members.values())


def cluster(
    keys: Iterable[NameKey],
    anchors: Mapping[NameKey, str],
    certain: Mapping[NameKey, str],
    edges: Iterable[Edge],
    judgements: Iterable[Judgement],
    conflicts: Iterable[tuple[NameKey, NameKey]] = (),
    likeness: Callable[[NameKey, NameKey], float] | None = None,
) -> tuple[Clusters, tuple[Contradiction, ...]]:
    """Clusters in which every judgement holds, with a warning for each one that contradicts the others.

    Stewards go first, `different` before `same`; then names with one anchor; then edges from sure to less sure. Two
    clusters whose names are not alike on average (`likeness` of two names) are not joined by one edge between them.
    What a steward joined is one body however unlike its names are: conflicts and likeness are looked at between the
    names that came together without a steward (`kin`). The outcome depends on what is given and not on its order.
    """
    clusters, kin = Clusters(certain), Clusters({})
    ordered = sorted(set(keys))
    for key in ordered:
        clusters.add(key)
        kin.add(key)
    present = set(ordered)
    said = sorted((j for j in judgements if j.a in present and j.b in present), key=lambda j: (j.line, j.a, j.b))
    different = [j for j in said if j.verdict is Verdict.DIFFERENT]
    for judgement in different:
        clusters.forbid(judgement.a, judgement.b)
    warnings: list[Contradiction] = []
    for judgement in said:
        if judgement.verdict is not Verdict.SAME:
            continue
        if clusters.may_join(judgement.a, judgement.b, by_steward=True):
            clusters.join(Edge(judgement.a, judgement.b, 1.0, "judgement"))
        else:
            warnings.append(_contradiction(clusters, judgement, different))
    heads: dict[str, list[NameKey]] = defaultdict(list)
    for key in ordered:
        anchor = anchors.get(key, "")
        if not anchor:
            continue
        head = next((head for head in heads[anchor] if clusters.may_join(head, key, by_steward=True)), None)
        if head is None:
            heads[anchor].append(key)
            continue
        for partition in (clusters, kin):
            partition.join(Edge(head, key, 0.99, "known"))
    for a, b in sorted(conflicts):
        kin.forbid(a, b)
    for edge in sorted(edges, key=lambda e: (-e.score, e.a, e.b)):
        joined = clusters.may_join(edge.a, edge.b) and kin.may_join(edge.a, edge.b)
        if joined and not (likeness and _weak(kin, edge, likeness)):
            clusters.join(edge)
            kin.join(edge)
    return clusters, tuple(warnings)


def _weak(clusters: Clusters, edge: Edge, likeness: Callable[[NameKey, NameKey], float]) -> bool:
    """Whether an edge is a bridge between two groups of names that have little else in common (average linkage)."""
    one, two = (clusters.members[clusters.root(key)][:MEMBERS] for key in (edge.a, edge.b))
    if clusters.root(edge.a) == clusters.root(edge.b) or min(len(one), len(two)) < 2:
        return False
    return sum(likeness(a, b) for a in one for b in two) < ALIKE * len(one) * len(two)


def _contradiction(clusters: Clusters, same: Judgement, different: list[Judgement]) -> Contradiction:
    roots = {clusters.root(same.a), clusters.root(same.b)}
    other = next(d for d in different if {clusters.root(d.a), clusters.root(d.b)} == roots)
    words = (
        f"contradicting judgements: line {same.line} says same ({same.a.name} and {same.b.name}), "
        f"line {other.line} says different ({other.a.name} and {other.b.name}); kept apart, correct one of them"
    )
    return Contradiction(same.line, words)
