"""What stewards set of a whole organisation: its name, type and identifiers, kept beside the judgements file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..appending import AppendedTable
from ..records import IDENTIFIERS, Correction, NameKey, OrganisationType, Property

_EXPECTED = {
    Property.TYPE: f"one of {', '.join(OrganisationType)}",
    Property.KVK: "8 digits",
    Property.OIN: "20 digits",
    Property.WEBSITE: "an address that begins with https:// or http://",
}
COLUMNS = ("name", "municipality", "property", "value", "judged_by", "judged_at", "note")


def corrections_path(judgements: Path) -> Path:
    """The file of corrections that goes with a judgements file: `judgements.csv` → `judgements.corrections.csv`."""
    return judgements.with_name(f"{judgements.stem}.corrections{judgements.suffix}")


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Every row of a file of corrections; none where it does not exist yet. Raises TableError."""
    return corrections_table(path).rows()


def corrections_table(path: Path) -> AppendedTable[Correction]:
    """A file of corrections that stays open for more."""
    return AppendedTable(path, COLUMNS, 4, parse_correction)


def parse_correction(values: Mapping[str, str], line: int) -> Correction:
    """A row by column as a correction; raises ValueError with what is wrong with it."""
    if not values["name"]:
        raise ValueError("name may not be empty")
    try:
        about = Property(values["property"].casefold())
    except ValueError:
        raise ValueError(f"property {values['property']!r}; expected one of {', '.join(Property)}") from None
    value = values["value"]
    if value and not fits(about, value):
        raise ValueError(f"{about} {value!r}; expected {_EXPECTED[about]}")
    key = NameKey(values["name"], values["municipality"])
    return Correction(key, about, value, values["judged_by"], values["judged_at"], values["note"], line)


def fits(about: Property, value: str) -> bool:
    """Whether a property can have this value."""
    if about is Property.TYPE:
        return value in tuple(OrganisationType)
    return about not in IDENTIFIERS or re.fullmatch(IDENTIFIERS[about], value) is not None


def cells(correction: Correction) -> tuple[str, ...]:
    """A correction as the cells of its row."""
    said = " ".join(correction.value.split())
    note = " ".join(correction.note.split())
    key = correction.key
    return (key.name, key.municipality, str(correction.about), said, correction.judged_by, correction.judged_at, note)


def in_force(corrections: Iterable[Correction], names: Sequence[NameKey]) -> dict[Property, Correction]:
    """What was last set of the organisation that holds these names, whichever of them it was said of."""
    held = set(names)
    found: dict[Property, Correction] = {}
    for correction in sorted(corrections, key=lambda correction: correction.line):
        if correction.key in held:
            found[correction.about] = correction
    return {about: correction for about, correction in found.items() if correction.value}
