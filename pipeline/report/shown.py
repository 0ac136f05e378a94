"""Text of strangers, made fit to be looked at: what cannot be seen or would turn a line around gets a visible name.

This is not escaping, which templates and `escape` do: it only decides which characters are shown.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of writing
    "\ud800-\udfff\ufffe\uffff]"  # what no file may hold
)
_LINE_END = re.compile("\r\n?|\u2028|\u2029")
LONGEST = 160  # letters of a name that are shown


def shown(text: str) -> str:
    """A source text as it is shown; line ends become `\\n`."""
    return _UNSEEN.sub(_name, _LINE_END.sub("\n", text))


def name(text: str | None, longest: int = LONGEST) -> str:
    """A name on one line, cut where it is longer than a reader could want."""
    plain = " ".join(shown((text or "")[: longest * 4]).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def _name(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"‹U+{code:04X}›"
