"""The coalition's own name: a body that the text speaks of, but never one of its participants."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..language.names import Candidate
from ..language.words import QUOTES_CLOSE, QUOTES_OPEN
from ..records import Source
from ..rulebook import Rulebook
from ..rulebook.organisations import fold

_FORMED = re.compile(
    r"\b(?:(?:vormen|vormden)\b.*\bsamen|(?:we|wij|zij|ze)\s+vorm(?:en|den)(?:\s+samen)?)\s+(?:de\s+|het\s+)?$"
)
_QUOTED = re.compile(rf"[{QUOTES_OPEN}]([^{QUOTES_OPEN}{QUOTES_CLOSE}\n]{{3,80}})[{QUOTES_CLOSE}]")


def _any_of(phrases: Collection[str]) -> str:
    """An alternation of phrases, the longest first; any white space between their words."""
    return "|".join(re.escape(p).replace("\\ ", r"\s+") for p in sorted(phrases, key=lambda p: (-len(p), p)))


class CoalitionNames:
    """Which candidates of a document are the coalition itself."""

    def __init__(self, text: str, candidates: Sequence[Candidate], rulebook: Rulebook) -> None:
        rules = rulebook.membership
        words = _any_of(rules.coalition_words)
        self._word_before = re.compile(rf"\b(?i:{words})(?:snetwerk)?\s+[{QUOTES_OPEN}]?$")
        self._word_behind = re.compile(
            rf"^[{QUOTES_CLOSE}]?\s*(?:,|\(|:|is|was|–|-)\s*(?:\(?de|het|een|dé|onze|ons)\s+(?:\w+\s+){{0,2}}?(?i:{words})\b"
            rf"|^[{QUOTES_CLOSE}]?\s+is de naam van"
            rf"|^[{QUOTES_CLOSE}]?,\s+(?:gevormd door|opgericht door|bestaande uit)\b"
            rf"|^[{QUOTES_CLOSE}]?,\s+zoals (?:de|het|onze) (?i:{words}) "
        )
        self._called = re.compile(
            rf"\b(?i:{_any_of(rules.naming_words)})\s+(?:nu\s+|voortaan\s+|sinds\s+\S+\s+)?(?:de\s+|het\s+)?[{QUOTES_OPEN}]?$"
        )
        self._taken_up = re.compile(rf"[^.!?,;]{{0,30}}[.!?]\s+(?:\w+\s+)?(?i:dat|dit|die|deze)\s+(?:{words})\b")
        self._own_word = re.compile(rf"^(?:\w+se\s+|Sociale\s+|Lokale\s+)?(?:{words.title()}|\w+coalitie)\b")
        self._about = re.compile(rf"(?i:{words})")
        self._not = re.compile(
            rf"\b(?i:{_any_of(rules.named_otherwise)})\s+(?:het\s+|de\s+)?[{QUOTES_OPEN}{QUOTES_CLOSE}]?$"
        )
        self._together = re.compile(rf"(?i){_any_of(rules.naming_parts)}")
        self._shared = rules.shared_coalition_words
        self.folded: set[str] = set()
        self._generic = {fold("Eén tegen eenzaamheid")}
        self._at: set[int] = set()
        for candidate in candidates:
            if self._introduced(text, candidate):
                self._at.add(candidate.start)
                if fold(candidate.text) not in self._generic:
                    self.folded.add(fold(candidate.text))
        self._quoted = list(self._quoted_names(text))
        self.folded |= {fold(c.text) for c in self._quoted}

    def _introduced(self, text: str, candidate: Candidate) -> bool:
        before = text[max(0, candidate.start - 60) : candidate.start].rsplit("\n", maxsplit=1)[-1]
        behind = text[candidate.end : candidate.end + 60].split("\n\n", maxsplit=1)[0].replace("\n", " ")
        if self._not.search(before):
            return False
        if any(fold(candidate.text).startswith(g + " ") for g in self._generic):
            return True  # 'Een tegen eenzaamheid Kruisdal'
        if "Coalitie" in candidate.text.split() and len(candidate.text.split()) > 1:
            return True
        if self._own_word.match(candidate.text) and len(candidate.text.split()) > 1:
            first = candidate.text.split()[0].casefold()
            return first not in self._shared or bool(self._together.search(candidate.text))
        sentence = re.split(r"[.!?\n]", text[max(0, candidate.start - 200) : candidate.start])[-1]
        if self._word_before.search(before) or _FORMED.search(sentence):
            return True
        near = text[max(0, candidate.start - 160) : candidate.start]
        if self._called.search(before) and (self._about.search(near) or self._together.search(candidate.text)):
            return True
        following = text[candidate.end : candidate.end + 120].split("\n\n", maxsplit=1)[0]
        return bool(self._word_behind.search(behind)) or bool(self._taken_up.match(following))

    def _quoted_names(self, text: str) -> list[Candidate]:
        """Names in quotation marks that hold lower-case words: "heet nu 'Samen tegen eenzaamheid Zuid-Limburg'"."""
        found = []
        for match in _QUOTED.finditer(text):
            before = text[max(0, match.start() - 60) : match.start() + 1]
            if not match.group(1)[0].isupper() or self._not.search(before):
                continue
            near = text[max(0, match.start() - 160) : match.start()]
            if self._word_before.search(before) or (
                self._called.search(before) and (self._about.search(near) or self._together.search(match.group(1)))
            ):
                found.append(Candidate(match.start(1), match.end(1), match.group(1), "coalition", 0.9, Source.RULE))
        return found

    @property
    def quoted(self) -> list[Candidate]:
        return self._quoted

    def names(self, candidate: Candidate) -> bool:
        """True where the candidate names the coalition."""
        return candidate.start in self._at or fold(candidate.text) in self.folded
