"""E-mail, telephone and web addresses as printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from coalitie.pipeline.language.addresses import find_addresses
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given
from hypothesis import strategies as st

RULES = Rulebook()
CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "addresses.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_addresses(case: dict[str, Any]) -> None:
    assert [one.text for one in find_addresses(case["text"], RULES)] == [str(text) for text in case["found"]]


@given(st.text(alphabet="abz019 @.-()/:+w\n[]", max_size=60))
def test_offsets_quote_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for one in find_addresses(text, RULES):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        end = one.end
