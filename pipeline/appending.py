"""CSV files that people's decisions are added to: read on where they grew, appended under a lock, never rewritten."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Generic, TypeVar

from .formats import csv_lines

T = TypeVar("T")

Parse = Callable[[Mapping[str, str], int], "T"]  # the cells of a row by column, its line → what it says


class TableError(ValueError):
    """A file of decisions that cannot be used; the message names the line and what was expected."""


class AppendedTable(Generic[T]):
    """The rows of one file, as far as they stand there now.

    `parse` makes a row's value, or raises ValueError with what is wrong with it; a row of empty cells says nothing.
    Safe with other programs that append to the same file; where somebody edited it, it is read anew.
    """

    def __init__(self, path: Path, columns: Sequence[str], needed: int, parse: Parse[T]) -> None:
        self.path, self._columns, self._needed, self._parse = path, tuple(columns), needed, parse
        self._forget()

    def _forget(self) -> None:
        self._rows: list[T] = []
        self._header: list[str] = []
        self._lines = 0  # read so far
        self._size = 0  # bytes read so far
        self._digest = hashlib.sha256(b"").digest()  # of the bytes read so far
        self._seen: tuple[int, int, int] | None = None

    def rows(self) -> tuple[T, ...]:
        """Every row, in the order of the file; none where there is no file."""
        try:
            with self.path.open("rb") as file:
                self._read_on(file)
        except FileNotFoundError:
            self._forget()
        except OSError as error:
            raise TableError(f"{self.path.name} cannot be read: {error.strerror}") from None
        return tuple(self._rows)

    def append(self, choose: Callable[[Sequence[T]], Sequence[Sequence[str]]]) -> int:
        """Writes the rows that `choose` makes of those that stand there: all or none, and on the disk on return.

        Nobody else appends between the reading and the writing. Returns how many rows were written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b", buffering=0) as file, locked(file):
            self._read_on(file)
            rows = choose(tuple(self._rows))
            if not rows:
                return 0
            size = file.seek(0, os.SEEK_END)
            text = csv_lines(rows if size else [self._columns, *rows])
            self._check(rows)
            if size and not _ends_a_line(file, size):
                text = f"\n{text}"
            _write(file, text.encode("utf-8"), size)
            self._read_on(file)
        return len(rows)

    def _check(self, rows: Sequence[Sequence[str]]) -> None:
        """Raises ValueError for a row that could not be read back: it would stop everybody."""
        for row, back in zip(rows, csv.reader(io.StringIO(csv_lines(rows), newline=""), strict=True), strict=True):
            if list(row) != back:
                raise ValueError("a row does not survive being written")
            self._parse(dict(zip(self._columns, [cell.strip() for cell in back], strict=True)), 0)

    def _read_on(self, file: IO[bytes]) -> None:
        found = os.fstat(file.fileno())
        seen = (found.st_ino, found.st_size, found.st_mtime_ns)
        if seen == self._seen:
            return
        file.seek(0)
        data = file.read()
        as_it_was = hashlib.sha256(data[: self._size]).digest() == self._digest
        if not as_it_was or not data[: self._size].endswith(b"\n"):
            self._forget()
        new = data[self._size :]
        try:
            text = new.decode("utf-8-sig" if not self._size else "utf-8")
        except UnicodeDecodeError as error:
            self._forget()
            raise TableError(f"{self.path.name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
        try:
            self._add(text)
        except TableError:
            self._forget()  # so that the next reader is told as well
            raise
        self._size, self._digest, self._seen = len(data), hashlib.sha256(data).digest(), seen

    def _add(self, text: str) -> None:
        # strict: a quotation mark that nothing closes would swallow every row that is added behind it
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        first = self._lines
        for cells in _told(reader, self.path.name, first):
            where = f"{self.path.name}, line {first + reader.line_num}"
            if not self._header:
                if not any(cell.strip() for cell in cells):
                    continue
                missing = [column for column in self._columns[: self._needed] if column not in cells]
                if missing:
                    raise TableError(
                        f"{self.path.name}, line 1: column {missing[0]} is missing; expected {', '.join(self._columns)}"
                    )
                self._header = cells
                continue
            if len(cells) > len(self._header):
                raise TableError(f"{where}: more fields than columns; put names with a comma in double quotes")
            values = dict.fromkeys(self._columns, "")
            values.update((name, cell.strip()) for name, cell in zip(self._header, cells, strict=False))
            if not any(values.values()):
                continue
            try:
                self._rows.append(self._parse(values, first + reader.line_num))
            except ValueError as error:
                raise TableError(f"{where}: {error}") from None
        self._lines = first + reader.line_num


def content_hash(path: Path) -> str | None:
    """SHA-256 of a file of decisions; None for one that is missing or empty, as neither says anything."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and path.stat().st_size else None


def _told(reader: Iterator[list[str]], name: str, before: int) -> Iterator[list[str]]:
    """The rows of a file, or in words why it is no CSV."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = before + getattr(reader, "line_num", 0)
            raise TableError(f"{name}, line {line}: not valid CSV ({error}); is a quotation mark missing?") from None
        yield cells


def _write(file: IO[bytes], data: bytes, size: int) -> None:
    """All of it behind the first `size` bytes, or none: a disk that is full leaves no half row."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            file.truncate(size)
        raise


def _ends_a_line(file: IO[bytes], size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"


@contextmanager
def locked(file: IO[bytes]) -> Iterator[None]:
    """Holds the file for one writer; the system lets go of it when a program breaks off."""
    if sys.platform == "win32":  # pragma: no cover
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
