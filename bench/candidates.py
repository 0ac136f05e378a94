"""Which share of the true pairs of rows the index proposes: python bench/candidates.py POPULATION.csv

Pairs of names that stand for each other, or for one certain body, count as found: no index has to propose them.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

from coalitie.pipeline.organisations import matcher_of
from coalitie.pipeline.organisations.candidates import candidates
from coalitie.pipeline.organisations.comparing import groups_of
from coalitie.pipeline.records import NameKey
from coalitie.pipeline.rulebook import Rulebook
from scoring import pairs


def main(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(NameKey(row["name"], row["municipality"]), row["body"]) for row in csv.DictReader(file)]
    matcher = matcher_of(Rulebook())
    keys = sorted({key for key, _ in rows})
    names = [matcher.reader.read(key) for key in keys]
    identities = {key: matcher.identifier.identify(name) for key, name in zip(keys, names, strict=True)}
    groups = groups_of(names, identities)
    firsts = [names[group[0]] for group in groups]
    found = candidates(firsts, [frozenset[str]()] * len(firsts), matcher.reader)
    proposed = set(found.pairs)
    group_of = {keys[at]: number for number, group in enumerate(groups) for at in group}
    anchor = {number: identities[first.key].anchor for number, first in enumerate(firsts)}
    cells: dict[str, Counter[int]] = defaultdict(Counter)
    for key, body in rows:
        cells[body][group_of[key]] += 1
    right = sum(pairs(cell.values()) for cell in cells.values())
    for cell in cells.values():
        for one, two in combinations(sorted(cell), 2):
            certain = anchor[one] and anchor[one] == anchor[two]
            right += cell[one] * cell[two] * bool(certain or (one, two) in proposed)
    total = sum(pairs([sum(cell.values())]) for cell in cells.values())
    print(f"{path.name}: {len(rows)} rows, {len(keys)} names, {len(proposed)} pairs proposed, {found.cut} keys cut")
    print(f"candidate recall {right / total:.3f} of {total} true pairs of rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
