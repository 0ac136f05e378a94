"""Bytes in, text out: which inputs there are, what is in them, and one module per format."""

from __future__ import annotations

from .discovery import Discovery, Input, discover, document_ids, slug
from .registry import SUFFIXES, Ways, read_leaf

__all__ = ["SUFFIXES", "Discovery", "Input", "Ways", "discover", "document_ids", "read_leaf", "slug"]
