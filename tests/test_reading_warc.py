"""Web archives, as crawlers write them: the pages come out, what pages are made of does not."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib

import brotli
import pytest
from coalitie.pipeline.reading.limits import MIB, Limits
from coalitie.pipeline.reading.rendered import Hints, Member
from coalitie.pipeline.reading.unpacking import texts_of
from coalitie.pipeline.reading.unreadable import Unreadable
from coalitie.pipeline.reading.warc import members
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = "<!doctype html><html><body><p>Coalitie Súdhoek – GGD</p></body></html>".encode("cp1252")
HTML = "text/html; charset=windows-1252"
AT = "https://linde.example/wie/"


def record(kind: str, url: str, block: bytes, content_type: str = "application/http; msgtype=response") -> bytes:
    """One record by hand, uncompressed."""
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes, content_type: str = HTML, status: str = "200 OK", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{more}\r\n".encode() + body


def page(url: str = AT, body: bytes = PAGE, content_type: str = HTML, status: str = "200 OK", **headers: str) -> bytes:
    return record("response", url, answer(body, content_type, status, **headers))


def taken(data: bytes, limits: Limits | None = None) -> list[tuple[str, bytes | str]]:
    return [(m.name, m.problem.error if m.problem else m.data) for m in members(data, Hints(), limits or Limits())]


def written(packed: bool) -> bytes:
    """A crawl as the library for these files writes it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)

    def write(kind: str, url: str, body: bytes, content_type: str, status: str = "200 OK") -> None:
        headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
        http = headers if kind in ("response", "revisit") else None
        writer.write_record(
            writer.create_warc_record(
                url, kind, payload=io.BytesIO(body), http_headers=http, warc_content_type=content_type
            )
        )

    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "x"}))
    write("response", "dns:linde.example", b"20260101\n", "text/dns")
    write("response", "https://linde.example/robots.txt", b"User-agent: *", "text/plain")
    write("response", AT, PAGE, HTML)
    write("request", AT, b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
    write("response", "https://linde.example/oud", b"weg", "text/html", "301 Moved")
    write("response", "https://linde.example/geen", b"<html>404", "text/html", "404 Not Found")
    write("response", "https://linde.example/stijl.css", b"p {}", "text/css")
    write("response", "https://linde.example/app.js", b"var x", "text/plain")
    write("response", "https://linde.example/a.png", b"\x89PNG\r\n\x1a\n\x00", "text/html")
    write("response", "https://linde.example/api", b'[{"a": 1}]', "application/json")
    write("revisit", AT, b"", HTML)
    write("resource", "https://linde.example/plan", b"%PDF-1.4\n", "application/pdf")
    write("metadata", AT, b"x: y", "text/plain")
    return out.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_a_crawl(packed: bool) -> None:
    data = written(packed)
    assert list(members(data, Hints(), Limits())) == [
        Member("linde.example/wie/index.html", PAGE, charset="windows-1252", where=AT),
        Member("linde.example/plan.pdf", b"%PDF-1.4\n", where="https://linde.example/plan"),
    ]
    leaves = list(texts_of("a.warc.gz", data, Hints("a.warc.gz"), Limits()))
    assert [(leaf.source, str(leaf.kind), leaf.charset) for leaf in leaves] == [
        ("a.warc.gz/linde.example/wie/index.html", "html", "windows-1252"),
        ("a.warc.gz/linde.example/plan.pdf", "pdf", ""),
    ]


def chunked(body: bytes) -> bytes:
    return (
        b"".join(b"%x;a=b\r\n%s\r\n" % (len(body[i : i + 7]), body[i : i + 7]) for i in range(0, len(body), 7))
        + b"0\r\n\r\n"
    )


def deflated(body: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(body) + packer.flush()


PACKED: list[tuple[str, bytes, dict[str, str]]] = [
    ("chunked", chunked(PAGE), {"Transfer_Encoding": "chunked"}),
    ("chunks taken out by the crawler", PAGE, {"Transfer_Encoding": "chunked"}),
    ("gzip", gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
    ("unpacked by the crawler", PAGE, {"Content_Encoding": "gzip"}),
    ("chunked gzip", chunked(gzip.compress(PAGE)), {"Content_Encoding": "GZIP", "Transfer_Encoding": "Chunked"}),
    ("deflate", deflated(PAGE, 15), {"Content_Encoding": "deflate"}),
    ("deflate without a header", deflated(PAGE, -15), {"Content_Encoding": "deflate"}),
    ("brotli", brotli.compress(PAGE), {"Content_Encoding": "br"}),
    ("twice", gzip.compress(deflated(PAGE, 15)), {"Content_Encoding": "deflate, gzip"}),
]


@pytest.mark.parametrize(("body", "headers"), [p[1:] for p in PACKED], ids=[p[0] for p in PACKED])
def test_bodies_as_http_packs_them(body: bytes, headers: dict[str, str]) -> None:
    assert taken(page(body=body, **headers)) == [("linde.example/wie/index.html", PAGE)]


NAMES = [
    ("<https://linde.example>", "linde.example/index.html"),
    ("https://Linde.example:8080/a/b", "linde.example/a/b.html"),
    ("https://linde.example/a.HTML#x", "linde.example/a.HTML"),
    ("https://linde.example/a.php?id=3&p=x/y", "linde.example/a.php?id=3&p=x-y.html"),
    ("https://linde.example/../../etc/passwd", "linde.example/etc/passwd.html"),
    ("https://linde.example/%2e%2e%2fs%C3%BAd", "linde.example/súd.html"),
    ("file:///C:/a.html", "C:/a.html"),
    ("https://[kapot", "https:/[kapot"),
    ("", "index.html"),
]


@pytest.mark.parametrize(("url", "name"), NAMES)
def test_names_from_addresses(url: str, name: str) -> None:
    assert [found for found, _ in taken(page(url))] == [name]


def test_pages_without_a_type_are_known_by_their_content() -> None:
    data = page("https://a.example/x", content_type="application/octet-stream") + page(
        "https://a.example/y", b"var x", ""
    )
    assert taken(data) == [("a.example/x", PAGE)]


TWICE = [("linde.example/wie/index.html", PAGE), ("linde.example/wie/index-2.html", PAGE)]
BAD: list[tuple[str, bytes, list[tuple[str, bytes | str]]]] = [
    ("one page twice", page() + page(), TWICE),
    ("more blank lines", page() + b"\r\n\n\n" + page(), TWICE),
    ("bare line feeds", record("response", AT, answer(PAGE).replace(b"\r\n", b"\n")).replace(b"\r\n", b"\n"), TWICE[:1]),
    ("cut", page() + page()[:-40], [TWICE[0], ("", "damaged")]),
    ("no length", page() + page().replace(b"Content-Length", b"Length"), [TWICE[0], ("", "damaged")]),
    ("negative length", page() + page().replace(b"Length: ", b"Length: -"), [TWICE[0], ("", "damaged")]),
    ("length too short", page() + page().replace(b"Length: 1", b"Length: ") + page(), [TWICE[0], ("", "damaged")]),
    ("length of the world", page() + page().replace(b"Length: ", b"Length: 99999999"), [TWICE[0], ("", "damaged")]),
    ("broken gzip", page(body=gzip.compress(PAGE)[:30], Content_Encoding="gzip") + page(), [(TWICE[0][0], "damaged"), (TWICE[1][0], PAGE)]),
    ("unknown packing", page(Content_Encoding="zst?d") + page(), [(TWICE[0][0], "unreadable"), (TWICE[1][0], PAGE)]),
    ("no answer", record("response", AT, b"HTTP/1.1 200 OK\r\n"), []),
    ("nothing in the answer", page(body=b" \n"), []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_archives_that_are_not_well(data: bytes, expected: list[tuple[str, bytes | str]]) -> None:
    assert taken(data) == expected


def test_what_is_no_archive_from_its_first_record_on() -> None:
    for data in (b"WARC/1.0\r\n", page()[:-60], page().replace(b"Content-Length", b"Length")):
        with pytest.raises(Unreadable) as caught:
            taken(data)
        assert caught.value.error == "damaged"


def test_limits() -> None:
    bomb = gzip.compress(bytes(100 * MIB))
    data = page(body=bomb, Content_Encoding="gzip") + page()
    assert taken(data) == [(TWICE[0][0], "too_large"), (TWICE[1][0], PAGE)]
    brotlis = page(body=brotli.compress(bytes(100 * MIB), quality=1), Content_Encoding="br") + page()
    assert taken(brotlis) == [(TWICE[0][0], "too_large"), (TWICE[1][0], PAGE)]
    large = page(body=b"x" * 2000) + page(body=b"x" * 2000, content_type="video/mp4") + page()
    assert taken(large, Limits(member_bytes=1000)) == [(TWICE[0][0], "too_large"), (TWICE[1][0], PAGE)]
    assert [e for _, e in taken(page() * 9, Limits(members=5))][-1] == "too_many"
    assert [e for _, e in taken(page() + data, Limits(total_bytes=MIB))] == [PAGE, "too_large"]


def test_a_header_line_without_end_costs_no_memory() -> None:
    data = gzip.compress(page()[:30]) + gzip.compress(b"a" * 16 * MIB) * 4
    tracemalloc.start()
    with pytest.raises(Unreadable):
        taken(data)
    assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    tracemalloc.stop()


@settings(deadline=None)
@given(st.sampled_from([written(False), written(True), *(page(body=b, **h) for _, b, h in PACKED)]), st.data())
def test_broken_archives_give_members_or_unreadable(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 8))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    try:
        for member in members(bytes(broken), Hints(), Limits()):
            assert isinstance(member, Member)
    except Unreadable:
        pass


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_junk_gives_members_or_unreadable(junk: bytes) -> None:
    assert list(texts_of("a", b"WARC/1.0\r\n" + junk, Hints("a"), Limits()))
    assert list(texts_of("a", record("response", AT, answer(junk, Transfer_Encoding="chunked")), Hints("a"), Limits()))
