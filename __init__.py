"""coalitie: from free Dutch texts about local coalitions against loneliness to normalised records.

    run = coalitie.extract("raw")        # or {"tiel": "Coalitie in Tiel …"}
    run.participants                     # a pandas DataFrame
    run.save("extracted")
    coalitie.read_run("extracted")
    coalitie.match("GGD", ("GGD Gelderland-Zuid", "Tiel")).score

What these do is in `coalitie.api`, which is imported with the first of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import Run, ScoredPair, Unusable, extract, match, read_run

__all__ = ["Run", "ScoredPair", "Unusable", "extract", "match", "read_run"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
