"""How much one input may cost before it is given up: sizes, members, nesting, rows; counted while it is unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .rendered import Member
from .unreadable import Unreadable

MIB = 1 << 20
RATIO_FROM = 16 * MIB  # a small file that unpacks well, such as an empty spreadsheet, is no attack


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may hold. Sizes are counted as bytes come out, never taken from what a header declares."""

    input_bytes: int = 512 * MIB  # the input as it was given
    member_bytes: int = 64 * MIB  # one file, row, part or record inside it
    total_bytes: int = 2048 * MIB  # all that is unpacked of it, at every level of nesting together
    members: int = 100_000  # files of archives, parts of mails and pages of web archives together; not rows
    depth: int = 5  # containers in containers: a table in an archive is 2
    ratio: int = 200  # unpacked to packed, of one compressed stream, from 16 MiB on
    rows: int = 1_000_000  # rows of all its tables together, blank ones included


class Meter:
    """What was used of the limits so far: one meter for an input and everything nested in it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.exhausted = False  # a limit of the whole input was reached: nothing more comes out of it
        self._bytes = 0
        self._members = 0
        self._rows = 0

    def spend(self, n_bytes: int) -> None:
        """These bytes came out of something; raises Unreadable (too_large) when it is enough."""
        self._bytes += n_bytes
        if self._bytes > self.limits.total_bytes:
            self.exhausted = True
            raise Unreadable("too_large", f"unpacks to more than {size(self.limits.total_bytes)}; the rest is not read")

    def member(self) -> None:
        """One more member; raises Unreadable (too_many)."""
        self._members += 1
        self.check_members(self._members)

    def check_members(self, n: int) -> None:
        """Raises Unreadable (too_many) for a number of members above the limit."""
        if n > self.limits.members:
            self.exhausted = True
            raise Unreadable("too_many", f"holds more than {self.limits.members} members; the rest is not read")

    def row(self) -> None:
        """One more row of a table; raises Unreadable (too_many)."""
        self._rows += 1
        if self._rows > self.limits.rows:
            self.exhausted = True
            raise Unreadable("too_many", f"holds more than {self.limits.rows} rows; the rest is not read")

    def check_ratio(self, unpacked: int, packed: int) -> None:
        """Raises Unreadable (too_large) for a compressed stream that swells as only hostile ones do."""
        if unpacked > max(RATIO_FROM, self.limits.ratio * packed):
            raise Unreadable("too_large", f"unpacks to more than {self.limits.ratio} times its size")

    def check_member(self, n_bytes: int) -> None:
        """Raises Unreadable (too_large) for one member above the limit."""
        if n_bytes > self.limits.member_bytes:
            raise self.too_large()

    def too_large(self) -> Unreadable:
        """What is said of a member above the limit."""
        return Unreadable("too_large", f"larger than {size(self.limits.member_bytes)}")


def size(n_bytes: int) -> str:
    """A size for a message: '64 MiB'."""
    return f"{n_bytes // MIB} MiB" if n_bytes >= MIB else f"{n_bytes} bytes"


def ending_well(members: Iterator[Member]) -> Iterator[Member]:
    """The same members; what stops them after the first is told by one last member, before it by Unreadable."""
    began = False
    try:
        for member in members:
            began = True
            yield member
    except Unreadable as problem:
        if not began:
            raise
        yield Member("", problem=problem)


@contextmanager
def damaged(what: str) -> Iterator[None]:
    """Whatever a parser raises on bytes it was not made for becomes Unreadable."""
    try:
        yield
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("too_large", f"{what} needs more memory than there is") from None
    except RecursionError:
        raise Unreadable("too_deep", f"{what} is nested too deep") from None
    except Exception as error:
        raise Unreadable("damaged", f"{what} is damaged or incomplete ({type(error).__name__})") from None
