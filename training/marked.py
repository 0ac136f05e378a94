"""Texts with marks → the text, its gold record and its spans.

The marks are written in the text itself, which is quicker to write and to check than offsets beside it: `@goals `
before a heading, `{PO|GGD Twente}` around a span, `%% municipality: X` on top. corpus/README.md says what each means.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..pipeline.problems import Unusable
from ..pipeline.records import PartyType, SectionKind, Where
from ..pipeline.structure.lines import read_lines

_SPAN = re.compile(r"\{(?P<mark>[A-Z]+)(?::(?P<group>[^|{}]+))?\|(?P<text>[^{}|]+)\}")
_HEADING = re.compile(r"@(?P<kind>[a-z]+)(?P<pillar>[1-5])? ")
PARTY_MARKS = {
    "PO": PartyType.ORGANISATION, "PR": PartyType.ROLE, "PG": PartyType.GROUP, "PC": PartyType.CATEGORY,
}  # fmt: skip
MENTION, PROGRAMME, PERSON, PLACE, OTHER_NAME, HEADING = "M", "PROG", "PER", "LOC", "XO", "H"
MARKS = frozenset({*PARTY_MARKS, MENTION, PROGRAMME, PERSON, PLACE, OTHER_NAME, HEADING})


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of the text without marks."""

    mark: str
    start: int
    end: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class MarkedHeading:
    start: int
    end: int
    kind: SectionKind
    pillar: int | None


@dataclass(frozen=True, slots=True)
class MarkedText:
    """`content` is the text without marks; offsets of spans and headings count in it."""

    name: str
    content: str
    municipality: str
    province: str
    headings: Sequence[MarkedHeading] = ()
    spans: Sequence[Span] = ()
    unmarked: Sequence[tuple[int, int]] = ()  # stretches in which names are not marked

    def text(self, span: Span | MarkedHeading) -> str:
        return self.content[span.start : span.end]


def read_marked(path: Path) -> MarkedText:
    """One file. Raises Unusable with file and line for a mark that cannot be read."""
    meta: dict[str, str] = {}
    content: list[str] = []
    headings: list[MarkedHeading] = []
    spans: list[Span] = []
    at = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("%%"):
            key, _, value = line[2:].partition(":")
            meta[key.strip()] = value.strip()
            continue
        where = f"{path}, line {number}"
        heading = _HEADING.match(line)
        if line.startswith("@") and (heading is None or heading["kind"] not in set(map(str, SectionKind))):
            raise Unusable(f"{where}: {line[:20]!r} marks no heading; expected '@goals ' or another kind")
        plain, found = _plain(line[heading.end() :] if heading else line, at, where)
        if heading:
            own = next((s for s in found if s.mark == HEADING), None)
            start, end = (own.start, own.end) if own else (at, at + len(plain.rstrip()))
            pillar = int(heading["pillar"]) if heading["pillar"] else None
            headings.append(MarkedHeading(start, end, SectionKind(heading["kind"]), pillar))
        spans += [s for s in found if s.mark != HEADING]
        content.append(plain)
        at += len(plain) + 1
    return MarkedText(
        path.stem, "\n".join(content) + "\n", meta.get("municipality", ""), meta.get("province", ""), headings, spans
    )  # fmt: skip


def read_folder(folder: Path) -> list[MarkedText]:
    """Every text of a folder and its subfolders, in the order of their paths."""
    return [read_marked(path) for path in sorted(folder.rglob("*.txt"))]


def main(folder: str, out: str) -> None:
    """`python -m coalitie.training.marked FOLDER OUT`: the texts without marks, and their gold records."""
    write_gold(read_folder(Path(folder)), Path(out))


def _plain(line: str, base: int, where: str) -> tuple[str, list[Span]]:
    out: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for found in _SPAN.finditer(line):
        if found["mark"] not in MARKS:
            raise Unusable(f"{where}: unknown mark {found['mark']}; known are {', '.join(sorted(MARKS))}")
        out += [line[at : found.start()], found["text"]]
        length += found.start() - at
        spans.append(Span(found["mark"], base + length, base + length + len(found["text"]), found["group"] or ""))
        length += len(found["text"])
        at = found.end()
    out.append(line[at:])
    plain = "".join(out)
    if "{" in plain or "}" in plain:
        raise Unusable(f"{where}: a mark is broken or stands inside another")
    return plain, spans


def from_gold(
    content: str, record: Mapping[str, Any], others: Sequence[Span], name: str
) -> MarkedText:  # fmt: skip
    """A text with a gold record as a marked text. `others`: persons and places, which records do not hold.

    Records give names in the order of the text, without offsets: they are found again from left to right. Names in
    contact sections are in no record.
    """
    headings = _headings(content, record)
    spans: list[Span] = []
    rows = [[(mark, p["text"], p.get("group") or "") for p in record["participants"]
             for mark in PARTY_MARKS if str(PARTY_MARKS[mark]) == p["type"]],
            [(MENTION, m["text"], "") for m in record["mentions"]]]  # fmt: skip
    taken = [(h.start, h.end) for h in headings if h.kind is not SectionKind.TITLE]
    for names in rows:
        at = 0
        for mark, text, group in names:
            start = _find(content, text, at, taken)
            if start >= 0:
                spans.append(Span(mark, start, start + len(text), group))
                taken.append((start, start + len(text)))
                at = start
    for text in record["programmes"]:
        start = _find(content, text, 0, taken)
        while start >= 0:
            spans.append(Span(PROGRAMME, start, start + len(text)))
            taken.append((start, start + len(text)))
            start = _find(content, text, start + len(text), taken)
    spans += [s for s in others if not _meets(s.start, s.end, taken)]
    ends = [*(h.start for h in headings[1:]), len(content)]
    contacts = [(h.end, end) for h, end in zip(headings, ends, strict=False) if h.kind is SectionKind.CONTACT]
    return MarkedText(
        name, content, record["municipality"] or "", record["province"] or "", headings,
        sorted(spans, key=lambda s: s.start), contacts,
    )  # fmt: skip


def _headings(content: str, record: Mapping[str, Any]) -> list[MarkedHeading]:
    found, at = [], 0
    for section in record["sections"]:
        start = content.find(section["heading"], at) if section["heading"] else -1
        if start >= 0:
            at = start + len(section["heading"])
            found.append(MarkedHeading(start, at, SectionKind(section["kind"]), section["pillar"]))
    return found


def _find(content: str, name: str, at: int, taken: Sequence[tuple[int, int]]) -> int:
    for found in re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").finditer(content, at):
        if not _meets(found.start(), found.end(), taken):
            return found.start()
    return -1


def _meets(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in taken)


def gold_record(text: MarkedText) -> Mapping[str, Any]:
    """The gold record that score.py reads; contacts, dates and counts are not marked and stay empty."""
    title = next((text.text(h) for h in text.headings if h.kind is SectionKind.TITLE), None)
    inside = [(h.start, h.end) for h in text.headings if h.kind not in {SectionKind.TITLE, SectionKind.INTRO}]
    programmes = [
        text.text(s) for s in text.spans
        if s.mark == PROGRAMME and not any(a <= s.start < b for a, b in inside)
    ]  # fmt: skip
    listed = [(line.start, line.end) for line in read_lines(text.content) if line.marker]
    return {
        "document": f"{text.name}.txt",
        "title": title,
        "municipality": text.municipality or None,
        "province": text.province or None,
        "sections": [{"heading": text.text(h), "kind": str(h.kind), "pillar": h.pillar} for h in text.headings],
        "participants": [
            {"text": text.text(s), "type": str(PARTY_MARKS[s.mark]), "group": s.group or None, "organisation": None,
             "where": str(Where.LIST if any(a <= s.start < b for a, b in listed) else Where.INLINE)}
            for s in text.spans if s.mark in PARTY_MARKS
        ],
        "mentions": [{"text": text.text(s), "organisation": None} for s in text.spans if s.mark == MENTION],
        "contacts": [],
        "programmes": list(dict.fromkeys(programmes)),
        "dates": [],
        "counts": [],
    }  # fmt: skip


def write_gold(texts: Sequence[MarkedText], out: Path) -> None:
    """`out/texts` and `out/gold`, as `coalitie extract` and `coalitie evaluate` read them."""
    for text in texts:
        for kind, name, content in (
            ("texts", f"{text.name}.txt", text.content),
            ("gold", f"{text.name}.json", json.dumps(gold_record(text), ensure_ascii=False, indent=1)),
        ):
            path = out / kind / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
