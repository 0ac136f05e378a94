"""PDF: what geometry tells of headings, lists, paragraphs and columns; what is left out; what is refused."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.reading import pdf
from coalitie.pipeline.reading.pdf_words import Words, clean
from coalitie.pipeline.reading.rendered import Hints, Rendered
from coalitie.pipeline.reading.unreadable import Unreadable
from coalitie.pipeline.records import Text
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("pypdfium2")


def beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


office = beside("formats_office")
chromium = beside("browser").chromium
Mark, pdf_of = office.Mark, office.pdf_of
PAGES = office.formats.PAGES
KEPT = sorted((Path(__file__).parent / "cases" / "pdf").glob("*.pdf"))
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


def read(data: bytes) -> Rendered:
    return pdf.read(data, Hints())


# --- one page in every format

# What a browser's page may lack, as a designer leaves it out, and which pages are then read otherwise.
STYLES = {
    "as the browser has it": "",
    "no bullets, wide lines": "body{font-family:sans-serif;font-size:14px;line-height:1.6;max-width:600px;margin:auto}"
    "ul{list-style:none;padding-left:2em}h2{font-size:15px}",
    "justified and narrow": "body{text-align:justify;width:330px}li{margin-bottom:.4em}p{margin:0 0 .5em}",
    "two columns": "body{columns:2;column-gap:2em}",
}
EXCEPTIONS = {
    ("no bullets, wide lines", "rollen-en-toelichting"): "a second line of an item without bullet looks like an item",
}

# In columns of a few words hardly any line is full, and a break of the writer looks like one of the column. Which pages
# suffer depends on the fonts of the machine: so many of the pages may be read otherwise.
NARROW = {"justified and narrow": 2, "two columns": 3}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_printed_page_gives_the_same(page: office.formats.Page) -> None:
    rendered = read(office.as_pdf(page))
    assert rendered.content == office.formats.plain(page)
    assert rendered.encoding == "pdf"
    assert rendered.origins[0].where == "page 1"


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_page_of_a_browser_that_was_kept(path: Path) -> None:
    page = next(page for page in PAGES if page.name == path.stem)
    assert records(read(path.read_bytes()).content) == records(office.formats.plain(page))


@pytest.mark.parametrize("style", STYLES)
def test_pages_of_a_browser(style: str, chromium: Browser) -> None:
    window = chromium.new_page()
    otherwise: set[str] = set()
    for page in PAGES:
        window.set_content(office.formats.as_html(page).replace("</head>", f"<style>{STYLES[style]}</style></head>"))
        data = window.pdf(display_header_footer=True, margin=dict.fromkeys(("top", "bottom", "left", "right"), "1.2cm"))
        if records(read(data).content) != records(office.formats.plain(page)):
            otherwise.add(page.name)
    window.close()
    known = {name for other, name in EXCEPTIONS if other == style}
    assert known <= otherwise
    assert len(otherwise - known) <= NARROW.get(style, 0), otherwise


# --- geometry

TOP, LEFT, STEP = 760.0, 56.0, 13.0


def lines(*texts: str, top: float = TOP, left: float = LEFT, step: float = STEP, size: float = 10) -> list[Mark]:
    return [Mark(left, top - n * step, text, size) for n, text in enumerate(texts)]


# Courier 10: 80 characters fill a line from the left margin to one of the same width at the right.
LONG = "De coalitie werkt sinds maart van dat jaar aan een netwerk van buren en vrienden"
PROSE = lines(LONG, "die elkaar kennen en elke week een maaltijd delen in het buurthuis van het dorp")
COLUMN_1 = ("In de buurt werken mensen al", "jaren samen aan een netwerk", "dat elkaar goed kent en dat", "elke week met elkaar eet in",
            "het buurthuis aan de markt.", "Daar zijn ze blij mee en ze", "gaan er nog lang mee door.")  # fmt: skip
COLUMN_2 = ("Ook de gemeente doet mee en", "betaalt de huur van de zaal", "zodat iedereen er terecht kan", "wanneer hij dat graag zou",
            "willen. De raad heeft dat in", "de zomer zo besloten en dat", "geldt voor de komende jaren.")  # fmt: skip


def two_columns(*, by_row: bool) -> list[Mark]:
    first, second = lines(*COLUMN_1), lines(*COLUMN_2, left=300)
    return [mark for pair in zip(first, second, strict=True) for mark in pair] if by_row else [*first, *second]


CASES = {
    "wrapped lines": (PROSE, f"{LONG} die elkaar kennen en elke week een maaltijd delen in het buurthuis van het dorp\n"),
    "short lines": (lines("Loes Kuijper", "coördinator", "0229 000 321"), "Loes Kuijper\ncoördinator\n0229 000 321\n"),
    "space between paragraphs": (lines("Een korte zin.") + lines("Nog een zin.", top=TOP - 26), "Een korte zin.\n\nNog een zin.\n"),
    "a paragraph that is set in": (
        [*lines(LONG, "en zo gaat het door."), Mark(LEFT + 10, TOP - 26, "Daarna kwam er nog een partij bij die ook een keer mee wilde doen aan deze")],
        f"{LONG} en zo gaat het door.\n\nDaarna kwam er nog een partij bij die ook een keer mee wilde doen aan deze\n",
    ),
    "a larger line is a heading": ([Mark(LEFT, TOP, "Partners", 14), *lines(LONG, top=TOP - 15)], f"Partners\n\n{LONG}\n"),
    "a bold line is a heading": ([Mark(LEFT, TOP, "Partners", bold=True), *lines(LONG, top=TOP - 13)], f"Partners\n\n{LONG}\n"),
    "a heading on two lines": ([Mark(LEFT, TOP, "Samen tegen", 18), Mark(LEFT, TOP - 22, "eenzaamheid", 18), *lines(LONG, top=TOP - 60)], f"Samen tegen eenzaamheid\n\n{LONG}\n"),
    "two headings": ([Mark(LEFT, TOP, "Deelnemers", 14), Mark(LEFT, TOP - 18, "Kerngroep", 14), *lines(LONG, top=TOP - 40)], f"Deelnemers\n\nKerngroep\n\n{LONG}\n"),
    "bold words in a line": ([Mark(LEFT, TOP, "Let op:", bold=True), Mark(LEFT + 48, TOP, "de zaal is dicht.")], "Let op: de zaal is dicht.\n"),
    "drawn bullets": ([Mark(LEFT, TOP + 1.5), Mark(LEFT + 12, TOP, "SMWO"), Mark(LEFT, TOP - 11.5), Mark(LEFT + 12, TOP - 13, "GGD")], "• SMWO\n• GGD\n"),
    "printed bullets": (lines("• SMWO", "• GGD"), "• SMWO\n• GGD\n"),
    "a bullet far away": ([Mark(LEFT, TOP, "•"), Mark(LEFT + 40, TOP, "SMWO")], "• SMWO\n"),
    "an item on two lines": (
        [Mark(LEFT, TOP, "•"), *lines(LONG[:66], "en meer", left=LEFT + 84), Mark(LEFT, TOP - 26, "•"), Mark(LEFT + 84, TOP - 26, "GGD")],
        f"• {LONG[:66]} en meer\n• GGD\n",
    ),
    "levels": ([Mark(LEFT, TOP, "• Zorg"), Mark(LEFT + 24, TOP - 13, "• SMWO"), Mark(LEFT, TOP - 26, "• GGD")], "• Zorg\n  • SMWO\n• GGD\n"),
    "numbers with one and two figures": ([Mark(LEFT + 6, TOP, "9. SMWO"), Mark(LEFT, TOP - 13, "10. GGD")], "9. SMWO\n10. GGD\n"),
    "lists whose bullets were lost": ([*lines(LONG, "en zo meer:"), *lines("SMWO", "GGD", "Wonen", left=LEFT + 30, top=TOP - 26)], f"{LONG} en zo meer:\n\n• SMWO\n• GGD\n• Wonen\n"),
    "a quotation that is set in": ([*lines("Iemand zei"), *lines("“Mooi.”", "— Aukje", left=LEFT + 30, top=TOP - 40)], "Iemand zei\n\n“Mooi.”\n— Aukje\n"),
    "one dash is no list": (lines("“Mooi.”", "– Aukje"), "“Mooi.”\n– Aukje\n"),
    "dashes are a list": (lines("- SMWO", "- GGD"), "- SMWO\n- GGD\n"),
    "a table": (
        [*lines("Naam", "SMWO", "GGD"), *lines("Wie", "Bram", "Ineke", left=250)],
        "Naam\nSMWO\nGGD\n\nWie\nBram\nIneke\n",  # drawn column by column, and so read
    ),
    "a table by rows": ([m for pair in zip(lines("Naam", "SMWO", "GGD"), lines("Wie", "Bram", "Ineke", left=250), strict=True) for m in pair], "Naam | Wie\nSMWO | Bram\nGGD | Ineke\n"),
    "one wide gap is no table": ([Mark(LEFT, TOP, "De raad"), Mark(LEFT + 80, TOP, "besloot.")], "De raad besloot.\n"),
    "columns drawn one by one": (two_columns(by_row=False), " ".join(COLUMN_1) + "\n\n" + " ".join(COLUMN_2) + "\n"),
    "columns drawn line by line": (two_columns(by_row=True), " ".join(COLUMN_1) + "\n\n" + " ".join(COLUMN_2) + "\n"),
    "a word that is broken": (lines(f"{LONG[:70]} eenzaam-", "heid onder ouderen"), f"{LONG[:70]} eenzaamheid onder ouderen\n"),
    "drawn from bottom to top": (list(reversed(lines("Een", "Twee", "Drie"))), "Een\nTwee\nDrie\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_geometry(name: str) -> None:
    marks, expected = CASES[name]
    assert read(pdf_of(marks)).content == expected


def turned(marks: list[Mark], turn: int) -> list[Mark]:
    """The same marks on a sheet that lies on another side."""
    places = {90: lambda m: (m.y, 842 - m.x), 180: lambda m: (595 - m.x, 842 - m.y), 270: lambda m: (595 - m.y, m.x)}
    return [dataclasses.replace(mark, x=places[turn](mark)[0], y=places[turn](mark)[1], turn=turn) for mark in marks]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_another_side(turn: int) -> None:
    marks = lines("Loes Kuijper", "coördinator", "0229 000 321", top=500)
    assert read(pdf_of(turned(marks, turn), rotate=turn)).content == "Loes Kuijper\ncoördinator\n0229 000 321\n"


def test_words_in_the_margin_and_over_the_page() -> None:
    margin = [Mark(20, 300, "Vastgesteld door de raad", turn=270), Mark(100, 500, "CONCEPT", 60, turn=45)]
    assert read(pdf_of([*lines(LONG), *margin])).content == f"{LONG}\n\nVastgesteld door de raad\n"


LINKED = [
    ("mailto:info@coalitie.example?subject=x", "Mail ons (info@coalitie.example) gerust.\n"),
    ("https://coalitie.example/nieuws", "Mail ons gerust.\n"),
]


@pytest.mark.parametrize(("target", "expected"), LINKED)
def test_an_address_behind_a_link(target: str, expected: str) -> None:
    data = pdf_of(lines("Mail ons gerust."), link=(f"{LEFT} {TOP - 3} {LEFT + 48} {TOP + 9}", target))
    assert read(data).content == expected


# --- from page to page


def test_running_headers_and_footers_are_left_out() -> None:
    sheets = [
        [
            Mark(LEFT, 810, "Gemeente Nergenshuizen", 8),
            *lines(f"Tekst van blad {'abcd'[n]}."),
            Mark(280, 20, f"- {n + 1} -"),
        ]
        for n in range(4)
    ]
    rendered = read(pdf_of(*sheets))
    assert rendered.content == "".join(f"Tekst van blad {c}.\n\n" for c in "abcd")[:-1]
    assert [origin.where for origin in rendered.origins] == ["page 1", "page 2", "page 3", "page 4"]


def test_a_line_on_one_page_of_several_stays() -> None:
    assert (
        "Besluit" in read(pdf_of([Mark(LEFT, 810, "Besluit"), *lines("Een.")], lines("Twee."), lines("Drie."))).content
    )


def test_a_title_on_every_page_stays() -> None:
    sheets = [[Mark(LEFT, 810, "Werkgroep", 20), *lines(LONG, f"blad {n}")] for n in range(3)]
    assert read(pdf_of(*sheets)).content.count("Werkgroep") == 3


def test_a_paragraph_goes_on_on_the_next_page() -> None:
    content = read(pdf_of(lines(LONG), lines("die elkaar kennen."))).content
    assert content == f"{LONG} die elkaar kennen.\n"


# --- words at the end of a line

ELSEWHERE = Words(["De GGD en de zorg-instelling. Het welzijnswerk en de oud-wethouder."])
BROKEN = [
    ("eenzaam-", "heid", "eenzaamheid"),
    ("eenzaam\u0002", "heid", "eenzaamheid"),
    ("eenzaam\u2010", "heid", "eenzaamheid"),
    ("de GGD-", "regio", "de GGD-regio"),
    ("een e-", "mail", "een e-mail"),
    ("wijk 65-", "plussers", "wijk 65-plussers"),
    ("in Noord-", "Holland", "in Noord-Holland"),
    ("een zee-", "egel", "een zee-egel"),
    ("auto-", "ongeluk", "autoongeluk".replace("oo", "o-o")),
    ("zorg-", "en welzijn", "zorg- en welzijn"),
    ("binnen- of", "buiten", "binnen- of buiten"),
    ("zorg-", "instelling", "zorg-instelling"),  # so written elsewhere
    ("welzijns-", "werk", "welzijnswerk"),
    ("oud-", "wethouder", "oud-wethouder"),
    ("doel –", "samen", "doel – samen"),
    ("gewoon", "verder", "gewoon verder"),
]


@pytest.mark.parametrize(("above", "below", "expected"), BROKEN)
def test_a_word_at_the_end_of_a_line(above: str, below: str, expected: str) -> None:
    assert ELSEWHERE.join(above, below) == expected


def test_no_sign_of_a_broken_word_is_left() -> None:
    assert clean("een\u0002zaam GGD\u2011regio\u0002") == "eenzaam GGD-regio-"


# --- what is refused


def _raw(objects: list[str]) -> bytes:
    return ("%PDF-1.4\n" + "\n".join(objects) + "\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n").encode("latin-1")


_SCAN = _raw(
    [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>\nendobj",
        "4 0 obj\n<< /Length 31 >>\nstream\nq 150 0 0 150 20 20 cm /I Do Q \nendstream\nendobj",
        "5 0 obj\n<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x00\nendstream\nendobj",
    ]
)
_LOCKED = pdf_of(lines("Geheim")).replace(
    b"/Root 1 0 R",
    b"/Root 1 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt << /Filter /Standard "
    b"/V 1 /R 2 /Length 40 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
)
REFUSED = {
    "a scan": (_SCAN, "no_text", "OCR"),
    "an empty page": (pdf_of([]), "no_text", "no text"),
    "a password": (_LOCKED, "encrypted", "password"),
    "cut off at the start": (b"%PDF-1.7\n", "damaged", "broken"),
    "something else": (b"PK\x03\x04", "damaged", "broken"),
    "nothing": (b"", "damaged", "broken"),
    "too many pages": (
        _raw(
            [
                "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj",
                f"2 0 obj\n<< /Type /Pages /Kids [{'3 0 R ' * 2001}] /Count 2001 >>\nendobj",
                "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj",
            ]
        ),
        "too_many",
        "2,000",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, error, words = REFUSED[name]
    with pytest.raises(Unreadable, match=re.escape(words)) as refusal:
        read(data)
    assert refusal.value.error == error


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(Unreadable, match=r"coalitie\[pdf\]") as refusal:
        read(pdf_of(PROSE))
    assert refusal.value.error == "missing_extra"


# --- any bytes at all

SAMPLES = [office.as_pdf(PAGES[3]), *(path.read_bytes() for path in KEPT[:1])]


def assert_read_or_refused(data: bytes) -> None:
    try:
        rendered = read(data)
    except Unreadable as problem:
        assert problem.error  # noqa: PT017
        assert problem.message  # noqa: PT017
        return
    rendered.content.encode("utf-8")
    assert rendered.content.strip()
    assert all(0 <= origin.start < len(rendered.content) for origin in rendered.origins)


@given(
    sample=st.sampled_from(SAMPLES),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_changed_bytes(sample: bytes, flips: list[tuple[float, int]]) -> None:
    changed = bytearray(sample)
    for share, byte in flips:
        changed[int(share * (len(changed) - 1))] = byte
    assert_read_or_refused(bytes(changed))


@given(sample=st.sampled_from(SAMPLES), share=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_cut_anywhere(sample: bytes, share: float) -> None:
    assert_read_or_refused(sample[: int(share * len(sample))])


_MARKS = st.builds(
    Mark,
    x=st.floats(-50, 700),
    y=st.floats(-50, 900),
    text=st.sampled_from(["", "•", "-", "1.", "SMWO", "Partners van", "een lang", "woord-", "a. b", "2 van 3", LONG]),
    size=st.floats(1, 60),
    bold=st.booleans(),
)


@given(st.lists(st.lists(_MARKS, max_size=25), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_marks_at_any_place(sheets: list[list[Mark]]) -> None:
    assert_read_or_refused(pdf_of(*sheets))
