"""Names taken apart: what each word of a name is there for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from coalitie.pipeline.organisations import matcher_of
from coalitie.pipeline.organisations.compounds import Compounds
from coalitie.pipeline.organisations.locality import locality
from coalitie.pipeline.organisations.spelling import Spelling
from coalitie.pipeline.records import NameKey
from coalitie.pipeline.rulebook import Rulebook

RULES = Rulebook()
READER = matcher_of(RULES).reader


def _cases() -> list[dict[str, str]]:
    with (Path(__file__).parent / "cases" / "name_parts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["name"])
def test_parts_of_a_name(case: dict[str, str]) -> None:
    name = READER.read(NameKey(case["name"], case["municipality"]))
    assert " ".join(f"{word.part.value}:{word.text}" for word in name.words) == case["parts"]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("taalhuis", ("taal", "huis")),
        ("lindehof", ("linde", "hof")),
        ("tjarda", ("tjarda",)),
        ("huis", ("huis",)),
        ("taalhui", ("taalhui",)),
    ],
)
def test_parts_of_a_compound(word: str, parts: tuple[str, ...]) -> None:
    assert Compounds({"taal", "huis", "linde", "hof"}).parts(word) == parts


@pytest.mark.parametrize(
    ("letters", "word", "spelled"),
    [
        ("th", "taalhuis", True),
        ("lth", "lindetaalhuis", True),
        ("th", "lindehof", False),
        ("tah", "taalhuis", False),
        ("h", "huis", True),
    ],
)
def test_initials_of_a_compound(letters: str, word: str, spelled: bool) -> None:
    assert Compounds({"taal", "huis", "linde", "hof"}).spells(letters, word) is spelled


@pytest.mark.parametrize(
    ("form", "cut", "meant"),
    [
        ("bibliotheeek", False, "bibliotheek"),
        ("seniorenrad", False, "seniorenraad"),
        ("senioren", True, "seniorenraad"),
        ("zorgcentrum", False, "zorgcentrum"),
        ("tjardahof", False, "tjardahof"),
        ("raad", False, "raad"),
    ],
)
def test_misspelt_words_are_mended_and_others_are_left(form: str, cut: bool, meant: str) -> None:
    spelling = Spelling(("bibliotheek", "seniorenraad", "mediant", "meriant"), {"zorgcentrum"})
    assert spelling.mend(form, cut=cut) == meant


def test_a_word_between_two_others_is_left_alone() -> None:
    assert Spelling(("mediant", "meriant"), ()).mend("metiant", cut=False) == "metiant"


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (("Tjarda", "Zutphen"), ("Tjarda", "Zutphen"), "same"),
        (("Tjarda Zutphen", ""), ("Tjarda", "Zutphen"), "same"),
        (("Tjarda Salland", ""), ("Tjarda", "Raalte"), "inside"),
        (("Tjarda", "Zutphen"), ("Tjarda", "Lochem"), "near"),
        (("Tjarda", "Zutphen"), ("Tjarda", "Assen"), "elsewhere"),
        (("Tjarda Zutphen", ""), ("Tjarda", "Assen"), "conflict"),
        (("Tjarda Wapse", "Westerveld"), ("Tjarda Vledder", "Westerveld"), "conflict"),
        (("Tjarda", "Zutphen"), ("Tjarda", ""), "unknown"),
    ],
)
def test_how_two_names_lie(a: tuple[str, str], b: tuple[str, str], relation: str) -> None:
    one, two = READER.read(NameKey(*a)), READER.read(NameKey(*b))
    assert locality(one, two, READER.geography).relation == relation
    assert locality(two, one, READER.geography).relation == relation


def test_names_of_one_page_without_a_municipality_are_in_one_place() -> None:
    one, two = READER.read(NameKey("Tjarda")), READER.read(NameKey("Stichting Tjarda"))
    assert locality(one, two, READER.geography, together=True).relation == "same"
