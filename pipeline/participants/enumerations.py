"""An enumeration of parties, read as a whole: which commas and conjunctions separate, and which stand inside a name.

Every separator is a choice between splitting and joining. The reading with the best total evidence wins, where known
names, kinds of bodies, nouns for parties and capitals are evidence for a piece, and a weak piece costs something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..records import PartyType
from ..rulebook import Rulebook
from ..rulebook.organisations import fold

_SEPARATOR = re.compile(
    r"(?P<strong>\s*;\s*|\s*\|\s*|\s*[•▪◦●]\s*|\n\s*(?=\n))"
    r"|(?P<comma>\s*,\s+(?:(?:en|alsmede|evenals|plus|maar ook|en ook|of)\s+)?|,(?=[A-Z]))"
    r"|(?P<and>\s+(?:en|alsmede|evenals|alsook|plus|zowel|of|en ook|net als|maar ook)\s+)"
    r"|(?P<plus>\s+\+\s+)"
    r"|(?P<amp>\s+&\s+)"
    r"|(?P<dash>\s+[–—-]\s+(?=[A-Z]))"
    r"|(?P<slash>\s+/\s+|/\s+|(?<=[a-z])/(?=[A-Za-z][a-z]))"
)
_PLURAL = re.compile(r"^[a-zà-ÿ'’-]{5,}(?:ers|els|en|s)$")
COST = 1.0  # what a piece must bring to be worth a row of its own
_JOIN = {"strong": -9.0, "comma": -1.2, "and": -0.6, "amp": 0.4, "slash": 0.0, "dash": 0.0, "plus": -1.0}
_LONGEST = 5  # atoms joined at most


@dataclass(frozen=True, slots=True)
class Piece:
    start: int
    end: int


def split_enumeration(
    content: str, start: int, end: int, rulebook: Rulebook, own_names: Mapping[str, int] | None = None
) -> list[Piece]:
    """The pieces of the enumeration `start`..`end` in their order; each is to be read as one party."""
    atoms, joints = _atoms(content, start, end)
    if len(atoms) <= 1:
        return atoms
    reading = _Reading(content, rulebook, own_names or {}, joints.count("dash"))
    best: list[tuple[float, list[Piece]]] = [(0.0, [])]
    for i in range(len(atoms)):
        options: list[tuple[float, list[Piece]]] = []
        for length in range(1, min(_LONGEST, i + 1) + 1):
            first = i + 1 - length
            piece = Piece(atoms[first].start, atoms[i].end)
            inner = joints[first:i]
            whole = length == len(atoms)
            value = (
                reading.value(piece, atoms[first : i + 1], inner, joints[i:], whole=whole)
                - COST
                + sum(_JOIN[j] for j in inner)
            )
            before = best[first]
            options.append((before[0] + value, [*before[1], piece]))
        best.append(max(options, key=lambda option: (option[0], -len(option[1]))))
    return best[-1][1]


def _atoms(content: str, start: int, end: int) -> tuple[list[Piece], list[str]]:
    """The stretches between separators outside brackets and quotation marks, and the kinds of the separators."""
    shielded = [m.span() for m in re.finditer(r"\([^()]*\)?|“[^”]*”|‘[^’\n]*’(?!\w)", content[start:end])]
    atoms: list[Piece] = []
    joints: list[str] = []
    at = start
    for found in _SEPARATOR.finditer(content, start, end):
        if any(a <= found.start() - start < b for a, b in shielded) or (found.start() <= at and not atoms):
            if found.start() == at:
                at = found.end()
            continue
        if found.start() <= at:
            continue
        atoms.append(Piece(at, found.start()))
        joints.append(found.lastgroup or "comma")
        at = found.end()
    if at < end and content[at:end].strip(" .;,\n"):
        atoms.append(Piece(at, end))
    elif joints:
        joints.pop()
    return atoms, joints


class _Reading:
    """How well a stretch reads as one party."""

    def __init__(self, content: str, rulebook: Rulebook, own_names: Mapping[str, int], n_dashes: int) -> None:
        self._n_dashes = n_dashes
        self._content = content
        self._rules = rulebook
        self._own = own_names

    def value(
        self, piece: Piece, atoms: Sequence[Piece], inner: Sequence[str], after: Sequence[str], *, whole: bool
    ) -> float:
        """Evidence for the stretch as one party; `whole`: it is all there is, no other piece supports a split."""
        text = self._text(piece)
        if not inner:
            return self._single(text)
        if self._known(text):
            return 5.0 + len(inner)
        parts = [self._text(atom) for atom in atoms]
        glue = sum(self._glue(parts, at, joint, after, whole=whole) for at, joint in enumerate(inner))
        return self._single(parts[0]) + glue

    def _text(self, piece: Piece) -> str:
        return re.sub(r"\s*\([^()]*\)?", "", self._content[piece.start : piece.end]).strip(" .;,\n\u00a0")

    def _known(self, text: str) -> bool:
        known = self._rules.organisations.by_alias(text)
        return known is not None or fold(text) in self._own or self._rules.places.knows(text)

    def _single(self, text: str) -> float:
        """Evidence for a stretch without separators inside, or for a joined one by its first word alone."""
        words = text.split()
        if not words:
            return -1.0
        stripped = _without_small_words(text, self._rules.parties.quantifiers)
        known = self._rules.organisations.by_alias(text) or self._rules.organisations.by_alias(stripped)
        if known is not None:
            return 3.2 if not known.common_word else 2.6
        if fold(text) in self._own:
            return 3.2
        if self._rules.roles.is_role(stripped):
            return 2.5
        noun = self._rules.parties.rule_of(stripped)
        capital = any(w[:1].isupper() or any(c.isupper() for c in w[1:]) for w in stripped.split())
        if noun is not None and not capital:
            return 2.4
        if capital and any(self._rules.names.kind_words.fits(w.casefold()) for w in words if w[:1].isupper()):
            return 2.6
        if capital and any(self._rules.names.establishments.fits(w.casefold()) for w in words):
            return 2.4
        if not capital:
            return 1.2 if len(stripped.split()) == 1 and _PLURAL.search(stripped) else 0.2
        if self._rules.places.knows(stripped):
            return 1.3
        plain = [w.casefold().strip(".,") for w in stripped.split() if w[:1].isalpha()]
        ordinary = all(w in self._rules.ordinary_words for w in plain)
        return 1.35 if ordinary else 2.2

    def _glue(self, parts: Sequence[str], at: int, joint: str, joints_after: Sequence[str], *, whole: bool) -> float:
        """What speaks for part `at` and the next being one name."""
        left_part, right_part = parts[at], parts[at + 1]
        if not (parts[0] and left_part and right_part):
            return 2.0
        first, left, right = parts[0].split()[0].casefold(), left_part.split()[-1], right_part.split()[0]
        if right_part.split()[0].casefold().rstrip(".") in self._rules.names.branch_words:
            return 3.5  # 'De Zonnebloem, afdeling Kruisdal'
        if joint == "comma":
            brand_with_place = len(parts[0].split()) > 1 and self._rules.places.knows(parts[0].split()[-1])
            places = all(self._rules.places.knows(part) or self._rules.places.knows(part.title()) for part in parts[1:])
            if brand_with_place and places:
                return 2.6  # 'KBO Westdorp, Oostdorp, Middeldorp'
            tail = (
                whole
                and len(parts) == 2
                and self._rules.places.knows(right_part)
                and not self._rules.places.knows(left_part)
            )
            return 2.0 if tail else 0.0  # 'Kulturhus De Brug, Kruisdal'
        if joint == "dash":
            return 2.4 if self._n_dashes < 2 else -1.0  # a second name, or 'A – B – C'
        if joint == "amp" and all(
            part[:1].islower() and self._rules.parties.rule_of(part) for part in (left_part, right_part)
        ):
            return -2.0  # 'scholen & kinderopvang'
        if joint == "slash" and self._rules.places.knows(right_part):
            return 2.6
        if joint == "slash":
            return 2.6 if self._type(left_part) is self._type(right_part) else -2.0
        if (
            len(parts) > 2
            and joint == "and"
            and self._rules.places.knows(right_part)
            and self._rules.places.knows(left_part)
        ):
            return 2.6  # 'dorpsondersteuners Meddo, Kotten en Woold'
        if right.casefold() in {"omstreken", "omgeving", "co", "zn", "zonen"} or left_part.endswith("-"):
            return 3.5
        subjects = self._rules.names.subjects
        if left.casefold().strip("-") in subjects and right.casefold() in subjects:
            return 2.8
        legal = first.rstrip(".") in {"stichting", "st", "stg", "vereniging"}
        if legal and left.casefold() in self._rules.ordinary_words and right.casefold() in self._rules.ordinary_words:
            kind = self._rules.names.kind_words.fits(right.casefold()) and len(right_part.split()) > 1
            return 0.0 if kind or self._rules.organisations.by_alias(right_part) else 2.6
        same_word = len(right_part.split()) > 1 and right in left_part.split()[1:] and right in {"Sint", "St.", "Sinte"}
        if same_word and len(left_part.split()) > 2:
            return 2.8  # 'Schutterij Sint Joris en Sint Urbanus'
        if (
            whole
            and len(parts) == 2
            and len(left_part.split()) == 1
            and self._ordinary([*left_part.split(), *right_part.split()])
        ):
            return 1.5  # 'Zang en Vriendschap': two ordinary words make one name
        later = len(joints_after) > 0 and joint == "and" and set(joints_after) & {"comma", "and"}
        if later and len(parts) == 2 and not any(self._strong(part) for part in (left_part, right_part)):
            return 1.8  # 'Wold en Waard, Marenland en …': the conjunction of an enumeration is its last
        if joint == "amp":
            both = len(left_part.split()) > 1 and len(right_part.split()) > 1
            return -1.0 if both and self._strong(left_part) and self._strong(right_part) else 1.2
        return 0.0

    def _strong(self, text: str) -> bool:
        """A part that stands alone without doubt."""
        known = self._rules.organisations.by_alias(text)
        return known is not None or self._single(text) >= 2.4 or self._rules.places.knows(text) or text.isupper()

    def _ordinary(self, words: list[str]) -> bool:
        noun_or_known = (
            self._rules.parties.rule_of(w) or self._rules.roles.is_role(w) or self._rules.organisations.by_alias(w)
            for w in words
        )
        return (
            all(w.casefold() in self._rules.ordinary_words for w in words)
            and words[0][0].isupper()
            and not any(noun_or_known)
        )

    def _type(self, text: str) -> PartyType:
        if self._rules.roles.is_role(text):
            return PartyType.ROLE
        noun = self._rules.parties.rule_of(text)
        return noun.type if noun and text[:1].islower() else PartyType.ORGANISATION


def _without_small_words(text: str, quantifiers: frozenset[str]) -> str:
    words = text.split()
    while (
        len(words) > 1 and words[0].casefold() in quantifiers and not (words[0][0].isupper() and words[1][0].isupper())
    ):
        words.pop(0)
    return " ".join(words)
