"""Organisation names → organisations: who is the same body, how sure that is, and under which lasting id.

names, identity and geography read one name; candidates, matching and clustering compare names; judgements and
registry bring in what stewards said and which ids were handed out before. `matching` can be replaced alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from ..records import Correction, Judgement, NameKey, NameUse, Resolution, ScoredPair
from ..rulebook import Rulebook
from .candidates import BLOCKING, Blocking
from .corrections import corrections_path, read_corrections
from .geography import geography_of
from .identity import Identifier
from .judgements import JudgementError, append_judgements, read_judgements
from .matching import Matcher
from .names import NameReader
from .registry import Registry, RegistryError, read_registry
from .resolving import resolve_names

__all__ = [
    "BLOCKING",
    "Blocking",
    "JudgementError",
    "Matcher",
    "Registry",
    "RegistryError",
    "append_judgements",
    "corrections_path",
    "load_registry",
    "matcher_of",
    "read_corrections",
    "read_judgements",
    "resolve",
    "score_pair",
]

_matchers: WeakKeyDictionary[Rulebook, Matcher] = WeakKeyDictionary()


def matcher_of(rulebook: Rulebook) -> Matcher:
    """The matcher that works by these rules; made once, as it keeps what it read of each name."""
    matcher = _matchers.get(rulebook)
    if matcher is None:
        geography = geography_of(rulebook)
        reader = NameReader(rulebook.organisations, geography, rulebook.ordinary_words)
        identifier = Identifier(reader, geography)
        matcher = _matchers[rulebook] = Matcher(reader, identifier, geography, rulebook.matching)
    return matcher


def resolve(
    uses: Sequence[NameUse],
    rulebook: Rulebook,
    judgements: Iterable[Judgement] = (),
    registry: Registry | None = None,
    corrections: Iterable[Correction] = (),
    blocking: Blocking = BLOCKING,
) -> Resolution:
    """Groups the names of a run into organisations."""
    return resolve_names(uses, matcher_of(rulebook), judgements, registry, corrections, blocking)


def score_pair(a: NameKey, b: NameKey, rulebook: Rulebook) -> ScoredPair:
    """The probability that two names, each on a page about its municipality, are one body."""
    return matcher_of(rulebook).score(a, b)


def load_registry(folder: Path, rulebook: Rulebook) -> Registry:
    """The ids of an earlier run folder; empty where it holds none."""
    by_code = {m.code: m.name for m in matcher_of(rulebook).geography.by_name.values() if m.code}
    return read_registry(folder, lambda code: by_code.get(code, ""))
