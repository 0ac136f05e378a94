"""HTML → text: one page gives the same records as its plain text; what a site prints around a page goes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from coalitie.pipeline.reading import boilerplate, html
from coalitie.pipeline.reading.html_blocks import PageBlocks
from coalitie.pipeline.reading.html_tokens import too_costly
from coalitie.pipeline.reading.rendered import Hints
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("selectolax")
PLAIN = Hints()


def _by_path(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


formats = _by_path("formats")
records = _by_path("format_records")
TEXTS = dict(records.texts())


def text_of(page: str, hints: Hints = PLAIN) -> str:
    return html.read(page.encode("utf-8"), hints).content.rstrip("\n")


# --- the same page


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_a_page_has_the_canonical_layout(page: Any) -> None:
    assert text_of(formats.as_html(page)) == formats.plain(page).rstrip("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_written_as_html_gives_the_same_records(name: str) -> None:
    content = html.read(formats.as_html(formats.page_of(name, TEXTS[name])).encode("utf-8"), PLAIN).content
    assert not records.differing(records.records_of(TEXTS[name]), content, name)


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_tags_without_a_tree_say_the_same(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "too_costly", lambda _: True)
    assert text_of(formats.as_html(page)) == formats.plain(page).rstrip("\n")


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_origins_count_the_blocks_of_a_page(page: Any) -> None:
    read = html.read(formats.as_html(page).encode("utf-8"), PLAIN)
    assert [origin.where for origin in read.origins] == [f"paragraph {n}" for n in range(1, len(page.blocks) + 1)]
    starts = [origin.start for origin in read.origins]
    assert _cut(read.content, starts) == [formats.plain(page) for page in _single(page)]


def _cut(content: str, starts: list[int]) -> list[str]:
    return [content[a:b].rstrip("\n") + "\n" for a, b in zip(starts, [*starts[1:], len(content)], strict=True)]


def _single(page: Any) -> list[Any]:
    return [formats.Page(page.name, (block,)) for block in page.blocks]


# --- elements

ELEMENTS = {
    "br": ("<p>Jan<br>Piet<br/>An</p>", "Jan\nPiet\nAn"),
    "two br part paragraphs": ("<div>een<br><br>twee<br>\n<br> drie</div>", "een\n\ntwee\n\ndrie"),
    "white space is folded": ("<p> een\n\t twee&nbsp;drie </p>", "een twee drie"),
    "pre keeps lines": ("<pre>een\n  twee</pre>", "een\ntwee"),
    "inline tags do not part words": ("<p>ge<b>meen</b>te <i>Tiel</i></p>", "gemeente Tiel"),
    "soft hyphens go": ("<p>samen&shy;werking</p>", "samenwerking"),
    "blocks part words": ("<div>een<div>twee</div>drie</div>", "een\n\ntwee\n\ndrie"),
    "ol start": ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
    "li value": ("<ol><li>a<li value=7>b<li>c</ol>", "1. a\n7. b\n8. c"),
    "ol letters": ("<ol type=a start=2><li>x<li>y</ol>", "b. x\nc. y"),
    "ol roman": ("<ol type=i><li>x<li>y</ol>", "i) x\nii) y"),
    "ol start is no number": ("<ol start=x><li>a</ol>", "1. a"),
    "nested": ("<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", "• a\n  • b\n    1. c\n• d"),
    "list in list without li": ("<ul><li>a</li><ul><li>b</li></ul></ul>", "• a\n  • b"),
    "two lists": ("<ul><li>a</ul><ul><li>b</ul>", "• a\n\n• b"),
    "item with paragraphs": ("<ul><li><p>a</p><p>b</p></li></ul>", "• a\n  b"),
    "item with a heading": ("<ul><li><h3>Kop</h3><p>tekst</p></ul>", "Kop\n\ntekst"),
    "typed bullet": ("<ul><li>• Gemeente</ul>", "• Gemeente"),
    "empty items": ("<ul><li> <li>a<li>&nbsp;</ul>", "• a"),
    "dl": ("<dl><dt>Telefoon</dt><dd>0123</dd><dt>Mail:<dd>a@b.example</dl>", "Telefoon: 0123\nMail: a@b.example"),
    "dl of several": ("<dl><dt>Kerngroep<dd>GGD<dd>Gemeente</dl>", "Kerngroep:\n\n• GGD\n• Gemeente"),
    "dl of questions": ("<dl><dt>Wie?<dd>Wij.</dl>", "Wie?\n\nWij."),
    "table": ("<table><tr><th>A<th>B<tr><td>c<td>d</table>", "A | B\nc | d"),
    "empty cell": ("<table><tr><td>a<td>b<tr><td>c<td></table>", "a | b\nc"),
    "lines in a cell": ("<table><tr><td>a<br>b<td>c</table>", "a, b | c"),
    "table of one column": ("<table><tr><td>a<tr><td>b</table>", "a\n\nb"),
    "layout by role": ("<table role=presentation><tr><td>a<td>b</table>", "a\n\nb"),
    "layout by list": ("<table><tr><td>menu<td><ul><li>a<li>b</ul></table>", "menu\n\n• a\n• b"),
    "caption": ("<table><caption>Leden</caption><tr><td>a<td>b</table>", "Leden\n\na | b"),
    "blockquote": ("<p>a</p><blockquote>“b”</blockquote>", "a\n\n“b”"),
    "details": ("<details><summary>Wie doen mee?</summary><p>Wij.</p></details>", "Wie doen mee?\n\nWij."),
    "figcaption": ("<figure><img alt='Logo'><figcaption>Foto: An</figcaption></figure>tekst", "Foto: An\n\ntekst"),
    "alt is not glued": ("<p><img alt='Logo Tiel'>Gemeente<img alt=x>Tiel</p>", "Gemeente Tiel"),
    "alt alone in an item": ("<ul><li><img alt='Humanitas'><li><a href=/><img alt=GGD></a></ul>", "• Humanitas\n• GGD"),
    "alt of a link": ("<a href=x><img alt=Humanitas></a><a href=y><img alt=GGD></a>", "Humanitas\n\nGGD"),
    "icon that is a link": ("<p>Kijk <a href=x><img alt=pijl></a> verder</p>", "Kijk verder"),
    "title without h1": ("<title>Samen | Tiel</title><p>tekst</p>", "Samen\n\ntekst"),
    "title with h1": ("<title>Site</title><h1>Samen</h1><p>tekst</p>", "Samen\n\ntekst"),
    "title that stands there": ("<title>Samen</title><h2>Samen</h2><p>tekst</p>", "Samen\n\ntekst"),
    "og:title": ("<title>x</title><meta property=og:title content='Samen aan tafel'><p>a", "Samen aan tafel\n\na"),
    "title of a drawing": ("<svg><title>pijl</title></svg><p>tekst</p>", "tekst"),
    "conditional comments": ("<!--[if IE]><p>oud</p><![endif]--><![if !IE]><p>nieuw</p><![endif]>", "nieuw"),
    "links side by side": ("<p><a href=1>een</a><a href=2>twee</a></p>", "een twee"),
    "footnote": ("<p>Tiel<sup><a href='#n1'>1</a></sup> en m<sup>2</sup></p>", "Tiel en m2"),
    "heading that never ends": (f"<h2>Kop<p>{'woord ' * 90}<br>x", f"Kop\n\n{'woord ' * 90}".rstrip() + "\nx"),
    "unclosed": ("<h2>Kop<p>een <b>twee<p>drie", "Kop\n\neen twee\n\ndrie"),
    "misnested": ("<p><b>een<p>twee</b> drie", "een\n\ntwee drie"),
    "entities": ("<p>R&amp;B &lt;x&gt; caf&eacute; &#8211; &euro;", "R&B <x> café – €"),
}


@pytest.mark.parametrize(("page", "expected"), ELEMENTS.values(), ids=ELEMENTS)
def test_elements(page: str, expected: str) -> None:
    assert text_of(page) == expected


LINKS = {
    "mail behind words": ("<a href='mailto:An@x.example?subject=Hoi'>Mail ons</a>.", "Mail ons (An@x.example)."),
    "mail that is shown": ("<a href='mailto:an@x.example'>An@x.example</a>", "An@x.example"),
    "two mails": ("<a href='mailto:a@x.example,b%40x.example'>mail</a>", "mail (a@x.example, b@x.example)"),
    "mail behind an image": ("<p>An <a href='mailto:a@x.example'><img></a></p>", "An a@x.example"),
    "mail that is none": ("<a href='mailto:?subject=x'>deel</a>", "deel"),
    "telephone behind words": ("<a href='tel:+31344000456'>Bel ons</a>", "Bel ons (+31344000456)"),
    "telephone that is shown": ("<a href='tel:+31344000456'>(0344) 000 456</a>", "(0344) 000 456"),
    "telephone with (0)": ("<a href='tel:0031344000456'>+31 (0)344 000 456</a>", "+31 (0)344 000 456"),
    "telephone that is none": ("<a href='tel:receptie'>Bel</a>", "Bel"),
    "website by name": ("<a href='https://www.x.example/tiel/?utm=1#a'>onze website</a>", "onze website (https://www.x.example/tiel)"),
    "website that is shown": ("<a href='https://www.x.example/'>website x.example</a>", "website x.example"),
    "partner": ("<a href='https://humanitas.example'>Humanitas</a>", "Humanitas"),
    "relative": ("<a href='/website'>website</a>", "website"),
    "script": ("<a href='javascript:website'>website</a>", "website"),
    "broken address": ("<a href='http://[x'>website</a>", "website"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), LINKS.values(), ids=LINKS)
def test_targets_of_links(page: str, expected: str) -> None:
    assert text_of(page) == expected


# --- what a site prints around a page

LONG = "Dit is een lange tekst over de coalitie, die iedereen mag lezen. " * 3
KEPT_AND_LEFT_OUT = {
    "nav": ("<nav><a href=/>Home</a></nav><p>tekst</p>", "tekst"),
    "script, style": ("<script>var a='<p>x</p>'</script><style>p{}</style><p>tekst</p>", "tekst"),
    "template, noscript": ("<template><p>a</template><noscript><p>b</noscript><p>tekst", "tekst"),
    "noscript in the head": ("<head><noscript><p>a</noscript><title>Samen</title><body><p>tekst", "Samen\n\ntekst"),
    "hidden": ("<p hidden>a<p aria-hidden=true>b<p style='display:none'>c<p>tekst", "tekst"),
    "panel of an accordion": (
        "<h2><button aria-controls='p1' aria-expanded=false>Wie?</button></h2><div id=p1 hidden>Wij.</div>",
        "Wie?\n\nWij.",
    ),
    "hidden until found": ("<p hidden=until-found>tekst", "tekst"),
    "button": ("<button>Delen</button><p>tekst", "tekst"),
    "for screen readers": ("<p>Plan <span class='sr-only'>(opent in nieuw venster)</span>lezen", "Plan lezen"),
    "heading for screen readers": ("<h2 class=visually-hidden>Contact</h2>An", "Contact\n\nAn"),
    "role": ("<div role=navigation>a</div><div role=dialog>b</div><p>tekst", "tekst"),
    "cookie banner": ("<div id=cookie-banner><p>Wij gebruiken cookies <button>Ja</button></div><p>tekst", "tekst"),
    "CookieConsent": ("<div class=CookieConsent>Akkoord?</div><p>tekst", "tekst"),
    "class of a whole page": ("<body class='cookies-accepted menu-open'><p>tekst</body>", "tekst"),
    "main inside a frame": ("<div class='has-cookie-bar'><main><p>tekst</main></div>", "tekst"),
    "share": ("<ul class=share-buttons><li><a href=x>Facebook</a></ul><p>tekst", "tekst"),
    "breadcrumb": ("<div class=breadcrumb><a href=/>Home</a> &gt; <a href=/z>Zorg</a></div><p>tekst", "tekst"),
    "menu that is a text": (f"<div class=menu><p>{LONG}</p></div>", LONG.strip()),
    "header of links": ("<header><a href=/>Tiel</a><a href=/c>Contact</a></header><p>tekst", "tekst"),
    "header of an article": ("<article><header><p>Tiel</header><p>tekst</article>", "Tiel\n\ntekst"),
    "header with the title": ("<header><a href=/>Tiel</a><h1>Samen</h1></header><p>tekst", "Tiel\n\nSamen\n\ntekst"),
    "footer of links": ("<p>tekst<footer><a href=/p>Privacy</a> <a href=/c>Cookies</a></footer>", "tekst"),
    "footer with an address": ("<p>tekst<footer><p>Bel An: 0344 000 456</footer>", "tekst\n\nBel An: 0344 000 456"),
    "footer below main": ("<main><p>tekst</main><footer><p>Gemeente Tiel, bel 14 0344</footer>", "tekst"),
    "footer of a quotation": ("<blockquote>“a”<footer>An</footer></blockquote>", "“a”\n\nAn"),
    "partners that are links": (
        "<h2>Partners</h2><ul class=partners><li><a href=x>GGD</a><li><a href=y>SWT</a></ul>",
        "Partners\n\n• GGD\n• SWT",
    ),
    "form around a page": ("<form class=menu><p>tekst<input value=x><label>Naam</label></form>", "tekst"),
}


@pytest.mark.parametrize(("page", "expected"), KEPT_AND_LEFT_OUT.values(), ids=KEPT_AND_LEFT_OUT)
def test_what_is_text_of_a_page(page: str, expected: str) -> None:
    assert text_of(page) == expected


def messy(page: Any) -> str:
    """A page as it comes from a site: header, menus, cookie wall, share buttons, related news, footer."""
    inside = "\n".join(formats._html_block(block) for block in page.blocks)
    menu = "".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(("Nieuws", "Zorg", "Contact")))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1.dtd">
<html lang=nl class="no-js"><head><title>{page.name} - Gemeente</title><script>document.write('<h1>nee</h1>')</script>
<meta charset=utf-8></head><body class="page cookies">
<a class="skip-link" href="#inhoud">Naar hoofdinhoud</a>
<div id="cookiewall" role="dialog"><h2>Cookies</h2><p>Wij gebruiken cookies.</p><button>Accepteren</button></div>
<header class="site"><a href="/"><img src="logo.svg" alt="Logo gemeente"></a>
<nav><ul>{menu}</ul></nav><form role="search"><input><button>Zoeken</button></form></header>
<ol class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/zorg">Zorg</a></li></ol>
<div class="wrapper"><div class="content"><!-- begin -->{inside}
<div class="share"><span>Deel deze pagina</span><a href="https://facebook.example/share">Facebook</a></div>
</div></div>
<footer><ul>{menu}</ul><p><a href="/privacy">Privacy</a></p></footer>
<div hidden>Modal</div><script src="x.js"></script></body></html>"""


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_a_messy_page_gives_the_same_text(page: Any) -> None:
    assert text_of(messy(page)) == formats.plain(page).rstrip("\n")


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_the_reader_for_boilerplate_gives_the_same_layout(page: Any) -> None:
    pytest.importorskip("trafilatura")
    read = boilerplate.read(formats.as_html(page).encode("utf-8"), PLAIN)
    assert read.content == formats.plain(page)


def test_the_reader_for_boilerplate_drops_what_has_no_name() -> None:
    pytest.importorskip("trafilatura")
    page = formats.PAGES[4]
    around = "".join(f"<div><a href=/{n}>Nog een bericht van {n} dagen geleden</a></div>" for n in range(30))
    written = formats.as_html(page).replace("<body>", f"<body>{around}<article>")
    written = written.replace("</body>", f"</article>{around}</body>")
    assert "Nog een bericht" in text_of(written)
    assert boilerplate.read(written.encode("utf-8"), PLAIN).content == formats.plain(page)


# --- characters

CHARSETS = {
    "utf-8": ("<p>café".encode(), "", "café", "utf-8"),
    "mark before header": ("\ufeff<p>café".encode(), "cp1252", "café", "utf-8-sig"),
    "header": ("<p>café".encode("cp1252"), "windows-1252", "café", "cp1252"),
    "header before page": ("<meta charset=utf-8><p>κ".encode("iso8859-7"), "iso-8859-7", "κ", "iso8859-7"),
    "page": ("<meta charset='iso-8859-15'><p>€".encode("iso8859-15"), "", "€", "iso8859-15"),
    "page of old": (
        "<meta http-equiv=Content-Type content='text/html; charset=windows-1250'><p>č".encode("cp1250"),
        "",
        "č",
        "cp1250",
    ),
    "latin-1 is cp1252": (b"<p>\x93a\x94", "iso-8859-1", "“a”", "cp1252"),
    "neither": ("<p>café".encode("cp1252"), "", "café", "cp1252"),
    "a lie": ("<meta charset=utf-8><p>café".encode("cp1252"), "utf-8", "café", "cp1252"),
    "unknown": ("<p>café".encode(), "x-unknown", "café", "utf-8"),
    "no codec of characters": ("<p>café".encode(), "rot13", "café", "utf-8"),
    "utf-16": ("<p>café".encode("utf-16"), "", "café", "utf-16"),
    "NULs": (b"<p>ca\x00f\x00e", "", "cafe", "utf-8"),
    "NULs with a header": (b"<p>ca\x00fe", "utf-8", "cafe", "utf-8"),
}


@pytest.mark.parametrize(("data", "charset", "content", "encoding"), CHARSETS.values(), ids=CHARSETS)
def test_characters(data: bytes, charset: str, content: str, encoding: str) -> None:
    read = html.read(data, Hints(charset=charset))
    assert (read.content.rstrip("\n"), read.encoding) == (content, encoding)


# --- pages made to do harm

MANY = 100_000
HOSTILE = {
    "divs": "<div>" * MANY + "tekst",
    "closed divs": "<div>" * MANY + "tekst" + "</div>" * MANY,
    "lists": "<ul><li>" * MANY + "tekst",
    "tables": "<table><tr><td>" * MANY + "tekst",
    "formatting": "".join(f"<p><font size={n}>" for n in range(MANY)) + "tekst",
    "attributes": "<a " + " ".join(f"x{n}=1" for n in range(MANY)) + ">tekst",
    "one line": "tekst " * (10_000_000 // 6),
    "links of images": "<p>tekst" + "<a href=x><img alt=y></a>" * MANY,
    "entities": "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><p>tekst",
    "blank": "<p>" + "\n \n" * 1_000_000 + "tekst",
    "NULs": "<p>tekst\x00" * 100,
    "angles": "tekst" + "<" * 1_000_000,
    "style in a drawing": "<p>tekst<svg><style>" + "<div>" * MANY,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_read(page: str) -> None:
    assert "tekst" in text_of(page)


@pytest.mark.parametrize(
    "page", ["", "  ", "<html></html>", "<!--", "<script>a</script>", "<div id=app></div>", "<a x='"]
)
def test_a_page_without_text_says_so(page: str) -> None:
    with pytest.raises(Unreadable) as refused:
        text_of(page)
    assert refused.value.error in ("empty", "no_text")


def test_an_ordinary_page_is_not_too_costly() -> None:
    page = "<div class=a>" * 30 + "<p>Gemeente <b>Tiel</b><br></p><ul><li>GGD</ul>" * 5_000 + "</div>" * 30
    assert not too_costly(page)
    assert too_costly(HOSTILE["divs"])


@pytest.mark.parametrize(("module", "reader"), [("selectolax.lexbor", html), ("trafilatura", boilerplate)])
def test_a_missing_library_names_its_extra(module: str, reader: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Unreadable, match="pip install 'coalitie") as refused:
        reader.read(b"<p>tekst", PLAIN)
    assert refused.value.error == "missing_extra"


TAGS = (
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "dl",
    "dt",
    "dd",
    "a",
    "b",
    "h1",
    "h2",
    "br",
    "footer",
    "svg",
)
_TAG = st.builds(
    lambda name, end, more: f"<{'/' if end else ''}{name}{more}>",
    st.sampled_from([*TAGS, "nav", "title", "pre", "sup", "button", "script", "select", "summary", "header", "main"]),
    st.booleans(),
    st.sampled_from(["", " hidden", " class=cookie", " href=mailto:a@b.example", " start=-1", " role=x", "/"]),
)


@given(st.lists(st.one_of(_TAG, st.text(max_size=5)), max_size=60), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_tags_are_read(parts: list[str], without_tree: bool) -> None:
    blocks = PageBlocks()
    (html._tell_tags if without_tree else html._tell_tree)("".join(parts).replace("\ud800", ""), blocks)
    composed = blocks.compose()
    assert all(0 <= origin.start < len(composed.content) for origin in composed.origins)
    assert len({origin.start for origin in composed.origins}) == len(composed.origins)
    assert not composed.content or composed.content.endswith("\n")
