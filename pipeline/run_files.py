"""The files of a run: which there are, and what is in each, whole or in pieces that are made when they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .datapackage import FILE as DATAPACKAGE
from .datapackage import Counted, describe
from .excel import FOLDER as EXCEL
from .excel import excel_note, excel_streams
from .formats import DOCUMENTS, PARQUET, json_text, jsonl_chunks, table_chunks
from .json_schema import FILE as DOCUMENTS_SCHEMA
from .json_schema import documents_schema
from .outputs import FILES as OUTPUTS
from .outputs import more_files
from .publishing import Data
from .records import Origin
from .rows import ROW_TYPES, Row
from .tables import Tables, by_document

RUN = "run.json"
TABLES = frozenset(f"{row_type.NAME}.csv" for row_type in ROW_TYPES)
OWNED = frozenset({DATAPACKAGE, DOCUMENTS, DOCUMENTS_SCHEMA, RUN, EXCEL, PARQUET}) | TABLES | OUTPUTS


def table_files(
    written: Sequence[tuple[type[Row], Sequence[Row]]], more: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """CSV per table, and the package that describes them; `more` are properties of the package."""
    return _in_memory(table_streams(written, more))


def table_streams(
    written: Sequence[tuple[type[Row], Sequence[Row]]], more: Mapping[str, Any] | None = None
) -> dict[str, Data]:
    """The same in pieces. The package comes last, as it says what was written."""
    data = [(row_type, Counted(table_chunks(row_type, rows))) for row_type, rows in written]

    def package() -> Iterator[bytes]:
        yield json_text(describe(data, more)).encode()

    return {**{f"{row_type.NAME}.csv": counted for row_type, counted in data}, DATAPACKAGE: package()}


def _in_memory(files: Mapping[str, Data]) -> dict[str, bytes]:
    return {name: data if isinstance(data, bytes) else b"".join(data) for name, data in files.items()}


def run_files(
    tables: Tables,
    contents: Mapping[str, str],
    origins: Mapping[str, tuple[Origin, ...]],
    formats: Sequence[str],
    *,
    excel: bool = False,
) -> dict[str, bytes]:
    """Everything of a run but `run.json`. `contents` and `origins` are of each document by its id."""
    parts = by_document(tables).values()
    return _in_memory(run_streams(tables, parts, contents, origins, formats, excel=excel))


def run_streams(
    tables: Tables,
    parts: Iterable[Tables],
    contents: Mapping[str, str],
    origins: Mapping[str, tuple[Origin, ...]],
    formats: Sequence[str],
    *,
    excel: bool = False,
) -> dict[str, Data]:
    """The same in pieces that are made when they are written, in this order. `parts`: the rows of each document."""
    files: dict[str, Data] = {}
    if "csv" in formats:
        files.update(table_streams(tables.named(), {"excel": excel_note(tables.named())} if excel else None))
    if excel:
        files.update(excel_streams(tables.named()))
    if "jsonl" in formats:
        files[DOCUMENTS] = jsonl_chunks(parts, tables, contents, origins)
        files[DOCUMENTS_SCHEMA] = json_text(documents_schema()).encode()
    files.update(more_files(formats, tables.named()))
    return files
