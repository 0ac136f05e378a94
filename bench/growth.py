"""How fast texts are read, and how that grows with one list or sentence: python bench/growth.py TEXTS"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.language.model import choose_model, load_model
from coalitie.pipeline.learned import Learned
from coalitie.pipeline.reading.text import decode
from coalitie.pipeline.records import Text
from coalitie.pipeline.rulebook import Rulebook

LENGTHS = (250, 500, 1000, 2000)


def main(folder: Path) -> None:
    rulebook = Rulebook()
    nlp, learned = assemble(load_model(choose_model("embedded")), rulebook), Learned.of(rulebook)

    def seconds(text: str) -> float:
        before = time.process_time()
        read_document(Text("text", text, "utf-8", ""), rulebook, nlp, learned)
        return time.process_time() - before

    texts = [decode(path.read_bytes())[0] for path in sorted(folder.glob("*.txt"))]
    seconds(texts[0])  # what is built at first use is no part of it
    print(f"{len(texts) / sum(map(seconds, texts)):.0f} texts per second of processor time, without deduplication")
    for what, written in (("list", as_list), ("sentence", as_sentence)):
        spent = [seconds(written(n)) for n in LENGTHS]
        for length, took in zip(LENGTHS, spent, strict=True):
            print(f"a {what} of {length:>4}: {took:5.2f} s, {took / spent[0]:4.1f} times the time of {LENGTHS[0]}")


def as_list(names: int) -> str:
    """Participants under a heading."""
    return "Deelnemers\n\n" + "\n".join(f"• Stichting Zorg{i} en Welzijn" for i in range(names))


def as_sentence(names: int) -> str:
    """Participants one after the other."""
    return f"Aan de coalitie doen mee: {', '.join(f'Stichting Zorg{i}' for i in range(names))} en GGD Zeeland."


if __name__ == "__main__":
    main(Path(sys.argv[1]))
