"""rules/ as typed records: the only reader of the rule folder.

Each family of rules has its module here; `Rulebook` reads a family when it is first asked for.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from .loading import Record, Rule, RuleError, RuleFolder
from .organisations import OrganisationRules
from .roles import Roles, read_roles

__all__ = ["Record", "Rule", "RuleError", "RuleFolder", "Rulebook"]


class Rulebook:
    """All rules of one folder. Attributes are read on first use and kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = RuleFolder(folder)

    @cached_property
    def roles(self) -> Roles:
        """Words for functions that people hold."""
        return read_roles(self.folder)

    @cached_property
    def organisations(self) -> OrganisationRules:
        """Known organisations, and the words that names of organisations are made of."""
        return OrganisationRules(self.folder)
