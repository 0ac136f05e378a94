"""Which candidates are names here: sure by themselves, or because the document prints them as names elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.name_evidence import PLACE, VILLAGE
from ..language.names import ACCEPTED, Candidate
from ..records import Block, Found, Label
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from .coalition import CoalitionNames

_FIRM = 0.6  # a candidate this sure vouches for the same name elsewhere in the document
_WEAK = {"sentence-start", "where", "quoted", "capital", "unknown-word"}  # rules that another witness can make up for
_PLACES = {PLACE, VILLAGE}
_SURE = 0.85  # a name this sure is a body without a witness
_ROW = re.compile(r"\s*(?:,|,?\s*\ben|&|;)\s+(?:de\s+|het\s+|'t\s+)?")
_ACTS = {"takes-part", "joins", "is-member", "belongs", "pulls", "left", "undecided"}


class NameAcceptance:
    """The acceptance of one document's candidates. `own`: the folded names that its lists give."""

    def __init__(
        self,
        content: str,
        candidates: Sequence[Candidate],
        found: Sequence[Found],
        own: Mapping[str, int],
        coalition: CoalitionNames,
        rulebook: Rulebook,
    ) -> None:
        self._content = content
        self._rules = rulebook
        self._own = own
        self._coalition = coalition
        self._programmes = [f for f in found if f.label is Label.PROGRAMME]
        self._counts = [f for f in found if f.label is Label.COUNT]
        self._surnames = {f.text.split()[-1] for f in found if f.label is Label.PERSON and " " in f.text}
        self._firm = {fold(c.text) for c in candidates if c.confidence >= _FIRM}
        articled = (c.text.split(" ", 1) for c in candidates if " " in c.text)
        self._articled = {fold(rest) for article, rest in articled if article in ("De", "Het", "'t", "’t")}

    def accept(self, candidates: Sequence[Candidate], block: Block) -> list[Candidate]:
        """The candidates of a block that are names here."""
        named = [c for c in self._coalition.quoted if block.body <= c.start and c.end <= block.end]
        groups = [g.span() for g in self._rules.membership.group_pattern.finditer(self._content, block.body, block.end)]
        for candidate in candidates:
            if _meets(candidate.start, candidate.end, named) or self._defines(candidate):
                continue
            if any(start < candidate.start and candidate.end <= end for start, end in groups):
                continue
            c = self._with_article(candidate)
            if self._is_name(c, in_row=self._in_row(c, candidates)):
                named.append(c)
        return sorted(named, key=lambda c: c.start)

    def _in_row(self, c: Candidate, candidates: Sequence[Candidate]) -> bool:
        """Whether only a comma or a conjunction stands between this name and a body: a row of bodies."""
        for other in candidates:
            first, last = (c, other) if c.start < other.start else (other, c)
            between = self._content[first.end : last.start] if first.end <= last.start else ""
            if other.confidence >= _SURE and _ROW.fullmatch(between):
                return True
        return False

    def _is_name(self, c: Candidate, *, in_row: bool) -> bool:
        folded = fold(c.text)
        if c.rule == "party-noun" and folded in self._own:
            return True
        if c.rule in _WEAK and c.text.split()[-1] in self._surnames:
            return False
        if c.rule == "sentence-start" and self._acts_as_party(c):
            return True
        if self._coalition.names(c) or c.rule in _PLACES:  # a place is a body only in a row: decided there
            return True
        if c.rule in _WEAK and any(f.start <= c.start and c.end <= f.end for f in self._counts):
            return False  # 'ruim tweehonderd Kruisdalers'
        if c.confidence < ACCEPTED:
            seen = folded in self._firm or folded in self._own
            if not (seen and c.rule in _WEAK):
                return False
        return c.rule == "own-list" or not self._loses_to_programme(c, in_row=in_row)

    def _acts_as_party(self, c: Candidate) -> bool:
        """An ordinary word that begins a sentence and takes part, or not, is a name: 'Bijeen trekt de kar'."""
        verb = re.match(r"(?:,[^,.]{3,60},)?\s+([a-zà-ÿ]+)\b", self._content[c.end : c.end + 90])
        if (
            verb is None
            or verb.group(1) not in self._rules.membership.party_verbs
            or self._is_inflected(c.text.casefold())
        ):
            return False
        rest = re.split(r"[.!?\n]", self._content[c.start : c.start + 200], maxsplit=1)[0]
        return any(p.id in _ACTS for p in self._rules.membership.read(rest))

    def _is_inflected(self, word: str) -> bool:
        """Plurals and abstract nouns need no article at the start of a sentence, and are no names."""
        plural = word.endswith("s") and word[:-1] in self._rules.ordinary_words
        return plural or word.endswith(("en", "ing", "heid", "lijk"))

    def _defines(self, c: Candidate) -> bool:
        """'(hierna: Kwartier)' gives a name its short form; it names nobody anew."""
        return bool(re.search(r"\((?:hierna|verder|voortaan)[^()]{0,20}$", self._content[: c.start]))

    def _with_article(self, c: Candidate) -> Candidate:
        """'De Sleutelbos' at the start of a sentence, where the document prints it so inside one."""
        article = re.search(r"\b(De|Het|'t|’t)\s$", self._content[max(0, c.start - 5) : c.start])
        if article is None or fold(c.text) not in self._articled:
            return c
        start = c.start - len(article.group())
        return replace(c, start=start, text=self._content[start : c.end], confidence=max(c.confidence, 0.8))

    def _loses_to_programme(self, c: Candidate, *, in_row: bool) -> bool:
        """Whether a programme is the better reading of the same words."""
        for p in self._programmes:
            if p.end <= c.start or c.end <= p.start:
                continue
            article = re.fullmatch(r"(?:De|Het)\s+", self._content[c.start : max(c.start, p.start)])
            same = p.end == c.end and (p.start == c.start or article is not None)
            covered = not same and c.start <= p.start and p.end <= c.end
            covers = not same and p.start <= c.start and c.end <= p.end
            if c.rule == "generic" and p.confidence >= 0.8:
                return True
            if covered or (in_row and p.confidence < _SURE):
                continue  # a name that holds the programme's, or one of a row of bodies
            if c.rule == "known":
                if same and p.confidence >= 0.8:
                    return True
            elif covers or p.confidence >= c.confidence or c.confidence < _SURE:
                return True
        return False


def _meets(start: int, end: int, named: Sequence[Candidate]) -> bool:
    return any(c.start < end and start < c.end for c in named)
