"""The contract of the tables: printed, kept as it was released, and held by what other tools make of it."""

from __future__ import annotations

import copy
import csv
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.contract import contract, contract_text, named_tables
from coalitie.pipeline.json_schema import documents_schema
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.rows import ROW_TYPES, SCHEMA_VERSION, columns

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]
CHECKOUT = Path(__file__).resolve().parent.parent
RELEASED = CHECKOUT / "docs" / "schema"
RUN = CHECKOUT / "tests" / "golden" / "run"
EXAMPLE = CHECKOUT / "extracted" / "example"
REMEDY = (
    "the tables are no longer those of schema version {version}: raise SCHEMA_VERSION in pipeline/rows.py (the second "
    "number for tables or columns added at the end, else the first), say in docs/migrations.md what changes for a "
    "reader, and keep the new contract with `coalitie schema --json > docs/schema/NEW.json`"
)

# --- versions ------------------------------------------------------------------------------------------


def number(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def released() -> list[dict[str, Any]]:
    """Every contract that was kept, oldest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in RELEASED.glob("*.json")]
    return sorted(found, key=lambda one: number(one["schema_version"]))


def changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """(what differs, whether a reader of the old tables is in trouble) of two contracts; wording does not count."""
    now = {table["name"]: table for table in new["tables"]}
    for table in old["tables"]:
        name = table["name"]
        if name not in now:
            yield f"{name} is gone", True
            continue
        if table["key"] != now[name]["key"]:
            yield f"{name}: other key", True
        before, after = table["columns"], now[name]["columns"]
        if [column["name"] for column in after][: len(before)] != [column["name"] for column in before]:
            yield f"{name}: columns gone, renamed or moved", True
            continue
        for one, other in zip(before, after, strict=False):
            differing = {key for key in {*one, *other} - {"description"} if one.get(key) != other.get(key)}
            # a reference that was not promised before takes nothing away
            new_reference = differing == {"refers"} and "refers" not in one
            if differing:
                yield f"{name}.{one['name']}: other {', '.join(sorted(differing))}", not new_reference
        if len(after) > len(before):
            yield f"{name}: columns added", False
    if {*now} - {table["name"] for table in old["tables"]}:
        yield "tables added", False


def test_the_tables_are_those_of_their_version() -> None:
    kept = {one["schema_version"]: one for one in released()}
    assert SCHEMA_VERSION in kept, REMEDY.format(version=SCHEMA_VERSION)
    assert list(changes(kept[SCHEMA_VERSION], contract())) == [], REMEDY.format(version=SCHEMA_VERSION)
    assert max(kept, key=number) == SCHEMA_VERSION


def test_every_version_says_how_to_come_to_it() -> None:
    page = (CHECKOUT / "docs" / "migrations.md").read_text(encoding="utf-8")
    for old, new in zip(released(), released()[1:], strict=False):
        before, after = number(old["schema_version"]), number(new["schema_version"])
        found = list(changes(old, new))
        assert found, new["schema_version"]
        broken = [what for what, breaking in found if breaking]
        assert after[0] > before[0] or not broken, f"{new['schema_version']} needs a new first number: {broken}"
        assert f"## {new['schema_version']}\n" in page


CHANGES: list[tuple[str, Callable[[list[dict[str, Any]]], object], bool | None]] = [
    ("nothing", lambda _: None, None),
    ("wording", lambda t: t[0]["columns"][0].update(description="other"), None),
    ("column at the end", lambda t: t[0]["columns"].append({"name": "x", "type": "string", "required": False}), False),
    ("table", lambda t: t.append({"name": "x", "key": [], "columns": []}), False),
    ("reference", lambda t: t[1]["columns"][5].update(refers="documents"), False),
    ("column in between", lambda t: t[0]["columns"].insert(1, {"name": "x", "type": "string", "required": False}), True),
    ("column gone", lambda t: t[0]["columns"].pop(), True),
    ("column renamed", lambda t: t[0]["columns"][2].update(name="x"), True),
    ("other type", lambda t: t[0]["columns"][7].update(type="number"), True),
    ("may be empty now", lambda t: t[0]["columns"][1].update(required=False), True),
    ("a choice more", lambda t: t[1]["columns"][4]["choices"].append("x"), True),
    ("reference gone", lambda t: t[1]["columns"][1].pop("refers"), True),
    ("other key", lambda t: t[0]["key"].append("source"), True),
    ("table gone", lambda t: t.pop(), True),
]  # fmt: skip


@pytest.mark.parametrize(("change", "breaking"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_a_change_is_noticed(change: Callable[[list[dict[str, Any]]], object], breaking: bool | None) -> None:
    old = contract()
    new = copy.deepcopy(old)
    change(new["tables"])
    assert [found for _, found in changes(old, new)] == ([] if breaking is None else [breaking])


# --- the command -----------------------------------------------------------------------------------------


def test_the_contract_names_every_column() -> None:
    for row_type in ROW_TYPES:
        text = contract_text((row_type,))
        assert all(f"  {column.name} " in text and column.description in text for column in columns(row_type))
        assert named_tables(row_type.NAME) == named_tables(f"{row_type.NAME}.csv") == (row_type,)
    assert named_tables(None) == ROW_TYPES


@pytest.mark.parametrize("name", ["participant", "", "Documents", "documents.jsonl"])
def test_a_table_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Unusable, match="there are documents, sections"):
        named_tables(name)


def test_the_command(coalitie: Coalitie) -> None:
    assert json.loads(coalitie("schema", "--json").stdout) == contract()
    assert json.loads(coalitie("schema", "--json-schema").stdout) == documents_schema()
    assert coalitie("schema", "errors").stdout.startswith("errors: ")
    done = coalitie("schema", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")


# --- documents.jsonl and its JSON Schema -----------------------------------------------------------------


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(documents_schema())
    return jsonschema.Draft202012Validator(documents_schema())


@pytest.mark.parametrize("folder", [RUN, EXAMPLE], ids=lambda folder: folder.name)
def test_every_line_is_as_the_schema_says(folder: Path, validator: Any) -> None:
    assert json.loads((folder / "documents.schema.json").read_text(encoding="utf-8")) == documents_schema()
    records = lines(folder)
    assert records
    assert [error.message for record in records for error in validator.iter_errors(record)] == []
    validator.validate({**records[0], "origins": [[0, "page 1"], [12, "page 2"]]})


SPOILED: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("a column is missing", lambda r: r.pop("title")),
    ("a column too many", lambda r: r.update(colour="red")),
    ("no text", lambda r: r.pop("content")),
    ("null where none may be", lambda r: r["sections"][0].update(kind=None)),
    ("not on the closed list", lambda r: r["participants"][0].update(type="firm")),
    ("text for a number", lambda r: r["sections"][0].update(position="1")),
    ("too high", lambda r: r["participants"][0].update(confidence=1.1)),
    ("a number of 7 digits", lambda r: r["organisations"][0].update(kvk="1234567")),
    ("a number among others", lambda r: r["organisations"][0].update(oin="x" + "0" * 20)),
    ("the document's id once more", lambda r: r["contacts"].append({"document_id": "x"})),
    ("a place without its character", lambda r: r.update(origins=[["page 1"]])),
]


@pytest.mark.parametrize("spoil", [case[1] for case in SPOILED], ids=[case[0] for case in SPOILED])
def test_what_is_not_as_the_schema_says_is_refused(spoil: Callable[[dict[str, Any]], object], validator: Any) -> None:
    record = next(record for record in lines(RUN) if record["participants"] and record["organisations"])
    spoil(record)
    assert not validator.is_valid(record)


# --- the data package ------------------------------------------------------------------------------------


def check(folder: Path) -> list[str]:
    """The kinds of errors that frictionless finds in a run folder."""
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(folder / "datapackage.json"))
    return sorted({kind for (kind,) in report.flatten(["type"])})


@pytest.mark.parametrize("folder", [RUN, EXAMPLE], ids=lambda folder: folder.name)
def test_the_kept_packages_are_valid(folder: Path) -> None:
    assert check(folder) == []
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    foreign = {
        (table["name"], key["fields"]): key["reference"]["resource"]
        for table in package["resources"]
        for key in table["schema"].get("foreignKeys", ())
    }
    assert foreign == {(t.NAME, c.name): c.refers for t in ROW_TYPES for c in columns(t) if c.refers}
    keys = {table["name"]: table["schema"].get("primaryKey", []) for table in package["resources"]}
    assert keys == {row_type.NAME: list(row_type.KEY) for row_type in ROW_TYPES}


BROKEN = [
    ("participants", "organisation_id", "org-nowhere", "foreign-key"),
    ("documents", "municipality_code", "GM9999", "foreign-key"),
    ("sections", "section_id", None, "primary-key"),
    ("municipalities", "municipality_code", "0281", "constraint-error"),
    ("organisations", "kvk", "1234567", "constraint-error"),
    ("participants", "type", "firm", "constraint-error"),
    ("sections", "position", "een", "type-error"),
]


@pytest.mark.parametrize(("table", "column", "cell", "kind"), BROKEN)
def test_a_broken_table_is_found(table: str, column: str, cell: str | None, kind: str, tmp_path: Path) -> None:
    """`cell` stands in the last row then; None for what stands in the first."""
    shutil.copytree(RUN, tmp_path / "run")
    package = tmp_path / "run" / "datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))
    for resource in described["resources"]:  # it is the content that is to be found
        del resource["hash"], resource["bytes"]
    package.write_text(json.dumps(described), encoding="utf-8")
    path = tmp_path / "run" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    at = header.index(column)
    rows[-1][at] = rows[0][at] if cell is None else cell
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])
    assert kind in check(tmp_path / "run")
