"""A page that is written together with its gold record.

What a line names is marked where it stands, `{O|Voedselbank Kruisdal}`: the mark goes, the words stay, and the record
gets its row. P and O are participants that are organisations (O in running text), R, G and C roles, groups and
categories that take part, M is a mention, F a programme, D a date (`{D:2024-03|maart 2024}`), N a count
(`{N:40:exact:other|veertig maaltijden}`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MARK = re.compile(r"\{(?P<mark>[A-Z])(?::(?P<said>[^|{}]*))?\|(?P<text>[^{}|]*)\}")
_TYPES = {"P": "organisation", "O": "organisation", "R": "role", "G": "group", "C": "category"}


class MarkedPage:
    """One page and what is true of it. `bodies`: the canonical name of each printed name."""

    def __init__(self, municipality: str, province: str, bodies: Mapping[str, str]) -> None:
        self._bodies = bodies
        self._lines: list[str] = []
        self.gold: dict[str, Any] = {
            "document": "", "title": None, "municipality": municipality, "province": province,
            **{name: [] for name in ("sections", "participants", "mentions", "contacts", "programmes", "dates",
                                     "counts")},
        }  # fmt: skip

    @property
    def length(self) -> int:
        """Characters so far."""
        return sum(map(len, self._lines)) + len(self._lines)

    def title(self, text: str) -> None:
        self.gold["title"] = text
        self.heading(text, "title")

    def heading(self, text: str, kind: str, pillar: int | None = None) -> None:
        """A heading, a blank line above and below."""
        self.gold["sections"].append({"heading": text, "kind": kind, "pillar": pillar})
        self._lines += ["", text, ""] if self._lines else [text, ""]

    def line(self, marked: str, group: str | None = None) -> None:
        """A line as it stands; `group` is that of the participants in it."""
        self._lines.append(_MARK.sub(lambda found: self._noted(found, group), marked))

    def paragraph(self, marked: str, group: str | None = None) -> None:
        """A line with a blank line below."""
        self.line(marked, group)
        self._lines.append("")

    def contact(self, **cells: str | None) -> None:
        names = ("name", "role", "organisation", "email", "phone", "url")
        self.gold["contacts"].append({name: cells.get(name) for name in names})

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip() + "\n"

    def _noted(self, found: re.Match[str], group: str | None) -> str:
        mark, said, text = found["mark"], found["said"] or "", found["text"]
        gold, body = self.gold, self._bodies.get(text, text)
        if mark in _TYPES:
            named = mark in "PO"
            gold["participants"].append(
                {"text": text, "type": _TYPES[mark], "group": group, "where": "list" if mark != "O" else "inline",
                 "organisation": body if named else None}
            )  # fmt: skip
        elif mark == "M":
            gold["mentions"].append({"text": text, "organisation": body})
        elif mark == "F" and text not in gold["programmes"]:
            gold["programmes"].append(text)
        elif mark == "D":
            gold["dates"].append({"text": text, "edtf": said or None})
        elif mark == "N":
            value, qualifier, of = said.split(":")
            gold["counts"].append({"text": text, "value": int(value), "qualifier": qualifier, "of": of})
        return text
