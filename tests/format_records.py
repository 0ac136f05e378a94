"""What a text says, without its offsets: to compare one page read from many formats. Loaded by path, as `formats.py`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.reading.text import decode
from coalitie.pipeline.records import Document, Text
from coalitie.pipeline.rulebook import Rulebook
from coalitie.training.marked import read_marked
from spacy.language import Language

CHECKOUT = Path(__file__).resolve().parent.parent
_EVERY = 40  # of the marked texts
_WIDE = "a menu whose words only wide spaces part: HTML and Markdown fold white space, and menus there are elements"
# Texts that cannot say the same in HTML and Markdown: which records differ, and why.
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "l/hoogezand-sappemeer-other": ({"document", "sections"}, _WIDE),
    "n/hellevoetsluis-page": ({"document", "sections"}, _WIDE),
    "o/etten-leur-other": ({"document", "sections", "entities"}, _WIDE),
    "j/zuidplas-page": (
        {"entities"},
        "a Roman numeral with wide space behind it: folded, 'I. Inwoners' looks like a name",
    ),
    "o/leudal-page": (
        {"sections"},
        "headings quote their marker, and a list item written '*' is printed with a bullet",
    ),
}

Records = dict[str, list[tuple[object, ...]]]


@cache
def _stages() -> tuple[Rulebook, Language]:
    rules = Rulebook()
    return rules, assemble(spacy.blank("nl"), rules)


@cache
def records_of(content: str) -> Records:
    """Title, place, participants, entities, sections and contacts of a text; white space in them folded."""
    rules, language = _stages()
    document: Document = read_document(Text("page.txt", content, "utf-8", ""), rules, language, Learned(()))
    return {
        "document": [(_folded(document.title), document.place.municipality)],
        "participants": [(_folded(p.text), p.type, p.group, p.where) for p in document.participants],
        "entities": [(e.label, _folded(e.text), e.value) for e in document.entities],
        "sections": [(_folded(s.heading), s.kind, s.pillar) for s in document.sections],
        "contacts": [(c.name, c.role, c.organisation, c.email, c.phone, c.url) for c in document.contacts],
    }


def texts() -> Iterator[tuple[str, str]]:
    """Plain texts of the checkout by name: `raw/`, the texts with gold, some of the marked texts without their marks."""
    for folder in ("raw", "tests/corpus/texts"):
        for path in sorted((CHECKOUT / folder).rglob("*.txt")):
            yield path.stem, decode(path.read_bytes())[0].replace("\r\n", "\n")
    for n, path in enumerate(sorted((CHECKOUT / "corpus" / "marked").rglob("*.txt"))):
        name = f"{path.parent.name}/{path.stem}"
        if n % _EVERY == 0 or name in EXCEPTIONS:
            yield name, read_marked(path).content


def differing(wanted: Records, content: str, name: str) -> set[str]:
    """Which records of another format differ beyond the exceptions of this text, or agree against them."""
    found = records_of(content)
    return {kind for kind in wanted if wanted[kind] != found[kind]} ^ EXCEPTIONS.get(name, (set(), ""))[0]


def _folded(text: str) -> str:
    return " ".join(text.split())
