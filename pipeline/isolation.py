"""A pool of worker processes in which one input costs at most itself.

A task (a file, an archive, a table) holds items (texts). A worker says which item it begins and sends each result as
soon as it is there. So when it hangs, eats memory or dies in the seventh, six are kept, the seventh is lost with a
reason, and a new worker takes the task up again behind it.

What is held where:

- time: on the clock, by the parent, from one message of a worker to the next; beside it a generous limit on processor
  time, for the case that the parent is busy or gone (not on Windows);
- memory: what a worker may take on top of what it has when it starts to work (Linux only: elsewhere there is no limit
  that a process could set for itself). A worker whose item takes too much is replaced;
- blame: a worker that did other items before may have been spoilt by them (a leak, a damaged heap). Where it dies or
  runs out of memory, the item is tried once more in a new process, and is lost only if it fails there too;
- network and programs: Python code in a worker can neither reach the network nor start another program. An audit hook
  refuses it, on every system; native code that opens a connection by itself is not stopped;
- the end: workers leave Ctrl-C to the parent, and end with it, even where it is killed and they hang in native code
  (elsewhere than on Linux: as soon as that code lets other threads run).
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from .worker import HEAD, Begun, Done, Kind, ProcessLimits, Work, parents_ends, serve, words

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

__all__ = ["Begun", "Done", "Ended", "Kept", "Lost", "ProcessLimits", "Work", "WorkersUnusable", "run_isolated"]

T = TypeVar("T")
R = TypeVar("R")
Reason = Literal["time", "memory", "killed", "crashed"]

_AHEAD = 4096  # tasks that may be begun before the first of them is done
_AHEAD_BYTES = 64 << 20  # results that may wait for those of an earlier task
_CHUNK = 1 << 20  # read at once
_GRACE = 2.0  # seconds between a closed pipe and the end of its process
_STARTS = 3  # attempts in a row to start a worker
_START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Kept(Generic[T, R]):
    """The result of one item."""

    task: T
    item: str
    result: R


@dataclass(frozen=True, slots=True)
class Lost(Generic[T]):
    """One item without a result; where `item` is empty, the task itself from there on.

    `reason`: time (over the limit), memory (over the limit), killed (by a signal: a crash in native code, or the
    system short of memory), crashed (an exception, or a process that ended itself). `detail` is for a person.
    """

    task: T
    item: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """Everything of this task has been handed on."""

    task: T


class WorkersUnusable(RuntimeError):  # noqa: N818  (it names their state)
    """No worker process can be started, or none comes as far as its first task."""


def no_start() -> None:
    """For workers that need nothing but their task."""


def run_isolated(
    work: Work[T, R],
    tasks: Iterable[T],
    workers: int,
    limits: ProcessLimits,
    start: Callable[[], None] = no_start,
    *,
    forked: bool = sys.platform == "linux",
) -> Iterator[Kept[T, R] | Lost[T] | Ended[T]]:
    """Everything that comes of every task, in the order of the tasks and of their items.

    `work(task, skip)` runs in a worker: it passes over the first `skip` items without looking into them and yields
    `Begun` before and `Done` after each one that follows; what it does not yield between the two is no item. An
    exception in it costs the item it is at. `start` runs once in each worker, without limits.

    Forked workers have what the parent has in memory; others import it anew, and `work` and `start` must be picklable.
    Tasks and results always are. Few tasks are taken from `tasks` ahead of what is handed on. Closing the iterator,
    Ctrl-C and any exception end all workers. Errors: `WorkersUnusable`.
    """
    context = get_context("fork") if forked else get_context("spawn")
    pool = _Pool(work, iter(tasks), max(1, workers), limits, start, context)
    try:
        yield from pool.run()
    finally:
        pool.stop()


# --- the pool ----------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """A task at work."""

    task: T
    begun: int = 0  # items, up to the present one
    item: str | None = None  # at work now
    lost: int = 0
    spent: float = 0.0  # seconds, in workers that are no more
    ended: bool = False
    results: deque[tuple[str, bytes] | Lost[T]] = field(default_factory=deque)  # still to be handed on


@dataclass(slots=True, eq=False)
class _Worker(Generic[T]):
    process: BaseProcess
    line: Connection
    lifeline: Connection  # never written to: the worker ends when it is closed
    job: _Job[T] | None
    deadline: float
    since: float = 0.0  # when it was given its job
    ready: bool = False
    items: int = 0  # begun by this process
    received: bytearray = field(default_factory=bytearray)


class _Pool(Generic[T, R]):
    def __init__(
        self,
        work: Work[T, R],
        tasks: Iterator[T],
        size: int,
        limits: ProcessLimits,
        start: Callable[[], None],
        context: ForkContext | SpawnContext,
    ) -> None:
        self._duty = (work, start, limits)
        self._tasks: Iterator[T] | None = tasks
        self._size = size
        self._limits = limits
        self._context = context
        self._jobs: deque[_Job[T]] = deque()  # in the order of their tasks
        self._workers: list[_Worker[T]] = []
        self._waiting = 0  # bytes of results that are not handed on yet
        self._failed_starts = 0

    def run(self) -> Iterator[Kept[T, R] | Lost[T] | Ended[T]]:
        while True:
            self._hand_out()
            yield from self._hand_on()
            self._hand_out()  # there may be room now
            if not self._jobs:
                return
            self._listen()

    def stop(self) -> None:
        for worker in tuple(self._workers):
            self._remove(worker)

    def _hand_out(self) -> None:
        while self._tasks is not None and len(self._jobs) < _AHEAD and self._waiting < _AHEAD_BYTES:
            idle = next((worker for worker in self._workers if worker.job is None), None)
            if not idle and len(self._workers) >= self._size:
                return
            try:
                job = _Job(next(self._tasks))
            except StopIteration:
                self._tasks = None
                return
            self._jobs.append(job)
            if idle:
                self._give(idle, job)
            else:
                self._add_worker(job)

    def _hand_on(self) -> Iterator[Kept[T, R] | Lost[T] | Ended[T]]:
        """What may be told now: all of the first task, and of the next one if that was all."""
        while self._jobs:
            job = self._jobs[0]
            while job.results:
                result = job.results.popleft()
                if isinstance(result, Lost):
                    yield result
                else:
                    self._waiting -= len(result[1])
                    yield _opened(job.task, *result)
            if not job.ended:
                return
            self._jobs.popleft()
            yield Ended(job.task)

    def _listen(self) -> None:
        """Waits for the next messages and takes them; stops who has said nothing for too long."""
        heard = [worker for worker in self._workers if not self._held_back(worker)]
        until = min(worker.deadline for worker in heard if worker.job)
        speaking = wait([worker.line for worker in heard], max(0.0, until - time.monotonic()))
        for worker in heard:
            # Who has said something is never late: the parent may have been away, or not have listened to it.
            if worker.line in speaking:
                self._receive(worker)
            elif worker.job and time.monotonic() > worker.deadline:
                if worker.ready:
                    self._fail(worker, "time", f"nothing came of it in {self._limits.seconds:g} s", usable=False)
                else:
                    self._fail_start(worker, f"not ready after {_START_SECONDS:g} s")

    def _held_back(self, worker: _Worker[T]) -> bool:
        """Whether its results have to wait in its pipe: too many of later tasks are here already."""
        return self._waiting >= _AHEAD_BYTES and worker.ready and worker.job not in (None, self._jobs[0])

    def _receive(self, worker: _Worker[T]) -> None:
        data = _read(worker.line)
        if not data:
            self._bury(worker)
            return
        worker.deadline = time.monotonic() + self._limits.seconds
        worker.received += data
        while len(worker.received) >= HEAD.size and worker in self._workers:
            kind, length = HEAD.unpack_from(worker.received)
            end = HEAD.size + length
            if len(worker.received) < end:
                return
            payload = bytes(memoryview(worker.received)[HEAD.size : end])
            del worker.received[:end]
            self._take(worker, kind, payload)

    def _take(self, worker: _Worker[T], kind: int, payload: bytes) -> None:
        job = worker.job
        if job is None:
            return
        if kind == Kind.READY:
            worker.ready = True
            self._failed_starts = 0
            self._give(worker, job)
        elif kind == Kind.BEGUN and job.lost > self._limits.restarts:
            self._give_up(worker, job, _text(payload))
        elif kind == Kind.BEGUN:
            job.item = _text(payload)
            job.begun += 1
            worker.items += 1
        elif kind == Kind.DONE:
            job.results.append((job.item or "", payload))
            job.item = None
            self._waiting += len(payload)
        elif kind == Kind.ENDED:
            job.ended = True
            worker.job = None
        elif not worker.ready:
            self._fail_start(worker, _text(payload))
        elif kind == Kind.TOO_BIG:
            self._fail(worker, "memory", _text(payload), usable=False)
        else:
            self._fail(worker, "crashed", _text(payload), usable=True)

    def _give(self, worker: _Worker[T], job: _Job[T]) -> None:
        worker.job = job
        worker.since = time.monotonic()
        # To pass over what is done may take as long as it took to do it.
        worker.deadline = worker.since + self._limits.seconds + job.spent
        with suppress(OSError):  # it died while it had nothing to do: its closed pipe will say so
            worker.line.send_bytes(pickle.dumps((job.task, job.begun), 5))

    def _bury(self, worker: _Worker[T]) -> None:
        """After the pipe of a worker was closed."""
        worker.process.join(_GRACE)
        if worker.process.exitcode is None:
            worker.process.kill()
            worker.process.join()
        reason, detail = _cause(worker.process.exitcode or 0)
        if worker.job is None:
            self._remove(worker)
        elif worker.ready:
            self._fail(worker, reason, detail, usable=False)
        else:
            self._fail_start(worker, detail)

    def _fail(self, worker: _Worker[T], reason: Reason, detail: str, *, usable: bool) -> None:
        """A worker came to grief in its job; `usable`: it can go on."""
        job = worker.job
        assert job is not None
        spoilt = worker.items > (0 if job.item is None else 1)
        job.spent += time.monotonic() - worker.since
        if not usable:
            self._remove(worker)
        if spoilt and not usable and reason != "time":
            if job.item is not None:
                job.begun -= 1
        elif job.item is None:
            where = f"behind item {job.begun}" if job.begun else "before the first item"
            job.results.append(Lost(job.task, "", reason, f"{detail} ({where})"))
            job.ended = True
        else:
            job.results.append(Lost(job.task, job.item, reason, detail))
            job.lost += 1
        job.item = None
        if usable:
            worker.job = None
        if not job.ended and usable:
            self._give(worker, job)
        elif not job.ended:
            self._add_worker(job)

    def _give_up(self, worker: _Worker[T], job: _Job[T], item: str) -> None:
        detail = f"given up after {job.lost} lost items; {item or 'what follows'} and the rest were not tried"
        job.results.append(Lost(job.task, "", "crashed", detail))
        job.ended = True
        self._remove(worker)

    def _fail_start(self, worker: _Worker[T], detail: str) -> None:
        job = worker.job
        assert job is not None
        self._remove(worker)
        self._failed_starts += 1
        if self._failed_starts >= _STARTS:
            raise WorkersUnusable(f"a worker process does not start: {detail}")
        self._add_worker(job)

    def _add_worker(self, job: _Job[T]) -> None:
        line, workers_line = self._context.Pipe()
        workers_lifeline, lifeline = self._context.Pipe(duplex=False)
        parents_ends.update((line, lifeline))
        process = self._context.Process(target=serve, args=(*self._duty, workers_line, workers_lifeline), daemon=True)
        try:
            with _interrupts_wait():
                process.start()
                self._workers.append(_Worker(process, line, lifeline, job, time.monotonic() + _START_SECONDS))
        except OSError as error:
            _close(line, lifeline)
            raise WorkersUnusable(f"a worker process cannot be started: {error}") from None
        finally:
            workers_line.close()
            workers_lifeline.close()

    def _remove(self, worker: _Worker[T]) -> None:
        worker.process.kill()
        worker.process.join()
        worker.process.close()
        _close(worker.line, worker.lifeline)
        self._workers.remove(worker)


def _opened(task: T, item: str, data: bytes) -> Kept[T, R] | Lost[T]:
    try:
        return Kept(task, item, pickle.loads(data))  # noqa: S301  (from a process of ours)
    except Exception as error:  # a result may refuse to be put together again
        return Lost(task, item, "crashed", f"the result cannot be read back: {words(error)}")


def _close(*ends: Connection) -> None:
    for end in ends:
        parents_ends.discard(end)
        end.close()


def _read(line: Connection) -> bytes:
    """What is there, without waiting for the end of a message; empty when the pipe is closed."""
    try:
        if sys.platform == "win32":
            return line.recv_bytes()
        return os.read(line.fileno(), _CHUNK)
    except (OSError, EOFError):
        return b""


def _cause(exit_code: int) -> tuple[Reason, str]:
    if exit_code >= 0:
        return "crashed", f"its process ended itself with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:  # real-time signals have none
        name = f"signal {-exit_code}"
    return "time" if name == "SIGXCPU" else "killed", f"its process was ended by {name}"


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "surrogatepass")


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C is held up while a process is started: a worker must never see it, and the parent must know its worker."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
