"""A run folder as DataFrames: types of the schema, and only an empty cell is null."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from coalitie.pipeline.formats import csv_text
from coalitie.pipeline.frames import read_run
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.rows import ROW_TYPES, columns


def test_a_run_as_frames(sample_run: Path) -> None:
    frames = read_run(sample_run)
    assert set(frames) == {row_type.NAME for row_type in ROW_TYPES}
    assert frames["sections"]["pillar"].dtype == pd.Int64Dtype()
    assert frames["documents"]["document_id"].is_unique
    joined = frames["participants"].merge(frames["organisations"], on="organisation_id", how="inner")
    assert (joined["organisation"] == joined["name"]).all()


def test_a_name_that_looks_like_null_is_a_name(tmp_path: Path) -> None:
    for row_type in ROW_TYPES:
        header = [column.name for column in columns(row_type)]
        cells = {"name": "NA", "organisation_id": "None", "n_mentions": "1", "score": "1"}
        rows = [[cells.get(name, "") for name in header]] if row_type.NAME == "organisation_names" else []
        (tmp_path / f"{row_type.NAME}.csv").write_text(csv_text(header, rows), encoding="utf-8", newline="\n")
    row = read_run(tmp_path)["organisation_names"].iloc[0]
    assert (row["name"], row["organisation_id"]) == ("NA", "None")
    assert pd.isna(row["municipality_code"])


def test_what_is_no_run_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        read_run(tmp_path)
