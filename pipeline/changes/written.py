"""The differences between two runs for a reader at a terminal, and as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from ..formats import json_text
from ..listing import check_format
from ..listing import written as listed
from ..report.shown import name
from ..tables import SEPARATOR
from .records import About, Cause, Change, Changes, Kind, Side

_SIGNS = {Kind.JOINED: "+", Kind.NEW: "+", Kind.LEFT: "-", Kind.VANISHED: "-"}
_TITLES = {About.DOCUMENT: "Documents", About.ORGANISATION: "Organisations"}
NOWHERE = "(no municipality)"


def written(changes: Changes, form: str) -> str:
    """The differences in one of the formats of a listing; raises Unusable for any other."""
    check_format(form)
    if form == "table":
        return "\n".join(_lines(changes)) + "\n"
    if form == "csv":
        return listed(Change, changes.rows, "csv")
    return json_text(
        {
            "old": asdict(changes.old),
            "new": asdict(changes.new),
            "notes": list(changes.notes),
            "counts": changes.counts(),
            "changes": [{key: _plain(value) for key, value in asdict(row).items()} for row in changes.rows],
        }
    )


def told(row: Change) -> str:
    """What became of it, in one line."""
    before, after = spaced(row.before), spaced(row.after)
    one_sided = row.change in (Kind.JOINED, Kind.LEFT) or not (before or after)
    parts = [before or after if one_sided else f"{before or '(none)'} → {after or '(none)'}", name(row.details)]
    if row.cause is Cause.READING:
        parts.append("same words, read differently")
    elif row.cause is Cause.DOCUMENT:
        parts.append("only one run has its document")
    return "; ".join(part for part in parts if part)


def spaced(text: str) -> str:
    """The parts of a cell as a reader wants them."""
    return name(text.replace(SEPARATOR, f"{SEPARATOR} "), 400)


def in_short(changes: Changes) -> str:
    """How many of each kind, in one line."""
    counted = ((n, *key.split(" ", 1)) for key, n in changes.counts().items())
    found = [f"{n} {about}{'' if n == 1 else 's'} {change}" for n, about, change in counted]
    return ", ".join(found) if found else "no changes"


def heading(row: Change) -> str:
    """Under which a difference is listed: its municipality, or what it is about."""
    if row.about is About.PARTICIPANT:
        return name(row.municipality) or NOWHERE
    return _TITLES[row.about]


def _lines(changes: Changes) -> Iterator[str]:
    yield f"{_side(changes.old)} → {_side(changes.new)}"
    for note in changes.notes:
        yield f"note: {name(note, 400)}"
    for title, rows in groupby(changes.rows, heading):
        yield ""
        yield title
        yield from _rows(list(rows))
    yield ""
    yield in_short(changes)


def _rows(rows: Sequence[Change]) -> Iterator[str]:
    widest = max(len(name(row.name, 60)) for row in rows)
    for row in rows:
        what = name(row.name, 60).ljust(widest)
        yield f"  {_SIGNS.get(row.change, '~')} {what}  {row.change.value.ljust(9)}  {told(row)}".rstrip()


def _side(side: Side) -> str:
    n, what = (side.documents, "text") if side.documents else (side.organisations, "organisation")
    size = f"{n} {what}{'' if n == 1 else 's'}"
    return f"{name(side.folder)} ({', '.join(filter(None, (side.started[:10], size)))})"


def _plain(value: object) -> object:
    return getattr(value, "value", value)
