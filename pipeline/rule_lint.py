"""What is wrong with a folder of rules, beyond what its typed records already refuse."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

from .problems import Unusable
from .rulebook import Rulebook, RuleError, RuleFolder
from .rulebook.checks import Family, families
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
    """Both directions: a rule fires on its examples and not on its `not` lines, and is needed for one of them."""
    owner: dict[str, str] = {}
    ids = {rule.id for rule in family.rules}
    for rule in family.rules:
        needed = False
        for example in rule.examples:
            fired = family.fires(example)
            if rule.id not in fired:
                yield f"rules/{family.file}: {rule.id}: does not fire on its example {example!r}"
            if owner.setdefault(example, rule.id) != rule.id:
                yield f"rules/{family.file}: {rule.id}: the example {example!r} is one of {owner[example]} too"
            needed = needed or not (fired & ids) - {rule.id}  # rules of another family do another job
        for line in rule.counterexamples:
            if rule.id in family.fires(line):
                yield f"rules/{family.file}: {rule.id}: fires on its `not` line {line!r}"
        if not needed:
            yield f"rules/{family.file}: {rule.id}: every example of it is caught by another rule; is it needed?"


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
