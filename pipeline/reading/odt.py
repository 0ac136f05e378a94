"""ODT: paragraphs, headings, lists, tables, text boxes and notes of an OpenDocument text.

Read by the standard library, as the tree is small and plain: insertions and results of fields are read; deletions,
comments, hidden text, alternative texts, headers, footers and the table of contents are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .composing import BULLET, Composed
from .docx_styles import counted
from .flowing import Flow, Place, with_target
from .rendered import Hints, Rendered
from .unreadable import Unreadable
from .zipped_xml import Package, encrypted

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES: Mapping[str, str] = {
    **{f"{_ODF}{name}:1.0": name for name in ("office", "text", "table", "style", "draw", "manifest")},
    f"{_ODF}xsl-fo-compatible:1.0": "fo",
    "http://www.w3.org/1999/xlink": "xlink",
    f"{_ODF}svg-compatible:1.0": "svg",
    "http://www.w3.org/XML/1998/namespace": "xml",
}

_SECTIONS = {"text|section", "text|index-body", "text|numbered-paragraph", "draw|frame", "draw|text-box", "draw|a"}
_UNSEEN = {"text|tracked-changes", "text|table-of-content", "office|annotation", "office|annotation-end", "svg|title",
           "svg|desc", "text|note", "text|ruby-text", "office|forms", "text|page-number", "text|page-count",
           "office|event-listeners", "draw|frame", "text|hidden-text", "text|hidden-paragraph"}  # fmt: skip
_SIGNS = {"text|tab": "\t", "text|line-break": "\n"}
_TITLES = re.compile(r"(?:title|titel|subtitle|ondertitel|heading|kop)(?:_20_\d)?", re.IGNORECASE)
_NOTHING = re.compile(r"-?0*(?:\.0+)?(?:[a-z]{2}|%)?")
_MAX_SPACES = 1_000  # of one <text:s>


def read(data: bytes, _: Hints) -> Rendered:
    """The text of an ODT (also .ott). Raises Unreadable."""
    package = Package(data, "ODT", PREFIXES)
    manifest = package.optional("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("manifest|encryption-data"), None) is not None:
        raise encrypted("ODT")
    content = package.needed("content.xml")
    text = content.find("office|body/office|text")
    if text is None:
        raise Unreadable("damaged", "the OpenDocument file holds no text: it may be a spreadsheet or a drawing")
    composed = _Reader(content, package.optional("styles.xml")).read(text)
    if not composed.content:
        raise Unreadable("empty", "the ODT file holds no text")
    return Rendered(composed.content, "odt", composed.origins)


@dataclass(slots=True)
class _Open:
    """A list that is being read: `style` names its look, `level` counts from 0, `counts` goes per level."""

    style: str
    level: int
    counts: dict[int, int]


class _Reader:
    def __init__(self, content: Element, styles: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._lists: dict[str, dict[int, Element]] = {}
        for root in (styles, content):  # automatic styles of the content go before those of the same name
            for style in root.iter("style|style") if root is not None else ():
                self._styles[style.get("style|name", "")] = style
            for look in root.iter("text|list-style") if root is not None else ():
                levels = {_whole(level.get("text|level"), 1) - 1: level for level in look}
                self._lists[look.get("style|name", "")] = levels
        self._counted: dict[str, dict[int, int]] = {}  # where the numbers of a list ended, by its style or id
        self._notes: list[Element] = []
        self._boxes: list[Element] = []
        self._flow = Flow()
        self._paragraphs = 0
        self._counting = True
        self._in_cell = False
        self._above: str | None = None  # style of the paragraph above, where nothing stands between

    def read(self, text: Element) -> Composed:
        """The whole text, notes behind it."""
        self._blocks(text)
        self._counting = False
        for n, note in enumerate(self._notes, 1):
            self._apart()
            self._flow.at(f"note {n}")
            self._blocks(note)
        return self._flow.compose()

    # --- blocks

    def _blocks(self, parent: Element) -> None:
        for child in parent:
            if child.tag in {"text|p", "text|h"}:
                self._paragraph(child, None)
            elif child.tag == "text|list":
                self._list(child, None)
            elif child.tag == "table|table":
                self._table(child)
            elif child.tag in _SECTIONS and not self._is_hidden(child):
                self._blocks(child)

    def _paragraph(self, paragraph: Element, item: Place | None) -> None:
        if self._counting:
            self._paragraphs += 1
            self._flow.at(f"paragraph {self._paragraphs}")
        style = paragraph.get("text|style-name", "")
        out: list[str] = []
        if not self._is_hidden(paragraph):
            self._inline(paragraph, out)
        boxes, self._boxes = self._boxes, []
        heading = paragraph.tag == "text|h" or self._is_title(style)
        tight = self._above is not None and (self._in_cell or self._no_space(self._above, style))
        level, marker = (item.level, item.marker) if item is not None else (None, "")
        self._flow.add("".join(out), Place(heading, level, marker, tight))
        self._above = style
        for box in boxes:
            self._apart()
            self._blocks(box)
            self._apart()

    def _apart(self) -> None:
        self._flow.end()
        self._above = None

    # --- lists

    def _list(self, element: Element, outer: _Open | None) -> None:
        style = element.get("text|style-name") or (outer.style if outer else "")
        if outer is not None:
            here = _Open(style, outer.level + 1, outer.counts)
            here.counts.pop(here.level, None)
        else:
            followed = element.get("text|continue-list", "")
            goes_on = element.get("text|continue-numbering") == "true" or followed
            counts = dict(self._counted.get(followed or style, {})) if goes_on else {}
            here = _Open(style, 0, counts)
        for item in element:
            if item.tag in {"text|list-item", "text|list-header"}:
                self._item(item, here)
        if outer is None:
            self._counted[style] = here.counts
            for key in ("xml|id", "text|id"):
                self._counted[element.get(key, style)] = here.counts

    def _item(self, item: Element, here: _Open) -> None:
        first = True
        for child in item:
            if child.tag == "text|list":
                self._list(child, here)
            elif child.tag in {"text|p", "text|h"}:
                place = self._listed(item, here) if first and item.tag == "text|list-item" else None
                first = False
                self._paragraph(child, place)
            elif child.tag in _SECTIONS:
                self._blocks(child)

    def _listed(self, item: Element, here: _Open) -> Place | None:
        look = self._lists.get(here.style, {}).get(here.level)
        if look is None or look.tag == "text|list-level-style-image":
            return Place(level=here.level)
        if look.tag == "text|list-level-style-bullet":
            return Place(level=here.level, marker=BULLET)
        begin = _whole(item.get("text|start-value") or look.get("text|start-value"), 1)
        count = begin if item.get("text|start-value") else here.counts.get(here.level, begin - 1) + 1
        here.counts[here.level] = count
        shown = counted(count, look.get("style|num-format") or "none")
        marker = f"{look.get('style|num-prefix', '')}{shown}{look.get('style|num-suffix', '')}".strip()
        if not shown:
            return Place(level=here.level, marker=BULLET) if marker else None
        return Place(level=here.level, marker=marker)

    # --- tables

    def _table(self, table: Element) -> None:
        self._apart()
        for row in _rows(table):
            cells = [cell for cell in row if cell.tag == "table|table-cell"]
            if all(self._is_plain(cell) for cell in cells):
                self._row(cells)
                continue
            for cell in cells:
                self._apart()
                outer, self._in_cell = self._in_cell, True
                self._blocks(cell)
                self._in_cell = outer
        self._apart()

    def _row(self, cells: list[Element]) -> None:
        first = self._paragraphs + 1
        texts: list[str] = []
        for cell in cells:
            out: list[str] = []
            for paragraph in cell:
                self._paragraphs += self._counting
                self._inline(paragraph, out)
            texts.append("".join(out))
        if self._counting:
            self._flow.at(f"paragraph {first}")
        self._flow.row(texts)

    def _is_plain(self, cell: Element) -> bool:
        """Whether a cell holds one paragraph at most, and nothing else."""
        full = [child for child in cell if "".join(child.itertext()).strip()]
        plain = all(child.tag in {"text|p", "text|h"} for child in cell)
        return plain and len(full) <= 1 and next(cell.iter("draw|text-box"), None) is None

    # --- the text of a paragraph

    def _inline(self, parent: Element, out: list[str]) -> None:
        out.append(_white(parent.text))
        for child in parent:
            if child.tag == "text|s":
                out.append(" " * min(_whole(child.get("text|c"), 1), _MAX_SPACES))
            elif child.tag in _SIGNS:
                out.append(_SIGNS[child.tag])
            elif child.tag == "text|note":
                self._notes.extend(child.findall("text|note-body"))
            elif child.tag in {"draw|frame", "draw|custom-shape"}:
                self._boxes.extend(child.findall("draw|text-box") or ([child] if _is_shape(child) else []))
            elif child.tag == "text|a":
                inside: list[str] = []
                self._inline(child, inside)
                out.append(with_target("".join(inside), child.get("xlink|href", "")))
            elif child.tag not in _UNSEEN and not self._is_hidden(child):
                self._inline(child, out)
            out.append(_white(child.tail))

    # --- styles

    def _is_hidden(self, element: Element) -> bool:
        if element.get("text|display") in {"none", "condition"} and element.tag == "text|section":
            return True
        name = element.get("text|style-name", "")
        return any(
            properties.get("text|display") == "none"
            for style in self._chain(name)
            for properties in style.findall("style|text-properties")
        )

    def _is_title(self, name: str) -> bool:
        return any(
            _TITLES.fullmatch(style.get("style|name", "")) or style.get("style|default-outline-level")
            for style in self._chain(name)
        )

    def _no_space(self, above: str, below: str) -> bool:
        return self._margin(above, "bottom") and self._margin(below, "top")

    def _margin(self, name: str, side: str) -> bool:
        """Whether a style has no space at this side."""
        for style in self._chain(name):
            for properties in style.findall("style|paragraph-properties"):
                margin = properties.get(f"fo|margin-{side}", properties.get("fo|margin"))
                if margin is not None:
                    return bool(_NOTHING.fullmatch(margin))
        return True

    def _chain(self, name: str) -> Iterator[Element]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = self._styles[name].get("style|parent-style-name", "")


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "table|table-row":
            yield child
        elif child.tag in {"table|table-header-rows", "table|table-rows", "table|table-row-group"}:
            yield from _rows(child)


def _is_shape(element: Element) -> bool:
    return element.tag == "draw|custom-shape" and any(child.tag in {"text|p", "text|list"} for child in element)


def _white(text: str | None) -> str:
    """In ODF a line end or a run of spaces in the file is one space."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d{1,9}", text) else default
