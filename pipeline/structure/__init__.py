"""From lines to blocks: headings, paragraphs, list items, quotes, and what is no text of the page."""

from .blocks import read_blocks

__all__ = ["read_blocks"]
