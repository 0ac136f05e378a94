"""From lines to blocks: headings, paragraphs, list items, quotes, and what is no text of the page."""

from .blocks import Weigh, read_blocks

__all__ = ["Weigh", "read_blocks"]
