"""What stands around a stretch of text: its words, the words beside it, its sentence, its block and section.

Evidence for the learned decisions is named after what it says, `left1=met`, so that a reason reads by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..language.words import Stretch, sentences
from ..records import BlockKind, Section, SectionKind
from ..rulebook import Rulebook

_TOKEN = re.compile(r"[^\W\d_][\w'’-]*|\d+|[^\w\s]")
_NEAR = 6  # words to each side that count as near
_LONG = 40  # words of a sentence that are looked at


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a stretch stands: its section, block and sentence (each from start to end)."""

    section: Section
    item: bool
    block: Stretch
    sentence: Stretch
    before: Stretch | None  # the sentence before, in the same block


class Surroundings:
    """The blocks and sentences of a document, looked up by offset."""

    def __init__(self, content: str, sections: Sequence[Section], rulebook: Rulebook) -> None:
        self.content = content
        self._settings: list[Setting] = []
        for section in sections:
            blocks = [(b.body, b.end, b.kind is BlockKind.ITEM) for b in section.blocks
                      if b.kind not in (BlockKind.CHROME, BlockKind.HEADING)]  # fmt: skip
            if section.kind is SectionKind.QUOTE:
                blocks.append((*rest_of_quote(section), False))
            for start, end, item in blocks:
                stretch = Stretch(start, end)
                before: Stretch | None = None
                for cut in sentences(content[start:end], rulebook.names.abbreviations):
                    own = Stretch(cut.start + start, cut.end + start)
                    self._settings.append(Setting(section, item, stretch, own, before))
                    before = own
        self._settings.sort(key=lambda s: s.sentence.start)
        self._starts = [s.sentence.start for s in self._settings]
        self._tokens: dict[int, tuple[list[int], list[int], list[str]]] = {}  # of sentences, by where they start

    def of(self, start: int, end: int) -> Setting | None:
        """Where a stretch stands; None for one outside the text that is read (headings, chrome)."""
        at = bisect_right(self._starts, start) - 1
        if at < 0 or self._settings[at].block.end < end:
            return None
        return self._settings[at]

    def left(self, setting: Setting, start: int) -> list[str]:
        """The words of the sentence before a stretch, nearest first."""
        starts, ends, words = self._of_sentence(setting.sentence)
        at = bisect_left(starts, start)
        if not at or start > setting.sentence.end:
            return tokens(self.content[setting.sentence.start : start])[::-1][:_LONG]
        found = words[max(0, at - _LONG) : at]
        if ends[at - 1] > start:  # the last word is cut
            found[-1:] = tokens(self.content[starts[at - 1] : start])
        return found[::-1]

    def right(self, setting: Setting, end: int) -> list[str]:
        """The words of the sentence behind a stretch, nearest first."""
        starts, ends, words = self._of_sentence(setting.sentence)
        at = bisect_left(starts, end)
        if at and ends[at - 1] > end:  # the first word is cut
            return [*tokens(self.content[end : ends[at - 1]]), *words[at : at + _LONG]][:_LONG]
        return words[at : at + _LONG]

    def _of_sentence(self, sentence: Stretch) -> tuple[list[int], list[int], list[str]]:
        """Where the words of a sentence start and end, and the words: read once, as many names may stand in it."""
        found = self._tokens.get(sentence.start)
        if found is None:
            matches = list(_TOKEN.finditer(self.content, sentence.start, sentence.end))
            found = [m.start() for m in matches], [m.end() for m in matches], [_plain(m.group()) for m in matches]
            self._tokens[sentence.start] = found
        return found


def rest_of_quote(section: Section) -> tuple[int, int]:
    """What stands under the first line of a pull quote: its other lines and who said it."""
    return section.start + len(section.heading), section.end


def tokens(text: str) -> list[str]:
    """Words in lower case, numbers as '0', and punctuation marks."""
    return [_plain(token) for token in _TOKEN.findall(text)]


@lru_cache(maxsize=16384)
def _plain(token: str) -> str:
    return "0" if token.isdigit() else token.casefold().replace("’", "'")


def beside(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """The neighbours on both sides by distance, and which words are near."""
    for side, words in (("left", left), ("right", right)):
        for at, word in enumerate(words[:2], start=1):
            yield f"{side}{at}={word}"
        if not words:
            yield f"{side}1=(edge)"
        if len(words) > 1:
            pair = words[:2] if side == "right" else words[1::-1]
            yield f"{side}12={' '.join(pair)}"
        for word in words[:_NEAR]:
            if word.isalpha():
                yield f"near {side}={word}"


def shape(text: str) -> str:
    """'Xx Xx', 'XX', 'xx Xx': where the capitals of a name stand, repeated words once."""
    marks: list[str] = []
    for word in text.split():
        first = "X" if word[:1].isupper() else "x" if word[:1].isalpha() else "0"
        rest = "X" if len(word) > 1 and word.isupper() else "x" if len(word) > 1 else ""
        mark = first + rest
        if not marks or marks[-1] != mark:
            marks.append(mark)
    return " ".join(marks[:5])
