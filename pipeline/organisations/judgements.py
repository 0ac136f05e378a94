"""Stewards' decisions about pairs of names: read with their line, appended so that no writer loses another's."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..records import Judgement, NameKey, Verdict

COLUMNS = ("name_a", "municipality_a", "name_b", "municipality_b", "judgement", "judged_by", "judged_at", "note")


class JudgementError(ValueError):
    """A judgements file that cannot be used; the message names the line and what was expected."""


def pair_key(a: NameKey, b: NameKey) -> tuple[NameKey, NameKey]:
    """One key for (A, B) and (B, A)."""
    return (a, b) if a <= b else (b, a)


def latest(judgements: Iterable[Judgement]) -> dict[tuple[NameKey, NameKey], Judgement]:
    """The last word about each pair, by line where the lines are known and by order where they are not."""
    ordered = sorted(judgements, key=lambda judgement: judgement.line)
    return {pair_key(judgement.a, judgement.b): judgement for judgement in ordered}


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """Every row of a judgements file; none where the file does not exist yet."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise JudgementError(f"{path.name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise JudgementError(f"{path.name} cannot be read: {error.strerror}") from None
    if not text.strip():
        return ()
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS[:5] if column not in (reader.fieldnames or ())]
    if missing:
        raise JudgementError(f"{path.name}, line 1: column {missing[0]} is missing; expected {', '.join(COLUMNS)}")
    found: list[Judgement] = []
    for row in reader:
        where = f"{path.name}, line {reader.line_num}"
        if None in row:
            raise JudgementError(f"{where}: more fields than columns; put names with a comma in double quotes")
        values = {column: (row.get(column) or "").strip() for column in COLUMNS}
        if not any(values.values()):
            continue
        a = NameKey(values["name_a"], values["municipality_a"])
        b = NameKey(values["name_b"], values["municipality_b"])
        if not a.name or not b.name:
            raise JudgementError(f"{where}: name_a and name_b may not be empty")
        if a == b:
            raise JudgementError(f"{where}: a name cannot be judged against itself")
        try:
            verdict = Verdict(values["judgement"].casefold())
        except ValueError:
            choices = ", ".join(Verdict)
            raise JudgementError(f"{where}: judgement {values['judgement']!r}; expected one of {choices}") from None
        note = values["note"]
        found.append(Judgement(a, b, verdict, values["judged_by"], values["judged_at"], note, reader.line_num))
    return tuple(found)


def append_judgements(path: Path, judgements: Sequence[Judgement]) -> None:
    """Writes rows behind the existing ones, all or none, and returns when they are on the disk."""
    if not judgements:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file, _locked(file):
        file.seek(0, os.SEEK_END)
        size = file.tell()
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        if not size:
            writer.writerow(COLUMNS)
        elif not _ends_a_line(file, size):
            out.write("\n")
        for judgement in judgements:
            a, b = pair_key(judgement.a, judgement.b)
            cells = (a.name, a.municipality, b.name, b.municipality, str(judgement.verdict))
            writer.writerow((*cells, judgement.judged_by, judgement.judged_at, " ".join(judgement.note.split())))
        file.seek(0, os.SEEK_END)
        file.write(out.getvalue().encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(file: IO[bytes], size: int) -> bool:
    file.seek(size - 1)
    return file.read(1) == b"\n"


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
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
