"""Capitalised names in running text: where a name begins and ends, and how sure it is that it names an organisation.

Dutch writes common nouns in lower case, so inside a sentence a capital is evidence by itself; at its beginning
it proves nothing, and the name needs another witness: a known name, the shape of a name, or the same name
elsewhere in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..records import Found, Label, Source
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from .words import QUOTES_CLOSE, QUOTES_OPEN, Stretch, Word

PLACE = "place"  # the rule of a candidate that is only the name of a municipality
VILLAGE = "village"  # any other place
ACCEPTED = 0.5  # a candidate below this is a name only where the document says so elsewhere
_CAMEL = re.compile(r"[a-zà-ÿ][A-Z]|[A-Z]{2,}[a-zà-ÿ]{2,}|[A-Za-z]\d[A-Z]")
_ABBREVIATION = re.compile(r"(?:[A-Z]\.?){2,6}|[A-Z]{2,5}[-/&]?[A-Z]{1,5}")
_STREET = re.compile(
    r"(?:straat|laan|weg|plein|dijk|kade|gracht|singel|markt|steeg|park|plantsoen|hof|pad|brug|haven|dreef)$"
)
_DEMONYM = re.compile(r"(?:[a-z](?:ers|enaren|ezen|aren|naren|eren|enaar|ezer))$")
_ADJECTIVE = re.compile(r"(?:se|sche|ske)$")
_ARTICLES = ("de", "het", "'t", "’t")
_SUFFIXED = re.compile(r"['’](?:er|ers|tje|tjes|s)$")  # "MWC'er"
_YEAR = re.compile(r"['’]?\d{1,4}\+?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may name an organisation. `start` excludes an article that is not part of the name."""

    start: int
    end: int
    text: str
    rule: str
    confidence: float
    source: Source = Source.RULE

    def found(self) -> Found:
        return Found(
            Label.ORGANISATION, self.start, self.end, self.text,
            source=self.source, rule=self.rule, confidence=self.confidence,
        )  # fmt: skip


class NameScanner:
    """Finds the names of one block of running text."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = rulebook
        self._names = rulebook.names
        self._known = rulebook.organisations
        self._ordinary = rulebook.ordinary_words
        self._places = rulebook.places
        self._first = {form.split()[0] for form in self._known.aliases if form}

    def scan(
        self, text: str, tokens: list[Word], blocked: Iterable[Stretch], own_names: dict[str, int] | None = None
    ) -> list[Candidate]:
        """The candidates of a text, from left to right, not overlapping.

        `blocked` stretches (dates, addresses, persons) take no part in names; `own_names` are folded names
        that the document's own lists give, with their number of words.
        """
        stops = sorted(blocked, key=lambda cut: cut.start)
        found: list[Candidate] = []
        i = 0
        while i < len(tokens):
            word = tokens[i]
            if not word.wordlike or _inside(word, stops):
                i += 1
                continue
            step = self._known_at(text, tokens, i, own_names or {}) or self._shaped_at(text, tokens, i, stops)
            if step is None:
                i += 1
                continue
            candidate, i = step
            if candidate is not None:
                found.append(candidate)
        return found

    # --- known names ---------------------------------------------------------------------------------

    def _known_at(
        self, text: str, tokens: list[Word], i: int, own_names: dict[str, int]
    ) -> tuple[Candidate | None, int] | None:
        """The longest known name that begins here and is printed as a name."""
        first = tokens[i]
        folded = fold(first.text).split()
        if not folded:
            return None
        start_words = {folded[0]} | (
            {fold(tokens[i + 1].text).split(" ")[0]}
            if first.text.casefold() in _ARTICLES and i + 1 < len(tokens)
            else set()
        )
        own = any(name.split()[0] in start_words for name in own_names)
        if not own and not (start_words & self._first):
            return None
        for length in range(min(9, len(tokens) - i), 0, -1):
            last = tokens[i + length - 1]
            if not (last.wordlike or last.text in "+)"):
                continue
            if any(not t.wordlike and t.text not in "&-–/+'’.," for t in tokens[i : i + length]):
                continue
            printed = text[first.start : last.end]
            form = fold(printed)
            known = self._known.by_alias(printed)
            is_own = form in own_names or form.removeprefix("de ").removeprefix("het ") in own_names
            if known is None and not is_own:
                continue
            if not any(w.capital for w in tokens[i : i + length]):
                continue
            if length == 1 and (self._names.no_name(first.text) or first.text.casefold() in self._names.bare):
                continue
            branch = self._branch_end(text, tokens, i + length) if known and not known.generic else i + length
            if branch == i + length and self._continues(text, tokens, i, i + length):
                continue
            length = branch - i
            return self._decide_known(text, tokens, i, i + length, known_name=known.name if known else "", own=is_own, own_with_article=form in own_names,
                                      common=bool(known and known.common_word), generic=bool(known and known.generic))  # fmt: skip
        return None

    def _branch_end(self, text: str, tokens: list[Word], end: int) -> int:
        """Behind the place that follows a known name ('Humanitas Hoogezand'), or `end`."""
        if end >= len(tokens) or text[tokens[end - 1].end : tokens[end].start] != " " or not tokens[end].capital:
            return end
        for length in range(min(5, len(tokens) - end), 0, -1):
            printed = text[tokens[end].start : tokens[end + length - 1].end]
            if printed[-1].isalnum() and self._places.knows(printed):
                return end if self._continues(text, tokens, end, end + length) else end + length
        return end

    def _continues(self, text: str, tokens: list[Word], i: int, end: int) -> bool:
        """True where the printed name goes on behind a known one ('Impuls Aa en Hunze', 'Raster Groep')."""
        if end >= len(tokens):
            return False
        following = tokens[end]
        gap = text[tokens[end - 1].end : following.start]
        if gap == " " and following.text in _ARTICLES and end + 1 < len(tokens) and tokens[end + 1].capital:
            return self._names.establishments.fits(tokens[i].text.casefold())  # 'Bibliotheek de Linde'
        return gap == " " and following.wordlike and following.capital

    def _decide_known(
        self,
        text: str,
        tokens: list[Word],
        i: int,
        end: int,
        *,
        known_name: str,
        own: bool,
        own_with_article: bool,
        common: bool,
        generic: bool,
    ) -> tuple[Candidate | None, int]:
        first = tokens[i]
        start = i
        article = first.text.casefold() in _ARTICLES and end - i > 1
        belongs = own_with_article or known_name.casefold().startswith(first.text.casefold() + " ")
        if article and not belongs and not (first.capital and not first.initial):
            start = i + 1  # the article is the sentence's, not the name's
        elif article and first.text.islower() and not known_name.casefold().startswith(first.text + " "):
            start = i + 1
        if self._is_compound(text, tokens, end):
            return None, end
        body = tokens[start:end]
        if not any(w.capital for w in body):
            return None, end
        confidence = 0.97 if not common else (0.75 if not body[0].initial else 0.6)
        if own:
            confidence = max(confidence, 0.95)
        if self._names.other_kind(_previous(tokens, start)) and not own:
            confidence = min(confidence, 0.4)
        if (
            common
            and not own
            and (
                _quoted(text, body[0].start, body[-1].end) or (body[0].initial and self._followed_by_noun(tokens, end))
            )
        ):
            confidence = 0.3
        rule = "own-list" if own and not known_name else "generic" if generic else "known"
        return Candidate(
            body[0].start, body[-1].end, text[body[0].start : body[-1].end], rule, confidence, Source.GAZETTEER
        ), end

    def _followed_by_noun(self, tokens: list[Word], end: int) -> bool:
        """'Impuls voor de wijk', 'Balans in het leven': an ordinary word with its complement."""
        return end < len(tokens) and tokens[end].text.casefold() in {"voor", "van", "in", "op", "tussen", "aan"}

    # --- shapes --------------------------------------------------------------------------------------

    def _place_span(self, text: str, tokens: list[Word], i: int) -> int:
        """The index behind a place name of several words that begins here ('Valkenburg aan de Geul'); `i` if none does."""
        if not tokens[i].capital:
            return i
        for length in range(min(6, len(tokens) - i), 1, -1):
            printed = text[tokens[i].start : tokens[i + length - 1].end]
            if " " in printed and printed[-1].isalnum() and self._places.knows(printed):
                return i + length
        return i

    def _shaped_at(
        self, text: str, tokens: list[Word], i: int, stops: list[Stretch]
    ) -> tuple[Candidate | None, int] | None:
        word = tokens[i]
        place_end = self._place_span(text, tokens, i)
        if place_end > i and not self._continues(text, tokens, i, place_end):
            return Candidate(
                word.start,
                tokens[place_end - 1].end,
                text[word.start : tokens[place_end - 1].end],
                self._place_rule(text[word.start : tokens[place_end - 1].end]),
                0.15,
            ), place_end
        start = i
        lower_head = False
        folded = word.text.casefold()
        if (
            word.text in {"'t", "’t", "‘t"}
            and i + 1 < len(tokens)
            and tokens[i + 1].capital
            and _adjacent(text, tokens, i)
        ):
            end = self._extend(text, tokens, i + 1, stops)
            printed = text[word.start : tokens[end - 1].end]
            return Candidate(word.start, tokens[end - 1].end, printed, "article", 0.8), end
        if not word.capital:
            if not self._names.establishments.fits(folded) or not self._name_follows(text, tokens, i + 1, stops):
                return None
            lower_head = True
        elif word.initial and self._rules.roles.is_role(folded):
            return None  # 'Secretaris van HHEV is …'
        elif folded in _ARTICLES or (word.initial and self._function_word(folded)):
            following = i + 1
            if (
                folded not in _ARTICLES
                or following >= len(tokens)
                or not tokens[following].capital
                or not _adjacent(text, tokens, i)
            ):
                return None
            if _inside(tokens[following], stops):
                return None
        ordinary_noun = word.initial and folded in self._ordinary and not self._names.kind_words.fits(folded)
        if ordinary_noun and i + 1 < len(tokens) and tokens[i + 1].text in {"van", "uit", "in", "bij"}:
            return None  # 'Uitgave van Welzijn Kruisdal', 'Studenten van Scalda'
        end = self._extend(text, tokens, i, stops)
        article = word.capital and folded in _ARTICLES
        if article:
            if end - i == 1:
                return None
            if word.initial and not self._brand_like(tokens[i + 1 : end]):
                start = i + 1
        start = self._without_label(tokens, start, end)
        if start >= end:
            return None
        if self._is_compound(text, tokens, end) and end - start == 1:
            return None, end
        body = tokens[start:end]
        printed = text[body[0].start : body[-1].end]
        confidence, rule = self._judge(
            text, tokens, start, end, printed, article=article and start == i, lower_head=lower_head
        )
        return Candidate(body[0].start, body[-1].end, printed, rule, confidence), end

    def _function_word(self, folded: str) -> bool:
        return folded in self._names.inner or folded in _STARTERS

    def _name_follows(self, text: str, tokens: list[Word], i: int, stops: list[Stretch]) -> bool:
        """True where a capitalised name stands at `i`, with at most one small word before it."""
        for ahead in range(i, min(i + 3, len(tokens))):
            token = tokens[ahead]
            if not token.wordlike or text[tokens[ahead - 1].end : token.start].strip(" \u00a0"):
                return False
            if token.capital:
                return not _inside(token, stops) or ahead == i
            if token.text.casefold() not in {"van", "voor", "de", "het", "'t", "’t", "der", "den"}:
                return False
        return False

    def _extend(self, text: str, tokens: list[Word], i: int, stops: list[Stretch]) -> int:
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
            if _inside(token, stops) and not self._place_at(tokens, end):
                break
            if (token.wordlike and token.capital) or (
                _YEAR.fullmatch(token.text) and self._number_belongs(text, tokens, end)
            ):
                end += 1
            elif token.text in {"-", "–"} and self._second_name(text, tokens, i, end):
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
            elif token.text.casefold() in self._names.branch_words and self._name_follows(text, tokens, end + 1, stops):
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

    def _second_name(self, text: str, tokens: list[Word], i: int, at: int) -> bool:
        """'De Sluis - Sociaal Cultureel Centrum': a dash between two capitalised names inside an enumeration."""
        if at + 1 >= len(tokens) or not tokens[at + 1].capital or (at == i + 1 and tokens[i].initial):
            return False
        return text[max(0, tokens[i].start - 2) : tokens[i].start] == ", " and text[tokens[at].start - 1] == " "

    def _place_at(self, tokens: list[Word], at: int) -> bool:
        return self._places.knows(tokens[at].text)

    def _number_belongs(self, text: str, tokens: list[Word], at: int) -> bool:
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
            _inside(target, stops) and not self._place_at(tokens, ahead)
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
            return ahead + 1 if at == i + 1 and (kind_head or phrase) else at  # 'Wijkcentrum de Schulp'
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
            phrase = (
                not kind_head
                and tokens[i].text.casefold() in self._ordinary
                and tokens[i].text.casefold() not in _ARTICLES
            )
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
        if legal and plain and right.capital and left.capital and at - i <= 4:
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
        """'Wold en Waard, Marenland en …': the conjunction of an enumeration is its last; an earlier 'en' is in a name."""
        if at - i > 1 or any(
            self._known.by_alias(t.text) or _ABBREVIATION.fullmatch(t.text) for t in (tokens[i], tokens[at + 1])
        ):
            return False
        if self._places.knows(tokens[i].text) or self._places.knows(tokens[at + 1].text):
            return False
        ahead = at + 2
        while ahead < len(tokens) and tokens[ahead].capital and _adjacent(text, tokens, ahead - 1):
            ahead += 1
        if ahead + 1 >= len(tokens) or tokens[ahead].text not in {",", "en"}:
            return False
        if tokens[ahead].text == "en" and not all(
            t.text.casefold() in self._ordinary for t in (tokens[i], tokens[at + 1])
        ):
            return False  # 'Warmande en Curaten en …': nothing says which of the two joins
        return tokens[ahead + 1].capital or self._names.establishments.fits(tokens[ahead + 1].text.casefold())

    def _brand_like(self, body: list[Word]) -> bool:
        """'De Boeskool', 'De Stentor': one name-like word that is no kind of body keeps its article."""
        if len(body) != 1:
            return False
        folded = body[0].text.casefold()
        kind = self._names.kind_words.fits(folded) or self._names.establishments.fits(folded)
        if self._party_noun(folded) or (_DEMONYM.search(folded) and self._demonym(body[0].text)):
            return False
        return not kind and not _ABBREVIATION.fullmatch(body[0].text) and not self._places.knows(body[0].text) and (
            folded not in self._ordinary or len(folded) <= 5)  # fmt: skip

    def _without_label(self, tokens: list[Word], start: int, end: int) -> int:
        """Skips sector labels in front of a name: always in lower case, and with a capital that a sentence begins with."""
        while start < end - 1 and self._is_label(tokens[start]):
            if tokens[start].capital and not tokens[start].initial:
                break
            start += 1
        return start

    def _is_compound(self, text: str, tokens: list[Word], end: int) -> bool:
        """'GGD monitor', "MWC'er": the name is only the first part of a compound."""
        if end >= len(tokens) or text[tokens[end - 1].end : tokens[end].start] not in {" ", ""}:
            return False
        return tokens[end].text.casefold() in self._names.compound_tails

    def _is_label(self, token: Word) -> bool:
        folded = token.text.casefold()
        return self._names.sector_labels.fits(folded) or (not token.capital and folded in self._names.lower_labels)

    # --- how sure ------------------------------------------------------------------------------------

    def _judge(
        self, text: str, tokens: list[Word], start: int, end: int, printed: str, *, article: bool, lower_head: bool
    ) -> tuple[float, str]:
        """Confidence and the rule that gave it."""
        body = tokens[start:end]
        first, last = body[0], body[-1]
        single = len(body) == 1
        folded = first.text.casefold()
        previous = _previous(tokens, start)
        initial = first.initial or (
            start > 0 and tokens[start - 1].initial and tokens[start - 1].text.casefold() in _ARTICLES
        )
        if single and (folded in self._names.bare or folded in _STARTERS or _SUFFIXED.search(first.text)):
            return 0.1, "no-name"
        if single and initial and self._party_noun(folded):
            return 0.1, "party-noun"
        if single and (self._names.no_name(first.text) or (_DEMONYM.search(first.text) and self._demonym(first.text))):
            return 0.1, "no-name"
        capitals_only = single and first.text.isupper() and len(first.text) <= 4 and not first.initial  # 'ELP', 'MEE'
        if self._places.knows(printed) and not capitals_only:
            return 0.15, self._place_rule(printed)
        if self._names.no_name(printed) or (single and folded in self._names.subjects):
            return 0.1, "no-name"
        following = tokens[end].text if end < len(tokens) else ""
        if (
            single
            and _ADJECTIVE.search(folded)
            and following.islower()
            and following not in {"en", "is", "was", "heeft", "doet"}
        ):
            return 0.1, "adjective"  # 'De Belgische buurgemeente'
        if re.search(r"\d", first.text) and re.fullmatch(r"[A-Z]{0,3}\d+[-/.]\d+|\d{3,}", first.text) and single:
            return 0.1, "code"
        if folded in {"gemeente", "gemeenten", "provincie"} and previous in {
            "in",
            "uit",
            "binnen",
            "rond",
            "rondom",
            "heel",
        }:
            return 0.1, "area"
        if previous in {"buurgemeente", "buurgemeenten"}:
            return 0.85, "neighbour"
        if not single and self._names.other_kind(folded) and self._known.by_alias(printed) is None:
            return 0.3, "other-kind"
        if single and re.fullmatch(r"[\w&]+-[a-z]+", first.text) and not self._names.kind_words.fits(folded):
            return 0.1, "compound"  # 'GGD-arts'
        if previous in self._names.branch_words or previous in {"kernen", "dorpen", "wijken", "buurten"}:
            return 0.2, "branch"
        if re.match(r",\s*\d{4}\)", text[last.end :]):
            return 0.1, "literature"
        if _STREET.search(last.text.casefold()) and not self._names.kind_words.fits(folded) and (
            previous in {"de", "het", "aan", "op"} or single):  # fmt: skip
            return 0.2, "street"
        if self._names.other_kind(previous):
            return 0.35, "other-kind"
        if (
            previous
            and self._rules.roles.is_role(previous)
            and not any(self._names.kind_words.fits(w.text.casefold()) for w in body)
        ):
            return 0.3, "person"  # 'jongerenwerker Brahim'
        if len(body) == 2 and (body[1].text.isdigit() or len(body[1].text) == 1) and folded in self._ordinary:
            return 0.2, "numbered"  # 'Spoor 2', 'Bouwsteen A'
        known = self._known.by_alias(printed)
        if known is not None:
            return (0.7 if known.common_word else 0.97), "known"
        quoted = _quoted(text, first.start, last.end)
        legal = folded.rstrip(".") in {
            "stichting",
            "st",
            "stg",
            "vereniging",
            "ver",
            "coöperatie",
            "gemeente",
            "gem",
            "provincie",
            "ministerie",
        }
        if single and first.initial and (folded in self._ordinary or not first.capital):
            return 0.3, "sentence-start"
        if legal and not single:
            return 0.95, "legal-form"
        if lower_head:
            return 0.85, "establishment"
        kind = any(self._names.kind_words.fits(w.text.casefold()) for w in body if w.capital)
        if kind and not single:
            return (0.93 if not quoted else 0.6), "kind-word"
        if quoted:
            return 0.3, "quoted"
        if kind:
            return 0.7, "kind-word"
        if single and _CAMEL.search(first.text):
            return 0.85, "camel-case"
        if single and _ABBREVIATION.fullmatch(first.text):
            return 0.8, "abbreviation"
        if article:
            return 0.8, "article"
        if previous in {
            "in",
            "uit",
            "te",
            "naar",
            "rond",
            "rondom",
            "door heel",
            "vanuit",
            "omgeving",
            "nabij",
            "aan",
            "langs",
            "voorbij",
            "richting",
            "tussen",
            "over",
        }:
            return 0.35, "where"
        if first.initial and single:
            return 0.6, "unknown-word"
        if not first.initial:
            return (0.7 if any(w.text.casefold() not in self._ordinary for w in body) else 0.6), "capital"
        return 0.55, "capital"

    def _place_rule(self, printed: str) -> str:
        """'place' for a municipality, which can act as a body; 'village' for any other place."""
        return PLACE if self._places.names_municipality(printed) else VILLAGE

    def _party_noun(self, folded: str) -> bool:
        noun = self._rules.parties.rule_of(folded)
        return self._rules.roles.is_role(folded) or (noun is not None and noun.id != "local-body")

    def _demonym(self, word: str) -> bool:
        """'Aalsmeerders', 'Oldenzalers', 'Ommenaren': people of a place."""
        folded = word.casefold()
        if folded in self._places.people:
            return True
        for ending in ("enaren", "enaar", "naren", "ders", "ers", "ezen", "aren", "er"):
            stem = folded.removesuffix(ending)
            if stem != folded and len(stem) >= 3 and (self._places.begins(stem) or folded not in self._ordinary):
                return True
        return False


_STARTERS = frozenset(
    [
        "de",
        "het",
        "een",
        "en",
        "maar",
        "of",
        "want",
        "dus",
        "ook",
        "nu",
        "dan",
        "toch",
        "wie",
        "wat",
        "waar",
        "wanneer",
        "hoe",
        "waarom",
        "als",
        "omdat",
        "zodat",
        "toen",
        "sinds",
        "vanaf",
        "tot",
        "na",
        "voor",
        "met",
        "zonder",
        "samen",
        "daarnaast",
        "daarom",
        "daarbij",
        "hierbij",
        "verder",
        "inmiddels",
        "sommige",
        "veel",
        "alle",
        "iedereen",
        "iemand",
        "niemand",
        "niet",
        "geen",
        "wel",
        "er",
        "hier",
        "daar",
        "wij",
        "we",
        "zij",
        "ze",
        "hij",
        "je",
        "jij",
        "u",
        "ik",
        "men",
        "dit",
        "dat",
        "deze",
        "die",
        "dankzij",
        "volgens",
        "namens",
        "binnen",
        "buiten",
        "tussen",
        "tijdens",
        "onder",
        "boven",
        "bij",
        "door",
        "over",
        "rond",
        "langs",
        "eerst",
        "later",
        "eerder",
        "straks",
        "binnenkort",
        "elk",
        "elke",
        "ieder",
        "iedere",
        "onze",
        "ons",
        "hun",
        "haar",
        "zijn",
        "mijn",
        "uw",
        "jouw",
        "zo",
        "zelfs",
        "vooral",
        "zoals",
        "bijvoorbeeld",
        "naast",
        "behalve",
        "meer",
        "minder",
        "veel",
        "weinig",
        "enkele",
        "uit",
        "om",
        "te",
        "aan",
        "op",
        "in",
        "naar",
        "van",
        "per",
        "wilt",
        "wil",
        "kunt",
        "kan",
        "heeft",
        "heb",
        "is",
        "zijn",
        "was",
        "waren",
        "gaat",
        "doet",
        "doe",
        "kom",
        "kijk",
        "bel",
        "mail",
        "lees",
        "volg",
        "geef",
        "help",
        "zie",
        "denk",
        "neem",
        "zelf",
        "via",
        "incidenteel",
        "soms",
        "vaak",
        "altijd",
        "nooit",
        "bovendien",
        "overigens",
        "helaas",
        "gelukkig",
        "eén",
        "één",
        "gisteren",
        "vandaag",
        "morgen",
        "komend",
        "vorig",
        "afgelopen",
        "ruim",
        "bijna",
        "circa",
        "ongeveer",
        "twee",
        "drie",
        "vier",
        "vijf",
        "zes",
        "zeven",
        "acht",
        "negen",
        "tien",
        "vanuit",
        "gezamenlijk",
        "jaarlijks",
        "maandelijks",
        "wekelijks",
        "elkaar",
        "momenteel",
        "tegelijk",
        "alleen",
        "juist",
        "positief",
        "beter",
        "goed",
        "nieuw",
        "nieuwe",
    ]
)


def _adjacent(text: str, tokens: list[Word], i: int) -> bool:
    return text[tokens[i].end : tokens[i + 1].start] in {" ", "\u00a0", "\n"}


def _inside(word: Word, stops: list[Stretch]) -> bool:
    return any(stop.start < word.end and word.start < stop.end for stop in stops)


def _previous(tokens: list[Word], i: int) -> str:
    """The word before, articles skipped, in lower case; empty at the beginning or behind a mark."""
    at = i - 1
    while (at >= 0 and tokens[at].text.casefold() in {"de", "het", "een", "'t", "’t"}) or (
        at >= 0 and tokens[at].text in QUOTES_OPEN
    ):
        at -= 1
    return tokens[at].text.casefold() if at >= 0 and tokens[at].wordlike else ""


def _quoted(text: str, start: int, end: int) -> bool:
    return start > 0 and text[start - 1] in QUOTES_OPEN and text[end : end + 1] in set(QUOTES_CLOSE)
