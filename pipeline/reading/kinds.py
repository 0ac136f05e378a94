"""What an input is, by its content; its name decides only where the content leaves it open (text, Markdown or CSV)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from ..records import Name
from . import text
from .compressed import BZ2, GZ, head, is_compressed
from .unreadable import Unreadable


class Kind(Name):
    """A format. Those behind `EPUB` are known and not read: `refusal` says what to do about them."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    EML = "eml"
    ZIP = "zip"
    TAR = "tar"  # also compressed
    GZ = "gz"
    BZ2 = "bz2"
    XZ = "xz"
    WARC = "warc"  # also compressed

    EPUB = "epub"
    OLE = "ole"  # Word, Excel and PowerPoint before 2007, Outlook's .msg
    LOCKED_OFFICE = "locked office"  # an office file behind a password
    OTHER_OFFICE = "other office"  # slides, drawings, binary and OpenDocument spreadsheets
    OTHER_ARCHIVE = "other archive"
    XML = "xml"
    IMAGE = "image"
    MEDIA = "media"  # sound and moving pictures
    EXECUTABLE = "executable"
    DATABASE = "database"
    FONT = "font"
    BINARY = "binary"


_REFUSED: Mapping[Kind, str] = {
    Kind.EPUB: "an e-book (EPUB); save its text as .html or .docx",
    Kind.OLE: "an office file or message of before 2007 (.doc, .xls, .ppt, .msg); save it as .docx, .xlsx or .eml",
    Kind.OTHER_OFFICE: "slides, a drawing or a spreadsheet of a kind that is not read; save it as .pdf, .docx or .xlsx",
    Kind.OTHER_ARCHIVE: "an archive of a kind that is not read (.7z, .rar, .zst, …); pack it as .zip or .tar.gz",
    Kind.XML: "XML of an unknown kind; save the text in it as .html or .txt",
    Kind.IMAGE: "an image; text in images is not read",
    Kind.MEDIA: "sound or video",
    Kind.EXECUTABLE: "a program",
    Kind.DATABASE: "a database; export the table with the texts as .csv or .jsonl",
    Kind.FONT: "a font",
    Kind.BINARY: "not a text, and of no known kind",
}


def refusal(kind: Kind) -> Unreadable | None:
    """Why this kind is never read, with what to do about it; None for the kinds that are."""
    if kind is Kind.LOCKED_OFFICE:
        return Unreadable("encrypted", "an office file behind a password; save it without")
    return (
        Unreadable("unreadable" if kind in _SAVED_OTHERWISE else "binary", _REFUSED[kind]) if kind in _REFUSED else None
    )


# Kinds that hold text which another program can save in a form that is read.
_SAVED_OTHERWISE = frozenset({Kind.EPUB, Kind.OLE, Kind.OTHER_OFFICE, Kind.OTHER_ARCHIVE, Kind.XML})


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF87a", Kind.IMAGE),
    (b"GIF89a", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"\x00\x00\x01\x00", Kind.IMAGE),
    (b"8BPS\x00", Kind.IMAGE),
    (b"ID3\x02", Kind.MEDIA),
    (b"ID3\x03", Kind.MEDIA),
    (b"ID3\x04", Kind.MEDIA),
    (b"\xff\xfb", Kind.MEDIA),
    (b"\xff\xf1", Kind.MEDIA),
    (b"OggS\x00", Kind.MEDIA),
    (b"fLaC\x00", Kind.MEDIA),
    (b"FLV\x01", Kind.MEDIA),
    (b"\x1a\x45\xdf\xa3", Kind.MEDIA),
    (b"0&\xb2u\x8ef\xcf\x11", Kind.MEDIA),
    (b"\x7fELF", Kind.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xce", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xcf", Kind.EXECUTABLE),
    (b"\xce\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\x00asm", Kind.EXECUTABLE),
    (b"7z\xbc\xaf\x27\x1c", Kind.OTHER_ARCHIVE),
    (b"Rar!\x1a\x07", Kind.OTHER_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.OTHER_ARCHIVE),
    (b"MSCF\x00", Kind.OTHER_ARCHIVE),
    (b"!<arch>\n", Kind.OTHER_ARCHIVE),
    (b"\x78\x9f\x3e\x22", Kind.OTHER_ARCHIVE),
    (b"SQLite format 3\x00", Kind.DATABASE),
    (b"OTTO\x00", Kind.FONT),
    (b"wOFF", Kind.FONT),
    (b"wOF2", Kind.FONT),
    (b"\x00\x01\x00\x00\x00", Kind.FONT),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_NAME: Mapping[str, Kind] = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".csv": Kind.CSV,
    ".tsv": Kind.TSV,
    ".tab": Kind.TSV,
    ".json": Kind.JSON,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".eml": Kind.EML,
}
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
_HEAD = 64 * 1024
_MAX_DIRECTORY = 20_000  # entries up to which a ZIP is opened to see whether it is a document

_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-\d")
_PROLOGUE = re.compile(r"(?:\s+|\ufeff|<\?xml[^>]*>|<!--.*?-->)*", re.S)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)(?:[\s>]|$)", re.I)
_SVG = re.compile(r"<(?:!doctype\s+svg|svg)[\s>]", re.I)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|&(?:[a-z]+|#\d+);", re.I)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_PAIR = re.compile(r"<(p|div|ul|ol|li|h[1-6]|table|tr|td|strong|b|em|i|a|span)(?:\s[^<>]*)?>", re.I)

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]?|[ \t]+\S")
_MAIL_ONLY = frozenset({"mime-version", "message-id", "received", "return-path", "delivered-to", "dkim-signature"})
_MAIL = _MAIL_ONLY | {"from", "to", "date", "subject", "sender", "cc", "reply-to", "content-type"}


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of these bytes. `name` may be empty; a broken file is of the kind that it tries to be."""
    return _by_magic(data, name) or _by_text(data, _suffix(name))


def is_fragment(content: str) -> bool:
    """Whether a cell of a table holds HTML: a page, elements that open and close, or line breaks as `<br>`.

    A text that names a tag or two is not HTML.
    """
    if _PAGE.match(content, _prologue(content)) or len(_BREAK.findall(content)) > 1:
        return True
    lower = content.lower()
    return any(f"</{tag.lower()}>" in lower for tag in {found[1] for found in _PAIR.finditer(content)})


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _by_magic(data: bytes, name: str) -> Kind | None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if is_compressed(data):
        return _compressed(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(data, _suffix(name))
    if data.startswith(_OLE):
        return Kind.LOCKED_OFFICE if "EncryptedPackage".encode("utf-16-le") in data else Kind.OLE
    if data.startswith((b"PAR1", b"PARE")) and b"\x00" in data[:_HEAD]:
        return Kind.PARQUET
    return _container(data) or _less_certain(data)


def _less_certain(data: bytes) -> Kind | None:
    """Marks that a text might begin with, and what else must then hold."""
    if data[4:8] == b"ftyp" and data[:1] == b"\x00":
        return Kind.IMAGE if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else Kind.MEDIA
    if data.startswith(b"RIFF") and len(data) > 12:
        return {b"WEBP": Kind.IMAGE, b"WAVE": Kind.MEDIA, b"AVI ": Kind.MEDIA}.get(data[8:12])
    if data.startswith(b"BM") and data[6:10] == b"\x00\x00\x00\x00":
        return Kind.IMAGE
    if data.startswith(b"MZ") and b"\x00" in data[:64]:
        return Kind.EXECUTABLE
    # Bytes before the mark are allowed; a text that speaks of it lacks the end.
    if _PDF.match(data) or (b"%PDF-" in data[:1024] and b"startxref" in data[-2048:]):
        return Kind.PDF
    return None


def _container(data: bytes) -> Kind | None:
    """TAR and WARC, which are also found compressed."""
    if re.match(rb"WARC/\d\.\d\r?\n", data):
        return Kind.WARC
    return Kind.TAR if _is_tar(data[:512]) else None


def _compressed(data: bytes) -> Kind:
    inside = _container(head(data, 1024))
    return inside or (Kind.GZ if data.startswith(GZ) else Kind.BZ2 if data.startswith(BZ2) else Kind.XZ)


def _is_tar(block: bytes) -> bool:
    """By the sum over its first header, which is kept in it; old archives have no mark."""
    digits = block[148:156].strip(b" \x00")
    if len(block) < 512 or not re.fullmatch(rb"[0-7]+", digits):
        return False
    return int(digits, 8) == sum(block[:148]) + 8 * 32 + sum(block[156:])


def _zipped(data: bytes, suffix: str) -> Kind:
    names: set[str] = set()
    mimetype = b""
    if data.count(b"PK\x01\x02") <= _MAX_DIRECTORY:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = set(archive.namelist())
                if "mimetype" in names:
                    with archive.open("mimetype") as file:
                        mimetype = file.read(100).strip()
        except Exception:  # the one who opens it will say what is wrong with it
            return {".docx": Kind.DOCX, ".odt": Kind.ODT, ".xlsx": Kind.XLSX}.get(suffix, Kind.ZIP)
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return Kind.ODT if mimetype.endswith((b".text", b".text-template")) else Kind.OTHER_OFFICE
    if mimetype == b"application/epub+zip":
        return Kind.EPUB
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return Kind.DOCX
        if "xl/workbook.xml" in names:
            return Kind.XLSX
        if names & {"xl/workbook.bin", "ppt/presentation.xml", "visio/document.xml"}:
            return Kind.OTHER_OFFICE
        if suffix in (".docx", ".docm"):  # the main part may have another name
            return Kind.DOCX
    if names & {"META-INF/MANIFEST.MF", "AndroidManifest.xml"}:
        return Kind.EXECUTABLE
    return Kind.ZIP


def _by_text(data: bytes, suffix: str) -> Kind:
    content = _beginning(data)
    if content is None:
        return Kind.BINARY
    begin = _prologue(content)
    if _SVG.match(content, begin):
        return Kind.IMAGE
    if _PAGE.match(content, begin) or (suffix in _HTML_NAMES and _ANY_TAG.search(content)):
        return Kind.HTML
    if content.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        return Kind.XML
    if content.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        found = _json(data, suffix)
        if found:
            return found
    by_name = _BY_NAME.get(suffix, Kind.TEXT)
    if by_name is not Kind.EML and _is_mail(content):
        return Kind.EML
    return by_name


def _prologue(content: str) -> int:
    found = _PROLOGUE.match(content)
    return found.end() if found else 0


def _beginning(data: bytes) -> str | None:
    """The first characters, only to look for marks in; None where it is no text."""
    part = data[:_HEAD]
    try:
        return text.decode(part)[0]
    except Unreadable as problem:
        if problem.error == "empty":
            return ""
        if problem.error == "binary" or b"\x00" in part:
            # Cut within a character of two or four bytes, or really binary.
            return _cut(part)
        return part.decode("latin-1")


def _cut(part: bytes) -> str | None:
    for shorter in range(1, 4):
        try:
            return text.decode(part[:-shorter])[0]
        except Unreadable:
            continue
    return None


def _json(data: bytes, suffix: str) -> Kind | None:
    """JSON where it is that throughout; JSON Lines where each of the first two lines is a whole object.

    A list without objects is a text in brackets unless its name says otherwise.
    """
    try:
        content = text.decode(data)[0].lstrip("\ufeff").strip()
        lines = content[: 2 * _HEAD].split("\n", 2)
        if content.startswith("{") and len(lines) > 1 and all(_is_object(line) for line in lines[:2]):
            return Kind.JSONL
        if suffix == ".jsonl":
            return Kind.JSONL
        found = json.loads(content, parse_int=str, parse_float=str)
    except (Unreadable, ValueError, RecursionError, MemoryError):
        return None
    return Kind.JSON if isinstance(found, dict) or any(isinstance(item, dict) for item in found) else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line, parse_int=str, parse_float=str), dict)
    except (ValueError, RecursionError):
        return False


def _is_mail(content: str) -> bool:
    """Whether it begins with the header of an e-mail: fields only, two of them a mail's, one of them a mail's alone."""
    fields: set[str] = set()
    for line in content.splitlines():
        found = _FIELD.match(line)
        if not found:
            if line.strip():
                return False
            break
        if found[1]:
            fields.add(found[1].lower())
    return len(fields & _MAIL) > 1 and bool(fields & _MAIL_ONLY)
