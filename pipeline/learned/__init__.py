"""Learned decisions: small weighed models whose evidence includes what the rules say (docs/model.md)."""

from .headings import review_headings
from .review import Review, review_kinds
from .surroundings import rest_of_quote
from .switches import DECISIONS, Learned

__all__ = ["DECISIONS", "Learned", "Review", "rest_of_quote", "review_headings", "review_kinds"]
