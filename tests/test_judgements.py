"""The judgements file: read with its lines, appended without loss."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from coalitie.pipeline.organisations.judgements import (
    JudgementError,
    append_judgements,
    judgements_table,
    pair_key,
    read_judgements,
    standing,
)
from coalitie.pipeline.records import Judgement, NameKey, Verdict
from hypothesis import given
from hypothesis import strategies as st

HEAD = "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"

# names as they are compared: folded, so without white space at the ends
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8)


def _judgement(number: int, verdict: Verdict = Verdict.SAME) -> Judgement:
    return Judgement(
        NameKey(f"Zz {number}", "Zutphen"), NameKey(f"Aa {number}"), verdict, "steward", "2030-01-01", "a\nb"
    )


def _verdicts(path: Path) -> list[Verdict | None]:
    """What counts about each pair of a file, None where stewards disagree."""
    return [found.judgement.verdict if found.judgement else None for found in standing(read_judgements(path)).values()]


def test_round_trip_in_key_order(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "judgements.csv"
    append_judgements(path, [_judgement(1)])
    append_judgements(path, [_judgement(2, Verdict.UNSURE)])
    rows = read_judgements(path)
    assert [(r.a.name, r.b.name, r.verdict, r.line) for r in rows] == [
        ("Aa 1", "Zz 1", Verdict.SAME, 2),
        ("Aa 2", "Zz 2", Verdict.UNSURE, 3),
    ]
    assert rows[0].note == "a b"
    assert path.read_bytes().startswith(HEAD.encode())


def test_both_orders_are_one_key_and_the_last_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(HEAD + "A,,B,Ede,same,x,,\nB,Ede,A,,different,x,,\n", encoding="utf-8")
    assert _verdicts(path) == [Verdict.DIFFERENT]


def test_a_file_without_last_line_end_is_not_glued(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(HEAD + "A,,B,,same,x,,", encoding="utf-8")
    append_judgements(path, [_judgement(1)])
    assert len(read_judgements(path)) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name_a,name_b\n", "column municipality_a is missing"),
        (HEAD + "A,,B,,maybe,x,,\n", "line 2: judgement 'maybe'; expected one of same, different, unsure, withdrawn"),
        (HEAD + ",,B,,same,x,,\n", "line 2: name_a and name_b may not be empty"),
        (HEAD + "A,,A,,same,x,,\n", "cannot be judged against itself"),
        (HEAD + "A,,B,,same,x,,,,extra\n", "more fields than columns"),
    ],
)
def test_a_broken_file_names_its_line(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(JudgementError, match=complaint):
        read_judgements(path)


@pytest.mark.parametrize("content", ["", "\n", HEAD, HEAD + ",,,,,,,\n"])
def test_nothing_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "judgements.csv"
    assert read_judgements(path) == ()
    path.write_text(content, encoding="utf-8")
    assert read_judgements(path) == ()


_WRITER = """
import sys
from pathlib import Path
from coalitie.pipeline.organisations.judgements import append_judgements
from coalitie.pipeline.records import Judgement, NameKey, Verdict
for number in range(50):
    said = Judgement(NameKey(f"A {sys.argv[2]} {number}"), NameKey("B"), Verdict.SAME, note="x" * 500)
    append_judgements(Path(sys.argv[1]), [said])
"""


def test_four_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(n)]) for n in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert len(standing(read_judgements(path))) == 200
    assert len(read_judgements(path)) == 200


WHO_SAID_WHAT = [
    # words on one pair, by steward, in order; what counts; whether the stewards disagree
    ("a same", "same", False),
    ("a same, a different", "different", False),
    ("a same, b different", None, True),
    ("a different, b same", None, True),
    ("a same, b different, b same", "same", False),
    ("a same, b different, c same", None, True),
    ("a same, b different, b withdrawn", "same", False),
    ("a same, b unsure", "unsure", False),
    ("a same, b different, a unsure", "unsure", False),
    ("a same, a withdrawn", "nothing", False),
    ("a withdrawn", "nothing", False),
    ("- same, - different", "different", False),
    ("a same, - different", "different", False),
    ("- different, a same", "same", False),
]


@pytest.mark.parametrize(("words", "counts", "contradicted"), WHO_SAID_WHAT)
def test_what_holds_where_several_spoke(tmp_path: Path, words: str, counts: str | None, contradicted: bool) -> None:
    path = tmp_path / "judgements.csv"
    said = [word.split() for word in words.split(", ")]
    path.write_text(
        HEAD + "".join(f"A,,B,Ede,{v},{'' if who == '-' else who},,\n" for who, v in said), encoding="utf-8"
    )
    found = standing(read_judgements(path)).get(pair_key(NameKey("B", "Ede"), NameKey("A")))
    if counts == "nothing":
        assert found is None
    else:
        assert found is not None
        assert (found.judgement.verdict if found.judgement else None) == counts
        assert found.contradicted is contradicted


# --- a file that is kept open ------------------------------------------------------------------------


def test_an_open_table_reads_on_and_notices_edits(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    mine, theirs = judgements_table(path), judgements_table(path)
    assert mine.rows() == ()
    for number in range(3):
        assert theirs.append(
            lambda rows, n=number: [(f"A{n}", "", "B", "", "same", "x", "", "")] * (n + 1 - len(rows))
        ) in (0, 1)
        assert [row.a.name for row in mine.rows()] == [f"A{n}" for n in range(number + 1)]
    assert [row.line for row in mine.rows()] == [2, 3, 4]
    path.write_text(path.read_text(encoding="utf-8").replace("A0", "A9"), encoding="utf-8")
    assert [row.a.name for row in mine.rows()] == ["A9", "A1", "A2"]
    path.unlink()
    assert mine.rows() == ()


def test_a_row_broken_off_is_told_and_later_rows_stay(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    table = judgements_table(path)
    path.write_text(HEAD + "A,,B,,same,x,,\nA,,C,,sa", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(JudgementError, match=r"line 3: judgement 'sa'"):
            table.rows()
    with pytest.raises(JudgementError, match="line 3"):
        table.append(lambda _: [("A", "", "D", "", "same", "x", "", "")])
    assert path.read_text(encoding="utf-8").endswith("sa")


def test_nothing_is_written_where_nothing_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    assert judgements_table(path).append(lambda _: []) == 0
    assert path.read_bytes() == b""


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from([*Verdict, None])), max_size=12), st.data())
def test_whatever_the_names_a_table_reads_on_as_it_reads_anew(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, Verdict | None]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("table") / "judgements.csv"
    table = judgements_table(path)
    wanted = []
    for number, (a, b, verdict) in enumerate(rows):
        word = Judgement(NameKey(a, "Ede"), NameKey(b), verdict, f"s{number}")
        append_judgements(path, [word])
        wanted.append((pair_key(word.a, word.b), verdict))
        if data.draw(st.booleans()):
            table.rows()
    assert [(pair_key(row.a, row.b), row.verdict) for row in table.rows()] == wanted
    assert table.rows() == read_judgements(path)
