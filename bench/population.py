"""A population of Dutch organisations, and the names they go by: python bench/population.py N OUT.csv [--seed S]

Every row is a name as somebody wrote it; `body` says which organisation was meant. The municipalities, villages and
regions are those of `rules/`; every other word stands here, so that no rule of the package is tested on itself.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from scoring import pairs
from spellings import FORMS, Body, Name, Scribe, normalised

RULES = Path(__file__).resolve().parent.parent / "rules"
NAMES_PER_BODY = 2.5
HARD = 0.40  # share of the names that differ in more than capitals, accents and punctuation
REPEATED = 0.30  # share of the further names that are an earlier name of the body once more
UNPLACED = 0.05  # share of the names that come without a municipality
NATIONAL_NAMES = 8.0
VOWELS = "aeiou"


def words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


# a | marks where a compound can come apart, a _ stands for a space
MUNICIPAL = words(
    "Gemeente Bibliotheek Senioren|raad Jongeren|raad Cliënten|raad_Wmo Gehandicapten|platform Vrijwilligers|centrale "
    "Mantelzorg|steunpunt Voedsel|bank Kleding|bank Speelgoed|bank Repair_Café Alzheimer_Café Taal|huis Wereld|winkel "
    "Kringloop|winkel Buurt|bemiddeling Thuis|administratie Hospice Inloop|huis Diaconie Protestantse_Gemeente "
    "Hervormde_Gemeente Doopsgezinde_Gemeente Evangelische_Gemeente Baptisten|gemeente Huurders|vereniging "
    "Winkeliers|vereniging Kook|club Lees|club Vrouwen|netwerk Reddings|brigade Volks|universiteit Muziek|school "
    "Kunst|uitleen Film|huis Heemkunde|kring Natuur|vereniging Imkers|vereniging Harmonie|orkest Symfonie|orkest "
    "Foto|club Schaak|vereniging Bridge|club Dam|club Zwem|vereniging Atletiek|vereniging Hockey|club Judo|vereniging "
    "Schiet|vereniging Wandel|vereniging Duiven|vereniging Ruiter|vereniging Dieren|ambulance Dieren|asiel "
    "Kinder|boerderij Lokale_Omroep Bedrijven|kring Zorg|coöperatie Energie|coöperatie Patiënten|vereniging "
    "Senioren|vervoer Maaltijd|service Gezondheids|centrum Consultatie|bureau Sport|service Jongeren|werk Opbouw|werk "
    "Vrijwillige_Brandweer Stads|archief Rouw|café Wandel|netwerk Welzijn_Ouderen Budget|maatjes"
)
VILLAGE = words(
    "Dorps|belangen Dorps|huis EHBO-vereniging Oranje|vereniging Fanfare IJs|vereniging Voetbal|vereniging "
    "Tennis|vereniging Gymnastiek|vereniging Zang|vereniging Speeltuin|vereniging Historische_Vereniging "
    "Vrouwen|vereniging Buurt|bus Carnavals|vereniging Parochie Gereformeerde_Kerk Dorps|coöperatie Jeugd|soos "
    "Feest|comité Molen|stichting Kerk|koor Biljart|vereniging Kaart|club Volleybal|vereniging Korfbal|vereniging "
    "Buurt|bus Toneel|vereniging Peuter|speelzaal Eet|tafel"
)
OWN_KINDS = words(
    "Zorg|centrum Woonzorg|centrum Verpleeg|huis Verzorgings|huis Wijk|centrum Buurt|huis Ontmoetings|centrum "
    "Dag|besteding Zorg|boerderij Woning|stichting Basis|school Kinder|opvang Speel|tuin Sport|vereniging "
    "Welzijns|organisatie Thuis|zorg Mannen|koor Gemengd_Koor Toneel|groep Dans|school Theater Eet|café Restaurant "
    "Boek|handel Apotheek Huisartsen|praktijk Fysiotherapie|praktijk Manege Camping Kerk Wijk|vereniging "
    "Bewoners|vereniging Buurt|comité Volkstuin|vereniging Scouting Jongeren|centrum Museum Atelier Galerie "
    "Werk|plaats Kapel Zwem|bad Sport|hal Service|flat Senioren|complex Advies|bureau Bouw|bedrijf Uitvaart|zorg "
    "Muziek|vereniging Fanfare Schouw|burg Leer|werkbedrijf Taxi|bedrijf Bakkerij Praktijk Coaching Maatschap "
    "Kinder|dagverblijf Gezins|huis Logeer|huis Kunst|collectief Buurt|tuin Sociëteit Stichting Vereniging Coöperatie"
)
REGIONAL_KINDS = words(
    "Zorg|groep Woning|corporatie Welzijns|organisatie Thuis|zorg Maatschappelijk_Werk Zorg Welzijn Wonen Jeugd|zorg "
    "GGZ Waterschap Sport|bedrijf Ouderen|zorg Gehandicapten|zorg Scholen|groep Kinder|opvang Vervoer"
)
NATIONAL = words(
    "Rode_Kruis Leger_des_Heils Humanitas Zonnebloem Vluchtelingen|werk_Nederland Alzheimer_Nederland Hart|stichting "
    "Oranje_Fonds Natuur|monumenten Landelijk_Netwerk_Buurt|maaltijd Nederlandse_Bond_voor_Wandel|maatjes "
    "Landelijke_Vereniging_Luister|lijn Nationaal_Fonds_Ontmoeting Nederlands_Platform_Nabuur|schap"
)
FIRST = words(
    "Wilgen Linde Eiken Beuken Berken Elzen Olmen Iepen Essen Dennen Sparren Meidoorn Vlier Hazelaar Noten Kersen "
    "Appel Peren Kastanje Populieren Rozen Lelie Klaver Korenbloem Zonne Maan Sterren Morgen Avond Zomer Winter Lente "
    "Merel Spreeuwen Zwaluwen Leeuwerik Kievit Reiger Ooievaars Zwanen Eenden Uilen Valken Haviks Sperwer Vinken "
    "Meeuwen Reeën Herten Vossen Hazen Dassen Bever Egel Paarden Schapen Koe Beek Stroom Rivier Meer Plas Vijver "
    "Water Duin Zand Klei Veen Heide Gras Weide Akker Koren Tarwe Haver Gerste Vlas Hooi Molen Kerk Kloosters Abdij "
    "Kapel Toren Slot Burcht Kasteel Poort Brug Sluis Haven Dijk Polder Terp Markt Dorps Stads Konings Prinsen Graven "
    "Ridder Ambachts Smeden Wevers Schippers Vissers Boeren Herders Jagers Monniken Gilde Roos Zilver Gouden Koper "
    "Parel Kristal Vuur Wind Regen Nevel Bron Put Es Brink Hof Park Tuin Boom Blad Bloesem Vlinder Bijen Honing "
    "Krekel"
)
DE_ENDS = words(
    "hof hoek borgh burcht poort brug staete gaarde weide akker horst wijk kamp laan dreef singel kade haven stee "
    "berg bron beek kreek kamer kring wende stroom hoeve heuvel bongerd zoom rand vaart gracht toren molen linde "
    "kroon schans"
)
HET_ENDS = words(
    "huis veld hout bos park dal rode oord plein land erf nest rijk stede loo ven eiland anker licht schip"
)
PLAIN_DE = words(
    "Brink Schakel Ark Brug Boei Vuurtoren Wissel Spil Kern Kring Linde Bron Regenboog Klimop Waaier Spiegel Molen "
    "Wegwijzer Kameleon Zonnetuin Vlinder Haven Horizon Rots Pelikaan Zwaan Wiek Driehoek Meander Oase Toermalijn"
)
PLAIN_HET = words("Kompas Anker Baken Palet Mozaïek Trefpunt Kruispunt Middelpunt Lichtpunt Web Nest Bolwerk Kwartier")
PHRASES = words(
    "Samen_Sterk Voor_Elkaar Hart_voor_Elkaar Oog_en_Oor Goede_Buren Hand_in_Hand Nooit_Gedacht Ons_Genoegen "
    "Kunst_na_Arbeid Vriendenkring Onderling_Genoegen Nieuw_Leven Eendracht_maakt_Macht Stap_voor_Stap Zij_aan_Zij "
    "Jong_en_Oud Zorg_met_Aandacht Thuis_en_Nabij Ruimte_en_Rust Vrij_en_Blij Door_Vriendschap_Sterk Kleur_en_Klank"
)
SAINTS = words(
    "Jozef Maria Anna Martinus Willibrordus Bonifatius Antonius Nicolaas Barbara Lambertus Jacobus Petrus Paulus "
    "Laurens Catharina Elisabeth Franciscus Clara Vincentius Hubertus Servatius Odilia Agatha Rochus Sebastiaan Joris "
    "Gertrudis"
)
SAINT_ENDS = ("", "", "huis", "stichting", "parochie", "hof", "gilde", "school")
HEADS = words(
    "Cor Sa Ve Li Mo Ta Be No Pra Qua Vi Al Ar Cu De El Fi Ga Ho In Ka La Ma Ne Or Pe Ri So Te Ul Va Wa Za Ce Di Am "
    "Bra Cla Dro Flo Gre Ju Ky Lu Me Tri Ster Plu Sy Zo"
)
MIDDLES = words("di ve lo ra te mi no ri sa tu va li ge ro ma de ni ca to ba ren lan mon vel tra cen dor sti pa zi")
TAILS = words("na lis ra tis um ia on is ant ent ando via nova cura vita zorg mee vast aal eren ix or us ea io")


class Land:
    """The municipalities, with the villages in them and the neighbours around them."""

    def __init__(self) -> None:
        current = [row for row in _rows("municipalities") if not row["end_date"]]
        self.municipalities = [row["name"] for row in current]
        around: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in current:
            around[row["province"], row["ggd_region"]].append(row["name"])
        self.areas = list(around.values())
        self.villages: dict[str, list[str]] = defaultdict(list)
        for row in _rows("places"):
            if not row["valid_to"]:
                self.villages[row["municipality"]].append(row["name"])
        self.hamlets = [
            (village, home) for home, found in self.villages.items() for village in found if village != home
        ]
        self.regions = [(row["name"], row["municipalities"].split(";")) for row in _rows("regions")]
        self.regions = [(name, homes) for name, homes in self.regions if len(homes) > 1]


def _rows(table: str) -> list[dict[str, str]]:
    with (RULES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Founder:
    """Founds organisations; no two of one kind and name stand in one municipality."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.land = Land()
        self.taken: set[tuple[str, str]] = set()
        self.nationals = list(NATIONAL)

    def body(self) -> Body:
        draw = self.chance.random()
        if draw < 0.002 and self.nationals:
            name = self.nationals.pop(self.chance.randrange(len(self.nationals)))
            homes = tuple(self.chance.sample(self.land.municipalities, 30))
            return Body(Name(kind=name), homes, homes, "Stichting", coined=True, branches=True)
        if draw < 0.07:
            return self._regional()
        return (self._generic() if draw < 0.40 else None) or self._own()

    def _generic(self) -> Body | None:
        """A body of which a municipality or village has one, called after it; None where all of them are there."""
        pick = self.chance.choice
        for _ in range(20):
            if self.chance.random() < 0.45:
                kind, place = pick(MUNICIPAL), pick(self.land.municipalities)
                home, link = place, pick(("", "", "", "te")) if kind.endswith("Gemeente") and " " in kind else ""
            else:
                kind, (place, home) = pick(VILLAGE), pick(self.land.hamlets)
                link = ""
            if self._take(f"{kind} {place}", home):
                form = "Vereniging" if "vereniging" in kind else "Stichting"
                name = Name(kind=kind, link=link, place=place)
                return Body(name, (home,), (place,), "" if kind == "Gemeente" else form, bound=place != home)
        return None

    def _regional(self) -> Body:
        kind = self.chance.choice(REGIONAL_KINDS)
        if self.chance.random() < 0.1:
            region, around = self.chance.choice(self.land.regions)
            if self._take(kind, region):
                return Body(Name(kind=kind, place=region), tuple(around[:8]), (region,), "Stichting", bound=True)
        area = self.chance.choice(self.land.areas)
        homes = tuple(self.chance.sample(area, min(len(area), self.chance.randint(2, 7))))
        name = Name(kind=kind, own=self._coined())
        form = self.chance.choice(("Stichting", "Stichting", "B.V.", "Coöperatie"))
        return Body(name, homes, homes, form, coined=True)

    def _own(self) -> Body:
        chance = self.chance
        while True:
            home = chance.choice(self.land.municipalities)
            village = chance.choice(self.land.villages[home] or [home])
            article, own, coined = self._own_words()
            kind = chance.choice(OWN_KINDS)
            if self._take(own, home) or (chance.random() < 0.05 and self._take(f"{kind} {own}", home)):
                break
        place = chance.choice((home, village)) if chance.random() < 0.35 else ""
        form = chance.choice(("Stichting", "Stichting", "Vereniging", "B.V.", "Coöperatie"))
        if kind in FORMS:
            form, kind = kind, ""
        shown = form if not kind or chance.random() < 0.12 else ""
        name = Name("" if shown == "B.V." else shown, kind, article, own, "", place, "B.V." * (shown == "B.V."))
        return Body(name, (home,), (home, village), form, coined=coined)

    def _own_words(self) -> tuple[str, str, bool]:
        pick, draw = self.chance.choice, self.chance.random()
        if draw < 0.38:
            article, ends = ("De", DE_ENDS) if self.chance.random() < 0.6 else (pick(("Het", "Het", "'t")), HET_ENDS)
            return pick((article, article, "")), f"{pick(FIRST)}|{pick(ends)}", False
        if draw < 0.46:
            return ("De", pick(PLAIN_DE), False) if self.chance.random() < 0.7 else ("Het", pick(PLAIN_HET), False)
        if draw < 0.50:
            return "", pick(PHRASES), False
        if draw < 0.56:
            end = pick(SAINT_ENDS)
            return "", f"{pick(('Sint', 'St.'))} {pick(SAINTS)}" + (f"|{end}" if end else ""), False
        if draw < 0.66:
            return (
                "",
                f"{pick(FIRST)}|{pick(DE_ENDS)} {pick(('en', '&', 'aan de'))} {pick(FIRST)}|{pick(HET_ENDS)}",
                False,
            )
        return "", self._coined(), True

    def _coined(self) -> str:
        pick = self.chance.choice
        while True:
            middle = "".join(pick(MIDDLES) for _ in range(pick((1, 1, 2, 2, 2))))
            tail = pick(TAILS)
            brand = pick(HEADS) + (middle[:-1] if middle[-1] in VOWELS and tail[0] in VOWELS else middle) + tail
            if self._take(brand, ""):
                return brand

    def _take(self, name: str, home: str) -> bool:
        if (name, home) in self.taken:
            return False
        self.taken.add((name, home))
        return True


def population(size: int, seed: int) -> list[tuple[str, str, int]]:
    """Names with their municipality and body, in no order; no two bodies share a name in one municipality."""
    chance = Random(seed)  # noqa: S311
    founder, scribe = Founder(chance), Scribe(chance, HARD)
    owner: dict[str, int] = {}
    rows: list[tuple[str, str, int]] = []
    number = 0
    while len(rows) < size:
        body, number = founder.body(), number + 1
        mean = NATIONAL_NAMES if body.branches else NAMES_PER_BODY
        written: list[tuple[str, str]] = []
        while True:
            row = _row(body, number, scribe, written, owner)
            if row:
                written.append(row)
            if chance.random() < 1 / mean:
                break
        rows.extend((name, municipality, number) for name, municipality in written)
    del rows[size:]
    chance.shuffle(rows)
    return rows


def _row(
    body: Body, number: int, scribe: Scribe, written: Sequence[tuple[str, str]], owner: dict[str, int]
) -> tuple[str, str] | None:
    """One more name of the body that nobody would take for another's, if one is found."""
    chance = scribe.chance
    for _ in range(6):
        again = written and chance.random() < REPEATED
        name = chance.choice(written)[0] if again else scribe.written(body)
        placed = body.coined or (body.name.place and not body.bound and body.name.place in name)
        municipality = "" if placed and chance.random() < UNPLACED / 0.55 else chance.choice(body.homes)
        if owner.setdefault(f"{normalised(name)}\t{municipality}", number) == number:
            return name, municipality
    return None


def found_by_equality(rows: Sequence[tuple[str, str, int]]) -> float:
    """The share of the true pairs whose names are equal but for capitals, accents and punctuation."""
    bodies = Counter(body for _, _, body in rows)
    equal = Counter((normalised(name), body) for name, _, body in rows)
    return pairs(equal.values()) / max(pairs(bodies.values()), 1)


def write_population(rows: Sequence[tuple[str, str, int]], out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "name", "municipality", "body"))
        writer.writerows((at, *row) for at, row in enumerate(rows, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", metavar="N", type=int)
    parser.add_argument("out", metavar="OUT.csv", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rows = population(given.size, given.seed)
    write_population(rows, given.out)
    bodies = len({body for *_, body in rows})
    print(f"{len(rows)} names of {bodies} bodies; {found_by_equality(rows):.0%} of the true pairs have equal names")


if __name__ == "__main__":
    main()
