"""E-mails (.eml): the message as one text, and what is attached as members of their own."""

from __future__ import annotations

import codecs
import email
import email.policy
import html
import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage, Message

from . import text
from .limits import Limits, Meter, damaged, ending_well
from .member_names import Names, is_system
from .rendered import Hints, Member
from .unreadable import Unreadable

_DEPTH = 30  # parts in parts; of real mails about 5
_SUFFIXES: Mapping[str, str] = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
}
# What programs add and nobody wrote.
_LEFT_OUT = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar",
     "message/delivery-status", "text/rfc822-headers"}
)  # fmt: skip
_LOCKED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_REPLY = re.compile(r"^(?:(?:re|fw|fwd|aw|antw|doorst|betr)\s*:\s*)+", re.I)
_BODY = re.compile(rb"<body(?:\s[^<>]*)?>", re.I)
_TAG = re.compile(r"<[^<>]*>")
# Of the headers that are read, wherever they stand: the parser takes a minute for one of 64 kB.
_ENDLESS = re.compile(rb"(?:^|[\r\n])(?:content-[a-z-]+|subject):(?:[^\r\n]|[\r\n]+[ \t]){4096}", re.I)
_WIDE = ("utf-16", "utf-32", "utf-7", "utf16", "utf32", "utf7", "ucs-", "unicode")


def members(data: bytes, hints: Hints, limits: Limits, meter: Meter | None = None) -> Iterator[Member]:
    """The message ('message.txt' or 'message.html') and its attachments, in the order of the mail.

    Plain text is preferred to HTML where a mail has both. The subject is the first line unless the message says it.
    Pictures within the message are left out. Raises Unreadable where it cannot be taken apart.
    """
    meter = meter or Meter(limits)
    yield from ending_well(_members(data, meter))


def _members(data: bytes, meter: Meter) -> Iterator[Member]:
    with damaged("the e-mail"):
        if _ENDLESS.search(data):
            raise Unreadable("too_large", "a header of the e-mail is endless")
        message = email.message_from_bytes(data, policy=email.policy.default)
        if message.get_content_type() in _LOCKED:
            raise Unreadable("encrypted", "an encrypted e-mail; save it decrypted")
        body = message.get_body(("plain", "html"))
        parts = list(_leaves(message))
        subject = _REPLY.sub("", " ".join(str(message.get("subject", "")).split()))
    names = Names()
    if isinstance(body, EmailMessage):
        yield _member(names.path("message.html" if _is_html(body) else "message.txt"), body, meter, subject)
    for part, in_alternative in parts:
        if part is body or _is_decoration(part, in_alternative):
            continue
        meter.member()
        name = _name(part, names)
        if not is_system(name):
            yield _member(name, part, meter)


def _leaves(part: EmailMessage, depth: int = 0, in_alternative: bool = False) -> Iterator[tuple[EmailMessage, bool]]:
    """The parts that hold no parts, with whether they are one of several ways to say the same."""
    if depth > _DEPTH:
        raise Unreadable("too_deep", f"the e-mail has more than {_DEPTH} levels of parts in parts")
    if part.get_content_maintype() != "multipart":
        yield part, in_alternative
        return
    in_alternative = in_alternative or part.get_content_subtype() == "alternative"
    for inner in part.iter_parts():
        if isinstance(inner, EmailMessage):
            yield from _leaves(inner, depth + 1, in_alternative)


def _is_decoration(part: EmailMessage, in_alternative: bool) -> bool:
    """Whether it says nothing of its own: the message once more, a picture in it, a signature."""
    with damaged("a header of the e-mail"):
        if part.get_content_type() in _LEFT_OUT:
            return True
        if part.is_attachment():
            return False
        again = in_alternative and part.get_content_maintype() == "text" and not part.get_filename()
        return again or part.get_content_maintype() == "image"


def _name(part: EmailMessage, names: Names) -> str:
    with damaged("a header of the e-mail"):
        return names.path(part.get_filename() or "", f"part{_SUFFIXES.get(part.get_content_type(), '')}")


def _member(name: str, part: EmailMessage, meter: Meter, subject: str = "") -> Member:
    """One part; `subject` is given for the message itself only."""
    if part.get_content_type() in _LOCKED:
        return Member(name, problem=Unreadable("encrypted", "an encrypted part; save the e-mail decrypted"))
    try:
        with damaged("the part"):
            data, charset = _bytes_of(part), _charset(part)
            meter.check_member(len(data))
            if name == "message.txt" and part.get_content_type() == "text/plain":
                data, charset = _with_subject(_plain(data, charset, part), subject).encode("utf-8", "replace"), "utf-8"
            elif subject and _is_html(part):
                data, charset = _html_with_subject(data, charset, subject)
    except Unreadable as problem:
        return Member(name, problem=problem)
    return Member(name, data, charset=charset)


def _is_html(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/html"


def _bytes_of(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message" and part.is_multipart():
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, Message) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _charset(part: EmailMessage) -> str:
    """The character set that the part names, empty for one that Python does not know."""
    name = part.get_content_charset("")
    try:
        return name if name and codecs.lookup(name) else ""
    except LookupError:
        return ""


def _plain(data: bytes, charset: str, part: EmailMessage) -> str:
    try:
        content = data.decode(charset) if charset and charset != "us-ascii" else text.decode(data)[0]
    except ValueError:
        content = text.decode(data)[0]
    content = content.replace("\r\n", "\n")
    flowed = part.get_param("format", "")
    return _unflowed(content, part.get_param("delsp", "") == "yes") if flowed == "flowed" else content


def _unflowed(content: str, delete_space: bool) -> str:
    """Lines that a mail program broke (RFC 3676: a space at the end) put together again."""
    whole: list[str] = []
    going_on = False
    for line in content.split("\n"):
        told = line[1:] if line.startswith(" ") else line  # a stuffed space
        soft = told.endswith(" ") and told != "-- "
        piece = told[:-1] if soft and delete_space else told
        if going_on:
            whole[-1] += piece
        else:
            whole.append(piece)
        going_on = soft
    return "\n".join(whole)


def _with_subject(content: str, subject: str) -> str:
    return content if _says(content, subject) else f"{subject}\n\n{content}"


def _says(content: str, subject: str) -> bool:
    return " ".join(subject.casefold().split()) in " ".join(content.casefold().split())


def _html_with_subject(data: bytes, charset: str, subject: str) -> tuple[bytes, str]:
    """As a heading at the top, in letters that every ordinary character set has."""
    if charset.startswith(_WIDE):
        data, charset = data.decode(charset, "replace").encode("utf-8", "replace"), "utf-8"
    said = html.unescape(_TAG.sub(" ", data.decode(charset or "utf-8", "replace")))
    if _says(said, subject):
        return data, charset
    heading = f"<h1>{html.escape(subject)}</h1>".encode("ascii", "xmlcharrefreplace")
    body = _BODY.search(data)
    at = body.end() if body else 0
    return data[:at] + heading + data[at:], charset
