"""Who takes part and who is only mentioned: lists, enumerations and what clauses say."""

from .reader import Reading, read_participants

__all__ = ["Reading", "read_participants"]
