"""A run folder appears whole or not at all, and nothing that is not ours is lost."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.publishing import check_target, publish, write_file

OWNED = frozenset({"a.csv", "b.csv", "run.json"})


def files(mark: str) -> dict[str, bytes]:
    return {"a.csv": mark.encode(), "b.csv": mark.encode(), "run.json": b"{}"}


def test_a_run_replaces_the_one_before_and_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "run"
    publish(target, files("1"), OWNED)
    (target / "notes").mkdir()
    (target / "notes" / "mine.md").write_text("mine", encoding="utf-8")
    (target / "link").symlink_to("a.csv")
    publish(target, {"a.csv": b"2", "run.json": b"{}"}, OWNED)
    assert (target / "a.csv").read_bytes() == b"2"
    assert not (target / "b.csv").exists()
    assert (target / "notes" / "mine.md").read_text(encoding="utf-8") == "mine"
    assert (target / "link").is_symlink()
    assert os.listdir(target.parent) == ["run"]


def test_a_run_that_fails_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path / "run", files("1"), OWNED)
    with pytest.raises(TypeError):
        publish(tmp_path / "run", {"a.csv": b"2", "b.csv": None}, OWNED)  # type: ignore[dict-item]
    assert (tmp_path / "run" / "a.csv").read_bytes() == b"1"
    assert os.listdir(tmp_path) == ["run"]


def test_what_a_killed_run_left_is_brought_back_or_removed(tmp_path: Path) -> None:
    gone = 2**22 - 7  # above the highest process id that Linux gives
    (tmp_path / f".run.old-{gone}").mkdir()
    (tmp_path / f".run.old-{gone}" / "mine.md").write_text("mine", encoding="utf-8")
    (tmp_path / f".run.new-{gone}").mkdir()
    publish(tmp_path / "run", files("1"), OWNED)
    assert os.listdir(tmp_path) == ["run"]
    assert (tmp_path / "run" / "mine.md").exists()


def test_a_reader_never_sees_half_a_run(tmp_path: Path) -> None:
    """While runs follow each other, whoever opens the folder finds both tables of one run."""
    target = tmp_path / "run"
    publish(target, files("0"), OWNED)
    torn: list[tuple[bytes, bytes]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                here = os.open(target, os.O_RDONLY)
            except OSError:
                continue  # between two renames there is no folder, which is not half of one
            try:
                pair = tuple(_read_at(name, here) for name in ("a.csv", "b.csv"))
                if pair[0] != pair[1]:
                    torn.append(pair)  # type: ignore[arg-type]
            except OSError:
                pass  # the run that was opened has been replaced since
            finally:
                os.close(here)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(100):
        publish(target, files(str(number)), OWNED)
    done.set()
    reader.join()
    assert torn == []


def _read_at(name: str, folder: int) -> bytes:
    handle = os.open(name, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(handle, 100)
    finally:
        os.close(handle)


def test_places_that_must_not_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "t.txt").write_text("t", encoding="utf-8")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.csv").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "theirs")
    inputs = [str(tmp_path / "raw" / "t.txt")]
    for target, words in [
        (tmp_path / "raw", "holds the texts"),
        (tmp_path / "raw" / "t.txt", "is a file"),
        (tmp_path / "theirs", "folder you are in"),
        (tmp_path, "folder you are in"),
    ]:
        with pytest.raises(Unusable, match=words):
            check_target(target, OWNED, inputs)
    monkeypatch.chdir(tmp_path / "raw")
    with pytest.raises(Unusable, match="not a run folder"):
        check_target(tmp_path / "theirs", OWNED, inputs)
    check_target(tmp_path / "new", OWNED, inputs)


def test_one_file_is_written_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "x.csv", b"1")
    write_file(tmp_path / "x.csv", b"2")
    assert (tmp_path / "x.csv").read_bytes() == b"2"
    for path in (tmp_path, tmp_path / "no" / "x.csv"):
        with pytest.raises(Unusable):
            write_file(path, b"3")
    assert os.listdir(tmp_path) == ["x.csv"]
