"""The rules by their own examples, in both directions; and the lint that says what is wrong with a rule folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from coalitie.pipeline.problems import Unusable
from coalitie.pipeline.rule_lint import lint
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.rulebook.checks import Family, families

FAMILIES = families(Rulebook())
RULES = [pytest.param(family, rule, id=f"{family.file}:{rule.id}") for family in FAMILIES for rule in family.rules]


@pytest.mark.parametrize(("family", "rule"), RULES)
def test_a_rule_fires_on_its_examples_and_not_on_its_counterexamples(family: Family, rule: object) -> None:
    silent = [line for line in rule.examples if rule.id not in family.fires(line)]  # type: ignore[attr-defined]
    wrong = [line for line in rule.counterexamples if rule.id in family.fires(line)]  # type: ignore[attr-defined]
    assert (silent, wrong) == ([], [])


def test_the_rules_of_the_package_are_sound() -> None:
    assert lint() == []


@pytest.fixture
def folder(checkout: Path, tmp_path: Path) -> Path:
    shutil.copytree(checkout / "rules", tmp_path / "rules")
    return tmp_path / "rules"


def append(name: str, text: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{text}\n", encoding="utf-8")

    return spoil


def double_first_row(folder: Path) -> None:
    path = folder / "abbreviations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")


def forget_an_example(folder: Path) -> None:
    """A `not` line that the rule does fire on: one of its own examples."""
    path = folder / "roles.yaml"
    family = next(f for f in FAMILIES if f.file == "roles.yaml")
    text = path.read_text(encoding="utf-8")
    assert "not: [" in text
    path.write_text(text.replace("not: [", f'not: ["{family.rules[0].examples[0]}", ', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(double_first_row, "abbreviations.csv, line", id="a row twice"),
        pytest.param(forget_an_example, "fires on its `not` line", id="a counterexample that fires"),
    ],
)
def test_lint_finds(spoil: Callable[[Path], None], words: str, folder: Path) -> None:
    spoil(folder)
    assert any(words in finding for finding in lint(folder)), lint(folder)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(append("roles.yaml", "unknown_key: 1"), r"roles\.yaml, line \d+: unknown_key", id="unknown key"),
        pytest.param(append("roles.yaml", "a: [b"), r"roles\.yaml.*not valid YAML", id="broken YAML"),
        pytest.param(append("abbreviations.csv", "x,y"), r"abbreviations\.csv, line \d+", id="short row"),
        pytest.param(lambda folder: (folder / "roles.yaml").unlink(), "roles.yaml is missing", id="missing file"),
        pytest.param(lambda folder: (folder / "roles.yaml").write_bytes(b"\xff"), "not UTF-8", id="not UTF-8"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_in_words(
    spoil: Callable[[Path], None], words: str, folder: Path
) -> None:
    spoil(folder)
    with pytest.raises(Unusable, match=words):
        lint(folder)
