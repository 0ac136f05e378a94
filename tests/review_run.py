"""For the tests of the stewards' page: run folders without a model, and a browser that is only a few lines of ASGI.

Loaded by path, as tests are no package: `Path(__file__).with_name("review_run.py")`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from coalitie.pipeline.names_in_use import collect
from coalitie.pipeline.records import (
    Band,
    Document,
    Entity,
    Label,
    NameKey,
    OrganisationType,
    Place,
    Scope,
    Section,
    SectionKind,
    Source,
    Status,
    Text,
)
from coalitie.pipeline.review.desk import Desk
from coalitie.pipeline.review.pages import application
from coalitie.pipeline.review.site import Site
from coalitie.pipeline.rows import DocumentRow, DuplicateRow, EntityRow, OrganisationNameRow, OrganisationRow
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.run import decisions, known_ids, provenance, resolve
from coalitie.pipeline.run_files import run_files
from coalitie.pipeline.tables import Tables, build

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
START = datetime(2024, 5, 1, 9, 0, tzinfo=timezone.utc)

Names = Mapping[str, Sequence[NameKey]]  # organisation_id → its names, the one printed most first
TEXTS: Mapping[str, tuple[str, str, Sequence[str]]] = {
    # document_id → municipality, its code, the organisation names that it prints
    "tiel": ("Tiel", "GM0281", ("Stichting De Brug", "Stg. de Brug", "Welzijn Rivier", "Welzijn Rivieren", "Koor Allegro")),
    "tiel-2": ("Tiel", "GM0281", ("Stichting De Brug", "WelzijnRivier", "Koor Allegro", "Zangkoor Allegro", "De Schakel")),
    "buren": ("Buren", "GM0214", ("De Brug", "Zorggroep Weerribben", "Welzijn Rivier", "Buurtkamer Oost")),
    "zwolle": ("Zwolle", "GM0193", ("Zorggroep de Weerribben", "Buurtkamer West", "De Schakel")),
}  # fmt: skip


# --- run folders ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A pair of a hand-made run."""

    a: NameKey
    b: NameKey
    score: float = 0.5
    band: Band = Band.REVIEW
    evidence: str = "letters (+1.2)"
    pair_id: str = ""


@lru_cache
def rulebook() -> Rulebook:
    return Rulebook()


def written_run(
    folder: Path,
    names: Names,
    pairs: Iterable[Made] = (),
    printed: Mapping[str, Sequence[NameKey]] | None = None,
    types: Mapping[str, OrganisationType] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Path:
    """A run folder as told, nothing computed: `printed` says which names stand in which text."""
    of = {key: organisation_id for organisation_id, keys in names.items() for key in keys}
    spans = {text: _text(keys) for text, keys in (printed or {}).items()}
    times = {key: max(1, sum(key in dict(found) for _, found in spans.values())) for key in of}
    documents = [
        DocumentRow(text, f"{text}.txt", None, keys[0].municipality or None, None, None, None, 0, 0, "0", "utf-8")
        for text, keys in (printed or {}).items()
    ]
    entities = [
        EntityRow(f"{text}.e{n}", text, f"{text}.s1", Label.ORGANISATION, key.name, None, None, None, of[key], at,
                  at + len(key.name), 1.0, Source.LIST)
        for text, (_, found) in spans.items()
        for n, (key, at) in enumerate(found)
    ]  # fmt: skip
    organisations = [
        OrganisationRow(i, keys[0].name, (types or {}).get(i, OrganisationType.OTHER), Scope.LOCAL, None,
                        len({text for text, (_, found) in spans.items() for key, _ in found if key in keys}),
                        sum(times[key] for key in keys), ";".join(key.name for key in keys), Status.AUTO, None, 1)
        for i, keys in names.items()
    ]  # fmt: skip
    rows = [
        OrganisationNameRow(key.name, None, i, times[key], "single", 1.0, key.municipality or None)
        for key, i in of.items()
    ]
    duplicates = [
        DuplicateRow(pair.pair_id or f"pair-{n}", pair.a.name, pair.a.municipality or None, of[pair.a], pair.b.name,
                     pair.b.municipality or None, of[pair.b], pair.score, pair.band, pair.evidence, None, None, None)
        for n, pair in enumerate(pairs)
    ]  # fmt: skip
    tables = Tables(
        documents=tuple(documents),
        entities=tuple(entities),
        organisations=tuple(organisations),
        organisation_names=tuple(rows),
        duplicates=tuple(duplicates),
    )
    contents = {text: content for text, (content, _) in spans.items()}
    return _write(folder, run_files(tables, contents, {}, ("csv", "jsonl")), facts or {"schema_version": "1.0"})


def _text(keys: Sequence[NameKey]) -> tuple[str, list[tuple[NameKey, int]]]:
    """A text that prints names, and where."""
    content, found = "Wie doen er mee?\n\n", []
    for key in keys:
        content += "Ook hier doet "
        found.append((key, len(content)))
        content += f"{key.name} graag mee.\n"
    return content, found


def resolved_run(
    folder: Path, texts: Mapping[str, tuple[str, str, Sequence[str]]] = TEXTS, judgements: Path | None = None
) -> Path:
    """A run folder as `extract` would write it for texts that print these names, by the real deduplication."""
    read = [(name, _document(name, *text)) for name, text in texts.items()]
    uses = collect(read)
    registry = known_ids(folder, rulebook()) if folder.is_dir() else None
    tables = build(read, uses, resolve(uses, rulebook(), decisions(judgements), registry))
    contents = {name: document.text.content for name, document in read}
    return _write(folder, run_files(tables, contents, {}, ("csv", "jsonl")), provenance(rulebook(), judgements, None))


def _document(name: str, municipality: str, code: str, names: Sequence[str]) -> Document:
    content, found = _text([NameKey(one, municipality) for one in names])
    section = Section(1, "", SectionKind.OTHER, None, 0, 0, len(content), "")
    entities = tuple(
        Entity(1, Label.ORGANISATION, key.name, "", None, "", at, at + len(key.name), 1.0, Source.LIST)
        for key, at in found
    )
    text = Text(f"{name}.txt", content, "utf-8", "0" * 64)
    return Document(text, "", Place(municipality, code), (section,), (), entities)


def _write(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Path:
    """Replaces a folder as a run does: whole, with new files."""
    new = folder.with_name(f".{folder.name}.new")
    new.mkdir(parents=True)
    for name, data in {**files, "run.json": json.dumps(facts).encode()}.items():
        (new / name).write_bytes(data)
    shutil.rmtree(folder, ignore_errors=True)
    return new.rename(folder)


@dataclass
class Clock:
    """A clock that goes on by a second at every look, unless it is told to stand."""

    step: timedelta = timedelta(seconds=1)
    at: datetime = START

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at


def desk_of(folder: Path, judgements: Path, step: float = 1.0) -> Desk:
    """A desk whose decisions have times that a test knows."""
    desk = Desk(folder, judgements)
    desk.ledger._now = Clock(timedelta(seconds=step))
    return desk


# --- a browser -----------------------------------------------------------------------------------------


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: tuple[str, ...]  # tags around it, the outermost first


class Page(HTMLParser):
    """A page as elements, in order, and the text between them."""

    EMPTY = frozenset({"meta", "link", "input", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if len(attrs) != len(dict(attrs)):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            one for one in self.elements if one.tag == tag and attributes.items() <= one.attributes.items()
        ]  # fmt: skip

    def value(self, name: str) -> str:
        """What the first field of this name holds."""
        return self.all("input", name=name)[0].attributes["value"]

    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Elements and the names of their attributes, without the marks inside names."""
        return [(one.tag, tuple(sorted(one.attributes))) for one in self.elements if one.tag != "mark"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def page(self) -> Page:
        return Page(self.text)

    def header(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")

    @property
    def to(self) -> str:
        """Where it leads, without the server's own address."""
        return self.header("location").removeprefix(f"http://{HOST}")


@dataclass
class Browser:
    """Sends what it is told to, keeps cookies, follows nothing. A fault without an answer is raised."""

    app: Any
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        address: str | bytes,
        body: bytes | Sequence[bytes] = b"",
        headers: Mapping[str, str | bytes] | None = None,
        host: str | None = HOST,
    ) -> Answer:
        raw = address.encode() if isinstance(address, str) else address
        path, _, query = raw.partition(b"?")
        chunks = [body] if isinstance(body, bytes) else list(body)
        given: dict[str, str | bytes] = {"host": host} if host is not None else {}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if isinstance(body, bytes) and body:
            given["content-length"] = str(len(body))
        given.update(headers or {})
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": _unquoted(path),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.encode(), v if isinstance(v, bytes) else v.encode("latin-1")) for name, v in given.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", PORT),
        }  # fmt: skip
        answer = asyncio.run(_ask(self.app, scope, chunks))
        jar: SimpleCookie = SimpleCookie()
        for name, value in answer.headers:
            if name == "set-cookie":
                jar.load(value)
        self.cookies.update({name: morsel.value for name, morsel in jar.items()})
        return answer

    def get(self, address: str | bytes, **more: Any) -> Answer:
        return self.send("GET", address, **more)

    def post(self, address: str | bytes, fields: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        """A form of one of our own pages, with its token unless the fields have one."""
        filled = {"token": self.token(), **(fields or {})}
        headers = {"content-type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
        return self.send("POST", address, urlencode(filled, doseq=True).encode(), headers=headers, **more)

    def upload(self, content: bytes, name: str = "j.csv", **fields: str) -> Answer:
        """The form that sends a file."""
        parts = {"token": self.token(), **fields}
        body = b"".join(
            f'--xx\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in parts.items()
        )
        body += f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body += content + b"\r\n--xx--\r\n"
        return self.send("POST", "/exchange", body, {"content-type": "multipart/form-data; boundary=xx"})

    def token(self) -> str:
        return self.get("/steward").page.value("token")

    def introduce(self, name: str) -> Browser:
        assert self.post("/steward", {"name": name}).status == 303
        return self


def browser_of(desk: Desk, steward: str = "") -> Browser:
    """A browser on the site of a desk, introduced where a name is given."""
    browser = Browser(application(Site(desk, PORT), (HOST, f"localhost:{PORT}")))
    return browser.introduce(steward) if steward else browser


def another(browser: Browser, steward: str) -> Browser:
    """Somebody else on the same site."""
    return replace(browser, cookies={}).introduce(steward)


def _unquoted(path: bytes) -> str:
    from urllib.parse import unquote

    return unquote(path.decode("latin-1"))


async def _ask(app: Any, scope: dict[str, Any], chunks: list[bytes]) -> Answer:
    sent: list[dict[str, Any]] = []
    left = list(chunks)

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception:  # what a server would write to its terminal, behind an answer that was sent
        if not sent or sent[0]["status"] != 500:
            raise
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"])
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
