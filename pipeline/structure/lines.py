"""Source lines with what their layout tells: indentation, list marker, blank lines around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

# Anything that ends a line; a form feed inside a paragraph is a page break and no blank line.
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_WHITE = (
    " \t\x1f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" + _INVISIBLE
)
_EDGES = re.compile(f"[{_WHITE}]*")

_S = f"[{_WHITE}]"
_MARKER = re.compile(
    rf"""
    (?P<bullet>[•▪◦‣·●○■□◆◇►▶➢➤✓✔✗☐☑❖★\uf0b7\uf0a7\uf0d8\uf0fc\uf02d]{_S}*   # never the begin of a word
      | [*–—‐−+>»→¨§]{_S}+(?=\S)
      | -{_S}+(?=\S)
      | [*-](?=[A-ZÀ-Ý][\w'’.]*(?:\s|[;,.]|$))          # "-Gemeente": no space, but a word of its own
      | [oØ]{_S}+(?=\S))
  | (?P<number>\(?\d{{1,2}}{_S}?[.)]{_S}*(?=[^\d\W]|["'“‘(„])         # "1." "1)" "(1)" "2.Creëer", not "12.30"
      | \d{{1,2}}{_S}?[-–:]{_S}+(?=[A-ZÀ-Ý])
      | \((?:[a-z]|[ivx]{{1,4}})\){_S}*(?=\S)
      | (?:[a-z]|[ivx]{{2,4}})\){_S}*(?=\S)
      | [a-z]\.{_S}+(?=\S))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds text. `start`..`end` leaves out outer white space; `body` is where its words begin,
    behind a list marker; `above` and `below` tell whether a blank line (or the edge of the text) is there."""

    start: int
    end: int
    body: int
    marker: str
    indent: int
    text: str  # from `body` to `end`
    above: bool
    below: bool


def read_lines(content: str) -> list[Line]:
    """The lines of a text that hold more than white space, in order; offsets refer to `content` as it is."""
    spans: list[tuple[int, int, int]] = []
    for match in _LINE.finditer(content):
        lead = _EDGES.match(content, match.start(), match.end())
        start = lead.end() if lead else match.start()
        end = match.end()
        while end > start and content[end - 1] in _WHITE:
            end -= 1
        if start < end:
            spans.append((match.start(), start, end))
    lines: list[Line] = []
    for i, (raw, start, end) in enumerate(spans):
        above = i == 0 or _blank_between(content, spans[i - 1][2], start)
        below = i + 1 == len(spans) or _blank_between(content, end, spans[i + 1][1])
        lines.append(_line(content, raw, start, end, above, below))
    return lines


def split_line(content: str, line: Line, at: int) -> tuple[Line, Line]:
    """One line as two, where a heading or an image text shares its line with what follows."""
    first_end = at
    while first_end > line.body and content[first_end - 1] in _WHITE:
        first_end -= 1
    second = at
    while second < line.end and content[second] in _WHITE:
        second += 1
    head = replace(line, end=first_end, text=content[line.body : first_end], below=False)
    tail = Line(second, line.end, second, "", line.indent, content[second : line.end], False, line.below)
    return head, tail


def marker_style(marker: str) -> str:
    """Markers of one list look alike: a bullet is itself, numbers and letters are one style by their bracket."""
    plain = marker.strip(_WHITE)
    if not plain:
        return ""
    if any(c.isdigit() for c in plain):
        return "1" + plain.strip("0123456789" + _WHITE)
    if len(plain) > 1 or (plain.isalpha() and plain not in "oØ"):
        return "a" + plain[-1]
    return "-" if plain in "-–—‐−\uf02d" else plain


def _blank_between(content: str, left: int, right: int) -> bool:
    return len(_BREAK.findall(content, left, right)) > 1


def _line(content: str, raw: int, start: int, end: int, above: bool, below: bool) -> Line:
    indent = sum(4 if c == "\t" else 1 for c in content[raw:start] if c not in _INVISIBLE)
    match = _MARKER.match(content, start, end)
    body = match.end() if match else start
    if body >= end:  # a marker with nothing behind it is text
        match, body = None, start
    marker = content[start:body].strip(_WHITE) if match else ""
    return Line(start, end, body, marker, indent, content[body:end], above, below)
