"""Which inputs there are, what they are called, and how their bytes become text."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.reading import SUFFIXES, Input, discover, document_ids
from coalitie.pipeline.reading.discovery import slug
from coalitie.pipeline.reading.opening import Choices, leaves_of, text_of
from coalitie.pipeline.reading.text import decode, looks_garbled
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given
from hypothesis import strategies as st

CAFE = "Café Súdwest – ‘zo’n 20’ organisaties\r\n • Coördinator\xa0A\r\n"

DECODED = [
    pytest.param(CAFE.encode("utf-8"), "utf-8", id="utf-8"),
    pytest.param(codecs.BOM_UTF8 + CAFE.encode("utf-8"), "utf-8-sig", id="utf-8 with mark"),
    pytest.param(CAFE.encode("utf-16"), "utf-16", id="utf-16 with mark"),
    pytest.param(codecs.BOM_UTF16_BE + CAFE.encode("utf-16-be"), "utf-16", id="utf-16 big endian with mark"),
    pytest.param(CAFE.encode("utf-16-le"), "utf-16-le", id="utf-16 little endian by its NULs"),
    pytest.param(CAFE.encode("utf-16-be"), "utf-16-be", id="utf-16 big endian by its NULs"),
    pytest.param(CAFE.encode("utf-32"), "utf-32", id="utf-32 with mark"),
    pytest.param(CAFE.encode("cp1252"), "cp1252", id="Windows"),
]
REFUSED = [
    pytest.param(b"", "empty", id="no bytes"),
    pytest.param(b" \r\n\t\x0c", "empty", id="white space"),
    pytest.param(codecs.BOM_UTF8, "empty", id="a mark and nothing else"),
    pytest.param("\u00a0\ufeff".encode(), "empty", id="only spaces of other kinds"),
    pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary", id="picture"),
    pytest.param(b"PK\x03\x04\x14\x00\x08\x08\x08\x00" * 20, "binary", id="archive"),
    pytest.param(b"tekst\x01\x02\x03\x04" * 9, "binary", id="control characters"),
    pytest.param(b"caf\x81\x8d\xff", "undecodable", id="no encoding fits"),
    pytest.param(codecs.BOM_UTF8 + b"\xff\xfe\xfa", "undecodable", id="mark of another encoding"),
    pytest.param(codecs.BOM_UTF16_LE + b"a", "undecodable", id="half a character"),
]


@pytest.mark.parametrize(("data", "encoding"), DECODED)
def test_text_is_what_its_encoding_says(data: bytes, encoding: str) -> None:
    assert decode(data) == (CAFE, encoding)
    assert data.decode(encoding) == CAFE  # the codec in the table gives the text from the bytes


@pytest.mark.parametrize(("data", "error"), REFUSED)
def test_what_is_no_text_is_refused_in_words(data: bytes, error: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.error == error
    assert caught.value.message


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    try:
        content, encoding = decode(data)
    except Unreadable:
        return
    assert data.decode(encoding) == content


@pytest.mark.parametrize(("text", "garbled"), [("CafÃ© met coÃ¶p", True), ("Café Ã la carte", False), ("", False)])
def test_garbled_text_is_noticed(text: str, garbled: bool) -> None:
    assert looks_garbled(text) is garbled


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Súdwest Fryslân", "sudwest-fryslan"), ("'s-Gravenhage", "s-gravenhage"), ("a.b", "a-b"), ("日本", "text")],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_sharers_of_a_slug_both_get_a_hash_of_their_path() -> None:
    ids = document_ids(["a/tiel.txt", "b/tiel.txt", "Tiel.v2.txt", "veere.txt"])
    assert ids["veere.txt"] == "veere"
    assert ids["Tiel.v2.txt"] == "tiel-v2"
    assert ids["a/tiel.txt"].startswith("tiel-")
    assert ids["a/tiel.txt"] != ids["b/tiel.txt"]
    assert ids["a/tiel.txt"] == document_ids(["a/tiel.txt", "x/tiel.txt"])["a/tiel.txt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "A.TXT", "sub/c.txt", "sub/deep/b.txt", ".hidden.txt", "judgements.csv", "foto.jpg"):
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path / "raw"


def sources(*names: str | Path, leave_out: Path | None = None) -> list[str]:
    return [item.source for item in discover([str(n) for n in names], SUFFIXES, leave_out=leave_out).inputs]


def test_a_folder_is_read_recursively_and_in_order(folder: Path) -> None:
    assert sources(folder) == ["A.TXT", "b.txt", "sub/c.txt", "sub/deep/b.txt"]


def test_what_no_reader_knows_is_named(folder: Path) -> None:
    assert discover([str(folder)], SUFFIXES).skipped == ("foto.jpg",)


def test_order_and_repetition_of_names_do_not_matter(folder: Path) -> None:
    a, b = folder / "b.txt", folder / "sub"
    assert sources(a, b) == sources(b, a, a) == ["b.txt", "c.txt", "deep/b.txt"]
    assert sources(folder, a) == sources(a, folder) == sources(folder)


def test_two_files_of_one_name_are_told_apart_by_their_folders(folder: Path) -> None:
    assert sources(folder / "b.txt", folder / "sub" / "deep" / "b.txt") == ["deep/b.txt", "raw/b.txt"]


def test_globs_are_expanded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sources(folder / "**" / "*.txt") == ["b.txt", "sub/c.txt", "sub/deep/b.txt"]
    monkeypatch.chdir(folder)
    assert sources("s*/*.txt") == ["sub/c.txt"]
    assert sources("*") == ["A.TXT", "b.txt", "sub/c.txt", "sub/deep/b.txt"]


def test_the_run_folder_is_never_an_input(folder: Path) -> None:
    assert sources(folder, leave_out=folder / "sub") == ["A.TXT", "b.txt"]


@pytest.mark.parametrize("name", ["nowhere.txt", "raw/*.doc", ""])
def test_an_input_that_is_not_there_is_refused(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    with pytest.raises(Unusable):
        sources(name)


def test_standard_input() -> None:
    found = discover(["-"], SUFFIXES, stdin=b"Coalitie in Tiel").inputs
    assert found == (Input("stdin", "", b"Coalitie in Tiel", named=True),)
    (leaf,) = leaves_of(found[0], Choices())
    assert text_of(leaf, Choices()).content == "Coalitie in Tiel"


def test_an_unreadable_file_is_a_row_without_a_machine_path(folder: Path) -> None:
    (folder / "away.txt").symlink_to(folder / "nothing")
    item = next(i for i in discover([str(folder)], SUFFIXES).inputs if i.source == "away.txt")
    (leaf,) = leaves_of(item, Choices())
    assert leaf.problem is not None
    assert leaf.problem.error == "unreadable"
    assert str(folder) not in leaf.problem.message


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_a_file_name_that_is_no_utf8_still_has_a_source(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        with open(odd, "wb") as handle:  # noqa: PTH123  (a path of bytes)
            handle.write(b"tekst")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (found,) = sources(tmp_path)
    assert found.encode("utf-8")
