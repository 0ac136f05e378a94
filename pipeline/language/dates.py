"""Dates in running text, with EDTF level 1 values: what the text says about a date and nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..records import Found, Label
from ..rulebook import Rulebook
from ..rulebook.dates import Dates
from .date_points import NEAR, Point, read_points, without_names

TUSSEN = re.compile(r"\btussen\s+(?:de\s+|het\s+)?$", re.IGNORECASE)
AND = re.compile(r"\s+en\s+(?:het\s+|de\s+)?")
TOGETHER = re.compile(r"[ \t\u00a0]*(?:,|en|&|/|of|en in|en van)[ \t\u00a0]*", re.IGNORECASE)


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


def find_dates(text: str, rules: Rulebook, context: DateContext | None = None, base: int = 0) -> list[Found]:
    """Every date in `text`; `value` is its EDTF form, empty where the text does not carry it.

    `base` is where `text` begins in the document: the offsets found are those of the document.
    """
    dates = rules.dates
    context = context or DateContext()
    points = read_points(text, dates)
    kept, _ = without_names(text, points, dates)
    found = []
    for first, last in _ranges(text, kept, dates):
        value, end = _value(text, first, last, dates, context, base)
        rule = first.form if last is None else "range"
        start = first.start
        found.append(Found(Label.DATE, base + start, base + end, text[start:end], value=value, rule=rule))
    return found


def date_rules(text: str, rules: Rulebook) -> set[str]:
    """The ids of the forms that find a date in `text` and of the exclusions that keep a year from being one."""
    points = read_points(text, rules.dates)
    kept, fired = without_names(text, points, rules.dates)
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
        points, _ = without_names(content[start:end], read_points(content[start:end], dates), dates)
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
    point = next((p for p in read_points(line, dates) if p.start <= opening.end() + 12 and p.year), None)
    if point is None:
        return ""
    return _edtf(point)


# --- ranges and values -----------------------------------------------------------------------------


def _ranges(text: str, points: list[Point], dates: Dates) -> list[tuple[Point, Point | None]]:
    """Points, two by two where the words between them make one stretch of time of them."""
    rows: list[tuple[Point, Point | None]] = []
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


def _same_grain(first: Point, second: Point) -> bool:
    """'maart en mei 2022', 'voorjaar en najaar van 2022': the year stands for both."""
    return (first.month is None) == (second.month is None) and (first.season is None) == (second.season is None)


def _may_join(first: Point, second: Point) -> bool:
    if first.upto or second.upto or first.last_day or second.last_day or first.unread or second.unread:
        return False
    if first.year is not None and second.year is None and second.month is not None:
        return first.month is not None
    return first.year is None or second.year is None or first.year <= second.year


def _with_year_of(first: Point, second: Point) -> Point:
    """'maart tot juni 2022': the year stands once; 'november tot februari 2022' began the year before."""
    if first.year is not None or second.year is None:
        return first
    if first.month is None:
        return replace(first, year=second.year)
    later = second.month is not None and (first.month, first.day or 0) > (second.month, second.day or 31)
    return replace(first, year=second.year - 1 if later else second.year)


def _value(
    text: str, first: Point, last: Point | None, dates: Dates, context: DateContext, base: int
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


def _doubt(text: str, point: Point, dates: Dates) -> str:
    before = text[max(0, point.start - NEAR) : point.start]
    if text[point.end : point.end + 1] == "?" and text[point.end + 1 : point.end + 2] == ")":
        return "?"
    if hedge := dates.hedge.search(before):
        return "?" if hedge["unsure"] else "~"
    return ""


def _supplied(point: Point, context: DateContext, base: int, shift: int) -> Point:
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


def _edtf(point: Point) -> str:
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
