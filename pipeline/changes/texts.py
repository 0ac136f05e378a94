"""Which document of one run is which of another, and whether it says something else: its words, never its layout."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from ..records import SectionKind
from ..rows import DocumentRow, SectionRow
from ..rulebook.organisations import fold
from ..tables import Tables
from .records import About, Cause, Change, Kind

# What a line of a list begins with, and words that a sentence needs between items and a list does not.
_MARKER = re.compile(r"^[^\S\n]*(?:[-–—•*·▪◦‣o]|\(?(?:\d{1,2}|[a-z])[.)])[^\S\n]+", re.MULTILINE)
_JOINING = frozenset({"en", "of", "ook", "alsmede", "evenals", "plus"})

Group = tuple[str, str]  # municipality, folded name
Said = Mapping[str, Mapping[Hashable, frozenset[Group]]]  # document → party → its groups


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it is compared. `words` are those outside participants sections, `all_words` are all of them."""

    row: DocumentRow
    words: Counter[str]
    all_words: Counter[str]


@dataclass(frozen=True, slots=True)
class Pages:
    """The documents of both runs: pairs of what is the same one by its ids, and those that only one run has."""

    of_old: Mapping[str, tuple[Page, Page]]
    of_new: Mapping[str, tuple[Page, Page]]
    vanished: tuple[Page, ...]
    new: tuple[Page, ...]

    def cause(self, before: Iterable[str], now: Iterable[str]) -> Cause:
        """Why the parties of some documents differ: `before` and `now` are the ids of those that name them."""
        pairs = [self.of_old.get(one) for one in before] + [self.of_new.get(one) for one in now]
        if not any(pairs):
            return Cause.DOCUMENT
        same = all(pair is not None and _same_words(*pair) for pair in pairs)
        return Cause.READING if same else Cause.TEXT


def _same_words(one: Page, other: Page) -> bool:
    return one.row.sha256 == other.row.sha256 or one.all_words == other.all_words


def pair_pages(old: Tables, new: Tables) -> Pages:
    """Pairs documents by what they say, then by their id, then by municipality and title."""
    before, now = _pages(old), _pages(new)
    pairs: list[tuple[Page, Page]] = []
    for key, exchangeable in _SAME:
        waiting = _by_key(now, key)
        for k, alike in _by_key(before, key).items():
            others = waiting.get(k, [])
            if exchangeable or len(alike) == len(others) == 1:
                pairs += zip(alike, others, strict=False)
        taken = {id(page) for pair in pairs for page in pair}
        before = [page for page in before if id(page) not in taken]
        now = [page for page in now if id(page) not in taken]
    pairs.sort(key=lambda pair: pair[1].row.document_id)
    of_old = {one.row.document_id: (one, other) for one, other in pairs}
    of_new = {other.row.document_id: (one, other) for one, other in pairs}
    return Pages(of_old, of_new, tuple(before), tuple(now))


def _said(page: Page) -> Hashable:
    return page.row.municipality, frozenset(page.all_words.items())


# What makes two pages the same, the surest first; and whether several that are alike may be taken in any order.
_SAME: tuple[tuple[Callable[[Page], Hashable], bool], ...] = (
    (lambda page: (page.row.document_id, _said(page)), True),
    (_said, True),
    (lambda page: page.row.document_id, False),
    (lambda page: (page.row.municipality, fold(page.row.title or page.row.source)), False),
)


def _by_key(pages: Iterable[Page], key: Callable[[Page], Hashable]) -> dict[Hashable, list[Page]]:
    found: dict[Hashable, list[Page]] = defaultdict(list)
    for page in pages:
        found[key(page)].append(page)
    return found


def _pages(tables: Tables) -> list[Page]:
    sections: dict[str, list[SectionRow]] = defaultdict(list)
    for section in tables.sections:
        sections[section.document_id].append(section)
    return [_page(row, sections[row.document_id]) for row in tables.documents]


def _page(row: DocumentRow, sections: Iterable[SectionRow]) -> Page:
    words: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for section in sections:
        heading, body = _words(section.heading), _words(section.text)
        words.update(heading)
        everything.update(heading + body)
        if section.kind is not SectionKind.PARTICIPANTS:
            words.update(body)
    return Page(row, words, everything)


def _words(text: str | None) -> list[str]:
    bare = _MARKER.sub("", (text or "").replace("\u00ad", ""))
    return [word for word in fold(bare).split() if word not in _JOINING]


def document_changes(pages: Pages, before: Said, now: Said) -> list[Change]:
    """New, changed and vanished documents; `before` and `now` are the parties of each document, with their groups."""
    rows = [_change(Kind.VANISHED, page) for page in pages.vanished] + [_change(Kind.NEW, page) for page in pages.new]
    for one, other in pages.of_new.values():
        old, new = before.get(one.row.document_id, {}), now.get(other.row.document_id, {})
        moved = sum(old[key] != new[key] for key in old.keys() & new.keys())
        details = [
            *_worded("title", fold(one.row.title or "") != fold(other.row.title or "")),
            *_worded("municipality", one.row.municipality != other.row.municipality),
            *_counted("words", (other.words - one.words).total(), (one.words - other.words).total()),
            *_counted("participants", len(new.keys() - old.keys()), len(old.keys() - new.keys())),
            *_worded(f"in other groups {moved}", moved > 0),
        ]
        if details:
            cause = Cause.READING if _same_words(one, other) else Cause.TEXT
            rows.append(_change(Kind.CHANGED, other, one, cause, "; ".join(details)))
    return rows


def _worded(what: str, differs: bool) -> list[str]:
    return [what] if differs else []


def _counted(what: str, more: int, fewer: int) -> list[str]:
    return [f"{what} +{more} −{fewer}"] if more or fewer else []


def _change(
    kind: Kind, page: Page, before: Page | None = None, cause: Cause | None = None, details: str = ""
) -> Change:
    row = page.row
    old_name = (before.row.title or before.row.source) if before else ""
    name = row.title or row.source
    differs = before is not None and fold(old_name) != fold(name)
    return Change(
        About.DOCUMENT,
        kind,
        row.municipality or "",
        row.municipality_code or "",
        row.document_id,
        name,
        old_name if differs else "",
        name if differs else "",
        cause,
        row.document_id,
        details,
    )
