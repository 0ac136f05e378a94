"""A run folder as pandas DataFrames, for notebooks: the one place where the library meets pandas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .problems import Unusable
from .rows import ADDED, ROW_TYPES, columns

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {"string": "string", "integer": "Int64", "number": "float64"}


def read_run(folder: Path) -> dict[str, pd.DataFrame]:
    """Table name → frame; whole numbers that may be missing are `Int64`, an empty cell is `<NA>`."""
    import pandas as pd

    if not (folder / "documents.csv").is_file():
        raise Unusable(f"{folder} is not a run folder with CSV tables: it has no documents.csv")
    frames: dict[str, pd.DataFrame] = {}
    for row_type in ROW_TYPES:
        if row_type.NAME in ADDED and not (folder / f"{row_type.NAME}.csv").is_file():
            continue
        dtypes = {column.name: _DTYPES[column.type] for column in columns(row_type)}
        path = folder / f"{row_type.NAME}.csv"
        # Only an empty cell is null: a name such as "NA" or "None" is a name.
        frames[row_type.NAME] = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])
    return frames
