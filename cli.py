"""The command line: which commands there are. What they do is in `commands/`, how in `pipeline/`; no logic here.

Exit codes: 0 done; 1 done, but something needs attention; 2 wrong usage or unusable configuration, nothing written.
Data goes to files or standard output, words to standard error. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

if not __package__:  # `python cli.py` in a checkout, and the processes it starts: make the checkout the package
    _root = Path(__file__).resolve().parent
    _spec = importlib.util.spec_from_file_location(
        "coalitie", _root / "__init__.py", submodule_search_locations=[str(_root)]
    )
    if _spec is not None and _spec.loader is not None:
        _package = importlib.util.module_from_spec(_spec)
        sys.modules["coalitie"] = _package
        _spec.loader.exec_module(_package)

import typer
from coalitie.commands import asking, changing, checking, deciding, running
from coalitie.commands.terminal import DONE

app = typer.Typer(
    name="coalitie",
    help="Dutch texts on local coalitions against loneliness → normalised, traceable tables.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="Work on the rules.", no_args_is_help=True, rich_markup_mode=None)
model_app = typer.Typer(help="Work on the language model.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")
app.add_typer(model_app, name="model")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("coalitie")
        except PackageNotFoundError:
            number = "(checkout, not installed)"
        typer.echo(f"coalitie {number}")
        raise typer.Exit(DONE)


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Dutch texts on local coalitions against loneliness → normalised, traceable tables."""


app.command()(running.extract)
app.command()(running.dedupe)
app.command()(running.match)
app.command()(deciding.review)
app.command()(deciding.report)
app.command()(deciding.retrain)
app.command()(asking.show)
app.command()(asking.organisations)
app.command()(changing.diff)
app.command()(changing.history)
app.command()(checking.trace)
app.command()(checking.validate)
app.command()(checking.schema)
app.command()(checking.evaluate)
rules_app.command("check")(checking.rules_check)
model_app.command("info")(checking.model_info)


if __name__ == "__main__":
    app()
