"""One text → one Document: the stages that need no other text, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .contacts import find_contacts
from .entities import assemble_entities
from .language.components import BlockContext
from .language.dates import DateContext, date_context, find_dates
from .language.programmes import Setting, setting_of, settle_programmes
from .participants import read_participants
from .places import locate
from .records import Block, BlockKind, Document, Found, Label, Place, Section, SectionKind, Text
from .rulebook import Rulebook
from .sections import read_sections, read_title
from .structure import read_blocks

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# What is read from a heading: dates and numbers; a name of a programme only in the title block.
_IN_HEADINGS = {Label.DATE, Label.COUNT}
_TITLE_BLOCK = {SectionKind.TITLE, SectionKind.INTRO}
# Lines of the site whose date is the date of the text.
_DATE_LINES = {"chrome.front-matter-date", "chrome.source-date"}


def read_document(text: Text, rulebook: Rulebook, language: Language) -> Document:
    """All that one text says. `language` is a pipeline made by `language.components.assemble`."""
    content = text.content
    blocks = read_blocks(content, rulebook)
    sections = read_sections(content, blocks, rulebook)
    title = read_title(content, sections)
    place = locate(content, title, rulebook)
    found = [*date_lines(content, blocks, rulebook), *_find(content, sections, place, rulebook, language)]
    reading = read_participants(content, sections, found, rulebook)
    contacts = find_contacts(content, sections, rulebook)
    entities = assemble_entities(sections, found, reading)
    return Document(text, title, place, tuple(sections), reading.participants, entities, tuple(contacts))


def _find(
    content: str, sections: Sequence[Section], place: Place, rulebook: Rulebook, language: Language
) -> list[Found]:
    headings = [(s.start, s.start + len(s.heading)) for s in sections if s.heading and s.kind is not SectionKind.TITLE]
    dates = date_context(content, headings, rulebook)
    docs = list(_docs(content, sections, place, dates, language))
    found: list[Found] = []
    for (_, allowed), doc in zip(docs, language.pipe(doc for (doc, _) in docs), strict=True):
        found += [f for f in doc._.found if allowed is None or f.label in allowed]
    return settle_programmes(content, sections, found)


def date_lines(content: str, blocks: Sequence[Block], rulebook: Rulebook) -> list[Found]:
    """The dates of lines that a site prints above a text: they are no part of a section, their date counts."""
    lines = [block for block in blocks if block.rule in _DATE_LINES]
    context = date_context(content, [], rulebook)
    return [f for line in lines for f in find_dates(content[line.start : line.end], rulebook, context, line.start)]


def _docs(
    content: str, sections: Sequence[Section], place: Place, dates: DateContext, language: Language
) -> Iterator[tuple[Doc, set[Label] | None]]:
    """A Doc for each heading and each block that is read, with the labels that count there (None: all)."""
    for section in sections:
        if section.heading:
            allowed = set(_IN_HEADINGS) if section.kind is not SectionKind.TITLE else set()
            if section.kind in _TITLE_BLOCK:
                allowed.add(Label.PROGRAMME)
            if allowed:
                yield (
                    _doc(section.heading, BlockContext(section.start, dates, place, Setting(section.kind)), language),
                    allowed,
                )
        for block in section.blocks:
            if block.kind not in (BlockKind.CHROME, BlockKind.HEADING):
                context = BlockContext(block.body, dates, place, setting_of(section, block))
                yield _doc(content[block.body : block.end], context, language), None


def _doc(text: str, context: BlockContext, language: Language) -> Doc:
    doc = language.make_doc(text)
    doc._.block = context
    return doc
