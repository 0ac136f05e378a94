"""Functions and bodies in a piece of a contact: 'beleidsadviseur Sociaal Domein gemeente Kruisdal' holds both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rulebook import Rulebook

Span = tuple[int, int]

CAPITAL = re.compile(r"['’‘]?(?:s-)?[A-ZÀ-ÖØ-Þ0-9][\w’'.&+-]*|['’‘]t")
UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
WORD = re.compile(r"[^\s,;]+")
PLURAL = re.compile(r"(?i)(?:s|en)\Z")
BARE_COMPLEMENT = re.compile(
    r"[ \u00a0](?:van|voor|bij)[ \u00a0](?:de|het|onze|deze|dit|ons)[ \u00a0]"
    r"(?=[a-z]{3,}\Z|coalitie\b|aanpak\b|project\b|programma\b)"
)
JOINS = (" en", " &", "-")
LONGEST = 10  # words in the name of a body
SMALL_WORDS = 3  # small words in a row inside one


def is_kind(text: str, rules: Rulebook) -> bool:
    """Whether the words speak of a body: they begin with or hold a kind word."""
    words = text.split()
    starts = any(word.casefold().strip(",.") in rules.contacts.body_starts for word in words)
    return starts or rules.organisations.type_of(text) is not None


def body_at(content: str, start: int, end: int, rules: Rulebook, *, whole: bool = False) -> Span | None:
    """The name of a body that begins the stretch, as far as it goes; with `whole` it has to fill the stretch.

    Capitalised words and the small words between them belong to it. Behind a kind word with a capital ('Team
    eenzaamheid') words in lower case do too. A sector label in front ('welzijnsorganisatie Divers') does not.
    """
    contacts = rules.contacts
    words = [(m.start(), m.end(), m.group()) for m in WORD.finditer(content, start, end)]
    while len(words) > 1 and words[0][2] in contacts.sector_labels:
        words.pop(0)
    if not words:
        return None
    first = words[0][2]
    is_start = first.casefold().strip(".") in contacts.body_starts or (
        len(words) > 1
        and CAPITAL.match(words[1][2]) is not None
        and rules.organisations.kind_of_word(first) is not None
    )  # 'moskee El Iman'
    if not (is_start or CAPITAL.match(first)) or (len(words) == 1 and contacts.label(first) and not is_start):
        return None
    loose = is_start and first[0].isupper()
    last = _last_word([word for _, _, word in words], rules, is_start=is_start, loose=loose)
    if (whole and last != len(words) - 1) or last >= LONGEST:
        return None
    capitals = any(UPPER.search(word) for _, _, word in words[: last + 1])
    if not (capitals or (whole and is_start)):
        return None
    close = words[last][1]
    while close > words[0][0] and content[close - 1] in ".,:;":
        close -= 1
    return words[0][0], close


def _last_word(words: list[str], rules: Rulebook, *, is_start: bool, loose: bool) -> int:
    """The index of the last word of the name that the first word begins."""
    small_words, stops = rules.contacts.small_words, rules.contacts.stops
    last, position = 0, 1
    while position < len(words):
        word = words[position]
        if CAPITAL.match(word) or word in {"e.o.", "i.o."}:
            last, position = position, position + 1
            continue
        if word in rules.contacts.plain_starts and CAPITAL.match("".join(words[position + 1 : position + 2])):
            last, position = position + 1, position + 2  # 'afdeling Communicatie gemeente Kruisdal'
            continue
        ahead = position
        while ahead < len(words) and words[ahead].casefold() in small_words:
            ahead += 1
        if position < ahead < len(words) and ahead - position <= SMALL_WORDS and CAPITAL.match(words[ahead]):
            position = ahead
            continue
        described = (loose and all(one.islower() for one in words[1:position])) or (is_start and position == 1)
        if not (described and word.islower() and word not in stops and position < SMALL_WORDS + 2):
            break
        if word not in small_words:
            last = position
        position += 1
    return last


def function_and_body(content: str, start: int, end: int, head_end: int, rules: Rulebook) -> tuple[Span, Span | None]:
    """The function that begins the stretch and the body that it goes on with, if it does.

    `head_end` is where its head noun ends. Fields of work belong to the function, a place belongs to a function of
    a neighbourhood ('dorpsondersteuner Leenderstrijp').
    """
    end = _clause_end(content, head_end, end, rules)
    bare = BARE_COMPLEMENT.search(content, head_end, end)
    if bare and not UPPER.search(content, bare.end(), end):
        end = bare.start()
    for link in rules.contacts.link.finditer(content, head_end, end):
        span = body_at(content, link.end(), end, rules)
        if (
            span
            and content[link.end() : span[0]].strip() in {"", *rules.contacts.sector_labels}
            and UPPER.search(content, *span)
        ):
            return (start, link.start()), span
        if span is None and link.end() < end and body_at(content, link.end(), end, rules, whole=True):
            return (start, link.start()), (link.end(), end)
    local = rules.contacts.territory.match(content, start, head_end) is not None
    subjects = rules.roles.subjects
    previous = ""
    words = list(re.finditer(r"\S+", content[head_end:end]))
    for index, match in enumerate(words):
        word = match.group()
        following = words[index + 1].group() if index + 1 < len(words) else ""
        at = head_end + match.start()
        joined = content[head_end:at].rstrip().endswith(JOINS)
        grouped = previous.casefold() in rules.contacts.groups and previous.islower()
        if not joined and not grouped and _begins_body(word, following, rules):
            span = body_at(content, at, end, rules)
            named = previous[:1].isupper() and previous.casefold() in subjects
            if span and span[0] == at and (is_kind(content[slice(*span)], rules) or not (local or named)):
                return (start, at), span
        previous = word
    return (start, end), None


def _begins_body(word: str, following: str, rules: Rulebook) -> bool:
    """Whether, behind a function, this word begins a body: 'gemeente', 'Carinova', the 'Welzijn' of 'Welzijn Weert'."""
    folded = word.strip(",.").casefold()
    if folded in rules.contacts.plain_starts:
        return True
    if not word[:1].isupper():
        return False
    if folded not in rules.roles.subjects:
        return True
    proper = following[:1].isupper() and following.strip(",.").casefold() not in rules.roles.subjects
    return folded in rules.contacts.body_starts and proper


def _clause_end(content: str, start: int, end: int, rules: Rulebook) -> int:
    """The end of the function's clause: in front of 'via', 'kunt u', 'is bereikbaar'."""
    for match in re.finditer(r"\S+", content[start:end]):
        word = match.group().strip(",.;")
        if word in rules.contacts.stops and word not in rules.contacts.small_words and word != "voor":
            return start + len(content[start : start + match.start()].rstrip())
    return start + len(content[start:end].rstrip())
