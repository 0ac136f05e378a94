"""One machine beside Spark on the same machine, and what 10 million pages would take: python bench/scaling.py

Documents per hour and memory of `coalitie extract` with two workers and with Spark on `local[2]`; names per second of
the deduplication on both. The machine should have nothing else to do. `--write docs/scaling.md` puts the tables there.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marked import put

BENCH = Path(__file__).resolve().parent
CLI = (sys.executable, "-m", "coalitie.cli")
CORES = 2
MILLIONS = 10  # of pages, to which the figures are drawn out
LOCAL, SPARK = f"one machine, {CORES} workers", f"Spark, local[{CORES}]"


@dataclass(frozen=True)
class Cost:
    """Of one command: seconds on the clock, and the highest sum of the memory of all its processes in MB."""

    wall: float
    memory: float


@dataclass(frozen=True)
class Line:
    engine: str
    size: int
    cost: Cost


def write_texts(folder: Path, documents: int, seed: int) -> None:
    try:
        from corpus import write_corpus
    except ImportError:  # a checkout without that generator
        from report_size import make

        make(documents, folder, random.Random(seed))  # noqa: S311 - invented texts
    else:
        write_corpus(folder, documents, seed)


def measured(*command: str | Path) -> Cost:
    """Runs a command; raises CalledProcessError where it could do nothing (some failed texts are no failure of it)."""
    begin, peak = time.perf_counter(), 0.0
    with subprocess.Popen([*map(str, command)], start_new_session=True) as process:
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(0.2)
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, command)
    cost = Cost(time.perf_counter() - begin, peak)
    print(*command, cost, file=sys.stderr)
    return cost


def _memory(session: int) -> float:
    """MB of all processes of a session; what they share is counted once (proportional set size, Linux)."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == session:
                lines = (process / "smaps_rollup").read_text("ascii").splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ValueError):  # it has ended meanwhile
            continue
    return total / 1000


def documents(folder: Path, sizes: Sequence[int], seed: int) -> list[Line]:
    lines = []
    for size in sizes:
        texts = folder / f"texts-{size}"
        write_texts(texts, size, seed)
        ways = ((LOCAL, ("--workers", str(CORES))), (SPARK, ("--engine", "spark", "--master", f"local[{CORES}]")))
        for engine, options in ways:
            out = folder / f"out-{len(lines)}"
            cost = measured(*CLI, "extract", texts, "--out", out, "--model", "embedded", "--quiet", *options)
            lines.append(Line(engine, size, cost))
    return lines


def names(folder: Path, sizes: Sequence[int], seed: int) -> list[Line]:
    lines = []
    for size in sizes:
        table = folder / f"names-{size}.csv"
        subprocess.run([sys.executable, BENCH / "population.py", str(size), table, "--seed", str(seed)], check=True)
        for engine, way in ((LOCAL.replace(f"{CORES} workers", "1 process"), "local"), (SPARK, "spark")):
            lines.append(Line(engine, size, measured(sys.executable, __file__, "--resolve", table, "--engine", way)))
    return lines


def resolve(table: Path, engine: str) -> None:
    """Deduplicates the names of a table, and drops what came of it."""
    from coalitie.pipeline.engine import Decisions, Local
    from coalitie.pipeline.names_in_use import Uses
    from coalitie.pipeline.organisations import Registry
    from coalitie.pipeline.records import NameKey, NameUse
    from coalitie.pipeline.rulebook import Rulebook
    from coalitie.pipeline.spark import SparkEngine
    from coalitie.pipeline.spark.session import spark_session

    with table.open(encoding="utf-8", newline="") as file:
        keys = sorted({NameKey(row["name"], row["municipality"]) for row in csv.DictReader(file)})
    asked = Uses({key: NameUse(key) for key in keys}, {}), Rulebook(), Decisions(), Registry()
    if engine == "local":
        Local().resolve(*asked)
        return
    with spark_session(f"local[{CORES}]") as session:
        SparkEngine(session, alone_up_to=0).resolve(*asked)


def table(head: Sequence[str], lines: Sequence[Line], *, hourly: bool) -> list[str]:
    rows = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for line in lines:
        rate = line.size / line.cost.wall * (3600 if hourly else 1)
        rows.append(f"| {line.engine} | {line.size:,} | {line.cost.wall:.0f} | {rate:,.0f} | {line.cost.memory:,.0f} |")
    return rows


def drawn_out(lines: Sequence[Line]) -> list[str]:
    """Core hours of the texts, from the growth between the two largest sizes: without the start of each engine."""
    said = []
    for engine in (LOCAL, SPARK):
        mine = sorted((line for line in lines if line.engine == engine), key=lambda line: line.size)[-2:]
        if len(mine) < 2:
            continue
        each = (mine[1].cost.wall - mine[0].cost.wall) / (mine[1].size - mine[0].size)
        hours = each * MILLIONS * 1e6 * CORES / 3600
        said.append(f"| {engine} | {1000 * each * CORES:.1f} | {hours:,.0f} | {hours / 100:,.1f} |")
    head = f"| engine | core milliseconds per page | core hours for {MILLIONS} million pages | hours on 100 cores |"
    return [head, "|---|---:|---:|---:|", *said]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[500, 2000])
    parser.add_argument("--names", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the marks of this page")
    parser.add_argument("--resolve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.resolve:
        resolve(options.resolve, options.engine)
        return
    with tempfile.TemporaryDirectory() as folder:
        read = documents(Path(folder), options.documents, options.seed)
        compared = names(Path(folder), options.names, options.seed)
    text = "\n".join(
        [
            *table(("texts → tables", "documents", "seconds", "documents per hour", "peak MB"), read, hourly=True),
            "",
            *drawn_out(read),
            "",
            *table(
                ("names → organisations", "names", "seconds", "names per second", "peak MB"), compared, hourly=False
            ),
            "",
        ]
    )
    print(text)
    if options.write:
        put(options.write, "scaling.py", text)


if __name__ == "__main__":
    main()
