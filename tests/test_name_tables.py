"""Tables of names that a user brings, in the formats that can be read."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]


def test_parquet_is_read_like_csv(coalitie: Coalitie, tmp_path: Path) -> None:
    names = {"naam": ["GGD Drente", "GGD Drenthe", None], "gemeente": ["Meppel", "Meppel", "Tiel"]}
    frame = pandas.DataFrame(names)
    frame.to_csv(tmp_path / "names.csv", index=False)
    frame.to_parquet(tmp_path / "names.parquet", index=False)
    for kind in ("csv", "parquet"):
        done = coalitie("dedupe", f"names.{kind}", "--name", "naam", "--municipality", "gemeente", "--out", kind)
        assert done.returncode == 0, done.stderr
    for table in ("organisations", "organisation_names", "duplicates"):
        assert (tmp_path / "csv" / f"{table}.csv").read_bytes() == (tmp_path / "parquet" / f"{table}.csv").read_bytes()
    with (tmp_path / "csv" / "organisations.csv").open(encoding="utf-8", newline="") as handle:
        assert [row["name"] for row in csv.DictReader(handle)] == ["GGD Drenthe"]


def test_broken_parquet_is_said_in_words(coalitie: Coalitie, tmp_path: Path) -> None:
    (tmp_path / "names.parquet").write_bytes(b"PAR1 and no more")
    done = coalitie("dedupe", "names.parquet", "--name", "naam", "--out", "run")
    assert (done.returncode, "cannot be read as Parquet" in done.stderr) == (2, True)
    assert not (tmp_path / "run").exists()
