"""HTML: headings, lists, tables and line breaks as a reader of the page sees them; menus, banners and scripts left out.

Nothing is fetched. Of a link the text is kept; behind it, in brackets, a mail address or telephone number that the text
does not show, and the address of what the text only calls a website. Other targets are left out.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from .composing import Composed
from .html_blocks import PageBlocks
from .html_noise import controlled
from .html_tokens import SELF_CLOSING, VOID, tokens, too_costly, without_subset
from .rendered import Hints, Rendered
from .text import decode
from .unreadable import Unreadable

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_META = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_META_WITHIN = 4_096
# Codecs of characters; Python knows more that are no such thing, which a page must not choose.
_CODEC = re.compile(r"utf-8|cp\d{3,4}|iso8859-\d{1,2}|koi8-[ru]|mac-\w+|big5|gbk|gb18030|euc_\w+|shift_jis")
_REACH = 50  # how far up the open elements an end tag looks for its own, where there is no tree
_NEAR = 4  # and a begin tag for the one that it closes, not beyond the list or table that it is in
_FRAMES = frozenset(("ul", "ol", "dl", "table"))


def read(data: bytes, hints: Hints) -> Rendered:
    """A page as one text. Raises Unreadable."""
    content, encoding = characters(data, hints.charset)
    composed = compose(content)
    if not composed.content:
        raise Unreadable("no_text", "the page holds no text: it may be made by a script in the browser")
    return Rendered(composed.content, encoding, composed.origins)


def characters(data: bytes, charset: str = "") -> tuple[str, str]:
    """Byte order mark, what the header said, what the page says, then what fits as in plain text."""
    if not data.startswith(_MARKS):
        declared = _META.search(data[:_META_WITHIN])
        for name in (charset, declared[1].decode("ascii") if declared else ""):
            content, encoding = _decoded(data, name)
            if content:
                return content, encoding
    try:
        return decode(data)
    except Unreadable as problem:
        if problem.error != "binary" or b"\x00" not in data:
            raise
    return decode(data.replace(b"\x00", b""))


def compose(content: str, *, lines: bool = False) -> Composed:
    """The text of a page, empty where it has none. `lines`: `data-line` says from which line a block comes."""
    page = without_subset(content)
    blocks = PageBlocks(controlled(page), lines=lines)
    if too_costly(page):
        _tell_tags(page, blocks)
    else:
        _tell_tree(page, blocks)
    return blocks.compose()


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """The page in the encoding of that name; empty where it is none, or not this one."""
    try:
        codec = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return "", ""
    if codec in ("ascii", "iso8859-1"):
        codec = "cp1252"  # as browsers do: pages that say Latin-1 are Windows-1252
    if not _CODEC.fullmatch(codec):
        return "", ""
    try:
        return data.decode(codec).replace("\x00", ""), codec
    except UnicodeDecodeError:
        return "", ""


def _tell_tree(page: str, blocks: PageBlocks) -> None:
    """A tree in order of reading, without recursion."""
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        raise Unreadable("missing_extra", "HTML needs selectolax: pip install 'coalitie[html]'") from None
    root = LexborHTMLParser(page, scripting=True).root  # so that <noscript> holds no elements
    node: LexborNode | None = root
    open_nodes: list[tuple[LexborNode, str]] = []
    while node is not None:
        inner = None
        if node.is_text_node:
            blocks.text(node.text_content or "")
        elif node.is_element_node:
            tag = node.tag or ""
            attributes = {name: value or "" for name, value in node.attributes.items()}
            if blocks.begin(tag, attributes):
                inner = node.child
                if inner is None:
                    blocks.end(tag)
                else:
                    open_nodes.append((node, tag))
        following = inner if inner is not None else node.next
        while following is None and open_nodes:
            parent, tag = open_nodes.pop()
            blocks.end(tag)
            following = parent.next
        node = following


def _tell_tags(page: str, blocks: PageBlocks) -> None:
    """The tags as they stand, for pages on which a tree would cost too much; elements left open end with the page."""
    opened: list[str] = []
    left_out: list[str] = []  # an element that is not read, and those of its name inside it
    for token in tokens(page):
        name = token.name
        if left_out:
            if name == left_out[0]:
                if token.closing:
                    left_out.pop()
                elif name not in VOID:
                    left_out.append(name)
        elif not name:
            blocks.text(token.text)
        elif not token.closing:
            if name in SELF_CLOSING and _is_near(name, opened):
                _close(name, opened, blocks)
            if not blocks.begin(name, token.attributes):
                left_out = [] if name in VOID else [name]
            elif name in VOID:
                blocks.end(name)
            else:
                opened.append(name)
        elif name in opened[-_REACH:]:
            _close(name, opened, blocks)
    while opened:
        blocks.end(opened.pop())


def _is_near(name: str, opened: list[str]) -> bool:
    for other in reversed(opened[-_NEAR:]):
        if other == name or other in _FRAMES:
            return other == name
    return False


def _close(name: str, opened: list[str], blocks: PageBlocks) -> None:
    """Ends an open element and those inside it."""
    while opened:
        last = opened.pop()
        blocks.end(last)
        if last == name:
            return
