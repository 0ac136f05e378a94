"""Asking a run: one document as a person reads it, organisations for which conditions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .completing import DEFAULT_RUN, conditions, document_ids
from .options import FormatOption, OutFileOption, RunOption
from .terminal import in_words, to_file_or_stdout, to_stdout

if TYPE_CHECKING:
    from ..pipeline.showing import Chunk

_STYLES = {  # names of colours that a terminal has, readable on light and dark
    "title": "bold underline",
    "heading": "bold",
    "quiet": "dim",
    "participant": "bold green",
    "organisation": "blue",
    "programme": "yellow",
    "person": "magenta",
    "place": "cyan",
    "date": "underline",
    "count": "underline",
    "address": "cyan underline",
    "contact": "cyan",
}


@in_words
def show(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Id of a document.", autocompletion=document_ids)],
    run: RunOption = DEFAULT_RUN,
) -> None:
    """Show one document: its sections, participants and contacts, marked in the text."""
    from ..pipeline.showing import show as shown

    to_stdout(_painted(shown(run, document)))


@in_words
def organisations(
    run: RunOption = DEFAULT_RUN,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help="FIELD=VALUE, FIELD!=VALUE, FIELD~PART, or n_documents>=2; several must all hold.",
            autocompletion=conditions,
        ),
    ] = None,
    form: FormatOption = "table",
    out: OutFileOption = None,
) -> None:
    """List the organisations of a run, all or those for which conditions hold."""
    from ..pipeline.asking import SHOWN, Listed
    from ..pipeline.asking import organisations as ask
    from ..pipeline.listing import check_format, written

    check_format(form)
    rows = ask(run, where or ())
    to_file_or_stdout(out, written(Listed, rows, form, SHOWN if form == "table" else ()))


def _painted(chunks: list[Chunk]) -> str:
    """In colours on a terminal that wants them; else participants stand between ⟦ and ⟧."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    terminal = Console()
    if not terminal.is_terminal or terminal.no_color or terminal.color_system is None:
        return "".join(f"⟦{chunk.text}⟧" if chunk.style == "participant" else chunk.text for chunk in chunks)
    written = StringIO()
    console = Console(
        file=written, force_terminal=True, color_system="standard", width=terminal.width, legacy_windows=False
    )
    text = Text.assemble(*((chunk.text, _STYLES.get(chunk.style, "")) for chunk in chunks))
    console.print(text, soft_wrap=True, end="")
    return written.getvalue()
