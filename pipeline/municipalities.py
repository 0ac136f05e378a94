"""The municipalities that a run speaks of, with the identifiers by which other registers know them.

The addresses follow from the codes: TOOI, the register of government organisations at overheid.nl, names a municipality
by its CBS code and a province by its. All codes of `rules/` were found in its lists of municipalities (version 4, which
keeps ended ones) and of provinces (version 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .rows import MunicipalityRow
from .rulebook.places import Municipality, Places
from .tables import SEPARATOR, Tables

_TOOI = "https://identifier.overheid.nl/tooi/id"


def with_municipalities(tables: Tables, places: Places) -> Tables:
    """Tables with a row for each municipality that they name by its code, and for the ended ones it came from."""
    return replace(tables, municipalities=municipality_rows(codes_of(tables), places))


def municipality_rows(codes: Iterable[str], places: Places) -> tuple[MunicipalityRow, ...]:
    """Rows of municipalities on the list, sorted by code; of a current one with all that went into it, of an ended one
    with all that it went into."""
    wanted = {code for code in codes if code in places.by_code}
    wanted |= {code for one in wanted for code in _followed(places.by_code[one], places)}
    found = (one for one in places.municipalities if one.cbs_code in wanted or _leads_to(one, wanted, places))
    return tuple(sorted((_row(one, places) for one in found), key=lambda row: row.municipality_code))


def codes_of(tables: Tables) -> Iterator[str]:
    """The codes that rows name; a participant has that of its document."""
    named = (tables.documents, tables.organisations, tables.organisation_names)
    return (row.municipality_code for rows in named for row in rows if row.municipality_code)


def _followed(one: Municipality, places: Places) -> Iterator[str]:
    """The codes of all that came after a municipality."""
    for code in one.successor_codes:
        yield code
        yield from _followed(places.by_code[code], places)


def _leads_to(one: Municipality, wanted: set[str], places: Places) -> bool:
    return any(code in wanted for code in _followed(one, places))


def _row(one: Municipality, places: Places) -> MunicipalityRow:
    province = places.province_codes[one.province]
    return MunicipalityRow(
        one.cbs_code,
        one.name,
        f"{_TOOI}/gemeente/{one.cbs_code.lower()}",
        one.province,
        province,
        f"{_TOOI}/provincie/{province.lower()}",
        one.ggd_region or None,
        one.start_date or None,
        one.end_date or None,
        SEPARATOR.join(one.successor_codes) or None,
    )
