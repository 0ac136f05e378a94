"""Names in a contact passage of which only their place in the line says that they are persons; titles before names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..language.persons import Token, is_body_word, name_at, tokens_of
from ..records import Found, Label
from .bodies import Span
from .passages import Cell, Passage

JOINT = re.compile(r"[ \u00a0](?:en|of|&|\+|en/of)[ \u00a0](?=[^\W\d_a-zà-ÿ])")
BESIDE = re.compile(r"(?<![\w.])([A-ZÀ-Þ][^\W\d_]+)[ \u00a0](?:en|of|&|en/of)[ \u00a0]\Z")
ALONE = re.compile(r"[ \u00a0]*([A-ZÀ-Þ][^\W\d_]+(?:-[^\W\d_]+)?)[ \u00a0]*")
LONGEST_NAME = 60
FAR_AHEAD = 3  # cells in which an unknown name finds its support
NEAR = 12  # characters between an addressee and the address
TITLES = re.compile(r"(?<![^\W\d_])(?:(?:[Pp]rof|[Ee]m|[Dd]r|[Dd]rs|[Ii]r|[Ii]ng|[Mm]r|[Dd]s|[Mm]gr)\.[ \u00a0]?)+\Z")
FRONT = 24  # characters in front of a name in which its titles stand


def with_title(content: str, person: Found, start: int) -> Found:
    """The person with the degree or the clerical title that is printed in front: 'ir. K. Daalder'."""
    front = max(start, person.start - FRONT)
    match = TITLES.search(content, front, person.start)
    if match is None:
        return person
    return replace(person, start=match.start(), text=content[match.start() : person.end])


class NamesOfLine:
    """Names of which only their place in the line says that they are persons."""

    def __init__(self, passage: Passage, start: int, end: int, known: Sequence[Found], *, block: bool) -> None:
        self.passage, self.content, self.rules = passage, passage.content, passage.rules
        self.end = end
        self.found: list[Found] = []
        self._partners(start, end, known, block=block)
        known = [*known, *self.found]
        cells = list(passage.cells(start, end, known, 0))
        label = ""
        for index, cell in enumerate(cells):
            if isinstance(cell, Found) or any(cell.start <= one.start < cell.end for one in known):
                continue
            following = cells[index + 1 : index + 1 + FAR_AHEAD]
            span = self._addressee(cell, following)
            text = self.content[cell.start : cell.end].strip()
            if span is None and cell.after == ":" and not self.rules.persons.is_first_name(text):
                label = self.rules.contacts.label(text)
                continue
            if span is None and block:
                span = self._name_of_cell(cell, following, labelled=label == "name" and cell.before == ":")
            if span:
                printed = self.content[span[0] : span[1]]
                self.found.append(Found(Label.PERSON, *span, printed, rule="person:contact_block"))

    def _partners(self, start: int, end: int, known: Sequence[Found], *, block: bool) -> None:
        """The other one of a pair: 'Ebel of Riekje', 'Yvonne ter Braak & Mo Aydin'."""
        for one in known:
            beside = BESIDE.search(self.content, max(start, one.start - LONGEST_NAME), one.start)
            if beside and self.rules.persons.is_first_name(beside[1]):
                self._add_first_name(*beside.span(1), known)
            joint = JOINT.match(self.content, one.end, end)
            if joint is None or any(other.start <= joint.end() < other.end for other in known):
                continue
            text = self.content[joint.end() : min(end, joint.end() + LONGEST_NAME)]
            tokens = tokens_of(text)
            name = name_at(text, tokens, 0, self.rules) if tokens and tokens[0].start == 0 else None
            if name is None or not (name.known or (block and not name.alone)):
                continue
            printed = text[: tokens[name.last - 1].end]
            words = {token.text.casefold() for token in tokens[: name.last]}
            if self.rules.organisations.by_alias(printed) is not None or (
                not name.known and (words <= self.rules.ordinary_words or is_body_word(tokens[0].text, self.rules))
            ):
                continue
            span = (joint.end(), joint.end() + len(printed))
            self.found.append(Found(Label.PERSON, *span, printed, rule="person:pair"))

    def _add_first_name(self, start: int, end: int, known: Sequence[Found]) -> None:
        if not any(one.start <= start < one.end for one in known):
            self.found.append(Found(Label.PERSON, start, end, self.content[start:end], rule="person:pair"))

    def _addressee(self, cell: Cell, following: Sequence[Cell | Found]) -> Span | None:
        """A first name in front of an address: 'Stel je vraag aan Bo: bo@…'."""
        text = self.content[cell.start : cell.end]
        match = self.rules.contacts.addressee.search(text)
        if match is None and cell.after in {"(", ":"}:
            match = ALONE.fullmatch(text)
        if match is None or not match[1][0].isupper() or not self.rules.persons.is_first_name(match[1]):
            return None
        address = next((one for one in following if isinstance(one, Found)), None)
        if address is None or address.label is Label.URL or address.start - cell.end > NEAR:
            return None
        return cell.start + match.start(1), cell.start + match.end(1)

    def _name_of_cell(self, cell: Cell, following: Sequence[Cell | Found], *, labelled: bool) -> Span | None:
        """The name that fills the whole cell, if the cell looks like one and its surroundings agree."""
        rules = self.rules
        text = self.content[cell.start : cell.end]
        if rules.contacts.noises_in(text) or rules.contacts.label(text) or re.search(r"\d", text):
            return None
        tokens = tokens_of(text)
        while tokens and tokens[0].text.casefold().rstrip(".") in rules.persons.courtesy:
            tokens = tokens[1:]
        if not tokens or not tokens[0].capital:
            return None
        name = name_at(text, tokens, 0, rules)
        if name is None or name.last != len(tokens):
            return None
        start, end = tokens[0].start, tokens[-1].end
        if not name.known and rules.organisations.by_alias(text[start:end]) is not None:
            return None
        proven = labelled or name.known or (not name.alone and self._supported(tokens, following))
        return (cell.start + start, cell.start + end) if proven else None

    def _below(self) -> str:
        """The first piece of the next line: 'Ytsje Wiersma' over 'adviseur wonen, gemeente Kruisdal'."""
        line = self.content[self.end :].lstrip().split("\n", 1)[0]
        return re.split(r"[,;:(|@]", line, maxsplit=1)[0]

    def _supported(self, tokens: list[Token], following: Sequence[Cell | Found]) -> bool:
        """Whether an e-mail address repeats an unknown name, a function follows it, or its words are no Dutch words."""
        rules = self.rules
        if len(tokens) < 2:
            return False
        halves = [half for half in re.split(r"\W", tokens[-1].text.casefold()) if len(half) > 2]
        for address in self.passage.addresses:
            local = re.sub(r"\W", "", address.text.casefold().split("@", maxsplit=1)[0])
            if address.label is Label.EMAIL and any(half in local for half in halves):
                return True
        if any(is_body_word(token.text, rules) for token in tokens):
            return False
        beside = [self.content[one.start : one.end] for one in following[:2] if isinstance(one, Cell)]
        if any(rules.roles.is_role(text.strip()) for text in (*beside, self._below())):
            return True
        if any(token.text in rules.persons.particles for token in tokens[1:-1]):
            return True
        near = any(isinstance(cell, Found) and cell.label is not Label.URL for cell in following)
        return near and not any(token.text.casefold() in rules.ordinary_words for token in tokens)
