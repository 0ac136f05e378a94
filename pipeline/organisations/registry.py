"""Organisation ids that stay: those of the run before where a name was known, derived from content where not."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..records import NameKey


class RegistryError(ValueError):
    """A run folder that cannot serve as registry; the message says which file and line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation of the run before. `since` counts the runs that brought new ids; the lowest is the oldest."""

    organisation_id: str
    name: str
    since: int = 1
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """The ids of before, by name and by id."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    of_name: Mapping[NameKey, str] = field(default_factory=dict)

    @property
    def next_since(self) -> int:
        return max((entry.since for entry in self.entries.values()), default=0) + 1


@dataclass(frozen=True, slots=True)
class Assigned:
    organisation_id: str
    since: int
    known_as: tuple[str, ...]


def read_registry(folder: Path, municipality_of: Callable[[str], str]) -> Registry:
    """The ids in a run folder; an empty registry where it holds none. `municipality_of` names the town of a code."""
    organisations, names = folder / "organisations.csv", folder / "organisation_names.csv"
    if not organisations.is_file() or not names.is_file():
        return Registry()
    entries: dict[str, Entry] = {}
    for line, row in _rows(organisations, ("organisation_id", "name")):
        try:
            since = int(row.get("since") or 1)
        except ValueError:
            raise RegistryError(f"{organisations.name}, line {line}: since is not a number") from None
        known_as = tuple(part for part in (row.get("known_as") or "").split(";") if part)
        entries[row["organisation_id"]] = Entry(row["organisation_id"], row["name"], since, known_as)
    of_name: dict[NameKey, str] = {}
    for _, row in _rows(names, ("name", "municipality_code", "organisation_id")):
        where = row.get("municipality") or municipality_of(row["municipality_code"])
        of_name[NameKey(row["name"], where)] = row["organisation_id"]
    return Registry(entries, of_name)


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for column in needed:
            if column not in (reader.fieldnames or ()):
                raise RegistryError(f"{path.name}, line 1: column {column} is missing; is this a run folder?")
        return [(reader.line_num, dict(row)) for row in reader]


def derived_id(content: str, length: int = 10) -> str:
    """The id that follows from what an organisation is, so that nobody has to hand out numbers."""
    return "org-" + hashlib.sha256(content.encode("utf-8")).hexdigest()[:length]


def assign(
    groups: Sequence[tuple[str, str, tuple[NameKey, ...]]], registry: Registry
) -> tuple[Assigned, ...]:  # fmt: skip
    """An id for each group of (content, name, keys), in the order of `groups`.

    The oldest id among its names wins; of a group that was split the part with most of its names keeps the id.
    """
    votes: list[Counter[str]] = [
        Counter(registry.of_name[key] for key in keys if key in registry.of_name) for _, _, keys in groups
    ]
    claims: dict[str, list[int]] = defaultdict(list)
    for index, vote in enumerate(votes):
        for organisation_id in vote:
            claims[organisation_id].append(index)
    keeper = {
        organisation_id: min(claimants, key=lambda i: (-votes[i][organisation_id], groups[i][2]))
        for organisation_id, claimants in claims.items()
    }
    taken = set(registry.entries) | {old for entry in registry.entries.values() for old in entry.known_as}
    result: dict[int, Assigned] = {}
    for index in sorted(range(len(groups)), key=lambda i: groups[i][2]):
        content, name, _ = groups[index]
        old = [registry.entries.get(i) or Entry(i, "") for i in votes[index] if keeper[i] == index]
        old.sort(key=lambda entry: (entry.since, -votes[index][entry.organisation_id], entry.organisation_id))
        if old:
            known_as = _history(old, name)
            result[index] = Assigned(old[0].organisation_id, old[0].since, known_as)
            continue
        length, fresh = 10, derived_id(content)
        while fresh in taken:
            length += 4
            fresh = derived_id(content, length) if length <= 64 else derived_id(f"{content}\n{length}")
        taken.add(fresh)
        result[index] = Assigned(fresh, registry.next_since, ())
    return tuple(result[index] for index in range(len(groups)))


def _history(entries: Sequence[Entry], name: str) -> tuple[str, ...]:
    """Earlier names and retired ids: what the entries carried, and what they lose now."""
    known: dict[str, None] = {}
    for position, entry in enumerate(entries):
        for old in entry.known_as:
            known.setdefault(old)
        if position:
            known.setdefault(entry.organisation_id)
        if entry.name and entry.name != name:
            known.setdefault(entry.name)
    return tuple(old for old in known if old not in (name, entries[0].organisation_id))
