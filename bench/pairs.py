"""How well `coalitie match` tells labelled pairs of names apart: python bench/pairs.py PAIRS.csv"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

CLI = Path(__file__).resolve().parent.parent / "cli.py"
REVIEW = 0.5


def main(path: Path) -> None:
    done = subprocess.run([sys.executable, CLI, "match", path, "--quiet"], check=True, capture_output=True)
    rows = list(csv.DictReader(done.stdout.decode("utf-8-sig").splitlines()))
    same = [row["same"] == "yes" for row in rows]
    held = [float(row["score"]) >= REVIEW for row in rows]
    hits = sum(s and h for s, h in zip(same, held, strict=True))
    auto = [(row, s) for row, s in zip(rows, same, strict=True) if row["band"] == "auto"]
    print(f"{path.name}: {len(rows)} pairs, F1 {2 * hits / (sum(same) + sum(held)):.3f} at {REVIEW}")
    print(f"auto band: {len(auto)} pairs, {sum(not s for _, s in auto)} wrong")
    for row, right in auto:
        if not right:
            names = (f"{row[f'name_{side}']} ({row[f'municipality_{side}']})" for side in "ab")
            print("  " + " / ".join(names))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
