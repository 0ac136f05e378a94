"""Names as readers want to see them: as printed but tidy, and as the body is called."""

from __future__ import annotations

import re
import unicodedata

from ..rulebook.organisations import fold
from .parts import Name, Part

_OUTER = " \t\n\u00a0\"'“”„‘’`´.,;:•*"


def display_form(printed: str) -> str:
    """The name as a reader wants to see it: outer punctuation and doubled white space gone, nothing else changed."""
    text = " ".join(unicodedata.normalize("NFC", printed).replace("\u00ad", "").split())
    if text[:1] in '"“„' or text[:2] not in ("'t", "’t", "'s", "’s"):
        lead = text.lstrip(_OUTER)
        # the apostrophe of 'thuis and 't Hart belongs to the name
        text = f"'{lead}" if text[:1] in "'’‘" and text[-1:] not in "'’‘" and lead else lead
    stripped = text.rstrip(' \t\n\u00a0"“”„,;:•*')
    if sum(stripped.count(mark) for mark in '"“”„') % 2:  # it closes a quotation within the name: Stichting "De Brug"
        stripped = text.rstrip(" \t\n\u00a0,;:•*")
    if stripped.endswith(("'", "’")) and not text.startswith(("'", "’")):
        stripped = stripped.rstrip("'’")
    if stripped.endswith(".") and stripped.count(".") == 1 and len(stripped.split()[-1]) > 5:
        stripped = stripped[:-1]
    return stripped or printed.strip() or printed


_FORMS = frozenset({"stichting", "st", "stg", "sticht", "vereniging", "ver"})
_TAILS = re.compile(r",?\s+(?:e\.?o\.?|c\.?a\.?)$")


def canonical(name: Name) -> str:
    """The name as its body is called: without Stichting or Vereniging, `e.o.` and, for a kind of body, an article."""
    text = _TAILS.sub("", name.display)
    pieces = text.split()
    following = fold(pieces[1]) if len(pieces) > 1 else ""
    form = fold(pieces[0]) if pieces else ""
    if form in _FORMS and following and following not in ("van", "voor", "tot") and name.core:
        # a Vereniging followed by kind words and a place is known by its legal form
        if name.of(Part.OWN) or not form.startswith("ver"):
            pieces = pieces[1:]
    elif form in ("de", "het") and len(pieces) > 1 and name.of(Part.KIND) and not name.of(Part.OWN):
        pieces = pieces[1:]
    text = " ".join(pieces) or name.display
    return text[:1].upper() + text[1:]
