"""Which spaCy model is used, decided in one place.

`--model` → the environment's `COALITIE_MODEL` → the best `nl_core_news` package that is installed → the embedded
default. A model that was asked for by name and is not there is an error; nothing else is put in its place.
`blank:nl` is no model at all: rules and learned decisions without votes on names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..problems import Unusable

if TYPE_CHECKING:
    from spacy.language import Language

ENVIRONMENT = "COALITIE_MODEL"
EMBEDDED = "embedded"
BLANK = "blank:nl"
PREFERRED = ("nl_core_news_lg", "nl_core_news_md", "nl_core_news_sm")
REMEDY = "python -m spacy download nl_core_news_sm"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model, why this one, and under which terms. `path` is set for a model in a folder.

    `scores` are those that its maker measured (`ents_f`: F1 of names), `about` what its maker says of it.
    """

    name: str
    version: str
    reason: str
    licence: str
    scores: Mapping[str, float] = field(default_factory=dict)
    path: str = ""
    about: str = ""
    sources: tuple[str, ...] = ()


def choose_model(name: str | None = None, environment: Mapping[str, str] | None = None) -> ModelChoice:
    """The model to use. Raises `Unusable` with the remedy for one that is asked for and cannot be used."""
    environment = os.environ if environment is None else environment
    if name:
        return _asked_for(name, "asked for with --model")
    if environment.get(ENVIRONMENT):
        return _asked_for(environment[ENVIRONMENT], f"asked for in the environment ({ENVIRONMENT})")
    unfit = ""
    for package in PREFERRED:
        meta = _package_meta(package)
        if meta is None:
            continue
        complaint = _complaint(package, meta)
        if not complaint:
            return _choice(package, meta, "installed; the largest nl_core_news package here")
        unfit = unfit or complaint
    reason = f"{unfit}; so the embedded default" if unfit else "no nl_core_news package is installed"
    return _embedded(reason)


def load_model(choice: ModelChoice) -> Language:
    """The spaCy pipeline of a choice, without our own components."""
    import spacy

    if choice.name == BLANK:
        return spacy.blank("nl")
    try:
        if choice.name == EMBEDDED:  # whose tokenizer is spaCy's own for Dutch: reading it again takes half of the time
            return spacy.load(_embedded_folder(), exclude=["tokenizer"])
        return spacy.load(choice.path or choice.name)
    except Exception as error:  # a model folder can be broken in more ways than spaCy has error types for
        raise Unusable(f"model {choice.name} cannot be loaded ({error}); try another, or {REMEDY}") from error


def _asked_for(name: str, reason: str) -> ModelChoice:
    if name == EMBEDDED:
        return _embedded(reason)
    if name == BLANK:
        version = f"spaCy {_spacy_version()}"
        return ModelChoice(BLANK, version, reason, "MIT", about="no name model: rules alone find names")
    if os.sep in name or Path(name).is_dir():
        meta = _folder_meta(Path(name))
        choice = _choice(Path(name).name, meta, reason, path=name)
    else:
        found = _package_meta(name)
        if found is None:
            raise Unusable(
                f"model {name}, {reason}, is not installed here. Try: {_download(name)}  (or --model {EMBEDDED})"
            )
        meta, choice = found, _choice(name, found, reason)
    complaint = _complaint(name, meta)
    if complaint:
        raise Unusable(f"{complaint}. Try: {REMEDY}  (or --model {EMBEDDED})")
    return choice


def _embedded(reason: str) -> ModelChoice:
    meta = _folder_meta(_embedded_folder())
    complaint = _complaint(EMBEDDED, meta)
    if complaint:
        raise Unusable(f"{complaint}. Try: pip install 'spacy{meta.get('spacy_version')}'  (or --model {BLANK})")
    return _choice(EMBEDDED, meta, reason)


def _embedded_folder() -> Path:
    return Path(str(files("coalitie.model")))


def _choice(name: str, meta: Mapping[str, Any], reason: str, path: str = "") -> ModelChoice:
    performance = meta.get("performance") or {}
    wanted = ("ents_p", "ents_r", "ents_f", "tag_acc", "dep_las", "sents_f")
    scores = {key: float(performance[key]) for key in wanted if isinstance(performance.get(key), (int, float))}
    sources = meta.get("sources")
    named = tuple(_source(source) for source in sources) if isinstance(sources, list) else ()
    return ModelChoice(
        name, str(meta.get("version") or "?"), reason, str(meta.get("license") or "?"), scores, path,
        str(meta.get("description") or ""), named,
    )  # fmt: skip


def _source(source: Any) -> str:
    """'UD Dutch LassySmall (CC BY-SA 4.0)', from a record of meta.json."""
    if not isinstance(source, dict):
        return str(source)
    licence = source.get("license")
    return f"{source.get('name', '?')}{f' ({licence})' if licence else ''}"


def _complaint(name: str, meta: Mapping[str, Any]) -> str:
    """Why a model cannot be used with this spaCy and these texts; empty when it can."""
    from spacy.util import is_compatible_version

    if meta.get("lang") != "nl":
        return f"model {name} is for language {meta.get('lang')!r}, the texts are Dutch"
    wanted = str(meta.get("spacy_version") or "")
    if wanted and is_compatible_version(_spacy_version(), wanted) is False:
        return f"model {name} {meta.get('version', '')} needs spaCy {wanted}, installed is {_spacy_version()}"
    return ""


def _package_meta(name: str) -> Mapping[str, Any] | None:
    """meta.json of an installed model package, found without importing it; None when not installed."""
    try:
        files = distribution(name).files or []
    except (PackageNotFoundError, ValueError):
        return None
    for file in files:
        if file.name == "meta.json" and len(file.parts) == 2:
            return _read_meta(Path(str(file.locate())), name)
    return None


def _folder_meta(folder: Path) -> Mapping[str, Any]:
    if not folder.is_dir():
        raise Unusable(f"model folder {folder} does not exist; try: {REMEDY}")
    if not (folder / "meta.json").is_file() or not (folder / "config.cfg").is_file():
        raise Unusable(f"{folder} is not a spaCy model: it has no meta.json and config.cfg; name the folder that has")
    return _read_meta(folder / "meta.json", folder.name)


def _read_meta(path: Path, name: str) -> Mapping[str, Any]:
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"model {name}: meta.json cannot be read ({error}); install it again") from None
    if not isinstance(meta, dict):
        raise Unusable(f"model {name}: meta.json is not a record; install it again")
    return meta


def _download(name: str) -> str:
    return f"python -m spacy download {name}" if name in PREFERRED else REMEDY


def _spacy_version() -> str:
    return distribution("spacy").version
