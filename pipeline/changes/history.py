"""Who took part when: organisations followed through many runs, as a long table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ..problems import Unusable
from ..records import NameKey
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from ..run_folder import StoredRun, read_run_folder
from ..tables import SEPARATOR
from .bodies import Body, bodies_of, recognise

_TABLES = ("documents", "participants", "organisations", "organisation_names")
Place = tuple[str, str]  # municipality, its code


@dataclass(frozen=True, slots=True)
class Presence:
    """An organisation that takes part in a municipality in one period.

    `organisation_id`, `organisation` and `type` are those of the last run that has it, `name` is that of this period.
    `from_` and `until` are the first and last period of the stretch without a gap to which this one belongs; `until` is
    empty where it goes on to the last run with a text about the municipality.
    """

    organisation_id: str
    organisation: str
    type: str
    municipality: str
    municipality_code: str
    period: str
    name: str
    groups: str
    from_: str
    until: str


@dataclass(frozen=True, slots=True)
class Period:
    """A run and what its time is called."""

    label: str
    run: StoredRun


@dataclass(slots=True)
class _Track:
    """One organisation through the runs, as the last run that has it knows it."""

    body: Body
    seen: dict[Place, dict[int, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))  # name, groups


def read_periods(arguments: Sequence[str]) -> list[Period]:
    """Run folders, or LABEL=FOLDER, as a user names them. Where none has a label they are put in order of time.

    Raises Unusable where a run does not say when it was made, or two periods are called the same.
    """
    found: list[tuple[str, StoredRun]] = []
    for argument in arguments:
        label, _, folder = argument.partition("=") if not Path(argument).exists() else ("", "", argument)
        run = read_run_folder(Path(folder or label), _TABLES)
        if not run.has_documents:
            raise Unusable(f"{run.folder} is a run of `coalitie dedupe`, without texts: nobody takes part in it")
        found.append((label if folder else "", run))
    if not any(label for label, _ in found):
        found.sort(key=lambda item: _started(item[1]))
    days = [_started(run)[:10] for label, run in found if not label]
    periods = []
    for label, run in found:
        started = "" if label else _started(run)
        periods.append(Period(label or (started[:10] if days.count(started[:10]) == 1 else started[:19]), run))
    labels = [period.label for period in periods]
    for label in labels:
        if labels.count(label) > 1:
            raise Unusable(f"two runs are called {label}; give them names: NAME=FOLDER")
    return periods


def _started(run: StoredRun) -> str:
    started = run.facts.get("started")
    if not isinstance(started, str) or not started:
        raise Unusable(f"{run.folder} does not say when it was made; give it a name: NAME={run.folder}")
    return started


def history(periods: Sequence[Period], rules: Path | None = None) -> list[Presence]:
    """The long table, in the order of municipality, organisation and period."""
    opened = cache(lambda: Rulebook(rules))
    tracks: dict[str, _Track] = {}
    texts: dict[Place, set[int]] = defaultdict(set)  # the periods that have texts about a municipality
    for at, period in enumerate(periods):
        tracks = _followed(tracks, period.run, at, opened)
        for row in period.run.tables.documents:
            texts[row.municipality or "", row.municipality_code or ""].add(at)
    labels = [period.label for period in periods]
    rows = [row for track in tracks.values() for row in _rows(track, texts, labels)]
    return sorted(
        rows, key=lambda row: (row.municipality, fold(row.organisation), row.organisation_id, labels.index(row.period))
    )


def _followed(
    tracks: Mapping[str, _Track], run: StoredRun, at: int, rules: Callable[[], Rulebook]
) -> dict[str, _Track]:
    """The organisations so far and those of one more run, by the id that they have in it or had last."""
    bodies = bodies_of(run.tables)
    found = recognise({one: track.body for one, track in tracks.items()}, bodies, rules)
    into = {**found.same, **found.merged}
    following: dict[str, _Track] = {}
    for one, track in tracks.items():
        known = following.setdefault(into.get(one, one), _Track(track.body))
        known.body = replace(known.body, names=known.body.names | track.body.names)
        for place, periods in track.seen.items():
            known.seen[place].update(periods)
    taken = frozenset(key for body in bodies.values() for key in body.folded())
    for track in following.values():
        track.body = replace(track.body, names=_free(track.body.names, taken))
    for one, body in bodies.items():
        track = following.setdefault(one, _Track(body))
        track.body = replace(body, names=body.names | track.body.names)
    for place, one, groups in _taking_part(run):
        following[one].seen[place][at] = (bodies[one].name, groups)
    return following


def _free(names: Iterable[NameKey], taken: Collection[NameKey]) -> frozenset[NameKey]:
    """Names of before that no organisation of this run has: what is another's now tells this one no longer."""
    return frozenset(key for key in names if NameKey(fold(key.name), key.municipality) not in taken)


def _taking_part(run: StoredRun) -> Iterator[tuple[Place, str, str]]:
    """(place, organisation_id, groups) of every organisation that takes part somewhere."""
    places = {row.document_id: (row.municipality or "", row.municipality_code or "") for row in run.tables.documents}
    groups: dict[tuple[Place, str], set[str]] = defaultdict(set)
    for row in run.tables.participants:
        if row.organisation_id:
            groups[places[row.document_id], row.organisation_id].update(filter(None, (row.group,)))
    for (place, one), found in groups.items():
        yield place, one, SEPARATOR.join(sorted(found))


def _rows(track: _Track, texts: Mapping[Place, set[int]], labels: Sequence[str]) -> Iterator[Presence]:
    body = track.body
    for place, seen in track.seen.items():
        for stretch in _stretches(sorted(seen), sorted(texts[place])):
            last = stretch[-1] == max(texts[place])
            for at in stretch:
                name, groups = seen[at]
                yield Presence(
                    body.body_id,
                    body.name,
                    body.type.value,
                    *place,
                    labels[at],
                    name,
                    groups,
                    labels[stretch[0]],
                    "" if last else labels[stretch[-1]],
                )


def _stretches(seen: Sequence[int], known: Sequence[int]) -> Iterator[list[int]]:
    """The periods in which it is there, parted where a period with texts about the municipality lacks it."""
    stretch: list[int] = []
    for at in known:
        if at in seen:
            stretch.append(at)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch
