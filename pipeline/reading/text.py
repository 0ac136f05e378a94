"""Plain text: which encoding, and whether it is text at all.

The content is what the encoding says, character for character: line ends, soft hyphens and NBSP stay, because every
offset counts in it. `encoding` is the name of the Python codec that gives this very content from the bytes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from .rendered import Rendered
from .unreadable import Unreadable

# Longest mark first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What plain text holds besides printable characters: tab, line ends, vertical tab, form feed; DOS's end-of-file.
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufffe\uffff]")
_MAX_CONTROL = 0.005
_MIN_NULS = 0.3  # of every second byte; Latin text in UTF-16 is far above, accidental NULs far below
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf©«¨¯¶¼³¡]|â€[\u0098-\u009d™œ“”˜¦]|Â[\u00a0-\u00bf]")


def decode(data: bytes) -> tuple[str, str]:
    """Byte order mark, strict UTF-8, UTF-16 by its NUL bytes, cp1252: the first that fits."""
    if not data.strip(b" \t\r\n\x0b\x0c\x00"):
        raise Unreadable("empty", "the file holds no text")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            content = _strict(data, encoding)
            if content is None:
                raise Unreadable("undecodable", f"begins with the mark of {encoding} but is not valid {encoding}")
            return _checked(content, encoding)
    if b"\x00" in data:
        encoding = _utf16(data)
        content = _strict(data, encoding) if encoding else None
        if content is None:
            raise Unreadable("binary", "holds NUL bytes: not a text file")
        return _checked(content, encoding)
    content, encoding = _strict(data, "utf-8"), "utf-8"
    if content is None:
        content, encoding = _strict(data, "cp1252"), "cp1252"
    if content is None:
        raise Unreadable("undecodable", "neither UTF-8 nor UTF-16 nor Windows-1252: save the file as UTF-8")
    return _checked(content, encoding)


def looks_garbled(content: str) -> bool:
    """UTF-8 that was once read as Windows-1252 ('CafÃ©'): said in a warning, never mended in silence."""
    return len(_MOJIBAKE.findall(content)) > 1


def flagged(rendered: Rendered) -> Rendered:
    """The text as it is; its encoding says that something went wrong before it came here."""
    return replace(rendered, encoding=f"{rendered.encoding} (mojibake)")


def mended(rendered: Rendered) -> Rendered:
    """The text with its characters put right, as far as that can be done; offsets count in the mended text."""
    try:
        from ftfy import fix_encoding
    except ModuleNotFoundError:
        raise Unreadable("missing_extra", "mending needs ftfy: pip install 'coalitie[encoding]'") from None
    content = "".join(map(fix_encoding, rendered.content.splitlines(keepends=True)))
    # line by line, so that places in the original stay where they were but for the letters before them
    return replace(rendered, content=content, encoding=f"{rendered.encoding} (mended)")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16(data: bytes) -> str:
    """Which UTF-16 the NUL bytes speak for: Latin letters have theirs all on one side. Empty when neither."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < _MIN_NULS * len(data) / 2 or min(even, odd) > max(even, odd) / 4:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _checked(content: str, encoding: str) -> tuple[str, str]:
    if not content.strip().strip("\ufeff\u200b\x1a"):
        raise Unreadable("empty", "the file holds no text")
    if len(_CONTROL.findall(content)) > _MAX_CONTROL * len(content):
        raise Unreadable("binary", "holds control characters: not a text file")
    return content, encoding
