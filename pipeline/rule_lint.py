"""What is wrong with a folder of rules, beyond what its typed records already refuse."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Literal, get_origin

import yaml

from .problems import Unusable
from .rulebook import Rulebook, RuleError, RuleFolder
from .rulebook.checks import Family, families
from .rulebook.loading import Rule
from .run import open_rulebook


def lint(folder: Path | None = None) -> list[str]:
    """Findings, one line each. Raises `Unusable` where a file cannot be read at all."""
    try:
        rulebook = open_rulebook(folder)
        found = [*_files(rulebook.folder), *_families(rulebook)]
    except RuleError as error:
        raise Unusable(str(error)) from None
    return found


def _families(rulebook: Rulebook) -> Iterator[str]:
    for family in families(rulebook):
        yield from _ids(family)
        yield from _examples(family)


def _ids(family: Family) -> Iterator[str]:
    seen: set[str] = set()
    for rule in family.rules:
        if rule.id in seen:
            yield f"rules/{family.file}: two rules have the id {rule.id!r}"
        seen.add(rule.id)


def _examples(family: Family) -> Iterator[str]:
    """Both directions: a rule fires on its examples and not on its `not` lines, and one of them needs it."""
    owner: dict[str, str] = {}
    for rule in family.rules:
        fired = [family.fires(example) for example in rule.examples]
        for example, found in zip(rule.examples, fired, strict=True):
            if rule.id not in found:
                yield f"rules/{family.file}: {rule.id}: does not fire on its example {example!r}"
            if owner.setdefault(example, rule.id) != rule.id:
                yield f"rules/{family.file}: {rule.id}: the example {example!r} is one of {owner[example]} too"
        for line in rule.counterexamples:
            if rule.id in family.fires(line):
                yield f"rules/{family.file}: {rule.id}: fires on its `not` line {line!r}"
        everywhere = set.intersection(*fired)
        for other in family.rules:
            if other.id != rule.id and other.id in everywhere and _decision(other) == _decision(rule):
                yield (
                    f"rules/{family.file}: {rule.id}: {other.id} catches every example of it and decides the same; "
                    "give an example that needs the rule, or drop it"
                )
                break


def _decision(rule: Rule) -> dict[str, object]:
    """What a rule says about what it finds: its fields from closed lists, its numbers and switches, not its wording."""
    wording = ("id", "examples", "counterexamples")
    cells = {name: getattr(rule, name) for name in type(rule).model_fields if name not in wording}
    closed = {name for name, field in type(rule).model_fields.items() if get_origin(field.annotation) is Literal}
    return {name: cell for name, cell in cells.items() if name in closed or isinstance(cell, (Enum, int, float))}


def _files(folder: RuleFolder) -> Iterator[str]:
    """What a reader of the files never sees: keys and rows written twice."""
    for name in folder.names():
        if name.endswith(".yaml"):
            node = yaml.compose(folder.text_of(name), Loader=yaml.SafeLoader)
            if node is not None:
                yield from _twice_in_yaml(name, node)
        elif name.endswith(".csv"):
            yield from _twice_in_csv(name, folder.text_of(name))
        elif name.endswith(".txt"):
            lines = [line.strip() for line in folder.text_of(name).splitlines()]
            yield from _twice(name, [(n, line) for n, line in enumerate(lines, 1) if line and line[0] != "#"])


def _twice_in_yaml(name: str, node: yaml.Node) -> Iterator[str]:
    """A key written twice in one record: YAML keeps the last and says nothing."""
    if isinstance(node, yaml.MappingNode):
        keys = [(key.start_mark.line + 1, str(key.value)) for key, _ in node.value]
        yield from _twice(name, keys)
        for _, value in node.value:
            yield from _twice_in_yaml(name, value)
    elif isinstance(node, yaml.SequenceNode):
        scalars = [(v.start_mark.line + 1, v.value) for v in node.value if isinstance(v, yaml.ScalarNode)]
        yield from _twice(name, scalars)
        for value in node.value:
            yield from _twice_in_yaml(name, value)


def _twice_in_csv(name: str, text: str) -> Iterator[str]:
    reader = csv.reader(io.StringIO(text))
    rows = [(reader.line_num, ",".join(row)) for row in reader]
    yield from _twice(name, rows)


def _twice(name: str, lines: list[tuple[int, str]]) -> Iterator[str]:
    where: dict[str, list[int]] = defaultdict(list)
    for line, value in lines:
        where[value].append(line)
    for value, found in where.items():
        if len(found) > 1:
            yield f"rules/{name}, line {found[1]}: {value!r} is on line {found[0]} too"
