"""The shapes of titles and names in running text: quoted, capitalised, in sentence case."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..places import is_place
from ..records import Found, Label, SectionKind
from ..rulebook import Rulebook
from ..rulebook.programmes import ProgrammeRules

WORD = re.compile(r"[’']?[^\W_](?:[\w&+/]|[’'.-](?=\w))*\+?")
QUOTED = re.compile(
    r"‘(?P<a>[^‘\n]{2,90}?)’(?!\w)|(?<!\w)'(?P<b>[^'\n]{2,90}?)'(?!\w)"
    r"|[“„”\"](?P<c>[^“”\"„\n]{2,90})[”\"“]|«(?P<d>[^«»\n]{2,90})»|(?<!\w),,(?P<e>[^\n,’]{2,90})(?:’’|'')"
)
GAP = re.compile(r"[ \t\u00a0]+")
YEARS = re.compile(
    r"\s+\(?(?:19|20)\d\d(?:\s?(?:[-–/]|t/m|tot en met|tot)\s?['’]?(?:(?:19|20)\d\d|\d\d)(?!\d))?\)?"
    r"|\s+\(?['’]\d\d\s?[-–/]\s?['’]?\d\d\)?"
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


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a block stands: the kind of its section, whether that section is about activities, and whether the block
    is a list item."""

    kind: SectionKind | None = None
    activities: bool = False
    item: bool = False


class Shapes:
    """One block of text with its words and quoted phrases, and the questions the rules ask about them."""

    def __init__(self, text: str, rules: Rulebook, setting: Setting) -> None:
        self.text = text
        self.rulebook = rules
        self.rules: ProgrammeRules = rules.programmes
        self.setting = setting
        self.tokens = list(WORD.finditer(text))
        self.quotes = [(m.start(), m.end(), *self._inside(m)) for m in QUOTED.finditer(text)]

    def _found(self, rule: str, start: int, end: int, confidence: float | None = None) -> Found | None:
        while start < end and self.text[start] in " \t\u00a0\n‘“\"'„":
            start += 1
        while end > start and self.text[end - 1] in " \t\u00a0\n,.;:-–":
            end -= 1
        if start >= end:
            return None
        sure = self.rules.by_id[rule].confidence if confidence is None else confidence
        return Found(Label.PROGRAMME, start, end, self.text[start:end], rule=rule, confidence=sure)

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
            if YEARS.match(self.text, position):
                break
            behind_joint = self._last_word(start, position) in JOINTS
            if (word in self.rules.file.stops and not behind_joint) or (word in JOINTS and joints):
                break
            behind = GAP.match(self.text, token.end())
            following = WORD.match(self.text, behind.end()) if behind else None
            if word in {"in", "te", "bij"} and following is not None and self._place_at(following):
                break
            joints += word in JOINTS
            position = token.end()
        while position > end and self._last_word(start, position) in INNER:
            position = start + len(self.text[start:position].rsplit(None, 1)[0])
        return position + 1 if self.text[position : position + 1] == "!" else position

    def _before_giver(self, start: int, end: int) -> int:
        """The end of a title without who gives it: 'Zien en Vragen | van Movisie', 'Belbus | van D66'."""
        inside = self.text[start:end]
        at = inside.rfind(" van ")
        giver = WORD.findall(inside[at + 5 :]) if at > 0 else []
        given = bool(giver) and len(WORD.findall(inside[:at])) >= 1 and all(w[0].isupper() for w in giver)
        coined = given and any(w.casefold() not in self.rulebook.ordinary_words for w in giver)
        return start + at if coined and not any(is_place(w, self.rulebook) for w in giver) else end

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
        if "mee" in words and "MEE" not in self.text[start:end]:  # 'Eet Mee' is no body, 'MEE' is
            words = [w for w in words if w != "mee"] or words
        return any((w in kinds.words or w in self.rules.file.bodies) for w in words) or any(
            kinds.fits(w) and not events.fits(w) for w in (words[0], words[-1])
        )
