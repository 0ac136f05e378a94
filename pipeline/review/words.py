"""The words of the pages, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("nl", "en")
FILE = "words.yaml"


class Words:
    """One language. `words("progress", done=3, total=9)` gives the sentence with its numbers."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language, self._texts = language, texts

    def __call__(self, name: str, /, **values: object) -> str:
        return self._texts[name].format(**values)

    def count(self, name: str, n: int, /) -> str:
        """A sentence with a number, in the words for one thing where there are some."""
        return self(f"{name}_one" if n == 1 and self.knows(f"{name}_one") else name, n=self.number(n))

    def knows(self, name: str) -> bool:
        """Whether there are words under a name."""
        return name in self._texts

    def number(self, value: int) -> str:
        """A whole number as the language writes it."""
        return f"{value:,}".replace(",", "." if self.language == "nl" else ",")

    @staticmethod
    def moment(written: str) -> str:
        """A moment of the judgements file on this machine's clock; what is no moment stays as it is."""
        try:
            found = datetime.fromisoformat(written.replace("Z", "+00:00"))
            return f"{found.astimezone():%Y-%m-%d %H:%M}" if found.tzinfo else written
        except (ValueError, OverflowError):
            return written

    def decimal(self, value: float) -> str:
        """A probability with two decimals."""
        return f"{value:.2f}".replace(".", "," if self.language == "nl" else ".")


@lru_cache
def words_of(language: str) -> Words:
    """The words of one of LANGUAGES."""
    import yaml

    records = yaml.safe_load(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    return Words(language, {name: record[language] for name, record in records.items()})


def preferred(header: str) -> str:
    """The first of LANGUAGES that an Accept-Language header asks for; Dutch where it asks for neither."""
    wanted: list[tuple[float, int, str]] = []
    for number, part in enumerate(header.split(",")[:20]):
        name, _, quality = part.replace(" ", "").partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        code = name.split("-")[0].casefold()
        if code in LANGUAGES and weight > 0:
            wanted.append((-weight, number, code))
    return min(wanted)[2] if wanted else LANGUAGES[0]
