"""The steward's desk without HTTP: the order of the queue, what decisions lead to, and what a real run makes of them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import log2
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from coalitie.pipeline import rerun as rerunning
from coalitie.pipeline.awaiting import Consequences, Said
from coalitie.pipeline.organisations.judgements import COLUMNS, Pair, pair_key, read_judgements, standing
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Band, NameKey, OrganisationType, Property, Verdict
from coalitie.pipeline.review import history
from coalitie.pipeline.review import index as indexing
from coalitie.pipeline.review.desk import Desk, Refusal
from coalitie.pipeline.review.history import State
from coalitie.pipeline.review.index import read_index
from coalitie.pipeline.review.ledger import Word
from coalitie.pipeline.review.queue import HELD_FOR, Judged, Wanted, value
from coalitie.pipeline.run_folder import read_run_folder
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
Made, desk_of, resolved_run, written_run = runs.Made, runs.desk_of, runs.resolved_run, runs.written_run

SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE
HEAD = f"{','.join(COLUMNS)}\n"


def key(name: str, municipality: str = "Tiel") -> NameKey:
    return NameKey(name, municipality)


# --- the queue -----------------------------------------------------------------------------------------

ALFA, ALVA, BETA, BETHA, GAMMA, GAMA = map(key, ("Alfa", "Alva", "Béta", "Betha", "Gamma", "Gama"))
SIX = {f"org-{n}": [one] for n, one in enumerate((ALFA, ALVA, BETA, BETHA, GAMMA, GAMA))}
PRINTED = {"t1": [ALFA, BETA, GAMMA], "t2": [ALFA, BETHA], "t3": [ALVA], "t4": [ALFA]}
TYPES = {"org-0": OrganisationType.SPORT, "org-3": OrganisationType.KERK}
PAIRS = (
    Made(GAMMA, GAMA, 0.5, pair_id="p-low"),  # one text
    Made(ALFA, ALVA, 0.5, pair_id="p-top"),  # four texts, as uncertain as can be
    Made(BETA, BETHA, 0.9, pair_id="p-sure"),  # two texts
    Made(ALFA, BETA, 0.1, Band.DISTINCT, pair_id="p-distinct"),
    Made(ALVA, BETHA, 0.99, Band.AUTO, pair_id="p-auto"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(written_run(tmp_path / "run", SIX, PAIRS, PRINTED, TYPES))


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Desk:
    made: Desk = desk_of(folder, tmp_path / "j.csv")
    return made


def ids(desk: Desk, wanted: Wanted) -> list[str]:
    return [row.pair_id for row in desk.select(wanted)]


def test_the_most_valuable_pair_comes_first(desk: Desk) -> None:
    assert ids(desk, Wanted(band=None)) == ["p-top", "p-distinct", "p-low", "p-sure", "p-auto"]
    assert desk.next(None, Wanted(), "an") == "p-top"


@pytest.mark.parametrize(
    ("score", "texts", "worth"),
    [
        (0.5, 4, 4.0),
        (0.5, 1, 1.0),
        (0.9, 4, 4 * -(0.9 * log2(0.9) + 0.1 * log2(0.1))),
        (0.1, 4, 4 * -(0.9 * log2(0.9) + 0.1 * log2(0.1))),
        (1.0, 4, 0.0),
        (0.0, 4, 0.0),
    ],
)
def test_value_is_texts_times_entropy(tmp_path: Path, score: float, texts: int, worth: float) -> None:
    printed = {f"t{n}": [ALFA, ALVA][: 1 + n % 2] for n in range(texts)}
    run = read_index(
        written_run(tmp_path / "run", {"org-0": [ALFA], "org-1": [ALVA]}, [Made(ALFA, ALVA, score)], printed)
    )
    of = {i: run.documents_of(i) for i in run.organisations}
    assert value(run.pairs["pair-0"], run, of) == pytest.approx(worth, abs=1e-4)


def test_without_texts_mentions_count(tmp_path: Path) -> None:
    rare, often = Made(GAMMA, GAMA, pair_id="a-rare"), Made(ALFA, ALVA, pair_id="b-often")
    written_run(tmp_path / "run", SIX, [rare, often], PRINTED)
    for table in ("documents", "entities"):
        (tmp_path / "run" / f"{table}.csv").unlink()
    (tmp_path / "run" / "documents.jsonl").unlink()
    assert ids(desk_of(tmp_path / "run", tmp_path / "j.csv"), Wanted()) == ["b-often", "a-rare"]


WANTED = [
    (Wanted(), ["p-top", "p-low", "p-sure"]),
    (Wanted(band=Band.AUTO), ["p-auto"]),
    (Wanted(band=Band.DISTINCT), ["p-distinct"]),
    (Wanted("alfa", band=None), ["p-top", "p-distinct"]),
    (Wanted("ALFA tiel", band=None), ["p-top", "p-distinct"]),
    (Wanted("beta"), ["p-sure"]),  # without the accent
    (Wanted("alf alv"), ["p-top"]),  # parts of words, each somewhere
    (Wanted(type=OrganisationType.SPORT), ["p-top"]),
    (Wanted(type=OrganisationType.KERK, band=None), ["p-sure", "p-auto"]),
    (Wanted(lowest=0.5), ["p-top", "p-low", "p-sure"]),
    (Wanted(lowest=0.5, highest=0.5), ["p-top", "p-low"]),
    # nothing
    (Wanted("alfa gamma"), []),
    (Wanted("alfa", band=Band.AUTO), []),
    (Wanted(judged=Judged.JUDGED), []),
    (Wanted(judged=Judged.CONTRADICTED, band=None), []),
    (Wanted(lowest=0.6, highest=0.5), []),
    (Wanted(type=OrganisationType.GGD), []),
]


@pytest.mark.parametrize(("wanted", "expected"), WANTED)
def test_filters(desk: Desk, wanted: Wanted, expected: list[str]) -> None:
    assert ids(desk, wanted) == expected
    assert desk.next(None, wanted, "an") == (expected[0] if expected else None)


STATES = [
    # what was said of p-top, by whom; open, judged, contradicted
    ("an same", (False, True, False)),
    ("an different", (False, True, False)),
    ("an unsure", (False, True, False)),
    ("an same, bo same", (False, True, False)),
    ("an same, bo different", (True, False, True)),
    ("an same, bo different, bo same", (False, True, False)),
    ("an same, bo unsure", (False, True, False)),
    ("an same, bo unsure, an same", (False, True, False)),
]


@pytest.mark.parametrize(("said", "expected"), STATES)
def test_a_pair_is_open_judged_or_contradicted(desk: Desk, said: str, expected: tuple[bool, bool, bool]) -> None:
    for word in said.split(", "):
        who, verdict = word.split()
        assert desk.decide(who, "p-top", Verdict(verdict)) == 1
    states = (Judged.OPEN, Judged.JUDGED, Judged.CONTRADICTED)
    assert tuple("p-top" in ids(desk, Wanted(judged=state)) for state in states) == expected
    assert desk.waits("p-top") is expected[0]
    assert (desk.progress().done, desk.progress().total) == (0 if expected[0] else 1, 3)
    assert "p-top" in ids(desk, Wanted(judged=Judged.ANY))


def test_what_follows_from_other_pairs_need_not_be_asked(tmp_path: Path) -> None:
    """Alfa is Alva, so that of Alfa–Béta and Alva–Béta only one has to be judged."""
    pairs = [Made(ALFA, ALVA), Made(ALFA, BETA), Made(ALVA, BETA)]
    desk = desk_of(written_run(tmp_path / "run", SIX, pairs), tmp_path / "j.csv")
    desk.decide("an", "pair-0", SAME)
    assert ids(desk, Wanted()) == ["pair-1", "pair-2"]
    desk.decide("an", "pair-1", DIFFERENT)
    assert ids(desk, Wanted()) == []
    assert (desk.progress().done, desk.case("pair-2").implied) == (3, DIFFERENT)
    assert undo(desk, "an", 2) == 1
    assert ids(desk, Wanted()) == ["pair-0", "pair-2"]


def test_next_goes_round_and_ends(desk: Desk) -> None:
    assert desk.next("p-top", Wanted(), "an") == "p-low"
    assert desk.next("p-sure", Wanted(), "an") == "p-top"
    assert desk.next("no such pair", Wanted(), "an") == "p-top"
    assert desk.previous("p-sure", Wanted()) == "p-low"
    assert desk.previous("p-top", Wanted()) is None
    seen: list[str] = []
    while (found := desk.next(seen[-1] if seen else None, Wanted(), "an")) is not None:
        seen.append(found)
        desk.decide("an", found, UNSURE)
    assert seen == ["p-top", "p-low", "p-sure"]
    assert desk.previous("p-sure", Wanted()) == "p-low"  # judged or not


def test_two_stewards_get_two_pairs(desk: Desk) -> None:
    now, looks = [0.0], desk.queue.look_at
    desk.queue._clock = lambda: now[0]

    def next_for(steward: str) -> str | None:
        return desk.next(None, Wanted(), steward)

    looks("p-top", "an")
    assert (next_for("an"), next_for("bo")) == ("p-top", "p-low")
    looks("p-top", "bo")  # it stays an's
    assert (next_for("an"), next_for("bo")) == ("p-top", "p-low")
    looks("p-low", "bo")
    assert next_for("cé") == "p-sure"
    looks("p-sure", "cé")
    assert next_for("dé") == "p-top"  # all are on a screen: better one twice than none
    looks("p-sure", "an")  # who goes on lets go
    looks("p-low", "dé")
    assert next_for("dé") == "p-top"
    looks("p-top", "dé")
    now[0] = HELD_FOR + 1
    assert next_for("an") == "p-top"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(list(Band))), max_size=9),
    st.lists(st.sampled_from(["an", "bo"]), min_size=1, max_size=20),
)
def test_every_pair_is_shown_once_whoever_asks(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[float, Band]], who: list[str]
) -> None:
    place = tmp_path_factory.mktemp("run")
    names = [(key(f"N{n}a"), key(f"N{n}b")) for n in range(len(made))]
    organisations = {f"org-{one.name}": [one] for pair in names for one in pair}
    pairs = [Made(*pair, *how) for pair, how in zip(names, made, strict=True)]
    desk = desk_of(written_run(place / "run", organisations, pairs), place / "j.csv")
    seen: list[str] = []
    for steward in who * len(made):
        found = desk.next(seen[-1] if seen else None, Wanted(), steward)
        if found is None:
            break
        desk.queue.look_at(found, steward)
        desk.decide(steward, found, SAME)
        seen.append(found)
    wanted = {f"pair-{n}" for n, (_, band) in enumerate(made) if band is Band.REVIEW}
    assert sorted(seen) == sorted(wanted)
    assert desk.progress().left == 0
    shutil.rmtree(place)


# --- a pair --------------------------------------------------------------------------------------------


def test_a_case_tells_all_about_both_names(desk: Desk) -> None:
    case = desk.case("p-top")
    assert case is not None
    assert desk.case("p-nothing") is None
    one, two = case.sides
    assert (one.key, one.n_mentions, one.n_documents) == (ALFA, 3, 3)
    assert [passage.source for passage in one.passages] == ["t1", "t2", "t4"]
    assert {passage.name for passage in one.passages} == {"Alfa"}
    assert "hier doet" in one.passages[0].before
    assert (two.key, two.others, case.found, case.together, case.bearing) == (ALVA, (), None, False, ())
    desk.decide("an", "p-auto", SAME, "omdat")
    told = desk.case("p-top")
    assert told is not None
    assert told.sides[1].others == (BETHA,)
    assert [(word.a, word.verdict, word.note) for word in told.bearing] == [(ALVA, SAME, "omdat")]


def test_names_that_are_one_through_others(desk: Desk, folder: Path) -> None:
    triangle = [Made(ALFA, ALVA), Made(ALVA, BETA), Made(ALFA, BETA)]
    written_run(folder, SIX, triangle, PRINTED)
    desk.refresh()
    desk.decide("an", "pair-0", SAME)
    desk.decide("an", "pair-1", SAME)
    case = desk.case("pair-2")
    assert case is not None
    assert (case.together, case.found, case.implied) == (True, None, SAME)
    desk.decide("bo", "pair-2", DIFFERENT)  # on the pair itself: more than what follows
    again, before = desk.case("pair-2"), desk.case("pair-1")
    assert again is not None
    assert before is not None
    assert (again.together, again.found is not None) == (False, True)
    assert before.blocked


# --- organisations, and what a real run makes of decisions ---------------------------------------------

Order = tuple[str, ...]
Groups = set[frozenset[str]]


def called(desk: Desk, name: str) -> str:
    """The organisation that a name of the run belongs to; `name @ municipality` where there are several."""
    plain, _, municipality = name.partition(" @ ")
    return next(
        row.organisation_id
        for one, row in desk.index.names.items()
        if one.name == plain and (not municipality or one.municipality == municipality)
    )


def play(desk: Desk, order: Order) -> None:
    """`steward verdict|merge|out|name|type what…`."""
    steward, act, *what = order
    if act in tuple(Verdict):
        one, two = (next(k for k in desk.index.names if k.name == name) for name in what)
        pair = pair_key(one, two)
        desk.ledger.record(steward, [Word(pair, Verdict(act))])
    elif act == "merge":
        desk.merge(steward, called(desk, what[0]), called(desk, what[1]))
    elif act == "out":
        group = desk.cluster(called(desk, what[0])).groups[0]  # type: ignore[union-attr]
        desk.take_out(steward, called(desk, what[0]), [one for one in group if one.name in what[1:]])
    else:
        desk.set(steward, called(desk, what[0]), Property(act), what[1])


def groups(desk: Desk, names: Sequence[str]) -> Groups:
    """How names will be grouped, by the outlook."""
    clusters = [desk.cluster(called(desk, name)) for name in names]
    found = {frozenset(k.name for k in group) for cluster in clusters if cluster for group in cluster.groups}
    return {group for group in found if group & set(names)}


def tables(desk: Desk, names: Sequence[str]) -> Groups:
    """How they are grouped in the tables."""
    found = {frozenset(k.name for k in members) for members in desk.index.members.values()}
    return {group for group in found if group & set(names)}


BRUG, STG, OOST, WEST, KOOR = "Stichting De Brug", "Stg. de Brug", "Buurtkamer Oost", "Buurtkamer West", "Koor Allegro"
ORDERS: list[tuple[str, list[Order], list[set[str]]]] = [
    ("two become one", [("an", "merge", OOST, WEST)], [{OOST, WEST}]),
    ("one becomes two", [("an", "out", BRUG, STG)], [{BRUG}, {STG}]),
    ("a chain", [("an", "merge", OOST, WEST), ("an", "merge", WEST, KOOR)], [{OOST, WEST, KOOR}]),
    ("out of what was joined", [("an", "merge", OOST, WEST), ("an", "out", OOST, WEST)], [{OOST}, {WEST}]),
    ("joined again", [("an", "out", BRUG, STG), ("an", "same", BRUG, STG)], [{BRUG, STG}]),
    ("an anchor gives way", [("an", "same", OOST, KOOR), ("an", "different", BRUG, STG)], [{OOST, KOOR}, {BRUG}, {STG}]),
    ("with all its names", [("an", "merge", BRUG, OOST)], [{BRUG, STG, OOST}]),
    ("two stewards, two orders", [("an", "merge", OOST, WEST), ("bo", "merge", OOST, KOOR)], [{OOST, WEST, KOOR}]),
    ("another agrees", [("an", "out", BRUG, STG), ("bo", "different", BRUG, STG)], [{BRUG}, {STG}]),
    # nothing changes
    ("unsure", [("an", "unsure", BRUG, STG), ("an", "unsure", OOST, WEST)], [{BRUG, STG}, {OOST}, {WEST}]),
    ("disagreement keeps apart", [("an", "same", OOST, WEST), ("bo", "different", OOST, WEST)], [{OOST}, {WEST}]),
    ("also what the run had joined", [("an", "different", BRUG, STG), ("bo", "same", BRUG, STG)], [{BRUG}, {STG}]),
    (
        "a chain that closes on a different",
        [("an", "same", OOST, WEST), ("an", "same", WEST, KOOR), ("an", "different", OOST, KOOR)],
        [{OOST, WEST}, {KOOR}],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def read_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(resolved_run(tmp_path_factory.mktemp("resolved") / "run"))


@pytest.fixture
def real(read_run: Path, tmp_path: Path) -> Desk:
    """A desk on a run of the real deduplication."""
    shutil.copytree(read_run, tmp_path / "run")
    made: Desk = desk_of(tmp_path / "run", tmp_path / "j.csv")
    return made


def run_again(desk: Desk) -> None:
    resolved_run(desk.folder, judgements=desk.ledger.path)
    desk.refresh()


@pytest.mark.parametrize(("orders", "expected"), [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS])
def test_the_outlook_is_what_a_real_run_makes_of_it(real: Desk, orders: list[Order], expected: list[set[str]]) -> None:
    wanted = {frozenset(group) for group in expected}
    names = sorted({name for group in expected for name in group})
    before = tables(real, names)
    for order in orders:
        play(real, order)
    assert tables(real, names) == before  # nothing but a run changes tables
    assert groups(real, names) == wanted
    run_again(real)
    assert tables(real, names) == wanted
    assert groups(real, names) == wanted
    run_again(real)
    assert tables(real, names) == wanted


def test_names_taken_out_together_stay_together(real: Desk) -> None:
    """Also where nothing but the name that they leave had held them together."""
    play(real, ("an", "merge", KOOR, OOST))
    play(real, ("an", "merge", KOOR, WEST))
    run_again(real)
    play(real, ("an", "out", KOOR, OOST, WEST))
    assert groups(real, [KOOR, OOST, WEST]) == {frozenset({OOST, WEST}), frozenset({KOOR})}
    run_again(real)
    assert tables(real, [KOOR, OOST, WEST]) == {frozenset({OOST, WEST}), frozenset({KOOR})}


def test_names_left_behind_stay_together(real: Desk) -> None:
    play(real, ("an", "merge", KOOR, OOST))
    play(real, ("an", "merge", KOOR, WEST))
    run_again(real)
    play(real, ("an", "out", OOST, KOOR))
    expected = groups(real, [KOOR, OOST, WEST])
    assert frozenset({OOST, WEST}) in expected
    run_again(real)
    assert tables(real, [KOOR, OOST, WEST]) == expected


def test_a_large_organisation_stays_whole_but_for_what_is_taken_out(tmp_path: Path) -> None:
    for number in (2, 40, 41, 120):
        names = [key(f"Naam {n:03}") for n in range(number)]
        place = tmp_path / str(number)
        desk = desk_of(
            written_run(place / "run", {"org-0": names}, (), {"t1": names[:1], "t2": names[:1]}), place / "j.csv"
        )
        desk.take_out("an", "org-0", names[:1])  # the one printed most
        cluster = desk.cluster("org-0")
        assert cluster is not None
        assert [len(group) for group in cluster.groups] == [number - 1, 1]


def test_what_was_set_stands_in_the_tables(real: Desk) -> None:
    play(real, ("an", "name", OOST, "  De  Huiskamer "))
    play(real, ("an", "type", OOST, "cultuur"))
    for _ in range(2):
        cluster = real.cluster(called(real, OOST))
        assert cluster is not None
        assert (cluster.name, cluster.type) == ("De Huiskamer", OrganisationType.CULTUUR)
        run_again(real)
    row = real.index.organisations[called(real, OOST)]
    assert (row.name, row.type, row.status.value) == ("De Huiskamer", OrganisationType.CULTUUR, "reviewed")
    play(real, ("bo", "name", OOST, ""))
    run_again(real)
    assert real.index.organisations[called(real, OOST)].name == OOST


def test_a_setting_goes_with_its_organisation(desk: Desk) -> None:
    """It was said of the first name; after a merge another is the first, and it can still be taken back."""
    assert desk.set("an", "org-1", Property.NAME, "Nieuw") == 1
    desk.merge("an", "org-1", "org-0")
    assert [desk.cluster(i).name for i in ("org-0", "org-1")] == ["Nieuw", "Nieuw"]  # type: ignore[union-attr]
    assert desk.set("an", "org-1", Property.NAME, "") == 1
    assert desk.cluster("org-1").name == "Alva"  # type: ignore[union-attr]
    assert desk.set("an", "org-1", Property.NAME, "") == 0
    assert desk.set("an", "org-1", Property.NAME, "Nieuw") == desk.set("bo", "org-0", Property.NAME, "Nieuwer") == 1
    assert desk.set("an", "org-1", Property.NAME, "Nieuw") == 1
    assert desk.cluster("org-0").name == "Nieuw"  # type: ignore[union-attr]


def test_retired_ids_lead_to_their_successor(real: Desk) -> None:
    one, two = called(real, OOST), called(real, WEST)
    play(real, ("an", "merge", OOST, WEST))
    run_again(real)
    found = {real.cluster(i).organisation.organisation_id for i in (one, two)}  # type: ignore[union-attr]
    assert found == {called(real, OOST)}
    assert real.cluster("org-0000000000") is None


REFUSED = [
    ("all names", lambda d: d.take_out("an", "org-0", [ALFA]), "none_chosen"),
    ("no names", lambda d: d.take_out("an", "org-0", []), "none_chosen"),
    ("names of another", lambda d: d.take_out("an", "org-0", [BETA]), "none_chosen"),
    ("no organisation", lambda d: d.take_out("an", "org-99", [ALFA]), "organisation"),
    ("with itself", lambda d: d.merge("an", "org-0", "org-0"), "one_already"),
    ("with nothing", lambda d: d.merge("an", "org-0", "organisation"), "organisation"),
    ("of nothing", lambda d: d.set("an", "org-99", Property.NAME, "x"), "organisation"),
]


@pytest.mark.parametrize(("order", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_orders_that_cannot_be_are_refused(desk: Desk, order: object, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        order(desk)  # type: ignore[operator]
    assert (desk.ledger.judgements(), desk.ledger.corrections()) == ((), ())


def test_organisations_are_found_by_any_name_or_municipality(tmp_path: Path) -> None:
    names = {"org-1": [key("Alfa"), key("Béta", "Ede")], "org-2": [key("Gamma", "Ede")], "org-3": [key("Alfabet")]}
    desk = desk_of(
        written_run(tmp_path / "run", names, (), {"t1": [key("Gamma", "Ede")]}, {"org-2": OrganisationType.GGD}),
        tmp_path / "j",
    )
    found = {
        text: [row.organisation_id for row in desk.organisations(text)]
        for text in ("", "alfa", "beta", "ede", "alfa ede", "zz")
    }
    assert found == {"": ["org-2", "org-1", "org-3"], "alfa": ["org-1", "org-3"], "beta": ["org-1"], "ede": ["org-2", "org-1"],
                     "alfa ede": ["org-1"], "zz": []}  # fmt: skip
    assert [row.organisation_id for row in desk.organisations("", OrganisationType.GGD)] == ["org-2"]


# --- disagreement --------------------------------------------------------------------------------------


def test_an_order_tells_whose_words_are_against_it(desk: Desk) -> None:
    desk.decide("bo", "p-top", DIFFERENT)
    outcome = desk.merge("an", "org-0", "org-1")
    assert [(word.judged_by, word.verdict) for word in outcome.against] == [("bo", DIFFERENT)]
    assert outcome.written == 1
    assert groups(desk, ["Alfa", "Alva"]) == {frozenset({"Alfa"}), frozenset({"Alva"})}
    desk.decide("bo", "p-top", SAME)
    assert groups(desk, ["Alfa", "Alva"]) == {frozenset({"Alfa", "Alva"})}
    assert desk.merge("an", "org-2", "org-3").against == ()
    assert [word.judged_by for word in desk.take_out("an", "org-0", [ALVA]).against] == ["bo"]


def test_a_steward_can_say_again_what_counts_no_more(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "j.csv").write_text(f"{HEAD}Alfa,Tiel,Alva,Tiel,same,an,,\nAlfa,Tiel,Alva,Tiel,different,,,\n")
    desk = desk_of(folder, tmp_path / "j.csv")
    pair = pair_key(ALFA, ALVA)
    assert desk.ledger.standing()[pair].judgement.verdict is DIFFERENT
    assert desk.decide("an", "p-top", SAME) == 1
    assert desk.ledger.standing()[pair].judgement.verdict is SAME
    desk.decide("bo", "p-top", UNSURE)
    assert desk.decide("an", "p-top", SAME) == 1
    assert desk.ledger.standing()[pair].judgement.verdict is SAME
    assert desk.decide("an", "p-top", SAME) == 0


def test_a_note_that_comes_later_is_kept(desk: Desk) -> None:
    assert [desk.decide("an", "p-top", SAME, note) for note in ("", "", "omdat", "omdat", "")] == [1, 0, 1, 0, 0]
    assert [row.note for row in desk.ledger.judgements()] == ["", "omdat"]


# --- history and undo ----------------------------------------------------------------------------------


def told(desk: Desk, steward: str | None = None) -> list[tuple[int, State]]:
    return [(len(entry.rows), entry.state) for entry in history.entries(desk.ledger, steward)]


def undo(desk: Desk, steward: str, line: int | None = None) -> int:
    """As the page does it: the newest decision, or the one on a line."""
    rows = history.last(desk.ledger, steward) if line is None else history.decision(desk.ledger, steward, line)
    return desk.take_back(steward, rows)


def test_history_tells_what_became_of_each_decision(desk: Desk) -> None:
    desk.decide("an", "p-top", SAME)
    desk.decide("an", "p-top", DIFFERENT)
    desk.decide("bo", "p-low", SAME)
    desk.decide("an", "p-low", DIFFERENT)
    desk.decide("an", "p-sure", SAME)
    desk.decide("bo", "p-sure", UNSURE)
    undo(desk, "an", 3)
    assert told(desk, "an") == [
        (1, State.WITHDRAWN),
        (1, State.REPLACED),  # p-sure, by bo
        (1, State.CONTRADICTED),
        (1, State.REPLACED),  # p-top different, taken back
        (1, State.COUNTS),  # and so this one does again
    ]
    assert told(desk, "bo") == [(1, State.COUNTS), (1, State.CONTRADICTED)]
    assert len(told(desk)) == 7
    assert told(desk, "nobody") == []


def test_an_order_is_one_decision_and_is_undone_as_one(tmp_path: Path) -> None:
    names = [key(f"N{n}") for n in range(5)]
    desk = desk_of(written_run(tmp_path / "run", {"org-0": names}), tmp_path / "j.csv")
    before = desk.cluster("org-0")
    desk.take_out("an", "org-0", names[:2])
    assert told(desk) == [(9, State.COUNTS)]  # two names apart from three, and on either side one with the next
    assert [len(history.decision(desk.ledger, "an", line)) for line in (2, 10, 11)] == [9, 9, 0]
    assert history.decision(desk.ledger, "bo", 2) == ()
    assert [undo(desk, "an") for _ in range(3)] == [9, 0, 0]
    after = desk.cluster("org-0")
    assert before is not None
    assert after is not None
    assert after.groups == before.groups
    assert told(desk)[-1] == (9, State.REPLACED)


def test_undo_takes_back_what_still_stands_and_nothing_of_others(desk: Desk) -> None:
    desk.decide("an", "p-top", SAME)
    desk.decide("bo", "p-top", SAME)
    desk.decide("an", "p-low", SAME)
    assert [row.a.name for row in history.last(desk.ledger, "an")] == ["Gama"]
    assert [undo(desk, "an") for _ in range(3)] == [1, 1, 0]
    assert [word.judged_by for word in desk.ledger.standing()[pair_key(ALFA, ALVA)].words] == ["bo"]
    assert history.last(desk.ledger, "cé") == ()


# --- any sequence of decisions -------------------------------------------------------------------------

FOUR = {
    "org-1": [key("Aa"), key("Ab")],
    "org-2": [key("Ba")],
    "org-3": [key("Ca"), key("Cb"), key("Cc")],
    "org-4": [key("Da")],
}
EVERY = [Made(a, b) for a, b in combinations([one for names in FOUR.values() for one in names], 2)]
WHO = st.sampled_from(["an", "bo", "cé, dé"])
ACTS = st.one_of(
    st.tuples(st.just("decide"), WHO, st.integers(0, len(EVERY) - 1), st.sampled_from(list(Verdict))),
    st.tuples(st.just("undo"), WHO, st.none() | st.integers(2, 30), st.none()),
    st.tuples(st.just("out"), WHO, st.sampled_from(sorted(FOUR)), st.sets(st.integers(0, 6), min_size=1, max_size=3)),
    st.tuples(st.just("merge"), WHO, st.sampled_from(sorted(FOUR)), st.sampled_from(sorted(FOUR))),
    st.tuples(st.just("restart"), WHO, st.none(), st.none()),
)


@dataclass
class Model:
    """What the file has to hold, kept in the simplest way: lists of words."""

    n_rows: int = 0
    words: dict[Pair, dict[str, Verdict]] = field(default_factory=dict)  # each steward's last, in the order of saying
    stacks: dict[tuple[Pair, str], list[tuple[int, Verdict]]] = field(default_factory=dict)  # line, verdict
    decisions: list[tuple[str, set[int]]] = field(default_factory=list)  # who, lines
    notes: dict[tuple[Pair, str], str] = field(default_factory=dict)  # of the last words

    def say(
        self, who: str, said: Sequence[tuple[Pair, Verdict]], note: str = ""
    ) -> list[tuple[Pair, str, Verdict | None]]:
        """The rows that have to be added."""
        added: list[tuple[Pair, str, Verdict | None]] = []
        lines: set[int] = set()
        for pair, verdict in said:
            if not self._stands(pair, who, verdict) or (note and self.notes.get((pair, who)) != note):
                added.append((pair, who, verdict))
                lines.add(self._line(len(added)))
                self.stacks.setdefault((pair, who), []).append((self._line(len(added)), verdict))
        for pair, _, said_now in added:
            self._put(pair, who, said_now, note)
        self.n_rows += len(added)
        self.decisions += [(who, lines)] if lines else []
        return added

    def take_back(self, who: str, line: int | None) -> list[tuple[Pair, str, Verdict | None]]:
        mine = [lines for one, lines in self.decisions if one == who]
        if line is None:
            newest = max((at for (_, one), stack in self.stacks.items() if one == who for at, _ in stack), default=0)
            line = newest
        undone = next((lines for lines in mine if line in lines), set())
        added: list[tuple[Pair, str, Verdict | None]] = []
        for (pair, one), stack in self.stacks.items():
            if one == who and stack and stack[-1][0] in undone:
                stack.pop()
                added.append((pair, who, stack[-1][1] if stack else None))
        for pair, _, verdict in added:
            self._put(pair, who, verdict, history.UNDO)
        self.n_rows += len(added)
        return added

    def _line(self, n: int) -> int:
        return 1 + self.n_rows + n  # behind the header

    def _stands(self, pair: Pair, who: str, verdict: Verdict) -> bool:
        said = self.words.get(pair, {})
        at_odds = {SAME, DIFFERENT} <= set(said.values())
        return said.get(who) is verdict and (at_odds or list(said)[-1] == who)

    def _put(self, pair: Pair, who: str, verdict: Verdict | None, note: str) -> None:
        self.notes[pair, who] = note
        said = self.words.setdefault(pair, {})
        said.pop(who, None)
        if verdict is not None:
            said[who] = verdict


def act(desk: Desk, model: Model, order: tuple[str, str, object, object]) -> list[tuple[Pair, str, Verdict | None]]:
    """Plays one act on the desk; the rows that it has to write."""
    what, who, one, two = order
    if what == "decide":
        made = EVERY[int(str(one))]
        desk.decide(who, f"pair-{one}", Verdict(str(two)))
        return model.say(who, [(pair_key(made.a, made.b), Verdict(str(two)))])
    if what == "undo":
        undo(desk, who, None if one is None else int(str(one)))
        return model.take_back(who, None if one is None else int(str(one)))
    cluster = desk.cluster(str(one))
    assert cluster is not None
    if what == "out":
        names = [k for group in cluster.groups for k in group]
        out = {names[n % len(names)] for n in two}  # type: ignore[attr-defined]
        said: list[tuple[Pair, Verdict]] = []
        for group in cluster.groups:
            chosen, stay = [k for k in group if k in out], [k for k in group if k not in out]
            if chosen and stay:
                said += [(pair_key(a, b), DIFFERENT) for a in chosen for b in stay]
                said += [(pair_key(a, b), SAME) for kept in (chosen, stay) for a, b in pairwise(kept)]
        refused = pytest.raises(Refusal) if not said else nullcontext()
        with refused:
            desk.take_out(who, str(one), sorted(out))
        return model.say(who, said, f"taken out of {one}")
    left, right = cluster.groups[0], desk.cluster(str(two)).groups[0]  # type: ignore[union-attr]
    across = {pair_key(a, b) for a in left for b in right}
    pairs = (
        set() if set(left) & set(right) else {p for p in across if model.words.get(p)} | {pair_key(left[0], right[0])}
    )
    with nullcontext() if pairs else pytest.raises(Refusal):
        desk.merge(who, str(one), str(two))
    return model.say(who, [(pair, SAME) for pair in sorted(pairs)], f"merged {one} and {two}")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=14))
def test_any_sequence_only_adds_what_was_said(
    tmp_path_factory: pytest.TempPathFactory, orders: list[tuple[str, str, object, object]]
) -> None:
    place = tmp_path_factory.mktemp("any")
    run, file = written_run(place / "run", FOUR, EVERY), place / "j.csv"
    desk, model, before = desk_of(run, file), Model(), b""
    for order in orders:
        if order[0] == "restart":
            clock = desk.ledger._now
            desk = desk_of(run, file)
            desk.ledger._now = clock
            continue
        desk.progress()  # what is known is kept up to date with every row
        n_before = len(read_judgements(file))
        expected = act(desk, model, order)
        now = file.read_bytes() if file.exists() else b""
        assert now.startswith(before)
        before, rows = now, read_judgements(file)
        assert sorted((pair_key(r.a, r.b), r.judged_by, str(r.verdict)) for r in rows[n_before:]) == sorted(
            (pair, who, str(verdict)) for pair, who, verdict in expected
        )
        found = standing(rows)
        assert found == desk.ledger.standing()
        last = {pair: {word.judged_by: word.verdict for word in one.words} for pair, one in found.items()}
        assert last == {pair: said for pair, said in model.words.items() if said}
        held_against(desk, desk_of(run, file))
    for organisation_id in FOUR:
        groups_keep_what_holds(desk, organisation_id)
    shutil.rmtree(place)


def held_against(desk: Desk, anew: Desk) -> None:
    """What a desk knows after many decisions is what one knows that has just been opened."""
    one, two = desk.known(), anew.known()
    assert (one.waiting, one.disputed, one.progress) == (two.waiting, two.disputed, two.progress)
    rows = desk.index.pairs.values()
    assert [one.implied(row) for row in rows] == [two.implied(row) for row in rows]


def groups_keep_what_holds(desk: Desk, organisation_id: str) -> None:
    cluster = desk.cluster(organisation_id)
    assert cluster is not None
    kept = [word for one in desk.ledger.standing().values() if (word := one.kept) is not None]
    apart = [{word.a, word.b} for word in kept if word.verdict is DIFFERENT]
    assert [pair for group in cluster.groups for pair in apart if pair <= set(group)] == []
    assert set(desk.index.members[organisation_id]) <= {one for group in cluster.groups for one in group}


IDS = st.sampled_from(["org-1", "org-2", "org-3", "org-4", "org-5"])


@settings(max_examples=200)
@given(st.lists(st.builds(Said, IDS, IDS, st.sampled_from(list(Verdict))), max_size=8), st.randoms())
def test_what_follows_does_not_depend_on_the_order(said: list[Said], chance: Random) -> None:
    mixed = [Said(s.organisation_id_b, s.organisation_id_a, s.verdict) if chance.random() < 0.5 else s for s in said]
    chance.shuffle(mixed)
    ids = [f"org-{n}" for n in range(1, 6)]
    found = {(a, b): Consequences(said).of(a, b) for a in ids for b in ids}
    assert found == {(a, b): Consequences(mixed).of(a, b) for a in ids for b in ids}
    assert found == {(a, b): found[b, a] for a, b in found}


CONSEQUENCES = [
    ("1 same 2, 2 same 3", "1 3", SAME),
    ("1 same 2, 2 different 3", "1 3", DIFFERENT),
    ("1 different 2, 2 same 3, 1 same 4", "3 4", DIFFERENT),
    ("1 same 2", "1 1", SAME),
    # nothing follows
    ("1 different 2, 2 different 3", "1 3", None),
    ("1 unsure 2, 2 same 3", "1 3", None),
    ("1 same 2, 2 same 3, 1 different 3", "1 2", None),
    ("1 different 1, 1 same 2", "1 2", None),
    ("1 different 1, 1 different 2", "1 2", None),
    ("", "1 1", None),
]


@pytest.mark.parametrize(("said", "asked", "expected"), CONSEQUENCES)
def test_what_follows(said: str, asked: str, expected: Verdict | None) -> None:
    words = [word.split() for word in said.split(", ") if word]
    found = Consequences(Said(a, b, Verdict(verdict)) for a, verdict, b in words)
    one, two = asked.split()
    assert found.of(one, two) is expected


def test_undo_is_never_stuck(desk: Desk) -> None:
    """Also of words that say the same again."""
    for note in ("a", "b", "c"):
        desk.decide("an", "p-top", SAME, note)
    assert [undo(desk, "an") for _ in range(4)] == [1, 1, 1, 0]
    for steward, verdict in (
        ("an", SAME),
        ("bo", UNSURE),
        ("an", SAME),
        ("bo", DIFFERENT),
        ("bo", UNSURE),
        ("an", SAME),
    ):
        desk.decide(steward, "p-top", verdict)
    assert [undo(desk, "an") for _ in range(4)] == [1, 1, 1, 0]
    assert {word.judged_by for word in desk.ledger.standing()[pair_key(ALFA, ALVA)].words} == {"bo"}


def test_a_dispute_is_left_to_those_who_did_not_speak(desk: Desk) -> None:
    desk.decide("an", "p-top", SAME)
    desk.decide("bo", "p-top", DIFFERENT)
    assert [desk.next(None, Wanted(), who) for who in ("an", "AN", "bo", "cé")] == ["p-low", "p-low", "p-low", "p-top"]
    assert desk.next(None, Wanted(judged=Judged.CONTRADICTED), "an") == "p-top"
    assert "p-top" in ids(desk, Wanted())


def test_capitals_make_no_other_steward(desk: Desk) -> None:
    desk.decide("Noor", "p-top", SAME)
    assert desk.decide("noor", "p-top", SAME) == 0
    assert desk.decide("NOOR", "p-top", DIFFERENT) == 1
    assert not desk.waits("p-top")
    assert undo(desk, "noor") == 1
    assert desk.ledger.standing()[pair_key(ALFA, ALVA)].judgement.verdict is SAME  # type: ignore[union-attr]


# --- files that change while the desk is open ----------------------------------------------------------


def test_tables_written_anew_are_taken_up(desk: Desk, folder: Path) -> None:
    written_run(folder, {"org-7": [key("Zeta")], "org-8": [key("Zetha")]}, [Made(key("Zeta"), key("Zetha"))])
    assert desk.cluster("org-7") is None
    desk.refresh()
    assert desk.cluster("org-7") is not None
    assert desk.next(None, Wanted(), "an") == "pair-0"


@pytest.mark.parametrize("lost", ["", "duplicates.csv", "organisations.csv", "entities.csv"])
def test_former_tables_stay_while_a_run_is_replaced(desk: Desk, folder: Path, lost: str) -> None:
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    shutil.rmtree(folder) if not lost else (folder / lost).unlink()
    desk.refresh()
    assert desk.next(None, Wanted(), "an") == "p-top"
    assert desk.decide("an", "p-top", SAME) == 1
    shutil.rmtree(folder, ignore_errors=True)
    kept.rename(folder)
    desk.refresh()
    assert desk.next(None, Wanted(), "an") == "p-low"


def test_half_a_table_is_not_taken_up(desk: Desk, folder: Path) -> None:
    text = (folder / "duplicates.csv").read_text(encoding="utf-8")
    (folder / "duplicates.csv").write_text(text[:-20], encoding="utf-8")
    desk.refresh()
    assert ids(desk, Wanted()) == ["p-top", "p-low", "p-sure"]


def test_a_run_replaced_while_it_is_read_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = desk_of(folder, tmp_path / "j.csv")
    read, replaced = read_run_folder, list[bool]()

    def slow(*args: object, **kwargs: object) -> object:
        found = read(*args, **kwargs)  # type: ignore[arg-type]
        if not replaced:
            replaced.append(True)
            written_run(folder, {"org-8": [key("Zeta")]})
        return found

    written_run(folder, {"org-7": [key("Eta")]})
    monkeypatch.setattr(indexing, "read_run_folder", slow)
    desk.refresh()
    desk.refresh()
    assert replaced
    assert sorted(desk.index.organisations) == ["org-8"]


def test_words_of_other_programs_are_seen(desk: Desk, folder: Path, tmp_path: Path) -> None:
    other = desk_of(folder, tmp_path / "j.csv")
    other.decide("bo", "p-top", SAME)
    assert desk.next(None, Wanted(), "an") == "p-low"
    assert desk.progress().done == 1


def test_a_file_that_somebody_edits_counts_as_it_is_now(desk: Desk, tmp_path: Path) -> None:
    """Also where it has as many rows as before."""
    desk.decide("an", "p-top", SAME)
    assert "p-top" not in ids(desk, Wanted())
    text = (tmp_path / "j.csv").read_text(encoding="utf-8")
    (tmp_path / "j.csv").write_text(text.replace("Alva", "Olva"), encoding="utf-8")
    assert "p-top" in ids(desk, Wanted())
    assert desk.progress().done == 0


BROKEN = [
    ("an unknown word", "A,,B,,perhaps,an,,\n"),
    ("no name", ",,B,,same,an,,\n"),
    ("too many cells", "A,,B,,same,an,,,,\n"),
    ("a quote that does not end", 'A,,B,,same,an,,"oeps\n'),
    ("a quote that does not end, and no line end", 'A,,B,,same,an,,"oe'),
    ("no UTF-8", "A,,B,,same,an,,caf\udce9\n"),
]


@pytest.mark.parametrize("row", [case[1] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_told_and_nothing_is_added_to_it(desk: Desk, tmp_path: Path, row: str) -> None:
    from coalitie.pipeline.appending import TableError

    desk.decide("an", "p-top", SAME)
    good = (tmp_path / "j.csv").read_bytes()
    bad = good + row.encode("utf-8", "surrogateescape")
    (tmp_path / "j.csv").write_bytes(bad)
    for attempt in (
        desk.progress,
        lambda: desk.decide("an", "p-low", SAME),
        lambda: desk_of(desk.folder, tmp_path / "j.csv"),
    ):
        with pytest.raises(TableError, match=r"j\.csv"):
            attempt()
    assert (tmp_path / "j.csv").read_bytes() == bad
    (tmp_path / "j.csv").write_bytes(good)
    assert desk.decide("an", "p-low", SAME) == 1
    assert [row.a.name for row in read_judgements(tmp_path / "j.csv")] == ["Alfa", "Gama"]


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """No file can grow beyond a size, as on a disk that is full; skipped where the system cannot say so."""
    resource = pytest.importorskip("resource")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.parametrize("room", [0, 1, 20])
@pytest.mark.parametrize("first", [True, False])
def test_a_full_disk_leaves_no_part_of_a_row(desk: Desk, tmp_path: Path, room: int, first: bool) -> None:
    file = tmp_path / "j.csv"
    if not first:
        desk.decide("an", "p-top", SAME)
    before = file.read_bytes() if file.exists() else b""
    with no_more_than(len(before) + room), pytest.raises(OSError, match="too large"):
        desk.decide("an", "p-low", SAME)
    assert file.read_bytes() == before
    assert desk.waits("p-low")
    assert desk.decide("an", "p-low", SAME) == 1
    assert len(read_judgements(file)) == (1 if first else 2)


def test_what_did_not_reach_the_disk_is_not_kept(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.decide("an", "p-top", SAME)
    before = (tmp_path / "j.csv").read_bytes()

    def lost(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lost)
        with pytest.raises(OSError, match="Input/output"):
            desk.decide("an", "p-low", SAME)
    assert (tmp_path / "j.csv").read_bytes() == before
    assert desk.waits("p-low")


# --- outdated tables, and running again ----------------------------------------------------------------


def test_tables_are_outdated_until_a_run_used_the_decisions(real: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerunning, "Rulebook", lambda _: runs.rulebook())
    assert not real.outdated()
    for order in (("an", "merge", OOST, WEST), ("an", "name", OOST, "Huiskamer"), ("an", "out", OOST, WEST)):
        play(real, order)
        assert real.outdated()
        real.rerun()
        real.refresh()
        assert not real.outdated()
    assert real.index.organisations[called(real, OOST)].name in (OOST, "Huiskamer")
    assert tables(real, [OOST, WEST]) == {frozenset({OOST}), frozenset({WEST})}


@pytest.mark.parametrize("empty", ["j.csv", "j.corrections.csv"])
def test_an_empty_file_says_nothing(real: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty: str) -> None:
    monkeypatch.setattr(rerunning, "Rulebook", lambda _: runs.rulebook())
    (tmp_path / empty).touch()
    assert not real.outdated()
    real.rerun()
    real.refresh()
    assert not real.outdated()


def test_a_run_that_tells_nothing_of_itself_is_not_called_outdated(desk: Desk, folder: Path) -> None:
    (folder / "run.json").unlink()
    written = desk_of(folder, desk.ledger.path)
    written.decide("an", "p-top", SAME)
    assert not written.outdated()


def test_one_rerun_at_a_time_and_a_failure_lets_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def within(*_: object) -> None:
        with pytest.raises(Refusal, match="running"):
            desk.rerun()
        raise Unusable("no")

    monkeypatch.setattr(rerunning, "rerun", within)
    for _ in range(2):
        with pytest.raises(Unusable, match=r"^no$"):
            desk.rerun()
