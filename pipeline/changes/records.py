"""What differs between two runs: one type for every difference, so that all of them fit one table."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Name


class About(Name):
    """What a difference is a difference of."""

    PARTICIPANT = "participant"
    DOCUMENT = "document"
    ORGANISATION = "organisation"


class Kind(Name):
    """What happened: to participants the first five, to documents the next three, to organisations most of them."""

    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"
    REGROUPED = "regrouped"
    RETYPED = "retyped"
    NEW = "new"
    CHANGED = "changed"
    VANISHED = "vanished"
    MERGED = "merged"
    SPLIT = "split"


class Cause(Name):
    """Where a difference comes from: other words, a document that only one run has, or another reading of the same."""

    TEXT = "text"
    DOCUMENT = "document"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `id` is that of the new run where it has one; texts of several parts are joined by ';'."""

    about: About
    change: Kind
    municipality: str = ""
    municipality_code: str = ""
    id: str = ""
    name: str = ""
    before: str = ""
    after: str = ""
    cause: Cause | None = None
    documents: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs, as a reader knows it."""

    folder: str
    started: str  # ISO 8601, empty where run.json is missing
    documents: int
    organisations: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Every difference between two runs, in the order of the table; `notes` say what to keep in mind about them."""

    old: Side
    new: Side
    rows: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """'participant joined' → how many, in the order of the table."""
        found: dict[str, int] = {}
        for row in self.rows:
            key = f"{row.about} {row.change}"
            found[key] = found.get(key, 0) + 1
        return found
