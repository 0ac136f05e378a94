"""Markdown → text: one page gives the same records as its plain text; blocks know their lines."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from coalitie.pipeline.reading import markdown
from coalitie.pipeline.reading.rendered import Hints
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("selectolax")
pytest.importorskip("markdown_it")
PLAIN = Hints()


def _by_path(name: str) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


formats = _by_path("formats")
records = _by_path("format_records")
TEXTS = dict(records.texts())


def text_of(content: str) -> str:
    return markdown.read(content.encode("utf-8"), PLAIN).content.rstrip("\n")


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_a_page_has_the_canonical_layout(page: Any) -> None:
    assert text_of(formats.as_markdown(page)) == formats.plain(page).rstrip("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_written_as_markdown_gives_the_same_records(name: str) -> None:
    content = markdown.read(formats.as_markdown(formats.page_of(name, TEXTS[name])).encode("utf-8"), PLAIN).content
    assert not records.differing(records.records_of(TEXTS[name]), content, name)


@pytest.mark.parametrize("page", formats.PAGES, ids=lambda page: page.name)
def test_every_block_knows_its_line(page: Any) -> None:
    source = formats.as_markdown(page)
    read = markdown.read(source.encode("utf-8"), PLAIN)
    lines = source.split("\n")
    assert read.origins
    for origin in read.origins:
        line = lines[int(origin.where.removeprefix("line ")) - 1]
        told = read.content[origin.start :].split("\n")[0].strip().split(" ")[-1]
        assert told.strip("|*`_[].").lower() in line.replace("\\", "").lower()


CASES = {
    "short lines stay": ("Jan\nPiet", "Jan\nPiet"),
    "long lines go on": (f"{'woord ' * 12}\neinde", f"{'woord ' * 12}einde"),
    "typed bullets stay": (f"• {'woord ' * 12}\n• einde", f"• {'woord ' * 12}\n• einde".replace(" \n", "\n")),
    "emphasis": ("**Gemeente** *Tiel* en `GGD`", "Gemeente Tiel en GGD"),
    "setext": ("Samen\n=====\n\nTiel\n----\n\ntekst", "Samen\n\nTiel\n\ntekst"),
    "list start": ("3. a\n4. b", "3. a\n4. b"),
    "numbers count on": ("1. a\n\n1. b", "1. a\n2. b"),  # whatever is written: so says CommonMark
    "numbers of another list": ("1. a\n\n1) b", "1. a\n\n1. b"),
    "loose list": ("- a\n\n- b", "• a\n• b"),
    "two bullets": ("- a\n\n* b", "• a\n\n• b"),
    "nested": ("- a\n  1. b\n- c", "• a\n  1. b\n• c"),
    "quote": ("> “a”\n> An", "“a”\nAn"),
    "link": ("[Mail An](mailto:an@x.example)", "Mail An (an@x.example)"),
    "bare address": ("<an@x.example>", "an@x.example"),
    "image": ("![Logo](logo.png)Gemeente", "Gemeente"),
    "rule": ("a\n\n---\n\nb", "a\n\nb"),
    "raw block": ("<div hidden>x</div>\n\n<p>tekst</p>", "tekst"),
    "raw details": ("<details><summary>Wie?</summary>\n\n- a\n- b\n\n</details>", "Wie?\n\n• a\n• b"),
    "raw script": ("<script>\nalert('x')\n</script>\n\ntekst", "tekst"),
    "raw inline": ("a<br>b <b>c</b>", "a\nb c"),
    "comment": ("<!-- weg -->\n\ntekst", "tekst"),
    "no tags": ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
    "code block": ("```\nJan\n  Piet\n```", "Jan\nPiet"),
    "front matter": ("---\ntitle: 'Samen'\ndate: 2021-03-12\nlayout: post\n---\n\ntekst", "Samen\n\ndate 2021-03-12\n\ntekst"),
    "front matter and heading": ("---\ntitle: Site\n---\n# Samen\n\ntekst", "Samen\n\ntekst"),
    "no front matter": ("a\n\n---\ntitle: b\n---", "a\n\ntitle: b"),
    "line ends of Windows": ("# a\r\n\r\n- b\r\n- c", "a\n\n• b\n• c"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES)
def test_markup(content: str, expected: str) -> None:
    assert text_of(content) == expected


def test_lines_count_from_the_top_of_the_file() -> None:
    read = markdown.read(b"---\ntitle: Samen\n---\n\neen\n\n<p>twee</p>\n\n- drie\n- vier\n", PLAIN)
    told = {origin.where: read.content[origin.start :].split("\n")[0] for origin in read.origins}
    assert told == {"line 2": "Samen", "line 5": "een", "line 7": "twee", "line 9": "• drie", "line 10": "• vier"}


MANY = 20_000
HOSTILE = {
    "brackets": "[" * MANY + "tekst",
    "stars": "*a_ " * MANY + "tekst",
    "links": "[a](b " * MANY + "tekst",
    "divs": "<div>" * MANY + "tekst",
    "table": "|a" * 500 + "\n" + "|-" * 500 + "\n" + "|b\n" * 500 + "\ntekst",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read(content: str) -> None:
    assert "tekst" in text_of(content)


@pytest.mark.parametrize(
    "content", ["> " * MANY + "x", "- " * MANY + "x", "".join(f"{'  ' * n}- a\n" for n in range(99))]
)
def test_what_lies_too_deep_is_refused_not_lost(content: str) -> None:
    with pytest.raises(Unreadable) as refused:
        text_of(f"{content}\n\ntekst")
    assert refused.value.error == "too_deep"


def test_lists_may_be_nested() -> None:
    assert text_of("".join(f"{'  ' * n}- a\n" for n in range(20)) + "\ntekst").endswith("a\n\ntekst")


@pytest.mark.parametrize("content", ["", "\n\n", "<!-- x -->", "---\nlayout: post\n---\n", "[a]: http://x.example"])
def test_a_file_without_text_says_so(content: str) -> None:
    with pytest.raises(Unreadable) as refused:
        text_of(content)
    assert refused.value.error in ("empty", "no_text")


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(Unreadable, match="pip install 'coalitie") as refused:
        text_of("tekst")
    assert refused.value.error == "missing_extra"


@given(st.text(alphabet=st.sampled_from("ab <>*_[](){}#-+1.|\n`&;:/!\\=~\t\"'"), max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(content: str) -> None:
    try:
        read = markdown.read(content.encode("utf-8"), PLAIN)
    except Unreadable as refused:
        assert refused.error in ("empty", "no_text")  # noqa: PT017
    else:
        assert all(origin.where.startswith("line ") for origin in read.origins)
