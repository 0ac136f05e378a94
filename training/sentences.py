"""Where the name model learns from: general Dutch, marked coalition texts, and these with invented names in them.

- General Dutch: sentences of the Universal Dependencies treebanks, read from a folder; which words are names stands in
  a file of our own, by treebank, sentence and token.
- Coalition texts: the marked texts of a folder, and a development corpus with gold records where there is one.
- Copies of the coalition texts in which every name is replaced by an invented one of its label, so that the model
  learns how names stand in such sentences and not which names there are.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..pipeline.problems import Unusable
from .inventing import Inventor
from .marked import MENTION, OTHER_NAME, PERSON, PLACE, PROGRAMME, MarkedText

_OF_MARK = {"PO": "ORG", MENTION: "ORG", OTHER_NAME: "ORG", PROGRAMME: "MISC", PERSON: "PER", PLACE: "LOC"}
_NO_SPACE_BEFORE = frozenset(".,;:!?)]”’'%")
_NO_SPACE_BEHIND = frozenset("([“‘")


@dataclass(frozen=True, slots=True)
class Entity:
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of text with the names in it. `document` says where it comes from: folds are cut by it."""

    text: str
    entities: tuple[Entity, ...]
    document: str


def general(folder: Path, names: Path) -> Iterator[Sentence]:
    """The annotated sentences of the treebanks in `folder` (UD_Dutch-Alpino and UD_Dutch-LassySmall, *.conllu)."""
    marked: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    with names.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            names_here = marked[row["treebank"], int(row["sentence"])]
            if row["label"]:
                names_here.append((int(row["first"]), int(row["last"]), row["label"]))
    for treebank in sorted({name for name, _ in marked}):
        path = folder / f"{treebank}.conllu"
        if not path.is_file():
            raise Unusable(f"{path} is missing; training/README.md says where the treebanks come from")
        for number, words in enumerate(_words(path), start=1):
            if (treebank, number) in marked:
                yield _joined(words, marked[treebank, number], f"{treebank}:{number}")


def _words(path: Path) -> Iterator[list[tuple[str, bool]]]:
    """The sentences of a CoNLL-U file: words, each with whether a space follows."""
    words: list[tuple[str, bool]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) > 9 and cells[0].isdigit():
            words.append((cells[1], "SpaceAfter=No" not in cells[9]))
        elif not line.strip() and words:
            yield words
            words = []
    if words:
        yield words


def _joined(words: Sequence[tuple[str, bool]], names: Iterable[tuple[int, int, str]], document: str) -> Sentence:
    """Words → text. The older treebanks do not say where spaces are: there punctuation tells."""
    spaced = all(space for _, space in words)
    text, starts, ends = "", [], []
    for at, (word, space) in enumerate(words):
        if spaced and word[0] in _NO_SPACE_BEFORE:
            text = text.rstrip()
        starts.append(len(text))
        text += word
        ends.append(len(text))
        tight = spaced and word in _NO_SPACE_BEHIND
        text += " " if space and not tight and at + 1 < len(words) else ""
    entities = tuple(Entity(starts[first], ends[last], label) for first, last, label in names)
    return Sentence(text, entities, document)


def of_marked(text: MarkedText) -> Iterator[Sentence]:
    """The lines of a text that are no headings and whose names are marked."""
    entities = [Entity(s.start, s.end, _OF_MARK[s.mark]) for s in text.spans if s.mark in _OF_MARK]
    begin = 0
    for line in text.content.splitlines(keepends=True):
        start, end = begin, begin + len(line.rstrip())
        begin += len(line)
        for heading in text.headings:
            if start <= heading.start < end:
                start = heading.end  # what shares the line of a heading
        while start < end and text.content[start].isspace():
            start += 1
        if end - start > 2 and not any(a <= start < b for a, b in text.unmarked):
            inside = tuple(
                Entity(e.start - start, e.end - start, e.label) for e in entities if start <= e.start and e.end <= end
            )
            yield Sentence(text.content[start:end], inside, text.name)


def renamed(sentences: Sequence[Sentence], inventor: Inventor, copies: int) -> Iterator[Sentence]:
    """`copies` of every sentence with names, each with other invented names."""
    make = {"ORG": inventor.organisation, "PER": inventor.person, "LOC": inventor.place, "MISC": inventor.programme}
    for sentence in sentences:
        for _ in range(copies if sentence.entities else 0):
            text, at = "", 0
            entities = []
            for e in sorted(sentence.entities, key=lambda e: e.start):
                text += sentence.text[at : e.start]
                name = make[e.label]()
                entities.append(Entity(len(text), len(text) + len(name), e.label))
                text, at = text + name, e.end
            yield Sentence(text + sentence.text[at:], tuple(entities), sentence.document)
