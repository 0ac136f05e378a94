"""The commands around a run, as processes: trace, match, dedupe, validate, rules check, model info."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Coalitie = Callable[..., "subprocess.CompletedProcess[str]"]


def tables(folder: Path) -> dict[str, bytes]:
    """Everything of a run but the one file with clock times."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "run.json"}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_trace_shows_the_passage_behind_every_kind_of_row(sample_run: Path, checkout: Path, coalitie: Coalitie) -> None:
    for table in ("participants", "entities", "contacts", "organisations", "sections", "documents", "duplicates"):
        found = rows(sample_run, table)
        for row in found[:2]:
            done = coalitie("trace", sample_run, next(iter(row.values())))
            assert done.returncode == 0, done.stderr
            assert "⟦" in done.stdout
            if table == "participants":
                assert f"⟦{row['text']}⟧" in done.stdout
    done = coalitie("trace", sample_run, "no-such-id")
    assert done.returncode == 2
    assert "no row has the id" in done.stderr


def test_trace_without_documents_jsonl_reads_the_sources(place: Path, coalitie: Coalitie) -> None:
    coalitie("extract", "texts", "--out", "run", "--format", "csv")
    assert "--texts" in coalitie("trace", "run", "tiel.p01").stderr
    assert "⟦Gemeente Tiel⟧" in coalitie("trace", "run", "tiel.p01", "--texts", "texts").stdout
    text = place / "texts" / "tiel.txt"
    text.write_text(text.read_text(encoding="utf-8") + "!", encoding="utf-8")
    assert "changed after the run" in coalitie("trace", "run", "tiel.p01", "--texts", "texts").stderr


def test_output_into_a_closed_pipe_is_no_error(sample_run: Path) -> None:
    line = f'"{sys.executable}" -m coalitie.cli trace "{sample_run}" meppel | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_match(place: Path, coalitie: Coalitie) -> None:
    text = (
        "why,name_a,municipality_a,name_b,municipality_b\n1,GGD,Tiel,GGD Gelderland-Zuid,\n2,Humanitas,,Rode Kruis,\n"
    )
    (place / "pairs.csv").write_text(text, encoding="utf-8")
    done = coalitie("match", "pairs.csv", "--out", "scored.csv")
    assert done.returncode == 0, done.stderr
    with (place / "scored.csv").open(encoding="utf-8", newline="") as handle:
        scored = list(csv.DictReader(handle))
    assert list(scored[0]) == [
        "why",
        "name_a",
        "municipality_a",
        "name_b",
        "municipality_b",
        "score",
        "band",
        "evidence",
    ]
    assert float(scored[0]["score"]) > 0.5 > float(scored[1]["score"])
    assert coalitie("match", "pairs.csv", "--quiet").stdout == (place / "scored.csv").read_text(encoding="utf-8")


def test_dedupe(place: Path, coalitie: Coalitie) -> None:
    text = "nr;naam;gemeente\n7;Stichting Humanitas;GM0281\n8;Humanitas;tiel\n9;;Tiel\n10;Rode Kruis;Nergenshuizen\n"
    (place / "names.csv").write_bytes(text.encode("cp1252"))
    done = coalitie("dedupe", "names.csv", "--name", "naam", "--municipality", "gemeente", "--id", "nr", "--out", "d")
    assert done.returncode == 0, done.stderr
    assert "1 rows have no name" in done.stderr
    ids = {row["id"]: row["organisation_id"] for row in rows(place / "d", "rows")}
    assert ids["7"] == ids["8"] != ids["10"]
    assert ids["9"] == ""
    assert {row["municipality_code"] for row in rows(place / "d", "organisation_names")} == {"GM0281", ""}
    assert coalitie("validate", "d").returncode == 0
    before = tables(place / "d")
    coalitie("dedupe", "names.csv", "--name", "naam", "--municipality", "gemeente", "--id", "nr", "--out", "d")
    assert tables(place / "d") == before


def test_validate_finds_a_changed_table(place: Path, coalitie: Coalitie) -> None:
    coalitie("extract", "texts", "--out", "run")
    path = place / "run" / "participants.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",list,", ",lijst,"), encoding="utf-8")
    done = coalitie("validate", "run")
    assert done.returncode == 1
    assert "'lijst' is not one of list, inline" in done.stdout


def test_rules_check_and_model_info(coalitie: Coalitie) -> None:
    done = coalitie("rules", "check")
    assert (done.returncode, done.stdout) == (0, "")
    done = coalitie("model", "info")
    assert done.returncode == 0
    for words in ("embedded", "COALITIE_MODEL", "CC BY-SA 4.0", "UD_Dutch-LassySmall", "ents_f"):
        assert words in done.stdout
