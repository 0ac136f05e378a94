"""The naive way, to compare with: a whole spaCy pipeline over whole texts, and pandas for the table.

    python bench/naive.py make PIPELINE TEXTS     a pipeline of the shape of a small Dutch one, with random weights
    python bench/naive.py read PIPELINE TEXTS OUT.csv

No Dutch package of spaCy can be had everywhere, so one of the same shape is made (`naive.cfg`: hash embeddings and four
convolutions of width 96 shared by morphologizer, tagger, parser and lemmatizer, another one for the names). Weights do
not matter for what it costs: the same layers run over the same words. It finds nothing of use.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from random import Random
from typing import Any

CONFIG = Path(__file__).resolve().parent / "naive.cfg"
TAGS, MORPHS, RELATIONS, NAMES = 200, (9, 12), 36, 18  # labels, about as many as Dutch models have
SENTENCE = 12  # words


def make(folder: Path, texts: Path) -> None:
    """A pipeline with all its components and random weights, written to a folder as a package has it."""
    import spacy
    from spacy.training import Example

    warnings.simplefilter("ignore")
    nlp = spacy.util.load_model_from_config(spacy.util.load_config(CONFIG), auto_fill=True)
    chance = Random(1)  # noqa: S311
    docs = [nlp.make_doc(path.read_text("utf-8")) for path in sorted(texts.glob("*.txt"))[:60]]
    nlp.initialize(lambda: [Example.from_dict(doc, _labels(doc, chance)) for doc in docs])
    nlp.to_disk(folder)


def _labels(doc: Any, chance: Random) -> dict[str, Any]:
    """An annotation without sense that has every label."""
    n = len(doc)
    heads = [min(n - 1, at // SENTENCE * SENTENCE + SENTENCE // 2) for at in range(n)]
    relations = ["ROOT" if head == at else f"r{chance.randrange(RELATIONS)}" for at, head in enumerate(heads)]
    return {
        "tags": [f"T{chance.randrange(TAGS)}" for _ in range(n)],
        "pos": ["NOUN"] * n,
        "morphs": [f"Gender=G{chance.randrange(MORPHS[0])}|Number=N{chance.randrange(MORPHS[1])}" for _ in range(n)],
        "lemmas": [word.text.lower() + chance.choice(("", "n", "en", "t")) for word in doc],
        "heads": heads,
        "deps": relations,
        "entities": [f"U-{chr(65 + chance.randrange(NAMES))}" if at % 9 == 0 else "O" for at in range(n)],
    }


def read(pipeline: Path, texts: Path, out: Path) -> None:
    """Every text through the whole pipeline; its names as a table."""
    import pandas as pd
    import spacy

    warnings.simplefilter("ignore")
    nlp = spacy.load(pipeline)
    paths = sorted(texts.glob("*.txt"))
    rows = [
        (path.name, entity.label_, entity.text, entity.start_char, entity.end_char)
        for path, doc in zip(paths, nlp.pipe(path.read_text("utf-8") for path in paths), strict=True)
        for entity in doc.ents
    ]
    pd.DataFrame(rows, columns=["source", "label", "text", "start", "end"]).to_csv(out, index=False)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        read(*map(Path, sys.argv[2:5]))
