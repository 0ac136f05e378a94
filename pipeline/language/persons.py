"""Persons in running text: a first name or initials with a last name, a title with a last name, a first name alone.

A name qualifies by itself when its first name is a known one; otherwise what stands around it has to say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..records import Found, Label

if TYPE_CHECKING:
    from ..rulebook import Rulebook

UPPER = r"A-ZÀ-ÖØ-ÞĀĆČĞİŁŃÓŚŞŠŹŻŽ"
TOKEN = re.compile(
    rf"(?:[{UPPER}][a-z]?\.-?){{1,6}}(?![a-z])"  # initials: G.J. Th.
    r"|['’‘]t(?!\w)|(?<!\w)v(?:\.?[ ]?d\.|/d\b|\.(?=[ \u00a0]?[A-Z]))"
    rf"|[dD]['’][{UPPER}]\w+"
    r"|[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_])|-(?=[^\W\d_]))*"
)
INITIALS = re.compile(rf"(?:[{UPPER}][a-z]?\.-?)+\Z")
JOINED = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")  # 'ViERBINDEN', 'MeanderGroep'
JOINED_NAME = re.compile(r"(?:Mc|Mac|De|Van|Ver|Vander|Vande|El|[A-Z]['’])[A-Z]")
CREDIT = re.compile(
    r"(?im)^[ \t(]*(?:foto|foto['’]s|beeld|fotografie|tekst|auteur|bron|illustratie|door)\b[ \t]*[:©].*$"
)
ARTICLES = {"de", "het", "'t", "’t", "den"}
HOUSE_NUMBER = re.compile(r"[ \u00a0]\d")
SAINTED = {"parochie", "kerk", "basisschool", "school", "geloofsgemeenschap"}  # in front of 'H.' of a saint
LOOK_BACK = 60
STRONG, WEAK = 0.95, 0.75


class Token(NamedTuple):
    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def initials(self) -> bool:
        return "." in self.text and INITIALS.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Name:
    """A name-like stretch of tokens. `known`: it begins with a known first name or with initials."""

    first: int  # index of its first token
    last: int  # index behind its last token
    known: bool
    alone: bool


def tokens_of(text: str) -> list[Token]:
    return [Token(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)]


def find_persons(text: str, rules: Rulebook) -> list[Found]:
    """Persons that `text` names, in order. Photo credits and bodies named after a person are none."""
    tokens = tokens_of(text)
    credits = [match.span() for match in CREDIT.finditer(text)]
    bracketed = "(" in text  # as a call name is
    particles, courtesy = rules.persons.particles, rules.persons.courtesy
    found: list[Found] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        called = bracketed and _with_call_name(text, tokens, position, rules)
        if called:
            start, end = token.start, tokens[called - 1].end
            found.append(Found(Label.PERSON, start, end, text[start:end], rule="person:name", confidence=STRONG))
            position = called
            continue
        courteous = position > 0 and token.text in particles and tokens[position - 1].text.casefold() in courtesy
        if not (token.capital or courteous) or any(start <= token.start < end for start, end in credits):
            position += 1
            continue
        name = name_at(text, tokens, position, rules)
        rule = _qualifies(text, tokens, name, rules) if name else ""
        placed = name is not None and not name.known and rules.places.knows(token.text)  # 'Friesland Campina'
        if name is None or not rule or placed:
            position += 1
            continue
        start, end = tokens[name.first].start, tokens[name.last - 1].end
        confidence = STRONG if name.known and not name.alone else WEAK
        found.append(Found(Label.PERSON, start, end, text[start:end], rule=f"person:{rule}", confidence=confidence))
        position = name.last
    return found


def person_contexts(text: str, rules: Rulebook) -> set[str]:
    """The contexts by which persons of `text` were recognised, as the rule tests ask for them."""
    return {found.rule.removeprefix("person:") for found in find_persons(text, rules)}


def name_at(text: str, tokens: list[Token], first: int, rules: Rulebook) -> Name | None:
    """The longest name-like stretch that begins at token `first`, whether or not it is a person's."""
    persons = rules.persons
    if _is_title(tokens[first].text, rules):
        return None
    position, known = first, False
    while position < len(tokens) and position - first < 4 and (position == first or _close(text, tokens, position)):
        token = tokens[position]
        is_initials = token.initials and token.text.casefold().rstrip(".") not in persons.not_initials
        if not (token.capital and (is_initials or persons.is_first_name(token.text))):
            break
        known, position = True, position + 1
    if not known:
        if is_body_word(tokens[first].text, rules) or tokens[first].initials:
            return None
        position = first + 1
        if tokens[first].text.casefold() in persons.particles:  # 'mevrouw De Wit', 'Van der Meer'
            position = first
    given = position
    courteous = first > 0 and tokens[first - 1].text.casefold().rstrip(".") in persons.courtesy
    position = _last_name(text, tokens, position, first, rules, known=known or courteous)
    if position == first:
        return None
    return Name(first, position, known, alone=position == given and position - first == 1)


def _with_call_name(text: str, tokens: list[Token], first: int, rules: Rulebook) -> int:
    """The index behind 'J. (Janneke) de Groot' or 'Johanna (Jo) Vermeer' that begins at `first`; 0 for none."""
    persons = rules.persons
    given = first
    while given < len(tokens) and given - first < 3 and (given == first or _close(text, tokens, given)):
        if not (tokens[given].initials or persons.is_first_name(tokens[given].text)):
            break
        given += 1
    if given == first or given + 1 >= len(tokens) or not tokens[given].capital:
        return 0
    call, after = tokens[given], tokens[given + 1]
    if text[tokens[given - 1].end : call.start] not in {" (", "("} or text[call.end : after.start] != ") ":
        return 0
    position = given + 1
    while position < len(tokens) - 1 and position - given < 4 and tokens[position].text in persons.particles:
        position += 1
    last = tokens[position]
    return position + 1 if last.capital and text[call.end + 1 : last.start].count("\n") == 0 else 0


def _last_name(text: str, tokens: list[Token], position: int, first: int, rules: Rulebook, *, known: bool) -> int:
    """The index behind a last name that begins at `position`, or `position` itself where there is none."""
    persons = rules.persons
    begin = position
    small: list[str] = []
    while (
        position < len(tokens)
        and len(small) < 3
        and (position == first or _close(text, tokens, position))
        and tokens[position].text.casefold() in persons.particles
        and (tokens[position].text.islower() or not small)
    ):
        small.append(tokens[position].text.casefold())
        position += 1
    if small and (small[-1] in persons.leading or (small[0] in persons.leading and len(small) == 1)):
        return begin
    taken = 0
    while position < len(tokens) and taken < 3 and (position == first or _close(text, tokens, position)):
        token = tokens[position]
        folded = token.text.casefold()
        follows = bool(taken) and tokens[position - 1].text.casefold() in persons.half_names
        expected = (known and not taken) or follows or bool(small and not taken and known)
        if not token.capital or token.initials or folded in persons.courtesy:
            break
        if folded in persons.titles and not expected and not small:
            break
        if not _may_be_last_name(token.text, rules, expected=expected):
            break
        if taken and folded in persons.particles:
            break
        taken, position = taken + 1, position + 1
        tail = token.text.rsplit("-", 1)
        if len(tail) == 2 and tail[1] in persons.particles:  # 'Berg-de' + 'Vries'
            while position < len(tokens) and tokens[position].text in persons.particles:
                position += 1
    return position if taken else begin


def _may_be_last_name(word: str, rules: Rulebook, *, expected: bool) -> bool:
    """Whether a capitalised word can be a last name; behind a first name a compound like 'Loohuis' can."""
    folded = word.casefold()
    if folded in rules.persons.last_names:
        return True
    if expected and (folded in rules.persons.half_names or folded in rules.persons.titles):
        return True
    if expected and not word.isupper() and not JOINED.search(word):
        return not (
            folded in rules.organisations.kind_words or folded in rules.persons.bodies or folded in rules.roles.subjects
        )
    return not is_body_word(word, rules)


def _close(text: str, tokens: list[Token], position: int) -> bool:
    """Whether the token stands one blank behind the one before it."""
    gap = text[tokens[position - 1].end : tokens[position].start]
    return gap in {" ", "\u00a0"} or (gap == "" and tokens[position - 1].initials)


def is_body_word(word: str, rules: Rulebook) -> bool:
    """Whether a capitalised word belongs to the name of a body rather than of a person."""
    folded = word.casefold().strip("'’-")
    if len(word) > 2 and word.isupper():
        return True
    if JOINED.search(word) and not JOINED_NAME.match(word):
        return True
    if folded in rules.persons.bodies or folded in rules.roles.subjects:
        return True
    if word in rules.persons.first_names:
        return False
    return rules.organisations.kind_of_word(folded) is not None


def _is_title(word: str, rules: Rulebook) -> bool:
    folded = word.casefold().rstrip(".")
    return folded in rules.persons.courtesy or folded in rules.persons.titles


def _qualifies(text: str, tokens: list[Token], name: Name, rules: Rulebook) -> str:
    """The rule by which the stretch is a person, or nothing."""
    persons = rules.persons
    start, end = tokens[name.first].start, tokens[name.last - 1].end
    printed = text[start:end]
    last_word = tokens[name.last - 1].text.casefold()
    if f"{printed.casefold()} ".startswith(persons.brands):
        return ""
    if last_word.endswith(persons.streets) and not persons.is_first_name(tokens[name.last - 1].text):
        before = tokens[name.first - 1].text.casefold() if name.first else ""
        if not _is_surname(tokens, name, rules) or before in ARTICLES or HOUSE_NUMBER.match(text, end):
            return ""
    if rules.organisations.by_alias(printed) is not None and not persons.is_first_name(printed):
        return ""
    previous = tokens[name.first - 1] if name.first and _gap_is_blank(text, tokens, name.first) else None
    titled = previous is not None and _is_title(previous.text, rules)
    if previous is not None and not titled:
        folded = previous.text.casefold()
        if folded in persons.bodies and (previous.capital or folded in {"sint", "st"}):
            return ""
        if tokens[name.first].initials and folded in SAINTED:
            return ""
        of_role = _role_before(text[max(0, previous.start - LOOK_BACK) : previous.start], rules)
        if previous.capital and not of_role and rules.organisations.kind_of_word(folded) is not None:
            return ""
    if end < len(text) and text[end] in "-&" and end + 1 < len(text) and text[end + 1].isalpha():
        return ""
    if titled:
        return "title"
    if name.known and not name.alone:
        return "name"
    unknown = not name.known
    if unknown and name.alone and name.last - name.first == 1 and not persons.is_first_name(printed):
        return ""
    if unknown and tokens[name.first].text.casefold() in rules.ordinary_words:
        return ""
    if (
        unknown
        and tokens[name.last - 2].text.islower() is False
        and rules.places.names_municipality(tokens[name.last - 1].text)
    ):
        return ""  # 'bel Omtinken Smallingerland'
    for context, pattern in persons.before:
        if (name.alone and not context.alone) or (unknown and not context.unknown):
            continue
        window = text[max(0, start - LOOK_BACK) : start]
        if pattern.search(window) or (context.role and _role_before(window, rules)):
            return context.id
    for context, pattern in persons.after:
        if (name.alone and not context.alone) or (unknown and not context.unknown):
            continue
        match = pattern.match(text, end)
        if match and (not context.role or _role_at(text[match.end() : match.end() + LOOK_BACK], rules)):
            return context.id
    return ""


def _is_surname(tokens: list[Token], name: Name, rules: Rulebook) -> bool:
    """Whether a last word that looks like a street is a last name: 'Truus Verlaan', 'Riek van der Laan'."""
    persons = rules.persons
    if not name.known or name.alone or name.last - name.first < 2:
        return False
    word = tokens[name.last - 1].text.casefold()
    if word in persons.file.streets:
        return tokens[name.last - 2].text.casefold() in persons.particles
    halves = word.split("-")
    stems = {half.removesuffix(street) for half in halves for street in persons.streets if half.endswith(street)}
    return stems <= persons.surname_stems | {""} and bool(stems)


def _gap_is_blank(text: str, tokens: list[Token], position: int) -> bool:
    return text[tokens[position - 1].end : tokens[position].start] in {" ", "\u00a0", ". ", ".\u00a0", "."}


def _role_before(window: str, rules: Rulebook) -> bool:
    """Whether the text ends in a word for a function and a blank."""
    heads = rules.roles.heads(window)
    return bool(heads) and window[heads[-1][1] :] in {" ", "\u00a0"}


def _role_at(text: str, rules: Rulebook) -> bool:
    """Whether the text begins with a function."""
    phrase = re.split(r"[,.;:()\n]", text, maxsplit=1)[0]
    if rules.roles.is_role(phrase):
        return True
    word = re.match(r"[^\W\d_]+", phrase)
    return word is not None and any(
        word.group().casefold() in context.words for context, _ in rules.persons.before if context.role
    )
