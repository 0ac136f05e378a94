"""rules/organisations.csv, legal_forms.csv, abbreviations.csv and organisation_kinds.yaml as typed records."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import Field, field_validator

from ..records import IDENTIFIERS, OrganisationType, Property, Scope
from .loading import Record, Rule, RuleFolder
from .remembering import remembered

_LETTERS = str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "&": " en ", "+": " plus ", "ĳ": "ij"})
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´](?=\w)|['’‘`´](?=[a-z]\b)")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_ARTICLES = ("de ", "het ", "t ", "een ")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The words of a name and nothing else: no capitals, accents or punctuation; `&` is `en`, `K.B.O.` is `kbo`."""
    folded = text.casefold()
    if folded.isascii() and folded.isalnum():
        return folded  # one plain word
    folded = folded.translate(_LETTERS)
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    if "." in folded:
        folded = _DOTTED.sub(lambda found: found.group().replace(".", ""), folded)
    return " ".join(_NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", folded)).split())


def longest_from(phrases: Iterable[str]) -> dict[str, int]:
    """First word of each phrase → how many words the longest phrase has that begins with it."""
    table: dict[str, int] = {}
    for phrase in phrases:
        first = phrase.partition(" ")[0]
        table[first] = max(table.get(first, 0), phrase.count(" ") + 1)
    return table


def longest_match(words: Sequence[str], at: int, phrases: Container[str], longest: Mapping[str, int]) -> int:
    """How many words from `at` on make the longest known phrase, 0 for none. `longest` is that of `longest_from`."""
    most = min(longest.get(words[at], 0), len(words) - at)
    for length in range(most, 0, -1):
        if (" ".join(words[at : at + length]) if length > 1 else words[at]) in phrases:
            return length
    return 0


def _parts(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


class KnownOrganisation(Record):
    """A body, or with `generic` a kind of body, that the domain knows by name.

    `common_word`: the name is also an ordinary word, so that it says something in a list of parties only.
    `area` is free text: municipalities, regions or provinces where a regional or local body works.
    The file need not have the columns `kvk` and `oin`.
    """

    name: str = Field(min_length=2)
    type: OrganisationType
    scope: Scope
    aliases: tuple[str, ...] = ()
    area: str = ""
    generic: bool = False
    common_word: bool = False
    website: str = Field("", pattern=r"^((https?://)?[^\s/?#:]+[.][^\s]+)?$")  # a domain, or a whole address
    kvk: str = Field("", pattern=f"^({IDENTIFIERS[Property.KVK]})?$")
    oin: str = Field("", pattern=f"^({IDENTIFIERS[Property.OIN]})?$")
    confidence: Literal["high", "medium", ""] = ""
    note: str = ""

    _split = field_validator("aliases", mode="before")(_parts)

    @field_validator("generic", "common_word", mode="before")
    @classmethod
    def _flag(cls, value: Any) -> Any:
        return {"": False, "yes": True}.get(value, value)

    @property
    def address(self) -> str:
        """The website as an address to open; a generic record stands for many bodies and has none."""
        if not self.website or self.generic:
            return ""
        return self.website if self.website.startswith(("https://", "http://")) else f"https://{self.website}"


class LegalForm(Record):
    """A legal form or another word that people put before or behind a name."""

    form: str
    kind: Literal["legal_form", "prefix", "suffix", "connector", "unit", "org_prefix", "status"]
    variants: tuple[str, ...] = ()
    position: tuple[Literal["prefix", "infix", "suffix", "none"], ...]
    strip_for_matching: bool
    remark: str = ""

    _split = field_validator("variants", mode="before")(_parts)

    @field_validator("position", mode="before")
    @classmethod
    def _positions(cls, value: Any) -> Any:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("strip_for_matching", mode="before")
    @classmethod
    def _flag(cls, value: Any) -> Any:
        return {"no": False, "yes": True}.get(value, value)


class Abbreviation(Record):
    """A shortened word or name. An ambiguous one needs its context."""

    abbreviation: str
    expansions: tuple[str, ...] = Field(alias="expansion")
    kind: str
    ambiguous: bool
    remark: str = ""

    _split = field_validator("expansions", mode="before")(_parts)

    @field_validator("ambiguous", mode="before")
    @classmethod
    def _flag(cls, value: Any) -> Any:
        return {"no": False, "yes": True}.get(value, value)


class OrganisationKind(Rule):
    """A family of words that say what sort of body a name speaks of."""

    type: OrganisationType
    per: Literal["municipality", "region", "name"]
    weak: bool = False
    local: bool = False
    words: tuple[str, ...] = Field(min_length=1)
    suffixes: tuple[str, ...] = ()


class _KindFile(Record):
    kinds: tuple[OrganisationKind, ...]


class Expansion(Record):
    short: tuple[str, ...] = Field(min_length=1)
    long: str


class OrganisationWords(Record):
    """The small words of names and the shortened ones, from rules/organisation_words.yaml."""

    articles: frozenset[str]
    fillers: frozenset[str]
    legal: frozenset[str]
    topics: frozenset[str]
    holy: frozenset[str]
    branch: frozenset[str]
    tails: frozenset[str]
    national: frozenset[str]
    saints: frozenset[str]
    expansions: tuple[Expansion, ...]
    departments: frozenset[str]
    sounds: tuple[Expansion, ...]
    compass: frozenset[str]
    shortened_compass: tuple[Expansion, ...]
    shortened_prepositions: tuple[Expansion, ...]

    @cached_property
    def expansion_of(self) -> dict[str, str]:
        return {short: expansion.long for expansion in self.expansions for short in expansion.short}


class OrganisationRules:
    """What is known about organisations and about the words that their names are made of."""

    def __init__(self, folder: RuleFolder) -> None:
        self.known: tuple[KnownOrganisation, ...] = folder.csv("organisations.csv", KnownOrganisation)
        self.legal_forms: tuple[LegalForm, ...] = folder.csv("legal_forms.csv", LegalForm)
        self.abbreviations: tuple[Abbreviation, ...] = folder.csv("abbreviations.csv", Abbreviation)
        self.kinds: tuple[OrganisationKind, ...] = folder.yaml("organisation_kinds.yaml", _KindFile).kinds
        self.words: OrganisationWords = folder.yaml("organisation_words.yaml", OrganisationWords)

    @cached_property
    def aliases(self) -> dict[str, KnownOrganisation]:
        """Folded names and aliases. Names go first, forms without their article last."""
        table: dict[str, KnownOrganisation] = {}
        for known in self.known:
            table.setdefault(fold(known.name), known)
        for known in self.known:
            for alias in known.aliases:
                table.setdefault(fold(alias), known)
        for form, known in list(table.items()):
            for article in _ARTICLES:
                short = form.removeprefix(article)
                if short != form and " " in short and short not in self.kind_words:
                    table.setdefault(short, known)
        return table

    @remembered
    def by_alias(self, text: str) -> KnownOrganisation | None:
        """The known organisation printed as `text`, whatever its capitals, accents, punctuation and article."""
        form = fold(text)
        found = self.aliases.get(form)
        for article in _ARTICLES:
            if found is None and form.startswith(article):
                found = self.aliases.get(form.removeprefix(article))
        return found

    def begins(self, text: str) -> bool:
        """Whether `text` is the broken-off beginning of a known name, and none itself."""
        form = fold(text)
        if len(form) < 4 or form in self.aliases:
            return False
        at = bisect_left(self._sorted_aliases, form)
        following = self._sorted_aliases[at] if at < len(self._sorted_aliases) else ""
        return following.startswith(form) and following[len(form)] != " "

    @cached_property
    def _sorted_aliases(self) -> list[str]:
        return sorted(self.aliases)

    @cached_property
    def kind_words(self) -> dict[str, OrganisationKind]:
        """Folded kind words and phrases with the kind they imply; the first kind of the file keeps a word."""
        table: dict[str, OrganisationKind] = {}
        for kind in self.kinds:
            for word in kind.words:
                table.setdefault(fold(word), kind)
        return table

    @cached_property
    def suffixes(self) -> tuple[tuple[str, OrganisationKind], ...]:
        """Last parts of compounds, longest first."""
        table: dict[str, OrganisationKind] = {}
        for kind in self.kinds:
            for suffix in kind.suffixes:
                table.setdefault(fold(suffix), kind)
        return tuple(sorted(table.items(), key=lambda item: (-len(item[0]), item[0])))

    @remembered
    def kind_of_word(self, word: str) -> OrganisationKind | None:
        """The kind of one folded word: itself a kind word, or a compound that ends in one."""
        return self.kind_words.get(word) or self.suffix_of(word)[1]

    def suffix_of(self, word: str) -> tuple[str, OrganisationKind | None]:
        """The longest last part of a compound that says its kind, at least three letters standing before it."""
        for length in self._suffix_lengths:
            if len(word) >= length + 3 and word[-length:] in self._by_suffix:
                return word[-length:], self._by_suffix[word[-length:]]
        return "", None

    @cached_property
    def _by_suffix(self) -> dict[str, OrganisationKind]:
        return dict(self.suffixes)

    @cached_property
    def _suffix_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(suffix) for suffix in self._by_suffix}, reverse=True))

    @cached_property
    def _longest_from(self) -> dict[str, int]:
        """How many words the longest kind phrase has that begins with a word."""
        return longest_from(self.kind_words)

    def kinds_in(self, text: str) -> list[OrganisationKind]:
        """The kinds that the words of a name speak of, longest phrases first taken, in file order, without doubles."""
        return self.kinds_of_words(fold(text).split())

    def kinds_of_words(self, words: Sequence[str]) -> list[OrganisationKind]:
        """The same, of folded words."""
        found: set[str] = set()
        position = 0
        while position < len(words):
            length = longest_match(words, position, self.kind_words, self._longest_from)
            kind = self.kind_words[" ".join(words[position : position + length])] if length else None
            kind = kind or self.kind_of_word(words[position])
            if kind is not None:
                found.add(kind.id)
            position += max(length, 1)
        return [kind for kind in self.kinds if kind.id in found] if found else []

    def type_of(self, text: str) -> OrganisationType | None:
        """The organisation type that the kind words of a name imply, None where it has none."""
        kinds = self.kinds_in(text)
        return kinds[0].type if kinds else None
