"""Who took part when, followed through runs with one registry and runs that were made apart."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.changes.history import Period, Presence, history, read_periods
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Judgement, NameKey, Verdict
from coalitie.pipeline.run_folder import StoredRun


def _beside(name: str) -> Any:
    """A module that stands beside this one; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run_of = _beside("changing_runs").run_of


def page(*parties: str, town: str = "Tiel", group: str = "") -> str:
    label = f"{group}:\n\n" if group else ""
    items = "\n".join(f"• {party}" for party in ("Gemeente " + town, *parties))
    return f"Coalitie in {town}\n\nWij werken samen.\n\nDeelnemers\n\n{label}{items}\n"


def table(*runs: StoredRun) -> list[Presence]:
    return history([Period(str(2020 + at), run) for at, run in enumerate(runs)])


def stretches(rows: list[Presence], name: str, town: str = "Tiel") -> list[tuple[str, str, str]]:
    return [(r.period, r.from_, r.until) for r in rows if r.organisation == name and r.municipality == town]


@pytest.mark.parametrize("apart", [True, False])
def test_who_comes_goes_and_comes_back(apart: bool) -> None:
    runs: list[StoredRun] = []
    for parties in (("De Lindeboom", "Humanitas"), ("Humanitas",), ("De Lindeboom", "Humanitas"), ("De Lindeboom",)):
        runs.append(run_of({"tiel.txt": page(*parties)}, None if apart or not runs else runs[-1]))
    rows = table(*runs)
    assert stretches(rows, "Gemeente Tiel") == [(year, "2020", "") for year in ("2020", "2021", "2022", "2023")]
    assert stretches(rows, "Humanitas") == [(year, "2020", "2022") for year in ("2020", "2021", "2022")]
    assert stretches(rows, "De Lindeboom") == [("2020", "2020", "2020"), ("2022", "2022", ""), ("2023", "2022", "")]
    assert len({row.organisation_id for row in rows}) == 3


def test_a_period_without_a_text_says_nothing() -> None:
    both = {"tiel.txt": page("Humanitas"), "goes.txt": page("Humanitas", town="Goes")}
    only = {"goes.txt": both["goes.txt"]}
    rows = table(run_of(both), run_of(only), run_of(both), run_of(only))
    assert stretches(rows, "Humanitas") == [("2020", "2020", ""), ("2022", "2020", "")]
    assert stretches(rows, "Humanitas", "Goes") == [(year, "2020", "") for year in ("2020", "2021", "2022", "2023")]


def test_an_organisation_keeps_its_rows_under_another_name_group_and_id() -> None:
    first = run_of({"tiel.txt": page("Welzijn De Schakel")})
    later = run_of({"tiel.txt": page("De Schakel Welzijn Tiel", group="Kerngroep")})
    rows = [row for row in table(first, later) if "Schakel" in row.organisation]
    assert [(row.name, row.groups) for row in rows] == [
        ("Welzijn De Schakel", ""),
        ("De Schakel Welzijn Tiel", "Kerngroep"),
    ]
    (last,) = {(row.organisation_id, row.organisation) for row in rows}
    assert last[1] == "De Schakel Welzijn Tiel"


def test_merged_organisations_become_one() -> None:
    text = {"tiel.txt": page("Welzijn De Linde", "Zorggroep De Waalkant")}
    told = Judgement(NameKey("Welzijn De Linde", "Tiel"), NameKey("Zorggroep De Waalkant", "Tiel"), Verdict.SAME)
    first = run_of(text)
    rows = table(first, run_of(text, first, [told]))
    assert len({row.organisation_id for row in rows}) == 2
    assert len(rows) == 4


def test_periods_are_dates_or_names(tmp_path: Path) -> None:
    from coalitie.pipeline.formats import json_text
    from coalitie.pipeline.run_files import run_files

    def written(name: str, started: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        tables = run_of({"tiel.txt": page()}).tables
        for file, data in run_files(tables, {}, {}, ("csv",)).items():
            (folder / file).write_bytes(data)
        if started:
            (folder / "run.json").write_text(json_text({"started": started}), encoding="utf-8")
        return str(folder)

    late, early = written("late", "2025-03-01T10:00:00+00:00"), written("early", "2024-03-01T10:00:00+00:00")
    same_day, silent = written("again", "2025-03-01T11:00:00+00:00"), written("silent", "")
    with_sign = written("a=b", "2023-01-01T00:00:00+00:00")

    def labels(*arguments: str) -> list[str]:
        return [period.label for period in read_periods(arguments)]

    assert labels(late, early) == ["2024-03-01", "2025-03-01"]
    assert labels(f"na={late}", f"voor={early}") == ["na", "voor"]  # names: in the order given
    assert labels(same_day, late) == ["2025-03-01T10:00:00", "2025-03-01T11:00:00"]
    assert labels(with_sign, f"x={silent}") == ["2023-01-01", "x"]
    for arguments, words in (
        ([silent], "NAME="),
        ([f"x={late}", f"x={early}"], "two runs are called x"),
        ([late, late], "two runs are called"),
        (["x=nowhere"], "not a run folder"),
    ):
        with pytest.raises(Unusable, match=words):
            read_periods(arguments)


def test_a_run_without_texts_has_no_history(tmp_path: Path) -> None:
    from coalitie.pipeline.name_tables import Columns, dedupe

    (tmp_path / "names.csv").write_text("naam\nHumanitas\n", encoding="utf-8")
    dedupe(tmp_path / "names.csv", Columns("naam"), tmp_path / "names")
    with pytest.raises(Unusable, match="dedupe"):
        read_periods([str(tmp_path / "names")])


def test_the_order_of_files_does_not_matter() -> None:
    texts = {"tiel.txt": page("Humanitas", "De Lindeboom"), "goes.txt": page("Humanitas", town="Goes")}
    first, second = run_of(texts), run_of(dict(reversed(texts.items())))
    tables = replace(second.tables, participants=second.tables.participants[::-1])
    assert table(first, second) == table(first, replace(second, tables=tables))
