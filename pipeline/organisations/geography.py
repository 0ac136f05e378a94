"""Where a name or a page is: municipalities, places, regions and provinces as zones that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..rulebook import Rulebook
from ..rulebook.organisations import Expansion, fold, longest_from
from ..rulebook.regions import Region


@dataclass(frozen=True, slots=True)
class Municipality:
    name: str
    code: str = ""
    province: str = ""
    ggd_region: str = ""
    aliases: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()  # codes; filled for a municipality that no longer exists


@dataclass(frozen=True, slots=True)
class Zone:
    """A named stretch of the country. `municipalities` is empty for a region known by its province only."""

    label: str
    level: str  # municipality, place, region, province
    municipalities: frozenset[str] = field(default=frozenset())
    provinces: frozenset[str] = field(default=frozenset())

    def touches(self, other: Zone) -> bool:
        """False where the two cannot overlap."""
        if self.municipalities and other.municipalities:
            return not self.municipalities.isdisjoint(other.municipalities)
        return not self.provinces.isdisjoint(other.provinces)


_PARTS = re.compile(r"\s*[,;/]\s*|\s+en\s+")


class Geography:
    """Names of municipalities, places, regions and provinces, looked up by their folded words."""

    def __init__(
        self,
        municipalities: Iterable[Municipality],
        places: Iterable[tuple[str, str, tuple[str, ...]]],
        regions: Iterable[Region],
        adjectives: Mapping[str, str] | None = None,
        shortened: Iterable[Expansion] = (),
        compass: Iterable[Expansion] = (),
    ) -> None:
        self.by_name: dict[str, Municipality] = {}
        self._zones: dict[str, Zone] = {}
        self._ambiguous: set[str] = set()
        self.ggd_regions: dict[str, set[str]] = {}
        self._provinces: dict[str, str] = {}
        every = sorted(municipalities, key=lambda m: (bool(m.successors), m.name))
        by_code = {m.code: m for m in every}
        for one in every:
            now = [by_code[c].name for c in one.successors if c in by_code] or [one.name]
            self.by_name.setdefault(one.name, one)
            self._provinces.setdefault(one.name, one.province)
            self.ggd_regions.setdefault(one.ggd_region, set()).update(now)
            zone = Zone(one.name, "municipality", frozenset({*now, one.name}), frozenset({one.province}))
            for form in (one.name, *one.aliases):
                self._zones.setdefault(fold(form), zone)
        self._municipal = {form: zone.label for form, zone in self._zones.items()}
        for province in sorted({one.province for one in every if one.province}):
            zone = Zone(province, "province", frozenset(), frozenset({province}))
            for form in ("Friesland", "Fryslân") if province == "Fryslân" else (province,):
                # Utrecht and Groningen are first of all the towns
                self._zones.setdefault(fold(form), zone)
        for name, found in self._regional(regions):
            self._zones.setdefault(name, found)
        several: dict[str, set[str]] = {}
        for name, municipality, aliases in places:
            for form in (name, *aliases):
                several.setdefault(fold(form), set()).add(municipality)
        for form, owners in several.items():
            provinces = frozenset(self._provinces.get(owner, "") for owner in owners)
            self._zones.setdefault(form, Zone(form, "place", frozenset(owners), provinces))
        for word, official in sorted((adjectives or {}).items()):
            meant = self._zones.get(fold(official))
            if meant is not None and fold(word) not in self._zones:
                self._zones[fold(word)] = meant
        for preposition in shortened:
            for form, meant in list(self._zones.items()):
                first, within, rest = form.partition(f" {preposition.long} ")
                if within:
                    for short in preposition.short:
                        self._zones.setdefault(f"{first} {short} {rest}", meant)
        for point in compass:
            for form, meant in list(self._zones.items()):
                before, begins, rest = form.partition(f"{point.long} ")
                if begins and not before:
                    for short in point.short:
                        self._zones.setdefault(f"{short} {rest}", meant)
        self._inside: dict[str, list[str]] = {}
        for form, owners in sorted(several.items()):
            for owner in owners:
                self._inside.setdefault(owner, []).append(form)
        self.longest_from = longest_from(self._zones)

    def _regional(self, regions: Iterable[Region]) -> Iterable[tuple[str, Zone]]:
        for region in regions:
            zone = Zone(region.name, "region", frozenset(region.municipalities), frozenset(region.provinces))
            for form in (region.name, *region.aliases):
                yield fold(form), zone
        for ggd, members in self.ggd_regions.items():
            label = ggd.removeprefix("GGD ").removeprefix("regio ")
            provinces = frozenset(self._provinces.get(member, "") for member in members)
            yield fold(label), Zone(label, "region", frozenset(members), provinces)

    def zone(self, words: str) -> Zone | None:
        """The zone that folded words name."""
        return self._zones.get(words)

    def around(self, municipality: str) -> list[str]:
        """Folded names that a page about a municipality may shorten: its own, its places, its region, its province."""
        here = self.by_name.get(municipality)
        if here is None:
            return []
        wider = [here.ggd_region.removeprefix("GGD "), here.province, "Friesland" if here.province == "Fryslân" else ""]
        return [fold(here.name), *self._inside.get(here.name, ()), *(fold(name) for name in wider if name)]

    def municipality(self, text: str) -> Municipality | None:
        """The municipality that a text names, or the one a place of that name lies in when there is one only."""
        if not text:
            return None
        if text in self.by_name:
            return self.by_name[text]
        form = fold(text).removeprefix("gemeente ")
        label = self._municipal.get(form)
        if label is None:
            zone = self._zones.get(form)
            if zone is None or zone.level != "place" or len(zone.municipalities) != 1:
                return None
            label = next(iter(zone.municipalities))
        return self.by_name.get(label)

    def area(self, text: str) -> tuple[Zone, ...]:
        """The zones of a free description such as `Haarlem, Heemstede` or `Twente e.o.`."""
        zones: list[Zone] = []
        for part in [text, *_PARTS.split(text)]:
            form = fold(part).removesuffix(" eo").removesuffix(" ea").strip()
            zone = self._zones.get(form)
            if zone is not None:
                zones.append(zone)
                if part == text:
                    break
        return tuple(zones)


def geography_of(rulebook: Rulebook) -> Geography:
    """The lists of rules/ as zones."""
    places = rulebook.places
    municipalities = [
        Municipality(m.name, m.cbs_code, m.province, m.ggd_region, m.aliases, m.successor_codes)
        for m in places.municipalities
    ]
    villages = [(v.name, v.municipality, v.aliases) for v in places.villages]
    adjectives = {word: named.name for word, named in places.people.items()}
    adjectives |= places.file.province_adjectives
    words = rulebook.organisations.words
    return Geography(
        municipalities, villages, rulebook.regions, adjectives, words.shortened_prepositions, words.shortened_compass
    )
