"""Rows → files, and CSV files → rows: the one place that knows how a table is written down."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, islice
from pathlib import Path
from typing import Any

from .problems import Unusable
from .reading import text as plain_text
from .reading.unreadable import Unreadable
from .records import Origin
from .rows import Row
from .tables import Tables, by_document, nested

DEFAULT = ("csv", "jsonl")
PARQUET = "parquet"  # also the folder in which workers write theirs
DOCUMENTS = "documents.jsonl"

_BATCH = 1000  # rows that are written at once
_QUOTE, _EMPTY = '"', '""'  # a row of one empty cell, which would be a blank line
_SPECIAL = re.compile('[,"\r\n]')


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """RFC 4180 quoting with `\\n` line ends; null is an empty cell."""
    return csv_lines(chain([header], rows))


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows without a header, in the same manner."""
    # Not csv.writer: before Python 3.13 it leaves a lone carriage return without quotes.
    lines = (",".join(map(_cell, row)) for row in rows)
    return "".join(f"{line or _EMPTY}\n" for line in lines)


def table_text(row_type: type[Row], rows: Iterable[Row]) -> str:
    """One table of the contract as CSV."""
    header = [item.name for item in fields(row_type)]
    return csv_text(header, ([getattr(row, name) for name in header] for row in rows))


def table_chunks(row_type: type[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    """The same in pieces, for a table that need not be in memory."""
    header = [item.name for item in fields(row_type)]
    yield csv_lines([header]).encode()
    for some in _batches(rows):
        yield csv_lines([getattr(row, name) for name in header] for row in some).encode()


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    going = iter(rows)
    while some := list(islice(going, _BATCH)):
        yield some


def json_text(value: Any) -> str:
    """Indented JSON for the two descriptions of a run, letters as themselves."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def jsonl_text(
    tables: Tables, contents: Mapping[str, str], origins: Mapping[str, Sequence[Origin]] | None = None
) -> str:
    """`documents.jsonl`: a record per document; `content` is its decoded text, so that offsets can be looked up.

    `origins`, where a text has any, say from which character on it comes from which page, paragraph or row.
    """
    parts = by_document(tables).values()
    return b"".join(jsonl_chunks(parts, tables, contents, origins or {})).decode()


def jsonl_chunks(
    parts: Iterable[Tables],
    others: Tables,
    contents: Mapping[str, str],
    origins: Mapping[str, Sequence[Origin]],
) -> Iterator[bytes]:
    """The same, a line at a time. `parts`: the rows of each document; `others`: the tables that are about all."""
    for record in nested(parts, others):
        record["content"] = contents[record["document_id"]]
        found = origins.get(record["document_id"])
        if found:
            record["origins"] = [[origin.start, origin.where] for origin in found]
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def read_csv(path: Path, what: str) -> tuple[list[str], list[list[str]]]:
    """(header, rows) of a table that a user hands in; comma or semicolon, any encoding that texts may have."""
    try:
        content, _ = plain_text.decode(path.read_bytes())
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}); {what}") from None
    except Unreadable as problem:
        raise Unusable(f"{path}: {problem.message}; {what}") from None
    first = content.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
            elif cells:
                if len(cells) != len(header):
                    raise Unusable(f"{path}, line {reader.line_num}: {len(cells)} cells under {len(header)} columns")
                rows.append(cells)
    except csv.Error as error:
        raise Unusable(f"{path}, line {reader.line_num}: not valid CSV ({error})") from None
    if len(set(header)) != len(header):
        raise Unusable(f"{path}: two columns have the same name; rename one")
    return header, rows


def cell_text(value: Any) -> str:
    """One value as it is written in a cell, before quoting."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".4f").rstrip("0").rstrip(".") or "0"
    return str(getattr(value, "value", value))


def _cell(value: Any) -> str:
    text = cell_text(value)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _SPECIAL.search(text) else text
