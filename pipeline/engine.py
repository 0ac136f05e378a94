"""Where the work of a run is done: on this machine, or by an engine that has many.

An engine finds the inputs, reads them and compares the names. What is asked of it and what it gives back are the same
everywhere, so that the tables are too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .intake import Job, Result, read_inputs
from .names_in_use import Uses
from .problems import Unusable
from .reading import Discovery, Input, discover
from .records import Correction, Judgement, Resolution
from .rulebook import Rulebook

if TYPE_CHECKING:
    from .organisations.candidates import Blocking
    from .organisations.registry import Registry

LOCAL, SPARK = "local", "spark"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stewards said of pairs of names, and of whole organisations."""

    judgements: tuple[Judgement, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Engine(Protocol):
    """What a run leaves to others."""

    def discover(
        self, names: Sequence[str], suffixes: Collection[str], stdin: bytes | None, leave_out: Path | None
    ) -> Discovery:
        """All inputs behind `names`, sorted by source."""

    def read(self, inputs: Sequence[Input], job: Job, rulebook: Rulebook) -> Iterator[Result | Input]:
        """What comes of every input, in the order given; an input itself where all of it has been handed on."""

    def resolve(self, uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry) -> Resolution:
        """Names → organisations."""


class Local:
    """This machine: worker processes read, one process compares names."""

    def __init__(self, blocking: Blocking | None = None) -> None:
        self._blocking = blocking

    def discover(
        self, names: Sequence[str], suffixes: Collection[str], stdin: bytes | None, leave_out: Path | None
    ) -> Discovery:
        return discover(names, suffixes, stdin, leave_out)

    def read(self, inputs: Sequence[Input], job: Job, rulebook: Rulebook) -> Iterator[Result | Input]:
        return read_inputs(inputs, job, rulebook)

    def resolve(self, uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry) -> Resolution:
        return resolve(uses, rulebook, said, registry, self._blocking)


def resolve(
    uses: Uses, rulebook: Rulebook, said: Decisions, registry: Registry | None, blocking: Blocking | None = None
) -> Resolution:
    """Names → organisations, in this process. Imported here: nothing before this stage needs the matcher."""
    from .organisations import BLOCKING
    from .organisations import resolve as resolve_names

    return resolve_names(
        uses.sorted(), rulebook, said.judgements, registry, said.corrections, blocking or BLOCKING
    )  # fmt: skip


@contextmanager
def engine_of(name: str, master: str | None) -> Iterator[Engine]:
    """The engine of this name. `master`: of Spark, which processes do the work. Raises Unusable."""
    if name == LOCAL:
        if master is not None:
            raise Unusable(f"--master {master} goes with --engine spark")
        yield Local()
    elif name == SPARK:
        from .spark import open_spark

        with open_spark(master) as engine:
            yield engine
    else:
        raise Unusable(f"--engine {name} is not known; known are {LOCAL}, {SPARK}")
