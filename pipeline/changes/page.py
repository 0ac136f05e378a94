"""The differences between two runs as one HTML page that opens offline, in the style of the report.

Needs the extra `report` (Jinja2).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby
from typing import Any

import yaml

from .. import report
from ..problems import Unusable
from ..report.shown import name, shown
from ..report.words import Words
from .records import About, Change, Changes, Kind, Side
from .written import spaced


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the top of the page."""

    about: About
    change: Kind
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """The differences of one kind of thing, under one heading each municipality, or all together."""

    about: About
    by_place: bool
    groups: Sequence[tuple[str, Sequence[Change]]]


def render(changes: Changes, language: str = "en") -> str:
    """The page as text; `language` is en or nl.

    Raises Unusable where Jinja2 is missing or the language has no words.
    """
    if find_spec("jinja2") is None:
        raise Unusable("the page needs Jinja2: pip install 'coalitie[report]'")
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    words = Words(language, all_words())
    environment = Environment(
        loader=FunctionLoader(lambda path: _text(__package__, f"templates/{path}")),
        autoescape=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=words)
    environment.filters.update(number=words.number, name=name, parts=spaced, remarks=lambda row: _remarks(row, words))
    style = _text(report.__name__, "report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("changes.html").render(
        style=Markup(style),  # noqa: S704  (ours)
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        old=_side(changes.old, words),
        new=_side(changes.new, words),
        figures=_figures(changes),
        notes=[name(note, 400) for note in changes.notes],
        parts=[_part(about, changes) for about in About if about is not About.PARTICIPANT or changes.new.documents],
    )


@cache
def all_words() -> dict[str, dict[str, str]]:
    """key → language → words, as words.yaml has them."""
    found: dict[str, Any] = yaml.safe_load(_text(__package__, "words.yaml"))
    return found


def _figures(changes: Changes) -> list[Figure]:
    kinds = [(row.about, row.change) for row in changes.rows]
    return [Figure(*kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]


def _part(about: About, changes: Changes) -> Part:
    rows = [row for row in changes.rows if row.about is about]
    if about is About.PARTICIPANT:
        return Part(about, True, [(place, list(found)) for place, found in groupby(rows, lambda row: row.municipality)])
    return Part(about, False, [("", rows)] if rows else [])


def _remarks(row: Change, words: Words) -> str:
    cause = words(f"cause.{row.cause.value}") if row.cause else ""
    return "; ".join(part for part in (name(row.details), cause) if part)


def _side(side: Side, words: Words) -> str:
    key, n = ("side.texts", side.documents) if side.documents else ("side.names", side.organisations)
    day = f"{side.started[:10]}, " if side.started else ""
    return words.count(key, n, folder=name(side.folder, 80), day=day)


def _text(package: str, path: str) -> str:
    return (files(package) / path).read_text(encoding="utf-8")
