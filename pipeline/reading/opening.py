"""From an input to the texts in it, by the choices of a run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import Any

from ..records import Origin, Text
from .columns import TableColumns
from .discovery import Input
from .kinds import Kind
from .limits import Limits
from .registry import NO_TEXTS, Ways, read_leaf
from .rendered import Hints
from .tables import KINDS
from .unpacking import Leaf, texts_of
from .unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chose about reading; the same inputs under the same choices give the same texts."""

    ways: Ways = field(default_factory=Ways)
    columns: TableColumns = field(default_factory=TableColumns)

    def facts(self) -> dict[str, Any]:
        """For `run.json`."""
        return asdict(self)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Choices:
        """The choices of an earlier run."""
        return cls(Ways(**facts.get("ways", {})), TableColumns(**facts.get("columns", {})))


def leaves_of(item: Input, choices: Choices, limits: Limits | None = None) -> Iterator[Leaf]:
    """Everything in one input, problems included; never raises."""
    limits = limits or Limits()
    try:
        data = _bytes_of(item, limits)
    except Unreadable as problem:
        yield Leaf(item.source, None, problem=problem)
        return
    yield from texts_of(item.source, data, Hints(item.source), limits, choices.columns)


def passed_over(leaf: Leaf, item: Input, choices: Choices) -> bool:
    """Whether something is left alone without being called a failure: nobody said that it holds a text."""
    if leaf.kind in NO_TEXTS:
        return leaf.source != item.source  # in an archive; by itself it came under the name of a text
    if item.named and leaf.source == item.source:
        return False
    # a table without a column of texts, among texts: a list of something else
    no_texts = leaf.problem is not None and leaf.problem.error == "no_text"
    return no_texts and leaf.kind in KINDS and choices.columns.text is None


def text_of(leaf: Leaf, choices: Choices) -> Text:
    """One leaf as a text; raises Unreadable."""
    rendered = read_leaf(leaf, choices.ways)
    kind = leaf.kind if leaf.kind is not None else Kind.TEXT
    origins = rendered.origins
    if leaf.where:
        origins = tuple(Origin(o.start, f"{leaf.where}, {o.where}") for o in origins) or (Origin(0, leaf.where),)
    return Text(leaf.source, rendered.content, rendered.encoding, sha256_of(leaf), origins, str(kind))


def sha256_of(leaf: Leaf) -> str:
    """The hash of the bytes of a leaf: of the file, of the member of an archive, of the cell of a table."""
    return hashlib.sha256(leaf.data).hexdigest()


def _bytes_of(item: Input, limits: Limits) -> bytes:
    if item.data is not None:
        return item.data
    try:
        path = Path(item.path)
        status = path.stat()
        if not S_ISREG(status.st_mode):  # a pipe or a device would never end
            raise Unreadable("unreadable", "not a regular file")
        if status.st_size > limits.input_bytes:
            raise Unreadable("too_large", f"larger than {limits.input_bytes >> 20} MiB; split it")
        return path.read_bytes()
    except OSError as error:
        # Only the reason: the full path would put the place of one machine into a table.
        raise Unreadable("unreadable", error.strerror or type(error).__name__) from None
