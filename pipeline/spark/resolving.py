"""Every printed name of a run → organisations, on Spark: the same steps, and the same outcome, as on one machine.

Reading, joining and comparing names, and grouping them part by part, is spread over the workers. The driver holds the
names, the ties between them and what came of each part: it gives the ids, as an id depends on all that were given.
"""

from __future__ import annotations

import pickle
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..engine import Decisions
from ..organisations import matcher_of
from ..organisations.candidates import Blocking
from ..organisations.comparing import Evidence, Figures, Pair, weighed
from ..organisations.grouping import Part, grouped, shown
from ..organisations.judgements import Standing, standing
from ..organisations.matching import Matcher
from ..organisations.registry import Registry
from ..organisations.resolving import assembled
from ..records import Band, Correction, Judgement, NameKey, Resolution, Verdict
from ..rulebook import Rulebook
from .comparing import FOUND, compared, pair_of, recall
from .components import Parts, parts_of
from .joining import candidate_pairs
from .matcher import Rules, matcher_for
from .names import Names, described, printed_by_firsts
from .rows import framed, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_Ties = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Request:
    """What names are compared by, and what was decided about them before."""

    rulebook: Rulebook
    said: Decisions
    registry: Registry
    blocking: Blocking


@dataclass(frozen=True, slots=True)
class _Decided:
    """What stewards said, as the workers need it."""

    said: Mapping[Pair, Standing]
    corrections: tuple[Correction, ...]

    def kept(self) -> Iterator[Judgement]:
        return (word for found in self.said.values() if (word := found.kept) is not None)


def resolve_names(names: Names, request: Request) -> Resolution:
    """Groups the names and says how sure each link is."""
    rules, blocking, matcher = Rules.of(request.rulebook), request.blocking, matcher_of(request.rulebook)
    decided = _Decided(standing(request.said.judgements), request.said.corrections)
    read = described(names, rules, indexed=len(names.keys) > blocking.all_pairs_up_to).persist()
    firsts = read.where("first = position")
    n_forms = firsts.where("form != ''").select("form").distinct().count()
    indexed = n_forms > blocking.all_pairs_up_to
    printed = printed_by_firsts(names, read)
    joined = candidate_pairs(firsts, printed, rules, blocking, indexed=indexed)
    pairs = joined.pairs.persist()
    n_pairs, cut = pairs.count(), sum(row.n for row in joined.cut.collect())
    found = compared(pairs, read, printed, rules, indexed=indexed).persist()
    found = found.union(_judged(found, names, matcher, decided.said))
    sampled = recall(names, read, pairs, rules) if indexed else (None, 0, 0)
    parts = parts_of(len(names.keys), _ties(names, read, found, decided))
    tied = _with_parts(names, found, parts)
    grouped_parts = _grouped(names, read, tied, parts, rules, decided)
    between = [
        listed
        for row in tied.where("part IS NULL AND score IS NOT NULL").collect()
        for pair in [pair_of(row.asDict(), names.keys)]
        if (listed := shown(pair, decided.said.get((pair.a, pair.b)))) is not None
    ]
    present = dict.fromkeys(names.keys)
    figures = Figures(n_pairs, cut, indexed, *sampled)
    resolution = assembled(grouped_parts, between, decided.said, present, request.registry, matcher, figures)
    for frame in (read, pairs, found):
        frame.unpersist()
    return resolution


def _judged(found: DataFrame, names: Names, matcher: Matcher, said: Mapping[Pair, Standing]) -> DataFrame:
    """Rows of `FOUND` for pairs that stewards judged and that nothing else brought up."""
    asked = [
        (a, b) for pair in said if (a := _at(names, pair[0])) is not None and (b := _at(names, pair[1])) is not None
    ]
    listed = framed(names.session, asked, {"a": "long", "b": "long"})
    there = found.where("score IS NOT NULL").join(listed, ["a", "b"], "left_semi").select("a", "b")
    known = {tuple(row) for row in there.collect()} if asked else set()
    rows = []
    for a, b in asked:
        if (a, b) not in known:
            one = weighed(matcher, names.keys[a], names.keys[b], lowest=0.0)
            assert one.scored is not None
            rows.append((a, b, one.scored.score, one.scored.band.value, one.scored.evidence, one.conflict))
    return framed(names.session, rows, FOUND)


def _at(names: Names, key: NameKey) -> int | None:
    at = bisect_left(names.keys, key)
    return at if at < len(names.keys) and names.keys[at] == key else None


def _ties(names: Names, read: DataFrame, found: DataFrame, decided: _Decided) -> _Ties:
    """Sure pairs, names of one certain body, names that stand for each other, and what a steward put together."""
    from pyspark.sql import functions as f

    sure = found.where(f.col("band") == Band.AUTO.value).select("a", "b")
    heads = read.where("anchor != ''").groupBy("anchor").agg(f.min("position").alias("a"))
    bodies = read.join(heads, "anchor").selectExpr("a", "position AS b").where("a != b")
    behind = read.where("first != position").selectExpr("first AS a", "position AS b")
    ties = [(row.a, row.b) for row in sure.union(bodies).union(behind).collect()]
    for word in decided.kept():
        a, b = _at(names, word.a), _at(names, word.b)
        if word.verdict is Verdict.SAME and a is not None and b is not None:
            ties.append((a, b))
    return ties


def _with_parts(names: Names, found: DataFrame, parts: Parts) -> DataFrame:
    """Rows of `FOUND` with the `part` that both names are in, null for names of two parts. A conflict between
    names that nothing ties together forbids nothing that could happen, and is left out."""
    from pyspark.sql import functions as f

    rows = ((at, *row) for at, row in enumerate(zip(parts.component, parts.part, strict=True)))
    labels = framed(names.session, rows, {"at": "long", "component": "long", "part": "long"}).persist()
    one = labels.selectExpr("at AS a", "component AS a_component", "part AS a_part")
    two = labels.selectExpr("at AS b", "component AS b_component", "part AS b_part")
    tied = found.join(one, "a").join(two, "b")
    tied = tied.where("a_component = b_component OR score IS NOT NULL")
    forbids = (f.col("a_component") == f.col("b_component")) & f.col("conflict")
    part = f.when(f.col("a_part") == f.col("b_part"), f.col("a_part"))
    return tied.select(*(name for name in FOUND if name != "conflict"), forbids.alias("conflict"), part.alias("part"))


def _grouped(
    names: Names, read: DataFrame, tied: DataFrame, parts: Parts, rules: Rules, decided: _Decided
) -> list[Part]:
    from pyspark.sql import functions as f

    numbered = ((at, parts.part[at], n) for at, n in enumerate(names.mentions))
    counted = framed(names.session, numbered, {"position": "long", "part": "long", "mentions": "long"})
    members = read.join(counted, "position")
    listed = members.groupBy("part").agg(
        f.collect_list(f.struct("position", "name", "home", "mentions", "first")).alias("names")
    )
    evidence = tied.where("part IS NOT NULL").groupBy("part").agg(f.collect_list(f.struct(*FOUND)).alias("found"))
    rows = listed.join(evidence, "part", "left")
    grouping = mapped(rows, partial(_group, rules=rules, decided=decided), {"part": "binary"})
    return [pickle.loads(row.part) for row in grouping.collect()]  # noqa: S301 - from workers of ours


# --- in a Python worker ----------------------------------------------------------------------------------


def _group(rows: Iterator[Mapping[str, Any]], rules: Rules, decided: _Decided) -> Iterator[Sequence[Any]]:
    matcher = matcher_for(rules)
    for row in rows:
        keys = {one["position"]: NameKey(one["name"], one["home"]) for one in row["names"]}
        mentions = {keys[one["position"]]: one["mentions"] for one in row["names"]}
        found = row["found"] or ()
        pairs = [pair_of(one, keys) for one in found if one["score"] is not None]
        evidence = Evidence(
            {(pair.a, pair.b): pair for pair in pairs},
            [(keys[one["a"]], keys[one["b"]]) for one in found if one["conflict"]],
            {keys[n["position"]]: keys[n["first"]] for n in row["names"] if n["first"] != n["position"]},
        )
        yield (pickle.dumps(grouped(matcher, mentions, evidence, decided.said, decided.corrections)),)
