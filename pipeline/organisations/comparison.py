"""What comparing two names finds, before it is weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """Words for a reader, and which group of features they speak for (empty: none)."""

    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Either a `case`, settled by what is known of each name, or `features` to be weighed.

    `conflict` says why the pair may never be merged unasked, whatever its score; `hold` why a person should look
    although nothing contradicts.
    """

    case: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    conflict: str = ""
    hold: str = ""
    reasons: tuple[Reason, ...] = ()
