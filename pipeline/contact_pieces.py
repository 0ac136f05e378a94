"""A passage that offers contacts → its pieces in order: persons, functions, bodies, addresses and labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .contact_bodies import PLURAL, UPPER, Span, body_at, function_and_body, is_kind
from .contact_passages import Cell, Passage
from .language.persons import Token, is_body_word, name_at, tokens_of
from .records import Found, Label

BLANK = " \u00a0\t\r\u200b"
LINE = re.compile(r"[^\n\f\v\u2028]+|\n[ \t\u00a0\r]*(?=\n)")
TOGETHER = {"en", "of", "&", "+", "en/of"}
ARTICLES = {"de", "het", "een", "onze", "ons", "'t", "’t"}
OTHER = re.compile(r"(?:of|en|via|met|naar|bij)[ \u00a0]")  # 'of via de scriba, mevr. …': the next person's function
COURTEOUS = re.compile(r",?[ \u00a0](?:(?:mevrouw|mevr\.?|mw\.?|dhr\.?|meneer|de heer|ds\.|br\.|zr\.)[ \u00a0])*")
SITE = re.compile(r"[ \u00a0]*:[ \u00a0]*(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+(?![\w@]))")
OFFERED = re.compile(
    r"\b(?:met|bij|naar|aan|via|[Bb]el|[Mm]ail|[Aa]pp)[ \u00a0]"
    r"(?:(?:dan|gerust|even)[ \u00a0])?(?:de |het |ons |onze )?"
)
REACHED = re.compile(r"[ \u00a0]?(?::|\(|,?[ \u00a0](?:via|op|per|tel|telefonisch)\b|,?[ \u00a0]?(?:[\w.+-]+@|\(?0\d))")
PERSON_ACTS = re.compile(r"[ \u00a0](?:helpt|vertelt|beantwoordt|staat (?:u|je|voor)|denkt|weet|belt|mailt)\b")
JOINT = re.compile(r"[ \u00a0](?:en|of|&|\+|en/of)[ \u00a0](?=[^\W\d_a-zà-ÿ])")
DOTTED = re.compile(r"[ \u00a0][a-z]\.[a-z]\.\Z")  # 'a.i.'
BESIDE = re.compile(r"(?<![\w.])([A-ZÀ-Þ][^\W\d_]+)[ \u00a0](?:en|of|&|en/of)[ \u00a0]\Z")
ALONE = re.compile(r"[ \u00a0]*([A-ZÀ-Þ][^\W\d_]+(?:-[^\W\d_]+)?)[ \u00a0]*")
LONGEST_NAME = 60
FAR_AHEAD = 3  # cells in which an unknown name finds its support
NEAR = 12  # characters between an addressee and the address


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a passage says. `field` is a field of a contact, or `label`.

    `ahead`: printed before a colon, so it belongs to what follows. `joined`: a person whom 'en' or 'of' ties to the
    one before. `desk`: a team or a desk. `label` is the label that it stands behind, or its own id.
    """

    field: str
    start: int
    end: int
    text: str
    line: int
    sentence: int
    paragraph: int
    label: str = ""
    ahead: bool = False
    joined: bool = False
    desk: bool = False
    bracketed: bool = False


def read_pieces(passage: Passage, start: int, end: int, *, block: bool) -> list[Piece]:
    """The pieces of the stretch. `block`: it is a contact section, where unknown names are names too."""
    found: list[Piece] = []
    line, paragraph, sentence = 0, 0, 0
    offered = [one for one in passage.persons if start <= one.start and one.end <= end and not passage.is_quoted(one)]
    for match in LINE.finditer(passage.content, start, end):
        if not match.group().strip():
            paragraph += match.group().startswith("\n")
            continue
        line, sentence = line + 1, sentence + 1
        s, e = match.span()
        persons = [one for one in offered if s <= one.start < e]
        more = _NamesOfLine(passage, s, e, persons, block=block).found
        persons = sorted([*persons, *more], key=lambda one: one.start)
        reader = _Line(passage, s, e, line, paragraph, block)
        for cell in passage.cells(s, e, persons, sentence):
            reader.read(cell, persons)
            if isinstance(cell, Cell):
                sentence = max(sentence, cell.sentence)
        found += reader.found
    return found


class _NamesOfLine:
    """Names of which only their place in the line says that they are persons."""

    def __init__(self, passage: Passage, start: int, end: int, known: Sequence[Found], *, block: bool) -> None:
        self.passage, self.content, self.rules = passage, passage.content, passage.rules
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

    def _supported(self, tokens: list[Token], following: Sequence[Cell | Found]) -> bool:
        """Whether an e-mail address repeats an unknown name, a function follows it, or its words are no Dutch words."""
        rules = self.rules
        last = re.sub(r"\W", "", tokens[-1].text.casefold())
        if len(tokens) < 2:
            return False
        for address in self.passage.addresses:
            local = re.sub(r"\W", "", address.text.casefold().split("@", maxsplit=1)[0])
            if len(last) > 2 and address.label is Label.EMAIL and last in local:
                return True
        if any(is_body_word(token.text, rules) for token in tokens):
            return False
        for cell in following[:2]:
            if isinstance(cell, Cell) and rules.roles.is_role(self.content[cell.start : cell.end].strip()):
                return True
        if any(token.text in rules.persons.particles for token in tokens[1:-1]):
            return True
        near = any(isinstance(cell, Found) and cell.label is not Label.URL for cell in following)
        return near and not any(token.text.casefold() in rules.ordinary_words for token in tokens)


class _Line:
    """Reads the cells of one line."""

    def __init__(self, passage: Passage, start: int, end: int, line: int, paragraph: int, block: bool) -> None:
        self.content, self.rules = passage.content, passage.rules
        self.start, self.end, self.line, self.paragraph, self.block = start, end, line, paragraph, block
        self.label = ""
        self.sentence = 0
        self.found: list[Piece] = []

    def _add(self, field: str, start: int, end: int, *, ahead: bool = False, joined: bool = False) -> None:
        content = self.content
        while start < end and content[start] in BLANK + "-–•*.:,":
            start += 1
        while end > start and content[end - 1] in BLANK + "-–,:;":
            end -= 1
        if start < end:
            place = (self.line, self.sentence, self.paragraph)
            bracketed = content[start - 1 : start] == "("
            desk = field == "organisation" and self.rules.contacts.desk.match(content, start, end) is not None
            self.found.append(
                Piece(field, start, end, content[start:end], *place, self.label, ahead, joined, desk, bracketed)
            )

    def _add_function(self, start: int, end: int, head_end: int, *, ahead: bool = False) -> None:
        """The function that begins the stretch, with the body behind it."""
        if ahead and end + 2 >= self.end and PLURAL.search(self.content[start:head_end]):
            return  # 'Onze wijkverbinders:' above a list
        head = self.rules.roles.heads(self.content[start:head_end])
        if ahead and head and self.rules.contacts.label(self.content[start:head_end][slice(*head[-1])]) == "name":
            return  # 'Ambtelijk contactpersoon:' is a label
        function, body = function_and_body(self.content, start, end, head_end, self.rules)
        self._add("role", *function, ahead=ahead)
        if body:
            printed = self.content[slice(*body)]
            acts = " " not in printed and PERSON_ACTS.match(self.content, body[1]) and not self._known(printed)
            self._add("name" if acts else "organisation", *body, ahead=ahead and not acts)

    def read(self, cell: Cell | Found, persons: Sequence[Found]) -> None:
        if isinstance(cell, Found):
            self._add(str(cell.label), cell.start, cell.end)
            return
        self.sentence = cell.sentence
        start, end = self._stripped(cell.start, cell.end)
        inside = [one for one in persons if start <= one.start < end]
        if inside:
            self._around_persons(start, end, inside)
        elif start < end and not self._is_label(start, end, cell):
            behind = cell.before == ":"
            if behind and self.label in {"organisation", "role"}:
                self._add(self.label, start, end)
            elif behind and self.label in {"email", "phone", "url", "nothing"}:
                return  # 'Website: Samen Kruisdal' is the text of a link
            elif not self.rules.contacts.noises_in(self.content[start:end]):
                following = next((one for one in persons if one.start >= end), None)
                if following is not None and COURTEOUS.fullmatch(self.content, end, following.start) is None:
                    following = None
                self._function_or_body(start, end, cell, following)

    def _stripped(self, start: int, end: int) -> Span:
        """The cell without outer blanks, list markers and the label that introduces an address ('… tel.')."""
        content = self.content
        while start < end and (
            content[start] in BLANK + "-–•*·▪" or re.match(r"o[ \u00a0]", content[start : start + 2])
        ):
            start += 1
        while end > start and content[end - 1] in BLANK + "-–,." and not DOTTED.search(content, start, end):
            end -= 1
        words = list(re.finditer(r"\S+", content[start:end]))
        if len(words) > 1:
            last = words[-1].group()
            introduces = self.rules.contacts.label(last) in {"phone", "email", "url"}
            if introduces and (last.islower() or len(last) == 1):
                end = start + words[-2].end()
        return start, end

    def _is_label(self, start: int, end: int, cell: Cell) -> bool:
        """Whether the cell is a label; it then holds for what follows on the line."""
        text, contacts = self.content[start:end], self.rules.contacts
        label = contacts.label(text)
        introduced = contacts.introduced.match(text) if cell.after == ":" and not label else None
        if cell.before == "(" or not (label or introduced):
            return False
        if not introduced and len(text) <= 2 and cell.after not in {":", "@", "\n"}:
            return False
        self.label = label or "name"
        place = (self.line, self.sentence, self.paragraph)
        self.found.append(Piece("label", start, end, text, *place, self.label, ahead=cell.after == ":"))
        if introduced:  # 'Contactpersoon gemeente Kruisdal: …'
            span = body_at(self.content, start + introduced.end(), end, self.rules, whole=True)
            if span and UPPER.search(self.content, *span) and is_kind(self.content[slice(*span)], self.rules):
                self._add("organisation", *span, ahead=True)
        return True

    def _around_persons(self, start: int, end: int, persons: Sequence[Found]) -> None:
        position = start
        for index, person in enumerate(persons):
            joined = index > 0 and self.content[position : person.start].strip().casefold() in TOGETHER
            if index == 0:
                self._before_person(position, person.start)
            elif not joined:
                self._after_person(position, person.start)
            self._add("name", person.start, person.end, joined=joined)
            position = person.end
        self._after_person(position, end)

    def _before_person(self, start: int, end: int) -> None:
        """The function or body directly in front of a person: 'onze coördinator', 'Gemeente Kruisdal'."""
        text = self.content[start:end].rstrip(BLANK + ".")
        while text:
            word = re.search(r"\S+\Z", text)
            if word is None or word.group().casefold().strip(".") not in self.rules.persons.courtesy | {"de"}:
                break
            text = text[: word.start()].rstrip(BLANK + ".")
        heads = [head for head in self.rules.roles.heads(text) if not self.rules.contacts.label(text[slice(*head)])]
        if heads:
            first = self._function_start(text, heads[-1][0])
            self._add_function(start + first, start + len(text), start + heads[-1][1], ahead=True)
            return
        span = body_at(self.content, start, start + len(text), self.rules, whole=True) if text else None
        if span:
            self._add("organisation", *span)

    def _function_start(self, text: str, head: int) -> int:
        """Where the function whose head noun begins at `head` begins: modifiers like 'senior' are part of it."""
        start = head
        for match in reversed(list(re.finditer(r"\S+", text[:head]))):
            word = match.group()
            plain = re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]*)?", word)
            if not plain or word.casefold() in self.rules.contacts.lead_words or not self.rules.roles.is_modifier(word):
                break
            start = match.start()
        return start

    def _after_person(self, start: int, end: int) -> None:
        """What follows a person without a separator: 'van Welzijn Kruisdal', 'beleidsadviseur gemeente Kruisdal'."""
        text, rules = self.content[start:end], self.rules
        verb = re.match(r"[ \u00a0](?:is|zijn)(?=[ \u00a0])", text)
        skip = verb.end() if verb else 0
        start, text = start + skip, text[skip:]
        link = rules.contacts.link.match(text)
        if link:
            span = body_at(self.content, start + link.end(), end, rules)
            if span:
                self._add("organisation", *span)
            return
        lead = re.match(r"[ \u00a0]*(?:als[ \u00a0])?(?:(?:de|het|een|onze)[ \u00a0])?", text)
        skip = lead.end() if lead else 0
        heads = rules.roles.heads(text[skip:]) if rules.roles.is_role(text[skip:]) else []
        if heads and rules.contacts.label(text[skip:][slice(*heads[0])]) != "name":
            self._add_function(start + skip, end, start + skip + heads[0][1])

    def _function_or_body(self, start: int, end: int, cell: Cell, next_person: Found | None) -> None:
        """A cell without a person: a function, a body, both, or nothing."""
        text, roles, ahead = self.content[start:end], self.rules.roles, cell.after == ":"
        lead = self.rules.contacts.lead.match(text)
        skip = lead.end() if lead else 0
        articled = skip and text[:skip].casefold().strip() in ARTICLES
        if articled and text[0].isupper() and not (cell.opens_sentence and roles.is_role(text[skip:])):
            skip = 0  # 'De Skûle': the article is part of the name
        if roles.is_role(text[skip:]) and not roles.is_body(text[skip:]):
            heads = roles.heads(text[skip:])
            if heads and "amens" in text[:skip] and PLURAL.search(text[: skip + heads[0][1]]):
                return  # 'Namens de huisartsen: …'
            if heads:
                ahead = ahead or (next_person is not None and OTHER.match(text[:skip]) is not None)
                self._add_function(start + skip, end, start + skip + heads[0][1], ahead=ahead)
                return
        span = body_at(self.content, start + skip, end, self.rules, whole=True)
        if span and ahead and SITE.match(self.content, end) and not self._known(self.content[slice(*span)]):
            return  # 'Samen Kruisdal: samenkruisdal.example' is the text of a link
        if span and self._believable(*span, cell):
            self._add("organisation", *span, ahead=ahead)
        elif span is None:
            span = self._offered_body(start, end, ahead=ahead)
            if span:
                self._add("organisation", *span)

    def _believable(self, start: int, end: int, cell: Cell) -> bool:
        """Whether a cell that has the shape of a body's name is one: an ordinary word alone is not."""
        text = self.content[start:end]
        words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
        if all(word in self.rules.roles.subjects for word in words):
            return len(words) > 1 and words[0] in {"team", "loket"}
        if len(words) == 1 and self.rules.contacts.cues_in(text):
            return False  # 'Zie'
        if self._known(text):
            return True
        if not self.block and cell.before == "\n" and cell.after in {"\n", ".", "?", "!"}:
            return False
        if cell.after == ":" and re.search(rf"\b(?:in|te|uit|of|en) {re.escape(text)}\b", self.content):
            return False  # a place in front of a colon: 'Kruisdal: Ellen Mulder'
        if len(words) > 1 or not cell.opens_sentence:
            return True
        if words[0] in self.rules.ordinary_words:
            return cell.before == "\n" and cell.after in {",", "@", "–", "|", "-"}
        return cell.after in {",", "@", "–", "|", "-"} or (cell.before == "\n" and cell.after in {"\n", ":"})

    def _known(self, text: str) -> bool:
        return is_kind(text, self.rules) or self.rules.organisations.by_alias(text) is not None

    def _offered_body(self, start: int, end: int, *, ahead: bool) -> Span | None:
        """A body in running text that one is told to turn to: 'Neem contact op met Welzijn Kruisdal via …'."""
        for match in OFFERED.finditer(self.content[start:end]):
            office = re.match(r"[\w-]+", self.content[start + match.end() : end])
            if office and office.group() in self.rules.contacts.offices:
                rest = self.content[start + match.end() + office.end() : self.end]
                if REACHED.match(rest):
                    return start + match.end(), start + match.end() + office.end()
            span = body_at(self.content, start + match.end(), end, self.rules)
            if ahead or span is None or span[0] != start + match.end():
                continue
            printed = self.content[slice(*span)]
            cued = self.rules.contacts.cues_in(self.content[self.start : self.end])
            if cued and self._known(printed) and UPPER.search(printed):
                return span
        return None
