"""Which lines are headings: by position, length, punctuation and wording. What they mean is for sections.py."""

from __future__ import annotations

import re

from ..rulebook.headings import HeadingRules, fold
from .line_looks import CONTACT, Looks
from .lines import Line, marker_style
from .pillars import LABEL, SENTENCE_BREAK, SENTENCE_END, SPELLED_LABEL, WORD, Mark, PillarReader
from .quotes import OPEN_QUOTE, find_quotes

_DATELINE = re.compile(r"^[A-ZÀ-Ý][A-ZÀ-Ý'’ ./-]{2,40}\s*(?:\([^)]{2,20}\)\s*)?[-–—•|·:,]\s+\S")
_GLUE_WORDS = (
    "De|Het|Een|In|Op|Er|We|Wij|Met|Dit|Dat|Deze|Ook|Om|Als|Vanuit|Naast|Door|Sinds|Vanaf|Voor|Zij|Ze|Elke|Elk|Veel|"
    "Iedere|Wie|Bij|Na|Onze|Tijdens|Daarom|Daarnaast|Inmiddels|Begin|Eind|Binnen|Uit|Alle|Via|Samen met|Je|U"
)
_GLUED = re.compile(rf"(?<=[a-zà-ÿ0-9])\s+(?=(?:{_GLUE_WORDS})\s+[a-zà-ÿ0-9(])")
_COUNTED = re.compile(r"(?:\d{1,2}|twee|drie|vier|vijf|zes|zeven|acht) [a-z]+\Z")

_NONE = Mark(0, "", 0)


def find_headings(content: str, lines: list[Line], rules: HeadingRules) -> dict[int, Mark]:
    """The headings among the lines of a text (chrome left out before), by line index."""
    return _Reader(content, lines, rules).marks()


class _Reader(Looks):
    def __init__(self, content: str, lines: list[Line], rules: HeadingRules) -> None:
        self.content = content
        self.lines = lines
        super().__init__(rules)
        self.found: dict[int, Mark] = {}
        self.quotes = find_quotes(lines)
        self.quoted = {j for i, last in self.quotes.items() for j in range(i, last + 1)}
        self.dense = sum(1 for line in lines if line.above) <= max(2, len(lines) // 6)
        self.wide = max((len(line.text) for line in lines), default=0)
        self.block: range | None = None  # the lines of the title block, when asked for

    def marks(self) -> dict[int, Mark]:
        for i, last in self.quotes.items():
            self.found[i] = Mark(self.lines[last].end, "quote.pull", self.lines[last].end)
        self.found |= PillarReader(self.content, self.lines, self.rules, self.quoted).marks()
        self._marked()
        self._bare()
        return self.found

    # --- numbered and bulleted lines

    def _marked(self) -> None:
        shapes: dict[str, list[int]] = {}
        for i, line in enumerate(self.lines):
            if line.marker and i not in self.found and i not in self.quoted and self._heads_text(i):
                shapes.setdefault(marker_style(line.marker), []).append(i)
        for style, indices in shapes.items():
            siblings = len(indices) + sum(
                1 for i in self.found if self.lines[i].marker and marker_style(self.lines[i].marker) == style
            )
            for i in indices:
                known = self.rules.is_wording(self.lines[i].text) or self.lines[i].text.endswith("?")
                if siblings >= 2 or (known and style[0] in "1a"):
                    self.found[i] = Mark(self.lines[i].end, "line.marked", self.lines[i].end)

    def _heads_text(self, i: int) -> bool:
        """A short item on its own above a paragraph, not the last item of a list."""
        line = self.lines[i]
        chapter = self.dense and marker_style(line.marker)[0] in "1a" and self._complete_before(i)
        if not (line.above or chapter) or not self._label_like(line.text, limit=10) or i + 1 >= len(self.lines):
            return False
        following = self.lines[i + 1]
        before = self.lines[i - 1] if i else None
        if (
            before is not None
            and before.marker
            and marker_style(before.marker) == marker_style(line.marker)
            and i - 1 not in self.found
            and before.indent == line.indent
            and not self._headed_before(i)
        ):
            return False
        if following.marker:
            numbered = marker_style(line.marker)[0] in "1a" and marker_style(following.marker)[0] not in "1a"
            return numbered and line.indent <= following.indent and self.rules.by_words(line.text) is not None
        return self._sentence_like(following)

    def _headed_before(self, i: int) -> bool:
        return not self.lines[i - 1].marker

    # --- bare lines

    def _bare(self) -> None:
        title = self._title()
        under = ""  # kind of the known section that a line stands in
        for i, line in enumerate(self.lines):
            if i in self.found or i in self.quoted or line.marker:
                if i in self.found and not self.found[i].rule.startswith("quote"):
                    under = ""
                continue
            mark = Mark(line.end, "title.first-line", line.end) if i == title else self._bare_mark(i, under)
            if mark is not None:
                self.found[i] = mark
                rule = self.rules.by_words(line.text)
                under = "" if rule is None or i == title else str(rule.kind)

    def _title(self) -> int | None:
        """The first line, unless it is running text, a dateline or the heading of a section."""
        if not self.lines or 0 in self.quoted or self.lines[0].marker:
            return None
        line = self.lines[0]
        words = WORD.findall(line.text)
        n = len(words)
        if n > 24 or len(line.text) > 170 or (_DATELINE.match(line.text) and n > 8):
            return None
        if line.text[0].islower() or line.text.endswith((",", ";", ":", "|")) or CONTACT.search(line.text):
            return None
        breaks = [m for m in SENTENCE_BREAK.finditer(line.text) if m.group()[3:4] == "." or n > 14]
        if line.text.endswith(".") and not line.text.endswith("...") and (n > 8 or self._finite(words) or breaks):
            return None
        if breaks or (n > 14 and SENTENCE_END.search(line.text)):
            return None
        if not line.below and len(self.lines) > 1 and self.lines[1].text[:1].islower() and not self.lines[1].marker:
            return None
        known = self.rules.by_words(line.text)
        if known is not None and not known.weak and self.rules.is_wording(line.text) and n <= 4:
            return None
        return 0

    def _bare_mark(self, i: int, under: str) -> Mark | None:
        line = self.lines[i]
        text = line.text
        following = self.lines[i + 1] if i + 1 < len(self.lines) else None
        known = len(text) <= 100 and self.rules.is_wording(text)
        last = following is None
        if text.endswith(":") and ":" not in text[:-1].rstrip():
            return self._colon_mark(i, known)
        if not self._label_like(text, limit=14 if text.endswith("?") else 13):
            return Mark(line.end, "line.title-block", line.end) if self._subtitle(i) else self._glued_mark(i)
        if last:
            return Mark(line.end, "line.last-known", line.end) if line.above and known else None
        assert following is not None
        if self._breaks_off(text, before_list=bool(following.marker)):
            return None
        if LABEL.match(text) and not self._heading_with_colon(i):
            return None
        free = line.above or self._complete_before(i) or (known and self._cut_in(i))
        if known and free and (line.below or self._may_head(line, following)):
            return Mark(line.end, "line.known", line.end)
        if i in self._block_lines() and not (line.above and line.below):
            return Mark(line.end, "line.title-block", line.end)
        if line.above and line.below:
            return self._alone_mark(i, under)
        if line.above and self._may_head(line, following) and not self._of_contact(i, under):
            return Mark(line.end, "line.above-text", line.end)
        if self._under_text(i):
            return Mark(line.end, "line.under-text", line.end)
        words = WORD.findall(text)
        if not line.above and self.dense and len(words) <= 8 and self._heads_list(i):
            return Mark(line.end, "line.dense", line.end)
        if not line.above and self._complete_before(i) and len(words) <= 8 and not self._finite(words):
            loose = line.below and self.lines[i - 1].marker and self._sentence_like(following)
            if loose or (
                self.dense and self._sentence_like(following) and len(text) < 60 and not self._run_of_short(i)
            ):
                return Mark(line.end, "line.dense", line.end)
        return None

    def _alone_mark(self, i: int, under: str) -> Mark | None:
        """A line between blank lines: a heading unless it is one of a list of bare lines or a name under Contact."""
        line = self.lines[i]
        rule = self.rules.by_words(line.text)
        if self._of_contact(i, under):
            return None
        run = self._run(i)
        if len(run) > 1 and not self._in_title_block(i) and (rule is None or rule.weak):
            ends_in_text = run[-1] + 1 < len(self.lines)
            listed = under == "participants" or len(run) >= 3
            if listed and not (i == run[-1] and ends_in_text and under != "participants" and len(run) >= 2):
                return None
        return Mark(line.end, "line.alone", line.end)

    def _cut_in(self, i: int) -> bool:
        """Whether a known wording is printed right below a line that ends no sentence: 'Leden: Trias en de GGD' /
        'Contact'. The line above must not go on, nor the wording with the line below."""
        line, before = self.lines[i], self.lines[i - 1]
        if len(WORD.findall(line.text)) > 4 or before.text.endswith((",", "-", "&", "/")):
            return False
        separable = line.below and before.text.endswith((" door", " over", " samen"))  # '... groeit nog steeds door'
        return (separable or not self._breaks_off(before.text, True)) and (
            line.below or not self._starts_low(self.lines[i + 1])
        )

    def _under_text(self, i: int) -> bool:
        """A line about one of the known matters right below a text without a period, and a blank line behind it:
        'De gemeente steunt de partners' / 'Aangesloten partijen' / blank / a list or a text."""
        line, following = self.lines[i], self.lines[i + 1]
        rule = self.rules.by_words(line.text)
        if line.above or not line.below or rule is None or rule.weak or not self._cut_in(i):
            return False
        return bool(following.marker) or self._sentence_like(following)

    def _subtitle(self, i: int) -> bool:
        """A last line of the title block that is printed with a period: 'Van werkgroep naar vereniging.'"""
        line = self.lines[i]
        words = WORD.findall(line.text)
        if not (line.above and line.below and 0 < i < 4 and self._in_title_block(i) and 0 in self.found):
            return False
        if not line.text.endswith(".") or not 2 < len(words) < 11 or i + 1 >= len(self.lines):
            return False
        plain = line.text.rstrip(".")
        return (
            self._label_like(plain, limit=10)
            and not self._finite(words)
            and fold(words[-1]) not in self.rules.plural_verbs
            and self._sentence_like(self.lines[i + 1])
        )

    def _starts_low(self, line: Line) -> bool:
        """Whether a line begins in lower case and is no address."""
        return line.text[:1].islower() and not CONTACT.search(line.text)

    def _heads_list(self, i: int) -> bool:
        """On a page without blank lines: a line about one of the known matters, with a list or other headings below."""
        line, following = self.lines[i], self.lines[i + 1]
        rule = self.rules.by_words(line.text)
        if rule is None or line.text[0].islower() or not (self._complete_before(i) or self._cut_in(i)):
            return False
        words = WORD.findall(line.text)
        question = line.text.endswith("?") or fold(words[0]) in self.rules.openers - self.rules.lead_in_starts
        if not question and (rule.weak or self._finite(words)):
            return False
        listed = bool(following.marker) or i + 1 in self.found or bool(LABEL.match(following.text))
        return listed and not CONTACT.search(following.text)

    def _block_lines(self) -> range:
        """The lines right below the title that belong to it, blank lines between them or not: at most three short
        lines, and then text or a blank line."""
        if self.block is None:
            self.block = range(0)
            last = 0
            while self._block_line(last + 1):
                last += 1
            if 0 < last <= 3 and self.found.get(0, _NONE).rule.startswith("title"):
                self.block = range(1, last + 1)
        return self.block

    def _block_line(self, i: int) -> bool:
        if i + 1 >= len(self.lines) or i in self.quoted or self.lines[i - 1].below != self.lines[i].above:
            return False
        line, following = self.lines[i], self.lines[i + 1]
        words = WORD.findall(line.text)
        if line.marker or line.text.endswith((":", ",")) or LABEL.match(line.text) or len(words) > 10:
            return False
        if not self._label_like(line.text, limit=10) or self._breaks_off(line.text, True) or following.marker:
            return False
        known = self.rules.by_words(line.text)
        if known is not None and (self.rules.is_wording(line.text) or not known.weak):
            return False
        if line.below:
            return True
        if self._finite(words) and not line.text.endswith(("!", "?")):
            return False
        return not following.text[:1].islower() and len(line.text) < max(40, 0.6 * self.wide)

    def _in_title_block(self, i: int) -> bool:
        return all(j in self.found or j in self.quoted for j in range(i))

    def _run(self, i: int) -> list[int]:
        """The bare lines around `i` that all look like labels, with nothing but blank lines between them."""
        low = high = i
        while low and self._bare_short(low - 1) and low - 1 not in self.found:
            low -= 1
        while high + 1 < len(self.lines) and self._bare_short(high + 1):
            high += 1
        return list(range(low, high + 1))

    def _bare_short(self, i: int) -> bool:
        line = self.lines[i]
        if line.marker or i in self.quoted or not (line.above and line.below):
            return False
        rule = self.rules.by_words(line.text)
        return (rule is None or rule.weak) and self._label_like(line.text, limit=10)

    def _run_of_short(self, i: int) -> bool:
        around = [self.lines[j] for j in (i - 1, i + 1) if 0 <= j < len(self.lines)]
        return all(len(line.text) < 60 and not SENTENCE_END.search(line.text) for line in around)

    def _of_contact(self, i: int, under: str) -> bool:
        """Names and functions under a contact heading are no headings, nor are lines above an address."""
        if self.rules.is_wording(self.lines[i].text):
            return False
        following = self.lines[i + 1] if i + 1 < len(self.lines) else None
        if following is not None and CONTACT.search(following.text) and len(following.text) < 80:
            text = self.lines[i].text
            unknown = under == "contact" or self.rules.by_words(text) is None
            return unknown and not text.endswith("?")
        if under != "contact":
            return False
        return following is None or len(following.text) < 80 or not SENTENCE_END.search(following.text)

    def _colon_mark(self, i: int, known: bool) -> Mark | None:
        """'Doelen:' and 'Voorbereidingsgroep:' are headings, 'De partijen maken een agenda:' is not."""
        line = self.lines[i]
        if i + 1 >= len(self.lines) or line.text[0].islower():
            return None
        following = self.lines[i + 1]
        words = WORD.findall(line.text)
        if len(words) > 7 or not words or CONTACT.search(line.text) or SENTENCE_BREAK.search(line.text):
            return None
        first = fold(words[0])
        question = first in self.rules.openers and self.rules.by_words(line.text) is not None
        if not question and not known:
            if first in self.rules.lead_in_starts or self._finite(words) or self._breaks_off(line.text, True):
                return None
            if (
                following.marker
                and len(words) > 1
                and fold(words[-1]) in {"zitten", "zijn", "staan", "werken", "horen"}
            ):
                return None  # 'Aan tafel zitten:'
            if any(fold(w) in {"volgende", "we", "wij", "zij", "ze", "men", "onderstaande"} for w in words):
                return None
            if fold(line.text.rstrip(": ")) in self.rules.labels and not self._group_label(line.text):
                return None
        elif question and len(words) > 4 and following.marker and not known and self._declares(words):
            return None
        if not (line.above or following.marker or self._complete_before(i)):
            return None
        return Mark(line.end, "line.colon", line.end)

    def _declares(self, words: list[str]) -> bool:
        """'Dit willen we met elkaar bereiken:' is a sentence, 'Wat willen we bereiken:' a question."""
        return fold(words[0]) in {"dit", "hier", "zo", "met", "samen", "ook", "dus", "daarom", "elk", "elke"}

    def _group_label(self, text: str) -> bool:
        rule = self.rules.by_words(text)
        return rule is not None and str(rule.kind) in {"participants", "contact"}

    def _glued_mark(self, i: int) -> Mark | None:
        """A subheading glued to its text without punctuation: 'Begin in Kruisdal Het eerste jaar ...'."""
        line = self.lines[i]
        if not line.above or len(line.text) < 40 or line.text[0].islower() or OPEN_QUOTE.match(line.text):
            return None
        for match in _GLUED.finditer(line.text, 0, 80):
            head = line.text[: match.start()]
            words = WORD.findall(head)
            if re.search(r"[.,:;!?()]", head) or len(words) > 8:
                break
            known = self.rules.is_wording(head)
            if self._finite(words) and not known:
                break
            if fold(words[0]) in self.rules.lead_in_starts and fold(words[-1]) in self.rules.plural_verbs:
                break  # 'Wij vormen Een tegen eenzaamheid Kruisdal'
            glue = line.text[match.end() :].split(" ", 1)[0]
            if not known and (len(words) < 2 or self._breaks_off(head, False)):
                continue
            if not known and glue in {"De", "Het", "Een", "Samen", "Onze"} and words[-1][0].isupper() and i == 0:
                continue
            rest = WORD.findall(line.text[match.end() :])[:14]
            if len(rest) >= 5 and (self._finite(rest[1:]) or known):
                return Mark(line.body + match.start(), "line.glued", line.body + match.end())
        return None

    # --- lines with their neighbours

    def _heading_with_colon(self, i: int) -> bool:
        """'Nieuw: het bestuur' above its text is a heading, 'Kerngroep: de gemeente' and 'Tel: 123' are not."""
        line = self.lines[i]
        label = LABEL.match(line.text)
        if label is None:
            return True
        name, rest = fold(label.group(1)), label.group(2)
        if name in self.rules.labels or not line.above or i + 1 >= len(self.lines):
            return False
        following = self.lines[i + 1]
        if following.marker and not line.text.endswith("?"):
            return line.below and len(rest.split()) <= 6 and "," not in rest
        same = LABEL.match(following.text)
        if same and fold(same.group(1)).split()[0] == name.split()[0]:
            return False
        if not line.below and not SPELLED_LABEL.match(name):
            return False
        if line.below and not following.marker and (_COUNTED.match(name) or self._says(name, following)):
            return True  # '3 hoofdlijnen: cultuur en onderzoek', 'Samen lukt het: eenzaamheid is van iedereen'
        return self._sentence_like(following) or line.text.endswith("?") or self._in_title_block(i)

    def _says(self, label: str, following: Line) -> bool:
        """Whether the words before a colon are more than a label, and a text follows."""
        return len(label.split()) > 2 and self._finite(WORD.findall(following.text)) and not LABEL.match(following.text)

    def _complete_before(self, i: int) -> bool:
        if i == 0 or i - 1 in self.found:
            return True
        before = self.lines[i - 1]
        return bool(before.marker) or bool(SENTENCE_END.search(before.text)) or len(before.text) < 40

    def _may_head(self, line: Line, following: Line) -> bool:
        """Whether a line directly above another can be its heading rather than its first line."""
        if following.marker:
            return True
        if self._starts_low(following) or len(line.text) > 75:
            return False
        if self.rules.is_wording(line.text):
            return True
        if line.text.endswith(("?", "!")):
            return True
        return self._sentence_like(following)

    def _sentence_like(self, line: Line) -> bool:
        if line.marker:
            return False
        return (bool(SENTENCE_END.search(line.text)) and len(line.text) > 15) or len(line.text) >= 60
