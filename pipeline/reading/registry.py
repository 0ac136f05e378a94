"""Which module reads which kind. A new format is one module, one line of `READERS` and its signature in `kinds`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from . import text
from .kinds import Kind
from .rendered import Hints, Reader, Rendered
from .unpacking import Leaf
from .unreadable import Unreadable

READERS: Mapping[Kind, str] = {
    Kind.TEXT: "",
    Kind.HTML: "html",
    Kind.MARKDOWN: "markdown",
    Kind.DOCX: "docx",
    Kind.ODT: "odt",
    Kind.RTF: "rtf",
    Kind.PDF: "pdf",
}

# Files in folders that are taken up by themselves; what they are is decided by their content. Others are skipped,
# unless the user names them.
SUFFIXES = frozenset(
    {
        *(".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx", ".odt", ".rtf", ".pdf", ".eml"),
        *(".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet"),
        *(".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".warc"),
    }
)
# Kinds that nobody expects a text in: found in a folder or an archive they are passed over.
NO_TEXTS = frozenset({Kind.IMAGE, Kind.MEDIA, Kind.FONT, Kind.EXECUTABLE, Kind.DATABASE})


@dataclass(frozen=True, slots=True)
class Ways:
    """How texts are read, as far as the user chooses."""

    boilerplate: bool = False  # HTML by its main content only
    fix_encoding: bool = False


def read_leaf(leaf: Leaf, ways: Ways) -> Rendered:
    """One leaf as text; raises Unreadable."""
    if leaf.problem is not None:
        raise leaf.problem
    kind = leaf.kind if leaf.kind is not None else Kind.TEXT
    hints = Hints(leaf.source, leaf.charset)
    try:
        rendered = _reader(kind, ways)(leaf.data, hints)
    except Unreadable as problem:
        # a page under the name of a text can be read as one, tags and all, rather than not
        if problem.error != "missing_extra" or not leaf.source.lower().endswith(".txt"):
            raise
        rendered = _plain(leaf.data, hints)
    if not rendered.content.strip():
        raise Unreadable("no_text", "holds no text")
    if text.looks_garbled(rendered.content):
        return text.mended(rendered) if ways.fix_encoding else text.flagged(rendered)
    return rendered


def _reader(kind: Kind, ways: Ways) -> Reader:
    name = "boilerplate" if kind is Kind.HTML and ways.boilerplate else READERS[kind]
    if not name:
        return _plain
    reader: Reader = import_module(f".{name}", __package__).read
    return reader


def _plain(data: bytes, _: Hints, /) -> Rendered:
    return Rendered(*text.decode(data))
