"""Runs of invented pages, read by the whole pipeline within this process. Loaded by path: tests are no package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.language.model import choose_model, load_model
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.names_in_use import collect
from coalitie.pipeline.organisations import resolve
from coalitie.pipeline.organisations.registry import Entry, Registry
from coalitie.pipeline.reading import Input, document_ids
from coalitie.pipeline.reading.opening import Choices, leaves_of, text_of
from coalitie.pipeline.records import Judgement, NameKey
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run_folder import StoredRun
from coalitie.pipeline.tables import build
from spacy.language import Language


@cache
def _stages() -> tuple[Rulebook, Language, Learned]:
    rules = Rulebook()
    return rules, assemble(load_model(choose_model("embedded")), rules), Learned.of(rules)


def run_of(
    files: Mapping[str, str | bytes],
    former: StoredRun | None = None,
    judgements: Iterable[Judgement] = (),
    started: str = "2025-03-01T10:00:00+00:00",
) -> StoredRun:
    """A run over files by name. `former` is the run that gives organisations their ids; none for a run made apart."""
    rules, language, learned = _stages()
    ids = document_ids(list(files))
    documents = []
    for source, written in sorted(files.items()):
        data = written.encode() if isinstance(written, str) else written
        (leaf,) = leaves_of(Input(source, data=data), Choices())
        documents.append((ids[source], read_document(text_of(leaf, Choices()), rules, language, learned)))
    uses = collect(documents)
    resolution = resolve(uses.sorted(), rules, judgements, _registry(former))
    return StoredRun(Path(f"run-{started[:10]}"), build(documents, uses, resolution), facts={"started": started})


def _registry(run: StoredRun | None) -> Registry | None:
    if run is None:
        return None
    rows = run.tables.organisations
    entries = {
        row.organisation_id: Entry(
            row.organisation_id, row.name, row.since, tuple(filter(None, (row.known_as or "").split(";")))
        )
        for row in rows
    }
    of_name = {NameKey(row.name, row.municipality or ""): row.organisation_id for row in run.tables.organisation_names}
    return Registry(entries, of_name)
