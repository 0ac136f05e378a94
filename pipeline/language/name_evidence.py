"""How sure it is that a capitalised name names an organisation, and by which rule."""

from __future__ import annotations

import re

from ..rulebook import Rulebook
from .name_extent import ARTICLES
from .words import Word, previous_word, quoted

PLACE = "place"  # the rule of a candidate that is only the name of a municipality
VILLAGE = "village"  # any other place
_CAMEL = re.compile(r"[a-zà-ÿ][A-Z]|[A-Z]{2,}[a-zà-ÿ]{2,}|[A-Za-z]\d[A-Z]")
_ABBREVIATION = re.compile(r"(?:[A-Z]\.?){2,6}|[A-Z]{2,5}[-/&]?[A-Z]{1,5}")
_STREET = re.compile(
    r"(?:straat|laan|weg|plein|dijk|kade|gracht|singel|markt|steeg|park|plantsoen|hof|pad|brug|haven|dreef)$"
)
_DEMONYM = re.compile(r"(?:[a-z](?:ers|enaren|ezen|aren|naren|eren|enaar|ezer))$")
_ADJECTIVE = re.compile(r"(?:se|sche|ske)$")
_ENDINGS = ("e", "en", "ing", "heid", "ers", "aars")
_SAID_TO_BE = re.compile(r"\b(?:motto|slogan|thema|leus|titel)\s+(?:is|luidt|was|wordt)\s+[“„‘\"']?$")
_OWN_AREA = re.compile(r"\b(?:in|uit|binnen|voor)\s+(?:onze|deze|heel|uw)\s+(?:hele\s+)?$")
_SUFFIXED = re.compile(r"['’](?:er|ers|tje|tjes|s)$")  # "MWC'er"


class NameEvidence:
    """Judges a stretch of words that is printed like a name."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = rulebook
        self._names = rulebook.names
        self._known = rulebook.organisations
        self._ordinary = rulebook.ordinary_words
        self._places = rulebook.places

    def judge(
        self, text: str, tokens: list[Word], start: int, end: int, printed: str, *, article: bool, lower_head: bool
    ) -> tuple[float, str]:
        """Confidence and the rule that gave it."""
        body = tokens[start:end]
        first, last = body[0], body[-1]
        single = len(body) == 1
        folded = first.text.casefold()
        previous = previous_word(tokens, start)
        initial = first.initial or (
            start > 0 and tokens[start - 1].initial and tokens[start - 1].text.casefold() in ARTICLES
        )
        if single and (
            folded in self._names.bare or folded in self._names.function_words or _SUFFIXED.search(first.text)
        ):
            return 0.1, "no-name"
        following = tokens[end].text if end < len(tokens) else ""
        if single and following in {",", "en"} and self._places.names_municipality(printed):
            return 0.15, PLACE  # 'Buren, Culemborg en Tiel'
        if single and initial and self.party_noun(folded):
            return 0.1, "party-noun"
        if single and (self._names.no_name(first.text) or (_DEMONYM.search(first.text) and self._demonym(first.text))):
            return 0.1, "no-name"
        if previous in {"buurgemeente", "buurgemeenten"}:
            return 0.85, "neighbour"
        capitals_only = single and first.text.isupper() and len(first.text) <= 4 and not first.initial  # 'ELP', 'MEE'
        if self._places.knows(printed) and not capitals_only:
            return 0.15, self.place_rule(printed)
        if self._names.no_name(printed) or (single and folded in self._names.subjects):
            return 0.1, "no-name"
        if (
            single
            and _ADJECTIVE.search(folded)
            and following.islower()
            and following not in {"en", "is", "was", "heeft", "doet"}
        ):
            return 0.1, "adjective"  # 'De Belgische buurgemeente'
        if re.search(r"\d", first.text) and re.fullmatch(r"[A-Z]{0,3}\d+[-/.]\d+|\d{3,}", first.text) and single:
            return 0.1, "code"
        if folded in {"gemeente", "gemeenten", "provincie"} and (
            previous in {"in", "uit", "binnen", "rond", "rondom", "heel"}
            or _OWN_AREA.search(text[max(0, first.start - 25) : first.start])
        ):
            return 0.1, "area"
        if not single and self._names.heads_other_kind(folded) and self._known.by_alias(printed) is None:
            return 0.3, "other-kind"
        if single and re.fullmatch(r"[\w&]+-[a-z]+", first.text) and not self._names.kind_words.fits(folded):
            return 0.1, "compound"  # 'GGD-arts'
        if previous in self._names.branch_words or previous in {"kernen", "dorpen", "wijken", "buurten"}:
            return 0.2, "branch"
        if re.match(r",\s*\d{4}\)", text[last.end :]):
            return 0.1, "literature"
        if _STREET.search(last.text.casefold()) and not self._names.kind_words.fits(folded) and (
            previous in {"de", "het", "aan", "op"} or single):  # fmt: skip
            return 0.2, "street"
        if self._names.other_kind(previous):
            return 0.35, "other-kind"
        if (
            previous
            and self._rules.roles.is_role(previous)
            and not any(self._names.kind_words.fits(w.text.casefold()) for w in body)
        ):
            return 0.3, "person"  # 'jongerenwerker Brahim'
        if len(body) == 2 and (body[1].text.isdigit() or len(body[1].text) == 1) and folded in self._ordinary:
            return 0.2, "numbered"  # 'Spoor 2', 'Bouwsteen A'
        known = self._known.by_alias(printed)
        if known is not None:
            return (0.7 if known.common_word else 0.97), "known"
        in_quotes = quoted(text, first.start, last.end)
        legal = folded.rstrip(".") in {
            "stichting",
            "st",
            "stg",
            "vereniging",
            "ver",
            "coöperatie",
            "gemeente",
            "gem",
            "provincie",
            "ministerie",
        }
        opens = first.initial or (start > 0 and tokens[start - 1].text == ":")
        if opens and not single and text[last.end : last.end + 1] == ":" and not self._known.by_alias(printed):
            return 0.3, "label"  # '• Kennis Doorgeven: via scholing'
        if single and opens and len(folded) > 11 and folded.endswith(_ENDINGS):
            return 0.3, "sentence-start"  # a compound that no dictionary has
        if (
            not single
            and opens
            and all(w.text.casefold() in self._names.subjects or w.text in {"&", "en"} for w in body)
        ):
            return 0.3, "subjects"  # 'Kunst & cultuur raken mensen'
        if _SAID_TO_BE.search(text[max(0, first.start - 40) : first.start]):
            return 0.3, "other-kind"  # 'Ons motto is Zorg voor Elkaar'
        if single and opens and (folded in self._ordinary or not first.capital):
            return 0.3, "sentence-start"
        if legal and not single:
            return 0.95, "legal-form"
        if lower_head:
            return 0.85, "establishment"
        kind = any(
            self._names.kind_words.fits(w.text.casefold())
            or (not single and self._names.establishments.fits(w.text.casefold()))
            for w in body
            if w.capital
        )
        if self._is_activity(text, body, kind=kind):
            return 0.3, "activity"
        if kind and not single:
            return (0.93 if not in_quotes else 0.6), "kind-word"
        if in_quotes:
            return 0.3, "quoted"
        if kind:
            return 0.7, "kind-word"
        if single and _CAMEL.search(first.text):
            return 0.85, "camel-case"
        if single and _ABBREVIATION.fullmatch(first.text):
            return 0.8, "abbreviation"
        if article:
            return 0.8, "article"
        if previous in {
            "in",
            "uit",
            "te",
            "naar",
            "rond",
            "rondom",
            "door heel",
            "vanuit",
            "omgeving",
            "nabij",
            "aan",
            "langs",
            "voorbij",
            "richting",
            "tussen",
            "over",
        }:
            return 0.35, VILLAGE
        if first.initial and single:
            return 0.6, "unknown-word"
        if not first.initial:
            return (0.7 if any(w.text.casefold() not in self._ordinary for w in body) else 0.6), "capital"
        return 0.55, "capital"

    def _is_activity(self, text: str, body: list[Word], *, kind: bool) -> bool:
        """'Firma Gezellig, een reeks eetavonden', 'X is een telefooncirkel', 'de Soepfiets'."""
        said = re.match(r"(?:,|\s+is|\s+wordt)\s+(?:een|de|het)\s+(?:[a-zà-ÿ]+e\s+)?([a-zà-ÿ]+)", text[body[-1].end :])
        if said and said.group(1) in self._names.activity_nouns:
            return True
        return len(body) == 1 and not kind and body[0].text.casefold().endswith(self._names.thing_endings)

    def place_rule(self, printed: str) -> str:
        """'place' for a municipality, which can act as a body; 'village' for any other place."""
        return PLACE if self._places.names_municipality(printed) else VILLAGE

    def party_noun(self, folded: str) -> bool:
        noun = self._rules.parties.rule_of(folded)
        return self._rules.roles.is_role(folded) or (noun is not None and noun.id != "local-body")

    def _demonym(self, word: str) -> bool:
        """'Aalsmeerders', 'Oldenzalers', 'Ommenaren': people of a place."""
        folded = word.casefold()
        if folded in self._places.people:
            return True
        for ending in ("enaren", "enaar", "naren", "ders", "ers", "ezen", "aren", "er"):
            stem = folded.removesuffix(ending)
            if stem != folded and len(stem) >= 3 and (self._places.begins(stem) or folded not in self._ordinary):
                return True
        return False

    def brand_like(self, body: list[Word]) -> bool:
        """'De Boeskool', 'De Stentor': one name-like word that is no kind of body keeps its article."""
        if len(body) != 1:
            return False
        folded = body[0].text.casefold()
        kind = self._names.kind_words.fits(folded) or self._names.establishments.fits(folded)
        if (
            _ADJECTIVE.search(folded)
            or self.party_noun(folded)
            or (_DEMONYM.search(folded) and self._demonym(body[0].text))
        ):
            return False
        return not kind and not _ABBREVIATION.fullmatch(body[0].text) and not self._places.knows(body[0].text) and (
            folded not in self._ordinary or len(folded) <= 5)  # fmt: skip
