"""Names and their organisations: pairs as data, and what must hold for any names at all."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from coalitie.pipeline.organisations import Registry, matcher_of, resolve, score_pair
from coalitie.pipeline.organisations.registry import Entry, read_registry
from coalitie.pipeline.records import Band, Judgement, NameKey, NameUse, OrganisationType, Resolution, Verdict
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.organisations import fold
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases" / "pairs.csv"
RULES = Rulebook()


def _cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _uses(*rows: tuple[str, str] | tuple[str, str, str]) -> list[NameUse]:
    return [NameUse(NameKey(row[0], row[1]), 1, frozenset(row[2:])) for row in rows]


def _together(resolution: Resolution) -> set[frozenset[str]]:
    return {frozenset(f"{key.name}|{key.municipality}" for key in o.names) for o in resolution.organisations}


def _judged(a: tuple[str, str], b: tuple[str, str], verdict: Verdict, line: int) -> Judgement:
    return Judgement(NameKey(*a), NameKey(*b), verdict, "steward", "2030-01-01T00:00:00Z", "", line)


@pytest.mark.parametrize("case", _cases(), ids=lambda c: f"{c['name_a']} / {c['name_b']}")
def test_pair(case: dict[str, str]) -> None:
    a, b = NameKey(case["name_a"], case["municipality_a"]), NameKey(case["name_b"], case["municipality_b"])
    scored = score_pair(a, b, RULES)
    assert (scored.score >= 0.5) == (case["same"] == "yes"), f"{case['reason']}: {scored.score} {scored.evidence}"
    assert scored.evidence
    if case["same"] == "no":
        assert scored.band is not Band.AUTO


def test_a_third_of_the_cases_is_negative() -> None:
    cases = _cases()
    assert sum(case["same"] == "no" for case in cases) * 3 >= len(cases)


@pytest.mark.parametrize(
    ("name", "municipality", "expected", "kind"),
    [
        ("gemeente", "Zutphen", "Gemeente Zutphen", OrganisationType.GEMEENTE),
        ("GGD", "Almelo", "GGD Twente", OrganisationType.GGD),
        ("GGD", "Heemstede", "GGD Kennemerland", OrganisationType.GGD),
        ("bibliotheek", "Wierden", "Bibliotheek Wierden", OrganisationType.BIBLIOTHEEK),
        ("Humanitas afdeling Zutphen", "Zutphen", "Humanitas", OrganisationType.VRIJWILLIGERS),
        ("Stichting Tjarda", "Zutphen", "Tjarda", OrganisationType.OTHER),
        ("Wmo-raad", "Wierden", "Wmo-raad Wierden", OrganisationType.OVERLEG),
    ],
)
def test_canonical_name(name: str, municipality: str, expected: str, kind: OrganisationType) -> None:
    (organisation,) = resolve(_uses((name, municipality)), RULES).organisations
    assert (organisation.name, organisation.type) == (expected, kind)


def test_a_short_form_means_the_long_one_of_its_document() -> None:
    uses = _uses(("Vliet", "Zutphen", "a"), ("Vliet Warnsveld", "Zutphen", "a"), ("Vliet Werk", "Assen", "b"))
    assert frozenset({"Vliet|Zutphen", "Vliet Warnsveld|Zutphen"}) in _together(resolve(uses, RULES))


def test_a_short_form_that_fits_two_names_goes_with_neither() -> None:
    uses = _uses(("Tjarda", "", "a"), ("Tjarda Noorderkwartier", "", "a"), ("Tjarda Zuiderpoort", "", "a"))
    resolution = resolve(uses, RULES)
    assert len(resolution.organisations) == 3
    assert {pair.scored.band for pair in resolution.pairs} <= {Band.REVIEW, Band.DISTINCT}


def test_same_merges_and_different_blocks_transitively() -> None:
    a, b, c = ("Tjarda", "Zutphen"), ("Stichting Tjarda", "Zutphen"), ("De Oude Smederij", "Zutphen")
    merged = resolve(_uses(a, b, c), RULES, [_judged(a, c, Verdict.SAME, 2)])
    assert len(merged.organisations) == 1
    assert merged.organisations[0].status == "reviewed"
    apart = resolve(_uses(a, b, c), RULES, [_judged(a, c, Verdict.SAME, 2), _judged(b, c, Verdict.DIFFERENT, 3)])
    assert frozenset({"Tjarda|Zutphen", "De Oude Smederij|Zutphen"}) in _together(apart)
    assert not apart.warnings


def test_different_splits_names_of_one_known_body() -> None:
    a, b = ("Humanitas Zutphen", "Zutphen"), ("Humanitas", "Assen")
    assert len(resolve(_uses(a, b), RULES, [_judged(b, a, Verdict.DIFFERENT, 2)]).organisations) == 2


def test_the_last_word_about_a_pair_counts() -> None:
    a, b = ("Tjarda", "Zutphen"), ("De Smederij", "Zutphen")
    said = [_judged(a, b, Verdict.SAME, 2), _judged(b, a, Verdict.DIFFERENT, 5)]
    for order in (said, said[::-1]):
        resolution = resolve(_uses(a, b), RULES, order)
        assert len(resolution.organisations) == 2
        (pair,) = [p for p in resolution.pairs if p.judgement]
        assert pair.judgement is not None
        assert pair.judgement.verdict is Verdict.DIFFERENT


def test_contradicting_judgements_are_told_with_both_lines() -> None:
    a, b, c = ("Aarde", "Zutphen"), ("Bolwerk", "Zutphen"), ("Citadel", "Zutphen")
    said = [_judged(a, b, Verdict.SAME, 2), _judged(b, c, Verdict.SAME, 3), _judged(a, c, Verdict.DIFFERENT, 4)]
    outcomes = set()
    for order in itertools.permutations(said):
        resolution = resolve(_uses(a, b, c), RULES, order)
        (warning,) = resolution.warnings
        assert "line 3" in warning
        assert "line 4" in warning
        outcomes.add(frozenset(_together(resolution)))
    assert len(outcomes) == 1


# --- ids ---------------------------------------------------------------------------------------------


def _registry(resolution: Resolution) -> Registry:
    entries = {
        o.organisation_id: Entry(o.organisation_id, o.name, o.since, o.known_as) for o in resolution.organisations
    }
    return Registry(entries, {link.key: link.organisation_id for link in resolution.links})


def test_ids_stay_when_texts_are_added() -> None:
    first = resolve(_uses(("Tjarda", "Zutphen"), ("Gemeente", "Zutphen")), RULES)
    more = _uses(("Tjarda", "Zutphen"), ("Gemeente", "Zutphen"), ("Aa Stichting Tjarda", "Zutphen"), ("GGD", "Almelo"))
    again = resolve(more, RULES, registry=_registry(first))
    old = {link.key: link.organisation_id for link in first.links}
    assert {link.key: link.organisation_id for link in again.links if link.key in old} == old
    assert {o.since for o in again.organisations} == {1, 2}


def test_the_oldest_id_wins_and_the_other_is_kept_in_known_as() -> None:
    a, b = ("Tjarda", "Zutphen"), ("De Oude Smederij", "Zutphen")
    first = resolve(_uses(b), RULES)
    second = resolve(_uses(a, b), RULES, registry=_registry(first))
    merged = resolve(_uses(a, b), RULES, [_judged(a, b, Verdict.SAME, 2)], _registry(second))
    (organisation,) = merged.organisations
    assert organisation.organisation_id == first.organisations[0].organisation_id
    retired = {o.organisation_id for o in second.organisations} - {organisation.organisation_id}
    assert retired <= set(organisation.known_as)
    split = resolve(_uses(a, b), RULES, [_judged(a, b, Verdict.DIFFERENT, 3)], _registry(merged))
    assert len({o.organisation_id for o in split.organisations}) == 2
    assert organisation.organisation_id in {o.organisation_id for o in split.organisations}


def test_registry_of_an_empty_folder_is_empty(tmp_path: Path) -> None:
    assert not read_registry(tmp_path, lambda code: code).entries


# --- what holds for all names -------------------------------------------------------------------------

_POOL = [(case[f"name_{s}"], case[f"municipality_{s}"]) for case in _cases() for s in "ab"]
_SOME = st.lists(st.sampled_from(_POOL), min_size=1, max_size=14, unique=True)
_QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_QUIET
@given(_SOME, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: list[tuple[str, str]], random: object) -> None:
    uses = _uses(*((n, m, f"d{i % 3}") for i, (n, m) in enumerate(rows)))
    shuffled = list(uses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(uses, RULES) == resolve(shuffled, RULES)


@_QUIET
@given(_SOME)
def test_a_second_run_over_the_same_names_changes_nothing(rows: list[tuple[str, str]]) -> None:
    first = resolve(_uses(*rows), RULES)
    assert resolve(_uses(*rows), RULES, registry=_registry(first)) == first


@_QUIET
@given(_SOME)
def test_every_name_has_one_organisation(rows: list[tuple[str, str]]) -> None:
    resolution = resolve(_uses(*rows), RULES)
    keys = [key for o in resolution.organisations for key in o.names]
    assert sorted(keys) == sorted(NameKey(*row) for row in rows) == [link.key for link in resolution.links]
    ids = {o.organisation_id for o in resolution.organisations}
    assert len(ids) == len(resolution.organisations)
    assert {link.organisation_id for link in resolution.links} == ids


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "Zutphen", "nergens"]))
def test_scores_are_symmetric_and_never_fail(a: str, b: str, municipality: str) -> None:
    one, two = NameKey(a, municipality), NameKey(b, "Assen")
    scored = score_pair(one, two, RULES)
    assert scored == score_pair(two, one, RULES)
    assert 0 <= scored.score <= 1
    assert resolve([NameUse(one), NameUse(two)], RULES).links


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_aliases_of_known_bodies_are_unique() -> None:
    seen: dict[str, str] = {}
    for known in RULES.organisations.known:
        for form in {fold(name) for name in (known.name, *known.aliases)}:
            assert seen.setdefault(form, known.name) == known.name, form


def test_known_bodies_are_recognised_by_each_alias() -> None:
    matcher = matcher_of(RULES)
    for known in RULES.organisations.known:
        if known.generic or known.scope != "national":
            continue
        for form in (known.name, *known.aliases):
            identity = matcher.identifier.identify(matcher.reader.read(NameKey(form)))
            assert identity.known == known or identity.anchor.startswith("ggd:"), form


# --- what stewards join and take out ---------------------------------------------------------------


def test_the_names_that_stay_of_one_body_stay_together() -> None:
    names = [("Humanitas", "Assen"), ("Humanitas", "Ede"), ("Humanitas", "Goes"), ("Humanitas", "Zutphen")]
    for out in names:  # whichever comes first in the order of names
        stay = [name for name in names if name != out]
        said = [_judged(out, name, Verdict.DIFFERENT, line) for line, name in enumerate(stay, start=2)]
        groups = {organisation.names for organisation in resolve(_uses(*names), RULES, said).organisations}
        assert {len(group) for group in groups} == {1, 3}


def test_a_name_joined_by_a_steward_brings_all_that_were_one_with_it() -> None:
    alike = [("Tjarda", "Zutphen"), ("Stichting Tjarda", "Zutphen"), ("St. Tjarda", "Zutphen")]
    other = ("De Oude Smederij", "Assen")
    assert len(resolve(_uses(*alike, other), RULES).organisations) == 2
    for name in alike:
        assert len(resolve(_uses(*alike, other), RULES, [_judged(name, other, Verdict.SAME, 2)]).organisations) == 1


def test_a_name_joined_by_a_steward_still_brings_no_second_certain_body() -> None:
    one, two, free = ("Gemeente Zutphen", "Zutphen"), ("Gemeente Assen", "Assen"), ("De Oude Smederij", "Zutphen")
    said = [_judged(one, free, Verdict.SAME, 2)]
    assert len(resolve(_uses(one, two, free), RULES, said).organisations) == 2
