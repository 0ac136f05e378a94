"""Dates, counts and places: cases as data, the rules' own examples, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from coalitie.pipeline.document import date_lines
from coalitie.pipeline.language.counts import count_rules, find_counts, number_of
from coalitie.pipeline.language.dates import date_context, date_rules, find_dates
from coalitie.pipeline.places import find_places, is_place, locate, location_rules
from coalitie.pipeline.records import Place
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.structure import read_blocks
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases"
RULES = Rulebook()

# What the finders meet: words of the domain, numbers and signs in any order, and any unicode
PIECES = st.sampled_from(
    ["12", "2021", "3 mei", "maart", "t/m", "-", "'21", "zo'n", "veertig", "partners", "en", "\n", "• ", "(", ")", "’s-",
     "Den Haag", "gemeente", "Bergen", "in", "Nuenen,", "eerste kwartaal van", "een", "-tal", "miljoen", "\u00a0", "²"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)
)


def cases(name: str) -> list[Any]:
    loaded: list[Any] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("case", [*cases("dates.yaml"), *cases("date_authors.yaml")], ids=lambda c: c["text"][:50])
def test_dates(case: dict[str, Any]) -> None:
    assert [[f.text, f.value] for f in find_dates(case["text"], RULES)] == case["dates"]


@pytest.mark.parametrize("case", [*cases("counts.yaml"), *cases("count_authors.yaml")], ids=lambda c: c["text"][:50])
def test_counts(case: dict[str, Any]) -> None:
    found = find_counts(case["text"], RULES)
    assert [[f.text, int(f.value), str(f.qualifier), f.about] for f in found] == case["counts"]


@pytest.mark.parametrize("case", cases("municipalities.yaml"), ids=lambda c: (c["title"] or c.get("text", ""))[:50])
def test_municipality(case: dict[str, Any]) -> None:
    text = f"{case['title']}\n\n{case.get('text', '')}".lstrip()
    place = locate(text, case["title"], RULES)
    assert (place.municipality, place.province) == (case["municipality"], case["province"])
    assert bool(place.code) == bool(place.municipality) == bool(place.ggd_region)


def test_each_rule_fires_on_its_own_examples_and_not_on_the_others() -> None:
    dates, counts = RULES.dates.file, RULES.counts.file
    groups = [(rules, date_rules) for rules in (dates.forms, dates.exclusions)]
    groups += [
        (rules, count_rules) for rules in (counts.qualifiers, counts.nouns_out, counts.contexts_out, counts.forms)
    ]
    groups += [(RULES.places.file.evidence, location_rules)]
    wrong = [
        (rule.id, line)
        for rules, fires in groups
        for rule in rules
        for lines, expected in ((rule.examples, True), (rule.counterexamples, False))
        for line in lines
        if (rule.id in fires(line, RULES)) is not expected
    ]
    assert not wrong


def test_a_heading_gives_its_year_until_the_next_heading() -> None:
    text = "Agenda 2031\n4 maart: koffie\nVerder\n5 april: thee"
    context = date_context(text, [(0, 11), (text.index("Verder"), text.index("Verder") + 6)], RULES)
    assert [f.value for f in find_dates(text, RULES, context)] == ["2031", "2031-03-04", ""]


def test_the_first_line_gives_its_year() -> None:
    text = " date 2018-10\nOp 13 december is er een feest, op 1 januari as. een borrel, afgelopen november was stil."
    found = find_dates(text, RULES, date_context(text, [], RULES))
    assert [(f.text, f.value) for f in found] == [
        ("2018-10", "2018-10"),
        ("13 december", "2018-12-13"),
        ("1 januari as.", "2019-01-01"),
        ("november", "2017-11"),
    ]


def test_a_policy_heading_gives_no_year() -> None:
    text = "Gezondheidsnota 2019-2022\nOp 4 maart is er koffie"
    assert find_dates(text, RULES, date_context(text, [(0, 25)], RULES))[0].value == ""


def test_places_prefer_the_document() -> None:
    own = locate("", "Coalitie in Land van Cuijk, Noord-Brabant", RULES)
    found = find_places("Wij zijn er in Katwijk en in Mill. Best leuk in Nederland, zei Jan de Vries.", own, RULES)
    assert [(f.text, f.value) for f in found] == [("Katwijk", "Katwijk NB"), ("Mill", "Mill")]


def test_is_place() -> None:
    assert all(is_place(name, RULES) for name in ("Goes", "Den Bosch", "Uden", "Heino", "Zeeland", "’s-Gravenhage"))
    assert not any(is_place(name, RULES) for name in ("Humanitas", "Goes Actief", "", "de"))


def test_lists_of_municipalities() -> None:
    places = RULES.places
    assert sum(m.current for m in places.municipalities) == 342
    uden = places.former("Uden")
    assert uden is not None
    assert (uden.end_date, places.successors(uden)) == ("2021-12-31", ("GM1991",))
    assert all(places.by_code[c].current for m in places.municipalities for c in places.successors(m))
    assert all(v.cbs_code in places.by_code for v in places.villages)
    assert all(places.resolve(m.name, m.province) == m for m in places.municipalities if m.current)


def test_number_words() -> None:
    num2words = pytest.importorskip("num2words").num2words
    for number in [*range(2, 1100), 1500, 2500, 9999, 12000, 29000, 100000]:
        word = num2words(number, lang="nl").replace(" ", "")
        assert number_of(word) == number
        assert number_of(word.replace("ë", "e")) == number


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    place = Place()
    for found in (find_dates(text, RULES), find_counts(text, RULES), find_places(text, place, RULES)):
        ends = 0
        for row in found:
            assert text[row.start : row.end] == row.text
            assert row.text.strip() == row.text != ""
            assert row.start >= ends
            ends = row.end
    assert find_counts(text, RULES) == find_counts(text, RULES)
    moved = find_dates(text, RULES, base=7)
    assert [(f.start, f.end) for f in moved] == [(f.start + 7, f.end + 7) for f in find_dates(text, RULES)]
    locate(text, text.partition("\n")[0], RULES)


@given(st.integers(min_value=0, max_value=400))
@settings(max_examples=60, deadline=None)
def test_a_cut_text(cut: int) -> None:
    text = (
        "Coalitie in Goes, Zeeland\n\nVan 12 t/m 14 mei 2022 kwamen zo’n 20 organisaties en een veertigtal vrijwilligers bijeen "
        "in Goes en Kloetinge. In het eerste kwartaal van 2023, tussen 2019 en 2022, op 1-4-2024 en in schooljaar 2022/2023."
    )[:cut]
    find_dates(text, RULES, date_context(text, [(0, min(25, cut))], RULES))
    find_counts(text, RULES)
    find_places(text, locate(text, text[:25], RULES), RULES)


def test_a_date_line_gives_its_year_to_the_dates_behind_it() -> None:
    text = " date 2018-10 Coalitie Kijk Om stopt per 1 januari as. Op 13 december is het slot.\n"
    blocks = read_blocks(text, RULES)
    found = {f.text: f.value for f in date_lines(text, blocks, RULES)}
    assert found == {"2018-10": "2018-10", "1 januari as.": "2019-01-01", "13 december": "2018-12-13"}
