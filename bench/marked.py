"""The part of a page that a script writes: what stands between `<!-- begin: python bench/NAME.py -->` and its end."""

from __future__ import annotations

from pathlib import Path

_END = "<!-- end -->\n"


def put(page: Path, script: str, text: str) -> None:
    """Replaces that part by `text`."""
    begin = f"<!-- begin: python bench/{script} -->\n"
    before, rest = page.read_text("utf-8").split(begin)
    page.write_text(f"{before}{begin}\n{text}\n{_END}{rest.split(_END, 1)[1]}", "utf-8")
