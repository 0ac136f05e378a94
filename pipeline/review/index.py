"""A run folder as a steward looks things up in it: names, organisations, pairs, and where each name is printed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..organisations.judgements import Pair, pair_key
from ..problems import Unusable
from ..records import Label, NameKey, OrganisationType
from ..rows import DuplicateRow, OrganisationNameRow, OrganisationRow
from ..rulebook.organisations import fold
from ..run_folder import StoredRun, read_run_folder

_WATCHED = ("organisations.csv", "organisation_names.csv", "duplicates.csv")
_NEEDED = ("documents", "organisations", "organisation_names", "duplicates", "entities", "contents")

_WHITE_SPACE = re.compile(r"\s+")

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name is printed."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The words around a mention, white space folded."""

    source: str
    before: str
    name: str
    after: str


@dataclass(frozen=True, slots=True)
class RunIndex:
    """What the review needs of a run; nothing in it changes."""

    run: StoredRun
    stamp: Stamp
    names: Mapping[NameKey, OrganisationNameRow]
    organisations: Mapping[str, OrganisationRow]
    members: Mapping[str, tuple[NameKey, ...]]  # organisation_id → its names, most printed first
    pairs: Mapping[str, DuplicateRow]
    pair_ids: Mapping[Pair, str]
    mentions: Mapping[NameKey, Sequence[Mention]]
    _searched: dict[str, str] = field(default_factory=dict)  # made when first asked for

    def organisation_of(self, key: NameKey) -> OrganisationRow | None:
        """The organisation that a name belongs to; None for a name that this run does not print."""
        row = self.names.get(key)
        return self.organisations.get(row.organisation_id) if row else None

    def documents_of(self, organisation_id: str) -> frozenset[str]:
        """The texts that print one of an organisation's names; empty where the run has no texts."""
        return frozenset(
            mention.document_id for key in self.members[organisation_id] for mention in self.mentions.get(key, ())
        )

    def passages(self, key: NameKey, most: int = 3, context: int = 110) -> tuple[Passage, ...]:
        """Where a name is printed, one passage of each text first; `context` is characters on either side."""
        ordered = sorted(self.mentions.get(key, ()), key=lambda mention: (mention.document_id, mention.start))
        again: dict[str, int] = defaultdict(int)  # passages of a text that come before
        ranked: list[tuple[int, Mention]] = []
        for mention in ordered:
            ranked.append((again[mention.document_id], mention))
            again[mention.document_id] += 1
        chosen = [mention for _, mention in sorted(ranked, key=lambda pair: pair[0])[:most]]
        return tuple(found for mention in chosen if (found := self._passage(mention, context)) is not None)

    def searched(self, row: OrganisationRow) -> str:
        """An organisation's names and municipalities, to look a search in."""
        known = self._searched.get(row.organisation_id)
        if known is None:
            towns = {key.municipality for key in self.members[row.organisation_id]}
            known = self._searched[row.organisation_id] = searchable(row.name, row.names, *sorted(towns))
        return known

    def _passage(self, mention: Mention, context: int) -> Passage | None:
        content = self.run.contents.get(mention.document_id)
        if content is None:
            return None
        before = content[max(0, mention.start - context) : mention.start]
        after = content[mention.end : mention.end + context]
        return Passage(
            mention.document_id,
            _cut(_on_one_line(before), mention.start > context, first=True),
            _on_one_line(content[mention.start : mention.end]),
            _cut(_on_one_line(after), mention.end + context < len(content), first=False),
        )


def pair_of(row: DuplicateRow) -> Pair:
    """The key of a pair of the table."""
    return pair_key(NameKey(row.name_a, row.municipality_a or ""), NameKey(row.name_b, row.municipality_b or ""))


def types_of(row: DuplicateRow, index: RunIndex) -> frozenset[OrganisationType]:
    """The types of the two organisations of a pair."""
    ids = (row.organisation_id_a, row.organisation_id_b)
    return frozenset(index.organisations[i].type for i in ids if i in index.organisations)


def searchable(*texts: str | None) -> str:
    """Words to look a search in: folded as names are when they are compared."""
    return " ".join(fold(text) for text in texts if text)


def stamp_of(folder: Path) -> Stamp:
    """What changes when a run folder is written anew."""
    found = []
    for name in _WATCHED:
        stat = (folder / name).stat()
        found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def read_index(folder: Path) -> RunIndex:
    """The index of a run folder; raises Unusable where it is none."""
    # before reading: of a folder replaced meanwhile, the next look takes up the rest
    stamp = stamp_of(folder) if all((folder / name).is_file() for name in _WATCHED) else ()
    run = read_run_folder(folder, only=_NEEDED)
    tables = run.tables
    names = {NameKey(row.name, row.municipality or ""): row for row in tables.organisation_names}
    for pair in tables.duplicates:
        for key in pair_of(pair):
            if key not in names:
                raise Unusable(
                    f"{folder}: duplicates.csv has {key.name!r}, organisation_names.csv has not; run it again"
                )
    members: dict[str, list[NameKey]] = {row.organisation_id: [] for row in tables.organisations}
    for key, row in names.items():
        members.setdefault(row.organisation_id, []).append(key)
    return RunIndex(
        run,
        stamp,
        names,
        {row.organisation_id: row for row in tables.organisations},
        {i: tuple(sorted(keys, key=lambda key: (-names[key].n_mentions, key))) for i, keys in members.items()},
        {row.pair_id: row for row in tables.duplicates},
        {pair_of(row): row.pair_id for row in tables.duplicates},
        _mentions(run),
    )


def _mentions(run: StoredRun) -> dict[NameKey, list[Mention]]:
    municipality = run.municipality_of()
    found: dict[NameKey, list[Mention]] = defaultdict(list)
    for row in run.tables.entities:
        if row.label is Label.ORGANISATION:
            key = run.key(row.text, municipality.get(row.document_id))
            found[key].append(Mention(row.document_id, row.start, row.end))
    return dict(found)


def _on_one_line(text: str) -> str:
    return _WHITE_SPACE.sub(" ", text)


def _cut(text: str, longer: bool, *, first: bool) -> str:
    """A passage that was cut from a longer text ends at a whole word, with an ellipsis."""
    if not longer:
        return text
    if first:
        head, space, tail = text.partition(" ")
        return f"… {tail}" if space else f"…{head}"
    head, space, tail = text.rpartition(" ")
    return f"{head} …" if space else f"{tail}…"
