"""The pages about organisations: find one, see its names, take some out, join two, set name and type."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ..records import NameKey, OrganisationType
from .desk import Cluster, Outcome
from .forms import Merge, Setting, TakeOut, name_id, read_form, read_search
from .guard import Refused
from .site import Site, go

ROWS_A_PAGE = 50
MOST_FOUND = 20  # organisations offered to be joined


class ClusterPages:
    """Handlers of one site."""

    def __init__(self, site: Site) -> None:
        self._site, self._desk = site, site.desk
        site.environment.filters["name_id"] = name_id

    async def table(self, request: Request) -> Response:
        """Organisations by name, municipality and type."""
        search = read_search(request.query_params)
        kind = OrganisationType(search.type) if search.type else None
        rows = self._desk.organisations(search.q, kind)
        first = (search.page - 1) * ROWS_A_PAGE
        return self._site.page(
            request,
            "organisations.html",
            rows=rows[first : first + ROWS_A_PAGE],
            total=len(rows),
            search=search,
            more=len(rows) > first + ROWS_A_PAGE,
        )

    async def cluster(self, request: Request) -> Response:
        """One organisation with all its names."""
        cluster = self._cluster(request)
        search = read_search(request.query_params)
        found = []
        if search.q:
            mine = set(cluster.groups[0])
            rows = self._desk.organisations(search.q)
            found = [row for row in rows if not mine.intersection(self._desk.index.members[row.organisation_id])]
        return self._site.page(
            request,
            "organisation.html",
            cluster=cluster,
            index=self._desk.index,
            search=search,
            found=found[:MOST_FOUND],
            done=request.query_params.get("done", ""),
        )

    async def take_out(self, request: Request) -> Response:
        """Makes the chosen names an organisation of their own."""
        form, visitor = await read_form(request, TakeOut), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        cluster = self._cluster(request)
        chosen = set(form.names)
        keys: list[NameKey] = [key for group in cluster.groups for key in group if name_id(key) in chosen]
        if len(keys) != len(chosen):
            raise Refused(409, "changed")
        outcome = self._desk.take_out(visitor.steward, cluster.organisation.organisation_id, keys)
        return self._back(cluster, "out", outcome)

    async def merge(self, request: Request) -> Response:
        """Makes two organisations one."""
        form, visitor = await read_form(request, Merge), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        cluster = self._cluster(request)
        outcome = self._desk.merge(visitor.steward, cluster.organisation.organisation_id, form.other)
        return self._back(cluster, "merged", outcome)

    async def set(self, request: Request) -> Response:
        """Sets the name, the type or an identifier."""
        form, visitor = await read_form(request, Setting), self._site.visitor(request)
        self._site.check(request, visitor, form.token)
        form = form.checked()
        cluster = self._cluster(request)
        self._desk.set(visitor.steward, cluster.organisation.organisation_id, form.about, form.value)
        return self._back(cluster, "set", Outcome(1))

    def _cluster(self, request: Request) -> Cluster:
        cluster = self._desk.cluster(request.path_params["organisation_id"])
        if cluster is None:
            raise Refused(404, "organisation")
        return cluster

    @staticmethod
    def _back(cluster: Cluster, done: str, outcome: Outcome) -> Response:
        told = "against" if outcome.against else done
        return go(f"/organisations/{cluster.organisation.organisation_id}?done={told}")
