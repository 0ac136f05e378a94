"""A weighed decision: which of a few answers the evidence speaks for, how surely, and why.

Multinomial logistic regression over named pieces of evidence that are there or not. The weights are trained by
`training/decisions.py`; the file is JSON, one line a piece of evidence, so that a person can read what was learned.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..problems import Unusable


@dataclass(frozen=True, slots=True)
class Decision:
    """`probability` is that of `answer`, calibrated on documents that were not trained on."""

    answer: str
    probability: float
    shares: Mapping[str, float]
    reasons: tuple[str, ...]

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
        known = [(name, self.weights[name]) for name in dict.fromkeys(evidence) if name in self.weights]
        sums = {k: (self.bias[k] + math.fsum(w[k] for _, w in known)) * self.scale for k in range(len(self.answers))}
        top = max(sums.values())
        total = math.fsum(math.exp(value - top) for value in sums.values())
        shares = {self.answers[k]: math.exp(value - top) / total for k, value in sums.items()}
        ranked = sorted(sums, key=lambda k: -sums[k])
        best, second = ranked[:2]
        gains = sorted(((w[best] - w[second], name) for name, w in known), key=lambda pair: (-pair[0], pair[1]))
        reasons = tuple(f"{name} {gain * self.scale:+.1f}" for gain, name in gains[:3] if gain > 0)
        return Decision(self.answers[best], shares[self.answers[best]], shares, reasons)

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
