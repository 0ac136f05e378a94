"""Pull quotes: a quotation that stands alone as a paragraph, with who said it behind a dash."""

from __future__ import annotations

import re

from .lines import Line

_ATTRIBUTION = re.compile(r"^\s*[–—−-]+\s*[A-ZÀ-Ýa-zà-ÿ][^.!?:;]{1,110}$")
_QUOTED_ATTRIBUTION = re.compile(r"^[\"“‘„'’,”][^\n]{8,400}[.!?…,]?[\"”’']\s*[–—−-]\s*[A-ZÀ-Ýa-zà-ÿ][^.!?:;]{1,110}$")
OPEN_QUOTE = re.compile(r"^(?:[\"“‘„”]|,,|'{1,2}(?!s\b|t\b)|’’)")


def find_quotes(lines: list[Line]) -> dict[int, int]:
    """Pull quotes: first line index -> last line index, the line with the attribution after a dash included."""
    quotes: dict[int, int] = {}
    i = 0
    while i < len(lines):
        last = _quote_from(lines, i) if lines[i].above else None
        if last is not None:
            quotes[i] = last
        i = (last if last is not None else i) + 1
    return quotes


def _quote_from(lines: list[Line], i: int) -> int | None:
    first = lines[i]
    if first.marker:
        return None
    if first.below and _QUOTED_ATTRIBUTION.match(first.text):
        return i
    last = i
    while not lines[last].below and last + 1 < len(lines) and last - i < 6:
        last += 1
        line = lines[last]
        if _is_attribution(line):
            alone = line.below and not first.text.rstrip().endswith(":")
            return last if alone else None
        if line.marker:
            return None
    quoted = bool(OPEN_QUOTE.match(first.text)) and lines[last].text.rstrip(" .,!?").endswith(('"', "”", "’", "'"))
    following = lines[last + 1] if last + 1 < len(lines) else None
    if quoted and following is not None and lines[last].below and following.below and _is_attribution(following):
        return last + 1
    return None


def _is_attribution(line: Line) -> bool:
    dashed = line.marker in {"-", "–", "—", "−"} or (not line.marker and line.text[:1] in "-–—−")
    return dashed and len(line.text) <= 110 and bool(_ATTRIBUTION.match("-" + line.text.lstrip("-–—− ")))
