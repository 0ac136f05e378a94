"""rules/matching.yaml: the model of the matcher and the borders of its bands."""

from __future__ import annotations

from pydantic import Field

from .loading import Record


class Case(Record):
    """How often a case means one body: what we expected, the probability with the labelled pairs seen, their number."""

    expected: float = Field(ge=0, le=1)
    probability: float = Field(ge=0, le=1)
    pairs: int = Field(ge=0)


class Bound(Record):
    """What the auto band reached on held-out families: pairs, wrong ones, and the one-sided 95% lower bound."""

    pairs: int = Field(ge=0)
    wrong: int = Field(ge=0)
    precision_at_least: float = Field(ge=0, le=1)


class MatchingRules(Record):
    """A logistic model and a table of cases. `review` and `auto` are the lowest scores of those bands."""

    review: float = Field(ge=0, le=1)
    auto: float = Field(ge=0, le=1)
    bound: Bound
    bias: float
    weights: dict[str, float]
    cases: dict[str, Case]
