"""The ways of recognising a programme in one block of running text, by the rules of rules/programmes.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..places import is_place
from ..records import Found, Label
from .titles import GAP, INNER, WORD, Shapes

YEARS = re.compile(
    r"\s+\(?(?:19|20)\d\d(?:\s?(?:[-–/]|t/m|tot en met|tot)\s?['’]?(?:(?:19|20)\d\d|\d\d)(?!\d))?\)?"
    r"|\s+\(?['’]\d\d\s?[-–/]\s?['’]?\d\d\)?"
)
NAMED_BY = re.compile(
    r"\s*,?\s*(?:(?:met (?:als|de) (?:titel|naam)|genaamd|getiteld|onder de (?:titel|naam)|geheten|:)\s*)?"
    r"(?=[‘“\"'„”«]|,,|\s?[A-ZÀ-Ý])"
)
COLON_LABEL = re.compile(
    r"^(?P<name>[^:\n]{2,60}?)\s*(?::\s+|\s[–-]\s+|,\s+(?=(?:een|het|de|met|waar|door|van|in|voor|op)\s)|\s*\()"
)
SPEECH = re.compile(
    r"^[,.]?\s*(?:zegt|zei|aldus|vertelt|vindt|lacht|grapt|besluit|roept|benadrukt|vraagt|stelt|luidt|vat)\b"
)
LOWER_START = re.compile(r"^(?:een|de|het)\s+(?=[A-ZÀ-Ý])")
NOT_JOINED = re.compile(r"^(?:\s+is\s+(?:geen|ook|nu|wel)?\s*(?:lid|partner|deelnemer)\b)")
_ARTICLE = re.compile(r"(?:(?:met|bij|via|aan|voor)\s+)?(?:(?:de|het|een)\s+)?")
_JOINT = re.compile(r"\s*,\s+(?:en\s+)?|\s+en\s+")
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


class Finder(Shapes):
    """Every way of recognising a programme, one method each; where two overlap, the surer one is kept."""

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
        longer = (wide.end - wide.start) > (narrow.end - narrow.start)
        return longer and (wide.rule in {"quoted", "document"} or (wide.rule == "titled" and narrow.rule != "known"))

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
            colon = link is not None and ":" in link.group()
            run = self._run_at(link.end(), gap=False) if link and colon else self._run_at(position)
            own = run is not None and self._is_title(*run)
            if run is None or (colon and not own):
                break
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
        if self.rules.known.match(self.text, run[0]) or not words or self._is_sentence(words):
            return None
        plain = [w.casefold() for w in words]
        if all(
            w in self.rules.file.subjects or is_place(w0, self.rulebook) for w, w0 in zip(plain, words, strict=True)
        ):
            whole_place = all(is_place(w, self.rulebook) for w in words)
            return None if whole_place else self._found("titled", self.tokens[n].start(), run[1], 0.7)
        kind = self.tokens[n].group().casefold()
        titled = self.rules.by_id["titled"]
        sure = kind.endswith(titled.sure) or kind in titled.bare
        if not sure and self._is_body(run[0], end):
            return None
        return self._found("titled", run[0] if kept is None else kept, end)

    def _is_sentence(self, words: list[str]) -> bool:
        """'... de campagne De gemeente doet mee': a new sentence without a full stop, no title."""
        return words[0] in {"De", "Het", "Een", "Dit", "Deze", "Er"} and (len(words) == 1 or words[1].islower())

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
