"""A rerun is the extraction it replaces, without the reading: the same bytes, or nothing written at all."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from coalitie.pipeline import engine, name_tables, publishing
from coalitie.pipeline import rerun as module
from coalitie.pipeline import run as running
from coalitie.pipeline.name_tables import ROWS, Columns, dedupe
from coalitie.pipeline.organisations import corrections_path
from coalitie.pipeline.organisations.corrections import COLUMNS as CORRECTION_COLUMNS
from coalitie.pipeline.organisations.judgements import COLUMNS as JUDGEMENT_COLUMNS
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.publishing import sole_writer
from coalitie.pipeline.reading import Input
from coalitie.pipeline.rerun import rerun
from coalitie.pipeline.run import Order, extract
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

CHECKOUT = Path(__file__).resolve().parent.parent
FACTS_OF_A_RERUN = ("rerun", "started", "seconds", "workers")  # what may differ in run.json
ODD_TEXTS = {
    # line ends, quotes, a comma and a name over two lines; UTF-8 that was read as Windows-1252, which is warned about;
    # a party that is no entity, as the date in it is one
    "tiel.txt": "Coalitie in Tiel, Gelderland\r\n\r\nDeelnemers\r\n\r\n• Gemeente\r\n• Stichting \"De Brug\", Tiel\r\n"
    "• Welzijn\u00adRivier\r\n• CafÃ© de Ã©Ã©n\r\n• Stichting 1 mei 2021\r\n• vrijwilligers\r\n\r\nStichting De Brug en Stichting\r\nDe Brug helpen.\r\n",
    "oost/buren.txt": "Coalitie in Buren, Gelderland\n\nDeelnemers\n\n• Gemeente Buren\n• GGD\n• Stichting de Brug\n• NA\n"
    "• Welzijn Rivier\n• Humanitas\n\nContact\n\nNoor Vos, noor@brug.example\n",
    # the same file name, and no municipality
    "west/buren.txt": "Wie doen er mee?\n\n- Humanitas\n- De Brug\u2028- Welzijnrivier\n- GGD Gelderland Zuid\n",
}  # fmt: skip
NAMES = (
    ("1", "Stichting De Brug", "Tiel"), ("2", "Stg. de Brug", "GM0281"), ("3", "De Brug", "Buren"), ("4", "", "Tiel"),
    ("5", "Humanitas", "Tiel"), ("6", "Humanitas", "Buren"), ("7", "Humanitas", "Nergenshuizen"), ("8", " GGD ", ""),
    ("9", "GGD\nGelderland-Zuid", "Tiel"), ("", 'Koor "Allegro", Tiel', "Tiel"), ("9", "Koor Allegro", "tiel"),
    ("a", "Welzijn Rivier", "Tiel"), ("b", "WelzijnRivier", "Tiel"), ("c", "Stichting De Brug", "Tiel"),
    ("d", "Welzijn Rivieren", "Tiel"), ("e", "Bibliotheek Rivierenland", "Tiel"), ("f", "Bibliotheek", "Tiel"),
)  # fmt: skip

Files = dict[str, bytes]
Fresh = Callable[[Path, Path | None], object]  # writes the run anew into a folder, with these judgements
Words = Sequence[tuple[int, int, str, str]]  # numbers of two names, judgement, steward
Settings = Sequence[tuple[int, str, str]]  # number of a name, property, value


@dataclass(frozen=True)
class Made:
    """A run without judgements, and how to write it anew."""

    run: Path
    fresh: Fresh

    @property
    def names(self) -> list[tuple[str, str]]:
        with (self.run / "organisation_names.csv").open(encoding="utf-8", newline="") as handle:
            return [(row["name"], row["municipality"]) for row in csv.DictReader(handle)]


def files(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "run.json"}


def facts(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found


def comparable(folder: Path) -> dict[str, Any]:
    return {name: value for name, value in facts(folder).items() if name not in FACTS_OF_A_RERUN}


def texts_of(folder: Path, table: str) -> set[str]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return {row["text"] for row in csv.DictReader(handle)}


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """Texts are read once per set: what a text says does not depend on what stewards say, and the model is slow."""
    known: dict[tuple[str, ...], list[Any]] = {}
    read_all, rulebook = engine.read_inputs, running.open_rulebook(None)

    def remembered(inputs: Sequence[Input], *rest: Any) -> list[Any]:
        paths = tuple(item.path for item in inputs)
        if paths not in known:
            known[paths] = list(read_all(inputs, *rest))
        return known[paths]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "read_inputs", remembered)
        patch.setattr(running, "_known", lambda *_: {})
        patch.setattr(running, "open_rulebook", lambda _: rulebook)
        patch.setattr(name_tables, "Rulebook", lambda _: rulebook)
        yield


def made_of(texts: Path, run: Path, formats: tuple[str, ...] = ("csv", "jsonl")) -> Made:
    def fresh(out: Path, judgements: Path | None) -> None:
        extract(Order((str(texts),), out, model="embedded", judgements=judgements, formats=formats))

    fresh(run, None)
    return Made(run, fresh)


def names_made(folder: Path, row_id: str | None) -> Made:
    folder.mkdir()
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("nr", "naam", "gemeente"), *NAMES])

    def fresh(out: Path, judgements: Path | None) -> None:
        dedupe(folder / "names.csv", Columns("naam", "gemeente", row_id), out, judgements=judgements)

    fresh(folder / "run", None)
    return Made(folder / "run", fresh)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, read_once: None) -> dict[str, Made]:
    place = tmp_path_factory.mktemp("made")
    for name, text in ODD_TEXTS.items():
        (place / "odd" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "odd" / name).write_bytes(text.encode())
    (place / "odd" / "leeg.txt").write_bytes(b" ")
    return {
        "sample": made_of(CHECKOUT / "raw", place / "sample"),
        "golden": made_of(CHECKOUT / "tests" / "golden" / "raw", place / "golden"),
        "odd": made_of(place / "odd", place / "odd-run"),
        "odd, csv": made_of(place / "odd", place / "odd-csv", ("csv",)),
        "names": names_made(place / "names", "nr"),
        "names, no id": names_made(place / "names-no-id", None),
    }


@pytest.fixture
def run(made: dict[str, Made], tmp_path: Path) -> Path:
    """A run folder to work on, with a file in it that is none of ours."""
    shutil.copytree(made["odd"].run, tmp_path / "run")
    (tmp_path / "run" / "report.html").write_text("<p>", encoding="utf-8")
    return tmp_path / "run"


def say(path: Path, names: Sequence[tuple[str, str]], words: Words, corrections: Settings = ()) -> None:
    """Adds decisions to a judgements file and to the corrections beside it."""
    rows = [(*names[a % len(names)], *names[b % len(names)], verdict, who, "", "") for a, b, verdict, who in words]
    _add(path, JUDGEMENT_COLUMNS, [row for row in rows if row[:2] != row[2:4]])
    set_rows = [(*names[n % len(names)], about, value, "", "", "") for n, about, value in corrections]
    _add(corrections_path(path), CORRECTION_COLUMNS, set_rows)


def _add(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    first = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([columns, *rows] if first else rows)


NUMBER = st.integers(0, 10_000)
WORDS = st.lists(
    st.tuples(
        NUMBER, NUMBER, st.sampled_from(("same", "same", "different", "unsure", "withdrawn")), st.sampled_from(("", "an", "bo"))
    ),
    max_size=12,
)  # fmt: skip
SETTINGS = st.lists(
    st.tuples(NUMBER, st.just("name"), st.sampled_from(("De Nieuwe Naam", "Koor, het", ""))) |
    st.tuples(NUMBER, st.just("type"), st.sampled_from(("sport", "kerk", ""))),
    max_size=3,
)  # fmt: skip


@pytest.mark.parametrize("name", ["sample", "golden", "odd", "odd, csv", "names", "names, no id"])
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),  # an example takes a second or more: making a failing one small takes minutes
    suppress_health_check=list(HealthCheck),
)
@given(rounds=st.lists(st.tuples(WORDS, SETTINGS), min_size=1, max_size=3))
def test_a_rerun_is_the_extraction_without_the_reading(
    made: dict[str, Made],
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    rounds: list[tuple[Words, Settings]],
) -> None:
    place, one = tmp_path_factory.mktemp("rounds"), made[name]
    for folder in ("fresh", "again"):
        shutil.copytree(one.run, place / folder)
    for words, corrections in rounds:
        say(place / "judgements.csv", one.names, words, corrections)
        one.fresh(place / "fresh", place / "judgements.csv")
        result = rerun(place / "again", judgements=place / "judgements.csv")
        assert files(place / "again") == files(place / "fresh")
        assert comparable(place / "again") == comparable(place / "fresh")
        assert list(result.warnings) == facts(place / "fresh")["warnings"]
    before = files(place / "again"), comparable(place / "again")
    rerun(place / "again", judgements=place / "judgements.csv")
    assert (files(place / "again"), comparable(place / "again")) == before
    shutil.rmtree(place)


def test_what_is_not_of_the_deduplication_stays(run: Path, made: dict[str, Made], tmp_path: Path) -> None:
    old = facts(run)
    assert {"Stichting 1 mei 2021"} == texts_of(run, "participants") - texts_of(run, "entities") - {"vrijwilligers"}
    assert any("looks like UTF-8 read as Windows-1252" in warning for warning in old["warnings"])
    names = made["odd"].names
    say(tmp_path / "j.csv", names, [(0, 1, "same", ""), (1, 2, "same", ""), (0, 2, "different", "")])
    result = rerun(run, judgements=tmp_path / "j.csv")
    new = facts(run)
    assert [warning.split(":")[0] for warning in new["warnings"]] == ["contradicting judgements", "tiel.txt"]
    assert result.n_before == old["counts"]["organisations"] == result.n_organisations + 1
    assert new["counts"]["organisations"] == result.n_organisations
    assert (run / "report.html").read_text(encoding="utf-8") == "<p>"
    for name in ("model", "versions", "inputs", "skipped", "started", "seconds"):
        assert new[name] == old[name]
    assert set(new) - set(old) == {"rerun"}
    assert rerun(run).warnings == tuple(old["warnings"])  # the decisions are gone, and so is what was said of them


def test_rows_follow_when_one_name_is_two_bodies(made: dict[str, Made], tmp_path: Path) -> None:
    """`rows.csv` must know the municipality: the same name may go to two organisations after a decision."""
    shutil.copytree(made["names"].run, tmp_path / "run")
    (tmp_path / "j.csv").write_text(
        f"{','.join(JUDGEMENT_COLUMNS[:5])}\nHumanitas,Tiel,Humanitas,Buren,different\n", encoding="utf-8"
    )

    def of(row_id: str) -> str:
        with (tmp_path / "run" / ROWS).open(encoding="utf-8", newline="") as handle:
            return next(row["organisation_id"] for row in csv.DictReader(handle) if row["id"] == row_id)

    assert of("5") == of("6") != ""
    rerun(tmp_path / "run", judgements=tmp_path / "j.csv")
    assert "" != of("5") != of("6") != ""
    assert of("4") == ""


def other_schema(run: Path) -> None:
    (run / "run.json").write_text(json.dumps({**facts(run), "schema_version": "0.9"}), encoding="utf-8")


def other_rules(run: Path) -> None:
    (run / "run.json").write_text(json.dumps({**facts(run), "rules_sha256": "0" * 64}), encoding="utf-8")


def old_names(run: Path) -> None:
    """A run of `dedupe` from before `rows.csv` told the municipality."""
    for table in ("documents", "sections", "participants", "entities", "contacts", "errors"):
        (run / f"{table}.csv").unlink()
    (run / ROWS).write_text("id,name,organisation_id\n1,GGD,org-1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_schema, "version 0.9.*run `coalitie extract` again"),
        (other_rules, "made with other rules; run `coalitie extract` again"),
        (lambda run: (run / "run.json").unlink(), "no run.json"),
        (lambda run: (run / "run.json").write_text("[]"), "no description of a run"),
        (lambda run: (run / "organisations.csv").unlink(), "not a run folder with CSV tables"),
        (lambda run: (run / "participants.csv").unlink(), "no participants.csv"),
        (old_names, "run `coalitie dedupe` again"),
        (lambda run: (run.parent / "j.csv").write_text("name_a\n"), "column municipality_a is missing"),
    ],
)
def test_what_cannot_be_rerun_is_refused_and_left(run: Path, change: Callable[[Path], object], words: str) -> None:
    (run.parent / "j.csv").touch()
    change(run)
    before = {path: path.read_bytes() for path in run.rglob("*")}
    with pytest.raises(Unusable, match=words):
        rerun(run, judgements=run.parent / "j.csv")
    assert {path: path.read_bytes() for path in run.rglob("*")} == before
    assert sorted(path.name for path in run.parent.iterdir()) == ["j.csv", "run"]


def test_other_rules_are_refused_however_they_are_named(run: Path, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "rules", tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    rerun(run, tmp_path / "rules")  # a copy is the same rules
    with (tmp_path / "rules" / "matching.yaml").open("a", encoding="utf-8") as handle:
        handle.write("# changed\n")
    with pytest.raises(Unusable, match="other rules"):
        rerun(run, tmp_path / "rules")


def test_a_rerun_that_breaks_off_leaves_the_run(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(run), facts(run)
    write, written = publishing._write_down, []

    def full(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_write_down", full)
        with pytest.raises(OSError, match="No space"):
            rerun(run)
    assert (files(run), facts(run)) == before
    assert [path.name for path in run.parent.iterdir()] == ["run"]
    rerun(run)


def test_one_rerun_at_a_time(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = facts(run)
    (run.parent / ".run.lock").touch()  # as a program that was killed leaves it
    with sole_writer(run), pytest.raises(Unusable, match="another program works on"):
        rerun(run)
    assert facts(run) == before
    assert [path.name for path in run.parent.iterdir()] == ["run"]

    def late(file: IO[bytes]) -> bool:
        """Gets the lock as the program before lets go of it, which takes the file away."""
        (run.parent / ".run.lock").unlink()
        return True

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_lock", late)
        with pytest.raises(Unusable, match="another program works on"):
            rerun(run)

    outcomes: list[object] = []

    def work() -> None:
        try:
            outcomes.append(rerun(run).n_organisations)
        except Unusable as problem:
            outcomes.append(str(problem))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert set(done) == {before["counts"]["organisations"]}
    assert all("works on" in str(outcome) for outcome in outcomes if not isinstance(outcome, int))
    assert [path.name for path in run.parent.iterdir()] == ["run"]


def test_nobody_writes_a_run_meanwhile(run: Path, made: dict[str, Made], monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, refused = running.resolve, []

    def slow(*args: Any) -> Any:
        with pytest.raises(Unusable, match="another program works on"):
            made["golden"].fresh(run, None)
        refused.append(True)
        return resolve(*args)

    monkeypatch.setattr(module, "resolve", slow)
    rerun(run)
    assert refused == [True]


def test_no_text_model_or_frame_is_loaded(run: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from coalitie.pipeline.rerun import rerun\n"
        f"rerun(Path({str(run)!r}))\n"
        "print([name for name in ('spacy', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=run.parent)
    assert (done.stdout, done.stderr) == ("[]\n", "")
