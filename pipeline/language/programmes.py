"""Programmes in running text: national and local programmes, campaigns, named activities, agreements, policy papers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..places import is_place
from ..records import BlockKind, Found, Label, Section, SectionKind
from ..rulebook import Rulebook
from ..rulebook.programmes import ProgrammeRules

WORD = re.compile(r"[’']?[^\W_](?:[\w&+/]|[’'.-](?=\w))*\+?")
QUOTED = re.compile(
    r"‘(?P<a>[^‘\n]{2,90}?)’(?!\w)|(?<!\w)'(?P<b>[^'\n]{2,90}?)'(?!\w)"
    r"|[“„”\"](?P<c>[^“”\"„\n]{2,90})[”\"“]|«(?P<d>[^«»\n]{2,90})»|(?<!\w),,(?P<e>[^\n,’]{2,90})(?:’’|'')"
)
YEARS = re.compile(
    r"\s+\(?(?:19|20)\d\d(?:\s?(?:[-–/]|t/m|tot en met|tot)\s?['’]?(?:(?:19|20)\d\d|\d\d)(?!\d))?\)?"
    r"|\s+\(?['’]\d\d\s?[-–/]\s?['’]?\d\d\)?"
)
GAP = re.compile(r"[ \t\u00a0]+")
NAMED_BY = re.compile(
    r"\s*,?\s*(?:(?:met (?:als|de) (?:titel|naam)|genaamd|getiteld|onder de (?:titel|naam)|geheten|:)\s*)?"
    r"(?=[‘“\"'„”«]|,,|\s?[A-ZÀ-Ý])"
)
INNER = {
    "van",
    "voor",
    "de",
    "het",
    "der",
    "den",
    "en",
    "&",
    "een",
    "met",
    "in",
    "op",
    "aan",
    "tegen",
    "bij",
    "uit",
    "over",
    "naar",
    "zonder",
    "om",
    "’t",
    "'t",
    "te",
    "jij",
    "je",
}
JOINTS = {"van", "voor", "met", "in", "op", "aan", "bij", "naar", "uit", "over", "om", "door", "tot", "zonder"}
OPENING = re.compile(r"(?:^|[.!?:;…][\"”’')»]*\s+|\n\s*|[•*▪◦‣·●○–—-]\s+|[“‘\"'(]\s?)$")
COLON_LABEL = re.compile(
    r"^(?P<name>[^:\n]{2,60}?)\s*(?::\s+|\s[–-]\s+|,\s+(?=(?:een|het|de|met|waar|door|van|in|voor|op)\s)|\s*\()"
)
SPEECH = re.compile(
    r"^[,.]?\s*(?:zegt|zei|aldus|vertelt|vindt|lacht|grapt|besluit|roept|benadrukt|vraagt|stelt|luidt|vat)\b"
)
LOWER_START = re.compile(r"^(?:een|de|het)\s+(?=[A-ZÀ-Ý])")
NOT_JOINED = re.compile(r"^(?:\s+is\s+(?:geen|ook|nu|wel)?\s*(?:lid|partner|deelnemer)\b)")
COALITION_NAME = re.compile(
    r"\b(?:coalitie|netwerk|alliantie|verbond|platform|samenwerkingsverband|samenwerking|beweging)\b[ ,]+"
    r"(?:(?:met de naam|genaamd|onder de naam)\s+)?[‘“\"']?(?P<name>[A-ZÀ-ÝÉ][^.,;:!?()\n’”\"]{2,60})",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:(?:met|bij|via|aan|voor)\s+)?(?:(?:de|het|een)\s+)?")
_JOINT = re.compile(r"\s*,\s+(?:en\s+)?|\s+en\s+")
_RUNNING = re.compile(r"^[^@]{60,}[.!?]")  # a sentence of running text, not a line of an address
ORDER = {
    "known": 6,
    "period": 5,
    "document": 5,
    "titled": 4,
    "apposition": 3,
    "quoted": 2,
    "cue": 2,
    "item": 3,
    "event": 1,
    "bracket": 1,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a block stands: the kind of its section, whether that section is about activities, and whether the block
    is a list item."""

    kind: SectionKind | None = None
    activities: bool = False
    item: bool = False


def find_programmes(text: str, rules: Rulebook, base: int = 0, setting: Setting | None = None) -> list[Found]:
    """The programmes named in one block of running text, in order; offsets begin at `base`.

    `rule` says how a name was recognised, `confidence` how sure it is that this is no organisation.
    """
    found = _Finder(text, rules, setting or Setting()).find()
    return [replace(f, start=f.start + base, end=f.end + base) for f in found] if base else found


def read_programmes(content: str, sections: Sequence[Section], rules: Rulebook) -> list[Found]:
    """The programmes of a document: from the title block and all text but contact blocks; a name that the text gives
    to its coalition is none."""
    found: list[Found] = []
    for section in sections:
        if section.heading and section.kind in {SectionKind.TITLE, SectionKind.INTRO}:
            found += find_programmes(section.heading, rules, section.start, Setting(section.kind))
        activities = section.rule.startswith(("approach.", "under.approach", "content.deeds"))
        for block in section.blocks:
            text = content[block.body : block.end]
            if section.kind is SectionKind.CONTACT and not _RUNNING.search(text):
                continue
            setting = Setting(section.kind, activities, block.kind is BlockKind.ITEM)
            found += find_programmes(text, rules, block.body, setting)
    coalitions = _coalitions(content)
    kept = [f for f in found if f.rule in {"titled", "known", "period"} or _folded(f.text) not in coalitions]
    return _with_articles(content, kept)


def _with_articles(content: str, found: list[Found]) -> list[Found]:
    """A name printed with a capital article in mid-sentence keeps it where the article begins a sentence."""
    names = {f.text for f in found}
    out = []
    for f in found:
        article = next((a for a in ("Het ", "De ") if f"{a}{f.text}" in names and content.endswith(a, 0, f.start)), "")
        begin = f.start - len(article)
        out.append(replace(f, start=begin, text=content[begin : f.end]) if article else f)
    return out


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("é", "e").replace("É", "E")).strip(" .!").casefold()


def _coalitions(content: str) -> set[str]:
    names = set()
    for match in COALITION_NAME.finditer(content):
        name = match.group("name")
        words = name.split()
        for n in range(1, min(len(words), 8) + 1):
            names.add(_folded(" ".join(words[:n])))
    for match in re.finditer(r"(?P<name>[A-ZÀ-Ý][^.,;:!?()\n]{2,40}?) is de naam van (?:de|onze) coalitie", content):
        names.add(_folded(match.group("name")))
    return names


class _Finder:
    def __init__(self, text: str, rules: Rulebook, setting: Setting) -> None:
        self.text = text
        self.rulebook = rules
        self.rules: ProgrammeRules = rules.programmes
        self.setting = setting
        self.tokens = list(WORD.finditer(text))
        self.quotes = [(m.start(), m.end(), *self._inside(m)) for m in QUOTED.finditer(text)]

    def find(self) -> list[Found]:
        every = [
            *self._known(), *self._periods(), *self._documents(), *self._titled(), *self._appositions(),
            *self._quoted(), *self._cued(), *self._items(), *self._events(), *self._brackets(),
        ]  # fmt: skip
        kept: list[Found] = []
        for f in sorted(
            (f for f in every if self._allowed(f)), key=lambda f: (-ORDER[f.rule], f.start, f.start - f.end)
        ):
            rivals = [k for k in kept if k.start < f.end and f.start < k.end]
            if not rivals:
                kept.append(f)
            elif (
                len(rivals) == 1
                and f.start <= rivals[0].start
                and rivals[0].end <= f.end
                and self._outranks(f, rivals[0])
            ):
                kept[kept.index(rivals[0])] = f
        return sorted(kept, key=lambda f: f.start)

    def _outranks(self, wide: Found, narrow: Found) -> bool:
        """The whole quoted title wins over a name inside it."""
        return wide.rule in {"quoted", "titled", "document"} and (wide.end - wide.start) > (narrow.end - narrow.start)

    def _allowed(self, f: Found) -> bool:
        folded = f.text.casefold()
        if folded in self.rules.file.never or len(f.text) < 3 or not any(c.isalpha() for c in f.text):
            return False
        return not NOT_JOINED.match(self.text[f.end : f.end + 40])

    def _found(self, rule: str, start: int, end: int, confidence: float | None = None) -> Found | None:
        while start < end and self.text[start] in " \t\u00a0\n‘“\"'„":
            start += 1
        while end > start and self.text[end - 1] in " \t\u00a0\n,.;:-–":
            end -= 1
        if start >= end:
            return None
        sure = self.rules.by_id[rule].confidence if confidence is None else confidence
        return Found(Label.PROGRAMME, start, end, self.text[start:end], rule=rule, confidence=sure)

    # --- names that are programmes wherever they stand

    def _known(self) -> Iterator[Found]:
        for match in self.rules.known.finditer(self.text):
            if self._before(match.start()) in self.rules.file.bodies or self._goes_on(match.end()):
                continue
            found = self._found("known", match.start(), match.end())
            if found:
                yield found

    def _goes_on(self, end: int) -> bool:
        """'Een tegen eenzaamheid Kruisdal' is the name of a local body."""
        gap = GAP.match(self.text, end)
        following = WORD.match(self.text, gap.end()) if gap else None
        return bool(following and following.group()[0].isupper() and is_place(following.group(), self.rulebook))

    def _periods(self) -> Iterator[Found]:
        rule = self.rules.by_id["period"]
        for n, token in enumerate(self.tokens):
            word = token.group()
            if word.casefold() not in rule.word_set or n + 2 >= len(self.tokens):
                continue
            joint = self.tokens[n + 1].group().casefold()
            capital = word[0].isupper() and not self._initial(token.start())
            if joint not in {"tegen", "van", "voor", "zonder"} or not self._adjacent(n, n + 1):
                continue
            against = joint == "tegen" and "eenzaam" in self.text[token.end() : token.end() + 30].casefold()
            end = self._name_end(n + 2, inner={"de", "het", "een", "je", "en", "&", "jouw", "tegen", "onze"})
            if end is None:
                if not against:
                    continue
                end = self._through("eenzaamheid", token.end()) or token.end()
            if not (capital or against or word[0].isupper()):
                continue
            start = token.start()
            if n and self.tokens[n - 1].group().casefold() in {
                "nationale",
                "internationale",
                "europese",
                "landelijke",
                "regionale",
            }:
                previous = self.tokens[n - 1]
                if (
                    previous.group()[0].isupper()
                    and (not self._initial(previous.start()) or word[0].isupper())
                    and previous.group() != "Landelijke"
                ):
                    start = previous.start()
            found = self._found("period", start, end)
            if found:
                yield found

    def _through(self, word: str, start: int) -> int | None:
        at = self.text.casefold().find(word, start)
        return at + len(word) if 0 <= at < start + 30 else None

    # --- papers and agreements

    def _documents(self) -> Iterator[Found]:
        rule = self.rules.by_id["document"]
        for n, token in enumerate(self.tokens):
            word = token.group().casefold()
            end_token, phrase = n, word
            if word == "plan" and self.text[token.end() : token.end() + 11].casefold() == " van aanpak":
                end_token, phrase = n + 2, "plan van aanpak"
            if not (rule.fits(phrase) or phrase in rule.bare) or (word in rule.never):
                continue
            if word.endswith("programma") and word == "programma":
                continue
            found = self._paper(n, end_token, phrase)
            if found:
                yield found

    def _paper(self, n: int, end_token: int, phrase: str) -> Found | None:
        rule = self.rules.by_id["document"]
        kind_start, kind_end = self.tokens[n].start(), self.tokens[end_token].end()
        start = self._adjectives(n)
        pieces, end, title = self._extension(kind_end)
        own_adjective = start < kind_start
        if not pieces:
            return self._found("document", start, kind_end) if phrase in rule.bare or own_adjective else None
        if pieces == ["title"] and title is not None and not own_adjective:
            return self._found("document", *title)
        return self._found("document", start, end)

    def _extension(self, position: int) -> tuple[list[str], int, tuple[int, int] | None]:
        """What follows the kind of a paper: years, subject, names, a title; where it ends, and where a title stands."""
        pieces: list[str] = []
        title: tuple[int, int] | None = None
        for _ in range(6):
            years = YEARS.match(self.text, position)
            if years:
                end = years.end()
                if self.text[end - 1] == ")" and "(" not in years.group():
                    end -= 1
                pieces.append("years")
                position = end
                continue
            subject = self.rules.subject.match(self.text, position)
            if subject and not self._capital_at(position):
                pieces.append("subject")
                position = subject.end()
                continue
            link = NAMED_BY.match(self.text, position)
            quote = self._quote_at(link.end() if link else position)
            if quote is not None and (link or quote[0] - position <= 1):
                pieces.append("title")
                title = (quote[2], quote[3])
                position = quote[1] if "years" in pieces or "subject" in pieces or "name" in pieces else quote[3]
                continue
            run = self._run_at(position)
            if run is None:
                break
            own = self._is_title(*run)
            if own:
                run = (run[0], self._title_end(run[0]))
                title = run
            pieces.append("title" if own else "name")
            position = run[1]
        return pieces, position, title

    def _adjectives(self, n: int) -> int:
        """Where the capitalised words in front of a paper begin: 'Laarbeeks Vitaliteitsakkoord', 'Sociaal Akkoord'."""
        start = self.tokens[n].start()
        if not self.tokens[n].group()[0].isupper():
            return start
        while n:
            previous = self.tokens[n - 1]
            word = previous.group()
            if not word[0].isupper() or not self._adjacent(n - 1, n) or self._initial(previous.start()):
                break
            if word.casefold() in {"het", "de", "een", "ons", "dit", "gemeente"}:
                break
            start = previous.start()
            n -= 1
        return start

    # --- things done, by the word for their kind

    def _titled(self) -> Iterator[Found]:
        rule = self.rules.by_id["titled"]
        for n, token in enumerate(self.tokens):
            word = token.group().casefold()
            if not rule.fits(word) or word in self.rules.by_id["period"].word_set:
                continue
            if self.rules.by_id["document"].fits(word):
                continue
            link = NAMED_BY.match(self.text, token.end())
            if link is None:
                continue
            quote = self._quote_at(link.end())
            kept = self._kept_kind(token)
            if quote is not None:
                if self._is_motto(quote[2], quote[3]):
                    continue
                found = self._found("titled", quote[2] if kept is None else kept, quote[3], 0.95)
            else:
                run = self._run_at(token.end())
                if run is None or ":" in self.text[token.end() : run[0]]:
                    continue
                found = self._by_title(n, run, kept)
            if found:
                yield found

    def _kept_kind(self, token: re.Match[str]) -> int | None:
        """Where the name begins when its kind is part of it: 'Programma Samen', 'de Meetup Lokale coalities'."""
        if token.group() == "Programma":
            return token.start()
        kept = token.group()[0].isupper() and token.group().casefold() in self.rules.by_id["titled"].bare
        return token.start() if kept and not self._initial(token.start()) else None

    def _by_title(self, n: int, run: tuple[int, int], kept: int | None) -> Found | None:
        end = self._title_end(run[0])
        words = WORD.findall(self.text[run[0] : end])
        if not words or (words[0] in {"De", "Het", "Een"} and len(words) == 1):
            return None
        plain = [w.casefold() for w in words]
        if all(
            w in self.rules.file.subjects or is_place(w0, self.rulebook) for w, w0 in zip(plain, words, strict=True)
        ):
            whole_place = all(is_place(w, self.rulebook) for w in words)
            return None if whole_place else self._found("titled", self.tokens[n].start(), run[1], 0.7)
        if plain[0] in self.rulebook.names.kind_words.words and self.tokens[n].group().casefold() in {
            "inloop",
            "bijeenkomst",
            "lunch",
            "les",
        }:
            return None
        return self._found("titled", run[0] if kept is None else kept, end)

    def _appositions(self) -> Iterator[Found]:
        rule = self.rules.by_id["apposition"]
        for match in re.finditer(r",? (?:een|het|ons|onze|hun|de) (?:\w+ ){0,2}?([a-zà-ÿ]+)\b", self.text):
            if not match.group().startswith(",") or match.group(1) not in rule.word_set:
                continue
            run = self._run_ending(match.start())
            if run is not None:
                found = self._found("apposition", *run)
                if found:
                    yield found

    # --- quoted titles

    def _quoted(self) -> Iterator[Found]:
        document = self.rules.by_id["document"]
        for outer_start, outer_end, start, end in self.quotes:
            inner = self.text[start:end].strip()
            words = WORD.findall(inner)
            if (
                not words
                or not inner[0].isupper()
                or len(words) > 12
                or inner[-1] in ",.?"
                or self._is_motto(start, end)
            ):
                continue
            if SPEECH.match(self.text[outer_end : outer_end + 30]) or ". " in inner:
                continue
            if any(w.casefold() in self.rules.file.bodies for w in words[:2]) or "coalitie" in inner.casefold():
                continue
            before = self.text[max(0, outer_start - 70) : outer_start]
            if re.search(
                r"\b(?:coalitie|netwerk|verbond|alliantie|platform|samenwerkingsverband|heet(?:te)?|wat)\b[^.]{0,40}$",
                before,
                re.IGNORECASE,
            ):
                paper = any(document.fits(w.casefold()) for w in words)
                if not paper:
                    continue
            if not self.rules.before_quote.search(before) and not (self.setting.item and outer_start < 3):
                continue
            sure = (
                0.9
                if any(document.fits(w.casefold()) for w in words) or "plan van aanpak" in inner.casefold()
                else None
            )
            found = self._found("quoted", start, end, sure)
            if found:
                yield found

    def _is_motto(self, start: int, end: int) -> bool:  # noqa: ARG002
        before = WORD.findall(self.text[max(0, start - 45) : start])[-5:]
        return any(w.casefold() in self.rules.file.mottos for w in before[-3:]) or bool(
            {"thema", "thema’s", "thema's", "motto"} & {w.casefold() for w in before}
        )

    # --- names behind words that announce activities

    def _cued(self) -> Iterator[Found]:
        for match in self.rules.cue.finditer(self.text):
            single = (
                match.group().rstrip().endswith((" tot", " aan", " een", " de", " het", "grote", "eerste", "bekende"))
            )
            names: list[tuple[int, int]] = []
            position = match.end()
            while len(names) < 6:
                article = _ARTICLE.match(self.text, position)
                run = self._run_at(article.end() if article else position, gap=False)
                if run is None:
                    break
                names.append((run[0], self._title_end(run[0], loose=False)))
                joint = _JOINT.match(self.text, names[-1][1])
                if joint is None or single:
                    break
                position = joint.end()
            bodies = [self._is_body(*name) for name in names]
            doubtful = "doen we met" in match.group()  # as well said of partners: one name must be of ordinary words
            if doubtful and not any(self._ordinary(*name) for name in names):
                continue
            for name, body in zip(names, bodies, strict=True):
                found = self._found("cue", *name)
                if found and (not body or doubtful):
                    yield found

    def _ordinary(self, start: int, end: int) -> bool:
        words = WORD.findall(self.text[start:end])
        return (
            len(words) > 1
            and all(w.casefold() in self.rulebook.ordinary_words for w in words)
            and not self._is_body(start, end)
        )

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

    def _events(self) -> Iterator[Found]:
        rule = self.rules.by_id["event"]
        for n, token in enumerate(self.tokens):
            word = token.group()
            folded = word.casefold()
            if not word[0].isupper() or not rule.fits(folded):
                continue
            initial = self._initial(token.start())
            start = self._adjectives(n)
            end = self._name_end(n + 1, inner={"van", "voor", "de", "het"}, need_joint=True) or token.end()
            if initial and end == token.end() and start == token.start():
                continue
            if end == token.end() and start == token.start() and folded in rule.word_set:
                continue  # a generic word with a capital: 'de Huiskamer'
            if self._is_body(start, end) or self._before(start) in self.rules.file.bodies:
                continue
            found = self._found("event", start, end)
            if found:
                yield found

    def _brackets(self) -> Iterator[Found]:
        document = self.rules.by_id["document"]
        for match in re.finditer(r"\(([A-ZÀ-Ý][^()\d,;:]{5,50})\)", self.text):
            words = WORD.findall(match.group(1))
            before = WORD.findall(self.text[max(0, match.start() - 75) : match.start()].rsplit(".", 1)[-1])
            if len(words) < 2 or not all(w[0].isupper() or w in INNER for w in words):
                continue
            if all(w.casefold() in self.rules.file.subjects for w in words) or self._is_body(*match.span(1)):
                continue
            if not any(document.fits(w.casefold()) or w.casefold() in document.bare for w in before):
                continue
            found = self._found("bracket", match.start(1), match.end(1))
            if found:
                yield found

    # --- shapes

    def _inside(self, match: re.Match[str]) -> tuple[int, int]:
        group = match.lastgroup or "a"
        return match.start(group), match.end(group)

    def _quote_at(self, position: int) -> tuple[int, int, int, int] | None:
        """The quoted phrase that begins at (or one space behind) a position."""
        for quote in self.quotes:
            if position <= quote[0] <= position + 1 and not self.text[position : quote[0]].strip():
                return quote if self.text[quote[2] : quote[2] + 1].strip() else None
        return None

    def _adjacent(self, a: int, b: int) -> bool:
        return not self.text[self.tokens[a].end() : self.tokens[b].start()].strip(" \u00a0")

    def _before(self, start: int) -> str:
        """The word in front of a position, folded; empty where a sentence ends there."""
        match = re.search(r"([\w’'-]+)\s+(?:(?:de|het|een)\s+)?[‘“\"']*$", self.text[max(0, start - 40) : start])
        return match.group(1).casefold() if match else ""

    def _initial(self, start: int) -> bool:
        return bool(OPENING.search(self.text[max(0, start - 8) : start])) if start else True

    def _capital_at(self, position: int) -> bool:
        return bool(re.compile(r"\s+[A-ZÀ-Ý]").match(self.text, position))

    def _run_at(self, position: int, *, gap: bool = True) -> tuple[int, int] | None:
        """Capitalised words that begin at a position, with small words between them."""
        match = GAP.match(self.text, position)
        if gap and match is None:
            return None
        start = match.end() if match else position
        first = WORD.match(self.text, start)
        if first is None or not (first.group()[0].isupper() or first.group()[:2].strip("’'")[:1].isupper()):
            return None
        return start, self._capitals(first)

    def _capitals(self, first: re.Match[str]) -> int:
        end, position, pending = first.end(), first.end(), 0
        while True:
            gap = GAP.match(self.text, position)
            token = WORD.match(self.text, gap.end()) if gap else None
            if token is None:
                return end
            word = token.group()
            if word[0].isupper() or (word[0].isdigit() and pending):
                if (
                    pending
                    and self._last_word(first.start(), token.start()) in {"in", "te", "bij"}
                    and self._place_at(token)
                ):
                    return end
                end, pending = token.end(), 0
            elif word.casefold() in INNER and pending < 2:
                pending += 1
            else:
                return end
            position = token.end()

    def _place_at(self, token: re.Match[str]) -> bool:
        words = self.text[token.start() : token.start() + 40].split()
        return any(
            is_place(" ".join(words[:n]).strip(".,;:!?)”’"), self.rulebook) for n in range(1, min(4, len(words) + 1))
        )

    def _title_end(self, start: int, *, loose: bool = True) -> int:
        """Where a title ends that begins with a capital: with its capitals, or, in sentence case, where the sentence
        goes on ('Thuis in de buurt | in de wijk')."""
        first = WORD.match(self.text, start)
        if first is None:
            return start
        end = self._capitals(first)
        capitals = [w for w in WORD.findall(self.text[start:end]) if w[0].isupper()]
        coined = first.group().casefold() not in self.rulebook.ordinary_words
        if len(capitals) > 1 or coined or not loose:
            return end + 1 if self.text[end : end + 1] == "!" else end
        position, joints = end, 0
        while True:
            gap = GAP.match(self.text, position)
            token = WORD.match(self.text, gap.end()) if gap else None
            if token is None:
                break
            word = token.group().casefold()
            behind_joint = self._last_word(start, position) in JOINTS
            if (word in self.rules.file.stops and not behind_joint) or (word in JOINTS and joints):
                break
            joints += word in JOINTS
            position = token.end()
        while position > end and self._last_word(start, position) in INNER:
            position = start + len(self.text[start:position].rsplit(None, 1)[0])
        return position + 1 if self.text[position : position + 1] == "!" else position

    def _last_word(self, start: int, end: int) -> str:
        return self.text[start:end].split()[-1].casefold()

    def _is_title(self, start: int, end: int) -> bool:
        """Whether capitalised words behind a paper's kind are a title of their own, not its subject or place."""
        words = WORD.findall(self.text[start:end])
        plain = [w for w in words if w.casefold() not in self.rules.file.subjects and not w.isdigit()]
        names = [w for w in plain if is_place(w, self.rulebook) or w.casefold() not in self.rulebook.ordinary_words]
        if not plain or len(names) == len(plain):
            return False
        return len(words) > 1 or self._title_end(start) > end

    def _name_end(self, n: int, inner: set[str], *, need_joint: bool = False) -> int | None:
        """The end of capitalised words from token `n` on, small words of `inner` in front of them allowed."""
        if n >= len(self.tokens) or not self._adjacent(n - 1, n):
            return None
        if need_joint and self.tokens[n].group() not in {"van", "voor"}:
            return None
        steps = 0
        while n < len(self.tokens) and self.tokens[n].group() in inner and steps < 3:
            n, steps = n + 1, steps + 1
            if n >= len(self.tokens) or not self._adjacent(n - 1, n):
                return None
        if n >= len(self.tokens) or not self.tokens[n].group()[0].isupper():
            return None
        last = n
        while (
            last + 1 < len(self.tokens)
            and self._adjacent(last, last + 1)
            and self.tokens[last + 1].group()[0].isupper()
        ):
            last += 1
        return self.tokens[last].end()

    def _run_ending(self, end: int) -> tuple[int, int] | None:
        """The capitalised words that end at a position."""
        tokens = [t for t in self.tokens if t.end() <= end]
        if not tokens or tokens[-1].end() != end or (not tokens[-1].group()[0].isupper() and len(tokens) < 2):
            return None
        n = len(tokens) - 1
        first = None
        pending = 0
        while n >= 0 and pending < 3:
            word = tokens[n].group()
            if word[0].isupper():
                first, pending = n, 0
            elif word.casefold() in INNER or (self.setting.item and tokens[n].start() > 0):
                pending += 1
            else:
                break
            if n and not self._adjacent(n - 1, n):
                break
            n -= 1
        if first is None or not (tokens[-1].group()[0].isupper() or tokens[first].start() == 0):
            return None
        start = tokens[first].start()
        words = WORD.findall(self.text[start:end])
        if self._is_body(start, end) or (
            len(words) == 1 and self._initial(start) and words[0].casefold() in self.rulebook.ordinary_words
        ):
            return None
        return start, end

    def _is_body(self, start: int, end: int) -> bool:
        """Whether a capitalised name looks like an organisation: a word for a kind of body in it, or known."""
        words = [w.casefold() for w in WORD.findall(self.text[start:end])]
        if not words:
            return False
        kinds = self.rulebook.names.kind_words
        events = self.rules.by_id["event"]
        if events.fits(words[-1]) and not set(words[:-1]) & self.rules.file.bodies:
            return False
        return any((w in kinds.words or w in self.rules.file.bodies) for w in words) or any(
            kinds.fits(w) and not events.fits(w) for w in (words[0], words[-1])
        )
