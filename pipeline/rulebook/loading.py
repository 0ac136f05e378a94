"""Reads one rule file into typed records; every complaint names the file, the line and what was expected."""

from __future__ import annotations

import csv
import gzip
import io
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..problems import Unusable

if TYPE_CHECKING:
    from importlib.abc import Traversable  # moved in Python 3.11, gone from here in 3.14


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RuleError(Unusable):
    """A rule file that cannot be used. The message says which file and line, and what to try."""


class Record(BaseModel):
    """A record of a rule file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rule(Record):
    """A record that proves itself: it fires on each of `examples` and on none of `not`."""

    id: str
    examples: tuple[str, ...] = Field(min_length=1)
    counterexamples: tuple[str, ...] = Field(default=(), alias="not")


R = TypeVar("R", bound=Record)


class RuleFolder:
    """The folder with rule files: the one in the package, or the one named with `--rules DIR`."""

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise RuleError(f"{folder} is not a folder with rules; copy the package's rules folder and edit the copy")
        self._root: Traversable = folder if folder is not None else files("coalitie.rules")

    def names(self) -> list[str]:
        """The rule files, sorted; used for the hash of the rules in `run.json`."""
        return sorted(f.name for f in self._root.iterdir() if f.name.endswith((".yaml", ".csv", ".txt", ".gz")))

    def bytes_of(self, name: str) -> bytes:
        try:
            return self._root.joinpath(name).read_bytes()
        except FileNotFoundError:
            raise RuleError(f"rules/{name} is missing; copy it from the package's rules folder") from None

    def text_of(self, name: str) -> str:
        try:
            return self.bytes_of(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RuleError(f"rules/{name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None

    def yaml(self, name: str, model: type[R]) -> R:
        """One YAML file as one record of `model`."""
        text = self.text_of(name)
        try:
            data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C where it is there
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "cannot be read"
            raise RuleError(f"rules/{name}{line}: not valid YAML: {problem}") from None
        try:
            return model.model_validate(data if data is not None else {})
        except ValidationError as error:
            raise RuleError(_explain(name, text, error)) from None

    def csv(self, name: str, model: type[R]) -> tuple[R, ...]:
        """One CSV file as a tuple of records of `model`, in file order."""
        rows: list[R] = []
        reader = csv.DictReader(io.StringIO(self.text_of(name)))
        adapter = TypeAdapter(model)
        for row in reader:
            if None in row or None in row.values():
                raise RuleError(f"rules/{name}, line {reader.line_num}: expected {len(reader.fieldnames or ())} fields")
            try:
                rows.append(adapter.validate_python(row))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                raise RuleError(f"rules/{name}, line {reader.line_num}: {where}: {first['msg']}") from None
        return tuple(rows)

    def words(self, name: str) -> frozenset[str]:
        """One word or phrase a line; lines that begin with `#` are remarks. A `.gz` name is unpacked."""
        text = gzip.decompress(self.bytes_of(name)).decode("utf-8") if name.endswith(".gz") else self.text_of(name)
        if "#" not in text:
            return frozenset(map(str.strip, text.splitlines())) - {""}
        return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _explain(name: str, text: str, error: ValidationError) -> str:
    """The first complaint of pydantic with the line of the record it is about."""
    first = error.errors()[0]
    path = first["loc"]
    line = _line_of(text, path)
    where = ".".join(str(part) for part in path)
    return f"rules/{name}, line {line}: {where}: {first['msg']}"


def _line_of(text: str, path: tuple[int | str, ...]) -> int:
    """The line on which the deepest existing node of `path` begins."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for part in path:
        following = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, following = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            following = node.value[part]
            line = following.start_mark.line + 1
        if following is None:
            break
        node = following
    return line
