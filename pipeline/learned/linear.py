"""A weighed decision: which of a few answers the evidence speaks for, how surely, and why.

Multinomial logistic regression over named pieces of evidence that are there or not. The weights are trained by
`training/decisions.py`; the file is JSON, one line a piece of evidence, so that a person can read what was learned.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from ..problems import Unusable


@dataclass(frozen=True, slots=True)
class Decision:
    """`probability` is that of `answer`, calibrated on documents that were not trained on."""

    answer: str
    probability: float
    shares: Mapping[str, float]
    names: Sequence[str]  # the evidence that has weights, and these
    weights: Sequence[Sequence[float]] = field(compare=False)
    best: int  # position of the answer, and of the next best one
    second: int
    scale: float

    @property
    def reasons(self) -> tuple[str, ...]:
        """The three pieces of evidence that speak most for the answer and against the next best."""
        best, second = self.best, self.second
        weighed = zip(self.names, self.weights, strict=True)
        gains = sorted(((w[best] - w[second], name) for name, w in weighed), key=lambda pair: (-pair[0], pair[1]))
        return tuple(f"{name} {gain * self.scale:+.1f}" for gain, name in gains[:3] if gain > 0)

    @property
    def why(self) -> str:
        """The strongest evidence in words: 'near=samen +1.2, rule=three-together +0.9'."""
        return ", ".join(self.reasons)


class LinearModel:
    """Weights of one decision. `scale` flattens or sharpens the probabilities (temperature scaling)."""

    def __init__(
        self, answers: Sequence[str], bias: Sequence[float], weights: Mapping[str, Sequence[float]], scale: float = 1.0
    ) -> None:  # fmt: skip
        self.answers = tuple(answers)
        self.bias = tuple(bias)
        self.weights = weights
        self.scale = scale

    def decide(self, evidence: Iterable[str]) -> Decision:
        """The answer that the evidence speaks for."""
        weights = self.weights
        names = [name for name in dict.fromkeys(evidence) if name in weights]
        rows = [weights[name] for name in names]
        columns = zip(*rows, strict=True) if rows else repeat(())
        sums = [(b + math.fsum(column)) * self.scale for b, column in zip(self.bias, columns, strict=False)]
        top = max(sums)
        powers = [math.exp(value - top) for value in sums]
        total = math.fsum(powers)
        shares = {answer: power / total for answer, power in zip(self.answers, powers, strict=True)}
        best, second = sorted(range(len(sums)), key=lambda k: -sums[k])[:2]
        answer = self.answers[best]
        return Decision(answer, shares[answer], shares, names, rows, best, second, self.scale)

    def to_bytes(self) -> bytes:
        """The file: gzip of JSON with sorted evidence, the same bytes for the same weights."""
        lines = ",\n".join(
            f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps([round(v, 3) for v in self.weights[name]])}"
            for name in sorted(self.weights)
        )
        head = json.dumps({"answers": self.answers, "bias": [round(b, 3) for b in self.bias],
                           "scale": round(self.scale, 3)})  # fmt: skip
        return gzip.compress(f'{head[:-1]}, "weights": {{\n{lines}\n}}}}\n'.encode(), mtime=0)


def read_model(path: Path) -> LinearModel:
    """The weights of one file. Raises Unusable where it is missing or not such a file."""
    try:
        data = json.loads(gzip.decompress(path.read_bytes()))
        return LinearModel(data["answers"], data["bias"], data["weights"], data["scale"])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{path} holds no weights ({error}); install coalitie again or run training/build.py") from None
