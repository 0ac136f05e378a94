"""Stretches of a text, and whether another one meets them, without looking at every one of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import accumulate

Span = tuple[int, int]


class Spans:
    """Stretches that are known beforehand; they may overlap each other."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))  # how far those up to here go

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them has a character in common with `start`..`end`."""
        at = bisect_left(self._starts, end)
        return at > 0 and self._reach[at - 1] > start


class Taken:
    """Stretches that are added one by one, none of which meets another."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them has a character in common with `start`..`end`."""
        at = bisect_left(self._spans, (end, 0))
        return at > 0 and self._spans[at - 1][1] > start

    def add(self, start: int, end: int) -> None:
        """Adds one that meets none."""
        insort(self._spans, (start, end))
