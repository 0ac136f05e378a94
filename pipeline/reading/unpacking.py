"""One input, whatever it is, as the texts in it: containers in containers are walked, within one set of limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from . import archives, mail, tables, warc
from .kinds import Kind, is_fragment, kind_of, refusal
from .limits import Limits, Meter, size
from .rendered import Hints, Member
from .tables import TableColumns
from .unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text that a reader can take, or the problem why there is none.

    `source` is the path through all containers, 'dump.zip/deel/tiel.html'. `where` says its place in the innermost
    container where the path does not: 'row 12', an address. `kind` is None where the bytes never came out.
    """

    source: str
    kind: Kind | None
    data: bytes = b""
    charset: str = ""
    where: str = ""
    problem: Unreadable | None = None


_Opener = Callable[[bytes, Hints, Limits, Meter], Iterator[Member]]
_CONTAINERS: Mapping[Kind, _Opener] = {
    Kind.ZIP: archives.members,
    Kind.TAR: archives.members,
    Kind.GZ: archives.members,
    Kind.BZ2: archives.members,
    Kind.XZ: archives.members,
    Kind.EML: mail.members,
    Kind.WARC: warc.members,
}


def texts_of(
    source: str, data: bytes, hints: Hints, limits: Limits, columns: TableColumns | None = None
) -> Iterator[Leaf]:
    """The leaves of one input, in the order of its containers; an input that is no container is its own leaf.

    Never raises: what cannot be read is a leaf with a problem. When a limit of the whole input is reached, the last
    leaf says so.
    """
    if len(data) > limits.input_bytes:
        problem = Unreadable("too_large", f"larger than {size(limits.input_bytes)}; split it")
        yield Leaf(source, None, problem=problem)
        return
    walk = _Walk(limits, columns or TableColumns())
    yield from walk.through(Member(source, data, charset=hints.charset), source, hints.name or source, 0)


class _Walk:
    def __init__(self, limits: Limits, columns: TableColumns) -> None:
        self._limits = limits
        self._columns = columns
        self._meter = Meter(limits)

    def through(self, member: Member, source: str, name: str, depth: int) -> Iterator[Leaf]:
        """One member at `source`: itself, or what is in it."""
        kind = kind_of(member.data, name)
        if kind not in tables.KINDS and kind not in _CONTAINERS:
            problem = refusal(kind)
            yield Leaf(source, kind, b"" if problem else member.data, member.charset, member.where, problem)
        elif depth >= self._limits.depth:
            problem = Unreadable("too_deep", f"more than {self._limits.depth} containers in each other")
            yield Leaf(source, kind, where=member.where, problem=problem)
        else:
            yield from self._inside(member, source, Hints(name, member.charset), kind, depth)

    def _inside(self, member: Member, source: str, hints: Hints, kind: Kind, depth: int) -> Iterator[Leaf]:
        n = 0
        try:
            for inner in self._members(member.data, hints, kind):
                n += 1
                yield from self._one(inner, f"{source}/{inner.name}".rstrip("/"), kind, depth)
                # Rows that came before the limit are still told.
                if self._meter.exhausted and (inner.problem or kind not in tables.KINDS):
                    return
        except Unreadable as problem:
            yield Leaf(source, kind, where=member.where, problem=problem)
            return
        if n == 0:
            nothing = Unreadable("no_text", "holds nothing that could be a text")
            yield Leaf(source, kind, where=member.where, problem=nothing)

    def _members(self, data: bytes, hints: Hints, kind: Kind) -> Iterator[Member]:
        if kind in tables.KINDS:
            return tables.members(data, hints, self._limits, self._columns, self._meter)
        return _CONTAINERS[kind](data, hints, self._limits, self._meter)

    def _one(self, inner: Member, source: str, kind: Kind, depth: int) -> Iterator[Leaf]:
        if inner.problem is not None:
            yield Leaf(source, None, where=inner.where, problem=inner.problem)
        elif kind in tables.KINDS:
            # A cell is a text, whatever it looks like; its name is an id, no file name.
            is_html = is_fragment(inner.data.decode("utf-8", "replace"))
            yield Leaf(source, Kind.HTML if is_html else Kind.TEXT, inner.data, inner.charset, inner.where)
        else:
            yield from self.through(inner, source, inner.name, depth + 1)
