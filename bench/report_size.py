"""What the HTML report weighs: python bench/report_size.py RUN... [--make N TEXTS [--seed S]]

Per run folder: documents, municipalities, bytes of the report, seconds to make it. With `--make` no run is measured: N
texts on N municipalities are written to the folder TEXTS, for `coalitie extract`. Their wording, persons and local
organisations are invented; municipalities and GGDs are those of `rules/`, and so are the national bodies.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

RULES = Path(__file__).resolve().parent.parent / "rules"
NATIONAL = (
    *("Humanitas", "Rode Kruis", "Leger des Heils", "Zonnebloem", "KBO-PCOB", "ANBO", "Present", "MantelzorgNL"),
    *("Alzheimer Nederland", "VluchtelingenWerk", "Vrouwen van Nu", "Resto VanHarte", "Oranje Fonds", "Join us"),
)
FIRST = ("Linde", "Beuken", "Vlier", "Molen", "Brug", "Haven", "Zonne", "Water", "Heide", "Wilgen", "Kersen", "Meer")
LAST = ("hof", "kamp", "wijk", "stee", "burg", "veld", "oord", "rijk", "borg", "zijde", "kring", "poort")
KINDS = ("Stichting Welzijn", "Woonstichting", "Zorggroep", "Buurthuis", "Thuiszorg", "Voetbalvereniging", "Dorpshuis")
REGIONAL = ("Welzijn", "Woongroep", "Zorgpartners", "Maatschappelijk Werk", "Bibliotheek", "Sportbedrijf", "GGZ")
PARTIES = ("diverse kerken", "ervaringsdeskundigen", "wijkagenten", "huisartsen", "vrijwilligers van de eettafel")
PILLARS = (
    "Bestuurlijk commitment",
    "Creëer een sterk netwerk",
    "Betrek mensen, eenzamen zelf",
    "Werk aan een duurzame aanpak",
    "Monitoring en evaluatie",
)
LINES = (
    "In {year} organiseerde {org} samen met {other} een reeks gesprekken in {place}; {n} inwoners schoven aan.",
    "Sinds {month} {year} is er elke week een open eettafel, waar ongeveer {n} mensen komen eten en blijven praten.",
    "Tijdens de Week tegen Eenzaamheid opende de wethouder met {org} een ontmoetingsplek aan de rand van {place}.",
    "De werkgroep komt vier keer per jaar bij elkaar en houdt bij welke activiteiten goed lopen en welke niet.",
    "Wie zelf een idee heeft, kan terecht bij {org}: een telefoontje is genoeg om een kop koffie af te spreken.",
    "Uit de gezondheidsmonitor van {ggd} bleek dat {n} procent van de volwassenen zich wel eens eenzaam voelt.",
    "Nieuwe inwoners krijgen een welkomstbezoek van een vrijwilliger, die de weg wijst naar clubs en verenigingen.",
    "{other} verzorgt de training 'Signaleren is een vak', die op {day} {month} {year} voor het eerst werd gegeven.",
    "Zo blijft de aanpak niet afhankelijk van één persoon, en kan iedereen meedoen op een manier die past.",
)
MONTHS = ("januari", "maart", "april", "juni", "september", "oktober", "november")
PERSONS = ("Femke Oudeland", "Rachid Zandstra", "Marijke ter Horst", "Joost Vlieger", "Anouk Dijkema", "Sjoerd Bakema")


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of today."""

    name: str
    province: str
    ggd: str


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--make", nargs=2, metavar=("N", "TEXTS"))
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.make:
        make(int(asked.make[0]), Path(asked.make[1]), Random(asked.seed))  # noqa: S311  (seeded on purpose)
    if asked.runs:
        measure(asked.runs)


def measure(runs: list[Path]) -> None:
    """A line per run."""
    from coalitie.pipeline.report import write_report
    from coalitie.pipeline.run_folder import read_run_folder

    print(f"{'documents':>10}{'municipalities':>16}{'bytes':>12}{'seconds':>9}  run")
    for run in runs:
        documents = read_run_folder(run, ("documents",)).tables.documents
        places = {row.municipality for row in documents if row.municipality}
        with tempfile.TemporaryDirectory() as folder:
            before = time.perf_counter()
            done = write_report(run, Path(folder) / "report.html")
            seconds = time.perf_counter() - before
        print(f"{len(documents):>10}{len(places):>16}{done.size:>12}{seconds:>9.1f}  {run}")
        for note in done.left_out:
            print(f"  {note}")


def make(n: int, folder: Path, chance: Random) -> None:
    """N texts of three to six thousand characters, each on a municipality of its own."""
    with (RULES / "municipalities.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if not row["end_date"]]
    places = [Place(row["name"], row["province"], row["ggd_region"]) for row in rows]
    if n > len(places):
        raise SystemExit(f"there are {len(places)} municipalities to write about")
    places = chance.sample(places, n)
    regional = _regional(sorted(places, key=lambda place: (place.province, place.name)), chance)
    folder.mkdir(parents=True, exist_ok=True)
    for place in sorted(places, key=lambda place: place.name):
        path = folder / f"{''.join(c if c.isalnum() else '-' for c in place.name.lower())}.txt"
        path.write_text(text(place, regional[place], chance), encoding="utf-8")


def _regional(places: list[Place], chance: Random) -> dict[Place, list[str]]:
    """Bodies that neighbours on the list share: two to six municipalities of one province each."""
    found: dict[Place, list[str]] = {place: [] for place in places}
    for _ in range(2):
        rest = list(places)
        while rest:
            province = rest[0].province
            group = [place for place in rest if place.province == province][: chance.randint(2, 6)]
            rest = [place for place in rest if place not in group]
            body = f"{chance.choice(REGIONAL)} {_name(chance)}"
            for place in group:
                found[place].append(body)
    return found


def text(place: Place, regional: list[str], chance: Random) -> str:
    """One page about a coalition."""
    wide = chance.sample(NATIONAL, chance.randint(3, 9))
    own = list(dict.fromkeys(f"{chance.choice(KINDS)} {_name(chance)}" for _ in range(chance.randint(4, 16))))
    members = [f"Gemeente {place.name}", place.ggd, *regional, *wide, *own]
    chance.shuffle(members)
    first = f"In {place.name} werken ruim {len(members)} organisaties samen tegen eenzaamheid."
    blocks = [
        f"Coalitie in {place.name}, {place.province}",
        f"{first} {_words(4, place, own, chance)}",
        "Doelstellingen",
        _words(3, place, own, chance),
    ]
    for number, pillar in enumerate(PILLARS, start=1):
        blocks += [f"{number}. {pillar}", _words(chance.randint(2, 5), place, own, chance)]
    listed = [*members, *chance.sample(PARTIES, chance.randint(1, 3))]
    blocks += ["Deelnemende organisaties", "\n".join(f"• {member}" for member in listed)]
    blocks += ["Wat gebeurt er al?", _words(chance.randint(3, 8), place, own, chance)]
    if chance.random() < 0.85:
        site = "".join(filter(str.isalpha, place.name.lower()))
        phone = f"0{chance.randint(10, 79)}0 - 000 {chance.randint(100, 999)}"
        blocks += ["Contact", f"{chance.choice(PERSONS)}, projectleider\nsamen@{site}.example\n{phone}"]
    if chance.random() < 0.05:  # a page that is no coalition's
        blocks = [blocks[0], *blocks[3:14:2]]
    return "\n\n".join(blocks) + "\n"


def _words(n: int, place: Place, own: list[str], chance: Random) -> str:
    return " ".join(
        line.format(
            org=chance.choice(own),
            other=chance.choice(NATIONAL),
            place=place.name,
            ggd=place.ggd,
            year=chance.randint(2018, 2024),
            month=chance.choice(MONTHS),
            n=chance.randint(5, 60),
            day=chance.randint(1, 28),
        )
        for line in chance.sample(LINES, n)
    )


def _name(chance: Random) -> str:
    return f"De {chance.choice(FIRST)}{chance.choice(LAST)}"


if __name__ == "__main__":
    main()
