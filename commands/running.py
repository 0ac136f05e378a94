"""Making tables: of texts, of names, of pairs of names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import (
    FormatsOption,
    JudgementsOption,
    ModelOption,
    OutFileOption,
    QuietOption,
    RegistryOption,
    RulesOption,
    StrictOption,
    existing,
    judgements_file,
    listed,
)
from .terminal import ATTENTION, DONE, Progress, in_words, say, to_file_or_stdout


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
    formats: FormatsOption = "csv,jsonl",
    text_column: Annotated[
        str | None, typer.Option("--text-column", metavar="COL", help="Column of tables that holds the texts.")
    ] = None,
    id_column: Annotated[
        str | None, typer.Option("--id-column", metavar="COL", help="Column of tables that names the texts.")
    ] = None,
    boilerplate: Annotated[
        bool, typer.Option("--boilerplate", help="Of HTML pages read the main content only, found by trafilatura.")
    ] = False,
    fix_encoding: Annotated[
        bool,
        typer.Option("--fix-encoding", help="Mend characters such as 'Ã©' for 'é'; offsets count in the mended text."),
    ] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="Also write excel/*.csv, safe to open in Dutch Excel.")
    ] = False,
    contacts: Annotated[
        str,
        typer.Option("--contacts", metavar="keep|pseudonymise|drop", help="What to do with persons, mail and phone."),
    ] = "keep",
    pseudonym_key: Annotated[
        Path, typer.Option("--pseudonym-key", metavar="FILE", help="Secret key of pseudonyms; made when missing.")
    ] = Path("raw") / "pseudonyms.key",
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="A text that takes longer is given up.")
    ] = 300.0,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MB", min=64, help="A text that needs more is given up (Linux).")
    ] = 2048,
    newest: Annotated[
        bool, typer.Option("--newest", help="Of a page that comes twice, or nearly, keep the newest alone.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Read every text, also those that are as before.")] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="local|spark", help="Where the work is done; spark takes URLs as inputs.")
    ] = "local",
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="Of Spark, such as spark://host:7077, yarn or local[2]."),
    ] = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read texts and write every table."""
    from ..pipeline.isolation import ProcessLimits
    from ..pipeline.reading.columns import TableColumns
    from ..pipeline.reading.opening import Choices
    from ..pipeline.reading.registry import Ways
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
        formats=listed(formats),
        stdin=sys.stdin.buffer.read() if "-" in names else None,
        choices=Choices(Ways(boilerplate, fix_encoding), TableColumns(text_column, id_column)),
        limits=ProcessLimits(timeout, memory << 20),
        resume=resume,
        fresh=fresh,
        newest=newest,
        excel=excel,
        contacts=contacts,
        pseudonym_key=pseudonym_key,
        engine=engine,
        master=master,
    )
    progress = Progress(quiet)
    try:
        summary = run(order, progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("with --resume the same command goes on from here") from None
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
    formats: FormatsOption = "csv",
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
        formats=listed(formats),
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
    out: OutFileOption = None,
    rules: RulesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score pairs of names: the probability that both are the same body, and why."""
    from ..pipeline.name_tables import match as run

    text, count = run(pairs, rules)
    to_file_or_stdout(out, text)
    if not quiet:
        say(f"{count} pairs scored")
