"""What an interrupted run had read already, so that `--resume` goes on behind it.

One JSON object per line beside the run folder: first what the run rests on, then the rows of a text each. A line that
was broken off, as by a full disk or a power cut, is not there. The file goes when the run is published; a run that goes
on writes behind what is there, so that being interrupted again loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .formats import cell_text
from .intake import Page
from .records import Origin
from .rows import ROW_TYPES
from .run_folder import row_of
from .tables import Tables

_TYPES = {row_type.NAME: row_type for row_type in ROW_TYPES}


def journal_path(out: Path) -> Path:
    """Where the journal of a run folder is kept while the run goes on."""
    return out.parent / f".{out.name}.partial"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What is whole of a journal: texts by their source, and the byte behind the last of them."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    end: int = 0


def read_journal(path: Path, basis: str) -> Interrupted:
    """What a run on the same basis had read; nothing where there was none."""
    pages: dict[str, Page] = {}
    end = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                record = json.loads(line)
                if not line.endswith(b"\n") or (not end and record != {"basis": basis}):
                    break
                if end:
                    page = _page(record)
                    pages[page.source] = page  # where a text was changed meanwhile, the last counts
                end += len(line)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # broken off here
    return Interrupted(pages, end)


class Journal:
    """A journal that is being written; it stays until somebody removes it, for a run that goes on."""

    def __init__(self, path: Path, basis: str, end: int = 0) -> None:
        """Goes on behind the byte `end` of what is there; anew where that is 0."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._file.truncate(end)
        if not end:
            self._write({"basis": basis})

    def add(self, page: Page) -> None:
        """Writes one text down."""
        tables = {
            row_type.NAME: [[cell_text(getattr(row, name)) for name in row.__slots__] for row in rows]
            for row_type, rows in page.rows.named()
            if rows
        }
        origins = [[origin.start, origin.where] for origin in page.origins]
        self._write({"source": page.source, "content": page.content, "origins": origins, "tables": tables})

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(record).encode("ascii") + b"\n")
        self._file.flush()


def _page(record: Mapping[str, Any]) -> Page:
    tables = {name: tuple(row_of(_TYPES[name], cells) for cells in rows) for name, rows in record["tables"].items()}
    origins = tuple(Origin(start, where) for start, where in record["origins"])
    return Page(record["source"], Tables(**tables), record["content"], origins)
