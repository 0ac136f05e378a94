"""What a line looks like by itself: a label, a sentence, a lead-in that breaks off."""

from __future__ import annotations

import re

from ..rulebook.headings import HeadingRules, fold
from .pillars import SENTENCE_BREAK, WORD

CONTACT = re.compile(
    r"\S@\S|\bwww\.|https?://|\b[\w-]+\.(?:nl|com|org|eu|example|info|frl)\b|\b(?-i:[1-9]\d{3} ?[A-Z]{2})\b(?! \d)"
    r"|(?<![\d.,])(?:\+31|0031|0\d{1,3})[ ()./–-]*(?:\d[ –-]*){6,9}(?!\d)|^(?:tel|t|m|e)[.:] "
    r"|\b\w+(?:straat|weg|laan|plein|dijk|kade|singel|steeg|gracht|markt)\s+\d+[a-z]?\b",
    re.IGNORECASE,
)


class Looks:
    """The questions about one line that need nothing but its words."""

    def __init__(self, rules: HeadingRules) -> None:
        self.rules = rules

    def _label_like(self, text: str, limit: int) -> bool:
        """Short, begins like a heading, ends like one, and is one phrase."""
        if len(text) > 110 or text.endswith((".", ",", ";", "…", "(", "/")) or CONTACT.search(text):
            return False
        if text.startswith("|") or text.count("|") >= 3:
            return False  # a row of a table
        words = WORD.findall(text)
        if not words or len(words) > limit:
            return False
        if text[0].islower() and not self.rules.is_wording(text):
            return False
        if re.fullmatch(r"[\d\s.,%€/–-]+", text):
            return False
        broken = SENTENCE_BREAK.search(text)
        if broken and ("." in broken.group() or len(words) > 9):
            return False
        if text.count(",") >= 3 or self._enumerates(text):
            return False
        question = fold(words[0]) in self.rules.openers or text.endswith(("?", "!"))
        return question or len(words) <= 8 or not self._finite(words)

    def _enumerates(self, text: str) -> bool:
        """'Gemeente, WIJ Kruisdal en Kruisdalhart': parties, where a title would go on in lower case."""
        parts = re.split(r",\s+|\s+(?:en|&)\s+", text)
        if len(parts) < 3 or "," not in text:
            return False
        return all(p[:1].isupper() or fold(p.split(" ")[-1]) in self.rules.party_nouns for p in parts)

    def _finite(self, words: list[str]) -> bool:
        """Whether a phrase holds a finite verb: a singular or past form, or a plural one with more behind it."""
        folded = [fold(w) for w in words]
        for i, word in enumerate(folded):
            if word in self.rules.finite_verbs:
                return True
            if word in self.rules.plural_verbs and 0 < i < len(folded) - 1:
                before = folded[i - 1]
                if before not in {"samen", "te", "niet", "elkaar", "meer", "beter"}:
                    return True
        return False

    def _breaks_off(self, text: str, before_list: bool) -> bool:
        """A line that stops in mid-sentence: a lead-in to a list, or the end of a cut-off text."""
        words = [fold(w) for w in WORD.findall(text)]
        if not words:
            return True
        if text.endswith(("?", "!")) or self.rules.is_wording(text):
            return False
        if words[-1].strip(".") in self.rules.cut_off and not (words[0] in {"zo", "hoe"} and words[-1] == "het"):
            return True
        if before_list and words[0] in {"daarom", "dus", "ook"} and len(words) > 4 and words[2] in {"we", "wij", "ze"}:
            return True
        if words[0] in self.rules.openers:
            return False
        return before_list and words[-1] in self.rules.dangling
