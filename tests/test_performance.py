"""What keeps a run fast and small: the same results however it is done, and no work that grows faster than the texts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from coalitie.commands.terminal import in_time, seconds_left
from coalitie.pipeline import run as running
from coalitie.pipeline.datapackage import Counted
from coalitie.pipeline.document import read_document
from coalitie.pipeline.evaluation import evaluate
from coalitie.pipeline.intake import Page
from coalitie.pipeline.journal import Journal
from coalitie.pipeline.language.words import words_before
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.learned.linear import LinearModel
from coalitie.pipeline.learned.surroundings import Surroundings, tokens
from coalitie.pipeline.names_in_use import collect_from_parts, collect_from_tables
from coalitie.pipeline.records import Block, BlockKind, Section, SectionKind, Text
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.literals import Family, needed_words
from coalitie.pipeline.run import Order, extract
from coalitie.pipeline.run_files import run_files, run_streams
from coalitie.pipeline.spans import Spans, Taken
from coalitie.pipeline.stored_pages import StoredPages
from coalitie.pipeline.tables import document_rows, joined
from hypothesis import given, settings
from hypothesis import strategies as st

BENCH = Path(__file__).resolve().parent.parent / "bench"
RULES = Rulebook()
LEARNED = Learned.of(RULES)


def run_bench(script: str, *options: object) -> str:
    command = [sys.executable, BENCH / script, *map(str, options)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=300).stdout


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


# --- made pages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    run_bench("corpus.py", 24, folder, "--seed", 5)
    return folder


def test_a_corpus_is_the_same_for_a_seed_and_another_for_another(corpus: Path, tmp_path: Path) -> None:
    run_bench("corpus.py", 12, tmp_path / "same", "--seed", 5)
    run_bench("corpus.py", 12, tmp_path / "other", "--seed", 6)
    same, whole = files(tmp_path / "same"), files(corpus)
    assert len(same) == 24
    assert same.items() <= whole.items()  # a page does not depend on how many there are
    assert files(tmp_path / "other") != same


@pytest.fixture(scope="module")
def read(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "one"
    extract(Order(inputs=(str(corpus / "texts"),), out=out, model="blank:nl", workers=1, excel=True))
    return out


def test_what_a_made_page_says_is_in_its_record(corpus: Path, read: Path) -> None:
    figures = evaluate(read, corpus / "gold").figures
    for name in ("title", "dates", "dates_values", "counts_values", "contacts"):
        assert figures[name].f1 > 0.97, name
    for name in ("headings", "participants", "organisation_mentions"):
        assert figures[name].f1 > 0.85, name
    assert figures["participants"].n > 100


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bytes(corpus: Path, read: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "run"
    extract(Order(inputs=(str(corpus / "texts"),), out=out, model="blank:nl", workers=workers, excel=True))
    assert files(out) == files(read)


# --- rows on the disk ---------------------------------------------------------------------------------


def pages(texts: Iterable[tuple[str, str]]) -> list[Page]:
    found = []
    for source, content in texts:
        document = read_document(Text(source, content, "utf-8", "ab"), RULES, None, LEARNED)
        found.append(Page(source, document_rows("x", document), content))
    return found


def test_rows_from_the_disk_are_those_in_memory(corpus: Path, tmp_path: Path) -> None:
    texts = [(path.name, path.read_text("utf-8")) for path in sorted((corpus / "texts").iterdir())[:8]]
    journal = Journal(tmp_path / "journal", "basis")
    made = pages(texts)
    at = {page.source: journal.add(page) for page in reversed(made)}
    journal.close()
    stored = StoredPages(tmp_path / "journal", sorted((source.removesuffix(".txt"), at[source]) for source in at))
    whole = joined(list(stored.parts()))
    assert [row.document_id for row in whole.documents] == sorted(path.removesuffix(".txt") for path, _ in texts)
    assert collect_from_parts(stored.parts()) == collect_from_tables(whole)
    counts = {row_type.NAME: len(rows) for row_type, rows in whole.named()}
    tables = stored.tables(counts)
    assert all(list(rows) == list(mine) for (_, rows), (_, mine) in zip(tables.named(), whole.named(), strict=True))
    assert tables.sections[1:3] == whole.sections[1:3]
    in_memory = run_files(whole, dict(stored.contents), dict(stored.origins), ("csv", "jsonl"), excel=True)
    streams = run_streams(tables, stored.parts(), stored.contents, stored.origins, ("csv", "jsonl"), excel=True)
    assert {name: b"".join([data] if isinstance(data, bytes) else data) for name, data in streams.items()} == in_memory


def test_a_text_without_rows_has_its_place(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "basis")
    at = [
        (name, journal.add(page))
        for name, page in zip("abc", pages([("1", "x\n"), ("2", "\n"), ("3", "")]), strict=True)
    ]
    journal.close()
    stored = StoredPages(tmp_path / "journal", at)
    assert [part.documents[0].document_id for part in stored.parts(["contacts"])] == ["a", "b", "c"]
    assert dict(stored.contents) == {"a": "x\n", "b": "\n", "c": ""}
    with pytest.raises(KeyError):
        stored.contents["d"]


def test_a_file_in_pieces_is_counted_when_it_has_gone() -> None:
    pieces = Counted([b"ab", b"", b"c"])
    assert pieces.sha256 == ""
    assert b"".join(pieces) == b"abc"
    assert (pieces.size, pieces.sha256[:8]) == (3, "ba7816bf")


def test_rows_are_not_held_while_tables_are_written(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment more rows of texts than those of a few pages are alive."""
    alive: list[int] = []
    original = running.publish

    def watched(target: Path, given: dict[str, object], owned: object) -> None:
        import gc

        from coalitie.pipeline.rows import EntityRow

        def seen(data: Iterable[bytes]) -> Iterable[bytes]:
            for number, piece in enumerate(data):
                if number in (8, 16):
                    alive.append(sum(isinstance(one, EntityRow) for one in gc.get_objects()))
                yield piece

        original(target, {n: seen(d) if n == "documents.jsonl" else d for n, d in given.items()}, owned)  # type: ignore[arg-type, attr-defined]

    monkeypatch.setattr(running, "publish", watched)
    out = tmp_path / "run"
    extract(Order(inputs=(str(corpus / "texts"),), out=out, model="blank:nl", workers=1))
    n_rows = len((out / "entities.csv").read_bytes().splitlines()) - 1
    assert n_rows > 200
    assert len(alive) >= 2
    assert max(alive) < n_rows / 2


# --- growth -------------------------------------------------------------------------------------------


def characters_searched(monkeypatch: pytest.MonkeyPatch, content: str) -> int:
    """How much of a text is handed to what looks in front of words."""
    from coalitie.pipeline.participants import clauses, reader

    seen = [0]

    def counting(text: str, start: int, end: int, count: int) -> str:
        found = words_before(text, start, end, count)
        seen[0] += len(found)
        return found

    for module in (clauses, reader):
        monkeypatch.setattr(module, "words_before", counting)
    read_document(Text("x", content, "utf-8", ""), RULES, None, LEARNED)
    return seen[0]


@pytest.mark.parametrize(
    "text_of",
    [
        lambda n: "Nieuws\n\nDe coalitie bestaat uit " + ", ".join(f"Stichting Wezel{i}" for i in range(n)) + ".",
        lambda n: "Nieuws\n\nMet ons werken " + ", ".join(f"bakkers en Stichting Wezel{i}" for i in range(n)) + ".",
    ],
    ids=["an enumeration", "an enumeration with nouns"],
)
def test_what_is_looked_at_grows_with_the_text(text_of: Callable[[int], str], monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (characters_searched(monkeypatch, text_of(n)) for n in (20, 80))
    assert few > 0
    assert many < 6 * few  # four times the text; its square would be sixteen times


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=12), st.integers(0, 40), st.integers(1, 9))
def test_spans_meet_as_one_by_one(spans: list[tuple[int, int]], start: int, length: int) -> None:
    ends = [(a, a + b) for a, b in spans]
    assert Spans(ends).meet(start, start + length) == any(a < start + length and start < b for a, b in ends)
    taken, kept = Taken(), []
    for a, b in ends:
        if b > a and not taken.meet(a, b):
            assert not any(x < b and a < y for x, y in kept)
            taken.add(a, b)
            kept.append((a, b))
    assert taken.meet(start, start + length) == any(a < start + length and start < b for a, b in kept)


@given(st.text("ab ,\n", max_size=30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 4))
def test_the_words_before_a_position_are_its_end(text: str, start: int, end: int, count: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    found = words_before(text, start, end, count)
    assert text[start:end].endswith(found)
    assert found == text[start:end] or len(found.split()) >= count


@given(st.text("Aab'- .12é,", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_words_beside_a_stretch_are_those_of_the_text_beside_it(sentence: str, start: int, end: int) -> None:
    content = f"{sentence.strip() or 'x'}"
    start, end = sorted((min(start, len(content)), min(end, len(content))))
    block = Block(BlockKind.PARAGRAPH, 0, len(content), 0)
    around = Surroundings(content, [Section(0, "", SectionKind.INTRO, None, 0, 0, len(content), "", (block,))], RULES)
    setting = around.of(start, end)
    if setting is None:
        return
    assert around.left(setting, start) == tokens(content[setting.sentence.start : start])[::-1][:40]
    assert around.right(setting, end) == tokens(content[end : max(end, setting.sentence.end)])[:40]


# --- patterns that are worth trying ---------------------------------------------------------------------

PATTERNS = (
    r"\b(?:doet|doen) (?:\w+ ){0,3}mee\b", r"^samen", r"(?:abc|abd)+e?", r"ab*c", r"(?i)Straat\b", r"[ab]cd?", r"", r"a|b",
    r"(?:kern)?partner", r"(?=xyz)abc", r"(?<!abc)def", r"(?P<x>lopen){2}", r"\d+ leden",
)  # fmt: skip


@settings(max_examples=300)
@given(st.sampled_from(PATTERNS), st.text("abcdexyz", max_size=6), st.sampled_from(
    ["doet mee", "doen wij ook mee", "samen", "partner", "kernpartner", "LopenLopen", "lopenlopen", "12 leden", "STRAAT", "Straat", "ſtraat", ""]
))  # fmt: skip
def test_no_pattern_that_matches_is_passed_over(pattern: str, left: str, right: str) -> None:
    compiled = re.compile(pattern)
    family = Family([(compiled, "rule")])
    for _ in range(201):  # behind the point from which the words of patterns are looked at
        worth = [rule for _, rule in family.worth(left + right)]
    assert worth or not compiled.search(left + right)


def test_the_words_that_a_pattern_needs() -> None:
    assert needed_words(re.compile(r"\b(?:gaat|komt) (?:\w+ ){0,3}er\b")) == ("gaat", "komt")
    assert needed_words(re.compile(r"[ab]\d*")) == ()
    assert needed_words(re.compile(r"(?i)Straat")) == ("straat",)
    assert needed_words(re.compile(r"abc|d")) == ()  # the second branch is too short to look for


def test_the_rules_pass_most_patterns_over() -> None:
    rules = Rulebook()
    lines = ["Samen koffie drinken in de wijk", "Deelnemers", "Stichting Wezel doet mee"] * 100
    for line in lines:
        rules.membership.read(line + " ")
    compiled = rules.membership._compiled
    for at in range(250):
        list(compiled.worth(f"regel {at}"))
    assert len(list(compiled.worth("er wordt koffie gedronken"))) * 2 < len(rules.membership.predicates)


# --- weighing -------------------------------------------------------------------------------------------


def test_a_decision_without_evidence_is_the_bias() -> None:
    model = LinearModel(("a", "b"), (0.0, 1.0), {"x": (3.0, 0.0)})
    nothing, something = model.decide(["y"]), model.decide(["x", "x", "y"])
    assert (nothing.answer, nothing.reasons) == ("b", ())
    assert (something.answer, something.reasons, something.why) == ("a", ("x +3.0",), "x +3.0")
    assert sum(something.shares.values()) == pytest.approx(1)


# --- progress -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("laps", "total", "left"),
    [
        ([(0.0, 0), (10.0, 100)], 300, 20.0),
        ([(0.0, 0), (10.0, 100), (20.0, 400)], 1000, 30.0),  # the pace of all laps that are kept
        ([(0.0, 50), (10.0, 150)], 150, None),  # done
        ([(0.0, 0)], 100, None),  # one look at the clock is no pace
        ([(0.0, 0), (4.0, 100)], 300, None),  # too early
        ([(0.0, 0), (60.0, 19)], 300, None),  # too few
    ],
)
def test_the_time_left(laps: list[tuple[float, int]], total: int, left: float | None) -> None:
    assert seconds_left(laps, total) == left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59.0, "under a minute"), (61.0, "about 1 min"), (550.0, "about 9 min"), (780.0, "about 15 min"),
        (5300.0, "about 90 min"), (5400.0, "about 2 h"), (40_000.0, "about 11 h"),
    ],
)  # fmt: skip
def test_an_estimate_is_not_more_exact_than_it_is(seconds: float, words: str) -> None:
    assert in_time(seconds) == words
