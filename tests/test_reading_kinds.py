"""What an input is: by its content first, by its name where the content leaves it open."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from coalitie.pipeline.reading.kinds import Kind, is_fragment, kind_of, refusal
from hypothesis import given, settings
from hypothesis import strategies as st

PAGE = "<!DOCTYPE html>\n<html><body><p>Coalitie Lindewaard</p></body></html>"
MAIL = "Return-Path: <a@linde.example>\r\nFrom: a@linde.example\r\nSubject: Partners\r\n\r\nBeste mensen,\r\n"
TEXT = "Coalitie Lindewaard\n\nDeelnemers:\n- GGD\n- Welzijn De Brug\n"


def parts(*names: str, content: str = "<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


def tarred(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    return out.getvalue()


WARC = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

CASES = [
    # by content, whatever the name
    ("a.txt", PAGE.encode(), Kind.HTML),
    ("a.csv", PAGE.encode("utf-16"), Kind.HTML),
    ("a", b"\xef\xbb\xbf \n<!-- x --><HTML lang=nl>", Kind.HTML),
    ("a.xml", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y"><html xmlns="z"/>', Kind.HTML),
    ("a.txt", b"%PDF-1.7\n\x00", Kind.PDF),
    ("a.html", b"\n\n%PDF-1.4\n", Kind.PDF),
    ("a.txt", b"junk\x00%PDF-1.4 ... startxref\n12\n%%EOF", Kind.PDF),
    ("a.doc", b"{\\rtf1\\ansi x}", Kind.RTF),
    ("a.zip", parts("[Content_Types].xml", "word/document.xml"), Kind.DOCX),
    ("a.zip", parts("[Content_Types].xml", "xl/workbook.xml"), Kind.XLSX),
    ("a.docx", parts("[Content_Types].xml", "ppt/presentation.xml"), Kind.OTHER_OFFICE),
    ("a", parts("mimetype", content="application/vnd.oasis.opendocument.text"), Kind.ODT),
    ("a", parts("mimetype", content="application/vnd.oasis.opendocument.spreadsheet"), Kind.OTHER_OFFICE),
    ("a", parts("mimetype", content="application/epub+zip"), Kind.EPUB),
    ("a.docx", parts("a.txt"), Kind.ZIP),
    ("a.docx", parts("a.txt")[:40], Kind.DOCX),
    ("a.bin", parts("a.txt")[:40], Kind.ZIP),
    ("a.txt", tarred(), Kind.TAR),
    ("a.gz", tarred("w:gz"), Kind.TAR),
    ("a", tarred("w:bz2"), Kind.TAR),
    ("a", tarred("w:xz"), Kind.TAR),
    ("a.tar.gz", gzip.compress(TEXT.encode()), Kind.GZ),
    ("a", bz2.compress(TEXT.encode()), Kind.BZ2),
    ("a", bz2.compress(b""), Kind.BZ2),
    ("a", lzma.compress(TEXT.encode()), Kind.XZ),
    ("a", WARC, Kind.WARC),
    ("a.gz", gzip.compress(WARC), Kind.WARC),
    ("a", b"PAR1\x15\x00PAR1", Kind.PARQUET),
    ("a.txt", MAIL.encode(), Kind.EML),
    ("a.txt", b'[{"tekst": "x"}, {"tekst": "y"}]', Kind.JSON),
    ("a.csv", b'{"tekst": "x",\n "n": [1]}', Kind.JSON),
    ("a", b'{"tekst": "x"}\n{"tekst": "y"}\n', Kind.JSONL),
    ("a.txt", b"\x89PNG\r\n\x1a\n\x00", Kind.IMAGE),
    ("a.html", b'<svg xmlns="x"></svg>', Kind.IMAGE),
    ("a.txt", b"MZ\x90\x00" + bytes(80), Kind.EXECUTABLE),
    ("a", b"\x00\x00\x00\x20ftypisom", Kind.MEDIA),
    ("a.docx", OLE, Kind.OLE),
    ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), Kind.LOCKED_OFFICE),
    ("a", b'<?xml version="1.0"?><rss/>', Kind.XML),
    ("a.txt", bytes(range(256)) * 9, Kind.BINARY),
    # by name
    ("a.md", b"# Kop\n\n* een\n", Kind.MARKDOWN),
    ("a.csv", b"naam;tekst\nx;y\n", Kind.CSV),
    ("A.TSV", b"naam\ttekst\n", Kind.TSV),
    ("a.csv", "naam;tekst\n".encode("utf-16"), Kind.CSV),
    ("a.html", b"<p>Een</p><p>Twee</p>", Kind.HTML),
    ("a.htm", b"caf&eacute;", Kind.HTML),
    ("a.eml", b"From: x\n\nHallo\n", Kind.EML),
    ("a.json", b'[{"tekst": ', Kind.JSON),
    ("a.jsonl", b'{"tekst": "x"}\n', Kind.JSONL),
    # what looks like something and is a text
    ("a.txt", TEXT.encode(), Kind.TEXT),
    ("a", b"", Kind.TEXT),
    ("a.html", b"Partners:\nGGD\n", Kind.TEXT),
    ("a.txt", b"<p>Een</p> <p>Twee</p>", Kind.TEXT),
    ("a.txt", b"Een pagina begint met <!DOCTYPE html> en <html>.", Kind.TEXT),
    ("a.txt", b"Een PDF begint met %PDF-1.4, zei hij.", Kind.TEXT),
    ("a.txt", b"# Kop\n\n* een\n", Kind.TEXT),
    ("a.txt", b"naam;tekst\nx;y\n", Kind.TEXT),
    ("a.txt", b"Van: a\nAan: b\nOnderwerp: c\n\nHallo", Kind.TEXT),
    ("a.txt", b"From: a\nSubject: b\n\nHallo", Kind.TEXT),
    ("a.txt", b"[Gemeente] Lindewaard", Kind.TEXT),
    ("a.txt", b"[1]", Kind.TEXT),
    ("a.txt", b"{naam} doet mee", Kind.TEXT),
    ("a.txt", b"BM is een afkorting, MZ ook, PK en ID3 ook", Kind.TEXT),
    ("a.txt", b"MZ is mantelzorg; de coalitie helpt mantelzorgers op veel manieren", Kind.TEXT),
    ("a.txt", b"WARC/1.0 is een formaat", Kind.TEXT),
    ("a.txt", b"PAR1 is geen kolom, PK\x20 ook niet", Kind.TEXT),
    ("a.txt", ("é" * 40_000).encode(), Kind.TEXT),
    ("a.txt", ("x" + "é" * 40_000).encode("utf-16-le"), Kind.TEXT),
    ("a.txt", "naïef café".encode("cp1252"), Kind.TEXT),
    ("a.txt", b"[" * 100_000, Kind.TEXT),
]


@pytest.mark.parametrize(("name", "data", "kind"), CASES, ids=[f"{c[2]} {i}" for i, c in enumerate(CASES)])
def test_kind(name: str, data: bytes, kind: Kind) -> None:
    assert kind_of(data, name) is kind


FRAGMENTS = [
    ("<p>Een</p><ul><li>twee</li></ul>", True),
    (PAGE, True),
    ("Partners:<br>GGD<br/>Gemeente", True),
    ("Tekst met <strong>nadruk</strong> erin", True),
    ("Zet <p> voor een alinea en <br> voor een regel", False),
    ("a < b en c > d", False),
    ("Mail naar <info@linde.example>", False),
    ("Gewone tekst\n- GGD", False),
]


@pytest.mark.parametrize(("content", "expected"), FRAGMENTS)
def test_cell_is_html(content: str, expected: bool) -> None:
    assert is_fragment(content) is expected


def test_refusals_say_what_to_do() -> None:
    refused = [kind for kind in Kind if refusal(kind)]
    assert Kind.TEXT not in refused
    assert Kind.PARQUET not in refused
    assert refused == list(Kind)[list(Kind).index(Kind.EPUB) :]
    locked = refusal(Kind.LOCKED_OFFICE)
    assert locked is not None
    assert locked.error == "encrypted"


@settings(deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["", "a.txt", "a.html", "a.json", "a.docx", "a.eml", "é\\b.csv"]))
def test_every_input_has_a_kind(data: bytes, name: str) -> None:
    assert kind_of(data, name) in Kind


@settings(deadline=None)
@given(st.sampled_from([case[1] for case in CASES]), st.data())
def test_broken_inputs_have_a_kind(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 5))):
        if broken:
            broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    assert kind_of(bytes(broken[: draw.draw(st.integers(0, len(broken)))]), "a.docx") in Kind
