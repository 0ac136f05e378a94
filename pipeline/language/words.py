"""Words, sentences and clauses of running text, with offsets into it.

A clause here is a stretch in which one verb says what its parties do: sentences are cut at semicolons and
where a contrast begins (', maar', 'terwijl').
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

QUOTES_OPEN = "“„‘\"'”’‚«"
QUOTES_CLOSE = "”“’\"'»"

_OPENS = set('“„‘"‚–-—•…|')  # behind these a capital says as little as at the start of a sentence
_WORD = re.compile(
    r"['’‘]s-\w+(?:-\w+)*|['’‘](?:[tsn]|\d\d)(?![\w’'])|\w+(?:[.'’&\-–/@:](?=\w)\w+)*\+?(?:\.(?=\s?\w?))?|\S"
)
_BREAK = re.compile(r"(?:[.!?…]+[”’\"')»]*|:)(?=\s)\s+|\n\s*\n|\n(?=\s*[^\Wa-z\d_])")
_FRONTED = re.compile(
    r"((?:Hoewel|Terwijl|Daar waar|Waar|Nu|Toen|Omdat|Doordat|Zodra|Nadat|Voordat|Ofschoon|Als)\s[^,;:]+)"
    r",\s+(?!(?:de|het|een|en|of|onze|ook|van|in|op|met|bij|voor|alle|diverse|maar|zowel|als|plus|die|dat)\b)(?=[a-zà-ÿ])"
)
_CLAUSE = re.compile(
    r";\s+|,?\s+(?=(?:waar|waarin|waaraan|waarmee|waarbij|waarvan)\s)|,?\s+(?=(?:maar|terwijl|echter)\s)|,\s+(?=(?:al|doch|waarbij|zodat|hoewel)\s)"
)


@lru_cache(maxsize=8192)
def _capital(text: str) -> bool:
    return any(map(str.isupper, text))


@lru_cache(maxsize=8192)
def _wordlike(text: str) -> bool:
    return text[0].isalnum() or (len(text) > 1 and text[0] in "'’‘")


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    initial: bool  # first word of its sentence: a capital says nothing there

    @property
    def capital(self) -> bool:
        """True where the word is printed like a name: a capital, or a capital inside ('woCom')."""
        return _capital(self.text)

    @property
    def wordlike(self) -> bool:
        return _wordlike(self.text)


@dataclass(frozen=True, slots=True)
class Stretch:
    start: int
    end: int


def _shortened(text: str, at: int, abbreviations: frozenset[str]) -> bool:
    """True where the full stop at `at` belongs to an abbreviation or an initial."""
    start = at
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in '(“‘"':
        start -= 1
    token = text[start : at + 1]
    if token.casefold() in abbreviations or (token[0].isupper() and token.endswith("ver.")):  # "Speeltuinver. Kruisdal"
        return True
    return (len(token) == 2 and token[0].isupper() and token[0] not in "U") or bool(re.fullmatch(r"(?:\w\.)+", token))


def sentences(text: str, abbreviations: frozenset[str]) -> list[Stretch]:
    """The sentences of a block. A colon ends a sentence only before a capital on a new line."""
    cuts: list[Stretch] = []
    start = 0
    for found in _BREAK.finditer(text):
        mark = found.group()
        if mark[0] == ":" and "\n" not in mark:
            continue
        if mark[0] == "." and _shortened(text, found.start(), abbreviations):
            continue
        if mark[0] == "!" and re.search(r"[a-z][A-Z][a-z]*$", text[: found.start()]):
            continue  # a brand that ends in an exclamation mark
        following = text[found.end() : found.end() + 1]
        if mark[0] in ".!?…" and following.islower() and "\n" not in mark:
            continue
        if mark[0] == "\n" and "\n" not in mark[1:] and text[: found.start()].rstrip()[-1:] in {",", "&", "-"}:
            continue
        cuts.append(Stretch(start, found.start() + len(mark.rstrip())))
        start = found.end()
    if text[start:].strip():
        cuts.append(Stretch(start, len(text.rstrip())))
    return cuts


def clauses(text: str, sentence: Stretch) -> list[Stretch]:
    """The sentence in stretches of one predicate each."""
    cuts = []
    start = sentence.start
    fronted = _FRONTED.match(text, sentence.start, sentence.end)
    if fronted:  # 'Hoewel Tandem eerst twijfelde, doet …': the clause in front has a subject of its own
        cuts.append(Stretch(start, fronted.end(1)))
        start = fronted.end()
    for found in _CLAUSE.finditer(text, start, sentence.end):
        if found.start() > start:
            cuts.append(Stretch(start, found.start()))
        start = found.end()
    if start < sentence.end:
        cuts.append(Stretch(start, sentence.end))
    return cuts


def words(text: str, cuts: Sequence[Stretch], abbreviations: frozenset[str]) -> list[Word]:
    """The words and marks of `text` inside the sentences `cuts`."""
    found: list[Word] = []
    for cut in cuts:
        initial = True
        for match in _WORD.finditer(text, cut.start, cut.end):
            token, start, end = match.group(), match.start(), match.end()
            if token.endswith(".") and len(token) > 1 and not _shortened(text, end - 1, abbreviations):
                token, end = token[:-1], end - 1
            word = Word(start, end, token, initial)
            found.append(word)
            if word.wordlike:
                initial = False
            elif token in _OPENS:
                initial = True
            if match.end() > end:
                found.append(Word(end, match.end(), ".", False))
    return found


def words_before(text: str, start: int, end: int, count: int) -> str:
    """The end of `start`..`end`: its last `count` words and what stands around them, or all of it. What is searched for
    right in front of a position need not be searched for in all the text before it."""
    at = end
    for _ in range(count + 1):
        while at > start and text[at - 1].isspace():
            at -= 1
        while at > start and not text[at - 1].isspace():
            at -= 1
    return text[at:end]


def adjacent(text: str, tokens: Sequence[Word], i: int) -> bool:
    """Whether only a space stands between word `i` and the next."""
    return text[tokens[i].end : tokens[i + 1].start] in {" ", "\u00a0", "\n"}


def inside(word: Word, stops: Sequence[Stretch]) -> bool:
    """Whether a word lies in one of the stretches."""
    return any(stop.start < word.end and word.start < stop.end for stop in stops)


def previous_word(tokens: Sequence[Word], i: int) -> str:
    """The word before, articles skipped, in lower case; empty at the beginning or behind a mark."""
    at = i - 1
    while at >= 0 and (
        tokens[at].text.casefold() in {"de", "het", "een", "'t", "’t"} or tokens[at].text in QUOTES_OPEN
    ):
        at -= 1
    return tokens[at].text.casefold() if at >= 0 and tokens[at].wordlike else ""


def quoted(text: str, start: int, end: int) -> bool:
    """Whether the stretch stands between quotation marks."""
    return start > 0 and text[start - 1] in QUOTES_OPEN and text[end : end + 1] in set(QUOTES_CLOSE)
