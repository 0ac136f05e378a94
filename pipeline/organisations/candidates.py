"""Which pairs of names are worth a close look: all of them where that is cheap, by an index above it.

Names of one document are always compared where they share a word, a beginning or initials. Beyond that, up to
`Blocking.all_pairs_up_to` forms are held all against all. Above it an index joins names that share something rare (an
own word, groups of three letters, initials or a kind word in one place), and a sieve drops pairs that no weighing could
merge. A key that too many names share is narrowed to one municipality and cut off where that is not enough; what is cut
is counted, and `comparing.py` measures on a sample what the index misses.

The keys of one name and the pairs of one place are functions of their own: `pipeline/spark` joins names by the same.
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

ALIKE = 72  # rapidfuzz ratio of squashed forms from which two names are compared whatever their words
RARE = 4  # groups of three letters that index a form: its rarest ones
SHORTEST = 5  # letters of a form that is compared by its letters

Blocks = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Blocking:
    """From which sizes on not everything is compared with everything."""

    all_pairs_up_to: int = 3000  # different compare forms; above it the index takes over from all against all
    block: int = 150  # names that may share one key; a bigger block says too little to be worth all its pairs
    here: int = 1200  # names of one municipality that are still compared all against all


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of positions in the list of names, smaller first. `cut` counts the keys that were too common to be used.

    `indexed` says that there were too many names to hold all against all.
    """

    pairs: tuple[Pair, ...]
    cut: int = 0
    indexed: bool = False


BLOCKING = Blocking()


def candidates(
    names: Sequence[Name], documents: Sequence[frozenset[str]], reader: NameReader, blocking: Blocking = BLOCKING
) -> Candidates:
    """Pairs with a word, a beginning, initials or most letters in common; the order of `names` does not matter."""
    return Index(names, reader, blocking).candidates(documents)


# --- the keys of one name --------------------------------------------------------------------------------


def document_keys(name: Name, document: str) -> Iterator[str]:
    """A kind word, the beginning of an own word, or being a coalition, in one document."""
    for word in name.of(Part.KIND):
        yield f"kind:{word}:{document}"
    for word in name.own:
        yield f"begin:{word[:3]}:{document}"
    if any(kind.id == "coalitie" for kind in name.kinds):
        yield f"coalition:{document}"


def word_keys(name: Name) -> Iterator[str]:
    """An own word or its letters anywhere, or a kind word in one place where that is all."""
    for word in name.own:
        if len(word) > 1:
            yield word
    yield "=" + "".join([w.text for w in name.words if w.part in _PRINTED])
    if name.own:
        yield "~" + "".join(sorted("".join(name.own)))  # letters that changed places
    else:
        for place in places_of(name):
            for word in name.of(Part.KIND):
                yield f"{word}:{place}"


def initials(name: Name) -> tuple[set[str], set[str]]:
    """(first letters of its short form, where it has or is one; first letters of its words)."""
    short = [name.short] if name.short else [w for w in name.own if name.is_abbreviation or len(w) <= 4]
    return {word[0] for word in short}, {word[0] for word in fold(name.display).split()[:2]}


def groups_of_letters(form: str) -> list[str]:
    """The different groups of three letters in a form, sorted."""
    return sorted({form[at : at + 3] for at in range(len(form) - 2)})


# --- all names -------------------------------------------------------------------------------------------


class Index:
    """The names under their keys. `cut` counts the keys that were too common so far."""

    def __init__(self, names: Sequence[Name], reader: NameReader, blocking: Blocking = BLOCKING) -> None:
        self.names = names
        self.reader = reader
        self.blocking = blocking
        self.cut = 0

    def candidates(self, documents: Sequence[frozenset[str]]) -> Candidates:
        """`documents` that print each name."""
        pairs = set(self._in_documents(documents))
        forms = self._forms(range(len(self.names)), core)
        if len(forms) <= self.blocking.all_pairs_up_to:
            for found in (self._by_words(), self._by_initials(), all_against_all(forms)):
                pairs.update(found)
            return Candidates(tuple(sorted(pairs)), self.cut)
        sieve = Sieve(self.names, self.reader)
        coined = self._forms(sieve.coined(), own)
        for found in (self._by_words(), self._by_initials(), self._by_place(), self._by_rare_letters(coined)):
            sieve.add(found)
        pairs.update(sieve.kept())
        return Candidates(tuple(sorted(pairs)), self.cut, indexed=True)

    def of_place(self, members: Sequence[int]) -> Iterator[Pair]:
        """Names of one place whose forms, own words or letters are alike."""
        for written in (core, own, as_one_word):
            forms = self._forms(members, written)
            if len(forms) <= self.blocking.here:
                yield from all_against_all(forms)
            else:
                yield from self._by_rare_letters(forms)

    def _in_documents(self, documents: Sequence[frozenset[str]]) -> Iterator[Pair]:
        """Names of one document that share a kind word, the beginning of an own word, or stand for a coalition."""
        blocks: dict[str, list[int]] = defaultdict(list)
        shorts: dict[str, list[int]] = defaultdict(list)
        longs: dict[str, list[int]] = defaultdict(list)
        names_in = Counter(document for printed_in in documents for document in printed_in)
        for index, (name, printed_in) in enumerate(zip(self.names, documents, strict=True)):
            for document in [document for document in printed_in if names_in[document] > 1]:
                for key in document_keys(name, document):
                    blocks[key].append(index)
                _file(index, name, document, shorts, longs)
        yield from self._within(blocks)
        yield from self._between(shorts, longs)

    def _by_words(self) -> Iterator[Pair]:
        blocks: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for key in word_keys(name):
                blocks[key].append(index)
        yield from self._within(blocks)

    def _by_initials(self) -> Iterator[Pair]:
        """A short name beside every name of the place that begins with its first letter."""
        shorts: dict[str, list[int]] = defaultdict(list)
        longs: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for place in places_of(name):
                _file(index, name, place, shorts, longs)
        yield from self._between(shorts, longs)

    def _by_place(self) -> Iterator[Pair]:
        homes: dict[str, list[int]] = defaultdict(list)
        for index, name in enumerate(self.names):
            for place in places_of(name):
                homes[place].append(index)
        for members in homes.values():
            yield from self.of_place(members)

    def _by_rare_letters(self, forms: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        """Forms that share one of their rarest groups of three letters, and then most of their letters."""
        ordered = sorted(forms)
        of_form = [groups_of_letters(form) for form in ordered]
        counts = Counter(part for parts in of_form for part in parts)
        groups: dict[str, list[int]] = defaultdict(list)
        for index, parts in enumerate(of_form):
            for part in sorted(parts, key=lambda p: (counts[p], p))[:RARE]:
                groups[part].append(index)
        for members in groups.values():
            if len(members) > self.blocking.block:
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
            if len(form) >= SHORTEST:
                forms[form].append(index)
        return forms

    def _within(self, blocks: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        """All pairs of each block; of a big one those of one municipality."""
        for members in blocks.values():
            if len(members) <= self.blocking.block:
                yield from _all(members)
                continue
            self.cut += 1
            smaller: dict[str, list[int]] = defaultdict(list)
            for index in members:
                smaller[self.names[index].municipality].append(index)
            for home, part in smaller.items():
                if home and len(part) <= self.blocking.block:
                    yield from _all(part)

    def _between(self, shorts: Mapping[str, Sequence[int]], longs: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
        for key, short in shorts.items():
            long = longs.get(key, ())
            if len(short) * len(long) > self.blocking.block**2:
                self.cut += 1
                continue
            yield from _pairs(short, long)


_PRINTED = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL, Part.PLACE)


def core(name: Name) -> str:
    """What a name is beside its legal form and its place, in one word."""
    return "".join(name.core)


def own(name: Name) -> str:
    """Its own words in one."""
    return "".join(name.own)


def _file(index: int, name: Name, where: str, shorts: Blocks, longs: Blocks) -> None:
    short, long = initials(name)
    for letter in short:
        shorts[f"{letter}:{where}"].append(index)
    for letter in long:
        longs[f"{letter}:{where}"].append(index)


def _all(members: Sequence[int]) -> Iterator[Pair]:
    return ((a, b) if a < b else (b, a) for at, a in enumerate(members) for b in members[at + 1 :] if a != b)


def _pairs(one: Sequence[int], two: Sequence[int]) -> Iterator[Pair]:
    return ((a, b) if a < b else (b, a) for a in one for b in two if a != b)


def all_against_all(forms: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
    """Pairs of the owners of one string and of alike ones."""
    strings = sorted(forms)
    if strings:
        found = process.cdist(strings, strings, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype="uint8")
        rows, columns = found.nonzero()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if row < column:
                yield from _pairs(forms[strings[row]], forms[strings[column]])
    for members in forms.values():
        yield from _all(members)
