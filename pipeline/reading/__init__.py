"""Bytes in, `Text` out: which inputs there are, and one module per input format."""

from __future__ import annotations

from .discovery import Input, discover, document_ids
from .registry import READERS, read

__all__ = ["READERS", "Input", "discover", "document_ids", "read"]
