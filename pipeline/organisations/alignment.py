"""How alike the words of two names are: the same, a slip or a shortening apart, or the initials of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ..rulebook.organisations import fold
from .names import NameReader
from .parts import COUNTED, Name, Part, Word

_NUMBER = re.compile(r"\d+")


def digits(words: tuple[str, ...]) -> list[str]:
    """The numbers in words: `zorg1plus5` has 1 and 5."""
    return [number for word in words for number in _NUMBER.findall(word)]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two word lists share. `dice` of both together, `contained` of the one with less to say; the weight that is
    `left` of each, and that of the `rarest` word in common."""

    dice: float
    contained: float
    left_one: float
    left_two: float
    rarest: float


class Alignment:
    """Compares words; keeps what it measured, as the same words come back all the time."""

    def __init__(self, reader: NameReader) -> None:
        self.reader = reader
        self._labels = tuple(s for s, kind in reader.rules.suffixes if kind.weak and len(s) >= 4)
        self._alike: dict[tuple[str, str], float] = {}
        self._sounded: dict[str, str] = {}
        self._sounds = [(spelling, sound.long) for sound in reader.rules.words.sounds for spelling in sound.short]

    def weight(self, word: Word) -> float:
        """How much a word says about which body it is: own words by their rarity, kind words little, places nothing."""
        if word.part is Part.OWN:
            return (0.75 if self.reader.ordinary(word.text) else 1.0) * self.reader.rarity(word.text)
        if word.part is Part.NUMBER:
            return 0.9
        if word.part is Part.KIND:
            return 0.3
        return 0.12 if word.part is Part.NATIONAL else 0.0

    def word_alike(self, one: Word, two: Word) -> float:
        """1 for the same word, a bit less for a slip or a shortened word, else 0."""
        x, y = one.text, two.text
        if x == y:
            return 1.0
        if one.cut or two.cut:
            short, long = (one, two) if len(x) <= len(y) else (two, one)
            if short.cut and len(short.text) >= 3 and long.text.startswith(short.text):
                return 0.93
        return self.slip(x, y)

    def slip(self, x: str, y: str) -> float:
        if y < x:
            x, y = y, x
        known = self._alike.get((x, y))
        if known is None:
            known = self._alike[(x, y)] = self._measure(x, y)
        return known

    def _measure(self, x: str, y: str) -> float:
        size = min(len(x), len(y))
        if size < 4 or digits((x,)) != digits((y,)):
            return 0.0
        if x + "s" == y or y + "s" == x or x + "en" == y or y + "en" == x or x + "us" == y or y + "us" == x:
            return 0.9
        for kind in self._labels:
            if x + kind == y or y + kind == x:
                return 0.88
        if self.reader.ordinary(x) and self.reader.ordinary(y):
            return 0.0
        if size >= 5 and self._sound(x) == self._sound(y):
            return 0.92
        allowed = 1 if size < 8 else 2
        distance = OSA.distance(x, y, score_cutoff=allowed)
        if distance > allowed or (size < 5 and x[0] != y[0]):
            return 0.0
        both_known = x in self.reader.brand_words and y in self.reader.brand_words
        return 0.0 if both_known else 0.94 - 0.07 * distance - (0.1 if size < 6 else 0.0)

    def _sound(self, text: str) -> str:
        """The word in the plainest spelling that sounds like it, without doubled letters."""
        found = self._sounded.get(text)
        if found is None:
            plain = text
            for spelling, sound in self._sounds:
                plain = plain.replace(spelling, sound)
            found = self._sounded[text] = "".join(x for at, x in enumerate(plain) if plain[at - 1 : at] != x)
        return found

    def align(self, one: tuple[Word, ...], two: tuple[Word, ...]) -> Overlap:
        """Weighted soft overlap of two word lists: best pairs first, each word once."""
        weights_one, weights_two = [self.weight(word) for word in one], [self.weight(word) for word in two]
        weight_one, weight_two = sum(weights_one), sum(weights_two)
        if not one or not two:
            return Overlap(0.0, 0.0, weight_one, weight_two, 0.0)
        pairs = [
            (-alike * min(weights_one[i], weights_two[j]), i, j)
            for i, x in enumerate(one)
            for j, y in enumerate(two)
            if (alike := self.word_alike(x, y))
        ]
        left_one, left_two = weight_one, weight_two
        used_one: set[int] = set()
        used_two: set[int] = set()
        shared = rarest = 0.0
        for value, i, j in sorted(pairs):
            if i not in used_one and j not in used_two:
                used_one.add(i)
                used_two.add(j)
                left_one -= weights_one[i]
                left_two -= weights_two[j]
                shared -= value
                rarest = max(rarest, -value)
        both = min(1.0, 2 * shared / (weight_one + weight_two)) if weight_one + weight_two else 0.0
        lesser = min(weight_one, weight_two)
        left_one, left_two = max(0.0, left_one), max(0.0, left_two)
        return Overlap(both, min(1.0, shared / lesser) if lesser else 0.0, left_one, left_two, rarest)

    def whole(self, name: Name) -> str:
        """Every printed letter but those of the legal form."""
        return "".join(
            w for w in fold(name.display).split() if w not in self.reader.rules.words.legal and w not in ("stg", "st")
        )

    def words(self, one: tuple[str, ...], two: tuple[str, ...], na: Name, nb: Name) -> tuple[float, float]:
        """Likeness as words and as letters without spaces."""
        dice = self.align(
            tuple(w for w in na.words if w.part in COUNTED), tuple(w for w in nb.words if w.part in COUNTED)
        ).dice
        letters = fuzz.ratio("".join(one), "".join(two)) / 100
        return dice, max(dice, letters)

    def without_initials(
        self, one: tuple[Word, ...], two: tuple[Word, ...]
    ) -> tuple[tuple[Word, ...], tuple[Word, ...]] | None:
        """Both without an abbreviation in `one` and the words of `two` whose initials it has, None if there are none.

        `HBV Noord` and `Huurders Belangen Vereniging Noord`, `VIP Elburg` and `Vrijwilligersinformatiepunt Elburg`.
        """
        texts = [word.text for word in two]
        for i, word in enumerate(one):
            short = word.text
            if not 2 <= len(short) <= 5 or word.part not in (Part.OWN, Part.KIND) or short in texts:
                continue
            if self.reader.ordinary(short):
                continue
            for start in range(len(two)):
                for end in range(start + 1, len(two) + 1):
                    run = two[start:end]
                    if self._initials_of(short, tuple(w.text for w in run)) and (len(short) > 2 or len(run) == 2):
                        return one[:i] + one[i + 1 :], two[:start] + two[end:]
        return None

    def _initials_of(self, letters: str, words: tuple[str, ...]) -> bool:
        """Whether the letters are those of every word in turn, or of the parts of a compound."""
        if not words:
            return not letters
        if not letters or not words[0].startswith(letters[0]):
            return False
        if self._initials_of(letters[1:], words[1:]):
            return True
        compounds = self.reader.compounds
        return any(
            compounds.spells(letters[:n], words[0]) and self._initials_of(letters[n:], words[1:])
            for n in range(2, len(letters) + 1)
        )

    def acronym(self, na: Name, nb: Name) -> float:
        """1 where one name, or what it has in brackets, is made of the initials of the other."""
        for one, two in ((na, nb), (nb, na)):
            shorts = [one.short] if one.short else []
            words = [w for w in one.words if w.part in (Part.OWN, Part.KIND)]
            if len(words) == 1 and len(one.own) == 1 and (one.is_abbreviation or len(words[0].text) <= 4):
                shorts.append(words[0].text)
            for short in shorts:
                lettered = short in two.own and not self.reader.ordinary(short)
                if two.short == short or lettered or (len(short) >= 3 and self._initials(short, two)):
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
        counted = tuple(word for word, must in printed if must)
        return (
            self._spell(short, tuple(words))
            or self._spell(short, tuple(printed))
            or (len(counted) <= 2 and self._initials_of(short, counted))
        )

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
