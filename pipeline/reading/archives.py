"""ZIP, TAR and single compressed files: their members one by one. Nothing is ever written to a path of an archive."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from .compressed import is_compressed, opened
from .kinds import Kind, kind_of
from .limits import Limits, Meter, damaged, ending_well
from .member_names import Names, is_system
from .rendered import Hints, Member
from .unreadable import Unreadable

_PIECE = 64 * 1024
_SMALL_PIECE = 4096  # of methods whose decoder gives all that a piece holds, however much that is
_LONG_NAME = 1 << 20  # bytes of a TAR's extra header
_EXTRA_HEADERS = frozenset(
    {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_SUFFIXES = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}


def members(data: bytes, hints: Hints, limits: Limits, meter: Meter | None = None) -> Iterator[Member]:
    """The files in an archive, in its own order; hidden ones and those of the operating system are left out.

    What cannot be taken out is a member with a problem. Raises Unreadable where the whole cannot be opened.
    """
    meter = meter or Meter(limits)
    match kind_of(data, ""):
        case Kind.TAR:
            found = _tar(data, meter)
        case _ if is_compressed(data):
            found = _single(data, hints, meter)
        case _:
            found = _zip(data, meter)
    yield from ending_well(found)


def check_package(data: bytes, limits: Limits, meter: Meter | None = None) -> None:
    """Whether a document that is a ZIP of XML (such as XLSX) may be given to a parser that trusts it.

    Raises Unreadable: too_large, too_many, encrypted, or damaged where it declares entities, which none of them may.
    """
    meter = meter or Meter(limits)
    with damaged("the document"), _opened_zip(data, meter) as archive:
        for info in archive.infolist():
            if info.flag_bits & _ENCRYPTED:
                raise Unreadable("encrypted", "behind a password; save it without")
            tail, unpacked = b"", 0
            for piece in _zip_pieces(archive, info, meter):
                unpacked += len(piece)
                meter.check_member(unpacked)
                seen = tail + piece.replace(b"\x00", b"")  # XML may be in UTF-16
                if info.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                    raise Unreadable("damaged", "declares XML entities, which an office document does not")
                tail = seen[-10:]


def _zip(data: bytes, meter: Meter) -> Iterator[Member]:
    names = Names()
    with damaged("the archive"), _opened_zip(data, meter) as archive:
        for info in archive.infolist():
            name = _zip_name(info)
            meter.member()
            if info.is_dir() or name.endswith("\\") or is_system(name):
                continue
            own = names.path(name)
            try:
                yield Member(own, _zip_member(archive, info, meter))
            except Unreadable as problem:
                if meter.exhausted:
                    raise
                yield Member(own, problem=problem)


def _opened_zip(data: bytes, meter: Meter) -> zipfile.ZipFile:
    # Every entry of the directory has this mark; all entries are read when a ZIP is opened.
    meter.check_members(data.count(b"PK\x01\x02"))
    return zipfile.ZipFile(io.BytesIO(data))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Its name; many programs write UTF-8 without saying so, which ZIP takes for the letters of DOS."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> bytes:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise Unreadable("unreadable", "a link or a device; these are not followed")
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted", "behind a password; pack it without")
    return _collected(_zip_pieces(archive, info, meter), meter)


def _zip_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    bounded = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    unpacked = 0
    with damaged("the archive's member"):
        try:
            file = archive.open(info)
        except NotImplementedError:
            raise Unreadable(
                "unreadable", "packed by a method that is not known; pack it as an ordinary .zip"
            ) from None
        with file:
            while piece := file.read(_PIECE if bounded else _SMALL_PIECE):
                unpacked += len(piece)
                meter.spend(len(piece))
                meter.check_ratio(unpacked, info.compress_size)
                yield piece


def _tar(data: bytes, meter: Meter) -> Iterator[Member]:
    names = Names()
    # A header may declare any size, and what skips to the next header would count on for ever.
    end = meter.limits.total_bytes if is_compressed(data) else len(data)
    stream = opened(data, meter)
    with (
        damaged("the archive"),
        tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, errors="surrogateescape") as archive,
    ):
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # it would keep the headers of all
            meter.member()
            if archive.offset > end + tarfile.BLOCKSIZE:
                raise Unreadable("damaged", f"the archive ends within {info.name!r:.100}")
            if info.isdir() or is_system(info.name):
                continue
            own = names.path(info.name)
            if not info.isreg() or info.issparse():
                problem = Unreadable("unreadable", "a link, a device or a file with holes; these are not followed")
                yield Member(own, problem=problem)
            elif info.size > meter.limits.member_bytes:
                # In a TAR the declared size is the true one: the next header stands behind it.
                yield Member(own, problem=meter.too_large())
            else:
                yield Member(own, _tar_member(archive, info))


class _Header(tarfile.TarInfo):
    """A header that ends the archive where it is damaged, and that asks for no memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if type(error).__name__ in ("EOFHeaderError", "EmptyHeaderError"):
                raise
            raise Unreadable("damaged", "the archive is damaged; the rest is not read") from None
        if header.type in _EXTRA_HEADERS and header.size > _LONG_NAME:
            raise Unreadable("damaged", "the archive has a name of more than 1 MiB; the rest is not read")
        return header


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info)
    data = file.read() if file is not None else b""
    if len(data) != info.size:
        raise Unreadable("damaged", "the archive ends within a member")
    return data


def _single(data: bytes, hints: Hints, meter: Meter) -> Iterator[Member]:
    path = PurePosixPath(hints.name.replace("\\", "/"))
    stem = path.stem + _SUFFIXES.get(path.suffix.lower(), path.suffix) if hints.name else "content"
    meter.member()
    yield Member(Names().path(stem), _collected(_stream_pieces(opened(data, meter)), meter))


def _stream_pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _collected(pieces: Iterator[bytes], meter: Meter) -> bytes:
    parts: list[bytes] = []
    total = 0
    for piece in pieces:
        total += len(piece)
        meter.check_member(total)
        parts.append(piece)
    return b"".join(parts)
