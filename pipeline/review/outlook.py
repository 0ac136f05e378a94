"""What the next deduplication will make of the organisations that stewards have said something about since the last."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, pairwise

from ..organisations.clustering import Edge, cluster
from ..records import Judgement, NameKey, Verdict
from .index import RunIndex
from .ledger import Ledger

_EACH_WITH_EACH = 120  # names of one organisation up to which every pair is an edge
_HUBS = 20  # of a larger one: names that all others are tied to, besides each to the next

Group = tuple[NameKey, ...]


def outlook(index: RunIndex, ledger: Ledger, organisation_id: str) -> tuple[Group, ...]:
    """The groups that an organisation's names will be in, the largest first: usually one.

    Its names and those of organisations that a steward joins to it are clustered again, by the clustering of a run,
    from what the run merged and from every judgement. A run looks at all names, so it may know more.
    """
    ids = _joined(index, ledger, organisation_id)
    names = [key for i in ids for key in index.members[i]]
    words = _kept(ledger, names)
    if not words:
        return (index.members[organisation_id],)
    edges = [edge for i in ids for edge in _edges(index.members[i])]
    clusters, _ = cluster(names, {}, {}, edges, words)
    mine = set(index.members[organisation_id])
    found = [group for group in clusters.groups() if mine.intersection(group)]
    return tuple(sorted((_most_printed_first(index, group) for group in found), key=lambda group: (-len(group), group)))


def group_of(index: RunIndex, ledger: Ledger, key: NameKey) -> Group:
    """The group that one name of the run will be in."""
    groups = outlook(index, ledger, index.names[key].organisation_id)
    return next(group for group in groups if key in group)


def _kept(ledger: Ledger, names: Iterable[NameKey]) -> list[Judgement]:
    return [word for found in ledger.found(names).values() if (word := found.kept) is not None]


def _joined(index: RunIndex, ledger: Ledger, organisation_id: str) -> list[str]:
    """The organisation and those that a `same` leads to, directly or through others."""
    found, ahead = {organisation_id: None}, [organisation_id]
    while ahead:
        for word in _kept(ledger, index.members[ahead.pop()]):
            for key in (word.a, word.b) if word.verdict is Verdict.SAME else ():
                row = index.names.get(key)
                if row is not None and row.organisation_id not in found:
                    found[row.organisation_id] = None
                    ahead.append(row.organisation_id)
    return list(found)


def _edges(names: Group) -> list[Edge]:
    if len(names) <= _EACH_WITH_EACH:
        pairs = set(combinations(names, 2))
    else:
        pairs = {*pairwise(names), *((hub, other) for hub in names[:_HUBS] for other in names if other != hub)}
    return [Edge(a, b, 0.9, "run") for a, b in pairs]


def _most_printed_first(index: RunIndex, group: Group) -> Group:
    return tuple(sorted(group, key=lambda key: (-index.names[key].n_mentions, key)))
