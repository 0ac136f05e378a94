"""Tables of organisation names that a user brings: deduplicated, or scored pair by pair."""

from __future__ import annotations

import csv
import gc
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .basis import provenance
from .engine import resolve
from .formats import csv_text, json_text, read_csv
from .municipalities import with_municipalities
from .names_in_use import Uses
from .outputs import FORMATS, check_formats, more_files
from .problems import Unusable
from .publishing import check_target, publish, recover, sole_writer
from .records import Comparing, NameKey, NameUse, Resolution
from .rows import DuplicateRow, MunicipalityRow, OrganisationNameRow, OrganisationRow, Row
from .rulebook import Rulebook
from .run import comparing, decisions, known_ids, waiting
from .run_files import OWNED, RUN, table_files
from .tables import Tables, build

ROWS = "rows.csv"
_OWNED = OWNED | {ROWS}
NAME_FORMATS = tuple(name for name in FORMATS if name != "jsonl")  # which holds texts
KeyedRow = tuple[str, str, NameKey | None]  # id, name as written, key; None where it has no name
_ROWS_HEADER = ("id", "name", "organisation_id", "municipality")
_PAIR = ("name_a", "municipality_a", "name_b", "municipality_b")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the user's table hold what."""

    name: str
    municipality: str | None = None
    row_id: str | None = None


@dataclass(frozen=True, slots=True)
class Deduped:
    """What came of it, in numbers."""

    n_rows: int
    n_names: int
    n_organisations: int
    n_review: int
    comparing: Comparing
    warnings: tuple[str, ...]


def dedupe(
    path: Path,
    columns: Columns,
    out: Path,
    rules: Path | None = None,
    judgements: Path | None = None,
    registry: Path | None = None,
    formats: Sequence[str] = ("csv",),
) -> Deduped:
    """One table of names → organisations, their names and the pairs that were close, written to `out`.

    Raises Unusable where another program works on that folder.
    """
    check_formats(formats, NAME_FORMATS)
    check_target(out, _OWNED, [str(path)])
    recover(out)
    with sole_writer(out):
        return _dedupe(path, columns, out, Rulebook(rules), judgements, registry or out, formats)


def _dedupe(
    path: Path,
    columns: Columns,
    out: Path,
    rulebook: Rulebook,
    judgements: Path | None,
    registry: Path,
    formats: Sequence[str],
) -> Deduped:
    begin, started = time.perf_counter(), datetime.now(timezone.utc)
    header, rows = _read(path)
    for option, wanted in (
        ("--name", columns.name),
        ("--municipality", columns.municipality),
        ("--id", columns.row_id),
    ):
        if wanted is not None and wanted not in header:
            raise Unusable(f"{path} has no column {wanted!r} ({option}); it has {', '.join(header) or 'none'}")
    place = OfficialPlaces(rulebook)
    keys = [_key(*row, place) for row in _cells(header, rows, columns.name, columns.municipality)]
    labels = list(_cells(header, rows, columns.row_id, columns.name)) if columns.row_id else []
    n_rows = len(rows)
    rows.clear()  # of a big table the cells are most of the memory, and no longer needed
    uses = _uses(keys, place.codes())
    with no_collection():
        resolution = resolve(uses, rulebook, decisions(judgements), known_ids(registry, rulebook))
        tables = with_municipalities(build([], uses, resolution), rulebook.places)
        files = name_files(tables, formats)
    if columns.row_id:
        rows_with_keys = ((*label, key) for label, key in zip(labels, keys, strict=True))
        files[ROWS] = rows_file(rows_with_keys, resolution)
    nameless = keys.count(None)
    warnings = (*resolution.warnings, *([f"{nameless} rows have no name and were left out"] if nameless else []))
    record = {
        **provenance(rulebook, judgements, None),
        "deduplication": comparing(resolution),
        "counts": {"rows": n_rows, "names": len(uses.by_key), "organisations": len(tables.organisations)},
        "warnings": list(warnings),
        "started": started.isoformat(timespec="seconds"),
        "seconds": {"total": round(time.perf_counter() - begin, 3)},
    }
    publish(out, {**files, RUN: json_text(record).encode()}, _OWNED)
    return Deduped(n_rows, len(uses.by_key), len(tables.organisations), waiting(tables), resolution.comparing, warnings)


def name_files(tables: Tables, formats: Sequence[str]) -> dict[str, bytes]:
    """The tables of a run without texts in each of the formats; the CSV ones, and what describes them, always."""
    named: list[tuple[type[Row], Sequence[Row]]] = [
        (OrganisationRow, tables.organisations),
        (OrganisationNameRow, tables.organisation_names),
        (DuplicateRow, tables.duplicates),
        (MunicipalityRow, tables.municipalities),
    ]
    return {**table_files(named), **more_files(formats, named)}


def rows_file(rows: Iterable[KeyedRow], resolution: Resolution) -> bytes:
    """Which organisation each row of the user's table is; empty for a row without a name."""
    of = {link.key: link.organisation_id for link in resolution.links}
    cells = (
        (row_id, name, of.get(key) if key else None, key.municipality if key else None) for row_id, name, key in rows
    )
    return csv_text(_ROWS_HEADER, cells).encode()


def read_rows_file(path: Path) -> list[KeyedRow]:
    """The rows of a `rows.csv` as they were compared."""
    with path.open(encoding="utf-8", newline="") as handle:
        try:
            header, *rows = csv.reader(handle, strict=True)
            if tuple(header) != _ROWS_HEADER:
                raise Unusable(f"{path} has other columns than {', '.join(_ROWS_HEADER)}; run `coalitie dedupe` again")
            keyed = ((row_id, name, Uses.key(name, municipality)) for row_id, name, _, municipality in rows)
            return [(row_id, name, key if key.name else None) for row_id, name, key in keyed]
        except (ValueError, csv.Error) as error:
            raise Unusable(f"{path} cannot be read ({error}); run `coalitie dedupe` again") from None


@contextmanager
def no_collection() -> Iterator[None]:
    """Keeps Python from looking for cycles among millions of records that have none: a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def match(path: Path, rules: Path | None = None) -> tuple[str, int]:
    """(the pairs with score, band and evidence as CSV, how many pairs)."""
    from .organisations import score_pair

    header, rows = _read(path)
    missing = [name for name in _PAIR if name not in header]
    if missing:
        raise Unusable(f"{path} has no column {', '.join(missing)}; needed are {', '.join(_PAIR)}")
    rulebook = Rulebook(rules)
    place = OfficialPlaces(rulebook)
    kept = [name for name in header if name not in ("score", "band", "evidence")]
    at = [header.index(name) for name in _PAIR]
    keeping = [header.index(name) for name in kept]
    scored = []
    for row in rows:
        name_a, municipality_a, name_b, municipality_b = (row[i] for i in at)
        a, b = Uses.key(name_a, place.official(municipality_a)), Uses.key(name_b, place.official(municipality_b))
        pair = score_pair(a, b, rulebook)
        scored.append([*(row[i] for i in keeping), round(pair.score, 4), pair.band, pair.evidence])
    return csv_text([*kept, "score", "band", "evidence"], scored), len(rows)


def _cells(
    header: Sequence[str], rows: Sequence[Sequence[str]], first: str, second: str | None
) -> Iterator[tuple[str, str]]:
    """Two columns of a table; the second is empty where it is not there."""
    one, two = header.index(first), header.index(second) if second is not None else -1
    return ((row[one], row[two] if two >= 0 else "") for row in rows)


def _key(name: str, municipality: str, place: OfficialPlaces) -> NameKey | None:
    """The key of a row, None where it has no name."""
    key = Uses.key(name, place.official(municipality))
    return key if key.name else None


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.exists():
        raise Unusable(f"{path} does not exist; name a CSV file")
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        raise Unusable(f"{path}: only CSV and Parquet can be read here; save the table as CSV")
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    return read_csv(path, "name a CSV file")


def _read_parquet(path: Path) -> tuple[list[str], list[list[str]]]:
    """The columns and the rows of a Parquet file as text, nulls as empty text."""
    import pandas

    try:
        frame = pandas.read_parquet(path, engine="pyarrow")
    except ImportError:
        raise Unusable(f"{path}: Parquet needs pyarrow; install it with: pip install 'coalitie[parquet]'") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read as Parquet ({error}); name a CSV or Parquet file") from None
    header = [str(name) for name in frame.columns]
    columns = [["" if pandas.isna(value) else str(value) for value in frame[name]] for name in frame]
    return header, [list(row) for row in zip(*columns, strict=True)]


def _uses(keys: Sequence[NameKey | None], codes: Mapping[str, str]) -> Uses:
    """Every name with the number of rows that hold it; a row stands for a document."""
    counted = Counter(key for key in keys if key is not None)
    return Uses({key: NameUse(key, n) for key, n in sorted(counted.items())}, codes)


class OfficialPlaces:
    """Municipalities as users write them: an official name, an alias, or a CBS code."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._places = rulebook.places

    def official(self, written: str) -> str:
        """The official name; what is not on the list stays as written."""
        name = " ".join(written.split())
        listed = self._places.by_code.get(name.upper()) or (self._places.municipality(name) if name else None)
        return listed.name if listed else name

    def codes(self) -> dict[str, str]:
        """Official name → CBS code; of two that shared a name in turn, the current one."""
        ordered = sorted(self._places.municipalities, key=lambda item: item.current)
        return {item.name: item.cbs_code for item in ordered}
