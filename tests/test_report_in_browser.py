"""The HTML report as people meet it: in a browser, by mouse and by keyboard, wide and narrow, with and without script."""

from __future__ import annotations

import importlib.util
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("jinja2", reason="the report needs the extra: pip install 'coalitie[report]'")
pytest.importorskip("matplotlib", reason="the report needs the extra: pip install 'coalitie[report]'")

from coalitie.pipeline.report import write_report


def _beside(name: str) -> Any:
    """A module that stands beside this one; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


_browser, _cases = _beside("browser"), _beside("test_report")
chromium, visit, violations = _browser.chromium, _browser.visit, _browser.violations
WIDTHS = (360, 768, 1280)


@pytest.fixture(scope="module")
def reports(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages about the sample texts, about hostile ones, about texts whose words are missing, and about nothing."""
    folder = tmp_path_factory.mktemp("reports")
    tables, texts = _cases.hostile_tables()
    runs = {
        "sample": sample_run,
        "hostile": _cases.run_folder(folder / "hostile", tables, texts),
        "wordless": _cases.run_folder(folder / "wordless", tables),
        "empty": _cases.run_folder(folder / "empty", _cases.Tables(), {}),
        "many": _cases.run_folder(folder / "many", _cases.tables_of(_MANY), dict.fromkeys(_MANY, "Tekst.")),
    }
    return {name: write_report(run, folder / f"{name}.html").out for name, run in runs.items()}


_MANY = {f"Gemeente {at}": [f"Org {n}" for n in range(10) if (at + n) % 7 < 2] for at in range(75)}
NAMES = ("sample", "hostile", "wordless", "empty", "many")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_opens_without_a_request_or_a_complaint(
    chromium: Browser, reports: dict[str, Path], name: str
) -> None:
    with visit(chromium, reports[name]) as visited:
        assert visited.page.locator("h1").count() == 1
        assert visited.requests == [reports[name].resolve().as_uri()]
        assert visited.complaints == []


@pytest.mark.parametrize(("name", "scheme"), [*product(NAMES, ("light", "dark"))])
def test_axe_finds_nothing(chromium: Browser, reports: dict[str, Path], name: str, scheme: str) -> None:
    with visit(chromium, reports[name], scheme) as visited:
        visited.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert violations(visited.page) == []


def test_axe_finds_nothing_while_a_tooltip_is_shown_and_an_organisation_is_picked(
    chromium: Browser, reports: dict[str, Path]
) -> None:
    with visit(chromium, reports["sample"]) as visited:
        visited.page.select_option("#pick-node", index=1)
        visited.page.locator("mark").first.focus()
        assert violations(visited.page) == []


def test_axe_does_find_what_is_wrong(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><img src=data:,>", encoding="utf-8")
    with visit(chromium, tmp_path / "bad.html") as visited:
        found = " ".join(violations(visited.page))
        assert "image-alt" in found
        assert "html-has-lang" in found


@pytest.mark.parametrize(("name", "width"), [*product(NAMES, WIDTHS)])
def test_the_page_never_scrolls_sideways(chromium: Browser, reports: dict[str, Path], name: str, width: int) -> None:
    with visit(chromium, reports[name], width=width) as visited:
        visited.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        wide, room = visited.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room


def test_hostile_names_are_seen_as_they_are_written(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["hostile"]) as visited:
        assert visited.page.locator("#d1 h3").inner_text() == _cases.HOSTILE[0]
        assert visited.page.locator("script").count() == 2
        assert visited.page.locator("img").count() == 0
        visited.page.locator("#d1 mark[data-t*='group']").first.focus()
        assert "group: <script>alert(1)</script>" in visited.page.locator("#tip").inner_text()


def shown_tip(page: Page) -> str:
    return page.locator("#tip").inner_text() if page.locator("#tip").is_visible() else ""


def test_a_tooltip_comes_with_the_mouse_and_with_the_keyboard(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"], width=900) as visited:
        page = visited.page
        mark = page.locator("mark", has_text="Stichting Welzijn De Schakel").first
        assert shown_tip(page) == ""
        mark.hover()
        for word in ("meppel.p06", "participant", "→ Welzijn De Schakel", "list-item/name", "0.9"):
            assert word in shown_tip(page)
        page.mouse.move(1, 1)
        assert shown_tip(page) == ""
        mark.focus()
        assert "meppel.p06" in shown_tip(page)
        assert mark.get_attribute("aria-describedby") == "tip"
        page.keyboard.press("Tab")
        assert "meppel.p07" in shown_tip(page)
        page.keyboard.press("Escape")
        assert shown_tip(page) == ""
        box = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert box[0] <= box[1]


def test_everything_is_there_without_script(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"], script=False) as visited:
        page = visited.page
        assert page.locator("#picked").is_hidden()
        assert page.locator("#matrix-table tbody tr").count() == 6
        mark = page.locator("mark", has_text="Stichting Welzijn De Schakel").first
        for point in (mark.hover, mark.focus):
            point()
            assert page.locator("mark:hover, mark:focus").first.get_attribute("data-t") == mark.get_attribute("data-t")
        session = page.context.new_cdp_session(page)
        session.send("DOM.enable")
        tree = session.send("Accessibility.getFullAXTree")
        names = {str(node.get("name", {}).get("value", "")) for node in tree["nodes"]}
        assert any("p06 + e25 · participant" in name for name in names)


def test_headings_of_a_table_sort_it(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"]) as visited:
        rows = visited.page.locator("#matrix-table tbody th")
        before = rows.all_inner_texts()
        visited.page.get_by_role("button", name="Organisation", exact=True).last.click()
        assert rows.all_inner_texts() == sorted(before)
        visited.page.get_by_role("button", name="Organisation", exact=True).last.press("Enter")
        assert rows.all_inner_texts() == sorted(before, reverse=True)


def test_the_matrix_shows_one_type_or_province(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"]) as visited:
        visited.page.select_option("#matrix-type", "Welfare")
        assert visited.page.locator("#matrix-table tbody tr:visible").count() == 1
    with visit(chromium, reports["many"]) as visited:
        assert visited.page.locator("#matrix-table td:visible").count() > 0
        visited.page.select_option("#matrix-province", index=1)
        assert visited.page.locator("#matrix-table thead .v:visible").count() == 7


def test_one_organisation_or_municipality_can_be_picked(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"]) as visited:
        page = visited.page
        page.select_option("#pick-place", label="Zwolle")
        assert "Rode Kruis" in page.locator("#picked").inner_text()
        assert page.locator(".ray").count() == page.locator("g.o.lit").count() > 2
        page.select_option("#pick-node", index=1)
        assert "takes part in 3: " in page.locator("#picked").inner_text()
        assert page.locator("#pick-place").input_value() == ""
        page.select_option("#pick-node", index=0)
        assert page.locator(".picking").count() == 0


def test_what_was_found_can_be_hidden_by_kind(chromium: Browser, reports: dict[str, Path]) -> None:
    with visit(chromium, reports["sample"], script=False) as visited:
        mark = visited.page.locator("mark.o").first
        colour = "element => getComputedStyle(element).backgroundColor"
        before = mark.evaluate(colour)
        visited.page.locator("#k-o").uncheck()
        assert mark.evaluate(colour) != before
