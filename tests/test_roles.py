"""Which phrases name a function."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.roles import inflected
from hypothesis import given
from hypothesis import strategies as st

RULES = Rulebook()
with (Path(__file__).parent / "cases" / "roles.csv").open(encoding="utf-8", newline="") as handle:
    CASES = [(row["phrase"], row["role"] == "yes") for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("phrase", "expected"), CASES)
def test_role(phrase: str, expected: bool) -> None:
    assert RULES.roles.is_role(phrase) is expected


def test_inflected_forms() -> None:
    assert {"adviseurs", "adviseuse"} <= inflected("adviseur")
    assert {"coördinatoren", "coördinatrice"} <= inflected("coördinator")
    assert "raadsleden" in inflected("raadslid")


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    assert RULES.roles.is_role(text) in (True, False)
    for start, end in RULES.roles.heads(text):
        assert text[start:end].strip() == text[start:end]
