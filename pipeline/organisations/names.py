"""Printed names as what they are made of: legal form, kind words, own words, places, numbers, branch, abbreviation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from rapidfuzz.distance import OSA

from ..records import NameKey
from ..rulebook.organisations import OrganisationKind, OrganisationRules, fold
from .geography import Geography, Zone


class Part(str, Enum):
    """What a word of a name is there for."""

    LEGAL = "legal"
    SMALL = "small"  # articles, prepositions
    KIND = "kind"
    OWN = "own"
    NUMBER = "number"
    PLACE = "place"
    NATIONAL = "national"
    BRANCH = "branch"  # afdeling, and the words behind it that are no place
    TAIL = "tail"  # e.o., B.V.


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name in its compare form. `cut` marks a shortened word (`Welz.`), `mended` a corrected one."""

    text: str
    part: Part
    cut: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name taken apart, in the context of the page it stands on."""

    key: NameKey
    display: str
    words: tuple[Word, ...]
    kinds: tuple[OrganisationKind, ...]
    zones: tuple[Zone, ...]  # printed in the name
    municipality: str  # official name of the page's municipality, empty where it has none
    short: str  # an abbreviation printed in brackets behind the name
    is_abbreviation: bool
    core: tuple[str, ...] = ()  # what is left without legal form, small words, places and branch
    own: tuple[str, ...] = ()  # the words and numbers that no other body need have

    def of(self, *parts: Part) -> tuple[str, ...]:
        return tuple(word.text for word in self.words if word.part in parts)

    @property
    def form(self) -> str:
        """The compare form: every word that counts, in order."""
        return " ".join(w.text for w in self.words if w.part not in (Part.LEGAL, Part.SMALL, Part.TAIL))


_OUTER = " \t\n\u00a0\"'“”„‘’`´.,;:•*"
_BRACKETS = re.compile(r"\(([^()]*)\)?")
_COMMA = re.compile(r"^([^,]+),\s*([^,]+)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[\s/\-–—_|]+")
_JOINED_DASH = re.compile(r"\s+[-–—]\s+")


def display_form(printed: str) -> str:
    """The name as a reader wants to see it: outer punctuation and doubled white space gone, nothing else changed."""
    text = " ".join(unicodedata.normalize("NFC", printed).replace("\u00ad", "").split())
    if text[:1] in '"“„' or text[:2] not in ("'t", "’t", "'s", "’s"):
        lead = text.lstrip(_OUTER)
        # the apostrophe of 'thuis and 't Hart belongs to the name
        text = f"'{lead}" if text[:1] in "'’‘" and text[-1:] not in "'’‘" and lead else lead
    stripped = text.rstrip(' \t\n\u00a0"“”„,;:•*')
    if stripped.endswith(("'", "’")) and not text.startswith(("'", "’")):
        stripped = stripped.rstrip("'’")
    if stripped.endswith(".") and stripped.count(".") == 1 and len(stripped.split()[-1]) > 5:
        stripped = stripped[:-1]
    return stripped or printed.strip() or printed


_FORMS = frozenset({"stichting", "st", "stg", "sticht", "vereniging", "ver"})
_TAILS = re.compile(r",?\s+(?:e\.?o\.?|c\.?a\.?)$")


def canonical(name: Name) -> str:
    """The name as its body is called: without Stichting or Vereniging, `e.o.` and, for a kind of body, an article."""
    text = _TAILS.sub("", name.display)
    pieces = text.split()
    following = fold(pieces[1]) if len(pieces) > 1 else ""
    form = fold(pieces[0]) if pieces else ""
    if form in _FORMS and following and following not in ("van", "voor", "tot") and name.core:
        # a Vereniging followed by kind words and a place is known by its legal form
        if name.of(Part.OWN) or not form.startswith("ver"):
            pieces = pieces[1:]
    elif form in ("de", "het") and len(pieces) > 1 and name.of(Part.KIND) and not name.of(Part.OWN):
        pieces = pieces[1:]
    text = " ".join(pieces) or name.display
    return text[:1].upper() + text[1:]


class NameReader:
    """Takes names apart with the words of the rules. Results are kept, as the same names come back all the time."""

    def __init__(self, rules: OrganisationRules, geography: Geography, dictionary: frozenset[str]) -> None:
        self.rules = rules
        self.geography = geography
        self.dictionary = dictionary
        self._names: dict[NameKey, Name] = {}
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
        self._longest_legal = max(form.count(" ") + 1 for form in self._legal)
        self._longest_short = max(form.count(" ") + 1 for form in words.expansion_of)
        spelled = {w for phrase in rules.kind_words for w in phrase.split()} | {
            "stichting",
            "vereniging",
            "afdeling",
            "nationale",
        }
        spelled |= {
            w for known in rules.known if known.scope == "national" for w in fold(known.name).split() if len(w) > 6
        }
        self._spelling: dict[int, list[str]] = {}
        for word in sorted(spelled):
            if len(word) >= 6:
                self._spelling.setdefault(len(word), []).append(word)
        self._mended: dict[str, str] = {}
        self.brand_words = {w for known in rules.known for f in (known.name, *known.aliases) for w in fold(f).split()}

    def read(self, key: NameKey) -> Name:
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._read(key)
        return found

    def ordinary(self, word: str) -> bool:
        """True for a word that Dutch has apart from names."""
        return word in self.dictionary

    def _read(self, key: NameKey) -> Name:
        display = display_form(key.name)
        municipality = self.geography.municipality(key.municipality)
        context = municipality.name if municipality else key.municipality
        outer, short, extra = self._brackets(display)
        inverted = _COMMA.match(outer)
        if inverted and fold(inverted[2]).split()[:1] and fold(inverted[2]).split()[0] not in self.rules.words.branch:
            outer = f"{inverted[2]} {inverted[1]}"
        tokens = self._tokens(f"{outer} {extra}".strip())
        tokens = self._expand(self._expand(tokens))  # 'Openb. Bibl.': the parts of a phrase may be shortened too
        words, zones = self._parts(tokens, context)
        kinds = self._kinds(words)
        own = [w.text for w in words if w.part is Part.OWN]
        printed = {fold(piece): piece for piece in outer.replace("-", " ").split()}
        letters = printed.get(own[0], "") if len(own) == 1 else ""
        capitals = sum(c.isupper() for c in letters)
        lone = not any(w.part is Part.KIND for w in words)
        abbreviation = (
            bool(letters)
            and len(own[0]) <= 6
            and (capitals >= max(2, 0.6 * len(own[0])) or (lone and len(own[0]) <= 3))
        )
        counted = (Part.OWN, Part.NUMBER, Part.KIND, Part.NATIONAL)
        core = tuple(w.text for w in words if w.part in counted)
        apart = tuple(w.text for w in words if w.part in (Part.OWN, Part.NUMBER))
        return Name(key, display, words, kinds, zones, context, short, abbreviation, core, apart)

    def _brackets(self, text: str) -> tuple[str, str, str]:
        """The name without brackets, the abbreviation in them, and other words in them that count."""
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
            forms = fold(piece).split()
            stop = piece.endswith(".") and piece.count(".") == 1 and len(piece) > 3
            tokens += [(form, stop and index == len(forms) - 1) for index, form in enumerate(forms)]
        return tokens

    def _expand(self, tokens: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        table = self.rules.words.expansion_of
        out: list[tuple[str, bool]] = []
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest_short, len(tokens) - at), 0, -1):
                long = table.get(" ".join(form for form, _ in tokens[at : at + length]))
                if long is not None:
                    out += [(form, False) for form in long.split()]
                    at += length
                    break
            else:
                out.append(tokens[at])
                at += 1
        return out

    def _parts(self, tokens: list[tuple[str, bool]], context: str) -> tuple[tuple[Word, ...], tuple[Zone, ...]]:
        out: list[Word] = []
        zones: list[Zone] = []
        branch = False
        at = 0
        while at < len(tokens):
            following = [form for form, _ in tokens[at : at + 6]]
            before = tokens[at - 1][0] if at else ""
            taken, zone = self._place(following, context, before, whole=len(tokens) == 1)
            if zone is not None:
                zones.append(zone)
                out.append(Word(fold(zone.label), Part.PLACE))
                branch = False
            else:
                taken, found = self._phrase(following, context, first=at == 0, saint=following[1:2])
                branch = branch or any(word.part is Part.BRANCH for word in found)
                if not taken:
                    taken, found = 1, [self._single(tokens[at], context, zones, branch=branch, alone=len(tokens) == 1)]
                out += found
            at += taken
        if not any(w.part in (Part.OWN, Part.KIND, Part.NUMBER, Part.PLACE, Part.NATIONAL) for w in out):
            out = [Word(f, Part.OWN) for f, _ in tokens]
        return tuple(out), tuple(zones)

    def _phrase(self, following: list[str], context: str, *, first: bool, saint: list[str]) -> tuple[int, list[Word]]:
        """How many words make a known phrase here, and what they are."""
        rules, words, form = self.rules, self.rules.words, following[0]
        tail = 0 if first else self._longest(following, words.tails, 2)
        if tail:
            return tail, [Word(" ".join(following[:tail]), Part.TAIL)]
        if form == "st":
            holy = bool(saint) and (
                saint[0] in words.saints or any(saint[0].startswith(s) for s in words.saints if len(s) > 4)
            )
            return 1, [Word("sint", Part.OWN) if holy else Word("stichting", Part.LEGAL)]
        if form in words.national and not first:
            return 1, [Word("nederland", Part.NATIONAL)]
        legal = self._longest(following, self._legal, self._longest_legal)
        if legal:
            return legal, [Word(" ".join(following[:legal]), Part.NATIONAL if form in words.national else Part.LEGAL)]
        if form in words.branch:
            ahead = self._place(following[1:], context, form, whole=False)[1] if first else None
            if not first or ahead is not None:
                return 1, [Word("afdeling", Part.BRANCH)]
        kind = self._longest(following, rules.kind_words, rules.longest_phrase)
        return kind, [Word(f, self._small(f, Part.KIND)) for f in following[:kind]]

    def _single(
        self, token: tuple[str, bool], context: str, zones: list[Zone], *, branch: bool, alone: bool
    ) -> Word:  # fmt: skip
        form, cut = token
        words = self.rules.words
        if form in words.articles or form in words.fillers:
            return Word(form, Part.SMALL)
        if branch:
            return Word(form, Part.BRANCH, cut)
        if form.isdigit():
            return Word(form, Part.NUMBER)
        if form in words.topics and not alone:
            return Word(form, Part.KIND)
        return self._own(form, cut, context, zones)

    def _small(self, form: str, otherwise: Part) -> Part:
        return Part.SMALL if form in self.rules.words.fillers or form in self.rules.words.articles else otherwise

    def _longest(self, following: list[str], table: object, most: int) -> int:
        for length in range(min(most, len(following)), 0, -1):
            if " ".join(following[:length]) in table:  # type: ignore[operator]
                return length
        return 0

    def _place(self, following: list[str], context: str, before: str, *, whole: bool) -> tuple[int, Zone | None]:
        for length in range(min(self.geography.longest, len(following)), 0, -1):
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
        mended = self._mend(form, cut)
        if mended != form:
            if mended in self._legal:
                return Word(mended, Part.LEGAL, mended=True)
            if mended in self.rules.words.branch:
                return Word("afdeling", Part.BRANCH, mended=True)
            part = Part.KIND if mended in self.rules.kind_words else Part.OWN
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

    def _mend(self, form: str, cut: bool) -> str:
        """The kind word or household name that is one slip away from a word that Dutch does not have."""
        found = self._mended.get(form)
        if found is not None:
            return found
        found = form
        if cut and len(form) >= 4:
            longer = {w for size, ws in self._spelling.items() if size > len(form) for w in ws if w.startswith(form)}
            shortest = min(longer, key=lambda w: (len(w), w), default="")
            if shortest and all(w.startswith(shortest) for w in longer):
                found = shortest
        elif len(form) >= 6 and form not in self.dictionary and form not in self.brand_words:
            slips = 1 if len(form) < 10 else 2
            near = [
                (distance, word)
                for size in range(len(form) - slips, len(form) + slips + 1)
                for word in self._spelling.get(size, ())
                if (distance := OSA.distance(form, word, score_cutoff=slips)) <= slips and word[0] == form[0]
            ]
            near.sort()
            if near and (len(near) == 1 or near[0][0] < near[1][0]):
                found = near[0][1]
        self._mended[form] = found
        return found

    def _kinds(self, words: tuple[Word, ...]) -> tuple[OrganisationKind, ...]:
        text = " ".join(w.text for w in words if w.part in (Part.KIND, Part.OWN, Part.SMALL))
        return tuple(self.rules.kinds_in(text))
