"""Two run folders → every difference between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ..problems import Unusable
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from ..run_folder import StoredRun, read_run_folder
from ..tables import SEPARATOR
from .bodies import Bodies, Recognised, bodies_of, recognise
from .parties import Keys, parties_of, party_changes
from .records import About, Change, Changes, Kind, Side
from .texts import document_changes, pair_pages

TABLES = ("documents", "sections", "participants", "organisations", "organisation_names", "errors")
_ABOUT, _KIND = list(About), list(Kind)


def compare_folders(old: Path, new: Path, rules: Path | None = None) -> Changes:
    """Reads and compares two run folders; the rules tell whether two names are alike.

    Raises Unusable where one is no run folder, or one has texts and the other is a table of names.
    """
    return compare_runs(read_run_folder(old, TABLES), read_run_folder(new, TABLES), rules)


def compare_runs(old: StoredRun, new: StoredRun, rules: Path | None = None) -> Changes:
    """Every difference between two runs, by municipality, what it is about and name."""
    if old.has_documents != new.has_documents:
        nameless = old.folder if new.has_documents else new.folder
        raise Unusable(f"{nameless} is a run of `coalitie dedupe`, without texts; compare it with another such run")
    before, now = bodies_of(old.tables), bodies_of(new.tables)
    found = recognise(before, now, cache(lambda: Rulebook(rules)))
    rows = list(_merged_and_split(found, before, now))
    if old.has_documents:
        keys, pages = Keys(found), pair_pages(old.tables, new.tables)
        one = parties_of(old.tables, before, keys, new=False)
        other = parties_of(new.tables, now, keys, new=True)
        rows += party_changes(one, other, found, pages)
        rows += document_changes(pages, one.groups_in_documents(other), other.groups_in_documents(one))
    else:
        rows += _other_bodies(found, before, now)
    rows.sort(key=_order)
    return Changes(_side(old), _side(new), tuple(rows), tuple(_notes(old, new)))


def _order(row: Change) -> tuple[object, ...]:
    return (_ABOUT.index(row.about), row.municipality, _KIND.index(row.change), fold(row.name), row.id)


def _merged_and_split(found: Recognised, before: Bodies, now: Bodies) -> Iterator[Change]:
    """One row per organisation that came of others, or of which several came."""
    back = {one: other for other, one in found.same.items()}
    for one in sorted(set(found.merged.values())):
        parts = [back[one], *sorted(other for other, into in found.merged.items() if into == one)]
        names = _names(before[part].name for part in parts)
        yield _body(Kind.MERGED, now, one, names, now[one].name, f"ids before: {SEPARATOR.join(parts)}")
    for other in sorted(set(found.split.values())):
        one = found.same[other]
        parts = [one, *sorted(part for part, of in found.split.items() if of == other)]
        names = _names(now[part].name for part in parts)
        yield _body(Kind.SPLIT, now, one, before[other].name, names, f"ids now: {SEPARATOR.join(parts)}")


def _other_bodies(found: Recognised, before: Bodies, now: Bodies) -> Iterator[Change]:
    """Of tables of names: what else became of each organisation."""
    for one, other in sorted(found.same.items()):
        if fold(before[one].name) != fold(now[other].name):
            how = f"recognised by its {found.how[one]}"
            yield _body(Kind.RENAMED, now, other, before[one].name, now[other].name, how)
        if before[one].type != now[other].type:
            yield _body(Kind.RETYPED, now, other, before[one].type.value, now[other].type.value)
    for one in sorted(before.keys() - found.same.keys() - found.merged.keys()):
        yield _body(Kind.VANISHED, before, one)
    for one in sorted(now.keys() - set(found.same.values()) - found.split.keys()):
        yield _body(Kind.NEW, now, one)


def _body(kind: Kind, bodies: Bodies, one: str, before: str = "", after: str = "", details: str = "") -> Change:
    body = bodies[one]
    return Change(
        About.ORGANISATION, kind, "", body.municipality_code, one, body.name, before, after, details=details
    )  # fmt: skip


def _names(names: Iterable[str]) -> str:
    return SEPARATOR.join(names)


def _side(run: StoredRun) -> Side:
    tables = run.tables
    return Side(str(run.folder), str(run.facts.get("started") or ""), len(tables.documents), len(tables.organisations))


_MADE_WITH = (
    ("rules", lambda facts: facts.get("rules_sha256")),
    ("model", lambda facts: [(facts.get("model") or {}).get(key) for key in ("name", "version")]),
    ("judgements", lambda facts: [facts.get(f"{key}_sha256") for key in ("judgements", "corrections")]),
    ("version of coalitie", lambda facts: (facts.get("versions") or {}).get("coalitie")),
    ("treatment of contacts", lambda facts: facts.get("contacts")),
    ("way of reading", lambda facts: facts.get("choices")),
)  # fmt: skip


def _notes(old: StoredRun, new: StoredRun) -> Iterator[str]:
    """What else than the texts can make two runs differ."""
    for run in (old, new):
        if not run.facts:
            yield f"{run.folder} has no run.json: how it was made is not known"
    if old.facts and new.facts:
        facts: tuple[Any, Any] = (old.facts, new.facts)
        others = [what for what, of in _MADE_WITH if of(facts[0]) != of(facts[1])]
        if others:
            yield f"the runs were not made with the same: {', '.join(others)}"
    read = {row.source for row in old.tables.documents}
    failed = sorted({row.source for row in new.tables.errors} & read)
    if failed:
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        yield f"could be read before, and not now: {', '.join(failed[:3])}{more}"
