"""Every page of the stewards' page in a real browser: hostile names, accessibility, keyboard, languages, widths."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

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


browser, review = beside("browser"), beside("review_server")
chromium, violations = browser.chromium, browser.violations
Server, Steward, at_work, rows = review.Server, review.Steward, review.at_work, review.rows

MARKUP = "<img src=x onerror=alert(4)>\u202e"
COLUMNS = ("name_a", "municipality_a", "name_b", "municipality_b", "judgement", "judged_by", "judged_at", "note")


def said(name: str, verdict: str, steward: str) -> tuple[str, ...]:
    """A row of the judgements file on the pair of a name."""
    (a, b), (one, other) = review.pair(name), review.TOWNS
    return (a, one, b, other, verdict, steward, "2026-01-01T00:00:00Z", MARKUP)


WORDS = (
    said(review.NAMES[0], "same", "An"),
    said(review.NAMES[1], "same", "An"),
    said(review.NAMES[1], "different", MARKUP[:-1]),
)

CARDS = (*review.NAMES[:3], review.HOSTILE[-1])  # judged, disagreed about, open; a name of 10,000 letters


def start(run: Path) -> Server:
    """A server on which one pair is judged, and on one the stewards disagree."""
    judgements = run.with_name("judgements.csv")
    with judgements.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([COLUMNS, *WORDS])
    return Server(run, judgements)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Hostile names with passages in hostile texts. Only looked at."""
    run = review.texts_run(tmp_path_factory.mktemp("texts") / "run", [*review.NAMES[:3], *review.HOSTILE])
    with start(run) as started:
        yield started


def pair_id(server: Server, name: str) -> str:
    pairs = review.read_table(server.folder / "duplicates.csv")
    return next(row["pair_id"] for row in pairs if name in (row["name_a"], row["name_b"]))


def organisation_id(server: Server, name: str) -> str:
    return review.organisation_of(server.folder, name)["organisation_id"]


def received(an: Steward, *words: tuple[str, ...]) -> None:
    """Sends a file of judgements, up to the page that tells what it holds."""
    handle = an.server.judgements.with_name("sent.csv")
    with handle.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *words])
    an.go("/exchange")
    an.page.set_input_files("#file", handle)
    an.page.click("form[action='/exchange'] button")
    an.page.locator("dl.facts").wait_for()


def names_on_cards(server: Server) -> list[str]:
    """One name of each pair to be reviewed, as the run has it; those without markup first."""
    table = review.read_table(server.folder / "duplicates.csv")
    names = [row["name_a"] for row in table if row["band"] == "review"]
    plain = [name for name in review.NAMES if {name, review.pair(name)[1]} & set(names)]
    return [*plain, *(name for name in names if name.replace(" de ", " ", 1) not in plain)]


def states(server: Server, names: Sequence[str]) -> dict[str, str]:
    """An address for every page and every state that it can be in, with the cards of these names."""
    cards = {f"card of {name[:30]}": f"/pairs/{pair_id(server, name)}" for name in names}
    plain, long = (f"/organisations/{organisation_id(server, name)}" for name in (review.NAMES[0], review.HOSTILE[-1]))
    return {
        **cards,
        "done": "/done",
        "done, filtered": "/done?q=nergens",
        "pairs": "/pairs?judged=any&band=any",
        "no pairs": "/pairs?q=nergens",
        "organisations": "/organisations",
        "organisation": f"{plain}?q=zorggroep&done=against",
        "organisation, long": f"{long}?done=set",
        "my decisions": "/decisions",
        "all decisions": "/decisions?who=all",
        "exchange": "/exchange?added=3",
        "problem": "/pairs/nowhere",
        "who": "/steward",
    }


CONTRAST = """() => axe.run({runOnly: ["color-contrast"]}).then((found) =>
    found.violations.flatMap((one) => one.nodes.map((node) => node.html.slice(0, 200))))"""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_has_a_fault_that_axe_finds(chromium: Browser, server: Server, language: str) -> None:
    found: list[str] = []
    with at_work(chromium, server, language=language, hurried=False) as an:

        def look(state: str) -> None:
            assert an.page.get_attribute("html", "lang") == language, state
            an.page.emulate_media(color_scheme="light")
            found.extend(f"{state}: {fault}" for fault in violations(an.page))
            an.page.emulate_media(color_scheme="dark")  # of which only the colours are other ones
            found.extend(f"{state}, dark: {fault}" for fault in an.page.evaluate(CONTRAST))

        for state, path in states(server, CARDS).items():
            an.go(path)
            look(state)
        received(an, said(review.NAMES[0], "different", "Cor"), said(review.NAMES[2], "perhaps", "Cor"))
        look("received")
        an.go(f"/pairs/{pair_id(server, review.NAMES[2])}")
        an.page.route("**/pairs/*", lambda route: route.abort())
        an.settle()
        an.page.keyboard.press("1")
        an.alert()
        look("alert")
    assert found == []


WIDER = """() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
    [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
        && !one.closest(".scroll, .unseen")).map((one) => one.outerHTML.slice(0, 80))[0] ?? ""]"""


def look_at_all(an: Steward, names: Sequence[str]) -> str:
    """Opens every page, wide and narrow; nothing may run or stick out. Returns all that is to be read there."""
    asked: list[str] = []
    texts: list[str] = []
    an.page.on("request", lambda request: asked.append(request.url))

    def look(state: str) -> None:
        for width in (1280, 360):
            an.page.set_viewport_size({"width": width, "height": 800})
            assert an.page.evaluate(WIDER) == [0, ""], (state, width)
        assert an.page.locator("body script, img, b, i").count() == 0, state
        assert an.page.title().endswith(" · coalitie"), state
        texts.append(an.page.text_content("body") or "")

    for state, path in states(an.server, names).items():
        an.go(path)
        look(state)
    received(an, said(review.NAMES[0], "different", MARKUP[:-1]), ("<script>alert(6)</script>",) * 8)
    look("received")
    assert an.dialogs == []
    assert [url for url in asked if not url.startswith(an.server.address) or url.endswith("/x")] == []
    assert [word for word in an.complaints if "404" not in word] == []  # the problem page
    return "".join(texts)


@pytest.mark.parametrize("texts", [True, False])
def test_hostile_names_are_text(chromium: Browser, server: Server, tmp_path: Path, texts: bool) -> None:
    """Nothing in a name, a note, a steward's name or a text is run, turns the writing around or breaks the layout."""
    with ExitStack() as stack:
        if not texts:
            run = review.table_run(tmp_path / "run", [*review.NAMES[:3], *review.HOSTILE])
            server = stack.enter_context(start(run))
        names = names_on_cards(server)
        an = stack.enter_context(at_work(chromium, server, "<i onclick=alert(5)>An & Bo</i>", hurried=False))
        shown = look_at_all(an, names)
    expected = [MARKUP[:-1], "<i onclick=alert(5)>An & Bo</i>", "<script>alert(6)</script>", "[U+202E]"]
    expected += ["</p><script>document.title = 'owned'</script>"] if texts else review.HOSTILE[:2]
    for text in (*expected, *(name.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]") for name in names)):
        assert text in shown
    assert not {"\u202e", "\u202c"} & set(shown)


FOCUSABLE = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.checkVisibility({visibilityProperty: true}))
    .map((one, number) => { one.dataset.tab = number; return one.outerHTML.slice(0, 90); })"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const seen = [...one.getClientRects()].some((box) => [0.1, 0.5, 0.9].some((x) => [0.2, 0.5, 0.8].some((y) => {
        const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return hit && (one.contains(hit) || hit === one.closest("label"));
    })));
    return {tab: one.dataset.tab, outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, seen};
}"""


@pytest.mark.parametrize(("width", "which"), [(1280, ""), (360, "card")])
def test_everything_is_reached_by_tab(chromium: Browser, server: Server, width: int, which: str) -> None:
    """In the order of the page, with a visible outline, and not hidden behind something else."""
    with at_work(chromium, server, width=width, hurried=False) as an:
        an.page.get_by_role("button", name="Switch keys off").click()
        an.page.get_by_role("button", name="Switch keys on").wait_for()
        for state, path in states(server, CARDS).items():
            if not state.startswith(which):
                continue
            an.go(path)
            an.page.wait_for_function("() => !document.getAnimations().length")  # until then the mouse finds no button
            controls: list[str] = an.page.evaluate(FOCUSABLE)
            for number, control in enumerate(controls):
                an.page.keyboard.press("Tab")
                focused: dict[str, Any] = an.page.evaluate(FOCUSED)
                where = f"{state}: {control}"
                assert focused == {"tab": str(number), "outline": True, "seen": True}, where


def test_skip_link_and_keys_switched_off(chromium: Browser, server: Server) -> None:
    """Letters are no keys any more, the choice is remembered, and Tab and Enter still do all."""
    with at_work(chromium, server, hurried=False) as an:
        an.page.keyboard.press("Tab")
        assert an.page.locator(".skip").is_visible()
        an.page.keyboard.press("Enter")
        an.page.wait_for_function("() => location.hash === '#main' && document.activeElement.id === 'main'")
        an.page.get_by_role("button", name="Switch keys off").focus()
        an.page.keyboard.press("Enter")
        an.page.get_by_role("button", name="Switch keys on").wait_for()
        an.go()
        here, before = an.card(), rows(server.judgements)
        for key in "1sdn/":
            an.page.keyboard.press(key)
        an.settle()
        assert an.card() == here
        assert rows(server.judgements) == before
        url = an.page.url
        an.page.locator("a[rel=next]").focus()
        an.page.keyboard.press("Enter")
        an.leave(url)
        assert an.card() != here


def test_languages(chromium: Browser, server: Server) -> None:
    """The browser's language, Dutch where it is neither; the switch is remembered and stays at the card."""
    for asked, expected in (("nl-BE", "nl"), ("en-GB", "en"), ("de-DE", "nl")):
        with at_work(chromium, server, language=asked) as an:
            question = {"nl": "Is dit dezelfde organisatie?", "en": "Is this the same organisation?"}
            other = "en" if expected == "nl" else "nl"
            assert (an.page.get_attribute("html", "lang"), an.page.inner_text("h1")) == (expected, question[expected])
            an.press("n")
            here = an.card()
            an.page.click(".who button")
            an.page.locator(f"html[lang={other}]").wait_for()
            assert (an.card(), an.page.inner_text("h1")) == (here, question[other])
            again = Steward(an.page.context.new_page(), server, "An", [], [], hurried=False)
            again.go("/pairs")
            assert again.page.inner_text("h1") == {"nl": "Paren", "en": "Pairs"}[other]
