"""Change over time: what differs between two runs, who took part when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import FormatOption, OutFileOption, QuietOption, RulesOption
from .terminal import ATTENTION, DONE, in_words, say, to_file_or_stdout


@in_words
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier run folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later run folder.")],
    form: FormatOption = "table",
    out: OutFileOption = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Also write a page that opens offline (extra 'report')."),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="nl|en", help="Language of the page.")] = "en",
    rules: RulesOption = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 where the runs differ.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Which organisations joined, left, were renamed or merged, and which documents changed, between two runs."""
    from ..pipeline.changes import compare_folders
    from ..pipeline.changes.written import in_short, written
    from ..pipeline.listing import check_format
    from ..pipeline.publishing import write_file

    check_format(form)
    changes = compare_folders(old, new, rules)
    if html is not None:
        from ..pipeline.changes.page import render

        write_file(html, render(changes, language).encode())
    to_file_or_stdout(out, written(changes, form))
    if not quiet:
        say(*(f"written to {path}" for path in (out, html) if path is not None))
        if form != "table" or out is not None:
            say(in_short(changes))
    raise typer.Exit(ATTENTION if exit_code and changes.rows else DONE)


@in_words
def history(
    runs: Annotated[
        list[str], typer.Argument(metavar="DIR...", help="Run folders, or NAME=DIR; the name is the period's.")
    ],
    form: FormatOption = "csv",
    out: OutFileOption = None,
    rules: RulesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Who took part where and when, over many runs: a row per organisation, municipality and period."""
    from ..pipeline.changes.history import Presence, read_periods
    from ..pipeline.changes.history import history as run
    from ..pipeline.listing import check_format, written

    check_format(form)
    periods = read_periods(runs)
    rows = run(periods, rules)
    to_file_or_stdout(out, written(Presence, rows, form))
    if not quiet:
        bodies = len({row.organisation_id for row in rows})
        say(f"{len(rows)} rows: {bodies} organisations in {len(periods)} periods")
