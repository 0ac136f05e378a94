"""Dates in running text, with EDTF level 1 values: what the text says about a date and nothing more."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import process

from ..records import Found, Label
from ..rulebook import Rulebook
from ..rulebook.dates import Dates

WORD = re.compile(r"[^\W_]+")
DAY = re.compile(r"\d+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s<(:])[^\s@]{1,64}@\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/\S*")
POSTCODE = re.compile(r"\s?[A-Z]{2}\b(?!\w)")
WORD_BEFORE = re.compile(r"([^\s(\[]+)[\s(\[]*$")
TUSSEN = re.compile(r"\btussen\s+(?:de\s+|het\s+)?$", re.IGNORECASE)
AND = re.compile(r"\s+en\s+(?:het\s+|de\s+)?")
TOGETHER = re.compile(r"[ \t\u00a0]*(?:,|en|&|/|of|en in|en van)[ \t\u00a0]*", re.IGNORECASE)
REACH = 140  # a name of a document is not longer than this many characters
NEAR = 30
SLIP = 80  # per cent of a month's letters that a misspelt one keeps


@dataclass(frozen=True, slots=True)
class DateContext:
    """Years that the text itself gives to dates without one.

    `years` are (start, end, year) stretches under a heading that names one year; `published` is the date of
    the text on its first line ('2018-10').
    """

    years: tuple[tuple[int, int, int], ...] = ()
    published: str = ""

    def year_at(self, position: int) -> int | None:
        """The year of the heading above this position."""
        return next((year for start, end, year in self.years if start <= position < end), None)


@dataclass(frozen=True, slots=True)
class _Point:
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


def find_dates(text: str, rules: Rulebook, context: DateContext | None = None, base: int = 0) -> list[Found]:
    """Every date in `text`; `value` is its EDTF form, empty where the text does not carry it.

    `base` is where `text` begins in the document: the offsets found are those of the document.
    """
    dates = rules.dates
    context = context or DateContext()
    points = _points(text, dates)
    kept, _ = _without_names(text, points, dates)
    found = []
    for first, last in _ranges(text, kept, dates):
        value, end = _value(text, first, last, dates, context, base)
        rule = first.form if last is None else "range"
        start = first.start
        found.append(Found(Label.DATE, base + start, base + end, text[start:end], value=value, rule=rule))
    return found


def date_rules(text: str, rules: Rulebook) -> set[str]:
    """The ids of the forms that find a date in `text` and of the exclusions that keep a year from being one."""
    points = _points(text, rules.dates)
    kept, fired = _without_names(text, points, rules.dates)
    rows = _ranges(text, kept, rules.dates)
    return fired | {point.form for row in rows for point in row if point is not None}


def date_context(content: str, headings: Iterable[tuple[int, int]], rules: Rulebook) -> DateContext:
    """The years that a document shows for its own dates: its first line, and headings with one year.

    `headings` are (start, end) spans in the document.
    """
    dates = rules.dates
    spans = sorted(headings)
    years = []
    for i, (start, end) in enumerate(spans):
        points, _ = _without_names(content[start:end], _points(content[start:end], dates), dates)
        named = {point.year for point in points if point.year is not None and point.upto is None}
        if len(named) == 1:
            following = spans[i + 1][0] if i + 1 < len(spans) else len(content)
            years.append((end, following, named.pop() or 0))
    return DateContext(tuple(years), _published(content, dates))


def _published(content: str, dates: Dates) -> str:
    line = next((line for line in content.splitlines() if line.strip()), "")
    opening = dates.published.match(line)
    if not opening:
        return ""
    point = next((p for p in _points(line, dates) if p.start <= opening.end() + 12 and p.year), None)
    if point is None:
        return ""
    return _edtf(point)


# --- single dates ----------------------------------------------------------------------------------


def _points(text: str, dates: Dates) -> list[_Point]:
    """What is printed like a date, left to right, without overlap."""
    points: list[_Point] = []
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


def _point(form: str, match: re.Match[str], text: str, dates: Dates) -> _Point | None:
    """The parts of one match; None where it cannot be a date."""
    groups = match.groupdict()
    start, end = match.span()
    year = _year(groups.get("year"))
    point = _Point(start, end, form, year=year, opener=bool(groups.get("opener")))
    if groups.get("days"):
        return _days(point, groups, match, dates)
    if groups.get("month"):
        return _month(point, groups["month"] or "", match, dates)
    if groups.get("m"):
        day = int(groups["d"]) if groups.get("d") else None
        month = int(groups["m"] or 0)
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
        return replace(point, month=dates.feast_of.get(word) or None, opener=True)
    if groups.get("tail"):
        upto = _tail(year or 0, groups["tail"] or "")
        sound = year is not None and year < upto <= year + 60
        return replace(point, upto=upto) if sound else None
    return _bare_year(point, match, text, dates)


def _days(point: _Point, groups: dict[str, str | None], match: re.Match[str], dates: Dates) -> _Point | None:
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


def _month(point: _Point, printed: str, match: re.Match[str], dates: Dates) -> _Point | None:
    word = printed.lower().rstrip(".")
    month = _month_number(printed, dates)
    if month is None:
        return None
    short = word not in {names[0].rstrip(".") for names in dates.file.months.values()} and len(word) <= 4
    if point.year is None:
        if short and not match["opener"] and not printed.endswith("."):
            return None  # 'Jan' and 'dec' alone are no months
        point = replace(point, end=match.end("month"), half_open=short and not point.opener)
    if word == "jan" and printed[0].isupper() and not printed.endswith(".") and _named_jan(point, match):
        return None
    return replace(point, month=month)


def _named_jan(point: _Point, match: re.Match[str]) -> bool:
    """'Harmonie Sint Jan 1848' and 'Jan 2021' behind another capital: a name, not a month."""
    before = match.string[max(0, point.start - NEAR) : point.start]
    return (point.year or 0) < 1990 or re.search(r"[A-ZÀ-Þ][\w.]*[ \u00a0]$", before) is not None


def _bare_year(point: _Point, match: re.Match[str], text: str, dates: Dates) -> _Point | None:
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


def _without_names(text: str, points: list[_Point], dates: Dates) -> tuple[list[_Point], set[str]]:
    """The points that are dates, and the ids of the exclusions that took the others away."""
    kept: list[_Point] = []
    fired: set[str] = set()
    dropped: _Point | None = None
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


def _exclusions(text: str, point: _Point, dates: Dates) -> set[str]:
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


def _heading_with_year(text: str, point: _Point, before: str, dates: Dates) -> bool:
    """A line that is one plain word and a year: 'Agenda 2031', 'Resultaten 2021:'."""
    line_end = text.find("\n", point.end)
    after = text[point.end : line_end if line_end >= 0 else len(text)]
    word = before.strip(" \t\u00a0•*-–:").lower()
    return word in dates.heading_words and not after.strip(" \t\u00a0:.")


# --- ranges and values -----------------------------------------------------------------------------


def _ranges(text: str, points: list[_Point], dates: Dates) -> list[tuple[_Point, _Point | None]]:
    """Points, two by two where the words between them make one stretch of time of them."""
    rows: list[tuple[_Point, _Point | None]] = []
    i = 0
    while i < len(points):
        first = points[i]
        second = points[i + 1] if i + 1 < len(points) else None
        if second is not None:
            between = text[first.end : second.start]
            opened = TUSSEN.search(text[max(0, first.start - NEAR) : first.start])
            linked = dates.until.fullmatch(between) is not None
            linked = linked or (opened is not None and AND.fullmatch(between) is not None)
            linked = linked or (between == "/" and first.year is None and _same_grain(first, second))
            if linked and _may_join(first, second):
                rows.append((_with_year_of(first, second), second))
                i += 2
                continue
            if TOGETHER.fullmatch(between) and _same_grain(first, second):
                first = _with_year_of(first, second)
        if not first.half_open or first.year is not None:
            rows.append((first, None))
        i += 1
    return rows


def _same_grain(first: _Point, second: _Point) -> bool:
    """'maart en mei 2022', 'voorjaar en najaar van 2022': the year stands for both."""
    return (first.month is None) == (second.month is None) and (first.season is None) == (second.season is None)


def _may_join(first: _Point, second: _Point) -> bool:
    if first.upto or second.upto or first.last_day or second.last_day or first.unread or second.unread:
        return False
    if first.year is not None and second.year is None and second.month is not None:
        return first.month is not None
    return first.year is None or second.year is None or first.year <= second.year


def _with_year_of(first: _Point, second: _Point) -> _Point:
    """'maart tot juni 2022': the year stands once; 'november tot februari 2022' began the year before."""
    if first.year is not None or second.year is None:
        return first
    if first.month is None:
        return replace(first, year=second.year)
    later = second.month is not None and (first.month, first.day or 0) > (second.month, second.day or 31)
    return replace(first, year=second.year - 1 if later else second.year)


def _value(
    text: str, first: _Point, last: _Point | None, dates: Dates, context: DateContext, base: int
) -> tuple[str, int]:
    """The EDTF value of one row, and where its text ends."""
    end = (last or first).end
    wanting = last or first
    shift = 0
    if wanting.year is None:
        after = dates.beside.match(text, end)
        if after:
            end = after.end()
            shift = 1 if after["coming"] else -1
        before = text[max(0, first.start - NEAR) : first.start]
        if nearby := dates.in_front.search(before):
            shift = 1 if nearby["coming"] else -1
        wanting = _supplied(wanting, context, base, shift)
    if last is None:
        value = _edtf(wanting)
        if value and wanting.bare_year and len(value) == 4:
            value += _doubt(text, first, dates)
        return value, end
    first = _with_year_of(first, wanting)
    if first.year is not None and wanting.year is None and wanting.month is not None:
        # '5 december 2021 tot 3 januari': the first one carries the year
        earlier = (wanting.month, wanting.day or 31) < (first.month or 0, first.day or 0)
        wanting = replace(wanting, year=first.year + earlier)
    a, b = _edtf(first), _edtf(wanting)
    if not a or not b:
        return "", end
    return (a if a == b else f"{a}/{b}"), end


def _doubt(text: str, point: _Point, dates: Dates) -> str:
    before = text[max(0, point.start - NEAR) : point.start]
    if text[point.end : point.end + 1] == "?" and text[point.end + 1 : point.end + 2] == ")":
        return "?"
    if hedge := dates.hedge.search(before):
        return "?" if hedge["unsure"] else "~"
    return ""


def _supplied(point: _Point, context: DateContext, base: int, shift: int) -> _Point:
    """The point with the year that the document gives to it."""
    if point.month is None:
        return point
    year = context.year_at(base + point.start)
    if year is None and context.published:
        year = int(context.published[:4])
        month, day = int(context.published[5:7] or 0), int(context.published[8:10] or 0)
        here = (point.month, point.day or 0) if day else (point.month, 0)
        there = (month, day)
        if month and shift > 0 and here < there:
            year += 1
        elif month and shift < 0 and here > there:
            year -= 1
    return point if year is None else replace(point, year=year)


def _edtf(point: _Point) -> str:
    """EDTF level 1, empty where it cannot be written."""
    if point.year is None or point.unread:
        return ""
    year = f"{point.year:04}"
    if point.upto is not None:
        return f"{year}/{point.upto:04}"
    if point.months is not None:
        return f"{year}-{point.months[0]:02}/{year}-{point.months[1]:02}"
    if point.season is not None:
        value = f"{year}-{point.season}"
        return f"{value}/{year}-{point.last_season}" if point.last_season else value
    if point.month is None:
        return year
    if point.day is None:
        return f"{year}-{point.month:02}"
    value = f"{year}-{point.month:02}-{point.day:02}"
    return f"{value}/{year}-{point.month:02}-{point.last_day:02}" if point.last_day else value
