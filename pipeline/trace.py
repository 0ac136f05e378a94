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
from .reading import SUFFIXES, Input, discover
from .reading.opening import Choices, leaves_of, sha256_of, text_of
from .reading.unreadable import Unreadable
from .records import Origin
from .run_folder import RUN
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
    where: str = ""  # in the original: a page, a paragraph, a row

    def shown(self) -> str:
        """The passage between ⟦ and ⟧, with its line number and some text around it."""
        line = self.content.count("\n", 0, self.start) + 1
        before = self.content[max(0, self.start - _CONTEXT) : self.start]
        after = self.content[self.end : self.end + _CONTEXT]
        inside = self.content[self.start : self.end]
        text = f"{before}⟦{inside}⟧{after}".replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        quoted = "\n".join(f"  | {row}" for row in text.split("\n"))
        place = f"{self.source}, {self.where}" if self.where else self.source
        return f"{place}, line {line}, characters {self.start}..{self.end}\n{quoted}\n"


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
        self._texts, self._folder = texts, folder
        self._kept: dict[str, str] = {}
        self._origins: dict[str, list[Origin]] = {}
        if (folder / DOCUMENTS).is_file():
            for name, content, origins in _contents(folder / DOCUMENTS):
                self._origins[name] = origins
                if texts is None:
                    self._kept[name] = content

    def passage(self, place: Cells) -> Passage:
        document = self._documents[place["document_id"]]
        content = self._kept.get(document["document_id"])
        if content is None:
            content = self._kept[document["document_id"]] = self._from_source(document)
        start = int(place["start"])
        origins = self._origins.get(document["document_id"], [])
        where = next((origin.where for origin in reversed(origins) if origin.start <= start), "")
        return Passage(document["source"], start, int(place["end"]), content, where)

    def _from_source(self, document: Cells) -> str:
        source = document["source"]
        if self._texts is None:
            raise Unusable(f"the run holds no {DOCUMENTS}; name the folder with the texts: --texts raw")
        found = discover([str(self._texts)], SUFFIXES).inputs
        # of a text within an archive, the archive
        item = next((i for i in found if source == i.source or source.startswith(f"{i.source}/")), None)
        choices = self._choices()
        for leaf in leaves_of(item or Input(source, str(self._texts / source)), choices):
            if leaf.source != source:
                continue
            if leaf.problem is None and sha256_of(leaf) != document["sha256"]:
                raise Unusable(
                    f"{source} was changed after the run, its offsets no longer fit; run `coalitie extract` again"
                )
            try:
                return text_of(leaf, choices).content
            except Unreadable as problem:
                raise Unusable(f"{source} cannot be read below {self._texts} ({problem.message})") from None
        raise Unusable(f"{source} cannot be read below {self._texts} (it is not there)")

    def _choices(self) -> Choices:
        """How the texts of the run were read."""
        path = self._folder / RUN
        facts = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Choices.of(facts.get("choices", {}))


def _contents(path: Path) -> Iterator[tuple[str, str, list[Origin]]]:
    with path.open(encoding="utf-8", newline="\n") as handle:
        for line in handle:
            record: dict[str, Any] = json.loads(line)
            origins = [Origin(start, where) for start, where in record.get("origins", ())]
            yield record["document_id"], record["content"], origins
