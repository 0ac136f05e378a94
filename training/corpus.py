"""The texts to learn from, cut into folds: no author and no document stands on both sides of a fold."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..pipeline.problems import Unusable
from .marked import PERSON, PLACE, MarkedText, Span, from_gold, gold_record, read_marked

FOLDS = 4
MARKED = "marked"
_MARK = {"PER": PERSON, "LOC": PLACE}


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of the corpus: the set that it belongs to, the fold in which it is held out, and its gold record."""

    origin: str
    fold: int
    text: MarkedText
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A set of texts with gold records."""

    name: str
    texts: Path
    gold: Path


def gold_set(argument: str) -> GoldSet:
    """`NAME=TEXTS:GOLD`, as given on the command line."""
    name, _, folders = argument.partition("=")
    texts, _, gold = folders.partition(":")
    if not (name and Path(texts).is_dir() and Path(gold).is_dir()):
        raise Unusable(f"{argument!r}: expected NAME=TEXTS:GOLD with two folders that exist")
    return GoldSet(name, Path(texts), Path(gold))


def read_corpus(folder: Path, sets: Sequence[GoldSet]) -> list[Piece]:
    """The marked texts of `folder/marked/AUTHOR/`, and sets with gold records, whose persons and places stand in
    `folder/persons_places.tsv`. Authors take turns in the folds; documents of the sets are cut by their names."""
    pieces = []
    for turn, author in enumerate(sorted(path for path in (folder / MARKED).iterdir() if path.is_dir())):
        texts = [read_marked(path) for path in sorted(author.glob("*.txt"))]
        pieces += [Piece(MARKED, turn % FOLDS, text, gold_record(text)) for text in texts]
    others = _persons_places(folder / "persons_places.tsv")
    for given in sets:
        for path in sorted(given.texts.glob("*.txt")):
            record = json.loads((given.gold / f"{path.stem}.json").read_text(encoding="utf-8"))
            content = path.read_text(encoding="utf-8")
            text = from_gold(content, record, others.get((given.name, path.stem), ()), path.stem)
            pieces.append(Piece(given.name, _fold(path.stem), text, record))
    return pieces


def _fold(document: str) -> int:
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % FOLDS


def _persons_places(path: Path) -> Mapping[tuple[str, str], Sequence[Span]]:
    found: dict[tuple[str, str], list[Span]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            span = Span(_MARK[row["label"]], int(row["start"]), int(row["end"]))
            found[row["set"], row["document"]].append(span)
    return found
