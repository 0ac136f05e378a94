"""The words of the pages: there in both languages, with the same numbers in them, and all of them used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
import yaml
from coalitie.pipeline.organisations import grouping
from coalitie.pipeline.records import IDENTIFIERS, Band, OrganisationType, Property, Verdict
from coalitie.pipeline.review.history import State
from coalitie.pipeline.review.queue import Judged
from coalitie.pipeline.review.reasons import Direction
from coalitie.pipeline.review.words import LANGUAGES, preferred, words_of
from hypothesis import given
from hypothesis import strategies as st

REVIEW = Path(__file__).resolve().parent.parent / "pipeline" / "review"
RECORDS: dict[str, dict[str, str]] = yaml.safe_load((REVIEW / "words.yaml").read_text(encoding="utf-8"))
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in sorted((REVIEW / "templates").glob("*.html"))}
MODULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(REVIEW.glob("*.py"))}

# What a template puts behind a beginning, as in t("type_" ~ value): every value that there is.
METHODS = ("known", "generic", "equal", "fuzzy", "judgement", "single")
COMPOSED: dict[str, tuple[str, ...]] = {
    "type_": tuple(OrganisationType),
    "band_": (*Band, "any"),
    "judged_": tuple(state.value for state in Judged),
    "verdict_": tuple(Verdict),
    "state_": tuple(state.value for state in State),
    "method_": METHODS,
    "property_": tuple(Property),
    "set_": tuple(IDENTIFIERS),
    "reason_": get_args(Direction),
    "strength_": ("2", "3"),
    "cluster_": ("out", "merged", "set", "against"),
}
CALL = re.compile(r"""\bt(?:\.count)?\(\s*"([a-z_0-9]+)"\s*(~|,|\)|\bif\b)""")
CALLED_WITH = re.compile(r'\bt\("([a-z_0-9]+)"((?:, \w+=)?[^{}]*?)\)\s*(?:\}\}|if|else|%)')


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strings(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def in_templates() -> tuple[set[str], set[str]]:
    """Names of words, and beginnings of names."""
    names: set[str] = set()
    beginnings: set[str] = set()
    for text in TEMPLATES.values():
        for name, behind in CALL.findall(text):
            (beginnings if behind == "~" else names).add(name)
        for block in re.findall(r"t\(([^()]*? if [^()]*? else [^()]*?)\)", text):  # t("a" if … else "b")
            names |= set(re.findall(r'"([a-z_0-9]+)"', block))
        for listed in re.findall(r"for (?:address|key), name in \[(.*?)\]", text):
            names |= set(re.findall(r', "([a-z_]+)"\)', listed))
    return names, beginnings


def in_modules() -> set[str]:
    """Words that the code asks for by name, and the reasons of refusals."""
    names: set[str] = set()
    for code in MODULES.values():
        for node in ast.walk(ast.parse(code)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            given = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if name in ("Refused", "Refusal"):
                names |= {f"refused_{why}" for why in given[:1]}
            elif name == "words":
                names |= set(given[:1])
    return names


NAMES, BEGINNINGS = in_templates()
NEEDED = NAMES | in_modules() | {begin + value for begin in BEGINNINGS for value in COMPOSED.get(begin, ())}
NEEDED |= {"refused_status_404", "refused_status_405"}  # pages.py composes them


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_says_the_same_in_both_languages(name: str) -> None:
    record = RECORDS[name]
    assert set(record) == set(LANGUAGES)
    assert all(isinstance(text, str) and text.strip() == text != "" for text in record.values())
    assert holes(record["nl"]) == holes(record["en"])
    assert not re.search(r"[<>]|&\w+;|\s\s", "".join(record.values()))
    sentences = {language: text[-1] in ".?!" for language, text in record.items()}
    assert len(set(sentences.values())) == 1


def test_every_word_that_is_asked_for_is_there() -> None:
    assert len(NAMES) > 100
    assert set(COMPOSED) == BEGINNINGS
    assert sorted(NEEDED - set(RECORDS)) == []


def test_every_word_is_used() -> None:
    one_thing = {f"{name}_one" for name in NEEDED}
    assert sorted(set(RECORDS) - NEEDED - one_thing) == []


def test_a_name_that_is_written_wrongly_would_be_seen() -> None:
    found = CALL.findall(
        '{{ t("savde") }} {{ t.count("documents", 3) }} {{ t("type_" ~ kind) }} {{ t(name) }} {{ text("x") }}'
    )
    assert found == [("savde", ")"), ("documents", ","), ("type_", "~")]


def test_what_is_put_in_is_what_the_words_have_room_for() -> None:
    given: list[tuple[str, set[str]]] = []
    for text in TEMPLATES.values():
        given += [(name, set(re.findall(r", ?(\w+)=", rest))) for name, rest in CALLED_WITH.findall(text)]
        given += [(name, {"n"}) for name in re.findall(r't\.count\("(\w+)"', text)]
    assert len(given) > 100
    wrong = [(name, values) for name, values in given if name in RECORDS and holes(RECORDS[name]["nl"]) != values]
    assert wrong == []


def test_words_for_one_thing_belong_to_words_for_more() -> None:
    single = {name for name in RECORDS if f"{name}_one" in RECORDS}
    counted = {name for text in TEMPLATES.values() for name in re.findall(r't\.count\("(\w+)"', text)}
    assert single <= counted
    assert all(holes(RECORDS[f"{name}_one"]["nl"]) == holes(RECORDS[name]["nl"]) == {"n"} for name in single)


def test_every_method_of_the_tables_has_words() -> None:
    """The methods are strings in grouping.py, and in the edges of the clustering."""
    code = "".join(
        (Path(grouping.__file__).with_name(f"{name}.py")).read_text(encoding="utf-8")
        for name in ("grouping", "clustering")
    )
    printed = {text for text in strings(code) if text in METHODS}
    assert printed == set(METHODS)
    linked = re.findall(r'NameLink\(key, "", ("\w+"|[^,]+?),', code)
    spoken = {word for expression in linked for word in re.findall(r'"(\w+)"', expression)}
    assert spoken <= set(METHODS)


def test_no_page_says_anything_that_is_not_in_the_words() -> None:
    """Text between the tags of a template is a mark, never a word."""
    said: list[str] = []
    for name, text in TEMPLATES.items():
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
        said += [f"{name}: {word}" for word in re.sub(r"<[^>]*>", " ", bare).split() if re.search(r"[A-Za-z]{2}", word)]
    assert said == [
        "base.html: coalitie",
        "base.html: coalitie",
        "exchange.html: CSV",
        "exchange.html: JSON",
        "exchange.html: Lines",
    ]


# --- numbers, moments, languages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [
        (0, "0 paren", "0 pairs"),
        (1, "1 paar", "1 pair"),
        (2, "2 paren", "2 pairs"),
        (1_234_567, "1.234.567 paren", "1,234,567 pairs"),
    ],
)
def test_a_number_of_things(n: int, dutch: str, english: str) -> None:
    assert [words_of(language).count("found_pairs", n) for language in LANGUAGES] == [dutch, english]


def test_decimals() -> None:
    assert [words_of(language).decimal(0.5) for language in LANGUAGES] == ["0,50", "0.50"]


def test_what_is_put_in_is_no_template() -> None:
    assert words_of("nl")("open_pair", a="{b}", b="{n} {0} %s") == "Openen: {b} – {n} {0} %s"
    assert words_of("en")("merge_with", name="{name}") == "Merge with {name}"


@pytest.mark.parametrize("name", ["", "no such words", "Skip"])
def test_unknown_words_are_an_error(name: str) -> None:
    assert not words_of("nl").knows(name)
    with pytest.raises(KeyError):
        words_of("nl")(name)


@pytest.mark.parametrize(
    "written",
    ["", "vorige week", "2024-01-01", "2024-01-01T09:00:00", "2024-13-01T09:00:00Z", "Z", "99999-01-01T00:00:00Z"],
)
def test_what_is_no_moment_stays_as_it_is(written: str) -> None:
    assert words_of("nl").moment(written) == written


@pytest.mark.parametrize("written", ["2024-01-01T09:00:00Z", "2024-01-01T10:00:00+01:00"])
def test_a_moment_is_told_to_the_minute(written: str) -> None:
    assert re.fullmatch(r"202[34]-\d\d-\d\d \d\d:00|202[34]-\d\d-\d\d \d\d:\d\d", words_of("nl").moment(written))
    assert words_of("nl").moment(written) == words_of("en").moment("2024-01-01T09:00:00+00:00")


@given(st.text(max_size=30) | st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()))
def test_any_moment(written: str) -> None:
    assert isinstance(words_of("en").moment(written), str)


HEADERS = [
    ("nl", "nl"), ("en", "en"), ("en-GB", "en"), ("EN-us,en;q=0.9", "en"), ("nl-BE,nl;q=0.9,en;q=0.8", "nl"), ("de,en;q=0.5", "en"),
    ("en;q=0.2,nl;q=0.3", "nl"), ("en; q=0.8", "en"), ("de , en ; q=0.7 , nl;q=0.1", "en"), ("nl;q=0,en;q=0.1", "en"),
    # nothing that we have
    ("", "nl"), ("de", "nl"), ("*", "nl"), ("en;q=0", "nl"), ("en;q=x", "nl"), ("en;q=nan", "nl"), (";;;,,,", "nl"), ("english", "nl"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "language"), HEADERS)
def test_the_language_that_is_asked_for(header: str, language: str) -> None:
    assert preferred(header) == language


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(["en", "nl", ";q=", "q=", "1", ".", "-", ",", ";", "inf", "nan", "*", " "]), max_size=12
    ).map("".join)
)
def test_any_header_gives_a_language(header: str) -> None:
    assert preferred(header) in LANGUAGES
