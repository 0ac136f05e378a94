"""What each learned part is worth, on documents that nothing was trained on: python -m coalitie.training.ablation …

Needs the folds of `training/build.py` (the same `--corpus`, `--gold` and `--work`). Every document is read with the
name model and the weights of the fold that left it out. Printed as Markdown; docs/model.md holds it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from ..pipeline.document import read_document
from ..pipeline.evaluation import Measure, compare
from ..pipeline.language.components import assemble
from ..pipeline.language.finding import MODEL_LABELS
from ..pipeline.learned.switches import DECISIONS, WEIGHTS, Learned
from ..pipeline.records import Document, Label, ModelLabel, PartyType, Source, Text
from ..pipeline.rulebook import Rulebook
from .build import split_general
from .corpus import FOLDS, MARKED, Piece, gold_set, read_corpus
from .marked import PERSON, PLACE
from .packaging import words_per_second
from .tagging import Score, line_scores, score, tag

MEASURES = ("headings", "section_kinds", "participants", "participants_other", "organisation_mentions",
            "in running text", "programmes", "persons", "places")  # fmt: skip
MARKS = ("<!-- tables: filled by `python -m coalitie.training.ablation --write` -->", "<!-- end of tables -->")
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to read: which decisions are learned, and whether the name model votes."""

    name: str
    decisions: tuple[str, ...]
    votes: bool = True


VARIANTS = (
    Variant("rules alone", (), votes=False),
    *(Variant(f"rules + {name}", (name,)) for name in DECISIONS),
    Variant("all, without the name model's votes", DECISIONS, votes=False),
    Variant("rules + all (the default)", DECISIONS),
)


@dataclass(slots=True)
class Outcome:
    """What a variant reached on one set of texts."""

    measures: dict[str, Measure] = field(default_factory=lambda: defaultdict(Measure))
    seconds: float = 0.0
    sure: dict[str, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))

    def f1(self, measure: str) -> float:
        return self.measures[measure].figures().f1


class Reader:
    """Reads the texts of each fold with what was trained without them."""

    def __init__(self, work: Path) -> None:
        self._rules = Rulebook()
        self._work = work
        blank = assemble(spacy.blank("nl"), self._rules)
        voting = [assemble(spacy.load(work / f"fold{k}"), self._rules) for k in range(FOLDS)]
        self._languages = {False: [blank] * FOLDS, True: voting}

    def read(self, pieces: Sequence[Piece], variant: Variant) -> Mapping[str, Outcome]:
        """Outcomes by set."""
        learned = [Learned(variant.decisions, self._work / f"fold{k}" / WEIGHTS) for k in range(FOLDS)]
        outcomes: dict[str, Outcome] = defaultdict(Outcome)
        for piece in pieces:
            text = Text(piece.text.name, piece.text.content, "utf-8", "")
            before = time.process_time()
            language = self._languages[variant.votes][piece.fold]
            document = read_document(text, self._rules, language, learned[piece.fold])
            outcome = outcomes[piece.origin]
            outcome.seconds += time.process_time() - before
            for measure, found, gold in _compared(document, piece):
                outcome.measures[measure].add(piece.text.name, found, gold)
            for kind, sure, right in _certainties(document, piece):
                outcome.sure[kind].append((sure, right))
        return outcomes


def _compared(document: Document, piece: Piece) -> Iterator[tuple[str, list[Any], list[Any]]]:
    rows: dict[str, list[dict[str, str]]] = {
        "documents": [{"title": document.title}],
        "sections": [{"heading": s.heading, "kind": str(s.kind), "pillar": str(s.pillar or "")}
                     for s in document.sections],
        "participants": [{"text": p.text, "type": str(p.type), "group": p.group} for p in document.participants],
        "entities": [{"text": e.text, "label": str(e.label), "value": e.value} for e in document.entities],
        "contacts": [],
    }  # fmt: skip
    yield from compare(rows, piece.record)
    organisations = [e.text for e in document.entities if e.label is Label.ORGANISATION and e.source is not Source.LIST]
    inline = [p["text"] for p in piece.record["participants"] if p["type"] == "organisation" and p["where"] == "inline"]
    yield "in running text", _plain(organisations), _plain([*inline, *(m["text"] for m in piece.record["mentions"])])
    marked = piece.text
    closed = [(h.start, h.end) for h in marked.headings]
    for measure, label, mark in (("persons", Label.PERSON, PERSON), ("places", Label.PLACE, PLACE)):
        found = [(e.start, e.end) for e in document.entities if e.label is label
                 and not any(a <= e.start < b for a, b in closed)]  # fmt: skip
        yield measure, found, [(s.start, s.end) for s in marked.spans if s.mark == mark]


def _plain(texts: Iterable[str]) -> list[tuple[str]]:
    return [(" ".join(text.split()).casefold().strip(" .;,:"),) for text in texts]


def _certainties(document: Document, piece: Piece) -> Iterator[tuple[str, float, bool]]:
    """How sure each row was, and whether it is right: by offsets, in the text that is read."""
    labels = {"M": "organisation", "PO": "organisation", "PROG": "programme", PERSON: "person", PLACE: "place"}
    right = {(s.start, s.end): s.mark for s in piece.text.spans}
    for e in document.entities:
        if str(e.label) in labels.values():
            yield "entities", e.confidence, labels.get(right.get((e.start, e.end), "")) == str(e.label)
    for p in document.participants:
        if p.type is PartyType.ORGANISATION:
            yield "participants", p.confidence, right.get((p.start, p.end)) == "PO"


# --- the name model by itself -----------------------------------------------------------------------------


def model_alone(pieces: Sequence[Piece], models: Sequence[Language], whole: bool) -> Mapping[str, Outcome]:
    """Organisations, persons and places as the name model alone finds them, line by line or in the whole text."""
    outcomes: dict[str, Outcome] = defaultdict(Outcome)
    for piece in pieces:
        content, nlp = piece.text.content, models[piece.fold]
        before = time.process_time()
        lines = [content] if whole else content.splitlines(keepends=True)
        spans, at = [], 0
        for line in lines:
            for e in nlp(line).ents:
                spans.append((MODEL_LABELS.get(e.label_), at + e.start_char, at + e.end_char))
            at += len(line)
        outcome = outcomes[piece.origin]
        outcome.seconds += time.process_time() - before
        closed = [(h.start, h.end) for h in piece.text.headings]
        kept = [s for s in spans if not any(a <= s[1] < b for a, b in closed)]
        names = _plain(content[a:b] for label, a, b in kept if label is ModelLabel.ORGANISATION)
        record = piece.record
        wanted = _plain([*(p["text"] for p in record["participants"] if p["type"] == "organisation"),
                         *(m["text"] for m in record["mentions"])])  # fmt: skip
        outcome.measures["organisation_mentions"].add(piece.text.name, names, wanted)
        other = {_plain([content[a:b]])[0] for label, a, b in kept if label is ModelLabel.OTHER}
        outcome.measures["programmes"].add(piece.text.name, other, set(_plain(record["programmes"])))
        for measure, label, mark in (("persons", ModelLabel.PERSON, PERSON), ("places", ModelLabel.PLACE, PLACE)):
            found = [(a, b) for said, a, b in kept if said is label]
            right = [(s.start, s.end) for s in piece.text.spans if s.mark == mark]
            outcome.measures[measure].add(piece.text.name, found, right)
    return outcomes


# --- the report -------------------------------------------------------------------------------------------


def table(rows: Sequence[tuple[str, Mapping[str, Outcome]]], origin: str) -> str:
    """One set: a line a variant, F1 by measure, and milliseconds of processor time a text."""
    lines = [f"| {origin} | {' | '.join(MEASURES)} | ms |", f"|---|{'---|' * len(MEASURES)}---|"]
    for name, outcomes in rows:
        outcome = outcomes[origin]
        cells = [f"{outcome.f1(m):.3f}" if m in outcome.measures else "" for m in MEASURES]
        n = outcome.seconds * 1000 / max(1, _texts[origin])
        lines.append(f"| {name} | {' | '.join(cells)} | {n:.0f} |")
    return "\n".join(lines)


_texts: Counter[str] = Counter()


def reliability(certain: Sequence[tuple[float, bool]], name: str) -> str:
    """Rows in bands of confidence: how sure they were on average, and how many were right."""
    lines = [f"| {name} | rows | mean confidence | right |", "|---|---|---|---|"]
    for low, high in pairwise(EDGES):
        band = [(sure, right) for sure, right in certain if low <= sure < high]
        if band:
            mean, share = sum(s for s, _ in band) / len(band), sum(r for _, r in band) / len(band)
            lines.append(f"| {low:g}–{min(high, 1):g} | {len(band)} | {mean:.2f} | {share:.2f} |")
    return "\n".join(lines)


def labels(scores: Mapping[str, Score], name: str) -> str:
    """Scores of the name model by label."""
    lines = [f"| {name} | P | R | F1 | n |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {k} | {s.p:.3f} | {s.r:.3f} | {s.f1:.3f} | {s.n} |" for k, s in scores.items())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--treebanks", type=Path, required=True)
    parser.add_argument("--gold", action="append", default=[], metavar="NAME=TEXTS:GOLD")
    parser.add_argument("--work", type=Path, default=Path("build/model"))
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables between the marks of this page")
    parser.add_argument("--errors", metavar="MEASURE", help="list what the default gets wrong in this measure")
    given = parser.parse_args()
    pieces = read_corpus(given.corpus, [gold_set(argument) for argument in given.gold])
    _texts.update(piece.origin for piece in pieces)
    reader = Reader(given.work)
    rows: list[tuple[str, Mapping[str, Outcome]]] = []
    for variant in VARIANTS:
        rows.append((variant.name, reader.read(pieces, variant)))
    models = [spacy.load(given.work / f"fold{k}") for k in range(FOLDS)]
    rows.append(("name model alone, line by line", model_alone(pieces, models, whole=False)))
    rows.append(("name model alone, whole text", model_alone(pieces, models, whole=True)))
    default: Mapping[str, Outcome] = next(o for name, o in rows if "default" in name)
    parts = [table(rows, origin) for origin in sorted(_texts, key=lambda name: (name == MARKED, name))]
    for kind in ("entities", "participants"):
        parts.append(reliability([pair for o in default.values() for pair in o.sure[kind]], f"{kind}.confidence"))
    final = spacy.load(given.work / f"fold{FOLDS}")
    everyday, held = split_general(given.treebanks, given.corpus / "general.tsv")
    parts.append(labels(score((tag(final, s), s.entities) for s in held), "general sentences, held out"))
    parts.append(labels(line_scores(pieces, models), "lines of coalition texts, by folds"))
    speed = words_per_second(given.work / f"fold{FOLDS}", everyday)
    parts.append(f"The name model tags {speed:,} words a second on one core of the machine that printed this.")
    text = "\n\n".join(parts)
    print(text)
    if given.write:
        page = given.write.read_text(encoding="utf-8")
        begin, end = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
        given.write.write_text(f"{page[:begin]}\n\n{text}\n\n{page[end:]}", encoding="utf-8")
    if given.errors:
        for origin, outcome in default.items():
            measure = outcome.measures[given.errors]
            for name, items in (("extra", measure.extra), ("missed", measure.missed)):
                for document, item in items:
                    print(f"{origin}\t{document}\t{name}\t{item}")


if __name__ == "__main__":
    main()
