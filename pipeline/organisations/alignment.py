"""How alike the words of two names are: the same, a slip or a shortening apart, or the initials of each other."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ..rulebook.organisations import fold
from .names import Name, NameReader, Part, Word

_NUMBER = re.compile(r"\d+")


def digits(words: tuple[str, ...]) -> list[str]:
    """The numbers in words: `zorg1plus5` has 1 and 5."""
    return [number for word in words for number in _NUMBER.findall(word)]


class Alignment:
    """Compares words; keeps what it measured, as the same words come back all the time."""

    def __init__(self, reader: NameReader) -> None:
        self.reader = reader
        self._labels = tuple(s for s, kind in reader.rules.suffixes if kind.weak and len(s) >= 4)
        self._alike: dict[tuple[str, str], float] = {}

    def _weight(self, word: Word) -> float:
        if word.part is Part.OWN:
            return 0.75 if self.reader.ordinary(word.text) else 1.0
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

    def align(self, one: tuple[Word, ...], two: tuple[Word, ...]) -> tuple[float, float]:
        """Weighted overlap of two word lists: of all words together, and of the one with less to say."""
        if not one or not two:
            return 0.0, 0.0
        weight_one, weight_two = sum(map(self._weight, one)), sum(map(self._weight, two))
        pairs = sorted(
            ((alike * min(self._weight(x), self._weight(y)), i, j)
             for i, x in enumerate(one) for j, y in enumerate(two) if (alike := self.word_alike(x, y)) > 0),
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

    def whole(self, name: Name) -> str:
        """Every printed letter but those of the legal form."""
        return "".join(
            w for w in fold(name.display).split() if w not in self.reader.rules.words.legal and w not in ("stg", "st")
        )

    def words(self, one: tuple[str, ...], two: tuple[str, ...], na: Name, nb: Name) -> tuple[float, float]:
        """Likeness as words and as letters without spaces."""
        counted = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL)
        dice, _ = self.align(
            tuple(w for w in na.words if w.part in counted), tuple(w for w in nb.words if w.part in counted)
        )
        letters = fuzz.ratio("".join(one), "".join(two)) / 100
        return dice, max(dice, letters)

    def acronym(self, na: Name, nb: Name) -> float:
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
