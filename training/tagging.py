"""How well a name model tags: exact spans, per label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.language import Language

from .corpus import Piece
from .sentences import Entity, Sentence, of_marked


@dataclass(frozen=True, slots=True)
class Score:
    p: float
    r: float
    f1: float
    n: int


def tag(nlp: Language, sentence: Sentence) -> tuple[Entity, ...]:
    """What the model says of a sentence."""
    return tuple(Entity(e.start_char, e.end_char, e.label_) for e in nlp(sentence.text).ents)


def score(pairs: Iterable[tuple[Iterable[Entity], Iterable[Entity]]]) -> Mapping[str, Score]:
    """Precision, recall and F1 by label, and over all. `pairs`: what was found and what is right, a sentence each."""
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for found, right in pairs:
        mine, theirs = set(found), set(right)
        for counter, entities in ((hits, mine & theirs), (said, mine), (wanted, theirs)):
            counter.update(e.label for e in entities)
            counter["all"] += len(entities)
    return {label: _score(hits[label], said[label], wanted[label]) for label in sorted(wanted)}


def line_scores(pieces: Iterable[Piece], models: Sequence[Language]) -> Mapping[str, Score]:
    """On the lines of coalition texts, each tagged by the model of its fold."""
    lines = ((s, models[piece.fold]) for piece in pieces for s in of_marked(piece.text))
    return score((tag(nlp, s), s.entities) for s, nlp in lines)


def _score(hits: int, said: int, wanted: int) -> Score:
    p, r = hits / max(1, said), hits / max(1, wanted)
    return Score(round(p, 4), round(r, 4), round(2 * p * r / (p + r), 4) if hits else 0.0, wanted)
