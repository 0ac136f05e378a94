"""Trains the embedded model: python -m coalitie.training.build --treebanks UD --gold NAME=TEXTS:GOLD … --out model

1. Four name models, each trained without one fold of the documents.
2. Evidence for every decision, with the votes of the name model that did not see the document; weights for each fold
   (for figures on documents that nothing was trained on) and for all documents.
3. The name model of all documents, packaged with the weights.

`--work` keeps what was made for the folds; `python -m coalitie.training.ablation` measures with it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import spacy

from ..pipeline.language.components import assemble
from ..pipeline.learned.switches import DECISIONS, WEIGHTS
from ..pipeline.rulebook import Rulebook
from .corpus import FOLDS, MARKED, Piece, gold_set, read_corpus
from .decisions import Example, calibrated, examples, fit
from .inventing import Inventor
from .packaging import ship, words_per_second
from .sentences import Sentence, general, of_marked, renamed
from .tagger import train_tagger
from .tagging import line_scores, score, tag

STEPS, FOLD_STEPS = 3000, 2000
COPIES = 2  # of each coalition sentence, with invented names
GOLD_COUNTS = 3  # so often counts what is learned from a set with gold records: it is small, and close to real pages
EVERYDAY_COUNTS = 2  # and so often each general sentence: they are outnumbered
HELD_GENERAL = 400  # general sentences that no model is trained on
ALL = FOLDS  # the number of the fold that holds nothing out
SEED = 7


def split_general(treebanks: Path, names: Path) -> tuple[list[Sentence], list[Sentence]]:
    """General sentences to train on, and those held out of every model."""
    sentences = list(general(treebanks, names))
    random.Random(SEED).shuffle(sentences)  # noqa: S311 - an order of examples, no secret
    return sentences[HELD_GENERAL:], sentences[:HELD_GENERAL]


def make_tagger(pieces: Sequence[Piece], everyday: Sequence[Sentence], fold: int, out: Path, steps: int) -> float:
    """The name model without one fold, in `out`; returns the seconds that it took."""
    before = time.perf_counter()
    own = [s for piece in pieces if piece.fold != fold for s in of_marked(piece.text)]
    made = renamed(own, Inventor(Rulebook(), SEED), COPIES)
    nlp = train_tagger([*(s for s in everyday for _ in range(EVERYDAY_COUNTS)), *own, *made], steps)
    out.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(out)
    return time.perf_counter() - before


def gather_examples(pieces: Sequence[Piece], work: Path) -> Mapping[int, Mapping[str, list[Example]]]:
    """Fold → decision → examples, each with the votes of the name model that did not see its document."""
    found: dict[int, dict[str, list[Example]]] = {}
    rulebook = Rulebook()
    for fold in range(FOLDS):
        language = assemble(spacy.load(work / f"fold{fold}"), rulebook)
        found[fold] = defaultdict(list)
        for piece in pieces:
            if piece.fold == fold:
                for decision, example in examples(piece.text, rulebook, language):
                    found[fold][decision] += [example] * (1 if piece.origin == MARKED else GOLD_COUNTS)
    return found


def fit_decisions(found: Mapping[int, Mapping[str, list[Example]]], work: Path) -> None:
    """Weights for each fold, from the others, and for all, with the temperature that fits held-out documents.

    The temperature of a fold's weights is measured on documents of the other folds only."""
    for decision in DECISIONS:
        models = {
            fold: fit(decision, [e for other in found if other != fold for e in found[other][decision]])
            for fold in (*range(FOLDS), ALL)
        }
        for fold, model in models.items():
            held = [(models[other], found[other][decision]) for other in range(FOLDS) if other != fold]
            folder = work / f"fold{fold}" / WEIGHTS
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{decision}.json.gz").write_bytes(calibrated(model, held).to_bytes())


def main() -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--treebanks", type=Path, required=True)
    parser.add_argument("--gold", action="append", default=[], metavar="NAME=TEXTS:GOLD")
    parser.add_argument("--work", type=Path, default=Path("build/model"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only-decisions", action="store_true", help="keep the name models of --work")
    given = parser.parse_args()
    begin = time.perf_counter()
    pieces = read_corpus(given.corpus, [gold_set(argument) for argument in given.gold])
    everyday, held = split_general(given.treebanks, given.corpus / "general.tsv")
    if not given.only_decisions:
        shutil.rmtree(given.work, ignore_errors=True)
        orders = [*product(range(FOLDS), [FOLD_STEPS]), (ALL, STEPS)][::-1]
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            jobs = [
                pool.submit(make_tagger, pieces, everyday, fold, given.work / f"fold{fold}", steps)
                for fold, steps in orders
            ]
            for (fold, _), job in zip(orders, jobs, strict=True):
                print(
                    f"name model {'of all documents' if fold == ALL else f'without fold {fold}'}: {job.result():.0f} s"
                )
    found = gather_examples(pieces, given.work)
    for decision in DECISIONS:
        print(f"{decision}: {sum(len(found[fold][decision]) for fold in found)} examples")
    fit_decisions(found, given.work)
    if given.out:
        models = [spacy.load(given.work / f"fold{fold}") for fold in range(FOLDS)]
        final = spacy.load(given.work / f"fold{ALL}")
        scores = {
            "lines of coalition texts, by folds": line_scores(pieces, models),
            "general sentences, held out": score((tag(final, s), s.entities) for s in held),
        }
        size = ship(given.work / f"fold{ALL}", given.out, scores, words_per_second(given.work / f"fold{ALL}", everyday))
        print(f"{given.out}: {size / 1e6:.2f} MB")
    print(f"{len(pieces)} texts, {time.perf_counter() - begin:.0f} s in all")


if __name__ == "__main__":
    main()
