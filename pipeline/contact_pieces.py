"""A passage that offers contacts → its pieces in order: persons, functions, bodies, addresses and labels.

A line is cut into cells at its separators (dash, bar, comma, bracket, colon, end of a sentence, an address).
Each cell says one thing, or is running text around a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .language.addresses import cut_address, find_addresses
from .language.persons import Token, find_persons, is_body_word, name_at, tokens_of
from .records import Found, Label

if TYPE_CHECKING:
    from .rulebook import Rulebook

BLANK = " \u00a0\t\r\u200b"
SEPARATOR = re.compile(
    r"\t+|[ \u00a0]{3,}|[ \u00a0]+[–—|·•/-][ \u00a0]+|[;|•·▪●]|[–—](?=[ \u00a0])|,(?=\s|$)|[()\[\]]"
    r"|[ \u00a0]?:(?=\s|$|\S)|[.?!…]+(?=[\s”’\"')]|$)|[“”„\"]|[►→»›✉☎📞📧✆]+"
)
ABBREVIATED = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\Z")
CAPITAL = re.compile(r"['’‘]?(?:s-)?[A-ZÀ-ÖØ-Þ0-9][\w’'.&+-]*|['’‘]t")
SMALL = {
    "van",
    "de",
    "der",
    "den",
    "het",
    "en",
    "voor",
    "in",
    "op",
    "aan",
    "&",
    "'t",
    "’t",
    "te",
    "ten",
    "ter",
    "tot",
    "tegen",
    "met",
    "en/of",
    "+",
    "bij",
    "uit",
    "oan",
}
TERRITORY = re.compile(r"(?i)^(?:wijk|dorps?|buurt|gebieds?|dorpen|kernen?|stads?|straat)")
SPEECH = {"person:speech_before", "person:speech_after", "person:age"}
FAR_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a passage says. `field` is a field of a contact, or `label`.

    `ahead`: printed before a colon, so it belongs to what follows. `joined`: a person whom 'en' or 'of' ties to the
    one before. `label` on a label is its id; on anything else the label that it stands behind.
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


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    end: int
    before: str  # the separator in front of it
    after: str  # the separator behind it; an address counts as '@'
    sentence: int


class Passage:
    """The text of one document with its addresses and persons; reads any stretch of it into pieces."""

    def __init__(self, content: str, rules: Rulebook) -> None:
        self.content = content
        self.rules = rules
        self.addresses = find_addresses(content, rules)
        self.cut = cut_address(content, rules)
        blocked = [(one.start, one.end) for one in self.addresses]
        if self.cut:
            blocked.append(self.cut)
        self.blocked = sorted(blocked)
        self.persons = [
            one for one in find_persons(content, rules) if not any(s < one.end and one.start < e for s, e in blocked)
        ]

    # --- cells --------------------------------------------------------------------------------------

    def _cells(self, start: int, end: int, persons: Sequence[Found], sentence: int) -> Iterator[Cell | Found | int]:
        """The cells and addresses of one line in order; a number at the end: how many sentences it has begun."""
        marks: list[tuple[int, int, str, Found | None]] = []
        spans = [(one.start, one.end) for one in persons]
        for found in self.addresses:
            if start <= found.start < end:
                marks.append((found.start, found.end, "@", found))
        if self.cut and start <= self.cut[0] < end:
            marks.append((*self.cut, "@", None))
        taken = [(s, e) for s, e, _, _ in marks] + spans
        for match in SEPARATOR.finditer(self.content, start, end):
            s, e = match.span()
            if any(s < other_end and other_start < e for other_start, other_end in taken):
                continue
            sign = match.group().strip() or "\t"
            if sign[0] == "." and self.abbreviated(start, s):
                continue
            if sign == ":" and not match.group().isspace() and e < end and self.content[e] in "/":
                continue
            marks.append((s, e, sign, None))
        marks.sort(key=lambda mark: mark[:2])
        position, before = start, "\n"
        for s, e, sign, address in [*marks, (end, end, "\n", None)]:
            if s > position:
                yield Cell(position, s, before, sign, sentence)
            if address is not None:
                yield address
            if sign[0] in ".?!…":
                sentence += 1
            position, before = max(position, e), sign
        yield sentence

    def abbreviated(self, start: int, dot: int) -> bool:
        """Whether the full stop at `dot` belongs to an abbreviation or an initial."""
        match = ABBREVIATED.search(self.content, start, dot)
        if match is None:
            return False
        word = match.group()
        return (len(word) == 1 and word.isupper() and self.content[dot + 1 : dot + 2] != "") or (
            word.casefold() in self.rules.contacts.abbreviations
        )

    # --- pieces -------------------------------------------------------------------------------------

    def pieces(self, start: int, end: int, *, block: bool) -> list[Piece]:
        """The pieces of the stretch. `block`: it is a contact section, where unknown names are names too."""
        found: list[Piece] = []
        line_number, paragraph, sentence = 0, 0, 0
        persons = [one for one in self.persons if one.rule not in SPEECH and start <= one.start and one.end <= end]
        for match in re.finditer(r"[^\n\f\v\u2028]+|\n[ \t\u00a0\r]*(?=\n)", self.content[start:end]):
            s, e = start + match.start(), start + match.end()
            if not match.group().strip():
                paragraph += match.group().startswith("\n")
                continue
            line_number, sentence = line_number + 1, sentence + 1
            reader = _Line(self, s, e, line_number, paragraph, block)
            inside = [one for one in persons if s <= one.start < e]
            inside += reader.more_persons(inside, sentence)
            inside.sort(key=lambda one: one.start)
            for cell in self._cells(s, e, inside, sentence):
                if isinstance(cell, int):
                    sentence = cell
                else:
                    reader.read(cell, inside)
            found += reader.found
        return found


class _Line:
    """Reads the cells of one line."""

    def __init__(self, passage: Passage, start: int, end: int, line: int, paragraph: int, block: bool) -> None:
        self.passage, self.content, self.rules = passage, passage.content, passage.rules
        self.start, self.end, self.line, self.paragraph, self.block = start, end, line, paragraph, block
        self.label = ""
        self.sentence = 0
        self.found: list[Piece] = []

    def more_persons(self, known: Sequence[Found], sentence: int) -> list[Found]:
        """Names of which only the place in a contact block says that they are persons."""
        if not self.block:
            return []
        more: list[Found] = []
        cells = [
            cell for cell in self.passage._cells(self.start, self.end, known, sentence) if not isinstance(cell, int)
        ]
        label = ""
        for index, cell in enumerate(cells):
            if isinstance(cell, Found):
                continue
            text = self.content[cell.start : cell.end]
            if cell.after == ":":
                label = self.rules.contacts.label(text)
                continue
            if any(cell.start <= one.start < cell.end for one in known):
                continue
            span = self._name_of_cell(cell, cells[index + 1 : index + 1 + FAR_AHEAD], label == "name")
            if span:
                more.append(Found(Label.PERSON, *span, self.content[span[0] : span[1]], rule="person:contact_block"))
        return more

    def _name_of_cell(
        self, cell: Cell, following: Sequence[Cell | Found | int], labelled: bool
    ) -> tuple[int, int] | None:
        """The name that fills the whole cell, if the cell looks like one and its surroundings agree."""
        rules, content = self.rules, self.content
        text = content[cell.start : cell.end]
        if rules.contacts.noises_in(text) or rules.contacts.label(text):
            return None
        tokens = tokens_of(text)
        while tokens and tokens[0].text.casefold().rstrip(".") in rules.persons.courtesy:
            tokens = tokens[1:]
        if not tokens or not tokens[0].capital or re.search(r"\d", text):
            return None
        name = name_at(text, tokens, 0, rules)
        if name is None or name.last != len(tokens):
            return None
        start, end = tokens[0].start, tokens[-1].end
        printed = text[start:end]
        if rules.organisations.by_alias(printed) is not None and not name.known:
            return None
        proven = labelled or name.known or self._supported(tokens, following)
        if not proven or (name.alone and not (name.known or labelled)):
            return None
        return cell.start + start, cell.start + end

    def _supported(self, tokens: list[Token], following: Sequence[Cell | Found | int]) -> bool:
        """Whether an unknown name is followed by a function, or an e-mail address of the block repeats it."""
        rules = self.rules
        last = re.sub(r"\W", "", tokens[-1].text.casefold())
        if len(tokens) >= 2 and len(last) > 2:
            for address in self.passage.addresses:
                if address.label is Label.EMAIL and last in re.sub(r"\W", "", address.text.casefold().split("@")[0]):
                    return True
        if len(tokens) < 2 or any(is_body_word(token.text, rules) for token in tokens):
            return False
        for cell in following[:2]:
            if isinstance(cell, Cell) and rules.roles.is_role(self.content[cell.start : cell.end].strip()):
                return True
        if any(token.text in rules.persons.particles for token in tokens[1:-1]):
            return True
        ordinary = sum(token.text.casefold() in rules.ordinary_words for token in tokens)
        near = any(isinstance(cell, Found) and cell.label is not Label.URL for cell in following)
        return ordinary == 0 and near

    # --- one cell -----------------------------------------------------------------------------------

    def add(self, field: str, start: int, end: int, *, ahead: bool = False, joined: bool = False) -> None:
        while start < end and self.content[start] in BLANK + "-–•*.:,":
            start += 1
        while end > start and self.content[end - 1] in BLANK + "-–,:;":
            end -= 1
        if start < end:
            text = self.content[start:end]
            self.found.append(
                Piece(field, start, end, text, self.line, self.sentence, self.paragraph, self.label, ahead, joined)
            )

    def read(self, cell: Cell | Found | int, persons: Sequence[Found]) -> None:
        if isinstance(cell, int):
            return
        if isinstance(cell, Found):
            self.add(str(cell.label), cell.start, cell.end)
            return
        self.sentence = cell.sentence
        start, end = self._stripped(cell.start, cell.end)
        if start >= end:
            return
        inside = [one for one in persons if start <= one.start < end]
        text = self.content[start:end]
        if not inside:
            label = self.rules.contacts.label(text)
            if label and (cell.after in {":", "@", "\n"} or cell.before in {"\n", "@", "|", ","} or len(text) > 2):
                self.label = label
                self.found.append(
                    Piece("label", start, end, text, self.line, self.sentence, self.paragraph, label, cell.after == ":")
                )
                return
            if self.rules.contacts.noises_in(text):
                return
            if self.label in {"email", "phone", "url", "nothing"} and cell.before == ":":
                return  # 'Website: Samen Kruisdal' is the text of a link
            if self.label in {"organisation", "role"} and cell.before == ":":
                self.add(self.label, start, end)
                return
            self._function_or_body(start, end, cell)
            return
        self._around_persons(start, end, inside, cell)

    def _stripped(self, start: int, end: int) -> tuple[int, int]:
        """The cell without outer blanks, list markers and the label that introduces an address ('… tel.')."""
        content = self.content
        while start < end and content[start] in BLANK + "-–•*·o▪":
            if content[start] == "o" and content[start + 1 : start + 2] not in BLANK:
                break
            start += 1
        while end > start and content[end - 1] in BLANK + "-–,.":
            end -= 1
        words = list(re.finditer(r"\S+", content[start:end]))
        if len(words) > 1 and self.rules.contacts.label(words[-1].group()) in {"phone", "email", "url"}:
            last = words[-1].group()
            if last.islower() or len(last) == 1:
                end = start + words[-2].end()
        return start, end

    def _around_persons(self, start: int, end: int, inside: Sequence[Found], cell: Cell) -> None:
        position = start
        for index, person in enumerate(inside):
            between = self.content[position : person.start]
            joined = index > 0 and between.strip().casefold() in {"en", "of", "&", "+", "en/of"}
            if index == 0:
                self._before_person(position, person.start)
            elif not joined:
                self._after_person(position, person.start)
            self.add("name", person.start, person.end, joined=joined)
            position = person.end
        self._after_person(position, end)
        del cell

    def _before_person(self, start: int, end: int) -> None:
        """The function or body directly in front of a person: 'onze coördinator', 'Gemeente Kruisdal'."""
        text = self.content[start:end]
        text = text.rstrip(BLANK + ".")
        courtesy = re.search(r"(?:^|[ \u00a0])([^\s]+)\Z", text)
        while courtesy and courtesy[1].casefold().strip(".") in self.rules.persons.courtesy | {"de", "heer", "mevrouw"}:
            text = text[: courtesy.start()].rstrip(BLANK + ".")
            courtesy = re.search(r"(?:^|[ \u00a0])([^\s]+)\Z", text)
        if not text.strip():
            return
        heads = [
            head for head in self.rules.roles.heads(text) if self.rules.contacts.label(text[head[0] : head[1]]) == ""
        ]
        if heads:
            first = self._role_start(text, heads[-1][0])
            self._role_and_body(start + first, start + len(text), heads[-1][1] - first)
            return
        span = self._body(start, start + len(text))
        if span and span[1] == start + len(text) and (span[0] == start or self._kind(*span)):
            self.add("organisation", *span)

    def _role_start(self, text: str, head: int) -> int:
        """Where the function whose head noun begins at `head` begins: modifiers like 'senior' are part of it."""
        start = head
        for match in reversed(list(re.finditer(r"[^\s]+", text[:head]))):
            word = match.group()
            if not re.match(r"[^\W\d_]+(?:-[^\W\d_]*)?\Z", word) or word.casefold() in {
                "de",
                "het",
                "een",
                "onze",
                "uw",
                "je",
                "jouw",
                "en",
                "of",
            }:
                break
            if not self.rules.roles.is_modifier(word):
                break
            start = match.start()
        return start

    def _after_person(self, start: int, end: int) -> None:
        """What follows a person without a separator: 'van Welzijn Kruisdal', 'beleidsadviseur gemeente Kruisdal'."""
        text = self.content[start:end]
        link = self.rules.contacts.link.match(text)
        if link:
            span = self._body(start + link.end(), end)
            if span and span[0] - (start + link.end()) < 30:
                self.add("organisation", *span)
            return
        lead = re.match(r"[ \u00a0]*(?:is |zijn )?(?:de |het |een |onze |als )?", text)
        skip = lead.end() if lead else 0
        if self.rules.roles.is_role(text[skip:]):
            heads = self.rules.roles.heads(text[skip:])
            if heads:
                self._role_and_body(start + skip, end, heads[0][1])

    def _role_and_body(self, start: int, end: int, head_end: int) -> None:
        """A function and, where it goes on with one, its body. `head_end` counts from `start`."""
        text = self._until_stop(start, end, head_end)
        ahead = self.content[end : end + 2].lstrip().startswith(":")
        rest = text[head_end:]
        territorial = TERRITORY.match(text[: text.find(" ") if " " in text else len(text)]) is not None
        for link in self.rules.contacts.link.finditer(rest):
            span = self._body(start + head_end + link.end(), start + len(text))
            if span and span[0] == start + head_end + link.end():
                self.add("role", start, start + head_end + link.start(), ahead=ahead)
                self.add("organisation", *span, ahead=ahead)
                return
        for word in re.finditer(r"\S+", rest):
            token = word.group().strip(",.")
            folded = token.casefold()
            starts_body = folded in self.rules.contacts.body_starts and folded not in self.rules.roles.subjects
            if folded in {"gemeente", "stichting", "provincie"} or (
                token[:1].isupper() and (starts_body or folded not in self.rules.roles.subjects)
            ):
                if rest[: word.start()].rstrip().endswith((" en", " &", "-")):
                    continue
                at = start + head_end + word.start()
                span = self._body(at, start + len(text))
                if span is None or span[0] != at:
                    continue
                if territorial and not self._kind(*span):
                    continue
                self.add("role", start, at, ahead=ahead)
                self.add("organisation", *span, ahead=ahead)
                return
        self.add("role", start, start + len(text), ahead=ahead)

    def _until_stop(self, start: int, end: int, head_end: int) -> str:
        """The text up to the first word that begins another clause ('via', 'kunt u')."""
        text = self.content[start:end]
        for word in re.finditer(r"\S+", text[head_end:]):
            if (
                word.group().strip(",.;") in self.rules.contacts.stops - {"voor", "en", "op", "ook"}
                and word.group().islower()
            ):
                return text[: head_end + word.start()].rstrip()
        return text.rstrip()

    def _function_or_body(self, start: int, end: int, cell: Cell) -> None:
        """A cell without a person: a function, a body, both, or nothing."""
        text = self.content[start:end]
        ahead = cell.after == ":"
        lead = re.match(
            r"(?:(?:de|het|een|onze|ons|uw|je|als|is|dit is|namens|van|bij|vanuit|van de|bij de|namens de|vanuit de)[ \u00a0])+",
            text,
        )
        skip = lead.end() if lead and text[0].islower() else 0
        roles = self.rules.roles
        if roles.is_role(text[skip:]) and not roles.is_body(text[skip:]):
            heads = roles.heads(text[skip:])
            if heads:
                self._role_and_body(start + skip, end, heads[0][1])
                return
        span = self._body(start + skip, end, whole=True)
        if span is None and cell.after != ":":
            span = self._offered_body(start, end)
            if span:
                self.add("organisation", *span)
            return
        if span and self._believable(*span, cell):
            self.add("organisation", *span, ahead=ahead)

    def _believable(self, start: int, end: int, cell: Cell) -> bool:
        """Whether a cell that has the shape of a body's name is one: an ordinary word alone is not."""
        text = self.content[start:end]
        if self._kind(start, end) or self.rules.organisations.by_alias(text) is not None:
            return True
        if not self.block and cell.before == "\n" and cell.after in {"\n", ".", "?", "!"}:
            return False
        words = re.findall(r"[^\W\d_]+", text)
        if len(words) == 1 and cell.before in {"\n", ".", "?", "!"} and cell.after not in {",", "@", "–", "|", "-"}:
            return (
                cell.before == "\n"
                and cell.after in {"\n", ":"}
                and words[0].casefold() not in self.rules.ordinary_words
            )
        return not (
            len(words) == 1 and words[0].casefold() in self.rules.ordinary_words and cell.before in {".", "?", "!"}
        )

    def _offered_body(self, start: int, end: int) -> tuple[int, int] | None:
        """A body in running text that one is told to turn to: 'Neem contact op met Welzijn Kruisdal via …'."""
        text = self.content[start:end]
        for match in re.finditer(r"\b(?:met|bij|naar|aan)[ \u00a0](?:de |het |ons |onze )?", text):
            span = self._body(start + match.end(), end)
            if (
                span
                and span[0] == start + match.end()
                and (self._kind(*span) or self.rules.organisations.by_alias(self.content[span[0] : span[1]]))
            ):
                printed = self.content[span[0] : span[1]]
                if re.search(r"[A-ZÀ-Þ]", printed) and self.rules.contacts.cues_in(text):
                    return span
        return None

    def _kind(self, start: int, end: int) -> bool:
        """Whether the words of the stretch speak of a body."""
        text = self.content[start:end]
        first = text.split()[0].casefold().strip(",.") if text.split() else ""
        return first in self.rules.contacts.body_starts or self.rules.organisations.type_of(text) is not None

    def _body(self, start: int, end: int, *, whole: bool = False) -> tuple[int, int] | None:
        """The name of a body that begins at `start`, as far as it goes; with `whole` it has to fill the stretch."""
        words = [
            (m.start() + start, m.end() + start, m.group()) for m in re.finditer(r"[^\s,;]+", self.content[start:end])
        ]
        if not words:
            return None
        index = 0
        while index < len(words) - 1 and words[index][2] in self.rules.contacts.sector_labels:
            index += 1
        first = index
        folded = words[first][2].casefold().strip(".")
        body_start = folded in self.rules.contacts.body_starts
        if not (CAPITAL.match(words[first][2]) or body_start):
            return None
        if self.rules.contacts.label(words[first][2]) and len(words) - first == 1 and not body_start:
            return None
        last, capitals = first, bool(re.match(r"['’‘]?[A-ZÀ-ÖØ-Þ]", words[first][2]))
        position = first + 1
        loose = body_start and words[first][2][0].isupper()
        while position < len(words):
            word = words[position][2]
            if CAPITAL.match(word) or (word in {"e.o.", "i.o.", "regio"}):
                capitals, last, position = True, position, position + 1
                continue
            ahead = position
            while ahead < len(words) and words[ahead][2].casefold() in SMALL and words[ahead][2] not in {"met"}:
                ahead += 1
            if (
                ahead > position
                and ahead < len(words)
                and ahead - position <= FAR_AHEAD
                and CAPITAL.match(words[ahead][2])
            ):
                position = ahead
                continue
            if (
                (loose or (body_start and position == first + 1))
                and word.islower()
                and word not in self.rules.contacts.stops
                and position - first < 5
            ):
                if word in SMALL:
                    position += 1
                    continue
                last, position = position, position + 1
                continue
            break
        if whole and last != len(words) - 1:
            return None
        if not capitals and not (body_start and last == first and whole) and not loose:
            if not (body_start and last > first and whole):
                return None
        if last - first > 9:
            return None
        return words[first][0], self._complete(words[first][0], words[last][1])

    def _complete(self, start: int, end: int) -> int:
        while end > start and self.content[end - 1] in ".,:;":
            end -= 1
        return end
