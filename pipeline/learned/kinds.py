"""What a section is about, by its heading, its text and the sections around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..records import BlockKind, Section, SectionKind
from .surroundings import tokens

ANSWERS = tuple(str(kind) for kind in SectionKind if kind not in {SectionKind.PILLAR, SectionKind.QUOTE})
_ADDRESS = re.compile(r"@|www\.|https?:|\b0\d{1,3}[ -]?\d{5}|\.example\b")
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-ZÀ-Ý]")
_WORDS_OF_BODY = 70


class KindEvidence:
    """The evidence about the sections of one document."""

    def __init__(self, content: str, sections: Sequence[Section]) -> None:
        self._content = content
        self._sections = [s for s in sections if s.heading and s.kind is not SectionKind.QUOTE]

    def sections(self) -> Iterator[Section]:
        """The sections whose kind is open: those with a heading that is no pull quote and no national pillar."""
        yield from (s for s in self._sections if s.kind is not SectionKind.PILLAR)

    def of(self, section: Section) -> Iterator[str]:
        """What speaks for each kind."""
        at = self._sections.index(section)
        rule = section.rule.split(".")[0]
        yield f"rules {section.kind}"
        yield f"by {section.rule}"
        yield f"rules {section.kind}, by {rule}"
        last = at == len(self._sections) - 1
        yield f"position={('first', 'second')[at] if at < 2 else 'last' if last else 'inner'}"
        before = self._sections[at - 1] if at else None
        behind = self._sections[at + 1] if at + 1 < len(self._sections) else None
        yield f"behind {before.kind if before else '(begin)'}"
        yield f"before {behind.kind if behind else '(end)'}"
        yield from self._heading(section)
        yield from self._body(section)

    def _heading(self, section: Section) -> Iterator[str]:
        words = [w for w in tokens(section.heading) if w[0].isalnum()]
        for word in words:
            yield f"heading={word}"
            if len(word) > 6:
                yield f"heading={word[:6]}-"
                yield f"heading=-{word[-5:]}"
        for one, two in pairwise(words):
            yield f"heading={one} {two}"
        if words:
            yield f"heading opens={words[0]}"
            yield f"heading ends={words[-1]}"
        yield f"heading mark={section.heading.rstrip()[-1:] if section.heading.rstrip()[-1:] in '?:!.' else ''}"
        yield f"heading words={min(len(words), 8)}"
        if re.match(r"\W*\d", section.heading):
            yield "heading numbered"

    def _body(self, section: Section) -> Iterator[str]:
        if not section.blocks:
            yield "no text"
            return
        text = self._content[section.body_start : section.end]
        items = sum(b.kind is BlockKind.ITEM for b in section.blocks)
        yield f"items={min(items, 6)}"
        yield f"paragraphs={min(len(section.blocks) - items, 4)}"
        if _ADDRESS.search(text):
            yield "address"
        length = len(text)
        yield f"length={'short' if length < 120 else 'middle' if length < 500 else 'long'}"
        capitals = len(_CAPITAL.findall(text)) / max(1, length / 100)
        yield f"capitals={min(4, round(capitals))}"
        words = [w for w in tokens(text)[: _WORDS_OF_BODY * 2] if w[0].isalpha()][:_WORDS_OF_BODY]
        for word in words:
            if len(word) > 2:
                yield f"text={word[:8]}"
