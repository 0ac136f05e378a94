"""On Spark a run gives what it gives on one machine, row for row; where it cannot, it says so."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.engine import Decisions, Local
from coalitie.pipeline.intake import Job
from coalitie.pipeline.language.model import choose_model
from coalitie.pipeline.names_in_use import Uses
from coalitie.pipeline.organisations import Blocking, Registry, matcher_of, resolve
from coalitie.pipeline.organisations.comparing import Evidence, compare_all
from coalitie.pipeline.organisations.grouping import grouped, shown
from coalitie.pipeline.organisations.judgements import standing
from coalitie.pipeline.organisations.resolving import assembled
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.reading.columns import TableColumns
from coalitie.pipeline.reading.opening import Choices
from coalitie.pipeline.records import Band, Judgement, NameKey, NameUse, Verdict
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run import Order, extract
from coalitie.pipeline.run_folder import read_run_folder
from coalitie.pipeline.spark import session as starting
from coalitie.pipeline.spark.components import parts_of
from coalitie.pipeline.spark.inputs import has_scheme
from coalitie.pipeline.spark.matcher import Rules, matcher_for
from coalitie.pipeline.spark.reading import _Key, _opened
from coalitie.pipeline.spark.whole import url_of
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
RULES = Rulebook()
MATCHER = matcher_of(RULES)
PAGE = """Coalitie in {place}, Gelderland

Wij werken samen tegen eenzaamheid.

Deelnemers

• Gemeente {place}
• {own}
• St. {own}
• GGD
• Bibliotheek {place}

Contact

Anna Voorbeeld, anna@{place}.example
"""
OWNS = ("Welzijn Tjarda", "De Vlierhof", "Stichting Welzijn Tjarda", "Woonzorg Elmare", "Woonzorg Elmara")
PLACES = ("Tiel", "Ede", "Zutphen", "Arnhem", "Buren")
# so low that a few names already go through the index, and that some keys are too common
LOW = Blocking(all_pairs_up_to=8, block=4, here=8)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all tests of this file: a run takes the one that is active."""
    pytest.importorskip("pyspark", reason="pyspark is not installed (pip install 'coalitie[spark]')")
    if not starting.has_java():
        pytest.skip("there is no Java to start Spark with (Debian: openjdk-17-jre-headless)")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PYSPARK_PYTHON", "SPARK_LOCAL_IP"):
            patch.setenv(name, os.environ.get(name, ""))  # put back afterwards
        patch.delenv("PYSPARK_PYTHON")
        patch.delenv("SPARK_LOCAL_IP")
        # what Java compiles well, it compiles too late for rows by the dozen
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        with starting.spark_session("local[2]") as session:
            yield session


def uses(*keys: NameKey, documents: int = 0) -> Uses:
    """Names in use, each in two of so many documents."""
    chance = random.Random(7)
    some = {k: frozenset(f"d{chance.randrange(documents)}" for _ in range(2 * bool(documents))) for k in sorted(keys)}
    return Uses({key: NameUse(key, 1 + len(key.name) % 3, printed_in) for key, printed_in in some.items()}, {})


def names() -> list[NameKey]:
    """Invented names in several spellings: of one town and of two, kind words alone, initials, a slip, many alike."""
    made = [
        NameKey(f"{kind} {own}", place)
        for kind in ("Stichting", "Buurthuis")
        for own in ("Tjarda", "Elmare", "Elmara")
        for place in PLACES[:3]
    ]
    made += [
        NameKey(name, place)
        for name in ("Welzijn Vlierkamp", "Welzijn Vlirkamp", "WVK", "bibliotheek", "GGD")
        for place in ("Ede", "")
    ]
    made += [NameKey(f"{name} Noorderzijl", "Tiel") for name in ("Zorg", "Wonen", "Sport", "Muziek", "Toneel", "Koor")]
    return [*made, NameKey("Gemeente Tiel", "Tiel"), NameKey("gem. Tiel", "Tiel"), NameKey("Rode Kruis", "Ede")]


def judged(*words: tuple[NameKey, NameKey, Verdict]) -> Decisions:
    return Decisions(
        tuple(
            Judgement(a, b, said, "An", "2030-01-01T00:00:00Z", "", line) for line, (a, b, said) in enumerate(words, 2)
        )
    )


STEWARDS = judged(
    (NameKey("Koor Noorderzijl", "Tiel"), NameKey("Rode Kruis", "Ede"), Verdict.SAME),
    (NameKey("Buurthuis Elmare", "Ede"), NameKey("Stichting Elmare", "Ede"), Verdict.DIFFERENT),
    (NameKey("GGD", "Ede"), NameKey("bibliotheek", "Ede"), Verdict.UNSURE),
    (NameKey("Is Er Niet", "Ede"), NameKey("GGD", "Ede"), Verdict.SAME),
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files, two of one name, one that is broken, an archive, a table, and something that is no text."""
    import pandas

    folder = tmp_path_factory.mktemp("spark") / "texts [nieuw]"
    for part in ("oost", "west"):
        (folder / part).mkdir(parents=True)
        (folder / part / "buren.txt").write_text(
            PAGE.format(place="Buren", own=f"De Vlierhof {part}"), encoding="utf-8"
        )
    (folder / "tiel.txt").write_text(PAGE.format(place="Tiel", own="Welzijn Tjarda"), encoding="utf-8")
    (folder / "kapot.pdf").write_bytes(b"%PDF-1.7 en verder niets")
    (folder / "leeg.txt").write_bytes(b"")
    (folder / "foto.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with zipfile.ZipFile(folder / "dump.zip", "w") as archive:
        for place, own in zip(PLACES, OWNS, strict=True):
            archive.writestr(f"deel/{place.lower()}.txt", PAGE.format(place=place, own=own))
        archive.writestr("deel/kapot.docx", b"PK\x03\x04")
    rows = [{"nr": f"p{n}", "tekst": PAGE.format(place=place, own="Woonzorg Elmare")} for n, place in enumerate(PLACES)]
    pandas.DataFrame([*rows, {"nr": "leeg", "tekst": ""}]).to_parquet(folder / "paginas.parquet", engine="pyarrow")
    (folder / "judgements.csv").write_text(
        "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"
        "Woonzorg Elmare,Arnhem,Woonzorg Elmara,Buren,same,An,2030-01-01T00:00:00Z,\n"
        "De Vlierhof,Ede,St. De Vlierhof,Ede,different,An,2030-01-01T00:00:00Z,\n",
        encoding="utf-8",
    )
    return folder


def order(texts: Path, out: Path, **wishes: Any) -> Order:
    given = {
        "inputs": (str(texts),),
        "model": "blank:nl",
        "choices": Choices(columns=TableColumns("tekst", "nr")),
        "judgements": texts / "judgements.csv",
        **wishes,
    }
    return Order(out=out, **given)


@pytest.fixture(scope="module")
def local_run(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local") / "run"
    extract(order(texts, out))
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}


# --- the same as on one machine --------------------------------------------------------------------------


@pytest.mark.parametrize("with_scheme", [False, True], ids=["path", "url"])
def test_a_run_is_that_of_one_machine(
    with_scheme: bool, spark: Any, texts: Path, local_run: Path, tmp_path: Path
) -> None:
    source = f"file://{texts}".replace("[", "\\[").replace("]", "\\]") if with_scheme else str(texts)
    summary = extract(order(texts, tmp_path / "run", inputs=(source,), engine="spark", master="local[2]"))
    assert files(tmp_path / "run") == files(local_run)
    assert {failure.source for failure in summary.failures} >= {"kapot.pdf", "leeg.txt", "dump.zip/deel/kapot.docx"}
    assert summary.skipped == ("foto.jpg",)
    if not with_scheme:
        again = extract(order(texts, tmp_path / "run", engine="spark"))
        assert again.n_unchanged == summary.counts["documents"]
        assert files(tmp_path / "run") == files(local_run)


def test_tables_of_parquet_hold_the_same_rows(spark: Any, texts: Path, local_run: Path, tmp_path: Path) -> None:
    import pandas

    out = tmp_path / "run"
    summary = extract(order(texts, out, engine="spark", formats=("parquet",)))
    stored = read_run_folder(local_run)
    for row_type, rows in stored.tables.named():
        expected = [tuple(getattr(v := getattr(row, n), "value", v) for n in row.__slots__) for row in rows]
        frame = pandas.read_parquet(out / "parquet" / row_type.NAME, engine="pyarrow").astype(object)
        found = [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]
        assert found == expected, row_type.NAME
        assert summary.counts[row_type.NAME] == len(expected)
    contents = pandas.read_parquet(out / "parquet" / "texts", engine="pyarrow")
    assert dict(zip(contents["document_id"], contents["content"], strict=True)) == stored.contents
    assert sorted(path.name for path in out.iterdir()) == ["parquet", "run.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_names_are_resolved_as_on_one_machine(spark: Any) -> None:
    from coalitie.pipeline.spark import SparkEngine

    in_use = uses(*names(), documents=9)
    expected = Local(LOW).resolve(in_use, RULES, STEWARDS, Registry())
    assert expected.comparing.indexed
    assert expected.comparing.cut > 0, "no key is too common: the limits of this test are too high"
    assert any(link.method == "judgement" for link in expected.links)
    assert SparkEngine(spark, LOW, alone_up_to=0).resolve(in_use, RULES, STEWARDS, Registry()) == expected


def test_few_forms_of_many_names_are_held_all_against_all(spark: Any) -> None:
    from coalitie.pipeline.spark import SparkEngine

    few = Blocking(all_pairs_up_to=9, block=5)
    in_use = uses(
        *(NameKey(own, place) for own in ("Tjarda", "St. Tjarda", "Tjerda", "Huis Elmare") for place in PLACES)
    )
    expected = Local(few).resolve(in_use, RULES, Decisions(), Registry())
    assert not expected.comparing.indexed
    assert SparkEngine(spark, few, alone_up_to=0).resolve(in_use, RULES, Decisions(), Registry()) == expected


# --- parts of the names ----------------------------------------------------------------------------------

TIES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=25)


@given(TIES, st.integers(1, 30))
def test_parts_hold_whole_components(ties: list[tuple[int, int]], size: int) -> None:
    parts = parts_of(20, ties, size)
    assert all(parts.component[a] == parts.component[b] for a, b in ties)
    members: dict[int, list[int]] = {}
    for at, label in enumerate(parts.component):
        members.setdefault(label, []).append(at)
    assert all(label == min(found) for label, found in members.items())
    assert all(len({parts.part[at] for at in found}) == 1 for found in members.values())
    assert parts.largest == max(map(len, members.values()))
    reached = {frozenset(found) for found in members.values()}
    for found in reached:  # nothing that could be parted is together
        for split in (set(found) & {min(found)},):
            rest = found - split
            assert not rest or any((a in split) != (b in split) for a, b in ties if a in found and b in found)
    filled = [sum(parts.part[at] == part for at in range(20)) for part in sorted(set(parts.part))]
    assert all(n <= max(size, parts.largest) for n in filled)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(names()), min_size=2, max_size=25, unique=True), st.integers(1, 8))
def test_names_that_nothing_ties_can_be_grouped_apart(keys: list[NameKey], size: int) -> None:
    in_use = uses(*keys)
    whole = resolve(in_use.sorted(), RULES, STEWARDS.judgements)
    ordered, said = sorted(keys), standing(STEWARDS.judgements)
    read = [MATCHER.reader.read(key) for key in ordered]
    identities = {name.key: MATCHER.identifier.identify(name) for name in read}
    compared = compare_all(MATCHER, read, identities, [frozenset()] * len(ordered), said)
    at = {key: position for position, key in enumerate(ordered)}
    scored = compared.evidence.scored
    ties = [(at[a], at[b]) for (a, b), pair in scored.items() if pair.band is Band.AUTO]
    ties += [
        (at[a], at[b])
        for a, b in itertools.combinations(ordered, 2)
        if identities[a].anchor and identities[a].anchor == identities[b].anchor
    ]
    ties += [(at[w.a], at[w.b]) for w in STEWARDS.judgements if w.verdict is Verdict.SAME and w.a in at and w.b in at]
    parts = parts_of(len(ordered), ties, size)
    made = []
    for number in sorted(set(parts.part)):
        mine = {key for key in ordered if parts.part[at[key]] == number}
        inside = {pair: found for pair, found in scored.items() if mine.issuperset(pair)}
        evidence = Evidence(inside, [pair for pair in compared.evidence.conflicts if mine.issuperset(pair)], {})
        made.append(grouped(MATCHER, {key: in_use.by_key[key].n_mentions for key in mine}, evidence, said, ()))
    apart = [pair for (a, b), pair in scored.items() if parts.part[at[a]] != parts.part[at[b]]]
    between = [found for pair in apart if (found := shown(pair, said.get((pair.a, pair.b))))]
    assert assembled(made, between, said, dict.fromkeys(ordered), Registry(), MATCHER, compared.figures) == whole


# --- what is refused -------------------------------------------------------------------------------------

REFUSED = [
    ({"engine": "storm"}, "--engine storm is not known"),
    ({"master": "local[2]"}, "goes with --engine spark"),
    ({"engine": "spark", "formats": ("papier",)}, "format papier is not known"),
    ({"engine": "spark", "formats": ("parquet",), "newest": True}, "--newest needs all texts together"),
    ({"engine": "spark", "formats": ("parquet",), "excel": True}, "--excel needs all texts together"),
    ({"engine": "spark", "resume": True}, "--resume goes with the local engine"),
]


@pytest.mark.parametrize(("wishes", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_wishes_that_do_not_go_together_are_refused(
    wishes: dict[str, Any], words: str, texts: Path, tmp_path: Path
) -> None:
    with pytest.raises(Unusable, match=words):
        extract(order(texts, tmp_path / "run", **wishes))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["", "/niets.txt", "/*.txt"])
def test_an_address_without_texts_is_refused(name: str, spark: Any, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    with pytest.raises(Unusable, match=r"no texts|does not exist, or matches no file"):
        extract(Order((f"file://{tmp_path}/leeg{name}",), tmp_path / "run", model="blank:nl", engine="spark"))


def test_without_pyspark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(Unusable, match=r"pip install 'coalitie\[spark\]'"), starting.spark_session("local"):
        pass


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = pytest.importorskip("pyspark.sql")
    monkeypatch.setattr(sql.SparkSession, "getActiveSession", staticmethod(lambda: None))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Unusable, match="needs Java 17"), starting.spark_session("local"):
        pass


def test_a_worker_that_has_something_else_is_refused() -> None:
    with pytest.raises(Unusable, match="install the same on every node"):
        _opened(_Key(Job(model=choose_model("blank:nl")), "of another program"))
    with pytest.raises(Unusable, match="other rules"):
        matcher_for(Rules(None, "of other rules"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3a://b/x", True),
        ("hdfs:///x", True),
        ("file:/x", True),
        ("C:/x", False),
        ("raw", False),
        ("a:b", False),
        ("", False),
    ],
)
def test_what_spark_has_to_look_for(name: str, expected: bool) -> None:
    assert has_scheme(name) is expected


@pytest.mark.parametrize(
    ("out", "expected"), [("s3a://b/x", "s3a://b/x"), ("hdfs:///x", "hdfs://x"), ("extracted", ""), ("/a/b", "")]
)
def test_an_address_survives_in_a_path(out: str, expected: str) -> None:
    assert url_of(Path(out)) == expected
