"""Compared pairs → the weights of the logistic model and the probabilities of the cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..pipeline.organisations.comparison import Comparison
from ..pipeline.organisations.features import FEATURES
from ..pipeline.rulebook.matching import Case

Array = NDArray[np.float64]
NAMES = tuple(FEATURES)
SHRINK = 0.5  # ridge: how strongly weights are drawn to those of before
DOUBT = 4.0  # what was expected of a case counts as this many pairs against what is seen


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model."""

    bias: float
    weights: Mapping[str, float]
    cases: Mapping[str, Case]


def matrix(compared: Sequence[Comparison]) -> Array:
    """One row a comparison, one column a feature, in the order of FEATURES."""
    return np.array([[c.features.get(name, 0.0) for name in NAMES] for c in compared], dtype=float)


def fit(
    compared: Sequence[Comparison], same: Sequence[bool], counts: Sequence[float], before: Weights
) -> Weights:  # fmt: skip
    """Maximum a posteriori: ridge around the weights of before, each weight kept to the sign that its feature may have.

    `counts` says how much each pair counts. Deterministic: L-BFGS-B from zero on a convex loss.
    """
    label, count = np.array(same, dtype=float), np.array(counts)
    free = np.array([not c.case for c in compared])
    x = matrix([c for c in compared if not c.case])
    prior = np.array([before.weights.get(name, 0.0) for name in NAMES])
    bias, found = _logistic(x, label[free], count[free], prior)
    weights = {name: round(float(w), 3) for name, w in zip(NAMES, found, strict=True) if abs(w) >= 0.001}
    return Weights(round(bias, 3), weights, _cases(compared, label, count, before))


def _logistic(x: Array, label: Array, count: Array, prior: Array) -> tuple[float, Array]:
    sign = 2 * label - 1

    def loss(parameters: Array) -> tuple[float, Array]:
        bias, weights = parameters[0], parameters[1:]
        margin = sign * (x @ weights + bias)
        value = float(np.sum(count * np.logaddexp(0, -margin)) + 0.5 * SHRINK * np.sum((weights - prior) ** 2))
        slope = -count * sign * np.exp(-np.logaddexp(0, margin))
        return value, np.concatenate(([slope.sum()], x.T @ slope + SHRINK * (weights - prior)))

    allowed = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [(None, None), *(allowed[FEATURES[name].sign] for name in NAMES)]
    start = np.zeros(len(NAMES) + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000}).x
    return float(found[0]), found[1:]


def _cases(
    compared: Sequence[Comparison], label: Array, count: Array, before: Weights
) -> dict[str, Case]:  # fmt: skip
    seen: dict[str, float] = defaultdict(float)
    same: dict[str, float] = defaultdict(float)
    pairs: dict[str, int] = defaultdict(int)
    for comparison, one_body, weight in zip(compared, label, count, strict=True):
        seen[comparison.case] += float(weight)
        same[comparison.case] += float(weight * one_body)
        pairs[comparison.case] += 1
    return {
        case: Case(
            expected=old.expected,
            probability=min(0.999, round((same[case] + DOUBT * old.expected) / (seen[case] + DOUBT), 3)),
            pairs=pairs[case],
        )
        for case, old in before.cases.items()
    }
