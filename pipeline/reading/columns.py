"""Which column of a table holds the texts, and which one names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .unreadable import Unreadable

SAMPLE = 100  # rows looked at
_LONG, _WORDS = 200, 20  # characters and words of a text, on average; an address or a code has no words
_LISTED = 40


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns that the user named: of the texts, and of their ids. None where he named none."""

    text: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Positions in the header."""

    text: int
    id: int | None


def choose(header: Sequence[str], sample: Sequence[Sequence[str]], columns: TableColumns) -> Chosen:
    """The columns to read; raises Unreadable (no_text) that lists the columns and says which option names one.

    Without a name the text column is the only one whose cells are long texts in the sample.
    """
    id_column = _named(header, columns.id, "--id-column") if columns.id is not None else None
    if columns.text is not None:
        return Chosen(_named(header, columns.text, "--text-column"), id_column)
    long = [i for i, name in enumerate(header) if name and _holds_texts([row[i] for row in sample if i < len(row)])]
    if len(long) == 1:
        return Chosen(long[0], id_column)
    found = "several columns hold" if long else "no column clearly holds"
    raise Unreadable("no_text", f"{found} long texts; name the one to read with --text-column: {_listed(header)}")


def _named(header: Sequence[str], wanted: str, option: str) -> int:
    """Letter for letter, else but for capitals and spaces around it."""
    for fold in (str, _folded):
        found = [i for i, name in enumerate(header) if fold(name) == fold(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Unreadable("no_text", f"{len(found)} columns are called {wanted!r}; rename all but one")
    raise Unreadable("no_text", f"no column is called {wanted!r}; name another with {option}: {_listed(header)}")


def _folded(name: str) -> str:
    return name.strip().casefold()


def _holds_texts(cells: Sequence[str]) -> bool:
    told = [cell for cell in cells if cell.strip()]
    if not told:
        return False
    return sum(map(len, told)) >= _LONG * len(told) and sum(len(cell.split()) for cell in told) >= _WORDS * len(told)


def _listed(header: Sequence[str]) -> str:
    names = [name if len(name) <= 60 else f"{name[:59]}…" for name in header if name.strip()]
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return (", ".join(names[:_LISTED]) + more) or "the table has no header"
