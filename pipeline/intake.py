"""Inputs → the rows of their texts, each input isolated, what is known from before not done again."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Union

from .isolation import Begun, Done, Ended, Kept, Lost, ProcessLimits, WorkersUnusable, run_isolated
from .language.model import BLANK, ModelChoice, load_model
from .learned.switches import Learned, own_weights
from .privacy import Contacts, Privacy, redact
from .problems import Unusable
from .reading.discovery import Input, slug
from .reading.opening import Choices, leaves_of, passed_over, sha256_of, text_of
from .reading.unpacking import Leaf
from .reading.unreadable import Unreadable
from .records import Failure, Origin, Text
from .rulebook import Rulebook
from .tables import Tables, document_rows

if TYPE_CHECKING:
    from spacy.language import Language

_GARBAGE = 20_000  # objects between two looks for garbage: a text leaves hardly any that is circular
READING, EXTRACTING = "reading", "extracting"
_WORTH_WORKERS = 100  # below this many inputs, starting processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Page:
    """What one text gave: its rows, under the id that its file name asks for, and its decoded text."""

    source: str
    rows: Tables
    content: str
    origins: tuple[Origin, ...] = ()

    @property
    def sha256(self) -> str:
        return self.rows.documents[0].sha256

    @property
    def known(self) -> Known:
        """By what it is known again."""
        return Known(self.sha256, self.origins[0].where if self.origins else "")


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A text that was read before, and is as it was."""

    source: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something among the inputs that is no text."""

    source: str


Result = Union[Page, Failure, Unchanged, PassedOver]  # noqa: UP007 - Python 3.10 needs it for an alias


@dataclass(frozen=True, slots=True)
class Known:
    """A text that was read before: the hash of its bytes, and where in its container its first character stood."""

    sha256: str
    where: str = ""

    def fits(self, leaf: Leaf) -> bool:
        """Whether a leaf is that very text: of a table, in the same row."""
        return self.sha256 == sha256_of(leaf) and f"{self.where},".startswith(f"{leaf.where}," if leaf.where else "")


@dataclass(frozen=True, slots=True)
class Job:
    """What workers need to know. `known` are the texts that need not be read again, by source."""

    choices: Choices = field(default_factory=Choices)
    rules: Path | None = None
    model: ModelChoice | None = None
    known: Mapping[str, Known] = field(default_factory=dict)
    workers: int = 0  # 0: as many as are worth it
    limits: ProcessLimits = field(default_factory=ProcessLimits)
    privacy: Privacy = field(default_factory=lambda: Privacy(Contacts.KEEP))


@dataclass(frozen=True, slots=True)
class Tools:
    """What reading takes: costly to make, and good for any number of texts."""

    job: Job
    rulebook: Rulebook
    language: Language | None
    learned: Learned


_tools: list[Tools] = []  # of this process; a forked worker finds its parent's


def read_inputs(inputs: Sequence[Input], job: Job, rulebook: Rulebook) -> Iterator[Result | Input]:
    """What comes of every input, in the order given; an input itself where all of it has been handed on."""
    return read_with(open_tools(job, rulebook), inputs, n_workers(job, len(inputs)))


def read_with(tools: Tools, inputs: Iterable[Input], workers: int) -> Iterator[Result | Input]:
    """The same, with tools that are there already, and inputs that may come as they are needed."""
    _tools[:] = [tools]
    job = tools.job
    start = partial(_start, job)
    try:
        for outcome in run_isolated(_work, inputs, workers, job.limits, start):
            if isinstance(outcome, Kept):
                yield outcome.result
            elif isinstance(outcome, Lost):
                yield _lost(outcome, job.limits)
            elif isinstance(outcome, Ended):
                yield outcome.task
    except WorkersUnusable as problem:
        raise Unusable(f"no worker process could do anything: {problem}") from None


def n_workers(job: Job, n_inputs: int) -> int:
    """How many processes read."""
    wanted = job.workers or (1 if n_inputs < _WORTH_WORKERS else os.cpu_count() or 1)
    return max(1, min(wanted, n_inputs))


def open_tools(job: Job, rulebook: Rulebook) -> Tools:
    """Loads the model."""
    assert job.model is not None
    learned = Learned.of(rulebook, own_weights(job.model))
    language = None if job.model.name == BLANK else load_model(job.model)
    return Tools(job, rulebook, language, learned)


def _start(job: Job) -> None:
    if not _tools:  # not forked: nothing of the parent's is here
        _tools.append(open_tools(job, Rulebook(job.rules)))
    gc.freeze()  # rules and model stay: looking for garbage in them costs, and copies pages that are shared
    gc.set_threshold(_GARBAGE)


def _work(item: Input, skip: int) -> Iterator[Begun | Done[Result]]:
    job = _tools[0].job
    for number, leaf in enumerate(leaves_of(item, job.choices)):
        if number < skip:
            continue
        yield Begun(leaf.source)
        if passed_over(leaf, item, job.choices):
            yield Done(PassedOver(leaf.source))
        elif leaf.problem is None and leaf.source in job.known and job.known[leaf.source].fits(leaf):
            yield Done(Unchanged(leaf.source))
        else:
            try:
                yield Done(_read(text_of(leaf, job.choices)))
            except Unreadable as problem:
                yield Done(failed(leaf.source, READING, problem.error, problem.message))


def _read(text: Text) -> Page | Failure:
    from .document import read_document  # brings spaCy along, which not everybody needs who imports this module

    tools = _tools[0]
    try:
        document = read_document(text, tools.rulebook, tools.language, tools.learned)
    except MemoryError:
        raise  # the limit of the process: its parent tells
    except Exception as error:  # one odd text must not cost the others; the row says what to report
        return failed(text.source, EXTRACTING, type(error).__name__, " ".join(str(error).split())[:300])
    rows, content = document_rows(slug(PurePath(text.source).stem), document), text.content
    if tools.job.privacy.contacts is not Contacts.KEEP:
        rows, content = redact(rows, content, tools.job.privacy)
    return Page(text.source, rows, content, text.origins)


def _lost(lost: Lost[Input], limits: ProcessLimits) -> Failure:
    """A text that took its worker with it, as a row of the errors."""
    words = {
        "time": f"took longer than {limits.seconds:g} seconds and was given up; --timeout allows more",
        "memory": "needed more memory than one text may have; --memory allows more",
        "killed": f"its process was killed ({lost.detail})",
        "crashed": f"its process broke down ({lost.detail})",
    }
    return failed(lost.item or lost.task.source, READING, lost.reason, words[lost.reason])


def failed(source: str, stage: str, error: str, message: str) -> Failure:
    """A row of the errors. Words that an input brings, such as the name of a column, may hold halves of characters,
    which no file can."""
    return Failure(source, stage, error, message.encode("utf-8", "backslashreplace").decode("utf-8"))
