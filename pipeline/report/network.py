"""A picture of who shares organisations: municipalities on a ring by province, shared organisations within it.

Nothing is drawn by chance: the same coalitions give the same picture, to the byte.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .coalitions import Coalition, Coalitions, Member
from .labels import LETTER, Box, Circle, Label, place_labels
from .shown import name

DRAWN = 110  # organisations; more could not be told apart
FEW = 72  # municipalities that leave room for their names at any size
_SIZES = ((12, 760), (FEW, 1040))  # up to so many municipalities, so many units
_BIGGEST = 1240
_NAMED = 46  # organisations that may have their name beside them
_HANDFUL = 20  # organisations
_WIDE = 12  # coalitions
_GAP = 0.028  # radians between provinces
_ROUNDS = 300
_SQUEEZE = 0.37  # of what lies beside each other


@dataclass(frozen=True, slots=True)
class Spot:
    """A municipality on the ring: its dot, and how its name is turned."""

    place: Coalition
    x: int
    y: int
    label_x: int
    label_y: int
    turn: float  # degrees
    anchor: str  # of the name: start or end
    label: str


@dataclass(frozen=True, slots=True)
class Arc:
    """A province inside the ring: a path for its line and one for its name, which reads from left to right."""

    province: str
    line: str
    name_path: str


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation: where, how big, its lines to the municipalities, and its name where there is room."""

    member: Member
    x: int
    y: int
    radius: int
    lines: str
    wide: bool  # in so many coalitions that its lines would hide the others
    label: Label | None


@dataclass(frozen=True, slots=True)
class Network:
    """The whole picture. `left_out` organisations are shared but not drawn."""

    spots: tuple[Spot, ...]
    arcs: tuple[Arc, ...]
    nodes: tuple[Node, ...]
    left_out: int
    size: int  # units, both ways; letters are 14 units or so
    many: bool  # municipalities: their names need the enlarged picture


def draw(coalitions: Coalitions) -> Network:
    """The picture of a run's coalitions; without nodes where no organisation is in two of them."""
    places, drawn = coalitions.places, coalitions.shared[:DRAWN]
    many = len(places) > FEW
    size = next((size for most, size in _SIZES if len(places) <= most), _BIGGEST)
    ring = _Ring(size / 2, size / 2 - (88 if many else 158))
    groups = list(coalitions.provinces())
    gap = min(_GAP, math.pi / max(1, len(groups)))
    angles: list[float] = []
    arcs: list[Arc] = []
    written: list[Box] = []  # where names of provinces stand
    turn = -math.pi / 2
    for (province, group), width in zip(groups, _widths(groups, gap, ring), strict=True):
        step = width / len(group)
        mine = [turn + gap / 2 + (at + 0.5) * step for at in range(len(group))]
        reach = min(0.5 * step, 0.09)  # of its line beyond the outermost municipalities
        if province:
            arcs.append(_arc(name(province, 24), mine[0] - reach, mine[-1] + reach, ring))
            written.append(_box_of_name(arcs[-1].province, (mine[0] + mine[-1]) / 2, ring))
        angles += mine
        turn += width + gap
    spots = tuple(_spot(place, angle, ring, many) for place, angle in zip(places, angles, strict=True))
    return Network(
        spots, tuple(arcs), _nodes(drawn, angles, ring, written), len(coalitions.shared) - len(drawn), size, many
    )


def _widths(groups: Sequence[tuple[str, tuple[int, ...]]], gap: float, ring: _Ring) -> list[float]:
    """How much of the ring each province gets: by its municipalities, but room for its name at least."""
    needed = [(LETTER * len(name(province, 24)) + 14) / ring.radius for province, _ in groups]
    room = 2 * math.pi - gap * len(groups)
    scale = min(1.0, room / sum(needed)) if needed else 1.0
    needed = [width * scale for width in needed]
    least, most = 0.0, room
    for _ in range(60):
        step = (least + most) / 2
        if sum(max(width, step * len(group)) for width, (_, group) in zip(needed, groups, strict=True)) > room:
            most = step
        else:
            least = step
    return [max(width, least * len(group)) for width, (_, group) in zip(needed, groups, strict=True)]


@dataclass(frozen=True, slots=True)
class _Ring:
    """The circle of the municipalities: its middle, both ways, and its radius."""

    middle: float
    radius: float

    def at(self, angle: float, inwards: float = 0) -> tuple[float, float]:
        """The point at an angle, so much within the ring."""
        radius = self.radius - inwards
        return self.middle + radius * math.cos(angle), self.middle + radius * math.sin(angle)


def _spot(place: Coalition, angle: float, ring: _Ring, many: bool) -> Spot:
    x, y = ring.at(angle)
    label_x, label_y = ring.at(angle, -7 if many else -12)
    degrees = math.degrees(angle)
    left = math.cos(angle) < 0
    turn = round(degrees + 180 if left else degrees, 1)
    label = name(place.name, 21)
    return Spot(place, round(x), round(y), round(label_x), round(label_y), turn, "end" if left else "start", label)


def _arc(province: str, first: float, last: float, ring: _Ring) -> Arc:
    middle, half = (first + last) / 2, max((last - first) / 2, 0.001)
    line = _bow(ring, 13, middle - half, middle + half)
    # Room for the letters, also where the arc is shorter; below the middle they run the other way, to be upright.
    reach = min(max(half, 5.5 * len(province) / ring.radius), 3.0)
    if math.sin(middle) > 0:
        return Arc(province, line, _bow(ring, 21, middle + reach, middle - reach))
    return Arc(province, line, _bow(ring, 31, middle - reach, middle + reach))


def _box_of_name(province: str, angle: float, ring: _Ring) -> Box:
    x, y = ring.at(angle, 26)
    length, across, along = LETTER * len(province), abs(math.sin(angle)), abs(math.cos(angle))
    width, height = length * across + 16 * along, length * along + 16 * across
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _bow(ring: _Ring, inwards: float, first: float, last: float) -> str:
    (x, y), (to_x, to_y) = ring.at(first, inwards), ring.at(last, inwards)
    large, onwards = int(abs(last - first) > math.pi), int(last > first)
    radius = ring.radius - inwards
    return f"M{x:.0f} {y:.0f}A{radius:.0f} {radius:.0f} 0 {large} {onwards} {to_x:.0f} {to_y:.0f}"


def _nodes(members: Sequence[Member], angles: Sequence[float], ring: _Ring, written: Sequence[Box]) -> tuple[Node, ...]:
    if not members:
        return ()
    biggest = len(members[0].where)
    radii = [4 + 14 * math.sqrt(len(member.where) / max(biggest, 6)) for member in members]
    circles = _spread([_pull(member, angles, ring) for member in members], radii, ring)
    # Where there are few organisations, a name may stand on the ring.
    within = Circle(ring.middle, ring.middle, ring.radius + (40 if len(members) <= _HANDFUL else -38))
    labels = place_labels([member.name for member in members], circles, written, within, _NAMED)
    return tuple(
        _node(member, circle, label, angles, ring)
        for member, circle, label in zip(members, circles, labels, strict=True)
    )


def _node(member: Member, circle: Circle, label: Label | None, angles: Sequence[float], ring: _Ring) -> Node:
    lines = "".join(_line(circle, angles[at], ring) for at in sorted(member.where))
    wide = len(member.where) > _WIDE
    return Node(member, round(circle.x), round(circle.y), round(circle.radius), lines, wide, label)


def _pull(member: Member, angles: Sequence[float], ring: _Ring) -> tuple[float, float]:
    """Where an organisation wants to be: in the middle of its municipalities."""
    n = len(member.where)
    x = sum(math.cos(angles[at]) for at in member.where) / n
    y = sum(math.sin(angles[at]) for at in member.where) / n
    return 0.76 * ring.radius * x, 0.76 * ring.radius * y


def _spread(wanted: list[tuple[float, float]], radii: list[float], ring: _Ring) -> list[Circle]:
    """The places nearest to those wanted at which no two circles touch, as far as a few rounds of pushing find them."""
    import numpy as np

    n = len(wanted)
    home = np.array(wanted)
    # A turn of its own for each, so that equal places can part.
    turn = np.arange(n) * 2.399963
    spot = home + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (2 + np.arange(n)[:, None] * 0.4)
    size = np.array(radii)
    named = np.where(np.arange(n) < _NAMED, 6.0, 1.0) * (2 if n <= _HANDFUL else 1)
    room = size[:, None] + size[None, :] + named[:, None] + named[None, :] + 6
    # Names are wide and low: organisations need more room beside each other than above each other.
    squeeze = np.array([_SQUEEZE, 1.0])
    for done in range(_ROUNDS):
        apart = spot[:, None, :] - spot[None, :, :]
        distance: Any = np.sqrt(((apart * squeeze) ** 2).sum(axis=2)) + np.eye(n) * 1e6 + 1e-6
        push = np.clip(room - distance, 0, None) / distance
        spot = spot + 0.32 * (apart * push[:, :, None]).sum(axis=1)
        spot = spot + 0.06 * (1 - done / _ROUNDS) * (home - spot)
        length = np.sqrt((spot**2).sum(axis=1)) + 1e-6
        spot = spot * np.minimum(1, (ring.radius - 62 - size) / length)[:, None]
    return [
        Circle(ring.middle + float(x), ring.middle + float(y), radius)
        for (x, y), radius in zip(spot, radii, strict=True)
    ]


def _line(circle: Circle, angle: float, ring: _Ring) -> str:
    """A bow that leaves the municipality towards the middle."""
    to_x, to_y = ring.at(angle, 5)
    via_x, via_y = ring.at(angle, ring.radius * 0.38)
    via_x, via_y = via_x * 0.8 + circle.x * 0.2, via_y * 0.8 + circle.y * 0.2
    return f"M{circle.x:.0f} {circle.y:.0f}Q{via_x:.0f} {via_y:.0f} {to_x:.0f} {to_y:.0f}"
