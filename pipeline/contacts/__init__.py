"""Whom to reach: contact blocks and closing lines become contacts."""

from .finder import find_contacts

__all__ = ["find_contacts"]
