"""E-mail addresses, telephone numbers and web addresses, exactly as printed.

An address that the end of the text cuts off is not given: half an address reaches nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..records import Found, Label

if TYPE_CHECKING:
    from ..rulebook import Rulebook

AT = r"(?:@|[ \u00a0]?[\[({](?:at|apenstaartje|@)[\])}][ \u00a0]?|[ \u00a0]@[ \u00a0])"
DOT = r"(?:\.|[ \u00a0]?[\[({](?:dot|punt)[\])}][ \u00a0]?)"
NAME = r"[^\W_](?:[\w-]*[^\W_])?"
EMAIL = re.compile(
    rf"(?<![\w.+-])[^\W_](?:[\w.+&'’-]{{0,80}}[\w+-])?{AT}(?P<host>{NAME}(?:{DOT}{NAME}){{0,5}})", re.IGNORECASE
)
URL = re.compile(
    r"(?<![\w@./-])(?:(?P<scheme>https?://|www\.)(?P<rest>[^\s<>\"“”„|]+)"
    rf"|(?P<bare>{NAME}(?:\.{NAME}){{1,4}})(?P<path>(?:[/?#][^\s<>\"“”„|]*)?))",
    re.IGNORECASE,
)
CLOSING = ".,;:!?’'”\"…·•*"
# What every address holds: most texts hold none, and the patterns are dear.
_OF_EMAIL = frozenset("@[({")
_INNER_DOT = re.compile(r"\.[^\W_]")
PAIRS = {")": "(", "]": "[", "}": "{"}

GAP = r"[ \u00a0.\u2009\u202f]?(?:[-–—/][ \u00a0]?)?"
_DATE = r"(?!\d{1,2}[-./]\d{1,2}[-./]\d{4})"
_END = r"(?![\d@])(?![.,]\d)"
PHONE = re.compile(
    r"(?<![\w+@.-])(?<![^\d\s]/)"
    rf"{_DATE}(?:"
    rf"(?:\+|00)[ ]?31[ \u00a0.-]{{0,2}}(?:\(0\)[ \u00a0.-]{{0,2}})?[1-9](?:{GAP}[ \u00a0]?\d){{8}}{_END}"
    rf"|\(\+31\)[ \u00a0-]{{0,2}}(?:\(0\)[ \u00a0.-]{{0,2}})?[1-9](?:{GAP}[ \u00a0]?\d){{8}}{_END}"
    r"|0[89]00[ \u00a0.-]{0,3}\d(?:[ \u00a0.]?\d){3}(?:(?:[ \u00a0.]?\d){3})?(?![ \u00a0]?\d)"
    rf"|\(0\d{{1,3}}\)[ \u00a0]?(?:[-–—][ \u00a0]?)?\d(?:{GAP}[ \u00a0]?\d){{5,7}}{_END}"
    rf"|0[1-9](?:[ \u00a0]?{GAP}\d){{8}}{_END}"
    r"|14[ \u00a0-]?0[1-9]\d{1,2}(?![\d/-])(?![.,]\d)(?![ \u00a0]\d)"
    r")"
)
LABELLED_PHONE = re.compile(
    r"(?i:\b(?:tel(?:efoon)?(?:nummer)?|mob(?:iel)?|bel|bellen|app|appen|whatsapp|t|m)\b\.?[ \u00a0]?:?[ \u00a0]?)"
    r"(?P<number>0\d(?:[ \u00a0-]{0,3}\d){7,9})(?!\d)"
)


def find_addresses(text: str, rules: Rulebook) -> list[Found]:
    """E-mail addresses, telephone numbers and web addresses of `text`, in order, none within another."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for label, spans in (
        (Label.EMAIL, _emails(text, rules)),
        (Label.URL, _urls(text, rules)),
        (Label.PHONE, _phones(text)),
    ):
        for start, end, given in spans:
            at = bisect_left(taken, (end, 0))
            if at and taken[at - 1][1] > start:
                continue
            insort(taken, (start, end))
            if given:
                found.append(Found(label, start, end, text[start:end], rule=f"address:{label}"))
    return sorted(found, key=lambda one: one.start)


def cut_address(text: str, rules: Rulebook) -> tuple[int, int] | None:
    """The half address with which `text` breaks off, if it does: no part of it is a name or an organisation."""
    for spans in (_emails(text, rules), _urls(text, rules)):
        for start, end, given in spans:
            if not given and end >= len(text.rstrip()):
                return start, end
    half = re.search(r"(?<!\S)[\w.+-]+@[\w.-]*\Z", text)
    return half.span() if half else None


def host_of(address: str) -> str:
    """The host of a web or e-mail address without `www.`, in lower case."""
    host = re.sub(r"(?i)^(?:https?://)?(?:www\.)?", "", address.rsplit("@", 1)[-1])
    return re.split(r"[/?#:]", host, maxsplit=1)[0].casefold()


def _emails(text: str, rules: Rulebook) -> Iterator[tuple[int, int, bool]]:
    for match in EMAIL.finditer(text) if not _OF_EMAIL.isdisjoint(text) else ():
        end, host = match.end(), match["host"]
        labels = re.split(DOT, host, flags=re.IGNORECASE)
        # 'x@dorp.nl.Graag' and 'x@dorp.nl. Graag': the sentence behind is no part of the address
        while len(labels) > 2 and labels[-1][:1].isupper() and not labels[-2][:1].isupper():
            end -= len(labels.pop()) + 1
        top = labels[-1].casefold()
        whole = len(labels) > 1 and top.isalpha() and len(top) >= 2
        if end == len(text) and top not in rules.contacts.top_levels:
            whole = False
        yield match.start(), end, whole


def _urls(text: str, rules: Rulebook) -> Iterator[tuple[int, int, bool]]:
    tops = rules.contacts.top_levels
    possible = _INNER_DOT.search(text) or "://" in text or "www." in text.lower()
    for match in URL.finditer(text) if possible else ():
        start, end = match.start(), _trimmed(text, match.start(), match.end())
        if match["bare"]:
            labels = match["bare"].split(".")
            top = labels[-1]
            if top not in tops or top in rules.contacts.wordlike_top_levels or end <= match.end("bare") - 1:
                continue
            if end < len(text) and text[end] == "@":
                continue
            yield start, end, True
            continue
        host = host_of(text[start:end])
        top = host.rsplit(".", 1)[-1]
        whole = "." in host and len(top) >= 2 and top.isalpha()
        if match.end() == len(text) and end == match.end() and "/" not in text[start + 8 : end]:
            whole = whole and top in tops
        yield start, end, whole


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of the address without the punctuation of the sentence around it."""
    while end > start:
        last = text[end - 1]
        if last in CLOSING or (last in PAIRS and text.count(PAIRS[last], start, end) < text.count(last, start, end)):
            end -= 1
        else:
            break
    return end


def _phones(text: str) -> Iterator[tuple[int, int, bool]]:
    if "0" not in text and "31" not in text:
        return
    for match in PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group().replace("(0)", ""))
        if match.group().startswith("(0") and len(digits) != 10:
            continue
        yield *match.span(), True
    for match in LABELLED_PHONE.finditer(text):  # a digit too many or too few, but called a telephone number
        if match.end() < len(text.rstrip()):
            yield *match.span("number"), True
