"""The ways of recognising a programme in one block of running text, by the rules of rules/programmes.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..places import is_place
from ..records import Found, SectionKind
from .programme_activities import Activities
from .programme_papers import NAMED_BY
from .titles import GAP, INNER, WORD

SPEECH = re.compile(
    r"^[,.]?\s*(?:zegt|zei|aldus|vertelt|vindt|lacht|grapt|besluit|roept|benadrukt|vraagt|stelt|luidt|vat)\b"
)
NOT_JOINED = re.compile(r"^(?:\s+is\s+(?:geen|ook|nu|wel)?\s*(?:lid|partner|deelnemer)\b)")
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
    "named": 5,
    "compound": 3,
    "call": 3,
}
_USED = re.compile(
    r"\b(?:ler|oefen|werk|train|experimenteer|kennismaak)\w* (?:\w+ ){0,2}(?:met|volgens|aan)\s*$"
    r"|\b(?:getraind|geschoold|opgeleid|aan de slag|ervaring) (?:met|in|volgens)\s*$"
    r"|\b(?:volg|gebruik|doorl[oi]e?p)\w* (?:de |het |een )?\s*$",
    re.IGNORECASE,
)
_GIVEN = ("training", "cursus", "workshop", "lezing", "scholing", "methode", "motie")
_OF_BODY = re.compile(r"\s+van (?:de |het |’t |'t )?[A-ZÀ-Ý]")


class Finder(Activities):
    """Every way of recognising a programme, one method each; where two overlap, the surer one is kept."""

    def find(self) -> list[Found]:
        every = [
            *self._known(), *self._periods(), *self._documents(), *self._titled(), *self._appositions(),
            *self._quoted(), *self._events(), *self._cued(), *self._items(), *self._brackets(),
            *self._named(), *self._calls(), *self._compounds(),
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

    # --- names that are programmes wherever they stand

    def _known(self) -> Iterator[Found]:
        for match in self.rules.known.finditer(self.text):
            if self._before(match.start()) in self.rules.file.bodies:
                continue
            if self._goes_on(match.end()):
                local = self._local(match)
                if local:
                    yield local
                continue
            found = self._found("known", match.start(), match.end())
            if found:
                yield found

    def _local(self, match: re.Match[str]) -> Found | None:
        """'Eén tegen eenzaamheid Kruisdal' as a whole title is what the page is about: the local programme, unless
        the text gives the name to its coalition."""
        whole = self.text.strip()
        place = self.text[match.end() :].strip()
        if self.setting.kind is not SectionKind.TITLE or not whole.startswith(match.group()) or match.group() == whole:
            return None
        return self._found("call", match.start(), len(self.text.rstrip())) if is_place(place, self.rulebook) else None

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
            if self._is_fund(n):
                continue
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
        if self.tokens[n].group().casefold().endswith(_GIVEN):
            end = self._before_giver(run[0], end)
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
        if kind == "app" and (words[0] in self.rulebook.persons.first_names or self._is_verb(n)):
            return None
        titled = self.rules.by_id["titled"]
        sure = kind.endswith(titled.sure) or kind in titled.bare
        if not sure and self._is_body(run[0], end):
            return None
        return self._found("titled", run[0] if kept is None else kept, end)

    def _is_verb(self, n: int) -> bool:
        """'Bel of app Gerda Pol': somebody is asked to write."""
        return n == 0 or self.tokens[n - 1].group().casefold() in {"of", "en", "mail", "bel", "gerust"}

    def _is_sentence(self, words: list[str]) -> bool:
        """'... de campagne De gemeente doet mee': a new sentence without a full stop, no title."""
        return words[0] in {"De", "Het", "Een", "Dit", "Deze", "Er"} and (len(words) == 1 or words[1].islower())

    def _is_fund(self, n: int) -> bool:
        """'Nationaal Programma Kruisdal' is a body that gives money."""
        if n + 1 >= len(self.tokens) or not n or not self._adjacent(n - 1, n) or not self._adjacent(n, n + 1):
            return False
        national = self.tokens[n - 1].group() in {"Nationaal", "Nationale"} and self.tokens[n].group() == "Programma"
        return national and self._place_at(self.tokens[n + 1])

    def _method_of(self, start: int, end: int) -> bool:
        """A title in lower case that a body gave: 'leren met “verbinden met aandacht” van De Brug'."""
        used = _USED.search(self.text[max(0, start - 40) : start])
        return bool(used and _OF_BODY.match(self.text, end))

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
                or not (inner[0].isupper() or self._method_of(outer_start, outer_end))
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
