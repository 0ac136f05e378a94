"""How a text prints the persons, e-mail addresses and telephone numbers that it is known to name.

A person is found again by whole name, last name or first name; an address or a number however it is spelled. Besides,
addresses that stand where the stages before do not look, and the names in bylines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .language.addresses import AT, DOT, EMAIL, LABELLED_PHONE, PHONE
from .records import Label

# Small words inside a Dutch last name: grammar, and no matter of a domain, so that they are in no rule file.
_PARTICLE = re.compile(
    r"van|v\.?|d\.|v\.?d\.?|v/d|d[eo]s?|de[rn]|te[rn]?|['’‘]?t|het|von|zu|du|l[ae]|da|di|dell?a?|[ea]l|ibn|b[ei]n|op|aan"
    r"|in|uit|over|onder|bij|voor|tot",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"\A(?:(?:prof|em|dr|drs|ir|ing|mr|ds|mgr|dhr|mevr|mw|mej)\.?\s|(?:de heer|mevrouw|meneer)\s)+", re.IGNORECASE
)
_CREDITED = r"(?i:door|tekst|auteur|foto(?:['’]?s|grafie)?|beeld|illustratie)"
_CAPITAL = r"[A-ZÀ-Þ][\w.'’-]*"
_BYLINE = re.compile(
    rf"^[ \t(]*{_CREDITED}[ \t:©|]+(?P<name>{_CAPITAL}(?: (?:[a-z’']{{1,3}}|{_CAPITAL})){{0,3}} {_CAPITAL})[ \t).\r]*$",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"[\s._\u00ad-]+")
_BETWEEN = r"[\s._\u00ad-]{1,3}"
_APOSTROPHES = "['’‘]"
_JOINED = 8  # letters from which on a name run together, as in a web address, is no other word

_ADDRESSES = ((Label.EMAIL, EMAIL), (Label.PHONE, PHONE), (Label.PHONE, LABELLED_PHONE))
_SENTENCE = re.compile(r"(?<=[a-zà-ÿ])\.[A-Z][^.@]*\Z")  # 'x@dorp.nl.Graag tot dan'
_IN_NUMBER = r"[\s.()/–—-]{0,3}"
_DIALLED = rf"(?:\(?(?:\+|00)31\)?{_IN_NUMBER}(?:\(0\){_IN_NUMBER})?|\(?0{_IN_NUMBER})"


@dataclass(frozen=True, slots=True)
class Private:
    """Something personal in a text. `normal` is the same for every way to print it."""

    start: int
    end: int
    label: Label
    normal: str


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to print a name. `normal`: whose it is. `full`: in any case, and wherever it stands."""

    pattern: re.Pattern[str]
    normal: str
    full: bool


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A way to print a known address, and what the text has to hold for it to be there at all."""

    label: Label
    sign: str
    pattern: str


def folded(name: str) -> str:
    """A name without case, accents, blanks and punctuation: what makes two printed forms one."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())


def normal_mail(printed: str) -> str:
    """An address as a machine reads it: 'Naam [at] dorp.nl' → 'naam@dorp.nl'."""
    plain = re.sub(DOT, ".", re.sub(AT, "@", printed, flags=re.IGNORECASE), flags=re.IGNORECASE)
    return plain.replace("%40", "@").casefold()


def normal_phone(printed: str) -> str:
    """The digits of a telephone number as it is dialled inside the country."""
    digits = re.sub(r"\D", "", printed.replace("(0)", ""))
    if printed.lstrip(" (").startswith("+31"):
        return f"0{digits[2:]}"
    return f"0{digits[4:]}" if digits.startswith("0031") else digits


class Names:
    """Printed forms of names by their first word: a text is read once, however many names there are."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_word: dict[str, list[_Form]] = {}
        for name in names:
            self.add(name, folded(name))

    def add(self, name: str, normal: str, *, full: bool = True) -> None:
        words = _WORD.search(name)
        if words is None:
            return
        pieces = [piece for piece in _BREAKS.split(name[words.start() :]) if piece]
        pattern = _BETWEEN.join(re.sub(_APOSTROPHES, _APOSTROPHES, re.escape(piece)) for piece in pieces)
        form = _Form(re.compile(rf"(?<![^\W_]){pattern}s?(?![^\W_])", re.IGNORECASE), normal, full)
        self._by_word.setdefault(words.group().casefold(), []).append(form)

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [(start, end) for start, end, _ in self.found(text)]

    def found(self, text: str) -> Iterator[tuple[int, int, _Form]]:
        """Where they stand, overlapping ones too; what is not `full` has to end in a word with a capital."""
        for word in _WORD.finditer(text):
            key = word.group().casefold()
            genitive = self._by_word.get(key[:-1], ()) if key.endswith("s") else ()
            for form in (*self._by_word.get(key, ()), *genitive):
                match = form.pattern.match(text, word.start())
                if match and (form.full or not _WORD.findall(match.group())[-1][0].islower()):
                    yield *match.span(), form


class People:
    """The persons whom a document names, and everything by which they are called."""

    def __init__(self, names: Iterable[str]) -> None:
        printed = sorted({_untitled(name) for name in names if folded(name)})
        self.full = frozenset(folded(name) for name in printed if _is_full(name))
        self.words = frozenset(folded(word) for name in printed for word in _BREAKS.split(name))
        self._owners: dict[str, set[str]] = {}
        for name in filter(_is_full, printed):
            for part in _parts(name):
                self._owners.setdefault(folded(part), set()).add(folded(name))
        self._names = Names()
        for name in printed:
            self._names.add(name, self.normal(name), full=_is_full(name))
            if _is_full(name):
                self._add_shorter(name)

    def normal(self, printed: str) -> str:
        """The folded whole name, also of a last or first name by which one person of the document is called."""
        name = folded(_untitled(printed))
        owners = self._owners.get(name, set())
        return next(iter(owners)) if len(owners) == 1 and name not in self.full else name

    def _add_shorter(self, name: str) -> None:
        joined = "".join(_WORD.findall(name))
        if len(joined) >= _JOINED:
            self._names.add(joined, self.normal(name))
        for part in sorted(_parts(name)):
            self._names.add(part, self.normal(part), full=False)

    def found(self, text: str, bodies: Names, others: Names) -> list[Private]:
        """Where persons are named, whole names first, the longest of them first. Inside the name of one of `bodies`
        nothing is; inside one of `others`, as a village that is called like somebody, no part of a name."""
        found = list(self._names.found(text))
        if not found:
            return []
        in_bodies = bodies.spans(text)
        in_any = [*in_bodies, *others.spans(text)]
        found = [one for one in found if not within(one[0], one[1], in_bodies if one[2].full else in_any)]
        found.sort(key=lambda one: (not one[2].full, one[0] - one[1], one[0], one[2].normal))
        return [Private(start, end, Label.PERSON, form.normal) for start, end, form in found]

    def in_bylines(self, text: str, bodies: Names) -> list[Private]:
        """Names in lines such as 'Tekst: …', where the other stages do not look for persons."""
        spans = [match.span("name") for match in _BYLINE.finditer(text)]
        kept = bodies.spans(text) if spans else []
        return [
            Private(start, end, Label.PERSON, self.normal(text[start:end]))
            for start, end in spans
            if not any(first < end and start < last for first, last in kept)
        ]


def _untitled(name: str) -> str:
    """'ir. K. Daalder' and 'K. Daalder' are one person."""
    return _TITLES.sub("", name.strip()) or name


def _words(name: str) -> list[str]:
    return [word for token in name.split() if (word := token.strip('()[],;:"“”„'))]


def _is_full(name: str) -> bool:
    """Whether more than one word of a name counts: that is somebody in any case, where 'de wit' is a colour."""
    return sum(_PARTICLE.fullmatch(word) is None for word in _words(name)) > 1


def _parts(name: str) -> set[str]:
    """What a full name is shortened to: the first name, the last name and its halves."""
    words = _words(name)
    parts = {words[0]} if len(words[0]) > 2 and "." not in words[0] and not _PARTICLE.fullmatch(words[0]) else set()
    for at in range(1, len(words)):
        if not _PARTICLE.fullmatch(words[at - 1]):
            last = " ".join(words[at:])
            parts |= {half for half in (last, *last.split("-")) if len(folded(half)) > 1}
    return parts


class Addresses:
    """E-mail addresses and telephone numbers: all that look like one, and those known of a document in any spelling."""

    def __init__(self, known: Iterable[tuple[Label, str]]) -> None:
        spellings = {spelling for label, printed in known for spelling in _spellings(label, printed)}
        self._known = sorted(spellings, key=lambda one: (one.label, -len(one.pattern), one.pattern))

    def found(self, text: str) -> list[Private]:
        """What looks like an address; where nothing does any more, the known ones, which are many and rarely there."""
        found = [
            Private(start, end, label, normal_of(label, text[start:end]))
            for label, pattern in _ADDRESSES
            for start, end in _matches(pattern, text)
        ]
        return found or list(self._left(text))

    def _left(self, text: str) -> Iterator[Private]:
        plain, digits = text.casefold(), re.sub(r"\D", "", text)
        for one in self._known:
            if one.sign in (plain if one.label is Label.EMAIL else digits):
                for match in re.finditer(one.pattern, text, re.IGNORECASE):
                    yield Private(*match.span(), one.label, normal_of(one.label, match.group()))


def normal_of(label: Label, printed: str) -> str:
    """The normal form of an e-mail address or a telephone number."""
    return normal_mail(printed) if label is Label.EMAIL else normal_phone(printed)


def _spellings(label: Label, printed: str) -> Iterator[_Spelling]:
    if label is Label.EMAIL:
        address = normal_mail(printed)
        yield _Spelling(label, printed.casefold(), re.escape(printed))
        yield _Spelling(label, address.partition("@")[0], re.escape(address).replace("@", "(?:@|%40)"))
        return
    digits = normal_phone(printed)
    spread = digits.startswith("0") and len(digits) > 7  # '14 0299' spread out would be an amount
    number = _DIALLED + _IN_NUMBER.join(digits[1:]) if spread else r"\s+".join(map(re.escape, printed.split()))
    yield _Spelling(label, digits[1:], rf"(?<!\d){number}(?!\d)")


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if pattern is LABELLED_PHONE:
            yield match.span("number")
        elif pattern is not EMAIL:
            yield match.span()
        elif " @ " not in match.group() or re.search(DOT, match["host"], re.IGNORECASE):  # 'koffie @ het plein'
            sentence = _SENTENCE.search(match.group())
            yield match.start(), match.start() + sentence.start() if sentence else match.end()


def within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a stretch lies inside one of the spans."""
    return any(first <= start and end <= last for first, last in spans)
