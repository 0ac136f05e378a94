"""What was decided, as a steward reads it back: one entry per decision, also where it took many rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from ..organisations.judgements import Pair, pair_key
from ..records import Correction, Judgement
from .ledger import Ledger, Word

UNDO = "undo"  # the note of a row that takes back the steward's row before it on the same pair
_ORDER = re.compile(r"(taken out of|merged) org-")


class State(str, Enum):
    """What has become of a decision."""

    CONTRADICTED = "contradicted"
    COUNTS = "counts"
    REPLACED = "replaced"  # by a later word
    WITHDRAWN = "withdrawn"  # it is a taking back


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: a verdict on a pair, or the rows of one order on a cluster. `stands`: it can be taken back."""

    rows: tuple[Judgement, ...]
    state: State
    stands: bool

    @property
    def first(self) -> Judgement:
        return self.rows[0]


def is_ours(note: str) -> bool:
    """Whether a note says how a row came to be, so that no steward may write it."""
    return note == UNDO or _ORDER.match(note) is not None


def entries(ledger: Ledger, steward: str | None = None) -> list[Entry]:
    """Every decision, or one steward's, the newest first."""
    standing, stacks = ledger.standing(), _stacks(ledger.judgements())

    def state(row: Judgement) -> State:
        if row.verdict is None or row.note == UNDO:
            return State.WITHDRAWN
        found = standing.get(pair_key(row.a, row.b))
        if found is None or not _on_top(row, stacks):
            return State.REPLACED
        if found.contradicted:
            return State.CONTRADICTED
        return State.COUNTS if found.judgement and found.judgement.verdict is row.verdict else State.REPLACED

    rows = [row for row in ledger.judgements() if steward is None or _same_person(row.judged_by, steward)]
    found = []
    for _, together in groupby(rows, key=_order):
        group = tuple(together)
        states = {state(row) for row in group}
        stands = any(_on_top(row, stacks) for row in group)
        found.append(Entry(group, next(one for one in State if one in states), stands))
    return found[::-1]


def last(ledger: Ledger, steward: str) -> tuple[Judgement, ...]:
    """The rows of a steward's newest decision that was not taken back; none where there is none."""
    rows = ledger.judgements()
    taken_back: dict[Pair, int] = {}  # how many rows further up are
    for number in range(len(rows) - 1, -1, -1):
        row = rows[number]
        if not _same_person(row.judged_by, steward):
            continue
        pair = pair_key(row.a, row.b)
        if row.note == UNDO:
            taken_back[pair] = taken_back.get(pair, 0) + 1
        elif taken_back.get(pair):
            taken_back[pair] -= 1
        elif row.verdict is not None:
            return _around(rows, number)
    return ()


def decision(ledger: Ledger, steward: str, line: int) -> tuple[Judgement, ...]:
    """The rows of the steward's decision that has a row on this line of the file; none where there is none."""
    rows = ledger.judgements()
    found = (n for n, row in enumerate(rows) if row.line == line and _same_person(row.judged_by, steward))
    return next((_around(rows, number) for number in found), ())


def taking_back(present: Sequence[Judgement], rows: Sequence[Judgement]) -> list[Word]:
    """What each pair of a decision goes back to: what the steward had said of it before, or nothing.

    Pairs of which the steward said something else since are left out: there is nothing of it left to take back.
    """
    stacks = _stacks(present)
    found = []
    for row in rows:
        stack = stacks.get(_who_of_what(row), [])
        if stack and stack[-1].line == row.line:
            before = stack[-2].verdict if len(stack) > 1 else None
            found.append(Word(pair_key(row.a, row.b), before))
    return found


def settings(ledger: Ledger, steward: str | None = None) -> Sequence[Correction]:
    """What was set of organisations, the newest first."""
    rows = reversed(ledger.corrections())
    return [row for row in rows if steward is None or _same_person(row.judged_by, steward)]


def _stacks(rows: Sequence[Judgement]) -> dict[tuple[Pair, str], list[Judgement]]:
    """Per pair and steward the words that were not taken back, the one that stands on top."""
    stacks: dict[tuple[Pair, str], list[Judgement]] = {}
    for row in rows:
        stack = stacks.setdefault(_who_of_what(row), [])
        if row.note != UNDO:
            stack.append(row)
        elif stack:
            stack.pop()
    return stacks


def _on_top(row: Judgement, stacks: dict[tuple[Pair, str], list[Judgement]]) -> bool:
    stack = stacks.get(_who_of_what(row), [])
    return bool(stack) and stack[-1].line == row.line and row.verdict is not None


def _who_of_what(row: Judgement) -> tuple[Pair, str]:
    return pair_key(row.a, row.b), row.judged_by.casefold()


def _same_person(one: str, two: str) -> bool:
    return one.casefold() == two.casefold()


def _around(rows: Sequence[Judgement], number: int) -> tuple[Judgement, ...]:
    """The rows that belong to one order with the row at this place."""
    order, first, behind = _order(rows[number]), number, number + 1
    while first and _order(rows[first - 1]) == order:
        first -= 1
    while behind < len(rows) and _order(rows[behind]) == order:
        behind += 1
    return tuple(rows[first:behind])


def _order(row: Judgement) -> tuple[object, ...]:
    """Rows of one order on a cluster have all of this in common; any other row is a decision of its own."""
    return (row.judged_by, row.judged_at, row.note) if _ORDER.match(row.note) else (row.line,)
