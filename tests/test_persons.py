"""Persons in running text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from coalitie.pipeline.language.persons import find_persons
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given
from hypothesis import strategies as st

RULES = Rulebook()
CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "persons.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_persons(case: dict[str, Any]) -> None:
    assert [one.text for one in find_persons(case["text"], RULES)] == case["found"]


@given(st.lists(st.sampled_from(["Jan", "de", "Wit", "van", "’t", "G.J.", "zegt", "(74)", ",", "dhr.", "\n", "É"])))
def test_offsets_quote_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for one in find_persons(text, RULES):
        assert text[one.start : one.end] == one.text
