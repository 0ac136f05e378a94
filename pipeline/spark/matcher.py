"""The scorer in a Python worker: made once from the rules, and kept for all its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..basis import rules_sha256
from ..organisations import Matcher, matcher_of
from ..problems import Unusable
from ..rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Rules:
    """Where every node finds the rules, and what they have to be."""

    path: Path | None
    sha256: str

    @classmethod
    def of(cls, rulebook: Rulebook) -> Rules:
        return cls(rulebook.path, rules_sha256(rulebook))


@lru_cache(maxsize=1)
def matcher_for(rules: Rules) -> Matcher:
    """Raises Unusable where this node has other rules. All statistics that a score needs are in the rules."""
    rulebook = Rulebook(rules.path)
    if rules_sha256(rulebook) != rules.sha256:
        raise Unusable("a worker of Spark has other rules than the program that was started; give every node the same")
    matcher = matcher_of(rulebook)
    _kept.append(rulebook)  # the matcher is kept only as long as its rules are
    return matcher


_kept: list[Rulebook] = []
