"""Trains the name model: sentences → a spaCy pipeline with one component, `ner`."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import spacy
from spacy.cli.train import train as spacy_train
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.util import filter_spans, load_model_from_config

from .sentences import Sentence

CONFIG = Path(__file__).parent / "tagger.cfg"
SEED = 7


def train_tagger(sentences: Sequence[Sentence], steps: int) -> Language:
    """The model after `steps` batches of about 1,500 words.

    Fixed seeds and one thread: the same sentences give the same model on one machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        data, dev = Path(folder) / "train.spacy", Path(folder) / "dev.spacy"
        shuffled = list(sentences)
        random.Random(SEED).shuffle(shuffled)  # noqa: S311 - an order of examples, no secret
        _binary(shuffled, data)
        _binary(shuffled[:200], dev)  # spaCy wants something to score; nothing is chosen by it
        spacy_train(CONFIG, Path(folder) / "model", overrides={
            "paths.train": str(data), "paths.dev": str(dev), "training.max_steps": steps,
            "training.eval_frequency": steps,
        })  # fmt: skip
        trained = spacy.load(Path(folder) / "model" / "model-last")
    return _without_words(trained)


def _without_words(trained: Language) -> Language:
    """The same model without the words that it saw: its tables are hashed, so it needs none of them."""
    nlp = load_model_from_config(trained.config)
    old, new = trained.get_pipe("ner"), nlp.get_pipe("ner")
    new.from_bytes(old.to_bytes(exclude=["vocab"]), exclude=["vocab"])  # type: ignore[attr-defined]
    return nlp


def _binary(sentences: Sequence[Sentence], path: Path) -> None:
    blank = spacy.blank("nl")
    docs = DocBin()
    for sentence in sentences:
        doc = blank.make_doc(sentence.text)
        spans = [doc.char_span(e.start, e.end, e.label, alignment_mode="expand") for e in sentence.entities]
        doc.set_ents(filter_spans([span for span in spans if span is not None]))
        docs.add(doc)
    docs.to_disk(path)
