"""Several stewards, several servers, and servers that die: the judgements file holds what the pages confirmed."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import threading
import time
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
Row, Server, Steward, at_work, rows = review.Row, review.Server, review.Steward, review.at_work, review.rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with 17 pairs to be reviewed, which no test writes to."""
    return review.table_run(tmp_path_factory.mktemp("run") / "run", review.NAMES[:17])


@pytest.fixture
def judgements(tmp_path: Path) -> Path:
    return tmp_path / "judgements.csv"


def at_once(*who: tuple[Steward, str]) -> list[object]:
    """Each presses a key on their own card before anybody sees what follows; returns the rows that this has to write."""
    before = [one.page.url for one, _ in who]
    expected = [Row(one.card().names, review.KEYS[key], one.name) for one, key in who]
    for one, _ in who:
        one.settle()
    for one, key in who:
        one.page.keyboard.press(key)
    for (one, _), url in zip(who, before, strict=True):
        one.leave(url)
    return expected


def test_two_stewards_share_the_queue(chromium: Browser, made: Path, judgements: Path) -> None:
    """By turns and at the same moment, no pair comes to both, and the last one is left to one of them."""
    written: list[object] = []
    with (
        Server(made, judgements) as server,
        at_work(chromium, server, "An") as an,
        at_work(chromium, server, "Bo") as bo,
    ):
        for number in range(8):
            assert an.card() != bo.card()
            if number % 2:
                written += [an.decide("1"), bo.decide("2")]
            else:
                written += at_once((an, "s"), (bo, "d"))
        assert an.card() == bo.card()  # nothing else is left, and Bo had it first or An: both may see it
        written.append(an.decide("u"))
        assert an.done()
        bo.page.reload()
        assert "Judged already: unsure (An" in bo.page.inner_text(".case .notice")
        assert sorted(rows(judgements)) == sorted(written)
        assert len({row.names for row in rows(judgements)}) == 17
        assert an.complaints == bo.complaints == []


def test_two_servers_on_one_file(chromium: Browser, made: Path, judgements: Path) -> None:
    """Two programs that know nothing of each other lose no word, and each takes up what the other wrote."""
    written: list[object] = []
    with (
        Server(made, judgements) as one,
        Server(made, judgements) as two,
        at_work(chromium, one, "An") as an,
        at_work(chromium, two, "Bo") as bo,
    ):
        for _ in range(6):
            written += at_once((an, "1"), (bo, "1"))
        written += [an.decide("3"), bo.decide("2"), an.decide("2")]
        an.go("/decisions?who=all")
        assert sorted(an.page.locator("tbody td:nth-child(2)").all_inner_texts()) == ["An"] * 8 + ["Bo"] * 7
    assert sorted(rows(judgements)) == sorted(written)


def test_a_server_that_died_is_told_in_words(chromium: Browser, made: Path, judgements: Path) -> None:
    """Between two decisions: the card stays, its note too, the page says what to do, and after that it goes on."""
    with (
        Server(made, judgements) as server,
        at_work(chromium, server, "An", language="en") as an,
        at_work(chromium, server, "Bo", language="nl") as bo,
    ):
        written = [an.decide("1"), bo.decide("2")]
        here = {one.name: one.card() for one in (an, bo)}
        server.kill()
        for one, no_answer in ((an, "no answer"), (bo, "geen antwoord")):
            one.page.fill("#note", "nabellen")
            one.page.keyboard.press("Escape")
            one.settle()
            one.page.keyboard.press("1")
            assert no_answer in one.alert()
            assert one.page.locator("#alert").get_attribute("role") == "alert"
            assert (one.card(), one.page.input_value("#note")) == (here[one.name], "nabellen")
        server.start()
        for one, stale in ((an, "Nothing was saved: reload"), (bo, "Er is niets opgeslagen: laad")):
            one.page.keyboard.press("1")
            one.page.locator("#alert", has_text=stale).wait_for()
            assert one.card() == here[one.name]
            assert rows(judgements) == written
            one.page.reload()
            assert not one.page.locator("#alert").is_visible()
            assert one.card() == here[one.name]
            written += [one.decide("3")]
        assert rows(judgements) == written


def test_a_server_that_dies_at_any_moment(chromium: Browser, made: Path, judgements: Path) -> None:
    """A decision that the page confirmed is in the file; one that it did not is there once after it was said again."""
    written: list[object] = []
    with Server(made, judgements) as server, at_work(chromium, server) as an:

        def die(moment: float | None) -> None:
            """After so many seconds, or as soon as the decision is written: before the page can know."""
            size, latest = judgements.stat().st_size, time.monotonic() + (10 if moment is None else moment)
            while time.monotonic() < latest and (moment is not None or judgements.stat().st_size == size):
                pass
            server.kill()

        for number, moment in enumerate((0.0, None, 0.03, None)):
            written.append(an.decide("1"))
            here, before, key = an.card(), an.page.url, "23u"[number % 3]
            an.settle()
            death = threading.Thread(target=die, args=(moment,))
            death.start()
            an.page.keyboard.press(key)
            an.page.wait_for_function(
                "url => location.href !== url || !document.getElementById('alert').hidden", arg=before
            )
            confirmed = an.page.url != before
            death.join()
            if confirmed:
                assert rows(judgements)[-1] == Row(here.names, review.KEYS[key], "An")
            server.start()
            an.page.reload()
            if not confirmed:
                assert an.card() == here
                an.press(key)
            written.append(Row(here.names, review.KEYS[key], "An"))
            assert rows(judgements) == written


def test_stewards_who_disagree(chromium: Browser, made: Path, judgements: Path, tmp_path: Path) -> None:
    """Joined by one word, kept apart by two that differ, joined again when both agree: on the page and in the tables."""
    run = tmp_path / "run"
    shutil.copytree(made, run)
    with (
        Server(run, judgements) as server,
        at_work(chromium, server, "An") as an,
        at_work(chromium, server, "Bo") as bo,
    ):
        older = "The tables were made before the latest decisions."

        def together() -> bool:
            return len({review.organisation_of(run, name)["organisation_id"] for name in here.names}) == 1

        def rerun(who: Steward) -> None:
            assert older in who.page.inner_text("main")
            who.page.click("form[action='/rerun'] button")
            who.page.wait_for_url(lambda url: "/decisions" in url)
            assert older not in who.page.inner_text("main")

        here = an.card()
        path = f"/pairs/{here.pair_id}?judged=any"
        assert older not in an.page.inner_text("main")
        an.decide("s")
        assert not together()
        rerun(an)
        assert together()

        bo.go(path)
        assert "Judged already: same (An" in bo.page.inner_text(".case .notice")
        bo.decide("d")
        an.go(path)
        told = an.page.inner_text(".notice.strong")
        assert "Stewards disagree" in told
        assert "An: same" in told
        assert "Bo: different" in told
        an.go("/pairs?judged=contradicted")
        assert an.page.locator("tbody tr").count() == 1
        rerun(an)
        assert not together()

        bo.go(path)
        bo.decide("1")
        bo.go(path)
        assert bo.page.locator(".notice.strong").count() == 0
        rerun(bo)
        assert together()
        assert [row.verdict for row in rows(judgements)] == ["same", "different", "same"]
        assert an.complaints == bo.complaints == []
