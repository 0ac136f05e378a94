"""How people write the name of an organisation: its parts, and what becomes of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

FORMS = {
    "Stichting": ("St.", "Stg.", "Stichting", "Stichting", "Stichting", "Sticht."),
    "Vereniging": ("Ver.", "Vereniging", "Vereniging"),
    "B.V.": ("B.V.", "BV", "bv", "b.v."),
    "Coöperatie": ("Coöperatie", "Coöp.", "Cooperatie"),
}
SHORT = {
    "Bibliotheek": ("Bieb", "Bibl.", "Bieb"),
    "Gemeente": ("Gem.", "Gem"),
    "Protestantse Gemeente": ("PG", "Prot. Gem.", "Prot. Gemeente", "PKN-gemeente"),
    "Hervormde Gemeente": ("Herv. Gem.", "Herv. Gemeente"),
    "Woning|stichting": ("Woningst.", "Woonst.", "WST"),
    "Voetbal|vereniging": ("VV", "V.V.", "Voetbalver."),
    "Vrijwilligers|centrale": ("Vrijw.centrale", "VWC"),
    "Zorg|centrum": ("ZC", "Zorgcentr.", "Zorgc."),
    "Woonzorg|centrum": ("WZC", "Woonzorgcentr."),
    "Verpleeg|huis": ("Vph.", "Verpl.huis"),
    "Basis|school": ("bs.", "BS", "Basissch."),
    "Rode Kruis": ("NRK", "Ned. Rode Kruis"),
}
SYNONYMS = {
    "Woning|stichting": ("Woon|stichting", "Woning|corporatie"),
    "Woning|corporatie": ("Woon|corporatie", "Woning|stichting"),
    "Zorg|centrum": ("Woonzorg|centrum",),
    "Woonzorg|centrum": ("Zorg|centrum", "Woon-_en_zorg|centrum"),
    "Wijk|centrum": ("Buurt|centrum", "Buurt|huis"),
    "Kinder|dagverblijf": ("Kinder|opvang",),
    "Mannen|koor": ("Mannen|zangkoor",),
    "Speel|tuin": ("Speeltuin|vereniging",),
}
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in KEYS for at, key in enumerate(row)}
PLAIN = re.compile(r"[^a-z0-9]+")


def normalised(name: str) -> str:
    """What is left when capitals, accents and punctuation are taken for nothing."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return PLAIN.sub(" ", bare.lower()).strip()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts, in the order in which they are written."""

    form: str = ""
    kind: str = ""
    article: str = ""
    own: str = ""
    link: str = ""  # between the name and its place
    place: str = ""
    end: str = ""
    turned: bool = False

    def text(self) -> str:
        head, tail = (self.form, self.kind), (self.article, self.own, self.link, self.place)
        parts = (*tail, ",", *head) if self.turned else (*head, *tail)
        return " ".join(part for part in (*parts, self.end) if part).replace(" ,", ",")


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: its full name, where it is met, and what its name cannot do without."""

    name: Name
    homes: tuple[str, ...]
    places: tuple[str, ...]  # which its name may be given with
    form: str  # its legal form, written or not
    bound: bool = False  # without its place it cannot be told from others
    coined: bool = False  # its own word is met nowhere else
    branches: bool = False


class Scribe:
    """Writes names as people do: mostly in full, else with one or two of the changes that tables of names show."""

    def __init__(self, chance: Random, hard: float) -> None:
        self.chance = chance
        self.hard = hard
        self.of_parts: tuple[tuple[Callable[[Name, Body], Name], float], ...] = (
            (self._form, 22),
            (self._place, 18),
            (self._kind_shortened, 12),
            (self._kind_dropped, 8),
            (self._article, 6),
            (self._synonym, 3),
            (self._turned, 4),
            (self._initials, 1),
        )
        self.of_text: tuple[tuple[Callable[[str], str], float], ...] = (
            (self._mistyped, 22),
            (self._parted, 7),
            (self._glued, 3),
            (self._ampersand, 3),
        )
        self._changes = [change for change, _ in (*self.of_parts, *self.of_text)]
        self._weights = [weight for _, weight in (*self.of_parts, *self.of_text)]

    def written(self, body: Body) -> str:
        """One name of the body. The parts change before the text does."""
        name, chance = body.name, self.chance
        if body.branches and chance.random() < 0.4:
            name = replace(
                name, link=chance.choice(("afdeling", "afd.", "", "district")), place=chance.choice(body.places)
            )
        after: list[Callable[[str], str]] = []
        if chance.random() < self.hard:
            count = chance.choices((1, 2, 3), (70, 25, 5))[0]
            for change in dict.fromkeys(chance.choices(self._changes, self._weights, k=count)):
                if (at := self._changes.index(change)) < len(self.of_parts):
                    name = self.of_parts[at][0](name, body)
                else:
                    after.append(self.of_text[at - len(self.of_parts)][0])
        text = name.text()
        for alter in after:
            text = alter(text)
        return self._dressed(text.replace("|", ""))

    def _form(self, name: Name, body: Body) -> Name:
        if not body.form:
            return name
        written = self.chance.choice(FORMS[body.form])
        if name.form or name.end:
            if not (name.kind or name.own) or self.chance.random() < 0.4:
                return replace(name, form=written if name.form else "", end="" if name.form else written)
            return replace(name, form="", end="")
        return replace(name, end=written) if body.form == "B.V." else replace(name, form=written)

    def _place(self, name: Name, body: Body) -> Name:
        if not name.place:
            link = self.chance.choice(("", "", "", "te", "in", "locatie" if body.coined else ""))
            place = self.chance.choice(body.places)
            if self.chance.random() < 0.15:
                return replace(name, end=f"({place})")
            return replace(name, link=link, place=place)
        if body.bound or self.chance.random() < 0.35:
            around = f"({body.homes[0]})" if body.bound and body.homes[0] != name.place else "e.o."
            return replace(name, end=around)
        return replace(name, link="", place="") if name.own or name.kind != "Gemeente" else name

    def _kind_shortened(self, name: Name, _: Body) -> Name:
        if name.kind in SHORT:
            return replace(name, kind=self.chance.choice(SHORT[name.kind]))
        first, _bar, rest = name.kind.partition("|")
        if rest == "vereniging":
            return replace(name, kind=f"{first}{self.chance.choice(('ver.', 'ver', 'ver.'))}")
        if rest and " " not in rest and len(rest) > 5:
            return replace(name, kind=f"{first}{_cut(rest)}")
        whole = not rest and " " not in first and len(first) > 8
        return replace(name, kind=_cut(first)) if whole else name

    def _kind_dropped(self, name: Name, _: Body) -> Name:
        return replace(name, kind="", form="") if name.own and name.kind else name

    def _article(self, name: Name, body: Body) -> Name:
        if not name.own:
            return name if name.form or body.bound else replace(name, form=self.chance.choice(("De", "de", "Het")))
        if name.article:
            return replace(name, article=self.chance.choice(("", "", "Het" if name.article == "'t" else "de")))
        return replace(name, article="De")

    def _synonym(self, name: Name, _: Body) -> Name:
        return replace(name, kind=self.chance.choice(SYNONYMS[name.kind])) if name.kind in SYNONYMS else name

    def _turned(self, name: Name, _: Body) -> Name:
        if name.own and name.kind and not name.link and not name.end:
            return replace(name, turned=True)
        if name.place and name.kind and not name.own:
            return replace(name, kind="", own=name.kind, article=name.place, place="", link="")
        return name

    def _initials(self, name: Name, body: Body) -> Name:
        full = replace(name, form=name.form or body.form * (body.form != "B.V."), end="").text().replace("|", " ")
        letters = "".join(word[0].upper() for word in full.split() if word[0].isalpha())
        return Name(kind=letters) if len(letters) > 2 else name

    def _mistyped(self, text: str) -> str:
        pieces = text.split(" ")
        long = [at for at, piece in enumerate(pieces) if sum(map(str.isalpha, piece)) >= 5]
        for at in self.chance.sample(long, min(len(long), 1 if self.chance.random() < 0.85 else 2)):
            pieces[at] = self._slip(pieces[at])
        return " ".join(pieces)

    def _slip(self, word: str) -> str:
        """One slip of the fingers, hardly ever in the first letter."""
        at = self.chance.randrange(0 if self.chance.random() < 0.05 else 1, len(word) - 1)
        slip = self.chance.random()
        if slip < 0.25:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if slip < 0.55:
            return word[:at] + word[at + 1 :]
        if slip < 0.75:
            return word[:at] + word[at] + word[at:]
        near = NEIGHBOURS.get(word[at].lower(), word[at])
        return word[:at] + self.chance.choice(near) + word[at + 1 :]

    def _parted(self, text: str) -> str:
        return text.replace("|", self.chance.choice((" ", " ", "-")), 1)

    def _glued(self, text: str) -> str:
        pieces = text.split(" ")
        if len(pieces) < 2:
            return text
        at = self.chance.randrange(len(pieces) - 1)
        return " ".join((*pieces[:at], pieces[at] + pieces[at + 1], *pieces[at + 2 :]))

    def _ampersand(self, text: str) -> str:
        if " & " in text:
            return text.replace(" & ", " en ")
        return text.replace(" en ", self.chance.choice((" & ", " + ", " / ")))

    def _dressed(self, text: str) -> str:
        """Capitals, accents and punctuation, which carry no meaning."""
        draw = self.chance.random()
        if draw < 0.10:
            return text.lower()
        if draw < 0.13:
            return text.upper()
        if draw < 0.16:
            return text.title()
        if draw < 0.21:
            return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
        if draw < 0.25:
            return text + self.chance.choice(".;,")
        if draw < 0.27:
            return f'"{text}"'
        if draw < 0.29:
            return text.replace(" ", "  ", 1)
        return text.replace(" ", " - ", 1) if draw < 0.30 else text


def _cut(word: str) -> str:
    """The word up to the consonant behind its first or second syllable, with a full stop."""
    found = re.match(r"[^aeiou]*[aeiouë]+[^aeiouë]+(?:[aeiouë]+[^aeiouë]){0,1}", word)
    stem = found.group() if found else word[:4]
    return f"{stem if len(stem) < len(word) - 1 else word[:4]}."
