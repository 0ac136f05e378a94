"""A real browser for the tests of our pages: Chromium without a window, and what went wrong on a page.

Loaded by path, as tests are no package: `Path(__file__).with_name("browser.py")`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

Scheme = Literal["light", "dark"]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(slots=True)
class Visit:
    """A page that is open, the addresses that it asked for, and what the browser complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def find_chromium() -> str | None:
    """The browser to test with: `COALITIE_CHROMIUM`, else one that is installed; None where there is none."""
    return os.environ.get("COALITIE_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file; they are skipped where it or Playwright is absent."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium on the path (or set COALITIE_CHROMIUM to one)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=list(_QUIET))
        yield browser
        browser.close()


@contextmanager
def visit(
    chromium: Browser, address: str | Path, scheme: Scheme = "light", width: int = 1280, script: bool = True
) -> Iterator[Visit]:
    """A file or address opened in a window of its own."""
    with chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, java_script_enabled=script
    ) as context:
        visited = Visit(context.new_page())

        def asked(request: Request) -> None:
            visited.requests.append(request.url)

        visited.page.on("request", asked)
        visited.page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        visited.page.on("console", lambda said: visited.complaints.append(said.text) if said.type != "log" else None)
        visited.page.goto(address.resolve().as_uri() if isinstance(address, Path) else address)
        yield visited


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, one line each with the element; the test is skipped where axe-core is absent."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    page.evaluate(axe.AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate("() => axe.run()")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
