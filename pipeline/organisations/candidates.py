"""Which pairs of names are worth a close look: all of them where that is cheap, by an index above it.

Names of one document are always compared where they share a word, a beginning or initials. Beyond that, up to
`ALL_PAIRS_UP_TO` forms are held all against all. Above it an index joins names that share something rare (an own word,
groups of three letters, initials or a kind word in one place), and a sieve drops pairs that no weighing could merge.
A key that too many names share is narrowed to one municipality and cut off where that is not enough; what is cut is
counted, and `recall.py` measures on a sample what the index misses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ..rulebook.organisations import fold
from .names import NameReader
from .parts import Name, Part
from .sieve import Pair, Sieve, as_one_word, places_of

ALL_PAIRS_UP_TO = 3000  # different compare forms; above it the index takes over from all against all
ALIKE = 72  # rapidfuzz ratio of squashed forms from which two names are compared whatever their words
BLOCK = 150  # names that may share one key; a bigger block says too little to be worth all its pairs
HERE = 1200  # names of one municipality that are still compared all against all
RARE = 4  # groups of three letters that index a form: its rarest ones

Blocks = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of positions in the list of names, smaller first. `cut` counts the keys that were too common to be used.

    `indexed` says that there were too many names to hold all against all.
    """

    pairs: tuple[Pair, ...]
    cut: int = 0
    indexed: bool = False


def candidates(names: Sequence[Name], documents: Sequence[frozenset[str]], reader: NameReader) -> Candidates:
    """Pairs with a word, a beginning, initials or most letters in common; the order of `names` does not matter."""
    return _Index(names, reader).candidates(documents)


class _Index:
    """The names under their keys."""

    def __init__(self, names: Sequence[Name], reader: NameReader) -> None:
        self.names = names
        self.reader = reader
        self.cut = 0

    def candidates(self, documents: Sequence[frozenset[str]]) -> Candidates:
        pairs = set(self._in_documents(documents))
        forms = self._forms(range(len(self.names)), _core)
        if len(forms) <= ALL_PAIRS_UP_TO:
            for found in (self._by_words(), self._by_initials(), _all_against_all(forms, ALIKE)):
                pairs.update(found)
            return Candidates(tuple(sorted(pairs)), self.cut)
        sieve = Sieve(self.names, self.reader)
        coined = self._forms(sieve.coined(), _own)
        for found in (self._by_words(), self._by_initials(), self._by_place(), self._by_rare_letters(coined)):
            sieve.add(found)
        pairs.update(sieve.kept())
        return Candidates(tuple(sorted(pairs)), self.cut, indexed=True)

    def _in_documents(self, documents: Sequence[frozenset[str]]) -> Iterator[Pair]:
        """Names of one document that share a kind word, the beginning of an own word, or stand for a coalition."""
        blocks: dict[str, list[int]] = defaultdict(list)
        shorts: dict[str, list[int]] = defaultdict(list)
        longs: dict[str, list[int]] = defaultdict(list)
        names_in = Counter(document for printed_in in documents for document in printed_in)
        for index, (name, printed_in) in enumerate(zip(self.names, documents, strict=True)):
            for document in [document for document in printed_in if names_in[document] > 1]:
                for word in name.of(Part.KIND):
                    blocks[f"kind:{word}:{document}"].append(index)
                for word in name.own:
                    blocks[f"begin:{word[:3]}:{document}"].append(index)
                if any(kind.id == "coalitie" for kind in name.kinds):
                    blocks[f"coalition:{document}"].append(index)
                _initials(index, name, document, shorts, longs)
        yield from self._within(blocks)
        yield from self._between(shorts, longs)

    def _by_words(self) -> Iterator[Pair]:
        """Names with an own word or its letters in common anywhere, or a kind word in one place where that is all."""
        blocks: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for word in name.own:
                if len(word) > 1:
                    blocks[word].append(index)
            blocks["=" + "".join([w.text for w in name.words if w.part in _PRINTED])].append(index)
            if name.own:
                blocks["~" + "".join(sorted("".join(name.own)))].append(index)  # letters that changed places
            if not name.own:
                for place in places_of(name):
                    for word in name.of(Part.KIND):
                        blocks[f"{word}:{place}"].append(index)
        yield from self._within(blocks)

    def _by_initials(self) -> Iterator[Pair]:
        """A short name beside every name of the place that begins with its first letter."""
        shorts: dict[str, list[int]] = defaultdict(list)
        longs: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for place in places_of(name):
                _initials(index, name, place, shorts, longs)
        yield from self._between(shorts, longs)

    def _by_place(self) -> Iterator[Pair]:
        """Names of one municipality or region whose forms, own words or letters are alike."""
        homes: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for place in places_of(name):
                homes[place].append(index)
        for members in homes.values():
            for written in (_core, _own, as_one_word):
                forms = self._forms(members, written)
                if len(forms) <= HERE:
                    yield from _all_against_all(forms, ALIKE)
                else:
                    yield from self._by_rare_letters(forms)

    def _by_rare_letters(self, forms: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        """Forms that share one of their rarest groups of three letters, and then most of their letters."""
        ordered = sorted(forms)
        of_form = [sorted({form[at : at + 3] for at in range(len(form) - 2)}) for form in ordered]
        counts = Counter(part for parts in of_form for part in parts)
        groups: dict[str, list[int]] = defaultdict(list)
        for index, parts in enumerate(of_form):
            for part in sorted(parts, key=lambda p: (counts[p], p))[:RARE]:
                groups[part].append(index)
        for members in groups.values():
            if len(members) > BLOCK:
                self.cut += 1
                continue
            for at, one in enumerate(members):
                for two in members[at + 1 :]:
                    if fuzz.ratio(ordered[one], ordered[two], score_cutoff=ALIKE):
                        yield from _pairs(forms[ordered[one]], forms[ordered[two]])

    def _forms(self, members: Iterable[int], written: Callable[[Name], str]) -> dict[str, list[int]]:
        """What is written of each name, and who has it."""
        forms: dict[str, list[int]] = defaultdict(list)
        for index in members:
            form = written(self.names[index])
            if len(form) >= 5:
                forms[form].append(index)
        return forms

    def _within(self, blocks: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        """All pairs of each block; of a big one those of one municipality."""
        for members in blocks.values():
            if len(members) <= BLOCK:
                yield from _all(members)
                continue
            self.cut += 1
            smaller: dict[str, list[int]] = defaultdict(list)
            for index in members:
                smaller[self.names[index].municipality].append(index)
            for home, part in smaller.items():
                if home and len(part) <= BLOCK:
                    yield from _all(part)

    def _between(self, shorts: Mapping[str, Sequence[int]], longs: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        for key, short in shorts.items():
            long = longs.get(key, ())
            if len(short) * len(long) > BLOCK * BLOCK:
                self.cut += 1
                continue
            yield from _pairs(short, long)


_PRINTED = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL, Part.PLACE)


def _core(name: Name) -> str:
    return "".join(name.core)


def _own(name: Name) -> str:
    return "".join(name.own)


def _initials(index: int, name: Name, where: str, shorts: Blocks, longs: Blocks) -> None:
    """Files a name under its first letters and, where it has a short form or is one, under those of that."""
    short = [name.short] if name.short else [w for w in name.own if name.is_abbreviation or len(w) <= 4]
    for letter in {word[0] for word in short}:
        shorts[f"{letter}:{where}"].append(index)
    for letter in {word[0] for word in fold(name.display).split()[:2]}:
        longs[f"{letter}:{where}"].append(index)


def _all(members: Sequence[int]) -> Iterator[Pair]:
    return ((a, b) if a < b else (b, a) for at, a in enumerate(members) for b in members[at + 1 :] if a != b)


def _pairs(one: Sequence[int], two: Sequence[int]) -> Iterator[Pair]:
    return ((a, b) if a < b else (b, a) for a in one for b in two if a != b)


def _all_against_all(forms: Mapping[str, Sequence[int]], cutoff: int) -> Iterator[Pair]:
    """Pairs of the owners of alike strings."""
    strings = sorted(forms)
    if strings:
        found = process.cdist(strings, strings, scorer=fuzz.ratio, score_cutoff=cutoff, dtype="uint8")
        rows, columns = found.nonzero()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if row < column:
                yield from _pairs(forms[strings[row]], forms[strings[column]])
    for members in forms.values():
        yield from _all(members)
