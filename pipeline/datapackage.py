"""`datapackage.json`: a Frictionless Data Package (v1) with a Table Schema per table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from .rows import ROW_TYPES, SCHEMA_VERSION, Column, Row, columns

FILE = "datapackage.json"
_KEYS = {row_type.NAME: row_type.KEY for row_type in ROW_TYPES}


def describe(written: Iterable[tuple[type[Row], bytes]], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The descriptor of the tables that were written, each with its bytes; `more` are properties of the whole."""
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


def _resource(row_type: type[Row], data: bytes, present: set[str]) -> dict[str, Any]:
    return {
        "name": row_type.NAME,
        "path": f"{row_type.NAME}.csv",
        "profile": "tabular-data-resource",
        "description": (row_type.__doc__ or "").strip(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
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
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
    if constraints:
        field["constraints"] = constraints
    return field
