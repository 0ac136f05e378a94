"""How two names lie to each other on the map: their own places first, then the municipalities of their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..rulebook.organisations import fold
from .geography import Geography
from .parts import Name

Relation = Literal["same", "inside", "near", "elsewhere", "conflict", "unknown"]


@dataclass(frozen=True, slots=True)
class Locality:
    """`near` is one province, `conflict` two places that cannot overlap; `words` says it for a reader."""

    relation: Relation
    words: str

    @property
    def here(self) -> bool:
        return self.relation in ("same", "inside")


def locality(a: Name, b: Name, geography: Geography, *, together: bool = False) -> Locality:
    """Places in both names decide; then a place against the other's page; then page against page.

    `together`: one document prints both, so that their page is the same also where nobody knows which it is about.
    """
    if a.zones and b.zones:
        return _named(a, b)
    if a.zones or b.zones:
        return _against_page(*((a, b) if a.zones else (b, a)), geography)
    if together and a.municipality == b.municipality:
        return Locality("same", f"both in {a.municipality}" if a.municipality else "on one page")
    if not a.municipality or not b.municipality:
        return Locality("unknown", "a page without a municipality")
    if a.municipality == b.municipality:
        return Locality("same", f"both in {a.municipality}")
    one, two = geography.by_name.get(a.municipality), geography.by_name.get(b.municipality)
    if one and two and one.province == two.province:
        return Locality("near", f"{one.name} and {two.name}, both in {one.province}")
    return Locality("elsewhere", f"{a.municipality} and {b.municipality}")


def _named(a: Name, b: Name) -> Locality:
    first, second = a.zones[0], b.zones[0]
    villages_a, villages_b = ({zone.label for zone in name.zones if zone.level == "place"} for name in (a, b))
    if villages_a and villages_b and villages_a.isdisjoint(villages_b):
        return Locality("conflict", f"{min(villages_a)} and {min(villages_b)} are two places")
    if {zone.label for zone in a.zones} & {zone.label for zone in b.zones}:
        return Locality("same", f"both in {first.label}")
    if not any(x.touches(y) for x in a.zones for y in b.zones):
        return Locality("conflict", f"{first.label} is not {second.label}")
    return Locality("inside", f"{first.label} and {second.label} overlap")


def _against_page(placed: Name, other: Name, geography: Geography) -> Locality:
    """A name with a place in it against one that has only the municipality of its page."""
    home = geography.by_name.get(other.municipality)
    if home is None:
        return Locality("unknown", "one name without a place")
    if home.name in {zone.label for zone in placed.zones}:
        return Locality("same", f"both in {home.name}")
    here = geography.zone(fold(home.name))
    if here is not None and any(zone.touches(here) for zone in placed.zones):
        return Locality("inside", f"{home.name} lies in {placed.zones[0].label}")
    if placed.municipality and placed.municipality == other.municipality:
        return Locality("inside", f"both on a page about {home.name}")
    return Locality("conflict", f"{placed.zones[0].label} is not in {home.name}")
