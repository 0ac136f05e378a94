"""A run → the text of the page. Everything else of this package makes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..records import Band
from ..rows import DocumentRow
from ..run_folder import StoredRun
from .coalitions import find_coalitions, spread_of
from .coverage import chart_of_gaps, find_gaps
from .documents import LETTERS, Found, by_document, marked_text
from .facts import read_facts
from .matrix import build_matrix
from .network import Network, draw
from .organisations import break_down, chart_of_spread, chart_of_types, class_name
from .shown import name, shown
from .standings import GROUPS, group_pairs
from .words import Words

MOST_BYTES = 5_900_000  # of the page; a browser opens that at once, and mail still takes it
_INDEXED = 2_000  # texts that have a line of their own
_LISTED = 500  # rows of any other list
_PAIRS = dict(zip(GROUPS, (250, 250, 250, 60, 60), strict=True))


@dataclass(frozen=True, slots=True)
class Page:
    """The page, how many texts it shows in full, and in words what it leaves out."""

    html: str
    texts: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the top of the page, and the part of the page that is about it."""

    anchor: str
    key: str
    n: int


class _Builder:
    """One page in the making."""

    def __init__(self, run: StoredRun, language: str, most_bytes: int) -> None:
        self._run = run
        self._words = Words(language)
        self._most = most_bytes
        documents = run.tables.documents[:_INDEXED]
        self._number = {row.document_id: at for at, row in enumerate(documents)}
        self._by_id = {row.document_id: row for row in documents}
        self._templates = self._environment()

    def page(self) -> Page:
        """The page with as many texts as fit, the shortest first where not all do."""
        found = by_document(self._run.tables)[:_INDEXED]
        sections = [self._document(item) for item in found]
        frame = self._frame((), found, frozenset(), ())
        room = self._most - len(frame.encode())
        kept = self._fitting(sections, room)
        left_out = self._left_out(len(found), len(kept))
        texts = Markup("").join(Markup(sections[at]) for at in sorted(kept))  # noqa: S704  (rendered with escaping)
        html = self._frame(left_out, found, frozenset(kept), texts)
        has_texts = sum(found[at].document.document_id in self._run.contents for at in kept)
        return Page(html, has_texts, left_out)

    @staticmethod
    def _fitting(sections: Sequence[str], room: int) -> frozenset[int]:
        kept = []
        for size, at in sorted((len(section.encode()), at) for at, section in enumerate(sections)):
            room -= size
            if room < 0:
                break
            kept.append(at)
        return frozenset(kept)

    def _left_out(self, indexed: int, kept: int) -> tuple[str, ...]:
        words, total = self._words, len(self._run.tables.documents)
        found = []
        if kept < indexed:
            found.append(words("left-out.texts", n=indexed - kept, total=total))
        if indexed < total:
            found.append(words("left-out.index", n=total - indexed, total=total))
        if self._run.has_documents and total and not self._run.contents:
            found.append(words("left-out.contents"))
        return tuple(found)

    def _document(self, found: Found) -> str:
        content = self._run.contents.get(found.document.document_id)
        text = marked_text(found, content, self._words) if content is not None else None
        return self._templates.get_template("document.html").render(found=found, text=text)

    def _frame(self, left_out: Sequence[str], found: Sequence[Found], kept: frozenset[int], texts: object) -> str:
        parts = self._parts
        style, script = _data("report.css"), _data("report.js")
        return self._templates.get_template("page.html").render(
            **parts,
            style=Markup(style),  # noqa: S704  (ours)
            script=Markup(script),  # noqa: S704  (ours)
            policy=_policy(style, script),
            left_out=left_out,
            found=found,
            kept=kept,
            texts=texts,
        )

    @cached_property
    def _parts(self) -> Mapping[str, Any]:
        """All parts of the page but the texts."""
        run, words, tables = self._run, self._words, self._run.tables
        parts: dict[str, Any] = {"run": run, "tables": tables, "facts": read_facts(run.facts), "listed": _LISTED}
        coalitions = find_coalitions(tables)
        parts["figures"] = self._figures(bool(coalitions.shared))
        spread = (
            {member.organisation_id: len(member.where) for member in coalitions.members}
            if run.has_documents
            else spread_of(tables)
        )
        breakdown = break_down(tables.organisations, spread)
        parts["coalitions"], parts["breakdown"] = coalitions, breakdown
        if breakdown.rows:
            parts["types"] = chart_of_types(breakdown, words, run.has_documents)
            parts["spread"] = chart_of_spread(breakdown, words, run.has_documents)
        if tables.documents:
            parts["gaps"] = find_gaps(tables)
            parts["gap_chart"] = chart_of_gaps(parts["gaps"], len(tables.documents), words)
        if coalitions.shared:
            parts["network"] = draw(coalitions)
            parts["network_data"] = self._network_data(parts["network"])
            parts["matrix"] = build_matrix(coalitions)
        parts["pairs"] = group_pairs(run, _PAIRS)
        return parts

    def _figures(self, shared: bool) -> tuple[Figure, ...]:
        """`shared`: whether the page has a matrix."""
        tables = self._run.tables
        organisations = Figure("organisations", "organisations", len(tables.organisations))
        waiting = sum(row.band is Band.REVIEW and row.judgement is None for row in tables.duplicates)
        if not self._run.has_documents:
            names = Figure("came-in", "names", len(tables.organisation_names))
            return names, organisations, Figure("pairs", "waiting", waiting)
        texts = bool(tables.documents)
        places = len({row.municipality for row in tables.documents if row.municipality})
        return (
            Figure("documents" if texts else "came-in", "texts", len(tables.documents)),
            Figure("coverage" if texts else "came-in", "municipalities", places),
            Figure("matrix" if shared else "organisations", "participants", len(tables.participants)),
            organisations,
            Figure("pairs", "waiting", waiting),
            Figure("came-in", "failed", len(tables.errors)),
        )

    def _network_data(self, network: Network) -> Markup:
        """What the page's script needs to point at an organisation or municipality: JSON for a script element."""
        data = {
            "places": [[name(spot.place.name), spot.x, spot.y] for spot in network.spots],
            "nodes": [[name(node.member.name), node.x, node.y, sorted(node.member.where)] for node in network.nodes],
            "words": {key: self._words(f"script.{key}") for key in ("in", "shares", "nothing")},
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return Markup(text.replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " "))  # noqa: S704

    def _environment(self) -> Environment:
        environment = Environment(
            loader=FunctionLoader(lambda name: _data(f"templates/{name}")),
            autoescape=True,
            finalize=lambda value: shown(value) if type(value) is str else value,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        words = self._words
        environment.globals.update(
            t=words,
            class_name=lambda limits: class_name(limits, words),
            anchor=self._anchor,
            document=self._by_id.get,
            title=_title,
            letters=LETTERS,
        )
        environment.filters.update(number=words.number, decimal=words.decimal, name=name)
        return environment

    def _anchor(self, document_id: str) -> str:
        """Where a text stands on the page; empty where it has no place of its own."""
        at = self._number.get(document_id)
        return "" if at is None else f"d{at + 1}"


def render(run: StoredRun, language: str = "en", most_bytes: int = MOST_BYTES) -> Page:
    """The page of a run, at most about `most_bytes` long."""
    return _Builder(run, language, most_bytes).page()


def _title(row: DocumentRow) -> str:
    """What a text is called on the page."""
    return name(row.title) or name(row.source)


def _data(path: str) -> str:
    return (files(__package__) / path).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, and nothing run but what stands on the page from the start."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
