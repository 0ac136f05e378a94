"""Pairs of names → what a look at them found, by the scorer of the local engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from ..organisations.candidates import core
from ..organisations.comparing import SAMPLE_ALIKE, Found, could_merge, look, recall_of, sample_of, weighed
from ..records import Band, NameKey, ScoredPair
from .matcher import Rules, matcher_for
from .names import Names
from .rows import mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# `score`, `band` and `evidence` are null where a pair is not close
FOUND = {"a": "long", "b": "long", "score": "double", "band": "string", "evidence": "string", "conflict": "boolean"}
_COMPARED_AT_ONCE = 2_000  # names that are held against the sample together


def compared(pairs: DataFrame, read: DataFrame, printed: DataFrame | None, rules: Rules, *, indexed: bool) -> DataFrame:
    """Rows of `FOUND`: of the candidates, and of every name with the one that stands for it."""
    from pyspark.sql import functions as f

    if printed is None:
        asked = pairs.withColumn("together", f.lit(False))
    else:
        one, two = printed.alias("one"), printed.alias("two")
        same = (f.col("one.document") == f.col("two.document")) & (f.col("one.position") < f.col("two.position"))
        beside = (
            one.join(two, same).select(f.col("one.position").alias("a"), f.col("two.position").alias("b")).distinct()
        )
        asked = pairs.join(beside.withColumn("together", f.lit(True)), ["a", "b"], "left")
    found = mapped(asked, partial(_looked_at, rules=rules, indexed=indexed), FOUND)
    behind = read.where((f.col("first") != f.col("position")) & (f.col("anchor") == "")).alias("x")
    pairs_of = behind.join(read.alias("y"), f.col("x.first") == f.col("y.position")).select(
        *(
            f.col(f"y.{name}").alias(f"a{side}")
            for name, side in (("position", ""), ("name", "_name"), ("home", "_home"))
        ),
        *(
            f.col(f"x.{name}").alias(f"b{side}")
            for name, side in (("position", ""), ("name", "_name"), ("home", "_home"))
        ),
    )
    return found.union(mapped(pairs_of, partial(_weighed, rules=rules), FOUND))


def recall(names: Names, read: DataFrame, pairs: DataFrame, rules: Rules) -> tuple[float | None, int, int]:
    """Of a sample of the names: which share of the pairs that could be merged are among the candidates."""
    firsts = read.where("first = position")
    positions = sorted(row.position for row in firsts.select("position").collect())
    sample = [(positions[at], names.keys[positions[at]]) for at in sample_of(len(positions))]
    mergeable = mapped(firsts, partial(_held_against, sample=sample, rules=rules), {"a": "long", "b": "long"}).persist()
    total = mergeable.count()
    hits = mergeable.join(pairs.select("a", "b"), ["a", "b"], "left_semi").count()
    return recall_of(hits, total, len(sample))


def pair_of(row: Mapping[str, Any], keys: Sequence[NameKey] | Mapping[int, NameKey]) -> ScoredPair:
    """A row of `FOUND` that is close, as the record that it was."""
    return ScoredPair(keys[row["a"]], keys[row["b"]], row["score"], Band(row["band"]), row["evidence"])


# --- in a Python worker ----------------------------------------------------------------------------------


def _looked_at(rows: Iterator[Mapping[str, Any]], rules: Rules, indexed: bool) -> Iterator[Sequence[Any]]:
    matcher = matcher_for(rules)
    for row in rows:
        a, b = _keys(row)
        found = look(matcher, a, b, together=bool(row["together"]), indexed=indexed)
        if found is not None and (found.conflict or found.scored):
            yield _cells(row, found)


def _weighed(rows: Iterator[Mapping[str, Any]], rules: Rules) -> Iterator[Sequence[Any]]:
    matcher = matcher_for(rules)
    for row in rows:
        found = weighed(matcher, *_keys(row))
        if found.conflict or found.scored:
            yield _cells(row, found)


def _keys(row: Mapping[str, Any]) -> tuple[NameKey, NameKey]:
    return NameKey(row["a_name"], row["a_home"]), NameKey(row["b_name"], row["b_home"])


def _cells(row: Mapping[str, Any], found: Found) -> Sequence[Any]:
    pair = found.scored
    told = (pair.score, pair.band.value, pair.evidence) if pair else (None, None, None)
    return row["a"], row["b"], *told, found.conflict


def _held_against(
    rows: Iterator[Mapping[str, Any]], sample: Sequence[tuple[int, NameKey]], rules: Rules
) -> Iterator[Sequence[Any]]:
    """Of each name of the sample, the pairs that could be merged; a pair of two of them comes twice."""
    matcher = matcher_for(rules)
    forms = [core(matcher.reader.read(key)) for _, key in sample]
    held: list[tuple[int, NameKey]] = []

    def against() -> Iterator[Sequence[Any]]:
        written = [core(matcher.reader.read(key)) for _, key in held]
        ratios = process.cdist(forms, written, scorer=fuzz.ratio, score_cutoff=SAMPLE_ALIKE, dtype="uint8")
        for one, two in zip(*(axis.tolist() for axis in ratios.nonzero()), strict=True):
            (a, a_key), (b, b_key) = sample[one], held[two]
            if a != b and could_merge(matcher, a_key, b_key):
                yield min(a, b), max(a, b)

    for row in rows:
        held.append((row["position"], NameKey(row["name"], row["home"])))
        if len(held) == _COMPARED_AT_ONCE:
            yield from against()
            held.clear()
    if held:
        yield from against()
