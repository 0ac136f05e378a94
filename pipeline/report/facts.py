"""What run.json tells about a run, as far as it is there and of the type that it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """How a run was made; empty where that is not known."""

    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    started: str = ""
    versions: str = ""
    model: str = ""
    rules: str = ""
    judgements: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to tell of how it was made."""
        return bool(self.started or self.versions or self.model or self.rules or self.judgements)


def read_facts(found: Mapping[str, Any]) -> Facts:
    """`found` is run.json as it was read."""
    versions, model = found.get("versions"), found.get("model")
    return Facts(
        _texts(found.get("skipped")),
        _texts(found.get("warnings")),
        _text(found.get("started")).replace("T", " ").replace("+00:00", " UTC"),
        ", ".join(f"{key} {value}" for key, value in versions.items()) if isinstance(versions, dict) else "",
        " ".join(_text(model.get(key)) for key in ("name", "version")) if isinstance(model, dict) else "",
        _text(found.get("rules_sha256")),
        _text(found.get("judgements_sha256")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
