"""Texts that break off in mid-word: a last name is a row only where it is complete."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..rulebook import Rulebook


class BrokenEnd:
    """The end of one document."""

    def __init__(self, content: str, rulebook: Rulebook) -> None:
        self._content = content
        self._rules = rulebook
        self._end = len(content.rstrip())
        self._last_word = re.split(r"[\s/-]", content[: self._end])[-1] if content[: self._end][-1:].isalnum() else ""

    def is_whole(self, text: str, end: int, names: Sequence[str]) -> bool:
        """Whether a name that ends at `end` is complete; `names` are the names of the whole document."""
        if end < self._end:
            return True
        if self._rules.organisations.begins(text):
            return False
        elsewhere = sum(name.split()[-1] == self._last_word for name in names) > 1
        return elsewhere or not self._is_broken()

    def without_broken(self, start: int, end: int) -> int:
        """The end of the enumeration `start`..`end` without a last name that the end of the text breaks off."""
        if end < self._end or not self._is_broken():
            return end
        separators = list(re.finditer(r",|;|\ben\b", self._content[start:end]))
        return start + separators[-1].start() if separators else end

    def _is_broken(self) -> bool:
        """True for a last word that is none, but begins one."""
        folded = self._last_word.casefold()
        rules = self._rules
        if (
            not folded
            or folded in rules.ordinary_words
            or rules.places.knows(folded)
            or rules.organisations.by_alias(folded)
        ):
            return False
        return rules.begins_ordinary_word(folded) or rules.places.begins(folded)
