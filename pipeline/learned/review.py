"""The learned decisions on one document: what rules and name model found, weighed once more.

Rules propose; where a decision is switched on, its weights say which proposals stand, and what else stands beside them.
A row that a decision made or changed says so in its `rule`, with the strongest reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..participants.reader import Reading
from ..participants.wording import LABEL, PartyText
from ..places import find_places
from ..records import Found, Label, ModelName, Participant, PartyType, Place, Section, SectionKind, Source, Where
from ..rulebook import Rulebook
from ..spans import Spans, Taken
from . import membership, names, parties
from .kinds import KindEvidence
from .linear import Decision
from .membership import MembershipEvidence
from .names import NameEvidence
from .occurrences import OTHERS, Occurrence, gather
from .parties import PartyEvidence
from .surroundings import Setting, Surroundings
from .switches import Learned

SETTLED = 2.0  # surer than any probability: what only rules decide


@dataclass(frozen=True, slots=True)
class Named:
    """An occurrence that names an organisation: who decided that, how surely, and whether it takes part."""

    occurrence: Occurrence
    setting: Setting
    sure: float
    takes_part: bool
    why: str = ""


def review_kinds(content: str, sections: Sequence[Section], learned: Learned) -> tuple[Section, ...]:
    """The sections with the kind that the evidence speaks for; a changed one names its reasons."""
    model = learned.get("kinds")
    if model is None:
        return tuple(sections)
    evidence = KindEvidence(content, sections)
    changed: dict[int, Section] = {}
    for section in evidence.sections():
        decision = model.decide(evidence.of(section))
        if decision.answer != section.kind:
            rule = f"learned ({section.rule}; {decision.why})"
            changed[section.position] = replace(section, kind=SectionKind(decision.answer), rule=rule)
    return tuple(changed.get(s.position, s) for s in sections)


class Review:
    """The review of the names and parties of one document."""

    def __init__(
        self,
        content: str,
        sections: Sequence[Section],
        place: Place,
        rulebook: Rulebook,
        learned: Learned,
    ) -> None:
        self._content = content
        self._place = place
        self._rules = rulebook
        self._learned = learned
        self._around = Surroundings(content, sections, rulebook)
        self._party_text = rulebook.built(PartyText)

    def read(self, reading: Reading, found: Sequence[Found], model: Sequence[ModelName]) -> tuple[Reading, list[Found]]:
        """The reading and what else was found, as far as the decisions that are switched on leave them."""
        if not any(self._learned.get(name) for name in ("names", "membership", "parties")):
            return reading, list(found)
        occurrences = gather(self._content, reading.participants, reading.mentions, reading.candidates, found, model)
        settled = self._names(occurrences)
        named = self._membership(settled)
        kept = [f for f in found if f.label not in OTHERS]
        kept += [self._other(o, Label(answer), sure) for o, answer, sure in settled if answer != names.ORGANISATION]
        others = self._parties(reading, named)
        members = [n for n in named if n.takes_part]
        by_rules = [(n.setting.sentence.start, n.occurrence.participant) for n in members]
        groups = {sentence: row.group for sentence, row in by_rules if row is not None and row.group}
        taking_part = [self._participant(n, groups.get(n.setting.sentence.start, "")) for n in members]
        rows = sorted([*taking_part, *others], key=lambda p: p.start)
        mentions = tuple(self._mention(n) for n in named if not n.takes_part)
        return replace(reading, participants=tuple(rows), mentions=mentions), kept

    # --- names --------------------------------------------------------------------------------------------

    def _names(self, occurrences: Sequence[Occurrence]) -> list[tuple[Occurrence, str, float]]:
        model = self._learned.get("names")
        if model is None:
            return [(o, o.by_rules, o.confidence) for o in occurrences if o.by_rules != names.NONE]
        evidence = NameEvidence(self._around, occurrences, self._rules)
        decided = []
        for o in occurrences:
            setting = self._around.of(o.start, o.end)
            if setting is None:  # a title: only rules read it
                decided.append((o, o.by_rules, SETTLED))
                continue
            decision = model.decide(evidence.of(o, setting))
            decided.append((o, decision.answer, decision.probability))
        return names.settle(decided)

    def _other(self, o: Occurrence, label: Label, sure: float) -> Found:
        """A name that is no organisation, as the rules found it or as the model votes."""
        if label in o.found:
            return o.found[label] if sure >= SETTLED else replace(o.found[label], confidence=round(sure, 3))
        listed = find_places(o.text, self._place, self._rules) if label is Label.PLACE else []
        value = next((place.value for place in listed if place.text == o.text), "")
        return Found(
            label, o.start, o.end, o.text, value=value, source=Source.MODEL, rule="learned", confidence=round(sure, 3)
        )

    # --- membership ---------------------------------------------------------------------------------------

    def _membership(self, settled: Sequence[tuple[Occurrence, str, float]]) -> list[Named]:
        organisations = [(o, sure) for o, answer, sure in settled if answer == names.ORGANISATION]
        model = self._learned.get("membership")
        evidence = MembershipEvidence(self._around, [o for o, _ in organisations], self._place, self._rules)
        named = []
        for o, sure in organisations:
            setting = self._around.of(o.start, o.end)
            assert setting is not None, "organisations stand in the text that is read"
            if model is None:
                named.append(Named(o, setting, sure, o.participant is not None))
                continue
            decision = model.decide(evidence.of(o, setting))
            takes_part = decision.answer == membership.PARTICIPANT
            changed = takes_part != (o.participant is not None)
            joint = round(sure * decision.probability, 3)
            named.append(Named(o, setting, joint if takes_part else sure, takes_part, decision.why if changed else ""))
        return named

    def _participant(self, n: Named, group: str) -> Participant:
        """The row of a participant. `group` is that of others in its sentence, for one that the rules do not have."""
        o, sure = n.occurrence, round(min(n.sure, 1.0), 3)
        if o.participant is not None:
            return replace(o.participant, confidence=sure)
        was = o.mention.rule if o.mention is not None else "unseen"
        group = group or self._label(o.start)
        return Participant(
            section=n.setting.section.position, text=o.text, type=PartyType.ORGANISATION, group=group,
            where=Where.LIST if n.setting.item else Where.INLINE, branch="", start=o.start, end=o.end,
            confidence=sure, rule=f"learned ({was}; {n.why})",
        )  # fmt: skip

    def _label(self, at: int) -> str:
        """The printed label of a group on the line before a name: 'Meedoeners: A, B'; empty where there is none."""
        found = LABEL.match(self._content[self._content.rfind("\n", 0, at) + 1 : at])
        label = found.group(1).strip("•*-– ") if found else ""
        return label if label and self._party_text.names_a_group(label) else ""

    def _mention(self, n: Named) -> Found:
        o, sure = n.occurrence, round(min(n.sure, 1.0), 3)
        if o.mention is not None:
            return replace(o.mention, confidence=sure)
        rule = f"learned ({o.participant.rule}; {n.why})" if o.participant is not None else "learned"
        source = Source.RULE if o.participant is not None else Source.MODEL
        return Found(Label.ORGANISATION, o.start, o.end, o.text, source=source, rule=rule, confidence=sure)

    # --- parties without a name ---------------------------------------------------------------------------

    def _parties(self, reading: Reading, named: Sequence[Named]) -> list[Participant]:
        taken = [(n.occurrence.start, n.occurrence.end) for n in named]
        named_spans = Spans(taken)
        others = [
            p for p in reading.participants
            if p.type is not PartyType.ORGANISATION and not named_spans.meet(p.start, p.end)
        ]  # fmt: skip
        model = self._learned.get("parties")
        if model is None:
            return others
        spans = [(n.occurrence.start, n.occurrence.end, n.takes_part) for n in named]
        evidence = PartyEvidence(self._around, spans, reading.participants, self._rules)
        rows: list[Participant] = []
        for participant, decision in self._decided(others, reading, taken, evidence):
            if decision.answer not in (parties.NONE, str(PartyType.ORGANISATION)):
                kind, sure = PartyType(decision.answer), round(decision.probability, 3)
                changed = kind is not participant.type or not participant.rule
                rule = f"learned ({participant.rule or 'unseen'}; {decision.why})" if changed else participant.rule
                rows.append(replace(participant, type=kind, confidence=sure, rule=rule))
        return rows

    def _decided(
        self, others: Sequence[Participant], reading: Reading, taken: Sequence[tuple[int, int]], evidence: PartyEvidence
    ) -> Iterator[tuple[Participant, Decision]]:
        model = self._learned.get("parties")
        assert model is not None
        for candidate, rule in party_candidates(others, reading, taken):
            setting = self._around.of(candidate.start, candidate.end)
            if setting is not None:
                where = Where.LIST if setting.item else Where.INLINE
                own = replace(candidate, section=setting.section.position, where=where)
                decision = model.decide(evidence.of(own.start, own.end, own.type, rule, setting))
                yield (candidate if candidate.rule else own), decision


def party_candidates(
    others: Sequence[Participant], reading: Reading, taken: Sequence[tuple[int, int]]
) -> list[tuple[Participant, str]]:
    """The parties of the rules that are no organisations, and nouns beside them, with the rule that typed each noun."""
    found = [(p, p.rule.split("/")[-1]) for p in others]
    spans = Spans([*taken, *((p.start, p.end) for p in others)])
    nouns = Taken()
    for noun in sorted(reading.nouns, key=lambda n: (n.start, n.start - n.end)):
        if noun.type is PartyType.ORGANISATION or spans.meet(noun.start, noun.end) or nouns.meet(noun.start, noun.end):
            continue
        nouns.add(noun.start, noun.end)
        row = Participant(0, noun.text, noun.type, "", Where.INLINE, "", noun.start, noun.end, noun.confidence, "")
        found.append((row, noun.rule))
    return sorted(found, key=lambda pair: pair[0].start)
