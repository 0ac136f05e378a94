"""A run against gold records: precision, recall and F1 per measure.

Micro-averaged over the texts that have a gold record; a text that the run lacks counts as empty. Only wording counts:
case, kinds of quotes and dashes, white space and outer punctuation are folded. How gold is annotated, and so what each
measure means, is said in docs/tables.md.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .problems import Unusable

_FOLDED = {"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " "}
_FOLDS = str.maketrans({**_FOLDED, "–": "-", "—": "-", "\u00ad": None})
_MARKERS = re.compile(r"^(?:[•*\-o–]\s+|\d+\s*[.)]\s*)+")
_EDGES = " .;,:"
_TABLES = ("documents", "sections", "participants", "entities", "contacts")
_CONTACT = ("name", "role", "organisation", "email", "phone", "url")
_NAMED = frozenset({"organisation"})
_UNNAMED = frozenset({"role", "group", "category"})

Item = tuple[Any, ...]
Bag = Counter[Item]


@dataclass(frozen=True, slots=True)
class Figures:
    """One measure. `n` is how many gold items there are."""

    p: float
    r: float
    f1: float
    n: int


@dataclass(slots=True)
class Measure:
    """Hits, extra and missed items of one measure, added up text by text."""

    hits: int = 0
    extra: list[tuple[str, Item]] = field(default_factory=list)
    missed: list[tuple[str, Item]] = field(default_factory=list)

    def add(self, slug: str, found: Iterable[Item], gold: Iterable[Item]) -> None:
        mine, theirs = Counter(found), Counter(gold)
        self.hits += sum((mine & theirs).values())
        self.extra += [(slug, item) for item in (mine - theirs).elements()]
        self.missed += [(slug, item) for item in (theirs - mine).elements()]

    def figures(self) -> Figures:
        if not self.hits:
            value = 0.0 if self.extra or self.missed else 1.0
            return Figures(value, value, value, len(self.missed))
        p = self.hits / (self.hits + len(self.extra))
        r = self.hits / (self.hits + len(self.missed))
        return Figures(_rounded(p), _rounded(r), _f1(p, r), self.hits + len(self.missed))


@dataclass(frozen=True, slots=True)
class Mention:
    """One gold mention: its wording, the cluster the run put it in, and the one gold puts it in."""

    text: str
    found: str
    gold: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every measure, and the items that were not right."""

    figures: Mapping[str, Figures]
    measures: Mapping[str, Measure]


def evaluate(run: Path, gold: Path, only: frozenset[str] | None = None) -> Evaluation:
    """Compare a run folder with the gold records of a folder, one JSON file per text."""
    if not (run / "documents.csv").is_file():
        raise Unusable(f"{run} is not a run folder with CSV tables: it has no documents.csv")
    if not gold.is_dir():
        raise Unusable(f"{gold} is not a folder with gold records")
    records = [(path.stem, _record(path)) for path in sorted(gold.glob("*.json"))]
    if only is not None:
        unknown = sorted(only - {slug for slug, _ in records})
        if unknown:
            raise Unusable(f"no gold record {unknown[0]}.json in {gold}")
        records = [(slug, record) for slug, record in records if slug in only]
    if not records:
        raise Unusable(f"{gold} holds no gold records (*.json)")
    tables = _tables(run)
    measures: dict[str, Measure] = {}
    mentions: list[Mention] = []
    for slug, record in records:
        rows = {name: tables[name].get(slug, []) for name in _TABLES}
        try:
            for name, found, wanted in compare(rows, record):
                measures.setdefault(name, Measure()).add(slug, found, wanted)
            mentions += _mentions(slug, rows["entities"], record, len(mentions))
        except (KeyError, TypeError, AttributeError) as error:
            raise Unusable(
                f"{gold / slug}.json is not a gold record as docs/tables.md describes it ({error})"
            ) from None
    figures = {name: measure.figures() for name, measure in measures.items()}
    figures["organisation_clusters_b3"] = _b_cubed(mentions)
    figures["organisation_hard_pairs"] = _hard_pairs(mentions)
    return Evaluation(figures, measures)


def report(evaluation: Evaluation, errors: bool = False, as_json: bool = False) -> str:
    """The figures as a table (or JSON), and on request every item that is extra or missed."""
    if as_json:
        plain = {n: {"p": f.p, "r": f.r, "f1": f.f1, "n": f.n} for n, f in evaluation.figures.items()}
        return json.dumps(plain, indent=1) + "\n"
    lines = [f"{'measure':<26}{'P':>8}{'R':>8}{'F1':>8}{'n':>7}"]
    lines += [f"{name:<26}{f.p:>8.3f}{f.r:>8.3f}{f.f1:>8.3f}{f.n:>7}" for name, f in evaluation.figures.items()]
    for name, measure in evaluation.measures.items() if errors else ():
        lines += [f"{name}\t{slug}: extra  {_shown(item)}" for slug, item in measure.extra]
        lines += [f"{name}\t{slug}: missed {_shown(item)}" for slug, item in measure.missed]
    return "\n".join(lines) + "\n"


# --- reading ------------------------------------------------------------------------------------------


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read as JSON ({error})") from None
    if not isinstance(record, dict):
        raise Unusable(f"{path} is not a gold record")
    return record


def _tables(run: Path) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Table → name of the text without extension → its rows."""
    slug_of: dict[str, str] = {}
    tables: dict[str, dict[str, list[dict[str, str]]]] = {}
    for name in _TABLES:
        grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
        path = run / f"{name}.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as handle:
                for row in csv.DictReader(handle):
                    if name == "documents":
                        slug_of[row["document_id"]] = Path(row["source"]).stem
                    grouped[slug_of.get(row["document_id"], "")].append(row)
        tables[name] = grouped
    return tables


# --- comparing ----------------------------------------------------------------------------------------


def compare(
    rows: Mapping[str, Sequence[dict[str, str]]], gold: Mapping[str, Any]
) -> Iterator[tuple[str, list[Item], list[Item]]]:
    """(measure, what the run has, what gold has) for one text. `rows`: its rows of each table, as in the CSV files."""
    document = rows["documents"][0] if rows["documents"] else {}
    for name in ("municipality", "province", "title"):
        yield name, _one(document.get(name)), _one(gold.get(name))
    sections = [row for row in rows["sections"] if row.get("heading")]
    headings = [section for section in gold["sections"] if section["heading"]]
    yield "headings", [_heading(row) for row in sections], [_heading(section) for section in headings]
    yield (
        "section_kinds",
        [(*_heading(row), row["kind"], str(row.get("pillar") or "").split(".")[0]) for row in sections],
        [(*_heading(section), section["kind"], str(section.get("pillar") or "")) for section in headings],
    )
    mine, theirs = rows["participants"], gold["participants"]
    for name, types in (("participants", _NAMED), ("participants_other", _UNNAMED)):
        yield name, _texts(r for r in mine if r["type"] in types), _texts(r for r in theirs if r["type"] in types)
    yield "participant_groups", _grouped(mine), _grouped(theirs)
    organisations = [row for row in rows["entities"] if row["label"] == "organisation"]
    yield "organisation_mentions", _texts(organisations), _texts(_gold_organisations(gold))
    yield ("contacts", *_contacts(rows["contacts"], gold["contacts"]))
    for name, key, value in (("programme", "programmes", ""), ("date", "dates", "edtf"), ("count", "counts", "value")):
        found = [row for row in rows["entities"] if row["label"] == name]
        if not value:  # gold lists each form once
            yield key, list(set(_texts(found))), list({(_plain(text),) for text in gold[key]})
            continue
        yield key, _texts(found), _texts(gold[key])
        yield (
            f"{key}_values",
            [(_plain(row["text"]), _plain(row.get("value"))) for row in found],
            [(_plain(want["text"]), _plain(want.get(value))) for want in gold[key]],
        )


def _contacts(mine: Iterable[Mapping[str, Any]], theirs: Iterable[Mapping[str, Any]]) -> tuple[list[Item], list[Item]]:
    """Fields count only within the row that they belong to: rows are paired by most fields in common."""
    found, wanted = [_contact(row) for row in mine], [_contact(row) for row in theirs]
    common = [(-len(f & w), i, j) for i, f in enumerate(found) for j, w in enumerate(wanted) if f & w]
    partner: dict[int, int] = {}
    for _, i, j in sorted(common):
        if i not in partner and j not in partner.values():
            partner[i] = j
    return (
        [(partner.get(i, f"extra {i}"), *cell) for i, cells in enumerate(found) for cell in sorted(cells)],
        [(j, *cell) for j, cells in enumerate(wanted) for cell in sorted(cells)],
    )


def _contact(row: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset((name, _contact_cell(name, row[name])) for name in _CONTACT if row.get(name))


def _contact_cell(name: str, value: Any) -> str:
    text = _plain(value)
    if name == "phone":
        digits = re.sub(r"\D", "", text.replace("(0)", ""))
        return re.sub(r"^(?:0031|31)(?=\d{9}$)", "0", digits)
    if name == "url":
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", text).rstrip("/")
    return text


def _gold_organisations(gold: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(row for row in gold["participants"] if row["type"] in _NAMED), *gold["mentions"]]


def _mentions(slug: str, entities: Sequence[dict[str, str]], gold: Mapping[str, Any], before: int) -> Iterator[Mention]:
    """Each gold mention with the run's cluster for it; one that the run missed stands alone."""
    free: dict[str, list[str]] = defaultdict(list)
    for row in entities:
        if row["label"] == "organisation":
            free[_plain(row["text"])].append(row["organisation_id"])
    number = before
    for item in _gold_organisations(gold):
        text = _plain(item["text"])
        if item.get("organisation"):
            # A mention without a canonical name in gold leaves the occurrence to the next one.
            cluster = free[text].pop(0) if free[text] else f"missed {slug} {number}"
            number += 1
            yield Mention(text, cluster, _plain(item["organisation"]))


def _b_cubed(mentions: Sequence[Mention]) -> Figures:
    """Per mention, the share of its cluster that belongs there; averaged."""
    if not mentions:
        return Figures(1.0, 1.0, 1.0, 0)
    found, gold = Counter(m.found for m in mentions), Counter(m.gold for m in mentions)
    both = Counter((m.found, m.gold) for m in mentions)
    p = sum(both[m.found, m.gold] / found[m.found] for m in mentions) / len(mentions)
    r = sum(both[m.found, m.gold] / gold[m.gold] for m in mentions) / len(mentions)
    return Figures(_rounded(p), _rounded(r), _f1(p, r), len(mentions))


def _hard_pairs(mentions: Sequence[Mention]) -> Figures:
    """Pairs of mentions that are not trivial: written differently, or written alike but different bodies."""
    together = _pairs(Counter((m.found,) for m in mentions))
    same = _pairs(Counter((m.gold,) for m in mentions))
    both = _pairs(Counter((m.found, m.gold) for m in mentions))
    # Written alike and one body: too easy to count, on either side.
    easy = _pairs(Counter((m.text, m.gold) for m in mentions))
    easy_together = _pairs(Counter((m.text, m.found, m.gold) for m in mentions))
    hits = both - easy_together
    extra = together - both
    missed = (same - both) - (easy - easy_together)
    p = hits / (hits + extra) if hits + extra else float(not missed)
    r = hits / (hits + missed) if hits + missed else float(not extra)
    return Figures(_rounded(p), _rounded(r), _f1(p, r), hits + missed)


def _pairs(sizes: Counter[Item]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


# --- folding ------------------------------------------------------------------------------------------


def _plain(value: Any) -> str:
    text = unicodedata.normalize("NFC", str(value or "")).translate(_FOLDS)
    return " ".join(text.split()).strip(_EDGES).casefold()


def _heading(row: Mapping[str, Any]) -> Item:
    return (_MARKERS.sub("", _plain(row["heading"])).strip(_EDGES),)


def _one(value: Any) -> list[Item]:
    return [(_plain(value),)] if value else []


def _texts(rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    return [(_plain(row["text"]),) for row in rows]


def _grouped(rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    return [
        (_plain(row["text"]), _plain(row.get("group"))) for row in rows if row["type"] in _NAMED and row.get("group")
    ]


def _f1(p: float, r: float) -> float:
    return _rounded(2 * p * r / (p + r)) if p + r else 0.0


def _rounded(value: float) -> float:
    return round(value, 4)


def _shown(item: Item) -> str:
    return str(item[0]) if len(item) == 1 else " | ".join(str(part) for part in item)
