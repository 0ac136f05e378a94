"""CSV, TSV, XLSX, JSON, JSON Lines and Parquet: every row is one text, taken from one column.

Nothing of the other columns gets into the text: a title or a municipality in a column of its own is not read.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import text
from .archives import check_package
from .columns import SAMPLE, Chosen, TableColumns, choose
from .delimiters import lines, written
from .kinds import Kind, kind_of
from .limits import Limits, Meter, damaged, ending_well
from .member_names import Names
from .rendered import Hints, Member
from .unreadable import Unreadable

if TYPE_CHECKING:
    import pyarrow

__all__ = ["KINDS", "TableColumns", "members"]


KINDS = frozenset({Kind.CSV, Kind.TSV, Kind.XLSX, Kind.JSON, Kind.JSONL, Kind.PARQUET})
_BAD_QUOTE = (
    "a quote in this row is never closed, or one within a cell is not doubled; the rows from here on are not read"
)
_BATCH = 64  # rows of a Parquet file that are in memory together


@dataclass(frozen=True, slots=True)
class _Row:
    """`number` as a person counts: of a spreadsheet with its header as row 1, of a list with its first item as 1."""

    number: int
    cells: Sequence[str]
    problem: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    """`name` is that of a sheet, empty where a file has one table only."""

    name: str
    header: Sequence[str]
    rows: Iterator[_Row]


def members(
    data: bytes, hints: Hints, limits: Limits, columns: TableColumns | None = None, meter: Meter | None = None
) -> Iterator[Member]:
    """One member per row that says something, named by its id, else 'row-12'; `where` is 'row 12'.

    A row without a text is a member with the problem 'empty'. Raises Unreadable: no_text where no column
    can be chosen, damaged, missing_extra.
    """
    meter = meter or Meter(limits)
    yield from ending_well(_members(_tables(data, hints, meter), columns or TableColumns(), meter))


def _tables(data: bytes, hints: Hints, meter: Meter) -> Iterator[_Table]:
    match kind_of(data, hints.name):
        case Kind.XLSX:
            return _xlsx(data, meter)
        case Kind.JSON:
            return _json(data)
        case Kind.JSONL:
            return _jsonl(data)
        case Kind.PARQUET:
            return _parquet(data)
        case _:
            return _csv(data, meter)


def _members(tables: Iterator[_Table], columns: TableColumns, meter: Meter) -> Iterator[Member]:
    names = Names()
    read, refusal = False, Unreadable("empty", "the table has no rows")
    for table in tables:
        rows = _counted(table.rows, meter)
        sample = list(itertools.islice(rows, SAMPLE))
        try:
            chosen = choose(table.header, [row.cells for row in sample if not row.problem], columns)
        except Unreadable as problem:
            # Another sheet may have the column.
            refusal = next((row.problem for row in sample if row.problem), problem)
            continue
        read = True
        for row in itertools.chain(sample, rows):
            if row.problem or any(cell.strip() for cell in row.cells):
                yield _member(table.name, row, chosen, names, meter)
    if not read:
        raise refusal


def _counted(rows: Iterator[_Row], meter: Meter) -> Iterator[_Row]:
    """The rows; what ends them early is told by one last row, so that those before are not lost."""
    number = 0
    try:
        for row in rows:
            meter.row()
            number = row.number
            yield row
    except Unreadable as problem:
        yield _Row(number + 1, (), problem)


def _member(sheet: str, row: _Row, chosen: Chosen, names: Names, meter: Meter) -> Member:
    told = row.cells[chosen.id].strip() if chosen.id is not None and chosen.id < len(row.cells) else ""
    name = names.id("-".join(part for part in (sheet, told or f"row-{row.number}") if part), f"row-{row.number}")
    where = f"sheet {sheet}, row {row.number}" if sheet else f"row {row.number}"
    content = row.cells[chosen.text] if chosen.text < len(row.cells) else ""
    problem = row.problem
    if problem is None and not content.strip():
        problem = Unreadable("empty", "the row has no text in the column that is read")
    if problem is not None:
        return Member(name, problem=problem, where=where)
    coded = content.encode("utf-8", "replace")  # JSON may hold half characters
    meter.spend(len(coded))
    if len(coded) > meter.limits.member_bytes:
        return Member(name, problem=meter.too_large(), where=where)
    return Member(name, coded, charset="utf-8", where=where)


def _csv(data: bytes, meter: Meter) -> Iterator[_Table]:
    content = text.decode(data)[0].removeprefix("\ufeff")
    # The limit is one for the whole process, and by itself far below a long text.
    csv.field_size_limit(max(csv.field_size_limit(), meter.limits.member_bytes))
    as_written = written(content)
    rows = _csv_rows(csv.reader(lines(content, as_written.start), delimiter=as_written.delimiter, strict=True))
    for row in rows:
        if row.problem:
            raise row.problem
        if any(cell.strip() for cell in row.cells):
            yield _Table("", [cell.strip() for cell in row.cells], _of_width(rows, len(row.cells)))
            return


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[_Row]:
    for number in itertools.count(1):
        try:
            yield _Row(number, next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield _Row(number, (), Unreadable("damaged", _BAD_QUOTE))
            return


def _of_width(rows: Iterator[_Row], width: int) -> Iterator[_Row]:
    """A row with more cells than the header is broken: which of them is the text cannot be known."""
    for row in rows:
        if any(cell.strip() for cell in row.cells[width:]):
            yield _Row(row.number, (), Unreadable("damaged", "the row has more cells than the table has columns"))
        else:
            yield row


def _xlsx(data: bytes, meter: Meter) -> Iterator[_Table]:
    try:
        import openpyxl
    except ImportError:
        raise Unreadable("missing_extra", "XLSX needs openpyxl: pip install 'coalitie[tables]'") from None
    check_package(data, meter.limits, meter)
    with damaged("the workbook"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        for sheet in sheets:
            sheet.reset_dimensions()  # what the file says of its size is often wrong
            rows = _within(sheet.iter_rows(values_only=True), meter)
            header = [_printed(cell).strip() for cell in next((cells for _, cells in rows if any(cells)), ())]
            if header:
                title = sheet.title if len(sheets) > 1 else ""
                yield _Table(
                    title, header, (_Row(n, [_printed(cell) for cell in row[: len(header)]]) for n, row in rows)
                )


def _within(rows: Iterator[Sequence[object]], meter: Meter) -> Iterator[tuple[int, Sequence[object]]]:
    """Rows with their numbers; a sheet may leave out any number of blank ones, which are counted too."""
    with damaged("the sheet"):
        for number, cells in enumerate(rows, start=1):
            if number > meter.limits.rows + 1:
                raise Unreadable("too_many", f"a sheet of more than {meter.limits.rows} rows; the rest is not read")
            yield number, cells


def _printed(value: object) -> str:
    """A value as a cell shows it; Excel's own mark for a carriage return is one."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "")


def _json(data: bytes) -> Iterator[_Table]:
    with damaged("the JSON"):
        # Numbers stay as they are written: an id of a thousand digits is no sum to be done.
        found = _loads(text.decode(data)[0].lstrip("\ufeff"))
    items = _list_of(found)
    if items is None:
        raise Unreadable("no_text", "JSON of another shape; a list of objects is read, or an object with one such list")
    yield _of_objects(_Item(number, item) for number, item in enumerate(items, start=1))


def _jsonl(data: bytes) -> Iterator[_Table]:
    lines = text.decode(data)[0].lstrip("\ufeff").split("\n")
    yield _of_objects(_line(number, line) for number, line in enumerate(lines, start=1) if line.strip())


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    value: object
    problem: Unreadable | None = None


def _line(number: int, line: str) -> _Item:
    try:
        with damaged("the line"):
            return _Item(number, _loads(line))
    except Unreadable as problem:
        return _Item(number, None, problem)


def _loads(content: str) -> object:
    found: object = json.loads(content, parse_int=str, parse_float=str, parse_constant=str)
    return found


def _list_of(found: object) -> list[object] | None:
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        return None
    lists = [value for value in found.values() if isinstance(value, list) and any(isinstance(v, dict) for v in value)]
    return lists[0] if len(lists) == 1 else None if lists else [found]


def _of_objects(items: Iterator[_Item]) -> _Table:
    """Objects as rows; the columns are the keys of the first rows, in the order in which they first come."""
    first = list(itertools.islice(items, SAMPLE))
    keys: dict[str, None] = {}
    for item in first:
        if isinstance(item.value, dict):
            keys.update(dict.fromkeys(item.value))
    header = list(keys)
    return _Table("", header, (_object_row(item, header) for item in itertools.chain(first, items)))


def _object_row(item: _Item, header: Sequence[str]) -> _Row:
    if item.problem or not isinstance(item.value, dict):
        return _Row(item.number, (), item.problem or Unreadable("damaged", "not an object with a text"))
    values: Mapping[str, object] = item.value
    return _Row(item.number, [_scalar(values.get(key)) for key in header])


def _scalar(value: object) -> str:
    """A text, number or truth value; lists and objects hold no text of their own."""
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _parquet(data: bytes) -> Iterator[_Table]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise Unreadable("missing_extra", "Parquet needs pyarrow: pip install 'coalitie[parquet]'") from None
    with damaged("the Parquet file"):
        file = pyarrow.parquet.ParquetFile(io.BytesIO(data))
        # Lists and objects hold no text of their own.
        names = [field.name for field in file.schema_arrow if not pyarrow.types.is_nested(field.type)]
        if file.metadata.num_rows > 0:
            yield _Table("", names, _parquet_rows(file.iter_batches(_BATCH, columns=names), len(names)))


def _parquet_rows(batches: Iterator[pyarrow.RecordBatch], width: int) -> Iterator[_Row]:
    number = 0
    with damaged("the Parquet file"):
        for batch in batches:
            for i in range(batch.num_rows):
                number += 1
                yield _Row(number, [_value(batch.column(column)[i].as_py()) for column in range(width)])


def _value(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else _printed(value)
