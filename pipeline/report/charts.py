"""Bar charts as SVG for a page: drawn by matplotlib, coloured by the page's style sheet, told apart by hatching."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
# Colours that only name a role; the page's style sheet says what each looks like.
_ROLES = {"#010101": "ink", "#020202": "bar", "#030303": "paper", "#040404": "faint"}
_INK, _BAR, _PAPER, _FAINT = _ROLES
_LOOKS = ((_BAR, ""), (_PAPER, "////"), (_PAPER, ""))  # of the first, second and third part of a bar: face, hatching
_WIDTH = 410  # points; a column of the page is about as many pixels wide
_LETTER = 5.9  # points
_KEPT = ("stroke-width", "text-anchor")  # the rest of matplotlib's styling is the page's business
_LONG_NUMBER = re.compile(r"(?<=[\s\"(])(-?\d+\.\d)\d+")
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "coalitie",
    "font.size": 10.5,
    "hatch.linewidth": 1.0,
    "font.family": "sans-serif",
}


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar."""

    label: str
    values: tuple[int, ...]


def bars(chart: str, title: str, labels: Sequence[str], series: Sequence[Series], ends: Sequence[str]) -> Markup:
    """Lying bars, one per label, the first on top; `ends` is written behind each. `chart` is an id for the page."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    legend = len(series) > 1
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever the user's own settings are
        mpl.rcParams.update(_SETTINGS)
        figure = Figure(figsize=(_WIDTH / 72, 0.34 * len(labels) + (0.5 if legend else 0.12)))
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        _draw(axes, labels, series, ends)
        if legend:
            handles, names = axes.get_legend_handles_labels()
            figure.legend(handles, names, loc="upper left", ncols=len(series), frameon=False, labelcolor=_INK)
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    return _for_page(written.getvalue(), chart, title)


def _draw(axes: Any, labels: Sequence[str], series: Sequence[Series], ends: Sequence[str]) -> None:
    rows = range(len(labels))
    starts = [0] * len(labels)
    for part, (face, hatch) in zip(series, _LOOKS, strict=False):
        axes.barh(
            rows, part.values, 0.64, starts, color=face, edgecolor=_BAR, hatch=hatch, linewidth=1, label=part.label
        )
        starts = [start + value for start, value in zip(starts, part.values, strict=True)]
    longest = max([*starts, 1])
    # Left of nought stand the labels, right of the bars their ends: as wide as their letters need.
    left, right = (max(map(len, texts)) * _LETTER / _WIDTH + 0.03 for texts in (labels, ends))
    left = min(left, 0.5)
    unit = longest / (1 - left - right)
    axes.set_xlim(-left * unit, longest + right * unit)
    axes.set_ylim(len(labels) - 0.4, -0.55 - (1.3 if len(series) > 1 else 0))
    axes.axis("off")
    axes.plot([0, 0], [-0.5, len(labels) - 0.5], color=_FAINT, linewidth=1)
    for row, (label, end) in enumerate(zip(labels, ends, strict=True)):
        axes.text(-0.012 * unit, row, label, ha="right", va="center_baseline", color=_INK)
        axes.text(starts[row] + 0.012 * unit, row, end, ha="left", va="center_baseline", color=_INK)


def _for_page(svg: str, chart: str, title: str) -> Markup:
    """Inline styles become classes (the page forbids them), ids become the chart's own, unused ones go."""
    root = ElementTree.fromstring(svg)  # noqa: S314  (matplotlib's own)
    used = sorted(set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", svg)))
    new = {old: f"{chart}-{number}" for number, old in enumerate(used)}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("metadata", "style")) or callable(child.tag):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        _restyle(element)
        identity = element.attrib.pop("id", None)
        if identity in new:
            element.set("id", new[identity])
        if _LINK in element.attrib:
            element.set("href", "#" + new[element.attrib.pop(_LINK)[1:]])
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{new[found.group(1)]})", value))
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("role", "img")
    root.set("aria-label", title)
    root.set("class", "chart")
    root.tail = None
    written = re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))
    return Markup(_LONG_NUMBER.sub(r"\1", written))  # noqa: S704  (ElementTree escaped it)


def _restyle(element: ElementTree.Element) -> None:
    rules: dict[str, str] = {}
    for rule in element.attrib.pop("style", "").split(";"):
        key, _, value = rule.partition(":")
        rules[key.strip()] = value.strip()
    classes = []
    for paint, letter in (("fill", "f"), ("stroke", "s")):
        value = rules.get(paint) or element.attrib.pop(paint, "")
        if value in _ROLES:
            classes.append(f"{letter}-{_ROLES[value]}")
        elif value:
            element.set(paint, value)
    for key in _KEPT:
        if key in rules:
            element.set(key, rules[key])
    if classes:
        element.set("class", " ".join(classes))
