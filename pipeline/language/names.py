"""Capitalised names in running text: where a name begins and ends, and how sure it is that it names an organisation.

Dutch writes common nouns in lower case, so inside a sentence a capital is evidence by itself; at its beginning
it proves nothing, and the name needs another witness: a known name, the shape of a name, or the same name
elsewhere in the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..records import Found, Label, Source
from ..rulebook import Rulebook
from ..rulebook.organisations import KnownOrganisation, fold, longest_from
from .name_evidence import NameEvidence
from .name_extent import ARTICLES, NameExtent
from .words import Stretch, Word, adjacent, inside, previous_word, quoted

_LONGEST = 9  # tokens of a known name
_LEADING = {"de", "het", "t", "een"}
ACCEPTED = 0.5  # a candidate below this is a name only where the document says so elsewhere


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
        self._extent = NameExtent(rulebook)
        self._evidence = NameEvidence(rulebook)
        self._first = longest_from(form for form in self._known.aliases if form)

    def scan(
        self, text: str, tokens: list[Word], blocked: Iterable[Stretch], own_names: dict[str, int] | None = None
    ) -> list[Candidate]:
        """The candidates of a text, from left to right, not overlapping.

        `blocked` stretches (dates, addresses, persons) take no part in names; `own_names` are folded names
        that the document's own lists give, with their number of words.
        """
        stops = sorted(blocked, key=lambda cut: cut.start)
        own_names = own_names or {}
        own_first = {name.split(maxsplit=1)[0] for name in own_names}
        found: list[Candidate] = []
        i = 0
        while i < len(tokens):
            word = tokens[i]
            if not word.wordlike or inside(word, stops):
                i += 1
                continue
            step = self._known_at(text, tokens, i, own_names, own_first) or self._shaped_at(text, tokens, i, stops)
            if step is None:
                i += 1
                continue
            candidate, i = step
            if candidate is not None:
                found.append(candidate)
        return found

    def _known_at(
        self, text: str, tokens: list[Word], i: int, own_names: dict[str, int], own_first: set[str]
    ) -> tuple[Candidate | None, int] | None:
        """The longest known name that begins here and is printed as a name."""
        first = tokens[i]
        folded = fold(first.text).split()
        if not folded:
            return None
        start_words = {folded[0]} | (
            {fold(tokens[i + 1].text).split(" ")[0]}
            if first.text.casefold() in ARTICLES and i + 1 < len(tokens)
            else set()
        )
        if start_words.isdisjoint(own_first) and self._first.keys().isdisjoint(start_words):
            return None
        for length in range(self._reach(tokens, i, start_words, own_names), 0, -1):
            last = tokens[i + length - 1]
            if not (last.wordlike or last.text in "+)"):
                continue
            printed = text[first.start : last.end]
            form = fold(printed)
            known = self._known.by_alias(printed)
            is_own = form in own_names or form.removeprefix("de ").removeprefix("het ") in own_names
            if known is None and not is_own:
                continue
            if not any(w.capital for w in tokens[i : i + length]):
                continue
            if length == 1 and first.initial and first.text.casefold() in self._names.function_words:
                continue
            if length == 1 and (self._names.no_name(first.text) or first.text.casefold() in self._names.bare):
                continue
            branch = self._extent.branch_end(text, tokens, i + length) if known and not known.generic else i + length
            if branch == i + length and self._extent.continues(text, tokens, i, i + length):
                continue
            listed = "" if not is_own else "with article" if form in own_names else "without article"
            return self._decide_known(text, tokens, i, branch, known, listed)
        return None

    def _reach(self, tokens: list[Word], i: int, start_words: set[str], own_names: dict[str, int]) -> int:
        """How many tokens from `i` on a known name can have: no more words than the longest that begins so."""
        most = _LONGEST
        if start_words.isdisjoint(_LEADING):  # names are known without the articles in front of them
            own = (n for name, n in own_names.items() if name.split(maxsplit=1)[0] in start_words)
            most = max((*(self._first.get(word, 0) for word in start_words), *own))
        reach = words = 0
        for token in tokens[i : i + _LONGEST]:
            if token.wordlike:
                words += bool(fold(token.text))
                if words > most:
                    break
            elif token.text not in "&-–/+'’.,":
                break
            reach += 1
        return reach

    def _decide_known(
        self, text: str, tokens: list[Word], i: int, end: int, known: KnownOrganisation | None, own: str
    ) -> tuple[Candidate | None, int]:
        """`own`: whether the document's lists give the name, and in which form ('' for neither)."""
        known_name = known.name if known else ""
        common = known is not None and known.common_word
        generic = known is not None and known.generic
        first = tokens[i]
        start = i
        article = first.text.casefold() in ARTICLES and end - i > 1
        belongs = own == "with article" or known_name.casefold().startswith(first.text.casefold() + " ")
        if article and not belongs and not (first.capital and not first.initial):
            start = i + 1  # the article is the sentence's, not the name's
        elif article and first.text.islower() and not known_name.casefold().startswith(first.text + " "):
            start = i + 1
        if self._extent.is_compound(text, tokens, end):
            return None, end
        body = tokens[start:end]
        if not any(w.capital for w in body if w.text.casefold() not in ARTICLES):
            return None, end  # 'De alliantie' is no body called De Alliantie
        confidence = 0.97 if not common else (0.75 if not body[0].initial else 0.6)
        if own:
            confidence = max(confidence, 0.95)
        if self._names.other_kind(previous_word(tokens, start)) and not own:
            confidence = min(confidence, 0.4)
        if (
            common
            and not own
            and (quoted(text, body[0].start, body[-1].end) or (body[0].initial and self._followed_by_noun(tokens, end)))
        ):
            confidence = 0.3
        rule = "own-list" if own and not known_name else "generic" if generic else "known"
        verb = tokens[end].text if end < len(tokens) else ""
        if common and not own and len(body) == 1 and body[0].initial and not self._is_singular_verb(verb):
            confidence, rule = 0.45, "sentence-start"  # 'Erbij kómen is één': an ordinary word after all
        return Candidate(
            body[0].start, body[-1].end, text[body[0].start : body[-1].end], rule, confidence, Source.GAZETTEER
        ), end

    def _is_singular_verb(self, word: str) -> bool:
        """A third person singular: its subject needs no article only where it is a name."""
        third = word.endswith("t") and word in self._ordinary and len(word) > 3
        return word in self._rules.membership.party_verbs or third

    def _followed_by_noun(self, tokens: list[Word], end: int) -> bool:
        """'Impuls voor de wijk', 'Balans in het leven': an ordinary word with its complement."""
        return end < len(tokens) and tokens[end].text.casefold() in {"voor", "van", "in", "op", "tussen", "aan"}

    def _shaped_at(
        self, text: str, tokens: list[Word], i: int, stops: list[Stretch]
    ) -> tuple[Candidate | None, int] | None:
        word = tokens[i]
        place_end = self._extent.place_end(text, tokens, i)
        behind_in = place_end == i and previous_word(tokens, i) in {"in", "uit"} and self._places.knows(word.text)
        if behind_in and word.capital and i + 1 < len(tokens) and tokens[i + 1].capital and adjacent(text, tokens, i):
            place_end = i + 1  # 'in Kruisdal Welzijn Verder': the place ends where the name begins
            return Candidate(word.start, word.end, word.text, self._evidence.place_rule(word.text), 0.15), place_end
        if place_end > i and not self._extent.continues(text, tokens, i, place_end):
            return Candidate(
                word.start,
                tokens[place_end - 1].end,
                text[word.start : tokens[place_end - 1].end],
                self._evidence.place_rule(text[word.start : tokens[place_end - 1].end]),
                0.15,
            ), place_end
        start = i
        lower_head = False
        folded = word.text.casefold()
        if (
            word.text in {"'t", "’t", "‘t"}
            and i + 1 < len(tokens)
            and tokens[i + 1].capital
            and adjacent(text, tokens, i)
        ):
            end = self._extent.end(text, tokens, i + 1, stops)
            printed = text[word.start : tokens[end - 1].end]
            return Candidate(word.start, tokens[end - 1].end, printed, "article", 0.8), end
        if not word.capital:
            if not self._names.establishments.fits(folded) or not self._extent.name_follows(text, tokens, i + 1, stops):
                return None
            lower_head = True
        elif word.initial and self._rules.roles.is_role(folded):
            return None  # 'Secretaris van HHEV is …'
        elif folded in ARTICLES or (word.initial and self._function_word(folded)):
            following = i + 1
            if (
                folded not in ARTICLES
                or following >= len(tokens)
                or not tokens[following].capital
                or not adjacent(text, tokens, i)
            ):
                return None
            if inside(tokens[following], stops):
                return None
        ordinary_noun = word.initial and folded in self._ordinary and not self._names.kind_words.fits(folded)
        if ordinary_noun and i + 1 < len(tokens) and tokens[i + 1].text in {"van", "uit", "in", "bij"}:
            return None  # 'Uitgave van Welzijn Kruisdal', 'Studenten van Scalda'
        end = self._extent.end(text, tokens, i, stops)
        article = word.capital and folded in ARTICLES
        if article:
            if end - i == 1:
                return None
            if word.initial and not self._evidence.brand_like(tokens[i + 1 : end]):
                start = i + 1
        start = self._without_label(tokens, start, end)
        if start >= end:
            return None
        if self._extent.is_compound(text, tokens, end) and end - start == 1:
            return None, end
        body = tokens[start:end]
        printed = text[body[0].start : body[-1].end]
        confidence, rule = self._evidence.judge(
            text, tokens, start, end, printed, article=article and start == i, lower_head=lower_head
        )
        return Candidate(body[0].start, body[-1].end, printed, rule, confidence), end

    def _function_word(self, folded: str) -> bool:
        return folded in self._names.inner or folded in self._names.function_words

    def _without_label(self, tokens: list[Word], start: int, end: int) -> int:
        """Skips sector labels in front of a name: in lower case, and with the capital of a sentence's first word."""
        while start < end - 1 and self._is_label(tokens[start]):
            if tokens[start].capital and not tokens[start].initial:
                break
            start += 1
        return start

    def _is_label(self, token: Word) -> bool:
        folded = token.text.casefold()
        if token.capital:
            return folded in self._names.sector_labels.words
        return self._names.sector_labels.fits(folded) or folded in self._names.lower_labels
