"""The HTML report: what stands on the page, that nothing in it can do harm, and that it stays within its bounds."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.formats import jsonl_text
from coalitie.pipeline.organisations.judgements import COLUMNS
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import (
    Band,
    Label,
    OrganisationType,
    PartyType,
    Scope,
    SectionKind,
    Source,
    Status,
    Verdict,
    Where,
)
from coalitie.pipeline.rows import (
    ContactRow,
    DocumentRow,
    DuplicateRow,
    EntityRow,
    ErrorRow,
    OrganisationNameRow,
    OrganisationRow,
    ParticipantRow,
    SectionRow,
)
from coalitie.pipeline.run_files import table_files
from coalitie.pipeline.run_folder import StoredRun, read_run_folder
from coalitie.pipeline.tables import Tables
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("jinja2", reason="the report needs the extra: pip install 'coalitie[report]'")
pytest.importorskip("matplotlib", reason="the report needs the extra: pip install 'coalitie[report]'")

from coalitie.pipeline.report import write_report
from coalitie.pipeline.report.coalitions import PROVINCES, find_coalitions, spread_of
from coalitie.pipeline.report.matrix import build_matrix
from coalitie.pipeline.report.network import draw
from coalitie.pipeline.report.organisations import break_down
from coalitie.pipeline.report.page import render
from coalitie.pipeline.report.shown import name, shown
from coalitie.pipeline.report.spans import KINDS, Span, pieces
from coalitie.pipeline.report.standings import GROUPS, group_pairs
from coalitie.pipeline.report.words import LANGUAGES, Words, all_words

CHECKOUT = Path(__file__).resolve().parent.parent
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></textarea></script><b>",
    "{{ 7 * 7 }}{% raw %}",
    "Stichting \u202egnitset\u202c",
    "&lt;b&gt; &amp; 'quote' `tick`",
    "Ouder\x01en\x0bbond\x85",
    "L" + "o" * 10_000 + "ng",
    "<!--<script>",
)


class Reader(HTMLParser):
    """A page taken apart: its elements with their attributes, its headings, its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def taken_apart(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def document(key: str, **other: Any) -> DocumentRow:
    values: dict[str, Any] = {
        "source": f"{key}.txt",
        "title": f"Coalitie {key}",
        "municipality": key,
        "municipality_code": "GM0000",
        "province": "Drenthe",
        "ggd_region": "GGD Drenthe",
        "n_sections": 0,
        "n_participants": 0,
        "sha256": "0" * 64,
        "encoding": "utf-8",
    }
    return DocumentRow(key, **{**values, **other})


def organisation(key: str, label: str, **other: Any) -> OrganisationRow:
    values: dict[str, Any] = {
        "type": OrganisationType.WELZIJN,
        "scope": Scope.LOCAL,
        "municipality_code": None,
        "n_documents": 1,
        "n_mentions": 1,
        "names": label,
        "status": Status.AUTO,
        "known_as": None,
        "since": 1,
    }
    return OrganisationRow(key, label, **{**values, **other})


def participant(at: str, organisation_id: str | None, text: str, start: int = 0, **other: Any) -> ParticipantRow:
    values: dict[str, Any] = {
        "position": 1,
        "text": text,
        "type": PartyType.ORGANISATION if organisation_id else PartyType.ROLE,
        "group": None,
        "where": Where.LIST,
        "branch": None,
        "organisation_id": organisation_id,
        "organisation": text if organisation_id else None,
        "municipality_code": None,
        "start": start,
        "end": start + len(text),
        "confidence": 0.9,
        "rule": "list-item/name",
    }
    document_id = at.rsplit(".", 1)[0]
    return ParticipantRow(at, document_id, f"{document_id}.s01", **{**values, **other})


def pair(key: str, a: str, b: str, **other: Any) -> DuplicateRow:
    values: dict[str, Any] = {
        "municipality_a": None,
        "organisation_id_a": "org-a",
        "municipality_b": None,
        "organisation_id_b": "org-b",
        "score": 0.6,
        "band": Band.REVIEW,
        "evidence": "letters (+2.6)",
        "judgement": None,
        "judged_by": None,
        "judged_at": None,
    }
    values |= other
    return DuplicateRow(
        key,
        a,
        values["municipality_a"],
        values["organisation_id_a"],
        b,
        **{k: v for k, v in values.items() if k not in ("municipality_a", "organisation_id_a")},
    )


def run_folder(folder: Path, tables: Tables, contents: dict[str, str] | None = None, facts: str = "{}") -> Path:
    folder.mkdir(parents=True)
    for file, data in table_files(tables.named()).items():
        (folder / file).write_bytes(data)
    if contents is not None:
        (folder / "documents.jsonl").write_text(jsonl_text(tables, contents), encoding="utf-8")
    (folder / "run.json").write_text(facts, encoding="utf-8")
    return folder


def hostile_tables() -> tuple[Tables, dict[str, str]]:
    """Every table full of what a page must not take at its word."""
    keys = [f"d{at}" for at in range(len(HOSTILE))]
    texts = {key: f"Deelnemers\n\n• {bad}\n\nbij {bad}\x00\r\neinde" for key, bad in zip(keys, HOSTILE, strict=True)}
    documents, sections, participants, entities, contacts, organisations, names, pairs = [], [], [], [], [], [], [], []
    for key, bad in zip(keys, HOSTILE, strict=True):
        documents.append(document(key, source=f"{bad}.txt", title=bad, municipality=bad, province=bad, ggd_region=bad))
        text = texts[key]
        sections.append(
            SectionRow(
                f"{key}.s01",
                key,
                1,
                "Deelnemers",
                SectionKind.PARTICIPANTS,
                None,
                0,
                len(text),
                text[10:],
                f"rule.{bad}",
            )
        )
        organisations.append(organisation(f"org-{key}", bad))
        participants.append(participant(f"{key}.p01", f"org-{key}", bad, 14, group=bad, rule=bad))
        participants += [participant(f"{key}.p02", "org-d0", HOSTILE[0]), participant(f"{key}.p03", None, bad)]
        entities.append(
            EntityRow(
                f"{key}.e01",
                key,
                f"{key}.s01",
                Label.ORGANISATION,
                bad,
                bad,
                None,
                None,
                f"org-{key}",
                20,
                30,
                0.5,
                Source.RULE,
            )
        )
        contacts.append(ContactRow(f"{key}.c01", key, f"{key}.s01", bad, bad, bad, bad, bad, bad, 16, 25))
        names.append(OrganisationNameRow(bad, None, f"org-{key}", 1, "single", 0.9, bad))
        pairs.append(
            pair(f"pair-{key}", bad, bad, evidence=bad, judgement=Verdict.UNSURE, judged_by=bad, judged_at=bad)
        )
    errors = [ErrorRow(bad, bad, bad, bad) for bad in HOSTILE]
    tables = Tables(
        *map(tuple, (documents, sections, participants, entities, contacts, organisations, names, pairs, errors))
    )
    return tables, texts


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables, texts = hostile_tables()
    facts = json.dumps(
        {"warnings": list(HOSTILE), "skipped": list(HOSTILE), "versions": dict.fromkeys(HOSTILE, "\ud800")}
    )
    return run_folder(tmp_path_factory.mktemp("hostile") / "run", tables, texts, facts)


@pytest.fixture(scope="module")
def page(sample_run: Path) -> str:
    return render(read_run_folder(sample_run)).html


# --- the page as a whole ------------------------------------------------------------------------------


def test_the_file_is_written_into_the_run_folder_or_where_it_is_wanted(sample_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    done = write_report(run)
    assert done.out == run / "report.html"
    assert done.out.stat().st_size == done.size < 6_000_000
    assert (done.documents, done.texts, done.left_out) == (6, 6, ())
    assert write_report(run, tmp_path / "mine.html").out.read_bytes() == (run / "report.html").read_bytes()
    assert "6 of 6 texts" in done.lines()[-1]
    assert sorted(path.name for path in run.iterdir() if path.name.startswith(".")) == []


def test_the_page_is_the_same_to_the_byte(sample_run: Path, page: str) -> None:
    assert render(read_run_folder(sample_run)).html == page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    """No element asks for anything, no style or script is inline in an attribute, and the policy forbids all of it."""
    loading = {"src", "srcset", "action", "data", "poster", "background", "style", "formaction", "ping"}
    for tag, attributes in taken_apart(page).elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form"), tag
        assert not loading & set(attributes), (tag, attributes)
        assert not [key for key in attributes if key.startswith("on")], (tag, attributes)
        assert (attributes.get("href") or "#").startswith("#"), attributes
    policy = next(
        a["content"] for tag, a in taken_apart(page).elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_headings_landmarks_and_anchors_are_in_order(page: str) -> None:
    elements = taken_apart(page).elements
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = [tag for tag, _ in elements]
    assert all(tags.count(tag) == 1 for tag in ("main", "header", "nav", "footer"))


@pytest.mark.parametrize("kind", ["sample", "hostile", "wordless", "empty", "names"])
def test_every_link_leads_to_one_place(sample_run: Path, hostile_run: Path, tmp_path: Path, kind: str) -> None:
    tables, _ = hostile_tables()
    runs: dict[str, Any] = {
        "sample": lambda: read_run_folder(sample_run),
        "hostile": lambda: read_run_folder(hostile_run),
        "wordless": lambda: StoredRun(tmp_path, tables),
        "empty": lambda: StoredRun(tmp_path, Tables()),
        "names": lambda: StoredRun(tmp_path, Tables(organisations=tables.organisations), has_documents=False),
    }
    elements = taken_apart(render(runs[kind]()).html).elements
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    pointing = ("href", "aria-labelledby", "for")
    targets = {value.removeprefix("#") for _, a in elements for key, value in a.items() if key in pointing and value}
    assert targets <= set(ids)


def test_every_part_of_the_issue_is_there(page: str) -> None:
    for part in ("came-in", "coverage", "organisations", "network", "matrix", "pairs", "documents"):
        assert f'<section id="{part}"' in page
        assert f'<a href="#{part}">' in page
    assert page.count("<svg") == 2 + 1 + 1 + 3  # organisations, coverage, network, and its three signs
    assert page.count(Words("en")("as-table")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_one_language(sample_run: Path, language: str) -> None:
    html = render(read_run_folder(sample_run), language).html
    assert f'<html lang="{language}">' in html
    other = Words(next(item for item in LANGUAGES if item != language))
    for key in ("came-in", "coverage.about", "chart.types", "matrix.about", "pairs.waiting", "documents.about"):
        assert other(key) not in html


def test_every_word_exists_in_both_languages() -> None:
    for key, forms in all_words().items():
        assert set(forms) == set(LANGUAGES), key
        texts = list(forms.values())
        assert all(isinstance(text, str) and text.strip() for text in texts), key
        assert len({frozenset(re.findall(r"\{\w+\}", text)) for text in texts}) == 1, key


def test_every_member_of_a_closed_list_has_its_word() -> None:
    words = Words("nl")
    for prefix, members in (
        ("type", OrganisationType),
        ("scope", Scope),
        ("kind", SectionKind),
        ("span", Label),
        ("source", Source),
        ("verdict", Verdict),
    ):
        for member in members:
            assert words(f"{prefix}.{member.value}")
    for group in GROUPS:
        assert words(f"pairs.{group}")
        assert words(f"pairs.{group}.about")
    for kind in KINDS:
        assert words(f"legend.{kind}")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: write_report(folder, language="fr"), "language 'fr' is not known"),
        (lambda folder: write_report(folder / "nowhere"), "not a run folder"),
        (lambda folder: write_report(folder, folder), "is a folder"),
        (lambda folder: write_report(folder, folder / "no" / "report.html"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(sample_run: Path, make: Any, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        make(sample_run)
    assert not (sample_run / "report.html").exists()


def test_a_missing_extra_is_named(sample_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    from coalitie.pipeline import report

    known = importlib.util.find_spec
    monkeypatch.setattr(report, "find_spec", lambda module: None if module == "matplotlib" else known(module))
    with pytest.raises(Unusable, match=r"needs matplotlib: pip install 'coalitie\[report\]'"):
        write_report(sample_run)


# --- smaller runs -------------------------------------------------------------------------------------


def test_a_run_without_texts_says_so_and_keeps_the_rest(sample_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(sample_run, run)
    (run / "documents.jsonl").unlink()
    done = write_report(run)
    html = done.out.read_text(encoding="utf-8")
    assert done.texts == 0
    assert "without documents.jsonl" in done.left_out[0]
    assert "without documents.jsonl" in html
    assert html.count("are not in the run folder") == 6
    assert "<mark" not in html
    assert '<section id="matrix"' in html


def test_a_run_of_dedupe_is_about_names(place: Path, coalitie: Any) -> None:
    (place / "names.csv").write_text(
        "naam,gemeente\nGGD,Tiel\nHumanitas,Tiel\nHumanitas,Veere\nZorggroep Weerribben,Meppel\n"
        "Zorggroep de Weerribben,Meppel\nBuurtkamer Oost,\n",
        encoding="utf-8",
    )
    done = coalitie("dedupe", "names.csv", "--name", "naam", "--municipality", "gemeente", "--out", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    html = write_report(place / "run").out.read_text(encoding="utf-8")
    assert "Organisation names compared" in html
    assert '<section id="organisations"' in html
    for absent in ("coverage", "network", "matrix", "documents"):
        assert f'id="{absent}"' not in html
        assert f'href="#{absent}"' not in html


def test_an_empty_run_gives_a_page(tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", Tables(errors=(ErrorRow("leeg.txt", "reading", "Empty", "no text in it"),)), {})
    html = write_report(run).out.read_text(encoding="utf-8")
    assert "no text in it" in html
    assert "No text could be read" in html
    assert "<svg" not in html


# --- strangers' texts ---------------------------------------------------------------------------------


def test_hostile_names_are_text_and_nothing_else(hostile_run: Path, page: str, sample_run: Path) -> None:
    html = write_report(hostile_run, hostile_run / "page.html").out.read_text(encoding="utf-8")
    elements = taken_apart(html).elements
    scripts = [attributes for tag, attributes in elements if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "network-data"}, {}]
    known = {tag for tag, _ in taken_apart(page).elements} | {"b", "ul", "li", "details"}
    assert {tag for tag, _ in elements} <= known
    assert not [a for _, a in elements if any(key.startswith("on") for key in a)]
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10
    assert html.count("{{ 7 * 7 }}{% raw %}") > 10
    data = re.search(r'id="network-data">(.*?)</script>', html, re.DOTALL)
    assert data is not None
    assert "<" not in data[1]
    assert json.loads(data[1])["nodes"][0][0] == HOSTILE[0]
    for unseen in "\x00\x01\x0b\x85\u202e\u202c\r":
        assert unseen not in html
    assert "‹U+202E›" in html
    assert "␀" in html
    assert (
        max(map(len, re.findall(r"[^\s<>\"]+", re.sub(r"<dl class=\"text\".*?</dl>", "", html, flags=re.DOTALL))))
        < 6000
    )


@given(st.text())
def test_what_is_shown_can_be_written_and_seen(text: str) -> None:
    visible = shown(text + "\ud800\u202e\x00")
    visible.encode()
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\ud800-\udfff]", visible)
    assert shown(visible) == visible


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("GGD  Drenthe", "GGD Drenthe"),
        (None, ""),
        ("a" * 200, "a" * 159 + "…"),
        ("Café ’t Hoekje – ☺", "Café ’t Hoekje – ☺"),
        ("\u2066x\u2069", "‹U+2066›x‹U+2069›"),
        ("a\r\nb", "a b"),
    ],
)
def test_names_are_on_one_line_and_no_longer_than_a_line(given_name: str | None, expected: str) -> None:
    assert name(given_name) == expected


# --- the texts ----------------------------------------------------------------------------------------

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(KINDS)).map(
        lambda drawn: Span(min(drawn[:2]), max(drawn[:2]), drawn[2], f"{drawn}")
    ),
    max_size=8,
)


@given(SPANS, st.integers(0, 20), st.integers(0, 20))
def test_pieces_cover_the_text_once_and_know_their_records(spans: list[Span], start: int, length: int) -> None:
    found = list(pieces(start, start + length, spans))
    assert "".join("x" * (piece.end - piece.start) for piece in found) == "x" * length
    at = start
    for piece in found:
        assert piece.start == at < piece.end
        at = piece.end
        for spot in range(piece.start, piece.end):
            assert {id(span) for span in piece.spans} == {id(s) for s in spans if s.start <= spot < s.end}
        assert [KINDS.index(span.kind) for span in piece.spans] == sorted(KINDS.index(s.kind) for s in piece.spans)


def test_overlapping_records_share_a_mark() -> None:
    outer, inner, across = Span(0, 10, "contact", "c"), Span(2, 5, "person", "n"), Span(4, 12, "place", "d")
    found = [(p.start, p.end, "".join(span.told for span in p.spans)) for p in pieces(0, 14, [outer, inner, across])]
    assert found == [(0, 2, "c"), (2, 4, "nc"), (4, 5, "ndc"), (5, 10, "dc"), (10, 12, "d"), (12, 14, "")]


def test_every_word_of_the_sources_is_on_the_page(sample_run: Path, page: str) -> None:
    text = " ".join("".join(taken_apart(page).text).split())
    for content in read_run_folder(sample_run).contents.values():
        for line in content.splitlines():
            assert " ".join(line.split()) in text


def test_every_record_is_told_at_its_mark(sample_run: Path, page: str) -> None:
    told: list[str] = []
    for article in page.split("<article ")[1:]:
        key = re.search(r"<code><bdi>([^<]+)", article)
        assert key is not None
        for _, attributes in taken_apart(article).elements:
            for line in (attributes.get("data-t") or "").split("\n"):
                told += [f"{key[1]}.{short}" for short in line.split(" · ")[0].split(" + ") if short]
    tables = read_run_folder(sample_run).tables
    wanted = {row.participant_id for row in tables.participants} | {row.entity_id for row in tables.entities}
    assert wanted | {row.contact_id for row in tables.contacts} == set(told)


def test_offsets_that_do_not_fit_the_text_do_no_harm(tmp_path: Path) -> None:
    """A folder that somebody has worked on: sections over each other, spans behind the end."""
    sections = tuple(
        SectionRow(f"a.s0{at}", "a", at, "Kop", SectionKind.OTHER, None, start, end, None, None)
        for at, (start, end) in enumerate([(0, 6), (3, 500), (900, 950), (5, 2)], start=1)
    )
    tables = Tables(
        documents=(document("a"),),
        sections=sections,
        participants=(participant("a.p01", None, "wijkagent", 700),),
    )
    run = run_folder(tmp_path / "run", tables, {"a": "Eerste zin. Tweede zin."})
    html = write_report(run).out.read_text(encoding="utf-8")
    assert "Eerste" in html
    assert "zin. Tweede zin." in html


# --- the figures --------------------------------------------------------------------------------------


def tables_of(memberships: dict[str, list[str]]) -> Tables:
    """Municipality → the organisations that take part there."""
    names = sorted({item for items in memberships.values() for item in items})
    return Tables(
        documents=tuple(document(key, province=PROVINCES[at % 12]) for at, key in enumerate(memberships)),
        participants=tuple(
            participant(f"{key}.p{at}", f"org-{item}", item)
            for key, items in memberships.items()
            for at, item in enumerate(items)
        ),
        organisations=tuple(organisation(f"org-{item}", item) for item in [*names, "Elders"]),
    )


def test_a_coalition_is_a_municipality() -> None:
    tables = tables_of({"Meppel": ["Humanitas", "GGD"], "Tiel": ["Humanitas"], "Veere": []})
    twice = document("meppel-nieuws", municipality="Meppel")
    lost = document("los", municipality=None)
    more = (participant("meppel-nieuws.p01", "org-GGD", "GGD"), participant("los.p01", "org-GGD", "GGD"))
    coalitions = find_coalitions(
        Tables((*tables.documents, twice, lost), (), (*tables.participants, *more), (), (), tables.organisations)
    )
    assert [place.name for place in coalitions.places] == ["Meppel", "Tiel", "Veere"]
    assert coalitions.places[0].documents == ("Meppel", "meppel-nieuws")
    assert [(member.name, sorted(member.where)) for member in coalitions.members] == [
        ("Humanitas", [0, 1]),
        ("GGD", [0]),
    ]
    assert [member.name for member in coalitions.shared] == ["Humanitas"]


def test_organisations_are_counted_by_type_and_by_coalitions() -> None:
    tables = tables_of({f"M{at}": ["Overal", *(["Soms"] if at < 2 else []), f"Eigen {at}"] for at in range(7)})
    spread = {member.organisation_id: len(member.where) for member in find_coalitions(tables).members}
    breakdown = break_down(tables.organisations, spread)
    assert breakdown.classes == ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 0))
    assert breakdown.totals == (1, 7, 1, 0, 0, 1)
    assert sum(row.total for row in breakdown.rows) == len(tables.organisations)
    assert break_down((), {}).rows == ()


def test_names_without_texts_are_spread_over_municipalities() -> None:
    tables = Tables(
        organisations=(organisation("org-a", "A"), organisation("org-b", "B")),
        organisation_names=tuple(
            OrganisationNameRow("A", None, "org-a", 1, "single", 1.0, m) for m in ("Tiel", "Veere", None)
        ),
    )
    assert spread_of(tables) == {"org-a": 2, "org-b": 0}


@given(st.lists(st.sets(st.integers(0, 30), min_size=2, max_size=12), min_size=1, max_size=25))
def test_the_picture_is_of_all_that_is_shared_and_within_its_frame(members: list[set[int]]) -> None:
    memberships = {f"M{at:02}": [f"Org {n}" for n, where in enumerate(members) if at in where] for at in range(31)}
    coalitions = find_coalitions(tables_of(memberships))
    network = draw(coalitions)
    assert network == draw(coalitions)
    assert len(network.spots) == 31
    assert [node.member for node in network.nodes] == list(coalitions.shared)
    for node in network.nodes:
        assert node.lines.count("M") == len(node.member.where)
        assert 0 < node.x < network.size
        assert 0 < node.y < network.size


@pytest.mark.parametrize(("places", "organisations", "few"), [(5, 4, True), (60, 40, True), (340, 300, False)])
def test_circles_of_the_picture_do_not_touch(places: int, organisations: int, few: bool) -> None:
    memberships = {
        f"M{at:03}": [f"Org {n}" for n in range(organisations) if (at * 7 + n * 13) % places < 2 + n % 9]
        for at in range(places)
    }
    network = draw(find_coalitions(tables_of(memberships)))
    assert network.many is not few
    assert network.left_out == max(0, organisations - 110)
    nodes = network.nodes
    touching = [
        (a.member.name, b.member.name)
        for at, a in enumerate(nodes)
        for b in nodes[:at]
        if (a.x - b.x) ** 2 + (a.y - b.y) ** 2 < (a.radius + b.radius) ** 2
    ]
    assert touching == []


def test_the_matrix_says_what_it_leaves_out() -> None:
    memberships = {f"M{at:03}": [f"Org {n:03}" for n in range(400) if at % 200 <= n] for at in range(340)}
    matrix = build_matrix(find_coalitions(tables_of(memberships)))
    assert len(matrix.rows) * 340 <= 45_000
    assert len(matrix.rows) + matrix.left_out == 400
    for row in matrix.rows[:3]:
        assert row.cells.count("<td>") == 340
        assert row.cells.count("●") == len(row.member.where)


# --- duplicates ---------------------------------------------------------------------------------------

PAIRS = [
    ({}, "waiting"),
    ({"judgement": Verdict.UNSURE, "band": Band.DISTINCT}, "waiting"),
    ({"evidence": "letters (+2.6); stewards disagree"}, "contradicted"),
    ({"judgement": Verdict.SAME}, "contradicted"),
    ({"judgement": Verdict.DIFFERENT, "organisation_id_b": "org-a"}, "contradicted"),
    ({"judgement": Verdict.SAME, "organisation_id_b": "org-a"}, "judged"),
    ({"judgement": Verdict.DIFFERENT}, "judged"),
    ({"band": Band.AUTO, "organisation_id_b": "org-a"}, "merged"),
    ({"band": Band.DISTINCT}, "apart"),
]


@pytest.mark.parametrize(("values", "group"), PAIRS)
def test_a_pair_stands_where_it_belongs(tmp_path: Path, values: dict[str, Any], group: str) -> None:
    run = run_folder(tmp_path / "run", Tables(duplicates=(pair("pair-1", "A", "B", **values),)), {})
    assert [found.name for found in group_pairs(read_run_folder(run), dict.fromkeys(GROUPS, 9))] == [group]


def test_pairs_lead_to_the_texts_that_print_their_names(sample_run: Path, page: str) -> None:
    groups = group_pairs(read_run_folder(sample_run), dict.fromkeys(GROUPS, 9))
    assert [group.name for group in groups] == ["waiting", "merged"]
    (waiting,) = groups[0].pairs
    assert (waiting.documents_a, waiting.documents_b) == (("steenwijkerland",), ("ijsselland",))
    assert len(groups[1].pairs) == 9 < groups[1].total
    first = page.index('id="pairs-waiting"')
    assert first < page.index('id="pairs-merged"')
    assert "Zorggroep Weerribben" in page[first : page.index("pairs-merged")]


def test_stewards_who_disagree_are_listed_as_such(checkout: Path, tmp_path: Path, coalitie: Any) -> None:
    with (tmp_path / "judgements.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        both = ("Zorggroep Weerribben", "Steenwijkerland", "Zorggroep de Weerribben", "Zwolle")
        writer.writerow((*both, "same", "An", "2024-01-01T00:00:00Z", ""))
        writer.writerow((*both, "different", "Bo", "2024-01-02T00:00:00Z", ""))
    done = coalitie("extract", checkout / "raw", "--out", "run", "--judgements", "judgements.csv")
    assert done.returncode == 0, done.stderr
    groups = group_pairs(read_run_folder(tmp_path / "run"), dict.fromkeys(GROUPS, 9))
    assert groups[0].name == "contradicted"


# --- bounds -------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_left_out_and_said(sample_run: Path) -> None:
    run = read_run_folder(sample_run)
    whole = render(run)
    size = len(whole.html.encode())
    small = render(run, most_bytes=size - 100)
    assert len(small.html.encode()) < size
    assert small.texts == 5
    assert small.left_out == (Words("en")("left-out.texts", n=1, total=6),)
    assert small.left_out[0] in small.html
    assert "(not shown on this page)" in small.html
    longest = max(run.tables.documents, key=lambda row: len(run.contents[row.document_id]))
    assert f'<h3 id="h-d{[*run.contents].index(longest.document_id) + 1}"' not in small.html
    elements = taken_apart(small.html).elements
    assert {a["href"][1:] for _, a in elements if a.get("href")} <= {a.get("id") for _, a in elements}  # type: ignore[index]
    assert render(run, most_bytes=10).texts == 0


def test_more_texts_than_can_be_listed_are_counted(tmp_path: Path) -> None:
    tables = Tables(documents=tuple(document(f"d{at:04}", municipality=None) for at in range(2_100)))
    run = run_folder(tmp_path / "run", tables, {row.document_id: "x" for row in tables.documents})
    done = write_report(run)
    html = done.out.read_text(encoding="utf-8")
    assert done.size < 6_000_000
    assert "100 of the 2,100 texts have no line" in done.left_out[-1]
    assert "500 of 2,100 are shown" in html


# --- its measurement ----------------------------------------------------------------------------------


def measured(*options: object) -> str:
    command = [sys.executable, CHECKOUT / "bench" / "report_size.py", *map(str, options)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_the_size_of_a_report_is_printed(sample_run: Path) -> None:
    header, figures = measured(sample_run).splitlines()
    assert header.split() == ["documents", "municipalities", "bytes", "seconds", "run"]
    assert figures.split()[:2] == ["6", "5"]
    assert 50_000 < int(figures.split()[2]) < 500_000


def test_made_texts_are_the_same_for_a_seed_and_others_for_another(tmp_path: Path) -> None:
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        measured("--make", 5, tmp_path / folder, "--seed", seed)
    a, b, c = ({path.name: path.read_text(encoding="utf-8") for path in (tmp_path / name).iterdir()} for name in "abc")
    assert a == b != c
    assert len(a) == 5
