"""What a run rests on: program, libraries, rules, model and choices, as versions and hashes."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .appending import content_hash
from .formats import json_text
from .language.model import ModelChoice
from .privacy import Privacy
from .reading.opening import Choices
from .rows import SCHEMA_VERSION
from .rulebook import Rulebook

_LIBRARIES = (  # that make text of bytes, and rows of text
    *("spacy", "selectolax", "markdown-it-py", "trafilatura", "pypdfium2", "openpyxl", "pyarrow"),
    *("ftfy", "brotli", "text2num"),
)


def basis_of(rulebook: Rulebook, choice: ModelChoice, choices: Choices, privacy: Privacy) -> str:
    """A hash of all that the rows of one text depend on, besides the text: program, rules, model, choices."""
    weights = _files_sha256(Path(choice.path)) if choice.path else ""
    libraries = (platform.python_version(), *map(_version, _LIBRARIES))
    parts = (SCHEMA_VERSION, _program_sha256(), libraries, rules_sha256(rulebook), choice.name, choice.version, weights)
    private = (privacy.contacts, hashlib.sha256(privacy.key).hexdigest())
    return hashlib.sha256(json_text((*parts, choices.facts(), *private)).encode()).hexdigest()


@lru_cache
def _program_sha256() -> str:
    """Of the code and of the embedded model: a version number stays the same while somebody works on them."""
    root = Path(__file__).resolve().parent
    return _files_sha256(root, ".py") + _files_sha256(root.parent / "model")


def _files_sha256(folder: Path, suffix: str = "") -> str:
    """Of all files below a folder, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(f"*{suffix}")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def provenance(rulebook: Rulebook, judgements: Path | None, choice: ModelChoice | None) -> dict[str, Any]:
    """What a run rests on: versions and hashes, for `run.json`."""
    from .organisations import corrections_path

    packages = ("coalitie", "spacy", "rapidfuzz", "pydantic", "pandas")
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
        "model": asdict(choice) if choice else None,
        "rules_sha256": rules_sha256(rulebook),
        "judgements_sha256": content_hash(judgements) if judgements else None,
        "corrections_sha256": content_hash(corrections_path(judgements)) if judgements else None,
    }


def rules_sha256(rulebook: Rulebook) -> str:
    """Of all files of the rules."""
    digest = hashlib.sha256()
    for name in rulebook.folder.names():
        digest.update(name.encode() + b"\0" + rulebook.folder.bytes_of(name) + b"\0")
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"
