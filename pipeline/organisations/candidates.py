"""Which pairs of names are worth a close look: all alike ones by `cdist` where that is cheap, by an index above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ..rulebook.organisations import fold
from .names import Name, Part

ALL_PAIRS_UP_TO = 3000  # different compare forms; above it rare letter groups take over from cdist
ALIKE = 72  # rapidfuzz ratio of squashed forms from which two names are compared whatever their words
BLOCK = 150  # names that may share one key; a bigger block says too little to be worth all its pairs


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of positions in the list of names. `cut` counts the keys that were too common to be used."""

    pairs: tuple[tuple[int, int], ...]
    cut: int = 0


def candidates(names: Sequence[Name], documents: Sequence[frozenset[str]]) -> Candidates:
    """Pairs with a word, a beginning, initials or most letters in common; the order of `names` does not matter."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        for key in _keys(name, documents[index]):
            blocks[key].append(index)
    pairs: set[tuple[int, int]] = set()
    cut = 0
    for members in blocks.values():
        if len(members) > BLOCK:
            cut += 1
            continue
        pairs.update((a, b) for at, a in enumerate(members) for b in members[at + 1 :])
    alike, more = _alike(names)
    pairs.update(alike)
    return Candidates(tuple(sorted(pairs)), cut + more)


def _keys(name: Name, documents: frozenset[str]) -> set[str]:
    keys = {f"own:{word}" for word in name.own if len(word) > 1}
    here = sorted({name.municipality, *(zone.label for zone in name.zones)} - {""})
    contexts = [*here, *(f"document {document}" for document in sorted(documents))]
    kinds = name.of(Part.KIND)
    for context in contexts:
        keys |= {f"kind:{word}:{context}" for word in kinds}
        keys |= {f"begin:{word[:3]}:{context}" for word in name.own}
        keys |= {f"head:{kind.id}:{context}" for kind in name.kinds if kind.id == "coalitie"}
        # initials can be those of any name of the place
        shorts = [name.short] if name.short else [w for w in name.own if name.is_abbreviation or len(w) <= 4]
        keys |= {f"initial:{short[0]}:{context}" for short in shorts}
        printed = fold(name.display).split()
        keys |= {f"initial:{word[0]}:{context}" for word in printed[:2]}
    keys.add("form:" + "".join(name.core))
    return keys


def _alike(names: Sequence[Name]) -> tuple[Iterable[tuple[int, int]], int]:
    by_form: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        form = "".join(name.core)
        if len(form) >= 5:
            by_form[form].append(index)
    forms = sorted(by_form)
    if len(forms) < 2:
        return (), 0
    if len(forms) <= ALL_PAIRS_UP_TO:
        scores = process.cdist(forms, forms, scorer=fuzz.ratio, score_cutoff=ALIKE)
        rows, columns = scores.nonzero()
        near: Iterable[tuple[int, int]] = ((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if r < c)
        cut = 0
    else:
        near, cut = _indexed(forms)
    pairs: set[tuple[int, int]] = set()
    for one, two in near:
        first, second = by_form[forms[one]], by_form[forms[two]]
        if len(first) * len(second) <= BLOCK * 20:
            pairs.update((min(a, b), max(a, b)) for a in first for b in second)
        else:
            cut += 1
    return pairs, cut


def _indexed(forms: Sequence[str]) -> tuple[Iterable[tuple[int, int]], int]:
    """Forms that share one of their three rarest groups of three letters, and then most of their letters."""
    groups: dict[str, list[int]] = defaultdict(list)
    of_form = [sorted({form[at : at + 3] for at in range(len(form) - 2)}) for form in forms]
    for index, parts in enumerate(of_form):
        for part in parts:
            groups[part].append(index)
    pairs: set[tuple[int, int]] = set()
    cut = 0
    for index, parts in enumerate(of_form):
        for part in sorted(parts, key=lambda p: (len(groups[p]), p))[:4]:
            members = groups[part]
            if len(members) > 4 * BLOCK:
                cut += 1
                continue
            for other in members:
                pair = (min(index, other), max(index, other))
                if other != index and pair not in pairs and fuzz.ratio(forms[index], forms[other]) >= ALIKE:
                    pairs.add(pair)
    return pairs, cut
