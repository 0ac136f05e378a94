"""DOCX: paragraphs, lists, tables, text boxes and notes in the order of the page.

Read are the words that a reader of the final text sees: insertions, results of fields, footnotes (behind the text).
Left out are deletions, hidden text, comments, headers, footers, alternative texts and the table of contents.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .composing import Composed
from .docx_styles import Look, Numbering, Styles, is_on
from .flowing import Flow, Place, with_target
from .rendered import Hints, Rendered
from .unreadable import Unreadable
from .zipped_xml import Package

_TRANSITIONAL = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
PREFIXES: Mapping[str, str] = {
    f"{_TRANSITIONAL}/wordprocessingml/2006/main": "w",
    f"{_STRICT}/wordprocessingml/main": "w",
    f"{_TRANSITIONAL}/officeDocument/2006/relationships": "r",
    f"{_STRICT}/officeDocument/relationships": "r",
    f"{_TRANSITIONAL}/officeDocument/2006/math": "m",
    f"{_STRICT}/officeDocument/math": "m",
    f"{_TRANSITIONAL}/markup-compatibility/2006": "mc",
    f"{_TRANSITIONAL}/package/2006/relationships": "p",
}

# Wrapped around paragraphs or runs without a meaning of their own.
_WRAPPERS = {"w|sdt", "w|sdtContent", "w|customXml", "w|smartTag", "w|ins", "w|moveTo", "w|dir", "w|bdo", "w|ruby",
             "w|rubyBase", "m|oMath", "m|oMathPara", "w|txbxContent"}  # fmt: skip
_UNSEEN = {"w|del", "w|moveFrom", "w|delText", "w|instrText", "w|delInstrText", "w|pPr", "w|rPr", "w|sdtPr", "w|tblPr",
           "w|annotationRef", "w|rt", "w|footnoteRef", "w|endnoteRef"}  # fmt: skip
_SIGNS = {"w|tab": "\t", "w|ptab": "\t", "w|br": "\n", "w|cr": "\n", "w|noBreakHyphen": "-"}
_NOTES = {"w|footnoteReference": "footnote", "w|endnoteReference": "endnote"}
_LINK = re.compile(r"HYPERLINK\s+\"?([^\s\"]+)", re.IGNORECASE)
_LISTED_PAGES = {"Table of Contents", "Bibliographies"}


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str  # the last part of its type: 'styles', 'hyperlink'
    target: str


@dataclass(slots=True)
class _Field:
    """A field whose end has not come: what it asks for, and where in the paragraph its result begins."""

    asks: str
    begin: int


def read(data: bytes, _: Hints) -> Rendered:
    """The text of a DOCX (also .docm, .dotx, strict OOXML). Raises Unreadable."""
    package = Package(data, "DOCX", PREFIXES)
    main = next((r.target for r in _relations(package, "").values() if r.kind == "officeDocument"), "word/document.xml")
    root = package.needed(main)
    body = root.find("w|body")
    if body is None:
        raise Unreadable("damaged", f"{main} is not the text of a Word file")
    composed = _Reader(package, main).read(body)
    if not composed.content:
        raise Unreadable("empty", "the DOCX file holds no text")
    return Rendered(composed.content, "docx", composed.origins)


def _relations(package: Package, part: str) -> dict[str, _Relation]:
    """The relations of a part by id; targets inside the file as names of parts."""
    folder, name = posixpath.split(part)
    root = package.optional(posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, _Relation] = {}
    for relation in root.iter("p|Relationship") if root is not None else ():
        target = relation.get("|Target", "")
        if relation.get("|TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[relation.get("|Id", "")] = _Relation(posixpath.basename(relation.get("|Type", "")), target)
    return found


class _Reader:
    def __init__(self, package: Package, main: str) -> None:
        self._relations = _relations(package, main)
        parts = {r.kind: r.target for r in self._relations.values()}
        self._styles = Styles(package.optional(parts.get("styles", "")))
        self._numbering = Numbering(package.optional(parts.get("numbering", "")))
        self._notes = {
            (kind, note.get("w|id", "")): note
            for kind in ("footnote", "endnote")
            for root in [package.optional(parts.get(f"{kind}s", ""))]
            for note in (root.iter(f"w|{kind}") if root is not None else ())
        }
        self._asked: list[tuple[str, str]] = []  # notes in the order of their references
        self._boxes: list[Element] = []  # text boxes of the paragraph that is being read
        self._flow = Flow()
        self._paragraphs = 0
        self._counting = True  # paragraphs of the body have numbers, those of notes have not
        self._in_cell = False
        self._above: Look | None = None  # the paragraph above, where nothing stands between
        self._carried = ""  # text of a paragraph whose end was deleted: the next one goes on with it

    def read(self, body: Element) -> Composed:
        """The whole text, notes behind it."""
        self._blocks(body)
        self._counting = False
        for n, key in enumerate(dict.fromkeys(self._asked), 1):
            if key in self._notes:
                self._apart()
                self._flow.at(f"note {n}")
                self._blocks(self._notes[key])
        if self._carried:
            self._flow.add(self._carried, Place())
        return self._flow.compose()

    # --- blocks

    def _blocks(self, parent: Element) -> None:
        for child in _seen(parent):
            if child.tag == "w|p":
                self._paragraph(child)
            elif child.tag == "w|tbl":
                self._table(child)
            elif child.tag in _WRAPPERS and not _lists_pages(child):
                self._blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        if self._counting:
            self._paragraphs += 1
            self._flow.at(f"paragraph {self._paragraphs}")
        properties = paragraph.find("w|pPr")
        look = self._styles.look(properties)
        text, boxes = self._carried + self._text(paragraph), self._boxes
        self._carried, self._boxes = "", []
        if properties is not None and properties.find("w|rPr/w|del") is not None:
            self._carried = text
        elif not look.contents:
            self._flow.add(text, self._place(look, text))
            self._above = look
        for box in boxes:
            self._apart()
            self._blocks(box)
            self._apart()

    def _place(self, look: Look, text: str) -> Place:
        tight = self._above is not None and (self._in_cell or self._above.after + look.before == 0)
        if not look.list_id or not text.strip():
            return Place(heading=look.heading, tight=tight)
        marker = self._numbering.marker(look.list_id, look.level)
        return Place(look.heading, look.level, marker, tight)

    def _apart(self) -> None:
        self._flow.end()
        self._above = None

    # --- tables

    def _table(self, table: Element) -> None:
        self._apart()
        for row in _rows(table):
            cells = [cell for cell in _below(row, "w|tc") if not _merged(cell)]
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
        texts: list[str] = []
        first = self._paragraphs + 1
        for cell in cells:
            texts.append(" ".join(self._text(paragraph) for paragraph in _below(cell, "w|p")))
            self._paragraphs += sum(1 for _ in _below(cell, "w|p")) if self._counting else 0
        if self._counting:
            self._flow.at(f"paragraph {first}")
        self._flow.row(texts)

    def _is_plain(self, cell: Element) -> bool:
        """Whether a cell holds one paragraph at most, and no list, table or text box."""
        if next(_below(cell, "w|tbl"), None) is not None or next(cell.iter("w|txbxContent"), None) is not None:
            return False
        full = [paragraph for paragraph in _below(cell, "w|p") if any(t.text for t in paragraph.iter("w|t"))]
        return len(full) <= 1 and not any(self._styles.look(paragraph.find("w|pPr")).list_id for paragraph in full)

    # --- the text of a paragraph

    def _text(self, paragraph: Element) -> str:
        out: list[str] = []
        fields: list[_Field] = []
        self._runs(paragraph, out, fields)
        return "".join(out)

    def _runs(self, parent: Element, out: list[str], fields: list[_Field]) -> None:
        for child in _seen(parent):
            tag = child.tag
            if tag in {"w|t", "m|t"}:
                out.append(child.text or "")
            elif tag in _SIGNS:
                out.append(_SIGNS[tag])
            elif tag == "w|sym":
                out.append(_symbol(child))
            elif tag == "w|fldChar":
                _turn(child.get("w|fldCharType", ""), out, fields)
            elif tag == "w|r":
                if fields:
                    fields[-1].asks += "".join(i.text or "" for i in child.findall("w|instrText"))
                if not _hidden(child):
                    self._runs(child, out, fields)
            elif tag in {"w|hyperlink", "w|fldSimple"}:
                inside: list[str] = []
                self._runs(child, inside, fields)
                out.append(with_target("".join(inside), self._target(child)))
            elif tag in _NOTES:
                self._asked.append((_NOTES[tag], child.get("w|id", "")))
            elif tag == "w|txbxContent":
                self._boxes.append(child)
            else:
                self._runs(child, out, fields)

    def _target(self, link: Element) -> str:
        if link.tag == "w|hyperlink":
            relation = self._relations.get(link.get("r|id", ""))
            return relation.target if relation is not None and relation.kind == "hyperlink" else ""
        match = _LINK.search(link.get("w|instr", ""))
        return match[1] if match else ""


def _seen(parent: Element) -> Iterator[Element]:
    """The children that a reader sees; of alternatives the first one that this program knows: any."""
    for child in parent:
        if child.tag == "mc|AlternateContent":
            chosen = next((c for c in child if c.tag in {"mc|Choice", "mc|Fallback"}), None)
            if chosen is not None:
                yield from _seen(chosen)
        elif child.tag not in _UNSEEN:
            yield child


def _below(parent: Element, tag: str) -> Iterator[Element]:
    """The children of one kind, also those that are wrapped."""
    for child in _seen(parent):
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _below(child, tag)


def _rows(table: Element) -> Iterator[Element]:
    for row in _below(table, "w|tr"):
        if row.find("w|trPr/w|del") is None:
            yield row


def _merged(cell: Element) -> bool:
    """Whether a cell is the lower part of the one above it."""
    merge = cell.find("w|tcPr/w|vMerge")
    return merge is not None and merge.get("w|val", "continue") == "continue"


def _lists_pages(control: Element) -> bool:
    """A content control that holds the table of contents."""
    gallery = control.find("w|sdtPr/w|docPartObj/w|docPartGallery")
    return gallery is not None and gallery.get("w|val") in _LISTED_PAGES


def _hidden(run: Element) -> bool:
    vanish = run.find("w|rPr/w|vanish")
    return vanish is not None and is_on(vanish, "w|val")


def _symbol(sign: Element) -> str:
    """A character of a symbol font; those of the private area keep their code, which tells a bullet."""
    code = sign.get("w|char", "")
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) and not code.upper().startswith("D") else " "


def _turn(kind: str, out: list[str], fields: list[_Field]) -> None:
    """A field begins, gives its result, or ends: then the address that it leads to is known."""
    if kind == "begin":
        fields.append(_Field("", len(out)))
    elif kind == "end" and fields:
        field = fields.pop()
        match = _LINK.search(field.asks)
        if match:
            out[field.begin :] = [with_target("".join(out[field.begin :]), match[1])]
