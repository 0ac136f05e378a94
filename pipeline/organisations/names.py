"""Printed names as what they are made of: legal form, kind words, own words, places, numbers, branch, abbreviation."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from ..records import NameKey
from ..rulebook.organisations import OrganisationKind, OrganisationRules, fold, longest_from, longest_match
from .compounds import Compounds
from .display import display_form
from .geography import Geography, Zone
from .parts import COUNTED, Name, Part, Word
from .spelling import Spelling

_APART = (Part.OWN, Part.NUMBER)
_SAYS_KIND = (Part.KIND, Part.OWN, Part.SMALL)
_BRACKETS = re.compile(r"\(([^()]*)\)?")
_COMMA = re.compile(r"^([^,]+),\s*([^,]+)$")
_SPLIT = re.compile(r"[\s/\-–—_|]+")


class NameReader:
    """Takes names apart with the words of the rules. Results are kept, as the same names come back all the time."""

    def __init__(
        self,
        rules: OrganisationRules,
        geography: Geography,
        dictionary: frozenset[str],
        *,
        rarity_of: NameReader | None = None,
    ) -> None:
        """`rarity_of`: a reader whose word counts to use, for one that is told of fewer bodies."""
        self.rules = rules
        self.geography = geography
        self.dictionary = dictionary
        self._names: dict[NameKey, Name] = {}
        self._words: dict[Word, Word] = {}
        words = rules.words
        legal = {
            fold(form)
            for record in rules.legal_forms
            if record.strip_for_matching and record.kind in ("legal_form", "prefix", "suffix")
            for form in (record.form, *record.variants)
        }
        self._legal = {form for form in legal if form} - set(words.tails) - {"nv de", "ca", "io", "st"} | set(
            words.legal
        )
        self._legal_from, self._tail_from = longest_from(self._legal), longest_from(words.tails)
        self._alias_from = longest_from(rules.aliases)
        self._kind_from, self._short_from = longest_from(rules.kind_words), longest_from(words.expansion_of)
        self._starts = frozenset().union(
            self._legal_from, self._tail_from, self._kind_from, geography.longest_from,
            words.branch, words.holy, words.national, ("st",),
        )  # fmt: skip
        bodies_of = Counter(
            word for k in rules.known for word in {w for f in (k.name, *k.aliases) for w in fold(f).split()}
        )
        self.brand_words = frozenset(bodies_of)
        self.compounds = Compounds(dictionary | rules.kind_words.keys())
        self._spelling = Spelling(self._often_misspelt(), self.brand_words | dictionary)
        scale = math.log(max(len(rules.known), 2))
        counted = {word: 1 - 0.5 * math.log(n) / scale for word, n in bodies_of.items()}
        self._rarity: dict[str, float] = rarity_of._rarity if rarity_of else counted

    def _often_misspelt(self) -> Iterator[str]:
        yield from ("stichting", "vereniging", "afdeling", "nationale")
        for phrase in self.rules.kind_words:
            yield from phrase.split()
        for known in self.rules.known:
            national = known.scope == "national"
            for word in fold(known.name).split():
                if len(word) > (6 if national else 9) and (national or word not in self.dictionary):
                    yield word

    def read(self, key: NameKey) -> Name:
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._read(key)
        return found

    def ordinary(self, word: str) -> bool:
        """True for a word that Dutch has apart from names."""
        return word in self.dictionary

    def plain(self, word: str) -> bool:
        """True also for a compound of two such words: every town may have its `Lindehof`."""
        if word in self.dictionary:
            return True
        parts = self.compounds.parts(word)
        return len(parts) == 2 and len(parts[0]) > 3

    def rarity(self, word: str) -> float:
        """1 for a word of one known body or none, towards 0.5 for one of them all (inverse document frequency)."""
        return self._rarity.get(word, 1.0)

    def _read(self, key: NameKey) -> Name:
        display = display_form(key.name)
        municipality = self.geography.municipality(key.municipality)
        context = municipality.name if municipality else key.municipality
        outer, short, extra = self._brackets(display)
        inverted = _COMMA.match(outer) if "," in outer else None
        behind = fold(inverted[2]).split()[:1] if inverted else []
        if inverted and behind and behind[0] not in self.rules.words.branch | self.rules.words.departments:
            outer = f"{inverted[2]} {inverted[1]}"
        tokens = self._tokens(f"{outer} {extra}".strip())
        tokens = self._expand(self._expand(tokens))  # 'Openb. Bibl.': the parts of a phrase may be shortened too
        words, zones = self._parts(tokens, context)
        kinds = self._kinds(words)
        words = tuple([self._words.setdefault(word, word) for word in words])  # millions of names share their words
        core = tuple([w.text for w in words if w.part in COUNTED])
        apart = tuple([w.text for w in words if w.part in _APART])
        abbreviation = len(apart) == 1 and len(apart[0]) <= 6 and self._is_abbreviation(apart[0], outer, words)
        return Name(key, display, words, kinds, zones, context, short, abbreviation, core, apart)

    def _is_abbreviation(self, own: str, outer: str, words: Sequence[Word]) -> bool:
        """Whether the only own word is printed in capitals, or is all there is and short."""
        letters = next((piece for piece in outer.replace("-", " ").split() if fold(piece) == own), "")
        if not letters or own.isdigit():
            return False
        alone = len(own) <= 3 and not any(w.part is Part.KIND for w in words)
        return alone or sum(c.isupper() for c in letters) >= max(2, 0.6 * len(own))

    def _brackets(self, text: str) -> tuple[str, str, str]:
        """The name without brackets, the abbreviation in them, and other words in them that count."""
        if "(" not in text:
            return text, "", ""
        short, extra = "", ""
        for inner in _BRACKETS.findall(text):
            form = fold(inner)
            if not form or form in self._legal:
                continue
            if self.geography.zone(form) is not None:
                extra = f"{extra} {inner}"
            elif " " not in form and len(form) <= 8 and sum(c.isupper() for c in inner) >= 2:
                short = form
        outer = _BRACKETS.sub(" ", text)
        return (outer if fold(outer) else text.replace("(", " ").replace(")", " ")), short, extra

    def _tokens(self, text: str) -> list[tuple[str, bool]]:
        """Folded words; True for a word that a full stop cuts short."""
        tokens: list[tuple[str, bool]] = []
        for piece in _SPLIT.split(text.replace("&", " en ").replace("+", " plus ") if "&" in text else text):
            if piece.isalpha() and piece.isascii():
                tokens.append((piece.lower(), False))
                continue
            forms = fold(piece).split()
            stop = piece.endswith(".") and piece.count(".") == 1 and len(piece) > 3
            tokens += [(form, stop and index == len(forms) - 1) for index, form in enumerate(forms)]
        return tokens

    def _expand(self, tokens: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        table, forms = self.rules.words.expansion_of, [form for form, _ in tokens]
        if self._short_from.keys().isdisjoint(forms):
            return tokens
        out: list[tuple[str, bool]] = []
        at = 0
        while at < len(tokens):
            length = longest_match(forms, at, table, self._short_from)
            if length:
                out += [(form, False) for form in table[" ".join(forms[at : at + length])].split()]
            else:
                out.append(tokens[at])
            at += max(length, 1)
        return out

    def _parts(self, tokens: list[tuple[str, bool]], context: str) -> tuple[tuple[Word, ...], tuple[Zone, ...]]:
        out: list[Word] = []
        zones: list[Zone] = []
        branch = False
        at = 0
        while at < len(tokens):
            if not self._may_start(tokens, at, context):
                out += self._single(tokens[at], context, zones, branch=branch, alone=len(tokens) == 1)
                at += 1
                continue
            following = [form for form, _ in tokens[at : at + 6]]
            before = tokens[at - 1][0] if at else ""
            taken, zone = self._place(following, context, before, whole=len(tokens) == 1)
            if zone is not None:
                zones.append(zone)
                out.append(Word(fold(zone.label), Part.PLACE))
                branch = False
            else:
                taken, found = self._phrase(following, context, first=at == 0, saint=following[1:2])
                branch = branch or (any(word.part is Part.BRANCH for word in found) and not self._body(following[1:]))
                if not taken:
                    taken, found = 1, self._single(tokens[at], context, zones, branch=branch, alone=len(tokens) == 1)
                elif branch and out and out[-1].part is Part.BRANCH:
                    found = [Word(w.text, Part.BRANCH) if w.part is Part.KIND else w for w in found]
                out += found
            at += taken
        if not any(w.part in (Part.OWN, Part.KIND, Part.NUMBER, Part.PLACE, Part.NATIONAL) for w in out):
            out = [Word(f, Part.OWN) for f, _ in tokens]
        return tuple(out), tuple(zones)

    def _may_start(self, tokens: list[tuple[str, bool]], at: int, context: str) -> bool:
        """False for a word with which no known phrase and no place begins; most own words are such."""
        form = tokens[at][0]
        if form in self._starts or (len(form) >= 5 and fold(context).startswith(form)):
            return True
        return at + 1 < len(tokens) and self.geography.zone(form + tokens[at + 1][0]) is not None

    def _phrase(self, following: list[str], context: str, *, first: bool, saint: list[str]) -> tuple[int, list[Word]]:
        """How many words make a known phrase here, and what they are."""
        rules, words, form = self.rules, self.rules.words, following[0]
        tail = 0 if first else longest_match(following, 0, words.tails, self._tail_from)
        if tail:
            return tail, [Word(" ".join(following[:tail]), Part.TAIL)]
        if form in words.holy and saint and (len(form) > 2 or self._saint(saint[0])):
            return 1, [Word("sint", Part.SMALL)]
        if form == "st":
            return 1, [Word("stichting", Part.LEGAL)]
        if form in words.national and not first:
            return 1, [Word("nederland", Part.NATIONAL)]
        legal = longest_match(following, 0, self._legal, self._legal_from)
        if legal:
            return legal, [Word(" ".join(following[:legal]), Part.NATIONAL if form in words.national else Part.LEGAL)]
        if form in words.branch:
            ahead = first and self._place(following[1:], context, form, whole=False)[1] is not None
            if not first or ahead or self._body(following[1:]):
                return 1, [Word("afdeling", Part.BRANCH)]
        kind = longest_match(following, 0, rules.kind_words, self._kind_from)
        return kind, [Word(f, self._small(f, Part.KIND)) for f in following[:kind]]

    def _single(
        self, token: tuple[str, bool], context: str, zones: list[Zone], *, branch: bool, alone: bool
    ) -> list[Word]:  # fmt: skip
        form, cut = token
        words = self.rules.words
        if form in words.articles or form in words.fillers:
            return [Word(form, Part.SMALL)]
        if branch:
            return [Word(form, Part.BRANCH, cut)]
        if form.isdigit():
            return [Word(form, Part.NUMBER)]
        if form in words.topics and not alone:
            return [Word(form, Part.KIND)]
        own = self._own(form, cut, context, zones)
        return self._compound(own) if own.part is Part.OWN and not own.mended else [own]

    def _compound(self, word: Word) -> list[Word]:
        """`Hoeksteenkerk` is the Kerk De Hoeksteen, `Walfridusparochie` the parish of Sint Walfridus."""
        if self.ordinary(word.text) or word.text in self.brand_words or len(word.text) < 8:
            return [word]
        suffix, kind = self.rules.suffix_of(word.text)
        first = word.text.removesuffix(suffix)
        if kind is None or kind.weak or suffix not in self.rules.kind_words or len(suffix) < 4 or len(first) < 4:
            return [word]
        bare = first.removesuffix("s")
        return [Word(bare if bare in self.rules.words.saints else first, Part.OWN), Word(suffix, Part.KIND)]

    def _body(self, following: list[str]) -> bool:
        """Whether a known body is named here: the korps Leger des Heils."""
        return bool(following) and longest_match(following, 0, self.rules.aliases, self._alias_from) > 0

    def _saint(self, word: str) -> bool:
        saints = self.rules.words.saints
        return (
            word in saints or word.endswith("us") or any(word.startswith(saint) for saint in saints if len(saint) > 4)
        )

    def _small(self, form: str, otherwise: Part) -> Part:
        return Part.SMALL if form in self.rules.words.fillers or form in self.rules.words.articles else otherwise

    def _place(self, following: list[str], context: str, before: str, *, whole: bool) -> tuple[int, Zone | None]:
        longest = min(self.geography.longest_from.get(following[0], 1), len(following)) if following else 0
        for length in range(longest, 0, -1):
            form = " ".join(following[:length])
            zone = self.geography.zone(form)
            if zone is None and length == 1 and len(form) >= 5 and fold(context).startswith((f"{form} ", f"{form}-")):
                zone = self.geography.zone(fold(context))  # 'Capelle' on a page about Capelle aan den IJssel
            if zone is None or (length == 1 and (len(form) < 2 or form in self.rules.kind_words)):
                continue
            doubtful = zone.level == "municipality" and length == 1 and self.ordinary(form) and not whole
            if doubtful and context not in zone.municipalities and not self._heads(before):
                continue  # Best, Buren, Stein: a place behind a kind word, on its own page, or nowhere
            if zone.level == "region" and len(form) <= 3 and not self._same_province(zone, context):
                continue
            if zone.level == "place":
                # a hamlet counts near the page only: every ordinary word is a hamlet somewhere
                near = context in zone.municipalities
                if not near and (
                    whole or self.ordinary(form) or len(form) <= 3 or not self._same_province(zone, context)
                ):
                    continue
                if near and self.ordinary(form) and len(form) <= 3:
                    continue
            return length, zone
        return self._glued_place(following)

    def _glued_place(self, following: list[str]) -> tuple[int, Zone | None]:
        """A place name that is printed as two words: `Haarlemmer Meer`."""
        glued = "".join(following[:2])
        zone = self.geography.zone(glued) if len(following) > 1 and len(glued) >= 8 else None
        return (2, zone) if zone is not None and zone.level == "municipality" else (0, None)

    def _heads(self, word: str) -> bool:
        kind = self.rules.kind_words.get(word)
        return kind is not None and kind.id != "rechtsvorm"

    def _same_province(self, zone: Zone, context: str) -> bool:
        here = self.geography.by_name.get(context)
        return here is None or here.province in zone.provinces

    def _own(self, form: str, cut: bool, context: str, zones: list[Zone]) -> Word:
        """A word of the body's own, unless it is a slip of the pen for a place or a kind word."""
        zone = self._misspelt_place(form, cut, context)
        if zone is not None:
            zones.append(zone)
            return Word(fold(zone.label), Part.PLACE, mended=True)
        mended = self._spelling.mend(form, cut=cut)
        if mended != form:
            if mended in self._legal:
                return Word(mended, Part.LEGAL, mended=True)
            if mended in self.rules.words.branch:
                return Word("afdeling", Part.BRANCH, mended=True)
            kind = mended in self.rules.kind_words or mended in self.rules.words.topics
            part = Part.KIND if kind else Part.OWN
            return Word(mended, part, mended=True)
        return Word(form, Part.OWN, cut)

    def _misspelt_place(self, form: str, cut: bool, context: str) -> Zone | None:
        """The page's municipality, its places, province or GGD region, shortened or with a slip of the pen."""
        known = form in self.brand_words or form in self.dictionary
        if not context or len(form) < 3 or (known and not cut):
            return None
        for here in self.geography.around(context):
            if cut and here.startswith(form):
                return self.geography.zone(here)
            if not known and len(form) >= 5 and OSA.distance(form, here, score_cutoff=1) <= 1:
                return self.geography.zone(here)
        return None

    def _kinds(self, words: tuple[Word, ...]) -> tuple[OrganisationKind, ...]:
        said = [t for w in words if w.part in _SAYS_KIND for t in w.text.split()]
        return tuple(self.rules.kinds_of_words(said))
