"""Made pages about local coalitions with known truth: python bench/corpus.py N FOLDER [--seed S]

FOLDER/texts gets the pages, FOLDER/gold a record each, as `coalitie evaluate` reads them. Lengths, layouts and numbers
of parties are like those of the development corpus: half of the pages are shorter than about 1,100 characters, one in a
hundred is many times as long. The municipalities are those of `rules/`, everything else is invented; the same
organisations come back on many pages, written as people write them. A page depends on the seed and its number alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import corpus_sentences as said
from marked_page import MarkedPage
from population import RULES, Founder
from spellings import Scribe

BODIES = 14_000  # about forty in a municipality, regional ones among them
SPELLINGS = 4  # of one name, at most
HARD = 0.25  # share of the names that differ from the full one in more than capitals and accents
MEDIAN, SPREAD, LONGEST = 1_000, 0.42, 20_000  # characters: the middle, the deviation of their logarithm, the cut
TAIL = 0.02  # share of the pages that are drawn four times as long
_AWKWARD = re.compile(r"[,;:\"&/+()|{}]|\s-\s|\s{2}| (?:en|of) |\.$")  # no name in the middle of a sentence


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality, and the names of its organisations as they are printed there, the best known first."""

    name: str
    province: str
    bodies: tuple[tuple[str, ...], ...]
    canonical: dict[str, str]  # printed name → organisation


def towns(seed: int) -> list[Town]:
    """Every municipality that has organisations."""
    chance = Random(seed)  # noqa: S311
    founder, scribe = Founder(chance), Scribe(chance, HARD)
    at: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    canonical: dict[str, dict[str, str]] = defaultdict(dict)
    for number in range(BODIES):
        body = founder.body()
        full = body.name.text().replace("|", "")
        forms = {full, *(_tidy(scribe.written(body)) for _ in range(chance.randint(0, SPELLINGS - 1)))}
        whole = f"{full} ({body.homes[0] if len(body.homes) == 1 else number})"
        for home in body.homes:
            own = tuple(form for form in sorted(forms) if canonical[home].setdefault(form, whole) == whole)
            if own and full in own:
                at[home].append((full, *(form for form in own if form != full)))
    with (RULES / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        current = [row for row in csv.DictReader(file) if not row["end_date"]]
    for row in current:
        ggd = row["ggd_region"]
        at[row["name"]][:0] = [(ggd, "GGD"), (f"Gemeente {row['name']}", f"gemeente {row['name']}")]
        canonical[row["name"]] |= {ggd: ggd, "GGD": ggd}
        canonical[row["name"]] |= dict.fromkeys(at[row["name"]][1], f"Gemeente {row['name']}")
    return [Town(row["name"], row["province"], tuple(at[row["name"]]), canonical[row["name"]]) for row in current]


def _tidy(name: str) -> str:
    """A name as a page prints it: the dress of tables, such as quotation marks and stray stops, is off."""
    plain = " ".join(name.replace('"', "").split()).rstrip(";,")
    return plain[:1].upper() + plain[1:]


class Writer:
    """Writes one page."""

    def __init__(self, town: Town, chance: Random) -> None:
        self.town = town
        self.chance = chance
        self.page = MarkedPage(town.name, town.province, town.canonical)
        self.wanted = min(LONGEST, MEDIAN * chance.lognormvariate(0, SPREAD) * (4 if chance.random() < TAIL else 1))
        self._free = list(range(len(town.bodies)))

    def name(self, inline: bool = False) -> str:
        """A body that the page has not named yet; well-known ones come more often."""
        for _ in range(40):
            at = min(int(self.chance.expovariate(2.5) * len(self._free)), len(self._free) - 1)
            forms = [form for form in self.town.bodies[self._free[at]] if not (inline and _AWKWARD.search(form))]
            if forms:
                del self._free[at]
                full = forms[0]
                return full if self.chance.random() < 0.6 else self.chance.choice(forms)
        return f"Gemeente {self.town.name}"

    def names(self, count: int, inline: bool = False) -> list[str]:
        return [self.name(inline) for _ in range(min(count, len(self._free) - 4))]

    def enumeration(self, names: Sequence[str], mark: str = "O") -> str:
        marked = [f"{{{mark}|{name}}}" for name in names]
        return f"{', '.join(marked[:-1])} en {marked[-1]}" if len(marked) > 1 else marked[0]

    def sentence(self) -> str:
        """One sentence of running text."""
        kinds = (said.PLAIN, said.DATED, said.COUNTED, said.MENTIONING, said.PROGRAMMES)
        pick, draw = self.chance.choice, self.chance.choices(kinds, (70, 11, 6, 10, 3))[0]
        text = pick(draw)
        year, month, day = self.chance.randint(2017, 2026), self.chance.randrange(12), self.chance.randint(1, 28)
        printed = f"{said.MONTHS[month]} {year}"
        count = self.chance.randint(11, 480)
        about = ("ongeveer ", "approximately") if count % 3 == 0 else ("", "exact")
        fills = {
            "{D}": f"{{D:{year}-{month + 1:02d}|{printed}}}",
            "{DAY}": f"{{D:{year}-{month + 1:02d}-{day:02d}|{day} {printed}}}",
            "{YEAR}": f"{{D:{year}|{year}}}",
            "{YEARS}": f"{{D:{year}/{year + 3}|{year} tot en met {year + 3}}}",
            "{N}": f"{{N:{count}:{about[1]}:other|{about[0]}{count} {pick(said.COUNTABLE)}}}",
        }
        if "{M}" in text:
            fills["{M}"] = f"{{M|{self.name(inline=True)}}}"
        for slot, filled in fills.items():
            text = text.replace(slot, filled)
        return text

    def prose(self, sentences: int) -> None:
        self.page.paragraph(" ".join(self.sentence() for _ in range(sentences)))

    def fill(self, share: float) -> None:
        """Paragraphs, one at least, until so much of the wanted length is there."""
        self.prose(self.chance.randint(1, 4))
        while self.page.length < self.wanted * share:
            self.prose(self.chance.randint(1, 4))

    def bullets(self, lines: Sequence[str], marker: str = "") -> None:
        marker = marker or self.chance.choice(("• ", "  • ", "- ", "* ", "1"))
        for number, line in enumerate(lines, 1):
            self.page.line(f"{f'{number}. ' if marker == '1' else marker}{line}")

    def goals(self) -> None:
        self.page.heading(self.chance.choice(said.GOAL_HEADINGS), "goals")
        self.bullets([f"{goal}." for goal in self.chance.sample(said.GOALS, self.chance.randint(2, 5))])

    def parties(self) -> None:
        """Who takes part: a list of lines, or sentences."""
        chance, page = self.chance, self.page
        page.heading(chance.choice(said.PARTY_HEADINGS), "participants")
        count = chance.randint(4, 14) if chance.random() < 0.98 else chance.randint(20, 36)
        if chance.random() < 0.65:
            lines = [f"{{P|{name}}}" for name in self.names(count)]
            if chance.random() < 0.35:
                lines.append(f"{{G|{chance.choice(said.GROUPS)}}}")
            if chance.random() < 0.25:
                lines.append(f"{{R|{chance.choice(said.ROLES)}}}")
            if chance.random() < 0.2:
                lines.append(f"{{C|{chance.choice(said.CATEGORIES)}}}")
            self.bullets(lines)
        else:
            self.together(count)

    def together(self, count: int) -> None:
        names = self.names(count, inline=True)
        self.page.paragraph(self.chance.choice(said.TOGETHER).replace("{LIST}", self.enumeration(names)))
        if self.chance.random() < 0.4:
            self.page.paragraph(self.chance.choice(said.JOINING).replace("{O}", f"{{O|{self.name(inline=True)}}}"))

    def contact(self) -> None:
        chance, page = self.chance, self.page
        page.heading("Contact", "contact")
        first, last = chance.choice(said.FIRST_NAMES), chance.choice(said.LAST_NAMES)
        email = f"{first.lower()}.{last.split()[-1].lower()}@{slug(self.town.name)}.example"
        phone, role = f"06 - {chance.randint(10_000_000, 99_999_999)}", chance.choice(said.FUNCTIONS)
        if chance.random() < 0.5:
            page.line(f"{first} {last}, {role}")
            page.line(email)
            page.line(phone)
        else:
            page.line(f"Contactpersoon: {first} {last}, {role}, {email}, {phone}")
        page.contact(name=f"{first} {last}", role=role, email=email, phone=phone)

    def pillars(self) -> None:
        self.page.heading("Vijf pijlers", "approach")
        for number, (words, pillar) in enumerate(said.PILLARS, 1):
            self.page.heading(f"{number}. {words}", "pillar", pillar)
            self.prose(self.chance.randint(1, 2))

    # --- layouts --------------------------------------------------------------------------------------

    def coalition_page(self) -> None:
        """The page of a coalition: title, goals, perhaps pillars, who takes part, contact."""
        self.page.title(f"Coalitie in {self.town.name}, {self.town.province}")
        self.page.heading(f"Gemeente {self.town.name}", "intro")
        self.prose(2)
        if self.chance.random() < 0.3:
            quote = self.chance.choice(said.QUOTES)
            self.page.heading(quote, "quote")
            self.page.paragraph(f"– {self.chance.choice(said.FIRST_NAMES)}, wethouder")
        self.goals()
        if self.wanted > 1100 and self.chance.random() < 0.5:
            self.pillars()
        self.page.heading(self.chance.choice(said.WAY_HEADINGS), "approach")
        self.fill(0.7)
        self.parties()
        if self.chance.random() < 0.6:
            self.contact()

    def news(self) -> None:
        """A news item: running text with one or two headings."""
        self.page.title(f"Samen aan de slag in {self.town.name}")
        self.prose(2)
        self.page.heading("Aanleiding", "other")
        self.fill(0.45)
        self.page.heading("Coalitie", "participants")
        self.together(self.chance.randint(4, 9))
        self.page.heading(self.chance.choice(said.WAY_HEADINGS), "approach")
        self.fill(0.9)

    def plan(self) -> None:
        """A plan: numbered chapters with actions, a list of signatories at the end."""
        year = self.chance.randint(2018, 2025)
        title = f"Actieplan eenzaamheid {self.town.name}"
        self.page.title(title)
        self.page.heading("1. Inleiding", "intro")
        self.page.paragraph(f"Dit plan geldt voor {{D:{year}/{year + 3}|{year}-{year + 3}}}. {self.sentence()}")
        self.fill(0.25)
        self.page.heading("2. Doelen", "goals")
        self.bullets([f"{goal};" for goal in self.chance.sample(said.GOALS, 3)])
        self.page.heading("3. Activiteiten", "approach")
        self.bullets([f"{action};" for action in self.chance.sample(said.ACTIONS, self.chance.randint(2, 5))])
        self.page.line("")
        self.fill(0.75)
        self.page.heading("4. Deelnemende organisaties", "participants")
        self.bullets([f"{{P|{name}}}" for name in self.names(self.chance.randint(5, 14))])
        if self.chance.random() < 0.4:
            self.contact()

    def site(self) -> None:
        """A municipal page: short paragraphs under headings, no list at all."""
        self.page.title(f"Aanpak eenzaamheid gemeente {self.town.name}")
        self.prose(2)
        for heading, kind in (
            (self.chance.choice(said.OTHER_HEADINGS), "other"), (self.chance.choice(said.WAY_HEADINGS), "approach")
        ):  # fmt: skip
            self.page.heading(heading, kind)
            self.fill(0.5 if kind == "other" else 0.8)
        self.parties()
        if self.chance.random() < 0.5:
            self.contact()


_LAYOUTS: tuple[tuple[Callable[[Writer], None], int], ...] = (
    (Writer.coalition_page, 50), (Writer.news, 20), (Writer.plan, 15), (Writer.site, 15),
)  # fmt: skip


def page(number: int, seed: int, places: Sequence[Town]) -> tuple[str, MarkedPage]:
    """(file name without its ending, page) of one number."""
    chance = Random(f"{seed}/{number}")  # noqa: S311
    town = chance.choice(places)
    writer = Writer(town, chance)
    chance.choices([layout for layout, _ in _LAYOUTS], [share for _, share in _LAYOUTS])[0](writer)
    name = f"{slug(town.name)}-{number:06d}"
    writer.page.gold["document"] = f"{name}.txt"
    return name, writer.page


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def write_corpus(folder: Path, documents: int, seed: int) -> None:
    """Writes `texts` and `gold` below a folder, page by page."""
    for part in ("texts", "gold"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    places = towns(seed)
    for number in range(documents):
        name, made = page(number, seed, places)
        (folder / "texts" / f"{name}.txt").write_text(made.text(), encoding="utf-8", newline="\n")
        (folder / "gold" / f"{name}.json").write_text(
            json.dumps(made.gold, ensure_ascii=False), encoding="utf-8", newline="\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", metavar="N", type=int)
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_corpus(given.folder, given.documents, given.seed)
    sizes = sorted(path.stat().st_size for path in (given.folder / "texts").glob("*.txt"))
    print(f"{len(sizes)} pages; half below {sizes[len(sizes) // 2]} bytes, one in a hundred above "
          f"{sizes[len(sizes) * 99 // 100]}, the longest {sizes[-1]}")  # fmt: skip


if __name__ == "__main__":
    main()
