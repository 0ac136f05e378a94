"""What a command costs, of itself and its children: python bench/measured.py COMMAND ARGUMENT...

The last line that it prints is JSON: status, processor seconds, seconds on the clock, and the peak memory of the
largest process in MB. A process of its own, because Linux takes the memory of whoever starts a command for the
command's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in which the system counts memory


def main(command: list[str]) -> None:
    before = time.perf_counter()
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    print(
        json.dumps(
            {
                "status": process.returncode,
                "cpu": usage.ru_utime + usage.ru_stime,
                "wall": time.perf_counter() - before,
                "memory": usage.ru_maxrss * UNIT / 1e6,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
