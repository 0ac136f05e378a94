"""Texts → pages, as rows: what the local engine does in its processes, here in those of Spark.

A Python worker of Spark loads the model once, and keeps it for all its tasks. It reads in a process forked from itself
(`isolation`), so that the limits of time and memory hold here too: a text that hangs or dies costs itself, and not the
task with all others of it, which Spark would repeat and then give up.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..basis import basis_of
from ..document import read_document
from ..intake import READING, Job, Page, PassedOver, Result, Tools, Unchanged, failed, open_tools, read_with
from ..journal import page_of, record_of
from ..problems import Unusable
from ..reading import Input
from ..reading.discovery import slug
from ..reading.limits import Limits
from ..records import Failure, Text
from ..rulebook import Rulebook
from ..run import open_rulebook
from .inputs import contents
from .rows import framed, mapped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PAGE, FAILURE, PASSED_OVER, UNCHANGED = "page", "failure", "passed over", "unchanged"
RESULT = {"input": "long", "item": "long", "kind": "string", "source": "string", "slug": "string", "record": "string"}
_INPUT = {"number": "long", "source": "string", "path": "string", "named": "boolean"}
_SAMPLE = "Coalitie in Tiel\n\nDeelnemers\n\n• Gemeente Tiel\n• GGD\n\nIn 2021 begonnen wij met tien mensen.\n"
_PER_TASK = 256  # inputs at most
_TASKS_PER_CORE = 4  # at least, where there are so many inputs: one slow text does not hold up the rest


def read_inputs(
    session: SparkSession, inputs: Sequence[Input], sizes: Mapping[str, int], job: Job, rulebook: Rulebook
) -> DataFrame:
    """What comes of every input: rows of `RESULT`, those of one input (its position in `inputs`) by `item`."""
    from pyspark.sql import functions as f

    assert job.model is not None
    basis = basis_of(rulebook, job.model, job.choices, job.privacy)
    read = partial(_read, job=job, basis=basis)
    limit = Limits().input_bytes
    here: list[tuple[int, str, str, bool, bytes | None]] = []  # read by their paths
    brought: dict[str, tuple[int, str, str, bool]] = {}
    large: list[tuple[int, str]] = []
    for number, one in enumerate(inputs):
        size = sizes.get(one.path)
        if size is None:
            here.append((number, one.source, one.path, one.named, one.data))
        elif size == 0:
            here.append((number, one.source, one.path, one.named, b""))
        elif size > limit:
            large.append((number, one.source))
        else:
            brought[one.path] = (number, one.source, one.path, one.named)
    words = f"larger than {limit >> 20} MiB; split it"
    frames = [framed(session, ((n, 0, *_cells(failed(s, READING, "too_large", words))) for n, s in large), RESULT)]
    if here:
        rows = framed(session, here, {**_INPUT, "data": "binary"})
        frames.append(mapped(rows.repartition(_tasks(session, len(here)), "number"), read, RESULT))
    if brought:
        listed = framed(session, brought.values(), _INPUT)
        files = contents(session, brought).where(f.col("length") <= limit)  # one may have grown meanwhile
        rows = files.join(f.broadcast(listed), "path").select(*_INPUT, f.col("content").alias("data"))
        frames.append(mapped(rows, read, RESULT))
    together = frames[0]
    for frame in frames[1:]:
        together = together.union(frame)
    return together


def results_of(rows: Iterator[Any]) -> Iterator[Result]:
    """Rows of `RESULT` back as what they were; pages in the order of the rows, all else behind them by input."""
    others = []
    for row in rows:
        if row["kind"] == PAGE:
            yield page_of(json.loads(row["record"]))
        else:
            others.append((row["input"], row["item"], row["kind"], row["source"], row["record"]))
    for _, _, kind, source, record in sorted(others):
        if kind == FAILURE:
            yield Failure(*json.loads(record))
        else:
            yield Unchanged(source) if kind == UNCHANGED else PassedOver(source)


def _tasks(session: SparkSession, n_inputs: int) -> int:
    cores = session.sparkContext.defaultParallelism
    return max(1, min(n_inputs, max(cores * _TASKS_PER_CORE, n_inputs // _PER_TASK)))


# --- in a Python worker ----------------------------------------------------------------------------------


def _read(rows: Iterator[Mapping[str, Any]], job: Job, basis: str) -> Iterator[Sequence[Any]]:
    first = next(rows, None)
    if first is None:
        return  # no model for a task without texts
    numbers: deque[int] = deque()

    def inputs() -> Iterator[Input]:
        for row in _chained(first, rows):
            numbers.append(row["number"])
            yield Input(row["source"], row["path"], row["data"], row["named"])

    item = 0
    for result in read_with(_tools(job, basis), inputs(), 1):
        if isinstance(result, Input):
            numbers.popleft()
            item = 0
        else:
            yield numbers[0], item, *_cells(result)
            item += 1


def _chained(first: Mapping[str, Any], rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from rows


def _cells(result: Result) -> tuple[str, str, str | None, str | None]:
    """kind, source, slug, record."""
    if isinstance(result, Page):
        return PAGE, result.source, result.rows.documents[0].document_id, json.dumps(record_of(result))
    if isinstance(result, Failure):
        told = (result.source, result.stage, result.error, result.message)
        return FAILURE, result.source, slug(Path(result.source).stem), json.dumps(told)
    return (UNCHANGED if isinstance(result, Unchanged) else PASSED_OVER), result.source, None, None


def _tools(job: Job, basis: str) -> Tools:
    rulebook, tools = _opened(_Key(job, basis))
    return Tools(job, rulebook, tools.language, tools.learned)


class _Key:
    """Jobs with one basis read with the same tools."""

    def __init__(self, job: Job, basis: str) -> None:
        self.job, self.basis = job, basis

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.basis == other.basis

    def __hash__(self) -> int:
        return hash(self.basis)


@lru_cache(maxsize=1)
def _opened(key: _Key) -> tuple[Rulebook, Tools]:
    job = key.job
    rulebook = open_rulebook(job.rules)
    assert job.model is not None
    if basis_of(rulebook, job.model, job.choices, job.privacy) != key.basis:
        raise Unusable(
            "a worker of Spark has another coalitie, Python, library, model or rules than the program that was "
            "started; install the same on every node"
        )
    tools = open_tools(job, rulebook)
    # What is made at the first text is made here once, or every process that is forked for a task makes it again.
    read_document(Text("", _SAMPLE, "utf-8", ""), rulebook, tools.language, tools.learned)
    return rulebook, tools
