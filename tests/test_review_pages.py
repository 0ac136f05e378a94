"""The stewards' page as a browser and as a stranger meet it: who is let in, what is refused, and what is never lost."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from coalitie.pipeline import rerun as rerunning
from coalitie.pipeline.names_in_use import Uses
from coalitie.pipeline.organisations.corrections import COLUMNS as SETTINGS
from coalitie.pipeline.organisations.judgements import COLUMNS, read_judgements
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import NameKey
from coalitie.pipeline.review.desk import Desk
from coalitie.pipeline.review.forms import name_id
from coalitie.pipeline.review.guard import HEADERS, LONGEST_FILE, LONGEST_FORM
from coalitie.pipeline.review.pages import application
from coalitie.pipeline.review.server import Review, serve
from coalitie.pipeline.review.site import Site
from coalitie.pipeline.review.spelling import pieces, visible
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


def _by_path(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runs = sys.modules.get("review_run") or _by_path("review_run")
Made, HOST, PORT, another, browser_of = runs.Made, runs.HOST, runs.PORT, runs.another, runs.browser_of
Browser: TypeAlias = Any  # these two are of review_run, which is loaded by path
Answer: TypeAlias = Any
TEMPLATES = Path(__file__).resolve().parent.parent / "pipeline" / "review" / "templates"
FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=xx"}

ALFA, ALVA, BETA, BETHA = (NameKey(name, "Tiel") for name in ("Alfa", "Alva", "Béta", "Betha"))
NAMES = {"org-a1": [ALFA, NameKey("Alpha", "Tiel")], "org-a2": [ALVA], "org-b1": [BETA], "org-b2": [BETHA]}
PAIRS = (Made(ALFA, ALVA, 0.5, pair_id="pair-1"), Made(BETA, BETHA, 0.9, pair_id="pair-2"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(runs.written_run(tmp_path / "run", NAMES, PAIRS, {"t1": [ALFA, BETA], "t2": [ALVA]}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "j.csv"


@pytest.fixture
def desk(folder: Path, file: Path) -> Desk:
    made: Desk = runs.desk_of(folder, file)
    return made


@pytest.fixture
def noor(desk: Desk) -> Browser:
    return browser_of(desk, "Noor")


def written(file: Path) -> list[str]:
    """What stands in both files of decisions: who said what."""
    rows = [f"{row.judged_by} {row.verdict or 'withdrawn'} {row.a.name}" for row in read_judgements(file)]
    beside = file.with_name("j.corrections.csv")
    return rows + (beside.read_text(encoding="utf-8").splitlines()[1:] if beside.exists() else [])


GETS = (
    "/", "/next?after=pair-1", "/previous?before=pair-2", "/done", "/pairs", "/pairs/pair-1", "/pairs/pair-1?after=pair-2",
    "/decisions", "/decisions?who=all", "/organisations", "/organisations?q=alfa&type=other", "/organisations/org-a1",
    "/organisations/org-a1?q=b&done=out", "/exchange", "/exchange?added=3", "/judgements.csv", "/judgements.jsonl",
    "/steward", "/favicon.ico", "/static/review.css", "/static/review.js",
)  # fmt: skip
POSTS: Sequence[tuple[str, dict[str, str]]] = (
    ("/pairs/pair-1", {"verdict": "same"}),
    ("/undo", {"line": "2"}),
    ("/organisations/org-a1/out", {"names": name_id(ALFA)}),
    ("/organisations/org-a1/merge", {"other": "org-a2"}),
    ("/organisations/org-a1/set", {"about": "name", "value": "Nieuw"}),
    ("/exchange", {}),
    ("/exchange/confirm", {"digest": "0" * 64}),
    ("/rerun", {}),
    ("/steward", {"name": "Bo"}),
    ("/preferences", {"language": "en"}),
)
REACHED = {"/exchange": 422, "/exchange/confirm": 409, "/rerun": 409}  # what a form that is let in comes to, if not 303


def test_every_form_of_the_pages_is_tested() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    actions = {
        re.sub(r"\{\{.*?\}\}", "*", a).split("?")[0] for a in re.findall(r'method="post" action="([^"]+)"', text)
    }
    assert len(re.findall('method="post"', text)) == len(re.findall('method="post" action="', text))
    known = {re.sub(r"/organisations/org-a1|(?<=/pairs)/pair-1", "*", path) for path, _ in POSTS}
    assert {a.replace("/pairs/*", "/pairs*").rstrip("*") for a in actions} == {a.rstrip("*") for a in known}


@pytest.mark.parametrize("address", GETS)
def test_every_page_is_well_formed_and_answers(noor: Browser, address: str) -> None:
    answer = noor.get(address)
    assert answer.status in (200, 303, 204)
    if answer.header("content-type").startswith("text/html") and answer.status == 200:
        page = answer.page
        assert page.faults == []
        assert [s.attributes for s in page.all("script")] == [{"src": "/static/review.js", "defer": ""}]
        assert [
            one for one in page.elements if any(name.startswith("on") or name == "style" for name in one.attributes)
        ] == []
        ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        labels = {one.attributes["for"] for one in page.all("label")}
        assert labels <= set(ids)


# --- strangers -----------------------------------------------------------------------------------------

STRANGE_HOSTS = [
    None, "", "127.0.0.1", "localhost", "127.0.0.1:8766", "localhost:80", "evil.example", f"evil.example:{PORT}",
    f"{HOST}.evil.example", f"{HOST}@evil.example", f"[::1]:{PORT}", f"127.1:{PORT}", f" {HOST}", f"{HOST}:{PORT}",
]  # fmt: skip


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_a_strange_host_gets_nothing(noor: Browser, file: Path, host: str | None) -> None:
    token = noor.token()
    for address in GETS:
        answer = noor.get(address, host=host)
        assert (answer.status, "coalitie" in answer.text) == (400, False)
    for address, fields in POSTS:
        assert noor.post(address, {"token": token, **fields}, host=host).status == 400
    assert written(file) == []


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"LocalHost:{PORT}"])
def test_our_own_hosts_are_answered(noor: Browser, host: str) -> None:
    assert noor.get("/pairs", host=host).status == 200
    origin = {"origin": f"http://{host}"}
    assert noor.post("/pairs/pair-1", {"verdict": "same"}, host=host, headers=origin).status == 303


FOREIGN: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("no token", {"token": ""}, {}),
    ("a wrong token", {"token": "0" * 64}, {}),
    ("a token in other letters", {"token": "é" * 64}, {}),
    ("a token that is too long", {"token": "0" * 70_000}, {}),
    ("from another site", {}, {"sec-fetch-site": "cross-site"}),
    ("from another port", {}, {"sec-fetch-site": "same-site"}),
    ("from nowhere", {}, {"sec-fetch-site": "none"}),
    ("from no known place", {}, {"sec-fetch-site": "Same-Origin, cross-site"}),
    ("another origin", {}, {"origin": "http://evil.example"}),
    ("another port", {}, {"origin": "http://127.0.0.1:9999"}),
    ("another scheme", {}, {"origin": f"https://{HOST}"}),
    ("no origin to tell", {}, {"origin": "null"}),
    ("an empty origin", {}, {"origin": ""}),
]


@pytest.mark.parametrize(("fields", "headers"), [case[1:] for case in FOREIGN], ids=[case[0] for case in FOREIGN])
@pytest.mark.parametrize(("address", "filled"), POSTS)
def test_a_form_that_is_not_ours_does_nothing(
    noor: Browser, file: Path, address: str, filled: dict[str, str], fields: dict[str, str], headers: dict[str, str]
) -> None:
    noor.post("/pairs/pair-2", {"verdict": "same"})
    before, cookies = written(file), dict(noor.cookies)
    answer = noor.post(address, {**filled, **fields}, headers=headers)
    assert answer.status == 403
    assert answer.page.faults == []
    assert (written(file), noor.cookies) == (before, cookies)


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": f"http://{HOST}"}])
@pytest.mark.parametrize(("address", "filled"), POSTS)
def test_our_own_form_is_carried_out(
    noor: Browser, address: str, filled: dict[str, str], headers: dict[str, str]
) -> None:
    noor.post("/pairs/pair-2", {"verdict": "same"})
    assert noor.post(address, filled, headers=headers).status == REACHED.get(address, 303)


def test_tokens_of_others_and_of_before_are_stale(noor: Browser, desk: Desk, file: Path) -> None:
    bo, again = another(noor, "Bo"), browser_of(desk, "Noor")
    again.cookies = dict(noor.cookies)
    for browser, token in ((noor, bo.token()), (again, noor.token())):
        answer = browser.post("/pairs/pair-1", {"verdict": "same", "token": token})
        assert answer.status == 403
        assert "te oud" in answer.page.text
    noor.cookies.pop(f"coalitie-{PORT}-session")
    assert noor.post("/pairs/pair-1", {"verdict": "same", "token": bo.token()}).status == 403
    assert written(file) == []


@pytest.mark.parametrize("session", ["", "x", "0" * 31, "0" * 33, "-" * 32])
def test_a_session_that_we_did_not_give_is_replaced(noor: Browser, session: str) -> None:
    noor.cookies[f"coalitie-{PORT}-session"] = session
    noor.get("/steward")
    assert re.fullmatch("[0-9a-f]{32}", noor.cookies[f"coalitie-{PORT}-session"])


@pytest.mark.parametrize(("address", "filled"), [one for one in POSTS if one[0] not in ("/steward", "/preferences")])
def test_nobody_can_do_anything(desk: Desk, file: Path, address: str, filled: dict[str, str]) -> None:
    answer = browser_of(desk).post(address, filled)
    assert (answer.status, "wie u bent" in answer.page.text) == (403, True)
    assert written(file) == []


def test_who_is_asked_first_and_then_comes_where_they_wanted(desk: Desk) -> None:
    browser = browser_of(desk)
    answer = browser.get("/organisations?q=alfa&type=other")
    assert answer.status == 303
    asked = browser.get(answer.to)
    assert asked.page.all("input", name="to")[-1].attributes["value"] == "/organisations?q=alfa&type=other"
    assert (
        browser.post(
            "/steward", {"name": " Noor  van Dijk ", "to": asked.page.all("input", name="to")[-1].attributes["value"]}
        ).to
        == "/organisations?q=alfa&type=other"
    )
    assert "Noor van Dijk" in browser.get("/pairs").page.text


def test_a_name_given_at_the_start_need_not_be_asked(desk: Desk, file: Path) -> None:
    browser = runs.Browser(application(Site(desk, PORT, " Noor  van Dijk "), (HOST,)))
    assert browser.post("/pairs/pair-1", {"verdict": "same"}).status == 303
    assert written(file) == ["Noor van Dijk same Alfa"]


BAD_NAMES = ["", " ", "x" * 61, "\u202eneslow", "a\u2066b", "\x7f", "a\x00b"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_cannot_stand_beside_decisions(desk: Desk, file: Path, name: str) -> None:
    """Neither from the form nor from a cookie; a control character may also be left out."""
    browser = browser_of(desk)
    answer = browser.post("/steward", {"name": name})
    plain = "".join(char for char in name if char not in "\x00\x7f").strip()
    assert answer.status == (303 if plain != name and plain else 422)
    browser.cookies[f"coalitie-{PORT}-steward"] = quote(name)
    browser.post("/pairs/pair-1", {"verdict": "same"})
    assert {row.judged_by for row in read_judgements(file)} <= {plain}


@pytest.mark.parametrize(
    "name", ["No%0Dor", "No%0Aor", "%20Noor", "%00", "%FF", "%ED%A0%80", "%", "a" * 90, "%20", "%22,,"]
)
def test_a_steward_in_a_cookie_breaks_nothing(desk: Desk, file: Path, name: str) -> None:
    browser = browser_of(desk)
    browser.get("/steward")
    browser.cookies[f"coalitie-{PORT}-steward"] = name
    statuses = {browser.post("/pairs/pair-1", {"verdict": "same"}).status for _ in range(2)}
    assert statuses <= {303, 403}
    assert len(read_judgements(file)) == (1 if statuses == {303} else 0)
    assert runs.desk_of(desk.folder, file).ledger.judgements() == desk.ledger.judgements()


# --- what is too long ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "limit"), [("/undo", LONGEST_FORM), ("/pairs/pair-1", LONGEST_FORM), ("/exchange", LONGEST_FILE)]
)
def test_a_body_that_is_too_long(noor: Browser, file: Path, address: str, limit: int) -> None:
    chunk = b"note=" + b"x" * 65_531
    told = noor.send("POST", address, b"", {**FORM, "content-length": str(limit + 1)})
    chunked = noor.send("POST", address, [chunk] * (limit // len(chunk) + 1), FORM)
    lied = noor.send("POST", address, [chunk] * (limit // len(chunk) + 1), {**FORM, "content-length": "5"})
    multipart = noor.send(
        "POST",
        address,
        [b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n']
        + [chunk] * (limit // len(chunk) + 1),
        MULTIPART,
    )
    assert [told.status, multipart.status] == [413, 413]
    assert {chunked.status, lied.status} <= {400, 413}
    assert written(file) == []


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x10", "²", "٣", "5, 5", " ", "9" * 5000, "1" + "0" * 30])
def test_a_length_that_is_none(noor: Browser, length: str) -> None:
    for address in ("/undo", "/exchange", "/pairs"):
        answer = noor.send("POST", address, [b"line=2"], {**FORM, "content-length": length.encode("utf-8")})
        assert answer.status in (400, 413)


# --- headers and cookies -------------------------------------------------------------------------------


def answers(noor: Browser, file: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """One of each kind."""
    found = {address: noor.get(address) for address in GETS}
    found |= {f"POST {address}": noor.post(address, fields) for address, fields in POSTS}
    found["host"] = noor.get("/", host="evil.example")
    found["no page"] = noor.get("/nothing")
    found["no static file"] = noor.get("/static/nothing.css")
    found["method"] = noor.send("PUT", "/pairs")
    found["static method"] = noor.send("POST", "/static/review.css")
    found["foreign"] = noor.post("/undo", {"line": "2"}, headers={"origin": "null"})
    found["long"] = noor.send("POST", "/undo", b"", {"content-length": "9999999"})
    found["fields"] = noor.post("/undo", {"line": "x"})
    found["query"] = noor.get(b"/pairs?q=\xff")
    found["head"] = noor.send("HEAD", "/pairs")
    found["half a file"] = noor.get("/static/review.css", headers={"range": "bytes=0-3"})
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "case", lambda *_: 1 / 0)
        found["fault"] = noor.get("/pairs/pair-1")
    file.write_text("broken", encoding="utf-8")
    found["broken"] = noor.get("/pairs")
    return found


def test_every_answer_has_the_headers(noor: Browser, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(noor, file, monkeypatch)
    assert {a.status for a in found.values()} == {200, 204, 206, 303, 400, 403, 404, 405, 409, 413, 422, 500}
    lacking = [
        (name, header) for name, a in found.items() for header, text in HEADERS.items() if a.header(header) != text
    ]
    assert lacking == []
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|\*|data:|http", policy)


def test_what_goes_wrong_is_told_in_words(noor: Browser, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        name: a
        for name, a in answers(noor, file, monkeypatch).items()
        if a.status >= 400 and a.header("content-type").startswith("text/html")
    }
    assert len(found) >= 10
    for answer in found.values():
        page = answer.page
        said = page.text.split("Dat kan niet")[-1]
        assert page.faults == []
        assert len(said.split()) > 3
        assert not re.search("Traceback|Error|ZeroDivision", page.text)


def test_a_method_that_is_not_meant_tells_which_are(noor: Browser) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"):
        for address, allowed in (
            ("/pairs", "GET"),
            ("/undo", "POST"),
            ("/static/review.css", "GET"),
            ("/steward", "GET"),
        ):
            answer = noor.send(method, address)
            assert answer.status == 405
            assert allowed in answer.header("allow")
        assert noor.send(method, "/nothing").status == 404
    assert noor.send("HEAD", "/undo").status == noor.get("/undo").status == 405


def test_cookies_are_for_this_server_alone(desk: Desk) -> None:
    browser, seen = browser_of(desk), []
    for answer in (browser.get("/steward"), browser.post("/steward", {"name": "Noor; é=1"}),
                   browser.post("/preferences", {"language": "en", "shortcuts": "off"})):  # fmt: skip
        seen += [value for name, value in answer.headers if name == "set-cookie"]
    assert [cookie.split("=")[0] for cookie in seen] == [
        f"coalitie-{PORT}-{n}" for n in ("session", "steward", "language", "shortcuts")
    ]
    for cookie in seen:
        parts = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert cookie.isascii()
        assert not [part for part in parts if part.startswith("domain")]
    assert [v for n, v in browser.get("/pairs").headers if n == "set-cookie"] == []


def test_preferences_last(noor: Browser) -> None:
    assert noor.get("/pairs").page.all("html", lang="nl")
    assert noor.get("/pairs", headers={"accept-language": "en-GB,nl;q=0.5"}).page.all("html", lang="en")
    assert noor.post("/preferences", {"language": "en", "shortcuts": "off", "to": "/pairs?q=a"}).to == "/pairs?q=a"
    page = noor.get("/pairs", headers={"accept-language": "nl"}).page
    assert page.all("html", lang="en")
    assert page.all("body", **{"data-shortcuts": "off"})


# --- addresses -----------------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http://evil.example", "https:evil.example",
    "evil.example", "javascript:alert(1)", "data:text/html,x", "", " //evil.example", "\t//evil.example", "/\t/evil.example",
    "/\n/evil.example", "\r\n//evil.example", "/\r\nSet-Cookie: a=b", "/%0d%0aset-cookie:a=b", "/\x00/evil.example",
    "/.//evil.example", "/..//evil.example", "?x", "#x", "/\u2028/evil.example", "/／evil.example", "/\x85/evil.example",
]  # fmt: skip


def led_to(answer: Answer) -> str:
    """The host that a browser would go to: it drops tabs and line ends, and takes \\ for /."""
    location = re.sub(r"[\t\r\n]", "", answer.header("location")).strip().replace("\\", "/")
    return str(urlsplit(urljoin(f"http://{HOST}/steward", location)).netloc)


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_form_leads_to_no_other_site(noor: Browser, to: str) -> None:
    asked = noor.get(f"/steward?{urlencode({'to': to})}").page.all("input", name="to")[-1].attributes["value"]
    for address, fields in (("/steward", {"name": "Noor"}), ("/preferences", {"language": "nl"})):
        for where in (to, asked):
            answer = noor.post(address, {**fields, "to": where})
            assert answer.status == 303
            assert led_to(answer) == HOST
            assert answer.header("location").isascii()
            assert not re.search(r"[\r\n]", answer.header("location"))
    assert [name for name, _ in answer.headers].count("set-cookie") == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["/", "\\", "\t", "\n", "\r", " ", ":", "@", "evil.example", "http", "%2f", ".", "é", "\x00"]),
        max_size=7,
    ).map("".join)
)
def test_whatever_it_is_told(noor: Browser, to: str) -> None:
    answer = noor.post("/preferences", {"language": "nl", "to": to})
    assert answer.status == 303
    assert led_to(answer) == HOST


@pytest.mark.parametrize(
    "path",
    [
        "../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "%2e%2e%2fpages.py", "..%5cpages.py", "..\\pages.py", "....//pages.py",
        "/etc/hostname", "%2fetc%2fhostname", "", ".", "..", "%00", "review.css%00", "x" * 5_000, "%ff", "~root",
        "review.css/../../pages.py", "C:%5cwindows", "con", "%c0%ae%c0%ae/pages.py", "../templates/base.html", "../words.yaml",
    ],
)  # fmt: skip
def test_static_files_are_those_of_the_page(noor: Browser, path: str) -> None:
    answer = noor.get(f"/static/{path}")
    assert answer.status in (404, 307)
    assert not re.search("import annotations|root:|DOCTYPE html>.*{%|refused_title:", answer.text)
    if answer.status == 307:
        assert led_to(answer) == HOST


NOT_FOUND = [
    "/nothing", "/pairs/pair-9", "/pairs/pair-1/x", "/pairs/%00", "/pairs/%ff", "/pairs/..%2f..", "/pairs/%3Cscript%3E",
    "/organisations/org-ff", "/organisations/%00", "/organisations/org-a1/out/x", "/index.html", "//", "/.git/config", "/pairs/" + "x" * 9_000,
]  # fmt: skip
WRONG_QUERIES = [
    "low=x", "low=nan", "low=inf", "low=-1", "high=2", "high=1e400", "band=nothing", "judged=nothing", "type=nothing", "page=0", "page=-1",
    "page=x", "page=1e9", "page=99999999999999999999", "page=" + "9" * 5_000, "q=" + "x" * 201, "low=" + "1" * 5_000, "judged=open%00", "type=GGD",
]  # fmt: skip
RIGHT_QUERIES = [
    "", "q=%FF", "q=%00", "q=%ED%A0%80", "q=a%0D%0Ab", "q=%3Cscript%3E", "low=0,5&high=1,0", "low=&high=", "low=0.50000", "page=100000", "x=y",
    "q=a&q=b", "&&&", "=", "q", "%", "q=%", "type=", "band=any&judged=any&type=other", "low=1&high=0", ";", "q=" + "%C3%A9" * 200, "low=1_0&x",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_FOUND)
def test_what_is_not_there(noor: Browser, address: str) -> None:
    answer = noor.get(address)
    assert answer.status in (404, 307)
    if answer.status == 404:
        assert answer.page.faults == []
    else:
        assert led_to(answer) == HOST


@pytest.mark.parametrize("query", WRONG_QUERIES)
def test_a_filter_that_cannot_be(noor: Browser, query: str) -> None:
    for path in ("/pairs", "/", "/next", "/previous", "/done", "/pairs/pair-1", "/organisations", "/decisions"):
        answer = noor.get(f"{path}?{query}")
        assert (path, answer.status) == (path, 422)
    assert noor.post(f"/pairs/pair-1?{query}", {"verdict": "same"}).status == 422


@pytest.mark.parametrize("query", RIGHT_QUERIES)
def test_a_filter_that_is_odd_but_can_be(noor: Browser, query: str) -> None:
    for path in (
        "/pairs",
        "/",
        "/next",
        "/previous",
        "/done",
        "/pairs/pair-1",
        "/organisations",
        "/decisions",
        "/organisations/org-a1",
        "/exchange",
    ):
        answer = noor.get(f"{path}?{query}")
        assert answer.status in ((200, 303) if query != "low=1_0&x" else (200, 303, 422))
        if answer.status == 200:
            assert answer.page.faults == []


# --- forms that are none -------------------------------------------------------------------------------

TOKEN = b"@@"  # becomes the token of the page


def part(name: bytes, value: bytes) -> bytes:
    return b'--xx\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"


WHOLE = part(b"token", TOKEN) + part(b"verdict", b"same")
BAD_FORMS: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("no field", "/pairs/pair-1", b"", FORM),
    ("no verdict", "/pairs/pair-1", b"token=@@", FORM),
    ("a wrong verdict", "/pairs/pair-1", b"token=@@&verdict=perhaps", FORM),
    ("a verdict in capitals", "/pairs/pair-1", b"token=@@&verdict=SAME", FORM),
    ("a verdict that only undo may write", "/pairs/pair-1", b"token=@@&verdict=withdrawn", FORM),
    ("a verdict with NUL", "/pairs/pair-1", b"token=@@&verdict=same%00", FORM),
    ("an extra field", "/pairs/pair-1", b"token=@@&verdict=same&judged_by=Bo", FORM),
    ("a strange extra field", "/pairs/pair-1", b"token=@@&verdict=same&%3Cscript%3E%00%FF=1", FORM),
    ("a long note", "/pairs/pair-1", b"token=@@&verdict=same&note=" + b"x" * 501, FORM),
    ("JSON", "/pairs/pair-1", b'{"token": "@@", "verdict": "same"}', {"content-type": "application/json"}),
    ("JSON in a form", "/pairs/pair-1", b'{"token": "@@", "verdict": "same"}', FORM),
    ("no type", "/pairs/pair-1", b"token=@@&verdict=same", {}),
    ("plain text", "/pairs/pair-1", b"token=@@&verdict=same", {"content-type": "text/plain"}),
    ("many fields", "/pairs/pair-1", b"token=@@&verdict=same" + b"&a=1" * 3_000, FORM),
    ("no boundary", "/pairs/pair-1", WHOLE + b"--xx--\r\n", {"content-type": "multipart/form-data"}),
    ("another boundary", "/pairs/pair-1", WHOLE + b"--xx--\r\n", {"content-type": "multipart/form-data; boundary=yy"}),
    ("parts without names", "/pairs/pair-1", b"--xx\r\n\r\nsame\r\n--xx--\r\n", MULTIPART),
    ("two files", "/exchange", part(b"token", TOKEN) + b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n' * 2 + b"--xx--", MULTIPART),
    ("half a character", "/pairs/pair-1", WHOLE.replace(b"same", b"+2AA-") + b"--xx--\r\n", {"content-type": "multipart/form-data; boundary=xx; charset=utf-7"}),
    ("half a character as a field", "/pairs/pair-1", WHOLE + part(b"+2AA-", b"x") + b"--xx--\r\n", {"content-type": "multipart/form-data; boundary=xx; charset=utf-7"}),
    ("a verdict as a file", "/pairs/pair-1", part(b"token", TOKEN) + b'--xx\r\nContent-Disposition: form-data; name="verdict"; filename="a"\r\n\r\nsame\r\n--xx--\r\n', MULTIPART),
    ("no line", "/undo", b"token=@@", FORM),
    ("the header's line", "/undo", b"token=@@&line=1", FORM),
    ("a line below zero", "/undo", b"token=@@&line=-2", FORM),
    ("a line that is no number", "/undo", b"token=@@&line=two", FORM),
    ("half a line", "/undo", b"token=@@&line=2.5", FORM),
    ("a line behind the file", "/undo", b"token=@@&line=3", FORM),
    ("a line far behind it", "/undo", b"token=@@&line=99999999999999999999999", FORM),
    ("an endless line", "/undo", b"token=@@&line=" + b"9" * 5_000, FORM),
    ("another's line", "/undo", b"token=@@&line=4", FORM),
    ("no names", "/organisations/org-a1/out", b"token=@@", FORM),
    ("unknown names", "/organisations/org-a1/out", b"token=@@&names=0000000000000000", FORM),
    ("names of another", "/organisations/org-a1/out", f"token=@@&names={name_id(BETA)}".encode(), FORM),
    ("all names", "/organisations/org-a1/out", f"token=@@&names={name_id(ALFA)}&names={name_id(NAMES['org-a1'][1])}".encode(), FORM),
    ("too many names", "/organisations/org-a1/out", b"token=@@" + b"&names=0" * 2_050, FORM),
    ("no other", "/organisations/org-a1/merge", b"token=@@", FORM),
    ("an unknown other", "/organisations/org-a1/merge", b"token=@@&other=org-ffff", FORM),
    ("no id", "/organisations/org-a1/merge", b"token=@@&other=../pairs", FORM),
    ("itself", "/organisations/org-a1/merge", b"token=@@&other=org-a1", FORM),
    ("an id with a line end", "/organisations/org-a1/merge", b"token=@@&other=org-a2%0A", FORM),
    ("an unknown property", "/organisations/org-a1/set", b"token=@@&about=colour&value=x", FORM),
    ("an unknown type", "/organisations/org-a1/set", b"token=@@&about=type&value=koor", FORM),
    ("a long name", "/organisations/org-a1/set", b"token=@@&about=name&value=" + b"x" * 301, FORM),
    ("an unknown organisation", "/organisations/org-ffff/set", b"token=@@&about=name&value=x", FORM),
    ("an unknown pair", "/pairs/pair-9", b"token=@@&verdict=same", FORM),
    ("no file", "/exchange", part(b"token", TOKEN) + b"--xx--\r\n", MULTIPART),
    ("a file as text", "/exchange", part(b"token", TOKEN) + part(b"file", b"x") + b"--xx--\r\n", MULTIPART),
    ("an empty file", "/exchange", part(b"token", TOKEN) + b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--xx--\r\n', MULTIPART),
    ("nothing to confirm", "/exchange/confirm", b"token=@@&digest=" + b"0" * 64, FORM),
    ("a token as a file", "/exchange", b'--xx\r\nContent-Disposition: form-data; name="token"; filename="a"\r\n\r\n@@\r\n--xx--\r\n', MULTIPART),
    ("another language", "/preferences", b"token=@@&language=de", FORM),
    ("shortcuts between on and off", "/preferences", b"token=@@&shortcuts=maybe", FORM),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "body", "headers"), [case[1:] for case in BAD_FORMS], ids=[case[0] for case in BAD_FORMS]
)
def test_a_form_that_is_none_is_a_plain_refusal(
    noor: Browser, file: Path, address: str, body: bytes, headers: dict[str, str]
) -> None:
    noor.post("/organisations/org-b1/set", {"about": "name", "value": "x"})
    another(noor, "Bo").post("/pairs/pair-2", {"verdict": "same"})
    file.write_text(
        file.read_text(encoding="utf-8").replace("\n", "\n,,,,,,,\n,,,,,,,\n", 1), encoding="utf-8"
    )  # Bo's is line 4
    before = written(file)
    answer = noor.send("POST", address, body.replace(TOKEN, noor.token().encode()), headers)
    assert 400 <= answer.status < 500
    assert answer.page.faults == []
    assert written(file) == before


LENIENT: list[tuple[str, bytes, str]] = [
    ("a NUL in the note", b"a%00b", "ab"),
    ("no UTF-8 in the note", b"caf%E9", "caf\ufffd"),
    ("line ends in the note", b"a%0D%0A%0Db%E2%80%A8c", "a b c"),
    ("an empty note", b"%20%09", ""),
    ("quotes and commas", b"%22a%22%2C+b%3B", '"a", b;'),
    ("a formula", b"%3D1%2B1", "=1+1"),
    ("the longest note", b"x" * 500, "x" * 500),
    ("a note twice", b"a&note=b", "b"),
]


@pytest.mark.parametrize(("sent", "kept"), [case[1:] for case in LENIENT], ids=[case[0] for case in LENIENT])
def test_a_note_is_kept_on_one_line(noor: Browser, file: Path, desk: Desk, sent: bytes, kept: str) -> None:
    body = f"token={noor.token()}&verdict=same&note=".encode() + sent
    assert noor.send("POST", "/pairs/pair-1", body, FORM).status == 303
    assert [row.note for row in read_judgements(file)] == [kept]
    assert desk.ledger.judgements() == read_judgements(file)
    assert noor.get("/decisions").status == 200


QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # making a page anew a thousand times takes minutes
ODD = st.text(st.characters(exclude_categories=[]), max_size=12) | st.sampled_from(
    ["same", "pair-1", "2", "name", "\x00", "\ud800", "é", "[]", "%", "org-a2"]
)
ODD_BYTES = ODD.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([address for address, _ in POSTS if address != "/rerun"]),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["verdict", "note", "line", "names", "other", "about", "value", "name", "to", "language", "file"]
            )
            | ODD,
            ODD_BYTES,
        ),
        max_size=4,
    ),
    ODD_BYTES,
    st.booleans(),
)
def test_whatever_is_sent_nothing_breaks(
    noor: Browser, file: Path, address: str, fields: list[tuple[str, bytes]], odd: bytes, multipart: bool
) -> None:
    token = noor.token()
    named = [("token", token.encode()), *fields]
    if multipart:
        charset = "".join(chr(byte) for byte in odd if 33 < byte < 127 and byte not in b'";,\\') or "utf-7"
        body = b"".join(part(name.encode("utf-8", "surrogatepass"), value) for name, value in named) + b"--xx--\r\n"
        answer = noor.send(
            "POST", address, body, {"content-type": f"multipart/form-data; boundary=xx; charset={charset}"}
        )
    else:
        body = urlencode([(name.encode("utf-8", "surrogatepass"), value) for name, value in named]).encode()
        answer = noor.send("POST", f"{address}?{quote(odd)}", body, FORM)
    assert answer.status in (303, 200) or 400 <= answer.status < 500
    assert noor.get("/decisions?who=all").status == noor.get("/pairs/pair-1").status == 200
    for name in ("language", "shortcuts"):
        noor.cookies.pop(f"coalitie-{PORT}-{name}", None)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=40).map(lambda raw: re.sub(rb"[\r\n]", b"", raw)),
    st.sampled_from(["session", "steward", "language", "shortcuts", "x"]),
)
def test_whatever_the_headers_hold_nothing_breaks(noor: Browser, raw: bytes, name: str) -> None:
    cookie = (
        f"coalitie-{PORT}-session={noor.cookies[f'coalitie-{PORT}-session']}; coalitie-{PORT}-{name}=".encode() + raw
    )
    kept = dict(noor.cookies)
    for headers in (
        {"cookie": cookie},
        {"cookie": raw},
        {"accept-language": raw},
        {"content-type": raw},
        {"sec-fetch-site": raw},
        {"origin": raw},
    ):
        assert noor.get("/pairs", headers=headers).status in (200, 303)
        assert noor.send("POST", "/undo", b"line=2", {**FORM, **headers}).status in (403, 404, 422)
    assert noor.get(b"/pairs?" + raw.replace(b"#", b"")).status in (200, 400, 422)
    noor.cookies = kept


# --- names of any kind ---------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "'><b>", "</bdi></h2><h1>", "</title><script>", "</textarea>",
    "<!--", "-->", "]]>", "<![CDATA[", "&lt;b&gt;", "&", "&#60;", "{{ 7 * 7 }}", "{% raw %}", "{0}", "{n}", "{name}", "%s", "javascript:alert(1)",
    '" onfocus="x', "' autofocus '", "`", "\\", "=1+1", "\u202e", "\u2066", "\u200b", "\u00ad", "\x1b[31m", "\x7f", "\u2028", "é", "ß", "İ", "ﬁ", "🏳️‍🌈", "ا",
)  # fmt: skip
HOSTILE_TEXT = st.lists(
    st.sampled_from(HOSTILE) | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5),
    min_size=1,
    max_size=3,
).map(" ".join)
PLACES = ("/pairs", "/pairs?judged=any&band=any&q={q}", "/pairs/pair-1", "/pairs/pair-2?after=pair-1", "/organisations", "/organisations/org-a1?q={q}",
          "/decisions", "/decisions?who=all", "/done?q={q}", "/steward?to=%2F{q}", "/organisations?q={q}")  # fmt: skip


def shop(place: Path, texts: Sequence[str]) -> tuple[Browser, list[NameKey]]:
    """A site whose every name, municipality, note and steward is one of these texts, told apart by a number."""
    town, who, note, value, *names = (" ".join(text.split()) for text in texts)
    keys = [Uses.key(f"{name} {n}", town) for n, name in enumerate(names)]
    one, two, three, four = keys
    said = [text.replace("; ", " ") for text in (names[0], "letters (+1.2)", f"both {names[1]}")]
    folder = runs.written_run(
        place / "run",
        {"org-a1": [one, two], "org-a2": [three], "org-b1": [four]},
        [
            Made(
                one,
                three,
                0.5,
                evidence="; ".join(said),
                pair_id="pair-1",
            ),
            Made(two, four, 0.5, pair_id="pair-2"),
        ],
        {"t1": keys, "t2": [one]},
    )
    file = place / "j.csv"
    words = [(one, three, "same", "a"), (one, three, "different", "b"), (two, four, "same", "a")]
    _rows(
        file,
        COLUMNS,
        [[*min(a, b), *max(a, b), verdict, f"{who} {n}", "2024-01-01", note] for a, b, verdict, n in words],
    )
    _rows(place / "j.corrections.csv", SETTINGS, [[*three, "name", value, who, "", note]])
    browser = browser_of(Desk(folder, file))
    browser.get("/steward")
    browser.cookies[f"coalitie-{PORT}-steward"] = quote("Noor")
    return browser, keys


def test_a_pair_written_the_other_way_round(noor: Browser, file: Path) -> None:
    _rows(file, COLUMNS, [[*ALVA, *ALFA, "same", "Noor", "", ""]])
    assert "1 van 2 beoordeeld" in noor.get("/pairs").page.text
    assert noor.get("/decisions").page.all("a", href="/pairs/pair-1?judged=any&band=any")
    assert noor.post("/undo", {"line": "2"}).to.startswith("/pairs/pair-1")


def _rows(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from coalitie.pipeline.formats import csv_text

    path.write_text(csv_text(columns, rows), encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def plain_shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the pages are made of where every name is plain; without a search, as what it finds may differ."""
    plain, _ = shop(tmp_path_factory.mktemp("plain"), [f"x{n}" for n in range(8)])
    return {address: plain.get(address).page.shape() for address in PLACES if "{q}" not in address}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
@given(st.tuples(*[HOSTILE_TEXT.filter(str.strip)] * 8), HOSTILE_TEXT)
def test_no_name_adds_an_element_or_is_lost(
    tmp_path_factory: pytest.TempPathFactory, plain_shapes: dict[str, Any], texts: tuple[str, ...], query: str
) -> None:
    place = tmp_path_factory.mktemp("names")
    hostile, keys = shop(place, texts)
    for address in PLACES:
        asked = hostile.get(address.format(q=quote(query)))
        page = asked.page
        assert (asked.status, page.faults) == (200, [])
        if address in plain_shapes:
            assert page.shape() == plain_shapes[address]
        tags = {one.tag for one in page.elements}
        assert tags <= TAGS
        assert not [
            name
            for one in page.elements
            for name in one.attributes
            if name.startswith("on") or name in ("style", "autofocus", "srcdoc")
        ]
        assert {one.attributes.get("src", "/static/review.js") for one in page.elements} == {"/static/review.js"}
        assert all(
            re.match("/(?!/)|#main$", one.attributes["href"]) for one in page.elements if "href" in one.attributes
        )
    text = hostile.get("/pairs/pair-1").page.text
    for key in (keys[0], keys[2]):
        assert " ".join(visible(key.name).split()) in text
    shutil.rmtree(place)


TAGS = set(
    re.findall(r"<([a-z][a-z0-9]*)", "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html")))
)


@given(st.text(max_size=20), st.text(max_size=20))
def test_marked_letters_are_all_the_letters(one: str, other: str) -> None:
    found = pieces(one, other)
    assert "".join(piece.text for piece in found) == one
    if one == other:
        assert not any(piece.differs for piece in found)


@pytest.mark.parametrize(
    ("text", "seen"),
    [("a\u202eb", "a[U+202E]b"), ("a\x00b", "a[U+0000]b"), ("a\rb", "a[U+000D]b"), ("\ud800", "[U+D800]"), ("\ufeffa", "[U+FEFF]a"),
     ("a\nb", "a\nb"), ("café ß", "café ß"), ("🏳️‍🌈", "🏳️‍🌈"), ("a\u00adb", "a\u00adb"), ("", "")],
)  # fmt: skip
def test_what_cannot_be_seen_is_spelt_out(text: str, seen: str) -> None:
    assert visible(text) == seen


# --- deciding ------------------------------------------------------------------------------------------


def test_a_decision_is_written_and_the_next_pair_shown(noor: Browser, file: Path) -> None:
    assert noor.get("/").to == "/pairs/pair-1"
    answer = noor.post("/pairs/pair-1", {"verdict": "different", "note": "twee  koren"})
    assert answer.to == "/pairs/pair-2?after=pair-1"
    page = noor.get(answer.to).page
    assert "Opgeslagen: verschillend Alfa – Alva" in page.text
    assert "1 van 2 beoordeeld" in page.text
    assert [(r.verdict, r.judged_by, r.judged_at, r.note) for r in read_judgements(file)] == [
        ("different", "Noor", "2024-05-01T09:00:01Z", "twee koren")
    ]
    assert noor.post("/pairs/pair-2", {"verdict": "unsure"}).to == "/done?after=pair-2"
    assert "Alles is beoordeeld" in noor.get("/done").page.text


def test_the_same_form_twice_is_one_decision(noor: Browser, file: Path) -> None:
    first, second = (noor.post("/pairs/pair-1", {"verdict": "same", "note": "x"}) for _ in range(2))
    assert first.status == second.status == 303
    assert len(written(file)) == 1
    for _ in range(2):
        assert noor.post("/undo", {"line": "2"}).to == "/pairs/pair-1"
    assert written(file) == ["Noor same Alfa", "Noor withdrawn Alfa"]
    for _ in range(2):
        noor.post("/organisations/org-b1/set", {"about": "name", "value": "Nieuw"})
        noor.post("/organisations/org-a1/out", {"names": name_id(ALFA)})
    assert len(written(file)) == 4
    statuses = [noor.post("/organisations/org-b1/merge", {"other": "org-b2"}).status for _ in range(2)]
    assert (statuses, len(written(file))) == ([303, 409], 5)


def test_undo_of_ones_own_only(noor: Browser, file: Path) -> None:
    noor.post("/pairs/pair-1", {"verdict": "same"})
    bo = another(noor, "Bo")
    assert bo.post("/undo", {"line": "2"}).status == 404
    assert not bo.get("/decisions?who=all").page.all("form", action="/undo?back=decisions")
    assert noor.get("/decisions").page.all("form", action="/undo?back=decisions")
    assert written(file) == ["Noor same Alfa"]
    assert noor.post("/undo?back=decisions", {"line": "2"}).to == "/decisions"
    assert written(file) == ["Noor same Alfa", "Noor withdrawn Alfa"]
    noor.post("/pairs/pair-1", {"verdict": "same"})
    noor.post("/undo", {"line": "2"})  # an old page: that word was taken back, the new one stays
    assert written(file)[-1] == "Noor same Alfa"


def test_a_filter_stays_while_deciding(noor: Browser) -> None:
    answer = noor.get("/?q=al&low=0,4&high=0,6")
    assert answer.to == "/pairs/pair-1?q=al&low=0.4&high=0.6"
    page = noor.get(answer.to).page
    form = page.all("form", **{"class": "decide"})[0].attributes["action"]
    assert form == "/pairs/pair-1?q=al&low=0.4&high=0.6"
    answer = noor.post(form, {"verdict": "same"})
    assert answer.to == "/done?q=al&low=0.4&high=0.6&after=pair-1"
    assert "Binnen dit filter" in noor.get(answer.to).page.text


def test_the_last_pair_that_waits_is_not_called_done(noor: Browser) -> None:
    noor.post("/pairs/pair-1", {"verdict": "same"})
    answer = noor.get("/next?after=pair-2")
    assert answer.to.startswith("/pairs/pair-2")
    assert noor.get(answer.to).status == 200


def test_two_stewards_at_once(noor: Browser, file: Path) -> None:
    bo = another(noor, "Bo")
    assert (noor.get("/").to, bo.get("/").to) == ("/pairs/pair-1", "/pairs/pair-2")
    noor.post("/pairs/pair-1", {"verdict": "same"})
    bo.post("/pairs/pair-1", {"verdict": "different"})
    page = noor.get("/pairs/pair-1").page
    assert "Beheerders zijn het oneens" in page.text
    assert "Noor" in page.text
    assert "Bo" in page.text
    assert "0 van 2 beoordeeld" in page.text
    assert "oneens" in noor.get("/pairs?judged=contradicted").page.text
    assert noor.get("/pairs?judged=contradicted").page.all("a", href="/pairs/pair-1?judged=contradicted")
    bo.post("/pairs/pair-1", {"verdict": "same"})
    assert "1 van 2 beoordeeld" in noor.get("/pairs/pair-1").page.text


def test_orders_on_an_organisation(noor: Browser, file: Path) -> None:
    page = noor.get("/organisations/org-a1").page
    boxes = [one.attributes["value"] for one in page.all("input", name="names")]
    assert boxes == [name_id(key) for key in NAMES["org-a1"]]
    assert noor.post("/organisations/org-a1/out", {"names": boxes[1]}).to == "/organisations/org-a1?done=out"
    assert "valt deze organisatie in 2 delen" in noor.get("/organisations/org-a1?done=out").page.text
    found = noor.get("/organisations/org-a1?q=betha").page
    assert [one.attributes["value"] for one in found.all("button", name="other")] == ["org-b2"]
    another(noor, "Bo").post("/pairs/pair-2", {"verdict": "different"})
    answer = noor.post("/organisations/org-b1/merge", {"other": "org-b2"})
    assert answer.to == "/organisations/org-b1?done=against"
    assert "een andere beheerder" in noor.get(answer.to).page.text
    noor.post("/organisations/org-a2/set", {"about": "type", "value": "sport"})
    assert "Vastgelegde namen" in noor.get("/decisions").page.text


# --- files that change or cannot be written ------------------------------------------------------------


def test_a_broken_file_is_told_and_mended(noor: Browser, file: Path) -> None:
    noor.post("/pairs/pair-1", {"verdict": "same"})
    good, token = file.read_bytes(), noor.token()
    for end in (b"A,,B,,perhaps,an,,\n", b'A,,B,,same,an,,"oeps\n', b"\xff\n", b"A,,B,,same,an,,,,,\n"):
        file.write_bytes(good + end)
        answers = [
            noor.get(address) for address in ("/pairs", "/pairs/pair-2", "/decisions", "/judgements.csv", "/steward")
        ]
        answers.append(noor.post("/pairs/pair-2", {"verdict": "same", "token": token}))
        assert [answer.status for answer in answers] == [409] * len(answers)
        assert [answer.page.faults for answer in answers] == [[]] * len(answers)
        assert all("j.csv" in answer.page.text for answer in answers)
        assert file.read_bytes() == good + end
    file.write_bytes(good)
    assert noor.post("/pairs/pair-2", {"verdict": "same"}).status == 303
    assert len(written(file)) == 2


def test_a_form_sent_while_the_file_is_broken_writes_nothing(noor: Browser, file: Path) -> None:
    noor.post("/pairs/pair-1", {"verdict": "same"})
    token, bad = noor.token(), file.read_bytes() + b",,,,same,,,\n"
    file.write_bytes(bad)
    for address, fields in POSTS[:5]:
        answer = noor.post(address, {"token": token, **fields})
        assert answer.status == 409
        assert "j.csv, line 3" in answer.page.text
    assert file.read_bytes() == bad


def failing(patch: pytest.MonkeyPatch, kind: str) -> None:
    """A disk that is full, or a file that may not be written."""

    def lost(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    opened = Path.open

    def refused(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if mode.startswith("a"):
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, mode, *args, **kwargs)

    patch.setattr(os, "fsync", lost) if kind == "full" else patch.setattr(Path, "open", refused)


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_what_cannot_be_saved_is_told_and_the_pair_stays(
    noor: Browser, file: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    noor.post("/pairs/pair-2", {"verdict": "same"})
    before, token = file.read_bytes(), noor.token()
    with monkeypatch.context() as patch:
        failing(patch, kind)
        for address, fields in (POSTS[0], POSTS[2], POSTS[3], POSTS[4], ("/undo", {"line": "2"})):
            answer = noor.post(address, {"token": token, **fields})
            assert answer.status == 503
            assert "Niet opgeslagen" in answer.page.text
            assert str(file.parent) not in answer.text
    assert file.read_bytes() == before
    assert "1 van 2 beoordeeld" in noor.get("/pairs/pair-1").page.text
    assert noor.get("/").to == "/pairs/pair-1"
    assert noor.post("/pairs/pair-1", {"verdict": "same"}).status == 303
    assert len(read_judgements(file)) == 2


def test_a_folder_written_anew_is_taken_up(noor: Browser, folder: Path) -> None:
    assert noor.get("/pairs/pair-1").status == 200
    shutil.rmtree(folder)
    for address in GETS:
        assert noor.get(address).status in (200, 303, 204)
    assert noor.post("/pairs/pair-1", {"verdict": "same"}).status == 303
    runs.written_run(
        folder,
        {"org-c1": [NameKey("Ceta", "Ede")], "org-c2": [NameKey("Cetha", "Ede")]},
        [Made(NameKey("Ceta", "Ede"), NameKey("Cetha", "Ede"), pair_id="pair-7")],
    )
    assert noor.get("/pairs/pair-1").status == 404
    assert noor.get("/").to == "/pairs/pair-7"
    answer = noor.post("/pairs/pair-1", {"verdict": "same"})
    assert (answer.status, "niet (meer) in de tabellen" in answer.page.text) == (404, True)
    assert noor.get("/decisions").status == 200


def test_names_that_were_moved_meanwhile_are_asked_again(noor: Browser, folder: Path, file: Path) -> None:
    moved = {**NAMES, "org-a1": [ALFA], "org-a2": [ALVA, NAMES["org-a1"][1]]}
    runs.written_run(folder, moved, PAIRS)
    answer = noor.post("/organisations/org-a1/out", {"names": [name_id(key) for key in NAMES["org-a1"]]})
    assert (answer.status, written(file)) == (409, [])
    assert "ondertussen veranderd" in answer.page.text


def test_tables_that_do_not_fit_together_are_told(noor: Browser, folder: Path) -> None:
    """A pair of a name that the table of names does not have."""
    path = folder / "organisation_names.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("Alva")), encoding="utf-8")
    assert noor.get("/pairs/pair-1").status < 500
    assert noor.get("/pairs").status < 500


# --- outdated tables -----------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(rerunning, "Rulebook", lambda _: runs.rulebook())
    return browser_of(runs.desk_of(runs.resolved_run(tmp_path / "real"), file), "Noor")


def test_the_notice_stays_until_the_deduplication_ran(real: Browser, file: Path) -> None:
    assert not real.get("/pairs").page.all("form", action="/rerun")
    pair = real.get("/").to
    real.post(pair, {"verdict": "same"})
    assert real.get("/pairs").page.all("form", action="/rerun")
    assert real.post("/rerun").to == "/decisions?rerun=done"
    page = real.get("/decisions?rerun=done").page
    assert not page.all("form", action="/rerun")
    assert real.get(f"{pair}?judged=any").status == 200
    assert "1 besluit" in page.text
    real.post("/undo", {"line": "2"})
    assert real.get("/pairs").page.all("form", action="/rerun")


def test_a_rerun_that_cannot_be_is_told(real: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "real" / "run.json"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace('"rules_sha256": "', '"rules_sha256": "0'), encoding="utf-8"
    )
    answer = real.post("/rerun")
    assert (answer.status, "made with other rules" in answer.page.text) == (409, True)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rerunning, "rerun", full)
    assert real.post("/rerun").status == 503
    assert real.get("/pairs").status == 200


# --- starting ------------------------------------------------------------------------------------------


def test_a_review_that_cannot_start_says_why(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("name_a\n", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        cases = {
            "is not a run folder": Review(tmp_path / "nothing", tmp_path / "j.csv"),
            r"bad\.csv, line 1: column municipality_a is missing": Review(folder, tmp_path / "bad.csv"),
            f"port {port} is in use; choose another with --port": Review(folder, tmp_path / "j.csv", port=port),
        }
        started: list[str] = []
        for words, review in cases.items():
            with pytest.raises(Unusable, match=words):
                serve(review, started.append)
    assert started == []
    assert not (tmp_path / "j.csv").exists()
