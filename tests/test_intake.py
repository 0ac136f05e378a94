"""What was read before is not read again, and the tables are those of a run that reads everything."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline import basis, engine, intake
from coalitie.pipeline import run as running
from coalitie.pipeline.intake import Page, read_inputs
from coalitie.pipeline.journal import Interrupted, Journal, WrittenDown, journal_path, page_at, read_journal
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.reading.columns import TableColumns
from coalitie.pipeline.reading.opening import Choices
from coalitie.pipeline.reading.registry import Ways
from coalitie.pipeline.records import Origin
from coalitie.pipeline.rows import DocumentRow
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run import Order, extract
from coalitie.pipeline.summary import Summary
from coalitie.pipeline.tables import Tables
from coalitie.pipeline.trace import trace

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = "Coalitie in {}, Gelderland\n\nDeelnemers\n\n• Gemeente {}\n• Stichting De Brug\n• GGD Gelderland-Zuid\n{}\n"
HTML = "<h1>Coalitie in Buren, Gelderland</h1><h2>Deelnemers</h2><ul><li>Welzijn Rivier</li><li>De Brug</li></ul>"
MORE = "Iedere woensdag eten wij samen aan de lange tafel in het dorpshuis, en wie wil kan daarna blijven voor koffie."
N = 8  # texts of `texts`
Take = Callable[..., Summary]


def page(place: str, more: str = "") -> str:
    return PAGE.format(place, place, more)


def pack(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.txt"), text)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Texts of every kind of place: files, two of one name, in an archive, in a table; HTML, Markdown."""
    folder = tmp_path / "texts"
    for name in ("oost", "west"):
        (folder / name).mkdir(parents=True)
    (folder / "tiel.txt").write_bytes(page("Tiel").replace("\n", "\r\n").encode())
    (folder / "oost" / "buren.txt").write_text(page("Buren"), encoding="utf-16")
    (folder / "west" / "buren.html").write_text(HTML, encoding="utf-8")
    (folder / "culemborg.md").write_text(f"# {page('Culemborg')}", encoding="utf-8")
    pack(folder / "dump.zip", ede=page("Ede"), tiel=page("Tiel", "Op 1 mei 2021 begonnen wij."))
    rows = [{"id": name, "tekst": page(name, MORE * 3)} for name in ("Zutphen", "Arnhem")]
    (folder / "tabel.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def prepared() -> Iterator[None]:
    """Rules and models are read once for all runs of this file."""
    opened = cache(running.open_rulebook)
    assembled: dict[tuple[Path | None, str], intake.Tools] = {}

    def tools(job: intake.Job, rulebook: Rulebook) -> intake.Tools:
        key = (job.rules, job.model.name if job.model else "")
        if key not in assembled:
            assembled[key] = really(job, rulebook)
        return replace(assembled[key], job=job)

    really = intake.open_tools
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "open_rulebook", opened)
        patch.setattr(intake, "open_tools", tools)
        yield


@pytest.fixture
def take(texts: Path, tmp_path: Path) -> Take:
    """A run over the texts, without a model, which is quicker."""

    def run(out: str = "run", **wishes: Any) -> Summary:
        return extract(Order(**{"inputs": (str(texts),), "out": tmp_path / out, "model": "blank:nl", **wishes}))

    return run


def files(folder: Path) -> dict[str, bytes]:
    """All that a run writes but run.json, which says how long it took."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}


def same_as_fresh(take: Take, tmp_path: Path, **wishes: Any) -> Summary:
    """A run that knows the former one gives what one gives that reads everything, with the same former run."""
    shutil.copytree(tmp_path / "run", tmp_path / "fresh", dirs_exist_ok=True)
    known, fresh = take(**wishes), take("fresh", fresh=True, **wishes)
    assert fresh.n_unchanged == 0
    assert files(tmp_path / "run") == files(tmp_path / "fresh")
    shutil.rmtree(tmp_path / "fresh")
    return known


def sources(folder: Path) -> dict[str, str]:
    """Source of every document id."""
    lines = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["document_id"]: record["source"] for record in map(json.loads, lines)}


# --- nothing has changed ------------------------------------------------------------------------------


def test_unchanged_texts_are_not_read_again(take: Take, tmp_path: Path) -> None:
    assert take().n_unchanged == 0
    before = files(tmp_path / "run")
    again = take()
    assert again.n_unchanged == N
    assert files(tmp_path / "run") == before
    assert any(f"{N} texts were as before" in line for line in again.lines())
    assert same_as_fresh(take, tmp_path).n_unchanged == N


def test_what_does_not_touch_the_rows_of_a_text_does_not_make_it_read_again(take: Take, tmp_path: Path) -> None:
    take()
    judgements = tmp_path / "judgements.csv"
    head = "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"
    judgements.write_text(f"{head}De Brug,Buren,Stichting De Brug,Tiel,different,iemand,2024-01-01,\n", "utf-8")
    assert take(judgements=judgements, workers=2, excel=True).n_unchanged == N
    assert take().n_unchanged == N


def other_rules(_: pytest.MonkeyPatch, folder: Path) -> dict[str, Any]:
    shutil.copytree(CHECKOUT / "rules", folder / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    with next((folder / "rules").glob("*.yaml")).open("a", encoding="utf-8") as file:
        file.write("\n# een opmerking\n")
    return {"rules": folder / "rules"}


def other_program(monkeypatch: pytest.MonkeyPatch, _: Path) -> dict[str, Any]:
    monkeypatch.setattr(basis, "_program_sha256", lambda: "another")
    return {}


def other_library(monkeypatch: pytest.MonkeyPatch, _: Path) -> dict[str, Any]:
    monkeypatch.setattr(basis, "_version", lambda package: "99" if package == "pypdfium2" else "1")
    return {}


def other_columns(monkeypatch: pytest.MonkeyPatch, _: Path) -> dict[str, Any]:
    monkeypatch.setattr(basis, "SCHEMA_VERSION", "99")
    return {}


CHANGES: dict[str, Callable[[pytest.MonkeyPatch, Path], dict[str, Any]]] = {
    "rules": other_rules,
    "program": other_program,
    "library": other_library,
    "columns of tables": other_columns,
    "choices": lambda *_: {"choices": Choices(Ways(fix_encoding=True))},
    "model": lambda *_: {"model": "embedded"},
    "persons": lambda *_: {"contacts": "drop"},
    "asked for": lambda *_: {"fresh": True},
}


@pytest.mark.parametrize("change", CHANGES)
def test_texts_are_read_again_when_something_else_has_changed(
    change: str, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take()
    assert take(**CHANGES[change](monkeypatch, tmp_path)).n_unchanged == 0


def edited_cell(run: Path) -> None:
    table = run / "participants.csv"
    table.write_bytes(table.read_bytes().replace(b"GGD Gelderland-Zuid", b"GGD Nergens", 1))


SPOILT: dict[str, Callable[[Path], object]] = {
    "a cell was edited": edited_cell,
    "texts are cut": lambda run: (run / "documents.jsonl").write_bytes(b""),
    "a text is cut": lambda run: (run / "documents.jsonl").write_bytes((run / "documents.jsonl").read_bytes()[:-9]),
    "texts are gone": lambda run: (run / "documents.jsonl").unlink(),
    "a table is gone": lambda run: (run / "contacts.csv").unlink(),
    "the description is gone": lambda run: (run / "datapackage.json").unlink(),
    "the description is spoilt": lambda run: (run / "datapackage.json").write_bytes(b"[]"),
    "the facts are older": lambda run: (run / "run.json").write_bytes(b"{}"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_nothing_is_taken_from_a_run_that_is_not_as_it_was_written(what: str, take: Take, tmp_path: Path) -> None:
    take()
    before = files(tmp_path / "run")
    SPOILT[what](tmp_path / "run")
    assert take().n_unchanged == 0
    assert files(tmp_path / "run") == before


# --- some of them have --------------------------------------------------------------------------------


def test_of_an_archive_only_the_changed_member_is_read_again(take: Take, texts: Path, tmp_path: Path) -> None:
    take()
    pack(texts / "dump.zip", ede=page("Ede", "Nu ook met Humanitas."), tiel=page("Tiel", "Op 1 mei 2021 begonnen wij."))
    assert same_as_fresh(take, tmp_path).n_unchanged == N - 1


def test_of_a_table_only_the_changed_row_is_read_again(take: Take, texts: Path, tmp_path: Path) -> None:
    take()
    table = texts / "tabel.jsonl"
    table.write_text(table.read_text(encoding="utf-8").replace("Gemeente Zutphen", "Humanitas"), encoding="utf-8")
    assert same_as_fresh(take, tmp_path).n_unchanged == N - 1


def test_a_row_that_moved_is_read_again_for_its_place(take: Take, texts: Path, tmp_path: Path) -> None:
    wishes = {"choices": Choices(columns=TableColumns(id="id"))}
    take(**wishes)
    first, second = (texts / "tabel.jsonl").read_text(encoding="utf-8").splitlines()
    above = json.dumps({"id": "Wijchen", "tekst": page("Wijchen", MORE * 3)})
    (texts / "tabel.jsonl").write_text("\n".join([first, above, second]), encoding="utf-8")
    assert same_as_fresh(take, tmp_path, **wishes).n_unchanged == N - 1
    lines = (tmp_path / "run" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    places = {record["source"]: record.get("origins") for record in map(json.loads, lines)}
    assert places["tabel.jsonl/Arnhem"] == [[0, "row 3"]]


def moved(texts: Path) -> None:
    (texts / "tiel.txt").rename(texts / "oost" / "zutphen.txt")


EDITS: dict[str, tuple[Callable[[Path], object], int]] = {
    "a text more": (lambda texts: (texts / "nieuw.txt").write_text(page("Nijmegen"), "utf-8"), N),
    "a text less": (lambda texts: (texts / "tiel.txt").unlink(), N - 1),
    "a text of another place": (moved, N - 1),
    "a namesake more": (lambda texts: (texts / "ede.txt").write_text(page("Ede", "Twee."), "utf-8"), N),
    "a namesake less": (lambda texts: (texts / "oost" / "buren.txt").unlink(), N - 1),
    "a text became bad": (lambda texts: (texts / "tiel.txt").write_bytes(b"\x00\x01\x02"), N - 1),
    "a namesake became bad": (lambda texts: (texts / "oost" / "buren.txt").write_bytes(b"\x00\x01"), N - 1),
    "only the encoding": (lambda texts: (texts / "oost" / "buren.txt").write_text(page("Buren"), "utf-8"), N - 1),
}


@pytest.mark.parametrize("edit", EDITS)
def test_any_edit_gives_what_a_fresh_run_gives(edit: str, take: Take, texts: Path, tmp_path: Path) -> None:
    take()
    do, unchanged = EDITS[edit]
    do(texts)
    assert same_as_fresh(take, tmp_path).n_unchanged == unchanged


def test_ids_of_namesakes_come_and_go_with_them(take: Take, texts: Path, tmp_path: Path) -> None:
    take()
    names = sources(tmp_path / "run")
    assert {name for name, source in names.items() if "buren" in source}.isdisjoint({"buren"})
    (texts / "west" / "buren.html").unlink()
    assert take().n_unchanged == N - 1
    assert sources(tmp_path / "run")["buren"] == "oost/buren.txt"
    rows = (tmp_path / "run" / "participants.csv").read_text(encoding="utf-8").splitlines()
    assert any(row.startswith("buren.p01,buren,buren.s") for row in rows)


# --- the newest of repeats ----------------------------------------------------------------------------


def test_of_repeats_the_newest_is_kept_where_that_is_asked(take: Take, texts: Path, tmp_path: Path) -> None:
    for year in ("2023", "2024"):
        (texts / year).mkdir()
        (texts / year / "ermelo.txt").write_text(page("Ermelo", f"{MORE}\nLaatst gewijzigd: 1 mei {year}"), "utf-8")
    both = take()
    assert {"2023/ermelo.txt", "2024/ermelo.txt"} <= set(sources(tmp_path / "run").values())
    assert any("2024/ermelo.txt" in warning and "--newest" in warning for warning in both.warnings)
    one = same_as_fresh(take, tmp_path, newest=True)
    assert one.n_unchanged == N + 2
    assert sources(tmp_path / "run")["ermelo"] == "2024/ermelo.txt"
    assert "2023/ermelo.txt" not in sources(tmp_path / "run").values()
    assert "2023/ermelo.txt" in one.skipped


# --- where in the original ----------------------------------------------------------------------------


def test_origins_are_kept_and_traced(take: Take, tmp_path: Path) -> None:
    take()
    for _ in range(2):  # read, and taken from the run before
        lines = (tmp_path / "run" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
        records = {record["source"]: record for record in map(json.loads, lines)}
        assert [where for _, where in records["west/buren.html"]["origins"]][:2] == ["paragraph 1", "paragraph 2"]
        assert "origins" not in records["tiel.txt"]
        (row,) = [row for row in records["west/buren.html"]["participants"] if row["text"] == "Welzijn Rivier"]
        assert "west/buren.html, paragraph 3, line" in trace(tmp_path / "run", row["participant_id"])
        (row,) = [row for row in records["tiel.txt"]["participants"] if row["text"].startswith("GGD")]
        assert "\ntiel.txt, line 7" in trace(tmp_path / "run", row["participant_id"])
        take()


# --- a run that was interrupted -----------------------------------------------------------------------


@pytest.fixture
def journal(take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a run that was stopped when all was read."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, "publish", stop)
        with pytest.raises(KeyboardInterrupt):
            take()
    path = journal_path(tmp_path / "run")
    assert path.is_file()
    assert not (tmp_path / "run").exists()
    return path


def whole(take: Take, tmp_path: Path) -> dict[str, bytes]:
    take("undisturbed")
    return files(tmp_path / "undisturbed")


def test_a_run_goes_on_where_it_was_interrupted(take: Take, tmp_path: Path, journal: Path) -> None:
    assert take(resume=True).n_unchanged == N
    assert files(tmp_path / "run") == whole(take, tmp_path)
    assert not journal.exists()


def test_without_being_asked_it_does_not(take: Take, tmp_path: Path, journal: Path) -> None:
    assert take().n_unchanged == 0
    assert not journal.exists()


def test_of_another_basis_nothing_is_taken(take: Take, tmp_path: Path, journal: Path) -> None:
    assert take(resume=True, contacts="drop").n_unchanged == 0


def test_a_text_that_changed_since_is_read_again(take: Take, texts: Path, tmp_path: Path, journal: Path) -> None:
    (texts / "tiel.txt").write_text(page("Tiel", "Nu ook met Humanitas."), encoding="utf-8")
    assert take(resume=True).n_unchanged == N - 1
    assert files(tmp_path / "run") == whole(take, tmp_path)


@pytest.mark.parametrize("cut", [1, 2, 3, 40, 300])
def test_a_line_that_was_broken_off_costs_itself(cut: int, take: Take, tmp_path: Path, journal: Path) -> None:
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert take(resume=True).n_unchanged == N - 1
    assert files(tmp_path / "run") == whole(take, tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [lambda _: b"", lambda data: data[:30], lambda data: b"\x00" * len(data), lambda data: data[data.index(b"\n") :]],
    ids=["empty", "head cut", "zeros", "no head"],
)
def test_a_journal_without_its_head_is_none(spoil: Callable[[bytes], bytes], take: Take, journal: Path) -> None:
    journal.write_bytes(spoil(journal.read_bytes()))
    assert take(resume=True).n_unchanged == 0


def test_interrupted_again_and_again_nothing_is_lost(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time one text more is read; none is read twice."""

    def one_more(*arguments: Any) -> Iterator[Any]:
        for result in read_inputs(*arguments):
            yield result
            if isinstance(result, Page):
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "read_inputs", one_more)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                take(resume=True)
    assert journal_path(tmp_path / "run").read_bytes().count(b"\n") == 1 + 3
    assert take(resume=True).n_unchanged == 3
    assert files(tmp_path / "run") == whole(take, tmp_path)


def test_a_journal_and_a_run_folder_add_up(
    take: Take, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the former run knows is written down once: the tables are made of what is in the journal."""
    take()
    for name in ("tiel.txt", "culemborg.md"):
        (texts / name).write_text(page("Tiel", f"Nieuw in {name}."), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(running, "publish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take()
    assert journal_path(tmp_path / "run").read_bytes().count(b"\n") == 1 + N
    assert same_as_fresh(take, tmp_path, resume=True).n_unchanged == N


def test_a_page_comes_back_from_a_journal_as_it_was(tmp_path: Path) -> None:
    row = DocumentRow("x", "x.txt", None, "Tiel", None, None, None, 0, 0, "ab", "utf-8", "text")
    first = Page("x.txt", Tables(documents=(row,)), 'é\u2028\r\n"\ud800', (Origin(0, "page 1"), Origin(2, "page 2")))
    path = tmp_path / "deep" / "journal"
    for _ in range(2):
        written = Journal(path, "basis", read_journal(path, "basis").end)
        written.add(first)
        written.close()
    assert path.read_bytes().count(b"\n") == 3
    found = read_journal(path, "basis")
    assert found == Interrupted({"x.txt": WrittenDown(found.pages["x.txt"].at, first.known)}, path.stat().st_size)
    assert page_at(path, found.pages["x.txt"].at) == first
    assert read_journal(path, "another") == Interrupted()


def test_a_run_that_cannot_begin_leaves_no_journal(take: Take, tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        take(contacts="sometimes")
    assert not journal_path(tmp_path / "run").exists()
