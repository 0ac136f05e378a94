"""What people use instead of this package: python bench/rivals.py NAME IN.csv OUT.csv [--threshold T] [--scores FILE]

IN.csv has the columns id, name and municipality; OUT.csv gets id and cluster, and FILE the pairs that were linked with
their score. Every tool is used in the way its own documentation shows. Nothing of coalitie is imported here.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spellings import normalised

Link = tuple[int, int, float]
CHUNK = 500
ENOUGH = 4  # letters of a word that says something


@dataclass(frozen=True)
class Table:
    """The rows to deduplicate."""

    ids: list[str]
    names: list[str]
    municipalities: list[str]


@dataclass(frozen=True)
class Rival:
    """A tool, the threshold it comes with or that its users commonly take, and how many rows it can bear."""

    run: Callable[[Table, float], tuple[list[int], list[Link]]]
    threshold: float
    lowest: float  # from where on its scores are worth a look
    most: int = 1_000_000


def components(size: int, links: Iterable[Link]) -> list[int]:
    """The cluster of each row, when all that is linked, directly or not, is one."""
    parent = list(range(size))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for left, right, _ in links:
        parent[root(left)] = root(right)
    return [root(at) for at in range(size)]


def equality(table: Table, _: float) -> tuple[list[int], list[Link]]:
    """The same letters in the same municipality."""
    seen: dict[tuple[str, str], int] = {}
    keys = zip(map(normalised, table.names), table.municipalities, strict=True)
    firsts = [seen.setdefault(key, at) for at, key in enumerate(keys)]
    return firsts, [(first, at, 1.0) for at, first in enumerate(firsts) if first != at]


def wratio(table: Table, threshold: float) -> tuple[list[int], list[Link]]:
    """Every name against every other, the municipality left aside."""
    links = list(_wratio_links(table.names, range(len(table.names)), threshold))
    return components(len(table.names), links), links


def wratio_municipality(table: Table, threshold: float) -> tuple[list[int], list[Link]]:
    """Every name against the others of its municipality."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, municipality in enumerate(table.municipalities):
        groups[municipality].append(at)
    links = [
        link
        for members in groups.values()
        for link in _wratio_links([table.names[at] for at in members], members, threshold)
    ]
    return components(len(table.names), links), links


def _wratio_links(names: Sequence[str], rows: Sequence[int], threshold: float) -> Iterator[Link]:
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    clean = [utils.default_process(name) for name in names]
    for start in range(0, len(clean), CHUNK):
        scores = process.cdist(clean[start : start + CHUNK], clean, scorer=fuzz.WRatio, score_cutoff=threshold)
        for left, right in zip(*np.nonzero(scores), strict=True):
            if start + left < right:
                yield rows[start + left], rows[right], float(scores[left, right])


def string_grouper(table: Table, threshold: float) -> tuple[list[int], list[Link]]:
    """The groups of string_grouper, over the names alone."""
    return _string_groups(table.names, threshold)


def string_grouper_municipality(table: Table, threshold: float) -> tuple[list[int], list[Link]]:
    """The groups of string_grouper, with the municipality as a part of the text."""
    both = zip(table.names, table.municipalities, strict=True)
    return _string_groups([f"{name} {municipality}" for name, municipality in both], threshold)


def _string_groups(texts: list[str], threshold: float) -> tuple[list[int], list[Link]]:
    import pandas as pd
    from string_grouper import StringGrouper  # type: ignore[import-untyped]

    grouper = StringGrouper(pd.Series(texts), min_similarity=threshold).fit()
    groups = grouper.get_groups()["group_rep_index"].tolist()
    matches = grouper.get_matches()
    columns = (matches[name].tolist() for name in ("left_index", "right_index", "similarity"))
    return groups, [link for link in zip(*columns, strict=True) if link[0] < link[1]]


def splink(table: Table, threshold: float) -> tuple[list[int], list[Link]]:
    """A Fellegi-Sunter model trained without labels, over clean names, their words and the municipality."""
    import duckdb
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    names = list(map(normalised, table.names))
    frame = pd.DataFrame(
        {
            "unique_id": range(len(names)),
            "name": names,
            "municipality": [municipality or None for municipality in table.municipalities],
            "words": [sorted({word for word in name.split() if len(word) >= ENOUGH}) for name in names],
        }
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("municipality").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("municipality", "substr(name, 1, 4)"),
            block_on("municipality", "words", arrays_to_explode=["words"]),
            block_on("substr(name, 1, 16)"),
        ],
    )
    database = DuckDBAPI(duckdb.connect())
    linker = Linker(database.register(frame), settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("name", "municipality")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    training.estimate_parameters_using_expectation_maximisation(block_on("municipality"))
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
    return _from_splink(predicted, clustered, len(names))


def _from_splink(predicted: Any, clustered: Any, size: int) -> tuple[list[int], list[Link]]:
    clusters = list(range(size))
    found = clustered.as_pandas_dataframe()
    for row, cluster in zip(found["unique_id"], found["cluster_id"], strict=True):
        clusters[row] = int(cluster)
    pairs = predicted.as_pandas_dataframe()
    columns = (pairs[name].tolist() for name in ("unique_id_l", "unique_id_r", "match_probability"))
    return clusters, list(zip(*columns, strict=True))


RIVALS = {
    "equality": Rival(equality, 1.0, 1.0),
    "wratio": Rival(wratio, 90, 80, most=10_000),
    "wratio_municipality": Rival(wratio_municipality, 90, 80, most=100_000),
    "string_grouper": Rival(string_grouper, 0.8, 0.5, most=100_000),
    "string_grouper_municipality": Rival(string_grouper_municipality, 0.8, 0.5, most=100_000),
    "splink": Rival(splink, 0.9, 0.05, most=100_000),
}


def read_table(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Table(*([row[column] for row in rows] for column in ("id", "name", "municipality")))


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rival", metavar="NAME", choices=RIVALS)
    parser.add_argument("table", metavar="IN.csv", type=Path)
    parser.add_argument("out", metavar="OUT.csv", type=Path)
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--scores", type=Path)
    given = parser.parse_args()
    rival, table = RIVALS[given.rival], read_table(given.table)
    if len(table.ids) > rival.most:
        raise SystemExit(f"too slow: {given.rival} is run on {rival.most} rows at most")
    threshold = rival.threshold if given.threshold is None else given.threshold
    clusters, links = rival.run(table, threshold)
    _write(given.out, ("id", "cluster"), zip(table.ids, clusters, strict=True))
    if given.scores:
        scored = ((table.ids[left], table.ids[right], score) for left, right, score in links)
        _write(given.scores, ("id_a", "id_b", "score"), scored)


if __name__ == "__main__":
    main()
