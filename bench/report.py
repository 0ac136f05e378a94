"""The page and the figure of the benchmark of `coalitie dedupe`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedupe import Findings
    from matplotlib.axes import Axes

MARKERS, DASHES = ("s", "^", "D", "v", "P", "X", "<", "*"), ("--", ":", "-.")
GREYS = ("#555555", "#999999")
INTRO = """# How `coalitie dedupe` does on large tables

```sh
{command}
```

With {versions}. The file is written by that command; do not edit it.

`bench/population.py` makes a population of Dutch organisations and of the names under which people write them, so that
the truth is known: bodies that each municipality or village has one of, regional brands, local bodies with a name of
their own, and a few national ones with branches. A body has 2.5 names on average. A name may have its legal form added
or left out, kind words shortened, the place dropped, added or put in front, compounds split or glued, one or two slips
of the keyboard, or initials only; about half of the true pairs are equal once capitals, accents and punctuation are
taken away. One row in twenty or so has no municipality. The words of that generator are its own: it shares nothing with
the rules but the lists of municipalities, villages and regions. Invented names are tidier than life, so the figures
compare tools and forecast nothing.

Each tool runs as a process of its own, with the settings that its documentation shows (`bench/rivals.py`):

| tool | what it does |
|---|---|
| `coalitie` | `coalitie dedupe` on names and municipalities, nothing else set |
| `equality` | equal but for capitals, accents and punctuation, in the same municipality |
| `wratio` | `rapidfuzz` WRatio of at least 90, every name against every other, transitively; up to 10,000 names |
| `wratio_municipality` | the same within each municipality; up to 100,000 names |
| `string_grouper` | groups by cosine of 3-gram TF-IDF, at least 0.8 (its default), on names |
| `string_grouper_municipality` | the same on name and municipality as one text |
| `splink` | Fellegi-Sunter, trained without labels, DuckDB; probability of at least 0.9; up to 100,000 names |

*CPU s* is processor time of user and system, children included; *peak MB* the memory of the largest process; loading
of libraries is part of both. Seconds differ by machine: the exponents and ratios are what carries over. Precision,
recall and F1 are over pairs of rows, *B³ F1* over rows.
"""
NOTES = {
    "Growth": "The exponent *k* in time ~ names^*k* between two sizes; at small sizes the start of Python hides it.",
    "What coalitie says of its runs": "As in `run.json`; *auto right* and *review right* are the shares of the pairs "
    "in that band of `duplicates.csv` that are one body in truth; *offered recall* is the share of the true pairs of "
    "rows that are merged or that a steward is asked about.",
    "Threshold chosen with the answers at hand": "What a user cannot do: the best of several thresholds, by F1 against "
    "the truth.",
    "Labelled pairs": "Each pair is scored on its own. *Best F1* is at the threshold that suits the pairs best.",
}


def write_report(folder: Path, sections: dict[str, str], findings: Findings, command: str, versions: str) -> None:
    page = [INTRO.format(command=command, versions=versions), "![](benchmark.svg)\n"]
    for title, text in sections.items():
        note = next((note for start, note in NOTES.items() if title.startswith(start)), "")
        page.append(f"## {title}\n\n" + (f"{note}\n\n" if note else "") + text)
    (folder / "benchmark.md").write_text("\n".join(page), encoding="utf-8")
    draw(findings, folder / "benchmark.svg")


def draw(findings: Findings, path: Path) -> None:
    """Left how well pairs are told apart, right how the time grows; markers and dashes stand in for colours."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "coalitie", "font.size": 9})
    from matplotlib import pyplot as plt

    panels = [_draw_curves, _draw_costs] if findings.curves else [_draw_costs]
    figure, grid = plt.subplots(1, len(panels), figsize=(5.5 * len(panels), 5.6), layout="constrained", squeeze=False)
    for panel, axes in zip(panels, grid[0], strict=True):
        panel(axes, findings)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False, fontsize=8)
        axes.grid(visible=True, color="#dddddd", linewidth=0.5)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _draw_curves(axes: Axes, findings: Findings) -> None:
    for at, (name, line) in enumerate(findings.curves.items()):
        recalls = [recall for *_, recall in line.points]
        precisions = [precision for _, precision, _ in line.points]
        marks = {"markevery": max(len(recalls) // 10, 1), "label": f"{name}, AP {line.average_precision:.2f}"}
        _line(axes, recalls, precisions, at, marks)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02), title="Labelled pairs")


def _draw_costs(axes: Axes, findings: Findings) -> None:
    for at, tool in enumerate(findings.tools):
        found = sorted(findings.of(tool), key=lambda m: m.size)
        _line(axes, [m.size for m in found], [m.cpu for m in found], at, {"label": tool})
    axes.set(xscale="log", yscale="log", xlabel="names", ylabel="CPU seconds", title="Processor time")


def _line(axes: Axes, x: list[float], y: list[float], at: int, more: dict[str, object]) -> None:
    """The first line is the one that the figure is about: solid, black and heavier than the others."""
    marker, dash = ("o", "-") if at == 0 else (MARKERS[(at - 1) % len(MARKERS)], DASHES[at % len(DASHES)])
    colour = "black" if at == 0 else GREYS[at % len(GREYS)]
    style: dict[str, Any] = {
        "marker": marker,
        "linestyle": dash,
        "color": colour,
        "linewidth": 2 if at == 0 else 1.1,
        "markersize": 4.5,
    }
    axes.plot(x, y, **{**style, **more})
