"""Blocks -> sections: a heading with what stands under it, its kind, and the rule that decided."""

from __future__ import annotations

import re

from ..records import Block, BlockKind, Section, SectionKind
from ..rulebook import Rulebook
from ..rulebook.headings import HeadingRules, fold_heading
from .kinds import Decision, decide, lists_members

_NUMBERED = re.compile(r"\(?(?:\d|[a-e]\b)")
_CHAPTER = re.compile(r"(?:hoofdstuk|paragraaf|hfst|§|\d{1,2}(?:\.\d)*[.)])\s*[\divx]*\b", re.IGNORECASE)
_LEAD_IN = 300  # characters; a longer text tells the goals itself
_INHERITABLE = {SectionKind.GOALS, SectionKind.APPROACH, SectionKind.PARTICIPANTS}


def read_sections(content: str, blocks: tuple[Block, ...], rulebook: Rulebook) -> tuple[Section, ...]:
    """The sections of a text in order. Text above the first heading is a section with an empty heading, and so is
    text that goes on behind a pull quote."""
    rules = rulebook.headings
    parts = _parts(blocks)
    tight = {id(head): _is_tight(content, head, body) for head, body in parts if head.kind is BlockKind.HEADING}
    mixed = len(set(tight.values())) == 2
    title_lines = _title_block(content, parts, rules)
    goal_points = _goal_points(content, parts, rules)
    sections: list[Section] = []
    parent: SectionKind | None = None  # kind of the heading that announces the next ones
    upper: SectionKind | None = None  # kind of the last heading of the upper level
    for n, (head, body) in enumerate(parts):
        if head.kind is BlockKind.HEADING:
            heading = content[head.start : head.end].strip()
            if n in title_lines:
                decision = title_lines[n]
            else:
                lower = mixed and tight[id(head)]
                above = (upper if lower else None) or parent
                decision = decide(heading, head, content, body, above, rules)
                own = rules.is_wording(heading) or decision.kind not in {SectionKind.APPROACH, SectionKind.OTHER}
                counted = n in goal_points and not own
                if counted or (lower and above is SectionKind.GOALS and not own):
                    decision = Decision(SectionKind.GOALS, None, "under.goals")
                parent = _announces(decision, parent, body)
                if not lower:
                    upper = decision.kind if decision.kind in _INHERITABLE else None
            sections.append(_section(len(sections), heading, decision, head, body))
        elif head.kind is BlockKind.QUOTE:
            quote = Decision(SectionKind.QUOTE, None, head.rule)
            first_line = content[head.start : head.end].splitlines()[0].strip()
            sections.append(_section(len(sections), first_line, quote, head, ()))
            if body:
                before = next((s for s in reversed(sections[:-1]) if s.kind is not SectionKind.QUOTE), None)
                on = Decision(before.kind, before.pillar, "behind-quote") if before else _opening()
                sections.append(_section(len(sections), "", on, body[0], body, headed=False))
        else:
            sections.append(_section(0, "", _opening(), head, (head, *body), headed=False))
    return tuple(sections)


def read_title(content: str, sections: tuple[Section, ...]) -> str:  # noqa: ARG001
    """The title line as printed; empty where the text begins with running text."""
    return next((s.heading for s in sections if s.kind is SectionKind.TITLE), "")


def _opening() -> Decision:
    return Decision(SectionKind.INTRO, None, "text.above-headings")


def _parts(blocks: tuple[Block, ...]) -> list[tuple[Block, tuple[Block, ...]]]:
    """Each heading or quote with the blocks under it; the first part may begin with text. Chrome is left out."""
    parts: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        if block.kind is BlockKind.CHROME:
            continue
        if not parts or block.kind in {BlockKind.HEADING, BlockKind.QUOTE}:
            parts.append((block, []))
        else:
            parts[-1][1].append(block)
    return [(head, tuple(body)) for head, body in parts]


def _section(
    position: int, heading: str, decision: Decision, head: Block, body: tuple[Block, ...], *, headed: bool = True
) -> Section:
    end = body[-1].end if body else head.end
    start = body[0].start if not headed else head.start
    body_start = body[0].start if body else head.end
    return Section(position, heading, decision.kind, decision.pillar, start, body_start, end, decision.rule, body)


def _is_tight(content: str, head: Block, body: tuple[Block, ...]) -> bool:
    """Whether the text stands on the line under its heading: how a page prints headings of a lower level."""
    if not body or body[0].kind is BlockKind.ITEM or head.marker:
        return False
    between = content[head.end : body[0].start].replace("\r\n", "\n")
    return between.count("\n") + between.count("\r") <= 1


def _goal_points(content: str, parts: list[tuple[Block, tuple[Block, ...]]], rules: HeadingRules) -> set[int]:
    """Numbered headings right behind an unnumbered one about goals are the goals: 'Doelen', '1. Weten', '2. Helpen'."""
    points: set[int] = set()
    counting = False
    for n, (head, body) in enumerate(parts):
        numbered = head.kind is BlockKind.HEADING and bool(_NUMBERED.match(head.marker))
        if numbered and counting:
            points.add(n)
            continue
        rule = rules.by_words(content[head.start : head.end]) if head.kind is BlockKind.HEADING else None
        short = sum(block.end - block.start for block in body) <= _LEAD_IN
        counting = rule is not None and rule.kind is SectionKind.GOALS and short and not numbered
    return points if len(points) > 1 else set()


def _announces(decision: Decision, parent: SectionKind | None, body: tuple[Block, ...]) -> SectionKind | None:
    """A heading without text of its own announces the headings that follow, until one says something else."""
    if decision.kind is SectionKind.PILLAR:
        return parent
    if not body:
        return decision.kind if decision.kind in _INHERITABLE else None
    return parent if decision.kind is parent and decision.rule.startswith("under.") else None


def _title_block(
    content: str, parts: list[tuple[Block, tuple[Block, ...]]], rules: HeadingRules
) -> dict[int, Decision]:
    """The title and the block lines under it: the line directly above the first paragraph is intro, those before it
    are title; where a section follows without a paragraph, all are title."""
    if not parts or parts[0][0].rule != "title.first-line":
        return {}
    decided = {0: Decision(SectionKind.TITLE, None, "title.first-line")}
    if parts[0][1]:
        return decided
    title = fold_heading(content[parts[0][0].start : parts[0][0].end])
    for n in range(1, len(parts)):
        head, body = parts[n]
        line = content[head.start : head.end]
        repeated = fold_heading(line) in {title} | {fold_heading(content[h.start : h.end]) for h, _ in parts[:n]}
        opens = not repeated and _opens_section(line, head, rules) and not _tells_news(content, line, body, rules)
        if head.kind is not BlockKind.HEADING or opens:
            break
        if body:
            decided[n] = Decision(SectionKind.INTRO, None, "title.above-text")
            break
        decided[n] = Decision(SectionKind.TITLE, None, "title.block")
    return decided


def _tells_news(content: str, line: str, body: tuple[Block, ...], rules: HeadingRules) -> bool:
    """A subtitle that speaks of the members ('Al 24 partners voor Kruisdal') above a text that does not list them."""
    rule = rules.by_words(line)
    if rule is None or rule.kind is not SectionKind.PARTICIPANTS or rules.is_wording(line) or line.endswith(("?", ":")):
        return False
    if len(line.split()) < 5 or not body or body[0].kind is not BlockKind.PARAGRAPH:
        return False
    return bool(re.search(r"\d", line)) and not lists_members(content, body[:1], rules)


def _opens_section(line: str, head: Block, rules: HeadingRules) -> bool:
    if head.marker or _CHAPTER.match(line) or line.rstrip().endswith(":") or rules.pillar(line) is not None:
        return True
    rule = rules.by_words(line)
    if rule is None or rules.is_wording(line):
        return rule is not None
    campaign = rule.kind is SectionKind.APPROACH and not line.rstrip().endswith("?")  # 'Aanpak Samen Verder'
    return not rule.weak and not campaign and rule.with_address is None
