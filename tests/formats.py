"""One page in many formats: structured pages with invented persons, and how each is written as plain text, HTML, Markdown.

Loaded by path, as tests are no package: `Path(__file__).with_name("formats.py")`. `PAGES` are of different layouts;
`page_of` takes a plain text apart, so that the texts of the corpus can be written in another format too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a line end in it is a line break of its writer."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart from the text around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    inner: Items | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list: bulleted where `start` is None, else numbered from `start` on."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first row holds the names of the columns where `headed`."""

    rows: tuple[tuple[str, ...], ...]
    headed: bool = True


Block = Heading | Paragraph | Quote | Items | Table


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `name` is a slug, the first block its title."""

    name: str
    blocks: tuple[Block, ...]


def bullets(*texts: str | Item) -> Items:
    """A bulleted list."""
    return Items(tuple(text if isinstance(text, Item) else Item(text) for text in texts))


def numbered(*texts: str | Item, start: int = 1) -> Items:
    """A numbered list."""
    return Items(bullets(*texts).items, start)


def listed(items: Items, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """Depth, marker and text of every item of a list, those of the lists inside included, in order of reading."""
    for position, item in enumerate(items.items):
        yield depth, "•" if items.start is None else f"{items.start + position}.", item.text
        if item.inner is not None:
            yield from listed(item.inner, depth + 1)


def plain(page: Page) -> str:
    """The canonical layout, written without the Composer, so that a test can tell the two apart."""
    return "\n\n".join(_plain_block(block) for block in page.blocks) + "\n"


def as_html(page: Page) -> str:
    """A page as a content management system writes it, without anything around the text."""
    title = html.escape(_title(page))
    inside = "\n".join(_html_block(block) for block in page.blocks)
    head = f'<meta charset="utf-8">\n<title>{title} | Voorbeeldsite</title>'
    return f'<!DOCTYPE html>\n<html lang="nl">\n<head>\n{head}\n</head>\n<body>\n{inside}\n</body>\n</html>\n'


def as_markdown(page: Page) -> str:
    """CommonMark with tables. Lists that follow each other have other markers, or they would be one."""
    written: list[str] = []
    other = False
    for before, block in zip((None, *page.blocks), page.blocks, strict=False):
        other = isinstance(before, Items) and not other
        written.append(_markdown_items(block, other) if isinstance(block, Items) else _markdown_block(block))
    return "\n\n".join(written) + "\n"


def _title(page: Page) -> str:
    return _plain_block(page.blocks[0]).split("\n")[0]


def _plain_block(block: Block) -> str:
    if isinstance(block, Items):
        return "\n".join(
            "  " * depth + f"{marker} " + text.replace("\n", "\n" + " " * (2 * depth + len(marker) + 1))
            for depth, marker, text in listed(block)
        )
    if isinstance(block, Table):
        return "\n".join(" | ".join(cell for cell in row if cell) for row in block.rows)
    return block.text


# --- HTML


def _html_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_html_text(block.text)}</h{block.level}>"
    if isinstance(block, Quote):
        return f"<blockquote><p>{_html_text(block.text)}</p></blockquote>"
    if isinstance(block, Items):
        return _html_items(block)
    if isinstance(block, Table):
        return _html_table(block)
    return f"<p>{_html_text(block.text)}</p>"


def _html_text(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def _html_items(items: Items) -> str:
    tag = "ul" if items.start is None else "ol"
    start = f' start="{items.start}"' if items.start not in (None, 1) else ""
    inside = "\n".join(
        f"<li>{_html_text(item.text)}{chr(10) + _html_items(item.inner) if item.inner else ''}</li>"
        for item in items.items
    )
    return f"<{tag}{start}>\n{inside}\n</{tag}>"


def _html_table(table: Table) -> str:
    def row(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{_html_text(cell)}</{tag}>" for cell in cells) + "</tr>"

    rows = [row(cells, "th" if table.headed and n == 0 else "td") for n, cells in enumerate(table.rows)]
    return "<table>\n" + "\n".join(rows) + "\n</table>"


# --- Markdown

_SPECIAL = re.compile(r"([\\`*_\[\]<>#~|&])")
_BLOCK_MARK = re.compile(r"^(\s*)(?:([-+=]+(?=\s|$))|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)


def _markdown_text(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    escaped = _BLOCK_MARK.sub(
        lambda m: f"{m.group(1)}\\{m.group(2)}" if m.group(2) else f"{m.group(1)}{m.group(3)}\\{m.group(4)}", escaped
    )
    return escaped.replace("\n", "\\\n")


def _markdown_block(block: Heading | Paragraph | Quote | Table) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_markdown_text(block.text)}"
    if isinstance(block, Quote):
        return "> " + _markdown_text(block.text).replace("\n", "\n> ")
    if isinstance(block, Table):
        width = max(len(row) for row in block.rows)
        rows = [f"| {' | '.join(_markdown_text(cell) for cell in row)} |" for row in block.rows]
        return "\n".join([rows[0], "|" + " --- |" * width, *rows[1:]])
    return _markdown_text(block.text)


def _markdown_items(items: Items, other: bool = False) -> str:
    lines: list[str] = []
    for position, item in enumerate(items.items):
        marker = "-*"[other] if items.start is None else f"{items.start + position}{'.)'[other]}"
        indent = " " * (len(marker) + 1)
        lines.append(f"{marker} " + _markdown_text(item.text).replace("\n", f"\n{indent}"))
        if item.inner is not None:
            lines.extend(indent + line for line in _markdown_items(item.inner).split("\n"))
    return "\n".join(lines)


WRITERS: dict[str, Callable[[Page], str]] = {"html": as_html, "markdown": as_markdown}


# --- plain text taken apart

_ITEM = re.compile(r"([ \t]*)(?:[•*·▪-][ \t]+|(\d{1,2})\.[ \t]+)(\S.*)")
_BLANK = re.compile(r"\n[ \t\u00a0]*\n\s*?(?=[ \t]*\S)")


def page_of(name: str, content: str) -> Page:
    """The blocks of a plain text: what blank lines part. Lines with a marker are items, a short single line without a
    period is a heading; this decides nothing about the records, only how the page is written down."""
    blocks: list[Block] = []
    for part in _BLANK.split(content.replace("\r\n", "\n").strip("\n")):
        lines = part.strip("\n").split("\n")
        matches = [_ITEM.fullmatch(line.rstrip()) for line in lines]
        if all(matches) and _one_list(matches):
            blocks.append(_items_of([match for match in matches if match]))
        elif len(lines) == 1 and len(part.strip()) < 60 and part.strip()[-1] not in ".,;:!”\"'":
            blocks.append(Heading(part.strip(), 2 if blocks else 1))
        else:
            blocks.append(Paragraph("\n".join(line.strip() for line in lines)))
    return Page(name, tuple(blocks))


def _one_list(matches: list[re.Match[str] | None]) -> bool:
    """Whether all lines are items of one list whose numbers count on, which is all that the formats can say."""
    numbers = [int(match[2]) if match and match[2] else None for match in matches]
    if all(number is None for number in numbers):
        return True
    first = numbers[0]
    return first is not None and numbers == list(range(first, first + len(numbers)))


def _items_of(matches: list[re.Match[str]]) -> Items:
    """The list of some lines with markers; what is indented deeper than the line above is a list inside its item."""
    margin = len(matches[0][1])
    groups: list[list[re.Match[str]]] = []
    for match in matches:
        if len(match[1]) > margin and groups:
            groups[-1].append(match)
        else:
            groups.append([match])
    items = tuple(Item(group[0][3], _items_of(group[1:]) if group[1:] else None) for group in groups)
    return Items(items, int(matches[0][2]) if matches[0][2] else None)


# --- pages; every person in them is invented

PAGES = (
    Page(
        "lijst-met-groepen",
        (
            Heading("Coalitie in Meppel, Drenthe", 1),
            Paragraph(
                "In Meppel werken sinds maart 2021 ruim 20 organisaties samen in de coalitie Meppel Verbindt. "
                "Het college stelde op 15 juni 2021 het uitvoeringsplan vast."
            ),
            Heading("Doelstellingen"),
            bullets(
                "Eenzaamheid eerder zien.", "Inwoners helpen om mee te doen.", "Elk jaar 100 vrijwilligers trainen."
            ),
            Heading("Deelnemende organisaties"),
            Heading("Kerngroep", 3),
            bullets("Gemeente Meppel", "Stichting Welzijn De Schakel", "GGD Drenthe", "Bibliotheek Meppel"),
            Heading("Partners", 3),
            bullets(
                "Humanitas, afdeling Meppel",
                "Zonnebloem",
                "Woonstichting Oeverhuis",
                "KBO en PCOB",
                "Thuiszorg Havelte & Omstreken",
                "Diaconie Protestantse Gemeente",
                "Huisartsen",
            ),
            Heading("Contact"),
            Paragraph(
                "Janneke Oosterloo, beleidsmedewerker sociaal domein\nj.oosterloo@meppelverbindt.example\n0522 - 000 123"
            ),
        ),
    ),
    Page(
        "pijlers-genummerd",
        (
            Heading("Veere voor Elkaar", 1),
            Heading("Coalitie in Veere, Zeeland"),
            Paragraph("Op Walcheren kent iedereen elkaar. Toch voelt 38 procent zich wel eens eenzaam."),
            Heading("Wat gaan we doen en met wie"),
            numbered(
                "Bestuurlijk commitment. De burgemeester is ambassadeur en er staat een vast bedrag per jaar.",
                "Een sterk netwerk. Welzijn Duinkant zoekt in elke kern een dorpsverbinder.",
                "Betrek mensen. Een klankbordgroep van twaalf ervaringsdeskundigen leest alle plannen mee.",
                "Duurzame aanpak. We sluiten aan bij de eettafels van het Rode Kruis.",
                "Monitoring en evaluatie. GGD Zeeland kijkt in het najaar van 2024 terug.",
            ),
            Paragraph(
                "De partners van Veere voor Elkaar zijn: gemeente Veere, Welzijn Duinkant, GGD Zeeland, Rode Kruis "
                "afdeling Walcheren, Ouderensoos Koudekerke en Stichting Manteling Zeeland. Ook de kerken doen mee."
            ),
            Heading("Contactgegevens"),
            Paragraph(
                "Projectleider: Marieke Wisse-Vos\nE-mail: m.wissevos@welzijnduinkant.example\n"
                "Website: www.veerevoorelkaar.example"
            ),
        ),
    ),
    Page(
        "geneste-lijst",
        (
            Heading("Samen tegen eenzaamheid in Tiel", 1),
            Paragraph("In 2022 is een coalitie gevormd met een 30-tal partners uit zorg, welzijn, wonen en geloof."),
            Heading("Wie doen er mee?"),
            bullets(
                Item("Zorg", bullets("Zorgcentrum Sint Andreas", "Huisartsen", "GGD Gelderland-Zuid")),
                Item("Welzijn en wonen", bullets("Welzijn Rivierstroom", "Woningcorporatie Waalwonen")),
                Item("Gemeente Tiel"),
                Item("Voetbalvereniging De Betuwse Boys"),
                Item("De wijkagent"),
            ),
            Heading("Meer weten?"),
            Paragraph(
                "Neem contact op met Ferhat Yaldiz (projectleider), telefoon 0344 - 000 456 of mail naar "
                "samen@tiel.example."
            ),
        ),
    ),
    Page(
        "tabel-met-deelnemers",
        (
            Heading("Coalitie tegen eenzaamheid Goes", 1),
            Paragraph("Sinds 3 maart 2020 werken 8 organisaties in Goes samen in de coalitie."),
            Heading("Deelnemers"),
            Table(
                (
                    ("Organisatie", "Contactpersoon"),
                    ("Gemeente Goes", "Hilde de Zwarte"),
                    ("SMWO", "Bram Traas"),
                    ("Bibliotheek Oosterschelde", "Ineke Polderdijk"),
                    ("Zonnebloem Goes", ""),
                    ("R&B Wonen", "Saïd Amrani"),
                )
            ),
            Heading("Aanpak"),
            Paragraph("De partners houden elke maand een open koffie in Het Beest. In 2023 kwamen daar 120 mensen."),
        ),
    ),
    Page(
        "nieuwsbericht-met-citaat",
        (
            Heading("Steenwijkerland tekent manifest tegen eenzaamheid", 1),
            Paragraph("Steenwijk, 28 september 2023"),
            Paragraph(
                "Zeventien organisaties hebben donderdag in theater De Meenthe het manifest ondertekend. Daarmee is de "
                "coalitie tegen eenzaamheid in Steenwijkerland een feit."
            ),
            Quote("“Ruim 60 inwoners hebben meegedacht. Dat geeft vertrouwen”, zegt wethouder Tjitske Bouma."),
            Heading("De ondertekenaars"),
            Paragraph("Onder anderen de volgende partijen zetten hun naam eronder:"),
            bullets(
                "Gemeente Steenwijkerland",
                "Sociaal Werk Kop van Overijssel",
                "GGD IJsselland",
                "Rode Kruis",
                "Leger des Heils",
                "Scholengemeenschap Eesveen, ROC Kop van Overijssel",
                "Mantelzorgsteunpunt",
            ),
            Heading("Vragen?"),
            Paragraph("Bel of mail met Sociaal Werk Kop van Overijssel: (0521) 000 789, welkom@sociaalwerkkop.example"),
        ),
    ),
    Page(
        "opsomming-in-zinnen",
        (
            Heading("Eén tegen eenzaamheid in Hoorn", 1),
            Paragraph(
                "In de coalitie zitten Netwerk Hoorn, Omring, Westfriese Bibliotheken, Intermaris, de Zonnebloem en "
                "GGD Hollands Noorden. Welzijnswerk Hoorn is trekker van de coalitie."
            ),
            Paragraph("Op 1 oktober 2022 ondertekenden zij het convenant. De coalitie bestaat uit 14 partijen."),
            Heading("Contactpersoon"),
            Paragraph("Loes Kuijper, coördinator\nTelefoon 0229 000 321\nloes@netwerkhoorn.example"),
        ),
    ),
    Page(
        "genummerde-deelnemers",
        (
            Heading("Coalitie Erbij Venray", 1),
            Paragraph("De coalitie begon in juni 2020 met elf organisaties en kreeg er later twee bij."),
            Heading("Partners"),
            numbered(
                "Gemeente Venray",
                "Synthese",
                "Wonen Limburg",
                "Bibliotheek Venray",
                "Harmonie St. Catharina Leunen",
                "Unie KBO Venray-Oostrum",
                "Rabobank Horst Venray",
            ),
            Paragraph("Zij komen vier keer per jaar bij elkaar in gemeenschapshuis De Stek."),
            Heading("Aanspreekpunt"),
            Paragraph("Lies Hendrix-Poels (trekker), 06 - 00 00 45 61, lies@venrayverbindt.example"),
        ),
    ),
    Page(
        "pijlers-als-koppen",
        (
            Heading("Coalitie in Zeist, Utrecht", 1),
            Paragraph("Ongeveer 22.000 inwoners van Zeist voelen zich weleens alleen."),
            Heading("1. Bestuurlijk commitment"),
            Paragraph("De raad nam in november 2019 een motie aan."),
            Heading("2. Creëer een sterk netwerk"),
            Paragraph("In het netwerk zitten Stichting Meerwijk, Woongoed Slotlaan, de GGD en bibliotheek De Boom."),
            Heading("3. Betrek mensen, eenzamen zelf"),
            Paragraph("Buurtcentrum De Koppeling houdt elke maand een spreekuur."),
            Heading("4. Werk aan een duurzame aanpak"),
            Paragraph("De aanpak staat in het lokale preventieakkoord en loopt door tot en met 2026."),
            Heading("5. Monitoring en evaluatie"),
            Paragraph("GGD regio Utrecht meet elke vier jaar. In 2025 is de volgende meting."),
            Heading("Deelnemende organisaties"),
            bullets("Gemeente Zeist", "Stichting Meerwijk", "Woongoed Slotlaan", "Abrona", "Handjehelpen"),
        ),
    ),
    Page(
        "rollen-en-toelichting",
        (
            Heading("Wijk bij Duurstede omarmt", 1),
            Paragraph("Gemeente Wijk bij Duurstede en 12 partners kijken naar elkaar om."),
            Heading("Wie zijn wij?"),
            bullets(
                "Stichting Binding (welzijn), voorzitter",
                "Bibliotheek Z-O-U-T\nlocatie Wijk bij Duurstede",
                "Viveste – woningcorporatie",
                "Wijkverpleegkundigen",
                "Vrijwilligers van het Repair Café",
                "v.v. CDW",
                "Kerken: Protestantse Gemeente en Parochie Paus Johannes XXIII",
            ),
            Heading("Wat doen we?"),
            bullets("Samen eten in De Vikinghof", "Bellen met wie dat wil", "Een fietsmaatje zoeken"),
            Heading("Aanmelden"),
            Paragraph("Mail naar omarmt@wijkbijduurstede.example of bel Karin van Rhijn op 0343 000 654."),
        ),
    ),
    Page(
        "werkgroepen",
        (
            Heading("Noaberkracht tegen eenzaamheid: zo doen we dat in Dinkelland", 1),
            Paragraph("Wij werken in drie werkgroepen. De stuurgroep komt twee keer per jaar samen."),
            Heading("Deelnemers"),
            Paragraph("Stuurgroep:"),
            bullets("Gemeente Dinkelland", "Zorgfederatie Oldenzaal", "WonenNoord"),
            Paragraph("Werkgroep ontmoeting:"),
            bullets("Stichting Wijkracht", "Katholieke Bond van Ouderen (KBO)", "Kulturhus Denekamp"),
            Paragraph("Werkgroep jongeren:"),
            bullets("Twents Carmel College", "Jongerenwerk SWTD", "Scouting Sint Nicolaas"),
            Heading("Planning"),
            numbered(
                "In het voorjaar van 2024 een startbijeenkomst",
                "In september 2024 een week met 25 activiteiten",
                "Op 12 december 2024 een evaluatie",
            ),
        ),
    ),
    Page(
        "contactblokken",
        (
            Heading("Samen Dronten", 1),
            Paragraph("De gemeente Dronten en De Meerpaal begonnen op 4 februari 2021 met Samen Dronten."),
            Heading("Onze partners"),
            bullets("De Meerpaal", "OFW", "Coloriet", "FlevoMeer Bibliotheek", "Humanitas Dronten"),
            Heading("Contact"),
            Paragraph("Gerda Wolters\ncoalitiecoördinator De Meerpaal\n0321 000 111\ng.wolters@meerpaal.example"),
            Paragraph(
                "Piet-Jan Achterberg\nbeleidsadviseur gemeente Dronten\n0321 000 222\np.achterberg@dronten.example"
            ),
            Paragraph("www.samendronten.example"),
        ),
    ),
    Page(
        "tekens-van-opmaak",
        (
            Heading("Thuis op Texel *samen*", 1),
            Paragraph("Wie mee wil doen & wie niet: 1 < 2. De coalitie [2021-2025] kost € 10.000 per jaar."),
            Heading("Deelnemers"),
            bullets(
                "Gemeente Texel",
                "Texels Welzijn",
                "Omring_Thuiszorg",
                "Woontij #wonen",
                "50+ Eilandhart",
                "Kring `De Waal`",
                "Vis & Zo",
            ),
            Paragraph("2. Dit is geen lijst.\n- en dit ook niet, maar een zin van Texels Welzijn."),
        ),
    ),
)
