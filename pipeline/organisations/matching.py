"""Two names in their contexts → the probability that both are the same body, with a band and the reasons.

The features are plain numbers; their weights, the caps and the bands are data in rules/matching.yaml, so that another
scorer can take the place of `Matcher.score` without touching what stands before or behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from ..records import Band, NameKey, OrganisationType, Scope, ScoredPair
from ..rulebook.matching import MatchingRules
from ..rulebook.organisations import fold
from .alignment import Alignment, digits
from .geography import Geography
from .identity import Identifier, Identity
from .names import Name, NameReader, Part, Word


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was measured between two names. `veto` says why the pair may never be merged unasked."""

    features: dict[str, float]
    veto: str = ""
    reasons: tuple[str, ...] = ()
    fixed: float | None = None  # a score that no weighing changes
    ceiling: float = 1.0  # the highest score that the case allows


class Matcher:
    """Scores pairs of names; keeps what it read of each name."""

    def __init__(self, reader: NameReader, identifier: Identifier, geography: Geography, rules: MatchingRules) -> None:
        self.reader = reader
        self.identifier = identifier
        self.geography = geography
        self.rules = rules
        self._alignment = Alignment(reader)

    def score(self, a: NameKey, b: NameKey, *, together: bool = False) -> ScoredPair:
        """The pair in its canonical order. `together`: one document prints both names."""
        if b < a:
            a, b = b, a
        found = self.compare(a, b, together=together)
        if found.fixed is not None:
            score = found.fixed
        else:
            total = self.rules.bias + sum(self.rules.weights.get(name, 0.0) * v for name, v in found.features.items())
            score = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
        if found.veto:
            score = min(score, self.rules.veto_cap)
        score = round(min(score, found.ceiling), 4)
        if found.veto or score < self.rules.auto:
            band = Band.REVIEW if score >= self.rules.review else Band.DISTINCT
        else:
            band = Band.AUTO
        reasons = (*found.reasons, *((found.veto,) if found.veto else ()))
        return ScoredPair(a, b, score, band, "; ".join(reasons) or "nothing in common")

    def compare(self, a: NameKey, b: NameKey, *, together: bool = False) -> Comparison:
        na, nb = self.reader.read(a), self.reader.read(b)
        ia, ib = self.identifier.identify(na), self.identifier.identify(nb)
        if na.display == nb.display and a.municipality == b.municipality:
            return Comparison({}, fixed=0.995, reasons=("the same name in the same municipality",))
        if ia.anchor and ia.anchor == ib.anchor:
            return Comparison({}, fixed=0.99, reasons=(f"both are {ia.name}",))
        place, place_reason = self._place(na, nb)
        if ia.anchor and ib.anchor:
            return self._anchored(na, nb, ia, ib, place, place_reason, together=together)
        return self._weigh(na, nb, ia, ib, place, place_reason, together=together)

    # --- both resolved -------------------------------------------------------------------------------

    def _anchored(
        self, na: Name, nb: Name, ia: Identity, ib: Identity, place: str, reason: str, *, together: bool
    ) -> Comparison:
        """Two names that each stand for a body of their own: different, unless one is a wider form of the other."""
        kinds = (ia.anchor.split(":")[0], ib.anchor.split(":")[0])
        if kinds == ("kind", "kind"):
            alike = self._alignment.words(na.core, nb.core, na, nb)[1]
            near = place in ("same", "inside")
            if near and together and ia.bare != ib.bare and (self._shortens(na, nb) or self._shortens(nb, na)):
                return Comparison({}, fixed=0.93, reasons=("the short form of a name in the same document", reason))
            wide = any(z.level == "region" for z in (*na.zones, *nb.zones)) and ia.bare != ib.bare
            if near and ia.family == ib.family and wide:
                return Comparison({}, fixed=0.8, reasons=(f"both {ia.family}", reason))
            if near and ia.family == ib.family:
                return Comparison({}, fixed=0.9, reasons=(f"both {ia.family}", reason))
            if near and alike > 0.93:
                return Comparison({}, fixed=0.8, reasons=("nearly the same kind words", reason))
            coalitions = all(any(k.id == "coalitie" for k in n.kinds) for n in (na, nb))
            if near and coalitions and together:
                return Comparison({}, fixed=0.93, reasons=("two names of a coalition in one document", reason))
            if near and self._nested(na, nb):
                return Comparison({}, fixed=0.62, reasons=("kind words of the one are in the other", reason))
            if near and alike > 0.6:
                return Comparison({}, fixed=0.2, reasons=("kind words in common", reason))
            if ia.family == ib.family:
                return Comparison(
                    {}, veto=f"the same kind of body, {reason}", fixed=0.02, reasons=(f"both {ia.family}",)
                )
            return Comparison({}, fixed=0.02, reasons=(f"{ia.family} and {ib.family}", reason))
        texts = f"{ia.name} and {ib.name} are two bodies"
        if "known" in kinds and "kind" in kinds:
            known, other, other_name = (ia, ib, nb) if kinds[0] == "known" else (ib, ia, na)
            known_words = fold(known.name).split()
            shared = bool(set(other.family.split()) & set(known_words))
            body = known.known
            if body is not None and shared and body.scope is not Scope.NATIONAL and place != "conflict":
                labels = {z.label for z in self.reader.read(NameKey(known.name)).zones}
                family = set(self.identifier.by_kind(self.reader.read(NameKey(known.name))).family.split())
                if labels & {z.label for z in other_name.zones} and family < set(other.family.split()):
                    return Comparison({}, fixed=0.62, reasons=("kind words of the one are in the other", reason))
                if labels & {z.label for z in other_name.zones}:
                    return Comparison({}, fixed=0.93, reasons=(f"both {other.family}", reason))
                whole = set(other.family.split()) <= set(known_words)
                if whole and self.identifier.fits(body, other_name, located=other.bare):
                    score = (0.93 if together else 0.8) if other.bare else 0.55
                    return Comparison(
                        {}, fixed=score, reasons=(f"{known.name} may be the local {other.family}", reason)
                    )
        return Comparison({}, veto=texts, fixed=0.01)

    def _nested(self, na: Name, nb: Name) -> bool:
        one, two = set(na.core), set(nb.core)
        return one <= two or two <= one

    def short_for(self, a: NameKey, b: NameKey) -> NameKey | None:
        """Which of two names is a shorter form of the other: `Andes` beside `Andes Borger-Odoorn`."""
        na, nb = self.reader.read(a), self.reader.read(b)
        for short, long in ((na, nb), (nb, na)):
            if self._shortens(short, long):
                return short.key
            if short.is_abbreviation and not long.is_abbreviation and self._alignment.acronym(short, long):
                return short.key
        return None

    def _shortens(self, short: Name, long: Name) -> bool:
        said = [w for w in short.words if w.part in (Part.OWN, Part.NUMBER, Part.KIND)]
        more = [w for w in long.words if w.part in (Part.OWN, Part.NUMBER, Part.KIND)]
        has_own = any(w.part is Part.OWN and len(w.text) >= 3 for w in said)
        stands_alone = any(kind.per != "name" for kind in short.kinds) and self.identifier.identify(short).bare
        if not said or short.of(Part.BRANCH) or not (has_own or stands_alone):
            return False
        rest = [w.text for w in more]
        for word in said:
            if word.text not in rest:
                return False
            rest.remove(word.text)
        return bool(rest) or (bool(long.zones) and not short.zones)

    # --- places --------------------------------------------------------------------------------------

    def _place(self, na: Name, nb: Name) -> tuple[str, str]:
        """How the two lie to each other: same, inside, unknown, near (one province), elsewhere, conflict."""
        za, zb = na.zones, nb.zones
        if za and zb:
            if {z.label for z in za} & {z.label for z in zb}:
                return "same", f"both in {za[0].label}"
            if any(x.touches(y) for x in za for y in zb):
                if za[0].level == zb[0].level == "place":
                    return "conflict", f"{na.zones[0].label} and {nb.zones[0].label} are two places"
                return "inside", f"{za[0].label} and {zb[0].label} overlap"
            return "conflict", f"{za[0].label} is not {zb[0].label}"
        if za or zb:
            said, other = (na, nb) if za else (nb, na)
            home = self.geography.by_name.get(other.municipality)
            if home is None:
                return "unknown", "one name without a place"
            labels = {z.label for z in said.zones}
            if home.name in labels:
                return "same", f"both in {home.name}"
            here = self.geography.zone(fold(home.name))
            if here is not None and any(z.touches(here) for z in said.zones):
                return "inside", f"{home.name} lies in {said.zones[0].label}"
            if said.municipality == other.municipality and said.municipality:
                return "inside", f"both on a page about {home.name}"
            return "conflict", f"{said.zones[0].label} is not in {home.name}"
        if not na.municipality or not nb.municipality:
            return "unknown", "a page without a municipality"
        if na.municipality == nb.municipality:
            return "same", f"both in {na.municipality}"
        one, two = self.geography.by_name.get(na.municipality), self.geography.by_name.get(nb.municipality)
        if one and two and one.province == two.province:
            return "near", f"{one.name} and {two.name}, both in {one.province}"
        return "elsewhere", f"{na.municipality} and {nb.municipality}"

    def _weigh(
        self, na: Name, nb: Name, ia: Identity, ib: Identity, place: str, place_reason: str, *, together: bool
    ) -> Comparison:
        """Free names: measured, weighed, and where the case is plain decided."""
        f = self._features(na, nb, ia, ib, place, together=together)
        near = place in ("same", "inside")
        own_a, own_b = bool(na.own), bool(nb.own)
        elsewhere = place in ("near", "elsewhere")
        veto = ""
        if f["numbers"]:
            veto = "different numbers"
        elif {ia.type, ib.type} == {OrganisationType.GGD, OrganisationType.GGZ}:
            veto = "GGD and GGZ are two bodies"
        elif place == "conflict" and (not own_a or not own_b or Scope.LOCAL in (ia.scope, ib.scope)):
            veto = place_reason
        elif elsewhere and any(kind.local for kind in (*na.kinds, *nb.kinds)):
            veto = f"a local kind of body, {place_reason}"
        alike = f["glued"] or f["own_equal"]
        short = na.is_abbreviation or nb.is_abbreviation or min(len("".join(na.core)), len("".join(nb.core))) <= 3
        shortens = together and place != "conflict" and (self._shortens(na, nb) or self._shortens(nb, na))
        fixed = None
        ceiling = self.rules.auto - 0.02 if elsewhere and (f["plain_near"] or f["plain_elsewhere"]) else 1.0
        if ia.anchor != ib.anchor and ia.known and ib.known:
            fixed = 0.01
        elif veto:
            fixed = None
        elif f["glued"] and place == "same" and self._same_zones(na, nb) and len(self._alignment.whole(na)) >= 4:
            fixed = 0.97
        elif shortens and not f["type_conflict"] and (f["own_in"] >= 1.0 or not (own_a and own_b)):
            fixed = 0.93
        elif f["acronym"] and (together or near):
            fixed = 0.95 if together else 0.92
        elif together and near and self._coalitions(na, nb, ia, ib):
            fixed = 0.92
        elif short and not (alike or f["acronym"] or f["own_in"] >= 1.0):
            fixed = 0.01
        return Comparison(f, veto, tuple(self._reasons(f, na, nb, place_reason)), fixed, ceiling)

    def _features(
        self, na: Name, nb: Name, ia: Identity, ib: Identity, place: str, *, together: bool
    ) -> dict[str, float]:
        counted = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL)
        words_a = tuple(w for w in na.words if w.part in counted)
        words_b = tuple(w for w in nb.words if w.part in counted)
        own_a = tuple(w for w in words_a if w.part in (Part.OWN, Part.NUMBER))
        own_b = tuple(w for w in words_b if w.part in (Part.OWN, Part.NUMBER))
        dice, contained = self._alignment.align(words_a, words_b)
        own, own_in = self._alignment.align(own_a, own_b)
        squashed_a, squashed_b = "".join(w.text for w in words_a), "".join(w.text for w in words_b)
        letters = fuzz.ratio(squashed_a, squashed_b) / 100 if squashed_a and squashed_b else 0.0
        glued = bool(squashed_a) and (
            squashed_a == squashed_b or sorted(w.text for w in words_a) == sorted(w.text for w in words_b)
        )
        glued = glued or self._alignment.whole(na) == self._alignment.whole(nb)
        own_glued = bool(own_a and own_b) and "".join(na.own) == "".join(nb.own)
        slip = 0.0 if glued else self._slipped(na, nb, words_a, words_b)
        if slip:
            own, own_in, dice, letters = max(own, slip), max(own_in, slip), max(dice, slip), max(letters, slip)
        if glued or own_glued:
            own, own_in, dice = 1.0, 1.0, max(dice, 1.0 if glued else 0.9)
        plain = bool(own_a or own_b) and all(
            self.reader.ordinary(w.text) or w.part is Part.NUMBER for w in (*own_a, *own_b)
        )
        types_a = {k.type for k in na.kinds if k.id != "rechtsvorm"}
        types_b = {k.type for k in nb.kinds if k.id != "rechtsvorm"}
        heads_a = {k.id for k in na.kinds if not k.weak}
        heads_b = {k.id for k in nb.kinds if not k.weak}
        numbers_a, numbers_b = digits(na.own), digits(nb.own)
        near = place in ("same", "inside")
        generic = not own_a and not own_b
        jaro = max(0.0, JaroWinkler.similarity(squashed_a, squashed_b) - 0.7) / 0.3
        acronym = self._alignment.acronym(na, nb)
        return {
            "glued": float(glued),
            "own_equal": float(own_glued and not glued),
            "dice": dice,
            "contained": contained,
            "own": own,
            "own_in": own_in,
            "slip": slip,
            "letters": max(0.0, letters - 0.5) * 2,
            "jaro": max(slip, jaro),
            "acronym": acronym,
            "acronym_near": acronym * near,
            "both_own": float(bool(own_a and own_b)),
            "lone_own": float(bool(own_a) != bool(own_b)),
            **{f"place_{kind}": float(place == kind) for kind in ("same", "inside", "near", "elsewhere", "conflict")},
            "own_in_here": own_in * near,
            "own_in_conflict": own_in * (place == "conflict"),
            "plain_elsewhere": float(plain and place in ("elsewhere", "conflict")),
            "plain_near": float(plain and place == "near"),
            "type_same": float(bool(types_a & types_b)),
            "type_conflict": float(bool(types_a and types_b and not types_a & types_b)),
            "kinds_differ": float(bool(heads_a and heads_b and not heads_a & heads_b)),
            "slip_elsewhere": slip * (place in ("elsewhere", "conflict")),
            "two_zones": float(bool(na.zones and nb.zones) and place == "inside"),
            "numbers": float(bool(numbers_a and numbers_b and numbers_a != numbers_b)),
            "together": float(together),
            "together_in": max(contained, own_in) * together,
            "one_known": float(bool(ia.known) != bool(ib.known)),
            "generic": float(generic),
            "generic_same": float(generic and dice > 0.95 and near),
        }

    def _slipped(self, na: Name, nb: Name, words_a: tuple[Word, ...], words_b: tuple[Word, ...]) -> float:
        """How well one name is the other with a slip of the pen or cut short; short names never are."""
        if len(words_a) == len(words_b) == 1 and (words_a[0].cut or words_b[0].cut):
            return self._alignment.word_alike(words_a[0], words_b[0])
        one, two = "".join(w.text for w in words_a), "".join(w.text for w in words_b)
        if min(len(one), len(two)) < 5 or na.is_abbreviation or nb.is_abbreviation:
            return 0.0
        found = self._alignment.slip(one, two)
        if not found and na.own and nb.own:
            found = self._alignment.slip("".join(na.own), "".join(nb.own))
        if not found and (na.zones or nb.zones):
            found = self._alignment.slip(self._alignment.whole(na), self._alignment.whole(nb))
        return found

    def _same_zones(self, na: Name, nb: Name) -> bool:
        """False where one of two located names has a place that the other lacks."""
        one, two = {z.label for z in na.zones}, {z.label for z in nb.zones}
        return not one or not two or one == two

    def _coalitions(self, na: Name, nb: Name, ia: Identity, ib: Identity) -> bool:
        """One document speaks of one coalition, by its name and by a general word for it."""
        both = all(any(kind.id == "coalitie" for kind in name.kinds) for name in (na, nb))
        return both and (bool(ia.family) or bool(ib.family))

    def _reasons(self, f: dict[str, float], na: Name, nb: Name, place: str) -> list[str]:
        reasons: list[str] = []
        shared = [w for w in na.core if w in nb.core]
        if f["glued"]:
            reasons.append("the same words")
        elif f["own_equal"]:
            reasons.append(f"the same own words ({' '.join(na.own)})")
        elif f["slip"]:
            reasons.append("one slip of the pen apart")
        elif f["acronym"]:
            reasons.append("initials of the other name")
        elif shared:
            reasons.append(f"in common: {' '.join(shared)}")
        if f["type_conflict"]:
            reasons.append("two kinds of body")
        if f["together"]:
            reasons.append("in one document")
        reasons.append(place)
        return reasons
