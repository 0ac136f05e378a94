"""In which order pairs come up, which of them are shown, and who is looking at which."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ..awaiting import Consequences, Said
from ..organisations.judgements import Pair, Standing
from ..records import Band, OrganisationType, Verdict
from ..rows import DuplicateRow
from ..rulebook.organisations import fold
from .index import RunIndex, pair_of, searchable, types_of

HELD_FOR = 180.0  # seconds that a pair on one steward's screen is left out of another's queue


class Judged(str, Enum):
    """Which pairs, by what stewards said of them."""

    OPEN = "open"  # wait for a steward, disagreements included
    JUDGED = "judged"  # or follow from what was judged
    CONTRADICTED = "contradicted"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a steward asked to see. `band` None is any band."""

    text: str = ""
    band: Band | None = Band.REVIEW
    judged: Judged = Judged.OPEN
    type: OrganisationType | None = None
    lowest: float = 0.0
    highest: float = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the pairs of the review band are."""

    done: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.done


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair of the run with what it is found by."""

    row: DuplicateRow
    pair: Pair
    words: str
    types: frozenset[OrganisationType]
    at: int  # place in the order


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of pairs at one moment: what holds about those that were judged, and what follows for others.

    A pair is `waiting` for a steward where nobody's word counts and nothing follows from other pairs either.
    """

    standing: Mapping[Pair, Standing]
    follows: Consequences
    waiting: frozenset[str]  # pair_ids
    disputed: frozenset[Pair]
    progress: Progress

    def implied(self, row: DuplicateRow) -> Verdict | None:
        """The verdict that follows from those on other pairs."""
        return self.follows.of(row.organisation_id_a, row.organisation_id_b)


def said(index: RunIndex, found: Standing | None) -> Said | None:
    """The word that counts about a pair as it concerns the organisations of a run; None where there is none."""
    word = found.judgement if found is not None else None
    if word is None or word.verdict is None or word.a not in index.names or word.b not in index.names:
        return None
    return Said(index.names[word.a].organisation_id, index.names[word.b].organisation_id, word.verdict)


def value(row: DuplicateRow, index: RunIndex, texts: Mapping[str, frozenset[str]]) -> float:
    """How much a decision on a pair is worth: the texts it changes × how uncertain the answer is (entropy in bits).

    The `texts` are those that print either organisation, by its id. Of two names that are in one organisation already
    only those of the rarer name would change; of a run without texts each mention is one.
    """
    one, two = row.organisation_id_a, row.organisation_id_b
    if one == two:
        changed = min(index.names[key].n_mentions for key in pair_of(row))
    else:
        changed = len(texts[one] | texts[two]) or sum(index.organisations[i].n_mentions for i in (one, two))
    p = min(max(row.score, 1e-6), 1 - 1e-6)
    return changed * -(p * math.log2(p) + (1 - p) * math.log2(1 - p))


class Queue:
    """The pairs of a run, the most valuable first."""

    def __init__(self, index: RunIndex, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at: dict[str, tuple[str, float]] = {}  # pair_id → who, since when
        rows = index.pairs.values()
        concerned = {i for row in rows for i in (row.organisation_id_a, row.organisation_id_b)}
        texts = {i: index.documents_of(i) for i in concerned}
        ordered = sorted(rows, key=lambda row: (-value(row, index, texts), row.pair_id))
        self._entries = {
            row.pair_id: Entry(
                row,
                pair_of(row),
                searchable(row.name_a, row.municipality_a, row.name_b, row.municipality_b),
                types_of(row, index),
                at,
            )
            for at, row in enumerate(ordered)
        }
        self._ids = {entry.pair: pair_id for pair_id, entry in self._entries.items()}
        self._review = frozenset(i for i, entry in self._entries.items() if entry.row.band is Band.REVIEW)
        self._of_organisation: dict[str, list[str]] = defaultdict(list)
        for row in ordered:
            for organisation_id in {row.organisation_id_a, row.organisation_id_b}:
                self._of_organisation[organisation_id].append(row.pair_id)

    def know(self, standing: Mapping[Pair, Standing], follows: Consequences) -> Knowledge:
        """What that means for every pair of the run."""
        waiting = frozenset(i for i, entry in self._entries.items() if _waits(entry, standing, follows))
        disputed = frozenset(pair for pair, found in standing.items() if found.contradicted)
        return Knowledge(standing, follows, waiting, disputed, self._progress(waiting))

    def know_more(
        self,
        known: Knowledge,
        standing: Mapping[Pair, Standing],
        pairs: Sequence[Pair],
        touched: Iterable[str],
    ) -> Knowledge:
        """The same after words on some more pairs, for which `known.follows` holds already.

        Only those pairs, and pairs of the organisations that were `touched`, may have changed.
        """
        own = (self._ids[pair] for pair in pairs if pair in self._ids)
        looked_at = {*own, *(i for organisation in touched for i in self._of_organisation.get(organisation, ()))}
        wait = {i for i in looked_at if _waits(self._entries[i], standing, known.follows)}
        waiting = (known.waiting - looked_at) | wait
        disputed = known.disputed.union(pair for pair in pairs if pair in standing and standing[pair].contradicted)
        return Knowledge(standing, known.follows, waiting, disputed, self._progress(waiting))

    def _progress(self, waiting: frozenset[str]) -> Progress:
        return Progress(len(self._review - waiting), len(self._review))

    def select(self, wanted: Wanted, known: Knowledge) -> list[DuplicateRow]:
        """The pairs that fit, in order."""
        return [entry.row for entry in self._fitting(wanted, known)]

    def next(
        self, after: str | None, wanted: Wanted, known: Knowledge, steward: str, leave_out: Collection[str] = ()
    ) -> str | None:
        """The pair to show after another, from the start again at the end; None where none is left.

        Pairs that another steward has on the screen come last.
        """
        start = self._entries[after].at if after in self._entries else -1
        first: dict[bool, str] = {}  # behind the place where we are? → the first that fits there
        taken: str | None = None
        for entry in self._fitting(wanted, known):
            pair_id = entry.row.pair_id
            if pair_id == after or (pair_id in leave_out and wanted.judged is Judged.OPEN):
                continue
            if self._taken(pair_id, steward):
                taken = taken or pair_id
            elif first.setdefault(entry.at > start, pair_id) == pair_id and entry.at > start:
                break
        return first.get(True) or first.get(False) or taken

    def previous(self, before: str, wanted: Wanted, known: Knowledge) -> str | None:
        """The pair above another in the order, judged or not; None where it is the first."""
        start = self._entries[before].at if before in self._entries else 0
        every = Wanted(wanted.text, wanted.band, Judged.ANY, wanted.type, wanted.lowest, wanted.highest)
        above = [entry.row.pair_id for entry in self._fitting(every, known) if entry.at < start]
        return above[-1] if above else None

    def look_at(self, pair_id: str, steward: str) -> None:
        """Tells that a steward has a pair on the screen, and no other one."""
        for other in [i for i, (who, _) in self._looked_at.items() if who == steward]:
            del self._looked_at[other]
        if not self._taken(pair_id, steward):
            self._looked_at[pair_id] = (steward, self._clock())

    def _taken(self, pair_id: str, steward: str) -> bool:
        who, since = self._looked_at.get(pair_id, (steward, 0.0))
        return who != steward and self._clock() - since < HELD_FOR

    def _fitting(self, wanted: Wanted, known: Knowledge) -> Iterator[Entry]:
        words = fold(wanted.text).split()
        for entry in self._entries.values():
            row = entry.row
            if (
                _judged(wanted.judged, entry, known)
                and (wanted.band is None or row.band is wanted.band)
                and wanted.lowest <= row.score <= wanted.highest
                and (wanted.type is None or wanted.type in entry.types)
                and all(word in entry.words for word in words)
            ):
                yield entry


def _judged(wanted: Judged, entry: Entry, known: Knowledge) -> bool:
    if wanted is Judged.ANY:
        return True
    if wanted is Judged.CONTRADICTED:
        found = known.standing.get(entry.pair)
        return found is not None and found.contradicted
    return (entry.row.pair_id in known.waiting) is (wanted is Judged.OPEN)


def _waits(entry: Entry, standing: Mapping[Pair, Standing], follows: Consequences) -> bool:
    found = standing.get(entry.pair)
    if found is not None:
        return found.judgement is None
    return follows.of(entry.row.organisation_id_a, entry.row.organisation_id_b) is None
