"""The spaCy components: each finds one kind of thing in a block of running text and adds it to `doc._.found`.

`assemble` puts them behind whatever model was chosen. The components read the text and the context of the block
(`doc._.block`); where a model brought entities of its own, the last component keeps them in `doc._.names`, as votes.
Offsets in both are those of the document, not of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


@Language.component(MODEL_NAMES)
def _model_names(doc: Doc) -> Doc:
    """The model's own entities, under our labels: votes, which later stages weigh."""
    base = (doc._.block or BlockContext()).base
    doc._.names = tuple(
        ModelName(MODEL_LABELS[e.label_], base + e.start_char, base + e.end_char)
        for e in doc.ents if e.label_ in MODEL_LABELS
    )  # fmt: skip
    return doc


_component("coalitie_addresses", lambda doc, at, rules: _shifted(find_addresses(doc.text, rules), at.base))
_component("coalitie_dates", lambda doc, at, rules: find_dates(doc.text, rules, at.dates, at.base))
_component("coalitie_counts", lambda doc, at, rules: find_counts(doc.text, rules, at.base))
_component("coalitie_persons", lambda doc, at, rules: _shifted(find_persons(doc.text, rules), at.base))
_component("coalitie_programmes", lambda doc, at, rules: find_programmes(doc.text, rules, at.base, at.setting))
_component("coalitie_places", lambda doc, at, rules: _shifted(find_places(doc.text, at.place, rules), at.base))

COMPONENTS = (
    "coalitie_addresses", "coalitie_dates", "coalitie_counts", "coalitie_persons", "coalitie_programmes",
    "coalitie_places", MODEL_NAMES,
)  # fmt: skip


def assemble(nlp: Language, rulebook: Rulebook) -> Language:
    """The model with our components behind it, reading the same rules."""
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, config={} if name == MODEL_NAMES else {"rules": str(rulebook.path or "")})
    return nlp
