"""What differs between two runs: what the texts say, never how they are laid out."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.changes import Change, Changes, compare_runs
from coalitie.pipeline.changes.bodies import Body, recognise
from coalitie.pipeline.changes.written import in_short, written
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Judgement, NameKey, OrganisationType, PartyType, Verdict
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run_folder import StoredRun
from hypothesis import given, settings
from hypothesis import strategies as st


def _beside(name: str) -> Any:
    """A module that stands beside this one; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run_of = _beside("changing_runs").run_of
office = _beside("formats_office")
formats = office.formats
RULES = Rulebook()

TITLE = "Samen tegen eenzaamheid in Tiel"
INTRO = "In Tiel werken inwoners en organisaties samen. De coalitie Tiel Verbindt bestaat sinds maart 2021."
GOALS = ("Meer ontmoeting in de wijk", "Eerder signaleren", "Minder eenzame ouderen")
PARTIES = (
    *("Gemeente Tiel", "Welzijn De Lindeboom", "GGD Gelderland-Zuid", "Bibliotheek Rivierenland", "Humanitas"),
    "Zorggroep De Waalkant",
)
CONTACT = "Anneke van Dijkhuizen, projectleider\na.vandijkhuizen@tielverbindt.example\n0344 - 000 123"


def page(
    parties: Sequence[str] = PARTIES,
    *,
    bullet: str = "• ",
    heading: str = "{}",
    gap: str = "\n\n",
    goals: Sequence[str] = GOALS,
    intro: str = INTRO,
    group: str = "",
) -> str:
    """The page as plain text; without a bullet the lists are sentences."""

    def listed(items: Sequence[str]) -> str:
        if not bullet:
            return f"{', '.join(items[:-1])} en {items[-1]}."
        return "\n".join(f"{bullet.format(n)}{item}" for n, item in enumerate(items, start=1))

    label = (f"{group}:",) if group else ()
    parts = [
        *(heading.format(TITLE), intro, heading.format("Doelen"), listed(goals)),
        *(heading.format("Deelnemende organisaties"), *label, listed(parties), heading.format("Contact"), CONTACT),
    ]
    return gap.join(parts) + "\n"


PAGE = formats.Page(
    "tiel",
    (
        formats.Heading(TITLE, 1),
        formats.Paragraph(INTRO),
        formats.Heading("Doelen"),
        formats.bullets(*GOALS),
        formats.Heading("Deelnemende organisaties"),
        formats.bullets(*PARTIES),
        formats.Heading("Contact"),
        formats.Paragraph(CONTACT),
    ),
)
LAYOUTS: dict[str, tuple[str, str | bytes]] = {
    "dashes": ("tiel.txt", page(bullet="- ")),
    "numbers": ("tiel.txt", page(bullet="{}. ")),
    "hard-spaces": ("tiel.txt", page(bullet="{}.\u00a0\u00a0")),
    "sentence": ("tiel.txt", page(bullet="")),
    "blank-lines": ("tiel.txt", page(gap="\n\n\n\n")),
    "windows-lines": ("tiel.txt", page().replace("\n", "\r\n")),
    "heading-marks": ("tiel.txt", page(heading="## {}")),
    "heading-stars": ("tiel.txt", page(heading="**{}**")),
    "heading-colons": ("tiel.txt", page(heading="{}:")),
    "other-order": ("tiel.txt", page(PARTIES[::-1], goals=GOALS[::-1])),
    "other-file-name": ("tiel-2026.txt", page()),
    "cp1252": ("tiel.txt", page().encode("cp1252")),
    "html": ("tiel.html", formats.as_html(PAGE)),
    "markdown": ("tiel.md", formats.as_markdown(PAGE)),
    **{kind: (f"tiel.{kind}", office.WRITERS[kind](PAGE)) for kind in ("docx", "odt", "rtf")},
}


@pytest.fixture(scope="module")
def before() -> StoredRun:
    run: StoredRun = run_of({"tiel.txt": page()})
    assert len(run.tables.participants) == len(PARTIES)
    return run


def said(changes: Changes) -> list[tuple[str, str, str]]:
    return [(row.about.value, row.change.value, row.name) for row in changes.rows]


# --- layout -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYOUTS)
def test_another_layout_is_no_change(name: str, before: StoredRun) -> None:
    source, data = LAYOUTS[name]
    after = run_of({source: data})
    assert after.tables.documents[0].sha256 != before.tables.documents[0].sha256 or name == "other-file-name"
    assert compare_runs(before, after).rows == ()
    assert compare_runs(after, before).rows == ()


@pytest.mark.parametrize("which", range(3))
def test_the_same_page_in_another_format_is_no_change(which: int) -> None:
    one = formats.PAGES[which]
    plain = run_of({"page.txt": formats.plain(one)})
    assert plain.tables.participants
    for kind, data in (("html", formats.as_html(one)), ("docx", office.as_docx(one))):
        assert compare_runs(plain, run_of({f"page.{kind}": data})).rows == ()


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(("• ", "- ", "* ", "{}. ", "")),
    st.sampled_from(("{}", "## {}", "**{}**", "{}:")),
    st.sampled_from(("\n\n", "\n\n\n", "\r\n\r\n")),
    st.integers(0, 10_000),
)
def test_any_layout_of_a_page_says_the_same(bullet: str, heading: str, gap: str, seed: int) -> None:
    chance = random.Random(seed)
    parties, goals = chance.sample(PARTIES, len(PARTIES)), chance.sample(GOALS, len(GOALS))
    laid_out = run_of({"tiel.txt": page(parties, bullet=bullet, heading=heading, gap=gap, goals=goals)})
    changes = compare_runs(run_of({"tiel.txt": page()}), laid_out)
    assert changes.rows == (), written(changes, "table")


# --- what texts say ---------------------------------------------------------------------------------------

TIEL, LINDEBOOM = ("document", "changed", TITLE), "Welzijn De Lindeboom"
SAID = {
    "joined": (page((*PARTIES, "Voetbalvereniging De Dijk")), [("participant", "joined", "Voetbalvereniging De Dijk")]),
    "left": (page(PARTIES[:-1]), [("participant", "left", "Zorggroep De Waalkant")]),
    "a sentence lacks one": (page(PARTIES[:-1], bullet=""), [("participant", "left", "Zorggroep De Waalkant")]),
    "another spelling": (page([party.replace("Welzijn De", "Stichting Welzijn de") for party in PARTIES]), None),
    "another name": (
        page([party.replace(LINDEBOOM, "De Lindeboom Welzijn Tiel") for party in PARTIES]),
        [("participant", "renamed", "De Lindeboom Welzijn Tiel")],
    ),
    "another body": (
        page([party.replace(LINDEBOOM, "Welzijn De Kastanje") for party in PARTIES]),
        [("participant", "joined", "Welzijn De Kastanje"), ("participant", "left", LINDEBOOM)],
    ),
    "a group": (page(group="Kerngroep"), [("participant", "regrouped", party) for party in sorted(PARTIES, key=str.casefold)]),
    "words": (page(intro=f"{INTRO} Iedere inwoner telt."), [TIEL]),
    "a goal less": (page(goals=GOALS[:2]), [TIEL]),
    "another number": (page(intro=INTRO.replace("2021", "2022")), [TIEL]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_a_text_says_is_a_change(name: str, before: StoredRun) -> None:
    text, expected = SAID[name]
    found = said(compare_runs(before, run_of({"tiel.txt": text})))
    if expected is None:
        assert found == []
    else:
        of_parties = [row for row in expected if row[0] == "participant"]
        assert [row for row in found if row[0] == "participant"] == of_parties
        assert (TIEL in found) == any(change != "renamed" for _, change, _ in expected)


def test_a_party_in_another_group_is_a_change() -> None:
    one = page(group="Kerngroep")
    other = one.replace("• Humanitas", "\nWerkgroep wijken:\n\n• Humanitas")
    changes = compare_runs(run_of({"tiel.txt": one}), run_of({"tiel.txt": other}))
    assert [(row.change.value, row.name, row.before, row.after) for row in changes.rows[:2]] == [
        ("regrouped", name, "Kerngroep", "Werkgroep wijken") for name in ("Humanitas", "Zorggroep De Waalkant")
    ]
    assert "in other groups 2" in changes.rows[2].details


def test_a_party_that_is_read_as_something_else_is_retyped(before: StoredRun) -> None:
    first, *rest = before.tables.participants
    people = replace(first, type=PartyType.GROUP, organisation_id=None, organisation=None)
    after = replace(before, tables=replace(before.tables, participants=(people, *rest)))
    (row, _) = compare_runs(before, after).rows
    assert (row.change.value, row.before, row.after, str(row.cause)) == ("retyped", "organisation", "group", "reading")
    (row, _) = compare_runs(after, before).rows
    assert (row.change.value, row.before, row.after) == ("retyped", "group", "organisation")


def test_a_party_that_another_document_still_names_has_not_left(before: StoredRun) -> None:
    news = "Coalitie in Tiel groeit\n\nDeelnemers\n\n• Humanitas\n"
    one = run_of({"tiel.txt": page(), "news.txt": news})
    other = run_of({"tiel.txt": page([party for party in PARTIES if party != "Humanitas"]), "news.txt": news})
    assert said(compare_runs(one, other)) == [TIEL]
    assert compare_runs(one, one).rows == ()


def test_a_change_knows_its_cause(before: StoredRun) -> None:
    text = run_of({"tiel.txt": page(PARTIES[1:])})
    gone = run_of({"goes.txt": page().replace("Tiel", "Goes")})
    fewer = replace(before.tables, participants=before.tables.participants[1:])
    read_differently = replace(before, tables=fewer)
    causes = [
        {str(row.cause) for row in compare_runs(before, after).rows if row.change.value == "left"}
        for after in (text, gone, read_differently)
    ]
    assert causes == [{"text"}, {"document"}, {"reading"}]


def test_new_and_vanished_documents_and_files_with_another_name(before: StoredRun) -> None:
    goes = page().replace("Tiel", "Goes")
    after = run_of({"elsewhere/page-1.txt": page(), "goes.txt": goes})
    assert [row for row in said(compare_runs(before, after)) if row[0] == "document"] == [
        ("document", "new", TITLE.replace("Tiel", "Goes"))
    ]
    back = compare_runs(after, before)
    assert [row[1] for row in said(back) if row[0] == "document"] == ["vanished"]
    # two pages whose file names changed places are still the same pages
    one = run_of({"1.txt": page(), "2.txt": goes})
    assert compare_runs(one, run_of({"2.txt": page(), "1.txt": goes})).rows == ()
    twice = run_of({"a.txt": page(), "b.txt": page()})
    assert compare_runs(twice, run_of({"c.txt": page(), "d.txt": page()})).rows == ()
    assert [row[1] for row in said(compare_runs(twice, before))] == ["vanished"]


def test_merged_and_split_by_a_steward(before: StoredRun) -> None:
    told = Judgement(NameKey("Humanitas", "Tiel"), NameKey("Zorggroep De Waalkant", "Tiel"), Verdict.SAME)
    for former in (before, None):  # ids of the same registry, and ids made apart
        merged = run_of({"tiel.txt": page()}, former, [told])
        (row,) = compare_runs(before, merged).rows
        assert (row.about.value, row.change.value) == ("organisation", "merged")
        assert set(row.before.split(";")) == {"Humanitas", "Zorggroep De Waalkant"}
        (row,) = compare_runs(merged, before).rows
        assert (row.change.value, set(row.after.split(";"))) == ("split", {"Humanitas", "Zorggroep De Waalkant"})


# --- the same body in two runs ------------------------------------------------------------------------------


def body(one: str, name: str, *names: tuple[str, str], known_as: Sequence[str] = ()) -> Body:
    keys = frozenset(NameKey(*key) for key in names or ((name, "Tiel"),))
    return Body(one, name, OrganisationType.OTHER, "GM0281", keys, frozenset(known_as))


A, B = body("a", "De Brug"), body("b", "Het Baken")
RECOGNISED: dict[str, tuple[list[Body], list[Body], dict[str, str]]] = {
    "by its id, whatever it is called": ([A], [body("a", "Iets heel anders")], {"a": "a"}),
    "by a printed name": ([A], [body("x", "Stichting Brug", ("de BRUG", "Tiel"), ("Brug", "Goes"))], {"a": "x"}),
    "by its canonical name": ([body("a", "De Brug", ("Brug 1", "Tiel"))], [body("x", "De Brug", ("B2", "Goes"))], {"a": "x"}),
    "by likeness": ([body("a", "Welzijn De Schakel")], [body("x", "De Schakel Welzijn Tiel")], {"a": "x"}),
    "a retired id": ([A], [body("x", "Anders", known_as=["a"])], {"a": "x"}),
    "not in another town": ([body("a", "1", ("De Brug", "Tiel"))], [body("x", "2", ("De Brug", "Goes"))], {}),
    "not another name": ([A], [body("x", "Het Baken")], {}),
    "the id before the name": ([A, B], [body("a", "De Brug"), body("x", "Het Baken")], {"a": "a", "b": "x"}),
    "ids that changed places keep to the id": ([A, B], [body("b", "De Brug"), body("a", "Het Baken")], {"a": "a", "b": "b"}),
}  # fmt: skip


@pytest.mark.parametrize("name", RECOGNISED)
def test_a_body_is_recognised(name: str) -> None:
    old, new, expected = RECOGNISED[name]
    found = recognise({one.body_id: one for one in old}, {one.body_id: one for one in new}, lambda: RULES)
    assert found.same == expected
    assert found.how.keys() == expected.keys()


NAMED = st.lists(st.sampled_from(("Anker", "Baken", "Cirkel", "Dijk", "Eik")), min_size=1, max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMED, max_size=4), st.lists(NAMED, max_size=4), st.booleans())
def test_recognising_is_one_to_one_and_goes_back(old: list[list[str]], new: list[list[str]], shared: bool) -> None:
    def bodies(groups: list[list[str]], prefix: str) -> dict[str, Body]:
        taken: set[str] = set()
        found: dict[str, Body] = {}
        for at, names in enumerate(groups):
            free = [name for name in names if name not in taken]  # a name has one owner in a run
            taken.update(free)
            if free:
                one = f"{prefix}{at}"
                found[one] = body(one, free[0], *((name, "Tiel") for name in free))
        return found

    before, now = bodies(old, "x"), bodies(new, "x" if shared else "y")
    there, back = recognise(before, now, lambda: RULES), recognise(now, before, lambda: RULES)
    assert len(set(there.same.values())) == len(there.same)
    assert there.same == {one: other for other, one in back.same.items()}
    assert not set(there.merged) & set(there.same)
    assert not set(there.split) & set(there.same.values())
    assert (set(there.merged), set(there.split)) == (set(back.split), set(back.merged))
    assert recognise(before, before, lambda: RULES).same == {one: one for one in before}


# --- as it is written -----------------------------------------------------------------------------------------


def test_written_for_eyes_and_programs(before: StoredRun) -> None:
    import csv
    import io
    import json
    from dataclasses import fields

    changes = compare_runs(before, run_of({"tiel.txt": page((*PARTIES[1:], "\u202eKoor\x1b[31m De Dijk"))}))
    table = written(changes, "table")
    assert "\nTiel\n" in table
    assert "- Gemeente Tiel" in table
    assert "\x1b" not in table
    assert "\u202e" not in table
    assert table.splitlines()[-1] == in_short(changes)
    rows = list(csv.DictReader(io.StringIO(written(changes, "csv"))))
    assert list(rows[0]) == [item.name for item in fields(Change)]
    told = json.loads(written(changes, "json"))
    assert [row["name"] for row in told["changes"]] == [row["name"] for row in rows] == [r.name for r in changes.rows]
    assert sum(told["counts"].values()) == len(rows)
    with pytest.raises(Unusable):
        written(changes, "xlsx")
    assert in_short(compare_runs(before, before)) == "no changes"


def test_notes_say_what_else_differs(before: StoredRun) -> None:
    other = replace(before, facts={**before.facts, "rules_sha256": "x", "contacts": "drop"})
    (note,) = compare_runs(before, other).notes
    assert "rules" in note
    assert "contacts" in note
    assert "model" not in note
    assert "no run.json" in compare_runs(before, replace(before, facts={})).notes[0]
    with pytest.raises(Unusable, match="dedupe"):
        compare_runs(before, replace(before, has_documents=False))


def test_tables_of_names_are_compared_by_organisation(before: StoredRun) -> None:
    after = run_of({"tiel.txt": page((*PARTIES[1:], "Voetbalvereniging De Dijk"))})
    one, other = (replace(run, has_documents=False) for run in (before, after))
    found = said(compare_runs(one, other))
    assert ("organisation", "new", "Voetbalvereniging De Dijk") in found
    assert ("organisation", "vanished", "Zorggroep De Waalkant") not in found
    assert {about for about, _, _ in found} == {"organisation"}
