"""Who takes part, and who is only mentioned: lists, enumerations and clauses → participants and mentions.

A list under a heading for participants gives one row an item. In running text the clause decides: what its verb
says about the parties in it (rules/membership.yaml), whether they stand behind a preposition, and whether there are
two or more of them. The coalition's own name is never a participant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..language.names import ACCEPTED, Candidate, NameScanner
from ..language.words import Stretch, Word, sentences, words, words_before
from ..records import Block, BlockKind, Found, Label, Participant, PartyType, Section, SectionKind, Where
from ..rulebook import Rulebook
from ..rulebook.organisations import fold
from ..spans import Taken
from .acceptance import NameAcceptance
from .broken_end import BrokenEnd
from .clauses import SPEECH, ClauseReader
from .coalition import CoalitionNames
from .enumerations import split_enumeration
from .parties import Party, read_party
from .plan import SHORT, BlockPlan, Step
from .wording import LABEL, PartyText

_JOINED = re.compile(r"\b(?:en|alsmede|evenals|plus)\s+$")
_STOPS = {Label.DATE, Label.PERSON, Label.EMAIL, Label.PHONE, Label.URL}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the stage finds: rows of participants, organisations that are only mentioned, and every stretch of running
    text that looked like a name (`candidates`) with the nouns that may be parties (`nouns`)."""

    participants: tuple[Participant, ...]
    mentions: tuple[Found, ...]
    candidates: tuple[Candidate, ...] = ()
    nouns: tuple[Party, ...] = ()


def read_participants(content: str, sections: Sequence[Section], found: Sequence[Found], rulebook: Rulebook) -> Reading:
    """Reads all sections of a document. `found`: what the language pipeline found, with offsets into `content`."""
    return _Reader(content, sections, found, rulebook).read()


class _Reader:
    def __init__(self, content: str, sections: Sequence[Section], found: Sequence[Found], rulebook: Rulebook) -> None:
        self._content = content
        self._sections = sections
        self._found = found
        self._rules = rulebook
        self._scanner = rulebook.built(NameScanner)
        self._words = rulebook.built(PartyText)
        self._blocks = BlockPlan(content, sections, rulebook, self._words)
        self._ends = BrokenEnd(content, rulebook)
        self._programmes = [f for f in found if f.label is Label.PROGRAMME]
        self._stops = [Stretch(f.start, f.end) for f in found if f.label in _STOPS]
        self._addresses = [f for f in found if f.label in (Label.EMAIL, Label.PHONE)]
        self._speech = [quote.span() for quote in SPEECH.finditer(content)]
        self._persons = [Stretch(f.start, f.end) for f in found if f.label is Label.PERSON]
        self._counts = [Stretch(f.start, f.end) for f in found if f.label is Label.COUNT]
        self._cuts: dict[int, list[Stretch]] = {}  # the sentences of blocks, by where they start
        self._tokens: dict[int, list[Word]] = {}
        self._own: dict[str, int] = {}
        self._taken = Taken()
        self._participants: list[Participant] = []
        self._mentions: list[Found] = []
        self._nouns: list[Party] = []

    def read(self) -> Reading:
        plans = [(section, self._blocks.plan(section)) for section in self._sections]
        for section, plan in plans:  # lists first: their names are known in the running text
            for step in plan:
                if step.is_list:
                    self._read_list(section, step.block, step.group)
        self._own = _names_of(self._participants)
        prose = [(section, step) for section, plan in plans for step in plan if not step.is_list]
        candidates = {step.block.start: self._candidates(step.block) for _, step in prose}
        joined = {
            fold(c.text): len(fold(c.text).split()) for found in candidates.values() for c in found if _holds_and(c)
        }
        if joined:  # a name that holds 'en' is one name wherever the document prints it
            self._own |= joined
            candidates = {step.block.start: self._candidates(step.block) for _, step in prose}
        every = [c for found in candidates.values() for c in found]
        coalition = CoalitionNames(self._content, every, self._rules)
        accepting = NameAcceptance(self._content, every, self._found, self._own, coalition, self._rules)
        for section, step in prose:
            accepted = accepting.accept(candidates[step.block.start], step.block)
            self._read_prose(section, step, accepted, coalition)
        names = [*(p.text for p in self._participants), *(m.text for m in self._mentions)]
        self._participants = [p for p in self._participants if self._ends.is_whole(p.text, p.end, names)]
        self._mentions = [m for m in self._mentions if self._ends.is_whole(m.text, m.end, names)]
        self._participants.sort(key=lambda row: row.start)
        self._mentions.sort(key=lambda row: row.start)
        return Reading(tuple(self._participants), tuple(self._mentions), tuple(every), tuple(self._nouns))

    def _read_list(self, section: Section, block: Block, group: str) -> None:
        where = Where.LIST if block.kind is BlockKind.ITEM else Where.INLINE
        start, end = block.body, block.end
        lines = self._content[start:end].splitlines()
        short = len(lines) > 1 and all(len(line) <= SHORT for line in lines)
        goes_on = any(line.rstrip().endswith((",", " en", "&")) for line in lines)
        separate = block.kind is not BlockKind.ITEM and short and not goes_on
        stretches = list(_line_stretches(self._content, start, end)) if separate else [(start, end)]
        rule = "list-item" if where is Where.LIST else "list-line"
        for first, last in stretches:
            a, b = first, last
            label = LABEL.match(self._content[a:b]) or self._words.dash_label(self._content[a:b])
            own_group = group
            if (
                label
                and self._words.explains(self._content[a + label.end() : b])
                and not self._words.is_group_word(label.group(1))
            ):
                b = a + label.end(1)  # 'Sterk Kruisdal: welzijn, klussen, taal'
            elif label and not self._rules.organisations.by_alias(label.group(1)):
                if self._words.names_a_group(label.group(1)):
                    own_group = label.group(1)
                a += label.end()
            remark = re.search(r"\s[–—-]\s+[a-zà-ÿ][^A-Z]*$", self._content[a:b])
            b = a + remark.start() if remark else b  # 'GGD Twente – kennis en cijfers'
            self._add_pieces(section, a, b, own_group, where, rule, in_list=True)

    def _add_pieces(
        self, section: Section, start: int, end: int, group: str, where: Where, rule: str, *, in_list: bool
    ) -> list[Party]:
        end = self._ends.without_broken(start, end)
        added = []
        previous: Party | None = None
        for piece in split_enumeration(self._content, start, end, self._rules, self._own):
            party = read_party(self._content, piece.start, piece.end, self._rules, in_list=in_list)
            if party is None or self._is_programme(party):
                continue
            if previous is not None and self._part_of(piece.start, piece.end):
                continue
            party = self._without_person(party)
            party = self._without_employer(party)
            text = self._content[piece.start : piece.end].strip()
            if in_list and previous is not None and self._is_branch_noun(piece.start, text, previous):
                continue
            joined = _JOINED.search(words_before(self._content, 0, piece.start, 2)) is not None
            if previous is not None and not joined and self._is_apposition(text, party, in_list=in_list):
                continue
            self._add(section, party, group, where, rule)
            previous = party
            added.append(party)
        return added

    def _part_of(self, start: int, end: int) -> bool:
        """', onderdeel van Y': the larger body behind a name is only mentioned."""
        found = re.match(r"\s*(?:als\s+)?onderdeel van\s+(?:de\s+|het\s+)?(?=[A-Z])", self._content[start:end])
        if found is None:
            return False
        text = self._content[start + found.end() : end].rstrip(" .;,")
        at = start + found.end()
        self._mentions.append(Candidate(at, at + len(text), text, "part-of", 0.85).found())
        return True

    def _is_branch_noun(self, start: int, text: str, previous: Party) -> bool:
        """'Protestantse Gemeente Kruisdal, diaconie': a lower-case noun behind a name says which part of the body."""
        behind_comma = words_before(self._content, 0, start, 1).rstrip(" ").endswith(",")
        noun = self._rules.parties.rule_of(text)
        local = noun is not None and noun.type is PartyType.ORGANISATION
        return (
            behind_comma
            and local
            and text.islower()
            and previous.type is PartyType.ORGANISATION
            and previous.text[0].isupper()
        )

    def _without_person(self, party: Party) -> Party:
        """'wijkagent Saskia de Bruijne': the role is the row, not who holds it."""
        if party.type is not PartyType.ROLE:
            return party
        person = next((s for s in self._stops if party.start < s.start < party.end), None)
        if person is None:
            return party
        text = self._content[party.start : person.start].rstrip()
        return replace(party, end=party.start + len(text), text=text)

    def _without_employer(self, party: Party) -> Party:
        """'de wijkverpleegkundigen van Allevo': the role is the row, the body that they work for a mention."""
        found = re.fullmatch(r"(.+?)\s+van\s+(?:de\s+|het\s+)?([A-Z].*)", party.text)
        works = party.type is PartyType.ROLE or (
            party.rule == "plural-people" and party.text.split()[0].endswith(("ers", "eurs"))
        )
        if not works or found is None or self._rules.places.knows(found.group(2)):
            return party
        at = party.start + found.start(2)
        self._mentions.append(Candidate(at, party.end, found.group(2), "employer", 0.8).found())
        return replace(party, end=party.start + found.end(1), text=found.group(1))

    def _is_apposition(self, text: str, party: Party, *, in_list: bool) -> bool:
        """A lower-case stretch behind a name that no noun for a party accounts for only explains that name."""
        singular = text[:-1] in self._rules.ordinary_words
        single_plural = " " not in text and (text.endswith("en") or (text.endswith("s") and singular))
        if (party.rule == "lower-case" and not single_plural) or text.split(maxsplit=1)[0] in {
            "team",
            "locatie",
            "vestiging",
        }:
            return True
        return (
            in_list
            and text[:1].islower()
            and text.split(maxsplit=1)[0]
            in {"vanaf", "sinds", "een", "voor", "met", "voorheen", "onderdeel", "namens", "praktijk"}
        )

    def _is_programme(self, party: Party) -> bool:
        return (
            any(p.start <= party.start and party.end <= p.end and p.confidence >= 0.8 for p in self._programmes)
            and party.rule != "known"
        )

    def _add(self, section: Section, party: Party, group: str, where: Where, rule: str) -> None:
        if self._taken.meet(party.start, party.end):
            return
        self._taken.add(party.start, party.end)
        self._participants.append(Participant(
            section=section.position, text=party.text, type=party.type, group=group, where=where, branch=party.branch,
            start=party.start, end=party.end, confidence=party.confidence, rule=f"{rule}/{party.rule}",
        ))  # fmt: skip

    def _candidates(self, block: Block) -> list[Candidate]:
        stops = [s for s in self._stops if s.start < block.end and block.body < s.end]
        if block.body not in self._tokens:
            self._tokens[block.body] = words(self._content, self._sentences(block), self._rules.names.abbreviations)
        return self._scanner.scan(self._content, self._tokens[block.body], stops, self._own)

    def _sentences(self, block: Block) -> list[Stretch]:
        if block.body not in self._cuts:
            cuts = sentences(self._content[block.body : block.end], self._rules.names.abbreviations)
            self._cuts[block.body] = [Stretch(c.start + block.body, c.end + block.body) for c in cuts]
        return self._cuts[block.body]

    def _read_prose(self, section: Section, step: Step, accepted: list[Candidate], coalition: CoalitionNames) -> None:
        block, group = step.block, step.group
        where = Where.LIST if block.kind is BlockKind.ITEM else Where.INLINE
        reader = ClauseReader(
            self._content,
            self._rules,
            coalition,
            in_participants=section.kind is SectionKind.PARTICIPANTS,
            speech=self._speech,
            persons=self._persons,
            counts=self._counts,
        )
        carried = announced = False
        cuts = self._sentences(block)
        for at, cut in enumerate(cuts):
            if self._read_whole(section, cut, group, where, reader, announced=announced):
                carried = announced = False
                continue
            sentence = cut
            listing = self._read_listing(section, cut, group, where, carried=carried)
            if listing is not None:
                sentence = Stretch(cut.start, listing[0])
                group = listing[1]  # what follows in the block is still about that group
            inside = [c for c in accepted if sentence.start <= c.start and c.end <= sentence.end]
            self._nouns += reader.nouns(sentence, inside)
            silent = section.kind is SectionKind.CONTACT or self._offers_contact(cuts, at)
            for verdict in reader.read(sentence, inside, carried=carried, announced=announced):
                if verdict.participant:
                    self._add(section, verdict.party, verdict.group or group, where, verdict.rule)
                elif verdict.candidate is not None and not silent:
                    self._mentions.append(verdict.candidate.found())
            carried = reader.counts_members(sentence)
            announced = not inside and ((carried and reader.announces(sentence)) or reader.asks(sentence))

    def _read_whole(
        self, section: Section, sentence: Stretch, group: str, where: Where, reader: ClauseReader, *, announced: bool
    ) -> bool:
        """Reads a sentence that only names parties, behind one that announced them or four and more of them."""
        text = self._content[sentence.start : sentence.end]
        if announced and ":" not in text and not reader.announces(sentence) and self._words.enumerates(text):
            rule = "announced"
        elif self._is_bare_enumeration(sentence):
            rule = "bare-enumeration"
        else:
            return False
        self._add_pieces(section, sentence.start, sentence.end, group, where, rule, in_list=False)
        return True

    def _offers_contact(self, cuts: Sequence[Stretch], at: int) -> bool:
        """A sentence with a number or mailbox, and the question before it: bodies there belong to the contacts."""
        question = self._content[cuts[at].start : cuts[at].end].endswith("?")
        reach = cuts[at : at + 2] if question else cuts[at : at + 1]
        return any(cut.start <= f.start and f.end <= cut.end for cut in reach for f in self._addresses)

    def _is_bare_enumeration(self, sentence: Stretch) -> bool:
        """'A; B; de C; D.': four or more names and nothing else, in whatever section."""
        text = self._content[sentence.start : sentence.end]
        if len(re.findall(r"[,;]", text)) < 3 or ":" in text or self._rules.membership.read(text):
            return False
        if not self._words.enumerates(text, most=0, share=0.05):
            return False
        pieces = split_enumeration(self._content, sentence.start, sentence.end, self._rules, self._own)
        names = [p for p in pieces if re.search(r"[A-Z]", self._content[p.start : p.end])]
        places = [p for p in names if self._rules.places.knows(self._content[p.start : p.end].strip(" ,.;"))]
        return len(names) >= 4 and len(names) * 3 >= len(pieces) * 2 and len(places) * 2 < len(names)

    def _read_listing(
        self, section: Section, sentence: Stretch, group: str, where: Where, *, carried: bool
    ) -> tuple[int, str] | None:
        """'Verder doen mee: A, B en C.' Reads what the colon announces; returns the lead-in's end and the group."""
        for found in re.finditer(r":\s+", self._content[sentence.start : sentence.end]):
            at = sentence.start + found.end()
            lead = self._content[sentence.start : at].rstrip(": \n")
            tail = self._content[at : sentence.end]
            if len(
                split_enumeration(self._content, at, sentence.end, self._rules, self._own)
            ) < 2 or not self._words.enumerates(tail, share=0.2 if len(re.findall("[,;]", tail)) > 2 else 0.0):
                continue
            fired = self._rules.membership.read(lead)
            if any(p.stance == "outside" for p in fired):
                return None
            members = [p for p in fired if p.stance in ("member", "together")]
            printed = self._rules.membership.group_pattern.search(lead)
            short_label = len(lead.split()) <= 4 and section.kind is SectionKind.PARTICIPANTS
            members += [p for p in fired if p.stance == "listing" and (carried or short_label)]
            if not (members or printed or short_label):
                continue
            own_group = printed.group(1) if printed else (members[0].group if members else "")
            if not own_group and short_label and not members and self._words.names_a_group(lead):
                own_group = lead.strip()
            self._add_pieces(
                section,
                at,
                sentence.end,
                own_group or group,
                where,
                members[0].id if members else "listing",
                in_list=False,
            )
            return at, group or (own_group if short_label else "")
        return None


def _holds_and(c: Candidate) -> bool:
    return " en " in c.text and c.confidence >= ACCEPTED and c.rule != "own-list"


def _names_of(participants: Sequence[Participant]) -> dict[str, int]:
    """The folded names of organisations with their number of words."""
    own = {}
    for row in participants:
        if row.type is PartyType.ORGANISATION:
            form = fold(row.text)
            if len(form) > 2:
                own[form] = len(form.split())
    return own


def _line_stretches(content: str, start: int, end: int) -> list[tuple[int, int]]:
    found, at = [], start
    for line in content[start:end].splitlines(keepends=True):
        if line.strip():
            found.append((at, at + len(line.rstrip())))
        at += len(line)
    return found
