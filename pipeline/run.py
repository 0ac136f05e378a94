"""The stages in order: the only module that knows them all.

Reading and understanding one text needs no other text, so that part may run in several processes, which send back
small records. Comparing names needs all of them and runs once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .appending import TableError
from .awaiting import awaiting
from .basis import basis_of, provenance
from .datapackage import FILE as DATAPACKAGE
from .engine import LOCAL, SPARK, Decisions, Engine, engine_of, resolve
from .formats import DEFAULT, PARQUET, json_text
from .intake import Job, Known, Page, PassedOver, Unchanged, n_workers
from .isolation import ProcessLimits
from .journal import Interrupted, Journal, journal_path, page_at, read_journal
from .language.model import ModelChoice, choose_model
from .municipalities import with_municipalities
from .names_in_use import collect_from_parts
from .outputs import check_formats
from .privacy import Contacts, Privacy, read_key
from .problems import Unusable
from .publishing import check_target, publish, recover, sole_writer
from .reading import SUFFIXES, Discovery, Input, document_ids
from .reading.opening import Choices
from .records import Failure, Resolution
from .repeats import Repeat, RepeatFinder
from .rulebook import Rulebook
from .run_files import OWNED, RUN, run_streams
from .run_folder import read_run_folder
from .stored_pages import StoredPages
from .summary import Summary
from .tables import Identity, Tables, by_document, duplicates, identified

if TYPE_CHECKING:
    from .organisations.registry import Registry

__all__ = ["Order", "decisions", "extract", "known_ids", "provenance", "resolve"]

Progress = Callable[[str, int, int], None]  # stage, done, of how many


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
    formats: tuple[str, ...] = DEFAULT
    stdin: bytes | None = None
    choices: Choices = field(default_factory=Choices)
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    resume: bool = False  # go on with what an interrupted run had read
    fresh: bool = False  # read everything, also what is as it was
    newest: bool = False  # of a page that comes twice, keep the newest
    excel: bool = False
    contacts: str = "keep"
    pseudonym_key: Path = Path("raw") / "pseudonyms.key"
    engine: str = LOCAL
    master: str | None = None  # of the engine spark


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


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run stands on, besides its texts."""

    rulebook: Rulebook
    choice: ModelChoice
    privacy: Privacy
    basis: str
    said: Decisions
    registry: Registry

    def job(self, order: Order, known: Mapping[str, Known]) -> Job:
        """What those who read need to know."""
        return Job(order.choices, order.rules, self.choice, known, order.workers, order.limits, self.privacy)


def extract(order: Order, progress: Progress = lambda *_: None, engine: Engine | None = None) -> Summary:
    """The main job: texts in, one run folder out. `engine`: one that is there, rather than the one that `order` names.

    Raises Unusable where another program works on that folder, and for wishes that do not go together.
    """
    _check(order)
    if engine is not None:
        return _run(order, engine, progress)
    with engine_of(order.engine, order.master) as opened:
        return _run(order, opened, progress)


def _check(order: Order) -> None:
    check_formats(order.formats)
    if _whole(order) and (order.newest or order.excel):
        wish = "--newest" if order.newest else "--excel"
        raise Unusable(f"{wish} needs all texts together; use --format csv,jsonl with it")
    if order.resume and order.engine != LOCAL:
        raise Unusable("--resume goes with the local engine; Spark repeats what failed by itself, a run starts anew")


def _whole(order: Order) -> bool:
    """Whether the tables never come together: Spark's workers write Parquet, and nothing else is asked for."""
    return order.engine == SPARK and order.formats == (PARQUET,)


def _run(order: Order, engine: Engine, progress: Progress) -> Summary:
    found = engine.discover(order.inputs, SUFFIXES, order.stdin, order.out)
    if not found.inputs:
        kinds = ", ".join(sorted(SUFFIXES))
        raise Unusable(f"no texts ({kinds}) in {', '.join(order.inputs)}; name a folder or file that has some")
    if _whole(order):
        from .spark.whole import extract_whole, url_of

        if url_of(order.out):  # nobody can lock or replace a place that is no folder
            return extract_whole(order, found, open_rulebook(order.rules), engine, progress)
    check_target(order.out, OWNED, (item.path for item in found.inputs))
    rulebook = open_rulebook(order.rules)
    recover(order.out)
    with sole_writer(order.out):
        if _whole(order):
            return extract_whole(order, found, rulebook, engine, progress)
        return _extract(order, found, rulebook, engine, progress)


def ground_of(order: Order, rulebook: Rulebook) -> Ground:
    """Chooses the model and reads what was decided before."""
    choice = choose_model(order.model)
    privacy = _privacy(order)
    basis = basis_of(rulebook, choice, order.choices, privacy)
    said, registry = decisions(order.judgements), known_ids(order.registry or order.out, rulebook)
    return Ground(rulebook, choice, privacy, basis, said, registry)


def _extract(order: Order, found: Discovery, rulebook: Rulebook, engine: Engine, progress: Progress) -> Summary:
    clock, started = Clock(), datetime.now(timezone.utc)
    ground = ground_of(order, rulebook)
    basis, journal_file = ground.basis, journal_path(order.out)
    interrupted = read_journal(journal_file, basis) if order.resume else Interrupted()
    former = _known(order, basis)
    clock.lap("preparing")

    with closing(Journal(journal_file, basis, interrupted.end)) as journal:
        read = _read(found.inputs, order, ground, engine, former, interrupted, journal, progress)
    repeats = read.repeats.repeats()
    if order.newest:
        older = {source for repeat in repeats for source in repeat.sources if source != repeat.kept}
        read.pages = {source: at for source, at in read.pages.items() if source not in older}
        read.passed_over += sorted(older)
    clock.lap("documents")

    progress("organisations", 0, 1)
    ids = document_ids([*read.pages, *(failure.source for failure in read.failures)])
    pages = StoredPages(journal_file, sorted((ids[source], at) for source, at in read.pages.items()))
    counted = Counter[str]()
    uses = collect_from_parts(_counted(pages.parts(), counted))
    resolution = engine.resolve(uses, rulebook, ground.said, ground.registry)
    clock.lap("organisations")

    progress("tables", 0, 1)
    identity = Identity(uses, resolution)
    pages = pages.changed(lambda part: identified(part, identity))
    tables = replace(
        pages.tables(counted, read.failures),
        organisations=identity.organisations(),
        organisation_names=identity.names(),
        duplicates=duplicates(resolution),
    )
    tables = with_municipalities(tables, rulebook.places)
    skipped = tuple(sorted((*found.skipped, *read.passed_over)))
    warnings = (*resolution.warnings, *_warnings(order.formats, tables, repeats))
    files = run_streams(tables, pages.parts(), pages.contents, pages.origins, order.formats, excel=order.excel)
    counts = {row_type.NAME: len(rows) for row_type, rows in tables.named()}
    n_municipalities = len({row.municipality for row in tables.documents if row.municipality})
    clock.lap("tables")
    files[RUN] = json_text(
        {
            **provenance(rulebook, order.judgements, ground.choice),
            "basis": basis,
            "engine": order.engine,
            "choices": order.choices.facts(),
            "contacts": order.contacts,
            "repeats": [asdict(repeat) for repeat in repeats],
            "inputs": len(found.inputs),
            "unchanged": read.n_unchanged,
            "skipped": list(skipped),
            "counts": counts,
            "deduplication": comparing(resolution),
            "warnings": list(warnings),
            "workers": n_workers(Job(workers=order.workers), len(found.inputs)) if order.engine == LOCAL else None,
            "started": started.isoformat(timespec="seconds"),
            "seconds": {**clock.seconds, "total": clock.total()},
        }
    ).encode()
    publish(order.out, files, OWNED)
    journal_path(order.out).unlink(missing_ok=True)
    return Summary(
        order.out,
        counts,
        n_municipalities,
        waiting(tables),
        resolution.comparing,
        tuple(read.failures),
        skipped,
        warnings,
        ground.choice,
        clock.total(),
        read.n_unchanged,
    )


@dataclass(slots=True)
class _Read:
    """What came of the inputs."""

    repeats: RepeatFinder
    pages: dict[str, int] = field(default_factory=dict)  # by source, where they begin in the journal
    failures: list[Failure] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    n_unchanged: int = 0


def _read(
    inputs: Sequence[Input],
    order: Order,
    ground: Ground,
    engine: Engine,
    former: Mapping[str, Page],
    interrupted: Interrupted,
    journal: Journal,
    progress: Progress,
) -> _Read:
    """Every input in turn; a text that was read before is taken from what is known of it."""
    hashes = {source: page.known for source, page in former.items()}
    hashes |= {source: page.known for source, page in interrupted.pages.items()}
    read, done = _Read(RepeatFinder(ground.rulebook)), 0
    for result in engine.read(inputs, ground.job(order, hashes), ground.rulebook):
        if isinstance(result, Input):
            done += 1
            progress("reading", done, len(inputs))
        elif isinstance(result, Failure):
            read.failures.append(result)
        elif isinstance(result, PassedOver):
            read.passed_over.append(result.source)
        elif isinstance(result, Unchanged):
            read.n_unchanged += 1
            here = interrupted.pages.get(result.source)
            page = page_at(journal.path, here.at) if here else former[result.source]
            read.pages[result.source] = here.at if here else journal.add(page)
            read.repeats.add(page.source, page.content)
        else:
            read.pages[result.source] = journal.add(result)
            read.repeats.add(result.source, result.content)
    return read


def _counted(parts: Iterable[Tables], counts: Counter[str]) -> Iterator[Tables]:
    """The same parts; adds up how many rows each table has."""
    for part in parts:
        counts.update({row_type.NAME: len(rows) for row_type, rows in part.named()})
        yield part


def _privacy(order: Order) -> Privacy:
    """What a user wants done with persons and their addresses."""
    try:
        contacts = Contacts(order.contacts)
    except ValueError:
        raise Unusable(f"--contacts {order.contacts} is not known; known are {', '.join(Contacts)}") from None
    return Privacy(contacts, read_key(order.pseudonym_key) if contacts is Contacts.PSEUDONYMISE else b"")


def _known(order: Order, basis: str) -> dict[str, Page]:
    """The texts that the run which is replaced has read, on the same basis."""
    if order.fresh or not _as_written(order.out):
        return {}
    try:
        stored = read_run_folder(order.out)
    except Unusable:  # it is going to be replaced
        return {}
    if stored.facts.get("basis") != basis:
        return {}
    parts = {name: rows for name, rows in by_document(stored.tables).items() if name in stored.contents}
    pages = (
        Page(rows.documents[0].source, rows, stored.contents[name], stored.origins.get(name, ()))
        for name, rows in parts.items()
    )
    return {page.source: page for page in pages}


def _as_written(folder: Path) -> bool:
    """Whether its tables are as the run wrote them: what somebody changed in them is not what a text gave."""
    try:
        described = json.loads((folder / DATAPACKAGE).read_text(encoding="utf-8"))["resources"]
        hashes = {table["path"]: table["hash"].removeprefix("sha256:") for table in described}
        return all(hashlib.sha256((folder / path).read_bytes()).hexdigest() == said for path, said in hashes.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


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
        if not name.startswith("_") and isinstance(getattr(type(rulebook), name), cached_property):
            getattr(rulebook, name)
    return rulebook


def _warnings(formats: Sequence[str], tables: Tables, repeats: Sequence[Repeat]) -> Iterable[str]:
    if "csv" not in formats:
        yield (
            "without format csv no other command can read this run, and the next one into this folder gives "
            "organisations new ids"
        )
    for repeat in repeats:
        alike = "the same text" if repeat.alike == 1.0 else f"nearly the same text (about {repeat.alike:.0%})"
        yield f"{', '.join(repeat.sources)} hold {alike}; the newest is {repeat.kept} (--newest keeps it alone)"
    for row in tables.documents:
        if row.encoding.endswith("(mojibake)"):
            yield (
                f"{row.source}: looks like UTF-8 read as Windows-1252 ('Ã©' for 'é'); it is left as it is "
                "(--fix-encoding mends it)"
            )


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
