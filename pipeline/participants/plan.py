"""How each block of a section is to be read for its parties: as a list or as prose, and in which group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..language.words import sentences
from ..records import Block, BlockKind, Section, SectionKind
from ..rulebook import Rulebook
from .wording import PartyText

SHORT = 70  # a line of a list without bullets is no longer than this


@dataclass(frozen=True, slots=True)
class Step:
    """A block, how it is read, and the group that stands above it."""

    block: Block
    is_list: bool
    group: str


class BlockPlan:
    """The plan of one document."""

    def __init__(self, content: str, sections: Sequence[Section], rulebook: Rulebook, party_text: PartyText) -> None:
        self._content = content
        self._sections = sections
        self._rules = rulebook
        self._words = party_text

    def plan(self, section: Section) -> list[Step]:
        """Each block of a section with the way to read it and the group that stands above it."""
        plan: list[Step] = []
        group = self._heading_group(section)
        parents: dict[int, str] = {}  # depth → label of the item that the deeper items stand under
        listing = section.kind is SectionKind.PARTICIPANTS
        lead_in = ""
        blocks = [b for b in section.blocks if b.kind not in (BlockKind.CHROME, BlockKind.HEADING)]
        for at, block in enumerate(blocks):
            text = self._content[block.body : block.end]
            if block.kind is not BlockKind.ITEM:
                lead_in = self._lead_in(text) if not listing or text.rstrip().endswith(":") else ""
                paragraph = listing and block.kind is BlockKind.PARAGRAPH
                if paragraph and self._is_group_line(text, blocks, at):
                    group = text.strip(" :\n")
                else:
                    plan.append(Step(block, paragraph and self._is_bare_list(text), group))
                continue
            is_list = listing or bool(lead_in)
            parents = {depth: label for depth, label in parents.items() if depth < block.depth}
            if is_list and self._is_parent(text, blocks, at):
                parents[block.depth] = text.strip(" :.;")
                continue
            own_group = parents[max(parents)] if parents else lead_in.strip("-") or group
            most, share = (3, 0.4) if listing else (0, 0.0)
            plan.append(Step(block, is_list and self._words.enumerates(text, most=most, share=share), own_group))
        return plan

    def _is_parent(self, text: str, blocks: Sequence[Block], at: int) -> bool:
        """An item that only labels the deeper items behind it."""
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        deeper = following is not None and following.kind is BlockKind.ITEM and following.depth > blocks[at].depth
        return deeper and self._is_label(text)

    def _heading_group(self, section: Section) -> str:
        """A participants heading is a group label when it is one of several, printed with a colon or below another."""
        if section.kind is not SectionKind.PARTICIPANTS:
            return ""
        label = re.sub(r"^\W*(?:\d+\W+)?", "", section.heading).rstrip(" :")
        if not label or not self._words.names_a_group(label):
            return ""
        if self._rules.membership.group_pattern.fullmatch(label):
            return label
        before = self._participants_before(section)
        below = any(not other.blocks for other in before)  # a heading that only announces the groups below it
        siblings = bool(before) and before[0].heading.rstrip().endswith(":")
        following = next((s for s in self._sections if s.position == section.position + 1), None)
        goes_on = following is not None and following.heading.rstrip().endswith(":")
        if section.heading.rstrip().endswith(":") and (below or siblings or goes_on):
            return label
        one_of_several = bool(before) and not self._rules.headings.is_wording(label)
        return label if below or one_of_several or section.heading[:1] in "•*-–▪" else ""

    def _participants_before(self, section: Section) -> list[Section]:
        """The sections about participants directly above this one, nearest first."""
        above: list[Section] = []
        for other in sorted(self._sections, key=lambda s: -s.position):
            if other.position >= section.position:
                continue
            if other.kind is not SectionKind.PARTICIPANTS:
                break
            above.append(other)
        return above

    def _is_label(self, text: str) -> bool:
        known = self._rules.organisations.by_alias(text.strip(" :"))
        return text.rstrip().endswith(":") or (
            len(text.split()) <= 5 and (known is None or known.generic or known.common_word)
        )

    def _is_group_line(self, text: str, blocks: Sequence[Block], at: int) -> bool:
        line = text.strip()
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if (
            "\n" in line
            or following is None
            or len(line) > 50
            or line.rstrip(": ").casefold() in self._rules.membership.plain_labels
        ):
            return False
        return line.endswith(":") and self._words.names_a_group(line.rstrip(": "))

    def _lead_in(self, text: str) -> str:
        """The group that a line introduces with a membership verb and a colon ('-' for no group of its own)."""
        line = text.strip()
        if not line.endswith(":"):
            return ""
        last = sentences(line, self._rules.names.abbreviations)[-1]
        fired = self._rules.membership.read(line[last.start : last.end])
        members = [p for p in fired if p.stance in ("member", "together")]
        if not members or any(p.stance == "outside" for p in fired):
            return ""
        group = self._rules.membership.group_pattern.search(line, last.start)
        return group.group(1) if group else members[0].group or "-"

    def _is_bare_list(self, text: str) -> bool:
        """A paragraph under a participants heading that is a list without bullets or an enumeration without a verb."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(sentences(text, self._rules.names.abbreviations)) > 1 and len(lines) < 2:
            return False
        if any(p.stance != "listing" for p in self._rules.membership.read(text)):
            return False  # a sentence about taking part
        if len(lines) > 1 and all(len(line) <= SHORT and not line.endswith((".", ":")) for line in lines):
            return all(self._words.enumerates(line, most=3, share=0.4) for line in lines)
        return self._words.enumerates(text) and not text.strip().endswith("?")
