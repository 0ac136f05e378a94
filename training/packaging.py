"""The trained parts → the folder that is shipped: a spaCy pipeline with the weights of the decisions beside it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from ..pipeline.learned.switches import WEIGHTS
from .sentences import Sentence
from .tagging import Score

VERSION = "1.0.0"
ABOUT: Mapping[str, Any] = {
    "name": "coalitie_names",
    "version": VERSION,
    "description": "Names of organisations, persons, places and other things (MISC: works, events, campaigns, "
    "programmes) in Dutch texts about local coalitions, and in general Dutch.",
    "author": "the coalitie authors",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD_Dutch-LassySmall, text (Gosse Bouma, Gertjan van Noord)", "license": "CC BY-SA 4.0"},
        {"name": "UD_Dutch-Alpino, text (Gosse Bouma, Gertjan van Noord)", "license": "CC BY-SA 4.0"},
        {"name": "coalition texts with marks, names in UD text (the coalitie authors)", "license": "CC BY-SA 4.0"},
        {"name": "names of municipalities and places (CBS)", "license": "CC BY 4.0"},
        {"name": "word list (OpenTaal)", "license": "CC BY 3.0"},
    ],
    "notes": "Weak at names of works and campaigns that are ordinary words, at bare surnames that open a sentence, at "
    "hamlets, and at text all in capitals or all in lower case. Not trained on news of other fields. docs/model.md.",
}


def ship(trained: Path, out: Path, scores: Mapping[str, Mapping[str, Score]], speed: int) -> int:
    """Writes the model folder and returns its size in bytes. `scores`: what was measured, by set and label."""
    for name in ("ner", "vocab", WEIGHTS):
        shutil.rmtree(out / name, ignore_errors=True)
    for path in sorted(trained.rglob("*")):
        if path.is_file():
            target = out / path.relative_to(trained)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    meta = json.loads((trained / "meta.json").read_text(encoding="utf-8"))
    first = next(iter(scores.values()))
    performance = {
        "ents_p": first["all"].p, "ents_r": first["all"].r, "ents_f": first["all"].f1, "words_per_second": speed,
        "measured": {name: {label: asdict(s) for label, s in table.items()} for name, table in scores.items()},
    }  # fmt: skip
    text = json.dumps({**meta, **ABOUT, "performance": performance}, indent=1, ensure_ascii=False)
    (out / "meta.json").write_text(text + "\n", encoding="utf-8")
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def words_per_second(folder: Path, sentences: Sequence[Sentence]) -> int:
    """How fast the model tags on one core of this machine."""
    nlp: Language = spacy.load(folder)
    texts = [s.text for s in sentences]
    list(nlp.pipe(texts[:50]))
    before = time.process_time()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return round(words / (time.process_time() - before) / 100) * 100
