"""Judgements of others: what a file may hold, what is told before anything is taken over, and that nothing is lost."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from coalitie.pipeline.formats import csv_text
from coalitie.pipeline.organisations.judgements import COLUMNS, cells, read_judgements
from coalitie.pipeline.records import Judgement, NameKey, Verdict
from coalitie.pipeline.review import exchange
from coalitie.pipeline.review.exchange import Received, as_csv, as_jsonl, receive
from coalitie.pipeline.review.ledger import Ledger, Word
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def _by_path(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runs = sys.modules.get("review_run") or _by_path("review_run")
Browser: TypeAlias = Any  # of review_run, which is loaded by path
HEAD = ",".join(COLUMNS)
A, B, C = NameKey("Alfa", "Tiel"), NameKey("Béta"), NameKey('Ceta, "de"', "Ede")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "j.csv", runs.Clock())


def other(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "other" / "j.csv", runs.Clock())


def row(
    a: NameKey, b: NameKey, verdict: str, who: str = "an", at: str = "2024-01-01T09:00:00Z", note: str = ""
) -> list[str]:
    return [*a, *b, verdict, who, at, note]


def csv_of(*rows: Sequence[str], columns: Sequence[str] = COLUMNS) -> bytes:
    return csv_text(columns, rows).encode()


def jsonl_of(*rows: Sequence[str]) -> bytes:
    return "".join(json.dumps(dict(zip(COLUMNS, one, strict=True)), ensure_ascii=False) + "\n" for one in rows).encode()


def figures(found: Received) -> tuple[int, int, int, int]:
    return len(found.rows), len(found.new), len(found.rejected), len(found.conflicts)


def said(ledger: Ledger) -> dict[Any, list[tuple[str, str]]]:
    return {
        pair: [(word.judged_by, str(word.verdict)) for word in found.words] for pair, found in ledger.standing().items()
    }


# --- what a file may look like -------------------------------------------------------------------------

GOOD = [row(A, B, "same"), row(C, A, "different", note='een; twee, "drie"')]
SHAPES: list[tuple[str, bytes]] = [
    ("as it is exported", csv_of(*GOOD)),
    ("objects", jsonl_of(*GOOD)),
    ("with a mark of UTF-8", b"\xef\xbb\xbf" + csv_of(*GOOD)),
    ("objects with a mark", b"\xef\xbb\xbf" + jsonl_of(*GOOD)),
    ("Windows line ends", csv_of(*GOOD).replace(b"\n", b"\r\n")),
    ("objects with Windows line ends", jsonl_of(*GOOD).replace(b"\n", b"\r\n")),
    ("no last line end", csv_of(*GOOD)[:-1]),
    ("blank lines", csv_of(*GOOD).replace(b"\n", b"\n\n") + b",,,,,,,\n"),
    ("blank lines between objects", jsonl_of(*GOOD).replace(b"\n", b"\n\n")),
    ("semicolons", csv_of(GOOD[0], [*GOOD[1][:-1], ""]).replace(b"\"Ceta, \"\"de\"\"\"", b"Ceta| 'de'").replace(b",", b";").replace(b"|", b",").replace(b"Ceta, 'de'", b'"Ceta, ""de"""')),
    ("columns in another order", csv_of(*([*one[::-1]] for one in GOOD), columns=COLUMNS[::-1])),
    ("capitals", csv_of(*([*one[:4], one[4].upper(), *one[5:]] for one in GOOD))),
    ("white space around cells", csv_of(*([f" {cell} " for cell in one] for one in GOOD))),
    ("the pair the other way round", csv_of(*([*one[2:4], *one[:2], *one[4:]] for one in GOOD))),
]  # fmt: skip


@pytest.mark.parametrize("data", [case[1] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_a_file_in_any_shape(ledger: Ledger, data: bytes) -> None:
    found = receive(data, ledger)
    assert figures(found) == (2, 2, 0, 0)
    assert ledger.judgements() == ()
    assert ledger.add(found.new) == 2
    assert said(ledger) == {(A, B): [("an", "same")], (A, C): [("an", "different")]}
    assert {row.judged_at for row in ledger.judgements()} == {"2024-01-01T09:00:00Z"}


SHORT = f"{','.join(COLUMNS[:5])}\n"
ROWS: list[tuple[str, bytes, str]] = [
    # a file with one row that cannot be used, and why
    ("an unknown word", csv_of(row(A, B, "perhaps")), "judgement 'perhaps'; expected one of"),
    ("no name", csv_of(row(NameKey(""), B, "same")), "may not be empty"),
    ("one name", csv_of(row(A, A, "same")), "against itself"),
    ("one name, but for white space", csv_of(row(A, NameKey(" Alfa  ", "Tiel"), "same")), "against itself"),
    ("too few cells", SHORT.encode() + b"Alfa,Tiel,Beta\n", "judgement ''"),
    ("too many cells", SHORT.encode() + b"Alfa,Tiel,Beta,,same,an\n", "more cells than columns"),
    ("an unknown column", csv_of([*row(A, B, "same"), "x"], columns=[*COLUMNS, "score"]), "'score' is not a field"),
    ("a field that is too long", csv_of(row(A, B, "same", note="x" * 20_001)), "longer than 20,000"),
    ("half a character", jsonl_of(row(A, B, "same")).replace(b"Alfa", b"\\ud800"), "cannot be stored"),
    ("half a character in the steward", jsonl_of(row(A, B, "same")).replace(b'"an"', b'"\\udfff"'), "cannot be stored"),
    ("a NUL", jsonl_of(row(A, B, "same")).replace(b"Alfa", b"Al\\u0000fa"), "cannot be stored"),
    ("a number", b'{"name_a": "A", "municipality_a": "", "name_b": "B", "municipality_b": "", "judgement": 1}', "has to be text"),
    ("nothing", b'{"name_a": null, "municipality_a": "", "name_b": "B", "municipality_b": "", "judgement": "same"}', "has to be text"),
    ("an unknown field", b'{"name_a": "A", "name_b": "B", "judgement": "same", "score": "1"}', "'score' is not a field"),
    ("an empty object", b"{}", "may not be empty"),
    ("no JSON", b"{name_a: A}", "no object"),
    ("JSON that is cut off", jsonl_of(row(A, B, "same"))[:-9], "no object"),
    ("JSON without end", b'{"name_a": ' + b"[" * 50_000, "no object"),
    ("a number without end", b'{"name_a": ' + b"1" * 9_000 + b"}", "no object|has to be text"),
    ("a time that is none", csv_of(row(A, B, "same", at="vorige week")), "no moment"),
    ("a time to come", csv_of(row(A, B, "same", at="2999-01-01T00:00:00Z")), "no moment in the past"),
    ("the last time there is", csv_of(row(A, B, "same", at="9999-12-31T23:59:59-14:00")), "no moment"),
    ("the first time there is", csv_of(row(A, B, "same", at="0001-01-01T00:00:00+14:00")), "no moment"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS])
def test_a_row_that_cannot_be_used_is_told_with_its_line(ledger: Ledger, data: bytes, why: str) -> None:
    found = receive(data, ledger)
    assert figures(found) == (0, 0, 1, 0)
    assert re.search(why, found.rejected[0].why)
    assert found.rejected[0].line == (1 if data.startswith(b"{") else 2)
    assert ledger.add(found.new) == 0


FILES: list[tuple[str, bytes, str]] = [
    ("no text", b"\xff\xfe\x00", "not UTF-8"),
    ("Windows-1252", csv_of(*GOOD).decode().encode("cp1252"), "not UTF-8 \\(byte"),
    ("a picture", b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ("another table", b"naam,gemeente\nA,Tiel\n", "column name_a is missing; expected name_a, municipality_a"),
    ("no header", csv_of(*GOOD).split(b"\n", 1)[1], "column name_a is missing"),
    ("a JSON list", b'[{"name_a": "A"}]', "column name_a is missing"),
    ("a page", b"<!doctype html><title>x</title>", "column name_a is missing"),
    ("one long line", b"a" * 200_000, "column name_a is missing|not valid CSV"),
    ("a cell without end", csv_of(GOOD[0]) + b'"' + b"x" * 200_000, "not valid CSV"),
    ("a quote without end", csv_of(GOOD[0]) + b'Alfa,Tiel,"Beta,,same,an,,\n', "not valid CSV"),
    ("white space", b" \n \n", "column name_a is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_file_that_is_none_is_told(ledger: Ledger, data: bytes, why: str) -> None:
    found = receive(data, ledger)
    assert len(found.rejected) == 1
    assert re.search(why, found.rejected[0].why)
    assert [cells(row) for row in found.new] == [tuple(one) for one in GOOD[:1]][: len(found.new)]


def test_one_bad_row_does_not_spoil_the_others(ledger: Ledger) -> None:
    found = receive(csv_of(GOOD[0], row(A, B, "perhaps"), GOOD[1]), ledger)
    assert figures(found) == (2, 2, 1, 0)
    assert found.rejected[0].line == 3


def test_more_rows_than_can_be_looked_at(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_ROWS", 3)
    found = receive(csv_of(*[row(NameKey(f"N{n}"), B, "same") for n in range(5)]), ledger)
    assert figures(found) == (3, 3, 1, 0)
    assert "send them in parts" in found.rejected[0].why


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
    st.sampled_from([b"", b"{", HEAD.encode() + b"\n", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_looked_at(ledger: Ledger, data: bytes, head: bytes) -> None:
    found = receive(head + data, ledger)
    assert len(found.new) <= len(found.rows)
    assert ledger.judgements() == ()


# --- what agrees, what does not ------------------------------------------------------------------------

MEETINGS: list[tuple[str, str, str, tuple[int, int], str]] = [
    # what stands here (an's and bo's words on one pair, in order), what comes in; new and conflicts; what counts then
    ("nothing yet", "", "an same 1", (1, 0), "same"),
    ("the same words", "an same 1", "an same 1", (0, 0), "same"),
    ("another agrees", "an same 1", "bo same 2", (1, 0), "same"),
    ("another disagrees", "an same 1", "bo different 2", (1, 1), "-"),
    ("another disagreed before", "an same 2", "bo different 1", (1, 1), "-"),
    ("another doubts", "an same 1", "bo unsure 2", (1, 1), "unsure"),
    ("a later word of the same", "an same 1", "an different 2", (1, 1), "different"),
    ("an older word of the same", "an same 2", "an different 1", (0, 0), "same"),
    ("the same in capitals", "an same 2", "AN different 1", (0, 0), "same"),
    ("taken back later", "an same 1", "an withdrawn 2", (1, 1), "nothing"),
    ("taken back before", "an same 2", "an withdrawn 1", (0, 0), "same"),
    ("both were there before", "an same 1, bo different 2", "an same 1, bo different 2", (0, 0), "-"),
    ("they agree in the end", "an same 1, bo different 2", "bo same 3", (1, 1), "same"),
    ("two disagree in the file", "", "an same 1, bo different 2", (2, 2), "-"),
    ("one changed their mind in the file", "", "an same 1, an different 2", (2, 0), "different"),
    ("the same row twice", "", "an same 1, an same 1", (2, 0), "same"),
]  # fmt: skip


def rows_of(words: str) -> list[list[str]]:
    said = [word.split() for word in words.split(", ") if word]
    return [row(A, B, verdict, who, f"2024-01-0{day}T09:00:00Z") for who, verdict, day in said]


@pytest.mark.parametrize(
    ("here", "comes", "expected", "counts"), [case[1:] for case in MEETINGS], ids=[case[0] for case in MEETINGS]
)
def test_what_comes_in_is_held_against_what_is_there(
    ledger: Ledger, here: str, comes: str, expected: tuple[int, int], counts: str
) -> None:
    ledger.path.write_bytes(csv_of(*rows_of(here)) if here else b"")
    found = receive(csv_of(*rows_of(comes)), ledger)
    assert (len(found.new), len(found.conflicts)) == expected
    ledger.add(found.new)
    now = ledger.standing().get((A, B))
    assert ("nothing" if now is None else str(now.judgement.verdict) if now.judgement else "-") == counts
    assert figures(receive(csv_of(*rows_of(comes)), ledger))[1] == 0


def test_what_others_wrote_meanwhile_is_not_added_again(ledger: Ledger) -> None:
    found = receive(csv_of(*GOOD), ledger)
    Ledger(ledger.path).add(found.new)
    assert ledger.add(found.new) == 0
    assert len(read_judgements(ledger.path)) == 2


# --- both ways -----------------------------------------------------------------------------------------

PAIRS = [(A, B), (A, C), (B, C)]
WRITTEN = st.tuples(
    st.sampled_from(PAIRS), st.sampled_from(["same", "different", "unsure", "withdrawn"]), st.sampled_from(["", "an", "bo", "BO"]),
    st.sampled_from(["", "2024-01-02", "2024-01-03T09:00:00Z", "2024-01-03T09:00:00+01:00", "2024-01-04T23:00:00-02:00"]),
    st.sampled_from(["", "undo", "een; twee", 'a "b"\u2028c', "merged org-1 and org-2"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(WRITTEN, min_size=1, max_size=10), st.sampled_from([as_csv, as_jsonl]))
def test_an_export_gives_another_file_the_same_standing(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[tuple[tuple[NameKey, NameKey], str, str, str, str]],
    export: Any,
) -> None:
    """Whoever wrote it, also by hand: without times, on other clocks, the same row more than once."""
    place = tmp_path_factory.mktemp("both")
    (place / "j.csv").write_bytes(
        csv_of(*[row(*pair, verdict, who, at, note) for pair, verdict, who, at, note in written])
    )
    ledger, empty = Ledger(place / "j.csv"), other(place)
    data = export(ledger).encode()
    found = receive(data, empty)
    assert (found.rejected, len(found.new)) == ((), len(written))
    assert empty.add(found.new) == len(written)
    assert said(empty) == said(ledger)
    assert {p: s.judgement and s.judgement.verdict for p, s in empty.standing().items()} == {
        p: s.judgement and s.judgement.verdict for p, s in ledger.standing().items()
    }
    for one in (ledger, empty):
        assert (receive(data, one).new, one.add(found.new)) == ((), 0)


ACTS = st.lists(
    st.tuples(st.sampled_from(["an", "bo"]), st.sampled_from(PAIRS), st.sampled_from([*Verdict, None]), st.sampled_from(["", "x", "undo"])),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ACTS, st.sampled_from([0, 1]))
def test_decisions_of_one_second_keep_their_order(
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, tuple[NameKey, NameKey], Verdict | None, str]],
    step: int,
) -> None:
    place = tmp_path_factory.mktemp("fast")
    ledger, empty = Ledger(place / "j.csv", runs.Clock(runs.timedelta(seconds=step))), other(place)
    for who, pair, verdict, note in acts:
        ledger.record(who, [Word(pair, verdict)], note)
    empty.add(receive(as_csv(ledger).encode(), empty).new)
    assert [cells(row) for row in empty.judgements()] == [cells(row) for row in ledger.judgements()]


@settings(max_examples=60, deadline=None)
@given(ACTS, ACTS)
def test_two_files_that_exchange_all_come_to_hold_the_same_words(
    tmp_path_factory: pytest.TempPathFactory,
    one: list[tuple[str, tuple[NameKey, NameKey], Verdict | None, str]],
    two: list[tuple[str, tuple[NameKey, NameKey], Verdict | None, str]],
) -> None:
    """Where each steward works in one place only: bo's words are all in the second file."""
    place = tmp_path_factory.mktemp("two")
    here, there = Ledger(place / "j.csv", runs.Clock()), other(place)
    for who, ledger, acts in (("an", here, one), ("bo", there, two)):
        for _, pair, verdict, note in acts:
            ledger.record(who, [Word(pair, verdict)], note)
    data = as_csv(here).encode(), as_jsonl(there).encode()
    for ledger, sent in zip((there, here), data, strict=True):
        ledger.add(receive(sent, ledger).new)

    def words(ledger: Ledger) -> dict[Any, dict[str, Verdict | None]]:
        return {
            pair: {word.judged_by: word.verdict for word in found.words} for pair, found in ledger.standing().items()
        }

    assert words(here) == words(there)
    assert all(receive(sent, ledger).new == () for ledger in (here, there) for sent in data)


def test_the_export_is_the_file(ledger: Ledger) -> None:
    ledger.add(
        [Judgement(A, C, Verdict.SAME, "an, de", "2024-01-01", "=1+1\u2028;"), Judgement(B, C, None, "", "", '"')]
    )
    assert as_csv(ledger).encode() == ledger.path.read_bytes()
    objects = [json.loads(line) for line in as_jsonl(ledger).split("\n") if line]
    assert [list(one) for one in objects] == [list(COLUMNS)] * 2
    assert [one["judgement"] for one in objects] == ["same", "withdrawn"]
    empty = Ledger(ledger.path.with_name("none.csv"))
    assert (as_csv(empty), as_jsonl(empty)) == (f"{HEAD}\n", "")


# --- through the pages ---------------------------------------------------------------------------------


@pytest.fixture
def noor(tmp_path: Path) -> Browser:
    folder = runs.written_run(tmp_path / "run", {"org-a": [A], "org-b": [B]}, [runs.Made(A, B)])
    return runs.browser_of(runs.desk_of(folder, tmp_path / "j.csv"), "Noor")


def test_nothing_is_taken_over_before_it_is_confirmed(noor: Browser, tmp_path: Path) -> None:
    noor.post("/pairs/pair-0", {"verdict": "different"})
    answer = noor.upload(csv_of(*GOOD, row(A, B, "<b>")))
    page = answer.page
    assert (answer.status, page.faults) == (200, [])
    assert [
        one
        for one in ("Bruikbare regels2", "Nieuw2", "In strijd met wat nu geldt1", "Onbruikbaar1", "regel 4:")
        if one not in page.text
    ] == []
    assert not page.all("b")
    assert len(read_judgements(tmp_path / "j.csv")) == 1
    form = {"digest": page.value("digest")}
    assert noor.post("/exchange/confirm", form).to == "/exchange?added=2"
    assert len(read_judgements(tmp_path / "j.csv")) == 3
    again = noor.post("/exchange/confirm", form)
    assert (again.status, len(read_judgements(tmp_path / "j.csv"))) == (409, 3)
    assert "Er is niets nieuws" in noor.upload(csv_of(*GOOD)).page.text


def test_what_is_confirmed_is_what_was_shown(noor: Browser, tmp_path: Path) -> None:
    """A second window, or another steward, may have sent another file meanwhile."""
    shown = noor.upload(csv_of(GOOD[0])).page.value("digest")
    bo = runs.another(noor, "Bo")
    theirs = bo.upload(csv_of(GOOD[1])).page.value("digest")
    noor.upload(csv_of(*GOOD))
    for browser, digest in ((noor, shown), (noor, theirs), (bo, shown), (noor, "0" * 64)):
        assert browser.post("/exchange/confirm", {"digest": digest}).status == 409
    assert not (tmp_path / "j.csv").exists() or read_judgements(tmp_path / "j.csv") == ()
    assert bo.post("/exchange/confirm", {"digest": theirs}).to == "/exchange?added=1"


def test_what_leaves_comes_back(noor: Browser, tmp_path: Path) -> None:
    noor.post("/pairs/pair-0", {"verdict": "same", "note": 'é; "x"'})
    for address, kind in (("/judgements.csv", "text/csv"), ("/judgements.jsonl", "application/jsonl")):
        answer = noor.get(address)
        assert answer.header("content-type") == f"{kind}; charset=utf-8"
        assert answer.header("content-disposition") == f'attachment; filename="{address[1:]}"'
        assert "Er is niets nieuws" in noor.upload(answer.body).page.text
    assert noor.get("/judgements.csv").body == (tmp_path / "j.csv").read_bytes()


def test_a_file_with_names_of_any_kind_is_shown_as_text(noor: Browser) -> None:
    one, two = (NameKey(f"<script>{n}</script>\"'<!--", "</bdi><b>") for n in range(2))
    noor.upload(csv_of(row(one, two, "same", "<i>Bo</i>")))
    page = noor.upload(
        csv_of(row(one, two, "same", "<i>Bo</i>"), row(one, two, "different", "<i>An</i>"), ["<u>"])
    ).page
    assert page.faults == []
    assert {one.tag for one in page.elements} & {"b", "i", "u"} == set()
    assert len(page.all("script")) == 1
