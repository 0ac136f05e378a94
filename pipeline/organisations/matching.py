"""Two names in their contexts → the probability that both are the same body, with a band and the reasons.

The features are plain numbers; their weights, the caps and the bands are data in rules/matching.yaml, so that another
scorer can take the place of `Matcher.score` without touching what stands before or behind it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from ..records import Band, NameKey, OrganisationType, Scope, ScoredPair
from ..rulebook.matching import MatchingRules
from ..rulebook.organisations import fold
from .geography import Geography
from .identity import Identifier, Identity
from .names import Name, NameReader, Part, Word

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was measured between two names. `veto` says why the pair may never be merged unasked."""

    features: dict[str, float]
    veto: str = ""
    reasons: tuple[str, ...] = ()
    fixed: float | None = None  # a score that no weighing changes
    ceiling: float = 1.0  # the highest score that the case allows


def _digits(words: tuple[str, ...]) -> list[str]:
    """The numbers in words: `zorg1plus5` has 1 and 5."""
    return [number for word in words for number in _NUMBER.findall(word)]


class Matcher:
    """Scores pairs of names; keeps what it read of each name."""

    def __init__(self, reader: NameReader, identifier: Identifier, geography: Geography, rules: MatchingRules) -> None:
        self.reader = reader
        self.identifier = identifier
        self.geography = geography
        self.rules = rules
        self._labels = tuple(s for s, kind in reader.rules.suffixes if kind.weak and len(s) >= 4)
        self._alike: dict[tuple[str, str], float] = {}

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
            alike = self._words(na.core, nb.core, na, nb)[1]
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
            if short.is_abbreviation and not long.is_abbreviation and self._acronym(short, long):
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

    # --- words ---------------------------------------------------------------------------------------

    def _weight(self, word: Word) -> float:
        if word.part is Part.OWN:
            return 0.75 if self.reader.ordinary(word.text) else 1.0
        if word.part is Part.NUMBER:
            return 0.9
        if word.part is Part.KIND:
            return 0.3
        return 0.12 if word.part is Part.NATIONAL else 0.0

    def _word_alike(self, one: Word, two: Word) -> float:
        """1 for the same word, a bit less for a slip or a shortened word, else 0."""
        x, y = one.text, two.text
        if x == y:
            return 1.0
        if one.cut or two.cut:
            short, long = (one, two) if len(x) <= len(y) else (two, one)
            if short.cut and len(short.text) >= 3 and long.text.startswith(short.text):
                return 0.93
        return self._slip(x, y)

    def _slip(self, x: str, y: str) -> float:
        if y < x:
            x, y = y, x
        known = self._alike.get((x, y))
        if known is None:
            known = self._alike[(x, y)] = self._measure(x, y)
        return known

    def _measure(self, x: str, y: str) -> float:
        size = min(len(x), len(y))
        if size < 4 or _digits((x,)) != _digits((y,)):
            return 0.0
        if x + "s" == y or y + "s" == x or x + "en" == y or y + "en" == x:
            return 0.9
        for kind in self._labels:
            if x + kind == y or y + kind == x:
                return 0.88
        if self.reader.ordinary(x) and self.reader.ordinary(y):
            return 0.0
        allowed = 1 if size < 8 else 2
        distance = OSA.distance(x, y, score_cutoff=allowed)
        if distance > allowed or (size < 5 and x[0] != y[0]):
            return 0.0
        both_known = x in self.reader.brand_words and y in self.reader.brand_words
        return 0.0 if both_known else 0.94 - 0.07 * distance - (0.1 if size < 6 else 0.0)

    def _align(self, one: tuple[Word, ...], two: tuple[Word, ...]) -> tuple[float, float]:
        """Weighted overlap of two word lists: of all words together, and of the one with less to say."""
        if not one or not two:
            return 0.0, 0.0
        weight_one, weight_two = sum(map(self._weight, one)), sum(map(self._weight, two))
        pairs = sorted(
            ((alike * min(self._weight(x), self._weight(y)), i, j)
             for i, x in enumerate(one) for j, y in enumerate(two) if (alike := self._word_alike(x, y)) > 0),
            key=lambda p: (-p[0], p[1], p[2]),
        )  # fmt: skip
        used_one: set[int] = set()
        used_two: set[int] = set()
        shared = 0.0
        for value, i, j in pairs:
            if i not in used_one and j not in used_two:
                used_one.add(i)
                used_two.add(j)
                shared += value
        return min(1.0, 2 * shared / (weight_one + weight_two)), min(1.0, shared / min(weight_one, weight_two))

    def _whole(self, name: Name) -> str:
        """Every printed letter but those of the legal form."""
        return "".join(
            w for w in fold(name.display).split() if w not in self.reader.rules.words.legal and w not in ("stg", "st")
        )

    def _words(self, one: tuple[str, ...], two: tuple[str, ...], na: Name, nb: Name) -> tuple[float, float]:
        """Likeness as words and as letters without spaces."""
        counted = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL)
        dice, _ = self._align(
            tuple(w for w in na.words if w.part in counted), tuple(w for w in nb.words if w.part in counted)
        )
        letters = fuzz.ratio("".join(one), "".join(two)) / 100
        return dice, max(dice, letters)

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
        elif f["glued"] and place == "same" and self._same_zones(na, nb) and len(self._whole(na)) >= 4:
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
        dice, contained = self._align(words_a, words_b)
        own, own_in = self._align(own_a, own_b)
        squashed_a, squashed_b = "".join(w.text for w in words_a), "".join(w.text for w in words_b)
        letters = fuzz.ratio(squashed_a, squashed_b) / 100 if squashed_a and squashed_b else 0.0
        glued = bool(squashed_a) and (
            squashed_a == squashed_b or sorted(w.text for w in words_a) == sorted(w.text for w in words_b)
        )
        glued = glued or self._whole(na) == self._whole(nb)
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
        numbers_a, numbers_b = _digits(na.own), _digits(nb.own)
        near = place in ("same", "inside")
        generic = not own_a and not own_b
        jaro = max(0.0, JaroWinkler.similarity(squashed_a, squashed_b) - 0.7) / 0.3
        acronym = self._acronym(na, nb)
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
            return self._word_alike(words_a[0], words_b[0])
        one, two = "".join(w.text for w in words_a), "".join(w.text for w in words_b)
        if min(len(one), len(two)) < 5 or na.is_abbreviation or nb.is_abbreviation:
            return 0.0
        found = self._slip(one, two)
        if not found and na.own and nb.own:
            found = self._slip("".join(na.own), "".join(nb.own))
        if not found and (na.zones or nb.zones):
            found = self._slip(self._whole(na), self._whole(nb))
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

    # --- abbreviations -------------------------------------------------------------------------------

    def _acronym(self, na: Name, nb: Name) -> float:
        """1 where one name, or what it has in brackets, is made of the initials of the other."""
        for one, two in ((na, nb), (nb, na)):
            shorts = [one.short] if one.short else []
            words = [w for w in one.words if w.part in (Part.OWN, Part.KIND)]
            if len(words) == 1 and len(one.own) == 1 and (one.is_abbreviation or len(words[0].text) <= 4):
                shorts.append(words[0].text)
            for short in shorts:
                if two.short == short or short in two.own or (len(short) >= 3 and self._initials(short, two)):
                    return 1.0
        return 0.0

    def _initials(self, short: str, name: Name) -> bool:
        words: list[tuple[str, bool]] = []
        for word in name.words:
            words += [(piece, word.part in (Part.OWN, Part.KIND)) for piece in word.text.split()]
        places = {piece for word in name.words if word.part is Part.PLACE for piece in word.text.split()}
        skipped = (
            places | self.reader.rules.words.articles | self.reader.rules.words.fillers | self.reader.rules.words.legal
        )
        printed = [(piece, piece not in skipped) for piece in fold(name.display).split()]
        return self._spell(short, tuple(words)) or self._spell(short, tuple(printed))

    def _spell(self, short: str, words: tuple[tuple[str, bool], ...]) -> bool:
        """True if `short` takes the initial of each word that counts, in order, and at most one more letter of it."""
        musts = [index for index, (_, must) in enumerate(words) if must]
        if len(words) < 2 or not musts:
            return False

        def go(at: int, index: int, taken: int) -> bool:
            if at == len(short):
                return taken >= 2 and all(m < index for m in musts)
            if index == len(words):
                return False
            text, must = words[index]
            if text.startswith(short[at]):
                if go(at + 1, index + 1, taken + 1):
                    return True
                if (
                    len(text) >= 8
                    and at + 1 < len(short)
                    and short[at + 1] in text[2:]
                    and go(at + 2, index + 1, taken + 1)
                ):
                    return True
            first_kind = must and index == musts[0] and taken == 0
            return (not must or first_kind) and (
                go(at, index + 1, taken) if not first_kind else self._spell(short, words[index + 1 :])
            )

        return go(0, 0, 0)
