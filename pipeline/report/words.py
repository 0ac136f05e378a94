"""The words of the page, in the language of its readers; all of them stand in words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ..problems import Unusable

LANGUAGES = ("en", "nl")


class Words:
    """The words of one language. Plain text: whoever puts them on a page escapes them."""

    def __init__(self, language: str, forms: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """`forms`: the words by key and language, by default those of the report.

        Raises Unusable for a language that has no words.
        """
        if language not in LANGUAGES:
            raise Unusable(f"language {language!r} is not known; known are {', '.join(LANGUAGES)}")
        self.language = language
        self._words = {key: said[language] for key, said in (forms or all_words()).items()}

    def __call__(self, key: str, **values: object) -> str:
        """The words under a key, with numbers written as the language does; KeyError for a key that has none."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self._words[key].format(**shown) if values else self._words[key]

    def count(self, key: str, n: int, **values: object) -> str:
        """The words for one thing or for several."""
        return self(f"{key}.{'one' if n == 1 else 'many'}", n=n, **values)

    def number(self, value: int) -> str:
        """1234 → 1,234 or 1.234."""
        written = f"{value:,}"
        return written.replace(",", ".") if self.language == "nl" else written

    def share(self, part: int, whole: int) -> str:
        """In whole per cent; never 0% or 100% where that is not exact."""
        if not whole:
            return "–"
        percent = round(100 * part / whole)
        if 0 < part < whole:
            percent = min(max(percent, 1), 99)
        return f"{percent}%"

    def decimal(self, value: float) -> str:
        """0.97 → 0.97 or 0,97."""
        written = f"{value:.2f}"
        return written.replace(".", ",") if self.language == "nl" else written


@cache
def all_words() -> dict[str, dict[str, str]]:
    """key → language → words, as words.yaml has them."""
    found: dict[str, Any] = yaml.safe_load((files(__package__) / "words.yaml").read_text(encoding="utf-8"))
    return found
