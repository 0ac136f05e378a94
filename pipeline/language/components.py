"""The finders as spaCy components, for whoever works with a pipeline; a run calls them directly (`finding`).

`assemble` puts them behind whatever model was chosen. They read the context of the block (`doc._.block`) and add to
`doc._.found`; the last one keeps the entities that the model brought in `doc._.names`, as votes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from ..rulebook import Rulebook
from .finding import FINDERS, BlockContext, Find, votes_of

MODEL_NAMES = "coalitie_model_names"

if not Doc.has_extension("found"):
    Doc.set_extension("found", default=None)
    Doc.set_extension("names", default=None)
    Doc.set_extension("block", default=None)


@lru_cache(maxsize=4)
def _rulebook(folder: str) -> Rulebook:
    return Rulebook(Path(folder) if folder else None)


def _component(name: str, find: Find) -> None:
    """Registers a finder as a spaCy component with the rule folder as its only setting."""

    @Language.factory(name, default_config={"rules": ""})
    def _make(nlp: Language, name: str, rules: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
        rulebook = _rulebook(rules)

        def component(doc: Doc) -> Doc:
            context = doc._.block or BlockContext()
            doc._.found = [*(doc._.found or ()), *find(doc.text, context, rulebook)]
            return doc

        return component


@Language.component(MODEL_NAMES)
def _model_names(doc: Doc) -> Doc:
    """The model's own entities, under our labels: votes, which later stages weigh."""
    doc._.names = votes_of(doc, (doc._.block or BlockContext()).base)
    return doc


COMPONENTS = (*FINDERS, MODEL_NAMES)
for _name, _finder in FINDERS.items():
    _component(_name, _finder)


def assemble(nlp: Language, rulebook: Rulebook) -> Language:
    """The model with our components behind it, reading the same rules."""
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, config={} if name == MODEL_NAMES else {"rules": str(rulebook.path or "")})
    return nlp
