"""Names as they are shown: with the letters in which two differ, and with nothing invisible in them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Indel

LONGEST_COMPARED = 300  # characters; of longer names no difference is marked
ALIKE = 0.6  # names less alike than this differ nearly everywhere: marks would say nothing

# What reorders text: marks, embeddings, overrides and isolates of a direction. Soft hyphens and joiners stay.
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of a name that are in the other one too, or not."""

    text: str
    differs: bool


def visible(text: str) -> str:
    """Text in which control characters, and those that change the direction of writing, are spelt out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"[U+{ord(c):04X}]" if _hidden(c) else c for c in text)


def _hidden(char: str) -> bool:
    return char in _DIRECTIONS or (unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\n\t")


def pieces(name: str, other: str) -> tuple[Piece, ...]:
    """A name in pieces, those marked that the other one has not; one piece where the names are not alike."""
    longest = max(len(name), len(other))
    if longest > LONGEST_COMPARED or Indel.normalized_similarity(name.casefold(), other.casefold()) < ALIKE:
        return (Piece(name, differs=False),)
    found: list[Piece] = []
    for code in Indel.opcodes(name.casefold(), other.casefold()) if len(name) == len(name.casefold()) else ():
        text = name[code.src_start : code.src_end]
        if text:
            found.append(Piece(text, differs=code.tag != "equal"))
    return tuple(found) or (Piece(name, differs=False),)
