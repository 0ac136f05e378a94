"""rules/matching.yaml: the weights of the matcher and the borders of its bands."""

from __future__ import annotations

from pydantic import Field

from .loading import Record


class MatchingRules(Record):
    """Weights of a logistic scorer. `review` and `auto` are the lowest scores of those bands."""

    bias: float
    weights: dict[str, float]
    veto_cap: float = Field(ge=0, le=1)
    review: float = Field(ge=0, le=1)
    auto: float = Field(ge=0, le=1)
