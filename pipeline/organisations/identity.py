"""Which body a name stands for on its own: a known one, the municipality, its GGD, or the local one of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ..records import NameKey, OrganisationType, Scope
from ..rulebook.organisations import KnownOrganisation, fold
from .display import canonical
from .geography import Geography, Zone
from .names import NameReader
from .parts import Name, Part


@dataclass(frozen=True, slots=True)
class Identity:
    """What a name says about its body without a look at other names.

    `anchor` names the body where that is certain: equal anchors are one body, different ones are two.
    `family` is what bodies of one kind or brand share (`bibliotheek`, `mee`); `bare` a family name without a place.
    """

    anchor: str = ""
    family: str = ""
    bare: bool = False
    name: str = ""  # the canonical name that follows
    type: OrganisationType = OrganisationType.OTHER
    scope: Scope = Scope.LOCAL
    municipality: str = ""
    known: KnownOrganisation | None = None


_GENERIC_TYPES = frozenset({"municipality", "region"})


class Identifier:
    """Looks names up among the known bodies and resolves generic ones with the page's municipality."""

    def __init__(self, reader: NameReader, geography: Geography) -> None:
        self.reader = reader
        self.rules = reader.rules
        self.geography = geography
        self._found: dict[object, Identity] = {}
        self._bags: dict[str, KnownOrganisation] = {}
        for form, known in self.rules.aliases.items():
            if " " in form:
                self._bags.setdefault(" ".join(sorted(form.split())), known)
        self._squashed = {form.replace(" ", ""): known for form, known in reversed(list(self.rules.aliases.items()))}
        kinds = frozenset(self.rules.kind_words)
        first = {form.partition(" ")[0] for form, known in self.rules.aliases.items() if known.scope is Scope.NATIONAL}
        self._telling = (self.reader.brand_words - kinds) | first  # words without which no known body is meant
        self._areas: dict[str, tuple[Zone, ...]] = {}
        self._ggds = [k for k in self.rules.known if k.type is OrganisationType.GGD and k.scope is Scope.REGIONAL]
        self._ggd_forms = [
            (form.removeprefix("ggd").strip(), known)
            for known in self._ggds
            for form in map(fold, (known.name, *known.aliases))
        ]

    def identify(self, name: Name) -> Identity:
        found = self._found.get(name.key)
        if found is None:
            found = self._found[name.key] = self._identify(name)
        return found

    def _identify(self, name: Name) -> Identity:
        kinds = {kind.id for kind in name.kinds}
        first = name.kinds[0] if name.kinds else None
        if "ggd" in kinds:
            printed = self.rules.aliases.get(fold(name.display))
            return self._as_known(printed) if printed is not None and not printed.generic else self._ggd(name)
        municipal = self._municipal(name, first.id if first else "")
        if municipal is not None:
            return municipal
        known = self._known(name)
        if known is not None and not known.generic:
            return self._as_known(known)
        return self._generic(name)

    # --- municipalities ------------------------------------------------------------------------------

    def _municipal(self, name: Name, kind: str) -> Identity | None:
        core = name.core
        if kind == "gemeente" and all(word in ("gemeente", "buurgemeente") for word in core):
            label = next((z.label for z in name.zones if z.level in ("municipality", "place")), "")
            # the legal name of a town is that of its municipality, a village keeps its own
            place = self.geography.zone(label) if label else None
            if place is not None and place.level == "place" and name.municipality in place.municipalities:
                label = name.municipality
            owner = self.geography.by_name.get(label) or (
                None if label else self.geography.by_name.get(name.municipality)
            )
            if owner is None and not label and name.municipality:
                label = name.municipality
            return self._gemeente(owner.name if owner else label, bare=not name.zones)
        if kind == "gemeente" and core[:1] == ("gemeente",) and len(name.own) == 1 and not name.zones:
            near = self._near_municipality(" ".join(name.own), name.municipality)
            if near:
                return self._gemeente(near, bare=False)
        # the department of a municipality is the municipality: gemeente Haarlem afd. Wmo
        only_place = all(w.part in (Part.PLACE, Part.TAIL) for w in name.words)
        if only_place and len(name.zones) == 1 and name.zones[0].level == "municipality":
            return self._gemeente(name.zones[0].label, bare=False)
        if only_place and [z.level for z in name.zones] == ["province"]:
            return Identity(
                f"provincie:{name.zones[0].label}",
                "provincie",
                False,
                f"Provincie {name.zones[0].label}",
                OrganisationType.OVERHEID,
                Scope.REGIONAL,
            )
        if kind == "provincie" and name.zones:
            label = next(iter(sorted(name.zones[0].provinces)), name.zones[0].label)
            return Identity(
                f"provincie:{label}",
                "provincie",
                False,
                f"Provincie {label}",
                OrganisationType.OVERHEID,
                Scope.REGIONAL,
            )
        return None

    def _gemeente(self, label: str, *, bare: bool) -> Identity:
        title = f"Gemeente {label}".strip()
        return Identity(
            f"gemeente:{label}" if label else "", "gemeente", bare, title, OrganisationType.GEMEENTE, Scope.LOCAL, label
        )

    def _near_municipality(self, word: str, context: str) -> str:
        """The municipality that a misspelt name means: the page's own first, then the only one that is a slip away."""
        slips = 1 if len(word) < 8 else 2
        if context and OSA.distance(word, fold(context), score_cutoff=slips) <= slips and len(word) >= 5:
            return context
        near = sorted(
            (distance, name)
            for name in self.geography.by_name
            if len(word) >= 5 and (distance := OSA.distance(word, fold(name), score_cutoff=1)) <= 1
        )
        return near[0][1] if len(near) == 1 else ""

    # --- the GGD -------------------------------------------------------------------------------------

    def _ggd(self, name: Name) -> Identity:
        here = self.geography.by_name.get(name.municipality)
        home = here.ggd_region if here else ""
        said = " ".join(
            w.text
            for w in name.words
            if (w.part in (Part.PLACE, Part.OWN, Part.BRANCH) and w.text not in ("ggd", "afdeling"))
        )
        # of two places in the name ('GGD Drenthe, locatie Kruisdal') the one that is a region says which GGD
        regions = dict(self._ggd_forms)
        named = (
            [regions[fold(z.label)].name for z in name.zones if fold(z.label) in regions] if len(name.zones) > 1 else []
        )
        region = named[0] if named else self._ggd_region(said, home) if said else home
        bare = not said
        if not region:
            return Identity("", "ggd", bare, name.display, OrganisationType.GGD, Scope.REGIONAL)
        return Identity(f"ggd:{region}", "ggd", bare, region, OrganisationType.GGD, Scope.REGIONAL)

    def _ggd_region(self, said: str, home: str) -> str:
        exact = next((known.name for form, known in self._ggd_forms if form == said), "")
        if exact:
            return exact
        scores = sorted(
            (
                (max(fuzz.ratio(said, form), fuzz.token_sort_ratio(said, form)), known.name)
                for form, known in self._ggd_forms
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        best: dict[str, float] = {}
        for score, region in scores:
            best.setdefault(region, score)
        ranked = list(best.items())
        if ranked[0][1] >= 84 and (ranked[0][1] - ranked[1][1] >= 4 or ranked[0][0] == home):
            return ranked[0][0]
        zone = self.geography.zone(said)
        regions = {
            m.ggd_region for label in (zone.municipalities if zone else ()) if (m := self.geography.by_name.get(label))
        }
        if len(regions) == 1:
            return regions.pop()
        if home and (home in regions or best.get(home, 0) >= 62 or fold(home).removeprefix("ggd ").startswith(said)):
            return home
        return ranked[0][0] if ranked[0][1] >= 84 else ""

    # --- known bodies --------------------------------------------------------------------------------

    def _as_known(self, known: KnownOrganisation) -> Identity:
        area = self.geography.municipality(known.area) if known.scope is Scope.LOCAL else None
        group = "ggd" if known in self._ggds else "known"
        return Identity(
            f"{group}:{known.name}",
            fold(known.name),
            False,
            known.name,
            known.type,
            known.scope,
            area.name if area else "",
            known,
        )

    def _known(self, name: Name) -> KnownOrganisation | None:
        if name.own and not any(word in self._telling or word in self._squashed for word in name.core):
            return self._glued(name)
        words = [w for w in name.words if w.part is not Part.TAIL]
        whole = " ".join(w.text for w in words)
        printed = fold(name.display)
        for form in (printed, whole) if printed != whole else (whole,):
            known = self._lookup(form.split())
            if known is not None and self.fits(known, name, located=False):
                return known
        printed_words = [w.text for w in words]
        national = self._prefix(printed_words, [w.part for w in words])
        if national is not None and words[0].part is Part.LEGAL:
            return national
        while words and any(w.part is Part.LEGAL for w in words[:2]) and words[0].part in (Part.LEGAL, Part.SMALL):
            words.pop(0)  # 'Het Nederlandse Rode Kruis'
        while words and words[0].part is Part.BRANCH:  # 'afdeling Kruisdal De Zonnebloem'
            words.pop(0)
        branch = next((i for i, w in enumerate(words) if w.part is Part.BRANCH), len(words))
        words = words[:branch]
        rest = [w for w in words if w.part is not Part.LEGAL]
        texts = [w.text for w in rest]
        plain = [w.text for w in rest if w.part is not Part.PLACE]
        shorter = [texts]
        while len(shorter[-1]) > 1 and rest[len(shorter[-1]) - 1].part is Part.PLACE:
            shorter.append(shorter[-1][:-1])
        for parts in (*shorter, plain):
            known = self._lookup(parts) if parts else None
            if known is not None and self.fits(known, name, located=len(parts) < len(texts)):
                return known
        return self._prefix(texts, [w.part for w in rest]) or self._labelled(name, texts, [w.part for w in rest])

    def _glued(self, name: Name) -> KnownOrganisation | None:
        """A body whose name is written with or without a space that the list does not have."""
        texts = [w.text for w in name.words if w.part not in (Part.TAIL, Part.LEGAL, Part.BRANCH)]
        without_places = [w.text for w in name.words if w.part not in (Part.TAIL, Part.LEGAL, Part.BRANCH, Part.PLACE)]
        for words in (texts, without_places):
            known = self._squashed.get("".join(words).replace(" ", "")) if words else None
            if known is not None and self.fits(known, name, located=len(words) < len(texts)):
                return known
        return None

    def _lookup(self, words: Sequence[str]) -> KnownOrganisation | None:
        """A body called by these words: without an article, in another order, written as one word or several."""
        aliases = self.rules.aliases
        form, known = " ".join(words), None
        pieces = form.split()
        if pieces and self.reader.brand_words.issuperset(pieces):
            known = aliases.get(form)
            if known is None and pieces[0] in ("de", "het", "t"):
                known = aliases.get(" ".join(pieces[1:]))
            if known is None and len(pieces) > 1:
                known = self._bags.get(" ".join(sorted(pieces)))
        if known is None and len(form) >= 6:
            known = self._squashed.get("".join(pieces))
        return known

    def _prefix(self, texts: list[str], parts: list[Part]) -> KnownOrganisation | None:
        """A national body with words behind it that can only be a branch: `Jumbo Moesel`, `Humanitas Achterhoek`."""
        start = 1 if parts[:1] == [Part.SMALL] and len(texts) > 1 else 0
        if not texts or texts[start].partition(" ")[0] not in self.reader.brand_words:
            return None
        for end in range(len(texts) - 1, start, -1):
            known = self.rules.aliases.get(" ".join(texts[start:end]))
            if known is None or known.scope is not Scope.NATIONAL or known.generic:
                continue
            rest = parts[end:]
            if any(part in (Part.LEGAL, Part.NUMBER) for part in rest) or any(
                part is Part.KIND and not self._unit(text) for part, text in zip(rest, texts[end:], strict=True)
            ):
                continue
            if any(part is Part.OWN and self._strong(text) for part, text in zip(rest, texts[end:], strict=True)):
                continue  # the Museumwinkel of a chain is a shop of its own
            only_places = all(part in (Part.PLACE, Part.SMALL, Part.NATIONAL) for part in rest)
            if only_places or (not known.common_word and len(rest) <= 6):
                return known
        return None

    def _labelled(self, name: Name, texts: list[str], parts: list[Part]) -> KnownOrganisation | None:
        """A body behind a label for its kind: `Ouderenbond ANBO`, `Woningcorporatie Eigen Haard`, or before one."""
        for start in range(1, len(texts)):
            if parts[start - 1] not in (Part.KIND, Part.SMALL):
                break
            known = self._lookup(texts[start:])
            if known is not None and self._agrees(known, name) and self.fits(known, name, located=False):
                return known
        end = len(texts)
        while end > 1 and parts[end - 1] in (Part.KIND, Part.PLACE):
            end -= 1
        known = self._lookup(texts[:end]) if 0 < end < len(texts) else None
        if known is not None and self._agrees(known, name) and self.fits(known, name, located=False):
            return known
        return None

    def _agrees(self, known: KnownOrganisation, name: Name) -> bool:
        """False where the label speaks of another kind of body: the basisschool De Zonnebloem is not De Zonnebloem."""
        said = {kind.type for kind in name.kinds if kind.id != "rechtsvorm"}
        return not known.generic and (not said or known.type in said or said <= {OrganisationType.OTHER})

    def fits(self, known: KnownOrganisation, name: Name, *, located: bool) -> bool:
        """False where the page, or a place in the name, lies where a regional or local body does not work."""
        if known.generic or known.scope is Scope.NATIONAL:
            return True
        here = self.geography.by_name.get(name.municipality)
        spot = name.zones if located else ()
        zones = spot or (
            (Zone(here.name, "municipality", frozenset({here.name}), frozenset({here.province})),) if here else ()
        )
        if known.area not in self._areas:
            self._areas[known.area] = self.geography.area(known.area)
        area = self._areas[known.area]
        if not zones or not area:
            return not (located and known.common_word)
        if any(a.touches(z) for a in area for z in zones):
            return True
        own_words = [w for w in fold(known.name).split() if w not in ("de", "het")]
        plain = known.common_word or all(self.reader.plain(w) or w in self.rules.kind_words for w in own_words)
        return not (located or plain)

    # --- bodies of a kind ----------------------------------------------------------------------------

    def by_kind(self, name: Name) -> Identity:
        first = name.kinds[0] if name.kinds else None
        kind_type = first.type if first else OrganisationType.OTHER
        own = [w for w in name.own if not self._filling(w)]
        kinds = list(name.of(Part.KIND))
        generic = not own and bool(kinds or name.own)
        scope = Scope.LOCAL
        if name.of(Part.NATIONAL):
            return Identity("", name.form if generic else "", False, name.display, kind_type, Scope.NATIONAL)
        if not generic:
            spread = any(z.level in ("region", "province") for z in name.zones)
            return Identity(
                "", "", False, name.display, kind_type, Scope.REGIONAL if spread else Scope.LOCAL, name.municipality
            )
        family = " ".join(sorted(set(kinds) | set(name.own)))
        if name.of(Part.LEGAL) and family == "welzijn":
            family = "welzijn"
        where = next(iter(name.zones), None)
        label = self._spot(where, name.municipality) if where else name.municipality
        if where is not None and where.level in ("region", "province"):
            scope = Scope.REGIONAL
        bare = where is None
        title = canonical(name)
        per_region = first is not None and first.per == "region"
        last = title.split()[-1]
        if where is not None and last.isupper() and fold(last) not in fold(where.label).split():
            title = f"{title.removesuffix(last)}{where.label}"  # 'Alzheimer ZK' is Alzheimer Zuid-Kennemerland
        if bare and label:
            title = f"{title} {label}"
        anchor = f"kind:{family}:{label}" if label and not (bare and per_region) else ""
        return Identity(
            anchor,
            family,
            bare,
            title,
            kind_type,
            Scope.REGIONAL if per_region else scope,
            "" if scope is Scope.REGIONAL or per_region else (name.municipality or label),
        )

    def _spot(self, zone: Zone, municipality: str) -> str:
        """The zone's label, with the page's municipality where the country has several places of that name."""
        several = zone.level == "place" and len(zone.municipalities) > 1 and municipality in zone.municipalities
        return f"{zone.label} ({municipality})" if several else zone.label

    def _unit(self, word: str) -> bool:
        kind = self.rules.kind_words.get(word)
        return kind is not None and kind.id == "rechtsvorm"

    def _strong(self, word: str) -> bool:
        """Whether a compound says what sort of body it is."""
        kind = self.rules.suffix_of(word)[1]
        return kind is not None and not kind.weak

    @cached_property
    def _local(self) -> dict[str, KnownOrganisation]:
        """What known bodies would be called by kind and place: the OBA is the `bibliotheek` of Amsterdam."""
        table: dict[str, KnownOrganisation] = {}
        for known in self.rules.known:
            if known.generic or known.scope is Scope.NATIONAL:
                continue
            for form in (known.name, *known.aliases):
                anchor = self.by_kind(self.reader.read(NameKey(form))).anchor
                if anchor:
                    table.setdefault(anchor, known)
        return table

    def _generic(self, name: Name) -> Identity:
        found = self.by_kind(name)
        known = self._local.get(found.anchor) if found.anchor else None
        return self._as_known(known) if known is not None else found

    def _filling(self, word: str) -> bool:
        """An ordinary compound such as `muziekvereniging` is a kind of body, although no rule lists it."""
        return self.reader.ordinary(word) and self.rules.kind_of_word(word) is not None
