"""Tables of organisation names that a user brings: deduplicated, or scored pair by pair."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .formats import csv_text, json_text, read_csv
from .names_in_use import Uses
from .problems import Unusable
from .publishing import check_target, publish
from .records import NameKey, NameUse
from .rows import DuplicateRow, OrganisationNameRow, OrganisationRow
from .rulebook import Rulebook
from .run import OWNED, RUN, decisions, known_ids, open_rulebook, provenance, resolve, table_files, waiting
from .tables import build

ROWS = "rows.csv"
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
    warnings: tuple[str, ...]


def dedupe(
    path: Path,
    columns: Columns,
    out: Path,
    rules: Path | None = None,
    judgements: Path | None = None,
    registry: Path | None = None,
) -> Deduped:
    """One table of names → organisations, their names and the pairs that were close, written to `out`."""
    begin, started = time.perf_counter(), datetime.now(timezone.utc)
    owned = OWNED | {ROWS}
    check_target(out, owned, [str(path)])
    header, rows = _read(path)
    for option, wanted in (
        ("--name", columns.name),
        ("--municipality", columns.municipality),
        ("--id", columns.row_id),
    ):
        if wanted is not None and wanted not in header:
            raise Unusable(f"{path} has no column {wanted!r} ({option}); it has {', '.join(header) or 'none'}")
    rulebook = open_rulebook(rules)
    place = _Places(rulebook)
    keys: list[NameKey | None] = []
    for row in rows:
        key = Uses.key(row[columns.name], place.official(row[columns.municipality]) if columns.municipality else "")
        keys.append(key if key.name else None)
    uses = _uses(keys, place.codes())
    resolution = resolve(uses, rulebook, decisions(judgements), known_ids(registry or out, rulebook))
    tables = build([], uses, resolution)
    files = table_files(
        [
            (OrganisationRow, tables.organisations),
            (OrganisationNameRow, tables.organisation_names),
            (DuplicateRow, tables.duplicates),
        ]
    )
    if columns.row_id:
        of = {link.key: link.organisation_id for link in resolution.links}
        ids = [of.get(key) if key else None for key in keys]
        cells = ([row[columns.row_id], row[columns.name], i] for row, i in zip(rows, ids, strict=True))
        files[ROWS] = csv_text(("id", "name", "organisation_id"), cells).encode()
    nameless = keys.count(None)
    warnings = (*resolution.warnings, *([f"{nameless} rows have no name and were left out"] if nameless else []))
    record = {
        **provenance(rulebook, judgements, None),
        "counts": {"rows": len(rows), "names": len(uses.by_key), "organisations": len(tables.organisations)},
        "warnings": list(warnings),
        "started": started.isoformat(timespec="seconds"),
        "seconds": {"total": round(time.perf_counter() - begin, 3)},
    }
    publish(out, {**files, RUN: json_text(record).encode()}, owned)
    return Deduped(len(rows), len(uses.by_key), len(tables.organisations), waiting(tables), warnings)


def match(path: Path, rules: Path | None = None) -> tuple[str, int]:
    """(the pairs with score, band and evidence as CSV, how many pairs)."""
    from .organisations import score_pair

    header, rows = _read(path)
    missing = [name for name in _PAIR if name not in header]
    if missing:
        raise Unusable(f"{path} has no column {', '.join(missing)}; needed are {', '.join(_PAIR)}")
    rulebook = open_rulebook(rules)
    place = _Places(rulebook)
    kept = [name for name in header if name not in ("score", "band", "evidence")]
    scored = []
    for row in rows:
        a, b = (Uses.key(row[f"name_{s}"], place.official(row[f"municipality_{s}"])) for s in "ab")
        pair = score_pair(a, b, rulebook)
        scored.append([*(row[name] for name in kept), round(pair.score, 4), pair.band, pair.evidence])
    return csv_text([*kept, "score", "band", "evidence"], scored), len(rows)


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    if not path.exists():
        raise Unusable(f"{path} does not exist; name a CSV file")
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        raise Unusable(f"{path}: only CSV and Parquet can be read here; save the table as CSV")
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    return read_csv(path, "name a CSV file")


def _read_parquet(path: Path) -> tuple[list[str], list[dict[str, str]]]:
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
    return header, [dict(zip(header, row, strict=True)) for row in zip(*columns, strict=True)]


def _uses(keys: Sequence[NameKey | None], codes: Mapping[str, str]) -> Uses:
    """Every name with the rows that hold it; a row stands for a document."""
    rows: dict[NameKey, set[str]] = {}
    for number, key in enumerate(keys):
        if key is not None:
            rows.setdefault(key, set()).add(str(number))
    return Uses({key: NameUse(key, len(rows[key]), frozenset(rows[key])) for key in sorted(rows)}, codes)


class _Places:
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
