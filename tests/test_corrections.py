"""What stewards set of whole organisations: read with its lines, applied to whatever organisation holds the name."""

from __future__ import annotations

from pathlib import Path

import pytest
from coalitie.pipeline.appending import TableError
from coalitie.pipeline.organisations import corrections_path, read_corrections, resolve
from coalitie.pipeline.organisations.corrections import cells, corrections_table
from coalitie.pipeline.records import Correction, Judgement, NameKey, NameUse, Organisation, Property, Status, Verdict
from coalitie.pipeline.rulebook import Rulebook

HEAD = "name,municipality,property,value,judged_by,judged_at,note\n"
RULES = Rulebook()
TJARDA, ST_TJARDA = NameKey("Tjarda", "Zutphen"), NameKey("Stichting Tjarda", "Zutphen")


def _set(key: NameKey, about: Property, value: str, line: int = 2) -> Correction:
    return Correction(key, about, value, "An", "2030-01-01T10:00:00Z", "", line)


def _one(*corrections: Correction, judgements: tuple[Judgement, ...] = ()) -> tuple[Organisation, ...]:
    uses = [NameUse(TJARDA), NameUse(ST_TJARDA)]
    return resolve(uses, RULES, judgements, corrections=corrections).organisations


def test_the_file_beside_the_judgements() -> None:
    assert corrections_path(Path("raw/judgements.csv")) == Path("raw/judgements.corrections.csv")


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "judgements.corrections.csv"
    assert read_corrections(path) == ()
    said = Correction(TJARDA, Property.NAME, 'Huize "Tjarda", zorg', "An", "2030-01-01T10:00:00Z", "a b", 2)
    corrections_table(path).append(lambda _: [cells(said)])
    assert read_corrections(path) == (said,)
    assert path.read_text(encoding="utf-8").startswith(HEAD)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (",Zutphen,name,X,,,", "line 2: name may not be empty"),
        ("A,Zutphen,colour,red,,,", "line 2: property 'colour'; expected one of name, type, kvk, oin, website"),
        ("A,Zutphen,type,castle,,,", "line 2: type 'castle'; expected one of gemeente"),
    ],
)
def test_a_broken_row_names_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=complaint):
        read_corrections(path)


def test_a_name_and_a_type_hold_for_the_whole_organisation() -> None:
    (before,) = _one()
    assert before.status is Status.AUTO
    (after,) = _one(_set(ST_TJARDA, Property.NAME, "Huize Tjarda"), _set(TJARDA, Property.TYPE, "zorg"))
    assert (after.name, after.type, after.status) == ("Huize Tjarda", "zorg", Status.REVIEWED)
    assert after.organisation_id == before.organisation_id


def test_the_last_word_counts_whichever_name_it_was_said_of() -> None:
    first, second = _set(TJARDA, Property.NAME, "Een", 2), _set(ST_TJARDA, Property.NAME, "Twee", 3)
    assert [one.name for one in _one(first, second)] == [one.name for one in _one(second, first)] == ["Twee"]


def test_an_empty_value_takes_it_back() -> None:
    assert _one(_set(TJARDA, Property.NAME, "Een", 2), _set(TJARDA, Property.NAME, "", 3)) == _one()


def test_it_goes_with_its_name_when_the_organisation_is_split_and_concerns_no_other() -> None:
    apart = Judgement(TJARDA, ST_TJARDA, Verdict.DIFFERENT, "An", line=2)
    names = {one.names: one.name for one in _one(_set(TJARDA, Property.NAME, "Huize T."), judgements=(apart,))}
    assert names[TJARDA,] == "Huize T."
    assert "Huize" not in names[ST_TJARDA,]
    assert _one(_set(NameKey("Tjarda", "Assen"), Property.NAME, "Elders")) == _one()
