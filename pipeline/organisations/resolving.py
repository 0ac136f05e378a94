"""Every printed name of a run → organisations with stable ids, and the pairs that a steward may want to see."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..awaiting import DISAGREE
from ..records import (
    Band,
    Comparing,
    Correction,
    DuplicatePair,
    Judgement,
    NameKey,
    NameLink,
    NameUse,
    Organisation,
    OrganisationType,
    Property,
    Resolution,
    Scope,
    ScoredPair,
    Status,
    Verdict,
)
from ..rulebook.organisations import fold
from .clustering import Clusters, Edge, cluster
from .comparing import Pair, compare_all
from .corrections import in_force
from .display import canonical
from .identity import Identity
from .judgements import Standing, pair_key, standing
from .matching import Matcher
from .registry import Registry, assign


def resolve_names(
    uses: Sequence[NameUse],
    matcher: Matcher,
    judgements: Iterable[Judgement] = (),
    registry: Registry | None = None,
    corrections: Iterable[Correction] = (),
) -> Resolution:
    """Groups the names and says how sure each link is. Neither input nor registry is changed."""
    counted = _counted(uses)
    keys = sorted(counted)
    names = [matcher.reader.read(key) for key in keys]
    identities = {key: matcher.identifier.identify(name) for key, name in zip(keys, names, strict=True)}
    said = standing(judgements)
    compared = compare_all(matcher, names, identities, [counted[key].documents for key in keys], said)
    scored = _undecided(compared.scored, identities, matcher)
    edges = [Edge(p.a, p.b, p.score, _method(p, matcher)) for p in scored.values() if p.band is Band.AUTO]
    anchors = {key: identity.anchor for key, identity in identities.items()}
    # a bare kind word means the local body, or the one of that kind that the same page calls by its name
    soft = {key for key, identity in identities.items() if identity.bare and identity.anchor.startswith("kind:")}
    certain = {key: anchor for key, anchor in anchors.items() if key not in soft}
    kept = [word for found in said.values() if (word := found.kept) is not None]
    clusters, warnings = cluster(keys, anchors, certain, edges, kept, compared.conflicts, compared.likeness)
    groups = clusters.groups()
    registry = registry or Registry()
    reviewed = {clusters.root(word.a) for word in kept if _merged(word, clusters)}
    described = [
        _describe(group, counted, identities, matcher, clusters.root(group[0]) in reviewed) for group in groups
    ]
    described = _corrected(described, corrections)
    ids = assign(
        [(_content(group, identities, matcher), o.name, group) for group, o in zip(groups, described, strict=True)],
        registry,
    )
    organisations = tuple(
        replace(o, organisation_id=i.organisation_id, known_as=i.known_as, since=i.since)
        for o, i in zip(described, ids, strict=True)
    )
    id_of = {key: o.organisation_id for o in organisations for key in o.names}
    links = tuple(_link(key, id_of[key], clusters, identities, counted[key].n_mentions) for key in keys)
    pairs = _pairs(scored, organisations, id_of, matcher, said)
    figures = Comparing(
        compared=compared.n_pairs,
        cut=compared.cut,
        indexed=compared.indexed,
        recall=compared.recall,
        sampled=compared.sampled,
        sampled_pairs=compared.sampled_pairs,
        auto=sum(pair.scored.band is Band.AUTO for pair in pairs),
        review=sum(pair.scored.band is Band.REVIEW for pair in pairs),
        precision_at_least=matcher.rules.bound.precision_at_least,
    )
    return Resolution(
        tuple(sorted(organisations, key=lambda o: (fold(o.name), o.organisation_id))),
        links,
        pairs,
        (*warnings, *_disagreements(said, counted)),
        figures,
    )


def _counted(uses: Sequence[NameUse]) -> dict[NameKey, NameUse]:
    counted: dict[NameKey, NameUse] = {}
    for use in uses:
        old = counted.get(use.key)
        counted[use.key] = use if old is None else NameUse(
            use.key, old.n_mentions + use.n_mentions, old.documents | use.documents
        )  # fmt: skip
    return counted


def _merged(word: Judgement, clusters: Clusters) -> bool:
    """Whether a steward's `same` is kept by these clusters."""
    known = word.verdict is Verdict.SAME and word.a in clusters.parent and word.b in clusters.parent
    return known and clusters.root(word.a) == clusters.root(word.b)


def _disagreements(said: Mapping[Pair, Standing], present: Mapping[NameKey, NameUse]) -> tuple[str, ...]:
    return tuple(
        f"stewards disagree about {a.name} and {b.name} (lines {', '.join(str(word.line) for word in found.words)}); "
        "kept apart until they agree"
        for (a, b), found in sorted(said.items())
        if found.contradicted and a in present and b in present
    )


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
            name, kind = found.get(Property.NAME), found.get(Property.TYPE)
            one = replace(  # noqa: PLW2901 - the same organisation, corrected
                one,
                name=name.value if name else one.name,
                type=OrganisationType(kind.value) if kind else one.type,
                status=Status.REVIEWED,
            )
        corrected.append(one)
    return corrected


def _undecided(
    scored: dict[Pair, ScoredPair], identities: dict[NameKey, Identity], matcher: Matcher
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
    x: NameKey, y: NameKey, scored: dict[Pair, ScoredPair], identities: dict[NameKey, Identity], matcher: Matcher
) -> bool:
    if identities[x].anchor and identities[x].anchor == identities[y].anchor:
        return True
    pair = scored.get(pair_key(x, y)) or matcher.score(x, y)
    return pair.band is Band.AUTO


def _method(pair: ScoredPair, matcher: Matcher) -> str:
    one, two = matcher.reader.read(pair.a), matcher.reader.read(pair.b)
    return "equal" if "".join(one.form.split()) == "".join(two.form.split()) else "fuzzy"


def _best(group: Sequence[NameKey], counted: dict[NameKey, NameUse], matcher: Matcher) -> NameKey:
    """The name that stands for its cluster: printed most, then full rather than short, then with capitals."""

    def rank(key: NameKey) -> tuple[int, int, int, int, NameKey]:
        name = matcher.reader.read(key)
        capitals = sum(word[:1].isupper() for word in name.display.split())
        shouted = name.display.isupper() and len(name.display) > 6
        return (name.is_abbreviation, shouted, -counted[key].n_mentions, -min(len(name.display), 40) - capitals, key)

    return min(group, key=rank)


def _describe(
    group: tuple[NameKey, ...],
    counted: dict[NameKey, NameUse],
    identities: dict[NameKey, Identity],
    matcher: Matcher,
    judged: bool,
) -> Organisation:
    anchored = sorted((identities[key] for key in group if identities[key].anchor), key=_certainty)
    best = _best(group, counted, matcher)
    identity = anchored[0] if anchored else identities[best]
    name = identity.name if anchored else canonical(matcher.reader.read(best))
    if anchored and not identity.known:
        same = [key for key in group if identities[key].anchor == identity.anchor]
        name = identities[_best(same, counted, matcher)].name
    municipality = identity.municipality if identity.scope is Scope.LOCAL else ""
    if identity.scope is Scope.LOCAL and not municipality:
        homes = {matcher.reader.read(key).municipality for key in group} - {""}
        municipality = homes.pop() if len(homes) == 1 else ""
    found = matcher.geography.by_name.get(municipality)
    status = Status.REVIEWED if judged else Status.KNOWN if identity.known else Status.AUTO
    code = found.code if found else ""
    return Organisation("", name, identity.type, identity.scope, found.name if found else "", code, status, group)


def _certainty(identity: Identity) -> tuple[int, bool, int, str]:
    order = ("gemeente", "ggd", "known", "provincie", "kind")
    return (order.index(identity.anchor.split(":")[0]), identity.bare, -len(identity.family), identity.anchor)


def _content(group: tuple[NameKey, ...], identities: dict[NameKey, Identity], matcher: Matcher) -> str:
    anchors = sorted((identities[key] for key in group if identities[key].anchor), key=_certainty)
    if anchors:
        return anchors[0].anchor
    return min(f"{matcher.reader.read(key).form}|{matcher.reader.read(key).municipality}" for key in group)


def _link(
    key: NameKey, organisation_id: str, clusters: Clusters, identities: dict[NameKey, Identity], n_mentions: int
) -> NameLink:
    identity, edge = identities[key], clusters.reason.get(key)
    if edge is not None and edge.method == "judgement":
        return NameLink(key, organisation_id, "judgement", 1.0, n_mentions)
    if identity.anchor:
        generic = identity.known is None
        return NameLink(key, organisation_id, "generic" if generic else "known", 0.99, n_mentions)
    if edge is None:
        return NameLink(key, organisation_id, "single", 1.0, n_mentions)
    return NameLink(key, organisation_id, edge.method, edge.score, n_mentions)


def _pairs(
    scored: dict[Pair, ScoredPair],
    organisations: Sequence[Organisation],
    id_of: dict[NameKey, str],
    matcher: Matcher,
    said: Mapping[Pair, Standing],
) -> tuple[DuplicatePair, ...]:
    """What a steward may look at: merged and doubtful pairs, close ones that were kept apart, and judged ones."""
    listed = {
        key: _shown(pair, said.get(key), id_of) for key, pair in scored.items() if key in said or not _trivial(pair)
    }
    for organisation in organisations:
        # names that were recognised one by one are shown against the most usual one
        forms: dict[str, NameKey] = {}
        for key in organisation.names:
            forms.setdefault(_plain(key), key)
        first, *others = forms.values()
        for other in others:
            if pair_key(first, other) not in scored:
                pair = matcher.score(first, other)
                if pair.band is Band.AUTO:
                    listed[pair.a, pair.b] = pair
    rows = [
        DuplicatePair(_pair_id(pair.a, pair.b), pair, id_of[pair.a], id_of[pair.b], _word(said.get(key)))
        for key, pair in listed.items()
    ]
    order = {Band.REVIEW: 0, Band.AUTO: 1, Band.DISTINCT: 2}
    return tuple(sorted(rows, key=lambda r: (order[r.scored.band], -r.scored.score, r.scored.a, r.scored.b)))


def _word(found: Standing | None) -> Judgement | None:
    return found.judgement if found else None


def _shown(pair: ScoredPair, found: Standing | None, id_of: Mapping[NameKey, str]) -> ScoredPair:
    """A pair as a steward should see it: with the reason why it waits, where its score alone does not tell."""
    if found is not None:
        return _held(pair, DISAGREE) if found.contradicted else pair
    return _held(pair, "kept apart by what else is known") if _blocked(pair, id_of) else pair


def _blocked(pair: ScoredPair, id_of: Mapping[NameKey, str]) -> bool:
    """Whether a sure pair was not merged: a conflict, a judgement or a weak bridge between its clusters."""
    return pair.band is Band.AUTO and id_of[pair.a] != id_of[pair.b]


def _plain(key: NameKey) -> str:
    return fold(key.name).replace(" ", "")


def _trivial(pair: ScoredPair) -> bool:
    return _plain(pair.a) == _plain(pair.b) and pair.a.municipality == pair.b.municipality


def _pair_id(a: NameKey, b: NameKey) -> str:
    content = "\x1f".join((a.name, a.municipality, b.name, b.municipality))
    return "pair-" + hashlib.sha256(content.encode("utf-8")).hexdigest()[:12]
