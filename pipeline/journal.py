"""What an interrupted run had read already, so that `--resume` goes on behind it.

One JSON object per line beside the run folder: first what the run rests on, then the rows of a text each. A line that
was broken off, as by a full disk or a power cut, is not there. The file goes when the run is published; a run that goes
on writes behind what is there, so that being interrupted again loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .formats import cell_text
from .intake import Known, Page
from .records import Origin
from .rows import ROW_TYPES
from .run_folder import row_of
from .tables import Tables

_TYPES = {row_type.NAME: row_type for row_type in ROW_TYPES}


def journal_path(out: Path) -> Path:
    """Where the journal of a run folder is kept while the run goes on."""
    return out.parent / f".{out.name}.partial"


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """A text in a journal: the byte where it begins, and by what it is known again."""

    at: int
    known: Known


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What is whole of a journal: the texts in it by their source, and the byte behind the last of them."""

    pages: Mapping[str, WrittenDown] = field(default_factory=dict)
    end: int = 0


def read_journal(path: Path, basis: str) -> Interrupted:
    """What a run on the same basis had read; nothing where there was none."""
    pages: dict[str, WrittenDown] = {}
    end = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                record = json.loads(line)
                if not line.endswith(b"\n") or (not end and record != {"basis": basis}):
                    break
                if end:
                    page = page_of(record)
                    # Where a text was changed meanwhile, the last counts.
                    pages[page.source] = WrittenDown(end, page.known)
                end += len(line)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # broken off here
    return Interrupted(pages, end)


class Journal:
    """A journal that is being written; it stays until somebody removes it, for a run that goes on."""

    def __init__(self, path: Path, basis: str, end: int = 0) -> None:
        """Goes on behind the byte `end` of what is there; anew where that is 0."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab")
        self._file.truncate(end)
        self._end = end
        if not end:
            self._write({"basis": basis})

    def add(self, page: Page) -> int:
        """Writes one text down; gives the byte where it begins."""
        at = self._end
        self._write(record_of(page))
        return at

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        line = json.dumps(record).encode("ascii") + b"\n"
        self._file.write(line)
        self._file.flush()
        self._end += len(line)


def record_of(page: Page) -> dict[str, Any]:
    """A page as JSON can hold it."""
    tables = {
        row_type.NAME: [[cell_text(getattr(row, name)) for name in row.__slots__] for row in rows]
        for row_type, rows in page.rows.named()
        if rows
    }
    origins = [[origin.start, origin.where] for origin in page.origins]
    return {"source": page.source, "content": page.content, "origins": origins, "tables": tables}


def page_of(record: Mapping[str, Any]) -> Page:
    """`record_of` the other way round; raises KeyError, TypeError, ValueError where it is something else."""
    return Page(record["source"], rows_of(record), record["content"], origins_of(record))


def rows_of(record: Mapping[str, Any], only: Collection[str] = frozenset(_TYPES)) -> Tables:
    """The rows in a record of a page, or those of some tables."""
    return Tables(**{
        name: tuple(row_of(_TYPES[name], cells) for cells in rows)
        for name, rows in record["tables"].items() if name in only
    })  # fmt: skip


def origins_of(record: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Where the text in a record comes from in its original."""
    return tuple(Origin(start, where) for start, where in record["origins"])


def page_at(path: Path, at: int) -> Page:
    """The page that begins at a byte of a journal."""
    with path.open("rb") as lines:
        lines.seek(at)
        return page_of(json.loads(lines.readline()))
