"""Only the deduplication again, over a run folder that is there: after stewards decided, without reading a text."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .basis import provenance
from .engine import resolve
from .excel import FOLDER as EXCEL
from .formats import json_text
from .municipalities import with_municipalities
from .name_tables import ROWS, name_files, no_collection, read_rows_file, rows_file
from .names_in_use import collect_from_names, collect_from_tables
from .outputs import check_formats, formats_of
from .problems import Unusable
from .publishing import check_target, publish, recover, sole_writer
from .records import Resolution
from .rulebook import Rulebook
from .run import comparing, decisions, known_ids, waiting
from .run_files import OWNED, RUN, run_files
from .run_folder import StoredRun, read_run_folder
from .tables import Tables, reidentified

_OF_THE_TEXTS = ("versions", "model")  # what the texts were read with stays true of the run


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of it, in numbers. `warnings` are all those of the run, about its texts too."""

    n_before: int  # organisations
    n_organisations: int
    n_review: int  # pairs that a steward has yet to decide
    warnings: tuple[str, ...]
    seconds: float


def rerun(folder: Path, rules: Path | None = None, judgements: Path | None = None) -> Rerun:
    """Deduplicate the names of a run again and write its folder anew, as `extract` or `dedupe` would now.

    The folder itself gives organisations their ids. Raises Unusable, and writes nothing, where the folder is no run,
    was made with other rules or has other tables, or is being written by another program.
    """
    recover(folder)
    if not (folder / RUN).is_file():
        raise Unusable(f"{folder} is not a run folder: it has no {RUN}; write one with `coalitie extract`")
    check_target(folder, OWNED, ())
    check_formats(formats_of(folder) or ("csv",))
    with sole_writer(folder):
        return _rerun(folder, Rulebook(rules), judgements)


def _rerun(folder: Path, rulebook: Rulebook, judgements: Path | None) -> Rerun:
    begin, started = time.perf_counter(), datetime.now(timezone.utc)
    basis = provenance(rulebook, judgements, None)  # before the decisions are read: the hash may be of fewer, not more
    facts = _checked_facts(folder, basis)
    stored = read_run_folder(folder)
    names = stored.tables.organisation_names
    uses = collect_from_tables(stored.tables) if stored.has_documents else collect_from_names(names)
    with no_collection():
        resolution = resolve(uses, rulebook, decisions(judgements), known_ids(folder, rulebook))
        tables = with_municipalities(reidentified(stored.tables, uses, resolution), rulebook.places)
        files = _files(stored, tables, resolution)
    warnings = (*resolution.warnings, *_about_texts(facts))
    counts = {row_type.NAME: len(rows) for row_type, rows in tables.named()}
    record = {
        **facts,
        **{name: value for name, value in basis.items() if name not in _OF_THE_TEXTS},
        "counts": {name: counts.get(name, count) for name, count in facts.get("counts", {}).items()},
        "deduplication": comparing(resolution),
        "warnings": list(warnings),
        "rerun": {
            "versions": basis["versions"],
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - begin, 3),
        },
    }
    publish(folder, {**files, RUN: json_text(record).encode()}, OWNED | files.keys())
    seconds = round(time.perf_counter() - begin, 3)
    return Rerun(len(stored.tables.organisations), len(tables.organisations), waiting(tables), warnings, seconds)


def _checked_facts(folder: Path, basis: Mapping[str, Any]) -> Mapping[str, Any]:
    """`run.json` of a run that was made by the rules, and has the tables, of now."""
    run = read_run_folder(folder, only=())
    again = f"run `coalitie {'extract' if run.has_documents else 'dedupe'}` again"
    if run.facts.get("schema_version") != basis["schema_version"]:
        said = run.facts.get("schema_version")
        raise Unusable(f"{folder} has tables of version {said}, not {basis['schema_version']}; {again}")
    if run.facts.get("rules_sha256") != basis["rules_sha256"]:
        raise Unusable(f"{folder} was made with other rules; {again}")
    return run.facts


def _files(stored: StoredRun, tables: Tables, resolution: Resolution) -> dict[str, bytes]:
    """The files that the run has, but for `run.json`."""
    formats = formats_of(stored.folder)
    if stored.has_documents:
        return run_files(tables, stored.contents, stored.origins, formats, excel=(stored.folder / EXCEL).is_dir())
    files, rows = name_files(tables, formats), stored.folder / ROWS
    return {**files, ROWS: rows_file(read_rows_file(rows), resolution)} if rows.is_file() else files


def _about_texts(facts: Mapping[str, Any]) -> list[str]:
    """The warnings that no resolution makes anew."""
    resolved = facts.get("deduplication", {}).get("warnings", [])
    return [warning for warning in facts.get("warnings", []) if warning not in resolved]
