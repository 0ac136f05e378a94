"""Where a name ends: which words behind its first one still belong to it."""

from __future__ import annotations

import re

from ..rulebook import Rulebook
from .words import Stretch, Word, adjacent, inside

ARTICLES = ("de", "het", "'t", "’t")
_ABBREVIATION = re.compile(r"(?:[A-Z]\.?){2,6}|[A-Z]{2,5}[-/&]?[A-Z]{1,5}")
_YEAR = re.compile(r"['’]?\d{1,4}\+?")


class NameExtent:
    """The extent of a capitalised name, read from its first word on."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = rulebook
        self._names = rulebook.names
        self._known = rulebook.organisations
        self._ordinary = rulebook.ordinary_words
        self._places = rulebook.places

    def end(self, text: str, tokens: list[Word], i: int, stops: list[Stretch]) -> int:
        """The index behind the last word of the name that begins at `i`."""
        end = i + 1
        while end < len(tokens):
            if text[tokens[end - 1].end : tokens[end].start] not in {"", " ", "\u00a0", "\n", "  "}:
                break
            token = tokens[end]
            if tokens[end - 1].end == token.start and token.capital and tokens[end - 1].wordlike:
                break
            if text[tokens[end - 1].end - 1] == "+" and tokens[end - 1].end == token.start:
                break  # 'Stichting Cho 50+Dorpenzorg': two names glued together
            if inside(token, stops) and not self._place_at(tokens, end) and not self._named_after(tokens[i]):
                break
            if (token.wordlike and token.capital) or (
                _YEAR.fullmatch(token.text) and self._number_belongs(tokens, end)
            ):
                end += 1
            elif self._exclaims(text, tokens, end) or self._second_name(text, tokens, i, end):
                end += 2
            elif token.text == "&" or token.text.casefold() in self._names.inner:
                jump = self._across(text, tokens, i, end, stops)
                if jump == end:
                    break
                end = jump
            elif token.text.casefold() == "en":
                jump = self._across_and(text, tokens, i, end)
                if jump == end:
                    break
                end = jump
            elif token.text.casefold() in self._names.branch_words and self.name_follows(text, tokens, end + 1, stops):
                end += 2
            elif (token.text.islower() and self._lower_tail(tokens, i, end)) or token.text in {
                "e.o.",
                "e.o",
                "c.s.",
                "i.o.",
                "e.a.",
            }:
                end += 1
            else:
                break
        return end

    def _exclaims(self, text: str, tokens: list[Word], at: int) -> bool:
        """A brand that ends in an exclamation mark, in front of the word for its kind."""
        if tokens[at].text != "!":
            return False
        brand = re.search(r"[a-z][A-Z][a-z]*$", tokens[at - 1].text) is not None
        return brand and at + 1 < len(tokens) and tokens[at + 1].capital and adjacent(text, tokens, at)

    def _named_after(self, head: Word) -> bool:
        """'Drukkerij Van den Berg', 'Stichting Jan de Wit': what looks like a person is part of the name."""
        return self._names.establishments.fits(head.text.casefold())

    def _second_name(self, text: str, tokens: list[Word], i: int, at: int) -> bool:
        """'De Sluis - Sociaal Cultureel Centrum': a dash between two capitalised names inside an enumeration."""
        if (
            tokens[at].text not in {"-", "–"}
            or at + 1 >= len(tokens)
            or not tokens[at + 1].capital
            or (at == i + 1 and tokens[i].initial)
        ):
            return False
        return text[max(0, tokens[i].start - 2) : tokens[i].start] == ", " and text[tokens[at].start - 1] == " "

    def _number_belongs(self, tokens: list[Word], at: int) -> bool:
        token = tokens[at]
        if token.text[0] in "'’" or token.text.endswith("+"):
            return True
        following = tokens[at + 1].text if at + 1 < len(tokens) else "."
        if re.fullmatch(r"(?:19|20)\d\d", token.text):
            return False
        return not following[0].isalnum() or following.casefold() in {"en", "in", "is", "die"}

    def _lower_tail(self, tokens: list[Word], i: int, at: int) -> bool:
        """'Elan wonen', 'Munnikenheide college', 'Provincie limburg': a kind or subject word in lower case."""
        folded = tokens[at].text.casefold()
        if folded in {
            "zorg",
            "wonen",
            "welzijn",
            "college",
            "lyceum",
            "groep",
            "bibliotheek",
            "thuiszorg",
            "ziekenhuis",
            "foundation",
        }:
            return at - i <= 2 and not tokens[i].initial
        return (
            at == i + 1
            and tokens[i].text.casefold() in {"gemeente", "provincie"}
            and self._places.knows(tokens[at].text.title())
        )

    def _across(self, text: str, tokens: list[Word], i: int, at: int, stops: list[Stretch]) -> int:
        """Behind the capitalised word that follows small words inside a name; `at` itself where they end it."""
        ahead = at
        while ahead < len(tokens) and (tokens[ahead].text.casefold() in self._names.inner or tokens[ahead].text == "&"):
            ahead += 1
        if ahead - at > 3 or ahead >= len(tokens):
            return at
        target = tokens[ahead]
        joint = tokens[at].text.casefold()
        if text[tokens[ahead - 1].end : target.start] not in {"", " ", "\u00a0", "\n", "  "} or (
            inside(target, stops) and not self._place_at(tokens, ahead)
        ):
            return at
        if joint == "&":
            return ahead + 1
        head = tokens[i].text.casefold()
        kind_head = self._names.establishments.fits(head) or self._names.kind_words.fits(head)
        if not target.capital:
            subject = target.text.casefold() in self._names.subjects or self._names.kind_words.fits(
                target.text.casefold()
            )
            return (
                ahead + 1
                if kind_head
                and joint in {"voor", "van"}
                and subject
                and at == i + 1
                and head in {"stichting", "vereniging", "raad", "platform", "steunpunt"}
                else at
            )
        if joint in {"de", "den", "der", "het", "'t", "’t"}:
            phrase = not tokens[i].initial and head in self._names.loose_inner  # 'Tegen de Stilte'
            behind = tokens[at - 1]  # 'huisartsenpraktijk Aan de Vest'
            capital_preposition = at > i + 1 and behind.capital and behind.text.casefold() in self._names.inner
            fits = (at == i + 1 and (kind_head or phrase)) or capital_preposition
            return ahead + 1 if fits else at  # 'Wijkcentrum de Schulp'
        rest = tokens[ahead].text
        own_kind = self._names.kind_words.fits(rest.casefold()) or self._known.by_alias(rest) is not None
        if joint == "van":
            if own_kind and rest.casefold() not in {"kerken", "huis", "ouderen", "zorg"}:
                return at
            return ahead + 1
        if joint == "voor":
            return ahead + 1 if kind_head or not own_kind else at
        if joint in self._names.loose_inner:
            if own_kind or self._places.knows(rest):
                return at
            phrase = head in self._ordinary and head not in ARTICLES and not self._names.establishments.fits(head)
            return ahead + 1 if phrase or joint == "tegen" or head == "stichting" else at
        return ahead + 1

    def _across_and(self, text: str, tokens: list[Word], i: int, at: int) -> int:
        """'Zorg en Welzijn', 'Aa en Hunze', '… en Omstreken': 'en' inside one name."""
        if at + 1 >= len(tokens):
            return at
        left, right = tokens[at - 1], tokens[at + 1]
        if right.text.casefold() in {"omstreken", "omgeving", "co", "zn", "zonen"}:
            return at + 2
        if self._places.knows(f"{left.text} en {right.text}"):
            return at + 2
        for reach in (2, 3):
            if at + reach <= len(tokens) and self._known.by_alias(
                text[tokens[i].start : tokens[min(at + reach, len(tokens)) - 1].end]
            ):
                return at + reach
        subjects = self._names.subjects
        if right.capital and left.text.casefold() in subjects and right.text.casefold() in subjects:
            return at + 2
        if left.text.endswith("-") and right.capital:
            return at + 2
        legal = tokens[i].text.casefold().rstrip(".") in {"stichting", "st", "stg", "vereniging"}
        plain = left.text.casefold() in self._ordinary and right.text.casefold() in self._ordinary
        kind = self._names.kind_words.fits(right.text.casefold())
        if legal and plain and not kind and right.capital and left.capital and at - i <= 4:
            return at + 2  # 'Stichting Welzijn Mens en Dier'
        if right.capital and self._goes_on(text, tokens, i, at):
            return at + 2
        if (
            right.capital
            and tokens[i].text.casefold() in {"sint", "st."} | {tokens[max(i, at - 2)].text.casefold()}
            and right.text in {"Sint", "St."}
        ):
            return min(at + 3, len(tokens))
        return at

    def _goes_on(self, text: str, tokens: list[Word], i: int, at: int) -> bool:
        """'Wold en Waard, Marenland en …': an enumeration has one conjunction; an earlier 'en' is in a name."""
        if at - i > 1 or any(
            self._known.by_alias(t.text) or _ABBREVIATION.fullmatch(t.text) for t in (tokens[i], tokens[at + 1])
        ):
            return False
        if self._places.knows(tokens[i].text) or self._places.knows(tokens[at + 1].text):
            return False
        ahead = at + 2
        while ahead < len(tokens) and tokens[ahead].capital and adjacent(text, tokens, ahead - 1):
            ahead += 1
        if ahead + 1 >= len(tokens) or tokens[ahead].text not in {",", "en"}:
            return False
        if tokens[ahead].text == "en" and not all(
            t.text.casefold() in self._ordinary for t in (tokens[i], tokens[at + 1])
        ):
            return False  # 'Warmande en Curaten en …': nothing says which of the two joins
        return tokens[ahead + 1].capital or self._names.establishments.fits(tokens[ahead + 1].text.casefold())

    def place_end(self, text: str, tokens: list[Word], i: int) -> int:
        """The index behind a place name of several words that begins at `i`; `i` if none does."""
        if not tokens[i].capital or not self._places.may_begin(tokens[i].text):
            return i
        for length in range(min(6, len(tokens) - i), 1, -1):
            printed = text[tokens[i].start : tokens[i + length - 1].end]
            if " " in printed and printed[-1].isalnum() and self._places.knows(printed):
                return i + length
        return i

    def branch_end(self, text: str, tokens: list[Word], end: int) -> int:
        """Behind the place that follows a known name ('Humanitas Hoogezand'), or `end`."""
        if end >= len(tokens) or text[tokens[end - 1].end : tokens[end].start] != " ":
            return end
        if tokens[end].text.casefold() in self._names.branch_words and self.name_follows(text, tokens, end + 1, []):
            return end + 2  # 'Rode Kruis afdeling Walcheren'
        if not tokens[end].capital:
            return end
        for length in range(min(5, len(tokens) - end), 0, -1):
            printed = text[tokens[end].start : tokens[end + length - 1].end]
            if printed[-1].isalnum() and self._places.knows(printed):
                return end if self.continues(text, tokens, end, end + length) else end + length
        return end

    def continues(self, text: str, tokens: list[Word], i: int, end: int) -> bool:
        """True where the printed name goes on behind a known one ('Impuls Aa en Hunze', 'Raster Groep')."""
        if end >= len(tokens):
            return False
        following = tokens[end]
        if self._exclaims(text, tokens, end):
            return True
        gap = text[tokens[end - 1].end : following.start]
        if gap == " " and following.text in ARTICLES and end + 1 < len(tokens) and tokens[end + 1].capital:
            return self._names.establishments.fits(tokens[i].text.casefold())  # 'Bibliotheek de Linde'
        return gap == " " and following.wordlike and following.capital

    def name_follows(self, text: str, tokens: list[Word], i: int, stops: list[Stretch]) -> bool:
        """True where a capitalised name stands at `i`, with at most one small word before it."""
        for ahead in range(i, min(i + 3, len(tokens))):
            token = tokens[ahead]
            if not token.wordlike or text[tokens[ahead - 1].end : token.start].strip(" \u00a0"):
                return False
            if token.capital:
                return not inside(token, stops) or ahead == i
            if token.text.casefold() not in {"van", "voor", "de", "het", "'t", "’t", "der", "den"}:
                return False
        return False

    def is_compound(self, text: str, tokens: list[Word], end: int) -> bool:
        """'GGD monitor', "MWC'er": the name is only the first part of a compound."""
        if end >= len(tokens) or text[tokens[end - 1].end : tokens[end].start] not in {" ", ""}:
            return False
        return tokens[end].text.casefold() in self._names.compound_tails

    def _place_at(self, tokens: list[Word], at: int) -> bool:
        return self._places.knows(tokens[at].text)
