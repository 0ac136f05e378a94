"""The pages of docs/reference, made from what they are about. `python tests/refresh.py` writes them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made by `python tests/refresh.py`: change what it is made from. -->"


def pages() -> dict[str, str]:
    """The text of every page, by its name."""
    return {"options.md": options(), "columns.md": columns(), "rules.md": rules(), "python.md": python()}


# --- commands -----------------------------------------------------------------------------------------


def options() -> str:
    """Every command with its arguments and options."""
    import typer
    from coalitie.cli import app

    found = _commands(typer.main.get_command(app))
    parts = [
        "# All options",
        MADE,
        "Every command, as `coalitie COMMAND --help` has it. [Commands by example](../commands.md) shows them at work.",
    ]
    for name, command in found:
        parts += [f"## coalitie {name}", inspect.cleandoc(command.help or ""), _table(_parameters(command))]
    return _page(parts)


def _commands(command: Any, prefix: str = "") -> list[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(prefix.strip(), command)]
    return [pair for name, child in children.items() for pair in _commands(child, f"{prefix} {name}")]


def _parameters(command: Any) -> Iterator[tuple[str, ...]]:
    yield ("option", "default", "what for")
    for parameter in command.params:
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("-"))
        shown = names or f"`{parameter.metavar or parameter.name.upper()}`"
        plain = isinstance(parameter.default, (str, int, float, Path)) and not isinstance(parameter.default, bool)
        default = f"`{parameter.default}`" if plain and str(parameter.default) else ""
        yield shown, default, " ".join((getattr(parameter, "help", None) or "").split())


# --- tables -------------------------------------------------------------------------------------------


def columns() -> str:
    """Every column of every table: type, whether it may be empty, what it says."""
    from coalitie.pipeline.datapackage import Counted, describe
    from coalitie.pipeline.rows import ROW_TYPES, SCHEMA_VERSION

    described = describe([(row_type, Counted(())) for row_type in ROW_TYPES])
    parts = [
        "# All columns",
        MADE,
        f"The tables of a run, as `datapackage.json` describes them (`schema_version` {SCHEMA_VERSION}). What they mean"
        " together: [tables](../tables.md).",
    ]
    for table in described["resources"]:
        schema = table["schema"]
        keys = [f"Key: `{_joined(schema['primaryKey'])}`."] if schema.get("primaryKey") else []
        keys += [
            f"`{_joined(key['fields'])}` refers to"
            f" `{key['reference']['resource'] or table['name']}.{_joined(key['reference']['fields'])}`."
            for key in schema.get("foreignKeys", ())
        ]
        parts += [f"## {table['name']}", table.get("description", ""), " ".join(keys), _table(_fields(schema))]
    return _page(parts)


def _joined(names: str | list[str]) -> str:
    return names if isinstance(names, str) else ", ".join(names)


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    yield ("column", "type", "empty?", "what it holds")
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        values = f" One of {', '.join(f'`{value}`' for value in limits['enum'])}." if "enum" in limits else ""
        empty = "" if limits.get("required") else "may be"
        yield f"`{field['name']}`", field["type"], empty, f"{field.get('description', '')}{values}".strip()


# --- rules --------------------------------------------------------------------------------------------


def rules() -> str:
    """Every file of rules, and what it says of itself."""
    folder = CHECKOUT / "rules"
    parts = ["# Rule files", MADE, "What each file of `rules/` says at its top. [Adding a rule](../add-a-rule.md)."]
    rows = [("file", "what for")]
    for path in sorted(folder.glob("*.yaml")):
        rows.append((f"`{path.name}`", _header(path)))
    return _page([*parts, _table(iter(rows))])


def _header(path: Path) -> str:
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") or line.strip() == "#":
            break
        lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines)


# --- Python -------------------------------------------------------------------------------------------


def python() -> str:
    """What `import coalitie` offers."""
    import coalitie

    parts = ["# Python", MADE, inspect.cleandoc(coalitie.__doc__ or "")]
    for name in sorted(set(coalitie.__all__) - {"__version__"}):
        thing = getattr(coalitie, name)
        parts += [f"## {name}", f"```python\n{name}{_signature(thing)}\n```", _docstring(thing)]
        members = inspect.getmembers(thing) if inspect.isclass(thing) else []
        for member, value in members:
            if member.startswith("_") or not (inspect.isfunction(value) or isinstance(value, cached_property)):
                continue
            shown = _signature(value) if inspect.isfunction(value) else ""
            parts += [f"### {name}.{member}", f"```python\n.{member}{shown}\n```", _docstring(value)]
    return _page(parts)


def _signature(thing: Any) -> str:
    try:
        return re.sub(r"'([\w\[\], |.]+)'", r"\1", str(inspect.signature(thing)))
    except (TypeError, ValueError):
        return ""


def _docstring(thing: Any) -> str:
    said = inspect.cleandoc(thing.__doc__ or "")
    return "" if said.startswith(f"{getattr(thing, '__name__', '')}(") else said  # as dataclasses write by themselves


# --- licences -----------------------------------------------------------------------------------------


def licences(distribution: str = "coalitie") -> str:
    """Every package that an installation with all extras can bring, and its licence, as it says itself."""
    rows = [("package", "licence")]
    rows += [(f"`{name}`", licence) for name, licence in sorted(_closure(distribution).items())]
    words = (
        "What `pip install 'coalitie[all]'` brings along, and under which licence, as each package says it itself. Written on"
        " one machine: others may need a package more or less."
    )
    return _page(["# Licences", MADE.replace("refresh.py", "refresh.py licences"), words, _table(iter(rows))])


def _closure(distribution: str) -> dict[str, str]:
    """Requirements of requirements; of the first one with the extra `all`."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, str] = {}
    todo = [(distribution, frozenset({"all"}))]
    seen = set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            wanted = requires(name) or []
        except PackageNotFoundError:
            continue
        if name != distribution:
            found[name] = _licence(name)
        for line in wanted:
            requirement = Requirement(line)
            if requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in (*extras, "")
            ):
                todo.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))
    return found


def _licence(name: str) -> str:
    said = metadata(name)
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if line.startswith("License")]
    first_line = (said.get("License") or "").strip().splitlines()[:1]
    return said.get("License-Expression") or ", ".join(classified) or " ".join(first_line)[:80] or "see its own files"


# --- Markdown -----------------------------------------------------------------------------------------


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    header, *body = rows
    if not body:
        return ""
    lines = [header, tuple("---" for _ in header), *body]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _page(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
