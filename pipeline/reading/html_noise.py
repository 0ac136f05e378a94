"""What of a page is no text of it: by element, role and class; never by wording, which is for the rules of chrome."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NEVER_READ = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "nav",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "video",
        "audio",
        "map",
        "select",
        "datalist",
        "textarea",
        "label",
        "dialog",
        "rt",
        "rp",
        "search",
        "applet",
        "frameset",
        "noframes",
        "noembed",
    ]
)
_ROLES = frozenset(["navigation", "menu", "menubar", "search", "dialog", "alertdialog", "toolbar", "tooltip"])
_WHOLE = frozenset(["html", "body", "main", "article"])  # never noise, whatever is said of them
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CLASS_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CONTROLS = re.compile(r"""aria-controls\s*=\s*["']?([^"'>]{1,200})""", re.IGNORECASE)
_SCREEN_READER = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|show-for-sr)(?:\s|$)")
_MENU_WORDS = frozenset(
    [
        "nav",
        "navbar",
        "navigation",
        "navigatie",
        "menu",
        "mainmenu",
        "hoofdmenu",
        "submenu",
        "breadcrumb",
        "breadcrumbs",
        "kruimelpad",
        "pagination",
        "skip",
        "skiplink",
        "skiplinks",
        "topbar",
    ]
)
_SHARE_WORDS = frozenset(
    ["share", "sharing", "social", "socials", "addtoany", "addthis", "sharedaddy", "sharebar", "sharebuttons"]
)
_CONSENT_WORDS = ("cookie", "consent", "gdpr")


def controlled(content: str) -> frozenset[str]:
    """The ids of the panels that something on the page opens: what an accordion hides is text all the same."""
    return frozenset(name for ids in _CONTROLS.findall(content) for name in ids.split())


def is_left_out(tag: str, attributes: Mapping[str, str], panels: frozenset[str]) -> bool:
    """Whether an element and all it holds is no text: scripts, menus, dialogues, what is hidden."""
    if tag in _NEVER_READ:
        return True
    if tag in _WHOLE or not attributes:
        return False
    role = attributes.get("role", "").lower()
    if role in _ROLES or attributes.get("aria-hidden", "").lower() == "true":
        return True
    if "aria-modal" in attributes:
        return True
    if _SCREEN_READER.search(attributes.get("class", "")):
        return not re.fullmatch("h[1-6]", tag)
    if attributes.get("id", "") in panels or role == "tabpanel":
        return False
    if "hidden" in attributes:
        return attributes["hidden"].lower() != "until-found"
    return bool(_HIDDEN_STYLE.search(attributes.get("style", "")))


def region(tag: str, attributes: Mapping[str, str]) -> str:
    """What an element may be the frame of, to be judged by what it holds: 'header', 'footer', 'menu', 'share',
    'consent' or nothing."""
    role = attributes.get("role", "").lower()
    if tag == "footer" or role == "contentinfo":
        return "footer"
    if tag == "header" or role == "banner":
        return "header"
    if tag in _WHOLE or tag == "form" or not ("class" in attributes or "id" in attributes):
        return ""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    words = {word.lower() for word in _CLASS_WORD.findall(names[:1000])}
    if any(word.startswith(_CONSENT_WORDS) for word in words):
        return "consent"
    if words & _SHARE_WORDS:
        return "share"
    return "menu" if words & _MENU_WORDS else ""
