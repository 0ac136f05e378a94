"""Words that a line end breaks: which hyphens were printed because of the line, and which belong to the word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BEFORE = re.compile(r"([\w'’-]*\w)[-\u2010\u2011\u0002]\Z")
_AFTER = re.compile(r"[\w'’-]*\w")
_SUSPENDED = re.compile(r"(?:en|of|tot|als|noch|respectievelijk|c\.q\.)\b")
_CLASHES = {"aa", "ae", "ai", "au", "ee", "ei", "eu", "ie", "ii", "ij", "oe", "oi", "oo", "ou", "ui", "uu", "éé", "ée"}
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u0002": "-"})


class Words:
    """The words of a document, to tell how one is written where no line breaks it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        for line in lines:
            found = [word.lower() for word in _WORD.findall(line.translate(_HYPHENS))]
            self._counts.update(found)

    def join(self, above: str, below: str) -> str:
        """Two lines of one paragraph as one.

        A hyphen at the line end goes where the word is written without it elsewhere, and stays where it is written
        with it. Where neither is: it stays behind an abbreviation ('GGD-regio'), a figure or a single letter, before
        a capital ('Noord-Holland'), between vowels that would be read as one ('zee-egel'), and before 'en' and 'of'
        ('zorg- en welzijn'); else it goes.
        """
        match = _BEFORE.search(above)
        if match is None or not below[:1].isalnum():
            return f"{clean(above)} {clean(below)}"
        head = match[1]
        rest = _AFTER.match(below)
        tail = rest[0] if rest else below[:1]
        stem = clean(above[: match.end(1)])
        if _SUSPENDED.match(below) and f"{head}{tail}".lower() not in self._counts:
            return f"{stem}- {clean(below)}"
        return f"{stem}{'-' if self._keeps(head, tail) else ''}{clean(below)}"

    def _keeps(self, head: str, tail: str) -> bool:
        whole, parted = self._counts[f"{head}{tail}".lower()], self._counts[f"{head}-{tail}".lower()]
        if whole != parted:
            return parted > whole
        last = re.split(r"[-'’]", head)[-1]
        if not tail[:1].islower() or not last.isalpha() or len(last) == 1:
            return True
        return last.isupper() or (last[-1] + tail[0]).lower() in _CLASHES


def clean(text: str) -> str:
    """A line without hyphens that only say where it may break."""
    return re.sub(r"\u0002(?=\S)", "", text).translate(_HYPHENS)
