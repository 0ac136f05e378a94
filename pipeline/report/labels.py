"""Names beside circles: where each can stand without lying on a circle or on another name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .shown import name

Box = tuple[float, float, float, float]  # left, top, right, bottom
LETTER = 8.1  # units that a bold letter takes at most
_LENGTHS = (30, 18, 12)  # letters of a name: as many of them as find room
_HEIGHT = 16


@dataclass(frozen=True, slots=True)
class Circle:
    """What gets a name."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """A name, the point that it is hung on, and by which end: start, middle or end."""

    text: str
    x: int
    y: int
    anchor: str


def place_labels(
    names: Sequence[str], circles: Sequence[Circle], written: Sequence[Box], within: Circle, most: int
) -> list[Label | None]:
    """A label per circle, in order, at most `most` of them; None where there is no room.

    `written` is where something stands already; no label may reach out of `within`.
    """
    taken: list[Box] = [*(_around(circle) for circle in circles), *written]
    labels: list[Label | None] = []
    for full, circle in zip(names, circles, strict=True):
        others = [box for box in taken if box != _around(circle)]
        free = (
            (label, box)
            for length in _LENGTHS
            for label, box in _beside(name(full, length), circle)
            if _inside(box, within) and not any(_touch(box, other) for other in others)
        )
        label, box = next(free, (None, None)) if most else (None, None)
        labels.append(label)
        if box:
            taken.append(box)
            most -= 1
    return labels


def _beside(text: str, circle: Circle) -> Iterator[tuple[Label, Box]]:
    """Right, left, below and above."""
    x, y, width = circle.x, circle.y, LETTER * len(text) + 4
    right, left, below, above = x + circle.radius + 4, x - circle.radius - 4, y + circle.radius, y - circle.radius
    half = _HEIGHT / 2
    yield Label(text, round(right), round(y + 4), "start"), (right, y - half, right + width, y + half)
    yield Label(text, round(left), round(y + 4), "end"), (left - width, y - half, left, y + half)
    for base, top in ((below + 13, below + 1), (above - 5, above - _HEIGHT - 1)):
        yield Label(text, round(x), round(base), "middle"), (x - width / 2, top, x + width / 2, top + _HEIGHT)


def _around(circle: Circle) -> Box:
    return circle.x - circle.radius, circle.y - circle.radius, circle.x + circle.radius, circle.y + circle.radius


def _inside(box: Box, within: Circle) -> bool:
    left, top, right, bottom = box
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    return all(math.hypot(x - within.x, y - within.y) <= within.radius for x, y in corners)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
