"""A run folder appears whole or not at all: written next to its place, then renamed."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Union

from .problems import Unusable

Data = Union[bytes, Iterable[bytes]]  # noqa: UP007 - Python 3.10 needs it for an alias


def check_target(target: Path, owned: Collection[str], inputs: Iterable[str]) -> None:
    """Refuse a place that a run must not replace, before any work is done. `owned` are the files of a run."""
    if os.path.lexists(target) and not target.is_dir():
        raise Unusable(f"{target} is a file; name a folder for the run with --out")
    place = Path(os.path.realpath(target))
    if Path(os.path.realpath(os.curdir)).is_relative_to(place):
        raise Unusable(
            f"{target} is the folder you are in (or one above it) and cannot be replaced; name a folder below"
        )
    if target.is_dir() and not os.access(target, os.W_OK):
        raise Unusable(f"{target} is read-only; allow writing to it or name another folder with --out")
    for path in inputs:
        if path and Path(os.path.realpath(path)).is_relative_to(place):
            raise Unusable(f"{target} holds the texts to read; name another folder for the run with --out")
    if target.is_dir() and not (target / "run.json").exists():
        theirs = sorted(name for name in owned if (target / name).exists())
        if theirs:
            raise Unusable(f"{target} holds {theirs[0]} but is not a run folder; name another folder with --out")


@contextmanager
def sole_writer(target: Path) -> Iterator[None]:
    """Holds a run folder for one program at a time, by a lock file beside it that the system lets go of.

    Raises Unusable where another program holds it.
    """
    place = Path(os.path.realpath(target))
    place.parent.mkdir(parents=True, exist_ok=True)
    path = place.parent / f".{place.name}.lock"
    with path.open("a+b") as file:
        if not (_lock(file) and _stands(file, path)):
            raise Unusable(f"another program works on {target} now; try again when it is done")
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps a file that is open
                path.unlink()


def _lock(file: IO[bytes]) -> bool:
    if sys.platform == "win32":  # pragma: no cover
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
    else:
        import fcntl

        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _stands(file: IO[bytes], path: Path) -> bool:
    """Whether an open file is the one at `path`; who let go of it meanwhile removed it, and another may stand there."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def publish(
    target: Path, files: Mapping[str, Data], owned: Collection[str], folders: Mapping[str, Path] | None = None
) -> None:
    """Replace the run in `target` by `files`. What else stands in the folder stays; `owned` names what does not.

    Files are written in the order given; one may come in pieces, which are made as they are written. `folders` by name
    are moved to it; they have to lie on the same disk.
    """
    place = Path(os.path.realpath(target))
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.parent / f".{place.name}.new-{os.getpid()}"
    old = place.parent / f".{place.name}.old-{os.getpid()}"
    _tidy(place)
    try:
        new.mkdir()
        for name, data in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            _write_down(new / name, data)
        for name, made in (folders or {}).items():
            made.rename(new / name)
        for folder in (*{(new / name).parent for name in files}, new):
            _settle(folder)
        if place.exists():
            _carry_over(place, new, owned)
            place.rename(old)
        new.rename(place)
        _settle(place.parent)  # before the former run goes: a power cut leaves one of the two
    finally:
        if not place.exists() and old.exists():
            old.rename(place)
        shutil.rmtree(new, ignore_errors=True)
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Brings back the run that a killed one had just moved aside, and removes what it left behind."""
    place = Path(os.path.realpath(target))
    if place.parent.is_dir():
        _tidy(place, ("new", "old", "parquet"))  # the last while a run collects its tables there


def _write_down(path: Path, data: Data) -> None:
    with path.open("wb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The names in a folder, on the disk; not to be had on every system."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_file(path: Path, data: bytes) -> None:
    """One file, whole or not at all."""
    if path.is_dir():
        raise Unusable(f"{path} is a folder; name a file with --out")
    place = Path(os.path.realpath(path))
    if not place.parent.is_dir():
        raise Unusable(f"the folder of {path} does not exist; make it first or name another file with --out")
    new = place.parent / f".{place.name}.new-{os.getpid()}"
    try:
        new.write_bytes(data)
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)


def _carry_over(source: Path, target: Path, owned: Collection[str]) -> None:
    for entry in source.iterdir():
        if entry.name in owned:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, target / entry.name, symlinks=True, copy_function=_link)
        elif entry.is_symlink():
            (target / entry.name).symlink_to(entry.readlink())
        else:
            _link(str(entry), str(target / entry.name))


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _tidy(place: Path, kinds: Collection[str] = ("new", "old")) -> None:
    """Bring back or remove what a killed run left behind; folders of runs that still live are left alone."""
    for left in sorted(place.parent.glob(f".{glob.escape(place.name)}.*-*")):
        kind, _, process = left.name.removeprefix(f".{place.name}.").partition("-")
        if kind not in kinds or not process.isdigit() or _lives(int(process)):
            continue
        if kind == "old" and not place.exists():
            left.rename(place)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name != "posix":
        return True  # no harmless way to ask there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
