"""The tables as one SQLite database: keys, checks, indexes, full-text search, and what every column means."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ..contract import COLUMN_HEADER, column_rows, described
from ..formats import json_text
from ..rows import SCHEMA_VERSION, Column, MunicipalityRow, OrganisationRow, Row, SectionRow, columns
from ..tables import plain

FILE = "coalitie.sqlite"
DATASETTE = "datasette.json"

_KINDS = {"string": "TEXT", "integer": "INTEGER", "number": "REAL"}
_SEARCHED = {SectionRow.NAME: ("heading", "text")}
_MORE_FACETS = frozenset({"province", "ggd_region", "pillar", "method", "stage", "error"})  # beside the closed lists
_LABELS = {OrganisationRow.NAME: "name", MunicipalityRow.NAME: "name"}  # what stands for a row that others refer to

_Tables = Sequence[tuple[type[Row], Sequence[Row]]]


def can_search() -> bool:
    """Whether the SQLite of this Python has full-text search."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE tried USING fts5(text)")
        except sqlite3.OperationalError:
            return False
    return True


def sqlite_file(tables: _Tables) -> bytes:
    """The database: a table for each of the contract, rows in their order, with `about_tables` and `about_columns`.

    `sections_fts` searches the headings and bodies of sections. `PRAGMA user_version` is the schema version, as in 101
    for 1.1.
    """
    with tempfile.TemporaryDirectory(prefix="coalitie-") as folder:
        path = Path(folder) / FILE
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for setting in ("page_size = 4096", "encoding = 'UTF-8'", "journal_mode = OFF", "synchronous = OFF"):
                database.execute(f"PRAGMA {setting}")
            major, minor = SCHEMA_VERSION.split(".")
            database.execute(f"PRAGMA user_version = {int(major) * 100 + int(minor)}")
            database.execute("BEGIN")
            _fill(database, tables)
            database.execute("COMMIT")
        return path.read_bytes()


def datasette_file(tables: Sequence[type[Row]]) -> bytes:
    """What Datasette shows beside the database: descriptions, facets, and the names of what rows refer to."""
    shown = {row_type.NAME: _shown(row_type) for row_type in tables}
    about = {
        "title": "Local coalitions against loneliness",
        "description": "Who takes part, what they do, whom to reach; every row leads back to a passage of a text.",
        "databases": {Path(FILE).stem: {"tables": shown}},
    }
    return json_text(about).encode()


def _shown(row_type: type[Row]) -> dict[str, Any]:
    found = columns(row_type)
    shown: dict[str, Any] = {
        "description": described(row_type),
        "columns": {column.name: column.description for column in found},
        "facets": [column.name for column in found if column.choices or column.name in _MORE_FACETS],
    }
    if row_type.NAME in _LABELS:
        shown["label_column"] = _LABELS[row_type.NAME]
    return shown


def _fill(database: sqlite3.Connection, tables: _Tables) -> None:
    keys = {row_type.NAME: row_type.KEY for row_type, _ in tables}
    for row_type, rows in tables:
        found = columns(row_type)
        database.execute(_table(row_type, found, keys))
        places = ", ".join("?" * len(found))
        cells = (tuple(plain(getattr(row, column.name)) for column in found) for row in rows)
        database.executemany(f"INSERT INTO {_name(row_type.NAME)} VALUES ({places})", cells)  # noqa: S608
    for row_type, _ in tables:
        for column in columns(row_type):
            if column.refers in keys:
                index = _name(f"{row_type.NAME}_{column.name}")
                database.execute(f"CREATE INDEX {index} ON {_name(row_type.NAME)} ({_name(column.name)})")
    for name, searched in _SEARCHED.items():
        if name in keys:
            _search(database, name, searched)
    _explain(database, [row_type for row_type, _ in tables])


def _table(row_type: type[Row], found: Sequence[Column], keys: dict[str, tuple[str, ...]]) -> str:
    """The statement that makes a table; the comments in it are kept by SQLite and shown by `.schema`."""
    parts = [(_definition(column), column.description) for column in found]
    if row_type.KEY:
        parts.append((f"PRIMARY KEY ({', '.join(map(_name, row_type.KEY))})", ""))
    for column in found:
        if column.refers in keys:
            target = f"{_name(column.refers)} ({_name(keys[column.refers][0])})"
            parts.append((f"FOREIGN KEY ({_name(column.name)}) REFERENCES {target}", ""))
    lines = [
        f"  {part}{',' if number < len(parts) else ''}{f' -- {said}' if said else ''}"
        for number, (part, said) in enumerate(parts, start=1)
    ]
    return "\n".join([f"CREATE TABLE {_name(row_type.NAME)} ( -- {described(row_type)}", *lines, ")"])


def _definition(column: Column) -> str:
    checks = list(_checks(column))
    said = [_name(column.name), _KINDS[column.type]]
    if column.required:
        said.append("NOT NULL")
    if checks:
        said.append(f"CHECK ({' AND '.join(checks)})")
    return " ".join(said)


def _checks(column: Column) -> Iterator[str]:
    name = _name(column.name)
    if column.choices:
        yield f"{name} IN ({', '.join(map(_text, column.choices))})"
    if column.lowest is not None:
        yield f"{name} >= {column.lowest}"
    if column.highest is not None:
        yield f"{name} <= {column.highest}"


def _search(database: sqlite3.Connection, name: str, searched: Sequence[str]) -> None:
    """Full-text search without accents over some columns; Datasette knows by `content` which table it searches."""
    index, cells = _name(f"{name}_fts"), ", ".join(map(_name, searched))
    how = "tokenize='unicode61 remove_diacritics 2'"
    database.execute(f"CREATE VIRTUAL TABLE {index} USING fts5({cells}, content={_name(name)}, {how})")
    for order in ("rebuild", "optimize"):
        database.execute(f"INSERT INTO {index} ({index}) VALUES (?)", (order,))  # noqa: S608


def _explain(database: sqlite3.Connection, tables: Sequence[type[Row]]) -> None:
    database.execute("CREATE TABLE about_tables (table_name TEXT PRIMARY KEY, description TEXT)")
    pairs = [(row_type.NAME, described(row_type)) for row_type in tables]
    database.executemany("INSERT INTO about_tables VALUES (?, ?)", pairs)
    names = ", ".join(f"{_name(name)} TEXT" for name in COLUMN_HEADER)
    key = ", ".join(map(_name, COLUMN_HEADER[:2]))
    database.execute(f"CREATE TABLE about_columns ({names}, PRIMARY KEY ({key}))")
    places = ", ".join("?" * len(COLUMN_HEADER))
    database.executemany(f"INSERT INTO about_columns VALUES ({places})", column_rows(tables))  # noqa: S608


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
