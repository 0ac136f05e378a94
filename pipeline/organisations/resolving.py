"""Every printed name of a run → organisations with stable ids, and the pairs that a steward may want to see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..records import (
    Band,
    Comparing,
    Correction,
    DuplicatePair,
    Judgement,
    NameKey,
    NameUse,
    Resolution,
    ScoredPair,
)
from ..rulebook.organisations import fold
from .candidates import BLOCKING, Blocking
from .comparing import Figures, Pair, compare_all
from .grouping import Part, grouped
from .judgements import Standing, standing
from .matching import Matcher
from .registry import Registry, assign


def resolve_names(
    uses: Sequence[NameUse],
    matcher: Matcher,
    judgements: Iterable[Judgement] = (),
    registry: Registry | None = None,
    corrections: Iterable[Correction] = (),
    blocking: Blocking = BLOCKING,
) -> Resolution:
    """Groups the names and says how sure each link is. Neither input nor registry is changed."""
    counted = _counted(uses)
    keys = sorted(counted)
    names = [matcher.reader.read(key) for key in keys]
    identities = {key: matcher.identifier.identify(name) for key, name in zip(keys, names, strict=True)}
    said = standing(judgements)
    compared = compare_all(matcher, names, identities, [counted[key].documents for key in keys], said, blocking)
    mentions = {key: counted[key].n_mentions for key in keys}
    part = grouped(matcher, mentions, compared.evidence, said, tuple(corrections))
    return assembled([part], (), said, counted, registry or Registry(), matcher, compared.figures)


def assembled(
    parts: Sequence[Part],
    between: Iterable[ScoredPair],
    said: Mapping[Pair, Standing],
    present: Mapping[NameKey, object],
    registry: Registry,
    matcher: Matcher,
    figures: Figures,
) -> Resolution:
    """All parts of the names together, with ids. `between` are pairs of names of two parts, `present` has all names."""
    groups = [group for part in parts for group in part.groups]
    ids = assign([(g.content, g.organisation.name, g.organisation.names) for g in groups], registry)
    organisations = tuple(
        replace(g.organisation, organisation_id=i.organisation_id, known_as=i.known_as, since=i.since)
        for g, i in zip(groups, ids, strict=True)
    )
    id_of = {key: o.organisation_id for o in organisations for key in o.names}
    links = (replace(link, organisation_id=id_of[link.key]) for part in parts for link in part.links)
    pairs = _pairs([*(pair for part in parts for pair in part.pairs), *between], id_of, said)
    contradictions = sorted((found for part in parts for found in part.contradictions), key=lambda found: found.line)
    comparing = Comparing(
        compared=figures.n_pairs,
        cut=figures.cut,
        indexed=figures.indexed,
        recall=figures.recall,
        sampled=figures.sampled,
        sampled_pairs=figures.sampled_pairs,
        auto=sum(pair.scored.band is Band.AUTO for pair in pairs),
        review=sum(pair.scored.band is Band.REVIEW for pair in pairs),
        precision_at_least=matcher.rules.bound.precision_at_least,
    )
    return Resolution(
        tuple(sorted(organisations, key=lambda o: (fold(o.name), o.organisation_id))),
        tuple(sorted(links, key=lambda link: link.key)),
        pairs,
        (*(found.words for found in contradictions), *_disagreements(said, present)),
        comparing,
    )


def _counted(uses: Sequence[NameUse]) -> dict[NameKey, NameUse]:
    counted: dict[NameKey, NameUse] = {}
    for use in uses:
        old = counted.get(use.key)
        counted[use.key] = use if old is None else NameUse(
            use.key, old.n_mentions + use.n_mentions, old.documents | use.documents
        )  # fmt: skip
    return counted


def _disagreements(said: Mapping[Pair, Standing], present: Mapping[NameKey, object]) -> tuple[str, ...]:
    return tuple(
        f"stewards disagree about {a.name} and {b.name} (lines {', '.join(str(word.line) for word in found.words)}); "
        "kept apart until they agree"
        for (a, b), found in sorted(said.items())
        if found.contradicted and a in present and b in present
    )


def _pairs(
    listed: Iterable[ScoredPair], id_of: Mapping[NameKey, str], said: Mapping[Pair, Standing]
) -> tuple[DuplicatePair, ...]:
    rows = [
        DuplicatePair(_pair_id(pair.a, pair.b), pair, id_of[pair.a], id_of[pair.b], _word(said.get((pair.a, pair.b))))
        for pair in listed
    ]
    order = {Band.REVIEW: 0, Band.AUTO: 1, Band.DISTINCT: 2}
    return tuple(sorted(rows, key=lambda r: (order[r.scored.band], -r.scored.score, r.scored.a, r.scored.b)))


def _word(found: Standing | None) -> Judgement | None:
    return found.judgement if found else None


def _pair_id(a: NameKey, b: NameKey) -> str:
    content = "\x1f".join((a.name, a.municipality, b.name, b.municipality))
    return "pair-" + hashlib.sha256(content.encode("utf-8")).hexdigest()[:12]
