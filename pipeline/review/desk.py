"""The steward's desk: a run folder and the decisions about it, and everything that can be done there. No HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ..awaiting import Consequences
from ..organisations.corrections import in_force
from ..organisations.judgements import Pair, Standing, pair_key
from ..problems import Unusable
from ..records import IDENTIFIERS, Judgement, NameKey, OrganisationType, Property, Verdict
from ..rows import DuplicateRow, OrganisationRow
from ..rulebook.organisations import fold
from . import history
from .index import Passage, RunIndex, pair_of, read_index, stamp_of
from .ledger import Ledger, Word, own_word
from .outlook import Group, group_of, outlook
from .queue import Knowledge, Progress, Queue, Wanted, said

if TYPE_CHECKING:
    from ..rerun import Rerun


@dataclass(frozen=True, slots=True)
class Side:
    """One name of a pair, with what a steward wants to know of it. `others` will be in one organisation with it."""

    key: NameKey
    organisation: OrganisationRow
    n_mentions: int
    n_documents: int
    passages: tuple[Passage, ...]
    others: tuple[NameKey, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A pair to be judged. `bearing` are words on other pairs with names of either side, the newest first."""

    row: DuplicateRow
    sides: tuple[Side, Side]
    together: bool  # already, through other names
    found: Standing | None
    implied: Verdict | None  # what follows from decisions on other pairs
    blocked: bool  # a `same` counts and yet the names stay apart, because of other decisions
    bearing: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """An organisation as the run has it, the groups its names will be in, and what stewards set of it."""

    organisation: OrganisationRow
    groups: tuple[Group, ...]
    name: str
    type: OrganisationType
    identifiers: Mapping[Property, str]  # each of them, empty where nobody knows it
    words: tuple[Judgement, ...]


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """An order that cannot be carried out; `why` is the name of its words (`refused_…`)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an order on clusters came to. `against` are others' words that keep it from holding."""

    written: int
    against: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """Knowledge with what it was made of. `spoken` are the pairs of which a row tells, taken back or not."""

    index: RunIndex
    rows: tuple[Judgement, ...]
    spoken: set[Pair]
    knowledge: Knowledge

    @staticmethod
    def after(
        old: _Known | None,
        index: RunIndex,
        queue: Queue,
        rows: tuple[Judgement, ...],
        standing: Mapping[Pair, Standing],
    ) -> _Known:
        """What is known now; of thousands of rows only the new ones are looked at, where they are on new pairs."""
        pairs = [pair_key(row.a, row.b) for row in rows[len(old.rows) if old else 0 :]]
        more = old is not None and old.index is index and rows[: len(old.rows)] == old.rows
        if old is None or not more or not old.spoken.isdisjoint(pairs):
            follows = Consequences(
                verdict for found in standing.values() if (verdict := said(index, found)) is not None
            )
            spoken = {pair_key(row.a, row.b) for row in rows}
            return _Known(index, rows, spoken, queue.know(standing, follows))
        follows = old.knowledge.follows
        touched: set[str] = set()
        for pair in dict.fromkeys(pairs):
            verdict = said(index, standing.get(pair))
            if verdict is not None:
                follows.add(verdict)
                touched |= follows.group(verdict.organisation_id_a) | follows.group(verdict.organisation_id_b)
        return _Known(index, rows, old.spoken | set(pairs), queue.know_more(old.knowledge, standing, pairs, touched))


class Desk:
    """One run folder under review. Methods may be called from one thread at a time, `rerun` excepted."""

    def __init__(self, folder: Path, judgements: Path, rules: Path | None = None) -> None:
        self.folder, self.rules = folder, rules
        self.ledger = Ledger(judgements)
        self.index: RunIndex = read_index(folder)
        self.queue = Queue(self.index)
        self._known: _Known | None = None
        self.last_rerun: Rerun | None = None
        self._rerunning = threading.Lock()
        self.ledger.judgements(), self.ledger.corrections()  # a broken file is told before anybody works

    # --- looking -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Takes up tables that were written anew; while a run is being replaced the former ones stay."""
        try:
            if stamp_of(self.folder) == self.index.stamp:
                return
            index = read_index(self.folder)
        except (OSError, Unusable):
            return
        self.index, self.queue = index, Queue(index)

    def known(self) -> Knowledge:
        """What holds about each pair, and what follows from it."""
        rows = self.ledger.judgements()
        if self._known is None or self._known.index is not self.index or self._known.rows != rows:
            self._known = _Known.after(self._known, self.index, self.queue, rows, self.ledger.standing())
        return self._known.knowledge

    def progress(self) -> Progress:
        """How far the pairs of the review band are."""
        return self.known().progress

    def select(self, wanted: Wanted) -> list[DuplicateRow]:
        """The pairs that fit, the most valuable first."""
        return self.queue.select(wanted, self.known())

    def next(self, after: str | None, wanted: Wanted, steward: str) -> str | None:
        """The id of the pair to show after another; a dispute is left to those who did not speak yet."""
        known = self.known()
        spoken = {
            self.index.pair_ids[pair]
            for pair in known.disputed
            if pair in self.index.pair_ids and own_word(known.standing[pair], steward) is not None
        }
        return self.queue.next(after, wanted, known, steward, leave_out=spoken)

    def waits(self, pair_id: str) -> bool:
        """Whether a pair has yet to be decided."""
        row = self.index.pairs.get(pair_id)
        return row is not None and pair_id in self.known().waiting

    def previous(self, before: str, wanted: Wanted) -> str | None:
        """The id of the pair above another in the order."""
        return self.queue.previous(before, wanted, self.known())

    def case(self, pair_id: str) -> Case | None:
        """All about a pair, None where the run has no such pair."""
        row = self.index.pairs.get(pair_id)
        if row is None:
            return None
        pair = NameKey(row.name_a, row.municipality_a or ""), NameKey(row.name_b, row.municipality_b or "")
        groups = [group_of(self.index, self.ledger, key) for key in pair]
        sides = (self._side(pair[0], groups[0]), self._side(pair[1], groups[1]))
        own = pair_key(*pair)
        words = self.ledger.found([*groups[0], *groups[1]])
        bearing = [word for other, found in words.items() if other != own for word in found.words]
        bearing.sort(key=lambda word: -word.line)
        found, together = words.get(own), groups[0] == groups[1]
        counts = found.judgement if found else None
        blocked = counts is not None and counts.verdict is Verdict.SAME and not together
        return Case(row, sides, together, found, self.known().implied(row), blocked, tuple(bearing))

    def cluster(self, organisation_id: str) -> Cluster | None:
        """All about an organisation, None where the run has none with this id; retired ids lead to their successor."""
        organisation = self.index.organisations.get(organisation_id) or self._successor(organisation_id)
        if organisation is None:
            return None
        groups = outlook(self.index, self.ledger, organisation.organisation_id)
        keys = [key for group in groups for key in group]
        words = [word for found in self.ledger.found(keys).values() for word in found.words]
        words.sort(key=lambda word: -word.line)
        found = in_force(self.ledger.corrections(), groups[0])

        def value(about: Property) -> str:
            return found[about].value if about in found else getattr(organisation, about.value) or ""

        kind = OrganisationType(value(Property.TYPE))
        identifiers = {about: value(about) for about in IDENTIFIERS}
        return Cluster(organisation, groups, value(Property.NAME), kind, identifiers, tuple(words))

    def organisations(self, text: str, kind: OrganisationType | None = None) -> list[OrganisationRow]:
        """Organisations with all words of a search in one of their names or in their municipality, most texts first."""
        words = fold(text).split()
        found = [
            row
            for row in self.index.organisations.values()
            if (kind is None or row.type is kind) and _holds(self.index.searched(row), words)
        ]
        return sorted(found, key=lambda row: (-row.n_documents, -row.n_mentions, row.name))

    def outdated(self) -> bool:
        """Whether the tables were made with other decisions than there are now."""
        facts = self.index.run.facts
        return bool(facts) and self.ledger.hashes() != (
            facts.get("judgements_sha256"),
            facts.get("corrections_sha256"),
        )

    # --- deciding ------------------------------------------------------------------------------------

    def decide(self, steward: str, pair_id: str, verdict: Verdict, note: str = "") -> int:
        """One verdict on one pair. Returns 0 where the steward stands by it already."""
        return self.ledger.record(steward, [Word(pair_of(self.index.pairs[pair_id]), verdict)], note)

    def take_back(self, steward: str, rows: Sequence[Judgement]) -> int:
        """Takes back a decision: its pairs go back to what the steward had said of them before, or to nothing."""
        return self.ledger.take_back(steward, history.UNDO, lambda present: history.taking_back(present, rows))

    def take_out(self, steward: str, organisation_id: str, keys: Sequence[NameKey]) -> Outcome:
        """Makes names of a cluster an organisation of their own: each is different from each that stays.

        That the names of each part are one is recorded too, as the page says so. What was set of the organisation stays
        with the names that stay.
        """
        cluster = self._existing(organisation_id)
        out = set(keys)
        words: list[Word] = []
        for group in cluster.groups:
            chosen, stay = [key for key in group if key in out], [key for key in group if key not in out]
            if chosen and stay:
                words += [Word(pair_key(a, b), Verdict.DIFFERENT) for a in chosen for b in stay]
                # the names of each part may have had no other tie than through a name of the other
                words += [Word(pair_key(a, b), Verdict.SAME) for part in (chosen, stay) for a, b in pairwise(part)]
                self._leave_settings(steward, chosen, stay)
        if not words:
            raise Refusal("none_chosen")
        return self._order(steward, words, f"taken out of {cluster.organisation.organisation_id}")

    def merge(self, steward: str, organisation_id: str, other_id: str) -> Outcome:
        """Makes two clusters one: their first names are the same, and so is each pair that was told apart before."""
        one, two = self._existing(organisation_id), self._existing(other_id)
        left, right = one.groups[0], two.groups[0]
        if set(left) & set(right):
            raise Refusal("one_already")
        pairs = {pair_key(left[0], right[0])}
        across = {pair_key(a, b) for a in left for b in right}
        found = self.ledger.found(left)
        pairs |= {pair for pair in across if pair in found and found[pair].words}
        words = [Word(pair, Verdict.SAME) for pair in sorted(pairs)]
        note = f"merged {one.organisation.organisation_id} and {two.organisation.organisation_id}"
        return self._order(steward, words, note)

    def set(self, steward: str, organisation_id: str, about: Property, value: str) -> int:
        """Sets a property of an organisation; an empty value gives it back to the rules."""
        return self.ledger.correct(steward, self._existing(organisation_id).groups[0], about, value)

    def rerun(self) -> None:
        """Runs the deduplication again with all decisions and takes up its tables; raises Unusable where that fails."""
        from ..rerun import rerun

        if not self._rerunning.acquire(blocking=False):
            raise Refusal("running")
        try:
            self.last_rerun = rerun(self.folder, self.rules, self.ledger.path)
        finally:
            self._rerunning.release()

    def blocked(self, word: Judgement) -> bool:
        """Whether a `same` has no effect, because of other decisions."""
        if word.verdict is not Verdict.SAME or word.a not in self.index.names or word.b not in self.index.names:
            return False
        return word.b not in group_of(self.index, self.ledger, word.a)

    # --- parts ---------------------------------------------------------------------------------------

    def _order(self, steward: str, words: Sequence[Word], note: str) -> Outcome:
        written = self.ledger.record(steward, words, note)
        found = self.ledger.found([key for word in words for key in word.pair])
        against = [
            other
            for word in words
            if word.pair in found and found[word.pair].contradicted
            for other in found[word.pair].words
            if other.judged_by != steward
        ]
        return Outcome(written, tuple(against))

    def _existing(self, organisation_id: str) -> Cluster:
        cluster = self.cluster(organisation_id)
        if cluster is None:
            raise Refusal("organisation")
        return cluster

    def _successor(self, organisation_id: str) -> OrganisationRow | None:
        if not organisation_id.startswith("org-"):
            return None
        rows = self.index.organisations.values()
        return next((row for row in rows if organisation_id in (row.known_as or "").split(";")), None)

    def _leave_settings(self, steward: str, chosen: Sequence[NameKey], stay: Sequence[NameKey]) -> None:
        found = in_force(self.ledger.corrections(), [*chosen, *stay])
        for about, correction in found.items():
            if correction.key in chosen:
                self.ledger.correct(steward, stay, about, correction.value)
                self.ledger.correct(steward, chosen, about, "")

    def _side(self, key: NameKey, group: Group) -> Side:
        row = self.index.names[key]
        return Side(
            key,
            self.index.organisations[row.organisation_id],
            row.n_mentions,
            len({mention.document_id for mention in self.index.mentions.get(key, ())}),
            self.index.passages(key),
            tuple(other for other in group if other != key),
        )


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)
