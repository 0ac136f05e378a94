"""Counts in running text: a number with its qualifier and the noun phrase that says what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import text2num

from ..records import Found, Label, Qualifier
from ..rulebook import Rulebook
from ..rulebook.counts import Counts

DIGITS = r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?!\d)|\d+(?:,\d+)?"
NUMBER = re.compile(rf"(?<![\w€$/.,:+'’–-])(?:{DIGITS})(?![\w%])|(?<![\w-])[^\W\d_]+(?![\w])")
NUMBER_LETTERS = re.compile(
    r"(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|der|veer|twin|tach|tig|honderd|duizend"
    r"|miljoen|miljard|en|ën)+"
)
HALVES = {"een", "één", "half", "halve", "anderhalf", "anderhalve"}
HALF = re.compile(r"(een |één )?(half|halve|anderhalf|anderhalve) (miljoen|miljard|duizend)\b", re.I)
BIG = {"honderd": 100, "duizend": 1000, "miljoen": 10**6, "miljard": 10**9}
WORD = re.compile(r"[^\W\d_](?:[^\W_]|[-'’](?=\w))*")
GAP = re.compile(r"[ \t\u00a0]+")
ADJECTIVE_GAP = re.compile(r"(?:,[ \t\u00a0]+|[ \t\u00a0]+(?:(?:en|of|maar|tot)[ \t\u00a0]+)?)")
NOUN_GAP = re.compile(r"[ \t\u00a0]+(?:en|of|&)[ \t\u00a0]+")
COMMA = re.compile(r",[ \t\u00a0]+")
PLURAL = re.compile(r"\w[\w'’-]*(?:en|ën|s|['’]s)")
PAST = re.compile(r"\w+(?:eerden|ekenden|aagden|uurden)")
SEPARABLE = re.compile(  # infinitives and plurals of verbs with a loose first half: 'terugkomen', 'meedoen'
    r"(?:terug|mee|aan|af|op|in|bij|toe|over|samen|langs|rond|weg|deel|plaats|door|verder|thuis|voorbij|vast)"
    r"(?:komen|kwamen|gaan|gingen|staan|stonden|doen|deden|blijven|krijgen|kregen|nemen|namen|brengen|brachten"
    r"|houden|hielden|zitten|zaten|liggen|lagen|maken|zien|denken|sluiten|sloten|haken|zetten|vinden|vonden)"
)
DEMONYM = re.compile(r"[A-ZÀ-Þ][\w-]+(?:ers|aars|aren|ezen|anen|iërs|iers|enen|oten|ren)")
LETTERS_AND_NOUN = re.compile(r"[A-Z][\w+]*-[a-zà-ÿ][\w-]*(?:en|ën|s)|[A-Zz][A-Za-z]{1,4}['’](?:ers|en|s)")
SENTENCE_START = re.compile(
    r"(?:^|[.!?:;…]['’”\")]*\s+|\n\s*(?:[•*▪◦·–—o-]\s+)?|[“\"‘'(«]\s*"
    r"|(?:^|\n)[^\W\d_a-zà-ÿ][^\W\d_a-zà-ÿ /'’-]{2,24}\s[-–—]\s)$"  # behind a place line: 'KRUISDAL - Dertien'
)
SENTENCE = re.compile(r"[.!?]\s|\n")
ELLIPSIS = re.compile(r"[ \t\u00a0]*(?:tot|à|a|[-–]|of|en)[ \t\u00a0]*")
YEARS = range(1900, 2100)
AGES = range(50, 85, 5)
BEFORE = 48
QUOTED_NOUN = re.compile(r"[‘'“\"„]([a-zà-ÿ][\w-]{2,30})[’'”\"]")  # 'twaalf ‘dorpsogen’'
AREAS = re.compile(r"\b(?:in|uit|naar) (?:de |deze |die )?$", re.IGNORECASE)
AREA = re.compile(r"[ \t\u00a0]+(?:gebieden|regio's|streken|zones)\b(?= waar\b| met\b| met een\b)")
AGED = re.compile(r"\d{2}[- ]?(?:plussers|minners|jarigen)\b|\d{2}\+['’]?ers\b")
THOSE = re.compile(r"\b(?:die|deze|de|alle|wij|zij|ze)\s+$", re.IGNORECASE)
OBJECT = re.compile(r"[ \t\u00a0]+(?:zich|elkaar|een|één|hun|ons|onze|haar|hem)\b")
LONGEST = 6
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: int
    form: str = "plain"
    word: bool = False


def find_counts(text: str, rules: Rulebook, base: int = 0) -> list[Found]:
    """Every counted thing in `text`, with its number as `value`; offsets begin at `base`."""
    found: list[Found] = []
    for candidate in _candidates(text, rules):
        if isinstance(candidate, Found) and (not found or candidate.start >= found[-1].end):
            found.append(candidate)
    if not base:
        return found
    return [
        Found(f.label, f.start + base, f.end + base, f.text, f.value, f.qualifier, f.about, f.source, f.rule)
        for f in found
    ]


def count_rules(text: str, rules: Rulebook) -> set[str]:
    """The ids of the rules that find, qualify or refuse a count in `text`."""
    fired: set[str] = set()
    for candidate in _candidates(text, rules):
        fired |= set(candidate.rule.split("+")) if isinstance(candidate, Found) else {candidate}
    return fired


def _candidates(text: str, rules: Rulebook) -> Iterator[Found | str]:
    """Counts, and the ids of the rules that refused one."""
    counts = rules.counts
    end = 0
    for number in _numbers(text):
        if number.start < end:
            continue
        before = text[max(0, number.start - BEFORE) : number.start]
        refused = next(
            (rule for rule, front, back in counts.contexts if not back.pattern and front.search(before)), None
        )
        if refused:
            yield refused
            continue
        start, qualifier, rule = _qualified(number, before, counts)
        phrase = _noun_phrase(text, number.end, counts)
        area = AREA.match(text, number.end) if isinstance(phrase, str) and AREAS.search(before) else None
        if area:  # 'in 3 gebieden waar ...' are places, 'op drie gebieden' are parts of a plan
            phrase = (area.end(), ["gebieden"])
        if isinstance(phrase, str):
            yield phrase
            continue
        if phrase is None:
            if re.search(r"\b(?:een man of)\s+$", before, re.IGNORECASE):
                phrase = (number.end, ["man"])
            else:
                continue
        stop, nouns = phrase
        if number.word and _acts(before, text, stop, nouns, counts):
            continue
        behind = text[stop : stop + BEFORE]
        refused = next(
            (r for r, front, back in counts.contexts if back.pattern and back.match(behind) and front.search(before)),
            None,
        )
        if refused:
            yield refused
            continue
        if not number.word and number.value in YEARS and _is_year(text, number, nouns, qualifier, rules):
            continue
        if number.value < 2:
            continue
        if qualifier is None:
            qualifier = _of_form(text, number)
        about = _about(text, start, stop, nouns, counts)
        names = "+".join(name for name in (number.form, rule) if name)
        end = stop
        yield Found(Label.COUNT, start, stop, text[start:stop], str(number.value), qualifier, about, rule=names)


# --- numbers ---------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def number_of(word: str) -> int | None:
    """The value of a Dutch number word ('drieëntwintig'), None for any other word."""
    lowered = word.lower()
    if len(lowered) > LONGEST_WORD or not NUMBER_LETTERS.fullmatch(lowered) or lowered in {"en", "tig", "der"}:
        return None
    lowered = lowered.replace("tweeen", "tweeën").replace("drieen", "drieën").replace("één", "een")
    try:
        return int(text2num(lowered, "nl"))
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _may_count(word: str) -> bool:
    """Whether a word is a number, or may begin one."""
    lowered = word.lower()
    return lowered in HALVES or lowered.endswith("tal") or lowered == "dozijn" or number_of(word) is not None


def _digits(printed: str) -> float:
    return float(re.sub(r"[.\u00a0 ]", "", printed).replace(",", "."))


def _numbers(text: str) -> Iterator[_Number]:
    """Numbers in digits and words, with '-tal', 'tot' and 'of meer' taken along."""
    taken = 0
    for match in NUMBER.finditer(text):
        if match.start() < taken:
            continue
        number = _number_at(text, match)
        if number is None:
            continue
        number = _longer(text, number)
        taken = number.end
        yield number


def _number_at(text: str, match: re.Match[str]) -> _Number | None:
    start, end = match.span()
    printed = match[0]
    if printed[0].isdecimal():
        if re.search(r"(?:\d[ \u00a0-]|\+|\bnr\.? ?)$", text[max(0, start - 4) : start]) and not re.search(
            r"\b(?:19|20)\d\d $", text[max(0, start - 6) : start]
        ):
            return None
        tal = re.match(r"[- ]?tal\b", text[end : end + 5])
        if tal:
            return _Number(start, end + tal.end(), int(_digits(printed)), "tal")
        if re.match(r"-\w|[.,:]\d", text[end : end + 2]) and not re.match(r"-\d+\s+[a-z]", text[end : end + 8]):
            return None
        value = _digits(printed)
        big = re.match(r"[ \u00a0](miljoen|miljard|duizend)\b", text[end : end + 10])
        if big:
            return _Number(start, end + big.end(), round(value * BIG[big[1]]), "millions")
        return _Number(start, end, int(value)) if value == int(value) and len(printed) < 12 else None
    if not _may_count(printed):
        return None
    lowered = printed.lower()
    half = HALF.match(text[start : start + 30])
    if half:
        size = 1.5 if half[2].lower().startswith("ander") else 0.5
        return _Number(start, start + half.end(), int(size * BIG[half[3].lower()]), "millions", word=True)
    if lowered.endswith("tal") and (stem := number_of(printed[:-3])) and stem > 1:
        return _Number(start, end, stem, "tal", word=True)
    if lowered == "dozijn":
        return _Number(start, end, 12, "tal", word=True)
    value_of_word = number_of(printed)
    if value_of_word is None:
        return None
    if printed[0].isupper() and not SENTENCE_START.search(text[max(0, start - BEFORE) : start]):
        return None
    if text[end : end + 1] == "-":
        return None
    while big := re.match(r" (honderd|duizend|miljoen|miljard)\b", text[end : end + 10]):
        value_of_word *= BIG[big[1]]
        end += big.end()
    form = "millions" if value_of_word >= 10**6 else "plain"
    return _Number(start, end, value_of_word, form, word=True)


def _longer(text: str, number: _Number) -> _Number:
    """The number with 'tot 25' or 'of meer' behind it."""
    more = re.match(r"\+(?=\s)| of meer\b", text[number.end : number.end + 10])
    if more and not (more[0] == "+" and number.value in AGES):
        return _Number(number.start, number.end + more.end(), number.value, "or-more", number.word)
    link = ELLIPSIS.match(text, number.end)
    if link:
        match = NUMBER.match(text, link.end()) or re.compile(r"\d+(?![\w%])").match(text, link.end())
        second = _number_at_plain(match) if match else None
        if second is not None and second > number.value and match:
            between = link[0].strip()
            opened = re.search(r"\btussen (?:de )?$", text[max(0, number.start - 12) : number.start], re.I)
            if between == "en" and not opened:
                return number
            start = number.start - len(opened[0]) if opened else number.start
            return _Number(start, match.end(), number.value, "range", number.word)
    return number


def _number_at_plain(match: re.Match[str]) -> int | None:
    printed = match[0]
    return int(_digits(printed)) if printed[0].isdecimal() else number_of(printed)


def _qualified(number: _Number, before: str, counts: Counts) -> tuple[int, Qualifier | None, str]:
    """Where the count begins, how exact it is, and the rule that says so."""
    for rule, means, pattern in counts.qualifiers:
        match = pattern.search(before)
        if match:
            return number.start - len(before) + match.start(), means, rule
    article = re.search(r"\been\s+$", before, re.IGNORECASE)
    if article and (number.form == "tal" or (number.form == "millions" and number.word)):
        return number.start - len(before) + article.start(), None, ""
    return number.start, None, ""


def _of_form(text: str, number: _Number) -> Qualifier:
    if number.form == "or-more":
        return Qualifier.AT_LEAST
    if number.form == "range":
        return Qualifier.APPROXIMATELY
    if number.form == "tal" and number.value >= 10 and "dozijn" not in text[number.start : number.end].lower():
        return Qualifier.APPROXIMATELY
    return Qualifier.EXACT


def _is_year(text: str, number: _Number, nouns: list[str], qualifier: Qualifier | None, rules: Rulebook) -> bool:
    """Whether four digits in front of a noun are a year after all ('In 2019 partners zoeken')."""
    if qualifier is not None or not text[number.start : number.end].isdigit():
        return False
    before = text[max(0, number.start - 24) : number.start].lower().split()
    if before and (
        before[-1] in {"in", "sinds", "vanaf", "eind", "begin", "medio", "tot"} or before[-1] in rules.dates.month_of
    ):
        return True
    return nouns[0] not in rules.dates.file.not_a_year_after and not rules.counts.organisations.match(nouns[0])


# --- what is counted -------------------------------------------------------------------------------


def _noun_phrase(text: str, position: int, counts: Counts) -> tuple[int, list[str]] | str | None:
    """The end of the phrase that begins at `position` and its nouns; the id of a rule that refuses it; or None."""
    for step in range(LONGEST):
        gap = (ADJECTIVE_GAP if step else GAP).match(text, position)
        if not gap:
            return None
        word = WORD.match(text, gap.end())
        if not word:
            aged = AGED.match(text, gap.end())
            if aged:
                return aged.end(), [aged[0].lower()]
            named = QUOTED_NOUN.match(text, gap.end())
            return (named.end(), [named[1].lower()]) if named and _is_noun(named[1], counts) else None
        printed = word[0]
        lowered = printed.lower().replace("’", "'")
        refused = counts.noun_out(lowered)
        if refused:
            return refused
        if _is_adjective(text, word, counts):
            position = word.end()
            continue
        if not _is_noun(printed, counts):
            return None
        return _coordinated(text, word.end(), lowered, counts)
    return None


def _acts(before: str, text: str, stop: int, nouns: list[str], counts: Counts) -> bool:
    """Whether the word behind the number is a verb: 'Die vijf noemen zich De Sleutelbos.'"""
    if len(nouns) > 1 or not nouns[0].endswith("en") or not THOSE.search(before):
        return False
    if counts.organisations.fullmatch(nouns[0]) or counts.members.fullmatch(nouns[0]):
        return False
    return nouns[0] in counts.verbs or OBJECT.match(text, stop) is not None


def _is_adjective(text: str, word: re.Match[str], counts: Counts) -> bool:
    """Whether a word between number and noun only describes it."""
    printed, lowered = word[0], word[0].lower()
    if lowered in counts.plain_nouns or lowered in counts.stops:
        return False
    if lowered.endswith("e") and len(lowered) > 2:
        return True
    if printed[0].isupper():
        return False
    if lowered not in counts.adjectives:
        return False
    gap = GAP.match(text, word.end())
    following = WORD.match(text, gap.end()) if gap else None
    if following is None:
        return False
    return following[0].lower().endswith("e") or _is_noun(following[0], counts)


def _is_noun(printed: str, counts: Counts) -> bool:
    """Whether a word can be the plural of something that is counted."""
    lowered = printed.lower()
    if lowered in counts.plain_nouns:
        return not printed[0].isupper()
    if lowered in counts.stops or lowered in counts.verbs or len(lowered) < 3 or number_of(printed) is not None:
        return False
    if printed[0].isupper() or LETTERS_AND_NOUN.fullmatch(printed):
        return bool(DEMONYM.fullmatch(printed) or LETTERS_AND_NOUN.fullmatch(printed))
    if PAST.fullmatch(lowered) or SEPARABLE.fullmatch(lowered):
        return False
    return bool(PLURAL.fullmatch(lowered))


def _coordinated(text: str, end: int, noun: str, counts: Counts) -> tuple[int, list[str]]:
    """The phrase with the nouns that share its number: 'clubs en verenigingen', 'clubs, kerken en scholen'."""
    nouns, position = [noun], end
    pending: list[str] = []
    while comma := COMMA.match(text, position):
        word = WORD.match(text, comma.end())
        if not word or not _is_second_noun(word[0], counts):
            break
        pending.append(word[0].lower())
        position = word.end()
    gap = NOUN_GAP.match(text, position)
    word = WORD.match(text, gap.end()) if gap else None
    if (
        word is not None
        and _is_second_noun(word[0], counts)
        and not re.match(r"[-/]", text[word.end() : word.end() + 1])
    ):
        return word.end(), [*nouns, *pending, word[0].lower()]
    return end, nouns


def _is_second_noun(printed: str, counts: Counts) -> bool:
    lowered = printed.lower()
    if printed[0].isupper() or (re.fullmatch(r"\w+eren", lowered) and lowered not in {"kinderen", "senioren"}):
        return False
    return _is_noun(printed, counts) and counts.noun_out(lowered) is None and lowered not in counts.adjectives


def _about(text: str, start: int, stop: int, nouns: list[str], counts: Counts) -> str:
    """'organisations' where the members of the coalition are counted, else 'other'."""
    if any(counts.organisations.fullmatch(noun) for noun in nouns):
        return "organisations"
    if any(counts.members.fullmatch(noun) for noun in nouns):
        first = max((m.end() for m in SENTENCE.finditer(text, max(0, start - 200), start)), default=max(0, start - 200))
        last = SENTENCE.search(text, stop)
        sentence = text[first : last.start() if last else stop + 200].lower()
        if any(word in counts.cues for word in re.findall(r"[^\W\d_]+", sentence)):
            return "organisations"
    return "other"
