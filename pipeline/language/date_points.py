"""Single printed dates with their parts, before two of them become a stretch of time and get a value."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace

from rapidfuzz import process

from ..rulebook.dates import Dates

WORD = re.compile(r"[^\W_]+")
DAY = re.compile(r"\d+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s<(:])[^\s@]{1,64}@\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/\S*")
POSTCODE = re.compile(r"\s?[A-Z]{2}\b(?!\w)")
WORD_BEFORE = re.compile(r"([^\s(\[]+)[\s(\[]*$")
ROW_BEFORE = re.compile(r"\b\d{1,2}/\d{1,2}[ \u00a0]?(?:,|en|&|of|t/m|tot|tot en met|-|–)[ \u00a0]\Z")
ROW_BEHIND = re.compile(r"[ \u00a0]?(?:,|en|&|of|t/m|tot|tot en met|-|–)[ \u00a0]\d{1,2}/\d{1,2}(?![/\d])")
SET_BEFORE = re.compile(
    r"(?i)\b(?:op|vanaf|per|tot|t/m|uiterlijk|tussen|na|voor|van|dd\.?|data:?|datum:?|sinds)[ \u00a0]\Z"
)
LARGEST_NUMERATOR = 4  # '3/4' may be a fraction
MONTH_BEFORE = re.compile(r"(?i)\b(?:in|tot|vanaf|sinds|per|t/m|april|en|maand)[ \u00a0]\Z")
REACH = 140  # a name of a document is not longer than this many characters
NEAR = 30
SLIP = 80  # per cent of a month's letters that a misspelt one keeps


@dataclass(frozen=True, slots=True)
class Point:
    """One printed date before ranges are made of two of them."""

    start: int
    end: int
    form: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    last_day: int | None = None  # '12 t/m 14 mei'
    season: int | None = None  # EDTF codes 21-24 and 33-36
    last_season: int | None = None
    upto: int | None = None  # last year of a range of years
    opener: bool = False
    months: tuple[int, int] | None = None  # a half year
    unread: bool = False  # printed in a way that level 1 cannot write
    half_open: bool = False  # a season without a year: a date only as the beginning of a range

    @property
    def bare_year(self) -> bool:
        return self.month is None and self.season is None and self.months is None and not self.opener


def read_points(text: str, dates: Dates) -> list[Point]:
    """What is printed like a date, left to right, without overlap."""
    points: list[Point] = []
    blocked = [(m.start(), m.end()) for m in ADDRESS.finditer(text)]
    end = 0
    for word in WORD.finditer(text):
        start = word.start()
        if start < end or not (word[0][0].isdigit() or word[0].lower() in dates.first_words):
            continue
        if any(a <= start < b for a, b in blocked):
            continue
        for form, pattern in dates.forms:
            match = pattern.match(text, start)
            if match and (point := _point(form, match, text, dates)):
                points.append(point)
                end = point.end
                break
    return points


def _point(form: str, match: re.Match[str], text: str, dates: Dates) -> Point | None:
    """The parts of one match; None where it cannot be a date."""
    groups = match.groupdict()
    start, end = match.span()
    year = _year(groups.get("year"))
    point = Point(start, end, form, year=year, opener=bool(groups.get("opener")))
    if groups.get("days"):
        return _days(point, groups, match, dates)
    if groups.get("month"):
        return _month(point, groups["month"] or "", match, dates)
    if groups.get("m"):
        day = int(groups["d"]) if groups.get("d") else None
        month = int(groups["m"] or 0)
        if form == "slashed-day" and not _slashed(match, day or 0, month):
            return None
        return replace(point, month=month, day=day) if _exists(year, month, day) else None
    if groups.get("season"):
        word = " ".join((groups["season"] or "").lower().split())
        start = match.start("opener") if groups.get("opener") else match.start("season")
        return replace(point, start=start, season=dates.season_of[word], half_open=year is None)
    if groups.get("quarter"):
        last = dates.quarter_of[(groups["quarter"] or "").lower()]
        first = dates.quarter_of[(groups.get("from_quarter") or groups["quarter"] or "").lower()]
        return replace(point, season=first, last_season=last if last > first else None)
    if groups.get("q"):
        return replace(point, season=32 + int(groups["q"] or 0))
    if groups.get("half"):
        first = (groups["half"] or "").lower() in {"eerste", "1e"}
        return replace(point, months=(1, 6) if first else (7, 12))
    if groups.get("feast"):
        word = " ".join((groups["feast"] or "").lower().split())
        if word in dates.day_of_feast:
            month, day = (int(part) for part in dates.day_of_feast[word].split("-"))
            return replace(point, month=month, day=day)
        return replace(point, month=dates.feast_of.get(word) or None, opener=True)
    if groups.get("tail"):
        upto = _tail(year or 0, groups["tail"] or "")
        sound = year is not None and year < upto <= year + 60
        return replace(point, upto=upto) if sound else None
    return _bare_year(point, match, text, dates)


def _slashed(match: re.Match[str], day: int, month: int) -> bool:
    """Whether '11/5' is a day: one of a row of them, or behind a preposition. '24/7' and fractions are none."""
    before = match.string[max(0, match.start() - NEAR) : match.start()]
    row = ROW_BEFORE.search(before) or ROW_BEHIND.match(match.string, match.end())
    likely = (day, month) != (24, 7) and (day > LARGEST_NUMERATOR or ROW_BEFORE.search(before) is not None)
    return likely and (row is not None or SET_BEFORE.search(before) is not None)


def _days(point: Point, groups: dict[str, str | None], match: re.Match[str], dates: Dates) -> Point | None:
    printed = groups["days"] or ""
    month = _month_number(groups["month"] or "", dates)
    if month is None:
        return None
    days = [int(d) for d in DAY.findall(printed)]
    if not all(_exists(point.year, month, day) for day in days):
        return None
    if point.year is None:
        point = replace(point, end=match.end("month"))
    point = replace(point, month=month, day=days[0])
    if len(days) == 1:
        return point
    stretch = re.search(r"[-–]|t/m|\btot\b", printed) is not None
    if days != sorted(set(days)):
        return None
    if (stretch and len(days) == 2) or days == list(range(days[0], days[-1] + 1)):
        return replace(point, last_day=days[-1])
    return replace(point, unread=True)


def _month(point: Point, printed: str, match: re.Match[str], dates: Dates) -> Point | None:
    word = printed.lower().rstrip(".")
    month = _month_number(printed, dates)
    if month is None:
        return None
    short = word not in {names[0].rstrip(".") for names in dates.file.months.values()} and len(word) <= 4
    if point.year is None:
        if short and not match["opener"] and not printed.endswith("."):
            return None  # 'Jan' and 'dec' alone are no months
        if word == "mei" and not point.opener and _small_word(match, dates):
            return None
        point = replace(point, end=match.end("month"), half_open=short and not point.opener)
    if word == "jan" and printed[0].isupper() and not printed.endswith(".") and _named_jan(point, match):
        return None
    return replace(point, month=month)


def _small_word(match: re.Match[str], dates: Dates) -> bool:
    """Whether 'mei' is the Frisian word for 'met' or 'mee': the words around it on the line are Frisian."""
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    return dates.frisian.search(line) is not None and MONTH_BEFORE.search(match.string[: match.start()][-NEAR:]) is None


def _named_jan(point: Point, match: re.Match[str]) -> bool:
    """'Harmonie Sint Jan 1848' and 'Jan 2021' behind another capital: a name, not a month."""
    before = match.string[max(0, point.start - NEAR) : point.start]
    return (point.year or 0) < 1990 or re.search(r"[A-ZÀ-Þ][\w.]*[ \u00a0]$", before) is not None


def _bare_year(point: Point, match: re.Match[str], text: str, dates: Dates) -> Point | None:
    """A number of four digits that the words around it let be a year."""
    year, start, end = point.year or 0, match.start("year"), point.end
    if match["year"].startswith(("'", "’", "‘", "`", "´")):
        return None
    after = text[end : end + NEAR]
    if re.match(r"\s?[-–/%]\s?\d|\s?%|[+:.]\d|\s\d{3}\b", after):
        return None
    before = text[max(0, start - NEAR) : start]
    if re.search(r"[€$+#]\s?$|\d[-–/]\s?$", before):
        return None
    previous = WORD_BEFORE.search(before)
    word = previous[1].lower() if previous else ""
    if word in dates.file.not_a_year_before:
        return None
    introduced = point.opener or word in dates.introducers or before.endswith("(")
    following = re.match(r"\s+([^\W\d_]+(?:['’]s)?)", after)
    if following and following[1].lower() in dates.file.not_a_year_after and word not in {"in", "sinds", "vanaf"}:
        return None
    if POSTCODE.match(after) and not introduced:
        return None
    if not 1900 <= year <= 2099 and not introduced:
        return None
    return point


def _year(printed: str | None) -> int | None:
    if not printed:
        return None
    if len(printed) == 4:
        return int(printed)
    short = int(printed[-2:])
    return 2000 + short if short < 70 else 1900 + short


def _tail(year: int, printed: str) -> int:
    digits = re.sub(r"\D", "", printed)
    return int(digits) if len(digits) == 4 else year // 100 * 100 + int(digits)


def _month_number(printed: str, dates: Dates) -> int | None:
    """The month of a printed name; a slip of the pen counts as the nearest month."""
    word = printed.lower().rstrip(".")
    if word in dates.month_of:
        return dates.month_of[word]
    nearest = process.extractOne(word, dates.long_months, score_cutoff=SLIP)
    return dates.month_of[nearest[0]] if nearest else None


def _exists(year: int | None, month: int, day: int | None) -> bool:
    if not 1 <= month <= 12:
        return False
    return day is None or 1 <= day <= calendar.monthrange(year or 2024, month)[1]


# --- years that are parts of names -----------------------------------------------------------------


def without_names(text: str, points: list[Point], dates: Dates) -> tuple[list[Point], set[str]]:
    """The points that are dates, and the ids of the exclusions that took the others away."""
    kept: list[Point] = []
    fired: set[str] = set()
    dropped: Point | None = None
    for point in points:
        why = _exclusions(text, point, dates)
        if not why and dropped is not None and point.bare_year:
            between = text[dropped.end : point.start]
            if re.fullmatch(r"\s*(?:en|,|/|&|t/m|tot|tot en met)\s*", between):
                why = {"document"}
        if why:
            fired |= why
            dropped = point
        else:
            kept.append(point)
    return kept, fired


def _exclusions(text: str, point: Point, dates: Dates) -> set[str]:
    """The ids of the rules by which a bare year belongs to a name or a reference."""
    if not point.bare_year:
        return set()
    line_start = text.rfind("\n", 0, point.start) + 1
    before = text[max(line_start, point.start - REACH) : point.start]
    kinds = {"around"} if text[point.end : point.end + 1] == ")" else set()
    if not _introduced(before, dates) and not _heading_with_year(text, point, before, dates):
        kinds.add("before")
    return {rule for rule, kind, pattern in dates.exclusions if kind in kinds and pattern.search(before)}


def _introduced(before: str, dates: Dates) -> bool:
    """Whether the word before a year shows that a year follows ('sinds', 'in', 'stand')."""
    previous = re.search(r"([^\s(\[]+)\s+$", before)
    return previous is not None and previous[1].lower().strip("(") in dates.introducers


def _heading_with_year(text: str, point: Point, before: str, dates: Dates) -> bool:
    """A line that is one plain word and a year: 'Agenda 2031', 'Resultaten 2021:'."""
    line_end = text.find("\n", point.end)
    after = text[point.end : line_end if line_end >= 0 else len(text)]
    word = before.strip(" \t\u00a0•*-–:").lower()
    return word in dates.heading_words and not after.strip(" \t\u00a0:.")
