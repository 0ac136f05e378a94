"""One document as a person reads it: its facts, its text in sections with what was found marked, parties, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from .problems import Unusable
from .report.documents import Found, by_document
from .report.shown import name, shown
from .report.spans import Span, found_spans, pieces
from .report.words import Words
from .rows import SectionRow
from .run_folder import StoredRun, read_run_folder

_TABLES = ("documents", "sections", "participants", "entities", "contacts", "contents")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of what is shown. `style`: a kind of `report.spans.KINDS`, or title, heading, quiet, or empty."""

    text: str
    style: str = ""


def show(folder: Path, document_id: str) -> list[Chunk]:
    """All that is known of one document of a run. Its words need documents.jsonl; without it only sections are shown.

    Raises Unusable where the folder is no run, or has no such document.
    """
    run = read_run_folder(folder, _TABLES)
    found = {item.document.document_id: item for item in by_document(run.tables)}
    if document_id not in found:
        raise Unusable(f"{folder} has no document {document_id!r}; {_near(document_id, list(found))}")
    return list(_chunks(run, found[document_id]))


def _near(wanted: str, known: list[str]) -> str:
    if not known:
        return "it has none at all"
    near = get_close_matches(wanted, known, 3, 0.4) or known[:3]
    more = ", …" if len(known) > len(near) else ""
    return f"it has {', '.join(near)}{more}"


def _chunks(run: StoredRun, found: Found) -> Iterator[Chunk]:
    row = found.document
    yield Chunk(f"{name(row.title or row.source)}\n", "title")
    place = ", ".join(name(part) for part in (row.municipality, row.province, row.ggd_region) if part)
    yield Chunk(f"{row.document_id}: {name(row.source)}; {place or 'no municipality'}\n", "quiet")
    content = run.contents.get(row.document_id)
    spans = found_spans(found.participants, found.entities, found.contacts, Words("en"))
    for section in found.sections:
        yield from _section(section, content, spans)
    yield from _parties(found)
    yield from _contacts(found)


def _section(row: SectionRow, content: str | None, spans: Iterable[Span]) -> Iterator[Chunk]:
    kind = f"{row.kind.value} {row.pillar}" if row.pillar else row.kind.value
    yield Chunk("\n")
    yield Chunk(f"{name(row.heading)} " if row.heading else "", "heading")
    yield Chunk(f"[{kind}]\n", "quiet")
    if content is None:
        yield Chunk(f"{shown(row.text or '').strip()}\n" if row.text else "")
        return
    start = row.start
    if row.heading and content.startswith(row.heading, start):
        start += len(row.heading)
    inner = content[start : row.end]
    start, end = row.end - len(inner.lstrip()), start + len(inner.rstrip())
    if start >= end:
        return
    for piece in pieces(start, end, spans):
        yield Chunk(shown(content[piece.start : piece.end]), piece.spans[0].kind if piece.spans else "")
    yield Chunk("\n")


def _parties(found: Found) -> Iterator[Chunk]:
    if not found.participants:
        return
    yield Chunk("\n")
    yield Chunk(f"Participants ({len(found.participants)})\n", "heading")
    for row in found.participants:
        yield Chunk(f"  {row.participant_id.removeprefix(row.document_id + '.')}  ", "quiet")
        yield Chunk(name(row.text), "participant")
        organisation = row.organisation if row.organisation != row.text else ""
        about = [f"→ {name(organisation)}" if organisation else "", name(row.group), row.type.value]
        yield Chunk(f"  {' · '.join(part for part in about if part)}\n", "quiet")


def _contacts(found: Found) -> Iterator[Chunk]:
    if not found.contacts:
        return
    yield Chunk("\n")
    yield Chunk(f"Contacts ({len(found.contacts)})\n", "heading")
    for row in found.contacts:
        parts = (row.name, row.role, row.organisation, row.email, row.phone, row.url)
        yield Chunk(f"  {row.contact_id.removeprefix(row.document_id + '.')}  ", "quiet")
        yield Chunk(", ".join(name(part) for part in parts if part) + "\n", "contact")
