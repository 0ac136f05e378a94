"""The tutorial's cells run in order and print what stands below them.

`python tests/test_tutorial.py` writes what they print into the page; look at the change before committing.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "tutorial.md"
CELL = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.DOTALL)


def printed_by(page: str, folder: Path) -> list[str]:
    """What each cell prints, all of them run in one go in `folder`, which gets the sample texts."""
    shutil.copytree(CHECKOUT / "raw", folder / "raw")
    names: dict[str, object] = {"__name__": "tutorial"}
    outputs, here = [], Path.cwd()
    os.chdir(folder)
    try:
        for cell in CELL.finditer(page):
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(cell["code"], PAGE.name, "exec"), names)  # noqa: S102 - our own page
            outputs.append("".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines()))
    finally:
        os.chdir(here)
    return outputs


def test_the_cells_print_what_stands_below_them(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = [cell["printed"] or "" for cell in CELL.finditer(page)]
    assert len(shown) > 5
    assert printed_by(page, tmp_path) == shown


def _write() -> None:
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        outputs = iter(printed_by(page, Path(folder)))

    def filled(cell: re.Match[str]) -> str:
        printed = next(outputs)
        return f"```python\n{cell['code']}```\n" + (f"\n```text\n{printed}```\n" if printed else "")

    PAGE.write_text(CELL.sub(filled, page), encoding="utf-8")


if __name__ == "__main__":
    _write()
