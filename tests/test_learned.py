"""Learned decisions: weights that say why, switches, and what is weighed."""

from __future__ import annotations

import itertools
import random
import shutil
from pathlib import Path

import pytest
import spacy
from coalitie.pipeline.document import read_document
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.language.model import EMBEDDED, choose_model, load_model
from coalitie.pipeline.learned import DECISIONS, Learned
from coalitie.pipeline.learned.linear import LinearModel, read_model
from coalitie.pipeline.learned.names import settle
from coalitie.pipeline.learned.occurrences import Occurrence
from coalitie.pipeline.learned.surroundings import shape, tokens
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import Document, Label, ModelLabel, PartyType, Text
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

RULES = Rulebook()
LANGUAGE = assemble(load_model(choose_model(EMBEDDED)), RULES)
ALL = Learned(DECISIONS)
WEIGHTS = {"sunny": (1.0, -1.0, 0.0), "rain": (-2.0, 2.5, 0.0), "wind": (0.0, 0.4, 0.3)}
MODEL = LinearModel(("out", "in", "either"), (0.2, 0.0, -0.5), WEIGHTS)
PAGE = """Coalitie in Kruisdal

Samen tegen eenzaamheid

In 2022 begonnen we. Zorgcentrum Het Kompas, Welzijn Oosterwaard en Bibliotheek Kruisdal doen mee. Wij werken met Humanitas.
Wethouder Joke van Delden opende de Week van de Ontmoeting in Noorderveen.

Deelnemers

- Gemeente Kruisdal
- Zorggroep Lindenhof
- wijkagent
"""


def test_the_strongest_evidence_decides_and_is_named() -> None:
    decision = MODEL.decide(["rain", "wind"])
    assert decision.answer == "in"
    assert decision.reasons[0].startswith("rain +")
    assert "sunny" not in decision.why


def test_without_known_evidence_the_bias_decides_and_there_is_no_reason() -> None:
    assert MODEL.decide(["snow"]).answer == "out"
    assert MODEL.decide([]).reasons == ()


@given(st.lists(st.sampled_from([*WEIGHTS, "unknown"]), max_size=8), st.floats(0.2, 3.0), st.randoms())
def test_shares_add_up_and_neither_order_nor_repetition_counts(
    evidence: list[str], scale: float, chance: random.Random
) -> None:
    model = LinearModel(MODEL.answers, MODEL.bias, WEIGHTS, scale)
    decision = model.decide(evidence)
    assert sum(decision.shares.values()) == pytest.approx(1)
    assert decision.probability == max(decision.shares.values())
    other = [*evidence, *evidence]
    chance.shuffle(other)
    assert model.decide(other).shares == decision.shares


def test_weights_survive_the_file_and_the_file_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "w.json.gz"
    path.write_bytes(MODEL.to_bytes())
    assert MODEL.to_bytes() == read_model(path).to_bytes()
    assert read_model(path).decide(["rain"]) == MODEL.decide(["rain"])


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b broken"])
def test_a_broken_file_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "kinds.json.gz").write_bytes(content)
    with pytest.raises(Unusable, match=r"holds no weights .* install coalitie again"):
        Learned(["kinds"], tmp_path)


def test_weights_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="holds no weights"):
        Learned(["names"], tmp_path)


def test_of_names_that_overlap_the_surest_stays() -> None:
    wide, narrow, apart = Occurrence(0, 20, "De Kring Kruisdal"), Occurrence(3, 8, "Kring"), Occurrence(30, 35, "Forte")
    decided = [(wide, "organisation", 0.6), (narrow, "programme", 0.9), (apart, "organisation", 0.3)]
    assert [o.text for o, _, _ in settle(decided)] == ["Kring", "Forte"]
    assert [o.text for o, _, _ in settle([(wide, "organisation", 0.6), (narrow, "none", 0.99)])] == [wide.text]


@pytest.mark.parametrize(
    ("text", "wanted"), [("GGD", "XX"), ("De Kring", "Xx"), ("stichting Forte", "xx Xx"), ("a", "x")]
)
def test_the_shape_of_a_name_shows_its_capitals(text: str, wanted: str) -> None:
    assert shape(text) == wanted


def test_tokens_are_words_numbers_and_marks() -> None:
    assert tokens("Op 12 mei: zo’n 30 man!") == ["op", "0", "mei", ":", "zo'n", "0", "man", "!"]


# --- on a page ----------------------------------------------------------------------------------------


def document(learned: Learned, language: Language = LANGUAGE) -> Document:
    return read_document(Text("page.txt", PAGE, "utf-8", ""), RULES, language, learned)


def test_a_page_is_read_with_every_decision() -> None:
    read = document(ALL)
    assert {p.text for p in read.participants} >= {
        "Zorgcentrum Het Kompas",
        "Gemeente Kruisdal",
        "Zorggroep Lindenhof",
        "wijkagent",
    }
    assert {p.type for p in read.participants if p.text == "wijkagent"} == {PartyType.ROLE}
    found = {(str(e.label), e.text) for e in read.entities}
    assert {("person", "Joke van Delden"), ("organisation", "Humanitas")} <= found
    assert "Humanitas" not in {p.text for p in read.participants}
    assert all(0 < e.confidence <= 1 for e in read.entities)


def test_with_every_switch_off_the_name_model_changes_nothing() -> None:
    blank = assemble(spacy.blank("nl"), RULES)
    assert document(Learned(())) == document(Learned(()), blank)


@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision_is_switched_by_one_line(decision: str, checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "learned.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.replace(" yes", " no") if line.startswith(decision) else line for line in lines))
    learned = Learned.of(Rulebook(tmp_path / "rules"))
    assert [name for name in DECISIONS if learned.get(name) is None] == [decision]


def test_offsets_of_every_row_lead_to_its_text() -> None:
    read = document(ALL)
    for row in (*read.entities, *read.participants):
        assert PAGE[row.start : row.end] == row.text


@pytest.mark.parametrize(
    ("label", "known"),
    [("ORG", ModelLabel.ORGANISATION), ("PERSON", ModelLabel.PERSON), ("PER", ModelLabel.PERSON),
     ("GPE", ModelLabel.PLACE), ("WORK_OF_ART", ModelLabel.OTHER), ("DATE", None), ("CARDINAL", None)],
)  # fmt: skip
def test_the_labels_of_any_dutch_model_are_mapped_in_one_place(label: str, known: ModelLabel | None) -> None:
    model = spacy.blank("nl")
    ruler = model.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": "praatpaal"}])  # type: ignore[attr-defined]
    doc = assemble(model, RULES)("Wij bellen elke week met praatpaal over de wijk.")
    assert [name.label for name in doc._.names] == ([known] if known else [])
    assert Label.ORGANISATION not in {f.label for f in doc._.found}


@given(st.integers(min_value=0, max_value=len(PAGE)), st.text(alphabet="AaBe ,.:;-•\n‘’(){}|0é", max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_and_its_rows_quote_it(cut: int, noise: str) -> None:
    text = PAGE[:cut] + noise + PAGE[cut:]
    read = read_document(Text("page.txt", text, "utf-8", ""), RULES, LANGUAGE, ALL)
    for row in (*read.entities, *read.participants):
        assert text[row.start : row.end] == row.text
        assert 0 < row.confidence <= 1
    spans = sorted((row.start, row.end) for row in read.participants)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
