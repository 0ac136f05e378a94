"""The one layout in which structured formats are printed."""

from __future__ import annotations

import pytest
from coalitie.pipeline.reading.composing import Composer
from hypothesis import given
from hypothesis import strategies as st

BLOCKS: dict[str, tuple[list[tuple[object, ...]], str]] = {
    "nothing": ([], ""),
    "empty blocks": ([("heading", " "), ("paragraph", "\n"), ("item", ""), ("row", ["", " "])], ""),
    "heading and paragraph": ([("heading", "a\n b"), ("paragraph", " c  d \n e ")], "a b\n\nc d\ne\n"),
    "items": ([("item", "a"), ("item", "b", 1, "2."), ("paragraph", "c")], "• a\n  2. b\n\nc\n"),
    "lines of an item": ([("item", "a\nb", 1, "10.")], "  10. a\n      b\n"),
    "two lists": ([("item", "a"), ("end_list",), ("item", "b")], "• a\n\n• b\n"),
    "rows": ([("row", ["a", "b\nc"]), ("row", ["d", ""])], "a | b c\nd\n"),
    "a row of one cell": ([("row", ["a"]), ("row", ["b"])], "a\n\nb\n"),
}


def composed(blocks: list[tuple[object, ...]]) -> Composer:
    composer = Composer()
    for n, (kind, *told) in enumerate(blocks):
        composer.at(f"block {n}")
        getattr(composer, str(kind))(*told)
    return composer


@pytest.mark.parametrize(("blocks", "content"), BLOCKS.values(), ids=BLOCKS)
def test_layout(blocks: list[tuple[object, ...]], content: str) -> None:
    assert composed(blocks).compose().content == content


_TOLD = st.one_of(
    st.tuples(st.sampled_from(["heading", "paragraph"]), st.text(max_size=20)),
    st.tuples(st.just("item"), st.text(max_size=20), st.integers(0, 3)),
    st.tuples(st.just("row"), st.lists(st.text(max_size=5), max_size=3)),
    st.tuples(st.just("end_list")),
)


@given(st.lists(_TOLD, max_size=12))
def test_origins_are_where_blocks_begin(blocks: list[tuple[object, ...]]) -> None:
    told = composed(blocks).compose()
    starts = [origin.start for origin in told.origins]
    assert starts == sorted(set(starts))
    assert all(start == 0 or told.content[start - 1] == "\n" for start in starts)
    assert bool(starts) == bool(told.content)
