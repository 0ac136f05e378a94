"""Redacted documents: nothing of a person is left, every offset holds, and what is no person stays."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.language.model import choose_model, load_model
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.learned.switches import own_weights
from coalitie.pipeline.privacy import KEY_BYTES, Contacts, Privacy, read_key, redact
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Label, PartyType, SectionKind, Source, Text, Where
from coalitie.pipeline.rows import ContactRow, DocumentRow, EntityRow, ParticipantRow, SectionRow
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.tables import Tables, document_rows
from coalitie.training.marked import PERSON, read_folder
from hypothesis import given, settings
from hypothesis import strategies as st

CHECKOUT = Path(__file__).resolve().parent.parent
REAL = sorted([*(CHECKOUT / "raw").rglob("*.txt"), *(CHECKOUT / "tests" / "corpus" / "texts").glob("*.txt")])
RULES = Rulebook()
LANGUAGE = assemble(spacy.blank("nl"), RULES)
KEEP, DROP = Privacy(Contacts.KEEP), Privacy(Contacts.DROP)
PSEUDONYMISE = Privacy(Contacts.PSEUDONYMISE, b"a key of the tests")
BOTH = pytest.mark.parametrize("privacy", [DROP, PSEUDONYMISE], ids=lambda privacy: str(privacy.contacts))


@dataclass
class Page:
    """A document while it is being written: pieces of text, and the rows that say what they are."""

    content: str = ""
    entities: tuple[EntityRow, ...] = ()
    participants: tuple[ParticipantRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    title: str | None = None
    municipality: str | None = None

    def write(self, text: str) -> int:
        self.content += text
        return len(self.content) - len(text)

    def entity(self, label: Label, text: str, value: str | None = None) -> None:
        start, number = self.write(text), len(self.entities) + 1
        row = EntityRow(f"d.e{number:02d}", "d", "d.s01", label, text, value, None, None, None, start, start + len(text), 0.9, Source.RULE)  # fmt: skip
        self.entities += (row,)

    def party(self, kind: PartyType, text: str, group: str | None = None) -> None:
        start, number = self.write(text), len(self.participants) + 1
        rule = "learned (bullet; first=sietske +1.2)"
        row = ParticipantRow(f"d.p{number:02d}", "d", "d.s01", number, text, kind, group, Where.LIST, None, None, None, None, start, start + len(text), 0.9, rule)  # fmt: skip
        self.participants += (row,)

    def contact(self, passage: str, **cells: str) -> None:
        start = self.write(passage)
        empty = dict.fromkeys(("name", "role", "organisation", "email", "phone", "url"))
        cell = {**empty, **cells}
        row = ContactRow(f"d.c{len(self.contacts) + 1:02d}", "d", "d.s01", cell["name"], cell["role"], cell["organisation"], cell["email"], cell["phone"], cell["url"], start, start + len(passage))  # fmt: skip
        self.contacts += (row,)

    def tables(self) -> Tables:
        """The rows, with one section: the first line is its heading."""
        heading, _, body = self.content.partition("\n")
        section = SectionRow("d.s01", "d", 1, heading or None, SectionKind.OTHER, None, 0, len(self.content), body.strip() or None, None)  # fmt: skip
        document = DocumentRow("d", "d.txt", self.title, self.municipality, None, None, None, 1, len(self.participants), "", "utf-8")  # fmt: skip
        return Tables((document,), (section,), self.participants, self.entities, self.contacts)


def page_of(marked: str) -> Page:
    """A page from text in which rows are marked: {person|Anna Vos}, {organisation|…}, {place|…}, {role|…}."""
    page = Page()
    for plain, kind, text in re.findall(r"([^{]+)|\{(\w+)\|([^}]*)\}", marked):
        if plain:
            page.write(plain)
        elif kind in set(map(str, PartyType)) - {"organisation"}:
            page.party(PartyType(kind), text)
        else:
            page.entity(Label(kind), text)
    return page


def read(content: str) -> Tables:
    return document_rows("d", read_document(Text("d.txt", content, "utf-8", ""), RULES, LANGUAGE, Learned(())))


def cells(part: Tables) -> Iterator[str]:
    for _, rows in part.named():
        for row in rows:
            yield from (str(getattr(row, item.name)) for item in fields(row) if item.name != "rule")


def assert_slices(part: Tables, content: str) -> None:
    quoted: list[ParticipantRow | EntityRow] = [*part.participants, *part.entities]
    for row in quoted:
        assert content[row.start : row.end] == row.text
    for section in part.sections:
        whole = content[section.start : section.end]
        assert whole.startswith(section.heading or "")
        assert whole.rstrip().endswith(section.text or "")
    for document in part.documents:
        assert not document.title or document.title in content


def left(original: str, place: str, bodies: list[str], *, any_case: bool) -> bool:
    """Whether an original is in a cell, other than in the name of an organisation."""
    for body in sorted(bodies, key=len, reverse=True):
        place = re.sub(re.escape(body), " ", place, flags=re.IGNORECASE)
    words = r"\s+".join(map(re.escape, original.split()))
    return re.search(rf"(?<!\w){words}(?!\w)", place, re.IGNORECASE if any_case else 0) is not None


# --- invented documents ------------------------------------------------------------------------------

FIRST = ["Sietske", "Anna-Roos", "Bloem", "Wil", "J.P.", "Ömer"]
LAST = ["Kwastema", "van der Zwaluw", "Vosmeer-de Wit", "El Amraoui", "’t Hoen", "Tielmans"]
BODIES = ["Kwastema Zorg", "Stichting Sietske Kwastema", "De Bloem", "Gemeente Tielmans"]
MAILS = ["s.kwastema@loket.example", "info@dorp.example", "j_p+1@a-b.example"]
NUMBERS = ["06-00012345", "(0529) 000 147", "+31 (0)6 000 54 321", "14 0299", "0800-1234"]
OTHER = {"06-00012345": "+31 6 0001 2345", "(0529) 000 147": "0529.000147", "+31 (0)6 000 54 321": "0600054321"}
CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, str.swapcase]
JOINTS = [" ", "\n", "\r\n", ", ", " (", ") ", ". ", "\u00a0", ": ", " en ", "_", "/"]

name = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST))


@dataclass(frozen=True)
class Invented:
    page: Page
    names: list[str]
    addresses: list[str]


@st.composite
def invented(draw: st.DrawFn) -> Invented:
    names = draw(st.lists(name, min_size=1, max_size=3, unique=True))
    mails = draw(st.lists(st.sampled_from(MAILS), max_size=2, unique=True))
    numbers = draw(st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True))
    page = Page(title=draw(st.sampled_from([None, f"Gesprek met {names[0]}", "Samen"])))
    page.write(f"{page.title or 'Kop'}\n")
    for one in names:
        page.entity(Label.PERSON, one)
        page.write("\n")
    for one in (*mails, *numbers):
        page.entity(Label.EMAIL if "@" in one else Label.PHONE, one)
        page.write(" \n")
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.integers(0, 8))
        who, case = draw(st.sampled_from(names)), draw(st.sampled_from(CASES))
        if kind == 0:
            page.write(case(who).replace(" ", draw(st.sampled_from([" ", "\u00a0", "\n", " \n"]))))
        elif kind == 1:
            page.write(f"mevrouw {who.partition(' ')[2]}")
        elif kind == 2 and mails:
            page.write(f"mailto:{case(mails[0])}?x")
        elif kind == 3 and numbers:
            page.write(OTHER.get(numbers[0], numbers[0]))
        elif kind == 4:
            page.entity(Label.ORGANISATION, draw(st.sampled_from(BODIES)))
        elif kind == 5:
            page.party(PartyType.ROLE, f"wethouder {who}", group=f"Bij {who}")
        elif kind == 6 and mails:
            page.contact(f"{who}, trekker, {mails[0]}", name=who, role="trekker", email=mails[0])
        elif kind == 7 and mails:
            page.contact(f"https://x.example/?m={mails[0]}", url=f"https://x.example/?m={mails[0]}")
        else:
            page.write(draw(st.sampled_from(["de bloem", "Samen in Tiel", "wil jij mee", "12.000 uur"])))
        page.write(draw(st.sampled_from(JOINTS)))
    return Invented(page, names, [*mails, *numbers])


@given(found=invented(), privacy=st.sampled_from([DROP, PSEUDONYMISE]))
@settings(max_examples=300, deadline=None)
def test_nothing_of_a_person_is_left(found: Invented, privacy: Privacy) -> None:
    before, content = found.page.tables(), found.page.content
    part, text = redact(before, content, privacy)
    for place in (text, *cells(part)):
        for one in found.names:
            assert not left(one, place, BODIES, any_case=True)
            assert not left(one.partition(" ")[2], place, BODIES, any_case=False)
        for address in found.addresses:
            assert address.casefold() not in place.casefold()
            assert OTHER.get(address, address) not in place
    assert len(text) == len(content)
    assert [(at, one) for at, one in enumerate(text) if one.isspace()] == [
        (at, one) for at, one in enumerate(content) if one.isspace()
    ]
    assert_slices(part, text)
    assert [len(rows) for _, rows in part.named()] == [len(rows) for _, rows in before.named()]
    assert redact(part, text, privacy) == (part, text)
    assert redact(before, content, KEEP) == (before, content)


@given(content=st.text(alphabet="ab09 @.-+(\n[]JdeVis'’/:", max_size=80), privacy=st.sampled_from([DROP, PSEUDONYMISE]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_redacted_once_and_for_all(content: str, privacy: Privacy) -> None:
    page = Page(content=content)
    page.entity(Label.PERSON, "Jade Vis")
    once = redact(page.tables(), page.content, privacy)
    assert redact(*once, privacy) == once
    assert_slices(*once)


# --- texts that are read -----------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_texts_as_they_are_read(path: Path, privacy: Privacy) -> None:
    content = path.read_bytes().decode("utf-8", "replace")
    before = read(content)
    part, text = redact(before, content, privacy)
    bodies = [row.text for row in before.entities if row.label is Label.ORGANISATION]
    bodies += [row.text for row in before.participants if row.type is PartyType.ORGANISATION]
    bodies += [row.organisation for row in before.contacts if row.organisation]
    personal = {row.text for row in before.entities if row.label in (Label.PERSON, Label.EMAIL, Label.PHONE)}
    personal |= {cell for row in before.contacts for cell in (row.name, row.email, row.phone) if cell}
    for one in personal:
        for place in (text, *cells(part)):
            assert not left(one, place, bodies, any_case=" " in one or "@" in one), one
    assert_slices(part, text)
    assert redact(part, text, privacy) == (part, text)
    assert redact(before, content, KEEP) == (before, content)


def test_persons_in_texts_for_which_no_rule_was_written() -> None:
    """The figure of docs/privacy.md: with the model and the decisions that come with coalitie."""
    rulebook, model = Rulebook(), choose_model("embedded")
    language, learned = assemble(load_model(model), rulebook), Learned.of(rulebook, own_weights(model))
    gone = there = 0
    for marked in read_folder(CHECKOUT / "corpus" / "blind"):
        text = Text("d.txt", marked.content, "utf-8", "")
        part = document_rows("d", read_document(text, rulebook, language, learned))
        _, redacted = redact(part, marked.content, DROP)
        persons = [redacted[span.start : span.end] for span in marked.spans if span.mark == PERSON]
        there += len(persons)
        gone += sum(re.search(r"\w\w", person) is None for person in persons)
    assert there == 66
    assert gone >= 64


# --- single cases ------------------------------------------------------------------------------------

# A page with its rows marked, and its text with the blocks that stand instead.
CASES_OF_TEXT = [
    ("{person|Anna Vosmeer} en Annas buurt", "████ ███████ en █████ buurt"),
    ("{person|Anna Vosmeer}. Mevrouw Vosmeer en Anna zijn ANNA\nVOSMEER", "████ ███████. Mevrouw ███████ en ████ zijn ████\n███████"),
    ("{person|Jan de Wit}, de heer De Wit, de wit geverfde muur", "███ ██ ███, de heer ██ ███, de wit geverfde muur"),
    ("{person|Marieke Wisse-Vos} is mevrouw Wisse", "███████ █████████ is mevrouw █████"),
    ("{person|P.J. van der Wal-Kok}, ds. Van der Wal", "████ ███ ███ ███████, ds. ███ ███ ███"),
    ("{person|Anna Vosmeer} op www.annavosmeer.example en /in/anna-vosmeer", "████ ███████ op www.███████████.example en /in/████████████"),
    ("Tekst: Anna Vosmeer\nFoto's: © Jan de Wit\n", "Tekst: ████ ███████\nFoto's: © ███ ██ ███\n"),
    ("{email|a@b.example}, naar A@B.EXAMPLE of a%40b.example", "███████████, naar ███████████ of █████████████"),
    ("mail c.d@e.example of c(at)e.example", "mail █████████████ of ██████████████"),
    ("{phone|06-00012345} of tel:+31600012345", "███████████ of tel:████████████"),
    ("{role|wethouder Anna Vosmeer}, {person|Anna Vosmeer}", "wethouder ████ ███████, ████ ███████"),
    # what stays
    ("{person|Bloem Vosmeer} gaf een bloem in het bloemenhof", "█████ ███████ gaf een bloem in het bloemenhof"),
    ("{person|Bloem Vosmeer} van {organisation|De Bloem}; De Bloem helpt", "█████ ███████ van De Bloem; De Bloem helpt"),
    ("{person|Jan de Vries}, {organisation|De Vries Zorg}, {place|Vries}", "███ ██ █████, De Vries Zorg, Vries"),
    ("{person|Anna Tiel} in {place|Tiel}; TIEL en Tielse buren", "████ ████ in Tiel; TIEL en Tielse buren"),
    ("{person|Jan Bakker} naast de bakker in de Bakkerstraat", "███ ██████ naast de bakker in de Bakkerstraat"),
    ("{organisation|Stichting Jan de Wit} en {person|Jan de Wit}", "Stichting Jan de Wit en ███ ██ ███"),
    ("Foto: {organisation|Gemeente Tiel}\nDoor de week, om 12.00 uur", "Foto: Gemeente Tiel\nDoor de week, om 12.00 uur"),
    ("koffie @ het plein, 01-02-2023, € 140.299 {phone|14 0299}", "koffie @ het plein, 01-02-2023, € 140.299 ██ ████"),
    ("geen mens te zien in Tiel, Jansen Zorg of De Vries BV", "geen mens te zien in Tiel, Jansen Zorg of De Vries BV"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "expected"), CASES_OF_TEXT, ids=[marked for marked, _ in CASES_OF_TEXT])
def test_what_is_replaced_and_what_stays(marked: str, expected: str) -> None:
    page = page_of(marked)
    part, text = redact(page.tables(), page.content, DROP)
    assert text == expected
    assert_slices(part, text)


def test_a_municipality_called_as_somebody_stays_in_its_columns() -> None:
    page = page_of("Nieuws uit Tiel\n{person|Anna Tiel} en mevrouw {person|Tiel} in Tiel")
    page.title, page.municipality = "Nieuws uit Tiel", "Tiel"
    part, text = redact(page.tables(), page.content, DROP)
    assert text == "Nieuws uit Tiel\n████ ████ en mevrouw ████ in Tiel"
    assert (part.documents[0].title, part.documents[0].municipality) == ("Nieuws uit Tiel", "Tiel")


def test_a_contact_is_gone_from_its_own_passage_even_if_a_place_is_called_so() -> None:
    page = page_of("{place|Vries}: ")
    page.contact("bel Vries, 06-00012345", name="Vries", phone="06-00012345")
    assert redact(page.tables(), page.content, DROP)[1] == "Vries: bel █████, ███████████"


def test_a_person_who_is_taken_for_an_organisation_too_is_a_person() -> None:
    page = page_of("{organisation|Anna Vosmeer}, {person|Anna Vosmeer}")
    page.entities = tuple(replace(row, value="Anna Vosmeer") if row.label is Label.ORGANISATION else row for row in page.entities)  # fmt: skip
    part, text = redact(page.tables(), page.content, DROP)
    assert text == "████ ███████, ████ ███████"
    assert part.entities[0].value == "████ ███████"


def test_words_of_names_are_no_reasons() -> None:
    page = page_of("{person|Sietske Vos} {role|trekker}")
    part, _ = redact(page.tables(), page.content, DROP)
    assert part.participants[0].rule == "learned (bullet; first=… +1.2)"


CONTACT = {"name": "ir. Anna Vosmeer", "role": "trekker", "organisation": "Vosmeer Zorg", "email": "a@b.example", "phone": "06-00012345", "url": "mailto:a@b.example"}  # fmt: skip


def with_contact() -> Page:
    page = Page()
    page.contact(", ".join(CONTACT.values()), **CONTACT)
    return page


def test_dropped_contacts_stay_as_rows() -> None:
    part, text = redact(with_contact().tables(), with_contact().content, DROP)
    [row] = part.contacts
    assert (row.name, row.email, row.phone) == (None, None, None)
    assert (row.role, row.organisation, row.url) == ("trekker", "Vosmeer Zorg", "mailto:███████████")
    assert text[row.start : row.end].endswith("trekker, Vosmeer Zorg, ███████████, ███████████, mailto:███████████")


def test_pseudonyms_say_what_they_stand_for() -> None:
    part, text = redact(with_contact().tables(), with_contact().content, PSEUDONYMISE)
    [row] = part.contacts
    assert re.fullmatch(r"person-[a-z2-7]{8}", row.name or "")
    assert re.fullmatch(r"mail-[a-z2-7]{8}", row.email or "")
    assert re.fullmatch(r"tel-[a-z2-7]{8}", row.phone or "")
    assert (row.role, row.organisation) == ("trekker", "Vosmeer Zorg")
    assert (row.url or "").removeprefix("mailto:") in text
    assert "mailto:" in text


def values(marked: str, privacy: Privacy = PSEUDONYMISE) -> list[str | None]:
    page = page_of(marked)
    return [row.value for row in redact(page.tables(), page.content, privacy)[0].entities]


# Two documents, and whether the first row of both is one person, address or number.
PAIRS = [
    ("{person|Anna Vosmeer}", "gesproken met {person|ANNA  VOSMEER}", True),
    ("{person|ir. G.J. Vosmeer}", "{person|G. J. Vosmeer}", True),
    ("{email|A@b.example}", "{email|a [at] b.example}", True),
    ("{phone|06-00012345}", "{phone|+31 (0)6 000 123 45}", True),
    ("{person|Anna Vosmeer}", "{person|Vosmeer} is Anna Vosmeer: {person|Anna Vosmeer}", True),
    ("{person|Anna Vosmeer}", "{person|Hanna Vosmeer}", False),
    ("{person|Vosmeer}", "{person|Vosmeer}, {person|Anna Vosmeer}, {person|Jan Vosmeer}", True),
    ("{person|Anna Vosmeer}", "{person|Vosmeer}, {person|Anna Vosmeer}, {person|Jan Vosmeer}", False),
    ("{email|anna@b.example}", "{person|anna b example}", False),
]


@pytest.mark.parametrize(("one", "other", "same"), PAIRS)
def test_pseudonyms_agree_over_documents(one: str, other: str, same: bool) -> None:
    assert (values(one)[0] == values(other)[0]) is same


def test_another_key_gives_other_pseudonyms() -> None:
    text = "{person|Anna Vosmeer} {email|a@b.example} {phone|06-00012345}"
    other = Privacy(Contacts.PSEUDONYMISE, b"another key of the tests")
    assert not set(values(text)) & set(values(text, other))
    assert values(text, DROP) == [None, None, None]


def test_pseudonyms_can_be_dropped_later() -> None:
    page = with_contact()
    part, text = redact(page.tables(), page.content, PSEUDONYMISE)
    [row] = redact(part, text, DROP)[0].contacts
    assert (row.name, row.email, row.phone) == (None, None, None)


# --- the key -----------------------------------------------------------------------------------------


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "pseudonyms.key"
    key = read_key(path)
    assert len(key) == KEY_BYTES
    assert read_key(path) == key
    assert read_key(tmp_path / "another.key") != key
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_too_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pseudonyms.key"
    path.write_bytes(b"short")
    with pytest.raises(Unusable, match="has 5 bytes"):
        read_key(path)
    assert path.read_bytes() == b"short"


def test_a_key_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.key").mkdir()
    with pytest.raises(Unusable, match="cannot be read"):
        read_key(tmp_path / "folder.key")


def test_a_key_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="--pseudonym-key"):
        read_key(tmp_path / "missing" / "pseudonyms.key")


def test_a_key_is_not_shown() -> None:
    assert "a key" not in repr(PSEUDONYMISE)


def test_no_pseudonyms_without_a_key() -> None:
    with pytest.raises(Unusable, match="key"):
        Privacy(Contacts.PSEUDONYMISE)


@BOTH
def test_nothing_is_said(privacy: Privacy, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        redact(with_contact().tables(), with_contact().content, privacy)
    assert (*capfd.readouterr(), caplog.text) == ("", "", "")
