"""Which organisation of one run is which of another, whether or not their ids come from one registry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..records import Band, NameKey, OrganisationType
from ..rulebook.organisations import fold
from ..tables import SEPARATOR, Tables

if TYPE_CHECKING:
    from ..rulebook import Rulebook

Bodies = Mapping[str, "Body"]  # by id


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation of one run. `names` are its printed names, each in its municipality."""

    body_id: str
    name: str
    type: OrganisationType
    municipality_code: str
    names: frozenset[NameKey]
    known_as: frozenset[str]  # earlier names and retired ids

    def folded(self) -> frozenset[NameKey]:
        """Its names without capitals, accents and punctuation."""
        return frozenset(NameKey(fold(key.name), key.municipality) for key in self.names)


@dataclass(frozen=True, slots=True)
class Recognised:
    """`same`: id before → id now; `how` it was recognised, by the id before.

    `merged`: id before → the organisation that it became a part of; `split`: id now → what it was a part of.
    """

    same: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)


def bodies_of(tables: Tables) -> dict[str, Body]:
    """The organisations of a run by id."""
    names: dict[str, set[NameKey]] = defaultdict(set)
    for row in tables.organisation_names:
        names[row.organisation_id].add(NameKey(row.name, row.municipality or ""))
    return {
        row.organisation_id: Body(
            row.organisation_id,
            row.name,
            row.type,
            row.municipality_code or "",
            frozenset(names[row.organisation_id]),
            frozenset((row.known_as or "").split(SEPARATOR)) - {""},
        )
        for row in tables.organisations
    }


def recognise(old: Bodies, new: Bodies, rules: Callable[[], Rulebook]) -> Recognised:
    """Finds every organisation of before among those of now.

    Surest first: its id; a printed name in the same municipality that both runs give it; its canonical name and
    municipality; and, among those that are left, names that the matcher would merge unasked. An id that was retired,
    and names that went to another organisation, say that two were merged or one was split. `rules` are only opened
    where names have to be scored.
    """
    same, how = {one: one for one in old if one in new}, {one: "id" for one in old if one in new}
    retired, shared = _retired(old, new), _shared_names(old, new)
    for found, why in ((retired, "retired id"), (shared, "name")):
        for (before, now), _ in _most(found):
            _pair(before, now, why, same, how)
    linked = {**retired, **shared}
    before_left = {before for before, _ in linked}
    now_left = {now for _, now in linked}
    for before, now in _same_title(old, new):
        if before not in before_left and now not in now_left:
            _pair(before, now, "canonical name", same, how)
    lonely = [one for one in old if one not in same and one not in before_left]
    fresh = [one for one in new if one not in same.values() and one not in now_left]
    for before, now, score in _scored(lonely, fresh, old, new, rules):
        _pair(before, now, f"likeness of names, {score:.2f}", same, how)
    continued = set(same.values())
    merged: dict[str, str] = {}
    split: dict[str, str] = {}
    for (before, now), _ in _most(linked):
        if before not in same and now in continued:
            merged.setdefault(before, now)
        if now not in continued and before in same:
            split.setdefault(now, before)
    return Recognised(same, how, merged, split)


def _most(pairs: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    """Pairs, those with most names in common first."""
    return sorted(pairs.items(), key=lambda item: (-item[1], item[0]))


def _pair(before: str, now: str, why: str, same: dict[str, str], how: dict[str, str]) -> None:
    """Takes a pair as one body where neither has another counterpart."""
    if before not in same and now not in same.values():
        same[before], how[before] = now, why


def _shared_names(old: Bodies, new: Bodies) -> Counter[tuple[str, str]]:
    """How many names each pair of organisations has in common."""
    owner = {key: body.body_id for body in new.values() for key in sorted(body.folded())}
    return Counter(
        (body.body_id, owner[key]) for body in old.values() for key in sorted(body.folded()) if key in owner
    )  # fmt: skip


def _retired(old: Bodies, new: Bodies) -> dict[tuple[str, str], int]:
    """Pairs of which one carries the id of the other as a retired one."""
    found = {(one, body.body_id): 1 for body in new.values() for one in body.known_as if one in old}
    found.update({(body.body_id, one): 1 for body in old.values() for one in body.known_as if one in new})
    return {pair: n for pair, n in found.items() if pair[0] != pair[1]}


def _same_title(old: Bodies, new: Bodies) -> Iterator[tuple[str, str]]:
    """Pairs with one canonical name in one municipality, where no other body of either run has that."""
    titles = [defaultdict[tuple[str, str], list[str]](list) for _ in range(2)]
    for bodies, found in zip((old, new), titles, strict=True):
        for body in bodies.values():
            found[fold(body.name), body.municipality_code].append(body.body_id)
    for title, before in titles[0].items():
        now = titles[1].get(title, [])
        if len(before) == len(now) == 1:
            yield before[0], now[0]


def _scored(
    lonely: Iterable[str], fresh: Iterable[str], old: Bodies, new: Bodies, rules: Callable[[], Rulebook]
) -> list[tuple[str, str, float]]:
    """Pairs from one municipality that the matcher would merge, the surest first."""
    nearby: dict[str, list[tuple[str, NameKey]]] = defaultdict(list)
    for one in fresh:
        for key in sorted(new[one].names):
            if key.municipality:  # names of anywhere are too many, and too little like each other for that
                nearby[key.municipality].append((one, key))
    best: dict[tuple[str, str], float] = {}
    for before in lonely:
        for key in sorted(old[before].names):
            for now, other in nearby.get(key.municipality, ()):
                from ..organisations import score_pair

                pair = score_pair(key, other, rules())
                if pair.band is Band.AUTO:
                    best[before, now] = max(pair.score, best.get((before, now), 0.0))
    return sorted(((*pair, score) for pair, score in best.items()), key=lambda item: (-item[2], item[0], item[1]))
