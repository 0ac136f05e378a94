"""One text → one Document: what holds for any text, and what a model adds."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.records import Document, Text
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

RULES = Rulebook()
LANGUAGE = assemble(spacy.blank("nl"), RULES)
PAGES = sorted((Path(__file__).parent / "corpus" / "texts").glob("*-page.txt"))


def reading_of(content: str, language: Language = LANGUAGE) -> Document:
    return read_document(Text("page.txt", content, "utf-8", ""), RULES, language, Learned(()))


def assert_quotes_source(content: str, document: Document) -> None:
    for row in (*document.participants, *document.entities):
        assert content[row.start : row.end] == row.text
    for section in document.sections:
        assert content[section.start : section.end].startswith(section.heading)
    for contact in document.contacts:
        passage = content[contact.start : contact.end]
        assert all(part in passage for part in (contact.name, contact.email, contact.phone, contact.url))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_quotes_its_source(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert_quotes_source(content, reading_of(content))


@given(page=st.sampled_from(PAGES), share=st.floats(min_value=0, max_value=1))
@settings(max_examples=60, deadline=None)
def test_a_text_cut_at_any_point_is_read(page: Path, share: float) -> None:
    content = page.read_text(encoding="utf-8")
    cut = content[: int(len(content) * share)]
    assert_quotes_source(cut, reading_of(cut))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(content: str) -> None:
    assert_quotes_source(content, reading_of(content))


def test_reading_twice_gives_the_same() -> None:
    content = PAGES[0].read_text(encoding="utf-8")
    assert reading_of(content) == reading_of(content)
