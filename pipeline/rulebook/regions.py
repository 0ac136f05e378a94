"""rules/regions.csv: names of regions, with their provinces and, where the list is settled, their municipalities."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from .loading import Record, RuleFolder


class Region(Record):
    """A region that organisations are named after. Without `municipalities` it covers its provinces roughly."""

    name: str
    aliases: tuple[str, ...] = ()
    provinces: tuple[str, ...] = Field(min_length=1)
    municipalities: tuple[str, ...] = ()

    @field_validator("aliases", "provinces", "municipalities", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


def read_regions(folder: RuleFolder) -> tuple[Region, ...]:
    return folder.csv("regions.csv", Region)
