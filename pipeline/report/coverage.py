"""What the texts lack: participants, a contact, a municipality."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ..rows import DocumentRow
from ..tables import Tables
from .charts import Series, bars
from .words import Words


@dataclass(frozen=True, slots=True)
class Gap:
    """The texts that lack one thing."""

    name: str  # participants, contact, municipality
    lacking: tuple[DocumentRow, ...]


def find_gaps(tables: Tables) -> tuple[Gap, ...]:
    """One gap per thing, also where no text lacks it."""
    reachable = {row.document_id for row in tables.contacts}
    named = {row.document_id for row in tables.participants}
    return (
        Gap("participants", tuple(row for row in tables.documents if row.document_id not in named)),
        Gap("contact", tuple(row for row in tables.documents if row.document_id not in reachable)),
        Gap("municipality", tuple(row for row in tables.documents if not row.municipality)),
    )


def chart_of_gaps(gaps: tuple[Gap, ...], documents: int, words: Words) -> Markup:
    """Per thing, the texts that have it and those that lack it."""
    lacking = tuple(len(gap.lacking) for gap in gaps)
    having = tuple(documents - n for n in lacking)
    labels = [words(f"gap.{gap.name}") for gap in gaps]
    series = [Series(words("has"), having), Series(words("lacks"), lacking)]
    return bars("gaps", words("chart.gaps"), labels, series, [words.share(n, documents) for n in having])
