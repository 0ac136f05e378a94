"""rules/headings.yaml and rules/chrome.yaml: what headings say, and what a page prints around its text."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field, field_validator
from rapidfuzz import fuzz, process

from ..records import SectionKind
from .literals import Family
from .loading import Record, Rule, RuleFolder

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "\u00ad": ""})
_SPACE = re.compile(r"\s+")
_OUTER = " \t.:;,!?…\"'*_|»>-–—"
_NUMBERING = re.compile(  # 'Hoofdstuk 3. ', '1.2 ', 'IV. ', 'b) ': where a heading stands, not what it says
    r"^(?:[•*▪◦‣·●○■➢✓§-]\s*)?(?:"
    r"(?:hoofdstuk|hfst\.?|paragraaf|par\.|sectie|deel)\s+(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|een|twee|drie|vier|vijf|zes)\b\s*[.):–-]*"
    r"|\(?\d{1,2}(?:\.\d{1,2})+\.?|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\s?[.):]|\d{1,2}\s?[–-](?=\s)"
    r")\s*(?=[^\W\d])"
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which headings are compared: lower case, no accents, plain quotes, single spaces."""
    plain = text.translate(_QUOTES)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _SPACE.sub(" ", plain).strip().casefold()


def fold_heading(text: str) -> str:
    """`fold`, without the punctuation around the heading."""
    return fold(text).strip(_OUTER)


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


class HeadingRule(Rule):
    """A family of heading words. `pattern` is searched in the folded heading, `phrases` are whole headings,
    compared fuzzily. The kind may depend on the text below: `with_members` (it lists two or more parties),
    `with_address` (it gives an address, number or link), `with_deeds` (it tells what was or will be done),
    `empty` (there is no text). A `weak` family says little: a title block may use its words as well.
    """

    kind: SectionKind
    pattern: str = ""
    phrases: tuple[str, ...] = ()
    with_members: SectionKind | None = None
    with_address: SectionKind | None = None
    with_deeds: SectionKind | None = None
    empty: SectionKind | None = None
    weak: bool = False

    _check = field_validator("pattern")(_compiled)


class PillarRule(Rule):
    """One of the five national pillars. `context` words count only in a text that has other pillars as well."""

    number: int = Field(ge=1, le=5)
    pattern: str
    context: str
    phrases: tuple[str, ...]

    _check = field_validator("pattern", "context")(_compiled)


class ChromeRule(Rule):
    """A line that a site prints around a text. `top`: only above the first paragraph; `glued`: the pattern matches
    the part of the line that is dropped, and the text begins behind it."""

    pattern: str
    where: Literal["anywhere", "top", "glued"] = "anywhere"

    _check = field_validator("pattern")(_compiled)


class EvidenceRule(Rule):
    """Words in the text of a section that tell what it is about."""

    pattern: str
    says: Literal["deeds", "background", "membership", "non_membership", "address"]
    weight: float = 1.0

    _check = field_validator("pattern")(_compiled)


class ChromeFile(Record):
    chrome: tuple[ChromeRule, ...]


class HeadingFile(Record):
    finite_verbs: tuple[str, ...]
    plural_verbs: tuple[str, ...]
    openers: tuple[str, ...]
    cut_off: tuple[str, ...]
    dangling: tuple[str, ...]
    lead_in_starts: tuple[str, ...]
    labels: tuple[str, ...]
    party_nouns: tuple[str, ...]
    party_compounds: tuple[str, ...]
    headings: tuple[HeadingRule, ...]
    pillars: tuple[PillarRule, ...]
    evidence: tuple[EvidenceRule, ...]


class HeadingRules:
    """The heading rules, compiled; every question the stages ask of them is a method here."""

    fuzzy_from = 90.0
    pillar_from = 84.0

    def __init__(self, folder: RuleFolder) -> None:
        self.file = folder.yaml("headings.yaml", HeadingFile)
        self.chrome = folder.yaml("chrome.yaml", ChromeFile).chrome
        self._headings = Family((re.compile(r.pattern), r) for r in self.file.headings if r.pattern)
        self._pillars = [(re.compile(r.pattern), re.compile(r.context), r) for r in self.file.pillars]
        self._evidence = Family((re.compile(r.pattern), r) for r in self.file.evidence)
        self._chrome = [(re.compile(r.pattern, re.IGNORECASE), r) for r in self.chrome]
        self.finite_verbs = frozenset(self.file.finite_verbs)
        self.plural_verbs = frozenset(self.file.plural_verbs)
        self.openers = frozenset(self.file.openers)
        self.cut_off = frozenset(self.file.cut_off)
        self.dangling = frozenset(self.file.dangling)
        self.lead_in_starts = frozenset(self.file.lead_in_starts)
        self.labels = frozenset(self.file.labels)
        self.party_nouns = frozenset(self.file.party_nouns)
        self.party_compounds = self.file.party_compounds
        self._known: dict[str, tuple[HeadingRule | None, bool]] = {}
        self._pillar_of = lru_cache(maxsize=4096)(self._named_pillar)

    @cached_property
    def _phrases(self) -> dict[str, HeadingRule]:
        return {fold_heading(p): rule for rule in self.file.headings for p in rule.phrases}

    @cached_property
    def _phrase_list(self) -> list[str]:
        return list(self._phrases)

    @cached_property
    def _pillar_phrases(self) -> dict[str, PillarRule]:
        return {fold_heading(p): rule for rule in self.file.pillars for p in rule.phrases}

    @cached_property
    def _pillar_list(self) -> list[str]:
        return list(self._pillar_phrases)

    def by_words(self, heading: str) -> HeadingRule | None:
        """The family that the words of a heading belong to: its whole wording first, then its words."""
        return self._lookup(heading)[0]

    def is_wording(self, heading: str) -> bool:
        """Whether these words, as a whole, are one of the wordings that sections are known to have."""
        return self._lookup(heading)[1]

    def _lookup(self, heading: str) -> tuple[HeadingRule | None, bool]:
        folded = fold_heading(heading)
        found = self._known.get(folded)
        if found is None:
            if len(self._known) > 20000:  # a long run over many texts must not grow without end
                self._known.clear()
            found = self._known[folded] = self._search(folded)
        return found

    def _search(self, folded: str) -> tuple[HeadingRule | None, bool]:
        folded = _NUMBERING.sub("", folded).strip(_OUTER) or folded
        if not folded or len(folded) > 160:
            return None, False
        exact = self._phrases.get(folded)
        if exact is not None:
            return exact, True
        for pattern, rule in self._headings.worth(folded):
            if pattern.search(folded):
                return rule, False
        if 5 <= len(folded) <= 60:
            near = process.extractOne(folded, self._phrase_list, scorer=fuzz.ratio, score_cutoff=self.fuzzy_from)
            if near is not None:
                return self._phrases[near[0]], True
        return None, False

    def pillar(self, heading: str, context: bool = False) -> PillarRule | None:
        """The national pillar that a heading names, also misspelt; `context` admits its short forms."""
        return self._pillar_of(heading, context)

    def _named_pillar(self, heading: str, context: bool) -> PillarRule | None:
        folded = _PILLAR_LABEL.sub("", fold_heading(heading)).strip(_OUTER)
        if not folded or len(folded) > 110:
            return None
        for pattern, short, rule in self._pillars:
            if pattern.search(folded) or (context and short.search(folded)):
                return rule
        if 12 <= len(folded) <= 60:
            near = process.extractOne(folded, self._pillar_list, scorer=fuzz.ratio, score_cutoff=self.pillar_from)
            if near is not None:
                return self._pillar_phrases[near[0]]
        return None

    def is_pillar_wording(self, heading: str) -> bool:
        """Whether a pillar's whole wording is printed, not only its first words."""
        folded = _PILLAR_LABEL.sub("", fold_heading(heading)).strip(_OUTER)
        return process.extractOne(folded, self._pillar_list, scorer=fuzz.ratio, score_cutoff=93.0) is not None

    def chrome_rule(self, line: str, top: bool) -> ChromeRule | None:
        """The rule by which a whole line is no part of the text."""
        for pattern, rule in self._chrome:
            if rule.where != "glued" and (top or rule.where == "anywhere") and pattern.fullmatch(line):
                return rule
        return None

    def glued_chrome(self, line: str) -> tuple[int, ChromeRule] | None:
        """How much of the begin of a line is image text that was glued to the text behind it."""
        for pattern, rule in self._chrome:
            if rule.where == "glued":
                match = pattern.match(line)
                if match and 0 < match.end() < len(line):
                    return match.end(), rule
        return None

    def evidence(self, text: str) -> dict[str, float]:
        """How strongly a text speaks of deeds, background, membership and addresses."""
        folded = fold(text)
        weights: dict[str, float] = {}
        for pattern, rule in self._evidence.worth(folded):
            n = sum(1 for _ in pattern.finditer(folded))
            if n:
                weights[rule.says] = weights.get(rule.says, 0.0) + rule.weight * min(n, 3)
        return weights

    def heading_fires(self, heading: str) -> set[str]:
        """The id of the family that a heading belongs to."""
        rule = self.by_words(heading)
        return {rule.id} if rule else set()

    def pillar_fires(self, heading: str) -> set[str]:
        """The id of the pillar that a heading names."""
        rule = self.pillar(heading)
        return {rule.id} if rule else set()

    def evidence_fires(self, text: str) -> set[str]:
        """The ids of the evidence rules that fire on a text."""
        folded = fold(text)
        return {rule.id for pattern, rule in self._evidence.worth(folded) if pattern.search(folded)}

    def chrome_fires(self, line: str) -> set[str]:
        """The ids of the chrome rules that fire on a line at the top of a page."""
        glued = self.glued_chrome(line)
        return {r.id for p, r in self._chrome if r.where != "glued" and p.fullmatch(line)} | (
            {glued[1].id} if glued else set()
        )


_PILLAR_LABEL = re.compile(
    r"^(?:(?:[•*▪◦‣·●○■o>✓➢–-]|\(?\d{1,2}\s?[.):]|\(?[a-e][.)])\s*)*"
    r"(?:(?:\d|een|twee|drie|vier|vijf|eerste|tweede|derde|vierde|vijfde|1e|2e|3e|4e|5e)\s+)?"
    r"(?:(?:pijler|pilaar|spoor|lijn|actielijn|thema|onderdeel|stap|fase|bouwsteen|punt|element)\s*(?:nr\.?\s*)?"
    r"(?:\d|[iv]{1,3}\b|een|twee|drie|vier|vijf)?\s*[:.)–-]?\s*)?"
    r"(?:\d\s*[:.)–-]?\s+)?"
)
