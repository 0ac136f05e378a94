"""What the embedded model is made with: marked texts, sentences, invented names, weights, the folder that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spacy
from coalitie.pipeline.language.components import assemble
from coalitie.pipeline.language.model import EMBEDDED, choose_model, load_model
from coalitie.pipeline.learned import DECISIONS
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import SectionKind
from coalitie.pipeline.rulebook import Rulebook
from coalitie.training.ablation import reliability
from coalitie.training.corpus import FOLDS, GoldSet, read_corpus
from coalitie.training.decisions import ANSWERS, Example, calibrated, examples, fit
from coalitie.training.inventing import Inventor
from coalitie.training.marked import MARKS, Span, from_gold, gold_record, read_marked
from coalitie.training.sentences import Entity, Sentence, general, of_marked, renamed
from coalitie.training.tagger import train_tagger
from coalitie.training.tagging import score

RULES = Rulebook()
MARKED = """%% municipality: Tiel
%% province: Gelderland
@title Samen in Tiel

@pillar2 {H|Een sterk netwerk} De {PO|GGD} en {PO:kerngroep|Welzijn Forte} doen mee met {PROG|Koffie & Zo}.

@participants Wie doen mee
- {PR|wijkagent}
- {PO|De Kring}

{PER|Joke Pol} werkt bij {M|Rode Kruis} en woont in {LOC|Ophemert}.
"""


@pytest.fixture
def text(tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "tiel.txt").write_text(MARKED, encoding="utf-8")
    return read_marked(tmp_path / "tiel.txt")


def test_marks_are_taken_out_and_spans_lead_to_their_words(text) -> None:  # type: ignore[no-untyped-def]
    assert not set("{}|@%") & set(text.content)
    assert [(s.mark, text.text(s)) for s in text.spans][:3] == [
        ("PO", "GGD"), ("PO", "Welzijn Forte"), ("PROG", "Koffie & Zo")
    ]  # fmt: skip
    assert [(h.kind, h.pillar, text.text(h)) for h in text.headings] == [
        (SectionKind.TITLE, None, "Samen in Tiel"),
        (SectionKind.PILLAR, 2, "Een sterk netwerk"),
        (SectionKind.PARTICIPANTS, None, "Wie doen mee"),
    ]
    assert text.municipality == "Tiel"


def test_a_marked_text_gives_a_gold_record(text) -> None:  # type: ignore[no-untyped-def]
    record = gold_record(text)
    assert [(p["text"], p["type"], p["group"], p["where"]) for p in record["participants"]] == [
        ("GGD", "organisation", None, "inline"),
        ("Welzijn Forte", "organisation", "kerngroep", "inline"),
        ("wijkagent", "role", None, "list"),
        ("De Kring", "organisation", None, "list"),
    ]
    assert record["programmes"] == ["Koffie & Zo"]
    assert record["mentions"] == [{"text": "Rode Kruis", "organisation": None}]


def test_a_gold_record_is_found_again_in_its_text(text) -> None:  # type: ignore[no-untyped-def]
    persons = [s for s in text.spans if s.mark in ("PER", "LOC")]
    again = from_gold(text.content, gold_record(text), persons, "tiel")
    assert [(s.mark, s.start, s.end) for s in again.spans] == [(s.mark, s.start, s.end) for s in text.spans]
    assert [(h.start, h.kind) for h in again.headings] == [(h.start, h.kind) for h in text.headings]


def test_persons_inside_another_name_are_left_out(text) -> None:  # type: ignore[no-untyped-def]
    at = text.content.index("Welzijn")
    again = from_gold(text.content, gold_record(text), [Span("PER", at, at + 7)], "tiel")
    assert "PER" not in {s.mark for s in again.spans}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{PX|GGD} doet mee", "unknown mark PX"),
        ("{PO|GGD doet mee", "a mark is broken"),
        ("{PO|GGD {LOC|Tiel}} doet mee", "a mark is broken"),
        ("@members Wie", "marks no heading"),
        ("@goalsWie", "marks no heading"),
    ],
)
def test_a_mark_that_cannot_be_read_is_told_with_its_line(line: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"%% municipality: Tiel\n{line}\n", encoding="utf-8")
    with pytest.raises(Unusable, match=rf"a\.txt, line 2: .*{words}"):
        read_marked(tmp_path / "a.txt")


def test_the_marked_texts_of_the_corpus_can_be_read_and_name_nobody_reachable(checkout: Path) -> None:
    pieces = read_corpus(checkout / "corpus", [])
    assert len(pieces) == 468
    assert {s.mark for piece in pieces for s in piece.text.spans} >= MARKS - {"H"}
    for piece in pieces:
        addresses = [word for word in piece.text.content.split() if "@" in word and "." in word.rpartition("@")[2]]
        assert all(".example" in a or piece.text.content.rstrip().endswith(a) for a in addresses), piece.text.name


def test_folds_part_authors_and_documents(checkout: Path) -> None:
    own = GoldSet("own", checkout / "tests" / "corpus" / "texts", checkout / "tests" / "corpus" / "gold")
    pieces = read_corpus(checkout / "corpus", [own])
    assert {piece.fold for piece in pieces if piece.origin == "own"} == set(range(FOLDS))
    assert all(len({p.fold for p in pieces if p.text.name == q.text.name and p.origin == "own"}) == 1
               for q in pieces if q.origin == "own")  # fmt: skip


# --- sentences ----------------------------------------------------------------------------------------


def test_lines_that_are_no_headings_become_sentences(text) -> None:  # type: ignore[no-untyped-def]
    sentences = list(of_marked(text))
    assert [s.text[:7] for s in sentences] == ["De GGD ", "- wijka", "- De Kr", "Joke Po"]
    assert all(s.text[e.start : e.end].strip() for s in sentences for e in s.entities)
    assert [(e.label, sentences[3].text[e.start : e.end]) for e in sentences[3].entities] == [
        ("PER", "Joke Pol"), ("ORG", "Rode Kruis"), ("LOC", "Ophemert")
    ]  # fmt: skip


def test_invented_names_take_the_place_of_names_and_nothing_else() -> None:
    sentence = Sentence("Ook Forte uit Tiel helpt.", (Entity(4, 9, "ORG"), Entity(14, 18, "LOC")), "a")
    copies = list(renamed([sentence], Inventor(RULES, 3), 5))
    assert len({c.text for c in copies}) == 5
    for copy in copies:
        first, second = copy.entities
        assert copy.text.startswith("Ook ")
        assert copy.text[first.end : second.start] == " uit "
        assert copy.text.endswith(" helpt.")
    assert copies == list(renamed([sentence], Inventor(RULES, 3), 5))
    assert not list(renamed([Sentence("Niemand.", (), "a")], Inventor(RULES, 3), 5))


def test_general_sentences_are_joined_from_their_words(tmp_path: Path) -> None:
    rows = ["1\tJan\tJan\tPROPN", "2\twoont\twonen\tVERB", "3\tin\tin\tADP", "4\tTiel\tTiel\tPROPN", "5\t.\t.\tPUNCT"]
    tail = "\t_\t_\t0\t_\t_\t_"
    (tmp_path / "nl_x.conllu").write_text("\n".join(row + tail for row in rows) + "\n\n", encoding="utf-8")
    names = tmp_path / "names.tsv"
    names.write_text(
        "treebank\tsentence\tfirst\tlast\tlabel\nnl_x\t1\t0\t0\tPER\nnl_x\t1\t3\t3\tLOC\n", encoding="utf-8"
    )
    (found,) = general(tmp_path, names)
    assert found.text == "Jan woont in Tiel."
    assert [(found.text[e.start : e.end], e.label) for e in found.entities] == [("Jan", "PER"), ("Tiel", "LOC")]
    names.write_text("treebank\tsentence\tfirst\tlast\tlabel\nnl_y\t1\t0\t0\tPER\n", encoding="utf-8")
    with pytest.raises(Unusable, match=r"nl_y\.conllu is missing"):
        list(general(tmp_path, names))


# --- training -----------------------------------------------------------------------------------------


def test_training_twice_gives_the_same_model(text) -> None:  # type: ignore[no-untyped-def]
    sentences = list(of_marked(text)) * 10
    one, two = (train_tagger(sentences, 15) for _ in range(2))
    assert one.get_pipe("ner").to_bytes() == two.get_pipe("ner").to_bytes()  # type: ignore[attr-defined]
    assert one.pipe_names == ["ner"]


def test_every_decision_finds_examples_in_a_text(text) -> None:  # type: ignore[no-untyped-def]
    found = list(examples(text, RULES, assemble(spacy.blank("nl"), RULES)))
    assert {decision for decision, _ in found} == set(DECISIONS)
    assert all(example.answer in ANSWERS[decision] for decision, example in found)
    members = [e.answer for decision, e in found if decision == "membership"]
    assert sorted(members) == ["mention", "participant", "participant", "participant"]


def test_weights_learn_which_evidence_can_be_trusted() -> None:
    given = [Example("a", ("good", f"noise{n % 7}"), "participant") for n in range(40)]
    given += [Example("b", ("bad", f"noise{n % 7}"), "mention") for n in range(40)]
    model = fit("membership", given)
    assert model.decide(["good"]).answer == "participant"
    assert model.decide(["bad"]).answer == "mention"
    assert model.decide(["good"]).reasons[0].startswith("good")
    assert abs(model.decide(["noise1"]).probability - 0.5) < 0.2


def test_a_model_that_is_too_sure_of_itself_is_cooled() -> None:
    given = [Example("a", ("said yes",), "participant" if n % 4 else "mention") for n in range(80)]
    sharp = fit("membership", [e for e in given if e.answer == "participant"] + given[:8] * 2)
    cooled = calibrated(sharp, [(sharp, given)])
    assert cooled.scale < 1
    assert abs(cooled.decide(["said yes"]).probability - 0.75) < abs(sharp.decide(["said yes"]).probability - 0.75)


def test_tagging_is_scored_by_exact_spans() -> None:
    right = (Entity(0, 3, "ORG"), Entity(5, 9, "PER"))
    found = (Entity(0, 3, "ORG"), Entity(5, 8, "PER"))
    scores = score([(found, right)])
    assert (scores["ORG"].f1, scores["PER"].f1, scores["all"].f1) == (1.0, 0.0, 0.5)


def test_reliability_counts_what_was_right_in_each_band() -> None:
    lines = reliability([(0.95, True), (0.96, True), (0.97, False), (0.3, False)], "x").splitlines()
    assert lines[2:] == ["| 0–0.5 | 1 | 0.30 | 0.00 |", "| 0.95–0.99 | 3 | 0.96 | 0.67 |"]


# --- what is shipped ----------------------------------------------------------------------------------


def test_the_shipped_folder_is_small_and_says_what_it_is(checkout: Path) -> None:
    folder = checkout / "model"
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 6_000_000
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert meta["license"] == "CC BY-SA 4.0"
    assert {"ents_f", "words_per_second", "measured"} <= set(meta["performance"])
    assert "Attribution-ShareAlike 4.0 International" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert {path.name for path in (folder / "decisions").iterdir()} == {f"{name}.json.gz" for name in DECISIONS}


def test_the_shipped_model_finds_names() -> None:
    nlp = load_model(choose_model(EMBEDDED))
    found = {(e.text, e.label_) for e in nlp("Marieke Hoekstra van Stichting Welzijn Forte woont in Zwolle.").ents}
    assert {("Marieke Hoekstra", "PER"), ("Zwolle", "LOC")} <= found
    assert not nlp("wij drinken elke dinsdag koffie met elkaar in de buurt.").ents
