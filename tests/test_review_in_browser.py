"""The stewards' page in a real browser: what one steward decides is what the judgements file holds, and nothing else."""

from __future__ import annotations

import importlib.util
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
WITHDRAWN = review.WITHDRAWN


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with 30 pairs to be reviewed, which no test writes to."""
    return review.table_run(tmp_path_factory.mktemp("run") / "run", review.NAMES[:30])


@pytest.fixture
def judgements(tmp_path: Path) -> Path:
    return tmp_path / "judgements.csv"


def test_a_whole_session_by_keyboard(chromium: Browser, run: Path, judgements: Path) -> None:
    """Thirty pairs with letters and digits, looking ahead and back, undo at once and much later."""
    written: list[object] = []
    with Server(run, judgements) as server, at_work(chromium, server) as an:
        for number in range(30):
            if number in (4, 17):  # looking at the neighbours decides nothing
                here = an.card()
                an.press("n" if number == 4 else "ArrowRight")
                assert an.card() != here
                an.press("p" if number == 4 else "ArrowLeft")
                assert an.card() == here
            if number in (9, 21):  # on second thoughts
                here = an.card()
                wrong = an.decide("u")
                an.press("Backspace" if number == 9 else "z")
                assert an.card() == here
                written += [wrong, Row(here.names, WITHDRAWN, "An")]
            written.append(an.decide("1d3s2u"[number % 6]))
            assert rows(judgements) == written
        assert an.done()
        assert "30 of 30" in an.page.inner_text(".progress")

        an.go("/decisions")
        for number in (20, 3):  # rows of the table, the newest first, the second one after the first was taken back
            line = an.page.locator("tbody tr", has=an.page.get_by_text("counts", exact=True)).nth(number)
            names = review.in_order(*line.locator(".name > bdi").all_text_contents())
            line.get_by_role("button", name="Undo").focus()
            an.page.keyboard.press("Enter")
            an.page.locator("tbody tr").nth(len(written)).wait_for()
            written.append(Row(names, WITHDRAWN, "An"))
            assert rows(judgements) == written
        an.go()
        assert an.card().names in {written[-1].names, written[-2].names}  # type: ignore[attr-defined]
        assert an.complaints == []
    assert len(last_words(judgements)) == 28


AT_ONCE = """how => new MutationObserver((_, watch) => {
    watch.disconnect();
    if (how === "key") document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true}));
    else document.querySelector("button.same").click();
}).observe(document.body, {childList: true})"""


def two_keys(an: Steward) -> None:
    an.page.keyboard.press("2")
    an.page.keyboard.press("2")


def two_different_keys(an: Steward) -> None:
    an.page.keyboard.press("2")
    an.page.keyboard.press("1")


def held_key(an: Steward) -> None:
    before = an.page.url
    for _ in range(10):
        an.page.keyboard.down("2")
    an.leave(before)
    an.settle()
    for _ in range(10):  # still held when the next card could be decided
        an.page.keyboard.down("2")
    an.page.keyboard.up("2")


def held_enter(an: Steward) -> None:
    an.page.focus("button.different")
    for _ in range(25):
        an.page.keyboard.down("Enter")
    an.page.keyboard.up("Enter")


def double_click(an: Steward) -> None:
    an.page.dblclick("button.different")


def key_on_the_next_card(an: Steward) -> None:
    an.page.evaluate(AT_ONCE, "key")
    an.page.keyboard.press("2")


def click_on_the_next_card(an: Steward) -> None:
    an.page.evaluate(AT_ONCE, "click")
    an.page.click("button.different")


TWICE = (
    two_keys, two_different_keys, held_key, held_enter, double_click, key_on_the_next_card, click_on_the_next_card,
)  # fmt: skip


def test_a_double_press_is_one_decision(chromium: Browser, run: Path, judgements: Path) -> None:
    with Server(run, judgements) as server, at_work(chromium, server, hurried=False) as an:
        for number, press in enumerate(TWICE):
            first, before = an.card(), an.page.url
            an.settle()
            press(an)
            an.leave(before)
            following = an.card()
            assert following != first
            an.settle()  # whatever the second press could have done is done by now
            assert an.card() == following, press.__name__
            assert rows(judgements)[2 * number :] == [Row(first.names, "different", "An")], press.__name__
            an.decide("3")  # the next press counts again
            assert rows(judgements)[2 * number + 1 :] == [Row(following.names, "unsure", "An")], press.__name__
        assert an.complaints == []


def test_a_session_without_script(chromium: Browser, run: Path, judgements: Path) -> None:
    """Buttons and links alone: decisions, a double click, a note, back and forth, undo."""
    written: list[object] = []
    with Server(run, judgements) as server, at_work(chromium, server, script=False) as an:
        for number in range(12):
            here, verdict = an.card(), ("same", "different", "unsure")[number % 3]
            if number == 2:
                an.click("a[rel=next]")
                assert an.card() != here
                an.click("a[rel=prev]")
                assert an.card() == here
            if number == 7:
                an.click("button.same")
                an.click(".moves button")
                assert an.card() == here
                written += [Row(here.names, "same", "An"), Row(here.names, WITHDRAWN, "An")]
            if number == 5:
                an.page.fill("#note", "bel <b>eerst</b>")
            before = an.page.url
            if number in (4, 8):
                an.page.dblclick(f"button.{verdict}")
                an.leave(before)
            else:
                an.click(f"button.{verdict}")
            written.append(Row(here.names, verdict, "An"))
            assert rows(judgements) == written
        assert an.page.inner_text(".saved").startswith("Saved: unsure")
        an.go("/decisions")
        an.page.locator("tbody tr").nth(3).get_by_role("button").click()
        an.page.locator("tbody tr").nth(len(written)).wait_for()
        written.append(Row(written[-4].names, WITHDRAWN, "An"))  # type: ignore[attr-defined]
        assert rows(judgements) == written
    decided = [row for row in review.read_table(judgements) if row["judgement"] != WITHDRAWN]
    assert [row["note"] for row in decided if row["note"]] == ["bel <b>eerst</b>"]


def test_without_script_a_new_card_settles_too(chromium: Browser, run: Path, judgements: Path) -> None:
    """The second half of a double click that comes when the next card is there, the time of the page standing still."""
    with Server(run, judgements) as server, at_work(chromium, server, script=False) as an:

        def click_at_once() -> None:
            box = an.page.locator("button.unsure").bounding_box()
            an.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

        first, before, time = an.card(), an.page.url, an.page.context.new_cdp_session(an.page)
        an.page.hover("button.unsure")  # waits until it can be clicked
        time.send("Animation.enable")
        time.send("Animation.setPlaybackRate", {"playbackRate": 0})
        click_at_once()
        an.leave(before)
        following = an.card()
        an.page.wait_for_timeout(2 * review.SETTLE)  # of which the page sees nothing
        click_at_once()
        an.page.wait_for_timeout(review.SETTLE)
        assert an.card() == following
        assert rows(judgements) == [Row(first.names, "unsure", "An")]
        time.send("Animation.setPlaybackRate", {"playbackRate": 1})
        an.click("button.unsure")
        assert rows(judgements)[1:] == [Row(following.names, "unsure", "An")]


def test_what_is_typed_as_a_note_decides_nothing(chromium: Browser, run: Path, judgements: Path) -> None:
    """Letters are keys only outside fields; Enter in the note chooses no verdict, with script and without."""
    with Server(run, judgements) as server:
        for script in (False, True):
            with at_work(chromium, server, script=script) as an:
                here = an.card()
                an.settle()
                an.page.focus("#note")
                an.page.keyboard.type("sud 123 nz/p")
                an.page.keyboard.press("Backspace")
                an.page.keyboard.press("Enter")
                an.page.wait_for_timeout(review.SETTLE)
                assert an.card() == here
                assert rows(judgements) == []
                assert an.page.input_value("#note") == "sud 123 nz/"
                if script:
                    an.page.keyboard.press("Escape")  # out of the field
                    assert [an.decide("2")] == rows(judgements)
        assert review.read_table(judgements)[0]["note"] == "sud 123 nz/"
