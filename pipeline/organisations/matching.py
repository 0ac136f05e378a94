"""Two names in their contexts → the probability that both are the same body, with a band and the reasons.

A pair is settled by what is known of each name (cases.py), or measured (features.py) and weighed by a logistic model
whose weights are data (rules/matching.yaml, written by training). Logistic regression rather than trees: every score
is a sum that a steward can follow, and trees did no better on held-out families (docs/matching.md).
"""

from __future__ import annotations

import math
from collections import defaultdict

from ..records import Band, NameKey, OrganisationType, Scope, ScoredPair
from ..rulebook.matching import MatchingRules
from .alignment import Alignment, digits
from .cases import Cases
from .comparison import Comparison, Reason
from .features import FEATURES, Measure
from .geography import Geography
from .identity import Identifier, Identity
from .locality import Locality, locality
from .names import NameReader
from .parts import Name

SPEAKS = 0.5  # a group of features that moves the sum by less is not worth a reader's time


class Matcher:
    """Scores pairs of names; keeps what it read of each name."""

    def __init__(self, reader: NameReader, identifier: Identifier, geography: Geography, rules: MatchingRules) -> None:
        self.reader = reader
        self.identifier = identifier
        self.geography = geography
        self.rules = rules
        self._alignment = Alignment(reader)
        self._cases = Cases(identifier, self._alignment)
        self._measure = Measure(self._alignment)

    def score(self, a: NameKey, b: NameKey, *, together: bool = False) -> ScoredPair:
        """The pair in its canonical order. `together`: one document prints both names."""
        if b < a:
            a, b = b, a
        found = self.compare(a, b, together=together)
        score = round(self.probability(found), 4)
        return ScoredPair(a, b, score, self._band(score, found), self._evidence(found))

    def pair(self, a: NameKey, b: NameKey, found: Comparison, lowest: float) -> ScoredPair | None:
        """The pair that a comparison makes; None below `lowest`, where most pairs are and no words are needed."""
        score = round(self.probability(found), 4)
        return ScoredPair(a, b, score, self._band(score, found), self._evidence(found)) if score >= lowest else None

    def probability(self, found: Comparison) -> float:
        """That of the case, as counted in training, or the logistic of the weighed features."""
        if found.case:
            return self.rules.cases[found.case].probability
        weights, total = self.rules.weights, self.rules.bias
        for name, value in found.features.items():
            total += weights.get(name, 0.0) * value
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def _band(self, score: float, found: Comparison) -> Band:
        if score < self.rules.review:
            return Band.DISTINCT
        return Band.AUTO if score >= self.rules.auto and not found.conflict and not found.hold else Band.REVIEW

    def _evidence(self, found: Comparison) -> str:
        """The reasons, each group with what it adds to the sum; then what stands in the way of a merge."""
        sums: dict[str, float] = defaultdict(float)
        for name, value in found.features.items():
            sums[FEATURES[name].about] += self.rules.weights.get(name, 0.0) * value
        said: list[str] = []
        for reason in found.reasons:
            added = sums.pop(reason.about, 0.0)
            said.append(f"{reason.words} ({added:+.1f})" if abs(added) >= SPEAKS else reason.words)
        said += [f"{about} ({added:+.1f})" for about, added in sorted(sums.items()) if abs(added) >= SPEAKS]
        said += [stop for stop in (found.conflict, found.hold) if stop and stop not in said]
        return "; ".join(said) or "nothing in common"

    def compare(self, a: NameKey, b: NameKey, *, together: bool = False) -> Comparison:
        """What is found between two names, not yet weighed."""
        na, nb = self.reader.read(a), self.reader.read(b)
        ia, ib = self.identifier.identify(na), self.identifier.identify(nb)
        if na.display == nb.display and a.municipality == b.municipality:
            return Comparison("same_name", reasons=(Reason("the same name in the same municipality"),))
        if ia.anchor and ia.anchor == ib.anchor:
            return Comparison("same_body", reasons=(Reason(f"both are {ia.name}"),))
        where = locality(na, nb, self.geography, together=together)
        if (ia.anchor and ib.anchor) or (ia.known and ib.known):
            return self._cases.settle(na, nb, ia, ib, where, together=together)
        return self._weigh(na, nb, ia, ib, where, together=together)

    def contradicted(self, a: NameKey, b: NameKey) -> bool:
        """Whether two free names are two bodies whatever their words; costs less than comparing them."""
        na, nb = self.reader.read(a), self.reader.read(b)
        ia, ib = self.identifier.identify(na), self.identifier.identify(nb)
        if (ia.anchor and ib.anchor) or (ia.known and ib.known):
            return False
        return bool(_conflict(na, nb, ia, ib, locality(na, nb, self.geography)))

    def _weigh(
        self, na: Name, nb: Name, ia: Identity, ib: Identity, where: Locality, *, together: bool
    ) -> Comparison:  # fmt: skip
        shortens = together and (self._cases.shortens(na, nb) or self._cases.shortens(nb, na))
        features = self._measure.features(na, nb, ia, ib, where, shortens=shortens, together=together)
        hold = ""
        if where.relation == "unknown" and any(kind.local for kind in (*na.kinds, *nb.kinds)):
            hold = f"a local kind of body, {where.words}"
        elif "plain_near" in features or "plain_elsewhere" in features:
            hold = "ordinary words, in two municipalities"
        reasons = self._reasons(features, na, nb, where, together=together)
        return Comparison("", features, _conflict(na, nb, ia, ib, where), hold, tuple(reasons))

    def short_for(self, a: NameKey, b: NameKey) -> NameKey | None:
        """Which of two names is a shorter form of the other: `Andes` beside `Andes Borger-Odoorn`."""
        na, nb = self.reader.read(a), self.reader.read(b)
        for short, long in ((na, nb), (nb, na)):
            if self._cases.shortens(short, long):
                return short.key
            if short.is_abbreviation and not long.is_abbreviation and self._alignment.acronym(short, long):
                return short.key
        return None

    def _reasons(
        self, f: dict[str, float], na: Name, nb: Name, where: Locality, *, together: bool
    ) -> list[Reason]:  # fmt: skip
        reasons: list[Reason] = []
        shared = [w for w in na.core if w in nb.core]
        if "same_words" in f:
            reasons.append(Reason("the same words", "words"))
        elif "own_equal" in f:
            reasons.append(Reason(f"the same own words ({' '.join(na.own)})", "words"))
        elif "slip" in f:
            reasons.append(Reason("one slip of the pen apart", "letters"))
        elif shared:
            reasons.append(Reason(f"in common: {' '.join(shared)}", "words"))
        if "acronym_here" in f or "acronym_away" in f:
            reasons.append(Reason("initials of the other name", "initials"))
        if "type_conflict" in f:
            reasons.append(Reason("two kinds of body", "kind"))
        if together:
            reasons.append(Reason("in one document", "document"))
        reasons.append(Reason(where.words, "place"))
        return reasons


def _conflict(na: Name, nb: Name, ia: Identity, ib: Identity, where: Locality) -> str:
    """Why two free names are two bodies, whatever their words; empty where nothing says so."""
    numbers_a, numbers_b = digits(na.own), digits(nb.own)
    if numbers_a and numbers_b and numbers_a != numbers_b:
        return "different numbers"
    if {ia.type, ib.type} == {OrganisationType.GGD, OrganisationType.GGZ}:
        return "GGD and GGZ are two bodies"
    if where.relation == "conflict" and (not na.own or not nb.own or Scope.LOCAL in (ia.scope, ib.scope)):
        return where.words
    if where.relation in ("near", "elsewhere") and any(kind.local for kind in (*na.kinds, *nb.kinds)):
        return f"a local kind of body, {where.words}"
    return ""
