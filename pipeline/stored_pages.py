"""The texts of a run on the disk: their rows are read when they are asked for, so that memory does not grow with them.

They lie in the journal (`journal`), each at its byte. What is given out behaves like the tables in memory: rows in
the order of the documents' ids, as often as somebody goes through them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from .journal import origins_of, rows_of
from .records import Failure, Origin
from .tables import OF_DOCUMENTS, Tables, joined, renamed

Change = Callable[[Tables], Tables]


class StoredPages:
    """The texts of a run by their id. `places`: id and byte in the journal, sorted; `change`: what becomes of the rows
    of a text."""

    def __init__(self, journal: Path, places: Sequence[tuple[str, int]], change: Change = lambda part: part) -> None:
        self._journal = journal
        self._places = places
        self._at = dict(places)
        self._change = change
        self._latest: tuple[str, Mapping[str, Any]] = "", {}

    def changed(self, change: Change) -> StoredPages:
        """The same texts with their rows changed."""
        return StoredPages(self._journal, self._places, change)

    def parts(self, only: Collection[str] = ("documents", *OF_DOCUMENTS)) -> Iterator[Tables]:
        """The rows of each text, of all its tables or of some."""
        with self._journal.open("rb") as lines:
            for document_id, at in self._places:
                lines.seek(at)
                record = json.loads(lines.readline())
                self._latest = document_id, record
                yield self._change(renamed(rows_of(record, {"documents", *only}), document_id))

    def record(self, document_id: str) -> Mapping[str, Any]:
        """One text as the journal has it; that of the part given last is at hand."""
        if self._latest[0] != document_id:
            with self._journal.open("rb") as lines:
                lines.seek(self._at[document_id])
                self._latest = document_id, json.loads(lines.readline())
        return self._latest[1]

    def tables(self, counts: Mapping[str, int], failures: Sequence[Failure] = ()) -> Tables:
        """The tables of all texts, of so many rows each; they stay on the disk."""
        rows = {name: StoredRows(self, name, counts[name]) for name in ("documents", *OF_DOCUMENTS)}
        return Tables(**rows, errors=joined([], failures).errors)  # type: ignore[arg-type]  # each holds its own rows

    @property
    def contents(self) -> Mapping[str, str]:
        """The decoded text of each document."""
        return _OfPages(self, lambda record: record["content"])

    @property
    def origins(self) -> Mapping[str, tuple[Origin, ...]]:
        """Where each document comes from in its original."""
        return _OfPages(self, origins_of)

    def __iter__(self) -> Iterator[str]:
        return (document_id for document_id, _ in self._places)

    def __len__(self) -> int:
        return len(self._places)


class StoredRows(Sequence[Any]):
    """One table of stored texts."""

    def __init__(self, pages: StoredPages, name: str, count: int) -> None:
        self._pages = pages
        self._name = name
        self._count = count

    def __iter__(self) -> Iterator[Any]:
        for part in self._pages.parts([self._name]):
            yield from getattr(part, self._name)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return tuple(self)[index]  # dear: rows are meant to be gone through


class _OfPages(Mapping[str, Any]):
    def __init__(self, pages: StoredPages, what: Callable[[Mapping[str, Any]], Any]) -> None:
        self._pages = pages
        self._what = what

    def __getitem__(self, document_id: str) -> Any:
        return self._what(self._pages.record(document_id))

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)
