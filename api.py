"""coalitie from Python: texts in, tables as pandas DataFrames out.

Everything here is also there as `coalitie.extract`, `coalitie.read_run`, `coalitie.match` and `coalitie.Run`. The
commands of the command line do the same and more; `coalitie.pipeline` holds the parts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from weakref import finalize

from .pipeline.problems import Unusable
from .pipeline.records import ScoredPair

if TYPE_CHECKING:
    import pandas as pd

    from .pipeline.rulebook import Rulebook

__all__ = ["Run", "ScoredPair", "Unusable", "extract", "match", "read_run"]

_NAME = re.compile(r"[^\W_][\w .-]*")
Texts = Mapping[str, str] | str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True, eq=False)
class Run:
    """The tables of one run. Each is a DataFrame with the columns of docs/tables.md, read when it is first asked for.

    `folder` is the run folder behind it; that of `extract` is temporary and goes with the Run, unless `save` keeps it.
    """

    folder: Path

    @cached_property
    def documents(self) -> pd.DataFrame:
        """A row per text: title, municipality, province, GGD region."""
        return self._table("documents")

    @cached_property
    def sections(self) -> pd.DataFrame:
        """A row per heading with the text under it, its kind and its pillar of the national programme."""
        return self._table("sections")

    @cached_property
    def participants(self) -> pd.DataFrame:
        """A row per party that takes part: organisation, role, group or category."""
        return self._table("participants")

    @cached_property
    def entities(self) -> pd.DataFrame:
        """A row per organisation, person, place, programme, date, count or address in the text."""
        return self._table("entities")

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """A row per person or address to reach the coalition."""
        return self._table("contacts")

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """A row per organisation, whatever its spellings."""
        return self._table("organisations")

    @cached_property
    def organisation_names(self) -> pd.DataFrame:
        """A row per printed name in a municipality, and the organisation it belongs to."""
        return self._table("organisation_names")

    @cached_property
    def duplicates(self) -> pd.DataFrame:
        """A row per pair of names that may be one organisation, with score and evidence."""
        return self._table("duplicates")

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        """A row per municipality that a row names, with the identifiers by which other registers know it."""
        return self._table("municipalities")

    @cached_property
    def errors(self) -> pd.DataFrame:
        """A row per text that could not be read."""
        return self._table("errors")

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """document_id → its text, in which the columns `start` and `end` count."""
        from .pipeline.run_folder import read_run_folder

        return read_run_folder(self.folder, ("contents",)).contents

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Keep the run as a folder, as `coalitie extract --out` writes it; a run that is there is replaced.

        Raises Unusable where the folder holds something else than a run.
        """
        from .pipeline.publishing import check_target, publish
        from .pipeline.run_files import OWNED

        target = Path(folder)
        check_target(target, OWNED, ())
        files = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
        publish(target, files, OWNED | files.keys())
        return target

    def _table(self, name: str) -> pd.DataFrame:
        from .pipeline.frames import read_table

        return read_table(self.folder, name)


def extract(
    texts: Texts,
    *,
    model: str | None = None,
    rules: str | os.PathLike[str] | None = None,
    judgements: str | os.PathLike[str] | None = None,
    contacts: str = "keep",
    workers: int = 0,
) -> Run:
    """Read texts and return their tables.

    `texts`: a mapping of name → text, whose names become ids; or files, folders and patterns, one or several, as
    `coalitie extract` takes them.
    `model`, `rules`, `judgements`, `contacts` and `workers` are the options of that command. Texts that cannot be read
    are rows of `Run.errors`. Raises Unusable for what cannot be used at all: no texts, a missing file, a broken rule.
    """
    from .pipeline.run import Order
    from .pipeline.run import extract as run

    place = Path(mkdtemp(prefix="coalitie-"))
    made = Run(place / "run")
    finalize(made, rmtree, place, ignore_errors=True)
    order = Order(
        inputs=_inputs(texts, place / "texts"),
        out=made.folder,
        model=model,
        rules=Path(rules) if rules is not None else None,
        judgements=_existing(judgements),
        contacts=contacts,
        workers=workers,
    )
    run(order)
    return made


def read_run(folder: str | os.PathLike[str]) -> Run:
    """The tables of a run folder that `coalitie extract` or `Run.save` wrote. Raises Unusable for any other folder."""
    path = Path(folder)
    if not (path / "documents.csv").is_file():
        raise Unusable(f"{path} is not a run folder with CSV tables: it has no documents.csv")
    return Run(path)


def match(
    a: str | tuple[str, str], b: str | tuple[str, str], *, rules: str | os.PathLike[str] | None = None
) -> ScoredPair:
    """How likely two names of organisations are one body: `score` (0 to 1), `band` and `evidence`.

    A name may come with its municipality (name or GM code): `match(("GGD", "Tiel"), "GGD Gelderland-Zuid")`.
    """
    from .pipeline.name_tables import OfficialPlaces
    from .pipeline.names_in_use import Uses
    from .pipeline.organisations import score_pair

    rulebook = _rulebook(Path(rules) if rules is not None else None)
    places = OfficialPlaces(rulebook)
    (name_a, municipality_a), (name_b, municipality_b) = ((x, "") if isinstance(x, str) else x for x in (a, b))
    one, other = Uses.key(name_a, places.official(municipality_a)), Uses.key(name_b, places.official(municipality_b))
    if not one.name or not other.name:
        raise Unusable("a name to match is empty")
    return score_pair(one, other, rulebook)


def _inputs(texts: Texts, folder: Path) -> tuple[str, ...]:
    """What to read; texts by name are written to `folder` first."""
    if isinstance(texts, Mapping):
        folder.mkdir()
        for name, text in texts.items():
            if not _NAME.fullmatch(name):
                raise Unusable(f"{name!r} cannot name a text; use letters, digits, spaces, points and dashes")
            (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        return (str(folder),)
    if isinstance(texts, str | os.PathLike):
        texts = (texts,)
    return tuple(os.fspath(text) for text in texts)


def _existing(path: str | os.PathLike[str] | None) -> Path | None:
    if path is not None and not Path(path).exists():
        raise Unusable(f"{path} does not exist")
    return Path(path) if path is not None else None


@lru_cache(maxsize=2)
def _rulebook(folder: Path | None) -> Rulebook:
    from .pipeline.rulebook import Rulebook

    return Rulebook(folder)
