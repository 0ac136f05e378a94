"""How good a matcher is on names that it was not trained on: folds by family, figures, the bound of the auto band."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score

from ..pipeline.organisations.comparison import Comparison
from ..pipeline.organisations.features import FEATURES
from .fitting import NAMES, Array, Weights, fit, matrix
from .pairs import LabelledPair

Flags = NDArray[np.bool_]
FOLDS = 5
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled pairs with what was found between the names, and the family of each name."""

    pairs: Sequence[LabelledPair]
    compared: Sequence[Comparison]
    families: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one set of pairs: `recall` is that of the auto band, `bound` the lower bound of its precision."""

    pairs: int
    average_precision: float
    f1: float
    auto: int
    wrong: int
    recall: float
    bound: float


def fold_of(family: str) -> int:
    """The fold of a family: by hash, so that more data leaves the others where they are."""
    return int(hashlib.sha256(family.encode()).hexdigest(), 16) % FOLDS


def probability(compared: Sequence[Comparison], model: Weights) -> Array:
    """The score of each pair, as the matcher gives it."""
    x = matrix(compared)
    weights = np.array([model.weights.get(name, 0.0) for name in NAMES])
    scores: Array = 1 / (1 + np.exp(-np.clip(x @ weights + model.bias, -30, 30)))
    for index, comparison in enumerate(compared):
        if comparison.case:
            scores[index] = model.cases[comparison.case].probability
    return np.round(scores, 4)


def held_out(sample: Sample, before: Weights) -> Array:
    """Scores of every pair by a model that saw no name of either name's family."""
    scores = np.zeros(len(sample.pairs))
    for train, test in _folds(sample):
        model = fit(
            [sample.compared[i] for i in train],
            [sample.pairs[i].same for i in train],
            [sample.pairs[i].weight for i in train],
            before,
        )
        scores[test] = probability([sample.compared[i] for i in test], model)
    return scores


def trees(sample: Sample, before: Weights) -> Array:
    """The same folds with gradient-boosted trees in place of the sum: what the logistic model is measured against."""
    scores = held_out(sample, before)
    x = matrix(sample.compared)
    same = np.array([pair.same for pair in sample.pairs])
    weight = np.array([pair.weight for pair in sample.pairs])
    signs = [FEATURES[name].sign for name in NAMES]
    free = np.array([not found.case for found in sample.compared])
    for train, test in _folds(sample):
        fit_on, ask = [i for i in train if free[i]], [i for i in test if free[i]]
        model = HistGradientBoostingClassifier(
            monotonic_cst=signs, max_leaf_nodes=15, learning_rate=0.05, random_state=0
        )
        model.fit(x[fit_on], same[fit_on], sample_weight=weight[fit_on])
        scores[ask] = model.predict_proba(x[ask])[:, 1]
    return scores


def _folds(sample: Sample) -> Iterator[tuple[list[int], list[int]]]:
    """(train, test): a pair is tested with the family of its first name; no name of that fold is trained on."""
    folds = [(fold_of(a), fold_of(b)) for a, b in sample.families]
    for fold in range(FOLDS):
        train = [i for i, pair in enumerate(folds) if fold not in pair]
        yield train, [i for i, pair in enumerate(folds) if pair[0] == fold]


def loss(scores: Array, same: Flags) -> float:
    """Mean log loss: what a score costs that is sure and wrong."""
    clipped = np.clip(scores, 0.001, 0.999)
    return float(-np.mean(np.where(same, np.log(clipped), np.log(1 - clipped))))


def merged(sample: Sample, scores: Array, auto: float) -> Flags:
    """Which pairs would be merged unasked."""
    free = np.array([not c.conflict and not c.hold for c in sample.compared])
    inside: Flags = (scores >= auto) & free
    return inside


def lower_bound(n: int, wrong: int) -> float:
    """One-sided lower confidence bound of a precision (Clopper and Pearson 1934)."""
    return float(beta.ppf(1 - CONFIDENCE, n - wrong, wrong + 1)) if n > wrong else 0.0


def auto_threshold(sample: Sample, scores: Array, wanted: float = 0.99, lowest: float = 0.9) -> float | None:
    """The lowest score from which the auto band's bound holds; None with too few pairs or too many errors."""
    same = np.array([p.same for p in sample.pairs])
    for auto in np.arange(lowest, 0.9996, 0.0025):
        inside = merged(sample, scores, auto)
        if lower_bound(int(inside.sum()), int((inside & ~same).sum())) >= wanted:
            return round(float(auto), 4)
    return None


def figures(sample: Sample, scores: Array, review: float, auto: float) -> Figures:
    same = np.array([p.same for p in sample.pairs])
    held, inside = scores >= review, merged(sample, scores, auto)
    n, wrong = int(inside.sum()), int((inside & ~same).sum())
    return Figures(
        len(same),
        float(average_precision_score(same, scores)),
        2 * float((held & same).sum()) / float(held.sum() + same.sum()),
        n,
        wrong,
        float((inside & same).sum()) / float(same.sum()),
        lower_bound(n, wrong),
    )
