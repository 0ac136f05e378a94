"""The pages: an address, what the desk does for it, and the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ..appending import TableError
from ..organisations.judgements import pair_key
from ..problems import Unusable
from . import history
from .cluster_pages import ClusterPages
from .desk import Refusal
from .exchange_pages import ExchangePages
from .forms import Decision, Introduction, Plain, Preference, Search, Undo, read_form, read_search
from .guard import Guard, Refused
from .index import pair_of
from .queue import Judged, Wanted
from .site import Site, go

ROWS_A_PAGE = 50

Handler = Callable[[Request], Awaitable[Response]]


class PairPages:
    """The pairs: one at a time, as a list, and what was decided."""

    def __init__(self, site: Site) -> None:
        self._site, self._desk = site, site.desk

    async def start(self, request: Request) -> Response:
        """The first pair that waits."""
        return self._forward(request, None, read_search(request.query_params))

    async def next(self, request: Request) -> Response:
        """The pair after the one that `after` names."""
        return self._forward(request, request.query_params.get("after"), read_search(request.query_params))

    async def previous(self, request: Request) -> Response:
        """The pair before, judged or not."""
        search, before = read_search(request.query_params), request.query_params.get("before", "")
        found = self._desk.previous(before, search.wanted()) or before
        return go(f"/pairs/{found}{search.query()}" if found in self._desk.index.pairs else "/")

    async def card(self, request: Request) -> Response:
        """One pair with all that helps to decide."""
        pair_id, steward = request.path_params["pair_id"], self._site.visitor(request).steward
        search = read_search(request.query_params)
        case = self._desk.case(pair_id)
        if case is None:
            raise Refused(404, "pair")
        self._desk.queue.look_at(pair_id, steward)
        after = request.query_params.get("after", "")
        return self._site.page(
            request,
            "pair.html",
            case=case,
            search=search,
            undo=history.last(self._desk.ledger, steward),
            last="last" in request.query_params,
            before=self._desk.case(after) if after and after != pair_id else None,
        )

    async def decide(self, request: Request) -> Response:
        """A verdict: written to the disk before the next pair is shown."""
        form, visitor = await read_form(request, Decision), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        pair_id, search = request.path_params["pair_id"], read_search(request.query_params)
        if pair_id not in self._desk.index.pairs:
            raise Refused(404, "pair")
        self._desk.decide(visitor.steward, pair_id, form.verdict, form.note)
        return self._forward(request, pair_id, search, after=pair_id)

    async def undo(self, request: Request) -> Response:
        """Takes back a decision of the visitor; a second time there is nothing to take back."""
        form, visitor = await read_form(request, Undo), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        rows = history.decision(self._desk.ledger, visitor.steward, form.line)
        if not rows:
            raise Refused(404, "decision")
        self._desk.take_back(visitor.steward, rows)
        listed = self._desk.index.pair_ids.get(pair_key(rows[0].a, rows[0].b))
        if request.query_params.get("back") == "decisions" or listed is None or len(rows) > 1:
            return go("/decisions")
        return go(f"/pairs/{listed}{read_search(request.query_params).query()}")

    async def table(self, request: Request) -> Response:
        """The pairs as a list, searched and filtered."""
        search = read_search(request.query_params)
        rows = self._desk.select(search.wanted())
        first = (search.page - 1) * ROWS_A_PAGE
        known = self._desk.known()
        shown = [
            (row, known.standing.get(pair_of(row)), known.implied(row)) for row in rows[first : first + ROWS_A_PAGE]
        ]
        return self._site.page(
            request, "pairs.html", rows=shown, total=len(rows), search=search, more=len(rows) > first + ROWS_A_PAGE
        )

    async def decisions(self, request: Request) -> Response:
        """What did I do: every decision, the newest first, each with undo."""
        visitor = self._site.visitor(request)
        everybody = request.query_params.get("who") == "all"
        search = read_search(request.query_params)
        who = None if everybody else visitor.steward
        entries = history.entries(self._desk.ledger, who)
        first = (search.page - 1) * ROWS_A_PAGE
        shown = entries[first : first + ROWS_A_PAGE]
        return self._site.page(
            request,
            "decisions.html",
            entries=shown,
            blocked={entry.first.line for entry in shown if self._desk.blocked(entry.first)},
            rerun=self._desk.last_rerun if "rerun" in request.query_params else None,
            total=len(entries),
            settings=history.settings(self._desk.ledger, who)[:ROWS_A_PAGE],
            everybody=everybody,
            search=search,
            more=len(entries) > first + ROWS_A_PAGE,
            pair_id_of=lambda row: self._desk.index.pair_ids.get(pair_key(row.a, row.b)),
        )

    async def done(self, request: Request) -> Response:
        """No pair is left that fits the filter."""
        undo = history.last(self._desk.ledger, self._site.visitor(request).steward)
        disputed = len(self._desk.select(Wanted(band=None, judged=Judged.CONTRADICTED)))
        search = read_search(request.query_params)
        return self._site.page(request, "done.html", search=search, undo=undo, disputed=disputed)

    def _forward(self, request: Request, behind: str | None, search: Search, **more: str) -> Response:
        steward = self._site.visitor(request).steward
        found = self._desk.next(behind, search.wanted(), steward)
        if found is None and behind is not None and not more and self._desk.waits(behind):
            return go(f"/pairs/{behind}{search.query(last='1')}")
        if found is None:
            return go(f"/done{search.query(**more)}")
        self._desk.queue.look_at(found, steward)
        return go(f"/pairs/{found}{search.query(**more)}")


class DeskPages:
    """Who is at work and how, and running the deduplication again."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def introduction(self, request: Request) -> Response:
        """Asks for the steward's name, which stands beside every decision."""
        return self._site.page(
            request, "steward.html", to=Introduction(name="x", to=request.query_params.get("to", "/")).to
        )

    async def introduce(self, request: Request) -> Response:
        form, visitor = await read_form(request, Introduction), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        answer = go(form.to)
        self._site.remember(answer, "steward", form.name)
        return answer

    async def prefer(self, request: Request) -> Response:
        """The language, and whether letters are keys."""
        form, visitor = await read_form(request, Preference), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        answer = go(form.to)
        for name, value in (("language", form.language), ("shortcuts", form.shortcuts)):
            if value:
                self._site.remember(answer, name, value)
        return answer

    async def rerun(self, request: Request) -> Response:
        """Runs the deduplication again, while others go on deciding."""
        form, visitor = await read_form(request, Plain), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        await run_in_threadpool(self._site.desk.rerun)
        self._site.desk.refresh()
        return go("/decisions?rerun=done")


def application(site: Site, hosts: tuple[str, ...]) -> ASGIApp:
    """The whole site, answering under `hosts` only (name and port)."""
    pairs, desk, clusters, exchange = PairPages(site), DeskPages(site), ClusterPages(site), ExchangePages(site)

    def known(handler: Handler) -> Handler:
        """A page for stewards: with tables as they are now, and a name to put beside decisions."""

        async def handle(request: Request) -> Response:
            site.desk.refresh()
            if site.visitor(request).steward:
                return await handler(request)
            if request.method == "POST":
                raise Refused(403, "nobody")
            to = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
            return go(f"/steward?{urlencode({'to': to})}")

        return handle

    async def icon(_: Request) -> Response:
        return Response(status_code=204)

    def route(path: str, get: Handler | None = None, post: Handler | None = None) -> list[Route]:
        routes = [Route(path, known(get), methods=["GET"])] if get else []
        return [*routes, *([Route(path, known(post), methods=["POST"])] if post else [])]

    async def answer(request: Request, error: Exception) -> Response:
        return site.problem(request, _refusal(error))

    app = Starlette(
        routes=[
            *route("/", pairs.start),
            *route("/next", pairs.next),
            *route("/previous", pairs.previous),
            *route("/done", pairs.done),
            *route("/pairs", pairs.table),
            *route("/pairs/{pair_id}", pairs.card, pairs.decide),
            *route("/decisions", pairs.decisions),
            *route("/undo", post=pairs.undo),
            *route("/organisations", clusters.table),
            *route("/organisations/{organisation_id}", clusters.cluster),
            *route("/organisations/{organisation_id}/out", post=clusters.take_out),
            *route("/organisations/{organisation_id}/merge", post=clusters.merge),
            *route("/organisations/{organisation_id}/set", post=clusters.set),
            *route("/exchange", exchange.overview, exchange.receive),
            *route("/exchange/confirm", post=exchange.confirm),
            *route("/judgements.csv", exchange.as_csv),
            *route("/judgements.jsonl", exchange.as_jsonl),
            *route("/rerun", post=desk.rerun),
            Route("/steward", desk.introduction, methods=["GET"]),
            Route("/steward", desk.introduce, methods=["POST"]),
            Route("/preferences", desk.prefer, methods=["POST"]),
            Route("/favicon.ico", icon),
            Mount("/static", StaticFiles(directory=str(files(__package__ or "").joinpath("static")))),
        ],
        exception_handlers=dict.fromkeys(
            (Refused, Refusal, HTTPException, Unusable, TableError, OSError, Exception), answer
        ),
    )
    return Guard(app, hosts)


def _refusal(error: Exception) -> Refused:
    """What went wrong, as an answer: nothing is lost without being told."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Refusal):
        return Refused(409, error.why)
    if isinstance(error, HTTPException):
        known = error.status_code in (404, 405)
        return Refused(error.status_code, f"status_{error.status_code}" if known else "form", headers=error.headers)
    if isinstance(error, OSError):
        return Refused(503, "disk", error.strerror or type(error).__name__)
    if isinstance(error, (Unusable, TableError)):
        return Refused(409, "detail", str(error))
    return Refused(500, "fault")  # the server tells the terminal what it was
