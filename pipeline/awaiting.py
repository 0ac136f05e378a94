"""Which doubtful pairs still wait for a steward, and which follow from what was decided about others.

A `same` joins two organisations, a `different` keeps two apart, with all their names: the other doubtful pairs between
them are decided as well. Where a steward split one organisation, nothing is concluded about its names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .records import Band, Verdict
from .rows import DuplicateRow

DISAGREE = "stewards disagree"  # what the evidence of such a pair ends with


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as it concerns organisations, by the ids of the tables."""

    organisation_id_a: str
    organisation_id_b: str
    verdict: Verdict


class Consequences:
    """What verdicts on some pairs of names mean for the others; the order in which they are added does not matter."""

    def __init__(self, verdicts: Iterable[Said] = ()) -> None:
        self._parent: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._joined: set[str] = set()  # roots with a `same` inside
        self._split: set[str] = set()  # roots with an organisation that a steward split
        self._apart: dict[str, set[str]] = defaultdict(set)  # root → roots it is kept apart from, itself where at odds
        for verdict in verdicts:
            self.add(verdict)

    def add(self, said: Said) -> None:
        """Takes up one more verdict."""
        one, two = self._root(said.organisation_id_a), self._root(said.organisation_id_b)
        if said.verdict is Verdict.SAME:
            self._join(one, two)
        elif said.verdict is Verdict.DIFFERENT:
            if said.organisation_id_a == said.organisation_id_b:
                self._split.add(one)
            self._apart[one].add(two)
            self._apart[two].add(one)

    def of(self, organisation_id_a: str, organisation_id_b: str) -> Verdict | None:
        """The verdict that follows for names of two organisations, None where nothing does."""
        one, two = self._root(organisation_id_a), self._root(organisation_id_b)
        if any(root in self._split or root in self._apart.get(root, ()) for root in (one, two)):
            return None  # split, or joined and kept apart at once
        if one == two:
            return Verdict.SAME if one in self._joined else None
        return Verdict.DIFFERENT if two in self._apart.get(one, ()) else None

    def group(self, organisation_id: str) -> set[str]:
        """The organisations that are one with this one, itself among them."""
        root = self._root(organisation_id)
        return self._members.get(root, {root})

    def _join(self, one: str, two: str) -> None:
        if len(self.group(one)) > len(self.group(two)):
            one, two = two, one
        self._joined.add(two)
        if one == two:
            return
        self._parent[one] = two
        self._members[two] = self.group(two) | self._members.pop(one, {one})
        if one in self._split:
            self._split.add(two)
        for other in self._apart.pop(one, ()):
            found = two if other in (one, two) else other
            self._apart[other].discard(one)
            self._apart[found].add(two)
            self._apart[two].add(found)

    def _root(self, organisation_id: str) -> str:
        found = organisation_id
        while (over := self._parent.get(found)) is not None:
            found = over
        while organisation_id != found:  # a shorter way the next time
            above = self._parent[organisation_id]
            self._parent[organisation_id] = found
            organisation_id = above
        return found


def awaiting(rows: Iterable[DuplicateRow]) -> list[DuplicateRow]:
    """The pairs of a table of duplicates that a steward has yet to decide."""
    rows = list(rows)
    said = (Said(r.organisation_id_a, r.organisation_id_b, r.judgement) for r in rows if r.judgement is not None)
    follows = Consequences(said)
    return [
        row
        for row in rows
        if row.band is Band.REVIEW
        and row.judgement is None
        and (follows.of(row.organisation_id_a, row.organisation_id_b) is None or _disputed(row))
    ]


def _disputed(row: DuplicateRow) -> bool:
    """Whether stewards disagree about the pair itself: they have to settle that, whatever follows from others."""
    return (row.evidence or "").endswith(DISAGREE)
