"""What is measured between two free names. Each feature is a number from 0 to 1 with a group that explains it.

`sign` is what a feature may say: +1 only that two names are one body, -1 only that they are two, 0 either. Training
keeps the weights to it, so that no accident of the data makes a shared word count against a pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from ..records import NameKey, OrganisationType
from .alignment import Alignment, digits
from .identity import Identity
from .locality import Locality
from .parts import COUNTED, Name, Part, Word


class Feature(NamedTuple):
    about: str  # words, letters, initials, place, kind, number, document
    sign: int


FEATURES = {
    "same_words": Feature("words", 1),
    "same_words_here": Feature("words", 1),
    "own_equal": Feature("words", 1),
    "dice": Feature("words", 1),
    "contained": Feature("words", 1),
    "own": Feature("words", 1),
    "own_in": Feature("words", 1),
    "own_in_here": Feature("words", 1),
    "own_in_conflict": Feature("words", 0),
    "own_left": Feature("words", -1),  # both have own words that the other lacks
    "own_more": Feature("words", -1),  # one has own words that the other lacks
    "rarest": Feature("words", 1),
    "both_own": Feature("words", 0),
    "lone_own": Feature("words", 0),
    "plain_elsewhere": Feature("words", -1),
    "plain_near": Feature("words", -1),
    "letters": Feature("letters", 1),
    "jaro": Feature("letters", 1),
    "token_set": Feature("letters", 1),
    "whole": Feature("letters", 1),
    "slip": Feature("letters", 1),
    "slip_elsewhere": Feature("letters", -1),
    "length": Feature("letters", 0),  # long names that are not the same have more letters in common by accident
    "short_apart": Feature("letters", -1),  # short names that are not equal say nothing
    "acronym_here": Feature("initials", 1),
    "acronym_away": Feature("initials", 1),
    "acronym_in_document": Feature("initials", 1),
    "initials_within": Feature("initials", 1),  # of some words of the other name
    "place_same": Feature("place", 1),
    "place_inside": Feature("place", 1),
    "place_near": Feature("place", 0),
    "place_unknown": Feature("place", 0),
    "place_elsewhere": Feature("place", -1),
    "place_conflict": Feature("place", -1),
    "two_zones": Feature("place", -1),
    "type_same": Feature("kind", 1),
    "type_conflict": Feature("kind", -1),
    "kinds_same": Feature("kind", 1),
    "kinds_differ": Feature("kind", -1),
    "heads_same": Feature("kind", 1),  # the same word for what sort of body it is
    "heads_differ": Feature("kind", -1),
    "one_known": Feature("kind", 0),
    "generic": Feature("kind", 0),
    "generic_same": Feature("kind", 1),
    "numbers": Feature("number", -1),
    "compass": Feature("number", -1),
    "shortens_in_document": Feature("document", 1),
    "shared_in_document": Feature("document", 1),
    "coalitions_in_document": Feature("document", 1),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What comparing needs of one name, worked out once."""

    name: Name
    words: tuple[Word, ...]  # those that count
    own: tuple[Word, ...]
    squashed: str  # the words that count, as one
    spaced: str
    whole: str  # every printed letter but those of the legal form
    types: frozenset[OrganisationType]
    strong: frozenset[str]  # kinds that are no mere label
    heads: frozenset[str]  # words for what sort of body it is
    plain: bool  # Dutch has all of its own words apart from names
    numbers: tuple[str, ...]
    compass: frozenset[str]
    coalition: bool


class Measure:
    """Measures pairs of names; keeps the profiles of the names it has seen, up to a number."""

    KEPT = 50_000

    def __init__(self, alignment: Alignment) -> None:
        self.reader = alignment.reader
        self._alignment = alignment
        self._profiles: dict[NameKey, Profile] = {}
        self._labels = {word for kind in self.reader.rules.kinds if kind.weak for word in kind.words}

    def features(
        self, a: Name, b: Name, ia: Identity, ib: Identity, where: Locality, *, shortens: bool, together: bool
    ) -> dict[str, float]:
        """Those that are not 0. `shortens`: one name is the other with words left out; `together`: one document prints
        both."""
        pa, pb = self._profile(a), self._profile(b)
        acronym = self._alignment.acronym(a, b)
        found = self._words(pa, pb, where)
        found |= self._letters(pa, pb, found, where)
        if acronym:
            found |= {"own_left": 0.0, "own_more": 0.0}  # the words that are left are spelled out by the initials
        found |= {
            "acronym_here": acronym * where.here,
            "acronym_away": acronym * (not where.here),
            "acronym_in_document": acronym * together,
            f"place_{where.relation}": 1.0,
            "two_zones": float(bool(a.zones and b.zones) and where.relation == "inside"),
            **_kinds(pa, pb, ia, ib),
        }
        if together:
            coalitions = where.here and pa.coalition and pb.coalition and bool(ia.family or ib.family)
            found |= {
                "shortens_in_document": float(shortens and where.relation != "conflict"),
                "shared_in_document": max(found["contained"], found["own_in"]),
                "coalitions_in_document": float(coalitions),
            }
        alike = found["same_words"] or found["own_equal"] or acronym or found["own_in"] >= 1
        short = a.is_abbreviation or b.is_abbreviation or min(len(pa.squashed), len(pb.squashed)) <= 3
        found["short_apart"] = float(short and not alike)
        return {name: value for name, value in found.items() if value}

    def _profile(self, name: Name) -> Profile:
        found = self._profiles.get(name.key)
        if found is None:
            if len(self._profiles) >= self.KEPT:
                self._profiles.clear()
            found = self._profiles[name.key] = self._describe(name)
        return found

    def _describe(self, name: Name) -> Profile:
        words = tuple([word for word in name.words if word.part in COUNTED])
        own = tuple([word for word in words if word.part in (Part.OWN, Part.NUMBER)])
        texts = [word.text for word in words]
        return Profile(
            name,
            words,
            own,
            "".join(texts),
            " ".join(texts),
            self._alignment.whole(name),
            frozenset([kind.type for kind in name.kinds if kind.id != "rechtsvorm"]),
            frozenset([kind.id for kind in name.kinds if not kind.weak]),
            frozenset([word.text for word in words if word.part is Part.KIND and word.text not in self._labels]),
            bool(own) and all(word.part is Part.NUMBER or self.reader.plain(word.text) for word in own),
            tuple(digits(name.own)),
            self.reader.rules.words.compass.intersection(name.own),
            any(kind.id == "coalitie" for kind in name.kinds),
        )

    def _words(self, a: Profile, b: Profile, where: Locality) -> dict[str, float]:
        words_a, words_b, own_a, own_b = a.words, b.words, a.own, b.own
        spelled = self._spelled(a.name, b.name)
        if spelled is not None:
            words_a, words_b = spelled
            own_a, own_b = (tuple([w for w in words if w.part in (Part.OWN, Part.NUMBER)]) for words in spelled)
        every, own = self._alignment.align(words_a, words_b), self._alignment.align(own_a, own_b)
        same = (
            bool(a.squashed) and (a.squashed == b.squashed or sorted(a.name.core) == sorted(b.name.core))
        ) or a.whole == b.whole
        own_equal = bool(own_a and own_b) and "".join(a.name.own) == "".join(b.name.own)
        slip = 0.0 if same or spelled else self._slipped(a, b)
        alike = same or own_equal
        overlap, contained = (1.0, 1.0) if alike else (max(own.dice, slip), max(own.contained, slip))
        left, more = sorted((own.left_one, own.left_two))
        apart = not (alike or slip)
        plain = (a.plain or not own_a) and (b.plain or not own_b) and bool(own_a or own_b)
        here = same and where.relation == "same" and _same_zones(a.name, b.name) and len(a.whole) >= 4
        return {
            "same_words": float(same),
            "same_words_here": float(here),
            "own_equal": float(own_equal and not same),
            "dice": 1.0 if same else max(every.dice, slip, 0.9 * own_equal),
            "contained": every.contained,
            "own": overlap,
            "own_in": contained,
            "own_in_here": contained * where.here,
            "own_in_conflict": contained * (where.relation == "conflict"),
            "own_left": min(left, 2.0) / 2 * apart,
            "own_more": min(more, 3.0) / 3 * apart,
            "rarest": own.rarest,
            "both_own": float(bool(own_a and own_b)),
            "lone_own": float(bool(own_a) != bool(own_b)),
            "plain_elsewhere": float(plain and where.relation in ("elsewhere", "conflict")),
            "plain_near": float(plain and where.relation == "near"),
            "numbers": float(bool(a.numbers and b.numbers and a.numbers != b.numbers)),
            "compass": float(a.compass != b.compass),
            "slip": slip,
            "initials_within": float(spelled is not None),
        }

    def _letters(self, a: Profile, b: Profile, words: dict[str, float], where: Locality) -> dict[str, float]:
        slip = words["slip"]
        return {
            "letters": max(_above(fuzz.ratio(a.squashed, b.squashed) / 100, 0.5), slip),
            "jaro": max(_above(JaroWinkler.similarity(a.squashed, b.squashed), 0.7), slip),
            "token_set": _above(fuzz.token_set_ratio(a.spaced, b.spaced) / 100, 0.5),
            "whole": _above(fuzz.ratio(a.whole, b.whole) / 100, 0.5),
            "slip_elsewhere": slip * (where.relation in ("elsewhere", "conflict")),
            "length": min(len(a.squashed), len(b.squashed), 20) / 20 * (not words["same_words"]),
        }

    def _spelled(self, a: Name, b: Name) -> tuple[tuple[Word, ...], tuple[Word, ...]] | None:
        """The words that count of both, without an abbreviation in one and what it stands for in the other."""
        words_a, words_b = (tuple([w for w in name.words if w.part in _SPELLED]) for name in (a, b))
        found = self._alignment.without_initials(words_a, words_b)
        if found is None:
            turned = self._alignment.without_initials(words_b, words_a)
            found = (turned[1], turned[0]) if turned else None
        if found is None:
            return None
        rest_a, rest_b = (tuple([w for w in rest if w.part in COUNTED]) for rest in found)
        return (rest_a, rest_b) if rest_a and rest_b else None

    def _slipped(self, a: Profile, b: Profile) -> float:
        """How well one name is the other with a slip of the pen or cut short; short names never are."""
        if len(a.words) == len(b.words) == 1 and (a.words[0].cut or b.words[0].cut):
            return self._alignment.word_alike(a.words[0], b.words[0])
        if min(len(a.squashed), len(b.squashed)) < 5 or a.name.is_abbreviation or b.name.is_abbreviation:
            return 0.0
        if len(a.words) == len(b.words) > 1 and any(
            x.text != y.text and self.reader.ordinary(x.text) and self.reader.ordinary(y.text)
            for x, y in zip(a.words, b.words, strict=True)
        ):
            return 0.0  # another word, and no slip: Buurthuis Oost and Buurthuis West
        found = self._alignment.slip(a.squashed, b.squashed)
        if not found and a.name.own and b.name.own:
            found = self._alignment.slip("".join(a.name.own), "".join(b.name.own))
        if not found and (a.name.zones or b.name.zones):
            found = self._alignment.slip(a.whole, b.whole)
        return found


_SPELLED = (*COUNTED, Part.LEGAL)


def _above(likeness: float, floor: float) -> float:
    """Likeness from `floor` to 1 as 0 to 1: below the floor strings are as alike as any two are."""
    return max(0.0, likeness - floor) / (1 - floor)


def _kinds(a: Profile, b: Profile, ia: Identity, ib: Identity) -> dict[str, float]:
    generic = not a.own and not b.own
    types_a = a.types or (frozenset([ia.known.type]) if ia.known else a.types)
    types_b = b.types or (frozenset([ib.known.type]) if ib.known else b.types)
    return {
        "type_same": float(not types_a.isdisjoint(types_b)),
        "type_conflict": float(bool(types_a and types_b) and types_a.isdisjoint(types_b)),
        "kinds_same": float(not a.strong.isdisjoint(b.strong)),
        "kinds_differ": float(bool(a.strong and b.strong) and a.strong.isdisjoint(b.strong)),
        "heads_same": float(not a.heads.isdisjoint(b.heads)),
        "heads_differ": float(bool(a.heads and b.heads) and a.heads.isdisjoint(b.heads)),
        "one_known": float(bool(ia.known) != bool(ib.known)),
        "generic": float(generic),
        "generic_same": float(generic and sorted(a.name.core) == sorted(b.name.core)),
    }


def _same_zones(a: Name, b: Name) -> bool:
    """False where one of two located names has a place that the other lacks."""
    one, two = {z.label for z in a.zones}, {z.label for z in b.zones}
    return not one or not two or one == two
