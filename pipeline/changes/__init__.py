"""Change over time: what differs between two runs, and who took part when over many.

bodies tells which organisation of one run is which of another, texts does so for documents, parties compares who takes
part; comparing puts the three together, history follows them through many runs. written and page show what was found.
"""

from __future__ import annotations

from .comparing import compare_folders, compare_runs
from .records import About, Cause, Change, Changes, Kind

__all__ = ["About", "Cause", "Change", "Changes", "Kind", "compare_folders", "compare_runs"]
