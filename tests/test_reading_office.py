"""DOCX, ODT and RTF: the same page gives the same text, and what each format has of its own is read or left out."""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.reading import docx, odt, rtf, zipped_xml
from coalitie.pipeline.reading.rendered import Hints, Rendered
from coalitie.pipeline.reading.unreadable import Unreadable
from coalitie.pipeline.records import Text
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st


def beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


office = beside("formats_office")
PAGES = office.formats.PAGES
READERS = {"docx": docx.read, "odt": odt.read, "rtf": rtf.read}
RULES = Rulebook()
LANGUAGE = assemble(spacy.blank("nl"), RULES)


def records(content: str) -> dict[str, list[tuple[object, ...]]]:
    """What a text says, without the places where it says it."""
    document = read_document(Text("page.txt", content, "utf-8", ""), RULES, LANGUAGE, Learned(()))
    return {
        "participants": [(p.text, p.type, p.group, p.where) for p in document.participants],
        "entities": [(e.label, e.text, e.value) for e in document.entities],
        "sections": [(s.heading, s.kind, s.pillar) for s in document.sections],
        "contacts": [(c.name, c.role, c.organisation, c.email, c.phone, c.url) for c in document.contacts],
    }


def read(kind: str, data: bytes) -> Rendered:
    return READERS[kind](data, Hints())


def text_of(kind: str, data: bytes) -> str:
    return read(kind, data).content


# --- one page in every format


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_gives_the_same_in_every_format(page: office.formats.Page, kind: str) -> None:
    plain = office.formats.plain(page)
    rendered = read(kind, office.WRITERS[kind](page))
    assert rendered.content == plain
    assert rendered.encoding == kind
    assert records(rendered.content) == records(plain)


@pytest.mark.parametrize("kind", READERS)
def test_origins_count_paragraphs(kind: str) -> None:
    rendered = read(kind, office.WRITERS[kind](PAGES[0]))
    wheres = [origin.where for origin in rendered.origins]
    starts = [origin.start for origin in rendered.origins]
    assert wheres[:3] == ["paragraph 1", "paragraph 2", "paragraph 3"]
    assert starts == sorted(set(starts))
    second = next(origin.start for origin in rendered.origins if origin.where == "paragraph 2")
    assert rendered.content[second:].startswith("In Meppel")


# --- DOCX

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SPACES = (
    f'{_W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standaard"><w:name w:val="Normal"/>'
    '<w:pPr><w:spacing w:after="160"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kop1"><w:name w:val="Kop 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Eigen"><w:name w:val="Eigen stijl"/><w:basedOn w:val="Diep"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Diep"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Inhopg1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Dicht"><w:name w:val="No Spacing"/>'
    '<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Rond"><w:name w:val="Rond"/><w:basedOn w:val="Rond2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Rond2"><w:name w:val="Rond 2"/><w:basedOn w:val="Rond"/></w:style>'
)
_NUMBERS = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num>"
)
_NOTES = '<w:footnote w:id="7"><w:p><w:r><w:footnoteRef/><w:t>Peildatum mei 2023.</w:t></w:r></w:p></w:footnote>'


def docx_of(body: str, *, parts: dict[str, str] | None = None, spaces: str = _SPACES) -> bytes:
    """A DOCX with this body; `parts` replaces or adds parts, '' leaves one out."""
    targets = ("styles", "numbering", "footnotes", "comments")
    internal = "".join(f'<Relationship Id="{t}" Type="{_TYPE}/{t}" Target="{t}.xml"/>' for t in targets)
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    whole = {
        "_rels/.rels": f'<Relationships {rels}><Relationship Id="a" Type="{_TYPE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships {rels}>{internal}<Relationship Id="mail" Type="{_TYPE}/hyperlink" '
        'Target="mailto:info@coalitie.example?subject=x" TargetMode="External"/>'
        f'<Relationship Id="pic" Type="{_TYPE}/image" Target="../NULL"/></Relationships>',
        "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{_STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_W}>{_NUMBERS}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {_W}>{_NOTES}</w:footnotes>",
        "word/comments.xml": f"<w:comments {_W}><w:comment><w:p><w:r><w:t>Opmerking</w:t></w:r></w:p></w:comment></w:comments>",
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            if content:
                archive.writestr(name, content)
    return out.getvalue()


def p(text: str, style: str = "", number: tuple[int, int] | None = None) -> str:
    """A paragraph; `number` is a list and a level of it. Text that begins as XML is runs."""
    runs = text if text.startswith("<") else f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    listed = f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>' if number else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{runs}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(asks: str, result: str) -> str:
    turn = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = f"<w:r><w:instrText>{asks}</w:instrText></w:r>"
    return turn.format("begin") + instruction + turn.format("separate") + r(result) + turn.format("end")


def table(*rows: list[str]) -> str:
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


_BOX = f"<w:txbxContent>{p('Kader: doe mee')}</w:txbxContent>"
DOCX_CASES = {
    "a localised heading ends a list": (p("een", number=(2, 0)) + p("Kop", "Kop1") + p("twee", number=(2, 0)), "• een\n\nKop\n\n• twee\n"),
    "an outline level is inherited": (p("a", "Dicht") + p("Kop", "Eigen") + p("b", "Dicht"), "a\n\nKop\n\nb\n"),
    "a numbered heading keeps its number": (
        '<w:p><w:pPr><w:pStyle w:val="Kop1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>' + r("Doelen") + "</w:p>" + p("Tekst."),
        "1. Doelen\n\nTekst.\n",
    ),
    "numbers and letters count on": (
        p("a", number=(1, 0)) + p("b", number=(1, 1)) + p("c", number=(1, 1)) + p("d", number=(1, 0)) + p("e", number=(1, 1)),
        "1. a\n  a) b\n  b) c\n2. d\n  a) e\n",
    ),
    "a list may begin anew": (p("a", number=(1, 0)) + p("Tekst.") + p("b", number=(3, 0)), "1. a\n\nTekst.\n\n1. b\n"),
    "a list that begins at its second level": (p("a", number=(2, 1)) + p("b", number=(2, 1)), "• a\n• b\n"),
    "number 0 is no list": (p("a", number=(0, 0)), "a\n"),
    "an unknown list has bullets": (p("a", number=(99, 0)), "• a\n"),
    "typed bullets": (p("·\tGemeente Goes") + p("- SMWO") + p("\uf0b7 GGD"), "• Gemeente Goes\n- SMWO\n• GGD\n"),
    "a typed number": (p("1. Aanleiding") + p("Tekst."), "1. Aanleiding\n\nTekst.\n"),
    "a date is no number": (p("12.30 uur inloop") + p("1.500 euro"), "12.30 uur inloop\n\n1.500 euro\n"),
    "an empty paragraph parts lists": (p("a", number=(2, 0)) + p("") + p("b", number=(2, 0)), "• a\n\n• b\n"),
    "short lines without space": (p("Loes Kuijper", "Dicht") + p("0229 000 321", "Dicht") + p("Onder") + p("Los"), "Loes Kuijper\n0229 000 321\nOnder\n\nLos\n"),
    "long lines without space": (p("woord " * 20 + "slot.", "Dicht") + p("Volgende.", "Dicht"), "woord " * 20 + "slot.\n\nVolgende.\n"),
    "line breaks, tabs, hyphens": (
        p("<w:r><w:t>GGD</w:t><w:noBreakHyphen/><w:t>regio</w:t><w:br/><w:t>een\u00adzaam</w:t><w:softHyphen/><w:t>heid</w:t><w:tab/><w:t>nu</w:t></w:r>"),
        "GGD-regio\neenzaamheid nu\n",
    ),
    "tracked changes": (p(f"<w:r><w:t>Wij </w:t></w:r><w:del><w:r><w:delText>waren</w:delText></w:r></w:del><w:ins>{r('zijn')}</w:ins>"), "Wij zijn\n"),
    "moved text": (p(f"<w:moveFrom>{r('oud')}</w:moveFrom><w:moveTo>{r('nieuw')}</w:moveTo>"), "nieuw\n"),
    "a deleted end of a paragraph": ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + r("een") + "</w:p>" + p("zaam"), "eenzaam\n"),
    "hidden text": (p(r("zicht") + r("geheim", "<w:vanish/>") + r("baar", '<w:vanish w:val="0"/>')), "zichtbaar\n"),
    "a comment": (p('<w:commentRangeStart w:id="1"/>' + r("Tekst") + '<w:r><w:commentReference w:id="1"/></w:r>'), "Tekst\n"),
    "a mail address behind a link": (p(f'<w:hyperlink r:id="mail">{r("Mail ons")}</w:hyperlink>' + r(".")), "Mail ons (info@coalitie.example).\n"),
    "an address that is told": (p(f'<w:hyperlink r:id="mail">{r("info@coalitie.example")}</w:hyperlink>'), "info@coalitie.example\n"),
    "a link by field": (p(field(' HYPERLINK "mailto:a@b.example" ', "hier")), "hier (a@b.example)\n"),
    "a field gives its result": (p(r("In ") + field(" DATE \\@ yyyy ", "2023")), "In 2023\n"),
    "a field without end": (p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + r("Tekst")) + p("Meer"), "Tekst\n\nMeer\n"),
    "a footnote": (p(r("Er zijn 14 partijen") + '<w:r><w:footnoteReference w:id="7"/></w:r>' + r(".")) + p("Einde."), "Er zijn 14 partijen.\n\nEinde.\n\nPeildatum mei 2023.\n"),
    "a text box, once": (
        p(f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{_BOX}</w:drawing></mc:Choice><mc:Fallback><w:pict>{_BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>" + r("Tekst")),
        "Tekst\n\nKader: doe mee\n",
    ),
    "an old text box": (p(f"<w:r><w:pict><v:shape><v:textbox>{_BOX}</v:textbox></v:shape></w:pict></w:r>"), "Kader: doe mee\n"),
    "a content control": (f"<w:sdt><w:sdtContent>{p('Tekst')}</w:sdtContent></w:sdt>", "Tekst\n"),
    "the table of contents": (p("Inleiding 3", "Inhopg1") + p("Tekst"), "Tekst\n"),
    "a table": (table([p("Naam"), p("Wie")], [p("SMWO"), p("Bram")], [p("GGD"), p("")]), "Naam | Wie\nSMWO | Bram\nGGD\n"),
    "a list in a cell": (table([p("Partners"), p("SMWO", number=(2, 0)) + p("GGD", number=(2, 0))]), "Partners\n\n• SMWO\n• GGD\n"),
    "lines in a cell": (table([p("Gemeente Goes") + p("SMWO"), p("Aanpak")]), "Gemeente Goes\nSMWO\n\nAanpak\n"),
    "a table in a table": (table([p("Buiten") + table([p("a"), p("b")]), p("Rechts")]), "Buiten\n\na | b\n\nRechts\n"),
    "a deleted row": (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('weg')}</w:tc></w:tr><w:tr><w:tc>{p('hier')}</w:tc></w:tr></w:tbl>", "hier\n"),
    "styles that are based on each other": (p("Tekst", "Rond"), "Tekst\n"),
    "an alternative text": (p('<w:r><w:drawing><w:docPr w:descr="Foto van een koffietafel"/></w:drawing></w:r>' + r("Tekst")), "Tekst\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCX_CASES)
def test_docx(name: str) -> None:
    body, expected = DOCX_CASES[name]
    assert text_of("docx", docx_of(body)) == expected


def test_docx_without_what_only_helps() -> None:
    gone = {"word/styles.xml": "", "word/numbering.xml": "<not xml", "word/_rels/document.xml.rels": ""}
    assert text_of("docx", docx_of(p("Kop", "Kop1") + p("a", number=(1, 0)), parts=gone)) == "Kop\n\n• a\n"


def test_docx_strict() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    assert text_of("docx", docx_of(p("Tekst"), spaces=strict)) == "Tekst\n"


# --- ODT

_STYLED = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Text_20_body"/>'
    '<style:style style:name="Hid" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>'
    '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="-"/></text:list-style>'
)


def items(style: str, *texts: str, more: str = "") -> str:
    inside = "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in texts)
    return f'<text:list text:style-name="{style}"{more}>{inside}</text:list>'


_TEXT_BOX = "<draw:frame><draw:text-box><text:p>Kader</text:p></draw:text-box><svg:desc>Foto</svg:desc></draw:frame>"
ODT_CASES = {
    "spaces, tabs and breaks": ("<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d  e\n f</text:p>", "a b c\nd e f\n"),
    "very many spaces": ("<text:p>a<text:s text:c='999999999'/>b</text:p>", "a b\n"),
    "a hidden hyphen": ("<text:p>een\u00adzaam GGD\u2011regio</text:p>", "eenzaam GGD-regio\n"),
    "numbers count on": (items("N", "a", "b") + items("N", "c", more=' text:continue-numbering="true"'), "1. a\n2. b\n3. c\n"),
    "a list begins anew": (items("N", "a") + "<text:p>Tekst</text:p>" + items("N", "b"), "1. a\n\nTekst\n\n1. b\n"),
    "letters inside": (
        '<text:list text:style-name="N"><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item></text:list>',
        "1. a\n  a) b\n",
    ),
    "an unknown list": (items("onbekend", "a"), "• a\n"),
    "a heading in a list": ('<text:list><text:list-header><text:h>Kop</text:h></text:list-header></text:list>', "Kop\n"),
    "a mail address behind a link": ('<text:p><text:a xlink:href="mailto:a@b.example">Mail ons</text:a>!</text:p>', "Mail ons (a@b.example)!\n"),
    "tracked changes": (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>weg</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Wij <text:change-start/>zijn<text:change-end/> er</text:p>",
        "Wij zijn er\n",
    ),
    "a comment": ("<text:p>Tekst<office:annotation><dc:creator>X</dc:creator><text:p>Opmerking</text:p></office:annotation> hier</text:p>", "Tekst hier\n"),
    "hidden text": ('<text:p>Zicht<text:span text:style-name="Hid">geheim</text:span>baar</text:p>', "Zichtbaar\n"),
    "a footnote": (
        "<text:p>Er zijn 14 partijen<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Mei 2023.</text:p></text:note-body></text:note>.</text:p><text:p>Einde</text:p>",
        "Er zijn 14 partijen.\nEinde\n\nMei 2023.\n",
    ),
    "a text box": (f"<text:p>Tekst{_TEXT_BOX} gaat door</text:p>", "Tekst gaat door\n\nKader\n"),
    "a text box of the page": (f"{_TEXT_BOX}<text:p>Tekst</text:p>", "Kader\nTekst\n"),
    "the table of contents": ("<text:table-of-content><text:index-body><text:p>Inleiding 3</text:p></text:index-body></text:table-of-content><text:p>Tekst</text:p>", "Tekst\n"),
    "a section": ("<text:section><text:p>Tekst</text:p></text:section>", "Tekst\n"),
    "a table in a table": (
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p><table:table><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell>"
        "<table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table></table:table-cell></table:table-row></table:table>",
        "a\n\nb | c\n",
    ),
    "lines in a cell": ("<table:table><table:table-row><table:table-cell><text:p>SMWO</text:p><text:p>GGD</text:p></table:table-cell></table:table-row></table:table>", "SMWO\nGGD\n"),
    "short lines without space": ("<text:p>Loes</text:p><text:p>0229 000 321</text:p>", "Loes\n0229 000 321\n"),
    "paragraphs with space": ('<text:p text:style-name="P1">Een</text:p><text:p text:style-name="P1">Twee</text:p>', "Een\n\nTwee\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODT_CASES)
def test_odt(name: str) -> None:
    body, expected = ODT_CASES[name]
    assert text_of("odt", office.odt_of(body, _STYLED)) == expected


# --- RTF

RTF_CASES = {
    "characters": (r"\pard \'e9\u233?\u8364?\u-10179?\u-8704? caf\'e9 {\uc2\u233??}x\par", "éé€😀 café éx\n"),
    "signs": (r"\pard a\~b\_c\-d\emdash e\bullet  f\line g\tab h\par", "a b-cd—e• f\ng h\n"),
    "escapes": (r"\pard \{x\} \\ y\par", "{x} \\ y\n"),
    "a listed item": (r"{\listtext\f3\'b7\tab}\pard\ilvl0 SMWO\par{\listtext\f3\'b7\tab}\pard\ilvl1 GGD\par", "• SMWO\n  • GGD\n"),
    "an old list": (r"{\pntext\f3\'b7\tab}\pard{\*\pn\pnlvlblt{\pntxtb\'b7}}SMWO\par", "• SMWO\n"),
    "numbers as printed": (r"{\listtext 1.\tab}\pard Een\par{\listtext 2.\tab}\pard Twee\par", "1. Een\n2. Twee\n"),
    "a typed bullet": (r"\pard\bullet\tab SMWO\par\pard - GGD\par", "• SMWO\n- GGD\n"),
    "deleted text": (r"\pard Wij {\deleted waren }{\revised zijn}\par", "Wij zijn\n"),
    "hidden text": (r"\pard Zicht{\v geheim}baar\par", "Zichtbaar\n"),
    "a comment": (r"\pard Tekst{\*\atnid X}{\*\annotation\pard Opmerking\par} hier\par", "Tekst hier\n"),
    "a footnote": (r"\pard\sa100 Veertien{\super\chftn{\footnote\pard\plain\chftn Mei 2023.}}.\par\pard Einde\par", "Veertien.\n\nEinde\n\nMei 2023.\n"),
    "header and footer": (r"{\header\pard Kop\par}{\footer\pard Voet\par}\pard Tekst\par", "Tekst\n"),
    "a link": (r'\pard {\field{\*\fldinst HYPERLINK "mailto:a@b.example"}{\fldrslt Mail ons}}!\par', "Mail ons (a@b.example)!\n"),
    "a field": (r"\pard In {\field{\*\fldinst DATE}{\fldrslt 2023}}\par", "In 2023\n"),
    "a table": (r"\trowd\pard\intbl SMWO\cell Bram\cell\row\pard\intbl GGD\cell\cell\row\pard Tekst\par", "SMWO | Bram\nGGD\n\nTekst\n"),
    "lines in a cell": (r"\trowd\pard\intbl SMWO\par GGD\cell Wonen\cell\row", "SMWO\nGGD\n\nWonen\n"),
    "a text box": (r"\pard Tekst{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt\pard Kader\par}}{\shprslt dubbel}} door\par", "Tekst door\n\nKader\n"),
    "a picture": (r"\pard Tekst{\pict\pngblip 89504e47}\par", "Tekst\n"),
    "the table of contents": (r"\pard\s31 Inleiding 3\par\pard Tekst\par", "Tekst\n"),
    "short lines without space": (r"\pard Loes\par 0229 000 321\par", "Loes\n0229 000 321\n"),
    "no end": (r"\pard Tekst {\b vet", "Tekst vet\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", RTF_CASES)
def test_rtf(name: str) -> None:
    body, expected = RTF_CASES[name]
    assert text_of("rtf", office.rtf_of(body)) == expected


def test_rtf_skips_binary_data() -> None:
    data = rb"{\rtf1\ansi\pard Tekst{\pict\bin6 }}{{\}} hier\par}"
    assert text_of("rtf", data) == "Tekst hier\n"


# --- what is no text, and what means harm

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def _bomb(name: str, size: int) -> bytes:
    return docx_of("", parts={name: f"<w:document {_W}>{' ' * size}</w:document>"})


def _protected(data: bytes) -> bytes:
    """The same archive, its members marked as encrypted."""
    marked = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = marked.find(sign)
        while begin >= 0:
            marked[begin + at] |= 1
            begin = marked.find(sign, begin + 4)
    return bytes(marked)


def _without(data: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as less:
        for info in archive.infolist():
            if info.filename != name:
                less.writestr(info.filename, archive.read(info))
    return out.getvalue()


_ENTITY = (
    f'<!DOCTYPE x [<!ENTITY e "EIGEN">]><w:document {_W}><w:body>{p("<w:r><w:t>&e;</w:t></w:r>")}</w:body></w:document>'
)
_DEEP = f"<w:document {_W}><w:body>{'<w:sdt>' * 5_000}{'</w:sdt>' * 5_000}</w:body></w:document>"
_LOCKED = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
REFUSED = {
    "docx: an old protected file": ("docx", _OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "docx: an old .doc": ("docx", _OLE + "WordDocument".encode("utf-16-le"), "binary"),
    "docx: another old file": ("docx", _OLE, "binary"),
    "docx: a protected archive": ("docx", _protected(docx_of(p("a"))), "encrypted"),
    "docx: cut off": ("docx", docx_of(p("a"))[:-40], "damaged"),
    "docx: no text part": ("docx", docx_of("", parts={"word/document.xml": ""}), "damaged"),
    "docx: no body": ("docx", docx_of("", parts={"word/document.xml": f"<w:document {_W}/>"}), "damaged"),
    "docx: broken XML": ("docx", docx_of("<w:p>"), "damaged"),
    "docx: an entity": ("docx", docx_of("", parts={"word/document.xml": _ENTITY}), "damaged"),
    "docx: too deep": ("docx", docx_of("", parts={"word/document.xml": _DEEP}), "too_deep"),
    "docx: a bomb": ("docx", _bomb("word/document.xml", 30_000_000), "too_large"),
    "docx: a bomb of styles": ("docx", _bomb("word/styles.xml", 30_000_000), "too_large"),
    "docx: no text": ("docx", docx_of(p("")), "empty"),
    "docx: no zip": ("docx", b"PK\x03\x04 and nothing", "damaged"),
    "odt: protected": ("odt", office.odt_of("<text:p>a</text:p>", manifest=_LOCKED), "encrypted"),
    "odt: no content": ("odt", _without(office.odt_of("<text:p>a</text:p>"), "content.xml"), "damaged"),
    "odt: no text": ("odt", office.odt_of(""), "empty"),
    "odt: a bomb": ("odt", office.odt_of(f"<text:p>{' ' * 30_000_000}</text:p>"), "too_large"),
    "odt: too deep": ("odt", office.odt_of("<text:section>" * 900 + "</text:section>" * 900), "too_deep"),
    "rtf: something else": ("rtf", b"{\\html }", "damaged"),
    "rtf: no text": ("rtf", office.rtf_of(r"\pard\par"), "empty"),
    "rtf: too deep": ("rtf", b"{\\rtf1 " + b"{" * 5_000, "too_deep"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    kind, data, error = REFUSED[name]
    with pytest.raises(Unreadable) as refusal:
        read(kind, data)
    assert refusal.value.error == error


def test_an_old_doc_is_told_what_to_do() -> None:
    with pytest.raises(Unreadable, match=r"save it as \.docx"):
        read("docx", REFUSED["docx: an old .doc"][1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_file_is_opened_for_an_entity(tmp_path: Path, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("GEHEIM", encoding="utf-8")
    content = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a>&e;</a>'
    )
    with pytest.raises(Unreadable, match="document type"):
        zipped_xml.parse(content.encode(encoding), {})


def test_names_of_parts_are_never_paths() -> None:
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="{_TYPE}/officeDocument" Target="../../../../etc/passwd"/></Relationships>'
    with pytest.raises(Unreadable) as refusal:
        read("docx", docx_of(p("a"), parts={"_rels/.rels": rels}))
    assert refusal.value.error == "damaged"


# --- any bytes at all


class _AnyXml:
    """XML with bytes changed, packed anew: the checksums of an archive would catch every change else."""

    def __init__(self, data: bytes, part: str) -> None:
        self.part = part
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}

    def packed(self, flips: list[tuple[float, int]]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in self.members.items():
                archive.writestr(name, flipped(content, flips) if name == self.part else content)
        return out.getvalue()


def flipped(data: bytes, flips: list[tuple[float, int]]) -> bytes:
    changed = bytearray(data)
    for share, byte in flips:
        changed[int(share * (len(changed) - 1))] = byte
    return bytes(changed)


SAMPLES = {kind: office.WRITERS[kind](PAGES[2]) for kind in READERS}
FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12)


def assert_read_or_refused(kind: str, data: bytes) -> None:
    try:
        rendered = read(kind, data)
    except Unreadable as problem:
        assert problem.error  # noqa: PT017
        assert problem.message  # noqa: PT017
        return
    assert isinstance(rendered, Rendered)
    rendered.content.encode("utf-8")
    assert all(0 <= origin.start < len(rendered.content) for origin in rendered.origins)


@given(kind=st.sampled_from(sorted(READERS)), flips=FLIPS)
@settings(max_examples=150, deadline=None)
def test_changed_bytes(kind: str, flips: list[tuple[float, int]]) -> None:
    assert_read_or_refused(kind, flipped(SAMPLES[kind], flips))


@given(case=st.sampled_from([("docx", "word/document.xml"), ("docx", "word/numbering.xml"), ("docx", "word/styles.xml"), ("odt", "content.xml")]), flips=FLIPS)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_changed_xml(case: tuple[str, str], flips: list[tuple[float, int]]) -> None:
    kind, part = case
    assert_read_or_refused(kind, _AnyXml(SAMPLES[kind], part).packed(flips))


_RTF_WORDS = st.sampled_from(
    [
        r"{",
        r"}",
        r"\par",
        r"\pard",
        r"\cell",
        r"\row",
        r"\intbl",
        r"\u233?",
        r"\u-10179?",
        r"\'e9",
        r"\f3",
        r"\listtext",
        r"\footnote",
        r"\shptxt",
        r"\field",
        r"\fldinst",
        r"\fldrslt",
        r"\*",
        r"\uc0",
        r"\bin3",
        r"\deleted",
        r"\v",
        r"\v0",
        r"\line",
        r"\stylesheet",
        r"\s1",
        r"\fonttbl",
        r"\fcharset128",
        r"\nestcell",
        r"\ansicpg65001",
        r"\ansicpg99",
        r"tekst",
    ]
)


@given(st.lists(_RTF_WORDS, max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_rtf(words: list[str]) -> None:
    assert_read_or_refused("rtf", ("{\\rtf1 " + " ".join(words)).encode())


@given(kind=st.sampled_from(sorted(READERS)), share=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_cut_anywhere(kind: str, share: float) -> None:
    data = SAMPLES[kind]
    assert_read_or_refused(kind, data[: int(share * len(data))])
