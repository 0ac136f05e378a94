"""The pages by which judgements leave and come in."""

from __future__ import annotations

from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

from .exchange import Received, as_csv, as_jsonl, receive
from .forms import Confirmation, form_data, read_file, read_form
from .guard import Refused
from .site import Site, go

WAITING = 8  # files that were looked at and not yet confirmed


class ExchangePages:
    """Handlers of one site. A file is shown first, with what is wrong with it, and taken over when confirmed."""

    def __init__(self, site: Site) -> None:
        self._site, self._desk = site, site.desk
        self._received: OrderedDict[str, Received] = OrderedDict()  # by session

    async def overview(self, request: Request) -> Response:
        """Both directions."""
        return self._site.page(
            request,
            "exchange.html",
            n_rows=len(self._desk.ledger.judgements()),
            added=request.query_params.get("added"),
        )

    async def receive(self, request: Request) -> Response:
        """What a file holds, and where it disagrees with what counts."""
        data, visitor = await form_data(request), self._site.visitor(request)
        self._site.check(request, visitor, str(data.get("token", "")))
        content = await read_file(data, "file")
        if not content:
            raise Refused(422, "file")
        found = receive(content, self._desk.ledger)
        self._received[visitor.session] = found
        while len(self._received) > WAITING:
            self._received.popitem(last=False)
        return self._site.page(request, "received.html", found=found)

    async def confirm(self, request: Request) -> Response:
        """Takes over the rows that were shown last."""
        form, visitor = await read_form(request, Confirmation), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        found = self._received.get(visitor.session)
        if found is None:
            raise Refused(409, "nothing_received")
        if found.digest != form.digest:
            raise Refused(409, "other_file")
        del self._received[visitor.session]
        return go(f"/exchange?added={self._desk.ledger.add(found.new)}")

    async def as_csv(self, _: Request) -> Response:
        """All judgements as CSV."""
        return _download(as_csv(self._desk.ledger), "text/csv", "judgements.csv")

    async def as_jsonl(self, _: Request) -> Response:
        """All judgements as JSON Lines."""
        return _download(as_jsonl(self._desk.ledger), "application/jsonl", "judgements.jsonl")


def _download(text: str, kind: str, name: str) -> Response:
    return Response(
        text, media_type=f"{kind}; charset=utf-8", headers={"content-disposition": f'attachment; filename="{name}"'}
    )
