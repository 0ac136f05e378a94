"""Who takes part where, in two runs: who joined, left, got another name, group or type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..records import PartyType
from ..rows import ParticipantRow
from ..rulebook.organisations import fold
from ..tables import SEPARATOR, Tables
from .bodies import Bodies, Recognised
from .records import About, Change, Kind
from .texts import Group, Pages


@dataclass(slots=True)
class Party:
    """A party of one municipality in one run; of an organisation `bodies` are its ids.

    `groups` are as printed, by their folded form; `texts` are folded.
    """

    key: Hashable
    name: str
    type: str
    municipality: str
    municipality_code: str
    bodies: set[str] = field(default_factory=set)
    groups: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Parties:
    """The parties of a run by municipality and key, and the headings under which parties stand in no group.

    `of_document`: document → party → its groups there. A group or heading goes with its municipality.
    """

    by_place: Mapping[str, Mapping[Hashable, Party]]
    of_document: Mapping[str, Mapping[Hashable, frozenset[Group]]]
    plain_headings: frozenset[Group]

    def groups_in_documents(self, other: Parties) -> dict[str, dict[Hashable, frozenset[Group]]]:
        """`of_document` without the groups that only repeat a heading."""
        return {
            document: {key: groups - other.plain_headings for key, groups in found.items()}
            for document, found in self.of_document.items()
        }


class Keys:
    """The same key for what is one organisation in both runs, merged and split ones included."""

    def __init__(self, found: Recognised) -> None:
        self._before = {**found.same, **found.merged}
        self._now = {one: self._before.get(before, before) for one, before in found.split.items()}

    def before(self, row: ParticipantRow) -> Hashable:
        """Of a row of the old run."""
        one = row.organisation_id
        return ("body", self._before.get(one, one)) if one else ("party", fold(row.text))

    def now(self, row: ParticipantRow) -> Hashable:
        """Of a row of the new run."""
        one = row.organisation_id
        return ("body", self._now.get(one, one)) if one else ("party", fold(row.text))


def parties_of(tables: Tables, bodies: Bodies, keys: Keys, *, new: bool) -> Parties:
    """The parties of one of the two runs."""
    places = {row.document_id: row for row in tables.documents}
    headings = {row.section_id: fold(row.heading or "") for row in tables.sections}
    by_place: dict[str, dict[Hashable, Party]] = defaultdict(dict)
    of_document: dict[str, dict[Hashable, frozenset[Group]]] = defaultdict(dict)
    plain: set[Group] = set()
    for row in tables.participants:
        document, key = places[row.document_id], keys.now(row) if new else keys.before(row)
        body = bodies.get(row.organisation_id or "")
        place = document.municipality or ""
        party = by_place[place].get(key)
        if party is None:
            name, kind = (body.name, body.type.value) if body else (row.text, row.type.value)
            party = by_place[place][key] = Party(key, name, kind, place, document.municipality_code or "")
        if body:
            party.bodies.add(body.body_id)
        if row.group:
            party.groups.setdefault(fold(row.group), row.group)
        else:
            plain.add((place, headings.get(row.section_id, "")))
        party.texts.add(fold(row.text))
        party.documents.add(row.document_id)
        groups = of_document[row.document_id].get(key, frozenset())
        of_document[row.document_id][key] = groups | ({(place, fold(row.group))} if row.group else frozenset())
    return Parties(by_place, of_document, frozenset(plain))


def party_changes(old: Parties, new: Parties, found: Recognised, pages: Pages) -> list[Change]:
    """The differences, municipality by municipality."""
    rows: list[Change] = []
    for place in sorted({*old.by_place, *new.by_place}):
        before, now = old.by_place.get(place, {}), new.by_place.get(place, {})
        left = {key: party for key, party in before.items() if key not in now}
        joined = {key: party for key, party in now.items() if key not in before}
        for one, other in _same_words(left, joined):
            del left[one.key], joined[other.key]
            rows.append(_change(Kind.RETYPED, one, other, pages, _kind(one), _kind(other)))
        rows += [_change(Kind.JOINED, None, party, pages) for party in joined.values()]
        rows += [_change(Kind.LEFT, party, None, pages) for party in left.values()]
        for key in before.keys() & now.keys():
            one, other = before[key], now[key]
            if _one_to_one(one, other) and fold(one.name) != fold(other.name):
                how = found.how.get(next(iter(one.bodies)), "")
                rows.append(_change(Kind.RENAMED, one, other, pages, one.name, other.name, f"recognised by its {how}"))
            if one.type != other.type and (not one.bodies or _one_to_one(one, other)):
                rows.append(_change(Kind.RETYPED, one, other, pages, one.type, other.type))
            groups = _moved(one, other, old.plain_headings, new.plain_headings)
            if groups:
                rows.append(_change(Kind.REGROUPED, one, other, pages, *groups))
    return rows


def _same_words(left: Mapping[Hashable, Party], joined: Mapping[Hashable, Party]) -> Iterator[tuple[Party, Party]]:
    """Parties that are printed as before, but are an organisation in one of the runs only."""
    printed = {text: party for party in joined.values() for text in sorted(party.texts)}
    taken: set[Hashable] = set()
    for party in tuple(left.values()):
        other = next((printed[text] for text in sorted(party.texts) if text in printed), None)
        if other is not None and bool(other.bodies) != bool(party.bodies) and other.key not in taken:
            taken.add(other.key)
            yield party, other


def _one_to_one(one: Party, other: Party) -> bool:
    return len(one.bodies) == len(other.bodies) == 1


def _kind(party: Party) -> str:
    return PartyType.ORGANISATION.value if party.bodies else party.type


def _moved(
    one: Party, other: Party, plain_before: frozenset[Group], plain_now: frozenset[Group]
) -> tuple[str, str] | None:
    """The groups before and now, where they differ.

    A group that only repeats a heading, under which the other run has parties in no group, is none.
    """
    before = {form: text for form, text in one.groups.items() if (one.municipality, form) not in plain_now}
    now = {form: text for form, text in other.groups.items() if (one.municipality, form) not in plain_before}
    if before.keys() == now.keys():
        return None
    return _joined(before.values()), _joined(now.values())


def _joined(parts: Iterable[str]) -> str:
    return SEPARATOR.join(sorted(parts))


def _change(
    kind: Kind, one: Party | None, other: Party | None, pages: Pages, before: str = "", after: str = "", why: str = ""
) -> Change:
    party = other or one
    assert party is not None
    documents = party.documents
    gone = one.documents if one else frozenset[str]()
    come = other.documents if other else frozenset[str]()
    if kind is Kind.JOINED:
        after = _joined(party.groups.values())
    elif kind is Kind.LEFT:
        before = _joined(party.groups.values())
    return Change(
        About.PARTICIPANT,
        kind,
        party.municipality,
        party.municipality_code,
        min(party.bodies, default=""),
        party.name,
        before,
        after,
        pages.cause(gone, come),
        _joined(documents),
        why,
    )
