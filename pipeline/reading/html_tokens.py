"""HTML as a row of tags and texts without a tree: how much work a tree would be, and a way to read without one.

A tree builder follows rules that take quadratic time and memory on pages made for it: 100,000 open elements, tags with
100,000 attributes, formatting that is reopened in every paragraph. Everything here takes linear time on any input.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# A begin tag of these closes an open element of the same kind, so that a row of them is no nesting.
SELF_CLOSING = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "optgroup",
        "rt",
        "rp",
        "rb",
        "colgroup",
        "caption",
        "a",
    ]
)
_RAW = frozenset(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"])
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u", "nobr"])
# Below these nothing bad can happen: a cheap way past the tags of an ordinary small page.
_FEW_TAGS, _SHORT = 1_500, 60_000
# What a tree may cost: steps along open elements, elements reopened, attributes compared. Each is about a second.
_MAX_STEPS, _MAX_REOPENED, _MAX_COMPARED = 60_000_000, 300_000, 50_000_000
_MAX_CDATA = 500  # inside SVG these hide tags from a reader of tags

_NAME = re.compile(r"[^\s/>]+")
_ATTRIBUTE = re.compile(r"([^\s/>][^\s/>=]*)\s*(=?)\s*")
_BETWEEN = re.compile(r"[\s/]*")
_UNQUOTED = re.compile(r"[^\s>]*")
_BEGIN = re.compile(r"<[A-Za-z]")
_SUBSET = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<!doctype[^>\[]*\[", re.IGNORECASE)
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, an end tag where `closing`; or `text` where `name` is empty, as written where `raw` (a script)."""

    name: str = ""
    text: str = ""
    closing: bool = False
    raw: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


def without_subset(content: str) -> str:
    """A page without the declarations inside its doctype (entities of XML): no browser reads them."""
    begin = _SUBSET.match(content[:4000])
    end = content.find("]>", begin.end()) if begin else -1
    return content if end < 0 else content[end + 2 :]


def too_costly(content: str) -> bool:
    """Whether building a tree of this page would take far more than its size says."""
    if len(content) <= _SHORT and content.count("<") <= _FEW_TAGS:
        return False
    if content.count("<![CDATA[") > _MAX_CDATA:
        return True
    opened: Counter[str] = Counter()
    depth = formatting = steps = reopened = compared = 0
    for token in tokens(content):
        name = token.name
        if not name:
            hidden = len(_BEGIN.findall(token.text)) if token.raw else 0  # inside SVG a style sheet may hold elements
            depth += hidden
            steps += hidden * hidden // 2
        elif token.closing:
            if opened[name]:
                opened[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
        else:
            compared += len(token.attributes) ** 2
            if name not in VOID and name not in SELF_CLOSING:
                opened[name] += 1
                depth += 1
                formatting += name in _FORMATTING
            steps += depth
            reopened += formatting
        if steps > _MAX_STEPS or reopened > _MAX_REOPENED or compared > _MAX_COMPARED:
            return True
    return False


def tokens(content: str) -> Iterator[Token]:
    """The tags and texts of a page in order; comments and declarations are left out, text has its entities read."""
    position = text_from = 0
    while (at := content.find("<", position)) >= 0:
        following = content[at + 1 : at + 2]
        closing = following == "/"
        if content[at + 1 + closing : at + 2 + closing].isalpha():
            if at > text_from:
                yield Token(text=html.unescape(content[text_from:at]))
            tag, position = _tag(content, at + 1 + closing, closing)
            if tag is None:
                return
            yield tag
            if tag.name in _RAW and not closing:
                end = _RAW_END[tag.name].search(content, position)
                stop = end.start() if end else len(content)
                raw = tag.name not in ("title", "textarea")
                inside = content[position:stop]
                yield Token(text=inside if raw else html.unescape(inside), raw=True)
                position = stop
            text_from = position
        elif following and following in "!?/":
            if at > text_from:
                yield Token(text=html.unescape(content[text_from:at]))
            mark = "-->" if content.startswith("<!--", at) else ">"
            end_of_mark = content.find(mark, at + 2)
            if end_of_mark < 0:
                return
            position = text_from = end_of_mark + len(mark)
        else:
            position = at + 1
    if text_from < len(content):
        yield Token(text=html.unescape(content[text_from:]))


def _tag(content: str, at: int, closing: bool) -> tuple[Token | None, int]:
    """The tag whose name begins at `at`, and where it ends; none where the page ends within it."""
    named = _NAME.match(content, at)
    assert named is not None
    attributes: dict[str, str] = {}
    position = named.end()
    while True:
        between = _BETWEEN.match(content, position)
        position = between.end() if between else position
        if position >= len(content):
            return None, position
        if content[position] == ">":
            return Token(named[0].lower(), closing=closing, attributes=attributes), position + 1
        attribute = _ATTRIBUTE.match(content, position)
        assert attribute is not None
        position = attribute.end()
        value = ""
        if attribute[2]:
            quote = content[position : position + 1]
            if quote and quote in "\"'":
                end = content.find(quote, position + 1)
                if end < 0:
                    return None, len(content)
                value, position = content[position + 1 : end], end + 1
            else:
                unquoted = _UNQUOTED.match(content, position)
                value = unquoted[0] if unquoted else ""
                position += len(value)
        attributes.setdefault(attribute[1].lower(), html.unescape(value))
