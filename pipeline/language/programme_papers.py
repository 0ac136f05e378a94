"""Papers and agreements in running text: which of the words around their kind belong to their name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..records import Found
from .titles import WORD, YEARS, Shapes

YEARS_AT_END = re.compile(r"(?:" + YEARS.pattern + r")$")
NAMED_BY = re.compile(
    r"\s*,?\s*(?:(?:met (?:als|de) (?:titel|naam)|genaamd|getiteld|onder de (?:titel|naam)|geheten|:)\s*)?"
    r"(?=[‘“\"'„”«]|,,|\s?[A-ZÀ-Ý])"
)


class Papers(Shapes):
    """The part of the finder that reads policy papers and agreements."""

    def _documents(self) -> Iterator[Found]:
        rule = self.rules.by_id["document"]
        for n, token in enumerate(self.tokens):
            word = token.group().casefold()
            end_token, phrase = n, word
            if word == "plan" and self.text[token.end() : token.end() + 11].casefold() == " van aanpak":
                end_token, phrase = n + 2, "plan van aanpak"
            if not (rule.fits(phrase) or phrase in rule.bare) or (word in rule.never):
                continue
            if word.endswith("programma") and word == "programma":
                continue
            found = self._paper(n, end_token, phrase)
            if found:
                yield found

    def _paper(self, n: int, end_token: int, phrase: str) -> Found | None:
        rule = self.rules.by_id["document"]
        kind_start, kind_end = self.tokens[n].start(), self.tokens[end_token].end()
        start = self._adjectives(n)
        pieces, end, title = self._extension(kind_end)
        if phrase.endswith("beleid"):  # 'het beleid' is a paper only with its years: 'beleid Sociaal Domein 2021-2025'
            return self._found("document", start, end) if "years" in pieces else None
        own_adjective = start < kind_start
        if not pieces and self._own_pact(n):
            return self._found("document", start, kind_end)
        if not pieces:
            return self._found("document", start, kind_end) if phrase in rule.bare or own_adjective else None
        if not own_adjective and phrase == "motie" and title is not None and pieces[0] == "title":
            bare = self.text[title[0] - 1] in " \u00a0"  # no quotation marks: 'de motie Belbus van D66'
            title = (title[0], self._before_giver(*title))
            if bare and len(WORD.findall(self.text[title[0] : title[1]])) == 1:
                return self._found("document", start, title[1])
        if pieces == ["title"] and title is not None and not own_adjective:
            return self._found("document", *title)
        return self._found("document", start, end)

    def _own_pact(self, n: int) -> bool:
        """A coined name of one word with a capital in mid-sentence: 'een krabbel onder het Noaberpact'."""
        word = self.tokens[n].group()
        coined = word.casefold().endswith(("pact", "deal")) and word.casefold() not in self.rulebook.ordinary_words
        return coined and len(word) > 6 and word[0].isupper() and not self._initial(self.tokens[n].start())

    def _extension(self, position: int) -> tuple[list[str], int, tuple[int, int] | None]:
        """What follows the kind of a paper: years, subject, names, a title; where it ends, and where a title stands."""
        pieces: list[str] = []
        title: tuple[int, int] | None = None
        for _ in range(6):
            years = YEARS.match(self.text, position)
            if years:
                end = years.end()
                if self.text[end - 1] == ")" and "(" not in years.group():
                    end -= 1
                pieces.append("years")
                position = end
                continue
            subject = self.rules.subject.match(self.text, position)
            if subject and not self._capital_at(position):
                pieces.append("subject")
                position = subject.end()
                continue
            link = NAMED_BY.match(self.text, position)
            quote = self._quote_at(link.end() if link else position)
            if quote is not None and (link or quote[0] - position <= 1):
                pieces.append("title")
                title = (quote[2], quote[3])
                position = quote[1] if "years" in pieces or "subject" in pieces or "name" in pieces else quote[3]
                continue
            colon = link is not None and ":" in link.group()
            run = self._run_at(link.end(), gap=False) if link and colon else self._run_at(position)
            own = run is not None and self._is_title(*run)
            if run is None or (colon and not own):
                break
            if own:
                run = (run[0], self._title_end(run[0]))
                run = (run[0], run[0] + len(YEARS_AT_END.sub("", self.text[run[0] : run[1]])))
                title = run
            pieces.append("title" if own else "name")
            position = run[1]
        return pieces, position, title

    def _adjectives(self, n: int) -> int:
        """Where the capitalised words in front of a paper begin: 'Laarbeeks Vitaliteitsakkoord', 'Sociaal Akkoord'."""
        start = self.tokens[n].start()
        if not self.tokens[n].group()[0].isupper():
            return start
        while n:
            previous = self.tokens[n - 1]
            word = previous.group()
            if not word[0].isupper() or not self._adjacent(n - 1, n) or self._initial(previous.start()):
                break
            if word.casefold() in {"het", "de", "een", "ons", "dit", "gemeente"}:
                break
            start = previous.start()
            n -= 1
        return start
