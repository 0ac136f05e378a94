"""Markdown: CommonMark with tables, read by way of the page that it describes; HTML in it is read as HTML.

A block's place is its first line in the source: 'line 12'. Line ends in a paragraph of short lines stay, because people
write addresses so; a long line was wrapped, and goes on in the next. Of front matter the title stands above the text
where the text has no first heading, and its date as the rules of chrome know it from other sources ('date 2021-03-12').
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from .html import characters, compose
from .rendered import Hints, Rendered
from .unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^(?:title|titel)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_DATE = re.compile(r"^(date|datum|published)[ \t]*:[ \t]*['\"]?(\d{4}-\d\d(?:-\d\d)?)", re.MULTILINE | re.IGNORECASE)
_TOP_HEADING = re.compile(r"^#[ \t]+\S|^\S.*\n=+[ \t]*$|<h1[\s>]", re.MULTILINE | re.IGNORECASE)
_MARKER = re.compile(r"\s*(?:[•·▪●◦‣*–-]\s|\(?\w{1,2}[.)]\s)")
_WRAPPED = 60  # a line this long was wrapped by an editor
_DEEPEST = 100  # of tokens; a list and its item are two. What lies deeper would be lost


def read(data: bytes, hints: Hints) -> Rendered:
    """A text in Markdown as one text. Raises Unreadable."""
    content, encoding = characters(data, hints.charset)
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    skipped = text.count("\n", 0, front.end()) if front else 0
    composed = compose((_about(front[1], body) if front else "") + _page(body, skipped), lines=True)
    if not composed.content:
        raise Unreadable("no_text", "the file holds no text besides its markup")
    return Rendered(composed.content, encoding, composed.origins)


def _about(front: str, body: str) -> str:
    """What of front matter is text: a title, and when it was written."""
    told: list[str] = []
    title, date = _TITLE.search(front), _DATE.search(front)
    if title and not _TOP_HEADING.search(body):
        told.append(
            f'<h1 data-line="{_line(front, title)}">{html.escape(title[1].strip().strip(chr(34) + chr(39)))}</h1>'
        )
    if date:
        told.append(f'<p data-line="{_line(front, date)}">{date[1].lower()} {date[2]}</p>')
    return "\n".join(told)


def _line(front: str, match: re.Match[str]) -> int:
    return front.count("\n", 0, match.start()) + 2


def _page(body: str, skipped: int) -> str:
    """The HTML of a text, every block with its line; `skipped` lines stood above it."""
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise Unreadable("missing_extra", "Markdown needs markdown-it-py: pip install 'coalitie[html]'") from None
    reader = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    tokens = reader.parse(body)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise Unreadable("too_deep", f"lists or quotations stand more than {_DEEPEST // 2} deep in each other")
    for token in tokens:
        if token.type == "inline":
            _keep_lines(token.children or [])
        elif token.map and token.nesting >= 0:
            line = token.map[0] + 1 + skipped
            if token.type == "html_block":
                token.content = f'<p data-line="{line}"></p>{token.content}'
            else:
                token.attrSet("data-line", str(line))
    return str(reader.renderer.render(tokens, reader.options, {}))


def _keep_lines(inline: Sequence[Token]) -> None:
    """Makes line breaks of the line ends that their writer meant."""
    length = 0
    for n, token in enumerate(inline):
        if token.type not in ("softbreak", "hardbreak"):
            length += len(token.content)
            continue
        following = inline[n + 1].content if n + 1 < len(inline) else ""
        if token.type == "softbreak" and (length < _WRAPPED or _MARKER.match(following)):
            token.type, token.tag = "hardbreak", "br"
        length = 0
