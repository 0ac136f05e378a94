"""Stewards' decisions about pairs of names: who said what, and what holds where several spoke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..appending import AppendedTable, TableError
from ..records import Judgement, NameKey, Verdict

COLUMNS = ("name_a", "municipality_a", "name_b", "municipality_b", "judgement", "judged_by", "judged_at", "note")
WITHDRAWN = "withdrawn"  # in the column judgement: this steward no longer says anything about the pair

Pair = tuple[NameKey, NameKey]
JudgementError = TableError


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds about a pair.

    `words` are the last ones of each steward that were not taken back, by line. Of these the last counts, except where
    two stewards, both known by name, disagree between same and different: then none does, until they agree.
    """

    words: tuple[Judgement, ...]
    contradicted: bool = field(init=False)
    judgement: Judgement | None = field(init=False)  # the word that counts

    def __post_init__(self) -> None:
        said = {word.verdict for word in self.words if word.judged_by} if len(self.words) > 1 else set()
        contradicted = said >= {Verdict.SAME, Verdict.DIFFERENT}
        # set once, as thousands of pairs are asked for it at every key press
        object.__setattr__(self, "contradicted", contradicted)
        object.__setattr__(self, "judgement", self.words[-1] if self.words and not contradicted else None)

    @property
    def kept(self) -> Judgement | None:
        """The word that a clustering has to keep: where stewards disagree, that the names are different."""
        if not self.contradicted:
            return self.judgement
        return [word for word in self.words if word.verdict is Verdict.DIFFERENT][-1]


def pair_key(a: NameKey, b: NameKey) -> Pair:
    """One key for (A, B) and (B, A)."""
    return (a, b) if a <= b else (b, a)


def standing(judgements: Iterable[Judgement]) -> dict[Pair, Standing]:
    """What holds about each pair of which something was said and not taken back."""
    last: dict[Pair, dict[str, Judgement]] = {}
    for judgement in sorted(judgements, key=lambda judgement: judgement.line):
        said = last.setdefault(pair_key(judgement.a, judgement.b), {})
        steward = judgement.judged_by.casefold()
        said.pop(steward, None)  # so that the words stay in the order in which they were said
        if judgement.verdict is not None:
            said[steward] = judgement
    return {pair: Standing(tuple(said.values())) for pair, said in last.items() if said}


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """Every row of a judgements file; none where the file does not exist yet."""
    return judgements_table(path).rows()


def judgements_table(path: Path) -> AppendedTable[Judgement]:
    """A judgements file that stays open for more."""
    return AppendedTable(path, COLUMNS, 5, parse_judgement)


def append_judgements(path: Path, judgements: Sequence[Judgement]) -> None:
    """Writes rows behind the existing ones, all or none, and returns when they are on the disk."""
    judgements_table(path).append(lambda _: [cells(judgement) for judgement in judgements])


def parse_judgement(values: Mapping[str, str], line: int) -> Judgement:
    """A row by column as a judgement; raises ValueError with what is wrong with it."""
    a = NameKey(values["name_a"], values["municipality_a"])
    b = NameKey(values["name_b"], values["municipality_b"])
    if not a.name or not b.name:
        raise ValueError("name_a and name_b may not be empty")
    if a == b:
        raise ValueError("a name cannot be judged against itself")
    said = values["judgement"].casefold()
    if said not in (*Verdict, WITHDRAWN):
        raise ValueError(f"judgement {values['judgement']!r}; expected one of {', '.join(Verdict)}, {WITHDRAWN}")
    verdict = None if said == WITHDRAWN else Verdict(said)
    return Judgement(a, b, verdict, values["judged_by"], values["judged_at"], values["note"], line)


def cells(judgement: Judgement) -> tuple[str, ...]:
    """A judgement as the cells of its row, the pair in the order of its key."""
    a, b = pair_key(judgement.a, judgement.b)
    verdict = str(judgement.verdict) if judgement.verdict is not None else WITHDRAWN
    folded = (" ".join(text.split()) for text in (judgement.judged_by, judgement.judged_at, judgement.note))
    return (a.name, a.municipality, b.name, b.municipality, verdict, *folded)
