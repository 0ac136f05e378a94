"""Every stretch that somebody takes for a name, with what each witness says of it.

Witnesses are the rules (participants, mentions, programmes, names turned down), the name model, and the places and
persons found. A stretch is listed once, with all its witnesses.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..language.names import Candidate
from ..records import Found, Label, ModelName, Participant, PartyType

OTHERS = (Label.PROGRAMME, Label.PERSON, Label.PLACE)  # besides organisations: names that are decided on
_NOUN_BEFORE = re.compile(r"(?<!\w)([a-zà-ÿ][\w.’'-]{3,}\.?)[ \u00a0]$")
_ARTICLE_BEFORE = re.compile(r"(?<!\w)([Dd]e|[Hh]et|['’‘]t)[ \u00a0]$")
_OWN_ARTICLE = re.compile(r"(?:De|Het|de|het)\s+(?=\w)")
_JOINED_BEHIND = re.compile(r"(?: (?:en|&|aan|in|op|van|voor|over|of) (?:de |het |den )?|-|[ ])[A-ZÀ-Ý][\w’'-]*")
_MARK_BEHIND = re.compile(r" (?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?(?!\w)|[?!](?!\w)")
_PLACE_TAIL = re.compile(r"(?:,| in| te| uit| voor| van| bij)\s+(?:de |het )?[A-ZÀ-Ý][\w’'-]*$")
_QUOTED = re.compile(r"[‘“\"„']([A-ZÀ-Ý][^‘’“”\"„\n]{2,50})[’”\"']")


@dataclass(slots=True)
class Occurrence:
    """One stretch. `votes`: what each witness says, such as 'participant:list-item/name' or 'model:ORG'; `found` is
    what the rules found there besides an organisation, by label."""

    start: int
    end: int
    text: str
    votes: list[str] = field(default_factory=list)
    confidence: float = 0.0  # the highest of the rules that take it for a name
    participant: Participant | None = None
    mention: Found | None = None
    found: dict[Label, Found] = field(default_factory=dict)

    @property
    def by_rules(self) -> str:
        """What the rules alone make of it: one of `names.ANSWERS`."""
        if self.participant is not None or self.mention is not None:
            return str(Label.ORGANISATION)
        return next((str(label) for label in OTHERS if label in self.found), "none")


def gather(
    content: str,
    participants: Iterable[Participant],
    mentions: Iterable[Found],
    turned_down: Iterable[Candidate],
    found: Sequence[Found],
    model: Sequence[ModelName],
) -> list[Occurrence]:
    """The occurrences of a document in their order. `model`: the votes of the name model."""
    table: dict[tuple[int, int], Occurrence] = {}

    def at(start: int, end: int) -> Occurrence:
        if (start, end) not in table:
            table[start, end] = Occurrence(start, end, content[start:end])
        return table[start, end]

    for p in participants:
        if p.type is PartyType.ORGANISATION:
            o = at(p.start, p.end)
            o.participant = p
            o.votes.append(f"participant:{p.rule}")
            o.confidence = max(o.confidence, p.confidence)
    for m in mentions:
        o = at(m.start, m.end)
        o.mention = m
        o.votes.append(f"mention:{m.rule}")
        o.confidence = max(o.confidence, m.confidence)
    for f in found:
        if f.label in OTHERS:
            o = at(f.start, f.end)
            o.found[f.label] = f
            o.votes.append(f"{f.label}:{f.rule}")
            o.confidence = max(o.confidence, f.confidence)
    for c in turned_down:
        o = at(c.start, c.end)
        if o.by_rules == "none":
            o.votes.append(f"turned down:{c.rule}")
    for vote in model:
        at(vote.start, vote.end)
    for quote in _QUOTED.finditer(content):
        if len(quote.group(1).split()) <= 7:
            at(quote.start(1), quote.start(1) + len(quote.group(1).rstrip(" .,!?;:")))
    for o in list(table.values()):
        if o.participant is not None and o.participant.rule.startswith("list-"):
            continue  # the line of a list shows where a name begins and ends
        for start, end, way in _variants(content, o):
            at(start, end).votes.append(f"variant:{way}")
    labels = [*((v.start, v.end, f"model:{v.label}") for v in model),
              *((f.start, f.end, f"found:{f.label}") for f in found if f.label not in OTHERS)]  # fmt: skip
    ordered = sorted(table.values(), key=lambda o: (o.start, o.end))
    _vote(ordered, labels)
    return ordered


def _variants(content: str, o: Occurrence) -> Iterator[tuple[int, int, str]]:
    """The same name with what stands beside it: the words of a name do not always show where it begins and ends."""
    line = content.rfind("\n", 0, o.start) + 1
    noun = _NOUN_BEFORE.search(content, max(line, o.start - 40), o.start)
    if noun:
        yield noun.start(1), o.end, "noun in front"
    article = _ARTICLE_BEFORE.search(content, max(line, o.start - 5), o.start)
    if article:
        yield article.start(1), o.end, "article in front"
    own_article = _OWN_ARTICLE.match(o.text)
    if own_article:
        yield o.start + own_article.end(), o.end, "without article"
    behind = _JOINED_BEHIND.match(content, o.end)
    if behind:
        yield o.start, behind.end(), "joined"
    mark = _MARK_BEHIND.match(content, o.end)
    if mark:
        yield o.start, mark.end(), "with years" if mark.group().strip()[0].isdigit() else "with mark"
    tail = _PLACE_TAIL.search(o.text)
    if tail:
        yield o.start, o.start + tail.start(), "without tail"


def _vote(ordered: Sequence[Occurrence], labels: Sequence[tuple[int, int, str]]) -> None:
    """Adds what witnesses say of the same stretch, of a part of it, or of more than it."""
    kinds = [(o.start, o.end, kind) for o in ordered for kind in (vote.split(":")[0] for vote in o.votes)]
    spans = sorted([*labels, *kinds])
    starts = [start for start, _, _ in spans]
    longest = max((end - start for start, end, _ in spans), default=0)
    for o in ordered:
        silent = True
        for start, end, said in spans[bisect_left(starts, o.start - longest) : bisect_left(starts, o.end)]:
            if end <= o.start:
                continue
            silent = silent and not said.startswith("model:")
            if (start, end) == (o.start, o.end):
                if ":" in said:
                    o.votes.append(said)
            elif start <= o.start and o.end <= end:
                o.votes.append(f"inside {said}")
            elif o.start <= start and end <= o.end:
                o.votes.append(f"holds {said}")
            else:
                o.votes.append(f"crosses {said}")
        if silent:
            o.votes.append("model:nothing")
