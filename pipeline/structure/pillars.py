"""Headings that name one of the five national pillars: on a line of their own, or with their text behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..rulebook.headings import HeadingRules, fold
from .lines import Line, marker_style

SENTENCE_BREAK = re.compile(r"(?:[a-zà-ÿ)\"”’']{3}[.]|[?!…])[\"”’']?\s+[\"“‘']?[A-ZÀ-Ý]")
SENTENCE_END = re.compile(r"[.!?…][\"”’')]*$")
WORD = re.compile(r"[^\W_][\w'’.&/+-]*")
LABEL = re.compile(r"^([^:]{1,48}?)\s?:\s*(\S.*)$")
SPELLED_LABEL = re.compile(
    r"^(?:pijler|spoor|thema|stap|actielijn|lijn|doel|fase|onderdeel|speerpunt)\b", re.IGNORECASE
)


_RUN_IN = re.compile(r"\s*(?:[:.;]|\s[–—-]|[–—])(?=\s)|(?<=[a-zà-ÿ])\s+(?=[A-ZÀ-Ý])|(?<=[a-zà-ÿ])[:.](?=[A-ZÀ-Ý])")


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading (or a pull quote): where it ends on its line, and the rule that saw it. `text` begins the text that
    shares the line with a run-in heading, behind the separator; it is `end` where there is none."""

    end: int
    rule: str
    text: int


class PillarReader:
    """Looks for the pillars among the lines of one text; `quoted` are lines of pull quotes."""

    def __init__(self, content: str, lines: list[Line], rules: HeadingRules, quoted: set[int]) -> None:
        self.content = content
        self.lines = lines
        self.rules = rules
        self.quoted = quoted

    def marks(self) -> dict[int, Mark]:
        """The pillar headings, by line index; short forms count only where other pillars are headed as well."""
        found: dict[int, Mark] = {}
        firm = {i: cut for i, cut in ((i, self._pillar_end(i, False)) for i in range(len(self.lines))) if cut}
        context = len({cut[2] for cut in firm.values()}) >= 2 or self._announced(firm)
        candidates = dict(firm)
        if context:
            styles = {marker_style(self.lines[i].marker) for i in firm}
            named = {cut[2] for cut in firm.values()}
            for i in range(max(0, min(firm) - 8), len(self.lines)):
                if i and i not in candidates and marker_style(self.lines[i].marker) in styles:
                    cut = self._pillar_end(i, True)
                    if cut and cut[2] not in named:
                        candidates[i] = cut
        runs = [self._run(i, loose=True) for i in candidates]
        listed = {i for run in runs for i in run if len(run) > 2 and self._lists_pillars(run, candidates)}
        headed = [i for i in candidates if i in listed or self._has_text(i, candidates)]
        for i, (end, text, number) in candidates.items():
            line = self.lines[i]
            if i not in listed and text == end and line.below and not all(j in candidates for j in self._run(i)):
                continue  # one item of a list of other things
            alone = line.above and line.below
            if i in headed or (alone and not line.marker) or (len(headed) * 2 >= len(candidates) and self._whole(i)):
                found[i] = Mark(end, f"pillar.{number}.{'run-in' if text > end else 'line'}", text)
        return found

    def _announced(self, firm: dict[int, tuple[int, int, int]]) -> bool:
        """Whether a heading above the only full name of a pillar says that the pillars follow."""
        if len({cut[2] for cut in firm.values()}) != 1:
            return False
        first = min(firm)
        above = [line for line in self.lines[max(0, first - 3) : first] if line.above and len(line.text) <= 60]
        rules = [self.rules.by_words(line.text) for line in above]
        return any(rule is not None and rule.id == "approach.pillars" for rule in rules)

    def _run(self, i: int, *, loose: bool = False) -> range:
        """The items of one list around an item: markers of one look, without a blank line between them; a `loose` list
        may have blank lines."""
        style = marker_style(self.lines[i].marker)
        if not style:
            return range(i, i + 1)
        low = high = i
        while low and (loose or not self.lines[low].above) and marker_style(self.lines[low - 1].marker) == style:
            low -= 1
        while high + 1 < len(self.lines) and (loose or not self.lines[high].below):
            if marker_style(self.lines[high + 1].marker) != style:
                break
            high += 1
        return range(low, high + 1)

    def _lists_pillars(self, run: range, candidates: dict[int, tuple[int, int, int]]) -> bool:
        """A list that is nothing but the pillars: every item one of them, each once."""
        numbers = [candidates[i][2] for i in run if i in candidates and self._whole(i)]
        cut = run[-1] + 1 == len(self.lines) and not (run[-1] in candidates and self._whole(run[-1]))
        return len(numbers) > 2 and len(numbers) == len(run) - cut == len(set(numbers))

    def _whole(self, i: int) -> bool:
        """No cut-off last line: its last word is printed in full."""
        return i + 1 < len(self.lines) or self.content[self.lines[i].end :].strip() != "" or self._complete(i)

    def _complete(self, i: int) -> bool:
        return self.rules.is_pillar_wording(self.lines[i].text)

    def _has_text(self, i: int, candidates: dict[int, tuple[int, int, int]]) -> bool:
        line = self.lines[i]
        if candidates[i][1] > candidates[i][0]:
            return True
        if i + 1 >= len(self.lines) or i + 1 in candidates:
            return False
        following = self.lines[i + 1]
        if not following.marker:
            return not (line.marker and not line.below and following.text[:1].islower())
        return marker_style(following.marker) != marker_style(line.marker) or following.indent > line.indent

    def _pillar_end(self, i: int, context: bool) -> tuple[int, int, int] | None:
        """(end of heading, begin of its text, number) where a line is or begins with a pillar's name."""
        line = self.lines[i]
        if i in self.quoted or (line.text[:1].islower() and not line.marker):
            return None
        text = line.text
        if len(text) <= 110 and not SENTENCE_BREAK.search(text):
            rule = self.rules.pillar(text, context)
            sentence = text.endswith(".") and len(WORD.findall(text)) > 8
            listed = text.endswith((",", ";")) or (context and text.endswith("."))
            if rule is not None and not sentence and not listed and not self._second_label(text):
                if context and not line.marker and not (line.above and len(WORD.findall(text)) <= 3):
                    return None
                return line.end, line.end, rule.number
        if not (line.marker or line.above or (i and SENTENCE_END.search(self.lines[i - 1].text))):
            return None
        return self._run_in_pillar(line, context, last=i + 1 == len(self.lines))

    def _second_label(self, text: str) -> bool:
        """'Netwerk: kerken en scholen' shares its line with text; 'Pijler 2: Creëer een sterk netwerk' does not."""
        label = LABEL.match(text)
        return bool(label and not SPELLED_LABEL.match(label.group(1)))

    def _run_in_pillar(self, line: Line, context: bool, *, last: bool) -> tuple[int, int, int] | None:
        text = line.text
        label = SPELLED_LABEL.match(text)
        skip = 0
        if label:
            head = re.match(r"^\w+\s*\w{0,6}\s*[:.)–-]?\s*", text)
            skip = head.end() if head else 0
        best: tuple[int, int, int] | None = None
        for match in _RUN_IN.finditer(text, skip, min(len(text), 90)):
            head_text = text[: match.start()]
            if len(WORD.findall(head_text)) > 12:
                break
            glued = not match.group().strip()
            rule = self.rules.pillar(head_text, context)
            if rule is None:
                continue
            words = fold(head_text).split()
            if len(words) == 1 and (glued or not (line.marker or ":" in match.group() or "." in match.group())):
                continue
            if glued and not any(fold(head_text).endswith(fold(p).split()[-1]) for p in rule.phrases):
                continue
            rest = text[match.end() :].strip()
            if not rest or (len(rest.split()) < 2 and not glued and not (last and ":" in match.group())):
                continue
            best = (line.body + match.start(), line.body + match.end(), rule.number)
            break
        return best
