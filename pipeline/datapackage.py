"""`datapackage.json`: a Frictionless Data Package (v1) with a Table Schema per table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .contract import described
from .rows import ROW_TYPES, SCHEMA_VERSION, Column, Row, columns

FILE = "datapackage.json"
_KEYS = {row_type.NAME: row_type.KEY for row_type in ROW_TYPES}


@dataclass(slots=True)
class Counted:
    """The pieces of a file on their way to the disk; when the last has gone, their size and hash are known."""

    pieces: Iterable[bytes]
    size: int = 0
    sha256: str = ""

    def __iter__(self) -> Iterator[bytes]:
        digest, self.size = hashlib.sha256(), 0
        for piece in self.pieces:
            digest.update(piece)
            self.size += len(piece)
            yield piece
        self.sha256 = digest.hexdigest()


def describe(written: Iterable[tuple[type[Row], Counted]], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The descriptor of the tables that were written, each counted; `more` are properties of the whole."""
    pairs = list(written)
    present = {row_type.NAME for row_type, _ in pairs}
    return {
        "profile": "tabular-data-package",
        "name": "coalitie-run",
        "title": "Local coalitions against loneliness: who takes part, what they do, whom to reach",
        "schema_version": SCHEMA_VERSION,
        **(more or {}),
        "resources": [_resource(row_type, data, present) for row_type, data in pairs],
    }


def _resource(row_type: type[Row], data: Counted, present: set[str]) -> dict[str, Any]:
    return {
        "name": row_type.NAME,
        "path": f"{row_type.NAME}.csv",
        "profile": "tabular-data-resource",
        "description": described(row_type),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": data.size,
        "hash": f"sha256:{data.sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": _schema(row_type, present),
    }


def _schema(row_type: type[Row], present: set[str]) -> dict[str, Any]:
    found = columns(row_type)
    schema: dict[str, Any] = {"fields": [_field(column) for column in found], "missingValues": [""]}
    if row_type.KEY:
        schema["primaryKey"] = list(row_type.KEY)
    foreign = [
        {
            "fields": column.name,
            "reference": {"resource": column.refers, "fields": _KEYS[column.refers][0]},
        }
        for column in found
        if column.refers and column.refers in present
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if column.lowest is not None:
        constraints["minimum"] = column.lowest
    if column.highest is not None:
        constraints["maximum"] = column.highest
    if column.pattern:
        constraints["pattern"] = column.pattern
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
    if constraints:
        field["constraints"] = constraints
    return field
