"""Names made from rules/: organisations in their many forms, persons, places, programmes. Seeded.

They stand in for the names of marked sentences, so that a model learns how a name stands in its sentence instead of
remembering which names there are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from ..pipeline.rulebook import Rulebook

_LEGAL = ("Stichting", "Stichting", "stichting", "St.", "Vereniging", "Coöperatie")
_ENDS = (
    "hof", "hoek", "borgh", "poort", "brug", "staete", "gaarde", "weide", "akker", "stroom", "huis", "veld",
    "kring",
)  # fmt: skip
_HEADS = (
    "Zorggroep", "Zorggroep", "Welzijn", "Stichting", "Wonen", "Thuiszorg", "Buurtteam", "Sociaal Team", "Netwerk",
)  # fmt: skip
_SMALL = ("op", "ter", "van", "van de", "van der", "van den", "de", "den", "ten", "")
_SYLLABLES = tuple(f"{one}{two}" for one in "bdfgklmnprstvwz" for two in "aeio")
_CODAS = ("na", "ra", "lis", "nt", "s", "x", "do", "ria", "tum", "vanta", "kom", "zorg", "mee", "")
_STEMS = (
    "Berg", "Hoek", "Veld", "Dijk", "Brink", "Bos", "Meer", "Waard", "Horst", "Kamp", "Laar", "Wijk", "Graaf",
    "Vos", "Smeets", "Jansen", "Bakker", "Visser", "Mulder", "Dekker", "Hendriks", "Willems", "Postma", "Dijkstra",
    "Hoekstra", "Verhoeven", "Janssen", "Peeters", "Koster", "Prins", "Kuipers", "Scholten", "Yilmaz", "El Idrissi",
    "Ramdin", "Kaya", "Bouzidi", "Martina", "Tjon", "Huizinga", "Boersma", "Wiersma", "Geurts", "Wouters", "Maas",
    "Timmers", "Evers",
)  # fmt: skip
_THINGS = (
    "eettafel", "wandeling", "maatjes", "koffie", "ontmoeting", "buurtdiner", "belronde", "bus", "bankje", "fiets",
)  # fmt: skip
_TITLES = (
    "Samen aan tafel", "Oog voor elkaar", "Kom d'r bij", "Nooit alleen", "Even aanbellen", "Dichterbij",
    "Warm contact", "Mens achter de deur", "Goed buren", "Elkaar zien", "Niet alleen", "Aan de keukentafel",
    "Thuis in de buurt",
)  # fmt: skip
_PROGRAMME_HEADS = (
    "Week van", "Dag van", "Actieplan", "Project", "Campagne", "Programma", "Maand van", "Convenant",
)  # fmt: skip
Make = Callable[[], str]


class Inventor:
    """Makes names. Two inventors of one seed make the same ones in the same order."""

    def __init__(self, rulebook: Rulebook, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a seeded choice of examples, no secret
        known = [k for k in rulebook.organisations.known if not k.generic and not k.common_word]
        self._known = sorted({form for k in known for form in (k.name, *k.aliases) if any(c.isupper() for c in form)})
        self._generic = sorted({k.name for k in rulebook.organisations.known if k.generic})
        self._towns = sorted(m.name for m in rulebook.places.municipalities if m.current)
        self._villages = sorted({v.name for v in rulebook.places.villages} - set(self._towns))
        kinds = rulebook.organisations.kind_words
        self._kinds = sorted(word for word in kinds if " " not in word and len(word) > 4)
        self._houses = sorted(w for w in rulebook.names.establishments.words if w.islower() and len(w) > 5)
        plain = (w for w in sorted(rulebook.ordinary_words) if 4 <= len(w) <= 9 and w.isalpha() and w.isascii())
        self._nouns = [w for w in plain if not w.endswith(("en", "t", "e"))]
        self._first = sorted(rulebook.persons.first_names)

    def town(self) -> str:
        return self.random.choice(self._towns)

    def place(self) -> str:
        return self.random.choice(self._towns if self.random.random() < 0.5 else self._villages)

    def person(self) -> str:
        pick = self.random.choice
        first, draw = pick(self._first), self.random.random()
        last = " ".join(part for part in (pick(_SMALL), self.surname()) if part)
        if draw < 0.1:
            return first
        if draw < 0.2:
            return f"{pick('ABCDEFGHJKLMNPRSTW')}.{pick(('', '', 'J.', 'M.'))} {last}"
        if draw < 0.27:
            return f"{first} {last}-{self.surname()}"
        return f"{first} {last}"

    def surname(self) -> str:
        pick = self.random.choice
        if self.random.random() < 0.5:
            return pick(_STEMS)
        return pick(self._nouns).capitalize() + pick(("", "", "s", "stra", "man", "ma", "sen", "ink"))

    def organisation(self) -> str:
        """One name: known, generic with or without a place, an own name under a kind, a coined one, an abbreviation."""
        makers: Sequence[tuple[float, Make]] = (
            (0.25, lambda: self.random.choice(self._known)),
            (0.13, self._local),
            (0.22, self._own),
            (0.12, self._coined),
            (0.10, self._house),
            (0.08, self._abbreviation),
            (0.10, self._phrase),
        )
        made = self.random.choices([m for _, m in makers], [w for w, _ in makers])[0]()
        return self._misspelt(made) if self.random.random() < 0.04 else made

    def programme(self) -> str:
        pick, draw = self.random.choice, self.random.random()
        if draw < 0.35:
            return pick(_TITLES)
        if draw < 0.6:
            return f"{pick(_PROGRAMME_HEADS)} {pick(self._nouns)}"
        if draw < 0.8:
            return pick(self._nouns).capitalize() + pick(_THINGS)
        return f"{pick(self._nouns).capitalize()} {pick(('en', 'in', 'voor', 'met'))} {pick(self._nouns)}"

    def _local(self) -> str:
        name, draw = self.random.choice(self._generic), self.random.random()
        name = name[0].upper() + name[1:]
        return name if draw < 0.3 else f"{name} {self.place()}"

    def _own(self) -> str:
        pick = self.random.choice
        word = pick(self._nouns).capitalize() + (pick(_ENDS) if self.random.random() < 0.5 else "")
        name = f"{pick(('De', 'De', 'Het', ''))} {word}".strip()
        head = pick(_LEGAL) if self.random.random() < 0.3 else pick(self._kinds).capitalize()
        draw = self.random.random()
        return name if draw < 0.25 and " " in name else f"{head} {name}" + (f" {self.town()}" if draw > 0.9 else "")

    def _coined(self) -> str:
        pick = self.random.choice
        name = ("".join(pick(_SYLLABLES) for _ in range(pick((1, 2, 2, 3)))) + pick(_CODAS)).capitalize()
        return f"{pick(_HEADS)} {name}" if self.random.random() < 0.4 else name

    def _house(self) -> str:
        word = self.random.choice(self._nouns).capitalize()
        article = self.random.choice(("de ", "De ", "het ", "Het ", ""))
        return f"{self.random.choice(self._houses)} {article}{word}"

    def _abbreviation(self) -> str:
        letters = "".join(self.random.choice("ABCDEGHIKLMNOPRSTVWZ") for _ in range(self.random.choice((3, 3, 4, 5))))
        return f"{letters} {self.place()}" if self.random.random() < 0.3 else letters

    def _phrase(self) -> str:
        pick = self.random.choice
        if self.random.random() < 0.5:
            return f"{self.town()} {pick(('Samen', 'Verbindt', 'Voor Elkaar', 'Helpt', 'Vitaal', 'Doet', 'Ontmoet'))}"
        return f"{pick(self._nouns).capitalize()} {pick(('en', '&', 'aan', 'voor'))} {pick(self._nouns).capitalize()}"

    def _misspelt(self, name: str) -> str:
        at = self.random.randrange(1, max(2, len(name) - 1))
        return name[:at] + name[at + 1 :] if name[at : at + 1].isalpha() else name
