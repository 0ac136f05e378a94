"""Web archives (WARC, also compressed): the pages and documents that servers answered with.

Read by hand: the records are simple, and the libraries for them read a header line of any length into memory.
"""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from .compressed import inflated, opened
from .kinds import Kind, kind_of
from .limits import Limits, Meter, damaged, ending_well
from .member_names import Names
from .rendered import Hints, Member
from .unreadable import Unreadable

_LINE = 4096
_PIECE = 64 * 1024
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "message/rfc822": ".eml",
}
_UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
_READ = frozenset({Kind.HTML, Kind.PDF, Kind.DOCX, Kind.ODT, Kind.RTF})
# What a page is made of besides its text.
_ASSETS = frozenset({Kind.IMAGE, Kind.MEDIA, Kind.FONT, Kind.EXECUTABLE, Kind.XML, Kind.JSON, Kind.JSONL})
_NO_PAGE = re.compile(r"/robots\.txt$|\.(?:js|mjs|css|map|json)$", re.I)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})[^\n]*\n")
_BLANK = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    url: str
    content_type: str
    length: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server sent, as it was sent: perhaps in chunks, perhaps packed."""

    body: bytes
    headers: Message

    @property
    def content_type(self) -> str:
        return str(self.headers.get("Content-Type", "")).partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        return self.headers.get_content_charset("")


def members(data: bytes, hints: Hints, limits: Limits, meter: Meter | None = None) -> Iterator[Member]:
    """Answers (status 2xx) and resources that are text, HTML, PDF or an office document, named by their address.

    Scripts, styles, pictures, robots.txt and other records are left out, so are revisits: what they revisit is there.
    Raises Unreadable where the file is no WARC from its first record on.
    """
    meter = meter or Meter(limits)
    yield from ending_well(_members(opened(data, meter), meter))


def _members(stream: BinaryIO, meter: Meter) -> Iterator[Member]:
    names = Names()
    with damaged("the web archive"):
        while (record := _next(stream)) is not None:
            start = _block(stream, min(record.length, _PIECE))
            left = record.length - len(start)
            answer = _answer(record, start)
            if answer is None or not _is_wanted(record.url, answer.content_type):
                _skip(stream, left)
                continue
            name = _name(record.url, _SUFFIXES.get(answer.content_type, ""))
            if record.length > meter.limits.member_bytes:
                meter.member()
                yield Member(names.path(name), problem=meter.too_large(), where=record.url)
                _skip(stream, left)
                continue
            whole = replace(answer, body=answer.body + _block(stream, left))
            try:
                body = _body(whole, meter)
            except Unreadable as problem:
                if meter.exhausted:
                    raise
                meter.member()
                yield Member(names.path(name), problem=problem, where=record.url)
                continue
            if _is_text(body, answer.content_type):
                meter.member()
                yield Member(names.path(name), body, charset=answer.charset, where=record.url)


def _next(stream: BinaryIO) -> _Record | None:
    """The header of the next record; None at the end."""
    line = b"\n"
    while line and not line.strip():
        line = stream.readline(_LINE)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        raise Unreadable("damaged", "the web archive is damaged: a record does not begin where it should")
    headers = http.client.parse_headers(stream)  # 100 at most, of 64 KiB at most
    length = str(headers.get("Content-Length", "")).strip()
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise Unreadable("damaged", "the web archive is damaged: a record without its length")
    url = str(headers.get("WARC-Target-URI", "")).strip().removeprefix("<").removesuffix(">")
    kind = str(headers.get("WARC-Type", "")).strip().lower()
    return _Record(kind, url, str(headers.get("Content-Type", "")), int(length))


def _block(stream: BinaryIO, length: int) -> bytes:
    block = stream.read(length)
    if len(block) < length:
        raise Unreadable("damaged", "the web archive ends within a record")
    return block


def _skip(stream: BinaryIO, length: int) -> None:
    while length > 0:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            raise Unreadable("damaged", "the web archive ends within a record")
        length -= len(piece)


def _answer(record: _Record, block: bytes) -> _Answer | None:
    """The answer in a record, from its first bytes; None for redirections and errors, and for other records."""
    if record.kind not in ("response", "resource"):
        return None
    status = _STATUS.match(block)
    if status is None:
        headers = Message()
        headers["Content-Type"] = " ".join(record.content_type.split())
        return _Answer(block, headers)
    blank = _BLANK.search(block, status.end() - 2)
    if not status[1].startswith(b"2") or blank is None:
        return None
    return _Answer(block[blank.end() :], http.client.parse_headers(io.BytesIO(block[status.end() : blank.end()])))


def _is_wanted(url: str, content_type: str) -> bool:
    path = url.partition("?")[0].partition("#")[0]
    return (content_type in _SUFFIXES or content_type in _UNDECLARED) and not _NO_PAGE.search(path)


def _body(answer: _Answer, meter: Meter) -> bytes:
    body = answer.body
    if "chunked" in str(answer.headers.get("Transfer-Encoding", "")).lower():
        body = _unchunked(body)
    # Packed more than once is possible; the last packing is named last.
    for encoding in reversed(str(answer.headers.get("Content-Encoding", "")).split(",")[-3:]):
        body = inflated(body, encoding, meter)
    return body


def _unchunked(body: bytes) -> bytes:
    """The body without the sizes between its chunks; as it is where a crawler took them out."""
    parts: list[bytes] = []
    position = 0
    while (chunk := _CHUNK.match(body, position)) is not None:
        length = int(chunk[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(body[chunk.end() : chunk.end() + length])
        position = chunk.end() + length
        position += len(body[position : position + 2]) - len(body[position : position + 2].lstrip(b"\r\n"))
    return b"".join(parts) if position >= len(body) and parts else body


def _is_text(body: bytes, content_type: str) -> bool:
    """Whether it is what its header says: pictures are often sent as pages, and pages without a header."""
    if not body.strip():
        return False
    kind = kind_of(body, "")
    return kind in _READ if content_type in _UNDECLARED else kind not in _ASSETS


def _name(url: str, suffix: str) -> str:
    """Host, path and query; the ending that says what it is where the address has another or none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    path = unquote(parts.path)
    name = f"{host}/{path.lstrip('/')}{'index' if path in ('', '/') or path.endswith('/') else ''}"
    if parts.query:
        name += f"?{unquote(parts.query).replace('/', '-')}"
    return name if name.lower().endswith(suffix) else name + suffix
