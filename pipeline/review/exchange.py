"""Judgements to and from files of others: CSV as in the judgements file, or JSON Lines with the same fields."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from ..formats import csv_text
from ..organisations.judgements import COLUMNS, Pair, Standing, cells, pair_key, parse_judgement, standing
from ..records import Judgement
from .ledger import Ledger, missing

MOST_ROWS = 50_000
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that disagrees with what counts now."""

    row: Judgement
    words: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What a file of judgements holds. `new` are rows that the judgements file does not have yet, in their order;
    of the others `n_older` are older than what the same steward said there of the same pair."""

    rows: tuple[Judgement, ...]
    new: tuple[Judgement, ...]
    n_older: int
    rejected: tuple[Rejected, ...]
    conflicts: tuple[Conflict, ...]
    digest: str = ""  # of the file


def as_csv(ledger: Ledger) -> str:
    """All rows, with the columns of the judgements file."""
    return csv_text(COLUMNS, (cells(row) for row in ledger.judgements()))


def as_jsonl(ledger: Ledger) -> str:
    """All rows, an object per line."""
    rows = (dict(zip(COLUMNS, cells(row), strict=True)) for row in ledger.judgements())
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def receive(data: bytes, ledger: Ledger) -> Received:
    """Reads a file and holds it against the ledger; writes nothing. CSV or JSON Lines, by what it looks like."""
    rows: list[Judgement] = []
    rejected: list[Rejected] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Received((), (), 0, (Rejected(0, f"not UTF-8 (byte {error.start})"),), ())
    read = _jsonl if text.lstrip().startswith("{") else _csv
    try:
        for line, values in read(text):
            if len(rows) + len(rejected) >= MOST_ROWS:
                rejected.append(Rejected(line, f"more than {MOST_ROWS} rows; send them in parts"))
                break
            try:
                rows.append(_judgement(values, line))
            except ValueError as error:
                rejected.append(Rejected(line, str(error)))
    except ValueError as error:  # no table at all
        rejected.append(Rejected(0, str(error)))
    unknown = missing(rows, ledger.judgements())
    # the last row counts, so that an older word must not come behind a newer one
    newest: dict[tuple[Pair, str], datetime] = {}
    for row in ledger.judgements():
        newest[_who_of_what(row)] = max(_moment(row.judged_at), newest.get(_who_of_what(row), _LONG_AGO))
    fresh = [
        row
        for row in unknown
        if not row.judged_at or _moment(row.judged_at) >= newest.get(_who_of_what(row), _LONG_AGO)
    ]
    return Received(
        tuple(rows),
        tuple(fresh),
        len(unknown) - len(fresh),
        tuple(rejected),
        tuple(_conflicts(fresh, ledger)),
        hashlib.sha256(data).hexdigest(),
    )


def _who_of_what(row: Judgement) -> tuple[Pair, str]:
    return pair_key(row.a, row.b), row.judged_by.casefold()


def _moment(written: str) -> datetime:
    """A moment of a judgements file; long ago where none can be read."""
    try:
        found = datetime.fromisoformat(written.replace("Z", "+00:00"))
        return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    except ValueError:
        return _LONG_AGO


def _judgement(values: Mapping[str, object], line: int) -> Judgement:
    unknown = [name for name in values if name not in COLUMNS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a field of a judgement")
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError("every field has to be text")
    said = {name: " ".join(str(values.get(name) or "").split()) for name in COLUMNS}
    if any(len(value) > 20_000 for value in said.values()):
        raise ValueError("a field is longer than 20,000 characters")
    if any(not _storable(value) for value in said.values()):
        raise ValueError("a field holds characters that cannot be stored")
    if said["judged_at"] and not _LONG_AGO < _moment(said["judged_at"]) < datetime.now(timezone.utc) + timedelta(
        days=1
    ):
        raise ValueError(f"judged_at {said['judged_at'][:40]!r} is no moment in the past, as in 2026-01-31T09:30:00Z")
    return parse_judgement(said, line)


def _storable(value: str) -> bool:
    """Half a pair of UTF-16, as JSON can spell it, is no character; NUL is none that CSV takes everywhere."""
    return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _csv(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader, [])
        absent = [name for name in COLUMNS[:5] if name not in header]
        if absent:
            raise ValueError(f"column {absent[0]} is missing; expected {', '.join(COLUMNS)}")
        for row in reader:
            if any(row):
                named = dict(zip(header, row, strict=False))
                yield reader.line_num, {**named, "more cells than columns": ""} if len(row) > len(header) else named
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: not valid CSV ({error})") from None


def _jsonl(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        yield number, found if isinstance(found, dict) else {"no object": ""}


def _conflicts(new: Sequence[Judgement], ledger: Ledger) -> Iterator[Conflict]:
    """New rows after which the stewards of a pair disagree, or that say otherwise than what counts now."""
    before = ledger.standing()
    after: Mapping[Pair, Standing] = standing([*ledger.judgements(), *_behind(new, ledger)])
    for row in new:
        pair = pair_key(row.a, row.b)
        had = before.get(pair)
        words = tuple(word for word in had.words if word.verdict != row.verdict) if had else ()
        found = after.get(pair)
        if words or (found is not None and found.contradicted):
            others = words or tuple(word for word in found.words if word.verdict != row.verdict) if found else words
            yield Conflict(row, others)


def _behind(new: Sequence[Judgement], ledger: Ledger) -> Iterator[Judgement]:
    last = max((row.line for row in ledger.judgements()), default=1)
    return (replace(row, line=last + number) for number, row in enumerate(new, start=1))
