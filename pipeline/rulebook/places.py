"""rules/municipalities.csv, provinces.csv, places.csv and locating.yaml: municipalities and places of the Netherlands.

Names, codes and boundaries: CBS, "Gebieden in Nederland" and "Woonplaatsen in Nederland" (CC BY 4.0, Statistics
Netherlands); mergers and other spellings were added by hand.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import field_validator
from rapidfuzz import fuzz, process

from .loading import Record, Rule, RuleError, RuleFolder
from .regions import read_regions
from .remembering import remembered

LONG = 6  # a spelling slip is forgiven in names of this many letters
LIKE = 88  # per cent of the letters
MARGIN = 3


_AAN_DEN = re.compile(r"\ba/?d\b\.?")
_SINT = re.compile(r"\b(?:st|sint)\b\.?[ -]*")
_AAN_DE = re.compile(r"\baan de\b")


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """The letters of a place name by which spellings are compared: "'s-Gravenhage" and 's Gravenhage' are one."""
    lowered = name.casefold()
    if "d" in lowered:
        lowered = _AAN_DEN.sub("aan den", lowered)
    lowered = lowered.replace("&", " en ")
    if "st" in lowered or "sint" in lowered:
        lowered = _SINT.sub("sint", lowered)
    if "aan de" in lowered:
        lowered = _AAN_DE.sub("aan den", lowered)
    plain = lowered if lowered.isascii() else unicodedata.normalize("NFKD", lowered).replace("ø", "o")
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def _parts(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


class Municipality(Record):
    """A municipality, current or ended; `end_date` is the last day of an ended one."""

    cbs_code: str
    name: str
    province: str
    ggd_region: str
    start_date: str = ""
    end_date: str = ""
    successor_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    safety_region: str = ""

    _split = field_validator("successor_codes", "aliases", mode="before")(_parts)

    @property
    def current(self) -> bool:
        return not self.end_date


class Province(Record):
    """A province, by its CBS code."""

    code: str
    name: str


class Village(Record):
    """A woonplaats: a place with a name of its own inside one municipality."""

    wp_code: str
    name: str
    municipality: str
    cbs_code: str
    province: str
    aliases: tuple[str, ...] = ()
    former_cbs_codes: tuple[str, ...] = ()
    valid_to: str = ""

    _split = field_validator("aliases", "former_cbs_codes", mode="before")(_parts)


class Evidence(Rule):
    """One way in which a text names its municipality."""

    part: Literal["title", "line"]
    pattern: str


class LocatingFile(Record):
    evidence: tuple[Evidence, ...]
    ordinary: tuple[str, ...]
    never: tuple[str, ...]
    locative: tuple[str, ...]
    locative_strict: tuple[str, ...]
    municipality_words: tuple[str, ...]
    province_words: tuple[str, ...]
    adjectives: dict[str, str]
    province_adjectives: dict[str, str]
    provinces: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: the current municipalities it can mean, and the official name of what it names."""

    name: str
    kind: Literal["municipality", "former", "village", "inhabitants", "province"]
    codes: tuple[str, ...]
    province: str = ""


class Places:
    """Look-ups over the lists; names are compared by `fold`."""

    def __init__(self, folder: RuleFolder) -> None:
        self.municipalities = folder.csv("municipalities.csv", Municipality)
        self.villages = folder.csv("places.csv", Village)
        self.file = folder.yaml("locating.yaml", LocatingFile)
        self.province_codes = {p.name: p.code for p in folder.csv("provinces.csv", Province)}
        self.by_code = {m.cbs_code: m for m in self.municipalities}
        self.ordinary = frozenset(fold(name) for name in self.file.ordinary)
        self.never = frozenset(fold(name) for name in self.file.never)
        self._regions = read_regions(folder)
        unknown = [m.name for m in self.municipalities if not set(m.successor_codes) <= set(self.by_code)]
        if unknown:
            raise RuleError(f"rules/municipalities.csv: {unknown[0]} has a successor that is not in the list")
        nowhere = [m.name for m in self.municipalities if m.province not in self.province_codes]
        if nowhere:
            raise RuleError(f"rules/municipalities.csv: the province of {nowhere[0]} is not in rules/provinces.csv")

    @cached_property
    def by_name(self) -> dict[str, tuple[Named, ...]]:
        """Folded name → what it can stand for, municipalities before villages."""
        found: dict[str, list[Named]] = {}

        def add(name: str, named: Named) -> None:
            entries = found.setdefault(fold(name), [])
            if named not in entries:
                entries.append(named)

        for m in self.municipalities:
            if m.current:
                for name in (m.name, *m.aliases):
                    add(name, Named(m.name, "municipality", (m.cbs_code,), m.province))
        for m in self.municipalities:
            if not m.current:
                for name in (m.name, *m.aliases):
                    add(name, Named(m.name, "former", self.successors(m), m.province))
        for v in self.villages:
            for name in (v.name, *v.aliases):
                add(name, Named(v.name, "village", (v.cbs_code,), v.province))
        return {key: tuple(entries) for key, entries in found.items() if key}

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Folded name of a province → its official name."""
        return {
            fold(name): official for official, others in self.file.provinces.items() for name in (official, *others)
        }

    @cached_property
    def regions(self) -> dict[str, tuple[str, ...]]:
        """Folded name of a region → its provinces."""
        return {fold(name): region.provinces for region in self._regions for name in (region.name, *region.aliases)}

    @cached_property
    def people(self) -> dict[str, Named]:
        """Folded adjective or word for inhabitants → the municipality."""
        found: dict[str, Named] = {}
        for m in self.municipalities:
            if m.current and fold(m.name) not in self.ordinary and re.fullmatch(r"[A-ZÀ-Þ][a-zà-ÿ]{4,}", m.name):
                named = Named(m.name, "inhabitants", (m.cbs_code,), m.province)
                # doubled or shortened vowels need a list; these follow the rule
                endings = (
                    ("aren", "aar") if m.name.endswith(("en", "el", "er")) else ("ers", "er", "se", "naren", "naar")
                )
                stem = m.name[:-2] if m.name.endswith("en") else m.name
                for ending in endings:
                    found.setdefault(fold((stem + "en" if m.name.endswith("en") else stem) + ending), named)
        for word, name in self.file.adjectives.items():
            official = self.municipality(name)
            if official is None:
                raise RuleError(f"rules/locating.yaml: {word}: {name} is no current municipality")
            found[fold(word)] = Named(official.name, "inhabitants", (official.cbs_code,), official.province)
        return {key: named for key, named in found.items() if key not in self.by_name}

    def successors(self, municipality: Municipality) -> tuple[str, ...]:
        """The codes of the current municipalities that an ended one went into."""
        if municipality.current:
            return (municipality.cbs_code,)
        codes: list[str] = []
        for code in municipality.successor_codes:
            codes += [c for c in self.successors(self.by_code[code]) if c not in codes]
        return tuple(codes)

    def municipality(self, name: str) -> Municipality | None:
        """The current municipality of this official name or alias; an ended one gives its only successor."""
        for named in self.by_name.get(fold(name), ()):
            if named.kind == "municipality" or (named.kind == "former" and len(named.codes) == 1):
                return self.by_code[named.codes[0]]
        return None

    def former(self, name: str) -> Municipality | None:
        """The ended municipality of this name."""
        key = fold(name)
        return next(
            (m for m in self.municipalities if not m.current and key in {fold(n) for n in (m.name, *m.aliases)}), None
        )

    def candidates(self, name: str, province: str = "") -> tuple[Municipality, ...]:
        """The current municipalities that a name can mean, in the named province where there is one."""
        entries = self.by_name.get(fold(name), ())
        for kinds in ({"municipality"}, {"former", "village"}):
            codes = dict.fromkeys(c for e in entries if e.kind in kinds for c in e.codes)
            found = [self.by_code[c] for c in codes]
            if kinds == {"former", "village"} and len(found) > 1:
                # of an ended municipality that was divided, its own village decides
                villages = dict.fromkeys(c for e in entries if e.kind == "village" for c in e.codes)
                found = [self.by_code[c] for c in villages] or found
            if province:
                found = [m for m in found if m.province == province]
            if found:
                return tuple(found)
        return ()

    def resolve(self, name: str, province: str = "", fuzzy: bool = False) -> Municipality | None:
        """The one municipality that a name means, or None; with `fuzzy` slips in longer names are forgiven."""
        found = self.candidates(name, province)
        if len(found) == 1:
            return found[0]
        if found or not fuzzy:
            return None
        key = fold(name)
        if len(key) < LONG:
            return None
        near = process.extract(key, self._long_names, scorer=fuzz.ratio, limit=4, score_cutoff=LIKE)
        meant = {self.by_name[match[0]][0].codes: match[1] for match in reversed(near)}
        best = sorted(meant.items(), key=lambda item: -item[1])
        if not best or len(best[0][0]) != 1 or (len(best) > 1 and best[0][1] - best[1][1] < MARGIN):
            return None
        municipality = self.by_code[best[0][0][0]]
        return None if province and municipality.province != province else municipality

    @cached_property
    def _long_names(self) -> list[str]:
        return [key for key, entries in self.by_name.items() if len(key) >= LONG and entries[0].kind != "village"]

    def province(self, name: str) -> str:
        """The official name of a province, empty for any other name."""
        return self.provinces.get(fold(name), "")

    @remembered
    def knows(self, name: str) -> bool:
        """Whether the whole of `name` is a municipality, village, province or region."""
        key = fold(name)
        return key in self.by_name or key in self.provinces or key in self.regions

    @remembered
    def names_municipality(self, name: str) -> bool:
        """Whether `name` is a municipality, also an ended one: a body, where several act side by side."""
        return any(named.kind in ("municipality", "former") for named in self.by_name.get(fold(name), ()))

    @remembered
    def begins(self, stem: str) -> bool:
        """Whether a place name begins with `stem`."""
        key = fold(stem)
        at = bisect_left(self._sorted_names, key)
        return at < len(self._sorted_names) and self._sorted_names[at].startswith(key)

    @remembered
    def may_begin(self, word: str) -> bool:
        """Whether the name of a place, a province, a region or of inhabitants begins with the letters of `word`."""
        key = fold(word)
        at = bisect_left(self._every_name, key)
        return at < len(self._every_name) and self._every_name[at].startswith(key)

    @cached_property
    def _every_name(self) -> list[str]:
        return sorted({*self.by_name, *self.provinces, *self.regions, *self.people})

    @cached_property
    def _sorted_names(self) -> list[str]:
        return sorted(self.by_name)
