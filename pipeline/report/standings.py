"""Pairs of names that may be one organisation, grouped by what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ..awaiting import DISAGREE
from ..records import Band, Label, NameKey, Verdict
from ..rows import DuplicateRow
from ..run_folder import StoredRun

GROUPS = ("waiting", "contradicted", "judged", "merged", "apart")


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with the texts that print its names."""

    row: DuplicateRow
    documents_a: tuple[str, ...]
    documents_b: tuple[str, ...]
    together: bool  # one organisation in this run


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one of the GROUPS, in the order of the table; `total` counts those that are not shown too."""

    name: str
    pairs: tuple[Pair, ...]
    total: int


def group_pairs(run: StoredRun, limits: Mapping[str, int]) -> tuple[Group, ...]:
    """Every group that has pairs, at most `limits[name]` of them shown."""
    rows: dict[str, list[DuplicateRow]] = defaultdict(list)
    for row in run.tables.duplicates:
        rows[_group(row)].append(row)
    texts = _texts(run)
    return tuple(
        Group(name, tuple(_pair(row, texts) for row in rows[name][: limits[name]]), len(rows[name]))
        for name in GROUPS
        if rows[name]
    )


def _group(row: DuplicateRow) -> str:
    together = row.organisation_id_a == row.organisation_id_b
    if DISAGREE in (row.evidence or "") or (row.judgement is Verdict.SAME and not together):
        return "contradicted"
    if row.judgement is Verdict.DIFFERENT and together:
        return "contradicted"
    if row.judgement in (Verdict.SAME, Verdict.DIFFERENT):
        return "judged"
    if row.band is Band.REVIEW or row.judgement is Verdict.UNSURE:
        return "waiting"
    return "merged" if row.band is Band.AUTO else "apart"


def _texts(run: StoredRun) -> Mapping[NameKey, tuple[str, ...]]:
    """Printed name → the texts that print it, in order."""
    municipality = run.municipality_of()
    found: dict[NameKey, dict[str, None]] = defaultdict(dict)
    for row in run.tables.entities:
        if row.label is Label.ORGANISATION:
            found[run.key(row.text, municipality.get(row.document_id))][row.document_id] = None
    return {key: tuple(documents) for key, documents in found.items()}


def _pair(row: DuplicateRow, texts: Mapping[NameKey, tuple[str, ...]]) -> Pair:
    return Pair(
        row,
        texts.get(StoredRun.key(row.name_a, row.municipality_a), ()),
        texts.get(StoredRun.key(row.name_b, row.municipality_b), ()),
        row.organisation_id_a == row.organisation_id_b,
    )
