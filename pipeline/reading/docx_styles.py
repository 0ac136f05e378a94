"""What the styles and the numbering of a DOCX say of a paragraph: heading or item, its marker, space around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .composing import BULLET

# Names and ids; Word keeps built-in names in English, other programs write them in their own language.
_HEADING = re.compile(r"(?:heading|kop|title|titel|subtitle|ondertitel|überschrift|titre) ?\d?", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|inhopg|inhoud) ?\d", re.IGNORECASE)
_LISTED = re.compile(r"(?:list bullet|list number|lijst opsom\.|lijstnummering|listbullet|listnumber) ?(\d?)", re.I)
_ON = {None, "1", "true", "on"}
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Look:
    """The look of one paragraph. Spaces are in twentieths of a point; `list_id` is '' outside lists."""

    heading: bool
    contents: bool  # a line of the table of contents
    list_id: str
    level: int
    before: int
    after: int


class Styles:
    """The paragraph styles of a file, by id; `root` is None where there are none."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: Element | None = None
        self._body = root.find("w|docDefaults/w|pPrDefault/w|pPr") if root is not None else None
        for style in root.iter("w|style") if root is not None else ():
            if style.get("w|type", "paragraph") == "paragraph":
                self._styles[style.get("w|styleId", "")] = style
                if is_on(style, "w|default", default="0"):
                    self._default = style

    def look(self, properties: Element | None) -> Look:
        """What holds for a paragraph with these properties of its own."""
        chain = list(self._chain(properties))
        names = _names(chain[0]) if chain else []
        levels = [properties, *(style.find("w|pPr") for style in chain)]
        outline = _number(_first(levels, "w|outlineLvl", "w|val"), 9)
        list_id = _first(levels, "w|numPr/w|numId", "w|val")
        level = _number(_first(levels, "w|numPr/w|ilvl", "w|val"), 0)
        listed = next((match for name in names if (match := _LISTED.fullmatch(name))), None)
        if listed:
            level, list_id = max(level, int(listed[1] or 1) - 1), list_id or "?"
        contents = any(_CONTENTS.fullmatch(name) for name in names)
        heading = outline < 9 or any(_HEADING.fullmatch(name) for name in names)
        before, after = (_number(_first([*levels, self._body], "w|spacing", f"w|{side}"), 0) for side in _SIDES)
        return Look(
            heading and not contents, contents, "" if list_id in {None, "0"} else str(list_id), level, before, after
        )

    def _chain(self, properties: Element | None) -> Iterator[Element]:
        """The style of a paragraph and those that it is based on."""
        style_id = _first([properties], "w|pStyle", "w|val")
        style = self._styles.get(style_id) if style_id is not None else None
        style = self._default if style is None else style
        seen: set[str] = set()
        while style is not None and style.get("w|styleId", "") not in seen:
            seen.add(style.get("w|styleId", ""))
            yield style
            style = self._styles.get(_first([style], "w|basedOn", "w|val") or "")


_SIDES = ("before", "after")


class Numbering:
    """The lists of a file; counts as a printer would, so that an item gets the number that a reader sees."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, dict[int, Element]] = {}
        self._lists: dict[str, tuple[str, Element]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if root is None:
            return
        for abstract in root.findall("w|abstractNum"):
            levels = {_number(level.get("w|ilvl"), 0): level for level in abstract.findall("w|lvl")}
            self._abstract[abstract.get("w|abstractNumId", "")] = levels
        for number in root.findall("w|num"):
            abstract_id = _first([number], "w|abstractNumId", "w|val") or ""
            self._lists[number.get("w|numId", "")] = (abstract_id, number)

    def marker(self, list_id: str, level: int) -> str:
        """The marker of the next item of a list; '' where the list prints none, a bullet where nothing is known."""
        if list_id not in self._lists:
            return BULLET
        abstract_id, number = self._lists[list_id]
        levels = {**self._abstract.get(abstract_id, {}), **_overriding(number)}
        here = levels.get(level)
        if here is None:
            return BULLET
        counts = self._counts.setdefault(abstract_id, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for override in number.findall("w|lvlOverride"):
                start = _first([override], "w|startOverride", "w|val")
                if start is not None:
                    counts[_number(override.get("w|ilvl"), 0)] = _number(start, 1) - 1
        counts[level] = counts.get(level, _start(here) - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _printed(levels, level, counts)


def is_on(element: Element, attribute: str, *, default: str | None = None) -> bool:
    """Whether a switch is on: an absent value means `default`, which by itself is on."""
    return element.get(attribute, default) in _ON


def _overriding(number: Element) -> dict[int, Element]:
    found = ((_number(o.get("w|ilvl"), 0), o.find("w|lvl")) for o in number.findall("w|lvlOverride"))
    return {level: element for level, element in found if element is not None}


def _printed(levels: dict[int, Element], level: int, counts: dict[int, int]) -> str:
    form = _first([levels[level]], "w|numFmt", "w|val") or "decimal"
    text = _first([levels[level]], "w|lvlText", "w|val") or ""
    if form == "bullet":
        return BULLET
    if form == "none" and not _PLACEHOLDER.sub("", text).strip():
        return ""

    def shown(match: re.Match[str]) -> str:
        other = int(match[1]) - 1
        if other not in levels:
            return ""
        count = counts.get(other, _start(levels[other]))
        return counted(count, _first([levels[other]], "w|numFmt", "w|val") or "decimal")

    marker = " ".join(_PLACEHOLDER.sub(shown, text).split())
    return marker if any(c.isalnum() for c in marker) else BULLET if marker else ""


def counted(count: int, form: str) -> str:
    """A number as a list prints it: 3 → '3', 'c', 'iii'."""
    if form in {"lowerLetter", "upperLetter", "a", "A"} and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min(1 + (count - 1) // 26, 5)
        return letter if form[0] in "la" else letter.upper()
    if form in {"lowerRoman", "upperRoman", "i", "I"} and 0 < count < 40:
        rest, roman = count, ""
        for value, sign in _ROMAN:
            roman += sign * (rest // value)
            rest %= value
        return roman if form[0] in "li" else roman.upper()
    return "" if form == "none" else str(count)


def _names(style: Element) -> list[str]:
    return [style.get("w|styleId", ""), _first([style], "w|name", "w|val") or ""]


def _start(level: Element) -> int:
    return _number(_first([level], "w|start", "w|val"), 1)


def _first(elements: list[Element | None] | list[Element], path: str, attribute: str) -> str | None:
    """The attribute of the first of some elements that says it."""
    for element in elements:
        for found in element.findall(path) if element is not None else ():
            if attribute in found.attrib:
                return found.attrib[attribute]
    return None


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else default
