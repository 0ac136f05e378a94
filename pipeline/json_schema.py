"""A JSON Schema (2020-12) of one line of `documents.jsonl`, made of the row types."""

from __future__ import annotations

from typing import Any

from .contract import described
from .rows import (
    ROW_TYPES,
    SCHEMA_VERSION,
    Column,
    DocumentRow,
    MunicipalityRow,
    OrganisationRow,
    Row,
    columns,
)
from .tables import NOT_NESTED, OF_DOCUMENTS

FILE = "documents.schema.json"
_KEY = DocumentRow.KEY[0]  # stands once, in the document itself


def documents_schema() -> dict[str, Any]:
    """The schema. Every column is there, null where the tables have an empty cell; other properties are refused."""
    schema = _object(DocumentRow)
    for row_type in ROW_TYPES:
        if row_type.NAME in OF_DOCUMENTS:
            schema["properties"][row_type.NAME] = _list(row_type, (_KEY,))
    schema["properties"][OrganisationRow.NAME] = _list(OrganisationRow, NOT_NESTED)
    schema["properties"][MunicipalityRow.NAME] = _list(MunicipalityRow)
    schema["properties"]["content"] = {"type": "string", "description": "The decoded text that offsets count in"}
    schema["required"] = list(schema["properties"])
    schema["properties"]["origins"] = {
        "type": "array",
        "description": "Where it is not read as it stands: from which character on the text comes from which place",
        "items": {
            "type": "array",
            "prefixItems": [{"type": "integer", "minimum": 0}, {"type": "string"}],
            "items": False,
            "minItems": 2,
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:coalitie:documents:{SCHEMA_VERSION}",
        "title": "A line of documents.jsonl",
        **schema,
    }


def _list(row_type: type[Row], leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "array", "items": _object(row_type, leave_out)}


def _object(row_type: type[Row], leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    cells = {column.name: _cell(column) for column in columns(row_type) if column.name not in leave_out}
    return {
        "type": "object",
        "description": described(row_type),
        "properties": cells,
        "required": list(cells),
        "additionalProperties": False,
    }


def _cell(column: Column) -> dict[str, Any]:
    cell: dict[str, Any] = {"description": column.description}
    cell["type"] = column.type if column.required else [column.type, "null"]
    if column.choices:
        cell["enum"] = [*column.choices, *([] if column.required else [None])]
    if column.lowest is not None:
        cell["minimum"] = column.lowest
    if column.highest is not None:
        cell["maximum"] = column.highest
    if column.pattern:
        cell["pattern"] = f"^(?:{column.pattern})$"
    return cell
