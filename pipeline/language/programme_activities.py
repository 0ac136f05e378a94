"""Named activities and events in running text: behind words that announce them, as list items, by their last word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..places import is_place
from ..records import Found
from .programme_papers import Papers
from .titles import WORD

COLON_LABEL = re.compile(
    r"^(?P<name>[^:\n]{2,60}?)\s*(?::\s+|\s[–-]\s+|,\s+(?=(?:een|het|de|met|waar|door|van|in|voor|op"
    r"|bedacht|begonnen|gestart|opgezet|georganiseerd|gegeven|verzorgd|gehouden|gemaakt|geleid|getrokken|elke|iedere"
    r"|wekelijks|maandelijks|jaarlijks|sinds|vanaf|tijdens|bij|samen|waarbij|waarin|gratis|speciaal)\s)|\s*\()"
)
LOWER_START = re.compile(r"^(?:een|de|het)\s+(?=[A-ZÀ-Ý])")
_ARTICLE = re.compile(r"(?:(?:met|bij|via|aan|voor)\s+)?(?:(?:de|het|een)\s+)?")
_JOINT = re.compile(r"\s*,\s+(?:en\s+)?|\s+en\s+")
_SINGLE = (
    " tot", " van", " via", " tijdens", "dag", ":", " aan", " een", " de", " het", "grote", "eerste", "bekende",
)  # fmt: skip
_ARTICLES = {"de", "het", "een", "’t", "'t", "den", "der"}
_LOOSE_KINDS = {
    "resultaat",
    "idee",
    "plannetje",
    "middag",
    "avond",
    "ochtend",
    "aanpak",
    "afspraak",
    "concept",
    "krant",
}
_ADJECTIVE = re.compile(r"[A-ZÀ-Ý][a-zà-ÿ’-]{2,}e")
_DETERMINERS = {
    "deze", "elke", "iedere", "onze", "alle", "vorige", "volgende", "welke", "beide", "enkele", "sommige", "zulke",
    "afgelopen", "komende", "halve", "hele", "eerste", "tweede", "derde", "vierde", "laatste", "jaarlijkse",
    "eerstvolgende",    "volgens", "sinds", "einde", "lokale", "gemeente",
}  # fmt: skip
_CAPITAL_BEFORE = re.compile(r"(?!(?:De|Het|Een|In|Met|Bij|Via|Op|Aan|En|Ook|Tijdens) )\b[A-ZÀ-Ý][\w’'-]* $")
_SENTENCE_END = re.compile(r"[.!?;]\s")
_BACKWARDS = re.compile(r"\s+(?:heet|heette) (?:het|de|dit|deze|ons|onze) (?:\w+ )?(?P<kind>[a-zà-ÿ-]+)\b")
_MONTHS = "jan|feb|mrt|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec"
AGENDA = re.compile(
    rf"(?:^|\n)\W*(?:(?:ma|di|wo|do|vr|za|zo)[a-z]*\.?,? )?\d{{1,2}}(?: ?(?:[-–/]|t/m|en|tot) ?\d{{1,2}})? "
    rf"(?:{_MONTHS})[a-z]*\.?(?: \d{{4}})?(?:,? (?:om |van )?\d{{1,2}}[.:]\d\d[^:\n]{{0,16}})?\s*[:–-]\s*$",
    re.IGNORECASE,
)
_BEFORE_JOINT = re.compile(r"(?P<n>[A-ZÀ-Ý][^,.;:()]*?)(?:,| en| &) (?:de |het )?$")
_BEHIND_JOINT = re.compile(
    r"(?: (?:[A-ZÀ-Ý][\w’'-]*))*(?:,(?: en)?| en) (?:de |het )?(?P<n>[A-ZÀ-Ý][^,.;:()]*?)(?=,| en |[.;:]|$)"
)

# a house with its name behind it ('Eetcafé De Poort'), where one speaks for it or meets in it
_VENUE = re.compile(r"(?i:\w*(?:caf[eé]|huiskamer|atelier|salon|studio|bus)) (?:De|Het|’t|'t|In|Bij) [A-ZÀ-Ý]")
_SPOKE_FOR = re.compile(r"\b(?:namens|spreekbuis van|voorzitter van|woordvoerder van) (?:de |het )?$")

_JOINING = re.compile(
    r"\b(?:lid|leden|partners?|deelnemers?|sluit\w*|sloot|sloten|doen mee|doet mee|deden mee|nemen deel|namen deel"
    r"|bestaat uit|coalitie|netwerk|toegetreden|aangesloten|schoven|schuiven|haakten"
    r"|werken samen|in samenwerking met)\b"
)


class Activities(Papers):
    """The part of the finder that reads what is done."""

    def _cued(self) -> Iterator[Found]:
        cues = [(m, False) for m in self.rules.cue.finditer(self.text)]
        for match, loose in cues + [(m, True) for m in self.rules.loose_cue.finditer(self.text)]:
            single = match.group().rstrip().endswith(_SINGLE)
            names: list[tuple[int, int]] = []
            position = match.end()
            while len(names) < 6:
                article = _ARTICLE.match(self.text, position)
                run = self._run_at(article.end() if article else position, gap=False)
                if run is None:
                    break
                joined = self.text.find(" en ", run[0], run[1])  # 'Fietsmaatjes en Samen Koken' are two
                end = self._title_end(run[0], loose=False)
                names.append((run[0], end if joined < 0 or single else joined))
                joint = _JOINT.match(self.text, names[-1][1])
                if joint is None or single:
                    break
                position = joint.end()
            bodies = [self._is_body(*name) for name in names]
            doubtful = "doen we met" in match.group()  # as well said of partners: one name must be of ordinary words
            if doubtful and not any(self._ordinary(*name) for name in names):
                continue
            if loose:
                names = [name for name in names if self._ordinary(*name)]
                bodies = [False] * len(names)
            for name, body in zip(names, bodies, strict=True):
                found = self._found("cue", *name)
                if found and (not body or doubtful):
                    yield found

    def _ordinary(self, start: int, end: int) -> bool:
        words = WORD.findall(self.text[start:end])
        if len(words) == 2 and words[0].casefold() in _ARTICLES:
            return False  # 'De Brug' as well names a house or a club
        return (
            len(words) > 1
            and all(w.casefold() in self.rulebook.ordinary_words for w in words)
            and not self._is_body(start, end)
        )

    def _named(self) -> Iterator[Found]:
        """'Het akkoord heet Over de Kreek', 'Over de Kreek heet het akkoord'."""
        kinds = (self.rules.by_id["document"], self.rules.by_id["titled"], self.rules.by_id["apposition"])
        for match in self.rules.called.finditer(self.text):
            words = [w.casefold() for w in WORD.findall(_SENTENCE_END.split(self.text[: match.start()])[-1])[-7:]]
            if set(words) & self.rules.file.bodies or not any(
                any(kind.fits(w) for kind in kinds) or w in _LOOSE_KINDS for w in words
            ):
                continue
            quote = self._quote_at(match.end())
            run = self._run_at(match.end(), gap=False)
            if quote is not None:
                span = (quote[2], quote[3])
            elif run is not None:
                span = (run[0], self._title_end(run[0]))
            else:
                continue
            found = None if self._is_body(*span) and quote is None else self._found("named", *span)
            if found:
                yield found
        for match in _BACKWARDS.finditer(self.text):
            kind = match.group("kind").casefold()
            if not any(rule.fits(kind) for rule in kinds):
                continue
            run = self._run_ending(match.start())
            found = self._found("named", *run) if run else None
            if found:
                yield found

    def _calls(self) -> Iterator[Found]:
        """Names that call upon somebody ('Eet Mee Kruisdal'), and patterns for whole names."""
        for match in self.rules.calls.finditer(self.text):
            run = self._run_at(match.start(), gap=False)
            if run is None or (self._initial(run[0]) and not self._is_agenda(run[0])):
                continue
            in_name = _CAPITAL_BEFORE.search(self.text[max(0, run[0] - 30) : run[0]])
            if in_name or any(q[0] <= run[0] < q[1] for q in self.quotes):
                continue
            if self._before(run[0]) in self.rules.file.bodies or self._is_body(*run):
                continue
            if len(WORD.findall(self.text[run[0] : run[1]])) > 1:
                found = self._found("call", *run)
                if found:
                    yield found
        for match in self.rules.whole.finditer(self.text):
            found = self._found("call", match.start(), match.end())
            if found and self._before(match.start()) not in self.rules.file.bodies:
                yield found

    def _compounds(self) -> Iterator[Found]:
        """A title with its kind behind it: 'de Kruisdal Ontmoet kalender', 'het Samen Sterk-project'."""
        for match in self.rules.compound.finditer(self.text):
            start, end = match.span("title")
            words = WORD.findall(match.group("title"))
            known = self.rulebook.ordinary_words
            plain = any(w.casefold() in known and not is_place(w, self.rulebook) for w in words)
            person = words[0] in self.rulebook.persons.first_names  # 'het Anneke Pol project'
            if plain and not person and not self._is_body(start, end):
                found = self._found("compound", start, match.end())
                if found:
                    yield found

    def _is_agenda(self, start: int) -> bool:
        """Whether a position stands behind the date of an agenda: '12 februari: Eilandmaal in Kruisdal'."""
        return bool(AGENDA.search(self.text[max(0, start - 50) : start]))

    def _among_bodies(self, start: int, end: int) -> bool:
        """Whether a name is one of an enumeration of organisations."""
        if not _JOINING.search(_SENTENCE_END.split(self.text[:start])[-1] + _SENTENCE_END.split(self.text[end:])[0]):
            return False
        before = _BEFORE_JOINT.search(self.text[max(0, start - 60) : start])
        behind = _BEHIND_JOINT.match(self.text, end)
        for match in (before, behind):
            if match and self._is_body(match.start("n") + (max(0, start - 60) if match is before else 0),
                                       match.end("n") + (max(0, start - 60) if match is before else 0)):  # fmt: skip
                return True
        return False

    def _items(self) -> Iterator[Found]:
        if not (self.setting.item and self.setting.activities):
            return
        text = self.text
        lead = LOWER_START.match(text)
        start = lead.end() if lead else 0
        if not text[start : start + 1].isupper():
            return
        label = COLON_LABEL.match(text, start) or COLON_LABEL.match(text[start:])
        whole = label is None
        name = text[start:].rstrip(" .;") if label is None else label.group("name")
        words = WORD.findall(name)
        coined = len(words) == 1 and name.count("-") >= 2
        if not words or len(words) > 7 or (not coined and self._is_body(start, start + len(name))):
            return
        if whole and not coined:
            return
        if label is not None and not self._names_activity(words, text[start + len(name) :]):
            return
        found = self._found("item", start, start + len(name))
        if found:
            yield found

    def _names_activity(self, words: list[str], rest: str) -> bool:
        """A name in front of its explanation, not a subject ('Jongeren: ...') or an aim ('Kennis delen: ...')."""
        folded = [w.casefold() for w in words]
        if any(self.rules.by_id["document"].fits(w) for w in folded) or folded[-1] in self.rules.file.stops:
            return False
        capitals = sum(w[0].isupper() for w in words)
        if len(words) == 1:
            return folded[0] not in self.rulebook.ordinary_words
        if capitals >= 2:
            return True
        if folded[-1] in self.rulebook.ordinary_words and folded[-1].endswith("en") and len(words) <= 3:
            return False
        return rest.startswith(",") or bool(set(folded) & {"je", "jouw", "jij", "ik", "wij", "we", "samen"})

    def _first_adjective(self, n: int) -> int:
        """`_adjectives`, with an adjective that begins the sentence: 'Warme Week in december'."""
        start = self._adjectives(n)
        if start == self.tokens[n].start() and n and self._adjacent(n - 1, n):
            previous = self.tokens[n - 1].group()
            if previous[0].isupper() and self._is_agenda(self.tokens[n - 1].start()):
                return self.tokens[n - 1].start()  # '12 juni: Wadden Wandeldriedaagse'
            if previous[0].isupper() and _ADJECTIVE.fullmatch(previous) and previous.casefold() not in _DETERMINERS:
                return self.tokens[n - 1].start()
        return start

    def _events(self) -> Iterator[Found]:
        rule = self.rules.by_id["event"]
        for n, token in enumerate(self.tokens):
            word = token.group()
            if not word[0].isupper():
                continue
            folded = word.casefold()
            if _VENUE.match(self.text, token.start()):
                continue
            time = folded in self.rules.by_id["period"].word_set  # 'de Warme Week': only with an adjective
            if not (rule.fits(folded) or time):
                continue
            initial = self._initial(token.start()) and not (
                self._is_agenda(token.start()) and folded not in self.rulebook.ordinary_words
            )
            start = self._first_adjective(n)
            if time and (start == token.start() or not self.tokens[n - 1].group().endswith(("e", "se"))):
                continue
            end = self._name_end(n + 1, inner={"van", "voor", "de", "het"}, need_joint=True) or token.end()
            if initial and end == token.end() and start == token.start():
                continue
            if end == token.end() and start == token.start() and folded in rule.word_set:
                continue  # a generic word with a capital: 'de Huiskamer'
            if self._is_body(start, end) or self._before(start) in self.rules.file.bodies:
                continue
            if self._among_bodies(start, end) or _SPOKE_FOR.search(self.text[max(0, start - 30) : start]):
                continue
            found = self._found("event", start, end)
            if found:
                yield found
