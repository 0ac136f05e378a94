"""The tables in other formats than CSV: the same rows, columns and types, for programs that would rather have those.

Every file is made of the row types alone and holds no clock time: the same tables give the same bytes, as long as
Python and the libraries that write them are the same.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Sequence
from pathlib import Path

from ..formats import DEFAULT, DOCUMENTS
from ..problems import Unusable
from ..rows import ROW_TYPES, OrganisationRow, Row
from . import parquet, sqlite, workbook

FORMATS = (*DEFAULT, "parquet", "xlsx", "sqlite")
FILES = frozenset({sqlite.FILE, sqlite.DATASETTE, workbook.FILE, *(parquet.file_of(table) for table in ROW_TYPES)})
_EXTRAS = {"parquet": ("pyarrow", "parquet"), "xlsx": ("openpyxl", "tables")}  # format → package, extra of ours
_TELLING = {  # a file that a run of this format has
    "csv": f"{OrganisationRow.NAME}.csv",
    "jsonl": DOCUMENTS,
    "parquet": parquet.file_of(OrganisationRow),
    "xlsx": workbook.FILE,
    "sqlite": sqlite.FILE,
}


def check_formats(formats: Sequence[str], known: Sequence[str] = FORMATS) -> None:
    """Refuses, before any work is done, formats that are not known or cannot be written here. Raises Unusable."""
    unknown = [name for name in formats if name not in known]
    if unknown or not formats:
        raise Unusable(f"format {', '.join(unknown) or '(none)'} is not known; known are {', '.join(known)}")
    for name in formats:
        package, extra = _EXTRAS.get(name, ("", ""))
        if package and importlib.util.find_spec(package) is None:
            raise Unusable(f"format {name} needs {package}; install it with: pip install 'coalitie[{extra}]'")
    if "sqlite" in formats and not sqlite.can_search():
        raise Unusable("format sqlite needs an SQLite with full-text search (FTS5), which this Python has not")


def more_files(formats: Collection[str], tables: Sequence[tuple[type[Row], Sequence[Row]]]) -> dict[str, bytes]:
    """The files of every format but CSV and JSON Lines, by name."""
    files: dict[str, bytes] = {}
    if "parquet" in formats:
        files.update(parquet.parquet_files(tables))
    if "xlsx" in formats:
        files[workbook.FILE] = workbook.workbook_file(tables)
    if "sqlite" in formats:
        files[sqlite.FILE] = sqlite.sqlite_file(tables)
        files[sqlite.DATASETTE] = sqlite.datasette_file([row_type for row_type, _ in tables])
    return files


def formats_of(folder: Path) -> tuple[str, ...]:
    """The formats that a run folder has."""
    return tuple(name for name in FORMATS if (folder / _TELLING[name]).is_file())
