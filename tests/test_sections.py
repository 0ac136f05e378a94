"""Blocks, headings and sections: whole pages as cases, wordings as cases, and what must hold for any text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml
from coalitie.pipeline.records import BlockKind, Section
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.sections import read_sections, read_title
from coalitie.pipeline.structure import read_blocks
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases"
RULES = Rulebook()
LAYOUTS = yaml.safe_load((CASES / "layouts.yaml").read_text(encoding="utf-8"))
WORDINGS = list(csv.DictReader((CASES / "heading_kinds.csv").open(encoding="utf-8", newline="")))


def sections_of(text: str) -> tuple[Section, ...]:
    return read_sections(text, read_blocks(text, RULES), RULES)


@pytest.mark.parametrize("case", LAYOUTS, ids=[case["name"] for case in LAYOUTS])
def test_layout(case: dict[str, str]) -> None:
    sections = sections_of(case["text"])
    seen = [f"{s.kind}{f':{s.pillar}' if s.pillar else ''} | {s.heading}" for s in sections if s.heading]
    assert seen == case["sections"]
    assert read_title(case["text"], sections) == case["title"]


@pytest.mark.parametrize("row", WORDINGS, ids=[row["heading"] for row in WORDINGS])
def test_wording(row: dict[str, str]) -> None:
    pillar = RULES.headings.pillar(row["heading"])
    rule = RULES.headings.by_words(row["heading"])
    kind = "pillar" if pillar else str(rule.kind) if rule else ""
    assert (kind, str(pillar.number) if pillar else "") == (row["kind"], row["pillar"])


def check_invariants(text: str) -> None:
    blocks = read_blocks(text, RULES)
    position = 0
    for block in blocks:
        assert position <= block.start <= block.body <= block.end <= len(text)
        assert text[block.start : block.end].strip()
        position = block.end
    sections = read_sections(text, blocks, RULES)
    inside = 0
    for n, section in enumerate(sections):
        assert section.position == n
        assert inside <= section.start <= section.body_start <= section.end <= len(text)
        assert text.startswith(section.heading, section.start)
        assert section.rule
        assert (section.kind.value == "pillar") == (section.pillar is not None)
        inside = section.end
    told = sum(len(s.blocks) for s in sections) + sum(bool(s.heading) for s in sections)
    assert told == sum(b.kind is not BlockKind.CHROME for b in blocks)


@pytest.mark.parametrize("case", LAYOUTS, ids=[case["name"] for case in LAYOUTS])
def test_text_cut_at_any_point(case: dict[str, str]) -> None:
    text = case["text"]
    for cut in range(0, len(text), 7):
        check_invariants(text[:cut])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_arbitrary_text(text: str) -> None:
    check_invariants(text)


PIECES = st.sampled_from(
    ["•", "1.", "- ", " o ", "\n", "\r\n", "\n\n", "\u00a0", "\f", "\u00ad", "“", "” – An", ":", ".", "?", ", ", " en ",
     "Contact", "Bestuurlijk commitment", "Deelnemende organisaties", "De gemeente gaat aan de slag", "Gemeente", "GGD",
     "a.pol@kruisdal.example", "Foto: An", "Home > Zorg", "Wat doen we en", "Spoor 1", "vrijwilligers"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_text_of_pieces(pieces: list[str]) -> None:
    check_invariants("".join(pieces))


@pytest.mark.parametrize("marker", ["•", "* ", "- ", "– ", "▪ ", "◦ ", "o ", "· ", "‣ ", "> ", "✓ ", "➢ ", "•\u00a0", "1. ",
                                    "1) ", "(1) ", "a. ", "a) ", "1.\u00a0", "\uf0b7 "])  # fmt: skip
def test_markers(marker: str) -> None:
    text = f"Deelnemers\n\n  {marker}Gemeente Kruisdal\n  {marker}GGD\n  {marker}Stichting De Brug, voor\n    jong en oud\n"
    items = [b for b in read_blocks(text, RULES) if b.kind is BlockKind.ITEM]
    assert [text[b.body : b.end] for b in items] == [
        "Gemeente Kruisdal",
        "GGD",
        "Stichting De Brug, voor\n    jong en oud",
    ]


@pytest.mark.parametrize(
    "line", ["12.30 uur inloop", "1.500 inwoners doen mee", "oude mensen", "A. Pol", "Ons dorp", "-50 graden"]
)
def test_no_markers(line: str) -> None:
    text = f"Iets langs de weg gevonden.\n\n{line}\n"
    assert all(b.kind is not BlockKind.ITEM for b in read_blocks(text, RULES))


def test_nesting() -> None:
    text = "Leden\n\n• Wonen\n  - Thuis\n    o Afdeling Noord\n  - Woonstee\n• Zorg\n- Buurtzorg\n• Sport\n"
    items = [(text[b.body : b.end], b.depth) for b in read_blocks(text, RULES) if b.kind is BlockKind.ITEM]
    assert items == [("Wonen", 0), ("Thuis", 1), ("Afdeling Noord", 2), ("Woonstee", 1), ("Zorg", 0), ("Buurtzorg", 1),
                     ("Sport", 0)]  # fmt: skip
