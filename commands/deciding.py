"""Looking at a run and deciding: the stewards' page, the report, the matcher taught by decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import DEFAULT_JUDGEMENTS, QuietOption, RulesOption, RunArgument
from .terminal import ATTENTION, DONE, UNUSABLE, in_words, say, to_stdout


@in_words
def review(
    folder: RunArgument,
    judgements: Annotated[
        Path,
        typer.Option("--judgements", metavar="FILE", help="Where decisions are kept; made with the first one."),
    ] = DEFAULT_JUDGEMENTS,
    rules: RulesOption = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="On this machine only; 0 is any that is free.")
    ] = 8765,
    steward: Annotated[
        str, typer.Option("--steward", metavar="NAME", help="Who decides; otherwise the page asks.")
    ] = "",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    quiet: QuietOption = False,
) -> None:
    """Open the stewards' page: decide which names are one organisation."""
    from ..pipeline.review.server import Review, serve

    def ready(address: str) -> None:
        if not quiet:
            say(f"review at {address} (stop with Ctrl-C); decisions go to {judgements}")
        if browser:
            import webbrowser

            webbrowser.open(address)

    serve(Review(folder, judgements, rules, port, steward), ready)


@in_words
def report(
    folder: RunArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to; default report.html in DIR."),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="nl|en", help="Language of the page.")] = "en",
    quiet: QuietOption = False,
) -> None:
    """Write one HTML page about a run that opens offline."""
    from ..pipeline.report import write_report

    made = write_report(folder, out, language)
    if not quiet:
        say(*made.lines())


@in_words
def retrain(
    rules: Annotated[
        Path, typer.Option("--rules", metavar="DIR", help="Your copy of the rules; its matching.yaml is replaced.")
    ],
    judgements: Annotated[
        Path | None,
        typer.Option("--judgements", metavar="FILE", help="What stewards decided; start from today's model."),
    ] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(
            "--pairs", metavar="FILE", help="More labelled pairs: name_a, …, municipality_b, same (yes or no)."
        ),
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option("--documents", metavar="DIR", help="Gold records, for pairs of names within one document."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Fit the matcher of names to more labelled pairs; the old model stays unless the new one is better."""
    try:
        from ..training.matcher import Order, train
        from ..training.report import tables
    except ModuleNotFoundError as missing:
        say(f"coalitie: {missing.name} is not installed; install it with: pip install 'coalitie[train]'")
        raise typer.Exit(UNUSABLE) from None
    from ..pipeline.publishing import write_file

    trained = train(Order(rules, tuple(pairs or ()), tuple(documents or ()), judgements))
    to_stdout(tables(trained))
    if trained.accepted:
        write_file(rules / "matching.yaml", trained.text.encode())
    if not quiet:
        kept = f"written to {rules / 'matching.yaml'}" if trained.accepted else "the model of before stays"
        say(f"{trained.why}: {kept}")
    raise typer.Exit(DONE if trained.accepted else ATTENTION)
