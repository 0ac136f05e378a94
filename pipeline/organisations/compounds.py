"""Dutch compounds: `taalhuis` is taal + huis, `huurdersbelangenvereniging` has the initials h, b and v."""

from __future__ import annotations

from collections.abc import Container

SHORTEST = 3  # letters of a part; a part of three stands beside a longer one
MOST = 4  # parts
_LINKS = ("", "s", "en", "e")  # letters between two parts


class Compounds:
    """Splits words into words of a dictionary. What it found is kept."""

    def __init__(self, dictionary: Container[str]) -> None:
        self._dictionary = dictionary
        self._parts: dict[str, tuple[str, ...]] = {}

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound, first parts as long as they can be; the word alone where it is none."""
        found = self._parts.get(word)
        if found is None:
            found = self._parts[word] = self._split(word, MOST) or (word,)
        return found

    def _split(self, word: str, most: int) -> tuple[str, ...]:
        if most == 0:
            return ()
        for length in range(len(word) - SHORTEST, SHORTEST - 1, -1):
            first = word[:length]
            if first not in self._dictionary:
                continue
            for link in _LINKS:
                rest = word[length + len(link) :]
                if not word[length:].startswith(link) or len(rest) < SHORTEST or len(first) + len(rest) < 7:
                    continue
                if rest in self._dictionary:
                    return (first, rest)
                further = self._split(rest, most - 1)
                if further:
                    return (first, *further)
        return ()

    def spells(self, letters: str, word: str) -> bool:
        """Whether `letters` are the initials of the parts of `word`, in some way of splitting it."""
        if not word.startswith(letters[:1]) or len(word) < SHORTEST * len(letters):
            return False
        if len(letters) == 1:
            return word in self._dictionary
        for length in range(SHORTEST, len(word) - SHORTEST + 1):
            if word[:length] not in self._dictionary:
                continue
            for link in _LINKS:
                if word.startswith(link + letters[1], length) and self.spells(letters[1:], word[length + len(link) :]):
                    return True
        return False
