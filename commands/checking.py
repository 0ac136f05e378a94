"""Checking: where a row comes from, whether a run is whole and right, whether rules and model are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .completing import row_ids
from .options import ModelOption, QuietOption, RunArgument
from .terminal import ATTENTION, DONE, in_words, say, to_stdout


@in_words
def trace(
    folder: RunArgument,
    row_id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Any id of a table: document, section, organisation, …", autocompletion=row_ids
        ),
    ],
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="DIR", help="Folder with the sources, for a run without documents.jsonl."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Passages to show at most.")] = 20,
) -> None:
    """Show the passage of the source text behind a row."""
    from ..pipeline.trace import trace as run

    to_stdout(run(folder, row_id, texts, limit))


@in_words
def validate(folder: RunArgument, quiet: QuietOption = False) -> None:
    """Check a run folder against the schemas in its datapackage.json."""
    from ..pipeline.validation import validate as run

    findings = run(folder)
    for finding in findings:
        typer.echo(str(finding))
    if not quiet:
        say(f"{len(findings)} findings" if findings else "valid")
    raise typer.Exit(ATTENTION if findings else DONE)


@in_words
def schema(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="One table, as in participants.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the schema version.")] = False,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="The JSON Schema (2020-12) of a line of documents.jsonl.")
    ] = False,
) -> None:
    """Print what the tables hold: columns, types, closed lists, keys."""
    from ..pipeline.contract import contract, contract_text, named_tables
    from ..pipeline.formats import json_text
    from ..pipeline.json_schema import documents_schema

    tables = named_tables(table)
    if json_schema:
        to_stdout(json_text(documents_schema()))
    else:
        to_stdout(json_text(contract(tables)) if as_json else contract_text(tables))


@in_words
def evaluate(
    folder: RunArgument,
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder with one gold record (JSON) per text.")],
    only: Annotated[
        str | None, typer.Option("--only", metavar="NAME,NAME", help="Only these texts (file names, no extension).")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List every extra and missed item.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Precision, recall and F1 of a run against gold records."""
    from ..pipeline.evaluation import evaluate as run
    from ..pipeline.evaluation import report

    wanted = frozenset(part.strip() for part in only.split(",")) if only else None
    to_stdout(report(run(folder, gold, wanted), errors=errors, as_json=as_json))


@in_words
def rules_check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder with rules; default those in the package.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Lint the rules: unknown keys, duplicates, rules that none of their own examples needs."""
    from ..pipeline.rule_lint import lint

    findings = lint(folder)
    for finding in findings:
        typer.echo(finding)
    if not quiet:
        say(f"{len(findings)} findings" if findings else "the rules are sound")
    raise typer.Exit(ATTENTION if findings else DONE)


@in_words
def model_info(model: ModelOption = None) -> None:
    """Which spaCy model would be used, why, its licence, its sources and its measured scores."""
    from ..pipeline.language.model import choose_model

    choice = choose_model(model)
    scores = ", ".join(f"{name} {value:.3f}" for name, value in choice.scores.items())
    rows = {
        "model": choice.name,
        "version": choice.version,
        "why": choice.reason,
        "about": choice.about,
        "licence": choice.licence,
        "sources": "; ".join(choice.sources),
        "scores": scores or "none measured",
        "path": choice.path,
    }
    for name, value in rows.items():
        if value:
            typer.echo(f"{name:<9}{value}")
