"""One input costs at most itself, whatever a parser does."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from coalitie.pipeline import isolation
from coalitie.pipeline.isolation import Begun, Done, Ended, Kept, Lost, ProcessLimits, WorkersUnusable, run_isolated
from hypothesis import given, settings
from hypothesis import strategies as st

Script = tuple[str, ...]  # what happens at each item of a task
LIMITS = ProcessLimits(seconds=30, memory=None, restarts=50)
SHORT = ProcessLimits(seconds=1, memory=None, restarts=50)
TIGHT = ProcessLimits(seconds=30, memory=256 << 20, restarts=50)
MB = 1 << 20

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these tests hand local functions to forked workers")


def hang() -> None:
    while True:
        pass


def exhaust() -> None:
    hog = []
    while True:
        hog.append(bytearray(MB))


def fail() -> None:
    raise ValueError("no such\n  table")


class OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even its words")


def fail_oddly() -> None:
    raise OddError


class Unreadable:
    """Pickled without complaint, and impossible to read back."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return fail, ()


DEEDS: dict[str, Callable[[], object]] = {
    "ok": lambda: "fine",
    "hang": hang,
    "sleep": lambda: time.sleep(1000),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "quit": lambda: sys.exit("enough"),
    "interrupt": lambda: signal.raise_signal(signal.SIGINT),
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "memory": exhaust,
    "raise": fail,
    "raise oddly": fail_oddly,
    "unpicklable": lambda: lambda: None,
    "unreadable": Unreadable,
    "closed pipes": lambda: os.closerange(3, 100),
    "connect": lambda: socket.create_connection(("192.0.2.1", 80), 1),
    "look up": lambda: socket.getaddrinfo("vereniging.example", 80),
    "send": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    "program": lambda: subprocess.run(["true"], check=False),
    "shell": lambda: os.system("true"),  # noqa: S605
}
KILLED = [  # deed, limits, reason, in the detail
    pytest.param("hang", SHORT, "time", "1 s", id="busy for ever"),
    pytest.param("sleep", SHORT, "time", "1 s", id="asleep for ever"),
    pytest.param("kill", LIMITS, "killed", "SIGKILL", id="killed"),
    pytest.param("segfault", LIMITS, "killed", "SIGSEGV", id="bad pointer"),
    pytest.param("abort", LIMITS, "killed", "SIGABRT", id="abort"),
    pytest.param("exit", LIMITS, "crashed", "exit code 3", id="ends its process"),
    pytest.param("quit", LIMITS, "crashed", "SystemExit: enough", id="sys.exit"),
    pytest.param("memory", TIGHT, "memory", "MemoryError", id="memory"),
    pytest.param("raise", LIMITS, "crashed", "ValueError: no such table", id="exception"),
    pytest.param("raise oddly", LIMITS, "crashed", "OddError", id="exception without words"),
    pytest.param("unpicklable", LIMITS, "crashed", "pickle", id="result that cannot be sent"),
    pytest.param("unreadable", LIMITS, "crashed", "read back", id="result that cannot be read back"),
    pytest.param("closed pipes", LIMITS, "crashed", "exit code", id="closes what it does not own"),
    pytest.param("connect", LIMITS, "crashed", "no network", id="network"),
    pytest.param("look up", LIMITS, "crashed", "no network", id="name server"),
    pytest.param("send", LIMITS, "crashed", "no network", id="datagram"),
    pytest.param("program", LIMITS, "crashed", "no other programs", id="program"),
    pytest.param("shell", LIMITS, "crashed", "no other programs", id="shell"),
]


def act(script: Script, skip: int) -> Iterator[Begun | Done[object]]:
    for number, deed in enumerate(script):
        if number >= skip:
            yield Begun(f"{number} {deed}")
            yield Done(DEEDS[deed]())


def told(outcomes: Iterator[object]) -> list[tuple[str, ...]]:
    """Kept items by name, lost ones with their reason, the ends of tasks."""
    words: list[tuple[str, ...]] = []
    for outcome in outcomes:
        if isinstance(outcome, Kept):
            words.append((outcome.item,))
        elif isinstance(outcome, Lost):
            words.append((outcome.item, outcome.reason))
        else:
            words.append(())
    return words


@pytest.mark.parametrize(("deed", "limits", "reason", "detail"), KILLED)
def test_an_item_costs_itself_alone(deed: str, limits: ProcessLimits, reason: str, detail: str) -> None:
    task = ("ok", "ok", deed, "ok")
    first, second, lost, last, end = run_isolated(act, [task], 1, limits)
    assert [first, second, last] == [Kept(task, f"{number} ok", "fine") for number in (0, 1, 3)]
    assert isinstance(lost, Lost)
    assert (lost.task, lost.item, lost.reason) == (task, f"2 {deed}", reason)
    assert detail in lost.detail
    assert end == Ended(task)


def test_an_interrupt_is_not_for_workers() -> None:
    assert told(run_isolated(act, [("ok", "interrupt", "ok")], 1, LIMITS)) == [
        ("0 ok",),
        ("1 interrupt",),
        ("2 ok",),
        (),
    ]


def test_no_tasks_and_tasks_without_items() -> None:
    assert told(run_isolated(act, [], 2, LIMITS)) == []
    assert told(run_isolated(act, [(), ()], 2, LIMITS)) == [(), ()]


EXPECTED = {"ok": (), "raise": ("crashed",), "kill": ("killed",), "exit": ("crashed",), "hang": ("time",)}
scripts = st.lists(st.lists(st.sampled_from(["ok", "ok", "raise", "kill", "exit"]), max_size=6).map(tuple), max_size=4)


def expected(tasks: list[Script]) -> list[tuple[str, ...]]:
    said: list[tuple[str, ...]] = []
    for task in tasks:
        said += [(f"{number} {deed}", *EXPECTED[deed]) for number, deed in enumerate(task)]
        said.append(())
    return said


@given(scripts, st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_any_script_gives_what_is_fine_and_one_loss_for_the_rest(tasks: list[Script], workers: int) -> None:
    assert told(run_isolated(act, tasks, workers, LIMITS)) == expected(tasks)


@given(scripts)
@settings(max_examples=3, deadline=None)
def test_any_script_that_also_hangs(scripts: list[Script]) -> None:
    tasks = [(*script[:2], "hang", *script[2:]) for script in scripts]
    assert told(run_isolated(act, tasks, 4, SHORT)) == expected(tasks)


# --- many items, many tasks, order --------------------------------------------------------------------


def numbers(task: tuple[int, int], skip: int) -> Iterator[Begun | Done[int]]:
    """`task`: how many there are, and the one that kills."""
    many, deadly = task
    for number in range(skip, many):
        yield Begun(str(number))
        if number == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Done(number)


def test_a_long_task_is_taken_up_again_behind_the_loss() -> None:
    outcomes = list(run_isolated(numbers, [(1000, 500)], 1, LIMITS))
    assert [one.result for one in outcomes if isinstance(one, Kept)] == [*range(500), *range(501, 1000)]
    assert [one.item for one in outcomes if isinstance(one, Lost)] == ["500"]


def test_results_come_as_soon_as_they_are_there() -> None:
    outcomes = run_isolated(act, [("ok", "sleep")], 1, LIMITS)
    assert isinstance(next(outcomes), Kept)  # the second item would keep us for ever
    outcomes.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_order_is_that_of_the_tasks(workers: int) -> None:
    chance = random.Random(workers)

    def dawdle(task: tuple[int, float], skip: int) -> Iterator[Begun | Done[int]]:
        for number in range(skip, 3):
            yield Begun(str(number))
            time.sleep(task[1])
            yield Done(number)

    tasks = [(number, chance.random() / 100) for number in range(40)]
    outcomes = list(run_isolated(dawdle, tasks, workers, LIMITS))
    kept = [(one.task, one.result) for one in outcomes if isinstance(one, Kept)]
    assert kept == [(task, number) for task in tasks for number in range(3)]
    assert [one.task for one in outcomes if isinstance(one, Ended)] == tasks


def test_many_tasks() -> None:
    outcomes = run_isolated(numbers, ((1, number - 4990) for number in range(5000)), 2, LIMITS)
    kinds = [type(one) for one in outcomes]
    assert (kinds.count(Kept), kinds.count(Lost), kinds.count(Ended)) == (4999, 1, 5000)


def test_large_tasks_and_results() -> None:
    def double(task: bytes, skip: int) -> Iterator[Begun | Done[bytes]]:
        for number in range(skip, 2):
            yield Begun(str(number))
            yield Done(task + task)

    tasks = [bytes([number]) * (5 * MB) for number in range(4)]
    kept = [one for one in run_isolated(double, tasks, 2, LIMITS) if isinstance(one, Kept)]
    assert [one.result for one in kept] == [task + task for task in tasks for _ in range(2)]


# --- who is to blame ----------------------------------------------------------------------------------

spoils: list[bytearray] = []


def leak(task: int, skip: int) -> Iterator[Begun | Done[int]]:
    for number in range(skip, 12):
        yield Begun(str(number))
        spoils.append(bytearray(40 * MB))
        yield Done(number)


def poison(task: int, skip: int) -> Iterator[Begun | Done[int]]:
    """An item that damages its process, so that the one after it dies."""
    for number in range(skip, 4):
        yield Begun(str(number))
        if spoils:
            os.kill(os.getpid(), signal.SIGSEGV)
        if number == 1:
            spoils.append(bytearray(1))
        yield Done(number)


@pytest.mark.parametrize(("work", "items"), [(leak, 12), (poison, 4)])
def test_what_earlier_items_did_is_not_laid_on_later_ones(
    work: Callable[[int, int], Iterator[Begun | Done[int]]], items: int
) -> None:
    outcomes = list(run_isolated(work, [1], 1, TIGHT))
    assert [one.result for one in outcomes if isinstance(one, Kept)] == list(range(items))
    assert not [one for one in outcomes if isinstance(one, Lost)]


def test_the_rest_of_a_task_that_loses_too_much_is_left_alone() -> None:
    task = ("kill", "ok", "raise", "kill", "ok", "ok")
    limits = ProcessLimits(30, None, restarts=2)
    lost = ["0 kill", "2 raise", "3 kill", ""]
    outcomes = list(run_isolated(act, [task, ("ok",)], 2, limits))
    assert [one.item for one in outcomes if isinstance(one, Lost)] == lost
    assert "4 ok and the rest" in next(one.detail for one in outcomes if isinstance(one, Lost) and not one.item)
    assert [one.item for one in outcomes if isinstance(one, Kept)] == ["1 ok", "0 ok"]
    assert told(run_isolated(act, [task[:4]], 1, limits))[-2:] == [("3 kill", "killed"), ()]  # there is no rest


@pytest.mark.parametrize(("deed", "reason"), [("raise", "crashed"), ("kill", "killed"), ("sleep", "time")])
@pytest.mark.parametrize("where", [0, 2])
def test_a_failure_between_items_costs_the_rest_of_the_task(deed: str, reason: str, where: int) -> None:
    def open_and_read(task: str, skip: int) -> Iterator[Begun | Done[int]]:
        for number in range(4):
            if number == where and task == "bad":
                DEEDS[deed]()
            if number >= skip:
                yield Begun(str(number))
                yield Done(number)

    whole = [(str(number),) for number in range(4)]
    limits = SHORT if deed == "sleep" else LIMITS
    outcomes = told(run_isolated(open_and_read, ["good", "bad", "good"], 1, limits))
    assert outcomes == [*whole, (), *whole[:where], ("", reason), (), *whole, ()]


# --- bounds -------------------------------------------------------------------------------------------


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def test_few_tasks_are_taken_ahead_of_a_slow_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_AHEAD", 8)
    taken: list[int] = []

    def slow_first(task: int, skip: int) -> Iterator[Begun | Done[int]]:
        yield Begun("")
        if task == 0:
            wait_for(tmp_path / "gate")
        yield Done(task)

    def tasks() -> Iterator[int]:
        for number in range(200):
            taken.append(number)
            yield number

    threading.Timer(0.5, (tmp_path / "gate").touch).start()
    outcomes = run_isolated(slow_first, tasks(), 2, LIMITS)
    next(outcomes)
    assert len(taken) <= 8
    assert sum(isinstance(one, Kept) for one in outcomes) == 199


def test_a_long_task_waits_for_the_one_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not to blame for what it waits, which here is longer than an item may take."""
    monkeypatch.setattr(isolation, "_AHEAD_BYTES", MB)
    seen = tmp_path / "seen"

    def stream(task: int, skip: int) -> Iterator[Begun | Done[bytes]]:
        for _ in range(skip, task):
            if task == 4:
                time.sleep(1.0)
                yield Begun(str(seen.stat().st_size))
            else:
                with seen.open("ab") as file:
                    file.write(b".")
                yield Begun("")
            yield Done(bytes(10_000))

    seen.touch()
    outcomes = list(run_isolated(stream, [4, 1000], 2, ProcessLimits(3, None)))
    seen_by_first = [int(one.item) for one in outcomes[:4] if isinstance(one, Kept)]
    assert len(seen_by_first) == 4
    assert max(seen_by_first) < 500  # about a hundred of them fit
    assert [type(one) for one in outcomes[4:]] == [Ended, *[Kept] * 1000, Ended]


# --- the ends of processes ----------------------------------------------------------------------------


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def children() -> list[str]:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()


def test_nothing_is_left_behind() -> None:
    list(run_isolated(act, [("ok",)], 1, LIMITS))
    before = open_files(), children()
    list(run_isolated(act, [("ok", "kill", "raise", "exit"), ("ok", "segfault")] * 5, 3, LIMITS))
    assert (open_files(), children()) == before
    broken_off = run_isolated(act, [("ok", "sleep")] * 3, 3, LIMITS)
    next(broken_off)
    broken_off.close()  # type: ignore[attr-defined]
    assert (open_files(), children()) == before


def test_tasks_that_cannot_be_had_end_the_workers() -> None:
    def tasks() -> Iterator[Script]:
        yield ("ok",)
        raise LookupError("no more")

    before = open_files(), children()
    with pytest.raises(LookupError):
        list(run_isolated(act, tasks(), 2, LIMITS))
    assert (open_files(), children()) == before


@pytest.mark.parametrize(
    ("deed", "detail"), [("raise", "ValueError: no such table"), ("exit", "exit code 3"), ("segfault", "SIGSEGV")]
)
def test_workers_that_do_not_start_are_told(deed: str, detail: str) -> None:
    with pytest.raises(WorkersUnusable, match=detail):
        list(run_isolated(act, [("ok",)], 2, LIMITS, DEEDS[deed]))  # type: ignore[arg-type]


def test_start_runs_once_in_each_worker(tmp_path: Path) -> None:
    def start() -> None:
        (tmp_path / str(os.getpid())).touch(exist_ok=False)

    list(run_isolated(act, [("ok", "kill"), ("ok",), ("raise", "ok")], 1, LIMITS, start))
    assert len(list(tmp_path.iterdir())) == 3  # the first, the one that tries the killer again, the one behind it


PROGRAM = """
import os, sys, time
from pathlib import Path
from coalitie.pipeline.isolation import Begun, Done, ProcessLimits, run_isolated

def start():
    (Path(sys.argv[1]) / f"{os.getpid()}.pid").touch()

def work(task, skip):
    for number in range(skip, 3):
        yield Begun(str(number))
        if number == 1 and task == "die":
            os._exit(9)
        if number == 2 and task == "sleep":
            time.sleep(1000)
        if number == 2 and task == "native":
            import ctypes
            ctypes.PyDLL(None).sleep(1000)  # nobody else in this process runs
        yield Done(task)

if __name__ == "__main__":
    for outcome in run_isolated(work, sys.argv[3:], 3, ProcessLimits(500, None), start, forked=sys.argv[2] == "fork"):
        print(type(outcome).__name__, getattr(outcome, "item", "-"), flush=True)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, "utf-8")
    running = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(path), str(tmp_path), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def alive(folder: Path) -> list[str]:
    """Workers that still run; one that ended under a parent that does not look is no more than a number."""
    pids = [path.stem for path in folder.glob("*.pid")]
    return [pid for pid in pids if (state := state_of(pid)) and state != "Z"]


def state_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_spawned_workers_do_the_same(program: Callable[..., subprocess.Popen[str]]) -> None:
    out, errors = program("spawn", "well", "die").communicate(timeout=60)
    assert (out.split("\n")[:-1], errors) == (
        ["Kept 0", "Kept 1", "Kept 2", "Ended -", "Kept 0", "Lost 1", "Kept 2", "Ended -"],
        "",
    )


@pytest.mark.parametrize("busy", ["sleep", "native"])
def test_workers_end_with_a_parent_that_is_killed(
    program: Callable[..., subprocess.Popen[str]], tmp_path: Path, busy: str
) -> None:
    process = program("fork", busy, busy, busy)
    assert process.stdout
    assert [process.stdout.readline() for _ in range(2)] == ["Kept 0\n", "Kept 1\n"]
    assert wait_until(lambda: len(alive(tmp_path)) == 3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert wait_until(lambda: not alive(tmp_path))


def test_ctrl_c_ends_parent_and_workers(program: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    process = program("fork", "sleep", "sleep", "sleep")
    assert process.stdout
    process.stdout.readline()
    assert wait_until(lambda: len(alive(tmp_path)) == 3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1  # of the parent, not of the workers
    assert errors.endswith("KeyboardInterrupt\n")
    assert not alive(tmp_path)
