"""rules/learned.yaml: which learned decisions are switched on."""

from __future__ import annotations

from .loading import Record


class LearnedFile(Record):
    """One switch a decision; off means that the rules alone decide."""

    headings: bool = True
    kinds: bool = True
    names: bool = True
    membership: bool = True
    parties: bool = True
