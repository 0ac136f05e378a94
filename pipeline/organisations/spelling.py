"""Misspelt and shortened words of names: the kind word or household name that is meant."""

from __future__ import annotations

from collections.abc import Container, Iterable

from rapidfuzz.distance import OSA

SHORTEST = 6  # letters; a shorter word is one slip away from too many others
TWO_SLIPS_FROM = 10


class Spelling:
    """Corrects words by a list of words that are often misspelt. What it found is kept."""

    def __init__(self, words: Iterable[str], right: Container[str]) -> None:
        """`right`: words that are no slips, whatever they look like."""
        self._right = right
        self._near: dict[tuple[str, int], list[str]] = {}
        for word in sorted({word for word in words if len(word) >= SHORTEST}):
            self._near.setdefault((word[0], len(word)), []).append(word)
        self._mended: dict[tuple[str, bool], str] = {}

    def mend(self, form: str, *, cut: bool) -> str:
        """The word that `form` is one or two slips away from, or the beginning of where it is `cut`; else `form`."""
        found = self._mended.get((form, cut))
        if found is None:
            found = self._mended[form, cut] = self._longer(form) if cut else self._slip(form)
        return found

    def _longer(self, form: str) -> str:
        """The shortest word that begins with `form`, if all others begin with that one."""
        if len(form) < 4:
            return form
        longer = {
            word
            for (first, size), words in self._near.items()
            if first == form[0] and size > len(form)
            for word in words
            if word.startswith(form)
        }
        shortest = min(longer, key=lambda word: (len(word), word), default="")
        return shortest if shortest and all(word.startswith(shortest) for word in longer) else form

    def _slip(self, form: str) -> str:
        if len(form) < SHORTEST or form in self._right:
            return form
        slips = 1 if len(form) < TWO_SLIPS_FROM else 2
        near = sorted(
            (distance, word)
            for size in range(len(form) - slips, len(form) + slips + 1)
            for word in self._near.get((form[0], size), ())
            if (distance := OSA.distance(form, word, score_cutoff=slips)) <= slips
        )
        clear = near and (len(near) == 1 or near[0][0] < near[1][0])
        return near[0][1] if clear else form
