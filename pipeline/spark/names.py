"""All names in use as a frame: each under its position among the sorted names, with what is read of it alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..names_in_use import Uses
from ..organisations.candidates import SHORTEST, core
from ..organisations.comparing import group_of
from ..records import NameKey, NameUse
from .matcher import Rules, matcher_for
from .rows import framed, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

NAME = {"position": "long", "name": "string", "home": "string"}
PRINTED = {"position": "long", "document": "string"}


@dataclass(frozen=True, slots=True)
class Names:
    """`keys` sorted, `mentions` of each; `printed` which documents print which position, None where none is known."""

    session: SparkSession
    keys: Sequence[NameKey]
    mentions: Sequence[int]
    printed: DataFrame | None

    def frame(self) -> DataFrame:
        """Rows of `NAME`, spread over the workers."""
        rows = ((at, *key) for at, key in enumerate(self.keys))
        tasks = max(self.session.sparkContext.defaultParallelism, len(self.keys) // 20_000)
        return framed(self.session, rows, NAME).repartition(tasks)


def of_uses(session: SparkSession, uses: Uses) -> Names:
    """Names that the driver has counted."""
    counted = uses.sorted()
    printed = [(at, document) for at, use in enumerate(counted) for document in sorted(use.documents)]
    return Names(
        session,
        [use.key for use in counted],
        [use.n_mentions for use in counted],
        framed(session, printed, PRINTED) if printed else None,
    )


def uses_of(names: Names) -> Uses:
    """`of_uses` the other way round, without codes of municipalities."""
    documents: dict[int, set[str]] = {}
    for row in names.printed.collect() if names.printed is not None else ():
        documents.setdefault(row.position, set()).add(row.document)
    counted = enumerate(zip(names.keys, names.mentions, strict=True))
    return Uses({key: NameUse(key, n, frozenset(documents.get(at, ()))) for at, (key, n) in counted}, {})


def described(names: Names, rules: Rules, *, indexed: bool) -> DataFrame:
    """Rows of `NAME` with `anchor`, `form` (empty where too short to be compared by its letters) and `first`: the
    position of the name that stands for this one, which is its own where every name stands for itself."""
    from pyspark.sql import functions as f

    columns = {**NAME, "anchor": "string", "form": "string", "alike": "string"}
    frame = mapped(names.frame(), partial(_describe, rules=rules), columns)
    if not indexed:
        return frame.withColumn("first", f.col("position")).drop("alike")
    firsts = frame.where("alike != ''").groupBy("alike").agg(f.min("position").alias("standing"))
    joined = frame.join(firsts, "alike", "left")
    return joined.withColumn("first", f.coalesce("standing", "position")).drop("alike", "standing")


def printed_by_firsts(names: Names, read: DataFrame) -> DataFrame | None:
    """Which documents print a name or one that it stands for."""
    if names.printed is None:
        return None
    return (
        names.printed.join(read.select("position", "first"), "position")
        .selectExpr("first AS position", "document")
        .distinct()
    )


def _describe(rows: Iterator[Mapping[str, Any]], rules: Rules) -> Iterator[Sequence[Any]]:
    matcher = matcher_for(rules)
    for row in rows:
        name = matcher.reader.read(NameKey(row["name"], row["home"]))
        identity = matcher.identifier.identify(name)
        alike, form = group_of(name, identity), core(name)
        shown = json.dumps(alike) if alike else ""
        yield row["position"], row["name"], row["home"], identity.anchor, form if len(form) >= SHORTEST else "", shown
