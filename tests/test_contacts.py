"""Contacts from contact sections and closing lines, in the layouts that civil servants use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from coalitie.pipeline.contacts import find_contacts
from coalitie.pipeline.records import Section, SectionKind
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = Rulebook()
FIELDS = ("name", "role", "organisation", "email", "phone", "url")
CASES: list[dict[str, Any]] = [
    case
    for name in ("contacts.yaml", "contact_authors.yaml", "contact_desks.yaml")
    for case in yaml.safe_load((Path(__file__).parent / "cases" / name).read_text(encoding="utf-8"))
]


def rows(text: str, kind: SectionKind) -> list[dict[str, str]]:
    section = Section(0, "", kind, None, 0, 0, len(text), "test")
    found = find_contacts(text, [section], RULES)
    for contact in found:
        passage = text[contact.start : contact.end]
        for name in FIELDS:
            assert getattr(contact, name) in passage or not contact.name
            assert getattr(contact, name) in text
    return [{name: getattr(one, name) for name in FIELDS if getattr(one, name)} for one in found]


def key(row: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in row.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: (case.get("block") or case["line"])[:40])
def test_contacts(case: dict[str, Any]) -> None:
    kind = SectionKind.CONTACT if "block" in case else SectionKind.APPROACH
    found = rows(case.get("block") or case["line"], kind)
    assert sorted(map(key, found)) == sorted(map(key, case["contacts"]))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CASES), st.integers(min_value=0, max_value=200))
def test_a_cut_text_never_crashes(case: dict[str, Any], length: int) -> None:
    text = (case.get("block") or case["line"])[:length]
    rows(text, SectionKind.CONTACT)
    rows(text, SectionKind.INTRO)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    rows(text, SectionKind.CONTACT)
    rows(text, SectionKind.OTHER)
