"""Answers about words and phrases that are given over and over again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import Any, TypeVar

R = TypeVar("R")
_MOST = 4096  # answers kept by each method: the words of running text come back, and memory stays bounded


def remembered(method: Callable[[Any, str], R]) -> cached_property[Callable[[str], R]]:
    """For a method that answers a question about one string by the rules alone, which never change: each object
    keeps the latest answers. They must not be changed by who asks."""

    def answers(self: Any) -> Callable[[str], R]:
        return lru_cache(maxsize=_MOST)(partial(method, self))

    answers.__doc__ = method.__doc__
    return cached_property(answers)
