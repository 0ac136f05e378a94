"""rules/roles.yaml: which words name a function that a person holds."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from .loading import Record, Rule, RuleFolder
from .remembering import remembered

WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*-?")
ADJECTIVE = re.compile(r"(?:.{3,}(?:e|isch|lijks?|end|eel|air|ief)|.+-)\Z")
ARTICLES = {"de", "het", "een", "onze", "uw", "jouw", "hun", "mijn"}  # a capital one begins a name: 'De Verbinder'
LONG = 8  # a slip is forgiven only in endings of this many letters
FAR = 60  # a head noun stands early in its phrase; what follows this point is complement


class RoleFamily(Rule):
    """Endings and whole words that name a function, and look-alikes that do not."""

    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


class RoleFile(Record):
    families: tuple[RoleFamily, ...]
    modifiers: tuple[str, ...]
    bodies: tuple[str, ...]
    subjects: tuple[str, ...]


def inflected(word: str) -> set[str]:
    """The word with its plurals and feminine forms: 'adviseur', 'adviseurs', 'adviseuse', 'adviseuses'."""
    forms = {word}
    if word.endswith("lid"):
        return {word, word[:-3] + "leden"}
    if word.endswith("man"):
        return {word, word[:-3] + "mannen", word[:-3] + "lieden", word[:-3] + "lui"}
    if word.endswith("aar"):
        forms |= {word + "s", word[:-3] + "aren", word + "ster", word + "sters"}
    elif word.endswith("eur"):
        forms |= {word + "s", word[:-3] + "euse", word[:-3] + "euses", word[:-3] + "rice", word[:-3] + "rices"}
    elif word.endswith("tor"):
        forms |= {word + "s", word + "en", word[:-2] + "rice", word[:-2] + "rices"}
    elif word.endswith("er"):
        forms |= {word + "s", word[:-2] + "ster", word[:-2] + "sters"}
    elif word.endswith(("e", "n")):
        forms |= {word + "n", word + "s", word + "en"}
    elif word.endswith("ch"):
        forms |= {word + "es", word + "en"}
    elif word.endswith("is"):
        forms |= {word + "sen"}
    elif word.endswith(("oog", "eeg")):
        forms |= {word[:-2] + "gen", word + "en"}
    else:
        forms |= {word + "s", word + "en", word + "'s"}
    return forms


class Roles:
    """Answers whether a phrase names a function. Made once per rulebook; asking is cheap and remembered."""

    def __init__(self, file: RoleFile) -> None:
        self.file = file
        self._endings: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._exceptions: set[str] = set()
        for family in file.families:
            for ending in family.endings:
                self._endings.update(dict.fromkeys(inflected(ending.casefold()), family.id))
            for word in family.words:
                self._words.update(dict.fromkeys(inflected(word.casefold()), family.id))
            for word in family.exceptions:
                self._exceptions |= inflected(word.casefold())
        self._long: dict[str, list[tuple[str, str]]] = {}  # by their last three letters
        for ending, id_of_family in self._endings.items():
            if len(ending) >= LONG:
                self._long.setdefault(ending[-3:], []).append((ending, id_of_family))
        self.subjects = frozenset(word.casefold() for word in file.subjects)
        self._modifiers = frozenset(word.casefold() for word in file.modifiers)
        self._bodies = frozenset(word.casefold() for word in file.bodies)
        self.family_of_word = lru_cache(maxsize=20_000)(self._family_of_word)

    def _family_of_word(self, word: str) -> str | None:
        """The family of one word, or None; a slip of the pen is forgiven in a long word."""
        word = word.casefold().strip("-.'’")
        if word in self._words:
            return self._words[word]
        if word in self._exceptions:
            return None  # some of these count behind a modifier ('sociaal werker'): see `family`
        for start in range(len(word) - 3):
            family = self._endings.get(word[start:])
            if family:
                return family
        if len(word) <= LONG:
            return None
        for ending, family in self._long.get(word[-3:], ()):
            for size in (len(ending), len(ending) + 1, len(ending) - 1):
                tail = word[-size:]
                if tail[0] == ending[0] and Levenshtein.distance(tail, ending, score_cutoff=1) <= 1:
                    return family
        return None

    def heads(self, text: str) -> list[tuple[int, int]]:
        """Offsets of the words of `text` that name a function, compounds and plurals included."""
        found: list[tuple[int, int]] = []
        previous = ""
        for match in WORD.finditer(text):
            word = match.group()
            behind = word.casefold() in self._exceptions and previous not in ARTICLES and self.is_modifier(previous)
            if self.family_of_word(word) or (behind and self._family_by_ending(word)):
                found.append(match.span())
            previous = word
        return found

    @remembered
    def family(self, phrase: str) -> str | None:
        """The family of the head noun of `phrase`, or None where the phrase names no function."""
        modified = False
        words = WORD.findall(phrase[:FAR])
        if any(body in phrase.casefold() for body in self._bodies if " " in body):
            return None
        for word in words[:5]:
            family = self.family_of_word(word)
            if family is None and modified and word.casefold() in self._exceptions:
                family = self._family_by_ending(word)
            if family:
                return family
            folded = word.casefold()
            if folded in self._bodies:
                return None
            if word in ARTICLES:
                continue
            if not self.is_modifier(word):
                return None
            modified = True
        return None

    def _family_by_ending(self, word: str) -> str | None:
        word = word.casefold()
        return next((f for start in range(len(word)) if (f := self._endings.get(word[start:]))), None)

    def fires(self, phrase: str) -> set[str]:
        """The id of the family that claims the phrase, as the rule tests ask for it."""
        family = self.family(phrase)
        return {family} if family else set()

    @remembered
    def is_modifier(self, word: str) -> bool:
        """Whether `word` in front of a function belongs to it: 'senior', 'sociaal', 'strategisch'."""
        folded = word.casefold()
        return bool(folded) and (folded in self._modifiers or ADJECTIVE.match(folded) is not None)

    def is_body(self, phrase: str) -> bool:
        """Whether the phrase begins with a word for a body: 'Team Opbouwwerkers'."""
        first = WORD.match(phrase)
        return first is not None and first.group().casefold() in self._bodies

    @remembered
    def is_role(self, phrase: str) -> bool:
        """Whether the phrase names a function: 'beleidsadviseur Sociaal Domein', 'wijkagenten', 'sociaal werker'."""
        return self.family(phrase) is not None


def read_roles(folder: RuleFolder) -> Roles:
    return Roles(folder.yaml("roles.yaml", RoleFile))
