"""One sentence with its named candidates: which of its parties take part, by what the clause says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..language.name_evidence import PLACE, VILLAGE
from ..language.names import Candidate
from ..language.words import Stretch, clauses, words_before
from ..records import PartyType
from ..rulebook import Rulebook
from ..rulebook.membership import Predicate
from ..spans import Spans
from .coalition import CoalitionNames
from .parties import Party

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_JOINT = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?(?:,|;|/|&|\+|\s"
    r"|\b(?:en|of|alsmede|evenals|alsook|plus|net als|maar ook|zowel|als)\b"
    r"|\b(?:de|het|een|'t|’t|onze|ook|diverse|verschillende|enkele|lokale|plaatselijke|andere|vele|alle)\b)+$",
    re.IGNORECASE,
)
_SEPARATES = re.compile(r",|;|/|&|\+|\b(?:en|of|alsmede|evenals|alsook|plus|als|zowel)\b")
SPEECH = re.compile(
    r"“[^”\n]{12,}[”\"]|(?<!\w)‘[^’\n]{12,}(?:’(?!\w)[^’\n]*)??[.,!?]?’(?!\w)|\"[^\"\n]{12,}\"|,,[^’\n]{12,}’’"
)
_OF_ANOTHER = re.compile(
    r"\b(?:aangesloten bij|lid van|leden van|partner van|onderdeel van|deel uit van|samen met de"
    r"|sl(?:uit|oot) zich aan bij)"
    r"\s+(?:de\s+|het\s+)?$"
)
# what a relative clause or an apposition says, it says of the party in front of it
_RELATIVE = re.compile(r",\s+(?:die|dat|waarvan|wier|wiens|(?:een|twee|drie|vier)\s+\w+\s+die)\s[^,;]*?(?=,|;|[.!?]?$)")
GUESS = "guess"  # the rule of a noun that only its place in an enumeration makes a party
_PLURAL_NOUN = re.compile(r"^[a-zà-ÿ'’-]{5,}(?:ers|en|s|'s|’s)$")
_INSIDE = re.compile(
    r"\b(?:(?:in|aan|van|tot|uit|als|zijn|is|waren)\s+(?:\w+\s+van\s+)?|vorm(?:en|t|den|de)\b[^.]*\s)(?:de|het|een|onze)\s+$"
)
_OPENS = re.compile(r"\s*(?:de|het|ook|alle|onze)?\s*", re.IGNORECASE)  # what may stand before the first noun
_EXPLAINS = re.compile(r",\s+(een|de|het)\s+(?:\w+\s+)?$")
_GOES_ON = re.compile(r"\s+(?:van|uit|in|die|dat)\b")
_BELONGS = re.compile(r"\b(?:(?:van|in|uit|binnen)\s+(?:de|het|onze|een)|deze|die|zulke|welke|geen|zijn|haar|hun)\s+$")
_CAPITAL_BEHIND = re.compile(r"\s+([A-Z][\w'’-]+)")
_ADJECTIVE_BEFORE = re.compile(r"\b([a-zà-ÿ]{4,}e)\s$")
_ROW_BEFORE = re.compile(r"(?:,|\ben)\s+(?:de\s+)?$")
_ROW_BEHIND = re.compile(r"\s*(?:,|en\b|$|\.|uit\b|van\b)")
_NEW_SUBJECT = re.compile(r"(?:,\s+|\ben\s+)(?:ook\s+)?(?:de\s+|het\s+)?$")
_VERB_BEHIND = re.compile(r"\s+([a-zà-ÿ]+)\b")
_VERB_ENDS = "tendkfpgsmr"
_TAKES_BACK = re.compile(
    r",?\s*maar\s+(?:is|zijn|was|waren|blij(?:ft|ven)|ble(?:ef|ven)|ho(?:ort|ren)|heeft|hebben|do(?:et|en)|zit(?:ten)?|nog|niet|wel|voorlopig)\b"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A party of a sentence: `participant`, or (a named one) only mentioned."""

    party: Party
    candidate: Candidate | None
    participant: bool
    group: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Enumeration:
    parties: tuple[tuple[Party, Candidate | None], ...]

    @property
    def start(self) -> int:
        return self.parties[0][0].start

    @property
    def end(self) -> int:
        return self.parties[-1][0].end

    @property
    def named(self) -> bool:
        return any(candidate is not None for _, candidate in self.parties)


class ClauseReader:
    """Reads the sentences of one block. `speech`, `persons` and `counts` are where the document has them."""

    def __init__(
        self,
        content: str,
        rulebook: Rulebook,
        coalition: CoalitionNames,
        *,
        in_participants: bool,
        speech: Sequence[tuple[int, int]] = (),
        persons: Sequence[Stretch] = (),
        counts: Sequence[Stretch] = (),
    ) -> None:
        self._content = content
        self._speech = speech
        self._persons = persons
        self._counts = counts
        self._rules = rulebook
        self._coalition = coalition
        self._in_participants = in_participants

    def counts_members(self, sentence: Stretch) -> bool:
        """True where the sentence speaks of the members in general, so that the next one may list them."""
        text = self._content[sentence.start : sentence.end]
        return bool(any(w.casefold() in self._rules.membership.member_nouns for w in _WORD.findall(text))) and not any(
            p.stance == "outside" for p in self._rules.membership.read(text)
        )

    def announces(self, sentence: Stretch) -> bool:
        """'Zeven organisaties vormen de basis.': members are announced whom the next sentence names."""
        text = self._content[sentence.start : sentence.end]
        return any(p.stance in ("member", "together") for p in self._rules.membership.read(text))

    def asks(self, sentence: Stretch) -> bool:
        """'Wie hoort er zoal bij?': the next sentence answers with the members."""
        text = self._content[sentence.start : sentence.end]
        return text.rstrip().endswith("?") and text.lstrip().startswith(("Wie", "Met wie")) and self.announces(sentence)

    def read(
        self, sentence: Stretch, candidates: list[Candidate], *, carried: bool, announced: bool = False
    ) -> Iterator[Verdict]:
        """The verdict on every party of a sentence. `carried`: the sentence before spoke of the members in general;
        `announced`: it also said that they take part."""
        for clause in self._clauses(sentence, candidates):
            inside = [c for c in candidates if clause.start <= c.start < clause.end]
            text = self._content[clause.start : clause.end]
            relatives = list(_RELATIVE.finditer(text))
            fired = self._rules.membership.read(_RELATIVE.sub(_blank, text))
            if carried is False:
                fired = tuple(p for p in fired if p.stance != "listing")
            fired += self._contrast(clause, sentence, candidates, fired)
            if self._joins_another(clause, inside):
                fired = tuple(p for p in fired if p.stance not in ("member", "together"))
            for enumeration in self._enumerations(clause, inside, wide=bool(fired) or self._in_participants):
                own = next((r for r in relatives if clause.start + r.start() == enumeration.end), None)
                said = self._rules.membership.read(own.group()) if own else ()
                decisive = any(p.stance in ("member", "outside") for p in said)
                yield from self._judge(enumeration, clause, said if decisive else fired, announced=announced)

    def _contrast(
        self, clause: Stretch, sentence: Stretch, candidates: list[Candidate], fired: tuple[Predicate, ...]
    ) -> tuple[Predicate, ...]:
        """'X is gepolst, maar blijft aan de zijlijn': what a contrast without its own subject takes back."""
        if any(p.stance in ("member", "together") for p in fired):
            return ()
        rest = self._content[clause.end : sentence.end]
        if not _TAKES_BACK.match(rest) or any(clause.end <= c.start < sentence.end for c in candidates):
            return ()
        return tuple(p for p in self._rules.membership.read(rest) if p.stance in ("outside", "member"))

    def _joins_another(self, clause: Stretch, candidates: list[Candidate]) -> bool:
        """'X is aangesloten bij Y', 'is lid van Y': a membership of another body than the coalition."""
        for c in candidates:
            before = words_before(self._content, clause.start, c.start, 6)
            if _OF_ANOTHER.search(before) and not self._coalition.names(c) and c.rule != PLACE:
                return True
        return False

    # --- clauses ---------------------------------------------------------------------------------------

    def _clauses(self, sentence: Stretch, candidates: list[Candidate]) -> list[Stretch]:
        """Clauses, cut also before 'en X kijkt mee': a new subject with a verb of its own."""
        found: list[Stretch] = []
        for clause in clauses(self._content, sentence):
            start = clause.start
            for c in candidates:
                if not clause.start < c.start < clause.end:
                    continue
                near = words_before(self._content, start, c.start, 4)
                joint = _NEW_SUBJECT.search(near)
                at = c.start - len(near) + (joint.start() if joint else 0)
                if not joint or at - start < 12:
                    continue
                verb = _VERB_BEHIND.match(self._content, c.end, clause.end)
                if not verb or verb.group(1) in self._rules.membership.no_verbs or verb.group(1)[-1] not in _VERB_ENDS:
                    continue
                before = re.sub(r"\s*\([^()]*\)\s*$", "", self._content[start:at].rstrip(" ,"))
                if any(o.end == start + len(before) or o.end >= start + len(before) > o.start for o in candidates):
                    continue
                last = re.search(r"[\w'’-]+$", words_before(before, 0, len(before), 1))
                if last and (self._rules.parties.rule_of(last.group()) or self._rules.roles.is_role(last.group())):
                    continue
                found.append(Stretch(start, at))
                start = at
            found.append(Stretch(start, clause.end))
        return found

    # --- enumerations ----------------------------------------------------------------------------------

    def _enumerations(self, clause: Stretch, candidates: list[Candidate], *, wide: bool) -> list[_Enumeration]:
        """Parties that stand next to each other with nothing but separators between them."""
        parties: list[tuple[Party, Candidate | None]] = [
            (Party(c.start, c.end, c.text, PartyType.ORGANISATION, c.rule, "", c.confidence), c) for c in candidates
        ]
        if wide:
            parties += [(p, None) for p in self.nouns(clause, candidates)]
        else:
            parties = [item for item in parties if item[1] is None or item[1].rule not in (PLACE, VILLAGE)]
        parties.sort(key=lambda item: item[0].start)
        found: list[list[tuple[Party, Candidate | None]]] = []
        for item in parties:
            if found:
                between = self._content[found[-1][-1][0].end : item[0].start]
                if (_JOINT.match(between) and _SEPARATES.search(between)) or self._adjectives_between(between):
                    found[-1].append(item)
                    continue
                bracketed = re.fullmatch(r"\s*\(\s*", between) and item[1] is not None and found[-1][-1][1] is not None
                if bracketed and self._own_abbreviation(found[-1][-1][0].text, item[0].text):
                    continue
            found.append([item])
        found = [items for items in found if any(party.rule != GUESS for party, _ in items)]
        # a bare place acts as a body only side by side with others
        return [
            _Enumeration(tuple(items)) for items in found
            if len(items) > 1 or items[0][1] is None or items[0][1].rule not in (PLACE, VILLAGE)
        ]  # fmt: skip

    def _adjectives_between(self, between: str) -> bool:
        """', betrokken ' or ' en de gezamenlijke ': a separator and adjectives."""
        if not re.match(r"\s*(?:,|en\b|alsmede\b|evenals\b|plus\b|&)", between):
            return False
        rest = _WORD.findall(between)
        small = self._rules.parties.quantifiers | {"en", "alsmede", "evenals", "plus"}
        return len(rest) <= 4 and all(
            w in small or (w.islower() and (w.endswith("e") or self._is_label(w))) for w in rest
        )

    def _is_label(self, word: str) -> bool:
        """'…, woonstichting Actium': the word for the sector stands outside the name."""
        return self._rules.names.sector_labels.fits(word) or word in self._rules.names.lower_labels

    def _own_abbreviation(self, name: str, short: str) -> bool:
        letters = "".join(w[0] for w in re.findall(r"[\w]+", name)).casefold()
        return (short.isupper() and len(short) <= 7) or short.casefold() in letters or short.casefold() == letters

    def nouns(self, clause: Stretch, candidates: list[Candidate]) -> list[Party]:
        """Lower-case nouns for parties: categories, groups, roles, and 'gemeente' as one of several."""
        found: list[Party] = []
        text = self._content[clause.start : clause.end]
        groups_in = self._rules.membership.group_pattern.finditer
        printed = groups_in(self._content, clause.start, clause.end) if "(" in text else ()
        groups = {g.end() - clause.start for g in printed}
        asides = [b.span() for b in re.finditer(r"\([^()]*\)", text) if b.start() - 1 not in groups]
        taken, begins = Spans((c.start, c.end) for c in candidates), {c.start for c in candidates}
        for match in _WORD.finditer(text):
            start, end = clause.start + match.start(), clause.start + match.end()
            word = match.group()
            folded = word.casefold()
            rule = self._rules.parties.rule_of(folded)
            if (
                rule is None
                and not self._is_known(word)
                and not self._rules.roles.is_role(folded)
                and not _PLURAL_NOUN.search(word)
            ):
                continue
            if any(a <= match.start() < b for a, b in asides):
                continue
            before = words_before(text, 0, match.start(), 3)
            if taken.meet(start, end) or end + 1 in begins or (word[0].isupper() and not _OPENS.fullmatch(before)):
                continue
            apposition = _EXPLAINS.search(before)
            if apposition and (apposition.group(1) == "een" or _GOES_ON.match(text, match.end())):
                continue  # 'De Boeskool, een wandelclub, …' explains the name before it
            if _BELONGS.search(before):
                continue  # 'de dorpencoördinator van de gemeente'
            following = _CAPITAL_BEHIND.match(self._content, end, clause.end)
            if rule is not None and rule.type is not PartyType.ORGANISATION:
                adjective = _ADJECTIVE_BEFORE.search(before)
                if (
                    adjective
                    and adjective.group(1) not in self._rules.parties.quantifiers
                    and adjective.group(1) not in self._rules.membership.small_words
                ):
                    start -= len(adjective.group())
                    word = self._content[start:end]
            if rule is not None and folded not in {
                "zorg",
                "sport",
                "cultuur",
                "welzijn",
                "leden",
                "mensen",
                "ouderen",
                "jongeren",
                "deelnemers",
            }:
                found.append(Party(start, end, word, rule.type, rule.id, "", 0.7))
            elif rule is not None:
                found.append(Party(start, end, word, rule.type, rule.id, "", 0.5))
            elif self._is_known(word) and self._stands_in_row(text, match.start(), match.end()):
                found.append(Party(start, end, word, PartyType.ORGANISATION, "known", "", 0.8))
            elif folded in self._rules.membership.offices:
                continue
            elif self._rules.roles.is_role(folded):
                if any(end < p.start <= end + 2 for p in self._persons):
                    continue  # 'jongerenwerker Brahim doet mee': the person, not the role
                if following and not taken.meet(end, following.end()):
                    end = following.end()
                found.append(Party(start, end, self._content[start:end], PartyType.ROLE, "role-word", "", 0.7))
            elif (
                _PLURAL_NOUN.search(word)
                and self._stands_in_row(text, match.start(), match.end())
                and folded not in self._rules.parties.quantifiers
            ):
                kind = PartyType.GROUP if folded.endswith("ers") else PartyType.CATEGORY
                found.append(Party(start, end, word, kind, GUESS, "", 0.5))
        return found

    def _is_known(self, word: str) -> bool:
        """A known body that is printed in lower case."""
        known = self._rules.organisations.by_alias(word)
        return known is not None and not known.common_word and word not in self._rules.ordinary_words

    def _stands_in_row(self, text: str, start: int, end: int) -> bool:
        """A lower-case word between separators: one more party, if its neighbours are parties."""
        return (
            text[start:end].islower()
            and _ROW_BEFORE.search(words_before(text, 0, start, 3)) is not None
            and _ROW_BEHIND.match(text, end) is not None
        )

    # --- what the clause says ----------------------------------------------------------------------------

    def _judge(
        self, enumeration: _Enumeration, clause: Stretch, fired: tuple[Predicate, ...], *, announced: bool
    ) -> Iterator[Verdict]:
        real = [item for item in enumeration.parties if item[1] is None or not self._coalition.names(item[1])]
        takes_part, group, rule = self._stance(enumeration, len(real), clause, fired)
        if (
            not takes_part
            and announced
            and rule == "no-predicate"
            and len(real) > 1
            and enumeration.named
            and not self._preposition(enumeration, clause)
        ):
            takes_part, rule = True, "announced"
        n_places = sum(c is not None and c.rule in (PLACE, VILLAGE) for _, c in enumeration.parties)
        behind_preposition = n_places > 0 and bool(self._preposition(enumeration, clause))
        among_places = behind_preposition or n_places > 1
        for party, candidate in enumeration.parties:
            if candidate is not None and candidate.rule == VILLAGE:
                continue
            if candidate is not None and candidate.rule == PLACE and (not fired or behind_preposition):
                continue
            if among_places and candidate is not None and candidate.rule != PLACE and candidate.confidence < 0.8:
                continue  # 'in Heeze, Leende en Leenderstrijp': one more place, unknown to the list
            if candidate is not None and self._coalition.names(candidate):
                yield Verdict(party, candidate, False, "", "coalition")
            else:
                yield Verdict(party, candidate, takes_part, group if takes_part else "", rule)

    def _stance(
        self, enumeration: _Enumeration, n: int, clause: Stretch, fired: tuple[Predicate, ...]
    ) -> tuple[bool, str, str]:
        outside = next((p for p in fired if p.stance == "outside"), None)
        if outside is not None:
            return False, "", outside.id
        unnamed = not enumeration.named
        if unnamed and any(c.start < enumeration.start < c.end for c in self._counts):
            return False, "", "counted"
        text = self._content[clause.start : clause.end]
        if unnamed and (
            any(w.casefold() in self._rules.membership.wishes for w in _WORD.findall(text))
            or (n < 2 and not self._in_participants)
        ):
            return False, "", "unnamed"
        if unnamed and all(party.confidence <= 0.5 for party, _ in enumeration.parties):
            return False, "", "mass-nouns"  # 'kennis van zorg en welzijn delen'
        around = self._group_with(enumeration, clause, several=n >= 2)
        if around:
            return True, around, "group-with"
        preposition = self._preposition(enumeration, clause)
        if n < 2 and self._in_speech(enumeration):
            return False, "", "speech"
        members = [p for p in fired if p.stance in ("member", "listing")]
        together = [p for p in fired if p.stance == "together"]
        group = self._printed_group(enumeration, clause)
        jointly = n >= 2 or preposition == "samen met"
        for predicate in members + (together if jointly else []):
            if preposition and preposition not in predicate.via:
                continue
            return True, group or next((p.group for p in members + together if p.group), ""), predicate.id
        three = n >= 3 and not self._in_participants
        if (
            ((self._in_participants and n >= 2) or three)
            and not unnamed
            and not preposition
            and not any(p.stance == "support" for p in fired)
        ):
            return True, group, "three-together" if three else "participants-section"
        return False, "", "no-predicate"

    def _in_speech(self, enumeration: _Enumeration) -> bool:
        """True inside quotation marks: what somebody says decides on no membership."""
        return any(start <= enumeration.start and enumeration.end <= end for start, end in self._speech)

    def _preposition(self, enumeration: _Enumeration, clause: Stretch) -> str:
        """The preposition that the enumeration stands behind, '' where it is subject or object."""
        before = self._content[clause.start : enumeration.start]
        tokens = [t.casefold() for t in re.findall(r"[\w.'’-]+|[^\w\s]", before)]
        while tokens and (
            tokens[-1] in self._rules.membership.small_words or tokens[-1] in self._rules.names.sector_labels.words
        ):
            tokens.pop()
        if not tokens:
            return ""
        if tokens[-1] in self._rules.membership.place_nouns:
            return "in"
        if len(tokens) > 1 and f"{tokens[-2]} {tokens[-1]}" in self._rules.membership.complements:
            return f"{tokens[-2]} {tokens[-1]}"
        if (
            tokens[-1] in {"van", "namens"}
            and len(tokens) > 1
            and tokens[-2].endswith(tuple(self._rules.membership.representatives))
        ):
            return ""  # 'bestaat uit de directeuren van A en B'
        return tokens[-1] if tokens[-1] in self._rules.membership.complements else ""

    def _group_with(self, enumeration: _Enumeration, clause: Stretch, *, several: bool) -> str:
        """The group whose parties these are: 'een werkgroep met A en B', 'een klankbordgroep van studenten en C'."""
        before = self._content[clause.start : enumeration.start]
        link = "met|van|bestaande uit" if several else "met"  # 'het bestuur van X' is X's own
        for group in self._rules.membership.group_pattern.finditer(before):
            if re.fullmatch(rf"\s+(?:{link})(?:\s+(?:daarin|de|het|een|onder meer))*\s+", before[group.end() :]):
                return group.group(1)
        return ""

    def _printed_group(self, enumeration: _Enumeration, clause: Stretch) -> str:
        """The printed group nearest before the enumeration, or behind it ('zitten in de werkgroep Signaleren')."""
        groups = list(self._rules.membership.group_pattern.finditer(self._content, clause.start, clause.end))
        before = [g for g in groups if g.end() <= enumeration.start]
        if before:
            return before[-1].group(1)
        behind = [
            g for g in groups
            if g.start() >= enumeration.end and _INSIDE.search(self._content[clause.start : g.start()])
        ]  # fmt: skip
        return behind[0].group(1) if behind else ""


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
