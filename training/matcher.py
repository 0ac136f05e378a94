"""Trains the matcher of organisation names: labelled pairs → rules/matching.yaml, with figures on held-out families.

The model of before stays unless the new one is better where it counts: on pairs that neither has seen.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..pipeline.organisations import matcher_of
from ..pipeline.organisations.identity import Identifier
from ..pipeline.organisations.matching import Matcher
from ..pipeline.organisations.names import NameReader
from ..pipeline.problems import Unusable
from ..pipeline.records import NameKey, OrganisationType, Scope
from ..pipeline.rulebook import Rulebook
from ..pipeline.rulebook.matching import Bound, MatchingRules
from .fitting import Array, Weights, fit
from .measuring import Figures, Sample, auto_threshold, figures, held_out, loss, probability, trees
from .pairs import LabelledPair, distinct, families, from_documents, from_judgements, read_pairs
from .variants import Maker

SHIPPED = Path(__file__).parent / "pairs.csv"
HIDDEN_WEIGHT = 0.5  # a labelled pair measured once more without the list of known bodies
GAIN = 0.98  # of the log loss on a steward's judgements at most this share may be left
SLACK = 0.01  # how much average precision on the other pairs may go down for the sake of a steward's


@dataclass(frozen=True, slots=True)
class Order:
    """What to train on. With `judgements` the present weights are the starting point, else nothing is."""

    rules: Path
    pairs: Sequence[Path] = ()
    documents: Sequence[Path] = ()
    judgements: Path | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """Figures by source of pairs: of the model of before and of the new one, the latter on held-out families."""

    before: Mapping[str, Figures]
    after: Mapping[str, Figures]
    trees: Mapping[str, Figures]
    reliability: Sequence[tuple[float, float, int]]  # mean score, share of one body, pairs
    model: MatchingRules
    accepted: bool
    why: str
    text: str = field(repr=False)  # the new rules/matching.yaml


def train(order: Order) -> Trained:
    """Fits and measures; writes nothing. Raises Unusable where there is nothing to learn from."""
    rulebook = Rulebook(order.rules)
    said = from_judgements(order.judgements) if order.judgements else ()
    if order.judgements and not said:
        raise Unusable(f"{order.judgements} holds no judgement `same` or `different`; review some pairs first")
    sample = _sample(rulebook, _gather(order, said, rulebook))
    present = rulebook.matching
    old = Weights(present.bias, present.weights, present.cases)
    start = old if said else Weights(0.0, {}, present.cases)
    scores = held_out(sample, start)
    new = fit(sample.compared, [p.same for p in sample.pairs], [p.weight for p in sample.pairs], start)
    real, real_scores = _part(sample, scores, lambda pair: not pair.hidden)
    auto = auto_threshold(real, real_scores) or present.auto
    reached = figures(real, real_scores, present.review, auto)
    bound = Bound(pairs=reached.auto, wrong=reached.wrong, precision_at_least=round(reached.bound, 4))
    cases = dict(new.cases)
    model = MatchingRules(
        review=present.review, auto=auto, bound=bound, bias=new.bias, weights=dict(new.weights), cases=cases
    )
    before = _by_source(sample, probability(sample.compared, old), present.review, present.auto)
    after = _by_source(sample, scores, present.review, auto)
    accepted, why = _verdict(sample, probability(sample.compared, old), scores, said, before, after)
    return Trained(
        before,
        after,
        _by_source(sample, trees(sample, start), present.review, auto),
        _reliability(real, real_scores),
        model,
        accepted,
        why,
        as_yaml(model),
    )


def _gather(order: Order, said: Sequence[LabelledPair], rulebook: Rulebook) -> tuple[LabelledPair, ...]:
    read = [*said, *(pair for path in (SHIPPED, *order.pairs) for pair in read_pairs(path))]
    documents = [pair for folder in order.documents for pair in from_documents(folder)]
    matcher = matcher_of(rulebook)
    blind = [replace(pair, hidden=True, weight=HIDDEN_WEIGHT) for pair in read if not _national(pair, matcher)]
    made = Maker(rulebook.organisations, matcher.geography, rulebook.ordinary_words).pairs()
    return distinct([*read, *documents, *blind, *made])


def _national(pair: LabelledPair, matcher: Matcher) -> bool:
    """That branches are one national body cannot be seen from their names: nothing to learn with the list hidden."""
    bodies = [matcher.identifier.identify(matcher.reader.read(key)).known for key in (pair.a, pair.b)]
    return any(body is not None and body.scope is Scope.NATIONAL for body in bodies)


def without_known_bodies(matcher: Matcher) -> Matcher:
    """The matcher as it would be if rules/organisations.csv knew kinds of bodies only."""
    rules = copy.copy(matcher.reader.rules)
    rules.known = tuple(k for k in rules.known if k.generic or k.type is OrganisationType.GGD)
    rules.__dict__.pop("aliases", None)  # read from `known` when it is first asked for
    reader = NameReader(rules, matcher.geography, matcher.reader.dictionary, rarity_of=matcher.reader)
    return Matcher(reader, Identifier(reader, matcher.geography), matcher.geography, matcher.rules)


def _sample(rulebook: Rulebook, pairs: Sequence[LabelledPair]) -> Sample:
    matcher = matcher_of(rulebook)
    blind = without_known_bodies(matcher)
    compared = [(blind if p.hidden else matcher).compare(p.a, p.b, together=p.together) for p in pairs]
    brands = {key: _brand(key, matcher) for pair in pairs for key in (pair.a, pair.b)}
    family = families(pairs, brands)
    return Sample(pairs, compared, [(family[p.a], family[p.b]) for p in pairs])


def _brand(key: NameKey, matcher: Matcher) -> str:
    """What names of a family share: the first word of a known body, the first own word, or the kind."""
    name = matcher.reader.read(key)
    known = matcher.identifier.identify(name).known
    if known is not None:
        return f"known {known.name.split()[0].casefold()}"
    if name.own:
        return f"own {name.own[0][:6]}"
    return f"kind {name.kinds[0].id if name.kinds else name.display[:6]}"


def _part(
    sample: Sample, scores: Array, wanted: Callable[[LabelledPair], bool]
) -> tuple[Sample, Array]:  # fmt: skip
    at = [index for index, pair in enumerate(sample.pairs) if wanted(pair)]
    part = Sample(
        [sample.pairs[i] for i in at], [sample.compared[i] for i in at], [sample.families[i] for i in at]
    )  # fmt: skip
    return part, scores[at]


def _by_source(sample: Sample, scores: Array, review: float, auto: float) -> dict[str, Figures]:
    groups: dict[str, Callable[[LabelledPair], bool]] = {
        source: lambda p, source=source: p.source == source and not p.hidden  # type: ignore[misc]
        for source in sorted({p.source for p in sample.pairs if not p.hidden and not p.together})
    }
    groups["documents"] = lambda p: p.together and not p.hidden
    groups["all labelled"] = lambda p: not p.hidden
    groups["labelled, list hidden"] = lambda p: p.hidden and not p.source.startswith("made")
    groups["made from rules"] = lambda p: p.source.startswith("made")
    parts = {name: _part(sample, scores, wanted) for name, wanted in groups.items()}
    return {name: figures(part, s, review, auto) for name, (part, s) in parts.items() if len(part.pairs)}


def _reliability(sample: Sample, scores: Array) -> list[tuple[float, float, int]]:
    same = np.array([pair.same for pair in sample.pairs])
    edges = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0001)
    bins = [(scores >= low) & (scores < high) for low, high in pairwise(edges)]
    return [(float(scores[b].mean()), float(same[b].mean()), int(b.sum())) for b in bins if b.any()]


def _verdict(
    sample: Sample,
    old: Array,
    new: Array,
    said: Sequence[LabelledPair],
    before: Mapping[str, Figures],
    after: Mapping[str, Figures],
) -> tuple[bool, str]:
    if not said:
        return True, "trained anew"
    source = said[0].source
    theirs = [index for index, pair in enumerate(sample.pairs) if pair.source == source and not pair.hidden]
    same = np.array([sample.pairs[index].same for index in theirs])
    loss_old, loss_new = loss(old[theirs], same), loss(new[theirs], same)
    if loss_new > GAIN * loss_old:
        return False, f"no better on the judgements (log loss {loss_new:.3f}, before {loss_old:.3f})"
    if after[source].wrong > before[source].wrong:
        return False, f"{after[source].wrong} wrong merges among the judgements, before {before[source].wrong}"
    lost = before["all labelled"].average_precision - after["all labelled"].average_precision
    if lost > SLACK:
        return False, f"average precision on all labelled pairs would fall by {lost:.3f}"
    return True, f"better on the judgements (log loss {loss_new:.3f}, before {loss_old:.3f})"


def as_yaml(model: MatchingRules) -> str:
    """rules/matching.yaml."""
    lines = [
        "# How names of organisations are matched. Written by `coalitie retrain` (training/README.md), not by hand,",
        "# but for `review` and the `expected` of a case.",
        "# A score is the probability that two names are one body; `auto` and `review` are the lowest of those bands.",
        "# bound: the auto band on families of names that the model had not seen, with the one-sided 95% lower bound.",
        f"review: {model.review:g}",
        f"auto: {model.auto:g}",
        f"bound: {{pairs: {model.bound.pairs}, wrong: {model.bound.wrong}, "
        f"precision_at_least: {model.bound.precision_at_least:g}}}",
        "# What speaks for (+) and against (-) one body: pipeline/organisations/features.py says what each feature is.",
        f"bias: {model.bias:g}",
        "weights:",
        *(f"  {name}: {weight:g}" for name, weight in model.weights.items()),
        "# Pairs settled by what is known of each name (pipeline/organisations/cases.py).",
        "cases:",
        *(
            f"  {name}: {{expected: {case.expected:g}, probability: {case.probability:g}, pairs: {case.pairs}}}"
            for name, case in model.cases.items()
        ),
    ]
    return "\n".join(lines) + "\n"
