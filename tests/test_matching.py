"""The model of the matcher, the index of candidates, and clusters: what must hold whatever the weights are."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from coalitie.pipeline.organisations import candidates as index
from coalitie.pipeline.organisations import comparing, matcher_of, resolve, sieve
from coalitie.pipeline.organisations.cases import CASES
from coalitie.pipeline.organisations.clustering import Clusters, Edge, cluster
from coalitie.pipeline.organisations.features import FEATURES
from coalitie.pipeline.records import Band, NameKey, NameUse, Resolution
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = Rulebook()
MATCHER = matcher_of(RULES)
MODEL = RULES.matching


def _pool() -> list[NameKey]:
    with (Path(__file__).parent / "cases" / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted({NameKey(row[f"name_{s}"], row[f"municipality_{s}"]) for row in rows for s in "ab"})


POOL = _pool()


# --- the model -----------------------------------------------------------------------------------------


def test_each_weight_belongs_to_a_feature_and_keeps_to_its_sign() -> None:
    assert set(MODEL.weights) <= set(FEATURES)
    assert not [name for name, weight in MODEL.weights.items() if weight * FEATURES[name].sign < 0]


def test_each_case_has_its_probability() -> None:
    assert set(MODEL.cases) == set(CASES)


def test_the_auto_band_keeps_its_promise_on_held_out_families() -> None:
    assert MODEL.bound.precision_at_least >= 0.99
    assert MODEL.auto > MODEL.review


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(POOL), st.sampled_from(POOL), st.booleans())
def test_what_contradicts_is_never_merged_unasked(a: NameKey, b: NameKey, together: bool) -> None:
    a, b = min(a, b), max(a, b)
    found = MATCHER.compare(a, b, together=together)
    pair = MATCHER.score(a, b, together=together)
    assert (found.case == "") != (not found.features and found.case != "")
    if found.conflict or found.hold:
        assert pair.band is not Band.AUTO
        assert (found.conflict or found.hold) in pair.evidence
    assert set(found.features) <= set(FEATURES)
    assert all(0 <= value <= 1 for value in found.features.values()), found.features


def test_evidence_says_what_each_group_of_features_adds() -> None:
    evidence = MATCHER.score(NameKey("Woonzorg Tjarda", "Zutphen"), NameKey("Tjarda", "Zutphen")).evidence
    assert "the same own words (tjarda) (+" in evidence
    assert "both in Zutphen (+" in evidence


# --- candidates ------------------------------------------------------------------------------------------


INDEXED = index.Blocking(all_pairs_up_to=0)


def _candidates(keys: list[NameKey], blocking: index.Blocking = index.BLOCKING) -> set[tuple[NameKey, NameKey]]:
    names = [MATCHER.reader.read(key) for key in keys]
    found = index.candidates(names, [frozenset()] * len(names), MATCHER.reader, blocking)
    return {tuple(sorted((keys[a], keys[b]))) for a, b in found.pairs}  # type: ignore[misc]


def test_the_index_finds_what_all_against_all_merges() -> None:
    everything = _candidates(POOL)
    indexed = _candidates(POOL, INDEXED)
    free = [pair for pair in everything if not MATCHER.compare(*pair).case]
    sure = {pair for pair in free if MATCHER.score(*pair).band is Band.AUTO}
    assert len(sure) > 5
    assert sure <= indexed
    assert len(indexed) < len(everything)


def test_the_index_does_not_depend_on_the_order_of_names() -> None:
    assert _candidates(POOL, INDEXED) == _candidates(POOL[::-1], INDEXED)


def test_a_key_that_is_too_common_is_counted() -> None:
    names = [MATCHER.reader.read(NameKey(f"{kind} Tjarda", "Zutphen")) for kind in ("Huis", "Hof", "Zorg")]
    assert index.candidates(names, [frozenset()] * 3, MATCHER.reader, index.Blocking(block=1)).cut > 0


@pytest.mark.parametrize("chunk", [1, 2, 7, 1000])
def test_the_sieve_keeps_the_same_pairs_in_chunks_of_any_size(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [MATCHER.reader.read(key) for key in POOL]
    every = list(itertools.combinations(range(len(names)), 2))
    whole = sieve.Sieve(names, MATCHER.reader)
    whole.add(every)
    monkeypatch.setattr(sieve, "CHUNK", chunk)
    parts = sieve.Sieve(names, MATCHER.reader)
    parts.add(every)
    assert set(parts.kept()) == set(whole.kept())
    assert 0 < len(set(whole.kept())) < len(every)


# --- clusters ------------------------------------------------------------------------------------------


def _clustered(edges: list[Edge], **options: object) -> set[frozenset[str]]:
    keys = {key for edge in edges for key in (edge.a, edge.b)}
    clusters: Clusters
    clusters, _ = cluster(keys, {}, {}, edges, (), **options)  # type: ignore[arg-type]
    return {frozenset(key.name for key in group) for group in clusters.groups()}


def _edge(a: str, b: str, score: float) -> Edge:
    return Edge(NameKey(a), NameKey(b), score, "fuzzy")


CHAIN = [_edge("a", "b", 0.99), _edge("c", "d", 0.99), _edge("b", "c", 0.95)]


def test_a_weak_bridge_does_not_join_two_clusters() -> None:
    scores = {(edge.a, edge.b): edge.score for edge in CHAIN}

    def likeness(a: NameKey, b: NameKey) -> float:
        return scores.get((a, b), scores.get((b, a), 0.0))

    assert _clustered(CHAIN, likeness=likeness) == {frozenset("ab"), frozenset("cd")}
    assert _clustered(CHAIN, likeness=lambda a, b: 0.9) == {frozenset("abcd")}  # noqa: ARG005


def test_a_conflict_blocks_the_merge_by_way_of_others() -> None:
    assert _clustered(CHAIN[1:], conflicts=[(NameKey("b"), NameKey("d"))]) == {frozenset("cd"), frozenset("b")}
    assert _clustered(CHAIN[1:]) == {frozenset("bcd")}


@given(st.permutations(CHAIN))
def test_clusters_do_not_depend_on_the_order_of_edges(edges: list[Edge]) -> None:
    conflicts = [(NameKey("b"), NameKey("d"))]
    assert _clustered(edges, conflicts=conflicts) == _clustered(CHAIN, conflicts=conflicts)


# --- a whole table -----------------------------------------------------------------------------------------


def test_a_big_table_is_deduplicated_like_a_small_one_and_tells_what_it_left_out() -> None:
    uses = [NameUse(key) for key in POOL]
    small = resolve(uses, RULES)
    assert small.comparing.recall is None
    big = resolve(uses, RULES, blocking=INDEXED)
    assert big.comparing.indexed
    assert 0 < big.comparing.sampled <= comparing.SAMPLE
    assert big.comparing.recall is not None
    assert "the index finds" in big.comparing.words
    assert "the index finds" not in small.comparing.words
    merged = [{frozenset(o.names) for o in found.organisations if len(o.names) > 1} for found in (small, big)]
    assert merged[0] == merged[1]


@pytest.mark.parametrize("resolution", [resolve([NameUse(key) for key in POOL], RULES)])
def test_pairs_of_the_auto_band_are_together(resolution: Resolution) -> None:
    auto = [pair for pair in resolution.pairs if pair.scored.band is Band.AUTO]
    assert auto
    assert all(pair.organisation_id_a == pair.organisation_id_b for pair in auto)
    assert resolution.comparing.auto == len(auto)
