"""A run that is disturbed leaves the former run or the new one; a short version of bench/faults.py."""

from __future__ import annotations

import importlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from coalitie.pipeline import intake
from coalitie.pipeline import run as running

CHECKOUT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers have limits on Linux")


@pytest.fixture(scope="module")
def faults() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CHECKOUT / "bench"))
        module = importlib.import_module("faults")
        # What `warm_up` puts in their place is taken away again.
        patch.setattr(running, "open_rulebook", running.open_rulebook)
        patch.setattr(intake, "open_tools", intake.open_tools)
        module.warm_up()
        yield module


@pytest.fixture(scope="module")
def bed(faults: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return faults.Bed(tmp_path_factory.mktemp("faults"))


def assert_nothing_lost(*tallies: Any, resumed: Any) -> None:
    for tally in tallies:
        assert tally.lost == [], tally.fault
        if tally.skipped:
            pytest.skip(tally.skipped)
        assert tally.injected == tally.former + tally.new + tally.beside > 0
    assert resumed.same == resumed.runs
    assert resumed.redone == 0


def test_killed_and_stopped_at_random_moments(faults: ModuleType, bed: Any) -> None:
    resumed = faults.Resumed()
    tallies = list(faults.killed(bed, 8, random.Random(3), resumed))
    assert sum(tally.injected for tally in tallies) == 8
    assert_nothing_lost(*(tally for tally in tallies if tally.injected), resumed=resumed)


@pytest.mark.parametrize(("fault", "every"), [(0, 17), (1, 25), (2, 37), (3, 37)])
def test_struck_before_a_change_of_the_disk(fault: int, every: int, faults: ModuleType, bed: Any) -> None:
    resumed = faults.Resumed()
    assert_nothing_lost(faults.before_changes(bed, list(faults.STEPS)[fault], resumed, every), resumed=resumed)


def test_no_room_to_write(faults: ModuleType, bed: Any) -> None:
    resumed = faults.Resumed()
    tally = faults.from_a_size_on(bed, resumed, (0, 20_000))
    assert tally.former == 2
    assert_nothing_lost(tally, resumed=resumed)


def test_a_full_disk(faults: ModuleType, bed: Any) -> None:
    assert_nothing_lost(faults.full_disk(bed, (50_000,)), resumed=faults.Resumed())


def test_read_only_folders(faults: ModuleType, bed: Any) -> None:
    resumed = faults.Resumed()
    assert_nothing_lost(*faults.read_only(bed, resumed), resumed=resumed)


def test_lost_workers(faults: ModuleType, bed: Any) -> None:
    resumed = faults.Resumed()
    tallies = list(faults.lost_workers(bed, resumed))
    assert [tally.new for tally in tallies] == [1, 1, 1]
    assert_nothing_lost(*tallies, resumed=resumed)


def test_the_bed_sees_what_is_wrong(bed: Any) -> None:
    assert bed.state() == "former"
    table = bed.out / "participants.csv"
    table.write_bytes(table.read_bytes()[:-10])
    assert bed.state().startswith("half a run: ")
    bed.out.rename(bed.place / ".run.old-1")
    assert bed.state() == "the run is gone"
    bed.reset()
    bed.out.rename(bed.place / ".run.old-1")
    assert bed.state() == "beside"
    bed.reset()
