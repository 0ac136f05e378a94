"""Identifiers of municipalities follow from the lists; those of organisations come from rules or stewards alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from coalitie.pipeline.appending import TableError
from coalitie.pipeline.municipalities import municipality_rows, with_municipalities
from coalitie.pipeline.organisations import read_corrections, resolve
from coalitie.pipeline.records import Correction, NameKey, NameUse, Organisation, Property, Scope, Status
from coalitie.pipeline.records import OrganisationType as Type
from coalitie.pipeline.rows import DocumentRow, OrganisationRow
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.organisations import KnownOrganisation
from coalitie.pipeline.tables import Tables, by_document, nested
from pydantic import ValidationError

RULES = Rulebook()
PLACES = RULES.places
TOOI = "https://identifier.overheid.nl/tooi/id"

# --- municipalities ----------------------------------------------------------------------------------------


def test_every_municipality_on_the_list_has_its_addresses() -> None:
    rows = municipality_rows(PLACES.by_code, PLACES)
    assert [row.municipality_code for row in rows] == sorted(PLACES.by_code)
    for row in rows:
        assert row.tooi_uri == f"{TOOI}/gemeente/{row.municipality_code.lower()}"
        assert row.province_tooi_uri == f"{TOOI}/provincie/{row.province_code.lower()}"
    assert {row.province_code for row in rows} == {f"PV{number}" for number in range(20, 32)}


FOLLOWED = [
    ("a current one that nothing went into", ["GM0281"], ["GM0281"]),
    ("with those that went into it", ["GM1963"], ["GM0585", "GM0588", "GM0584", "GM0611", "GM0617", "GM1963"]),
    ("an ended one, with what came after", ["GM0585"], ["GM0584", "GM0585", "GM0588", "GM0611", "GM0617", "GM1963"]),
    ("none", [], []),
    ("on no list", ["GM9999", "", "gm0281"], []),
    ("one of two", ["GM9999", "GM0281"], ["GM0281"]),
]


@pytest.mark.parametrize(("codes", "expected"), [case[1:] for case in FOLLOWED], ids=[case[0] for case in FOLLOWED])
def test_a_municipality_comes_with_its_history(codes: list[str], expected: list[str]) -> None:
    rows = municipality_rows(codes, PLACES)
    assert [row.municipality_code for row in rows] == sorted(expected)
    for row in rows:
        assert (row.end_date is None) == (row.successor_codes is None)


def test_a_run_has_the_municipalities_that_its_rows_name() -> None:
    document = DocumentRow("a", "a.txt", None, "Tiel", "GM0281", "Gelderland", None, 0, 0, "", "utf-8")
    body = OrganisationRow("org-1", "Bond", Type.OTHER, Scope.LOCAL, "GM0216", 1, 1, None, Status.AUTO, None, 1)
    nobody = OrganisationRow("org-2", "Bond", Type.OTHER, Scope.NATIONAL, None, 1, 1, None, Status.AUTO, None, 1)
    tables = with_municipalities(Tables(documents=(document,), organisations=(body, nobody)), PLACES)
    assert [row.name for row in tables.municipalities] == ["Culemborg", "Tiel"]
    (record,) = nested(by_document(tables).values(), tables)
    assert [one["municipality_code"] for one in record["municipalities"]] == ["GM0281"]  # the text names no body


# --- organisations -----------------------------------------------------------------------------------------

TJARDA, OTHER = NameKey("Tjarda", "Zutphen"), NameKey("Huize Berkel", "Zutphen")


def one(name: NameKey, *said: tuple[Property, str]) -> Organisation:
    corrections = [Correction(TJARDA, about, value, line=line) for line, (about, value) in enumerate(said, start=2)]
    found = resolve([NameUse(TJARDA), NameUse(OTHER), NameUse(name)], RULES, corrections=corrections).organisations
    return next(organisation for organisation in found if name in organisation.names)


def test_what_nobody_says_is_empty() -> None:
    assert (one(TJARDA).kvk, one(TJARDA).oin, one(TJARDA).website) == ("", "", "")


def test_a_steward_says_it_of_the_organisation_and_of_no_other() -> None:
    said = [(Property.KVK, "01234567"), (Property.OIN, "0" * 20), (Property.WEBSITE, "https://tjarda.example/wie")]
    set_of = one(TJARDA, *said)
    assert (set_of.kvk, set_of.oin, set_of.website) == tuple(value for _, value in said)
    assert set_of.status is Status.REVIEWED
    assert one(OTHER, *said) == one(OTHER)
    assert one(TJARDA, *said, (Property.KVK, ""), (Property.OIN, ""), (Property.WEBSITE, "")) == one(TJARDA)


def test_the_rules_say_it_of_a_known_body_and_a_steward_otherwise() -> None:
    humanitas = NameKey("Humanitas", "Zutphen")
    assert one(humanitas).website == "https://humanitas.nl"
    corrections = [Correction(humanitas, Property.WEBSITE, "https://zutphen.example", line=2)]
    (corrected,) = resolve([NameUse(humanitas)], RULES, corrections=corrections).organisations
    assert corrected.website == "https://zutphen.example"


def known(**cells: str) -> KnownOrganisation:
    return KnownOrganisation.model_validate({"name": "Tjarda", "type": "zorg", "scope": "local", **cells})


@pytest.mark.parametrize(
    ("website", "generic", "address"),
    [
        ("tjarda.example", "", "https://tjarda.example"),
        ("http://tjarda.example/x", "", "http://tjarda.example/x"),
        ("", "", ""),
        ("tjarda.example", "yes", ""),
    ],
)
def test_a_rule_gives_an_address(website: str, generic: str, address: str) -> None:
    assert known(website=website, generic=generic).address == address


UNFIT = [
    ("kvk", "1234567"),
    ("kvk", "123456789"),
    ("kvk", "1234 5678"),
    ("kvk", "KVK12345678"),
    ("kvk", "٠١٢٣٤٥٦٧"),
    ("oin", "0" * 19),
    ("oin", "0000000300000000X000"),
    ("website", "tjarda"),
    ("website", "javascript:alert(1)"),
    ("website", "ftp://tjarda.example"),
    ("website", "https://"),
    ("website", "https://tjarda .example"),
]


@pytest.mark.parametrize(("about", "value"), UNFIT)
def test_what_is_no_identifier_is_refused(about: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        f"name,municipality,property,value,judged_by,judged_at,note\nTjarda,Zutphen,{about},{value},,,\n",
        encoding="utf-8",
    )
    with pytest.raises(TableError, match=f"line 2: {about} .*; expected "):
        read_corrections(path)
    with pytest.raises(ValidationError):
        known(**{about: value})


def test_a_rule_may_carry_numbers() -> None:
    assert (known(kvk="01234567").kvk, known(oin="1" * 20).oin, known().kvk) == ("01234567", "1" * 20, "")
