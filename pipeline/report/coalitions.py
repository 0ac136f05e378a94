"""Who takes part where: coalitions are municipalities, members the organisations among their participants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ..records import OrganisationType, PartyType, Scope, Where
from ..rows import OrganisationRow
from ..tables import Tables

# Clockwise around the middle of the country, so that neighbours on a ring are neighbours on the map.
PROVINCES = (
    "Groningen",
    "Drenthe",
    "Overijssel",
    "Gelderland",
    "Limburg",
    "Noord-Brabant",
    "Zeeland",
    "Zuid-Holland",
    "Utrecht",
    "Noord-Holland",
    "Flevoland",
    "Fryslân",
)


@dataclass(frozen=True, slots=True)
class Coalition:
    """A municipality and the texts about it."""

    name: str
    province: str  # empty where it is not known
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation and the coalitions it takes part in: position of the coalition → how the text says so."""

    organisation_id: str
    name: str
    type: OrganisationType
    scope: Scope
    where: Mapping[int, Where]


@dataclass(frozen=True, slots=True)
class Coalitions:
    """Every coalition of a run, in the order of the ring, and every member, the most widespread first."""

    places: tuple[Coalition, ...]
    members: tuple[Member, ...]

    @property
    def shared(self) -> tuple[Member, ...]:
        """Members of two coalitions or more."""
        return tuple(member for member in self.members if len(member.where) > 1)

    def provinces(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """(province, positions of its coalitions) along the ring."""
        for province, group in groupby(range(len(self.places)), key=lambda at: self.places[at].province):
            yield province, tuple(group)


def find_coalitions(tables: Tables) -> Coalitions:
    """Coalitions of the texts that name a municipality; texts that name none are left out."""
    texts: dict[str, list[str]] = {}
    province: dict[str, str] = {}
    for document in tables.documents:
        if document.municipality:
            texts.setdefault(document.municipality, []).append(document.document_id)
            province.setdefault(document.municipality, document.province or "")
    names = sorted(texts, key=lambda name: (_turn(province[name]), province[name], name))
    places = tuple(Coalition(name, province[name], tuple(texts[name])) for name in names)
    position = {document: at for at, place in enumerate(places) for document in place.documents}
    where: dict[str, dict[int, Where]] = {}
    for row in tables.participants:
        at = position.get(row.document_id)
        if row.type is PartyType.ORGANISATION and row.organisation_id and at is not None:
            found = where.setdefault(row.organisation_id, {})
            if found.get(at) is not Where.LIST:
                found[at] = row.where
    known = {row.organisation_id: row for row in tables.organisations}
    members = [_member(known[key], found) for key, found in where.items() if key in known]
    members.sort(key=lambda member: (-len(member.where), member.name, member.organisation_id))
    return Coalitions(places, tuple(members))


def spread_of(tables: Tables) -> dict[str, int]:
    """organisation_id → in how many municipalities its names are used; for tables of names without texts."""
    found: dict[str, set[str]] = {row.organisation_id: set() for row in tables.organisations}
    for name in tables.organisation_names:
        if name.municipality and name.organisation_id in found:
            found[name.organisation_id].add(name.municipality)
    return {key: len(places) for key, places in found.items()}


def _member(row: OrganisationRow, where: Mapping[int, Where]) -> Member:
    return Member(row.organisation_id, row.name, row.type, row.scope, where)


def _turn(province: str) -> int:
    return PROVINCES.index(province) if province in PROVINCES else len(PROVINCES)
