"""The peak memory of a run after each stage: python bench/memory.py N...

Each number of documents is a run of its own (rules and learned decisions, no name model, one worker). `reading` is all
that grows with texts; comparing names holds all names and says so (docs/performance.md).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import UNIT

from corpus import write_corpus


def of_run(documents: int) -> None:
    """One run in this process; prints the peak after reading, after comparing names, and at the end, in MB."""
    from coalitie.pipeline.run import Order, extract

    peaks: dict[str, float] = {}

    def progress(stage: str, _done: int, _total: int) -> None:
        peaks[stage] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(folder, documents, 1)
        begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6
        out = folder / "out"
        extract(Order(inputs=(str(folder / "texts"),), out=out, model="blank:nl", workers=1), progress)
        end = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT / 1e6
    print(
        f"{documents:>7,} documents: {begin:.0f} MB at the start, {peaks['organisations']:.0f} after reading, "
        f"{peaks['tables']:.0f} after comparing names, {end:.0f} at the end; a worker {worker:.0f}"
    )


if __name__ == "__main__":
    if sys.argv[1] == "one":
        of_run(int(sys.argv[2]))
    else:
        for size in sys.argv[1:]:
            subprocess.run([sys.executable, __file__, "one", size], check=True)
