"""A run whose tables never come together: Parquet, written by the workers.

The driver sees names, organisations and pairs, and what could not be read; of texts and their rows it sees none.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..basis import provenance
from ..engine import Engine
from ..formats import PARQUET, json_text
from ..journal import page_of
from ..municipalities import codes_of, municipality_rows
from ..names_in_use import Uses, collect_from_tables
from ..publishing import publish
from ..reading import Discovery
from ..reading.discovery import shared_id
from ..records import Failure, Label, NameKey, NameUse, PartyType, Resolution
from ..rows import (
    ContactRow,
    DocumentRow,
    EntityRow,
    ParticipantRow,
    Row,
    SectionRow,
    columns,
)
from ..rulebook import Rulebook
from ..rulebook.places import Places
from ..run import Clock, Order, Progress, comparing, ground_of, waiting
from ..run_files import OWNED, RUN
from ..summary import Summary
from ..tables import Identity, Tables, duplicates, joined, renamed
from .engine import SparkEngine
from .names import NAME, Names
from .reading import FAILURE, PAGE, PASSED_OVER, results_of
from .resolving import Request
from .rows import framed, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MENTION = {"document": "string", "name": "string", "home": "string", "n": "long", "code": "string"}
_KEY = {"key_name": "string", "key_home": "string", "at": "long"}
_LINK = {"key_name": "string", "key_home": "string", "given_id": "string", "given_name": "string"}
_KINDS = {"string": "string", "integer": "long", "number": "double"}
_OF_TEXTS = (DocumentRow, SectionRow, ParticipantRow, EntityRow, ContactRow)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+")


def url_of(out: Path) -> str:
    """The address in a path that holds one, which lost a slash on its way; empty for a folder of this machine."""
    found = _URL.match(out.as_posix())
    return f"{found[1]}://{out.as_posix()[found.end() :]}" if found else ""


def extract_whole(order: Order, found: Discovery, rulebook: Rulebook, engine: Engine, progress: Progress) -> Summary:
    """Texts in, `parquet/TABLE/*.parquet` and `run.json` out. `engine` is Spark's."""
    assert isinstance(engine, SparkEngine)
    clock, started = Clock(), datetime.now(timezone.utc)
    ground = ground_of(order, rulebook)
    clock.lap("preparing")
    progress("reading", 0, len(found.inputs))
    with engine.results(found.inputs, ground.job(order, {}), rulebook) as results:
        others = list(results_of(iter(results.where(results.kind.isin(FAILURE, PASSED_OVER)).collect())))
        failures = [one for one in others if isinstance(one, Failure)]
        pages = _identified(results)
        clock.lap("documents")
        progress("organisations", 0, 1)
        mentions = mapped(pages, _mentions, _MENTION).persist()
        uses, resolution = _resolved(engine, mentions, Request(rulebook, ground.said, ground.registry, engine.blocking))
        clock.lap("organisations")
        progress("tables", 0, 1)
        gathered = _gathered(uses, resolution, failures, mentions)
        target = url_of(order.out) or str(order.out.parent / f".{order.out.name}.{PARQUET}-{os.getpid()}")
        counts = _written(engine, f"{target}/{PARQUET}", pages, gathered, uses, resolution, rulebook.places)
        n_municipalities = mentions.where("home != ''").select("home").distinct().count()
        mentions.unpersist()
    clock.lap("tables")
    skipped = tuple(sorted((*found.skipped, *(one.source for one in others if not isinstance(one, Failure)))))
    facts = {
        **provenance(rulebook, order.judgements, ground.choice),
        "basis": ground.basis,
        "engine": order.engine,
        "choices": order.choices.facts(),
        "contacts": order.contacts,
        "inputs": len(found.inputs),
        "skipped": list(skipped),
        "counts": counts,
        "deduplication": comparing(resolution),
        "warnings": list(resolution.warnings),
        "started": started.isoformat(timespec="seconds"),
        "seconds": {**clock.seconds, "total": clock.total()},
    }
    _publish(engine, order, target, json_text(facts))
    return Summary(
        order.out, counts, n_municipalities, waiting(gathered), resolution.comparing, tuple(failures), skipped,
        resolution.warnings, ground.choice, clock.total(),
    )  # fmt: skip


def _publish(engine: SparkEngine, order: Order, target: str, facts: str) -> None:
    if url_of(order.out):
        single = framed(engine.session, [(facts,)], {"value": "string"}).coalesce(1)
        single.write.mode("overwrite").text(f"{target}/run")
        return
    try:
        folders = {PARQUET: Path(target) / PARQUET}
        publish(order.out, {RUN: facts.encode()}, OWNED, folders)
    finally:
        shutil.rmtree(target, ignore_errors=True)


def _identified(results: DataFrame) -> DataFrame:
    """Pages with whether others share the id that their name asks for; what failed takes part in that."""
    from pyspark.sql import functions as f

    slugs = results.where(f.col("kind").isin(PAGE, FAILURE)).groupBy("slug").agg(f.count("*").alias("n"))
    pages = results.where(f.col("kind") == PAGE).select("source", "slug", "record")
    return pages.join(slugs, "slug").select("source", "slug", "record", (f.col("n") > 1).alias("shared"))


def _resolved(engine: SparkEngine, mentions: DataFrame, request: Request) -> tuple[Uses, Resolution]:
    """Names in use, without the documents that print them, and their organisations."""
    from pyspark.sql import functions as f

    counted = mentions.groupBy("name", "home").agg(f.sum("n").alias("n"), f.max("code").alias("code")).collect()
    ordered = sorted((NameKey(row["name"], row["home"]), row["n"], row["code"]) for row in counted)
    uses = Uses(
        {key: NameUse(key, n) for key, n, _ in ordered}, {key.municipality: code for key, _, code in ordered if code}
    )
    keys = [key for key, _, _ in ordered]
    numbered = framed(engine.session, ((at, *key) for at, key in enumerate(keys)), NAME)
    printed = mentions.join(numbered, ["name", "home"]).select("position", "document")
    names = Names(engine.session, keys, [n for _, n, _ in ordered], printed if keys else None)
    return uses, engine.resolve_frame(names, request)


def _gathered(uses: Uses, resolution: Resolution, failures: Sequence[Failure], mentions: DataFrame) -> Tables:
    """The tables that the driver makes."""
    from pyspark.sql import functions as f

    identity = Identity(uses, resolution)
    linked = ((*link.key, link.organisation_id) for link in resolution.links)
    links = framed(mentions.sparkSession, linked, {"name": "string", "home": "string", "organisation": "string"})
    counting = mentions.join(links, ["name", "home"]).groupBy("organisation")
    n_documents = {row[0]: row[1] for row in counting.agg(f.countDistinct("document")).collect()}
    organisations = (replace(o, n_documents=n_documents.get(o.organisation_id, 0)) for o in identity.organisations())
    return replace(
        joined((), failures),
        organisations=tuple(organisations),
        organisation_names=identity.names(),
        duplicates=duplicates(resolution),
    )


def _written(
    engine: SparkEngine,
    target: str,
    pages: DataFrame,
    gathered: Tables,
    uses: Uses,
    resolution: Resolution,
    places: Places,
) -> dict[str, int]:
    """Writes every table; the number of rows of each."""
    from pyspark.sql import functions as f

    identity = Identity(uses, resolution)
    given = ((*link.key, *identity.of(*link.key)) for link in resolution.links)
    links = framed(engine.session, given, _LINK)
    counts: dict[str, int] = {}
    for row_type in _OF_TEXTS:
        schema = _schema(row_type)
        rows = mapped(pages, partial(_rows, row_type=row_type), {**schema, **_KEY})
        if row_type in (ParticipantRow, EntityRow):
            name = "organisation" if row_type is ParticipantRow else "value"
            rows = rows.join(links, ["key_name", "key_home"], "left")
            rows = rows.withColumn("organisation_id", f.col("given_id")).withColumn(
                name, f.coalesce("given_name", name) if row_type is EntityRow else f.col("given_name")
            )
        path = f"{target}/{row_type.NAME}"
        rows.orderBy("document_id", "at").select(*schema).write.mode("overwrite").parquet(path)
        counts[row_type.NAME] = engine.session.read.parquet(path).count()
    about = engine.session.read.parquet(f"{target}/{DocumentRow.NAME}").select("municipality_code").distinct().collect()
    codes = {*codes_of(gathered), *(row[0] for row in about if row[0])}
    for kind, table in replace(gathered, municipalities=municipality_rows(codes, places)).named():
        if kind not in _OF_TEXTS:
            rows = framed(engine.session, [_cells(row, _schema(kind)) for row in table], _schema(kind))
            rows.write.mode("overwrite").parquet(f"{target}/{kind.NAME}")
            counts[kind.NAME] = len(table)
    texts = mapped(pages, _texts, {"document_id": "string", "content": "string"})
    texts.write.mode("overwrite").parquet(f"{target}/texts")
    return counts


def _schema(row_type: type[Row]) -> dict[str, str]:
    return {column.name: _KINDS[column.type] for column in columns(row_type)}


def _cells(row: Row, schema: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(getattr(value := getattr(row, name), "value", value) for name in schema)


# --- in a Python worker ----------------------------------------------------------------------------------


def _tables(row: Mapping[str, Any]) -> Tables:
    page = page_of(json.loads(row["record"]))
    return renamed(page.rows, shared_id(row["slug"], row["source"]) if row["shared"] else row["slug"])


def _mentions(rows: Iterator[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        tables = _tables(row)
        uses = collect_from_tables(tables)
        for key, use in uses.by_key.items():
            yield tables.documents[0].document_id, *key, use.n_mentions, uses.codes.get(key.municipality)


def _rows(rows: Iterator[Mapping[str, Any]], row_type: type[Row]) -> Iterator[Sequence[Any]]:
    schema = _schema(row_type)
    for row in rows:
        tables = _tables(row)
        home = tables.documents[0].municipality or ""
        for at, one in enumerate(getattr(tables, row_type.NAME)):
            yield *_cells(one, schema), *_key(one, home), at


def _key(row: Row, home: str) -> tuple[str | None, str | None]:
    """Under which name a row's organisation is looked up; None for what is none."""
    is_party = isinstance(row, ParticipantRow) and row.type == PartyType.ORGANISATION
    if is_party or (isinstance(row, EntityRow) and row.label == Label.ORGANISATION):
        return Uses.key(row.text or "", home)  # type: ignore[union-attr]
    return None, None


def _texts(rows: Iterator[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield _tables(row).documents[0].document_id, page_of(json.loads(row["record"])).content
