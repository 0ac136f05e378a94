"""Pairs that are settled by what is known of each name: which body it stands for, or which kind of body and where.

How often a case means one body is data (`cases` in rules/matching.yaml), counted by training on labelled pairs.
"""

from __future__ import annotations

from ..records import NameKey, Scope
from ..rulebook.organisations import fold
from .alignment import Alignment
from .comparison import Comparison, Reason
from .identity import Identifier, Identity
from .locality import Locality
from .parts import Name, Part

CASES = (
    "same_name",  # the same name in the same municipality
    "same_body",  # both are the same known body, or the local one of a kind
    "two_bodies",  # each is a known body of its own
    "branch_of_brand",  # a national body with a region, and the brand with the same region
    "known_may_be_local",  # a known body may be what the bare kind word means: the same document says both
    "known_is_local",  # a known body named after the place, and the kind word with the same place
    "known_nested",  # the same, and one says more than the other
    "known_kind_alone",  # a known body that works there, and a kind word of its name
    "short_in_document",  # a short form of a kind name, in the document that prints the long one
    "coalition_in_document",  # two general names of a coalition in one document
    "family_wide",  # one kind word, once with a region and once bare
    "family_here",  # the same kind words, in places that overlap
    "kind_words_alike",  # nearly the same kind words in one place
    "part_of",  # the kind words of one, and another kind of body before them: the diaconie of a church
    "kind_words_nested",  # the kind words of one are among those of the other
    "kind_initials",  # one is made of the initials of the other, in one place
    "kind_words_shared",  # some kind words in common, in one place
    "family_elsewhere",  # the same kind of body in two places
    "kinds_apart",  # two kinds of body
)


class Cases:
    """Finds the case of a pair in which each name stands for a body of its own."""

    def __init__(self, identifier: Identifier, alignment: Alignment) -> None:
        self.identifier = identifier
        self.reader = identifier.reader
        self._alignment = alignment

    def settle(
        self, a: Name, b: Name, ia: Identity, ib: Identity, where: Locality, *, together: bool
    ) -> Comparison:  # fmt: skip
        """`together`: one document prints both names."""
        levels = (ia.anchor.split(":")[0], ib.anchor.split(":")[0])
        if levels == ("kind", "kind"):
            return self._kinds(a, b, ia, ib, where, together=together)
        if set(levels) == {"known", "kind"}:
            known, other, name = (ia, ib, b) if levels[0] == "known" else (ib, ia, a)
            found = self._known_and_kind(known, other, name, where, together=together)
            if found is not None:
                return found
        found = self._branch(a, b, ia, ib, where)
        if found is not None:
            return found
        return Comparison("two_bodies", conflict=f"{ia.name} and {ib.name} are two bodies")

    def _kinds(
        self, a: Name, b: Name, ia: Identity, ib: Identity, where: Locality, *, together: bool
    ) -> Comparison:  # fmt: skip
        place, both = Reason(where.words), Reason(f"both {ia.family}")
        one_family = ia.family == ib.family
        if not where.here:
            if one_family:
                conflict = f"the same kind of body, {where.words}"
                return Comparison("family_elsewhere", conflict=conflict, reasons=(both,))
            return Comparison("kinds_apart", reasons=(Reason(f"{ia.family} and {ib.family}"), place))
        if together and ia.bare != ib.bare and (self.shortens(a, b) or self.shortens(b, a)):
            return Comparison(
                "short_in_document", reasons=(Reason("the short form of a name in the same document"), place)
            )
        if one_family:
            wide = any(zone.level == "region" for zone in (*a.zones, *b.zones)) and ia.bare != ib.bare
            return Comparison("family_wide" if wide else "family_here", reasons=(both, place))
        alike = self._alignment.words(a.core, b.core, a, b)[1]
        if alike > 0.93:
            return Comparison("kind_words_alike", reasons=(Reason("nearly the same kind words"), place))
        if together and all(any(kind.id == "coalitie" for kind in name.kinds) for name in (a, b)):
            return Comparison(
                "coalition_in_document", reasons=(Reason("two names of a coalition in one document"), place)
            )
        if set(a.core) <= set(b.core) or set(b.core) <= set(a.core):
            long, short = (a, b) if len(a.core) > len(b.core) else (b, a)
            head = self.reader.rules.kind_words.get(long.core[0])
            if long.core[0] not in short.core and head is not None and not head.weak and head not in short.kinds:
                return Comparison("part_of", reasons=(Reason("a part of the other by its name"), place))
            return Comparison(
                "kind_words_nested", reasons=(Reason("kind words of the one are in the other"), place)
            )  # fmt: skip
        if self._alignment.acronym(a, b):
            return Comparison("kind_initials", reasons=(Reason("initials of the other name"), place))
        if alike > 0.6:
            return Comparison("kind_words_shared", reasons=(Reason("kind words in common"), place))
        return Comparison("kinds_apart", reasons=(Reason(f"{ia.family} and {ib.family}"), place))

    def _known_and_kind(
        self, known: Identity, other: Identity, name: Name, where: Locality, *, together: bool
    ) -> Comparison | None:
        """A regional or local body that may be what people mean by the kind word: the OBA is a bibliotheek."""
        body, said = known.known, set(other.family.split())
        words = set(fold(known.name).split())
        if body is None or body.scope is Scope.NATIONAL or where.relation == "conflict" or not said & words:
            return None
        place = Reason(where.words)
        own_name = self.reader.read(NameKey(known.name))
        if {zone.label for zone in own_name.zones} & {zone.label for zone in name.zones}:
            if set(self.identifier.by_kind(own_name).family.split()) < said:
                return Comparison(
                    "known_nested", reasons=(Reason("kind words of the one are in the other"), place)
                )  # fmt: skip
            return Comparison("known_is_local", reasons=(Reason(f"both {other.family}"), place))
        if said <= words and self.identifier.fits(body, name, located=other.bare):
            case = "known_may_be_local" if other.bare and together else "known_kind_alone"
            return Comparison(case, reasons=(Reason(f"{known.name} may be the local {other.family}"), place))
        return None

    def _branch(self, a: Name, b: Name, ia: Identity, ib: Identity, where: Locality) -> Comparison | None:
        """`Alzheimer Nederland afdeling X` beside `Alzheimer X`: the brand is the national name without Nederland."""
        for wide, narrow, name in ((ia, ib, b), (ib, ia, a)):
            body = wide.known
            if body is None or body.scope is not Scope.NATIONAL or narrow.scope is Scope.NATIONAL or not where.here:
                continue
            brand = [w for w in fold(wide.name).split() if w not in self.reader.rules.words.national]
            rest = [w.part for w in name.words if w.text not in brand and w.part not in (Part.LEGAL, Part.SMALL)]
            if rest and all(part is Part.PLACE for part in rest) and set(brand) <= {w.text for w in name.words}:
                return Comparison("branch_of_brand", reasons=(Reason(f"both {' '.join(brand)}"), Reason(where.words)))
        return None

    def shortens(self, short: Name, long: Name) -> bool:
        """Whether one name is the other with words left out: `Andes` beside `Andes Borger-Odoorn`."""
        said = [w for w in short.words if w.part in (Part.OWN, Part.NUMBER, Part.KIND)]
        rest = [w.text for w in long.words if w.part in (Part.OWN, Part.NUMBER, Part.KIND)]
        has_own = any(w.part is Part.OWN and len(w.text) >= 3 for w in said)
        stands_alone = any(kind.per != "name" for kind in short.kinds) and self.identifier.identify(short).bare
        if not said or short.of(Part.BRANCH) or not (has_own or stands_alone):
            return False
        for word in said:
            if word.text not in rest:
                return False
            rest.remove(word.text)
        return bool(rest) or (bool(long.zones) and not short.zones)
