"""How quick and how safe the stewards' page is: python bench/review.py [PART...] [--run DIR]

Parts: `start`, from the start of the process to the first page that was read; `server`, what a press takes without a
browser, and in which functions; `keys`, from the key to the next card in a headless Chromium; `stewards`, two at once
with double presses and undo, and the judgements file held against what their pages confirmed. Without a part: all.

The run is a real one: `coalitie extract` on seeded texts with invented names, many of them alike. It takes a minute;
`--run DIR` keeps it for the next time. Machines differ and are busy: beside the times stands a floor that was measured
in the same minutes, and how many times the floor they are.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import csv
import os
import pstats
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx import AsyncClient
    from playwright.async_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
CLI = (sys.executable, str(ROOT / "cli.py"))

# --- the run: members of one province often share a name, which is for a steward to judge
PROVINCES = ("Noord-Brabant", "Gelderland", "Zuid-Holland")
KINDS = ("Stichting Welzijn", "Woonstichting", "Zorggroep", "Buurthuis", "Thuiszorg", "Voetbalvereniging", "Dorpshuis")
FIRST = ("Linde", "Beuken", "Vlier", "Molen", "Brug", "Haven")
LAST = ("hof", "kamp", "wijk", "stee", "burg", "veld")
LINES = (
    "In {place} nodigt {org} elke week buurtgenoten uit voor koffie.",
    "{org} belt met inwoners die weinig mensen zien.",
    "Samen met {org} is er een open eettafel in {place}.",
    "Bij {org} kan iedereen aanschuiven die een praatje zoekt.",
)
TEXTS, MEMBERS = 150, 30
OPEN = 5000  # pairs that wait, at least
FORMER = "Eerdere Ronde"  # the steward of the judgements that are there at the start

# --- the stewards
NAMES = ("Anneke Oudeland", "Bram Zandstra")
KEYS = ("1", "2", "3")
SHARES = (2, 7, 1)  # of same, different, unsure among the decisions
UNDO, DOUBLE = 0.05, 0.10  # shares of the presses
WITHDRAWN = "withdrawn"
SECOND = 0.2  # seconds within which the second half of a double press comes
PATIENCE = 20_000  # ms to wait for a card
STEPS = ("floor: empty answer", "decision", "next card", "both, time of the processor")
FUNCTIONS = 20  # in the profile
MISSES = 10  # presses without a card after which it makes no sense to go on
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip

# What runs in the page: notes each card that comes up, with the time since the key. The key `q` is the floor: two
# requests that the server answers without looking at anything, as a decision makes two, and a copy of the card.
WATCH = """
(() => {
  const SETTLE = 250;  // ms in which the page takes no key on a new card
  let pressed = null, floor = false, tell = () => {}, last = 0, halves = [], cards = [];
  const busy = () => document.documentElement.hasAttribute("aria-busy") || cards.some((card) => !card.painted);
  window.bench = {
    expect() {
      [pressed, halves, cards] = [null, [], []];
      bench.wait = new Promise((done) => { tell = done; });
    },
    async settled() {
      while (busy() || performance.now() - last < SETTLE) await new Promise((done) => setTimeout(done, 20));
      return { cards, late: halves.length > 1 && cards.length > 0 && halves[1] - cards[0].at > SETTLE };
    },
  };
  const copy = async () => {
    for (const _ of [1, 2]) await (await fetch("/favicon.ico")).text();
    const main = document.querySelector("main");
    main.replaceWith(main.cloneNode(true));
    document.querySelector("main").focus({ preventScroll: true });
  };
  addEventListener("keydown", (event) => {
    halves.push(performance.now());
    pressed ??= halves[0];
    floor = event.key === "q";
    if (floor) copy();
  }, true);
  const note = (main) => {
    const from = pressed, verdict = main.querySelector(".saved .verdict");
    last = performance.now();
    const card = {
      floor, at: last, dom: last - from, pair: main.querySelector(".case")?.dataset.pair ?? "",
      after: new URLSearchParams(location.search).get("after") ?? "", saved: verdict ? verdict.classList[1] : "",
    };
    cards.push(card);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      card.painted = performance.now() - from;
      const asked = performance.getEntriesByType("resource").filter((one) => one.initiatorType === "fetch");
      performance.clearResourceTimings();
      card.fetched = asked.reduce((sum, one) => sum + one.responseEnd - one.startTime, 0);
      tell("card");
    }));
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.target.id === "alert" && change.target.textContent) tell("refused");
      for (const node of change.addedNodes) if (node.nodeName === "MAIN" && pressed !== null) note(node);
    }
  }).observe(document, { childList: true, subtree: true });
})();
"""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--run", type=Path, metavar="DIR", help="use this run folder; made where it is missing")
    parser.add_argument("--rows", type=int, nargs="+", default=[0, 5000], help="judgements in the file at the start")
    parser.add_argument("--presses", type=int, default=200, help="measured by `keys` and `server`, each")
    parser.add_argument("--work", type=int, default=1000, help="presses of the two stewards together")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = asked.run or Path(folder) / "run"
        bench = Bench(run, Path(folder), asked.rows, asked.presses, asked.work, asked.seed)
        if not run.exists():
            make(run, Path(folder) / "texts", asked.seed)
        for part in PARTS if "all" in asked.parts else asked.parts:
            PARTS[part](bench)


@dataclass(frozen=True, slots=True)
class Bench:
    """What was asked for."""

    run: Path
    work: Path
    rows: Sequence[int]
    presses: int
    together: int
    seed: int

    def judgements(self, rows: int) -> Path:
        """A new file with this many judgements on pairs of the run, each on a pair of its own."""
        from coalitie.pipeline.organisations.judgements import append_judgements
        from coalitie.pipeline.records import Judgement, NameKey, Verdict

        chance = Random(self.seed)  # noqa: S311  (seeded on purpose)
        path = self.work / "decisions" / "judgements.csv"
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        with (self.run / "duplicates.csv").open(encoding="utf-8", newline="") as file:
            pairs = [row for row in csv.DictReader(file) if row["band"] == "review"]
        if len(pairs) < rows + OPEN:
            print(f"{len(pairs)} pairs to review: too few for {rows} judgements and {OPEN} open pairs")
        former = []
        for row in chance.sample(pairs, min(rows, len(pairs))):
            one, two = NameKey(row["name_a"], row["municipality_a"]), NameKey(row["name_b"], row["municipality_b"])
            verdict = chance.choices((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE), (2, 88, 10))[0]
            former.append(Judgement(one, two, verdict, FORMER, "2024-03-01T09:00:00Z", "", 0))
        append_judgements(path, former)
        return path


def make(run: Path, texts: Path, seed: int) -> None:
    """A run of texts that name many organisations alike."""
    chance = Random(seed)  # noqa: S311  (seeded on purpose)
    texts.mkdir()
    with (ROOT / "rules" / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        homes = [row for row in csv.DictReader(file) if row["province"] in PROVINCES and not row["end_date"]]
    for row in chance.sample(homes, TEXTS):
        place = row["name"]
        members = [
            f"{chance.choice(KINDS)} {chance.choice(('De ', 'de ', '', ''))}{chance.choice(FIRST)}{chance.choice(LAST)}"
            for _ in range(MEMBERS)
        ]
        told = " ".join(chance.choice(LINES).format(place=place, org=member) for member in members[:6])
        listed = "\n".join(f"• {member}" for member in members)
        (texts / f"{'-'.join(re.findall('[a-z]+', place.lower()))}.txt").write_text(
            f"Coalitie in {place}, {row['province']}\n\n{told}\n\nDeelnemende organisaties\n\n{listed}\n",
            encoding="utf-8",
        )
    command = [*CLI, "extract", str(texts), "--out", str(run), "--model", "embedded", "--quiet"]
    subprocess.run(command, check=True)


@contextmanager
def served(bench: Bench, judgements: Path) -> Iterator[str]:
    """The page as a process of its own; gives its address as soon as it says that."""
    command = [*CLI, "review", str(bench.run), "--judgements", str(judgements), "--no-browser", "--port", "0"]
    with subprocess.Popen([*command, "--steward", NAMES[0]], stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline() if process.stderr else ""
            found = re.search(r"http://\S+", said)
            if found is None:
                raise SystemExit(f"no server: {said.strip()}")
            yield found.group()
        finally:
            process.terminate()


def spread(seconds: Sequence[float]) -> str:
    """Median, 95th percentile and maximum in ms."""
    ordered = sorted(seconds)
    figures = (statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1])
    return "".join(f"{1000 * figure:>9.1f}" for figure in figures)


# --- start ---------------------------------------------------------------------------------------------


def start(bench: Bench) -> None:
    """From the start of the process to the end of the first page."""
    imports = "import starlette.applications, uvicorn, jinja2, python_multipart, typer, pydantic, yaml"
    floors = {"python alone": "pass", "and the libraries": imports}
    seconds: dict[str, list[float]] = {}
    judgements = bench.judgements(bench.rows[-1])
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(5):
        for name, code in floors.items():
            before = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            seconds.setdefault(name, []).append(time.perf_counter() - before)
        before = time.perf_counter()
        with served(bench, judgements) as address, direct.open(address) as answer:
            answer.read()
            seconds.setdefault("first page", []).append(time.perf_counter() - before)
    floor = statistics.median(seconds["and the libraries"])
    print(f"{'start, s':<20}{'median':>9}{'best':>9}{'worst':>9}{'x floor':>9}")
    for name, times in seconds.items():
        middle = statistics.median(times)
        print(f"{name:<20}{middle:>9.2f}{min(times):>9.2f}{max(times):>9.2f}{middle / floor:>9.1f}")
    print()


# --- server --------------------------------------------------------------------------------------------


def server(bench: Bench) -> None:
    """A press without a browser, in this process: the decision, and the card that it leads to."""
    for rows in bench.rows:
        asyncio.run(_server(bench, rows))


async def _server(bench: Bench, rows: int) -> None:
    from coalitie.pipeline.review.desk import Desk
    from coalitie.pipeline.review.pages import application
    from coalitie.pipeline.review.site import Site
    from httpx import ASGITransport, AsyncClient

    desk = Desk(bench.run, bench.judgements(rows))
    progress = desk.progress()
    app = application(Site(desk, 1, NAMES[0]), ("127.0.0.1:1",))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:1") as client:
        await _presses(client, 10)
        times = await _presses(client, bench.presses)
        profile = cProfile.Profile()
        profile.enable()
        await _presses(client, bench.presses)
        profile.disable()
    print(f"{f'server, ms ({rows} rows, {progress.left} open)':<36}{'median':>9}{'p95':>9}{'max':>9}{'x floor':>9}")
    floor = statistics.median(times["floor: empty answer"])
    for name, seconds in times.items():
        print(f"{name:<36}{spread(seconds)}{statistics.median(seconds) / floor:>9.1f}")
    print(f"{'profiled, ms per press':<36}{'in all':>9}{'itself':>9}{'calls':>9}")
    found: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = vars(pstats.Stats(profile))["stats"]
    ours = [(where, cost) for where, cost in found.items() if "pipeline" in Path(where[0]).parts]
    for (file, _, name), (_, calls, itself, whole, _) in sorted(ours, key=lambda entry: -entry[1][3])[:FUNCTIONS]:
        figures = f"{1000 * whole / bench.presses:>9.1f}{1000 * itself / bench.presses:>9.1f}"
        print(f"{f'{Path(file).name} {name}':<36.36}{figures}{calls / bench.presses:>9.0f}")
    print()


async def _presses(client: AsyncClient, count: int) -> dict[str, list[float]]:
    """Seconds of each press by STEPS."""
    page = (await client.get("/", follow_redirects=True)).text
    found: dict[str, list[float]] = {}
    for _ in range(count):
        fields = {"token": _within(page, r'name="token" value="(\w+)"'), "verdict": "different", "note": ""}
        address = _within(page, r'class="decide" method="post" action="([^"]+)"').replace("&amp;", "&")
        marks = [time.perf_counter()]
        await client.get("/favicon.ico")
        marks.append(time.perf_counter())
        processor = time.process_time()
        answer = await client.post(address, data=fields)
        marks.append(time.perf_counter())
        page = (await client.get(answer.headers["location"])).text
        marks.append(time.perf_counter())
        steps = [after - before for before, after in pairwise(marks)]
        for name, seconds in zip(STEPS, (*steps, time.process_time() - processor), strict=True):
            found.setdefault(name, []).append(seconds)
    return found


def _within(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise SystemExit(f"the page has no {pattern}")
    return found.group(1)


# --- a steward at a browser ----------------------------------------------------------------------------


@dataclass(slots=True)
class Steward:
    """One browser, what it was made to do, and what its page confirmed: a verdict or WITHDRAWN of a pair, in order."""

    name: str
    page: Page
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    standing: list[tuple[str, str]] = field(default_factory=list)  # of these, what was not taken back
    cards: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    async def press(self, key: str, second: float | None = None) -> None:
        """A press, with a second half after so many seconds, and all that the page makes of it until it has settled."""
        await self.page.evaluate("bench.expect()")
        await self.page.keyboard.press(key)
        if second is not None:
            await asyncio.sleep(second)
            await self.page.keyboard.press(key)
        never = f"new Promise((done) => setTimeout(() => done('never'), {PATIENCE}))"
        told = await self.page.evaluate(f"Promise.race([bench.wait, {never}])")
        settled = await self.page.evaluate("bench.settled()")
        cards, late = settled["cards"], settled["late"]
        self.counts.update({"presses": 1, told: 1, "double": second is not None and not late, "apart": late})
        self.counts["twice"] += len(cards) > 1 and not late
        if self.counts["never"] + self.counts["refused"] > MISSES:
            raise SystemExit(f"the page of {self.name} does not answer any more: {dict(self.counts)}")
        self.cards += cards
        for card in cards:
            self._confirm(card, key)

    def _confirm(self, card: dict[str, Any], key: str) -> None:
        if key == "Backspace":
            pair, _ = self.standing.pop()
            if card["pair"] == pair and not card["after"]:
                self.confirmed.append((pair, WITHDRAWN))
        elif card["saved"] and not card["floor"]:
            self.confirmed.append((card["after"], card["saved"]))
            self.standing.append(self.confirmed[-1])


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window; ends with a sentence where there is none."""
    try:
        from playwright.async_api import Error, async_playwright
    except ModuleNotFoundError:
        raise SystemExit("playwright is not installed; it is in the extra `dev`") from None
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("COALITIE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=found, args=list(QUIET))
        except Error:
            raise SystemExit("no Chromium on the path, or it does not start; set COALITIE_CHROMIUM to one") from None
        yield browser
        await browser.close()


async def sit_down(browser: Browser, name: str, address: str) -> Steward:
    """A steward in a window that shares nothing with others, in front of the first card."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_init_script(WATCH)
    page = await context.new_page()
    await page.goto(f"{address}steward")
    await page.fill("#name", name)
    await page.click(".welcome button")
    await page.wait_for_selector(".case")
    await page.evaluate("bench.settled()")
    return Steward(name, page)


# --- keys ----------------------------------------------------------------------------------------------


def keys(bench: Bench) -> None:
    """From the key to the next card, with the floor after every fourth press."""
    print(f"{'key to card, ms':<36}{'median':>9}{'p95':>9}{'max':>9}{'x floor':>9}")
    for rows in bench.rows:
        asyncio.run(_keys(bench, rows))
    print()


async def _keys(bench: Bench, rows: int) -> None:
    chance = Random(bench.seed)  # noqa: S311  (seeded on purpose)
    with served(bench, bench.judgements(rows)) as address:
        async with chromium() as browser:
            steward = await sit_down(browser, NAMES[0], address)
            await steward.press("2")
            steward.cards.clear()
            for number in range(bench.presses):
                await steward.press(chance.choices(KEYS, SHARES)[0])
                if number % 4 == 0:
                    await steward.press("q")
    real = [card for card in steward.cards if not card["floor"]]
    floor = [card for card in steward.cards if card["floor"]]
    for label, cards in ((f"{rows} rows", real), ("floor", floor)):
        for moment, words in (("dom", "in the page"), ("painted", "painted"), ("fetched", "of it, asking the server")):
            times = [card[moment] / 1000 for card in cards]
            ratio = statistics.median(times) / statistics.median(card[moment] / 1000 for card in floor)
            print(f"{label + ': ' + words:<36}{spread(times)}{ratio:>9.1f}")
    if len(steward.confirmed) != bench.presses + 1:
        print(f"only {len(steward.confirmed)} of {bench.presses + 1} were confirmed: {dict(steward.counts)}")


# --- stewards ------------------------------------------------------------------------------------------


def stewards(bench: Bench) -> None:
    """Two at once; what stands in the file beside what their pages said was saved."""
    asyncio.run(_stewards(bench))


async def _stewards(bench: Bench) -> None:
    path = bench.judgements(bench.rows[-1])
    with served(bench, path) as address:
        async with chromium() as browser:
            both = [await sit_down(browser, name, address) for name in NAMES]
            await asyncio.gather(*(_work(one, bench.together // 2, bench.seed) for one in both))
    written = _written(bench.run, path)
    tables = [tally(one, written[one.name]) for one in both]
    print(f"{'two stewards at once':<36}" + "".join(f"{name.split()[0]:>9}" for name in NAMES))
    for name in tables[0]:
        print(f"{name:<36}" + "".join(f"{table[name]:>9}" for table in tables))
    shared = {pair for pair, _ in both[0].standing} & {pair for pair, _ in both[1].standing}
    print(f"{'pairs decided by both':<36}{len(shared):>9}")
    print(f"{'':<36}{'median':>9}{'p95':>9}{'max':>9}")
    print(f"{'key to painted card, ms':<36}{spread([card['painted'] / 1000 for one in both for card in one.cards])}")
    print()


def tally(steward: Steward, written: list[tuple[str, str]]) -> dict[str, int]:
    """What a steward's page confirmed beside what the file says."""
    confirmed = steward.confirmed
    lost, more = Counter(confirmed) - Counter(written), Counter(written) - Counter(confirmed)
    again = sum(count for row, count in more.items() if row in confirmed)
    taken_back = sum(word == WITHDRAWN for _, word in confirmed)
    return {
        "presses": steward.counts["presses"],
        "of them double": steward.counts["double"],
        "double, but too late to be one": steward.counts["apart"],
        "decisions confirmed": len(confirmed) - taken_back,
        "takings back confirmed": taken_back,
        "refused, told on the page": steward.counts["refused"],
        "unanswered": steward.counts["never"],
        "double presses that decided twice": steward.counts["twice"],
        "lost: confirmed, not in the file": lost.total(),
        "doubled: in the file once more": again,
        "in the file, never confirmed": more.total() - again,
        "in another order": int(not lost and not more and confirmed != written),
    }


async def _work(steward: Steward, presses: int, seed: int) -> None:
    """Decides, pressing twice or taking back at times."""
    chance = Random(f"{seed} {steward.name}")  # noqa: S311  (seeded on purpose)
    for _ in range(presses):
        kind = chance.choices(("undo", "double", "plain"), (UNDO, DOUBLE, 1 - UNDO - DOUBLE))[0]
        key = chance.choices(KEYS, SHARES)[0]
        second = chance.uniform(0, SECOND) if kind == "double" else None
        await steward.press("Backspace" if kind == "undo" and steward.standing else key, second)


def _written(run: Path, judgements: Path) -> dict[str, list[tuple[str, str]]]:
    """What the file says of each steward: pair and word, in order."""
    from coalitie.pipeline.organisations.judgements import pair_key, read_judgements
    from coalitie.pipeline.review.index import read_index

    ids = read_index(run).pair_ids
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in NAMES}
    for row in read_judgements(judgements):
        if row.judged_by in found:
            word = row.verdict.value if row.verdict else WITHDRAWN
            found[row.judged_by].append((ids[pair_key(row.a, row.b)], word))
    return found


PARTS: dict[str, Callable[[Bench], None]] = {"start": start, "server": server, "keys": keys, "stewards": stewards}

if __name__ == "__main__":
    main()
