"""Which module reads which kind of file. A new format is one module and one line of `READERS`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from ..records import Failure, Text
from . import text
from .discovery import Input
from .unreadable import Unreadable

# Bytes → (content, encoding); raises `Unreadable`.
Reader = Callable[[bytes], tuple[str, str]]

READERS: Mapping[str, Reader] = {
    ".txt": text.decode,
}

STAGE = "reading"


def read(item: Input) -> Text | Failure:
    """One input as text, or the row of `errors.csv` that says why not."""
    try:
        data = _bytes_of(item)
        # A file that the user named himself, whatever its suffix, is tried as plain text.
        content, encoding = READERS.get(Path(item.source).suffix.lower(), text.decode)(data)
    except Unreadable as problem:
        return Failure(item.source, STAGE, problem.error, problem.message)
    return Text(item.source, content, encoding, hashlib.sha256(data).hexdigest())


def _bytes_of(item: Input) -> bytes:
    if item.data is not None:
        return item.data
    try:
        return Path(item.path).read_bytes()
    except OSError as error:
        # Only the reason: the full path would put the place of one machine into a table.
        raise Unreadable("unreadable", error.strerror or type(error).__name__) from None
