"""From any row of a run folder back to the passage of the source text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .formats import DOCUMENTS
from .problems import Unusable
from .reading import READERS, Input, discover, read
from .records import Text
from .tables import SEPARATOR

_CONTEXT = 160  # characters shown on either side
_TABLES = {
    "documents": "document_id",
    "sections": "section_id",
    "participants": "participant_id",
    "entities": "entity_id",
    "contacts": "contact_id",
    "organisations": "organisation_id",
    "duplicates": "pair_id",
}
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a row stands in its source."""

    source: str
    start: int
    end: int
    content: str

    def shown(self) -> str:
        """The passage between ⟦ and ⟧, with its line number and some text around it."""
        line = self.content.count("\n", 0, self.start) + 1
        before = self.content[max(0, self.start - _CONTEXT) : self.start]
        after = self.content[self.end : self.end + _CONTEXT]
        inside = self.content[self.start : self.end]
        text = f"{before}⟦{inside}⟧{after}".replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        quoted = "\n".join(f"  | {row}" for row in text.split("\n"))
        return f"{self.source}, line {line}, characters {self.start}..{self.end}\n{quoted}\n"


def trace(folder: Path, row_id: str, texts: Path | None = None, limit: int = 20) -> str:
    """Words and passages behind one id of any table."""
    table, row = _find(folder, row_id)
    cells = [f"  {name}: {value}" for name, value in row.items() if value and name not in ("text", "start", "end")]
    parts = [f"{row_id}: a row of {table}.csv", *cells, ""]
    places = list(_places(folder, table, row))
    sources = _Sources(folder, texts)
    parts += [sources.passage(place).shown() for place in places[:limit]]
    if len(places) > limit:
        parts.append(f"… and {len(places) - limit} more passages (--limit)")
    return "\n".join(parts).rstrip("\n") + "\n"


def _find(folder: Path, row_id: str) -> tuple[str, Cells]:
    for table, key in _TABLES.items():
        for row in _rows(folder, table):
            if row.get(key) == row_id:
                return table, row
    for row in _rows(folder, "organisations"):
        if row_id in (row.get("known_as") or "").split(SEPARATOR):
            return "organisations", row
    known = ", ".join(f"{table}.csv" for table in _TABLES)
    raise Unusable(f"no row has the id {row_id!r} in {folder}; ids stand in the first column of {known}")


def _rows(folder: Path, table: str) -> Iterator[Cells]:
    path = folder / f"{table}.csv"
    if not path.is_file():
        if table == "documents":
            raise Unusable(f"{folder} is not a run folder with CSV tables: it has no documents.csv")
        return
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _places(folder: Path, table: str, row: Cells) -> Iterator[Cells]:
    """The rows with offsets that stand behind a row."""
    if "start" in row:
        yield row
    elif table == "documents":
        yield {**row, "start": "0", "end": "0"}
    elif table == "organisations":
        yield from (e for e in _rows(folder, "entities") if e["organisation_id"] == row["organisation_id"])
    else:
        municipality = {d["document_id"]: d["municipality"] for d in _rows(folder, "documents")}
        wanted = {(row[f"name_{side}"], row[f"municipality_{side}"]) for side in "ab"}
        for entity in _rows(folder, "entities"):
            name = " ".join(entity["text"].replace("\u00ad", "").split())
            if entity["label"] == "organisation" and (name, municipality[entity["document_id"]]) in wanted:
                yield entity


class _Sources:
    """The decoded texts of a run: from its `documents.jsonl`, else from the folder with the sources."""

    def __init__(self, folder: Path, texts: Path | None) -> None:
        self._documents = {row["document_id"]: row for row in _rows(folder, "documents")}
        self._texts = texts
        self._kept: dict[str, str] = {}
        if texts is None and (folder / DOCUMENTS).is_file():
            self._kept = dict(_contents(folder / DOCUMENTS))

    def passage(self, place: Cells) -> Passage:
        document = self._documents[place["document_id"]]
        content = self._kept.get(document["document_id"])
        if content is None:
            content = self._kept[document["document_id"]] = self._from_source(document)
        return Passage(document["source"], int(place["start"]), int(place["end"]), content)

    def _from_source(self, document: Cells) -> str:
        source = document["source"]
        if self._texts is None:
            raise Unusable(f"the run holds no {DOCUMENTS}; name the folder with the texts: --texts raw")
        found = {item.source: item for item in discover([str(self._texts)], READERS).inputs}
        text = read(found.get(source, Input(source, str(self._texts / source))))
        if not isinstance(text, Text):
            raise Unusable(f"{source} cannot be read below {self._texts} ({text.message})")
        if text.sha256 != document["sha256"]:
            raise Unusable(
                f"{source} was changed after the run, its offsets no longer fit; run `coalitie extract` again"
            )
        return text.content


def _contents(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="\n") as handle:
        for line in handle:
            record: dict[str, Any] = json.loads(line)
            yield record["document_id"], record["content"]
