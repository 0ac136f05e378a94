"""From blocks to sections, each with its kind and the rule that decided."""

from .assembly import read_sections, read_title

__all__ = ["read_sections", "read_title"]
