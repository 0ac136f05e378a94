"""Names and what was found between them → organisations that have no ids yet.

Names that nothing ties to each other have no say in each other's organisations. So any part of all names may be grouped
by itself, as long as names that are tied (`components.py` of `pipeline/spark` says what ties) are in one part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..awaiting import DISAGREE
from ..records import (
    Band,
    Correction,
    Judgement,
    NameKey,
    NameLink,
    Organisation,
    OrganisationType,
    Property,
    Scope,
    ScoredPair,
    Status,
    Verdict,
)
from ..rulebook.organisations import fold
from .clustering import Clusters, Contradiction, Edge, cluster
from .comparing import Evidence, Pair
from .corrections import in_force
from .display import canonical
from .identity import Identity
from .judgements import Standing, pair_key
from .matching import Matcher


@dataclass(frozen=True, slots=True)
class Group:
    """One organisation, its id not yet given; `content` is what a new id follows from."""

    content: str
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part of the names. Organisations and links have no ids; a steward may see the `pairs`."""

    groups: tuple[Group, ...]
    links: tuple[NameLink, ...]
    pairs: tuple[ScoredPair, ...]
    contradictions: tuple[Contradiction, ...]


def grouped(
    matcher: Matcher,
    mentions: Mapping[NameKey, int],
    evidence: Evidence,
    said: Mapping[Pair, Standing],
    corrections: Sequence[Correction],
) -> Part:
    """Organisations of the names in `mentions`, which says how often each is printed.

    `evidence` may hold nothing about other names; `said` and `corrections` may.
    """
    keys = sorted(mentions)
    identities = {key: matcher.identifier.identify(matcher.reader.read(key)) for key in keys}
    scored = _undecided(evidence.scored, identities, matcher)
    edges = [Edge(p.a, p.b, p.score, _method(p, matcher)) for p in scored.values() if p.band is Band.AUTO]
    anchors = {key: identity.anchor for key, identity in identities.items()}
    # a bare kind word means the local body, or the one of that kind that the same page calls by its name
    soft = {key for key, identity in identities.items() if identity.bare and identity.anchor.startswith("kind:")}
    certain = {key: anchor for key, anchor in anchors.items() if key not in soft}
    kept = [word for found in said.values() if (word := found.kept) is not None]
    clusters, contradictions = cluster(keys, anchors, certain, edges, kept, evidence.conflicts, evidence.likeness)
    reviewed = {clusters.root(word.a) for word in kept if _merged(word, clusters)}
    groups = clusters.groups()
    described = [
        _describe(group, mentions, identities, matcher, clusters.root(group[0]) in reviewed) for group in groups
    ]
    described = _corrected(described, corrections)
    return Part(
        tuple(Group(_content(o.names, identities, matcher), o) for o in described),
        tuple(_link(key, clusters, identities, mentions[key]) for key in keys),
        tuple(_listed(scored, described, clusters, matcher, said).values()),
        contradictions,
    )


def shown(pair: ScoredPair, found: Standing | None, *, blocked: bool = False) -> ScoredPair | None:
    """A pair as a steward should see it, with the reason why it waits where its score alone does not tell; None for one
    that nobody needs to see. `blocked`: it was sure and is not merged."""
    if found is not None:
        return _held(pair, DISAGREE) if found.contradicted else pair
    if _trivial(pair):
        return None
    return _held(pair, "kept apart by what else is known") if blocked else pair


def _listed(
    scored: Mapping[Pair, ScoredPair],
    organisations: Sequence[Organisation],
    clusters: Clusters,
    matcher: Matcher,
    said: Mapping[Pair, Standing],
) -> dict[Pair, ScoredPair]:
    """What a steward may look at: merged and doubtful pairs, close ones that were kept apart, and judged ones."""
    listed: dict[Pair, ScoredPair] = {}
    for key, pair in scored.items():
        # a conflict, a judgement or a weak bridge between its clusters
        blocked = pair.band is Band.AUTO and clusters.root(pair.a) != clusters.root(pair.b)
        seen = shown(pair, said.get(key), blocked=blocked)
        if seen is not None:
            listed[key] = seen
    for organisation in organisations:
        # names that were recognised one by one are shown against the most usual one
        forms: dict[str, NameKey] = {}
        for name in organisation.names:
            forms.setdefault(_plain(name), name)
        first, *others = forms.values()
        for other in others:
            if pair_key(first, other) not in scored:
                pair = matcher.score(first, other)
                if pair.band is Band.AUTO:
                    listed[pair.a, pair.b] = pair
    return listed


def _merged(word: Judgement, clusters: Clusters) -> bool:
    """Whether a steward's `same` is kept by these clusters."""
    known = word.verdict is Verdict.SAME and word.a in clusters.parent and word.b in clusters.parent
    return known and clusters.root(word.a) == clusters.root(word.b)


def _corrected(organisations: Sequence[Organisation], corrections: Iterable[Correction]) -> list[Organisation]:
    """The organisations with what stewards set of them."""
    about: dict[NameKey, list[Correction]] = defaultdict(list)
    for correction in corrections:
        about[correction.key].append(correction)
    if not about:
        return list(organisations)
    corrected = []
    for one in organisations:
        said = [correction for key in one.names if key in about for correction in about[key]]
        found = in_force(said, one.names)
        if found:
            said_of = {what: correction.value for what, correction in found.items()}
            one = replace(  # noqa: PLW2901 - the same organisation, corrected
                one,
                name=said_of.get(Property.NAME, one.name),
                type=OrganisationType(said_of.get(Property.TYPE, one.type)),
                kvk=said_of.get(Property.KVK, one.kvk),
                oin=said_of.get(Property.OIN, one.oin),
                website=said_of.get(Property.WEBSITE, one.website),
                status=Status.REVIEWED,
            )
        corrected.append(one)
    return corrected


def _undecided(
    scored: Mapping[Pair, ScoredPair], identities: dict[NameKey, Identity], matcher: Matcher
) -> dict[Pair, ScoredPair]:
    """A short name that fits two different longer ones goes with neither: a steward decides."""
    sure: dict[NameKey, list[ScoredPair]] = defaultdict(list)
    for pair in scored.values():
        if pair.band is Band.AUTO:
            short = matcher.short_for(pair.a, pair.b)
            if short is not None:
                sure[short].append(pair)
    out = dict(scored)
    for short, pairs in sure.items():
        longer = sorted({pair.b if pair.a == short else pair.a for pair in pairs})
        rivals = [
            (x, y)
            for at, x in enumerate(longer)
            for y in longer[at + 1 :]
            if not _one_body(x, y, scored, identities, matcher)
        ]
        if rivals:
            for pair in pairs:
                out[pair.a, pair.b] = _held(pair, "fits more than one longer name")
    return out


def _held(pair: ScoredPair, why: str) -> ScoredPair:
    """The pair for a steward to decide, whatever its score."""
    return replace(pair, band=Band.REVIEW, evidence=f"{pair.evidence}; {why}")


def _one_body(
    x: NameKey, y: NameKey, scored: Mapping[Pair, ScoredPair], identities: dict[NameKey, Identity], matcher: Matcher
) -> bool:
    if identities[x].anchor and identities[x].anchor == identities[y].anchor:
        return True
    pair = scored.get(pair_key(x, y)) or matcher.score(x, y)
    return pair.band is Band.AUTO


def _method(pair: ScoredPair, matcher: Matcher) -> str:
    one, two = matcher.reader.read(pair.a), matcher.reader.read(pair.b)
    return "equal" if "".join(one.form.split()) == "".join(two.form.split()) else "fuzzy"


def _best(group: Sequence[NameKey], mentions: Mapping[NameKey, int], matcher: Matcher) -> NameKey:
    """The name that stands for its cluster: printed most, then full rather than short, then with capitals."""

    def rank(key: NameKey) -> tuple[int, int, int, int, NameKey]:
        name = matcher.reader.read(key)
        capitals = sum(word[:1].isupper() for word in name.display.split())
        shouted = name.display.isupper() and len(name.display) > 6
        return (name.is_abbreviation, shouted, -mentions[key], -min(len(name.display), 40) - capitals, key)

    return min(group, key=rank)


def _describe(
    group: tuple[NameKey, ...],
    mentions: Mapping[NameKey, int],
    identities: dict[NameKey, Identity],
    matcher: Matcher,
    judged: bool,
) -> Organisation:
    anchored = sorted((identities[key] for key in group if identities[key].anchor), key=_certainty)
    best = _best(group, mentions, matcher)
    identity = anchored[0] if anchored else identities[best]
    name = identity.name if anchored else canonical(matcher.reader.read(best))
    if anchored and not identity.known:
        same = [key for key in group if identities[key].anchor == identity.anchor]
        name = identities[_best(same, mentions, matcher)].name
    municipality = identity.municipality if identity.scope is Scope.LOCAL else ""
    if identity.scope is Scope.LOCAL and not municipality:
        homes = {matcher.reader.read(key).municipality for key in group} - {""}
        municipality = homes.pop() if len(homes) == 1 else ""
    found = matcher.geography.by_name.get(municipality)
    status = Status.REVIEWED if judged else Status.KNOWN if identity.known else Status.AUTO
    code = found.code if found else ""
    one = Organisation("", name, identity.type, identity.scope, found.name if found else "", code, status, group)
    known = identity.known
    return replace(one, kvk=known.kvk, oin=known.oin, website=known.address) if known else one


def _certainty(identity: Identity) -> tuple[int, bool, int, str]:
    order = ("gemeente", "ggd", "known", "provincie", "kind")
    return (order.index(identity.anchor.split(":")[0]), identity.bare, -len(identity.family), identity.anchor)


def _content(group: tuple[NameKey, ...], identities: dict[NameKey, Identity], matcher: Matcher) -> str:
    anchors = sorted((identities[key] for key in group if identities[key].anchor), key=_certainty)
    if anchors:
        return anchors[0].anchor
    return min(f"{matcher.reader.read(key).form}|{matcher.reader.read(key).municipality}" for key in group)


def _link(key: NameKey, clusters: Clusters, identities: dict[NameKey, Identity], n_mentions: int) -> NameLink:
    identity, edge = identities[key], clusters.reason.get(key)
    if edge is not None and edge.method == "judgement":
        return NameLink(key, "", "judgement", 1.0, n_mentions)
    if identity.anchor:
        generic = identity.known is None
        return NameLink(key, "", "generic" if generic else "known", 0.99, n_mentions)
    if edge is None:
        return NameLink(key, "", "single", 1.0, n_mentions)
    return NameLink(key, "", edge.method, edge.score, n_mentions)


def _plain(key: NameKey) -> str:
    return fold(key.name).replace(" ", "")


def _trivial(pair: ScoredPair) -> bool:
    return _plain(pair.a) == _plain(pair.b) and pair.a.municipality == pair.b.municipality
