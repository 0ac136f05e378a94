"""What every command does with the terminal: words, data, progress, exit codes."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import typer

DONE, ATTENTION, UNUSABLE = 0, 1, 2
_LAP, _LAPS = 2.0, 90  # seconds between two looks at the clock, and how many of them are kept
_SOONEST, _FEWEST = 5.0, 20  # seconds and texts before a pace is told

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


def to_file_or_stdout(out: Path | None, text: str) -> None:
    """Data to a file, whole or not at all; to standard output where none is named."""
    from ..pipeline.publishing import write_file

    if out is None:
        to_stdout(text)
    else:
        write_file(out, text.encode())


def seconds_left(laps: Sequence[tuple[float, int]], total: int) -> float | None:
    """How long the rest takes at the pace of the latest laps (moment in seconds, number done by then).

    None where nothing honest can be said: too short a time, too few done, or nothing left. The pace is that of the last
    minutes and not of the whole run, as one folder may hold long texts and the next one short ones.
    """
    if len(laps) < 2:
        return None
    (begin, before), (now, done) = laps[0], laps[-1]
    if done >= total or now - begin < _SOONEST or done - before < _FEWEST:
        return None
    return (total - done) * (now - begin) / (done - before)


def in_time(seconds: float) -> str:
    """A stretch of time, no more exact than an estimate is: 'under a minute', 'about 25 min', 'about 3 h'."""
    if seconds < 60:
        return "under a minute"
    minutes = seconds / 60
    if minutes < 90:
        return f"about {round(minutes) if minutes < 10 else 5 * round(minutes / 5)} min"
    return f"about {round(minutes / 60)} h"


class Progress:
    """One line on a terminal that says how far a run is and how long it may take; silent anywhere else."""

    def __init__(self, quiet: bool, now: Callable[[], float] = time.monotonic) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._now = now
        self._stage = ""
        self._laps: deque[tuple[float, int]] = deque(maxlen=_LAPS)  # when how many were done
        self._shown = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self._on:
            return
        now = self._now()
        if stage != self._stage:
            self._stage = stage
            self._laps.clear()
        if not self._laps or now - self._laps[-1][0] >= _LAP or done == total:
            self._laps.append((now, done))
        left = seconds_left(self._laps, total)
        line = f"{stage} {done}/{total}" if total > 1 else stage
        line += f", {in_time(left)} left" if left is not None else ""
        if line != self._shown:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._shown = line

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = ""
