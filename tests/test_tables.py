"""Records → rows → files: ids, nulls, counts, CSV as the contract writes it, and a package that validates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from coalitie.pipeline.formats import csv_text, jsonl_text, read_csv, table_text
from coalitie.pipeline.municipalities import with_municipalities
from coalitie.pipeline.names_in_use import Uses, collect
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.publishing import publish
from coalitie.pipeline.records import (
    Band,
    Contact,
    Document,
    DuplicatePair,
    Entity,
    Failure,
    Judgement,
    Label,
    NameKey,
    NameLink,
    Organisation,
    OrganisationType,
    Participant,
    PartyType,
    Place,
    Qualifier,
    Resolution,
    Scope,
    ScoredPair,
    Section,
    SectionKind,
    Source,
    Status,
    Text,
    Verdict,
    Where,
)
from coalitie.pipeline.rows import ROW_TYPES, DocumentRow, columns
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run_files import table_files
from coalitie.pipeline.tables import Tables, build
from coalitie.pipeline.validation import validate

CONTENT = (
    "Coalitie in Tiel\r\n\r\nZo'n 20 partners.\r\nWie doen mee\r\n"
    "• Gemeente\r\n• Welzijn\nRivier, Oost\r\n• vrijwilligers\r\n"
)


def at(part: str) -> tuple[int, int]:
    start = CONTENT.index(part)
    return start, start + len(part)


def party(text: str, kind: PartyType = PartyType.ORGANISATION) -> Participant:
    return Participant(1, text, kind, "", Where.LIST, "", *at(text), 0.98765, "bullet")


def organisation(text: str) -> Entity:
    return Entity(1, Label.ORGANISATION, text, "", None, "", *at(text), 1.0, Source.LIST)


def document() -> Document:
    count = Entity(
        0,
        Label.COUNT,
        "Zo'n 20 partners",
        "20",
        Qualifier.APPROXIMATELY,
        "organisations",
        *at("Zo'n 20 partners"),
        1,
        Source.RULE,
    )
    begin = CONTENT.index("Wie doen mee")
    return Document(
        text=Text("sub/tiel.txt", CONTENT, "utf-8", "00" * 32),
        title="Coalitie in Tiel",
        place=Place("Tiel", "GM0281", "Gelderland", "GGD Gelderland-Zuid"),
        sections=(
            Section(0, "Coalitie in Tiel", SectionKind.TITLE, None, 0, 16, 37, "title"),
            Section(
                1, "Wie doen mee", SectionKind.PARTICIPANTS, None, begin, begin + 12, len(CONTENT.rstrip()), "list"
            ),
        ),
        participants=(party("vrijwilligers", PartyType.GROUP), party("Gemeente"), party("Welzijn\nRivier, Oost")),
        entities=(organisation("Gemeente"), organisation("Welzijn\nRivier, Oost"), count),
        contacts=(Contact(1, name="Noor Vos", start=0, end=16),),
    )


GEMEENTE, WELZIJN = NameKey("Gemeente", "Tiel"), NameKey("Welzijn Rivier, Oost", "Tiel")
RESOLUTION = Resolution(
    organisations=(
        Organisation(
            "o-2", "Welzijn Rivier", OrganisationType.WELZIJN, Scope.LOCAL, "Tiel", "GM0281", Status.AUTO, (WELZIJN,)
        ),
        Organisation(
            "o-1",
            "Gemeente Tiel",
            OrganisationType.GEMEENTE,
            Scope.LOCAL,
            "Tiel",
            "GM0281",
            Status.KNOWN,
            (GEMEENTE,),
            ("o-0", "o-9"),
        ),
    ),
    links=(NameLink(WELZIJN, "o-2", "single", 1.0), NameLink(GEMEENTE, "o-1", "generic", 0.987654)),
    pairs=(
        DuplicatePair(
            "d-1",
            ScoredPair(GEMEENTE, WELZIJN, 0.123456, Band.REVIEW, 'anders: "welzijn"'),
            "o-1",
            "o-2",
            Judgement(GEMEENTE, WELZIJN, Verdict.DIFFERENT, "steward", "2026-01-02T03:04:05Z"),
        ),
    ),
)


@pytest.fixture(scope="module")
def tables() -> Tables:
    documents = [("tiel", document())]
    made = build(documents, collect(documents), RESOLUTION, [Failure("foto.txt", "reading", "binary", "no text")])
    return with_municipalities(made, Rulebook().places)


def test_ids_follow_from_the_document_and_the_order_in_the_text(tables: Tables) -> None:
    assert [row.section_id for row in tables.sections] == ["tiel.s01", "tiel.s02"]
    assert [(row.participant_id, row.text) for row in tables.participants] == [
        ("tiel.p01", "Gemeente"),
        ("tiel.p02", "Welzijn\nRivier, Oost"),
        ("tiel.p03", "vrijwilligers"),
    ]
    assert [row.entity_id for row in tables.entities] == ["tiel.e01", "tiel.e02", "tiel.e03"]
    assert tables.contacts[0].contact_id == "tiel.c01"
    assert tables.participants[0].section_id == "tiel.s02"


def test_only_organisations_have_an_organisation(tables: Tables) -> None:
    assert [row.organisation for row in tables.participants] == ["Gemeente Tiel", "Welzijn Rivier", None]
    assert [row.organisation_id for row in tables.participants] == ["o-1", "o-2", None]
    assert [(row.value, row.organisation_id) for row in tables.entities] == [
        ("20", None),
        ("Gemeente Tiel", "o-1"),
        ("Welzijn Rivier", "o-2"),
    ]


def test_every_offset_slices_to_its_text(tables: Tables) -> None:
    for row in (*tables.participants, *tables.entities):
        assert CONTENT[row.start : row.end] == row.text
    for section in tables.sections:
        passage = CONTENT[section.start : section.end]
        assert passage.startswith(section.heading or "")
        assert passage.rstrip().endswith(section.text or "")


def test_an_occurrence_in_two_roles_counts_once() -> None:
    uses = collect([("tiel", document()), ("tiel-2", document())])
    assert [(use.key, use.n_mentions, len(use.documents)) for use in uses.sorted()] == [
        (GEMEENTE, 2, 2),
        (WELZIJN, 2, 2),
    ]


def test_a_name_broken_over_two_lines_is_one_name() -> None:
    assert Uses.key("Welzijn\r\n  Ri\u00advier", "Tiel") == NameKey("Welzijn Rivier", "Tiel")


def test_organisations_count_texts_and_mentions(tables: Tables) -> None:
    first = tables.organisations[0]
    assert (first.name, first.n_documents, first.n_mentions, first.known_as) == ("Gemeente Tiel", 1, 1, "o-0;o-9")


def test_csv_is_written_as_the_contract_says(tables: Tables) -> None:
    files = dict(
        zip((t.NAME for t, _ in tables.named()), (table_text(t, rows) for t, rows in tables.named()), strict=True)
    )
    assert files["documents"].startswith("document_id,source,title,municipality,municipality_code,province,ggd_region,")
    assert (
        'tiel.p02,tiel,tiel.s02,2,"Welzijn\nRivier, Oost",organisation,,list,,o-2,Welzijn Rivier,GM0281,'
        in files["participants"]
    )
    assert ",0.9877,bullet\n" in files["participants"]
    assert files["duplicates"].splitlines()[1] == (
        'd-1,Gemeente,Tiel,o-1,"Welzijn Rivier, Oost",Tiel,o-2,0.1235,review,'
        '"anders: ""welzijn""",different,steward,2026-01-02T03:04:05Z'
    )
    assert "\r" not in files["participants"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (1.0, "1"),
        (0.0, "0"),
        (0.12345, "0.1235"),
        (Band.AUTO, "auto"),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\rb"'),
        ('"', '""""'),
        (100, "100"),
        (100.0, "100"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    assert csv_text(["x", "y"], [[value, "z"]]) == f"x,y\n{cell},z\n"


def test_columns_are_those_of_the_docs(checkout: Path) -> None:
    """docs/tables.md names every column of every table, in order."""
    text = (checkout / "docs" / "tables.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^`(\w+)\.csv`: (.+)$", text, re.MULTILINE))
    written = {t.NAME: ", ".join(column.name for column in columns(t)) for t in ROW_TYPES}
    assert documented == written


def test_jsonl_nests_what_belongs_to_a_document(tables: Tables) -> None:
    (line,) = jsonl_text(tables, {"tiel": CONTENT}, {}).splitlines()
    record = json.loads(line)
    assert record["content"] == CONTENT
    assert [p["text"] for p in record["participants"]] == ["Gemeente", "Welzijn\nRivier, Oost", "vrijwilligers"]
    assert record["entities"][0]["qualifier"] == "approximately"
    assert [o["name"] for o in record["organisations"]] == ["Gemeente Tiel", "Welzijn Rivier"]


@pytest.fixture
def folder(tables: Tables, tmp_path: Path) -> Path:
    publish(tmp_path / "run", {**table_files(tables.named()), "run.json": b"{}"}, ())
    return tmp_path / "run"


def test_the_package_validates_with_frictionless(folder: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["name"] for r in package["resources"]] == [t.NAME for t in ROW_TYPES]
    result = frictionless.validate(str(folder / "datapackage.json"))
    assert result.valid, result.flatten(["name", "rowNumber", "fieldName", "message"])


def test_our_own_check_agrees(folder: Path) -> None:
    assert validate(folder) == []


SPOILED = [
    ("participants.csv", ",organisation,,", ",organisatie,,", "type: 'organisatie' is not one of"),
    ("participants.csv", ",o-2,", ",o-3,", "organisation_id: 'o-3' is not in organisations.csv"),
    ("sections.csv", ",1,", ",een,", "position: 'een' is not of type int"),
    ("entities.csv", "tiel.e02", "tiel.e01", "tiel.e01 is on line 2 too"),
    ("documents.csv", "province", "provincie", "expected document_id"),
    ("duplicates.csv", "0.1235", "1.5", "score: 1.5 is above 1"),
    ("organisations.csv", "Gemeente Tiel", "", "name: is empty"),
    ("contacts.csv", "Noor Vos,", "", "10 cells under 11 columns"),
    ("errors.csv", "foto.txt", '"foto.txt', "not valid CSV"),
]


@pytest.mark.parametrize(("name", "old", "new", "complaint"), SPOILED)
def test_a_spoiled_table_is_found(folder: Path, name: str, old: str, new: str, complaint: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    messages = [str(finding) for finding in validate(folder)]
    assert any("was changed after the run" in message for message in messages)
    assert any(complaint in message for message in messages), messages


def test_a_missing_table_is_found(folder: Path) -> None:
    (folder / "contacts.csv").unlink()
    assert [str(f) for f in validate(folder)] == ["contacts.csv: the file is missing"]


def test_a_descriptor_cannot_lead_outside_the_folder(folder: Path) -> None:
    path = folder / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"contacts.csv"', '"../x.csv"'), encoding="utf-8")
    with pytest.raises(Unusable, match="outside"):
        validate(folder)


@pytest.mark.parametrize(
    ("data", "header", "rows"),
    [
        (b"a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        (b'\xef\xbb\xbfa;b\r\n1,5;"x;y"\r\n', ["a", "b"], [["1,5", "x;y"]]),
        ("naam\ncafé\n".encode("cp1252"), ["naam"], [["café"]]),
        (b"a,b\n", ["a", "b"], []),
    ],
)
def test_tables_of_users_are_read(data: bytes, header: list[str], rows: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(data)
    assert read_csv(path, "") == (header, rows)


@pytest.mark.parametrize("data", [b"", b"a,b\n1\n", b'a,b\n"1,2\n', b"a,a\n1,2\n", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(data)
    with pytest.raises(Unusable, match=r"names\.csv"):
        read_csv(path, "")


def test_every_column_is_described() -> None:
    assert all(column.description for row_type in ROW_TYPES for column in columns(row_type))
    assert DocumentRow.KEY == ("document_id",)
