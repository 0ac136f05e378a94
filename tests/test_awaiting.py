"""What verdicts on some pairs mean for others, held against a plain closure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from coalitie.pipeline.awaiting import DISAGREE, Consequences, Said, awaiting
from coalitie.pipeline.records import Band, Verdict
from coalitie.pipeline.rows import DuplicateRow
from hypothesis import given
from hypothesis import strategies as st

SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE
IDS = "abcdef"
VERDICTS = st.lists(st.builds(Said, st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(Verdict)), max_size=12)


def naive(said: Sequence[Said], a: str, b: str) -> Verdict | None:
    """The same, by going through everything until nothing changes."""
    group = {i: {i} for i in IDS}
    for _ in IDS:
        for one in said:
            if one.verdict is SAME:
                joined = group[one.organisation_id_a] | group[one.organisation_id_b]
                for i in joined:
                    group[i] = joined
    apart = [s for s in said if s.verdict is DIFFERENT]
    if any(s.organisation_id_b in group[s.organisation_id_a] & (group[a] | group[b]) for s in apart):
        return None
    if b in group[a]:
        return SAME if any(s.verdict is SAME and s.organisation_id_a in group[a] for s in said) else None
    between = [{s.organisation_id_a, s.organisation_id_b} for s in apart]
    return DIFFERENT if any(ids & group[a] and ids & group[b] for ids in between) else None


@given(VERDICTS, st.randoms(use_true_random=False))
def test_it_is_the_closure_whatever_the_order(said: list[Said], chance: object) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found, again = Consequences(said), Consequences(shuffled)
    for a in IDS:
        for b in IDS:
            assert found.of(a, b) == again.of(a, b) == naive(said, a, b), (a, b)


@given(VERDICTS)
def test_groups_are_those_that_are_joined(said: list[Said]) -> None:
    found = Consequences(said)
    for i in IDS:
        assert i in found.group(i)
        assert all(found.group(other) == found.group(i) for other in found.group(i))


def _row(
    number: int, a: str, b: str, verdict: Verdict | None = None, evidence: str = "", band: str = "review"
) -> DuplicateRow:
    return DuplicateRow(
        f"pair-{number}",
        f"A{number}",
        None,
        a,
        f"B{number}",
        None,
        b,
        0.5,
        Band(band),
        evidence or None,
        verdict,
        None,
        None,
    )


CASES = [
    ([_row(1, "a", "b")], ["pair-1"]),
    ([_row(1, "a", "b", band="auto"), _row(2, "a", "b", band="distinct")], []),
    ([_row(1, "a", "b", UNSURE)], []),
    ([_row(1, "a", "b", DIFFERENT), _row(2, "a", "b"), _row(3, "a", "c")], ["pair-3"]),
    ([_row(1, "a", "a", SAME), _row(2, "a", "a"), _row(3, "b", "b")], ["pair-3"]),
    ([_row(1, "a", "a", DIFFERENT), _row(2, "a", "a")], ["pair-2"]),
    ([_row(1, "a", "b", UNSURE), _row(2, "a", "b")], ["pair-2"]),
    ([_row(1, "a", "b", DIFFERENT), _row(2, "a", "b", evidence=f"letters; {DISAGREE}")], ["pair-2"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "waiting"), CASES)
def test_which_pairs_await_a_steward(rows: list[DuplicateRow], waiting: list[str]) -> None:
    assert [row.pair_id for row in awaiting(rows)] == waiting
