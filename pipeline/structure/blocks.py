"""Text -> blocks: headings, paragraphs, list items with their depth, pull quotes, and what a site prints around."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..records import Block, BlockKind
from ..rulebook import Rulebook
from ..rulebook.headings import HeadingRules
from .headings import find_headings
from .lines import Line, marker_style, read_lines, split_line
from .pillars import Mark

Weigh = Callable[[Sequence[Line], Mapping[int, Mark]], dict[int, Mark]]
_TOP_LINES = 12  # above the first paragraph a page prints at most so many lines of its own
_PROSE = 90  # a line this long is running text
_ENDED = re.compile(r"[.!?…:;][\"”’')]*$")
_OPEN = re.compile(r"\([^)]*$|[,/&-]$|\b(?:en|of|van|de|het|een|voor|met|in|op|te|aan|the|and)$")


def read_blocks(content: str, rulebook: Rulebook, weigh: Weigh | None = None) -> tuple[Block, ...]:
    """The blocks of a text in order. Offsets refer to `content` as it is, and blocks never overlap.

    `weigh` may change which lines are headings, given what the rules say.
    """
    rules = rulebook.headings
    lines, chrome = _without_chrome(content, read_lines(content), rules)
    marks = find_headings(content, lines, rules)
    marks = weigh(lines, marks) if weigh else marks
    blocks = _assemble(content, lines, marks)
    return tuple(sorted([*blocks, *chrome], key=lambda block: block.start))


def _without_chrome(content: str, lines: list[Line], rules: HeadingRules) -> tuple[list[Line], list[Block]]:
    """The lines that are text, and a block for every line that is not. A neighbour that goes leaves a blank line."""
    kept: list[Line] = []
    chrome: list[Block] = []
    top = True
    gone = False
    for n, line in enumerate(lines):
        current = line
        whole = content[line.start : line.end]
        top = top and n < _TOP_LINES and len(whole) < _PROSE
        rule = rules.chrome_rule(whole, top) if len(whole) <= 300 else None
        if rule is not None and not (rule.where == "top" and not line.above and kept):
            chrome.append(Block(BlockKind.CHROME, line.start, line.end, line.body, rule=rule.id))
            if kept and not kept[-1].below:
                kept[-1] = _with(kept[-1], below=True)
            gone = True
            continue
        glued = rules.glued_chrome(whole)
        if glued is not None and not line.marker:
            head, current = split_line(content, line, line.start + glued[0])
            chrome.append(Block(BlockKind.CHROME, head.start, head.end, head.body, rule=glued[1].id))
            gone = True
        kept.append(_with(current, above=True) if gone and not current.above else current)
        gone = False
    return kept, chrome


def _with(line: Line, *, above: bool | None = None, below: bool | None = None) -> Line:
    return Line(
        line.start,
        line.end,
        line.body,
        line.marker,
        line.indent,
        line.text,
        line.above if above is None else above,
        line.below if below is None else below,
    )


def _assemble(content: str, lines: list[Line], marks: dict[int, Mark]) -> list[Block]:
    blocks: list[Block] = []
    open_lines: list[Line] = []  # lines of the paragraph or item that may go on
    stack: list[tuple[int, str]] = []  # list levels: indentation and look of the marker
    skip_to = -1
    for i, line in enumerate(lines):
        if line.end <= skip_to:
            continue
        mark = marks.get(i)
        if mark is not None:
            open_lines = []
            stack = []
            quote = mark.rule.startswith("quote")
            kind = BlockKind.QUOTE if quote else BlockKind.HEADING
            blocks.append(Block(kind, line.start, mark.end, line.body, line.marker, rule=mark.rule))
            skip_to = mark.end if quote else -1
            if mark.text > mark.end:
                _, rest = split_line(content, line, mark.text)
                blocks.append(Block(BlockKind.PARAGRAPH, rest.start, rest.end, rest.body, rule="run-in"))
                open_lines = [rest]
            continue
        if line.marker and not _dash_goes_on(open_lines, line):
            depth = _depth(stack, line)
            blocks.append(
                Block(BlockKind.ITEM, line.start, line.end, line.body, line.marker, depth, marker_style(line.marker))
            )
            open_lines = [line]
        elif open_lines and not line.above and _goes_on(open_lines, line, blocks[-1].kind):
            last = blocks[-1]
            blocks[-1] = Block(last.kind, last.start, line.end, last.body, last.marker, last.depth, last.rule)
            open_lines.append(line)
        else:
            stack = [] if line.above and len(line.text) > 20 else stack
            blocks.append(Block(BlockKind.PARAGRAPH, line.start, line.end, line.body, rule="line"))
            open_lines = [line]
    return blocks


def _dash_goes_on(open_lines: list[Line], line: Line) -> bool:
    """A line that begins with a dash in the middle of a wrapped sentence is no list item."""
    if not open_lines or line.above or line.marker not in {"-", "–", "—"}:
        return False
    last = open_lines[-1]
    return not last.marker and len(last.text) > 60 and not _ENDED.search(last.text) and line.text[:1].islower()


def _goes_on(open_lines: list[Line], line: Line, kind: BlockKind) -> bool:
    """Whether a line continues the paragraph or item above it: indented, or wrapped."""
    first, last = open_lines[0], open_lines[-1]
    if kind is BlockKind.ITEM and line.indent > first.indent:
        return True
    if line.text.startswith("|") or last.text.startswith("|"):
        return False  # a row of a table
    if line.text[:1].islower() or _OPEN.search(last.text):
        return not _looks_listed(open_lines, line)
    if last.text.endswith(("-", "\u00ad")):
        return True
    if len(last.text) < 45:
        return False
    if not _ENDED.search(last.text):
        return len(last.text) >= 55
    # the line above ends a sentence: the paragraph goes on where all its lines are filled to about one width
    widths = [len(open_line.text) for open_line in open_lines]
    first_word = len(line.text.split(" ", 1)[0])
    return len(widths) > 1 and max(widths) <= 110 and widths[-1] + first_word + 1 > max(widths) - 6


def _looks_listed(open_lines: list[Line], line: Line) -> bool:
    """Short lines in lower case below each other ('wijkagent' / 'huisarts') are a list without markers."""
    last = open_lines[-1]
    if _OPEN.search(last.text) or open_lines[0].marker:
        return False
    return len(last.text) < 40 and len(line.text) < 40


def _depth(stack: list[tuple[int, str]], line: Line) -> int:
    """The nesting of an item; `stack` keeps the levels above it."""
    style = marker_style(line.marker)
    while stack and stack[-1][0] > line.indent + 1:
        stack.pop()
    for level, (indent, known) in enumerate(stack):
        if known == style and abs(indent - line.indent) <= 1:
            del stack[level + 1 :]
            return level
    if stack and stack[-1][0] > line.indent:
        stack.pop()
    stack.append((line.indent, style))
    return len(stack) - 1
