"""One Parquet file per table, its columns typed and described."""

from __future__ import annotations

import io
from collections.abc import Sequence

from ..contract import described
from ..rows import SCHEMA_VERSION, Row, columns
from ..tables import plain


def file_of(row_type: type[Row]) -> str:
    """The name of a table's file."""
    return f"{row_type.NAME}.parquet"


def parquet_files(tables: Sequence[tuple[type[Row], Sequence[Row]]]) -> dict[str, bytes]:
    """`NAME.parquet` for each table: text, 64-bit integers and floats, null only where the contract has it.

    The description of a column is in the metadata of its field, that of the table in the metadata of the schema.
    """
    return {file_of(row_type): _file(row_type, rows) for row_type, rows in tables}


def _file(row_type: type[Row], rows: Sequence[Row]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    found = columns(row_type)
    fields = [
        pa.field(column.name, kinds[column.type], not column.required, {"description": column.description})
        for column in found
    ]
    about = {"description": described(row_type), "key": ",".join(row_type.KEY), "schema_version": SCHEMA_VERSION}
    cells = [
        pa.array((plain(getattr(row, field.name)) for row in rows), field.type, size=len(rows)) for field in fields
    ]
    made = io.BytesIO()
    parquet.write_table(pa.table(cells, pa.schema(fields, about)), made)
    return made.getvalue()
