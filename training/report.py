"""What training found, as Markdown tables for a person who decides whether to trust it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .matcher import Trained
from .measuring import Figures

_COLUMNS = ("pairs", "n", "average precision", "F1 at 0.5", "auto", "wrong", "auto recall", "95% bound")


def tables(trained: Trained) -> str:
    """Old against new, the same with trees, and whether a score is the share that it promises."""
    parts = [
        f"# The matcher: {trained.why}",
        "New model, on families of names that it had not seen:",
        _table(_COLUMNS, _rows(trained.after)),
        "Model of before, which may have seen these pairs:",
        _table(_COLUMNS, _rows(trained.before)),
        "Gradient-boosted trees with the same features and folds, for comparison:",
        _table(_COLUMNS, _rows(trained.trees)),
        "Scores against what turned out (all labelled pairs, held out):",
        _table(
            ("mean score", "share of one body", "pairs"),
            [(f"{score:.3f}", f"{share:.3f}", str(n)) for score, share, n in trained.reliability],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(figures: Mapping[str, Figures]) -> Iterable[Sequence[str]]:
    for source, found in figures.items():
        yield (source, *_cells(found))


def _cells(found: Figures) -> Sequence[str]:
    return (
        str(found.pairs),
        f"{found.average_precision:.3f}",
        f"{found.f1:.3f}",
        str(found.auto),
        str(found.wrong),
        f"{found.recall:.3f}",
        f"{found.bound:.3f}",
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
