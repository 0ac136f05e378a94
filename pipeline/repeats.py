"""The same page twice in one dump: which texts are equal or nearly so, and which of them is the newest.

Near equality is estimated from a sketch of each text (MinHash: the lowest hash of its runs of five words under each of
144 hash functions), and texts are compared where a part of their sketches is equal. Little is held of a text, whatever
its length, and its sketch depends on its words alone: no chance, no order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .language.dates import find_dates
from .rulebook import Rulebook

ALIKE = 0.8  # estimated share of runs of words in common from which two texts are one page
SMALL = 20  # words below which a text is only compared as a whole

_ALMOST = 0.999  # the most that is said of texts that are not equal
_RUN = 5  # words
_PARTS, _PART = 24, 6  # of a sketch: texts at 0.8 share a part with probability 0.999, texts at 0.3 with 0.02
_WINDOW = 200  # texts that share one part and are looked at in one go; see `_Parts`
_CHUNK = 512  # runs that are hashed in one go, for bounded memory
_WORD = re.compile(r"[^\W_]+")
_SOFT_HYPHEN = "\u00ad"

_Hashes = NDArray[np.uint64]
_Sketch = NDArray[np.uint32]
_Positions = NDArray[np.int64]
_Dated = tuple[str, str, str]  # the date that counts, the date of an update line, the source


@dataclass(frozen=True, slots=True)
class Repeat:
    """Sources of one page, sorted. `alike` is 1.0 where all are equal but for white space, case and punctuation; else
    the lowest estimated share (0.8 to 0.999) of runs of five words that one of them has in common with `kept`."""

    sources: tuple[str, ...]
    alike: float
    kept: str


def find_repeats(texts: Iterable[tuple[str, str]], rules: Rulebook | None = None) -> tuple[Repeat, ...]:
    """Groups of equal or nearly equal texts among (source, content), sources unique, in any order; no text is in two.

    `kept` is the newest by rule. The date of a text is the latest in its path (2024-03-01, 20240301, 01-03-2024,
    mrt 2024; a year alone where a folder is called so), else the latest of its update lines ('Laatst gewijzigd: …', a
    date above the text). Of equal dates the later update line decides, then the source that comes last in sorted order;
    a text without a date is older than any other. Every other text of a group is nearly equal to the kept one itself,
    so a chain of small changes is not one group. Texts under 20 words are only compared for equality, texts without
    words not at all. `rules` tell how dates and update lines are printed, by default those of the package.
    """
    finder = RepeatFinder(rules or Rulebook())
    for source, content in texts:
        finder.add(source, content)
    return finder.repeats()


class RepeatFinder:
    """The same, for texts that come one by one: of each about a kilobyte is kept."""

    def __init__(self, rules: Rulebook) -> None:
        self._dating = _Dating(rules)
        self._found: dict[bytes, _Copies] = {}

    def add(self, source: str, content: str) -> None:
        words = _words(content)
        if words:
            digest = blake2b(b"\n".join(words), digest_size=16).digest()
            if digest not in self._found:
                self._found[digest] = _Copies(_sketch(words) if len(words) >= SMALL else None, [])
            self._found[digest].dated.append(self._dating.of(source, content))

    def repeats(self) -> tuple[Repeat, ...]:
        newest_first = sorted(self._found.values(), key=lambda copies: max(copies.dated), reverse=True)
        return tuple(sorted(_repeats(newest_first), key=lambda repeat: repeat.sources))


# --- groups ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Copies:
    """Equal texts; no sketch where they are small."""

    sketch: _Sketch | None
    dated: list[_Dated]


def _repeats(newest_first: list[_Copies]) -> Iterator[Repeat]:
    for small in (copies for copies in newest_first if copies.sketch is None):
        if len(small.dated) > 1:
            yield _repeat([small], 1.0)
    sketched = [copies for copies in newest_first if copies.sketch is not None]
    sketches = [copies.sketch for copies in sketched if copies.sketch is not None]
    if not sketches:
        return
    for group, alike in _groups(np.stack(sketches)):
        if len(group) > 1 or len(sketched[group[0]].dated) > 1:
            yield _repeat([sketched[i] for i in group], alike)


def _repeat(group: list[_Copies], alike: float) -> Repeat:
    dated = [one for copies in group for one in copies.dated]
    return Repeat(tuple(sorted(source for _, _, source in dated)), alike, max(dated)[2])


def _groups(sketches: _Sketch) -> Iterator[tuple[list[int], float]]:
    """(rows of nearly equal texts, lowest likeness to the first of them): each row takes what is left of its likes."""
    parts = _Parts(sketches)
    free = np.ones(len(sketches), dtype=bool)
    for row in range(len(sketches)):
        if not free[row]:
            continue
        group, alike = [row], 1.0
        for following in parts.after(row):
            for at in range(0, len(following), _WINDOW):
                window = following[at : at + _WINDOW]
                window = window[free[window]]
                if not len(window):
                    continue
                share = (sketches[window] == sketches[row]).mean(axis=1)
                near = share >= ALIKE
                if not near.any():
                    break
                free[window[near]] = False
                group += window[near].tolist()
                alike = min(alike, _ALMOST, round(float(share[near].min()), 4))
        yield group, alike


class _Parts:
    """Which sketches have a part in common.

    Pages of one template may all share a part without being one page. A window of them without any near text therefore
    ends the look at that part, which keeps the work close to linear; true repeats share other parts as well.
    """

    def __init__(self, sketches: _Sketch) -> None:
        self._parts: list[tuple[_Positions, _Positions, _Positions]] = []
        for part in np.split(sketches.astype(np.uint64), _PARTS, axis=1):
            key = _mixed((part * _ODD[:_PART]).sum(axis=1, dtype=np.uint64))
            order = np.argsort(key, kind="stable")  # rows of one key stay in their order
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            self._parts.append((order, rank, np.searchsorted(key[order], key, side="right")))

    def after(self, row: int) -> Iterator[_Positions]:
        """For each part, the later rows that share it."""
        for order, rank, end in self._parts:
            yield order[rank[row] + 1 : end[row]]


# --- sketches --------------------------------------------------------------------------------------


def _words(content: str) -> list[bytes]:
    """What is compared of a text: letters and digits, whatever their case and composition."""
    plain = unicodedata.normalize("NFC", content.replace(_SOFT_HYPHEN, "").casefold())
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(plain)]


def _mixed(numbers: _Hashes) -> _Hashes:
    """The finisher of SplitMix64: numbers that are close become numbers that are not."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _Hashes = numbers ^ (numbers >> np.uint64(31))
    return mixed


_SIZE = _PARTS * _PART
_ODD = _mixed(np.arange(1, _SIZE + 1, dtype=np.uint64)) | np.uint64(1)
_SHIFT = _mixed(np.arange(_SIZE + 1, 2 * _SIZE + 1, dtype=np.uint64))


def _sketch(words: list[bytes]) -> _Sketch:
    """Of at least five words: the lowest value of their runs under each hash function."""
    hashed = _mixed(np.fromiter(map(crc32, words), dtype=np.uint64, count=len(words)))
    last = len(words) - _RUN + 1
    runs = np.zeros(last, dtype=np.uint64)
    for i in range(_RUN):
        runs += hashed[i : last + i] * _ODD[i]
    runs = _mixed(runs)
    lowest = np.full(_SIZE, np.iinfo(np.uint32).max, dtype=np.uint32)
    for at in range(0, len(runs), _CHUNK):
        values = runs[at : at + _CHUNK, None] * _ODD
        values += _SHIFT
        values >>= np.uint64(32)
        lowest = np.minimum(lowest, values.astype(np.uint32).min(axis=0))
    return lowest


# --- which one is the newest -----------------------------------------------------------------------

_STAMP = re.compile(  # 2024-03-01, 20240301, 20240301120000, 2024/03; what `find_dates` does not read in a text
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-_./]?)(?P<month>0[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<day>0[1-9]|[12]\d|3[01])(?:[T_-]?\d{4,6}Z?)?)?(?!\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_DIGITS_APART = re.compile(r"(?<=\d)_(?=\d)")
_WORDS_APART = re.compile(r"(?<=[^\W\d_])[-_.+]*(?=\d)|(?<=\d)[-_.+]*(?=[^\W\d_])|_")
_DAY_OR_MONTH = re.compile(r"\d{4}-(?:0\d|1[0-2])(?:-\d\d)?")  # not the seasons of EDTF, '2024-21'
_UPDATE_LINES = {"chrome.age", "chrome.source-date", "chrome.front-matter-date"}
_TOP = 8  # lines in which a date alone on a line is the date of the text
_LONGEST = 120  # characters of an update line


class _Dating:
    """Dates of texts, as ISO days or months: '2024-03' is before '2024-03-01'; empty where there is none."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        lines = [rule for rule in rules.headings.chrome if rule.id in _UPDATE_LINES]
        self._lines = [(re.compile(rule.pattern, re.IGNORECASE), rule.where == "top") for rule in lines]

    def of(self, source: str, content: str) -> _Dated:
        """What decides which of several texts is the newest."""
        printed = self._printed(content)
        return self._named(source) or printed, printed, source

    def _named(self, source: str) -> str:
        stamps = ["-".join(filter(None, stamp.group("year", "month", "day"))) for stamp in _STAMP.finditer(source)]
        folders = [part for part in source.split("/")[:-1] if _YEAR.fullmatch(part)]
        rest = _DIGITS_APART.sub("-", _STAMP.sub(" ", source))
        dates = [date for part in rest.split("/") for date in self._dates(_WORDS_APART.sub(" ", part))]
        return max([*stamps, *folders, *dates], default="")

    def _printed(self, content: str) -> str:
        lines = [line for line in map(str.strip, content.splitlines()) if line]
        dates = [
            date
            for number, line in enumerate(lines)
            if len(line) <= _LONGEST and _DIGIT.search(line)
            if any((number < _TOP or not top) and pattern.fullmatch(line) for pattern, top in self._lines)
            for date in self._dates(line)
        ]
        return max(dates, default="")

    def _dates(self, text: str) -> list[str]:
        return [date.value for date in find_dates(text, self._rules) if _DAY_OR_MONTH.fullmatch(date.value)]
