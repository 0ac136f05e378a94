"""Which of very many pairs of names could be one body at all, by a look at their letters that costs next to nothing.

What is let through differs with where the names are: in one place names are rarely alike by accident; in two
municipalities, or where nobody knows the municipality, only a coined own word says anything, as every town may have
its Lindehof; across provinces that word has to be the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from ..rulebook.organisations import fold
from .names import NameReader
from .parts import Name

Pair = tuple[int, int]
Positions = NDArray[np.int64]

HERE, AWAY = 75, 80  # rapidfuzz ratio of forms, own words or sets of words that lets a pair through
SPELLED = 88  # the same of all letters, places and all: a misspelt place is an own word to us
CHUNK = 1_000_000  # pairs that are looked at in one go, for bounded memory


class Sieve:
    """Collects pairs of positions in a list of names and keeps the promising ones."""

    def __init__(self, names: Sequence[Name], reader: NameReader) -> None:
        self._size = len(names)
        self._core = ["".join(name.core) for name in names]
        self._own = ["".join(name.own) for name in names]
        self._words = [" ".join(name.core) for name in names]
        self._named = np.array([bool(name.own) for name in names])
        self._coined = np.array([is_coined(name, reader) for name in names])
        self._letters = [name.short or ("".join(name.own) if _is_short(name) else "") for name in names]
        self._short = np.array([bool(letters) for letters in self._letters])
        self._whole = [as_one_word(name) for name in names]
        homes = sorted({name.municipality for name in names})
        at = {home: index for index, home in enumerate(homes)}
        self._home = np.array([at[name.municipality] for name in names])
        self._nowhere = at.get("", -1)
        known = reader.geography.by_name
        provinces = [known[home].province if home in known else home for home in homes]
        order = {province: index for index, province in enumerate(sorted(set(provinces)))}
        self._province = np.array([order[province] for province in provinces])[self._home]
        self._places = [frozenset(places_of(name)) for name in names]
        self._kept: list[NDArray[np.int64]] = []

    def coined(self) -> list[int]:
        """Positions of names with an own word that Dutch does not have."""
        found: list[int] = np.nonzero(self._coined)[0].tolist()
        return found

    def add(self, pairs: Iterable[Pair]) -> None:
        """Takes pairs in, whatever their number."""
        size, waiting = self._size, array("q")
        for one, two in pairs:
            waiting.append(one * size + two)
            if len(waiting) == CHUNK:
                self._shake(waiting)
                waiting = array("q")
        self._shake(waiting)

    def kept(self) -> Iterator[Pair]:
        """The promising pairs, each once."""
        codes = np.unique(np.concatenate(self._kept)) if self._kept else np.array([], dtype=np.int64)
        first, second = np.divmod(codes, self._size)
        return zip(first.tolist(), second.tolist(), strict=True)

    def _shake(self, waiting: array[int]) -> None:
        codes = np.unique(np.array(waiting, dtype=np.int64))
        if len(codes):
            a, b = np.divmod(codes, self._size)
            self._kept.append(codes[self._promising(a, b)])

    def _promising(self, a: Positions, b: Positions) -> NDArray[np.bool_]:
        form, own = (self._alike(strings, a, b, fuzz.ratio) for strings in (self._core, self._own))
        best = np.maximum(form, own)
        here, nowhere = self._here(a, b)
        near = ((self._province[a] == self._province[b]) | nowhere) & ~here
        coined = self._coined[a] & self._coined[b]
        promising: NDArray[np.bool_] = self._alike_here(a, b, best, here)
        promising |= near & coined & (best >= AWAY)
        promising |= ~here & ~near & coined & (form == 100)
        return promising

    def _here(self, a: Positions, b: Positions) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(pairs with a place in common, pairs of which one has no place at all)."""
        nowhere = (self._home[a] == self._nowhere) | (self._home[b] == self._nowhere)
        here = (self._home[a] == self._home[b]) & ~nowhere
        rows = np.nonzero(~here)[0]
        here[rows] = [not self._places[x].isdisjoint(self._places[y]) for x, y in _each(a[rows], b[rows])]
        return here, nowhere

    def _alike_here(
        self, a: Positions, b: Positions, best: NDArray[np.float32], here: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """In one place words in common and initials count too, but for names of kind words only."""
        words = np.zeros_like(best)
        ask = np.nonzero(here & (best < HERE))[0]
        words[ask] = self._alike(self._words, a[ask], b[ask], fuzz.token_set_ratio)
        generic = ~self._named[a] & ~self._named[b]
        alike: NDArray[np.bool_] = here & np.where(
            generic, (best >= AWAY) | (words == 100), np.maximum(best, words) >= HERE
        )
        ask = np.nonzero(here & ~alike & (self._short[a] | self._short[b]))[0]
        alike[ask] = [self._may_spell(x, y) or self._may_spell(y, x) for x, y in _each(a[ask], b[ask])]
        ask = np.nonzero(here & ~alike)[0]
        alike[ask] = self._alike(self._whole, a[ask], b[ask], fuzz.ratio) >= SPELLED
        return alike

    def _may_spell(self, short: int, long: int) -> bool:
        """Whether the letters of a short name, or of a short form, come in this order in the other name."""
        return bool(self._letters[short]) and _in_order(self._letters[short], self._whole[long])

    def _alike(self, strings: Sequence[str], a: Positions, b: Positions, scorer: Any) -> NDArray[np.float32]:
        """Row by row; nothing is like an empty string."""
        one, two = [strings[i] for i in a.tolist()], [strings[i] for i in b.tolist()]
        found: NDArray[np.float32] = process.cpdist(one, two, scorer=scorer)
        found[[not x or not y for x, y in zip(one, two, strict=True)]] = 0
        return found


def _each(a: Positions, b: Positions) -> Iterator[Pair]:
    return zip(a.tolist(), b.tolist(), strict=True)


def is_coined(name: Name, reader: NameReader) -> bool:
    """Whether it has an own word that Dutch does not have."""
    return any(not reader.plain(word) and not word.isdigit() for word in name.own)


def as_one_word(name: Name) -> str:
    """Every printed letter and digit."""
    return fold(name.display).replace(" ", "")


def places_of(name: Name) -> set[str]:
    """Where a name may be at home: its page, and the places printed in it."""
    return {name.municipality, *[zone.label for zone in name.zones]} - {""}


def _is_short(name: Name) -> bool:
    return name.is_abbreviation or len("".join(name.core)) <= 4


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters are found in the text, one after the other."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True
