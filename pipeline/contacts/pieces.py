"""A passage that offers contacts → its pieces in order: persons, functions, bodies, addresses and labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..records import Found
from .bodies import PLURAL, UPPER, Span, body_at, function_and_body, is_kind
from .names import NamesOfLine, with_title
from .passages import Cell, Passage

BLANK = " \u00a0\t\r\u200b"
LINE = re.compile(r"[^\n\f\v\u2028]+|\n[ \t\u00a0\r]*(?=\n)")
TOGETHER = {"en", "of", "&", "+", "en/of"}
ARTICLES = {"de", "het", "een", "onze", "ons", "'t", "’t"}
OTHER = re.compile(r"(?:of|en|via|met|naar|bij)[ \u00a0]")  # 'of via de scriba, mevr. …': the next person's function
COURTEOUS = re.compile(r",?[ \u00a0](?:(?:mevrouw|mevr\.?|mw\.?|dhr\.?|meneer|de heer|ds\.|br\.|zr\.)[ \u00a0])*")
SITE = re.compile(r"[ \u00a0]*:[ \u00a0]*(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+(?![\w@]))")
HOLDER = re.compile(  # a word for a person behind a name: 'meedenker bij Welzijn Kruisdal'
    r"(?:[a-zà-ÿ-]{3,}[ \u00a0]){0,2}[a-zà-ÿ-]{2,}(?:er|ster|tor|eur|ent|ant|ist|naar|ling|lid|man|vrouw|kracht|hoofd)"
    r"(?=[ \u00a0])"
)
DESK_IN = re.compile(r"[\w-]+(?=[ \u00a0](?:in|te|op|aan)[ \u00a0])")
PUBLISHER = re.compile(
    r"(?i)(?:dit (?:\w+ )?is )?(?:een )?(?:uitgave|initiatief|nieuwsbrief|publicatie) van "
    r"(?:de |het )?"
)
OFFERED = re.compile(
    r"\b(?:met|bij|naar|aan|via|[Bb]el|[Mm]ail|[Aa]pp)[ \u00a0]"
    r"(?:(?:dan|gerust|even)[ \u00a0])?(?:de |het |ons |onze )?"
)
REACHED = re.compile(r"[ \u00a0]?(?::|\(|,?[ \u00a0](?:via|op|per|tel|telefonisch)\b|,?[ \u00a0]?(?:[\w.+-]+@|\(?0\d))")
PERSON_ACTS = re.compile(r"[ \u00a0](?:helpt|vertelt|beantwoordt|staat (?:u|je|voor)|denkt|weet|belt|mailt)\b")
DOTTED = re.compile(r"[ \u00a0][a-z]\.[a-z]\.\Z")  # 'a.i.'


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
    offered = [
        with_title(passage.content, one, start)
        for one in passage.persons
        if start <= one.start and one.end <= end and not passage.is_quoted(one)
    ]
    for match in LINE.finditer(passage.content, start, end):
        if not match.group().strip():
            paragraph += match.group().startswith("\n")
            continue
        line, sentence = line + 1, sentence + 1
        s, e = match.span()
        persons = [one for one in offered if s <= one.start < e]
        more = [with_title(passage.content, one, s) for one in NamesOfLine(passage, s, e, persons, block=block).found]
        persons = sorted([*persons, *more], key=lambda one: one.start)
        reader = _Line(passage, s, e, line, paragraph, block)
        for cell in passage.cells(s, e, persons, sentence):
            reader.read(cell, persons)
            if isinstance(cell, Cell):
                sentence = max(sentence, cell.sentence)
        found += reader.found
    return found


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
        if text.casefold() in self.rules.contacts.lead_words:
            return  # 'Bij ds. Blom'
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
        if next_person is None and cell.before in {",", "("} and self.found and self.found[-1].field == "name":
            ahead = False  # 'Anna Jansen, meedenker bij Welzijn Kruisdal: 06 …'
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
        holder = HOLDER.match(text, skip)
        if holder and self.found and self.found[-1].field == "name" and cell.before in {",", "(", "–", "-", "|"}:
            body = self._body_of_holder(start + holder.end(), end)
            if body:
                self._add("role", start + skip, start + holder.end())
                self._add("organisation", *body)
                return
        publisher = PUBLISHER.match(text)
        if publisher:
            skip = publisher.end()
        span = body_at(self.content, start + skip, end, self.rules, whole=True)
        if span and ahead and SITE.match(self.content, end) and not self._known(self.content[slice(*span)]):
            return  # 'Samen Kruisdal: samenkruisdal.example' is the text of a link
        if span and self._believable(*span, cell):
            self._add("organisation", *span, ahead=ahead)
        elif span is None:
            span = self._offered_body(start, end, ahead=ahead)
            if span:
                self._add("organisation", *span)

    def _body_of_holder(self, start: int, end: int) -> Span | None:
        """The body behind 'bij' or 'van' at the end of a function that no list has."""
        link = self.rules.contacts.link.match(self.content, start, end)
        span = body_at(self.content, link.end(), end, self.rules) if link else None
        return span if span and UPPER.search(self.content, *span) else None

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
        if cell.after == ":" and self._is_district(text):
            return False
        if len(words) > 1 or not cell.opens_sentence:
            return True
        if words[0] in self.rules.ordinary_words:
            return cell.before == "\n" and cell.after in {",", "@", "–", "|", "-"}
        return cell.after in {",", "@", "–", "|", "-"} or (cell.before == "\n" and cell.after in {"\n", ":"})

    def _is_district(self, text: str) -> bool:
        """Whether the text is a municipality, or a district like 'Kruisdal-Noord'."""
        if self.rules.places.names_municipality(text):
            return True
        end = re.split(r"[ -]", text.casefold())[-1]
        return len(text.split()) < 3 and end != text.casefold() and end in self.rules.contacts.districts

    def _known(self, text: str) -> bool:
        return (
            self.rules.contacts.desk.match(text) is not None
            or is_kind(text, self.rules)
            or self.rules.organisations.by_alias(text) is not None
        )

    def _offered_body(self, start: int, end: int, *, ahead: bool) -> Span | None:
        """A body in running text that one is told to turn to: 'Neem contact op met Welzijn Kruisdal via …'."""
        for match in OFFERED.finditer(self.content[start:end]):
            office = re.match(r"[\w-]+", self.content[start + match.end() : end])
            if office and office.group() in self.rules.contacts.offices:
                rest = self.content[start + match.end() + office.end() : self.end]
                if REACHED.match(rest):
                    return start + match.end(), start + match.end() + office.end()
            span = body_at(self.content, start + match.end(), end, self.rules)
            if span is None or span[0] != start + match.end():
                continue
            if ahead and not REACHED.match(self.content, span[1]):
                continue
            desk = DESK_IN.match(self.content, *span)
            if desk and self.rules.contacts.desk.fullmatch(self.content, span[0], desk.end()):
                span = span[0], desk.end()  # 'bij het Dorpsloket in Kruisdal'
            printed = self.content[slice(*span)]
            cued = self.rules.contacts.cues_in(self.content[self.start : self.end])
            local = self.rules.places.names_municipality(printed.rsplit(" ", 1)[-1]) and " " in printed
            if cued and (local or self._known(printed)) and UPPER.search(printed):
                return span
        return None
