"""Which organisations take part in which coalitions, as one table; kept lean, as it has tens of thousands of cells."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ..records import Where
from .coalitions import Coalitions, Member

CELLS = 45_000  # more slow a browser down
FEWEST = 12  # rows, however many columns there are
_SIGNS = {Where.LIST: "<td>●", Where.INLINE: "<td>○"}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An organisation and its cells, one per coalition."""

    member: Member
    cells: Markup


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows that are shown, and how many organisations in two or more coalitions are not."""

    rows: tuple[MatrixRow, ...]
    left_out: int
    fewest: int  # coalitions of the last organisation that is shown


def build_matrix(coalitions: Coalitions) -> Matrix:
    """The organisations in two coalitions or more, the most widespread ones where there are too many."""
    columns = range(len(coalitions.places))
    shared = coalitions.shared
    kept = shared[: max(FEWEST, CELLS // max(1, len(columns)))]
    rows = tuple(MatrixRow(member, _cells(member, columns)) for member in kept)
    return Matrix(rows, len(shared) - len(kept), len(kept[-1].where) if kept else 0)


def _cells(member: Member, columns: range) -> Markup:
    where = member.where
    return Markup("".join(_SIGNS[where[at]] if at in where else "<td>" for at in columns))  # noqa: S704  (signs only)
