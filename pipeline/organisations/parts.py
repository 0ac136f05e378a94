"""What names are made of: the types that pass between the readers of one name and the comparers of two."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from ..records import NameKey
from ..rulebook.organisations import OrganisationKind
from .geography import Zone


class Part(Enum):
    """What a word of a name is there for."""

    LEGAL = "legal"
    SMALL = "small"  # articles, prepositions
    KIND = "kind"
    OWN = "own"
    NUMBER = "number"
    PLACE = "place"
    NATIONAL = "national"
    BRANCH = "branch"  # afdeling, and the words behind it that are no place
    TAIL = "tail"  # e.o., B.V.


class Word(NamedTuple):
    """One word of a name in its compare form. `cut` marks a shortened word (`Welz.`), `mended` a corrected one."""

    text: str
    part: Part
    cut: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name taken apart, in the context of the page it stands on."""

    key: NameKey
    display: str
    words: tuple[Word, ...]
    kinds: tuple[OrganisationKind, ...]
    zones: tuple[Zone, ...]  # printed in the name
    municipality: str  # official name of the page's municipality, empty where it has none
    short: str  # an abbreviation printed in brackets behind the name
    is_abbreviation: bool
    core: tuple[str, ...] = ()  # what is left without legal form, small words, places and branch
    own: tuple[str, ...] = ()  # the words and numbers that no other body need have

    def of(self, *parts: Part) -> tuple[str, ...]:
        return tuple(word.text for word in self.words if word.part in parts)

    @property
    def form(self) -> str:
        """The compare form: every word that counts, in order."""
        return " ".join(w.text for w in self.words if w.part not in (Part.LEGAL, Part.SMALL, Part.TAIL))


# what makes the core of a name; a tuple, as members of an enum are found by identity faster than by hash
COUNTED = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL)
