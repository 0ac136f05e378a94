"""The spaCy components: each finds one kind of thing in a block of running text and adds it to `doc._.found`.

`assemble` puts them behind whatever model was chosen. The components read the text and the context of the block
(`doc._.block`); where a model brought entities of its own, the last component adds those that name an organisation,
a person or a place. Offsets in `doc._.found` are those of the document, not of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from ..places import find_places
from ..records import Found, Label, Place, Source
from ..rulebook import Rulebook
from .addresses import find_addresses
from .counts import find_counts
from .dates import DateContext, find_dates
from .persons import find_persons
from .programmes import Setting, find_programmes

# The label schemes of Dutch models, in one place.
MODEL_LABELS = {
    "ORG": Label.ORGANISATION, "PER": Label.PERSON, "PERSON": Label.PERSON,
    "LOC": Label.PLACE, "GPE": Label.PLACE, "FAC": Label.PLACE,
}  # fmt: skip
MODEL_CONFIDENCE = 0.6  # until a model's own votes are calibrated on these texts


@dataclass(frozen=True, slots=True)
class BlockContext:
    """Where a block stands: its offset in the document, and what the document says about years and place."""

    base: int = 0
    dates: DateContext = field(default_factory=DateContext)
    place: Place = field(default_factory=Place)
    setting: Setting = field(default_factory=Setting)


if not Doc.has_extension("found"):
    Doc.set_extension("found", default=None)
    Doc.set_extension("block", default=None)


@lru_cache(maxsize=4)
def _rulebook(folder: str) -> Rulebook:
    return Rulebook(Path(folder) if folder else None)


def _component(name: str, find: Callable[[Doc, BlockContext, Rulebook], Iterable[Found]]) -> None:
    """Registers a finder as a spaCy component with the rule folder as its only setting."""

    @Language.factory(name, default_config={"rules": ""})
    def _make(nlp: Language, name: str, rules: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
        rulebook = _rulebook(rules)

        def component(doc: Doc) -> Doc:
            context = doc._.block or BlockContext()
            doc._.found = [*(doc._.found or ()), *find(doc, context, rulebook)]
            return doc

        return component


def _shifted(found: Iterable[Found], base: int) -> list[Found]:
    return [replace(f, start=f.start + base, end=f.end + base) for f in found]


def _model_entities(doc: Doc, context: BlockContext, rulebook: Rulebook) -> list[Found]:  # noqa: ARG001
    """The model's own entities, under our labels."""
    return [
        Found(MODEL_LABELS[e.label_], context.base + e.start_char, context.base + e.end_char, e.text,
              source=Source.MODEL, rule="model", confidence=MODEL_CONFIDENCE)
        for e in doc.ents if e.label_ in MODEL_LABELS
    ]  # fmt: skip


_component("coalitie_addresses", lambda doc, at, rules: _shifted(find_addresses(doc.text, rules), at.base))
_component("coalitie_dates", lambda doc, at, rules: find_dates(doc.text, rules, at.dates, at.base))
_component("coalitie_counts", lambda doc, at, rules: find_counts(doc.text, rules, at.base))
_component("coalitie_persons", lambda doc, at, rules: _shifted(find_persons(doc.text, rules), at.base))
_component("coalitie_programmes", lambda doc, at, rules: find_programmes(doc.text, rules, at.base, at.setting))
_component("coalitie_places", lambda doc, at, rules: _shifted(find_places(doc.text, at.place, rules), at.base))
_component("coalitie_model_entities", _model_entities)

COMPONENTS = (
    "coalitie_addresses", "coalitie_dates", "coalitie_counts", "coalitie_persons", "coalitie_programmes",
    "coalitie_places", "coalitie_model_entities",
)  # fmt: skip


def assemble(nlp: Language, rulebook: Rulebook) -> Language:
    """The model with our components behind it, reading the same rules."""
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, config={"rules": str(rulebook.path or "")})
    return nlp
