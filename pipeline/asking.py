"""Quick questions to a run: the organisations for which simple conditions hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .problems import Unusable
from .rulebook.organisations import fold
from .run_folder import read_run_folder
from .tables import SEPARATOR

_TABLES = ("documents", "participants", "organisations", "organisation_names")
_CONDITION = re.compile(r"\s*(\w+)\s*(!=|>=|<=|=|~|>|<)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as it is listed; several values of one field are joined by ';'.

    `municipality` are those in whose texts it is named, `group` those in which it takes part.
    """

    organisation_id: str
    name: str
    type: str
    scope: str
    municipality: str
    group: str
    n_documents: int
    n_mentions: int
    names: str
    status: str


FIELDS = tuple(Listed.__dataclass_fields__)
SHOWN = (
    "organisation_id",
    "name",
    "type",
    "scope",
    "municipality",
    "n_documents",
    "n_mentions",
)  # in a table to look at
_NUMBERS = ("n_documents", "n_mentions")
_SEVERAL = ("municipality", "group", "names")
Condition = Callable[[Listed], bool]


def organisations(folder: Path, where: Sequence[str] = ()) -> list[Listed]:
    """The organisations of a run for which every condition holds, by name.

    A condition is FIELD=VALUE, FIELD!=VALUE or FIELD~PART, without regard to capitals and accents, and for numbers also
    > < >= <=. Of a field with several values one of them has to fit. Raises Unusable for a condition that is none.
    """
    conditions = [condition(text) for text in where]
    tables = read_run_folder(folder, _TABLES).tables
    places: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, set[str]] = defaultdict(set)
    for row in tables.organisation_names:
        places[row.organisation_id].update(filter(None, (row.municipality,)))
    for party in tables.participants:
        groups[party.organisation_id or ""].update(filter(None, (party.group,)))
    rows = (
        Listed(
            row.organisation_id,
            row.name,
            row.type.value,
            row.scope.value,
            _joined(places, row.organisation_id),
            _joined(groups, row.organisation_id),
            row.n_documents,
            row.n_mentions,
            row.names or "",
            row.status.value,
        )
        for row in tables.organisations
    )
    found = [row for row in rows if all(holds(row) for holds in conditions)]
    return sorted(found, key=lambda row: (fold(row.name), row.organisation_id))


def _joined(found: Mapping[str, set[str]], one: str) -> str:
    return SEPARATOR.join(sorted(found.get(one, ())))


def condition(text: str) -> Condition:
    """One condition as a user writes it. Raises Unusable, with what can be asked, where it is none."""
    read = _CONDITION.fullmatch(text)
    if read is None:
        raise Unusable(f"--where {text}: write FIELD=VALUE, FIELD!=VALUE or FIELD~PART")
    field, sign, value = read[1], read[2], read[3].strip()
    if field not in FIELDS:
        raise Unusable(f"--where {text}: there is no field {field}; there are {', '.join(FIELDS)}")
    if field in _NUMBERS:
        return _of_number(text, field, sign, value)
    if sign in (">", "<", ">=", "<="):
        raise Unusable(f"--where {text}: {field} is no number; only {', '.join(_NUMBERS)} are")
    wanted = fold(value)

    def parts(row: Listed) -> list[str]:
        cell = str(getattr(row, field))
        return [fold(part) for part in (cell.split(SEPARATOR) if field in _SEVERAL else [cell])]

    if sign == "~":
        return lambda row: any(wanted in part for part in parts(row))
    if sign == "=":
        return lambda row: wanted in parts(row)
    return lambda row: wanted not in parts(row)


def _of_number(text: str, field: str, sign: str, value: str) -> Condition:
    try:
        wanted = int(value)
    except ValueError:
        raise Unusable(f"--where {text}: {value!r} is no whole number") from None
    compare: dict[str, Callable[[int], bool]] = {
        "=": lambda n: n == wanted,
        "!=": lambda n: n != wanted,
        ">": lambda n: n > wanted,
        "<": lambda n: n < wanted,
        ">=": lambda n: n >= wanted,
        "<=": lambda n: n <= wanted,
    }
    if sign not in compare:
        raise Unusable(f"--where {text}: {field} is a number; compare it with {' '.join(compare)}")
    holds = compare[sign]
    return lambda row: holds(getattr(row, field))
