"""The rule files' own examples: every rule fires on each of its examples and on none of its `not` lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import Rulebook
from .loading import Rule


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one file that are asked together; `fires` gives the ids of those that fire on an example."""

    file: str
    rules: tuple[Rule, ...]
    fires: Callable[[str], set[str]]


def families(rulebook: Rulebook) -> list[Family]:
    """Every family of rules that carries examples."""
    from ..language.counts import count_rules
    from ..language.dates import date_rules
    from ..language.persons import person_contexts
    from ..places import location_rules

    found: list[Family] = []

    roles = rulebook.roles
    found.append(Family("roles.yaml", roles.file.families, roles.fires))

    kinds = rulebook.organisations
    found.append(
        Family("organisation_kinds.yaml", kinds.kinds, lambda text: {kind.id for kind in kinds.kinds_in(text)})
    )

    found.append(Family("parties.yaml", rulebook.parties.parties, rulebook.parties.fires))
    found.append(Family("names.yaml", rulebook.names.not_names, rulebook.names.name_fires))
    found.append(Family("names.yaml", rulebook.names.not_after, rulebook.names.context_fires))
    found.append(Family("membership.yaml", rulebook.membership.predicates, rulebook.membership.fires))
    contacts = rulebook.contacts
    found.append(Family("contacts.yaml", contacts.file.labels, contacts.label_fires))
    found.append(Family("contacts.yaml", contacts.file.cues, lambda text: {cue.id for cue in contacts.cues_in(text)}))
    found.append(
        Family("contacts.yaml", contacts.file.noise, lambda text: {one.id for one in contacts.noises_in(text)})
    )
    found.append(Family("persons.yaml", rulebook.persons.file.contexts, lambda text: person_contexts(text, rulebook)))

    from ..language.programmes import programme_fires

    programmes = rulebook.programmes.file.rules
    found.append(Family("programmes.yaml", programmes, lambda text: programme_fires(text, rulebook)))

    headings = rulebook.headings
    found.append(Family("headings.yaml", headings.file.headings, headings.heading_fires))
    found.append(Family("headings.yaml", headings.file.pillars, headings.pillar_fires))
    found.append(Family("headings.yaml", headings.file.evidence, headings.evidence_fires))
    found.append(Family("chrome.yaml", headings.chrome, headings.chrome_fires))

    dates = rulebook.dates.file
    for rules in (dates.forms, dates.exclusions):
        found.append(Family("dates.yaml", rules, lambda text: date_rules(text, rulebook)))
    counts = rulebook.counts.file
    for counted in (counts.qualifiers, counts.nouns_out, counts.contexts_out, counts.forms):
        found.append(Family("counts.yaml", counted, lambda text: count_rules(text, rulebook)))
    evidence = rulebook.places.file.evidence
    found.append(Family("locating.yaml", evidence, lambda text: location_rules(text, rulebook)))

    return found
