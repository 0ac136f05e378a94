"""A run folder read back into the types that it was written from: for the stewards' page, the report and a rerun."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

from .formats import DOCUMENTS
from .names_in_use import Uses
from .problems import Unusable
from .records import NameKey, Origin
from .rows import ADDED, ROW_TYPES, DocumentRow, OrganisationRow, Row
from .tables import Tables

RUN = "run.json"
_ORGANISATIONS = frozenset({"organisations", "organisation_names", "duplicates"})  # of every run, texts or not


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run as it lies in its folder.

    `contents` holds the decoded text of each document by its id; empty where the run has no `documents.jsonl`.
    `origins` say where in the original a text comes from, for those that are not read as they are.
    `facts` is `run.json` as it stands, empty where it is missing. A run of `coalitie dedupe` has no documents: only its
    organisations, their names and its pairs.
    """

    folder: Path
    tables: Tables
    contents: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    has_documents: bool = True

    def municipality_of(self) -> dict[str, str]:
        """document_id → official name of its municipality, empty where the text names none."""
        return {row.document_id: row.municipality or "" for row in self.tables.documents}

    @staticmethod
    def key(text: str, municipality: str | None) -> NameKey:
        """The key under which a printed name was compared."""
        return Uses.key(text, municipality or "")


def read_run_folder(folder: Path, only: Collection[str] | None = None) -> StoredRun:
    """Every table of a run folder, or `only` those named (with `documents.jsonl` where "contents" is named).

    Raises Unusable, with the file and line, where the folder is none of ours or a cell is not of its type.
    """
    if not (folder / f"{OrganisationRow.NAME}.csv").is_file():
        raise Unusable(
            f"{folder} is not a run folder with CSV tables; write one with `coalitie extract --out {folder}`"
        )
    facts = _json(folder / RUN) if (folder / RUN).is_file() else {}
    has_documents = (folder / f"{DocumentRow.NAME}.csv").is_file()
    wanted = frozenset(only) if only is not None else frozenset({"contents", *(table.NAME for table in ROW_TYPES)})
    found: dict[str, Any] = {}
    for row_type in ROW_TYPES:
        path = folder / f"{row_type.NAME}.csv"
        if row_type.NAME not in wanted:
            continue
        if path.is_file():
            found[row_type.NAME] = tuple(_rows(path, row_type))
        elif (has_documents or row_type.NAME in _ORGANISATIONS) and row_type.NAME not in ADDED:
            raise Unusable(f"{folder} has no {path.name}; write the run with --format csv,jsonl")
    contents, origins = _contents(folder / DOCUMENTS) if "contents" in wanted else ({}, {})
    for row in found.get(DocumentRow.NAME, ()) if contents else ():
        if row.document_id not in contents:
            raise Unusable(f"{folder / DOCUMENTS} has no document {row.document_id}; write the run again")
    return StoredRun(folder, Tables(**found), contents, origins, facts, has_documents)


def _rows(path: Path, row_type: type[Row]) -> list[Row]:
    readers = _readers(row_type)
    rows: list[Row] = []
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            lines = csv.reader(handle, strict=True)
            header = next(lines, [])
            # a column that was added at the end since has a default
            needed = [item.name for item in fields(row_type) if item.default is MISSING or item.name in header]
            missing = [name for name in needed if name not in header]
            if missing:
                raise Unusable(f"{path}, line 1: column {missing[0]} is missing; write the run again")
            at = [(header.index(name), readers[name]) for name in needed]
            for cells in lines:
                try:
                    rows.append(row_type(*[read(cells[i]) for i, read in at]))
                except (ValueError, IndexError) as error:
                    raise Unusable(f"{path}, line {lines.line_num}: {error}; write the run again") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{path} cannot be read ({error}); write the run again") from None
    return rows


def row_of(row_type: type[Row], cells: Sequence[str]) -> Any:
    """A row of the cells of all its columns, as text; raises ValueError where one is not of its type."""
    return row_type(*[read(cell) for read, cell in zip(_READERS[row_type], cells, strict=True)])


def _readers(row_type: type[Row]) -> dict[str, Callable[[str], Any]]:
    """Per column, what makes a value of a cell."""
    return {name: _reader(hint) for name, hint in get_type_hints(row_type).items() if name not in ("NAME", "KEY")}


def _reader(hint: Any) -> Callable[[str], Any]:
    if type(None) in get_args(hint):
        (plain,) = (part for part in get_args(hint) if part is not type(None))
        read = _reader(plain)
        return lambda cell: read(cell) if cell else None
    if issubclass(hint, Enum):
        members: dict[str, Enum] = {member.value: member for member in hint}

        def member(cell: str) -> Enum:
            if cell not in members:
                raise ValueError(f"{cell!r} is not one of {', '.join(members)}")
            return members[cell]

        return member
    return hint  # type: ignore[no-any-return]  # str, int, float


def _contents(path: Path) -> tuple[dict[str, str], dict[str, tuple[Origin, ...]]]:
    found: dict[str, str] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    if not path.is_file():
        return found, origins
    try:
        with path.open(encoding="utf-8", newline="\n") as handle:
            for line in handle:
                record = json.loads(line)
                document_id = record["document_id"]
                if record.get("origins"):
                    origins[document_id] = tuple(Origin(start, where) for start, where in record["origins"])
                found[document_id] = record["content"]
    except (ValueError, KeyError, TypeError):  # a byte that is no UTF-8 is a ValueError too
        raise Unusable(f"{path}, line {len(found) + 1}: not a document of ours; write the run again") from None
    return found, origins


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read ({error}); write the run again") from None
    if not isinstance(found, dict):
        raise Unusable(f"{path} is no description of a run; write the run again")
    return found


_READERS = {row_type: tuple(_readers(row_type).values()) for row_type in ROW_TYPES}
