"""The judgements file: read with its lines, appended without loss."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from coalitie.pipeline.organisations.judgements import JudgementError, append_judgements, latest, read_judgements
from coalitie.pipeline.records import Judgement, NameKey, Verdict

HEAD = "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"


def _judgement(number: int, verdict: Verdict = Verdict.SAME) -> Judgement:
    return Judgement(
        NameKey(f"Zz {number}", "Zutphen"), NameKey(f"Aa {number}"), verdict, "steward", "2030-01-01", "a\nb"
    )


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
    path.write_text(HEAD + "A,,B,Ede,same,x,,\nB,Ede,A,,different,y,,\n", encoding="utf-8")
    said = latest(read_judgements(path))
    assert [j.verdict for j in said.values()] == [Verdict.DIFFERENT]


def test_a_file_without_last_line_end_is_not_glued(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(HEAD + "A,,B,,same,x,,", encoding="utf-8")
    append_judgements(path, [_judgement(1)])
    assert len(read_judgements(path)) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name_a,name_b\n", "column municipality_a is missing"),
        (HEAD + "A,,B,,maybe,x,,\n", "line 2: judgement 'maybe'; expected one of same, different, unsure"),
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
    assert len(latest(read_judgements(path))) == 200
    assert len(read_judgements(path)) == 200
