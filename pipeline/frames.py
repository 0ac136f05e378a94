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
    if not (folder / "documents.csv").is_file():
        raise Unusable(f"{folder} is not a run folder with CSV tables: it has no documents.csv")
    names = [row_type.NAME for row_type in ROW_TYPES]
    there = [name for name in names if name not in ADDED or (folder / f"{name}.csv").is_file()]
    return {name: read_table(folder, name) for name in there}


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """One table of a run folder as a frame. Raises Unusable where the folder has it not."""
    import pandas as pd

    row_type = next(row_type for row_type in ROW_TYPES if name == row_type.NAME)
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise Unusable(f"{folder} has no {path.name}; write the run with --format csv,jsonl")
    dtypes = {column.name: _DTYPES[column.type] for column in columns(row_type)}
    # Only an empty cell is null: a name such as "NA" or "None" is a name.
    return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])
