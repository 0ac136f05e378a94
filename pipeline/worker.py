"""What a worker process does: it takes orders, tells what it begins, sends results, and keeps its limits.

The other side, and what all of it is for, is `isolation`.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

if sys.platform != "win32":
    import resource

T = TypeVar("T")
R = TypeVar("R")

HEAD = struct.Struct("<BQ")  # of a message: its kind, and how many bytes follow
_SET_ASIDE = 4 << 30  # address space that allocators reserve and may never use

# The parent's ends of the pipes to all workers. A forked worker closes its copies: as long as anyone holds them, the
# others do not notice that the parent is gone.
parents_ends: set[Connection] = set()


class Kind(IntEnum):
    """What a worker says; the bytes that follow."""

    READY = 0
    BEGUN = 1  # the name of the item
    DONE = 2  # the pickled result
    ENDED = 3  # the task has no more items
    FAILED = 4  # an exception, in words
    TOO_BIG = 5  # a MemoryError, in words


@dataclass(frozen=True, slots=True)
class Begun:
    """A worker goes to work on the item of this name, the next one of its task."""

    name: str


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """The item begun last is done. `result` is pickled."""

    result: R


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one item may cost: seconds on the clock, bytes of memory (None: any).

    `restarts`: how often a task is taken up again behind a lost item.
    """

    seconds: float = 300.0
    memory: int | None = 2 << 30
    restarts: int = 100


Work = Callable[[T, int], Iterator[Begun | Done[R]]]

_REFUSED = frozenset(
    {
        *(f"socket.{name}" for name in ("connect", "bind", "sendto", "sendmsg")),
        *(f"socket.{name}" for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")),
        *(f"os.{name}" for name in ("system", "exec", "posix_spawn", "spawn", "fork", "forkpty", "startfile")),
        "subprocess.Popen",
        "pty.spawn",
    }
)


def serve(
    work: Work[T, R], start: Callable[[], None], limits: ProcessLimits, line: Connection, lifeline: Connection
) -> NoReturn:
    """A worker's life. It ends by `os._exit`: nothing that a parser left behind may hold it up."""
    for end in parents_ends:
        end.close()
    _leave_signals_to_parent()
    _end_with_parent(lifeline)
    try:
        start()
        sys.addaudithook(_refuse)
        if limits.memory is not None:
            _limit_memory(limits.memory)
    except BaseException as error:
        _write(line, Kind.FAILED, words(error).encode("utf-8", "replace"))
        os._exit(1)
    _write(line, Kind.READY)
    with suppress(OSError, EOFError):
        while True:
            _do(work, line.recv_bytes(), line, limits)
    os._exit(0)


def _do(work: Work[T, R], order: bytes, line: Connection, limits: ProcessLimits) -> None:
    _limit_processor(None)
    try:
        task, skip = pickle.loads(order)  # noqa: S301  (from our parent)
        for said in work(task, skip):
            if isinstance(said, Begun):
                _limit_processor(limits.seconds)
                _write(line, Kind.BEGUN, said.name.encode("utf-8", "surrogatepass"))
            else:
                _write(line, Kind.DONE, pickle.dumps(said.result, 5))
        _write(line, Kind.ENDED)
    except MemoryError as error:
        _lift_memory_limit()  # or there is none left to say so
        _write(line, Kind.TOO_BIG, words(error).encode("utf-8", "replace"))
    except BaseException as error:  # sys.exit() in a parser is one more way to fail
        _write(line, Kind.FAILED, words(error).encode("utf-8", "replace"))


def words(error: BaseException) -> str:
    try:
        said = " ".join(str(error).split())[:300]
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _write(line: Connection, kind: int, payload: bytes = b"") -> None:
    message = memoryview(HEAD.pack(kind, len(payload)) + payload)
    try:
        if sys.platform == "win32":
            line.send_bytes(message)
        else:
            while message:
                message = message[os.write(line.fileno(), message) :]
    except OSError:  # the parent is gone
        os._exit(1)


def _leave_signals_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    faulthandler.disable()  # the parent tells of a crash, in one line
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent(lifeline: Connection) -> None:
    if sys.platform == "linux":
        import fcntl

        # The kernel sends the signal, so it also reaches a process that hangs in native code.
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        if lifeline.poll():
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()


def _watch(lifeline: Connection) -> None:
    with suppress(OSError, EOFError):
        lifeline.recv_bytes()
    os._exit(1)


def _refuse(event: str, _: object) -> None:
    if event in _REFUSED:
        raise PermissionError(f"no network and no other programs while reading ({event})")


def _limit_memory(memory: int) -> None:
    """At most so many bytes more than now.

    What counts is memory that can be written to. Address space alone, of which allocators (of Arrow, of each thread)
    set aside gigabytes that are never used, has a limit farther away.
    """
    if sys.platform == "linux":
        pages = [int(count) for count in Path("/proc/self/statm").read_text("ascii").split()]
        size, data = (pages[at] * resource.getpagesize() for at in (0, 5))
        _limit(resource.RLIMIT_DATA, data + memory)
        _limit(resource.RLIMIT_AS, size + memory + _SET_ASIDE)


def _lift_memory_limit() -> None:
    if sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, None)
        _limit(resource.RLIMIT_AS, None)


def _limit_processor(seconds: float | None) -> None:
    """Far above what the parent allows on the clock, on all processors; None takes the limit away."""
    if sys.platform != "win32":
        more = None if seconds is None else 2 * seconds * (os.cpu_count() or 1) + 2
        _limit(resource.RLIMIT_CPU, None if more is None else int(time.process_time() + more))


def _limit(what: int, amount: int | None) -> None:
    """None: as much as this process may have at all."""
    if sys.platform != "win32":
        most = resource.getrlimit(what)[1]
        if amount is None or (most != resource.RLIM_INFINITY and amount > most):
            amount = most
        resource.setrlimit(what, (amount, most))
