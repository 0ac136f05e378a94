"""What ties names to each other, and the parts of all names that nothing ties together.

The ties are collected: two numbers each, and about as many as there are names, which the driver holds anyway for their
ids. Spreading labels from name to name over the cluster instead would take a join, a shuffle and a checkpoint for every
step of the longest chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PART = 5_000  # names that are grouped in one go


@dataclass(frozen=True, slots=True)
class Parts:
    """For each position its component, named after its lowest position, and the number of its part: whole components.

    A component that is larger than `PART` is a part of its own; `largest` is the number of names in the largest one.
    """

    component: Sequence[int]
    part: Sequence[int]
    largest: int


def parts_of(n_names: int, ties: Iterable[tuple[int, int]], size: int = PART) -> Parts:
    """Components of the positions 0 … n_names - 1 under `ties`, put together to parts of about `size` names."""
    parent = list(range(n_names))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, two in ties:
        low, high = sorted((root(one), root(two)))
        parent[high] = low
    component = [root(at) for at in range(n_names)]
    sizes: dict[int, int] = {}
    for label in component:
        sizes[label] = sizes.get(label, 0) + 1
    part_of: dict[int, int] = {}
    number, filled = 0, 0
    for label in sorted(sizes):
        if filled and filled + sizes[label] > size:
            number, filled = number + 1, 0
        part_of[label] = number
        filled += sizes[label]
    return Parts(component, [part_of[label] for label in component], max(sizes.values(), default=0))
