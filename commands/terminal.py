"""What every command does with the terminal: words, data, progress, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import typer

DONE, ATTENTION, UNUSABLE = 0, 1, 2

F = TypeVar("F", bound=Callable[..., Any])


def say(*words: str) -> None:
    """Words for a person, to standard error."""
    for line in words:
        typer.echo(line, err=True)


def in_words(command: F) -> F:
    """Turn what a user can cause into a sentence and an exit code; bugs keep their traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        from ..pipeline.problems import Unusable

        try:
            return command(*args, **kwargs)
        except Unusable as problem:
            say(f"coalitie: {problem}")
        except BrokenPipeError:
            # The reader of our output left (`| head`): not a failure, and nothing may be flushed to it any more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            say(f"coalitie: {place}{error.strerror or error}")
        except KeyboardInterrupt as stop:
            say("; ".join(["coalitie: stopped", "nothing was replaced", *map(str, stop.args)]))
            raise typer.Exit(130) from None
        raise typer.Exit(UNUSABLE)

    return told  # type: ignore[return-value]


def to_stdout(text: str) -> None:
    """Data to standard output, as UTF-8 whatever the terminal's own encoding."""
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()


class Progress:
    """One line on a terminal that says how far a run is; silent anywhere else."""

    def __init__(self, quiet: bool) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._shown = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        line = f"{stage} {done}/{total}" if total > 1 else stage
        if self._on and line != self._shown:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._shown = line

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = ""
