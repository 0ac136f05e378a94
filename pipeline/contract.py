"""The contract of the tables as data and in words, made of the row types: what `coalitie schema` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .problems import Unusable
from .rows import ROW_TYPES, SCHEMA_VERSION, Column, Row, columns


def contract(tables: Sequence[type[Row]] = ROW_TYPES) -> dict[str, Any]:
    """Every table with its key and columns, as plain values; what a column does not have is left out."""
    return {"schema_version": SCHEMA_VERSION, "tables": [_table(row_type) for row_type in tables]}


def contract_text(tables: Sequence[type[Row]] = ROW_TYPES) -> str:
    """The same for a person to read: a line per column."""
    return "\n".join(line for row_type in tables for line in _lines(row_type))


def named_tables(name: str | None) -> tuple[type[Row], ...]:
    """The table of that name, or all without one; raises Unusable for a name that no table has."""
    found = tuple(row_type for row_type in ROW_TYPES if name in (None, row_type.NAME, f"{row_type.NAME}.csv"))
    if not found:
        raise Unusable(f"there is no table {name}; there are {', '.join(t.NAME for t in ROW_TYPES)}")
    return found


def _limits(row_type: type[Row], column: Column) -> str:
    """What a value of a column must be, in words; empty where every value of its type will do."""
    said = ["key"] if column.name in row_type.KEY else []
    if column.choices:
        said.append(f"one of {', '.join(column.choices)}")
    if column.lowest is not None or column.highest is not None:
        low = f"from {column.lowest:g}" if column.lowest is not None else ""
        high = f"to {column.highest:g}" if column.highest is not None else ""
        said.append(" ".join(filter(None, (low, high))))
    if column.pattern:
        said.append(f"as in /{column.pattern}/")
    if column.refers:
        said.append(f"a row of {column.refers}")
    return "; ".join(said)


COLUMN_HEADER = ("table", "column", "type", "empty", "limits", "description")


def column_rows(tables: Sequence[type[Row]] = ROW_TYPES) -> list[tuple[str, ...]]:
    """A row of text per column, under COLUMN_HEADER, for files that explain themselves."""
    return [
        (
            row_type.NAME,
            column.name,
            column.type,
            "no" if column.required else "may be",
            _limits(row_type, column),
            column.description,
        )
        for row_type in tables
        for column in columns(row_type)
    ]


def described(row_type: type[Row]) -> str:
    """What a row of a table is, in one sentence."""
    return (row_type.__doc__ or "").strip()


def _table(row_type: type[Row]) -> dict[str, Any]:
    return {
        "name": row_type.NAME,
        "description": described(row_type),
        "key": list(row_type.KEY),
        "columns": [_column(column) for column in columns(row_type)],
    }


def _column(column: Column) -> dict[str, Any]:
    every = {
        "name": column.name,
        "type": column.type,
        "required": column.required,
        "choices": list(column.choices) or None,
        "minimum": column.lowest,
        "maximum": column.highest,
        "pattern": column.pattern or None,
        "refers": column.refers or None,
        "description": column.description,
    }
    return {name: value for name, value in every.items() if value is not None}


def _lines(row_type: type[Row]) -> Iterator[str]:
    found = columns(row_type)
    width = max(len(column.name) for column in found)
    yield f"{row_type.NAME}: {described(row_type)}"
    for column in found:
        kind = f"{column.type}{'' if column.required else ' or null'}"
        limits = _limits(row_type, column)
        yield f"  {column.name:<{width}}  {kind:<15}  {column.description}{f' [{limits}]' if limits else ''}"
    yield ""
