"""The evidence of a pair as a steward reads it: every phrase of the matcher has its words, and no text is lost."""

from __future__ import annotations

import ast
import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from coalitie.pipeline.awaiting import DISAGREE
from coalitie.pipeline.organisations import matcher_of, resolve
from coalitie.pipeline.organisations.features import FEATURES
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import NameKey, NameUse
from coalitie.pipeline.review.reasons import (
    LANGUAGES,
    Phrase,
    Reason,
    Sentence,
    in_words,
    phrases,
    read_phrase,
    read_reasons,
    sentences,
)
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = Rulebook()
MATCHER = matcher_of(RULES)
SENTENCES = sentences().sentences
BY_ID = [pytest.param(sentence, id=sentence.id) for sentence in SENTENCES]
HOLE = re.compile(r"\{\w+\}")
CHECKOUT = Path(__file__).resolve().parent.parent
COMPOSERS = tuple(
    f"organisations/{name}" for name in ("matching", "cases", "geography", "grouping", "comparison", "locality")
)
DISAGREEMENT = {DISAGREE}  # a constant, as others look for it

# Strings of those modules that look like phrases and are none.
NO_PHRASES: set[str] = set()
# Phrases that are put together from two: a sentence of their own reads better.
COMPOSED = {"local-kind-page-unknown", "local-kind-name-unknown"}


def printed(sentence: Sentence, phrase: str, weight: str = "+1.2") -> str:
    return f"{phrase} ({weight})" if sentence.weight == "always" else phrase


# --- the records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", BY_ID)
def test_a_record_reads_its_examples_and_not_its_counterexamples(sentence: Sentence) -> None:
    silent = [line for line in sentence.matches if read_phrase(printed(sentence, line)).sentence is not sentence]
    wrong = [line for line in sentence.counterexamples if read_phrase(printed(sentence, line)).sentence is sentence]
    assert (silent, wrong) == ([], [])


@pytest.mark.parametrize("sentence", BY_ID)
def test_a_record_says_all_that_its_phrase_says_in_both_languages(sentence: Sentence) -> None:
    holes = sorted(HOLE.findall(sentence.says))
    assert len(set(holes)) == len(holes)
    for wording in filter(None, (sentence, sentence.against)):
        assert sorted(HOLE.findall(wording.nl)) == sorted(HOLE.findall(wording.en)) == holes
        assert all(text[0].isupper() or text[0] in "{" for text in (wording.nl, wording.en))
    assert (sentence.direction == "neutral") == (sentence.strength == 0)
    assert sentence.against is None or sentence.weight != "never"


def test_no_two_records_share_an_id_or_an_example() -> None:
    lines = [line for sentence in SENTENCES for line in (sentence.id, *sentence.matches)]
    ids = [sentence.id for sentence in SENTENCES]
    assert len(set(ids)) == len(ids)
    assert {line for line in lines if lines.count(line) > 1} <= set(ids)  # a group's id is its phrase


def test_every_group_of_features_has_a_sentence() -> None:
    for about in {feature.about for feature in FEATURES.values()}:
        assert [read_phrase(f"{about} ({weight})").sentence is None for weight in ("+1.0", "-1.0")] == [False] * 2
        assert read_phrase(about).sentence is None


# --- the phrases in the source -------------------------------------------------------------------------


def composed_in(module: str) -> set[str]:
    path = CHECKOUT / "pipeline" / f"{module}.py"
    return set(strings_of(ast.parse(path.read_text(encoding="utf-8"))))


def strings_of(tree: ast.Module) -> Iterator[str]:
    """Strings that may be phrases; what an f-string puts in is written as {}."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    inside -= {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spoken = set(map(id, _spoken(tree)))
    for node in ast.walk(tree):
        if id(node) not in inside | docstrings:
            text = _text(node)
            if text and (id(node) in spoken or re.search(r"[a-z,)}] [a-z({]", text)) and re.search(r"[a-z]", text):
                yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _spoken(tree: ast.AST) -> Iterator[ast.AST]:
    """What is said to a reader wherever it is one word only: the words of a reason, a locality, a conflict, a hold."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "Reason":
                yield node.args[0]
            elif node.func.id in ("Locality", "_held"):
                yield node.args[1]
            yield from (word.value for word in node.keywords if word.arg in ("conflict", "hold"))


IN_SOURCE = {text for module in COMPOSERS for text in composed_in(module)} | DISAGREEMENT
KNOWN = {HOLE.sub("{}", sentence.says) for sentence in SENTENCES} | {
    line for sentence in SENTENCES for line in sentence.matches
}


def test_every_phrase_in_the_source_has_a_record_and_every_record_a_phrase() -> None:
    assert len(IN_SOURCE) > 30
    assert sorted(IN_SOURCE - NO_PHRASES - KNOWN) == []
    assert sorted(NO_PHRASES - IN_SOURCE) == []
    groups = {feature.about for feature in FEATURES.values()}
    stale = [sentence.id for sentence in SENTENCES if HOLE.sub("{}", sentence.says) not in IN_SOURCE | groups]
    assert set(stale) == COMPOSED


def test_a_new_phrase_in_the_source_would_be_seen() -> None:
    code = 'Reason("namesakes")\nLocality("near", f"{a} and {b} share a river")\nx = "two of a sort"\n"""a docstring"""'
    assert sorted(strings_of(ast.parse(code))) == ["namesakes", "two of a sort", "{} and {} share a river"]


# --- what the matcher says of real pairs ---------------------------------------------------------------

INVENTED = [
    NameKey("Bibliotheek", "Nuenen, Gerwen en Nederwetten"),
    NameKey("Seniorenraad", "Bergen op Zoom"),
    NameKey("Seniorenraad", "Nuenen, Gerwen en Nederwetten"),
    NameKey("Ouderenraad", "Bergen op Zoom"),
    NameKey("Raad (senioren)", "Bergen op Zoom"),
    NameKey("Diaconie Protestantse Kerk", "Tiel"),
    NameKey("Protestantse Kerk", "Tiel"),
    NameKey("Coalitie Samen Sterk", "Tiel"),
    NameKey("Netwerk tegen eenzaamheid", "Tiel"),
    NameKey("Stichting Tjarda (Oost)", "Tiel"),
    NameKey("Stg. Tjarda", "Tiel"),
    NameKey("Tjarda 12", "Tiel"),
    NameKey("Tjarda 14", "Tiel"),
    NameKey("Tjarda", ""),
    NameKey("Tjrada", "Culemborg"),
    NameKey("GGD", "Tiel"),
    NameKey("GGZ Waalkant", "Tiel"),
]


def names_of_tables() -> Iterator[NameKey]:
    """The names of the two runs and of the cases that are kept with the source."""
    municipality = {one.cbs_code: one.name for one in RULES.places.municipalities}
    for folder in (CHECKOUT / "extracted" / "example", CHECKOUT / "tests" / "golden" / "run"):
        for row in rows(folder / "organisation_names.csv"):
            yield NameKey(row["name"], municipality.get(row["municipality_code"], ""))
    for path in sorted((CHECKOUT / "tests" / "cases").glob("pairs*.csv")):
        for row in rows(path):
            yield from (NameKey(row[f"name_{side}"], row[f"municipality_{side}"]) for side in "ab")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NAMES = sorted({*names_of_tables(), *INVENTED})


@pytest.fixture(scope="module")
def spoken() -> dict[str, Phrase]:
    """The phrases in the evidence of all pairs of all names, apart and in one document; of whole runs; of the labelled pairs."""
    labelled = [
        (NameKey(row["name_a"], row["municipality_a"]), NameKey(row["name_b"], row["municipality_b"]))
        for row in rows(CHECKOUT / "training" / "pairs.csv")
    ]
    pairs = [*itertools.combinations(NAMES, 2), *labelled]
    scored = [MATCHER.score(a, b, together=together) for a, b in pairs for together in (False, True)]
    scored += [pair.scored for pair in resolve([NameUse(key) for key in NAMES], RULES).pairs]
    return {phrase.text: phrase for evidence in {pair.evidence for pair in scored} for phrase in phrases(evidence)}


def test_the_matcher_says_nothing_that_no_record_knows(spoken: dict[str, Phrase]) -> None:
    assert len(spoken) > 1000
    assert [text for text, phrase in spoken.items() if phrase.sentence is None] == []
    assert [text for text in spoken if "; " in text] == []  # no record has swallowed its neighbour
    nested = [value for phrase in spoken.values() for name, value in phrase.values.items() if name == "where"]
    assert nested
    assert [value for value in nested if read_phrase(value).sentence is None] == []


def test_the_places_in_a_phrase_are_those_of_the_pages(spoken: dict[str, Phrase]) -> None:
    """A wide record takes no phrase of a narrow one, and a name with commas stays whole."""
    places = {one.name for one in RULES.places.municipalities} | {key.municipality for key in NAMES}
    provinces = {one.province for one in RULES.places.municipalities}
    found = {
        name: [p for p in spoken.values() if p.sentence and p.sentence.id == name] for name in ("near", "elsewhere")
    }
    assert all(found.values())
    assert [p for p in found["near"] if p.values["province"] not in provinces] == []
    both = [p for listed in found.values() for p in listed]
    assert [p for p in both if not {p.values["place"], p.values["other"]} <= places] == []


def test_what_the_matcher_says_is_read_without_loss(spoken: dict[str, Phrase]) -> None:
    assert [text for text in spoken for language in LANGUAGES if lost(text, language)] == []


def lost(evidence: str, language: str) -> list[str]:
    """Names and unknown phrases of the evidence that the reasons do not show."""
    shown = " | ".join(reason.words for reason in read_reasons(evidence, language))
    return [value for phrase in phrases(evidence) for value in leaves(phrase) if value not in shown]


def leaves(phrase: Phrase) -> Iterator[str]:
    if phrase.sentence is None:
        yield phrase.words.strip()
    for name, value in phrase.values.items():
        nested = read_phrase(value)
        known = name == "where" and nested.sentence is not None and nested.weight is None
        yield from leaves(nested) if known else (value,)


# --- cases ---------------------------------------------------------------------------------------------

CASES = [
    (
        "one slip of the pen apart (+2.3); Tiel and Culemborg, both in Gelderland (+1.4); words (-1.0)",
        (
            ("Eén tikfout verschil", "for", 2),
            ("Allebei in Gelderland: Tiel en Culemborg", "for", 1),
            ("De woorden verschillen", "against", 1),
        ),
    ),
    (
        "the same words (-2.2); Bergen op Zoom and Nuenen, Gerwen en Nederwetten, both in Noord-Brabant (+1.4); letters (+3.0)",
        (
            ("Dezelfde woorden, maar dat zegt hier weinig", "against", 2),
            ("Allebei in Noord-Brabant: Bergen op Zoom en Nuenen, Gerwen en Nederwetten", "for", 1),
            ("De spelling lijkt op elkaar", "for", 3),
        ),
    ),
    (
        "a local kind of body, Tiel and Goes; fits more than one longer name",
        (
            ("Zo'n organisatie werkt plaatselijk (twee gemeenten: Tiel en Goes)", "against", 2),
            ("Past bij meer dan één langere naam", "against", 1),
        ),
    ),
    ("a local kind of body, bakel is not in Goes", (("Zo'n organisatie werkt plaatselijk (bakel ligt niet in Goes)", "against", 2),)),
    ("a local kind of body, Tiel and Goes (+1.0)", (("Zo'n organisatie werkt plaatselijk (Tiel and Goes (+1.0))", "against", 2),)),
    # names that look like evidence
    ("both are Zorg; Samen (+2.0)", (("Met allebei wordt Zorg; Samen (+2.0) bedoeld", "for", 3),)),
    ("Zorg; en and Tiel; in one document are two bodies", (("Zorg; en en Tiel; in one document zijn twee organisaties", "against", 3),)),
    ("in one document; Ons; Dorp and Tiel (-2.2)", (("Staan in dezelfde tekst", "neutral", 0), ("Twee gemeenten: Ons; Dorp en Tiel", "against", 2))),
    ("both in {place} {0} %s (+1.2)", (("Allebei in {place} {0} %s", "for", 1),)),
    # said twice, once with its number
    ("Tiel is not in Goes (-0.8); Tiel is not in Goes", (("Tiel ligt niet in Goes", "against", 1),)),
    # nothing that a record knows
    ("a new thing (+1.6); letters", (("a new thing", "for", 2), ("letters", "neutral", 0))),
    ("two kinds of body (-3.8); a new thing", (("Twee soorten organisaties", "against", 3), ("a new thing", "neutral", 0))),
    ("The same words", (("The same words", "neutral", 0),)),
    ("the same words (+4)", (("the same words (+4)", "neutral", 0),)),
    ("the same name in the same municipality (+1.0)", (("the same name in the same municipality", "for", 1),)),
    ("the same words;letters (+1.0)", (("the same words;letters", "for", 1),)),
    ("words (+0.0)", (("De woorden lijken op elkaar", "neutral", 0),)),
    ("", ()),
    ("; ;  ; ", ()),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "expected"), CASES)
def test_evidence_in_dutch(evidence: str, expected: tuple[tuple[str, str, int], ...]) -> None:
    assert tuple((r.words, r.direction, r.strength) for r in read_reasons(evidence, "nl")) == expected


def test_evidence_in_english_keeps_the_weights() -> None:
    assert read_reasons("two kinds of body (-3.8); both in Bergen op Zoom (+1.2); both bibliotheek", "en") == (
        Reason("Two kinds of organisation", -3.8, "against", 3),
        Reason("Both in Bergen op Zoom", 1.2, "for", 1),
        Reason("Both “bibliotheek”", None, "for", 1),
    )


@pytest.mark.parametrize(
    ("weight", "strength"),
    [("+0.4", 0), ("+0.5", 1), ("-1.4", 1), ("-1.5", 2), ("+2.9", 2), ("+3.0", 3), ("-12.0", 3)],
)
def test_strength_goes_by_steps(weight: str, strength: int) -> None:
    assert [reason.strength for reason in read_reasons(f"letters ({weight})", "en")] == [strength]


@pytest.mark.parametrize(
    ("score", "dutch", "english"),
    [
        (1.0, "vrijwel zeker dezelfde", "almost certainly the same"),
        (0.95, "vrijwel zeker dezelfde", "almost certainly the same"),
        (0.9499, "waarschijnlijk dezelfde", "probably the same"),
        (0.5, "kan allebei", "could be either"),
        (0.2999, "waarschijnlijk verschillend", "probably different"),
        (0.0, "vrijwel zeker verschillend", "almost certainly different"),
    ],
)
def test_a_score_in_words(score: float, dutch: str, english: str) -> None:
    assert (in_words(score, "nl"), in_words(score, "en")) == (dutch, english)


def test_steps_go_down_to_the_lowest_score() -> None:
    borders = [step.at_least for step in sentences().certainty]
    assert borders == sorted(set(borders), reverse=True)
    assert borders[-1] == 0
    assert list(sentences().strength) == sorted(set(sentences().strength))


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), float("inf")])
def test_what_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(Unusable, match="from 0 to 1"):
        in_words(score, "nl")


@pytest.mark.parametrize("language", ["de", "", "NL"])
def test_another_language_is_refused(language: str) -> None:
    with pytest.raises(Unusable, match="choose one of nl, en"):
        read_reasons("letters (+1.0)", language)
    with pytest.raises(Unusable, match="choose one of nl, en"):
        in_words(0.5, language)


# --- any evidence --------------------------------------------------------------------------------------

ANYTHING = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["; ", " and ", ", both in ", " (+1.0)", "a local kind of body, ", "{", "Tiel", "buurthuis"]
)


@st.composite
def evidences(draw: st.DrawFn) -> str:
    """Phrases of the records with anything for their names, and phrases of nobody."""
    said = []
    for sentence in draw(st.lists(st.sampled_from(SENTENCES) | st.none(), max_size=5)):
        phrase = HOLE.sub(lambda _: draw(ANYTHING), sentence.says) if sentence else draw(ANYTHING)
        weighed = sentence is None or sentence.weight != "never"
        said.append(phrase + (draw(st.sampled_from(["", " (+1.2)", " (-0.5)", " (+2)"])) if weighed else ""))
    return "; ".join(said)


@settings(max_examples=400, deadline=None)
@given(evidences() | st.lists(ANYTHING, max_size=30).map("".join), st.sampled_from(LANGUAGES))
def test_any_evidence_is_read_without_loss(evidence: str, language: str) -> None:
    assert "; ".join(phrase.text for phrase in phrases(evidence)) == evidence
    assert lost(evidence, language) == []
    assert all(0 <= reason.strength <= 3 for reason in read_reasons(evidence, language))


@pytest.mark.parametrize("times", [2, 30, 3000])
def test_a_phrase_inside_a_phrase_inside_a_phrase_ends(times: int) -> None:
    assert lost("a local kind of body, " * times + "Tiel and Goes", "nl") == []


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_is_never_said_to_be_less_sure(one: float, two: float) -> None:
    order = [step.en for step in sentences().certainty]
    low, high = sorted((one, two))
    assert order.index(in_words(high, "en")) <= order.index(in_words(low, "en"))
