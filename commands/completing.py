"""What the shell offers on Tab: ids, fields and values of the run that the command line names.

A run that cannot be read offers nothing: a shell is no place for words about it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import typer

DEFAULT_RUN = Path("extracted")
_IDS = ("documents", "sections", "participants", "entities", "contacts", "organisations", "duplicates")
_MOST = 500  # values that a shell is given
_FIELDS = {  # whose values are worth offering → the table that holds them
    **dict.fromkeys(("name", "type", "scope", "status"), "organisations"),
    "municipality": "organisation_names",
}


def document_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of documents of the run."""
    return _starting(_column(_run(context), "documents", "document_id"), incomplete)


def row_ids(context: typer.Context, incomplete: str) -> list[str]:
    """Ids of any table: those of documents first, and of the others once one is begun."""
    tables = _IDS if incomplete else _IDS[:1]
    return _starting((cell for table in tables for cell in _column(_run(context), table, None)), incomplete)


def conditions(context: typer.Context, incomplete: str) -> list[str]:
    """FIELD= first, then the values that the field has in the run (not in bash, for which = ends a word)."""
    from ..pipeline.asking import FIELDS

    field, sign, _ = incomplete.partition("=")
    if not sign:
        return [f"{name}=" for name in FIELDS if name.startswith(incomplete)]
    if field not in _FIELDS:
        return []
    return _starting((f"{field}={cell}" for cell in sorted(_column(_run(context), _FIELDS[field], field))), incomplete)


def _run(context: typer.Context) -> Path:
    """The run that the command line names, as an option or an argument."""
    return Path(context.params.get("run") or context.params.get("folder") or DEFAULT_RUN)


def _column(folder: Path, table: str, column: str | None) -> Iterator[str]:
    """The cells of one column, by default the first; none where there is no such table."""
    try:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            header = next(rows, [])
            at = header.index(column) if column else 0
            yield from (row[at] for row in rows if len(row) > at and row[at])
    except (OSError, ValueError, csv.Error):
        return


def _starting(cells: Iterator[str], incomplete: str) -> list[str]:
    found = dict.fromkeys(cell for cell in cells if cell.startswith(incomplete))
    return list(found)[:_MOST]
