"""What every page has in common: who is visiting, in which language, and how an answer is made."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..records import OrganisationType
from .desk import Desk
from .forms import steward_name
from .guard import Refused, Tokens
from .ledger import own_word
from .reasons import in_words, read_reasons
from .spelling import pieces, visible
from .words import LANGUAGES, Words, preferred, words_of

LONG_NAME = 160  # characters shown of a name in a list


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser at work. `steward` is empty until somebody said who they are."""

    session: str
    steward: str
    words: Words
    shortcuts: bool
    new: bool  # has no session cookie yet


class Site:
    """The desk with what is needed to show it."""

    def __init__(self, desk: Desk, port: int, steward: str = "") -> None:
        self.desk, self._port, self._steward = desk, port, steward_name(steward)
        self.tokens = Tokens()
        self.environment = Environment(
            loader=PackageLoader(__package__ or "", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(visible=visible, short=_short)
        self.environment.globals.update(pieces=pieces, own_word=own_word, types=tuple(OrganisationType))

    # --- visitors ------------------------------------------------------------------------------------

    def visitor(self, request: Request) -> Visitor:
        """Who sends a request, by the cookies of this server's port."""
        session = self._cookie(request, "session")
        known = len(session) == 32 and session.isalnum()
        language = self._cookie(request, "language")
        if language not in LANGUAGES:
            language = preferred(request.headers.get("accept-language", ""))
        return Visitor(
            session if known else secrets.token_hex(16),
            steward_name(unquote(self._cookie(request, "steward"))) or self._steward,
            words_of(language),
            self._cookie(request, "shortcuts") != "off",
            not known,
        )

    def remember(self, response: Response, name: str, value: str) -> None:
        """Keeps something in the visitor's browser for a year; the port tells two reviews on one machine apart."""
        response.set_cookie(
            f"coalitie-{self._port}-{name}", quote(value), max_age=31_536_000, httponly=True, samesite="strict"
        )

    def _cookie(self, request: Request, name: str) -> str:
        return request.cookies.get(f"coalitie-{self._port}-{name}", "")

    def check(self, request: Request, visitor: Visitor, token: str) -> None:
        """Raises Refused for a form that is not ours."""
        self.tokens.check(request, visitor.session, token)

    # --- answers -------------------------------------------------------------------------------------

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A template with what every page shows."""
        visitor = self.visitor(request)
        words = visitor.words
        text = self.environment.get_template(template).render(
            t=words,
            visitor=visitor,
            token=self.tokens.of(visitor.session),
            path=request.url.path,
            here=_here(request),
            progress=self.desk.progress() if status < 400 else None,
            outdated=self.desk.outdated() if status < 400 else False,
            reasons=lambda evidence: read_reasons(evidence or "", words.language),
            in_words=lambda score: in_words(score, words.language),
            **values,
        )
        response = HTMLResponse(text, status)
        if visitor.new:
            self.remember(response, "session", visitor.session)
        return response

    def problem(self, request: Request, refused: Refused) -> Response:
        """A refusal as a page, in words where we have some for its reason."""
        words = self.visitor(request).words
        text = words(f"refused_{refused.why}", detail=refused.detail)
        response = self.page(request, "problem.html", refused.status, title=words("refused_title"), text=text)
        response.headers.update(refused.headers or {})
        return response


def _here(request: Request) -> str:
    """Where to come back to after a form in the header; a page that only takes forms is no such place."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def go(to: str) -> RedirectResponse:
    """After a form: show the page that follows."""
    return RedirectResponse(to, 303)


def _short(text: str, most: int = LONG_NAME) -> str:
    """The beginning of a long text, with its length."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)})"
