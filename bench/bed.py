"""A place where a run is disturbed: a former run, changed texts, and what an undisturbed run makes of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from coalitie.cli import app
from coalitie.pipeline import basis, intake, run
from coalitie.pipeline.journal import journal_path
from coalitie.pipeline.language.model import choose_model
from coalitie.pipeline.reading.text import decode

RAW = Path(__file__).resolve().parent.parent / "raw"
PATIENCE = 120.0  # seconds for one run
Deed = Callable[[], object]


@dataclass(slots=True)
class Resumed:
    """Of the runs after a fault."""

    runs: int = 0
    same: int = 0
    kept: int = 0  # texts that the disturbed runs had written down
    redone: int = 0  # of those, read again


def warm_up() -> None:
    """What every run needs is read once, so that forked runs begin with their work."""
    rulebook = run.open_rulebook(None)
    tools = intake.open_tools(intake.Job(model=choose_model("embedded")), rulebook)
    basis._program_sha256()  # of the program as it is loaded now, even if somebody works on it meanwhile
    run.open_rulebook = lambda folder: rulebook  # noqa: ARG005
    intake.open_tools = lambda job, rulebook: replace(tools, job=job)  # noqa: ARG005


def write_texts(folder: Path, version: int) -> None:
    """Texts as files, in an archive and in a table; each ends with its version."""
    texts = {path.stem: decode(path.read_bytes())[0] for path in sorted(RAW.rglob("*.txt"))}
    changed = {name: f"{text.rstrip()}\n\nDit is versie {version} van {name}.\n" for name, text in texts.items()}
    folder.mkdir(exist_ok=True)
    for name, text in changed.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with zipfile.ZipFile(folder / "archief.zip", "w") as archive:
        for name, text in [*changed.items()][:3]:
            archive.writestr(f"deel/{name}.txt", f"{text}\nUit het archief.\n")
    rows = (json.dumps({"id": name, "tekst": f"{text}\nUit de tabel.\n"}) for name, text in [*changed.items()][3:])
    (folder / "tabel.jsonl").write_text("\n".join(rows), "utf-8")


class Bed:
    """A place with a former run, and what a run over the changed texts has to give."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.texts, self.place = folder, folder / "texts", folder / "place"
        self.out, self._former = self.place / "run", folder / "former"
        self.said = folder / "said.txt"
        self.place.mkdir()
        write_texts(self.texts, 1)
        # In this process, so that a run forked from it has nothing left to import.
        run.extract(run.Order((str(self.texts),), self.out, model="embedded"))
        shutil.copytree(self.out, self._former)
        write_texts(self.texts, 2)
        begin = time.monotonic()
        self._must(self.wait(self.begin()))
        self.seconds = time.monotonic() - begin
        self.former, self.new = contents(self._former), contents(self.out)
        self.reset()

    def reset(self) -> None:
        """The former run alone, as if nothing had been tried."""
        shutil.rmtree(self.place)
        self.place.mkdir()
        shutil.copytree(self._former, self.out)

    def begin(self, *options: str, prepare: Deed = lambda: None) -> int:
        """A run in a process of its own; `prepare` is called in it."""
        process = os.fork()
        if process:
            return process
        code = 99
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores Ctrl-C
            said = os.open(self.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            for stream in (1, 2):
                os.dup2(said, stream)
            sys.stdout = sys.stderr = os.fdopen(said, "w", buffering=1)  # under a test they are none of the system's
            prepare()
            app(["extract", str(self.texts), "--out", str(self.out), "--model", "embedded", *options])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 98
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stderr.flush()
            os._exit(code)

    def wait(self, process: int) -> int:
        """Its exit code; negative for a signal."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.002)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise TimeoutError(f"a run did not end within {PATIENCE:g} s; it said: {self.words()}")

    def words(self) -> str:
        return " ".join(self.said.read_text("utf-8", "replace").split())[-300:]

    def state(self) -> str:
        """Which run stands in the folder: former, new, beside (the former one, not yet put back), or what is wrong."""
        if not self.out.exists():
            put_away = list(self.place.glob(f".{self.out.name}.old-*"))
            return "beside" if len(put_away) == 1 and contents(put_away[0]) == self.former else "the run is gone"
        found = contents(self.out)
        if found == self.former:
            return "former"
        return "new" if without_facts(found) == without_facts(self.new) else f"half a run: {differing(found, self.new)}"

    def journaled(self) -> int:
        """How many texts the journal holds whole."""
        path = journal_path(self.out)
        return max(0, path.read_bytes().count(b"\n") - 1) if path.exists() else 0

    def resume(self, resumed: Resumed) -> str:
        """The run after a fault, undisturbed; "new" where it gave what it should, and left nothing beside it."""
        before, state = self.journaled(), self.state()
        self._must(self.wait(self.begin("--resume")))
        kept = json.loads((self.out / "run.json").read_text("utf-8"))["unchanged"]
        resumed.runs += 1
        if state != "new":  # else it is all kept, by the run itself
            resumed.kept += before
            resumed.redone += max(0, before - kept)
        after, left = self.state(), [path.name for path in self.place.iterdir()]
        if after == "new" and left == [self.out.name]:
            resumed.same += 1
            return "new"
        return f"after --resume: {after}, {left}"

    def _must(self, code: int) -> None:
        if code:
            raise RuntimeError(f"an undisturbed run ended with {code}: {self.words()}")


def contents(folder: Path) -> dict[str, str]:
    """Every file of a run by name, as a hash."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def without_facts(files: dict[str, str]) -> dict[str, str]:
    """Without run.json, which says when and how long."""
    return {name: digest for name, digest in files.items() if name != "run.json"}


def differing(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
