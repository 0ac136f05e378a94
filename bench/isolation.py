"""What it costs to keep inputs apart: python bench/isolation.py [--items N]

Prints the time per item of a plain loop, of a process pool and of isolated workers, each with one worker, as texts of
30 ms and as texts that cost nothing; then what a killed worker, a long task and large results cost, and how the memory
of the parent grows with the number of tasks. Linux only: workers are forked.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from coalitie.pipeline.isolation import Begun, Done, Kept, ProcessLimits, run_isolated

LIMITS = ProcessLimits(seconds=60, memory=1 << 30, restarts=1000)
Task = tuple[float, int, int]  # seconds per item, bytes per result, items


def busy(seconds: float, size: int) -> bytes:
    """As much processor time as asked, whatever else the machine does."""
    end = time.process_time() + seconds
    while seconds and time.process_time() < end:
        pass
    return bytes(size)


def plain(task: Task) -> list[bytes]:
    return [busy(*task[:2]) for _ in range(task[2])]


def work(task: Task, skip: int) -> Iterator[Begun | Done[bytes]]:
    for number in range(skip, task[2]):
        yield Begun(str(number))
        yield Done(busy(*task[:2]))


def die(task: Task, skip: int) -> Iterator[Begun | Done[bytes]]:
    for number in range(skip, task[2]):
        yield Begun(str(number))
        os.kill(os.getpid(), signal.SIGKILL)
        yield Done(b"")


def isolated(tasks: Iterator[Task]) -> int:
    return sum(isinstance(one, Kept) for one in run_isolated(work, tasks, 1, LIMITS))


def pooled(tasks: Iterator[Task], chunk: int) -> int:
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return sum(map(len, pool.map(plain, tasks, chunksize=chunk)))


def seconds(action: Callable[[], object]) -> float:
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


def line(name: str, spent: float, items: int, base: float) -> None:
    print(f"{name:32} {spent / items * 1000:9.3f} ms per item {(spent - base) / items * 1000:+9.3f} ms")


def compare(each: float, size: int, items: int) -> None:
    """The best of three rounds in turn, as another program may take the processor at any time."""
    print(f"\n{items} tasks of one item of {each * 1000:g} ms, results of {size:,} bytes, one worker")

    def tasks() -> Iterator[Task]:
        return ((each, size, 1) for _ in range(items))

    ways: dict[str, Callable[[], object]] = {
        "plain loop": lambda: sum(len(plain(task)) for task in tasks()),
        "process pool, one at a time": lambda: pooled(tasks(), 1),
        "process pool, 32 at a time": lambda: pooled(tasks(), 32),
        "isolated": lambda: isolated(tasks()),
    }
    rounds = [[seconds(way) for way in ways.values()] for _ in range(3)]
    best = [min(times) for times in zip(*rounds, strict=True)]
    for name, spent in zip(ways, best, strict=True):
        line(name, spent, items, best[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100, help="texts of 30 ms")
    items: int = parser.parse_args().items
    print("memory of the parent, which never shrinks, so this comes first")
    for many in (10_000, 100_000):
        spent = seconds(partial(isolated, ((0.0, 1000, 1) for _ in range(many))))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"{f'{many} tasks':32} {spent / many * 1000:9.3f} ms per item {peak:9.0f} MB at most")
    compare(0.03, 30_000, items)
    compare(0.0, 30_000, 5000)
    compare(0.0, 10_000_000, 20)
    print("\nother costs of isolated workers")
    line("one task of 5000 items", seconds(lambda: isolated(iter([(0.0, 30_000, 5000)]))), 5000, 0.0)
    spent = seconds(lambda: list(run_isolated(die, [(0.0, 0, 100)], 1, LIMITS)))
    line("100 items that kill their worker", spent, 100, 0.0)


if __name__ == "__main__":
    main()
