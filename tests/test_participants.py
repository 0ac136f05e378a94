"""Who takes part: cases as data, and what holds for any text."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import spacy
import yaml
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.participants import Reading, read_participants
from coalitie.pipeline.records import Block, BlockKind, Section, SectionKind
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.sections import read_sections
from coalitie.pipeline.structure import read_blocks
from hypothesis import given, settings
from hypothesis import strategies as st


def cases_of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / name).read_text(encoding="utf-8"))
    return found


CASES = cases_of("clauses.yaml")
KNOWN_FAILURE = pytest.mark.xfail(reason="the idiom is beyond the rules so far", strict=True)
UNSEEN = [
    pytest.param(case, marks=[KNOWN_FAILURE] if case.get("known_failure") else [], id=case["text"][:60])
    for case in cases_of("clauses_unseen.yaml")
]
RULES = Rulebook()
LANGUAGE = assemble(spacy.blank("nl"), RULES)


def reading_of(text: str, kind: str = "other") -> Reading:
    """The reading of one paragraph that stands alone in a section of this kind."""
    block = Block(BlockKind.PARAGRAPH, 0, len(text), 0)
    section = Section(0, "", SectionKind(kind), None, 0, 0, len(text), "test", (block,))
    found = LANGUAGE(LANGUAGE.make_doc(text))._.found
    return read_participants(text, [section], found, RULES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60])
def test_clause(case: dict[str, Any]) -> None:
    reading = reading_of(str(case["text"]), str(case.get("kind", "other")))
    assert Counter(row.text for row in reading.participants) == Counter(case.get("participants", []))
    assert Counter(row.text for row in reading.mentions) == Counter(case.get("mentions", []))
    if "group" in case:
        assert {row.group for row in reading.participants} == {case["group"]}


@pytest.mark.parametrize("case", UNSEEN)
def test_clause_of_another_author(case: dict[str, Any]) -> None:
    test_clause(case)


def test_a_third_of_the_cases_is_negative() -> None:
    assert sum(not case.get("participants") for case in CASES) * 3 >= len(CASES)


PAGE = """Coalitie in Kruisdal, Gelderland

Deelnemers

Kerngroep: gemeente, Careyn en Stichting Het Baken.

• Humanitas; Rode Kruis
• KBO en PCOB
• Zang en Vriendschap
• Designer & Co / Outlet Centrum
• De Zonnebloem, afdeling Kruisdal
• wijkverpleegkundigen
"""


@given(st.integers(min_value=0, max_value=len(PAGE)))
@settings(max_examples=60, deadline=None)
def test_a_text_cut_anywhere_quotes_its_source(cut: int) -> None:
    text = PAGE[:cut]
    reading = read_participants(text, read_sections(text, read_blocks(text, RULES), RULES), [], RULES)
    for row in [*reading.participants, *reading.mentions]:
        assert text[row.start : row.end] == row.text


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_without_crashing(text: str) -> None:
    reading = read_participants(text, read_sections(text, read_blocks(text, RULES), RULES), [], RULES)
    spans = sorted((row.start, row.end) for row in reading.participants)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


GROUPS = """Coalitie in Kruisdal

Wie doen mee?

Samen doen we het.

Binnenring

• Welzijn Forte
• Gemeente Kruisdal

Deelnemers

• Bibliotheek Kruisdal
"""


def test_a_heading_below_that_of_the_participants_names_a_group_unless_it_only_says_that_they_follow() -> None:
    sections = read_sections(GROUPS, read_blocks(GROUPS, RULES), RULES)
    sections = tuple(
        dataclasses.replace(s, kind=SectionKind.PARTICIPANTS) if s.heading == "Binnenring" else s for s in sections
    )
    reading = read_participants(GROUPS, sections, [], RULES)
    assert [(p.text, p.group) for p in reading.participants] == [
        ("Welzijn Forte", "Binnenring"),
        ("Gemeente Kruisdal", "Binnenring"),
        ("Bibliotheek Kruisdal", ""),
    ]
