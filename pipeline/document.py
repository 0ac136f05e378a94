"""One text → one Document: the stages that need no other text, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from .contacts import find_contacts
from .entities import assemble_entities
from .language.dates import DateContext, date_context, find_dates
from .language.finding import BlockContext, find_in_block, model_names
from .language.programmes import Setting, setting_of, settle_programmes
from .learned import Learned, Review, rest_of_quote, review_headings, review_kinds
from .participants import Reading, read_participants
from .places import locate
from .records import Block, BlockKind, Document, Found, Label, ModelName, Place, Section, SectionKind, Text
from .rulebook import Rulebook
from .sections import read_sections, read_title
from .structure import Weigh, read_blocks

if TYPE_CHECKING:
    from spacy.language import Language

# What is read from a heading: dates and numbers; a name of a programme only in the title block.
_IN_HEADINGS = {Label.DATE, Label.COUNT}
_TITLE_BLOCK = {SectionKind.TITLE, SectionKind.INTRO}
# What is read from the lines under the first of a pull quote: who says it, and where from.
_IN_QUOTES = {Label.PERSON, Label.PLACE}
# Lines of the site whose date is the date of the text.
_DATE_LINES = {"chrome.front-matter-date", "chrome.source-date"}


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What rules and name model see in a text, before the learned decisions weigh it."""

    sections: tuple[Section, ...]
    title: str
    place: Place
    found: list[Found]
    names: list[ModelName]
    reading: Reading


def first_reading(
    text: Text, rulebook: Rulebook, language: Language | None, learned: Learned | None = None
) -> FirstReading:
    """Structure, sections, names and parties. `learned`: what weighs headings and kinds."""
    content = text.content
    blocks = read_blocks(content, rulebook, _weigh_headings(rulebook, learned))
    sections = read_sections(content, blocks, rulebook)
    sections = review_kinds(content, sections, learned) if learned else sections
    title = read_title(content, sections)
    place = locate(content, title, rulebook)
    votes = learned is None or learned.get("names") is not None
    found, names = _find(content, sections, place, rulebook, language, votes=votes)
    reading = read_participants(content, sections, found, rulebook)
    return FirstReading(sections, title, place, [*date_lines(content, blocks, rulebook), *found], names, reading)


def read_document(text: Text, rulebook: Rulebook, language: Language | None, learned: Learned) -> Document:
    """All that one text says. `language` is the pipeline whose name model votes; None for rules alone."""
    content = text.content
    first = first_reading(text, rulebook, language, learned)
    review = Review(content, first.sections, first.place, rulebook, learned)
    reading, found = review.read(first.reading, first.found, first.names)
    contacts = find_contacts(content, first.sections, rulebook)
    entities = assemble_entities(first.sections, found, reading)
    return Document(text, first.title, first.place, first.sections, reading.participants, entities, tuple(contacts))


def _weigh_headings(rulebook: Rulebook, learned: Learned | None) -> Weigh | None:
    model = learned.get("headings") if learned else None
    return partial(review_headings, rules=rulebook.headings, model=model) if model else None


def _find(
    content: str,
    sections: Sequence[Section],
    place: Place,
    rulebook: Rulebook,
    language: Language | None,
    *,
    votes: bool,
) -> tuple[list[Found], list[ModelName]]:
    """What rules find in headings and blocks, and with `votes` what the name model says of running text."""
    headings = [(s.start, s.start + len(s.heading)) for s in sections if s.heading and s.kind is not SectionKind.TITLE]
    dates = date_context(content, headings, rulebook)
    blocks = list(_blocks(content, sections, place, dates))
    found: list[Found] = []
    for text, context, allowed, _ in blocks:
        seen = find_in_block(text, context, rulebook)
        found += seen if allowed is None else [f for f in seen if f.label in allowed]
    running = [(text, at.base) for text, at, _, running in blocks if running]
    names = model_names(running, language) if language is not None and votes else []
    return settle_programmes(content, sections, found), names


def date_lines(content: str, blocks: Sequence[Block], rulebook: Rulebook) -> list[Found]:
    """The dates of lines that a site prints above a text: they are no part of a section, their date counts."""
    lines = [block for block in blocks if block.rule in _DATE_LINES]
    context = date_context(content, [], rulebook)
    return [f for line in lines for f in find_dates(content[line.start : line.end], rulebook, context, line.start)]


def _blocks(
    content: str, sections: Sequence[Section], place: Place, dates: DateContext
) -> Iterator[tuple[str, BlockContext, set[Label] | None, bool]]:
    """Each heading and each block that is read, with the labels that count there (None: all), and whether it is running
    text, on which the name model votes: a list of parties is read by its lines."""
    for section in sections:
        if section.heading:
            allowed = set(_IN_HEADINGS) if section.kind is not SectionKind.TITLE else set()
            if section.kind in _TITLE_BLOCK:
                allowed.add(Label.PROGRAMME)
            if allowed:
                context = BlockContext(section.start, dates, place, Setting(section.kind))
                yield section.heading, context, allowed, False
        if section.kind is SectionKind.QUOTE and not section.blocks:
            start, end = rest_of_quote(section)
            yield content[start:end], BlockContext(start, dates, place), set(_IN_QUOTES), True
        for block in section.blocks:
            if block.kind not in (BlockKind.CHROME, BlockKind.HEADING):
                context = BlockContext(block.body, dates, place, setting_of(section, block))
                listed = section.kind is SectionKind.PARTICIPANTS and block.kind is BlockKind.ITEM
                yield content[block.body : block.end], context, None, not listed
