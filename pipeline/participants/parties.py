"""One party as printed, from a list item or a stretch of text: what of it is the name, and what type it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..records import PartyType
from ..rulebook import Rulebook

_ARTICLES = ("de", "het", "een", "'t", "’t", "onze")
# Spaces are taken from where they begin: from each of them anew, a long run of them would take its square in time.
_DASH = re.compile(r"(?<!\s)\s+[-–—|]\s+")
_BRACKET = re.compile(r"(?:(?<!\s)\s+)?[(\[]([^()\[\]]*)[)\]]?")
_APPOSITION = re.compile(r",\s+|(?<!\s)\s+(?=(?:vanaf|sinds|t/m|namens|die|dat|waar)\s)")
_MASS = re.compile(r"(?:werk|zorg|onderwijs|opvang|welzijn|sport|cultuur|media|pers|horeca|bedrijfsleven)$")
_HOLLOW = {
    "instanties",
    "instellingen",
    "leden",
    "studenten",
    "leerlingen",
    "medewerkers",
    "bestuurders",
}  # say nothing alone
_SCHOOL = re.compile(r"\svan\s+(?:de\s+|het\s+)?[A-Z].*(?i:college|lyceum|school|universiteit|academie)")
_PLURAL = re.compile(r"(?:[^aeiou]en|ieën|eeën|ers|ars|s|eren|a's|’s|'s|centra|musea)$")


@dataclass(frozen=True, slots=True)
class Party:
    """A typed party. `start`..`end` is its name in the source; `branch` what a tail says of its branch."""

    start: int
    end: int
    text: str
    type: PartyType
    rule: str
    branch: str = ""
    confidence: float = 0.9


def read_party(content: str, start: int, end: int, rulebook: Rulebook, *, in_list: bool) -> Party | None:
    """The party that the stretch `start`..`end` names; None where it names nobody ('diverse partners').

    `in_list`: the stretch is an item of a list of parties, where a capital makes a kind word a name.
    """
    start, end = _trim(content, start, end)
    verb = re.match(r"(?:[a-z]+ ){1,4}?(?:zijn|waren)\s+(?=[A-Z'’])", content[start:end])  # 'onze partners zijn A'
    start += verb.end() if verb else 0
    if start >= end:
        return None
    inside = _named_in_bracket(content, start, end, rulebook)
    if inside:
        start, end = inside
    else:
        end = _cut_tail(content, start, end, rulebook)
    start, end = _trim(content, start, end)
    start = _skip_small_words(content, start, end, rulebook, in_list=in_list)
    if start >= end or not any(letter.isalpha() for letter in content[start:end]):
        return None
    text = content[start:end]
    if text.casefold() in rulebook.parties.nobody:
        return None
    kind, rule, confidence = type_of(text, rulebook, in_list=in_list)
    if kind in (PartyType.GROUP, PartyType.CATEGORY):
        end = _noun_only(content, start, end, rulebook)
        text = content[start:end]
    elif kind is PartyType.ORGANISATION and (not in_list or text[0].islower()):
        start = _skip_label(content, start, end, rulebook)
        text = content[start:end]
    return Party(start, end, text, kind, rule, _branch(text, rulebook), confidence)


def type_of(text: str, rulebook: Rulebook, *, in_list: bool) -> tuple[PartyType, str, float]:
    """The type of a party, the rule that decided and how sure that is."""
    known = rulebook.organisations.by_alias(text)
    words = text.split()
    capitals = [w for w in words if w[:1].isupper() or any(c.isupper() for c in w[1:])]
    first = words[0].casefold()
    noun_first = rulebook.parties.rule_of(first)
    if (
        (words[0].islower() or (in_list and words[1:2] != ["en"]))
        and len(words) > 1
        and words[1] in {"van", "uit", "en"}
        and noun_first
        and noun_first.type is not PartyType.ORGANISATION
    ):
        return noun_first.type, noun_first.id, 0.8  # 'studenten van het Alfa-college'
    if (
        words[0].islower()
        and len(words) > 1
        and words[1] in {"van", "uit"}
        and _PLURAL.search(first)
        and not rulebook.names.establishments.fits(first)
    ):
        return PartyType.GROUP, "plural-people", 0.6
    head_only = len(capitals) == 1 and words[0] in capitals
    people = rulebook.parties.rule_of(text)
    if people is not None and people.type is PartyType.GROUP and text.casefold() in people.words:
        return PartyType.GROUP, people.id, 0.9  # 'huisartsen' as a group of people, before the function
    if rulebook.roles.is_role(text) and not (known and not known.generic):
        return PartyType.ROLE, "role-word", 0.9
    if known and not known.generic:
        return PartyType.ORGANISATION, "known", 0.97
    noun = rulebook.parties.rule_of(text)
    if not capitals:
        if noun:
            return noun.type, noun.id, 0.85
        plural = _PLURAL.search(words[-1]) is not None
        if plural and words[-1].endswith("ers"):
            return PartyType.GROUP, "plural-people", 0.6
        return PartyType.CATEGORY, "lower-case", 0.5
    if head_only and noun and in_list:
        last = words[-1].casefold()
        if noun.type is PartyType.GROUP:
            return PartyType.GROUP, noun.id, 0.85
        if noun.type is PartyType.CATEGORY and (_MASS.search(last) or _PLURAL.search(last)):
            return PartyType.CATEGORY, noun.id, 0.8
        return PartyType.ORGANISATION, "kind-with-capital", 0.8
    return PartyType.ORGANISATION, "name", 0.85


def _trim(content: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (content[start].isspace() or content[start] in ";,.:•-–*|&\u00ad"):
        start += 1
    while end > start and (content[end - 1].isspace() or content[end - 1] in ";,:|&*\u00ad"):
        end -= 1
    if (
        end > start
        and content[end - 1] == "."
        and not re.search(r"(?:\b\w\.\w|\be\.o|\bc\.s|\bi\.o|\be\.a)\.$", content[start:end])
    ):
        end -= 1
    while end > start and content[end - 1].isspace():
        end -= 1
    hanging = re.search(r"\s+(?:en|of|alsmede|evenals|plus)$", content[start:end])
    end = start + hanging.start() if hanging else end
    if end - start > 2 and content[start] in "“‘\"'„" and content[end - 1] in "”’\"'":
        start, end = start + 1, end - 1
    return start, end


def _named_in_bracket(content: str, start: int, end: int, rulebook: Rulebook) -> tuple[int, int] | None:
    """'Ouderenbonden (KBO-PCOB)': a category outside, the name inside."""
    found = _BRACKET.search(content, start, end)
    if not found or found.start() == start:
        return None
    outside = content[start : found.start()].strip()
    noun = rulebook.parties.rule_of(outside)
    inner = found.group(1).strip()
    if noun is None or noun.type is not PartyType.CATEGORY or rulebook.organisations.by_alias(outside):
        return None
    if not inner[:1].isupper() or any(mark in inner for mark in ",;"):
        return None
    inner_start = content.index(inner, found.start())
    return inner_start, inner_start + len(inner)


def _cut_tail(content: str, start: int, end: int, rulebook: Rulebook) -> int:
    """Where the name ends: before a bracket, before a dash with a remark, before a comma with an apposition."""
    bracket = _BRACKET.search(content, start, end)
    if (
        bracket
        and bracket.start() > start
        and not re.match(r"[\w-]", content[bracket.end() : bracket.end() + 1] or " ")
    ):
        end = bracket.start()
    for dash in _DASH.finditer(content, start, end):
        tail = content[dash.end() : end]
        if tail[:1].islower() or not tail[:1].isalnum():
            end = dash.start()
            break
    for found in _APPOSITION.finditer(content, start, end):
        if found.start() <= start:
            continue
        tail = content[found.end() : end]
        first = tail.split(" ", 1)[0].strip(".,").casefold()
        if first in rulebook.names.branch_words and found.group().startswith(","):
            break
        if tail[:1].islower() or found.group()[:1] != ",":
            end = found.start()
            break
        is_place = (
            rulebook.places.knows(tail) and "," not in tail and not rulebook.organisations.by_alias(content[start:end])
        )
        if is_place and len(content[start : found.start()].split()) > 1:
            end = found.start()
        break
    wrapped = re.search(r"(?<![,&])\n\s*(?=[a-zà-ÿ])", content[start:end])
    if wrapped and not re.search(r"\b(?:en|van|voor|de|het)\s*$", content[start : start + wrapped.start()]):
        end = start + wrapped.start()  # a second line that only explains
    colon = content.find(": ", start, end)
    if colon > start:
        end = colon
    return end


def _skip_small_words(content: str, start: int, end: int, rulebook: Rulebook, *, in_list: bool) -> int:
    """Articles, quantifiers and connectives in front of a party; 'De' with a capital belongs to a name in a list."""
    quantifiers = rulebook.parties.quantifiers
    while True:
        found = re.match(r"(\S+)\s+", content[start:end])
        if not found:
            return start
        word = found.group(1)
        folded = word.casefold().strip(",")
        if folded not in quantifiers and folded not in _ARTICLES:
            return start
        rest = content[start + found.end() : end]
        known = rulebook.organisations.by_alias(content[start:end])
        if folded in {"'t", "’t"} and rest[:1].isupper():
            return start
        if word[0].isupper() and in_list and folded in rulebook.names.inner and folded not in _ARTICLES:
            return start  # 'Van der Maas Uitvaart'
        if folded in _ARTICLES and rest[:1].isupper():
            if word[0].isupper():
                return start
            if known and not known.generic and fold_article(known.name) == folded:
                return start
        elif word[0].isupper() and in_list and known:
            return start
        elif word[0].isupper() and in_list and folded not in _ARTICLES and rest[:1].isupper():
            return start  # 'Samen Sterk', 'Onder Ons': a name may begin with a small word
        start += found.end()


def fold_article(name: str) -> str:
    """The article that a name begins with, in lower case; empty where it has none."""
    first = name.split(" ", 1)[0].casefold().replace("’", "'")
    return first if first in ("de", "het", "'t") else ""


def _skip_label(content: str, start: int, end: int, rulebook: Rulebook) -> int:
    """'welzijnsorganisatie Divers': a lower-case word for the sector stays out of the name."""
    branch = re.match(
        r"(?:(?:plaatselijke|lokale|regionale)\s+)?(?:afdeling|afdelingen)\s+van\s+(?:de\s+|het\s+)?(?=[A-Z])",
        content[start:end],
    )
    start += branch.end() if branch else 0
    kinds = re.match(r"([a-zà-ÿ]+)\s+(?=[A-Z])", content[start:end])
    noun = rulebook.parties.rule_of(kinds.group(1)) if kinds else None
    if kinds and noun and noun.type is PartyType.CATEGORY and _PLURAL.search(kinds.group(1)):
        start += kinds.end()  # 'basisscholen De Knotwilg en De Viermaster'
    while True:
        found = re.match(r"(\S+)\s+", content[start:end])
        if (
            not found
            or not found.group(1).islower()
            or not (rulebook.names.sector_labels.fits(found.group(1)) or found.group(1) in rulebook.names.lower_labels)
        ):
            return start
        start += found.end()


def _noun_only(content: str, start: int, end: int, rulebook: Rulebook) -> int:
    """A category or group ends at its noun; what a preposition adds stays out, unless the noun alone says nothing."""
    if _SCHOOL.search(content[start:end]):
        return end  # 'jongeren van het Kruisdal College': which ones says the school
    found = re.search(
        r"\s+(?:uit|van|in|op|met|zoals|die|dat|voor|rond|binnen|als|waaronder|vanuit|bij|en hun)\s", content[start:end]
    )
    if found:
        noun = content[start : start + found.start()]
        if (
            noun.casefold() not in rulebook.parties.nobody
            and rulebook.parties.rule_of(noun)
            and noun.casefold() not in _HOLLOW
        ):
            return start + found.start()
    return end


def _branch(text: str, rulebook: Rulebook) -> str:
    words = "|".join(map(re.escape, sorted(rulebook.names.branch_words)))
    found = re.search(rf"[,\s](?:{words})\s+(.+)$", text)
    return found.group(1).strip() if found else ""
