"""All that is found in a block of running text, and the votes of a name model on it.

The finders need a text and no tokens, so only the blocks on which a model votes become a Doc. Offsets are those of the
document, not of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..places import find_places
from ..records import Found, ModelLabel, ModelName, Place
from ..rulebook import Rulebook
from .addresses import find_addresses
from .counts import find_counts
from .dates import DateContext, find_dates
from .persons import find_persons
from .programmes import Setting, find_programmes

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

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


Find = Callable[[str, BlockContext, Rulebook], Iterable[Found]]


def _shifted(found: list[Found], base: int) -> list[Found]:
    if not base:
        return found
    return [replace(f, start=f.start + base, end=f.end + base) for f in found]


# By the names that the finders have as components of a pipeline (`components`), in their order.
FINDERS: dict[str, Find] = {
    "coalitie_addresses": lambda text, at, rules: _shifted(find_addresses(text, rules), at.base),
    "coalitie_dates": lambda text, at, rules: find_dates(text, rules, at.dates, at.base),
    "coalitie_counts": lambda text, at, rules: find_counts(text, rules, at.base),
    "coalitie_persons": lambda text, at, rules: _shifted(find_persons(text, rules), at.base),
    "coalitie_programmes": lambda text, at, rules: find_programmes(text, rules, at.base, at.setting),
    "coalitie_places": lambda text, at, rules: _shifted(find_places(text, at.place, rules), at.base),
}


def find_in_block(text: str, context: BlockContext, rulebook: Rulebook) -> list[Found]:
    """All that the finders see in one block, in their order."""
    return [found for find in FINDERS.values() for found in find(text, context, rulebook)]


def model_names(blocks: Sequence[tuple[str, int]], language: Language) -> list[ModelName]:
    """The votes of the name model on blocks, each a text and its offset; none where the pipeline has no model.

    Our own components, where the pipeline has them, are left out.
    """
    own = [name for name in language.pipe_names if name.startswith("coalitie_")]
    if len(own) == len(language.pipe_names):
        return []
    read = language.pipe((language.make_doc(text) for text, _ in blocks), disable=own)
    return [vote for doc, (_, base) in zip(read, blocks, strict=True) for vote in votes_of(doc, base)]


def votes_of(doc: Doc, base: int) -> tuple[ModelName, ...]:
    """The entities that a model found, under our labels; `base` is where the Doc begins in the document."""
    return tuple(
        ModelName(MODEL_LABELS[e.label_], base + e.start_char, base + e.end_char)
        for e in doc.ents if e.label_ in MODEL_LABELS
    )  # fmt: skip
