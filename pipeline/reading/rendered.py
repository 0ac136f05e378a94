"""What readers give and are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..records import Origin
from .unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of an input besides its bytes. `charset` is what a header said, empty where nothing did."""

    name: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text of an input. `encoding` is the codec of its characters, or the format where that has none of its own."""

    content: str
    encoding: str
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Something inside a container: a file of an archive, a row of a table, a part of an e-mail.

    `name` is its path below the container, `/` as separator. `data` are its bytes, to be read by whatever they are;
    of a row of a table they are UTF-8 text. `problem` says why it could not be taken out. `where` is its place in the
    container where the name does not say it, such as 'row 12'.
    """

    name: str
    data: bytes = b""
    problem: Unreadable | None = None
    charset: str = ""
    where: str = ""


class Reader(Protocol):
    """Bytes of one format → one text; raises Unreadable."""

    def __call__(self, data: bytes, hints: Hints, /) -> Rendered: ...
