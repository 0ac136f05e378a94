"""A run folder against the schemas in its own `datapackage.json`: types, closed lists, keys, references."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .datapackage import FILE
from .problems import Unusable

_PARSE: Mapping[str, Callable[[str], Any]] = {"string": str, "integer": int, "number": float}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the schema says. `line` is the line of the file the row ends on, 0 for the table."""

    table: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.table}, line {self.line}: {self.message}" if self.line else f"{self.table}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    path: str
    schema: Mapping[str, Any]
    rows: list[tuple[int, dict[str, str]]]


def validate(folder: Path) -> list[Finding]:
    """Everything that is wrong with a run folder; empty when nothing is."""
    findings: list[Finding] = []
    tables: dict[str, _Table] = {}
    for resource in _resources(folder):
        table = _read(folder, resource, findings)
        if table is not None:
            tables[table.name] = table
            _check_cells(table, findings)
            _check_key(table, findings)
    for table in tables.values():
        _check_references(table, tables, findings)
    return findings


def _resources(folder: Path) -> list[dict[str, Any]]:
    if not folder.is_dir():
        raise Unusable(f"{folder} is not a folder; name the folder that `coalitie extract --out` wrote")
    try:
        package = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unusable(f"{folder} is not a run folder: it has no {FILE}; write one with `coalitie extract`") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"{folder / FILE} cannot be read ({error}); write the run again") from None
    resources = package.get("resources") if isinstance(package, dict) else None
    well_formed = isinstance(resources, list) and all(
        isinstance(item, dict) and isinstance(item.get("path"), str) and isinstance(item.get("schema"), dict)
        for item in resources
    )
    if not well_formed or not isinstance(resources, list):
        raise Unusable(f"{folder / FILE} lists no tables with schemas; write the run again")
    for item in resources:
        if Path(item["path"]).is_absolute() or ".." in Path(item["path"]).parts:
            raise Unusable(f"{folder / FILE} names {item['path']}, which is outside the run folder")
    return resources


def _read(folder: Path, resource: Mapping[str, Any], findings: list[Finding]) -> _Table | None:
    path = resource["path"]
    try:
        data = (folder / path).read_bytes()
        content = data.decode("utf-8")
    except FileNotFoundError:
        findings.append(Finding(path, 0, "the file is missing"))
        return None
    except OSError as error:
        findings.append(Finding(path, 0, f"cannot be read ({error.strerror})"))
        return None
    except UnicodeDecodeError as error:
        findings.append(Finding(path, 0, f"is not UTF-8 (byte {error.start})"))
        return None
    if content.startswith("\ufeff"):
        findings.append(Finding(path, 1, "begins with a byte order mark"))
        content = content[1:]
    wanted = resource.get("hash")
    if wanted and wanted != f"sha256:{hashlib.sha256(data).hexdigest()}":
        findings.append(Finding(path, 0, f"was changed after the run (its hash is not the one in {FILE})"))
    header = [field["name"] for field in resource["schema"]["fields"]]
    rows: list[tuple[int, dict[str, str]]] = []
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        first = next(reader, [])
        if first != header:
            findings.append(
                Finding(path, 1, f"columns are {', '.join(first) or 'missing'}; expected {', '.join(header)}")
            )
            return None
        for cells in reader:
            if len(cells) == len(header):
                rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
            else:
                findings.append(Finding(path, reader.line_num, f"{len(cells)} cells under {len(header)} columns"))
    except csv.Error as error:
        findings.append(Finding(path, reader.line_num, f"not valid CSV ({error})"))
        return None
    return _Table(str(resource.get("name") or path), path, resource["schema"], rows)


def _check_cells(table: _Table, findings: list[Finding]) -> None:
    for field in table.schema["fields"]:
        name, constraints = field["name"], field.get("constraints", {})
        parse = _PARSE.get(field.get("type", "string"), str)
        for line, row in table.rows:
            complaint = _complaint(row[name], parse, constraints)
            if complaint:
                findings.append(Finding(table.path, line, f"{name}: {complaint}"))


def _complaint(cell: str, parse: Callable[[str], Any], constraints: Mapping[str, Any]) -> str:
    if not cell:
        return "is empty" if constraints.get("required") else ""
    try:
        value = parse(cell)
    except ValueError:
        return f"{cell!r} is not of type {parse.__name__}"
    if "enum" in constraints and cell not in constraints["enum"]:
        return f"{cell!r} is not one of {', '.join(constraints['enum'])}"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], cell):
        return f"{cell!r} is not as in /{constraints['pattern']}/"
    if "minimum" in constraints and value < constraints["minimum"]:
        return f"{cell} is below {constraints['minimum']}"
    if "maximum" in constraints and value > constraints["maximum"]:
        return f"{cell} is above {constraints['maximum']}"
    return ""


def _check_key(table: _Table, findings: list[Finding]) -> None:
    key = table.schema.get("primaryKey") or []
    seen: dict[tuple[str, ...], int] = {}
    for line, row in table.rows if key else ():
        values = tuple(row[name] for name in key)
        if values in seen:
            findings.append(Finding(table.path, line, f"{', '.join(values)} is on line {seen[values]} too"))
        seen.setdefault(values, line)


def _check_references(table: _Table, tables: Mapping[str, _Table], findings: list[Finding]) -> None:
    for foreign in table.schema.get("foreignKeys", ()):
        name, target = foreign["fields"], foreign["reference"]
        other = tables.get(target["resource"])
        if other is None:
            continue  # its own finding says that the table is missing
        known = {row[target["fields"]] for _, row in other.rows}
        for line, row in table.rows:
            if row[name] and row[name] not in known:
                findings.append(Finding(table.path, line, f"{name}: {row[name]!r} is not in {other.path}"))
