"""The seam between a run and Spark."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine import Decisions, resolve
from ..intake import Job, Result
from ..names_in_use import Uses
from ..organisations.candidates import BLOCKING, Blocking
from ..organisations.registry import Registry
from ..reading import Discovery, Input
from ..records import Resolution
from ..rulebook import Rulebook
from .inputs import find_inputs
from .names import Names, of_uses, uses_of
from .reading import read_inputs, results_of
from .resolving import Request, resolve_names
from .rows import in_sentences
from .session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


ALONE_UP_TO = 100_000  # names that the driver compares by itself, in less time than Spark needs to plan its joins


class SparkEngine:
    """A session that is there already does the work."""

    def __init__(
        self, session: SparkSession, blocking: Blocking = BLOCKING, alone_up_to: int = ALONE_UP_TO
    ) -> None:  # fmt: skip
        self.session = session
        self.blocking = blocking
        self._alone_up_to = alone_up_to
        self._sizes: Mapping[str, int] = {}

    def discover(
        self, names: Sequence[str], suffixes: Collection[str], stdin: bytes | None, leave_out: Path | None
    ) -> Discovery:
        found = find_inputs(self.session, names, suffixes, stdin, leave_out)
        self._sizes = found.sizes
        return found.discovery

    @contextmanager
    def results(self, inputs: Sequence[Input], job: Job, rulebook: Rulebook) -> Iterator[DataFrame]:
        """What comes of every input, as rows that are kept on the disks of the workers while the block lasts."""
        from pyspark import StorageLevel

        with in_sentences():
            frame = read_inputs(self.session, inputs, self._sizes, job, rulebook).persist(StorageLevel.DISK_ONLY)
            try:
                frame.count()  # all at once; what follows asks for one part after the other
                yield frame
            finally:
                frame.unpersist()

    def read(self, inputs: Sequence[Input], job: Job, rulebook: Rulebook) -> Iterator[Result | Input]:
        with self.results(inputs, job, rulebook) as frame:
            yield from results_of(frame.toLocalIterator(prefetchPartitions=True))
        yield from inputs

    def resolve(self, uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry) -> Resolution:
        if len(uses.by_key) <= self._alone_up_to:
            return resolve(uses, rulebook, said, registry, self.blocking)
        with in_sentences():
            return resolve_names(of_uses(self.session, uses), Request(rulebook, said, registry, self.blocking))

    def resolve_frame(self, names: Names, request: Request) -> Resolution:
        """The same, where the driver does not know which documents print the names."""
        if len(names.keys) > self._alone_up_to:
            return resolve_names(names, request)
        return resolve(uses_of(names), request.rulebook, request.said, request.registry, self.blocking)


@contextmanager
def open_spark(master: str | None) -> Iterator[SparkEngine]:
    """The engine on a session of its own, or on the one that is active here."""
    with spark_session(master) as session:
        yield SparkEngine(session)
