"""CSV files that people's decisions are added to: read on where they grew, appended under a lock, never rewritten."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Generic, TypeVar

T = TypeVar("T")
_TAIL = 256  # bytes before the place read last that must be as they were, for the file to be read on from there

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
        self._tail = b""
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
        with self.path.open("a+b") as file, locked(file):
            self._read_on(file)
            rows = choose(tuple(self._rows))
            if not rows:
                return 0
            out = io.StringIO(newline="")
            writer = csv.writer(out, lineterminator="\n")
            size = file.seek(0, os.SEEK_END)
            if not size:
                writer.writerow(self._columns)
            elif not _ends_a_line(file, size):
                out.write("\n")
            writer.writerows(rows)
            file.seek(0, os.SEEK_END)
            file.write(out.getvalue().encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
            self._read_on(file)
        return len(rows)

    def _read_on(self, file: IO[bytes]) -> None:
        found = os.fstat(file.fileno())
        seen = (found.st_ino, found.st_size, found.st_mtime_ns)
        if seen == self._seen:
            return
        file.seek(max(0, self._size - _TAIL))
        kept = file.read(self._size - file.tell())
        if not self._size or kept != self._tail or not kept.endswith(b"\n"):
            self._forget()
            file.seek(0)
        new = file.read()
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
        self._size += len(new)
        self._tail = (kept + new)[-_TAIL:] if self._size > len(new) else new[-_TAIL:]
        self._seen = seen

    def _add(self, text: str) -> None:
        reader = csv.reader(io.StringIO(text, newline=""))
        first = self._lines
        for cells in reader:
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
