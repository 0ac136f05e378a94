"""Trains the learned decisions: marked texts, as the rules and the name model read them → weights.

The evidence is gathered by the very code that gathers it when texts are read (`pipeline/learned`), so what is learned
is how far each witness can be trusted on texts that nobody wrote rules for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from spacy.language import Language

from ..pipeline.document import FirstReading, first_reading
from ..pipeline.learned import headings, kinds, membership, names, parties
from ..pipeline.learned.headings import HeadingEvidence
from ..pipeline.learned.kinds import KindEvidence
from ..pipeline.learned.linear import LinearModel
from ..pipeline.learned.membership import MembershipEvidence
from ..pipeline.learned.names import NameEvidence
from ..pipeline.learned.occurrences import Occurrence, gather
from ..pipeline.learned.parties import PartyEvidence
from ..pipeline.learned.review import party_candidates
from ..pipeline.learned.surroundings import Surroundings
from ..pipeline.records import PartyType, Text
from ..pipeline.rulebook import Rulebook
from ..pipeline.structure import read_blocks
from ..pipeline.structure.lines import Line
from ..pipeline.structure.pillars import Mark
from .marked import MENTION, PARTY_MARKS, PERSON, PLACE, PROGRAMME, MarkedText

ANSWERS: Mapping[str, Sequence[str]] = {
    "headings": headings.ANSWERS, "kinds": kinds.ANSWERS, "names": names.ANSWERS, "membership": membership.ANSWERS,
    "parties": parties.ANSWERS,
}  # fmt: skip
_NAMED = {"PO": names.ORGANISATION, MENTION: names.ORGANISATION, PROGRAMME: names.PROGRAMME,
          PERSON: names.PERSON, PLACE: names.PLACE}  # fmt: skip
# C of the ridge, chosen in cross-validation from 0.03, 0.1, 0.3 and 1
SOFTNESS = {"headings": 0.3, "kinds": 0.3, "names": 0.3, "membership": 0.1, "parties": 0.3}
SEEN = 3  # evidence in fewer examples is left out
SMALL = 0.02  # and so are weights that say next to nothing


@dataclass(frozen=True, slots=True)
class Example:
    """One thing to decide: its evidence and the right answer."""

    document: str
    evidence: tuple[str, ...]
    answer: str


def examples(text: MarkedText, rulebook: Rulebook, language: Language) -> Iterator[tuple[str, Example]]:
    """Every decision that one text asks for, under the name of the decision."""
    first = first_reading(Text(text.name, text.content, "utf-8", ""), rulebook, language)
    around = Surroundings(text.content, first.sections, rulebook)
    yield from _lines(text, rulebook)
    yield from _kinds(text, first)
    named: list[Occurrence] = []
    yield from _names(text, first, around, rulebook, named)
    yield from _membership(text, first, around, rulebook, named)
    yield from _parties(text, first, around, rulebook, named)


def _kinds(text: MarkedText, first: FirstReading) -> Iterator[tuple[str, Example]]:
    wanted = {(h.start, h.end): h for h in text.headings}
    evidence = KindEvidence(text.content, first.sections)
    for section in evidence.sections():
        marked = wanted.get((section.start, section.start + len(section.heading)))
        if marked is not None and str(marked.kind) in kinds.ANSWERS:
            yield "kinds", Example(text.name, tuple(evidence.of(section)), str(marked.kind))


def _names(
    text: MarkedText, first: FirstReading, around: Surroundings, rulebook: Rulebook, named: list[Occurrence]
) -> Iterator[tuple[str, Example]]:
    """What each occurrence names. Those that are organisations are added to `named`."""
    marks, reading = _marks(text), first.reading
    occurrences = gather(
        text.content, reading.participants, reading.mentions, reading.candidates, first.found, first.names
    )
    evidence = NameEvidence(around, occurrences, rulebook)
    for o in occurrences:
        setting, mark = around.of(o.start, o.end), marks.get((o.start, o.end), "")
        if setting is None or (not mark and any(a <= o.start < b for a, b in text.unmarked)):
            continue
        answer = _NAMED.get(mark, names.NONE)
        yield "names", Example(text.name, tuple(evidence.of(o, setting)), answer)
        if answer == names.ORGANISATION:
            named.append(o)


def _membership(
    text: MarkedText, first: FirstReading, around: Surroundings, rulebook: Rulebook, named: Sequence[Occurrence]
) -> Iterator[tuple[str, Example]]:
    marks = _marks(text)
    evidence = MembershipEvidence(around, named, first.place, rulebook)
    for o in named:
        setting = around.of(o.start, o.end)
        if setting is not None:
            answer = membership.PARTICIPANT if marks[o.start, o.end] == "PO" else membership.MENTION
            yield "membership", Example(text.name, tuple(evidence.of(o, setting)), answer)


def _parties(
    text: MarkedText, first: FirstReading, around: Surroundings, rulebook: Rulebook, named: Sequence[Occurrence]
) -> Iterator[tuple[str, Example]]:
    marks, listed = _marks(text), first.reading.participants
    taken = [(o.start, o.end) for o in named]
    spans = [(start, end, marks[start, end] == "PO") for start, end in taken]
    evidence = PartyEvidence(around, spans, listed, rulebook)
    others = [p for p in listed if p.type is not PartyType.ORGANISATION
              and not any(a < p.end and p.start < b for a, b in taken)]  # fmt: skip
    for candidate, rule in party_candidates(others, first.reading, taken):
        setting = around.of(candidate.start, candidate.end)
        if setting is not None:
            mark = marks.get((candidate.start, candidate.end), "")
            answer = str(PARTY_MARKS[mark]) if mark in PARTY_MARKS else parties.NONE
            seen = evidence.of(candidate.start, candidate.end, candidate.type, rule, setting)
            yield "parties", Example(text.name, tuple(seen), answer)


def _marks(text: MarkedText) -> Mapping[tuple[int, int], str]:
    return {(s.start, s.end): s.mark for s in text.spans}


def _lines(text: MarkedText, rulebook: Rulebook) -> Iterator[tuple[str, Example]]:
    found: list[tuple[Sequence[Line], Mapping[int, Mark]]] = []

    def keep(lines: Sequence[Line], marks: Mapping[int, Mark]) -> dict[int, Mark]:
        found.append((lines, marks))
        return dict(marks)

    read_blocks(text.content, rulebook, keep)
    (lines, marks) = found[0]
    evidence = HeadingEvidence(lines, marks, rulebook.headings)
    starts = {h.start: h.end for h in text.headings}
    for i in evidence.open():
        end = starts.get(lines[i].start, starts.get(lines[i].body, 0))
        if not 0 < end < lines[i].end:  # a run-in heading is a matter of rules
            answer = headings.HEADING if end else headings.TEXT
            yield "headings", Example(text.name, tuple(evidence.of(i)), answer)


def fit(decision: str, given: Sequence[Example]) -> LinearModel:
    """The weights: ridge logistic regression, evidence that is rare or says next to nothing left out."""
    answers = list(ANSWERS[decision])
    seen = Counter(name for example in given for name in set(example.evidence))
    index = {name: k for k, name in enumerate(sorted(name for name, n in seen.items() if n >= SEEN))}
    x = _matrix(given, index)
    y = np.array([answers.index(example.answer) for example in given])
    solver = LogisticRegression(C=SOFTNESS[decision], max_iter=3000, tol=1e-5)
    solver.fit(x, y)
    present = [int(c) for c in solver.classes_]
    table = np.zeros((len(answers), len(index)))
    bias = np.full(len(answers), -9.0)
    if len(present) == 2:
        table[present[1]], bias[present[1]] = solver.coef_[0], solver.intercept_[0]
        bias[present[0]] = 0.0
    else:
        for row, k in enumerate(present):
            table[k], bias[k] = solver.coef_[row], solver.intercept_[row]
    weights = {
        name: tuple(float(v) for v in table[:, k].round(3)) for name, k in index.items() if np.ptp(table[:, k]) >= SMALL
    }
    return LinearModel(answers, [float(b) for b in bias.round(3)], weights)


def _matrix(given: Sequence[Example], index: Mapping[str, int]) -> csr_matrix:
    rows, columns = [], []
    for row, example in enumerate(given):
        found = {index[name] for name in example.evidence if name in index}
        rows += [row] * len(found)
        columns += sorted(found)
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(given), len(index)))


def calibrated(model: LinearModel, held: Sequence[tuple[LinearModel, Sequence[Example]]]) -> LinearModel:
    """The model with the temperature at which models like it, on documents they did not see, are as sure as right."""
    scored: list[tuple[NDArray[np.float64], int]] = []
    for other, given in held:
        for example in given:
            known = [other.weights[name] for name in dict.fromkeys(example.evidence) if name in other.weights]
            sums = np.array(other.bias) + (np.array(known).sum(axis=0) if known else 0)
            scored.append((sums, other.answers.index(example.answer)))
    table, right = np.array([s for s, _ in scored]), np.array([a for _, a in scored])

    def loss(scale: float) -> float:
        z = table * scale
        z -= z.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(right)), right]))

    scale = float(minimize_scalar(loss, bounds=(0.2, 3.0), method="bounded").x)
    return LinearModel(model.answers, model.bias, model.weights, round(scale, 3))
