"""Labelled pairs made from rules/: aliases of known bodies, look-alikes, and ways in which people write names.

All of it is seeded, so that training twice gives the same model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from ..pipeline.organisations.geography import Geography
from ..pipeline.records import NameKey, OrganisationType, Scope
from ..pipeline.rulebook.organisations import KnownOrganisation, OrganisationRules, fold
from .pairs import LabelledPair

WEIGHT = 0.3  # a made pair counts less than one that a person labelled
ALIKE = 45  # an alias less like its name than this is another name, from which no likeness can be learned
_LEGAL = ("Stichting {}", "St. {}", "Stg. {}", "{} B.V.", "Vereniging {}")


class Maker:
    """Makes pairs of names of bodies that the model is not told about."""

    def __init__(
        self, rules: OrganisationRules, geography: Geography, dictionary: frozenset[str], seed: int = 7
    ) -> None:  # fmt: skip
        self.rules = rules
        self.dictionary = dictionary
        self.geography = geography
        self.random = random.Random(seed)  # noqa: S311 - a seeded choice of examples, no secret
        self._towns = sorted(m.name for m in geography.by_name.values() if m.code and not m.successors)

    def pairs(self) -> Iterator[LabelledPair]:
        """Of each known body: its aliases and spellings, and the most alike other bodies of its kind."""
        known = [k for k in self.rules.known if not k.generic and k.type not in _CERTAIN]
        names = [fold(k.name) for k in known]
        for index, body in enumerate(known):
            here = self._town(body)
            for alias in body.aliases:
                if fuzz.token_set_ratio(fold(alias), names[index]) >= ALIKE:
                    yield self._pair(body.name, here, alias, here, same=True, kind="alias")
            yield self._pair(body.name, here, self._written(body.name), here, same=True, kind="spelling", together=True)
            yield self._pair(self._written(body.name), here, self._written(body.name), here, same=True, kind="spelling")
            alike = process.extract(names[index], names, scorer=fuzz.token_set_ratio, limit=4)
            for _, _, other in alike:
                if other != index and not _nested(names[index], names[other]):
                    town = here if self.random.random() < 0.5 else self._town(known[other])
                    together = town == here and self.random.random() < 0.5
                    yield self._pair(
                        body.name, here, known[other].name, town, same=False, kind="look-alike", together=together
                    )
        yield from self._invented()

    def _invented(self, bodies: int = 500) -> Iterator[LabelledPair]:
        """Local bodies with an own name: in other spellings, in another town, of another kind, beside another one."""
        kinds, dull = self.rules.kind_words, set(self.rules.kind_words)
        heads = sorted(word for word, kind in kinds.items() if kind.per != "region" and " " not in word)
        own = sorted({w for k in self.rules.known for w in fold(k.name).split() if len(w) > 4} - dull)
        for _ in range(bodies):
            head, other_head = self.random.sample(heads, 2)
            word, other_word = self.random.sample(own, 2)
            town, other_town = self._two_towns()
            short, name = f"De {word.capitalize()}", f"{head.capitalize()} De {word.capitalize()}"
            yield self._pair(name, town, self._written(name), town, same=True, kind="spelling")
            for together in (False, True):
                yield self._pair(name, town, short, town, same=True, kind="short", together=together)
            placed = f"{word.capitalize()} {town}"
            yield self._pair(word.capitalize(), town, placed, town, same=True, kind="short", together=True)
            near = self._province(town) == self._province(other_town)
            if word in self.dictionary and (kinds[head].local or not near):
                # every town may have its Zonnehof; a coined name is one body, at least within a province
                yield self._pair(name, town, name, other_town, same=False, kind="namesake")
            elif word not in self.dictionary and near and not kinds[head].local:
                yield self._pair(name, town, self._written(name), other_town, same=True, kind="coined name")
            if kinds[head].type != kinds[other_head].type:
                second = f"{other_head.capitalize()} De {word.capitalize()}"
                yield self._pair(name, town, second, town, same=False, kind="other kind")
            second = f"{head.capitalize()} De {other_word.capitalize()}"
            yield self._pair(name, town, second, town, same=False, kind="other name")

    def _two_towns(self) -> tuple[str, str]:
        """Two municipalities, half of the time of one province."""
        town = self.random.choice(self._towns)
        near = [other for other in self._towns if self._province(other) == self._province(town)]
        others = near if self.random.random() < 0.5 else self._towns
        return town, self.random.choice([other for other in others if other != town])

    def _province(self, town: str) -> str:
        return self.geography.by_name[town].province

    def _pair(
        self, a: str, town_a: str, b: str, town_b: str, *, same: bool, kind: str, together: bool = False
    ) -> LabelledPair:  # fmt: skip
        keys = NameKey(a, town_a), NameKey(b, town_b)
        return LabelledPair(*keys, same, f"made: {kind}", together=together, hidden=True, weight=WEIGHT)

    def _town(self, body: KnownOrganisation) -> str:
        """A municipality where the body works."""
        zones = self.geography.area(body.area) if body.scope is not Scope.NATIONAL else ()
        towns = sorted({town for zone in zones for town in zone.municipalities if town in self.geography.by_name})
        return self.random.choice(towns or self._towns)

    def _written(self, name: str) -> str:
        """The name as somebody else may write it: one or two changes."""
        ways = (self._slip, self._slip, self._legal, self._order, self._glue, self._case)
        for way in self.random.sample(ways, self.random.choice((1, 1, 2))):
            name = way(name)
        return name

    def _slip(self, name: str) -> str:
        long = [w for w in name.split() if len(w) >= 6]
        if not long:
            return name
        word = self.random.choice(long)
        at = self.random.randrange(1, len(word) - 1)
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + self.random.choice("aeiorstn") + word[at + 1 :],
        )
        return name.replace(word, self.random.choice(slips), 1)

    def _legal(self, name: str) -> str:
        return self.random.choice(_LEGAL).format(name)

    def _order(self, name: str) -> str:
        first, _, rest = name.partition(" ")
        return f"{rest}, {first}" if rest else name

    def _glue(self, name: str) -> str:
        return name.replace(" ", self.random.choice(("", "-")), 1)

    def _case(self, name: str) -> str:
        return self.random.choice((name.lower(), name.upper()))


def _nested(one: str, two: str) -> bool:
    """`KBO` and `KBO Gelderland`: which of them are one body is a fact, and nothing to learn from the names."""
    return set(one.split()) <= set(two.split()) or set(two.split()) <= set(one.split())


_CERTAIN: Sequence[OrganisationType] = (OrganisationType.GGD, OrganisationType.GEMEENTE)
