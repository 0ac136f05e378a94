"""What a member of a container is called: a name for tables, never a path that anything is written to."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 200  # characters of one part of a name
_DRIVE = re.compile(r"^[A-Za-z]:")
_SYSTEM = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "system volume information"}
)


class Names:
    """Gives every member of one container a safe name of its own."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}  # name → the last number tried behind it

    def path(self, name: str, otherwise: str = "member") -> str:
        """A path with `/`, without root, drive, '..' and control characters; told apart from the names before."""
        parts = _DRIVE.sub("", name.replace("\\", "/")).split("/")
        safe = [part for part in map(_printable, parts) if part not in ("", ".", "..")]
        return self._own("/".join(safe) or otherwise)

    def id(self, value: str, otherwise: str) -> str:
        """A value of a table as one part of a path."""
        safe = _printable(value.replace("\\", "/").replace("/", "-"))
        return self._own(otherwise if safe in ("", ".", "..") else safe)

    def _own(self, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        if not stem or "/" in suffix:
            stem, dot, suffix = name, "", ""
        own = name
        while own in self._taken:
            self._taken[name] += 1
            own = f"{stem}-{self._taken[name]}{dot}{suffix}"
        self._taken[own] = 1
        return own


def is_system(path: str) -> bool:
    """Whether an operating system or an editor put it there, not a person: hidden files, previews, locks."""
    parts = [part for part in path.replace("\\", "/").lower().split("/") if part not in ("", ".", "..")]
    return any(part.startswith((".", "~$")) or part in _SYSTEM for part in parts)


def _printable(part: str) -> str:
    """Without control and format characters; half characters become '?'. Long names keep their ends."""
    whole = unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(c for c in whole if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp")).strip()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]}…{text[-19:]}"
