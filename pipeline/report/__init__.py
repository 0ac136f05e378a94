"""One HTML page about a run: `coalitie report`. Needs the extra `report` (Jinja2, matplotlib)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..problems import Unusable
from ..publishing import write_file
from ..run_folder import read_run_folder

FILE = "report.html"
_NEEDED = {"jinja2": "Jinja2", "matplotlib": "matplotlib"}


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What was written. `texts` of the `documents` are shown in full; `left_out` says in words what is not shown."""

    out: Path
    size: int  # bytes
    documents: int
    texts: int
    left_out: tuple[str, ...]

    def lines(self) -> list[str]:
        """What a person wants to know when it is done."""
        return [
            *(f"left out: {note}" for note in self.left_out),
            f"{self.texts} of {self.documents} texts, {self.size / 1e6:.1f} MB; written to {self.out}",
        ]


def write_report(folder: Path, out: Path | None = None, language: str = "en") -> ReportSummary:
    """Write the page about the run in `folder` to `out`, by default `report.html` in it. `language`: en or nl.

    Raises Unusable where the folder is no run, the extra is missing or the language has no words.
    """
    missing = [label for module, label in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise Unusable(f"the report needs {' and '.join(missing)}: pip install 'coalitie[report]'")
    from .page import render

    run = read_run_folder(folder)
    page = render(run, language)
    data = page.html.encode()
    place = out if out is not None else folder / FILE
    write_file(place, data)
    return ReportSummary(place, len(data), len(run.tables.documents), page.texts, page.left_out)
