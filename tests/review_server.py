"""The stewards' page for tests: a server that can be killed, run folders of invented names, and stewards at browsers.

Loaded by path, as tests are no package.
"""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coalitie.pipeline.name_tables import Columns, dedupe
from coalitie.pipeline.run import Order, extract

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTLE = 260  # ms after which a card that has just come up can be decided: the page takes 250
KEYS = {"1": "same", "s": "same", "2": "different", "d": "different", "3": "unsure", "u": "unsure"}
WITHDRAWN = "withdrawn"

# Each gives a pair in the review band, in Steenwijkerland as it stands here and in Zwolle with an article, and no other.
NAMES = tuple(
    f"{kind} {own}"
    for kind in ("Zorggroep", "Buurthuis")
    for own in (
        "Lindewende", "Morgenzicht", "Ravelijn", "Ommeloop", "Brinkster", "Waterling", "Zonnedauw", "Kromhof",
        "Hazenbalg", "Vinkenslag", "Meerstede", "Oudeland", "Pijlkruid", "Rietvink", "Stoomdijk", "Tulpdal",
    )
)  # fmt: skip
HOSTILE = (
    "Zorggroep <script>alert(1)</script>",
    "Zorggroep <img src=x onerror=alert(2)>",
    "Zorggroep \u202eneslow\u202c",
    "Zorggroep &amp; \"twee\" 'drie'",
    "Zorggroep L" + "o" * 9_990,
)
TOWNS = ("Steenwijkerland", "Zwolle")

Names = tuple[str, str]


# --- run folders ---------------------------------------------------------------------------------------


def table_run(out: Path, names: Sequence[str], also: Sequence[tuple[str, str]] = ()) -> Path:
    """A run of `dedupe` with one pair to be reviewed for each name; `also` are more names with their municipality."""
    out.parent.mkdir(parents=True, exist_ok=True)
    table = out.with_name(f"{out.name}-names.csv")
    with table.open("w", encoding="utf-8", newline="") as handle:
        rows = [(name, town) for one in names for name, town in zip(pair(one), TOWNS, strict=True)]
        csv.writer(handle).writerows([("name", "town"), *rows, *also])
    done = dedupe(table, Columns("name", "town"), out)
    assert done.n_review == len(names)
    return out


def texts_run(out: Path, names: Sequence[str]) -> Path:
    """A run of `extract` over two texts, so that every name has a passage; both texts hold markup of their own."""
    folder = out.with_name(f"{out.name}-texts")
    folder.mkdir(parents=True)
    for number, town in enumerate(TOWNS):
        items = "".join(f"• {pair(one)[number]}\n" for one in names)
        (folder / f"{town}.txt").write_text(
            f"Coalitie in {town}, Overijssel\n\n</p><script>document.title = 'owned'</script>\n\nDeelnemers\n\n"
            f"• Gemeente {town}\n{items}\n<img src=x onerror=alert(3)> \u202edraagnov\u202c\n",
            encoding="utf-8",
        )
    extract(Order(inputs=(str(folder),), out=out, model="embedded", workers=1))
    return out


def pair(name: str) -> Names:
    """The two names that a name gives, in the order of TOWNS."""
    return name, name.replace(" ", " de ", 1)


def organisation_of(run: Path, name: str) -> dict[str, str]:
    """The row of the organisation that a name belongs to, as the tables have it now."""
    held = next(row for row in read_table(run / "organisation_names.csv") if row["name"] == name)
    rows = read_table(run / "organisations.csv")
    return next(row for row in rows if row["organisation_id"] == held["organisation_id"])


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# --- the judgements file, read without the code under test ----------------------------------------------


class Row(NamedTuple):
    """What one row of the judgements file says. `names` are in the order of the alphabet."""

    names: Names
    verdict: str
    steward: str


def rows(judgements: Path) -> list[Row]:
    """All rows; none where there is no file yet."""
    return (
        [
            Row(in_order(row["name_a"], row["name_b"]), row["judgement"], row["judged_by"])
            for row in read_table(judgements)
        ]
        if judgements.exists()
        else []
    )


def last_words(judgements: Path) -> dict[tuple[Names, str], str]:
    """By pair and steward the last word, without those that were taken back."""
    said = {(row.names, row.steward): row.verdict for row in rows(judgements)}
    return {key: verdict for key, verdict in said.items() if verdict != WITHDRAWN}


def in_order(a: str, b: str) -> Names:
    return (a, b) if a <= b else (b, a)


# --- the server ----------------------------------------------------------------------------------------


class Server:
    """`coalitie review` as a process, started by the `with` statement; `start` after `kill` takes the same port.

    What it says on standard error is kept beside the judgements; a traceback there fails the test.
    """

    def __init__(self, folder: Path, judgements: Path, *options: str) -> None:
        self.folder, self.judgements = folder, judgements
        self.port = 0
        self._log = folder.with_name(f"server-{id(self)}.log")
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns as soon as pages can be asked for."""
        command = [sys.executable, "-m", "coalitie.cli", "review", str(self.folder), "--no-browser"]
        command += ["--judgements", str(self.judgements), "--port", str(self.port), *self._options]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        before = len(self.said())
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stderr=log, env={**environment, "PYTHONSAFEPATH": "1"}
            )
        while (found := re.search(r"http://127\.0\.0\.1:(\d+)/", self.said()[before:])) is None:
            if self._process.poll() is not None:
                raise AssertionError(f"the server did not start: {self.said()[before:]}")
            time.sleep(0.02)
        self.port = int(found.group(1))

    def said(self) -> str:
        """Everything on standard error so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def kill(self) -> None:
        """As the system does it (kill -9): no word, no cleaning up."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As a user does it (Ctrl-C); returns the exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(how)
        return process.wait(timeout=30)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.kill()
        if kind is None:
            assert "Traceback" not in self.said(), self.said()


# --- stewards at browsers ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """The pair on the screen."""

    pair_id: str
    names: Names


@dataclass(slots=True)
class Steward:
    """Somebody at work in a window of their own. `complaints` are the browser's, `dialogs` what scripts popped up."""

    page: Page
    server: Server
    name: str
    complaints: list[str]
    dialogs: list[str]
    hurried: bool  # the page's clock can be put forward, so that nobody waits

    def go(self, path: str = "/") -> None:
        """Opens a page, and says who is there where the page asks."""
        self.page.goto(self.server.address + path)
        if "/steward?" in self.page.url:
            self.page.fill("#name", self.name)
            self.page.press("#name", "Enter")
            self.page.wait_for_url(lambda url: "/steward" not in url)

    def card(self) -> Card:
        """What the steward sees; fails where no pair is shown."""
        shown = self.page.locator("article.case")
        a, b = shown.locator(".sides h2").all_text_contents()
        return Card(shown.get_attribute("data-pair") or "", in_order(a, b))

    def done(self) -> bool:
        return self.page.locator("article.done").count() == 1

    def settle(self) -> None:
        """Lets the time pass in which a decision on a new card does not count."""
        self.page.wait_for_load_state()  # keys are keys as soon as the script is there
        if self.hurried:
            self.page.clock.fast_forward(SETTLE)
        else:
            self.page.wait_for_timeout(SETTLE)

    def leave(self, before: str) -> None:
        """Waits until another address than this one is shown."""
        self.page.wait_for_url(lambda url: url != before)

    def press(self, key: str) -> None:
        """Presses a key on a card that had its time to settle, and waits for what follows."""
        before = self.page.url
        self.settle()
        self.page.keyboard.press(key)
        self.leave(before)

    def click(self, selector: str) -> None:
        """Clicks what leads to another page, and waits for it."""
        before = self.page.url
        self.page.click(selector)
        self.leave(before)

    def decide(self, key: str) -> Row:
        """Decides the pair on the screen by key; returns the row that this has to write."""
        names = self.card().names
        self.press(key)
        return Row(names, KEYS[key], self.name)

    def alert(self) -> str:
        """Waits for what the page has to say that went wrong."""
        shown = self.page.locator("#alert:not([hidden])")
        shown.wait_for()
        return shown.text_content() or ""


@contextmanager
def at_work(
    chromium: Browser,
    server: Server,
    name: str = "An",
    *,
    language: str = "en",
    script: bool = True,
    hurried: bool = True,
    width: int = 1280,
    path: str = "/",
) -> Iterator[Steward]:
    """A steward in a window of their own, with cookies of their own."""
    with chromium.new_context(
        locale=language, java_script_enabled=script, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    ) as context:
        if script and hurried:
            context.clock.install()
        steward = Steward(context.new_page(), server, name, [], [], script and hurried)
        steward.page.set_default_timeout(20_000)
        steward.page.on("pageerror", lambda error: steward.complaints.append(str(error)))
        steward.page.on("console", lambda said: steward.complaints.append(said.text))

        def dismiss(dialog: object) -> None:
            steward.dialogs.append(dialog.message)  # type: ignore[attr-defined]
            dialog.dismiss()  # type: ignore[attr-defined]

        steward.page.on("dialog", dismiss)
        steward.go(path)
        yield steward
