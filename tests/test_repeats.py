"""The same page twice in one dump: what is one page, what is not, and which copy is kept."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from coalitie.pipeline.repeats import ALIKE, Repeat, find_repeats
from coalitie.pipeline.rulebook import Rulebook
from hypothesis import given, settings
from hypothesis import strategies as st

RULES = Rulebook()
VOCABULARY = [f"{a}{b}{c}" for a in ("wo", "ka", "le", "stra", "mi") for b in ("del", "mer", "rin", "pot") for c in
              ("", "en", "je", "heid", "ster", "baar", "loos", "schap", "dom", "te")]  # fmt: skip
BOILERPLATE = (
    "Deze gemeente doet mee aan het landelijke programma tegen eenzaamheid, waarin bijna alle gemeenten samen optrekken "
    "met bibliotheken, kerken, huisartsen en vrijwilligers uit de buurt. "
)
COOKIES = "Wij gebruiken cookies om de website beter te maken, kies welke u goed vindt."


def page(seed: int, words: int = 300) -> str:
    """Running text that is another one for each seed."""
    chance = random.Random(seed)
    return " ".join(chance.choices(VOCABULARY, k=words))


def repeats(texts: dict[str, str]) -> tuple[Repeat, ...]:
    return find_repeats(texts.items(), RULES)


# --- what is one page ------------------------------------------------------------------------------

SAME = {
    "white space": ("Samen eten  met\nburen.", "Samen eten met buren."),
    "case": ("SAMEN ETEN", "Samen eten"),
    "punctuation": ("Zo’n ‘tien’ leden: ja!", 'zo\'n "tien" leden - ja'),
    "composition": ("Cre\u0301atief", "Créatief"),
    "soft hyphen": ("samen\u00adwerken", "samenwerken"),
    "long": (page(1), page(1).upper().replace(" ", "\n")),
}
NEAR = {
    "cookie line": (page(1), f"{COOKIES}\n{page(1)}"),
    "date": (f"Geplaatst op 3 maart 2021\n{page(1)}", f"Geplaatst op 12 juni 2022\n{page(1)}"),
    "a sentence gone": (page(1), " ".join(page(1).split()[12:])),
    "last word of a text just long enough": (page(1, 20), f"{page(1, 19)} anders"),
    "two parts changed places": (page(1), " ".join(page(1).split()[150:] + page(1).split()[:150])),
}
APART = {
    "no words": ("", " … "),
    "one word of a small text": ("Samen eten met buren", "Samen eten met vrienden"),
    "last word of a text just too small": (page(1, 19), f"{page(1, 18)} anders"),
    "small, one longer by a word": (page(1, 19), page(1, 20)),
    "two municipalities, one sentence": (BOILERPLATE + page(1), BOILERPLATE + page(2)),
    "half of a page": (page(1), " ".join(page(1).split()[:150])),
    "the same words in another order": (page(1), " ".join(sorted(page(1).split()))),
    "one template, mostly own text": (f"{page(1, 90)} {page(2, 60)}", f"{page(1, 90)} {page(3, 60)}"),
}


@pytest.mark.parametrize("texts", SAME.values(), ids=SAME)
def test_equal_texts_are_one_page(texts: tuple[str, str]) -> None:
    assert repeats({"b.txt": texts[0], "a.txt": texts[1]}) == (Repeat(("a.txt", "b.txt"), 1.0, "b.txt"),)


@pytest.mark.parametrize("texts", NEAR.values(), ids=NEAR)
def test_nearly_equal_texts_are_one_page_and_are_not_called_equal(texts: tuple[str, str]) -> None:
    [repeat] = repeats({"a.txt": texts[0], "b.txt": texts[1]})
    assert repeat.sources == ("a.txt", "b.txt")
    assert ALIKE <= repeat.alike < 1


@pytest.mark.parametrize("texts", APART.values(), ids=APART)
def test_other_texts_are_no_repeat(texts: tuple[str, str]) -> None:
    assert repeats({"a.txt": texts[0], "b.txt": texts[1]}) == ()


def test_one_text_or_none_is_no_repeat() -> None:
    assert repeats({}) == ()
    assert repeats({"a.txt": page(1)}) == ()


def test_every_text_of_a_group_is_like_the_kept_one() -> None:
    """Of a chain of changes only what is like the newest is its repeat."""
    old, new = page(3).split(), page(53).split()
    chain = {f"{n}.txt": " ".join(new[: 18 * n] + old[18 * n :]) for n in range(3)}
    [repeat] = repeats(chain)
    assert (repeat.sources, repeat.kept) == (("1.txt", "2.txt"), "2.txt")
    [before] = repeats({source: chain[source] for source in ("0.txt", "1.txt")})
    assert before.sources == ("0.txt", "1.txt")


def test_many_pages_of_one_template_with_one_true_repeat() -> None:
    """More of them than are looked at in one go."""
    template = page(0, 200)
    texts = {f"{n:03}.txt": f"{template} {page(n, 100)}" for n in range(1, 500)}
    texts["copy.txt"] = f"{template} {page(7, 100)} {COOKIES}"
    assert [repeat.sources for repeat in repeats(texts)] == [("007.txt", "copy.txt")]


def test_more_copies_than_are_looked_at_in_one_go_are_one_group() -> None:
    texts = {f"{n:03}.txt": f"{page(1)} bezoek {n}" for n in range(450)}
    [repeat] = repeats(texts)
    assert len(repeat.sources) == 450
    assert repeat.kept == "449.txt"


@given(st.integers(0, 10**6), st.integers(0, 299))
@settings(deadline=None)
def test_a_copy_with_one_word_of_300_changed_is_found(seed: int, at: int) -> None:
    words = page(seed).split()
    changed = [*words[:at], "anders", *words[at + 1 :]]
    [repeat] = repeats({"a.txt": " ".join(words), "b.txt": " ".join(changed)})
    assert 0.9 <= repeat.alike < 1


@given(st.integers(0, 10**6), st.integers(60, 300))
@settings(deadline=None)
def test_two_pages_with_one_sentence_in_common_are_two(seed: int, length: int) -> None:
    assert repeats({"a.txt": BOILERPLATE + page(seed, length), "b.txt": BOILERPLATE + page(seed + 1, length)}) == ()


TEXTS = st.one_of(
    st.sampled_from(
        ["", "Samen eten", "samen\neten!", *(" ".join(page(n).split()[k:]) for n in (1, 2) for k in (0, 5, 30))]
    ),
    st.text(max_size=30),
)
NAMES = st.sampled_from(["a", "b", "2021/c", "d 2020-05", "e_20210304", "f mei 2022", "g", "h"]).map(
    lambda n: n + ".txt"
)


@given(st.dictionaries(NAMES, TEXTS), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_makes_no_difference_and_no_text_is_in_two_groups(texts: dict[str, str], chance: random.Random) -> None:
    shuffled = list(texts.items())
    chance.shuffle(shuffled)
    found = repeats(texts)
    assert find_repeats(shuffled, RULES) == found
    sources = [source for repeat in found for source in repeat.sources]
    assert len(set(sources)) == len(sources)
    assert set(sources) <= set(texts)
    assert all(len(repeat.sources) > 1 and repeat.kept in repeat.sources for repeat in found)
    assert all(repeat.sources == tuple(sorted(repeat.sources)) for repeat in found)
    equal = [s for s in texts if texts[s].split() and texts[s] == "Samen eten"]
    assert any(set(equal) <= set(repeat.sources) for repeat in found) or len(equal) < 2


# --- which one is kept -----------------------------------------------------------------------------

# (newer, older) file names; the older one would win by order alone
NEWER = [
    ("a-2024-03-01.txt", "b-2024-02-28.txt"),
    ("a_20240301.txt", "b_20231231.txt"),
    ("a-01-03-2024.txt", "b-31-12-2023.txt"),
    ("a_01_03_2024.txt", "b_31_12_2023.txt"),
    ("a mrt 2024.txt", "b februari 2024.txt"),
    ("a-maart-2024.txt", "b-1-feb-2024.txt"),
    ("a_mrt2024.txt", "b_mrt2023.txt"),
    ("a/2024/01/x.txt", "b/2023/12/x.txt"),
    ("a 2024-03-01/x.txt", "b 2023-03-01/x.txt"),
    ("a/2024/x.txt", "b/2023/x.txt"),
    ("a20240301120000.txt", "b20240229120000.txt"),
    ("a-2024-03-01.txt", "b-2024-03.txt"),
    ("a-2021-01-01.txt", "b.txt"),
    ("a-2021-03-01 (2024-05-01).txt", "b-2023-01-01.txt"),
    ("kruisdal.example/2024/03/01/x", "www.kruisdal.example/2023/03/01/x"),
]
# names without a date: the last source is kept
UNDATED = [
    ("a-20249999.txt", "b.txt"),
    ("a-plan-2025.txt", "b.txt"),
    ("a-beleidsplan-2019-2022.txt", "b.txt"),
    ("a-winter-2024.txt", "b.txt"),
    ("a-06-12345678.txt", "b.txt"),
    ("20240/a.txt", "b.txt"),
]


@pytest.mark.parametrize(("newer", "older"), NEWER)
def test_the_latest_date_in_the_path_is_kept(newer: str, older: str) -> None:
    assert newer < older
    [repeat] = repeats({newer: page(1), older: page(1)})
    assert repeat.kept == newer


@pytest.mark.parametrize(("first", "last"), UNDATED)
def test_what_only_looks_like_a_date_in_a_path_does_not_count(first: str, last: str) -> None:
    [repeat] = repeats({first: page(1), last: page(1)})
    assert first < last
    assert repeat.kept == last


LINES = [
    ("Laatst gewijzigd: 3 maart 2024", "Laatst gewijzigd: 2 maart 2024"),
    ("Gepubliceerd op 12-03-2024", "Gepubliceerd op 12-03-2023"),
    ("date 2024-03", "date 2023-11"),
    ("12 maart 2024 | Nieuws", "12 maart 2023 | Nieuws"),
    ("Laatst gewijzigd: 3 maart 2020", ""),
]


@pytest.mark.parametrize(("newer", "older"), LINES)
def test_without_a_date_in_the_path_the_update_line_decides(newer: str, older: str) -> None:
    [repeat] = repeats({"a.txt": f"{newer}\n{page(1)}", "b.txt": f"{older}\n{page(1)}"})
    assert repeat.kept == "a.txt"


@pytest.mark.parametrize(
    "text",
    [
        f"Op 3 maart 2024 tekende de wethouder.\n{page(1)}",
        f"Laatst gewijzigd: 3 maanden geleden\n{page(1)}",
        page(1).replace(" ", "\n") + "\n3 maart 2024",
    ],
    ids=["a sentence", "an age", "a date far below"],
)
def test_other_dates_in_a_text_are_no_update(text: str) -> None:
    [repeat] = repeats({"a.txt": text, "b.txt": page(1)})
    assert repeat.kept == "b.txt"


def test_the_date_in_the_path_goes_before_the_update_line() -> None:
    old, new = f"{page(1)}\nLaatst gewijzigd: 1 mei 2019", f"{page(1)}\nLaatst gewijzigd: 1 mei 2023"
    assert repeats({"a-2024-01-01.txt": old, "b-2022-01-01.txt": new})[0].kept == "a-2024-01-01.txt"
    assert repeats({"a-2024-01-01.txt": new, "b-2024-01-01.txt": old})[0].kept == "a-2024-01-01.txt"


def test_no_language_model_is_loaded() -> None:
    look = "import sys, coalitie.pipeline.repeats as r; r.find_repeats([('a', 'b')]); print('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
