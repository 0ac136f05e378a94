"""The pages of formats.py as word processors and browsers write them: DOCX, ODT, RTF, PDF."""

from __future__ import annotations

import importlib.util
import io
import sys
import textwrap
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape


def beside(name: str) -> ModuleType:
    """A module of this folder: tests are no package."""
    known = sys.modules.get(f"tests_{name}")
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


formats = beside("formats")


# --- DOCX, by python-docx


def as_docx(page: formats.Page) -> bytes:
    """With the styles of Word for headings and lists."""
    import docx

    document = docx.Document()
    for block in page.blocks:
        if isinstance(block, formats.Heading):
            document.add_heading(block.text, 0 if block.level == 1 else block.level - 1)
        elif isinstance(block, formats.Items):
            _docx_items(document, block)
        elif isinstance(block, formats.Table):
            table = document.add_table(rows=0, cols=max(len(row) for row in block.rows))
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(block.text, style="Quote" if isinstance(block, formats.Quote) else None)
    document.sections[0].header.paragraphs[0].text = "Kopregel van de gemeente Nergenshuizen"
    document.sections[0].footer.paragraphs[0].text = "Voetregel, pagina 1"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_items(document: object, items: formats.Items) -> None:
    """Every list has numbers of its own, as Word gives it; levels by `w:ilvl`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    numbering = document.part.numbering_part.element  # type: ignore[attr-defined]
    abstract = OxmlElement("w:abstractNum")
    abstract_id = str(1000 + len(numbering.findall(qn("w:abstractNum"))))
    abstract.set(qn("w:abstractNumId"), abstract_id)
    for level in range(3):
        lvl = OxmlElement("w:lvl")
        lvl.set(qn("w:ilvl"), str(level))
        numbered = items.start is not None and level == 0
        for tag, value in (
            ("w:start", str(items.start or 1)),
            ("w:numFmt", "decimal" if numbered else "bullet"),
            ("w:lvlText", f"%{level + 1}." if numbered else "\uf0b7"),
        ):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            lvl.append(child)
        abstract.append(lvl)
    numbering.insert(0, abstract)
    number = numbering.add_num(int(abstract_id))
    for depth, _, text in formats.listed(items):
        paragraph = document.add_paragraph(text, style="List Paragraph")  # type: ignore[attr-defined]
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = depth
        properties.get_or_add_numId().val = number.numId


# --- ODT, by hand as LibreOffice writes it

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    [
        *(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text", "table", "style", "draw", "manifest")),
        f'xmlns:fo="{_ODF}xsl-fo-compatible:1.0" xmlns:svg="{_ODF}svg-compatible:1.0"',
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ]
)
_BULLET = '<text:list-level-style-bullet text:level="{n}" text:bullet-char="•"/>'
_NUMBER = (
    '<text:list-level-style-number text:level="1" text:start-value="{n}" style:num-format="1" style:num-suffix="."/>'
)


def odt_of(body: str, automatic: str = "", styles: str = "", manifest: str = "") -> bytes:
    """An ODT whose text is this XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {SPACES}><office:automatic-styles>'
        f"{automatic}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    base = (
        '<style:style style:name="Text_20_body" style:family="paragraph"><style:paragraph-properties '
        'fo:margin-top="0cm" fo:margin-bottom="0.25cm"/></style:style>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {SPACES}><office:styles>{base}{styles}</office:styles><office:master-styles>"
            '<style:master-page style:name="Standard"><style:header><text:p>Kopregel van de gemeente</text:p>'
            "</style:header></style:master-page></office:master-styles></office:document-styles>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {SPACES}>{manifest}</manifest:manifest>")
    return out.getvalue()


def as_odt(page: formats.Page) -> bytes:
    """With headings, lists and tables of their own."""
    automatic: list[str] = []
    body: list[str] = []
    for block in page.blocks:
        if isinstance(block, formats.Heading):
            body.append(f'<text:h text:outline-level="{block.level}">{_odt_text(block.text)}</text:h>')
        elif isinstance(block, formats.Items):
            name = f"L{len(automatic) + 1}"
            levels = [_BULLET.format(n=n) for n in (1, 2, 3)]
            if block.start is not None:
                levels[0] = _NUMBER.format(n=block.start)
            automatic.append(f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>')
            body.append(_odt_items(block, f' text:style-name="{name}"'))
        elif isinstance(block, formats.Table):
            rows = (
                f"<table:table-row>{''.join(f'<table:table-cell><text:p>{_odt_text(c)}</text:p></table:table-cell>' for c in row)}</table:table-row>"
                for row in block.rows
            )
            body.append(f"<table:table>{''.join(rows)}</table:table>")
        else:
            body.append(f'<text:p text:style-name="Text_20_body">{_odt_text(block.text)}</text:p>')
    return odt_of("".join(body), "".join(automatic))


def _odt_text(text: str) -> str:
    return escape(text).replace("\n", "<text:line-break/>")


def _odt_items(items: formats.Items, style: str = "") -> str:
    inside = "".join(
        f"<text:list-item><text:p>{_odt_text(item.text)}</text:p>{_odt_items(item.inner) if item.inner else ''}</text:list-item>"
        for item in items.items
    )
    return f"<text:list{style}>{inside}</text:list>"


# --- RTF, by hand as Word writes it

_RTF_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f3\ftech\fcharset2 Symbol;}}"
    r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 heading 1;}{\s31 toc 1;}}{\header\pard Kopregel van de gemeente\par}"
)


def rtf_of(body: str) -> bytes:
    """An RTF whose text is this code."""
    return f"{_RTF_HEAD}\n{body}}}".encode("ascii")


def as_rtf(page: formats.Page) -> bytes:
    """With printed markers, as all word processors write them."""
    body: list[str] = []
    for block in page.blocks:
        if isinstance(block, formats.Heading):
            body.append(rf"\pard\plain\s1\outlinelevel0\sb240\sa60 {rtf_text(block.text)}\par")
        elif isinstance(block, formats.Items):
            for depth, marker, text in formats.listed(block):
                shown = r"\f3\'b7" if marker == "•" else marker
                body.append(
                    rf"{{\listtext\pard\plain {shown}\tab}}\pard\plain\ilvl{depth}\ls1\li{720 * (depth + 1)} {rtf_text(text)}\par"
                )
        elif isinstance(block, formats.Table):
            for row in block.rows:
                cells = "".join(rf"{rtf_text(cell)}\cell " for cell in row)
                body.append(rf"\trowd\cellx3000\cellx6000\pard\intbl {cells}\row")
        else:
            body.append(rf"\pard\plain\sa200 {rtf_text(block.text)}\par")
    return rtf_of("\n".join(body))


def rtf_text(text: str) -> str:
    """Characters beyond ASCII in both ways that RTF knows."""
    out: list[str] = []
    for c in text:
        if c == "\n":
            out.append(r"\line ")
        elif c in "\\{}":
            out.append("\\" + c)
        elif ord(c) < 128:
            out.append(c)
        elif ord(c) < 256:
            out.append(rf"\'{ord(c):02x}")
        else:
            halves = c.encode("utf-16-le")
            units = [int.from_bytes(halves[n : n + 2], "little") for n in range(0, len(halves), 2)]
            out.extend(rf"\u{unit - 0x10000 if unit > 0x7FFF else unit}?" for unit in units)
    return "".join(out)


# --- PDF, by hand, in Courier, whose every character is 0.6 of the font size wide

SIZE, LEADING, MARGIN, WIDTH, HEIGHT = 10.0, 13.0, 56.0, 595.0, 842.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at a place of a sheet, or a square where there are none."""

    x: float
    y: float
    text: str = ""
    size: float = SIZE
    bold: bool = False
    turn: int = 0  # clockwise


def pdf_of(*sheets: list[Mark], rotate: int = 0, link: tuple[str, str] | None = None) -> bytes:
    """A PDF of one page per sheet, drawn in the order of the marks; `link` is a rectangle and its target."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    for name in ("Courier", "Courier-Bold"):
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
    kids: list[str] = []
    linked = (
        f"/Annots [<< /Type /Annot /Subtype /Link /Rect [{link[0]}] /A << /S /URI /URI ({link[1]}) >> >>] "
        if link
        else ""
    )
    for marks in sheets:
        drawn = "\n".join(_drawn(mark) for mark in marks)
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotate} /Contents {len(objects)} 0 R "
            f"{linked}/Resources << /Font << /F0 3 0 R /F1 4 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = b"%PDF-1.4\n"
    places: list[int] = []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii")


_TURNS = {0: "1 0 0 1", 90: "0 -1 1 0", 180: "-1 0 0 -1", 270: "0 1 -1 0", 45: "0.7071 -0.7071 0.7071 0.7071"}


def _drawn(mark: Mark) -> str:
    if not mark.text:
        return f"{mark.x} {mark.y} 3.5 3.5 re f"
    words = mark.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{int(mark.bold)} {mark.size} Tf {_TURNS[mark.turn]} {mark.x} {mark.y} Tm ({words}) Tj ET"


def as_pdf(page: formats.Page) -> bytes:
    """As a word processor prints: squares for bullets, space between paragraphs, the number of the page below."""
    sheets: list[list[Mark]] = []
    y = 0.0

    def line(text: str, x: float, *, size: float = SIZE, bold: bool = False, marker: str | None = None) -> None:
        nonlocal y
        if not sheets or y < 100:
            sheets.append([Mark(290, 30, f"{len(sheets) + 1}", 8)])
            y = HEIGHT - 80
        if marker == "•":
            sheets[-1].append(Mark(x - 12, y + 1.5))
        elif marker:
            sheets[-1].append(Mark(x - 12 - 6 * (len(marker) - 1), y, marker))
        sheets[-1].append(Mark(x, y, text, size, bold))
        y -= LEADING * size / SIZE

    def block(text: str, x: float, *, size: float = SIZE, bold: bool = False, marker: str | None = None) -> None:
        for part in text.split("\n"):
            for wrapped in textwrap.wrap(part, int((WIDTH - MARGIN - x) / (0.6 * size)), break_on_hyphens=False):
                line(wrapped, x, size=size, bold=bold, marker=marker)
                marker = None

    for item in page.blocks:
        y -= 8
        if isinstance(item, formats.Heading):
            block(item.text, MARGIN, size=16 if item.level == 1 else 12, bold=True)
        elif isinstance(item, formats.Items):
            for depth, marker, text in formats.listed(item):
                block(text, MARGIN + 30 + 24 * depth, marker=marker)
        elif isinstance(item, formats.Table):
            for row in item.rows:
                for n, cell in enumerate(row):
                    if cell:
                        line(cell, MARGIN + 220 * n)
                        y += LEADING
                y -= LEADING * 1.2
        else:
            block(item.text, MARGIN)
    return pdf_of(*sheets)


WRITERS = {"docx": as_docx, "odt": as_odt, "rtf": as_rtf, "pdf": as_pdf}
