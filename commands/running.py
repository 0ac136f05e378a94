"""Making tables: of texts, of names, of pairs of names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import (
    JudgementsOption,
    ModelOption,
    QuietOption,
    RegistryOption,
    RulesOption,
    StrictOption,
    existing,
    judgements_file,
)
from .terminal import ATTENTION, DONE, Progress, in_words, say, to_stdout


@in_words
def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Texts: files, folders (recursive), patterns, or - . Default: raw"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables.")] = Path("extracted"),
    model: ModelOption = None,
    rules: RulesOption = None,
    judgements: JudgementsOption = None,
    registry: RegistryOption = None,
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, help="Processes; 0 means as many as are worth it.")
    ] = 0,
    formats: Annotated[str, typer.Option("--format", help="What to write: csv, jsonl, or both.")] = "csv,jsonl",
    strict: StrictOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read texts and write every table."""
    from ..pipeline.run import Order
    from ..pipeline.run import extract as run

    names = tuple(inputs or ("raw",))
    order = Order(
        inputs=names,
        out=out,
        model=model,
        rules=rules,
        judgements=judgements_file(judgements),
        registry=existing(registry, "--registry"),
        workers=workers,
        formats=tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip())),
        stdin=sys.stdin.buffer.read() if "-" in names else None,
    )
    progress = Progress(quiet)
    try:
        summary = run(order, progress)
    finally:
        progress.clear()
    if not quiet:
        say(*summary.lines())
    elif summary.failures:
        say(*summary.failed())
    raise typer.Exit(ATTENTION if summary.failures or (strict and summary.n_review) else DONE)


@in_words
def dedupe(
    names: Annotated[Path, typer.Argument(metavar="NAMES.csv", help="A CSV table with a name on each row.")],
    name: Annotated[str, typer.Option("--name", metavar="COL", help="Column with the organisation's name.")],
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", metavar="COL", help="Column with the municipality: name or GM code."),
    ] = None,
    row_id: Annotated[
        str | None, typer.Option("--id", metavar="COL", help="Column with the row's id; adds the table rows.csv.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables.")] = Path("deduped"),
    rules: RulesOption = None,
    judgements: JudgementsOption = None,
    registry: RegistryOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the same organisation under several names in any table."""
    from ..pipeline.name_tables import Columns
    from ..pipeline.name_tables import dedupe as run

    result = run(
        names,
        Columns(name, municipality, row_id),
        out,
        rules=rules,
        judgements=judgements_file(judgements),
        registry=existing(registry, "--registry"),
    )
    if not quiet:
        say(
            *(f"warning: {warning}" for warning in result.warnings),
            f"{result.n_rows} rows, {result.n_names} names → {result.n_organisations} organisations",
            result.comparing.words,
            f"{result.n_review} pairs await review (duplicates.csv)",
            f"written to {out}",
        )
    raise typer.Exit(ATTENTION if strict and result.n_review else DONE)


@in_words
def match(
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS.csv", help="Columns name_a, municipality_a, name_b, municipality_b; others pass."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; default standard output.")
    ] = None,
    rules: RulesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score pairs of names: the probability that both are the same body, and why."""
    from ..pipeline.name_tables import match as run
    from ..pipeline.publishing import write_file

    text, count = run(pairs, rules)
    if out is None:
        to_stdout(text)
    else:
        write_file(out, text.encode())
    if not quiet:
        say(f"{count} pairs scored")
