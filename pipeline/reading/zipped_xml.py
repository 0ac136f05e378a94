"""A zip of XML parts, which DOCX and ODT both are: opened within limits, parsed without document types.

A part is parsed by expat with a handler that refuses `<!DOCTYPE`: no entity can be declared, so none is expanded or
fetched. Nothing is unpacked to disk; names of parts are only looked up in the archive, never opened as paths.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .unreadable import Unreadable

MAX_PARTS = 10_000
MAX_BYTES = 64_000_000  # of all XML that is read from one file
MAX_RATIO = 250  # the XML of word processors is packed 5 to 40 times; a bomb 1,000 times
RATIO_FROM = 4_000_000  # below this many bytes a high ratio does no harm
MAX_DEPTH = 200
MAX_ELEMENTS = 1_500_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError)


class Package:
    """The parts of one file. `kind` is the format in words of a user, `prefixes` the short names of its namespaces."""

    def __init__(self, data: bytes, kind: str, prefixes: Mapping[str, str]) -> None:
        self._kind = kind
        self._prefixes = prefixes
        self._left = MAX_BYTES
        if data.startswith(_OLE):
            raise old_binary(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._names = {info.filename.lower(): info for info in self._zip.infolist()}
        except (*_BROKEN, RuntimeError, MemoryError, IndexError):
            raise self._damaged("it is no complete zip archive") from None
        if len(self._names) > MAX_PARTS:
            raise Unreadable("too_many", f"the {kind} file holds more than {MAX_PARTS} parts")

    def part(self, name: str) -> Element | None:
        """The XML of one part, None where the archive does not hold it. Raises Unreadable."""
        info = self._names.get(name.lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise encrypted(self._kind)
        return self._parsed(self._bytes(info), name)

    def needed(self, name: str) -> Element:
        """The XML of a part that the file cannot do without."""
        root = self.part(name)
        if root is None:
            raise self._damaged(f"{name} is missing")
        return root

    def optional(self, name: str) -> Element | None:
        """The XML of a part that only helps: None too where it is broken, as the text can be read without."""
        try:
            return self.part(name)
        except Unreadable as problem:
            if problem.error == "damaged":
                return None
            raise

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        # The size that the archive tells is not believed: no more than the limit is ever unpacked.
        bound = min(self._left, max(RATIO_FROM, MAX_RATIO * info.compress_size))
        try:
            with self._zip.open(info) as stream:
                data = stream.read(bound + 1)
        except (*_BROKEN, RuntimeError):
            raise self._damaged(f"{info.filename} cannot be unpacked") from None
        if len(data) > bound:
            raise Unreadable(
                "too_large", f"{info.filename} in the {self._kind} file unpacks to more than {bound:,} bytes"
            )
        self._left -= len(data)
        return data

    def _parsed(self, data: bytes, name: str) -> Element:
        try:
            return parse(data, self._prefixes)
        except Unreadable as problem:
            raise Unreadable(problem.error, f"{name} in the {self._kind} file {problem.message}") from None

    def _damaged(self, what: str) -> Unreadable:
        return Unreadable("damaged", f"the {self._kind} file cannot be read: {what}")


def parse(data: bytes, prefixes: Mapping[str, str]) -> Element:
    """XML as a tree whose names are 'prefix|local', as in CSS: '|local' for namespaces that `prefixes` lacks."""
    return _Parsing(prefixes).tree(data)


class _Parsing:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._short: dict[str, str] = {}
        self._builder = TreeBuilder()
        self._depth = 0
        self._elements = 0

    def tree(self, data: bytes) -> Element:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError, AssertionError):
            raise Unreadable("damaged", "is no well-formed XML") from None
        return self._builder.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable("too_deep", f"nests more than {MAX_DEPTH} elements")
        if self._elements > MAX_ELEMENTS:
            raise Unreadable("too_large", f"holds more than {MAX_ELEMENTS:,} elements")
        self._builder.start(self._name(name), {self._name(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(self._name(name))

    def _name(self, name: str) -> str:
        short = self._short.get(name)
        if short is None:
            uri, _, local = name.rpartition(" ")
            short = self._short[name] = f"{self._prefixes.get(uri, '')}|{local}"
        return short

    def _refuse(self, *_: object) -> NoReturn:
        raise Unreadable("damaged", "declares a document type, which this format forbids")


def encrypted(kind: str) -> Unreadable:
    """The file asks for a password."""
    return Unreadable("encrypted", f"the {kind} file is protected by a password: save it without one")


def old_binary(data: bytes) -> Unreadable:
    """What an OLE file is: a protected DOCX, an old .doc, or something else."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return encrypted("DOCX")
    if "WordDocument".encode("utf-16-le") in data:
        return Unreadable("binary", "an old Word file (.doc): open it in a word processor and save it as .docx")
    return Unreadable("binary", "an old Office file, not a text: save it in a present format, such as .docx")
