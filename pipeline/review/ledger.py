"""What stewards said, as it stands in the two files of decisions now, and the only way to add to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from ..appending import AppendedTable, content_hash
from ..organisations import corrections, judgements
from ..organisations.judgements import Pair, Standing, pair_key, standing
from ..records import Correction, Judgement, NameKey, Property, Verdict


@dataclass(frozen=True, slots=True)
class Word:
    """A verdict to be recorded."""

    pair: Pair
    verdict: Verdict | None


@dataclass(slots=True)
class _Held:
    """What follows from the rows read so far, so that a page needs not go through all of them again."""

    rows: tuple[Judgement, ...] = ()
    of_pair: dict[Pair, list[Judgement]] = field(default_factory=dict)
    standing: dict[Pair, Standing] = field(default_factory=dict)
    of_name: dict[NameKey, set[Pair]] = field(default_factory=dict)

    def follow(self, rows: tuple[Judgement, ...]) -> _Held:
        """The same with the rows that were added, made anew where others changed."""
        known = len(self.rows)
        if rows[:known] != self.rows:
            return _Held().follow(rows)
        for row in rows[known:]:
            pair = pair_key(row.a, row.b)
            said = self.of_pair.setdefault(pair, [])
            said.append(row)
            self.standing.pop(pair, None)
            self.standing.update(standing(said))
            for key in pair:
                self.of_name.setdefault(key, set()).add(pair)
        self.rows = rows
        return self


class Ledger:
    """The judgements file and the corrections beside it. Every method sees what others wrote in the meantime."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> None:
        self.path = path
        self._now = now
        self._judgements: AppendedTable[Judgement] = judgements.judgements_table(path)
        self._corrections: AppendedTable[Correction] = corrections.corrections_table(corrections.corrections_path(path))
        self._held = _Held()

    # --- reading -------------------------------------------------------------------------------------

    def judgements(self) -> tuple[Judgement, ...]:
        """Every row, in the order of the file."""
        return self._follow().rows

    def corrections(self) -> tuple[Correction, ...]:
        """Every row of the corrections."""
        return self._corrections.rows()

    def standing(self) -> dict[Pair, Standing]:
        """What holds about each pair."""
        return self._follow().standing

    def found(self, keys: Iterable[NameKey]) -> dict[Pair, Standing]:
        """What holds about each pair with one of these names."""
        held = self._follow()
        pairs = sorted({pair for key in keys for pair in held.of_name.get(key, ())})
        return {pair: held.standing[pair] for pair in pairs if pair in held.standing}

    def hashes(self) -> tuple[str | None, str | None]:
        """SHA-256 of both files, None for one that is missing or says nothing, as `run.json` has them."""
        return content_hash(self.path), content_hash(corrections.corrections_path(self.path))

    def _follow(self) -> _Held:
        self._held = self._held.follow(self._judgements.rows())
        return self._held

    # --- adding --------------------------------------------------------------------------------------

    def record(self, steward: str, words: Sequence[Word], note: str = "") -> int:
        """Adds a steward's verdicts, without those that he stands by already: the same order twice is one decision.

        Returns how many rows were written.
        """
        at = self._stamp()

        def choose(rows: Sequence[Judgement]) -> list[tuple[str, ...]]:
            self._held = self._held.follow(tuple(rows))
            said = self._held.standing
            return [
                judgements.cells(Judgement(*word.pair, word.verdict, steward, at, note))
                for word in words
                if not _said_already(said.get(word.pair), steward, word.verdict, note)
            ]

        return self._judgements.append(choose)

    def take_back(self, steward: str, note: str, choose: Callable[[Sequence[Judgement]], Sequence[Word]]) -> int:
        """Writes what pairs go back to, as `choose` makes it of the rows that stand there at that moment."""
        at = self._stamp()
        return self._judgements.append(
            lambda rows: [
                judgements.cells(Judgement(*word.pair, word.verdict, steward, at, note)) for word in choose(rows)
            ]
        )

    def correct(self, steward: str, keys: Sequence[NameKey], about: Property, value: str, note: str = "") -> int:
        """Sets a property of the organisation with these names; an empty value takes it back. Twice is once."""
        at = self._stamp()
        wanted = Correction(keys[0], about, " ".join(value.split()), steward, at, note)

        def choose(rows: Sequence[Correction]) -> list[tuple[str, ...]]:
            found = corrections.in_force(rows, keys).get(about)
            return [] if (found.value if found else "") == wanted.value else [corrections.cells(wanted)]

        return self._corrections.append(choose)

    def add(self, rows: Sequence[Judgement]) -> int:
        """Adds judgements from elsewhere as they are, without those that stand in the file already, word for word."""
        return self._judgements.append(lambda present: [judgements.cells(row) for row in missing(rows, present)])

    def _stamp(self) -> str:
        return self._now().astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def missing(rows: Sequence[Judgement], present: Sequence[Judgement]) -> list[Judgement]:
    """The rows that are not among those present; one that stands there twice counts twice."""
    known, found = Counter(map(judgements.cells, present)), []
    for row in rows:
        if known[judgements.cells(row)]:
            known[judgements.cells(row)] -= 1
        else:
            found.append(row)
    return found


def own_word(found: Standing | None, steward: str) -> Judgement | None:
    """What a steward stands by on a pair; capitals in a name make no other person."""
    words = found.words if found is not None else ()
    return next((word for word in words if word.judged_by.casefold() == steward.casefold()), None)


def _said_already(found: Standing | None, steward: str, verdict: Verdict | None, note: str) -> bool:
    """Whether a verdict adds nothing: it is the steward's word, with this note, and nobody else's came over it."""
    own = own_word(found, steward)
    if own is None or found is None:
        return False
    stands = found.contradicted or found.judgement is own
    return own.verdict is verdict and stands and (not note or own.note == " ".join(note.split()))
