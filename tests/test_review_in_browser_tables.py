"""What stewards do beside single pairs, in a real browser: organisations, search, files of judgements; the tables follow."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("uvicorn", reason="the page needs the extra: pip install 'coalitie[review]'")


def beside(name: str) -> ModuleType:
    """A module that several test files share."""
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


chromium = beside("browser").chromium
review = beside("review_server")
Row, Server, Steward, at_work, last_words, rows = (
    review.Row, review.Server, review.Steward, review.at_work, review.last_words, review.rows
)  # fmt: skip

ALONE = "Eethuis Zuurdeeg"
TOGETHER = ("Stichting Vlierhoek", "St. Vlierhoek", "Vlierhoek")  # one organisation without a steward


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with 8 pairs to be reviewed and an organisation of three names, which no test writes to."""
    also = [(name, "Tiel") for name in (*TOGETHER, ALONE)]
    return review.table_run(tmp_path_factory.mktemp("run") / "run", review.NAMES[:8], also)


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


@pytest.fixture
def judgements(tmp_path: Path) -> Path:
    return tmp_path / "judgements.csv"


def find(an: Steward, words: str) -> None:
    """Searches on the page that is shown, by keyboard alone."""
    an.page.wait_for_load_state()  # keys are keys as soon as the script is there
    an.page.keyboard.press("/")
    an.page.keyboard.type(words)
    an.page.keyboard.press("Enter")
    an.page.wait_for_url(lambda url: f"q={words}" in url)


def rerun(an: Steward) -> None:
    an.page.locator("form[action='/rerun'] button").press("Enter")
    an.page.wait_for_url(lambda url: "/decisions" in url)
    an.page.locator("form[action='/rerun']").wait_for(state="detached")


def test_an_organisation_taken_apart_and_put_together(chromium: Browser, run: Path, judgements: Path) -> None:
    """Found, one name taken out, another organisation joined, name and type set, all by keyboard; then one undone."""

    def members(name: str) -> set[str]:
        same = review.organisation_of(run, name)["organisation_id"]
        held = review.read_table(run / "organisation_names.csv")
        return {row["name"] for row in held if row["organisation_id"] == same}

    with Server(run, judgements) as server, at_work(chromium, server, path="/organisations") as an:
        found = an.page.locator("tbody a")
        find(an, "vlierhoek")
        assert found.count() == 1
        found.press("Enter")
        an.page.get_by_label("Vlierhoek", exact=True).press("Space")
        an.page.get_by_role("button", name="Take the chosen names out").press("Enter")
        an.page.get_by_text("The chosen names become an organisation of their own.").wait_for()
        assert an.page.locator("fieldset").count() == 2

        find(an, "zuurdeeg")
        an.page.get_by_role("button", name=f"Merge with {ALONE}").press("Enter")
        an.page.get_by_text("The organisations are merged.").wait_for()

        an.page.get_by_label("Name to use in the tables").fill("Vlierhoek en Zuurdeeg")
        an.page.keyboard.press("Enter")
        an.page.get_by_text("Saved.").wait_for()
        an.page.get_by_label("Type of organisation").select_option("cultuur")
        an.page.locator("#value-type + button, div:has(> #value-type) + button").press("Enter")
        an.page.locator(".facts", has_text="culture").wait_for()
        assert an.page.inner_text("h1") == "Vlierhoek en Zuurdeeg"
        assert members("Vlierhoek") == set(TOGETHER)  # the tables are as they were until they are made again

        rerun(an)
        assert members("Vlierhoek") == {"Vlierhoek"}
        assert members(ALONE) == {ALONE, *TOGETHER[:2]}
        row = review.organisation_of(run, ALONE)
        assert (row["name"], row["type"]) == ("Vlierhoek en Zuurdeeg", "cultuur")

        line = an.page.locator("tbody tr", has_text=ALONE)
        line.get_by_role("button", name="Undo").press("Enter")
        an.page.locator("tbody tr", has_text="taken back").first.wait_for()
        rerun(an)
        assert members(ALONE) == {ALONE}
        assert members("Vlierhoek") == {"Vlierhoek"}
        said = last_words(judgements)
        assert {names for names, _ in said if "Vlierhoek" in names and said[names, "An"] == "different"} == {
            ("St. Vlierhoek", "Vlierhoek"),
            ("Stichting Vlierhoek", "Vlierhoek"),
        }
        assert [names for names, _ in said if ALONE in names] == []
        assert an.complaints == []


def test_search_and_filter_lead_to_the_pairs_that_were_asked_for(
    chromium: Browser, made: Path, judgements: Path
) -> None:
    """From a card by keyboard to the list and back, one by one; the filter stays until no pair of it is left."""
    wanted, other = review.NAMES[3], review.NAMES[5]
    with Server(made, judgements) as server, at_work(chromium, server) as an:
        an.press("/")
        assert an.page.locator("tbody tr").count() == 8
        find(an, wanted.split()[1].lower())
        assert an.page.locator("tbody tr").count() == 1
        an.page.get_by_role("link", name="Review these one by one").press("Enter")
        an.page.locator("article.case").wait_for()
        assert wanted in an.card().names
        written = [an.decide("1")]
        assert an.done()
        assert "Within this filter" in an.page.inner_text("main")
        an.page.get_by_role("link", name="Go on without the filter").press("Enter")
        an.page.locator("article.case").wait_for()
        assert wanted not in an.card().names

        an.go("/pairs")
        an.page.get_by_label("State").select_option("judged")
        an.page.get_by_label("Score from").fill("0,3")
        an.page.keyboard.press("Enter")
        an.page.wait_for_url(lambda url: "judged=judged" in url)
        assert [wanted in text for text in an.page.locator("tbody tr").all_inner_texts()] == [True]
        an.page.get_by_label("Score from").fill("0.99")
        an.page.keyboard.press("Enter")
        an.page.get_by_text("0 pairs").wait_for()
        an.go(f"/pairs?q={other}")
        an.page.get_by_role("link", name=f"Open: {other}").press("Enter")
        an.page.locator("article.case").wait_for()
        written.append(an.decide("d"))
        assert rows(judgements) == written


def test_judgements_leave_and_come_in(chromium: Browser, made: Path, judgements: Path, tmp_path: Path) -> None:
    """What is exported is the file; what is imported is shown with what is wrong, and taken over when confirmed."""
    with Server(made, judgements) as server, at_work(chromium, server) as an:
        written = [an.decide("1"), an.decide("2"), an.decide("3")]
        an.go("/exchange")
        exported = {}
        for kind in ("CSV", "JSON Lines"):
            with an.page.expect_download() as download:
                an.page.get_by_role("link", name=kind).press("Enter")
            exported[kind] = Path(download.value.path()).read_text(encoding="utf-8")
        assert exported["CSV"] == judgements.read_text(encoding="utf-8")
        records = [json.loads(line) for line in exported["JSON Lines"].splitlines()]
        assert records == review.read_table(judgements)

        against = {**records[0], "judgement": "different", "judged_by": "Bo"}
        new = {**records[0], "name_b": ALONE, "judged_by": "Bo"}
        broken = {**records[1], "judgement": "perhaps"}
        sent = tmp_path / "sent.jsonl"
        sent.write_text("".join(json.dumps(row) + "\n" for row in (*records, against, new, broken)), encoding="utf-8")
        an.page.get_by_label("File").set_input_files(sent)
        an.page.get_by_role("button", name="Look at it").press("Enter")
        an.page.locator("dl.facts").wait_for()
        counts = dict(zip(*(an.page.locator(f"dl.facts {tag}").all_inner_texts() for tag in ("dt", "dd")), strict=True))
        assert (counts["Usable rows"], counts["New"], counts["Unusable"]) == ("5", "2", "1")
        assert counts["In conflict with what counts now"] == "1"
        told = an.page.inner_text("main")
        assert "line 6: judgement 'perhaps'" in told
        assert "different (Bo) ↔ same (An)" in told
        assert rows(judgements) == written  # nothing is taken over unasked

        an.page.get_by_role("button", name="Take over 2 new rows").press("Enter")
        an.page.get_by_text("2 rows taken over.").wait_for()
        for row in (against, new):
            written.append(Row(review.in_order(row["name_a"], row["name_b"]), row["judgement"], "Bo"))
        assert rows(judgements) == written
        an.go("/pairs?judged=contradicted")
        assert an.page.locator("tbody tr").count() == 1

        an.go("/exchange")
        an.page.get_by_label("File").set_input_files(sent)
        an.page.get_by_role("button", name="Look at it").press("Enter")
        an.page.get_by_text("There is nothing new to take over.").wait_for()
        assert rows(judgements) == written
