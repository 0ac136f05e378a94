"""What of a link's target is worth reading: addresses that the visible text does not tell."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_MAIL = re.compile(r"[^\s@,;<>()\[\]]+@[^\s@,;<>()\[\]]+\.[^\s@,;<>()\[\]]+")
_LONGEST = 200
# Words by which a writer offers a website without naming its address: 'onze website', 'Website'.
_SITE = re.compile(r"\b(?:web)?site\b", re.IGNORECASE)


def behind(visible: str, href: str) -> str:
    """What to print in brackets behind a link's text: a mail address or telephone number that the text hides, the
    address of a website that the text only calls a website; else nothing."""
    target = href.strip()
    if len(target) > 2_000:
        return ""
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "mailto":
        return _mail(visible, rest)
    if scheme.lower() in ("tel", "callto", "whatsapp"):
        return _telephone(visible, rest)
    if scheme.lower() in ("http", "https") and _SITE.search(visible[:_LONGEST]):
        return _website(visible, target)
    return ""


def _mail(visible: str, rest: str) -> str:
    addresses = _MAIL.findall(unquote(rest.partition("?")[0]))
    shown = visible.casefold()
    return ", ".join(address for address in addresses if address.casefold() not in shown)[:_LONGEST]


def _telephone(visible: str, rest: str) -> str:
    number = unquote(rest).partition(";")[0].strip("/ ")
    digits = _digits(number)
    if len(digits) < 3 or digits in _digits(visible) or not re.fullmatch(r"[+\d\s().-]{3,30}", number):
        return ""
    return number


def _digits(text: str) -> str:
    """Digits to compare: without the country, the trunk zero and the '(0)' between them."""
    return re.sub(r"\D", "", re.sub(r"\(0\)", "", text)).removeprefix("00").removeprefix("31").lstrip("0")


def _website(visible: str, target: str) -> str:
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if not host or "." not in host or host in visible.casefold():
        return ""
    path = parts.path if len(parts.path) <= 60 else ""
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2]}{path.rstrip('/')}"
