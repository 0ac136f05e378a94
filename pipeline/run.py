"""The stages in order: the only module that knows them all.

Reading and understanding one text needs no other text, so that part may run in several processes, which send back
small records. Comparing names needs all of them and runs once.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .appending import TableError, content_hash
from .awaiting import awaiting
from .datapackage import FILE as DATAPACKAGE
from .datapackage import Counted, describe
from .excel import FOLDER as EXCEL
from .excel import excel_note, excel_streams
from .formats import DOCUMENTS, FORMATS, json_text, jsonl_chunks, table_chunks
from .intake import Job, Page, PassedOver, Unchanged, n_workers, read_inputs
from .isolation import ProcessLimits
from .journal import Interrupted, Journal, journal_path, page_at, read_journal
from .language.model import ModelChoice, choose_model
from .names_in_use import Uses, collect_from_parts
from .privacy import Contacts, Privacy, read_key, redact
from .problems import Unusable
from .publishing import Data, check_target, publish, recover, sole_writer
from .reading import SUFFIXES, Discovery, Input, discover, document_ids
from .reading.opening import Choices
from .records import Correction, Failure, Judgement, Origin, Resolution
from .repeats import Repeat, RepeatFinder
from .rows import ROW_TYPES, SCHEMA_VERSION, Row
from .rulebook import Rulebook
from .run_folder import read_run_folder
from .stored_pages import StoredPages
from .summary import Summary
from .tables import Identity, Tables, by_document, duplicates, identified

if TYPE_CHECKING:
    from .organisations.registry import Registry

RUN = "run.json"
OWNED = frozenset({DATAPACKAGE, DOCUMENTS, RUN, EXCEL, *(f"{row_type.NAME}.csv" for row_type in ROW_TYPES)})
_LIBRARIES = (  # that make text of bytes, and rows of text
    *("spacy", "selectolax", "markdown-it-py", "trafilatura", "pypdfium2", "openpyxl", "pyarrow"),
    *("ftfy", "brotli", "text2num"),
)
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
    formats: tuple[str, ...] = FORMATS
    stdin: bytes | None = None
    choices: Choices = field(default_factory=Choices)
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    resume: bool = False  # go on with what an interrupted run had read
    fresh: bool = False  # read everything, also what is as it was
    newest: bool = False  # of a page that comes twice, keep the newest
    excel: bool = False
    contacts: str = "keep"
    pseudonym_key: Path = Path("raw") / "pseudonyms.key"


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
    """The main job: texts in, one run folder out. Raises Unusable where another program works on that folder."""
    unknown = [name for name in order.formats if name not in FORMATS]
    if unknown or not order.formats:
        raise Unusable(f"format {', '.join(unknown) or '(none)'} is not known; known are {', '.join(FORMATS)}")
    found = discover(order.inputs, SUFFIXES, order.stdin, leave_out=order.out)
    check_target(order.out, OWNED, (item.path for item in found.inputs))
    if not found.inputs:
        kinds = ", ".join(sorted(SUFFIXES))
        raise Unusable(f"no texts ({kinds}) in {', '.join(order.inputs)}; name a folder or file that has some")
    rulebook = open_rulebook(order.rules)
    recover(order.out)
    with sole_writer(order.out):
        return _extract(order, found, rulebook, progress)


def _extract(order: Order, found: Discovery, rulebook: Rulebook, progress: Progress) -> Summary:
    clock, started = Clock(), datetime.now(timezone.utc)
    choice = choose_model(order.model)
    privacy = _privacy(order)
    basis = basis_of(rulebook, choice, order.choices, privacy)
    said, registry = decisions(order.judgements), known_ids(order.registry or order.out, rulebook)
    journal_file = journal_path(order.out)
    interrupted = read_journal(journal_file, basis) if order.resume else Interrupted()
    former = _known(order, basis)
    clock.lap("preparing")

    with closing(Journal(journal_file, basis, interrupted.end)) as journal:
        read = _read(found.inputs, order, rulebook, choice, former, interrupted, journal, privacy, progress)
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
    resolution = resolve(uses, rulebook, said, registry)
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
    skipped = tuple(sorted((*found.skipped, *read.passed_over)))
    warnings = (*resolution.warnings, *_warnings(tables, repeats))
    files = run_streams(tables, pages.parts(), pages.contents, pages.origins, order.formats, excel=order.excel)
    counts = {row_type.NAME: len(rows) for row_type, rows in tables.named()}
    n_municipalities = len({row.municipality for row in tables.documents if row.municipality})
    clock.lap("tables")
    files[RUN] = json_text(
        {
            **provenance(rulebook, order.judgements, choice),
            "basis": basis,
            "choices": order.choices.facts(),
            "contacts": order.contacts,
            "repeats": [asdict(repeat) for repeat in repeats],
            "inputs": len(found.inputs),
            "unchanged": read.n_unchanged,
            "skipped": list(skipped),
            "counts": counts,
            "deduplication": comparing(resolution),
            "warnings": list(warnings),
            "workers": n_workers(Job(workers=order.workers), len(found.inputs)),
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
        choice,
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
    rulebook: Rulebook,
    choice: ModelChoice,
    former: Mapping[str, Page],
    interrupted: Interrupted,
    journal: Journal,
    privacy: Privacy,
    progress: Progress,
) -> _Read:
    """Every input in turn; a text that was read before is taken from what is known of it."""
    hashes = {source: page.known for source, page in former.items()}
    hashes |= {source: page.known for source, page in interrupted.pages.items()}
    job = Job(order.choices, order.rules, choice, hashes, order.workers, order.limits)
    read, done = _Read(RepeatFinder(rulebook)), 0
    for result in read_inputs(inputs, job, rulebook):
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
            page = _redacted(result, privacy)
            read.pages[page.source] = journal.add(page)
            read.repeats.add(page.source, page.content)
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


def _redacted(page: Page, privacy: Privacy) -> Page:
    if privacy.contacts is Contacts.KEEP:
        return page
    rows, content = redact(page.rows, page.content, privacy)
    return replace(page, rows=rows, content=content)


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


def basis_of(rulebook: Rulebook, choice: ModelChoice, choices: Choices, privacy: Privacy) -> str:
    """A hash of all that the rows of one text depend on, besides the text: program, rules, model, choices."""
    weights = _files_sha256(Path(choice.path)) if choice.path else ""
    libraries = (platform.python_version(), *map(_version, _LIBRARIES))
    parts = (SCHEMA_VERSION, _program_sha256(), libraries, rules_sha256(rulebook), choice.name, choice.version, weights)
    private = (privacy.contacts, hashlib.sha256(privacy.key).hexdigest())
    return hashlib.sha256(json_text((*parts, choices.facts(), *private)).encode()).hexdigest()


@lru_cache
def _program_sha256() -> str:
    """Of the code and of the embedded model: a version number stays the same while somebody works on them."""
    root = Path(__file__).resolve().parent
    return _files_sha256(root, ".py") + _files_sha256(root.parent / "model")


def _files_sha256(folder: Path, suffix: str = "") -> str:
    """Of all files below a folder, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(f"*{suffix}")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


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


def resolve(uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry | None) -> Resolution:
    """Names → organisations. Imported here: nothing before this stage needs the matcher."""
    from .organisations import resolve as resolve_names

    return resolve_names(uses.sorted(), rulebook, said.judgements, registry, said.corrections)


def table_files(
    written: Sequence[tuple[type[Row], Sequence[Row]]], more: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """CSV per table, and the package that describes them; `more` are properties of the package."""
    return _in_memory(table_streams(written, more))


def table_streams(
    written: Sequence[tuple[type[Row], Sequence[Row]]], more: Mapping[str, Any] | None = None
) -> dict[str, Data]:
    """The same in pieces. The package comes last, as it says what was written."""
    data = [(row_type, Counted(table_chunks(row_type, rows))) for row_type, rows in written]

    def package() -> Iterator[bytes]:
        yield json_text(describe(data, more)).encode()

    return {**{f"{row_type.NAME}.csv": counted for row_type, counted in data}, DATAPACKAGE: package()}


def _in_memory(files: Mapping[str, Data]) -> dict[str, bytes]:
    return {name: data if isinstance(data, bytes) else b"".join(data) for name, data in files.items()}


def provenance(rulebook: Rulebook, judgements: Path | None, choice: ModelChoice | None) -> dict[str, Any]:
    """What a run rests on: versions and hashes, for `run.json`."""
    from .organisations import corrections_path

    packages = ("coalitie", "spacy", "rapidfuzz", "pydantic", "pandas")
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
        "model": asdict(choice) if choice else None,
        "rules_sha256": rules_sha256(rulebook),
        "judgements_sha256": content_hash(judgements) if judgements else None,
        "corrections_sha256": content_hash(corrections_path(judgements)) if judgements else None,
    }


def rules_sha256(rulebook: Rulebook) -> str:
    """Of all files of the rules."""
    digest = hashlib.sha256()
    for name in rulebook.folder.names():
        digest.update(name.encode() + b"\0" + rulebook.folder.bytes_of(name) + b"\0")
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


def run_files(
    tables: Tables,
    contents: Mapping[str, str],
    origins: Mapping[str, tuple[Origin, ...]],
    formats: Sequence[str],
    *,
    excel: bool = False,
) -> dict[str, bytes]:
    """Everything of a run but `run.json`. `contents` and `origins` are of each document by its id."""
    parts = by_document(tables).values()
    return _in_memory(run_streams(tables, parts, contents, origins, formats, excel=excel))


def run_streams(
    tables: Tables,
    parts: Iterable[Tables],
    contents: Mapping[str, str],
    origins: Mapping[str, tuple[Origin, ...]],
    formats: Sequence[str],
    *,
    excel: bool = False,
) -> dict[str, Data]:
    """The same in pieces that are made when they are written, in this order. `parts`: the rows of each document."""
    files: dict[str, Data] = {}
    if "csv" in formats:
        files.update(table_streams(tables.named(), {"excel": excel_note(tables.named())} if excel else None))
    if excel:
        files.update(excel_streams(tables.named()))
    if "jsonl" in formats:
        files[DOCUMENTS] = jsonl_chunks(parts, tables.organisations, contents, origins)
    return files


def _warnings(tables: Tables, repeats: Sequence[Repeat]) -> Iterable[str]:
    for repeat in repeats:
        alike = "the same text" if repeat.alike == 1.0 else f"nearly the same text (about {repeat.alike:.0%})"
        yield f"{', '.join(repeat.sources)} hold {alike}; the newest is {repeat.kept} (--newest keeps it alone)"
    for row in tables.documents:
        if row.encoding.endswith("(mojibake)"):
            yield (
                f"{row.source}: looks like UTF-8 read as Windows-1252 ('Ã©' for 'é'); it is left as it is "
                "(--fix-encoding mends it)"
            )


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
