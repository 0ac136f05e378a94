"""Which words a text must hold for a pattern to match anywhere in it: most patterns of a family are not worth trying.

The words are read from the parse tree of the pattern, which the standard library keeps private. Where it is not as
known here, a pattern needs no words and is always tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_SHORTEST = 3  # letters; shorter words are in most texts
_MOST = 40  # words of one pattern; to look for more costs what it saves
_PAYS = 200  # texts from which it pays to read the patterns
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


class Family(Generic[T]):
    """Patterns that are searched in the same texts, each with the rule that it stands for."""

    def __init__(self, patterns: Iterable[tuple[re.Pattern[str], T]]) -> None:
        self._all: list[tuple[re.Pattern[str], T, tuple[str, ...]]] = [(*pair, ()) for pair in patterns]
        self._asked = 0

    def worth(self, text: str) -> Iterator[tuple[re.Pattern[str], T]]:
        """In their order, the patterns that may match somewhere in a text."""
        self._asked += 1
        if self._asked == _PAYS:
            self._all = [(pattern, rule, needed_words(pattern)) for pattern, rule, _ in self._all]
        plain = text.isascii()
        for pattern, rule, needed in self._all:
            # a pattern that ignores case is only judged where lower case is no matter of opinion
            if needed and (plain or not pattern.flags & re.IGNORECASE):
                within = text.lower() if pattern.flags & re.IGNORECASE else text
                for word in needed:
                    if word in within:
                        yield pattern, rule
                        break
            else:
                yield pattern, rule


def needed_words(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Words of which every match holds one; none where that cannot be told. Lower case where case is ignored."""
    try:
        parser = import_module("re._parser")
    except ImportError:  # before Python 3.11
        parser = import_module("sre_parse")
    try:
        found = _of_sequence(list(parser.parse(pattern.pattern, pattern.flags)), bool(pattern.flags & re.IGNORECASE))
    except (AttributeError, TypeError, ValueError, IndexError):
        return ()
    return tuple(sorted(found, key=lambda word: (len(word), word))) if found and len(found) <= _MOST else ()


def _of_sequence(items: Sequence[Any], ignore_case: bool) -> frozenset[str] | None:
    """The best of what the parts of a sequence need."""
    options: list[frozenset[str]] = []
    run = ""
    for operation, argument in [*items, (None, None)]:
        if str(operation) == "LITERAL":
            letter = chr(argument)
            run += letter.lower() if ignore_case else letter
            continue
        if len(run) >= _SHORTEST:
            options.append(frozenset({run}))
        run = ""
        found = _of_part(str(operation), argument, ignore_case)
        if found:
            options.append(found)
    return max(options, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _of_part(operation: str, argument: Any, ignore_case: bool) -> frozenset[str] | None:
    if operation == "SUBPATTERN":
        _, added, _, inner = argument
        # a part that ignores case alone is searched in a text that is not in lower case
        return None if added & re.IGNORECASE and not ignore_case else _of_sequence(list(inner), ignore_case)
    if operation == "BRANCH":
        branches = [_of_sequence(list(branch), ignore_case) for branch in argument[1]]
        return frozenset().union(*branches) if all(branches) else None  # type: ignore[arg-type]
    if operation in _REPEATS and argument[0] > 0:
        return _of_sequence(list(argument[2]), ignore_case)
    return None
