"""Training the matcher: what it promises about data, folds, weights, bounds, and which model it keeps."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from coalitie.pipeline.organisations.comparison import Comparison
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.records import NameKey
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.matching import Case

pytest.importorskip("sklearn", reason="scikit-learn is needed to train: pip install 'coalitie[train]'")

from coalitie.training.fitting import Weights, fit
from coalitie.training.matcher import SHIPPED
from coalitie.training.measuring import lower_bound
from coalitie.training.pairs import LabelledPair, distinct, families, from_documents, from_judgements, read_pairs

CASES = {"same_name": Case(expected=0.9, probability=0.5, pairs=0)}
BEFORE = Weights(0.0, {}, CASES)


# --- the fit ---------------------------------------------------------------------------------------------


def _free(**features: float) -> Comparison:
    return Comparison("", features)


def test_weights_keep_to_the_sign_that_their_feature_may_have() -> None:
    # the data say the opposite: `own` only where two bodies, `numbers` only where one
    compared = [_free(own=1.0), _free(numbers=1.0)] * 20
    found = fit(compared, [False, True] * 20, [1.0] * 40, BEFORE)
    assert found.weights.get("own", 0.0) == 0.0
    assert found.weights.get("numbers", 0.0) == 0.0


def test_what_the_data_say_is_learned_and_a_case_is_counted() -> None:
    compared = [_free(own=1.0), _free(place_conflict=1.0), Comparison("same_name")] * 20
    found = fit(compared, [True, False, True] * 20, [1.0] * 60, BEFORE)
    assert found.weights["own"] > 0 > found.weights["place_conflict"]
    assert found.cases["same_name"].pairs == 20
    assert found.cases["same_name"].probability == pytest.approx((20 + 4 * 0.9) / 24, abs=0.001)


def test_a_fit_starts_from_the_weights_of_before() -> None:
    before = Weights(0.0, {"own": 3.0}, CASES)
    assert fit([_free(jaro=1.0)], [True], [1.0], before).weights["own"] == pytest.approx(3.0)
    assert "own" not in fit([_free(jaro=1.0)], [True], [1.0], BEFORE).weights


@pytest.mark.parametrize(
    ("n", "wrong", "bound"), [(299, 0, 0.99003), (298, 0, 0.98999), (473, 1, 0.99001), (0, 0, 0.0), (3, 3, 0.0)]
)
def test_the_bound_is_that_of_clopper_and_pearson(n: int, wrong: int, bound: float) -> None:
    assert lower_bound(n, wrong) == pytest.approx(bound, abs=2e-5)


# --- the data --------------------------------------------------------------------------------------------


def test_names_of_one_body_are_one_family() -> None:
    a, b, c, d = (NameKey(name) for name in "abcd")
    brands = {a: "one", b: "two", c: "two", d: "four"}
    found = families([LabelledPair(a, b, True, ""), LabelledPair(c, d, False, "")], brands)
    assert found[a] == found[b] == found[c] != found[d]


def test_each_pair_counts_once_whatever_its_order() -> None:
    a, b = NameKey("a"), NameKey("b")
    once = distinct([LabelledPair(a, b, True, "first"), LabelledPair(b, a, False, "second")])
    assert [(pair.same, pair.source) for pair in once] == [(True, "first")]


def test_shipped_pairs_can_be_read() -> None:
    found = read_pairs(SHIPPED)
    assert len(found) > 1000
    assert 0.4 < sum(pair.same for pair in found) / len(found) < 0.6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name_a,name_b\n", "line 1: column municipality_a is missing"),
        (
            "name_a,municipality_a,name_b,municipality_b,same\na,,b,,maybe\n",
            "line 2: same is 'maybe'; expected yes or no",
        ),
    ],
)
def test_a_broken_file_of_pairs_is_told_with_its_line(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unusable, match=words):
        read_pairs(path)


def test_the_last_judgement_counts_and_unsure_is_no_label(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(
        "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"
        "a,,b,,same,s,2030-01-01,\nb,,a,,different,s,2030-01-02,\nc,,d,,unsure,s,2030-01-02,\n",
        encoding="utf-8",
    )
    (pair,) = from_judgements(path)
    assert (pair.a.name, pair.b.name, pair.same) == ("b", "a", False)


def test_documents_give_pairs_within_them(checkout: Path) -> None:
    found = from_documents(checkout / "tests" / "corpus" / "gold")
    assert {pair.same for pair in found} == {True, False}
    assert all(pair.together and pair.a.municipality == pair.b.municipality for pair in found)


# --- the command -----------------------------------------------------------------------------------------


@pytest.fixture
def rules(checkout: Path, tmp_path: Path) -> Path:
    shutil.copytree(checkout / "rules", tmp_path / "rules")
    return tmp_path / "rules"


def _judge(path: Path, pairs: list[tuple[str, str, str, str, str]]) -> Path:
    rows = "".join(f"{','.join(pair)},steward,2030-01-01T00:00:00Z,\n" for pair in pairs)
    head = "name_a,municipality_a,name_b,municipality_b,judgement,judged_by,judged_at,note\n"
    path.write_text(head + rows, encoding="utf-8")
    return path


def _retrain(checkout: Path, rules: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "coalitie.cli", "retrain", "--rules", str(rules), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=rules.parent, timeout=600)


def test_judgements_that_the_model_missed_make_a_better_one(checkout: Path, rules: Path, tmp_path: Path) -> None:
    names = ["Tjarda", "Woldrika", "Besteva", "Numeria", "Oldrica", "Pamelta", "Quorina", "Sivelda"]
    judged = [(f"{name} Lyceum", "Zutphen", f"Vereniging {name} Breed", "Assen", "same") for name in names]
    done = _retrain(checkout, rules, "--judgements", str(_judge(tmp_path / "judgements.csv", judged)))
    assert done.returncode == 0, done.stderr
    assert "better on the judgements" in done.stderr
    assert "| judgements | 8 |" in done.stdout
    new = yaml.safe_load((rules / "matching.yaml").read_text(encoding="utf-8"))
    old = yaml.safe_load((checkout / "rules" / "matching.yaml").read_text(encoding="utf-8"))
    assert new["weights"] != old["weights"]
    assert Rulebook(rules).matching.cases.keys() == Rulebook().matching.cases.keys()


def test_judgements_that_say_nothing_new_change_nothing(checkout: Path, rules: Path, tmp_path: Path) -> None:
    before = (rules / "matching.yaml").read_bytes()
    judged = [("Humanitas", "Zutphen", "Humanitas", town, "same") for town in ("Assen", "Lochem", "Raalte", "Tiel")]
    done = _retrain(checkout, rules, "--judgements", str(_judge(tmp_path / "judgements.csv", judged)))
    assert done.returncode == 1, done.stderr
    assert "no better on the judgements" in done.stderr
    assert "the model of before stays" in done.stderr
    assert (rules / "matching.yaml").read_bytes() == before


def test_no_judgements_is_an_error_in_words(checkout: Path, rules: Path, tmp_path: Path) -> None:
    done = _retrain(checkout, rules, "--judgements", str(_judge(tmp_path / "judgements.csv", [])))
    assert done.returncode == 2
    assert "review some pairs first" in done.stderr
    assert "Traceback" not in done.stderr
