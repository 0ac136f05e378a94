"""Programmes in running text: cases as data, a third of them without a name, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from coalitie.pipeline.language.programmes import Setting, find_programmes, read_programmes
from coalitie.pipeline.records import SectionKind
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.sections import read_sections
from coalitie.pipeline.structure import read_blocks
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = Rulebook()
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "programmes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_case(case: dict[str, object]) -> None:
    setting = Setting(SectionKind.APPROACH, activities=True, item=bool(case.get("item")))
    found = find_programmes(str(case["text"]), RULES, setting=setting)
    assert [f.text for f in found] == case["names"]


def programmes_of(text: str) -> list[str]:
    return [f.text for f in read_programmes(text, read_sections(text, read_blocks(text, RULES), RULES), RULES)]


def test_title_block_counts_and_section_headings_do_not() -> None:
    text = "Kruisdal\n\nProgramma Samen Verder\n\nEr is veel te doen.\n\nWeek tegen Eenzaamheid\n\nDan is er soep.\n"
    assert programmes_of(text) == ["Programma Samen Verder"]


def test_name_of_the_coalition_is_no_programme() -> None:
    text = "Kruisdal praat\n\nDe coalitie heet ‘Kruisdal Praat Door’.\n\nAanpak\n\nVeel mensen gingen naar ‘Kruisdal Praat Door’.\n"
    assert programmes_of(text) == []


def test_contact_block_counts_only_where_it_is_running_text() -> None:
    text = "Kruisdal\n\nTekst.\n\nContact\n\nProject Samen Op Pad, a.pol@kruisdal.example\n"
    assert programmes_of(text) == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["de campagne ", "‘", "’", "“", "”", "Samen ", "Eén tegen eenzaamheid", "plan ", "plan van aanpak ", "2019-2022 ",
             "Week van de ", "zoals ", "(", ")", ", een project ", ": ", ". ", "\n", "Tafel van ", "Kruisdal ", "in ", "é", "'"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_offsets_quote_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for item in (False, True):
        last = 0
        for f in find_programmes(
            text, RULES, base=5, setting=Setting(SectionKind.APPROACH, activities=True, item=item)
        ):
            assert text[f.start - 5 : f.end - 5] == f.text
            assert f.start >= last
            last = f.end


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_text(text: str) -> None:
    for f in find_programmes(text, RULES):
        assert text[f.start : f.end] == f.text
