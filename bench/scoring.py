"""How good clusters and scores are, where the truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby


@dataclass(frozen=True)
class Quality:
    """Pairwise precision, recall and F1 of clusters, and their F1 by B-cubed."""

    precision: float
    recall: float
    f1: float
    b_cubed: float


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def quality(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Quality:
    """Counted over the cells in which a body and a cluster meet; no pair is ever enumerated."""
    bodies, clusters, cells = Counter(truth), Counter(found), Counter(zip(truth, found, strict=True))
    right = pairs(cells.values())
    precision = right / max(pairs(clusters.values()), 1)
    recall = right / max(pairs(bodies.values()), 1)
    pure = sum(size * size / clusters[cluster] for (_, cluster), size in cells.items()) / len(truth)
    whole = sum(size * size / bodies[body] for (body, _), size in cells.items()) / len(truth)
    return Quality(precision, recall, f1(precision, recall), f1(pure, whole))


def recall_with(truth: Sequence[str], found: Sequence[str], linked: Iterable[tuple[str, str]]) -> float:
    """Recall over pairs of rows where pairs of linked clusters count as found too."""
    cells = Counter(zip(truth, found, strict=True))
    clusters_of: dict[str, list[str]] = {}
    for body, cluster in cells:
        clusters_of.setdefault(body, []).append(cluster)
    links = {frozenset(link) for link in linked}
    right = pairs(cells.values())
    for body, clusters in clusters_of.items():
        for one, two in combinations(clusters, 2):
            right += cells[body, one] * cells[body, two] * (frozenset((one, two)) in links)
    return right / max(pairs(Counter(truth).values()), 1)


@dataclass(frozen=True)
class Curve:
    """Precision against recall as the threshold goes down; equal scores enter together."""

    points: tuple[tuple[float, float, float], ...]  # threshold, precision, recall

    @property
    def average_precision(self) -> float:
        recalls = [0.0, *(recall for *_, recall in self.points)]
        steps = zip(self.points, recalls, strict=False)
        return sum(precision * (recall - before) for (_, precision, recall), before in steps)

    @property
    def best(self) -> tuple[float, float]:
        """The highest F1, and the threshold that gives it."""
        return max((f1(precision, recall), threshold) for threshold, precision, recall in self.points)


def curve(same: Sequence[bool], scores: Sequence[float]) -> Curve:
    points, right, taken = [], 0, 0
    ranked = sorted(zip(scores, same, strict=True), reverse=True)
    for score, tied in groupby(ranked, key=lambda pair: pair[0]):
        outcomes = [outcome for _, outcome in tied]
        right, taken = right + sum(outcomes), taken + len(outcomes)
        points.append((score, right / taken, right / max(sum(same), 1)))
    return Curve(tuple(points))
