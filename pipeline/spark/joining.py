"""Names → pairs that are worth a close look: the keys of `organisations.candidates`, as joins.

A key that too many names share is narrowed to one municipality before anything is joined, and left out where that is
not enough, as in the local engine. So no key makes more than `Blocking.block` ² / 2 pairs, whatever its names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from ..organisations.candidates import (
    ALIKE,
    RARE,
    SHORTEST,
    Blocking,
    Index,
    all_against_all,
    document_keys,
    groups_of_letters,
    initials,
    own,
    word_keys,
)
from ..organisations.sieve import Sieve, is_coined, places_of
from ..records import NameKey
from .matcher import Rules, matcher_for
from .names import NAME
from .rows import framed, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PAIR = {"a": "long", "a_name": "string", "a_home": "string", "b": "long", "b_name": "string", "b_home": "string"}
_KEYED = {"family": "string", "key": "string", "long": "boolean", **NAME}
_TOGETHER = 20_000  # pairs that go through a sieve at once
IN_DOCUMENT, WORD, LETTER, LETTER_IN_DOCUMENT = "in document", "word", "letter", "letter in document"
PLACE, COINED = "place", "coined"


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of `PAIR`, each pair once; rows with `n`, which add up to the keys that were too common."""

    pairs: DataFrame
    cut: DataFrame


def candidate_pairs(
    firsts: DataFrame, printed: DataFrame | None, rules: Rules, blocking: Blocking, *, indexed: bool
) -> Joined:
    """Pairs of `firsts`, rows of `NAME` with `form`. `printed`: which documents print them."""
    keyed = mapped(firsts.select(*NAME), partial(_keys, rules=rules), _KEYED)
    if printed is not None:
        keyed = keyed.union(
            mapped(printed.join(firsts.select(*NAME), "position"), partial(_keys_in_documents, rules=rules), _KEYED)
        )
    keyed = keyed.persist()
    within = _within(keyed.where(keyed.family.isin(WORD, IN_DOCUMENT)), blocking.block)
    between = _between(keyed.where(keyed.family.isin(LETTER, LETTER_IN_DOCUMENT)), blocking.block**2)
    pairs = within.pairs.union(between.pairs)
    cut = within.cut.union(between.cut)
    anywhere = pairs.where(pairs.family.isin(WORD, LETTER)).drop("family")
    if indexed:
        rare = _by_rare_letters(keyed.where(keyed.family == COINED), blocking.block)
        here = _by_place(keyed.where(keyed.family == PLACE), rules, blocking)
        anywhere = mapped(anywhere.union(rare.pairs), partial(_sieved, rules=rules), PAIR).union(here.pairs)
        cut = cut.union(rare.cut).union(here.cut)
    else:
        anywhere = anywhere.union(_by_forms(firsts))
    found = pairs.where(pairs.family.isin(IN_DOCUMENT, LETTER_IN_DOCUMENT)).drop("family").union(anywhere)
    return Joined(found.dropDuplicates(["a", "b"]), cut)


# --- joins -----------------------------------------------------------------------------------------------


def _within(rows: DataFrame, block: int) -> Joined:
    """All pairs of each key; of a common one those of one municipality."""
    from pyspark.sql import functions as f

    sized = _sized(rows.drop("long"))
    common = sized.where(f.col("n") > block)
    split = common.where("home != ''").withColumn("key", f.concat_ws("\x1f", "key", "home")).drop("n")
    blocks = sized.where(f.col("n") <= block).union(_sized(split).where(f.col("n") <= block)).drop("n")
    one, two = blocks.alias("one"), blocks.alias("two")
    same = (f.col("one.family") == f.col("two.family")) & (f.col("one.key") == f.col("two.key"))
    pairs = one.join(two, same & (f.col("one.position") < f.col("two.position")))
    return Joined(
        pairs.select(f.col("one.family").alias("family"), *_sides("one", "two")),
        common.select("family", "key").distinct().groupBy().agg(f.count("*").alias("n")),
    )


def _sized(rows: DataFrame) -> DataFrame:
    """Rows with the number `n` of those that share their key."""
    from pyspark.sql import functions as f

    sizes = rows.groupBy("family", "key").agg(f.count("*").alias("n"))
    return rows.join(sizes, ["family", "key"]).select(*rows.columns, "n")


def _between(rows: DataFrame, most: int) -> Joined:
    """Short names beside long ones of the same key."""
    from pyspark.sql import functions as f

    sizes = rows.groupBy("family", "key").agg(
        f.sum(f.when(f.col("long"), 0).otherwise(1)).alias("short"),
        f.sum(f.when(f.col("long"), 1).otherwise(0)).alias("n"),
    )
    sizes = sizes.select("family", "key", (f.col("short") * f.col("n")).alias("n"))
    used = sizes.where(f.col("n").between(1, most)).select("family", "key")
    short = rows.where(~f.col("long")).join(used, ["family", "key"]).alias("one")
    long = rows.where("long").alias("two")
    same = (f.col("one.family") == f.col("two.family")) & (f.col("one.key") == f.col("two.key"))
    pairs = short.join(long, same & (f.col("one.position") != f.col("two.position")))
    turned = f.col("one.position") > f.col("two.position")
    sides = [
        f.when(turned, b).otherwise(a).alias(name)
        for name, a, b in zip(PAIR, _plain_sides("one", "two"), _plain_sides("two", "one"), strict=True)
    ]
    return Joined(
        pairs.select(f.col("one.family").alias("family"), *sides),
        sizes.where(f.col("n") > most).groupBy().agg(f.count("*").alias("n")),
    )


def _sides(one: str, two: str) -> list[Any]:
    return [column.alias(name) for name, column in zip(PAIR, _plain_sides(one, two), strict=True)]


def _plain_sides(one: str, two: str) -> list[Any]:
    from pyspark.sql import functions as f

    return [f.col(f"{side}.{column}") for side in (one, two) for column in NAME]


def _by_place(rows: DataFrame, rules: Rules, blocking: Blocking) -> Joined:
    """The names of each place come together in one worker."""
    from pyspark.sql import functions as f

    places = rows.groupBy("key").agg(f.collect_list(f.struct(*NAME)).alias("names"))
    found = mapped(places, partial(_of_places, rules=rules, blocking=blocking), PAIR).persist()
    return Joined(
        found.where("a >= 0"), found.where("a < 0").groupBy().agg(f.coalesce(f.sum("b"), f.lit(0)).alias("n"))
    )


def _by_rare_letters(rows: DataFrame, block: int) -> Joined:
    """Coined words that share one of their rarest groups of three letters, and then most of their letters."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    owners = rows.selectExpr("key AS form", *NAME)
    parts = mapped(owners.select("form").distinct(), _letters, {"form": "string", "part": "string"})
    counted = parts.join(parts.groupBy("part").agg(f.count("*").alias("n")), "part")
    rank = f.row_number().over(Window.partitionBy("form").orderBy("n", "part"))
    rare = counted.withColumn("rank", rank).where(f.col("rank") <= RARE).select("form", "part")
    sizes = rare.groupBy("part").agg(f.count("*").alias("n"))
    used = rare.join(sizes.where(f.col("n") <= block), "part")
    pairs = (
        used.selectExpr("part", "form AS one").join(used.selectExpr("part", "form AS two"), "part").where("one < two")
    )
    alike = mapped(pairs.select("one", "two").distinct(), _alike, {"one": "string", "two": "string"})
    return Joined(_owners(alike, owners), sizes.where(f.col("n") > block).groupBy().agg(f.count("*").alias("n")))


def _by_forms(firsts: DataFrame) -> DataFrame:
    """All forms against all, where they are few enough for one process."""
    owners = firsts.where("form != ''").select("form", *NAME)
    forms = {row.form: [at] for at, row in enumerate(owners.select("form").distinct().collect())}
    of = {members[0]: form for form, members in forms.items()}
    alike = [tuple(sorted((of[a], of[b]))) for a, b in all_against_all(forms)]
    same = [(form, form) for form in forms]
    return _owners(framed(firsts.sparkSession, [*alike, *same], {"one": "string", "two": "string"}), owners)


def _owners(forms: DataFrame, owners: DataFrame) -> DataFrame:
    """Pairs of the names that have the forms `one` and `two`."""
    from pyspark.sql import functions as f

    pairs = forms.join(owners.alias("x"), f.col("one") == f.col("x.form")).join(
        owners.alias("y"), f.col("two") == f.col("y.form")
    )
    turned = f.col("x.position") > f.col("y.position")
    sides = [
        f.when(turned, b).otherwise(a).alias(name)
        for name, a, b in zip(PAIR, _plain_sides("x", "y"), _plain_sides("y", "x"), strict=True)
    ]
    same_form = (f.col("one") != f.col("two")) | (f.col("x.position") < f.col("y.position"))
    return pairs.where(same_form & (f.col("x.position") != f.col("y.position"))).select(*sides)


# --- in a Python worker ----------------------------------------------------------------------------------


def _keys(rows: Iterator[Mapping[str, Any]], rules: Rules) -> Iterator[Sequence[Any]]:
    reader = matcher_for(rules).reader
    for row in rows:
        cells = (row["position"], row["name"], row["home"])
        name = reader.read(NameKey(row["name"], row["home"]))
        for key in word_keys(name):
            yield WORD, key, False, *cells
        short, long = initials(name)
        for place in places_of(name):
            yield PLACE, place, False, *cells
            for letters, is_long in ((short, False), (long, True)):
                for letter in letters:
                    yield LETTER, f"{letter}:{place}", is_long, *cells
        if is_coined(name, reader) and len(own(name)) >= SHORTEST:
            yield COINED, own(name), False, *cells


def _keys_in_documents(rows: Iterator[Mapping[str, Any]], rules: Rules) -> Iterator[Sequence[Any]]:
    reader = matcher_for(rules).reader
    for row in rows:
        cells = (row["position"], row["name"], row["home"])
        name = reader.read(NameKey(row["name"], row["home"]))
        for key in document_keys(name, row["document"]):
            yield IN_DOCUMENT, key, False, *cells
        for letters, is_long in zip(initials(name), (False, True), strict=True):
            for letter in letters:
                yield LETTER_IN_DOCUMENT, f"{letter}:{row['document']}", is_long, *cells


def _sieved(rows: Iterator[Mapping[str, Any]], rules: Rules) -> Iterator[Sequence[Any]]:
    reader = matcher_for(rules).reader
    while some := list(islice(rows, _TOGETHER)):
        sides = {row[side]: NameKey(row[f"{side}_name"], row[f"{side}_home"]) for row in some for side in ("a", "b")}
        at = {position: index for index, position in enumerate(sorted(sides))}
        position = dict(enumerate(sorted(sides)))
        sieve = Sieve([reader.read(sides[p]) for p in sorted(sides)], reader)
        sieve.add((at[row["a"]], at[row["b"]]) for row in some)
        for one, two in sieve.kept():
            a, b = position[one], position[two]
            yield a, *sides[a], b, *sides[b]


def _of_places(rows: Iterator[Mapping[str, Any]], rules: Rules, blocking: Blocking) -> Iterator[Sequence[Any]]:
    """Rows of `PAIR`; of each place one more, with -1 and the number of keys that were too common in it."""
    reader = matcher_for(rules).reader
    for row in rows:
        members = sorted((one["position"], NameKey(one["name"], one["home"])) for one in row["names"])
        names = [reader.read(key) for _, key in members]
        index, sieve = Index(names, reader, blocking), Sieve(names, reader)
        sieve.add(index.of_place(range(len(names))))
        for one, two in sieve.kept():
            (a, a_key), (b, b_key) = members[one], members[two]
            yield a, *a_key, b, *b_key
        if index.cut:
            yield -1, "", "", index.cut, "", ""


def _letters(rows: Iterator[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        for part in groups_of_letters(row["form"]):
            yield row["form"], part


def _alike(rows: Iterator[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        if fuzz.ratio(row["one"], row["two"], score_cutoff=ALIKE):
            yield row["one"], row["two"]
