"""Which model is used: the order of choice, and words for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from coalitie.pipeline.language import model
from coalitie.pipeline.language.model import choose_model, load_model
from coalitie.pipeline.problems import Unusable

CHECKOUT = Path(__file__).resolve().parent.parent


def installed(monkeypatch: pytest.MonkeyPatch, **packages: dict[str, Any]) -> None:
    monkeypatch.setattr(model, "_package_meta", packages.get)


def meta(**cells: Any) -> dict[str, Any]:
    return {"lang": "nl", "version": "3.8.0", "spacy_version": ">=3.8.0,<3.9.0", "license": "CC BY-SA 4.0", **cells}


def test_without_any_model_the_embedded_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    choice = choose_model(None, {})
    assert choice.name == "embedded"
    assert load_model(choice).lang == "nl"


def test_the_largest_installed_model_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, nl_core_news_sm=meta(), nl_core_news_md=meta(performance={"ents_f": 0.75}))
    choice = choose_model(None, {})
    assert (choice.name, choice.licence, choice.scores) == ("nl_core_news_md", "CC BY-SA 4.0", {"ents_f": 0.75})


def test_an_option_wins_over_the_environment_and_that_over_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, nl_core_news_sm=meta(), nl_core_news_lg=meta())
    assert choose_model("nl_core_news_sm", {"COALITIE_MODEL": "embedded"}).name == "nl_core_news_sm"
    assert choose_model(None, {"COALITIE_MODEL": "nl_core_news_sm"}).name == "nl_core_news_sm"
    assert choose_model(None, {"COALITIE_MODEL": ""}).name == "nl_core_news_lg"


def test_an_installed_model_that_does_not_fit_is_passed_over_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, nl_core_news_sm=meta(spacy_version=">=2.0.0,<3.0.0"))
    choice = choose_model(None, {})
    assert choice.name == "embedded"
    assert "needs spaCy >=2.0.0,<3.0.0" in choice.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nl_core_news_sm", "python -m spacy download nl_core_news_sm"),
        ("nl_core_news_lg", "python -m spacy download nl_core_news_lg"),
        ("no_such_model", "python -m spacy download nl_core_news_sm"),
        ("./no/such/folder", "does not exist"),
    ],
)
def test_a_model_that_is_asked_for_and_missing_is_an_error_with_a_remedy(
    name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch)
    with pytest.raises(Unusable, match=words):
        choose_model(name, {})
    with pytest.raises(Unusable, match=words):
        choose_model(None, {"COALITIE_MODEL": name})


@pytest.mark.parametrize(
    ("cells", "words"),
    [({"spacy_version": ">=2.0.0,<3.0.0"}, "needs spaCy"), ({"lang": "en"}, "for language 'en'")],
)
def test_an_asked_for_model_that_does_not_fit_is_refused(
    cells: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, some_model=meta(**cells))
    with pytest.raises(Unusable, match=words):
        choose_model("some_model", {})


def test_a_model_in_a_folder(tmp_path: Path) -> None:
    import spacy

    folder = tmp_path / "model"
    spacy.blank("nl").to_disk(folder)
    choice = choose_model(str(folder), {})
    assert choice.path == str(folder)
    assert load_model(choice).lang == "nl"
    (folder / "config.cfg").write_text("broken", encoding="utf-8")
    with pytest.raises(Unusable, match="cannot be loaded"):
        load_model(choice)
    (folder / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(Unusable, match=r"meta\.json"):
        choose_model(str(folder), {})
    (folder / "meta.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(Unusable, match="not a record"):
        choose_model(str(folder), {})
    with pytest.raises(Unusable, match="not a spaCy model"):
        choose_model(str(tmp_path), {})


def test_the_embedded_model_tells_licence_sources_and_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    choice = choose_model(None, {})
    assert choice.licence == "CC BY-SA 4.0"
    assert any("UD_Dutch-LassySmall" in source for source in choice.sources)
    assert 0.5 < choice.scores["ents_f"] < 1


def test_the_embedded_model_cuts_words_as_spacy_does_for_dutch() -> None:
    """So its own copy of the tokenizer need not be read."""
    import spacy
    import srsly

    kept = srsly.msgpack_loads((CHECKOUT / "model" / "tokenizer").read_bytes())
    ours = srsly.msgpack_loads(spacy.blank("nl").tokenizer.to_bytes(exclude=["vocab"]))
    assert {name: kept[name] for name in ours} == ours
    assert len(ours) > 5


def test_an_embedded_model_that_does_not_fit_spacy_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    monkeypatch.setattr(model, "_spacy_version", lambda: "4.0.0")
    with pytest.raises(Unusable, match=r"model embedded .* needs spaCy .* installed is 4\.0\.0.*blank:nl"):
        choose_model(None, {})


def test_no_name_model_at_all_can_be_asked_for() -> None:
    choice = choose_model("blank:nl", {})
    assert choice.name == "blank:nl"
    assert load_model(choice).pipe_names == []


@pytest.mark.parametrize("source", ["a text", {"name": "X", "license": "MIT"}, {"name": "X"}, {}])
def test_sources_of_any_shape_are_told(source: object, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, nl_core_news_sm=meta(sources=[source]))
    assert all(isinstance(told, str) and told for told in choose_model(None, {}).sources)
