"""Labelled pairs of names, from files of pairs, from stewards' judgements, and from annotated documents."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from ..pipeline.organisations import read_judgements
from ..pipeline.organisations.judgements import standing
from ..pipeline.problems import Unusable
from ..pipeline.records import NameKey, Verdict

HARDEST = 2  # per name in a document: how many of the most alike names of other bodies become negatives


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two names and whether they are one body. `together`: one document prints both. `hidden`: to be measured as if
    nobody knew the bodies of rules/organisations.csv, so that the model learns what to do where it knows nothing."""

    a: NameKey
    b: NameKey
    same: bool
    source: str
    together: bool = False
    hidden: bool = False
    weight: float = 1.0


_COLUMNS = ("name_a", "municipality_a", "name_b", "municipality_b", "same")


def read_pairs(path: Path) -> tuple[LabelledPair, ...]:
    """A CSV with the columns name_a, municipality_a, name_b, municipality_b and same (yes or no)."""
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}; name a CSV file with labelled pairs") from None
    with file:
        reader = csv.DictReader(file)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise Unusable(f"{path}, line 1: column {missing[0]} is missing; needed are {', '.join(_COLUMNS)}")
        found = []
        for row in reader:
            if row["same"] not in ("yes", "no"):
                raise Unusable(f"{path}, line {reader.line_num}: same is {row['same']!r}; expected yes or no")
            a, b = (NameKey(row[f"name_{side}"], row[f"municipality_{side}"]) for side in "ab")
            found.append(LabelledPair(a, b, row["same"] == "yes", path.stem))
    return tuple(found)


def from_judgements(path: Path) -> tuple[LabelledPair, ...]:
    """What stewards decided; the word that counts about a pair, and an `unsure` or a disagreement is no label."""
    found = (holds.judgement for holds in standing(read_judgements(path)).values())
    return tuple(
        LabelledPair(j.a, j.b, j.verdict is Verdict.SAME, path.stem)
        for j in found
        if j is not None and j.verdict is not Verdict.UNSURE
    )


def from_documents(folder: Path) -> tuple[LabelledPair, ...]:
    """Pairs of names within each annotated document: all of one body, and the most alike ones of two bodies."""
    out: list[LabelledPair] = []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        bodies = {
            row["text"]: row["organisation"]
            for row in (*record["participants"], *record["mentions"])
            if row.get("organisation")
        }
        out += _of_document(bodies, record.get("municipality") or "", path.stem)
    return tuple(out)


def _of_document(bodies: dict[str, str], municipality: str, document: str) -> Iterator[LabelledPair]:
    names = sorted(bodies)
    for at, name in enumerate(names):
        others = [other for other in names if bodies[other] != bodies[name]]
        hardest = sorted(others, key=lambda other: (-fuzz.token_set_ratio(name, other), other))[:HARDEST]
        same = [other for other in names[at + 1 :] if bodies[other] == bodies[name]]
        for other in (*same, *(o for o in hardest if o > name)):
            a, b = NameKey(name, municipality), NameKey(other, municipality)
            yield LabelledPair(a, b, bodies[other] == bodies[name], f"document {document}", together=True)


def distinct(pairs: Iterable[LabelledPair]) -> tuple[LabelledPair, ...]:
    """Each pair once, in an order that does not depend on that of the sources; the first label wins."""
    seen: dict[tuple[NameKey, NameKey, bool, bool], LabelledPair] = {}
    for pair in pairs:
        a, b = sorted((pair.a, pair.b))
        seen.setdefault((a, b, pair.together, pair.hidden), pair)
    return tuple(sorted(seen.values(), key=lambda p: (p.source, p.a, p.b, p.together, p.hidden)))


def families(pairs: Sequence[LabelledPair], brands: dict[NameKey, str]) -> dict[NameKey, str]:
    """Which names belong together: names of one body, and names with one brand or kind word (`brands`)."""
    parent: dict[str, str] = {}

    def root(item: str) -> str:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for pair in pairs:
        if pair.same:
            one, two = sorted((root(brands[pair.a]), root(brands[pair.b])))
            parent[two] = one
    return {key: root(brand) for key, brand in brands.items()}
