"""The stages in order: the only module that knows them all.

Reading and understanding one text needs no other text, so that part may run in several processes, which send back
small records. Comparing names needs all of them and runs once.
"""

from __future__ import annotations

import hashlib
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .appending import TableError, content_hash
from .awaiting import awaiting
from .datapackage import FILE as DATAPACKAGE
from .datapackage import describe
from .formats import DOCUMENTS, FORMATS, json_text, jsonl_text, table_text
from .language.model import ModelChoice, choose_model, load_model
from .learned.switches import Learned, own_weights
from .names_in_use import Uses, collect
from .problems import Unusable
from .publishing import check_target, publish
from .reading import READERS, Input, discover, document_ids, read
from .reading.text import looks_garbled
from .records import Correction, Document, Failure, Judgement, Resolution
from .rows import ROW_TYPES, SCHEMA_VERSION, Row
from .rulebook import Rulebook, RuleError
from .summary import Summary
from .tables import Tables, build

if TYPE_CHECKING:
    from spacy.language import Language

    from .organisations.registry import Registry

RUN = "run.json"
OWNED = frozenset({DATAPACKAGE, DOCUMENTS, RUN, *(f"{row_type.NAME}.csv" for row_type in ROW_TYPES)})
Progress = Callable[[str, int, int], None]  # stage, done, of how many

_WORTH_WORKERS = 100  # below this many texts, starting processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Order:
    """What a user asks of one run."""

    inputs: tuple[str, ...]
    out: Path
    model: str | None = None
    rules: Path | None = None
    judgements: Path | None = None
    registry: Path | None = None
    workers: int = 0  # 0: as many as are worth it
    formats: tuple[str, ...] = FORMATS
    stdin: bytes | None = None


@dataclass(slots=True)
class Clock:
    """Seconds per stage."""

    begin: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = 0.0

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - (self._last or self.begin), 3)
        self._last = now

    def total(self) -> float:
        return round(time.perf_counter() - self.begin, 3)


def extract(order: Order, progress: Progress = lambda *_: None) -> Summary:
    """The main job: texts in, one run folder out."""
    clock, started = Clock(), datetime.now(timezone.utc)
    unknown = [name for name in order.formats if name not in FORMATS]
    if unknown or not order.formats:
        raise Unusable(f"format {', '.join(unknown) or '(none)'} is not known; known are {', '.join(FORMATS)}")
    found = discover(order.inputs, READERS, order.stdin, leave_out=order.out)
    check_target(order.out, OWNED, (item.path for item in found.inputs))
    if not found.inputs:
        kinds = ", ".join(sorted(READERS))
        raise Unusable(f"no texts ({kinds}) in {', '.join(order.inputs)}; name a folder or file that has some")
    rulebook = open_rulebook(order.rules)
    choice = choose_model(order.model)
    ids = document_ids(item.source for item in found.inputs)
    said, registry = decisions(order.judgements), known_ids(order.registry or order.out, rulebook)
    clock.lap("preparing")

    documents: list[tuple[str, Document]] = []
    failures: list[Failure] = []
    for done, result in enumerate(_read_all(found.inputs, order, rulebook, choice), start=1):
        if isinstance(result, Failure):
            failures.append(result)
        else:
            documents.append((ids[result.text.source], result))
        progress("reading", done, len(found.inputs))
    documents.sort(key=lambda pair: pair[0])
    clock.lap("documents")

    progress("organisations", 0, 1)
    uses = collect(documents)
    resolution = resolve(uses, rulebook, said, registry)
    clock.lap("organisations")

    progress("tables", 0, 1)
    tables = build(documents, uses, resolution, failures)
    warnings = (*resolution.warnings, *_warnings(documents))
    contents = {document_id: document.text.content for document_id, document in documents}
    files = run_files(tables, contents, order.formats)
    counts = {row_type.NAME: len(rows) for row_type, rows in tables.named()}
    clock.lap("tables")
    files[RUN] = json_text(
        {
            **provenance(rulebook, order.judgements, choice),
            "inputs": len(found.inputs),
            "skipped": list(found.skipped),
            "counts": counts,
            "deduplication": comparing(resolution),
            "warnings": list(warnings),
            "workers": _workers(order, len(found.inputs)),
            "started": started.isoformat(timespec="seconds"),
            "seconds": {**clock.seconds, "total": clock.total()},
        }
    ).encode()
    publish(order.out, files, OWNED)
    return Summary(
        order.out,
        counts,
        len({document.place.municipality for _, document in documents if document.place.municipality}),
        waiting(tables),
        resolution.comparing,
        tuple(failures),
        found.skipped,
        warnings,
        choice,
        clock.total(),
    )


def comparing(resolution: Resolution) -> dict[str, Any]:
    """How names were compared, for `run.json`. `candidate_recall` is null where no pair was left out.

    The warnings stand here too, apart from those about the texts, as a rerun makes them anew.
    """
    figures = resolution.comparing
    return {
        "candidate_pairs": figures.compared,
        "blocks_cut": figures.cut,
        "candidate_recall": figures.recall,
        "sampled_names": figures.sampled,
        "sampled_pairs": figures.sampled_pairs,
        "auto": figures.auto,
        "review": figures.review,
        "auto_precision_bound": figures.precision_at_least,
        "warnings": list(resolution.warnings),
    }


def waiting(tables: Tables) -> int:
    """How many pairs a steward has yet to decide."""
    return len(awaiting(tables.duplicates))


def open_rulebook(folder: Path | None) -> Rulebook:
    """The rules, every file of them read now: a mistake in a rule file is said before any text is read."""
    rulebook = Rulebook(folder)
    for name in dir(type(rulebook)):
        if isinstance(getattr(type(rulebook), name), cached_property):
            getattr(rulebook, name)
    return rulebook


def resolve(uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry | None) -> Resolution:
    """Names → organisations. Imported here: nothing before this stage needs the matcher."""
    from .organisations import resolve as resolve_names

    return resolve_names(uses.sorted(), rulebook, said.judgements, registry, said.corrections)


def table_files(written: Sequence[tuple[type[Row], Sequence[Row]]]) -> dict[str, bytes]:
    """CSV per table, and the package that describes them."""
    data = [(row_type, table_text(row_type, rows).encode()) for row_type, rows in written]
    files = {f"{row_type.NAME}.csv": content for row_type, content in data}
    return {**files, DATAPACKAGE: json_text(describe(data)).encode()}


def provenance(rulebook: Rulebook, judgements: Path | None, choice: ModelChoice | None) -> dict[str, Any]:
    """What a run rests on: versions and hashes, for `run.json`."""
    from .organisations import corrections_path

    digest = hashlib.sha256()
    for name in rulebook.folder.names():
        digest.update(name.encode() + b"\0" + rulebook.folder.bytes_of(name) + b"\0")
    packages = ("coalitie", "spacy", "rapidfuzz", "pydantic", "pandas")
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
        "model": asdict(choice) if choice else None,
        "rules_sha256": digest.hexdigest(),
        "judgements_sha256": content_hash(judgements) if judgements else None,
        "corrections_sha256": content_hash(corrections_path(judgements)) if judgements else None,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


def run_files(tables: Tables, contents: Mapping[str, str], formats: Sequence[str]) -> dict[str, bytes]:
    """Everything of a run but `run.json`. `contents` holds the decoded text of each document by its id."""
    files: dict[str, bytes] = {}
    if "csv" in formats:
        files.update(table_files(tables.named()))
    if "jsonl" in formats:
        files[DOCUMENTS] = jsonl_text(tables, contents).encode()
    return files


def _warnings(documents: Sequence[tuple[str, Document]]) -> Iterator[str]:
    for _, document in documents:
        if looks_garbled(document.text.content):
            yield f"{document.text.source}: looks like UTF-8 read as Windows-1252 ('Ã©' for 'é'); it is left as it is"


# --- one text at a time, in this process or in several ------------------------------------------------

_Tools = tuple[Rulebook, "Language", Learned]
_tools: list[_Tools] = []  # of this process; a forked worker finds its parent's


def _read_all(
    inputs: Sequence[Input], order: Order, rulebook: Rulebook, choice: ModelChoice
) -> Iterator[Document | Failure]:
    """Every input in turn, in the order given, however many processes work on it."""
    _tools[:] = [_open_tools(rulebook, choice)]
    workers = _workers(order, len(inputs))
    if workers == 1:
        yield from map(_read_one, inputs)
        return
    # A forked worker starts with the rules and the model in memory; elsewhere each reads its own.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    chunk = max(1, min(32, len(inputs) // (workers * 4)))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(order.rules, choice))
    try:
        yield from pool.map(_read_one, inputs, chunksize=chunk)
    except BrokenProcessPool:
        raise Unusable("a worker process was stopped from outside (out of memory?); try --workers 1") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _workers(order: Order, n_inputs: int) -> int:
    wanted = order.workers or (1 if n_inputs < _WORTH_WORKERS else os.cpu_count() or 1)
    return max(1, min(wanted, n_inputs))


def _start(rules: Path | None, choice: ModelChoice) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C, once
    if not _tools:
        _tools.append(_open_tools(Rulebook(rules), choice))


def _open_tools(rulebook: Rulebook, choice: ModelChoice) -> _Tools:
    from .language.components import assemble

    return rulebook, assemble(load_model(choice), rulebook), Learned.of(rulebook, own_weights(choice))


def _read_one(item: Input) -> Document | Failure:
    from .document import read_document

    rulebook, language, learned = _tools[0]
    text = read(item)
    if isinstance(text, Failure):
        return text
    try:
        return read_document(text, rulebook, language, learned)
    except (Unusable, RuleError):
        raise
    except Exception as error:  # one odd text must not cost the others; the row says what to report
        return Failure(item.source, "extracting", type(error).__name__, " ".join(str(error).split())[:300])


# --- what earlier runs and stewards decided -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stewards said of pairs of names, and of whole organisations."""

    judgements: tuple[Judgement, ...] = ()
    corrections: tuple[Correction, ...] = ()


def decisions(path: Path | None) -> Decisions:
    """The judgements file and the corrections beside it."""
    if path is None:
        return Decisions()
    from .organisations import corrections_path, read_corrections, read_judgements

    try:
        return Decisions(read_judgements(path), read_corrections(corrections_path(path)))
    except TableError as error:
        raise Unusable(f"{path.parent}: {error}") from None


def known_ids(path: Path, rulebook: Rulebook) -> Registry:
    """The ids of before, from a run folder or its organisations.csv; none where there is no run yet."""
    from .organisations import RegistryError, load_registry

    try:
        return load_registry(path if path.is_dir() else path.parent, rulebook)
    except RegistryError as error:
        raise Unusable(f"{path}: {error}") from None
