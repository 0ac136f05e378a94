"""What is left of a run that is disturbed: python bench/faults.py [--kills N] [--seed S] [--write PAGE]

A folder holds a former run; all texts have changed since, and `coalitie extract` is to replace it. That is disturbed:
it is killed or stopped (Ctrl-C) at random moments, and at every step at which it changes the disk; the disk is full at
every such step, or from some size of a file on; folders may not be written to; workers are killed by their memory, by
the time and by a signal. After each fault the folder must hold the former run or the new one, byte for byte, and the
run after it must end as if nothing had been, without reading anew what the disturbed run had read. Runs are forked from
this process, which has imported the program and loaded the model. Needs POSIX, for the workers Linux.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import mmap
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bed import Bed, Deed, Resumed, contents, differing, warm_up
from coalitie.pipeline.reading import opening
from coalitie.pipeline.reading.registry import Ways, read_leaf
from coalitie.pipeline.reading.rendered import Rendered
from coalitie.pipeline.reading.unpacking import Leaf
from marked import put

CHANGES = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate"})


@dataclass(slots=True)
class Tally:
    """Of one kind of fault: how often, and what stood in the folder afterwards."""

    fault: str
    injected: int = 0
    former: int = 0
    new: int = 0
    beside: int = 0  # the former run, next to its place; the next run puts it back
    lost: list[str] = field(default_factory=list)
    skipped: str = ""

    def note(self, state: str) -> None:
        self.injected += 1
        if state == "former":
            self.former += 1
        elif state == "new":
            self.new += 1
        elif state == "beside":
            self.beside += 1
        else:
            self.lost.append(state)


# --- faults -------------------------------------------------------------------------------------------


def killed(bed: Bed, kills: int, chance: random.Random, resumed: Resumed) -> Iterator[Tally]:
    """At random moments, `kills` times, SIGKILL and Ctrl-C; after one to four of them in a row the run is finished."""
    tallies = {
        signal.SIGKILL: Tally("killed (SIGKILL) at a random moment"),
        signal.SIGINT: Tally("stopped (Ctrl-C) at a random moment"),
    }
    done = 0
    while done < kills:
        for _ in range(min(chance.randint(1, 4), kills - done)):
            what = chance.choice(list(tallies))
            process = bed.begin("--resume")
            time.sleep(chance.uniform(0, bed.seconds))
            with suppress(ProcessLookupError):
                os.killpg(process, what)
            if bed.wait(process) == 0:  # it was done before
                break
            tallies[what].note(bed.state())
            done += 1
        _finish(bed, tallies[what], resumed)
    yield from tallies.values()


def _finish(bed: Bed, tally: Tally, resumed: Resumed) -> None:
    after = bed.resume(resumed)
    if after != "new":
        tally.lost.append(after)
    bed.reset()


def before_changes(bed: Bed, fault: str, resumed: Resumed, every: int = 1) -> Tally:
    """Before each change of the disk that a run makes (one in `every`): one of `STEPS`."""
    tally, step = Tally(fault), 1
    while True:
        counted = mmap.mmap(-1, 8)
        bed.wait(bed.begin(prepare=partial(_before, bed, step, STEPS[fault], counted)))
        if int.from_bytes(counted[:], "little") < step:  # there are no more
            bed.reset()
            return tally
        tally.note(bed.state())
        _finish(bed, tally, resumed)
        step += every


def _before(bed: Bed, step: int, deed: Deed, counted: mmap.mmap) -> None:
    """Does `deed` at one change of the disk, told by audit events of this process."""
    parent = os.getpid()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in CHANGES or os.getpid() != parent or not _ours(event, arguments, str(bed.place)):
            return
        number = int.from_bytes(counted[:], "little") + 1
        counted[:] = number.to_bytes(8, "little")
        if number == step:
            deed()

    sys.addaudithook(hook)


def _ours(event: str, arguments: tuple[object, ...], place: str) -> bool:
    if event == "open":
        path, mode, flags = arguments[:3]
        writes = set(str(mode or "")) & set("wax+") or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))
        return bool(writes) and str(path).startswith(place)
    relative = any(isinstance(item, int) and item >= 0 for item in arguments[1:]) and event in ("os.remove", "os.rmdir")
    return relative or str(arguments[0]).startswith(place)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _refuse(number: int) -> None:
    raise OSError(number, os.strerror(number))


STEPS: dict[str, Deed] = {
    "killed before a change of the disk": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "stopped (Ctrl-C) before a change of the disk": _interrupt,
    "disk full at a change of the disk": lambda: _refuse(errno.ENOSPC),
    "change of the disk not permitted": lambda: _refuse(errno.EACCES),
}


def from_a_size_on(bed: Bed, resumed: Resumed, sizes: Sequence[int]) -> Tally:
    """No file may grow beyond a size, which every write tells as a full disk does."""
    tally = Tally("no file may be larger than 0 … 100 kB")
    for size in sizes:
        bed.wait(bed.begin(prepare=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))))
        tally.note(bed.state())
        _finish(bed, tally, resumed)
    return tally


DISK = 'mount -t tmpfs -o "size=$1" none "$2" && cp -r "$3" "$2/run" && shift 3 && "$@"; cp -r "$PLACE/run" "$KEPT"'


def full_disk(bed: Bed, sizes: Sequence[int]) -> Tally:
    """A disk of its own, in memory, that has room for the former run and so many bytes more."""
    tally = Tally("a small disk that is full")
    room = sum(path.stat().st_size + 4096 for path in bed.out.iterdir())
    kept = bed.folder / "kept"
    for size in sizes:
        run_it = [sys.executable, "-m", "coalitie.cli", "extract", bed.texts, "--out", bed.out, "--model", "embedded"]
        command = ["unshare", "-Urm", "sh", "-c", DISK, "sh", room + size, bed.place, bed.folder / "former", *run_it]
        environment = {**os.environ, "PLACE": str(bed.place), "KEPT": str(kept)}
        try:
            done = subprocess.run(
                [str(part) for part in command], capture_output=True, text=True, env=environment, check=False
            )
        except OSError as error:
            tally.skipped = str(error.strerror)
            break
        if not kept.is_dir():
            tally.skipped = "no disk can be made here"
            break
        if "No space left" not in done.stderr:
            tally.lost.append(f"the disk was not full with {size} bytes: {done.stderr[-200:]}")
        found = contents(kept)
        tally.note("former" if found == bed.former else f"half a run: {differing(found, bed.former)}")
        shutil.rmtree(kept)
    return tally


def read_only(bed: Bed, resumed: Resumed) -> Iterator[Tally]:
    """Folders that may not be written to."""
    for fault, locked in (("target is read-only", bed.out), ("folder of the target is read-only", bed.place)):
        tally = Tally(fault)
        locked.chmod(0o555)
        code = bed.wait(bed.begin(prepare=_without_privileges))
        state, said = bed.state(), bed.words()
        fine = (code == 2 and ("Permission denied" in said or "read-only" in said)) or (code == 0 and state == "new")
        tally.note(state if fine else f"exit code {code}: {said}")
        for folder in (bed.place, *bed.place.iterdir()):
            folder.chmod(0o755)
        _finish(bed, tally, resumed)
        yield tally


def _without_privileges() -> None:
    """The superuser may write everywhere, for as long as he has capabilities."""
    if os.geteuid() == 0:
        version_3 = (ctypes.c_uint32 * 2)(0x20080522, 0)
        if ctypes.CDLL(None, use_errno=True).capset(version_3, (ctypes.c_uint32 * 6)()) != 0:
            raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


HARM = {"memory": "needs memory", "time": "takes time", "killed": "is killed"}


def harmful(leaf: Leaf, ways: Ways) -> Rendered:
    """A reader that does what a text asks for."""
    if HARM["memory"].encode() in leaf.data:
        hog = []
        while True:
            hog.append(bytearray(1 << 24))
    if HARM["time"].encode() in leaf.data:
        time.sleep(1000)
    if HARM["killed"].encode() in leaf.data:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_leaf(leaf, ways)


def _harm() -> None:
    vars(opening)["read_leaf"] = harmful


def lost_workers(bed: Bed, resumed: Resumed) -> Iterator[Tally]:
    """A text that costs its worker, beside texts that are read: it has a row of errors, and they have all of theirs."""
    for reason, words in HARM.items():
        tally = Tally(f"worker of a text lost: {reason}")
        bad = bed.texts / "kwaad.txt"
        bad.write_text(f"Dit {words}.\n", "utf-8")
        code = bed.wait(bed.begin("--timeout", "2", "--memory", "256", prepare=_harm))
        bad.unlink()
        found = contents(bed.out)
        rows = (bed.out / "errors.csv").read_text("utf-8").splitlines()[1:]
        wrong = set(differing(found, bed.new)) - {"run.json", "errors.csv", "datapackage.json"}
        fine = code == 1 and not wrong and len(rows) == 1 and rows[0].startswith(f"kwaad.txt,reading,{reason},")
        tally.note("new" if fine else f"exit code {code}, {rows}, {sorted(wrong)}")
        _finish(bed, tally, resumed)
        yield tally


# --- the table ----------------------------------------------------------------------------------------


def tried(folder: Path, kills: int, seed: int, every: int = 1) -> tuple[list[Tally], Resumed]:
    """All faults, one after the other."""
    warm_up()
    bed, resumed, chance = Bed(folder), Resumed(), random.Random(seed)  # noqa: S311 - moments, no secrets
    tallies = []
    for tally in _all_faults(bed, kills, chance, resumed, every):
        print(tally, file=sys.stderr)
        tallies.append(tally)
    return tallies, resumed


def _all_faults(bed: Bed, kills: int, chance: random.Random, resumed: Resumed, every: int) -> Iterator[Tally]:
    yield from lost_workers(bed, resumed)
    yield from read_only(bed, resumed)
    yield from_a_size_on(bed, resumed, (0, 100, 5_000, 20_000, 100_000))
    yield full_disk(bed, (0, 50_000, 150_000))
    for fault in STEPS:
        yield before_changes(bed, fault, resumed, every)
    yield from killed(bed, kills, chance, resumed)


def table(tallies: Sequence[Tally], resumed: Resumed) -> str:
    """Markdown."""
    head = ("fault", "injected", "former run there", "new run there", "former run put back", "lost or half-written")
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for one in tallies:
        cells = (one.injected, one.former, one.new, one.beside, len(one.lost))
        shown = f"not tried: {one.skipped} | | | | " if one.skipped else " | ".join(map(str, cells))
        lines.append(f"| {one.fault} | {shown} |")
    total = [sum(x) for x in zip(*((t.injected, t.former, t.new, t.beside, len(t.lost)) for t in tallies), strict=True)]
    lines.append(f"| **all** | {' | '.join(f'**{number}**' for number in total)} |")
    after = (
        f"{resumed.runs} runs were finished after faults; {resumed.same} of them gave what an undisturbed run gives, "
        f"byte for byte. Disturbed runs had read {resumed.kept} texts; {resumed.redone} of them were read again."
    )
    return "\n".join([*lines, "", after, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at random moments")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="of the steps that change the disk, try one in so many")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table between the marks of this page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tallies, resumed = tried(Path(folder), options.kills, options.seed, options.every)
    text = table(tallies, resumed)
    print(text)
    lost = [f"{tally.fault}: {why}" for tally in tallies for why in tally.lost]
    print(*lost, sep="\n")
    if options.write:
        put(options.write, "faults.py", text)
    return 1 if lost or resumed.same < resumed.runs or resumed.redone else 0


if __name__ == "__main__":
    sys.exit(main())
