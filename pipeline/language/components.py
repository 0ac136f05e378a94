"""What finds things in a block of running text, and the same as spaCy components.

`find_in_block` and `model_names` are how a run reads: the finders need a text and no tokens, so that only the blocks on
which a name model votes become a Doc. `assemble` puts the same finders behind a model as components, for whoever works
with a pipeline: they read the context of the block (`doc._.block`) and add to `doc._.found`, the last one keeps the
entities that the model brought in `doc._.names`, as votes. Offsets are those of the document, not of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from ..places import find_places
from ..records import Found, ModelLabel, ModelName, Place
from ..rulebook import Rulebook
from .addresses import find_addresses
from .counts import find_counts
from .dates import DateContext, find_dates
from .persons import find_persons
from .programmes import Setting, find_programmes

# The label schemes of Dutch models, in one place: what each calls a person, a place, an organisation, and named things
# of other kinds (works, events, laws, products), which here may be programmes.
MODEL_LABELS = {
    "ORG": ModelLabel.ORGANISATION, "PER": ModelLabel.PERSON, "PERSON": ModelLabel.PERSON,
    "LOC": ModelLabel.PLACE, "GPE": ModelLabel.PLACE, "FAC": ModelLabel.PLACE,
    "MISC": ModelLabel.OTHER, "WORK_OF_ART": ModelLabel.OTHER, "EVENT": ModelLabel.OTHER, "LAW": ModelLabel.OTHER,
    "PRODUCT": ModelLabel.OTHER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BlockContext:
    """Where a block stands: its offset in the document, and what the document says about years and place."""

    base: int = 0
    dates: DateContext = field(default_factory=DateContext)
    place: Place = field(default_factory=Place)
    setting: Setting = field(default_factory=Setting)


MODEL_NAMES = "coalitie_model_names"

if not Doc.has_extension("found"):
    Doc.set_extension("found", default=None)
    Doc.set_extension("names", default=None)
    Doc.set_extension("block", default=None)


@lru_cache(maxsize=4)
def _rulebook(folder: str) -> Rulebook:
    return Rulebook(Path(folder) if folder else None)


_Find = Callable[[str, BlockContext, Rulebook], Iterable[Found]]


def _component(name: str, find: _Find) -> None:
    """Registers a finder as a spaCy component with the rule folder as its only setting."""

    @Language.factory(name, default_config={"rules": ""})
    def _make(nlp: Language, name: str, rules: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
        rulebook = _rulebook(rules)

        def component(doc: Doc) -> Doc:
            context = doc._.block or BlockContext()
            doc._.found = [*(doc._.found or ()), *find(doc.text, context, rulebook)]
            return doc

        return component


def _shifted(found: Iterable[Found], base: int) -> list[Found]:
    if not base:
        return list(found)
    return [replace(f, start=f.start + base, end=f.end + base) for f in found]


@Language.component(MODEL_NAMES)
def _model_names(doc: Doc) -> Doc:
    """The model's own entities, under our labels: votes, which later stages weigh."""
    doc._.names = _votes(doc, (doc._.block or BlockContext()).base)
    return doc


def _votes(doc: Doc, base: int) -> tuple[ModelName, ...]:
    return tuple(
        ModelName(MODEL_LABELS[e.label_], base + e.start_char, base + e.end_char)
        for e in doc.ents if e.label_ in MODEL_LABELS
    )  # fmt: skip


_FINDERS: dict[str, _Find] = {
    "coalitie_addresses": lambda text, at, rules: _shifted(find_addresses(text, rules), at.base),
    "coalitie_dates": lambda text, at, rules: find_dates(text, rules, at.dates, at.base),
    "coalitie_counts": lambda text, at, rules: find_counts(text, rules, at.base),
    "coalitie_persons": lambda text, at, rules: _shifted(find_persons(text, rules), at.base),
    "coalitie_programmes": lambda text, at, rules: find_programmes(text, rules, at.base, at.setting),
    "coalitie_places": lambda text, at, rules: _shifted(find_places(text, at.place, rules), at.base),
}
COMPONENTS = (*_FINDERS, MODEL_NAMES)
for _name, _finder in _FINDERS.items():
    _component(_name, _finder)


def find_in_block(text: str, context: BlockContext, rulebook: Rulebook) -> list[Found]:
    """All that the finders see in one block, in their order."""
    return [found for find in _FINDERS.values() for found in find(text, context, rulebook)]


def model_names(blocks: Sequence[tuple[str, int]], language: Language) -> list[ModelName]:
    """The votes of the name model on blocks, each a text and its offset; none where the pipeline has no model."""
    if all(name in COMPONENTS for name in language.pipe_names):
        return []
    docs = (language.make_doc(text) for text, _ in blocks)
    read = language.pipe(docs, disable=[name for name in language.pipe_names if name in COMPONENTS])
    return [vote for doc, (_, base) in zip(read, blocks, strict=True) for vote in _votes(doc, base)]


def assemble(nlp: Language, rulebook: Rulebook) -> Language:
    """The model with our components behind it, reading the same rules."""
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, config={} if name == MODEL_NAMES else {"rules": str(rulebook.path or "")})
    return nlp
