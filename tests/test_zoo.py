"""A zoo of bad inputs: each has the expected row of errors.csv, and the good texts among them are read all the same."""

from __future__ import annotations

import csv
import gzip
import importlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).with_name("cases")
CRASHES = sorted(path for path in (CASES / "crashes").glob("*.*") if path.suffix != ".md")
GOOD = "Coalitie in Tiel, Gelderland\n\nDeelnemers\n\n• Gemeente Tiel\n• Stichting De Brug\n• GGD Gelderland-Zuid\n"
LONG = "Wij zijn een coalitie in Tiel en werken samen aan ontmoeting in de buurt. " * 6


def by_path(path: Path) -> ModuleType:
    """Tests and measurements are no packages."""
    name = f"zoo_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


office = by_path(Path(__file__).with_name("formats_office.py"))
PAGE = office.formats.PAGES[0]


# --- how they are made --------------------------------------------------------------------------------


def zipped(**parts: bytes | str) -> bytes:
    """Names with `__` for `.` and `___` for `/`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), data)
    return out.getvalue()


def tarred(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def link() -> tarfile.TarInfo:
    info = tarfile.TarInfo("sluiproute.txt")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


def zip_link() -> bytes:
    info = zipfile.ZipInfo("sluiproute.txt")
    info.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def behind_a_password(data: bytes) -> bytes:
    """The flag of encryption set, in both heads of the first member."""
    found = bytearray(data)
    found[6] |= 1
    found[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def nested(depth: int) -> bytes:
    data = GOOD.encode()
    for _ in range(depth):
        data = zipped(in__zip=data)
    return data


def packed(page: bytes, name: str, new: bytes) -> bytes:
    """A packed document with another part of this name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(page)) as source, zipfile.ZipFile(out, "w") as archive:
        for part in source.namelist():
            archive.writestr(part, new if part == name else source.read(part))
    return out.getvalue()


def parquet(*columns: str) -> bytes:
    import pyarrow
    from pyarrow import parquet as writer

    out = io.BytesIO()
    writer.write_table(pyarrow.table({name: [LONG] for name in columns}), out)
    return out.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(["tekst"])
    sheet.append([LONG])
    book.save(out)
    return out.getvalue()


DOCX, ODT, PDF = office.as_docx(PAGE), office.as_odt(PAGE), office.as_pdf(PAGE)
BOMB = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MAIL = b"From: noor@brug.example\nTo: allen@brug.example\nMIME-Version: 1.0\nMessage-ID: <1@brug.example>\n"
EPUB = zipped(mimetype=b"application/epub+zip", OEBPS___a__html=b"<p>x</p>")
SLIDES = zipped(**{"[Content_Types]__xml": b"<x/>", "ppt___presentation__xml": b"<x/>"})


@dataclass(frozen=True)
class Case:
    """A file, and the row that it gives: where (below its name), code, a word of the message."""

    name: str
    data: bytes
    error: str
    word: str
    below: str = ""

    @property
    def source(self) -> str:
        return f"{self.name}{self.below}"


ZOO = [
    # nothing, or no text
    Case("niets.txt", b"", "empty", "no text"),
    Case("wit.txt", b" \r\n\t\n\x0c", "empty", "no text"),
    Case("merk.txt", b"\xef\xbb\xbf", "empty", "no text"),
    Case("nul.txt", b"Coalitie\x00\x01\x02\x03 in\x00 Tiel" * 9, "binary", "not a text"),
    Case("stuurtekens.txt", b"Coalitie \x01\x02\x03\x04\x05\x06 in Tiel", "binary", "not a text"),
    Case("half-utf16.txt", b"\xff\xfeC\x00o", "undecodable", "utf-16"),
    Case("codepagina.txt", "Coalitie in Tiel é".encode("cp437") + b"\x81\x8d", "undecodable", "save the file as UTF-8"),
    Case(
        "leeg.html",
        b"<!doctype html><html><head><title>x</title><script>1</script></head><body></body></html>",
        "no_text",
        "script",
    ),
    Case("opmaak.md", b"<!-- niets -->\n\n---\n", "no_text", "markup"),
    # something else
    Case("plaatje.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), "binary", "image"),
    Case("foto.pdf", b"\xff\xd8\xff\xe0" + bytes(99), "binary", "image"),
    Case("programma.txt", b"\x7fELF" + bytes(99), "binary", "program"),
    Case("gegevens.txt", b"SQLite format 3\x00" + bytes(99), "binary", "export the table"),
    Case("geluid.txt", b"ID3\x03" + bytes(99), "binary", "sound"),
    Case("letter.txt", b"OTTO\x00" + bytes(99), "binary", "font"),
    Case("archief.txt", b"7z\xbc\xaf\x27\x1c" + bytes(99), "unreadable", "pack it as .zip"),
    Case("oud.docx", OLE, "unreadable", "before 2007"),
    Case("boek.zip", EPUB, "unreadable", "e-book"),
    Case("dia.docx", SLIDES, "unreadable", "slides"),
    Case("feed.txt", b'<?xml version="1.0"?><rss><item>Tiel</item></rss>', "unreadable", "XML"),
    # damaged documents
    Case("half.docx", DOCX[: len(DOCX) // 2], "damaged", "zip archive"),
    Case("geen-xml.docx", packed(DOCX, "word/document.xml", b"<w:document><w:body>"), "damaged", "well-formed"),
    Case("bom.docx", packed(DOCX, "word/document.xml", BOMB), "damaged", "document type"),
    Case("leeg.odt", office.odt_of(""), "empty", "no text"),
    Case("half.odt", ODT[:-80], "damaged", "zip archive"),
    Case("bom.odt", packed(ODT, "content.xml", BOMB), "damaged", "document type"),
    Case("leeg.rtf", b"{\\rtf1\\ansi }", "empty", "no text"),
    Case("diep.rtf", b"{\\rtf1 " + b"{" * 20_000 + b"x", "too_deep", "groups"),
    Case("half.pdf", PDF[:300], "damaged", "structure"),
    Case("leeg.pdf", office.pdf_of([office.Mark(100, 100)]), "no_text", "no text"),
    Case("slot.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
    # tables
    Case("half.xlsx", xlsx()[:-99], "damaged", "incomplete"),
    Case("half.parquet", parquet("tekst")[:-9], "damaged", "Parquet"),
    Case(
        "gat.jsonl",
        f'{{"tekst": "{LONG}"}}\n{{"tekst": "{LONG}"}}\n{{"tekst": \n'.encode(),
        "damaged",
        "line",
        "/row-3",
    ),
    Case("aanhaling.csv", f'id,tekst\n1,"{LONG}"\n2,"{LONG}\n'.encode(), "damaged", "quote", "/row-3"),
    Case("halve-letter.jsonl", json.dumps({"a\ud800": LONG, "b": LONG}).encode(), "no_text", "a\\ud800, b"),
    Case("cellen.csv", f'id,tekst\n1,"{LONG}"\n2,"{LONG}",x,y\n'.encode(), "damaged", "more cells", "/row-3"),
    # mail
    Case(
        "geheim.eml",
        MAIL + b"Content-Type: multipart/encrypted; boundary=x\n\n--x\n\n--x--\n",
        "encrypted",
        "encrypted e-mail",
    ),
    Case("stil.eml", MAIL + b"Subject: x\n\n", "empty", "no text", "/message.txt"),
    # archives
    Case("leeg.zip", zipped(), "no_text", "nothing"),
    Case("half.zip", zipped(a__txt=GOOD * 9)[:60], "damaged", "archive"),
    Case("slot.zip", behind_a_password(zipped(a__txt=GOOD)), "encrypted", "password", "/a.txt"),
    Case("sluiproute.zip", zip_link(), "unreadable", "link", "/sluiproute.txt"),
    Case("zwelt.zip", zipped(a__txt=b"x" * (80 << 20)), "too_large", "200 times", "/a.txt"),
    Case("diep.zip", nested(7), "too_deep", "5 containers", "/in.zip" * 5),
    Case("sluiproute.tar", tarred(link(), ("a.txt", GOOD.encode())), "unreadable", "link", "/sluiproute.txt"),
    Case("half.tar", tarred(("a.txt", GOOD.encode() * 99))[:3000], "damaged", "ends within"),
    Case("half.gz", gzip.compress(GOOD.encode() * 99, mtime=0)[:-30], "damaged", "compressed data"),
    Case("rommel.gz", b"\x1f\x8b\x08" + bytes(99), "damaged", "compressed data"),
    Case("rommel.bz2", b"BZh91AY&SY" + bytes(99), "damaged", "compressed data"),
    Case("rommel.xz", b"\xfd7zXZ\x00" + bytes(99), "damaged", "compressed data"),
    Case(
        "half.warc",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 500\r\n\r\nHTTP/1.1 200 OK\r\n",
        "damaged",
        "web archive",
    ),
    Case("slecht.zip", zipped(a__txt=GOOD, b__txt=b"\x00\x01", c__pdf=PDF[:300]), "damaged", "structure", "/c.pdf"),
]
# Good texts in bad company, and what is among texts without being one: neither has a row of errors.
READ = (
    "goed.txt",
    "cellen.csv/row-2",
    "gat.jsonl/row-1",
    "gat.jsonl/row-2",
    "slecht.zip/a.txt",
    "sluiproute.tar/a.txt",
)
PASSED_OVER = {
    "lijst.csv": b"naam,aantal\nTiel,3\nBuren,4\n",
    "instellingen.json": b'{"kleur": "blauw"}',
    "logo.png": b"\x89PNG\r\n\x1a\n",
    "plaatjes.zip": zipped(logo__png=b"\x89PNG\r\n\x1a\n" + bytes(9), goed__txt=GOOD),
}


# --- one run over all of them -------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    code: int
    words: str
    errors: dict[str, list[str]]
    sources: frozenset[str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("zoo")
    texts = place / "texts"
    texts.mkdir()
    for name, data in (*((case.name, case.data) for case in ZOO), *PASSED_OVER.items(), ("goed.txt", GOOD.encode())):
        (texts / name).write_bytes(data)
    (texts / "weg.txt").symlink_to("nergens.txt")
    (texts / "rond.txt").symlink_to("rond.txt")
    if hasattr(os, "mkfifo"):
        os.mkfifo(texts / "pijp.txt")
    named = "texts/halve-letter.jsonl"  # a table that nobody names would be passed over
    command = [sys.executable, "-m", "coalitie.cli", "extract", "texts", named, "--out", "run", "--model", "blank:nl"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=300)
    with (place / "run" / "errors.csv").open(encoding="utf-8", newline="") as handle:
        errors = {row[0]: row for row in list(csv.reader(handle))[1:]}
    with (place / "run" / "documents.csv").open(encoding="utf-8", newline="") as handle:
        sources = frozenset(row["source"] for row in csv.DictReader(handle))
    return Run(done.returncode, done.stderr, errors, sources)


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_a_bad_input_has_its_row(case: Case, run: Run) -> None:
    source, stage, error, message = run.errors[case.source]
    assert (source, stage, error) == (case.source, "reading", case.error)
    assert case.word in message
    assert case.source not in run.sources


@pytest.mark.parametrize(
    ("name", "word"), [("weg.txt", "No such file"), ("rond.txt", "symbolic link"), ("pijp.txt", "regular")]
)
def test_a_place_that_is_no_file_has_its_row(name: str, word: str, run: Run) -> None:
    if name == "pijp.txt" and not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    assert run.errors[name][2] == "unreadable"
    assert word in run.errors[name][3]


def test_attention_is_asked_and_no_traceback_shown(run: Run) -> None:
    assert run.code == 1
    assert "Traceback" not in run.words
    assert f"not done: {len(run.errors) - 10} more" in run.words


def test_no_place_of_this_machine_is_told(run: Run) -> None:
    assert not [row for row in run.errors.values() if str(CHECKOUT) in row[3] or "texts/" in row[3]]


def test_good_texts_among_them_are_read(run: Run) -> None:
    assert set(READ) <= run.sources
    assert run.sources.isdisjoint(run.errors)


def test_what_is_no_text_is_passed_over_in_silence(run: Run) -> None:
    assert not [source for source in run.errors if source.split("/")[0] in PASSED_OVER]
    assert {source for source in run.sources if source.split("/")[0] in PASSED_OVER} == {"plaatjes.zip/goed.txt"}


def test_every_row_of_errors_is_expected(run: Run) -> None:
    of_one_case = {case.source for case in ZOO} | {"weg.txt", "rond.txt", "pijp.txt", "slecht.zip/b.txt"}
    assert set(run.errors) <= of_one_case


# --- what went wrong once -----------------------------------------------------------------------------


@cache
def fuzz() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CHECKOUT / "bench"))
        return importlib.import_module("fuzz")


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.name)
def test_an_input_that_once_went_wrong(path: Path) -> None:
    found = fuzz().outcome(path.name.split("-")[0], path.read_bytes())
    assert not found.complaint


def test_the_check_of_fuzzing_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not fuzz().outcome("text", GOOD.encode()).complaint
    monkeypatch.setattr(fuzz(), "text_of", lambda *_: 1 / 0)
    assert fuzz().outcome("text", GOOD.encode()).complaint.startswith("ZeroDivisionError")


def test_changes_are_the_same_for_a_number_and_others_for_another() -> None:
    for target in ("docx", "rules"):
        whole = fuzz().seeds(target)
        first, again, second = (fuzz().changed(target, number, whole) for number in (1, 1, 2))
        assert first == again != second
