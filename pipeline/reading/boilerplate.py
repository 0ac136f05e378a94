"""HTML of pages drowned in what a site prints around them: trafilatura says what is text, the reader of HTML reads it.

A second reader for the same pages, to be chosen by who knows them: it also drops what only looks like furniture, such
as a list of participants in a column of its own. Numbered lists begin at 1 here, whatever the page says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .composing import Composed
from .html import characters
from .html_blocks import PageBlocks
from .html_tokens import too_costly, without_subset
from .rendered import Hints, Rendered
from .unreadable import Unreadable


class _Element(Protocol):
    """What is asked of an element of lxml."""

    tag: str
    text: str | None
    tail: str | None

    def get(self, name: str, default: str = "") -> str: ...

    def __iter__(self) -> Iterator[_Element]: ...


# What trafilatura calls what it found; anything else is read by its own name.
_TAGS = {"item": "li", "row": "tr", "cell": "td", "quote": "blockquote", "lb": "br", "ref": "a", "graphic": "img"}


def read(data: bytes, hints: Hints) -> Rendered:
    """The text of a page without its furniture. Raises Unreadable."""
    content, encoding = characters(data, hints.charset)
    page = without_subset(content)
    if too_costly(page):
        raise Unreadable("too_deep", "the page nests its elements too deep to look for its text")
    composed = _text_of(page)
    if not composed.content:
        raise Unreadable("no_text", "no text was found on the page: read it without --boilerplate")
    return Rendered(composed.content, encoding, composed.origins)


def _text_of(page: str) -> Composed:
    try:
        import trafilatura
    except ImportError:
        raise Unreadable(
            "missing_extra", "--boilerplate needs trafilatura: pip install 'coalitie[html-boilerplate]'"
        ) from None
    found = trafilatura.bare_extraction(
        page, favor_recall=True, include_comments=False, include_links=True, with_metadata=True
    )
    body: _Element | None = getattr(found, "body", None)
    blocks = PageBlocks()
    if body is None:
        return blocks.compose()
    blocks.begin("meta", {"property": "og:title", "content": getattr(found, "title", None) or ""})
    blocks.end("meta")
    _tell(body, blocks)
    return blocks.compose()


def _tell(body: _Element, blocks: PageBlocks) -> None:
    """The elements in order of reading, without recursion."""
    opened: list[tuple[_Element, Iterator[_Element]]] = []
    element: _Element | None = body
    while element is not None:
        tag = _tag(element)
        blocks.begin(tag, {"href": element.get("target", "")} if tag == "a" else {})
        blocks.text(element.text or "")
        opened.append((element, iter(element)))
        element = None
        while opened and (element := next(opened[-1][1], None)) is None:
            ended, _ = opened.pop()
            blocks.end(_tag(ended))
            blocks.text((ended.tail or "") if opened else "")


def _tag(element: _Element) -> str:
    name = element.tag
    if name in ("head", "list"):
        return element.get("rend", "ul" if name == "list" else "h2")
    return _TAGS.get(name, name)
