"""What keeps strangers out: whom the server answers, which requests may change something, how much it reads."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_FORM = 256 * 1024  # bytes; a form with every name of a large cluster stays far below
LONGEST_FILE = 8 * 1024 * 1024  # bytes of an imported file of judgements
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """A request that is not answered as asked; becomes a plain page.

    `why` is the name of its words (`refused_…`), `detail` what is said in them.
    """

    def __init__(self, status: int, why: str, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.status, self.why, self.detail, self.headers = status, why, detail, headers


class Guard:
    """ASGI middleware: known hosts only, a limit to the body, and the headers of every answer.

    The Host header is checked because a page elsewhere can make its own name lead to this machine (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app, self._hosts = app, frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                added = [(name.encode(), text.encode()) for name, text in HEADERS.items()]
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in present)]
            await send(message)

        connection = HTTPConnection(scope)
        host = connection.headers.get("host", "").casefold()
        limit = LONGEST_FILE if scope["path"] == "/exchange" else LONGEST_FORM
        length = connection.headers.get("content-length", "0")
        if host not in self._hosts:
            refusal = PlainTextResponse("This server answers on its own address only.\n", 400)
        elif not scope["query_string"].isascii():
            refusal = PlainTextResponse("Letters in an address have to be escaped.\n", 400)
        elif not (length.isascii() and length.isdecimal()) or len(length) > 12 or int(length) > limit:
            refusal = PlainTextResponse(f"At most {limit} bytes can be sent here.\n", 413)
        else:
            await self._app(scope, _limited(receive, limit), send_with_headers)
            return
        await refusal(scope, receive, send_with_headers)


def _limited(receive: Receive, limit: int) -> Receive:
    """The body, which ends in a refusal where it is longer than it may be, whatever its headers said."""
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise Refused(413, "long", str(limit))
        return message

    return receive_some


class Tokens:
    """Proof that a form was made by this server for this browser: a keyed hash of the browser's session."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def of(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def check(self, request: Request, session: str, token: str) -> None:
        """Raises Refused for a request that did not come from one of this server's own pages."""
        site = request.headers.get("sec-fetch-site", "same-origin")  # older browsers send none: the token decides
        origin = request.headers.get("origin")
        if site != "same-origin" or (origin is not None and origin != f"{request.url.scheme}://{request.url.netloc}"):
            raise Refused(403, "foreign")
        if not session or not hmac.compare_digest(self.of(session).encode(), token.encode("utf-8", "replace")):
            raise Refused(403, "stale")
