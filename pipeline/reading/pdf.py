"""PDF: the text layer, with paragraphs, headings and lists told from where and how large the words are printed.

Each page is taken apart into lines (`pdf_lines`), the lines are put in order and told as blocks (`pdf_layout`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .pdf_layout import compose
from .pdf_lines import PdfPageLines, read_page
from .rendered import Hints, Rendered
from .unreadable import Unreadable

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_PAGES = 2_000
MAX_CHARACTERS = 10_000_000
_MAX_UNKNOWN = 0.3  # of all characters
_PASSWORD = 4  # pdfium's error number


def read(data: bytes, _: Hints) -> Rendered:
    """The text of a PDF. Raises Unreadable: damaged, encrypted, too_many, too_large, no_text, missing_extra."""
    document = _opened(data)
    try:
        pages = list(_pages(document))
    finally:
        document.close()
    _check_text(pages)
    composed = compose(pages)
    if not composed.content:
        raise Unreadable("no_text", "the PDF file holds nothing but the headers and footers of its pages")
    return Rendered(composed.content, "pdf", composed.origins)


def _opened(data: bytes) -> PdfDocument:
    try:
        import pypdfium2
    except ImportError:
        raise Unreadable("missing_extra", "to read PDF: pip install 'coalitie[pdf]'") from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        if getattr(problem, "err_code", None) == _PASSWORD or "password" in str(problem).lower():
            raise Unreadable("encrypted", "the PDF file asks for a password: save it without one") from None
        raise Unreadable("damaged", "the PDF file cannot be read: its structure is broken or incomplete") from None
    if len(document) > MAX_PAGES:
        document.close()
        raise Unreadable("too_many", f"the PDF file has more than {MAX_PAGES:,} pages")
    return document


def _pages(document: PdfDocument) -> Iterator[PdfPageLines]:
    """The pages that can be read; one that is broken costs itself alone, unless it is the only one."""
    from pypdfium2 import PdfiumError

    characters = 0
    broken = 0
    for n in range(len(document)):
        try:
            page = document[n]
            try:
                found = read_page(page, n + 1)
            finally:
                page.close()
        except PdfiumError:
            broken += 1
            continue
        characters += sum(lines.characters for lines in found)
        if characters > MAX_CHARACTERS:
            raise Unreadable("too_large", f"the PDF file holds more than {MAX_CHARACTERS:,} characters")
        yield from found
    if broken == len(document):
        raise Unreadable("damaged", "no page of the PDF file can be read")


def _check_text(pages: list[PdfPageLines]) -> None:
    if not any(page.lines for page in pages):
        if any(page.pictures for page in pages):
            raise Unreadable(
                "no_text", "the PDF file holds pictures of pages, no text: let a scanner program read it (OCR)"
            )
        raise Unreadable("no_text", "the PDF file holds no text")
    unknown, known = sum(page.unknown for page in pages), sum(page.characters for page in pages)
    if unknown > _MAX_UNKNOWN * (unknown + known):
        raise Unreadable("no_text", "the fonts of the PDF file do not tell which letters they print: try OCR")
