"""GZ, BZ2 and XZ: bytes that are opened as they are read, with the limits checked on what really comes out."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from .limits import Meter, damaged
from .unreadable import Unreadable

GZ, BZ2, XZ = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00"
_PIECE = 16 * 1024  # what is fed at once; small, since what a decoder leaves over is copied
_OUT = 64 * 1024
_ZEROS = re.compile(rb"\x00*")
_XZ_MEMORY = 128 << 20  # a header may ask for 4 GiB
_SNIFFED = 1 << 20  # of packed bytes: BZ2 gives nothing before a block of 900 kB is whole


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


def is_compressed(data: bytes) -> bool:
    """Whether it begins as GZ, BZ2 or XZ does."""
    return _decoder(data) is not None or data.startswith(GZ)


def opened(data: bytes, meter: Meter) -> BinaryIO:
    """A stream of the content: unpacked where the bytes are compressed, the bytes themselves otherwise.

    Reading raises Unreadable: too_large (total or ratio), damaged.
    """
    return io.BufferedReader(_Stream(_metered(data, meter)), _OUT) if is_compressed(data) else io.BytesIO(data)


def head(data: bytes, length: int) -> bytes:
    """The first bytes of the content, as far as they can be had: to see what it is."""
    parts: list[bytes] = []
    try:
        with damaged("compressed data"):
            for piece in _pieces(data[:_SNIFFED]):
                parts.append(piece[:length])
                if sum(map(len, parts)) >= length:
                    break
    except Unreadable:
        pass  # of a first part the end is missing
    return b"".join(parts)[:length]


def inflated(data: bytes, encoding: str, meter: Meter) -> bytes:
    """A web page as HTTP packed it ('gzip', 'deflate', 'br', …); the bytes as they are where they were not packed."""
    match encoding.strip().lower():
        case "" | "identity" | "none":
            return data
        case "gzip" | "x-gzip":
            # Crawlers that unpack a page often keep the header that said it was packed.
            return _joined(_pieces(data), len(data), meter) if data.startswith(GZ) else data
        case "deflate":
            return _joined(_deflated(data), len(data), meter)
        case "br":
            return _joined(_brotli(data), len(data), meter)
        case other:
            raise Unreadable("unreadable", f"packed as {other[:20]!r}, which is not known")


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        n = min(len(target), len(self._left))
        target[:n] = self._left[:n]
        self._left = self._left[n:]
        return n


def _metered(data: bytes, meter: Meter) -> Iterator[bytes]:
    unpacked = 0
    with damaged("compressed data"):
        for piece in _pieces(data):
            unpacked += len(piece)
            meter.spend(len(piece))
            meter.check_ratio(unpacked, len(data))
            yield piece


def _joined(pieces: Iterator[bytes], packed: int, meter: Meter) -> bytes:
    parts: list[bytes] = []
    unpacked = 0
    with damaged("compressed data"):
        for piece in pieces:
            unpacked += len(piece)
            meter.spend(len(piece))
            meter.check_member(unpacked)
            meter.check_ratio(unpacked, packed)
            parts.append(piece)
    return b"".join(parts)


def _pieces(data: bytes) -> Iterator[bytes]:
    """What comes out, never more than 64 KiB at once."""
    make = _decoder(data)
    if make is not None:
        yield from _streams(data, make)
        return
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        while piece := file.read(_OUT):
            yield piece


def _decoder(data: bytes) -> Callable[[], _Decoder] | None:
    if data.startswith(BZ2) and data[3:4].isdigit() and data[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return bz2.BZ2Decompressor
    if data.startswith(XZ):
        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    return None


def _streams(data: bytes, make: Callable[[], _Decoder]) -> Iterator[bytes]:
    """One or more compressed streams behind each other; zeros behind the last are padding."""
    view, position = memoryview(data), 0
    while (position := _past_zeros(data, position)) < len(data):
        decoder = make()
        while not decoder.eof:
            piece = b""
            if decoder.needs_input:
                if position == len(data):
                    raise EOFError
                piece = bytes(view[position : position + _PIECE])
                position += len(piece)
            out = decoder.decompress(piece, _OUT)
            if out:
                yield out
        position -= len(decoder.unused_data)


def _past_zeros(data: bytes, position: int) -> int:
    found = _ZEROS.match(data, position)
    return found.end() if found else position


def _deflated(data: bytes) -> Iterator[bytes]:
    """With the header of zlib or, as some servers send it, without."""
    try:
        zlib.decompressobj().decompress(data[:64])
        decoder = zlib.decompressobj()
    except zlib.error:
        decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        while piece and not decoder.eof:
            yield decoder.decompress(piece, _OUT)
            piece = decoder.unconsumed_tail
    yield decoder.flush()
    if not decoder.eof:
        raise EOFError


def _brotli(data: bytes) -> Iterator[bytes]:
    try:
        import brotli
    except ImportError:
        raise Unreadable("missing_extra", "packed with Brotli: pip install 'coalitie[warc]'") from None
    decoder = brotli.Decompressor()
    yield decoder.process(data, output_buffer_limit=_OUT)
    while not decoder.is_finished():
        if decoder.can_accept_more_data():
            raise EOFError
        yield decoder.process(b"", output_buffer_limit=_OUT)
