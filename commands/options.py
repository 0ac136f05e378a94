"""Options that several commands have, and what stands behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_JUDGEMENTS = Path("raw") / "judgements.csv"
DEFAULT_CORRECTIONS = Path("raw") / "judgements.corrections.csv"

RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="Folder with rules, instead of those in the package.")
]
JudgementsOption = Annotated[
    Path | None,
    typer.Option("--judgements", metavar="FILE", help="Stewards' decisions; default raw/judgements.csv if it exists."),
]
RegistryOption = Annotated[
    Path | None,
    typer.Option(
        "--registry",
        metavar="FILE",
        help="organisations.csv (or run folder) that gives organisations their ids; default the run that is replaced.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME_OR_PATH",
        help="spaCy model, or 'embedded'; default $COALITIE_MODEL, then an installed nl_core_news model.",
    ),
]
FormatsOption = Annotated[
    str,
    typer.Option("--format", metavar="NAME,…", help="What to write: csv, jsonl (texts only), parquet, xlsx, sqlite."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit with 1 while pairs await review.")]
FormatOption = Annotated[
    str,
    typer.Option(
        "--format", metavar="table|csv|json", help="How to write it.", autocompletion=lambda: ["table", "csv", "json"]
    ),
]
OutFileOption = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; default standard output.")
]
RunOption = Annotated[Path, typer.Option("--run", metavar="DIR", help="A run folder, as `coalitie extract` wrote it.")]
RunArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder, as `coalitie extract` wrote it.")]


def judgements_file(path: Path | None) -> Path | None:
    """The file asked for, or the default one where it, or the corrections beside it, exists."""
    if path is None:
        made = DEFAULT_JUDGEMENTS.is_file() or DEFAULT_CORRECTIONS.is_file()
        return DEFAULT_JUDGEMENTS if made else None
    return existing(path, "--judgements")


def listed(names: str) -> tuple[str, ...]:
    """The parts of an option that takes several, each once."""
    return tuple(dict.fromkeys(part.strip() for part in names.split(",") if part.strip()))


def existing(path: Path | None, option: str) -> Path | None:
    from ..pipeline.problems import Unusable

    if path is not None and not path.exists():
        raise Unusable(f"{path}, given with {option}, does not exist")
    return path
