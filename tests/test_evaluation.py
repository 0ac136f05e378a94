"""The figures: known answers by hand, and the same figures as the shared scorer on made-up runs."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from coalitie.pipeline.evaluation import Figures, evaluate, report
from coalitie.pipeline.formats import csv_text
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.rows import ROW_TYPES, columns

HEADERS = {row_type.NAME: [column.name for column in columns(row_type)] for row_type in ROW_TYPES}
GOLD: dict[str, Any] = {
    "title": "Coalitie in Tiel",
    "municipality": "Tiel",
    "province": "Gelderland",
    "sections": [{"heading": "1. Contact", "kind": "contact", "pillar": None}],
    "participants": [
        {"text": "Gemeente", "type": "organisation", "group": "Kerngroep", "organisation": "Gemeente Tiel"},
        {"text": "vrijwilligers", "type": "group", "group": None, "organisation": None},
    ],
    "mentions": [{"text": "gemeente Tiel", "organisation": "Gemeente Tiel"}],
    "contacts": [{"name": "Noor Vos", "phone": "+31 344 000 123", "url": "https://www.tiel.example/"}],
    "programmes": ["Week van de Buur"],
    "dates": [{"text": "mei 2022", "edtf": "2022-05"}, {"text": "4 maart", "edtf": None}],
    "counts": [{"text": "zo’n 20 partners", "value": 20}],
}


def write_run(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        rows = [[row.get(cell, "") for cell in header] for row in tables.get(name, [])]
        (folder / f"{name}.csv").write_text(csv_text(header, rows), encoding="utf-8", newline="\n")
    return folder


def write_gold(folder: Path, records: dict[str, dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, record in records.items():
        (folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def entity(label: str, text: str, **cells: str) -> dict[str, str]:
    return {"document_id": "t", "label": label, "text": text, **cells}


@pytest.fixture
def right() -> dict[str, list[dict[str, Any]]]:
    """A run that is right in every measure, written a little differently."""
    return {
        "documents": [
            {
                "document_id": "t",
                "source": "sub/tiel.txt",
                "title": "Coalitie in Tiel",
                "municipality": "Tiel",
                "province": "Gelderland",
            }
        ],
        "sections": [{"document_id": "t", "heading": "Contact:", "kind": "contact"}],
        "participants": [
            {"document_id": "t", "text": "Gemeente", "type": "organisation", "group": "kerngroep"},
            {"document_id": "t", "text": "Vrijwilligers", "type": "group"},
        ],
        "entities": [
            entity("organisation", "Gemeente", organisation_id="o1"),
            entity("organisation", "Gemeente Tiel", organisation_id="o1"),
            entity("programme", "week van de buur"),
            entity("date", "mei 2022", value="2022-05"),
            entity("date", "4 maart"),
            entity("count", "zo'n 20 partners", value="20"),
        ],
        "contacts": [{"document_id": "t", "name": "Noor Vos", "phone": "0344-000123", "url": "tiel.example"}],
    }


def test_a_right_run_scores_one(right: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    done = evaluate(write_run(tmp_path / "run", right), write_gold(tmp_path / "gold", {"tiel": GOLD}))
    assert {name for name, f in done.figures.items() if f.f1 != 1.0} == set()


def test_errors_are_counted_and_named(right: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    right["participants"][0]["text"] = "GGD"
    right["entities"][1]["organisation_id"] = "o2"
    done = evaluate(write_run(tmp_path / "run", right), write_gold(tmp_path / "gold", {"tiel": GOLD}))
    assert done.figures["participants"] == Figures(0.0, 0.0, 0.0, 1)
    assert done.figures["organisation_clusters_b3"] == Figures(1.0, 0.5, 0.6667, 2)
    assert done.figures["organisation_hard_pairs"] == Figures(0.0, 0.0, 0.0, 1)
    lines = report(done, errors=True).splitlines()
    assert "participants\ttiel: extra  ggd" in lines
    assert "participants\ttiel: missed gemeente" in lines


def test_a_text_that_the_run_lacks_counts_as_empty(right: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold", {"tiel": GOLD, "goes": GOLD})
    run = write_run(tmp_path / "run", right)
    assert evaluate(run, gold).figures["participants"] == Figures(1.0, 0.5, 0.6667, 2)
    assert evaluate(run, gold, frozenset({"tiel"})).figures["participants"].f1 == 1.0


@pytest.mark.parametrize("record", ["[]", "{}", '{"sections": 3}', "{", ""])
def test_what_is_no_gold_record_is_refused(record: str, right: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold", {})
    (gold / "tiel.json").write_text(record, encoding="utf-8")
    with pytest.raises(Unusable, match=r"tiel\.json"):
        evaluate(write_run(tmp_path / "run", right), gold)


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", shared / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_up(seed: int) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, Any]]]:
    """A run and gold from one small vocabulary, so that they agree now and then."""
    pick = random.Random(seed)
    words = [
        "Gemeente",
        "gemeente ",
        "GGD",
        "“GGD”",
        "Humanitas;",
        "De Zonne\u00adbloem",
        "Wij–Tiel",
        "1. Contact",
        "• Doelen:",
        "",
        "Ünie",
    ]
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in HEADERS}
    gold: dict[str, dict[str, Any]] = {}

    def some(count: int = 5) -> list[str]:
        return [pick.choice(words) for _ in range(pick.randrange(count))]

    def maybe(value: Any) -> Any:
        return value if pick.random() < 0.7 else None

    for slug in ("a", "b", "c"):
        kinds = ["contact", "goals", "pillar"]
        types = ["organisation", "organisation", "role", "group"]
        if pick.random() < 0.9:
            tables["documents"].append(
                {"document_id": f"{slug}-id", "source": f"x/{slug}.txt", "title": pick.choice(words)}
            )
        own = {"document_id": f"{slug}-id"}
        tables["sections"] += [
            {**own, "heading": w, "kind": pick.choice(kinds), "pillar": maybe("1") or ""} for w in some()
        ]
        tables["participants"] += [
            {**own, "text": w, "type": pick.choice(types), "group": maybe("Kern") or ""} for w in some(8)
        ]
        for label in ("organisation", "programme", "date", "count"):
            tables["entities"] += [
                {**own, "label": label, "text": w, "value": maybe("20") or "", "organisation_id": pick.choice("xyz")}
                for w in some(9)
            ]
        tables["contacts"] += [
            {**own, "name": w, "phone": maybe("+31 (0)6 000 12345") or "", "url": maybe("https://www.a.example") or ""}
            for w in some()
        ]
        gold[slug] = {
            "title": maybe(pick.choice(words)),
            "municipality": maybe("Tiel"),
            "sections": [{"heading": w, "kind": pick.choice(kinds), "pillar": maybe(1)} for w in some()],
            "participants": [
                {
                    "text": w,
                    "type": pick.choice(types),
                    "group": maybe("kern"),
                    "organisation": maybe(pick.choice("PQ")),
                }
                for w in some(8)
            ],
            "mentions": [{"text": w, "organisation": maybe(pick.choice("PQ"))} for w in some(8)],
            "contacts": [
                {"name": maybe(w), "phone": maybe("06 000 12345"), "url": maybe("a.example/")} for w in some()
            ],
            "programmes": some(),
            "dates": [{"text": w, "edtf": maybe("20")} for w in some()],
            "counts": [{"text": w, "value": pick.choice([19, 20])} for w in some()],
        }
    return tables, gold


@pytest.mark.parametrize("seed", range(25))
def test_figures_equal_those_of_the_shared_scorer(seed: int, scorer: ModuleType, tmp_path: Path) -> None:
    tables, gold = made_up(seed)
    run, folder = write_run(tmp_path / "run", tables), write_gold(tmp_path / "gold", gold)
    theirs, _ = scorer.score(run, folder)
    mine = evaluate(run, folder).figures
    assert {n: {"p": f.p, "r": f.r, "f1": f.f1, "n": f.n} for n, f in mine.items()} == theirs
    assert list(mine) == list(theirs)
