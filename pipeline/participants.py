"""Who takes part, and who is only mentioned: lists, enumerations and clauses → participants and mentions.

A list under a heading for participants gives one row an item. In running text the clause decides: what its verb
says about the parties in it (rules/membership.yaml), whether they stand behind a preposition, and whether there are
two or more of them. The coalition's own name is never a participant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .clause_parties import ClauseReader
from .coalition import CoalitionNames
from .enumerations import split_enumeration
from .language.name_evidence import PLACE, VILLAGE
from .language.names import ACCEPTED, Candidate, NameScanner
from .language.words import Stretch, sentences, words
from .parties import Party, read_party
from .records import Block, BlockKind, Found, Label, Participant, PartyType, Section, SectionKind, Source, Where
from .rulebook import Rulebook
from .rulebook.organisations import fold

_LABEL = re.compile(r"^\s*([^:\n]{2,60}?)\s?:\s+(?=\S)")
_DASH_LABEL = re.compile(r"^\s*([^:\n–—-]{2,60}?)\s+[–—-]\s+(?=\S)")
_SHORT = 70  # a line of a list without bullets is no longer than this
_WORDLIKE = re.compile(r"[^\W\d_][\w'’.-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the stage finds: rows of participants, and organisations that are only mentioned."""

    participants: tuple[Participant, ...]
    mentions: tuple[Found, ...]


def read_participants(content: str, sections: Sequence[Section], found: Sequence[Found], rulebook: Rulebook) -> Reading:
    """Reads all sections of a document. `found`: what the language pipeline found, with offsets into `content`."""
    return _Reader(content, sections, found, rulebook).read()


class _Reader:
    def __init__(self, content: str, sections: Sequence[Section], found: Sequence[Found], rulebook: Rulebook) -> None:
        self._content = content
        self._sections = sections
        self._rules = rulebook
        self._scanner = NameScanner(rulebook)
        self._programmes = [f for f in found if f.label is Label.PROGRAMME]
        self._model = [f for f in found if f.label is Label.ORGANISATION]
        self._stops = [Stretch(f.start, f.end) for f in found if f.label in _STOPS]
        self._surnames = {f.text.split()[-1] for f in found if f.label is Label.PERSON and " " in f.text}
        self._own: dict[str, int] = {}
        self._articled: set[str] = set()
        self._participants: list[Participant] = []
        self._mentions: list[Found] = []

    def read(self) -> Reading:
        plans = [(section, self._plan(section)) for section in self._sections]
        for section, plan in plans:  # lists first: their names are known in the running text
            for block, mode, group in plan:
                if mode == "list":
                    self._read_list(section, block, group)
        self._own = _names_of(self._participants)
        prose = [(section, block, group) for section, plan in plans for block, mode, group in plan if mode == "prose"]
        candidates = {block.start: self._candidates(block) for _, block, _ in prose}
        known = [c for found in candidates.values() for c in found]
        self._coalition = CoalitionNames(self._content, known, self._rules)
        self._articled = {
            fold(c.text.split(" ", 1)[1])
            for c in known
            if " " in c.text and c.text.split(" ", 1)[0] in ("De", "Het", "'t", "’t")
        }
        firm = {fold(c.text) for c in known if c.confidence >= 0.6}
        for section, block, group in prose:
            accepted = self._accept(candidates[block.start], firm, block)
            self._read_prose(section, block, group, accepted)
        self._drop_cut_off()
        self._participants.sort(key=lambda row: row.start)
        self._mentions.sort(key=lambda row: row.start)
        return Reading(tuple(self._participants), tuple(self._mentions))

    def _drop_cut_off(self) -> None:
        """A name whose last word is broken off by the end of the text is no row."""
        end = len(self._content.rstrip())
        last = next((row.text for row in [*self._participants, *self._mentions] if row.end == end), "")
        if (last and self._rules.organisations.begins(last)) or (
            self._content[end - 1 : end].isalnum() and self._broken(re.split(r"[\s/-]", self._content[:end])[-1])
        ):
            self._participants = [p for p in self._participants if p.end < end]
            self._mentions = [m for m in self._mentions if m.end < end]

    def _without_broken(self, start: int, end: int) -> int:
        """The enumeration without a last name that the end of the text breaks off."""
        last = len(self._content.rstrip())
        if (
            end < last
            or not self._content[last - 1 : last].isalnum()
            or not self._broken(re.split(r"[\s/-]", self._content[:last])[-1])
        ):
            return end
        separators = list(re.finditer(r",|;|\ben\b", self._content[start:end]))
        return start + separators[-1].start() if separators else end

    def _broken(self, word: str) -> bool:
        folded = word.casefold()
        if (
            folded in self._rules.ordinary_words
            or self._rules.places.knows(word)
            or self._rules.organisations.by_alias(word)
        ):
            return False
        if any(
            row.text.split()[-1] == word
            for row in [*self._participants, *self._mentions]
            if row.end < len(self._content.rstrip())
        ):
            return False
        return any(w.startswith(folded) for w in self._rules.ordinary_words) or self._rules.places.begins(folded)

    # --- how each block is to be read ------------------------------------------------------------------

    def _plan(self, section: Section) -> list[tuple[Block, str, str]]:
        """Each block of a section with the way to read it and the group that stands above it."""
        plan: list[tuple[Block, str, str]] = []
        own_group = self._heading_group(section)
        parents: dict[int, str] = {}
        listing = section.kind is SectionKind.PARTICIPANTS
        lead_in = ""
        blocks = [b for b in section.blocks if b.kind not in (BlockKind.CHROME, BlockKind.HEADING)]
        for at, block in enumerate(blocks):
            text = self._content[block.body : block.end]
            if block.kind is BlockKind.ITEM:
                is_list = listing or bool(lead_in)
                for depth in [d for d in parents if d >= block.depth]:
                    del parents[depth]
                group = next((parents[d] for d in sorted(parents, reverse=True)), "") or lead_in.strip("-") or own_group
                following = blocks[at + 1] if at + 1 < len(blocks) else None
                if (
                    is_list
                    and following
                    and following.kind is BlockKind.ITEM
                    and following.depth > block.depth
                    and self._is_label(text)
                ):
                    parents[block.depth] = text.strip(" :.;")
                    continue
                enumerates = is_list and (
                    self._enumerates(text, most=3, share=0.4) if listing else self._enumerates(text, most=0)
                )
                plan.append((block, "list" if enumerates else "prose", group))
                continue
            lead_in = self._lead_in(text) if not listing or text.rstrip().endswith(":") else ""
            if listing and block.kind is BlockKind.PARAGRAPH and self._is_group_line(text, blocks, at):
                own_group = text.strip(" :\n")
                continue
            mode = "list" if listing and block.kind is BlockKind.PARAGRAPH and self._is_bare_list(text) else "prose"
            plan.append((block, mode, own_group))
        return plan

    def _heading_group(self, section: Section) -> str:
        """A participants heading is a group label when it is one of several, printed with a colon or below another."""
        if section.kind is not SectionKind.PARTICIPANTS:
            return ""
        label = re.sub(r"^\W*(?:\d+\W+)?", "", section.heading).rstrip(" :")
        if not label or label.casefold() in self._rules.membership.plain_labels:
            return ""
        if self._rules.membership.group_pattern.fullmatch(label):
            return label
        before = next((s for s in self._sections if s.position == section.position - 1), None)
        below = before is not None and before.kind is SectionKind.PARTICIPANTS and not before.blocks
        siblings = (
            before is not None and before.kind is SectionKind.PARTICIPANTS and before.heading.rstrip().endswith(":")
        )
        following = next((s for s in self._sections if s.position == section.position + 1), None)
        if section.heading.rstrip().endswith(":") and (
            below or siblings or (following is not None and following.heading.rstrip().endswith(":"))
        ):
            return label
        return label if below or section.heading[:1] in "•*-–▪" else ""

    def _is_label(self, text: str) -> bool:
        known = self._rules.organisations.by_alias(text.strip(" :"))
        return text.rstrip().endswith(":") or (
            len(text.split()) <= 5 and (known is None or known.generic or known.common_word)
        )

    def _is_group_line(self, text: str, blocks: Sequence[Block], at: int) -> bool:
        line = text.strip()
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if (
            "\n" in line
            or following is None
            or len(line) > 50
            or line.rstrip(": ").casefold() in self._rules.membership.plain_labels
        ):
            return False
        return line.endswith(":") and self._names_a_group(line.rstrip(": "))

    def _names_a_group(self, label: str) -> bool:
        """A short label without a verb; not one that only says that participants follow."""
        words_of = label.split()
        if len(words_of) <= 2 and label.casefold() not in self._rules.membership.plain_labels:
            return words_of[0].casefold() not in _POINTERS
        if (
            len(words_of) > 5
            or label.casefold() in self._rules.membership.plain_labels
            or words_of[0].casefold() in _POINTERS
        ):
            return False
        return not any(p.id != "is-member" for p in self._rules.membership.read(label))

    def _lead_in(self, text: str) -> str:
        """The group that a line introduces with a membership verb and a colon ('-' for no group of its own)."""
        line = text.strip()
        if not line.endswith(":"):
            return ""
        last = sentences(line, self._rules.names.abbreviations)[-1]
        fired = self._rules.membership.read(line[last.start : last.end])
        members = [p for p in fired if p.stance in ("member", "together")]
        if not members or any(p.stance == "outside" for p in fired):
            return ""
        group = self._rules.membership.group_pattern.search(line, last.start)
        return group.group(1) if group else members[0].group or "-"

    def _enumerates(self, text: str, *, most: int = 1, share: float = 0.0) -> bool:
        """True for words that only name parties: at most `most` (or a `share`) ordinary words that no noun accounts for."""
        bare = re.sub(r"\([^()]*\)?", " ", text)
        bare = re.split(r"\s[-–—]\s(?=[a-z])", bare, maxsplit=1)[0]
        bare = _LABEL.sub("", bare)
        tokens = _WORDLIKE.findall(bare)
        if not tokens:
            return False
        plain = [t for t in tokens if t[0].islower() and not self._party_word(t)]
        if any(t.casefold() in _VERBS for t in plain):
            return False
        adjective = tokens[0].endswith("e") and self._rules.parties.rule_of(tokens[-1]) is not None
        if len(tokens) > 1 and plain and plain[0] == tokens[0] and not adjective:
            return False  # it begins with a verb or another word that no party begins with
        return len(plain) <= most or len(plain) / len(tokens) <= share

    def _party_word(self, token: str) -> bool:
        folded = token.casefold()
        if folded in self._rules.names.abbreviations or folded + "." in self._rules.names.abbreviations:
            return True
        folded = folded.rstrip(".")
        rules = self._rules
        return (
            folded in rules.parties.quantifiers or folded in rules.names.inner or folded in {"en", "alsmede", "evenals", "plus", "idem", "t", "s", "c.s"}
            or rules.parties.rule_of(folded) is not None or rules.roles.is_role(folded) or folded in rules.names.subjects
            or rules.names.establishments.fits(folded) or rules.names.sector_labels.fits(folded) or folded in rules.parties.nobody
        )  # fmt: skip

    def _is_bare_list(self, text: str) -> bool:
        """A paragraph under a participants heading that is a list without bullets, or one enumeration without a verb."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(sentences(text, self._rules.names.abbreviations)) > 1 and len(lines) < 2:
            return False
        label = _LABEL.match(text)
        if label and self._rules.membership.read(label.group(1)):
            return False
        if len(lines) > 1 and all(len(line) <= _SHORT and not line.endswith((".", ":")) for line in lines):
            return all(self._enumerates(line, most=3, share=0.4) for line in lines)
        return self._enumerates(text) and not text.strip().endswith("?")

    # --- lists -----------------------------------------------------------------------------------------

    def _read_list(self, section: Section, block: Block, group: str) -> None:
        where = Where.LIST if block.kind is BlockKind.ITEM else Where.INLINE
        start, end = block.body, block.end
        lines = self._content[start:end].splitlines()
        separate = block.kind is not BlockKind.ITEM and len(lines) > 1 and all(len(line) <= _SHORT for line in lines) and not any(
            line.rstrip().endswith((",", " en", "&")) for line in lines)  # fmt: skip
        stretches = list(_line_stretches(self._content, start, end)) if separate else [(start, end)]
        for a, b in stretches:
            label = _LABEL.match(self._content[a:b]) or self._dash_label(self._content[a:b])
            own_group = group
            if label and self._explains(self._content[a + label.end() : b]) and not self._is_group_word(label.group(1)):
                b = a + label.end(1)  # 'Sterk Kruisdal: welzijn, klussen, taal'
            elif label and not self._rules.organisations.by_alias(label.group(1)):
                if self._names_a_group(label.group(1)):
                    own_group = label.group(1)
                a += label.end()
            self._add_pieces(
                section, a, b, own_group, where, "list-item" if where is Where.LIST else "list-line", in_list=True
            )

    def _dash_label(self, text: str) -> re.Match[str] | None:
        """'Werkgroep Jong – Curio, het jongerenwerk': a printed group before a dash."""
        found = _DASH_LABEL.match(text)
        return found if found and self._is_group_word(found.group(1)) else None

    def _is_group_word(self, label: str) -> bool:
        return self._rules.membership.group_pattern.fullmatch(label.strip()) is not None

    def _explains(self, text: str) -> bool:
        """Words behind a label that only tell what the body does: lower case, and none of them a party."""
        nouns = _WORDLIKE.findall(text)
        return bool(nouns) and text[:1].islower() and not any(w[0].isupper() for w in nouns) and not any(
            (rule := self._rules.parties.rule_of(w)) is not None and (rule.type is not PartyType.CATEGORY or w.endswith(("en", "s"))) or self._rules.roles.is_role(w)
            for w in nouns
        )

    def _add_pieces(
        self, section: Section, start: int, end: int, group: str, where: Where, rule: str, *, in_list: bool
    ) -> list[Party]:
        end = self._without_broken(start, end)
        added = []
        previous: Party | None = None
        for piece in split_enumeration(self._content, start, end, self._rules, self._own):
            party = read_party(self._content, piece.start, piece.end, self._rules, in_list=in_list)
            if party is None or self._is_programme(party):
                continue
            party = self._without_person(party)
            party = self._without_employer(party)
            text = self._content[piece.start : piece.end].strip()
            if previous is not None and self._is_apposition(text, party, in_list=in_list):
                continue
            self._add(section, party, group, where, rule)
            previous = party
            added.append(party)
        return added

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
        if party.type is not PartyType.ROLE or found is None or self._rules.places.knows(found.group(2)):
            return party
        at = party.start + found.start(2)
        self._mentions.append(Candidate(at, party.end, found.group(2), "employer", 0.8).found())
        return replace(party, end=party.start + found.end(1), text=found.group(1))

    def _is_apposition(self, text: str, party: Party, *, in_list: bool) -> bool:
        """A lower-case stretch behind a name that no noun for a party accounts for only explains that name."""
        if party.rule == "lower-case" or text.split(maxsplit=1)[0] in {"team", "locatie", "vestiging"}:
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
        if any(p.start < party.end and party.start < p.end for p in self._participants):
            return
        self._participants.append(Participant(
            section=section.position, text=party.text, type=party.type, group=group, where=where, branch=party.branch,
            start=party.start, end=party.end, confidence=party.confidence, rule=f"{rule}/{party.rule}",
        ))  # fmt: skip

    # --- running text ----------------------------------------------------------------------------------

    def _candidates(self, block: Block) -> list[Candidate]:
        cuts = [Stretch(c.start + block.body, c.end + block.body)
                for c in sentences(self._content[block.body : block.end], self._rules.names.abbreviations)]  # fmt: skip
        stops = [s for s in self._stops if s.start < block.end and block.body < s.end]
        tokens = words(self._content, cuts, self._rules.names.abbreviations)
        return self._scanner.scan(self._content, tokens, stops, self._own)

    def _accept(self, candidates: list[Candidate], firm: set[str], block: Block) -> list[Candidate]:
        """The candidates that are names here: sure enough, or printed elsewhere in the document as a name."""
        quoted = [c for c in self._coalition.quoted if block.body <= c.start and c.end <= block.end]
        kept: list[Candidate] = list(quoted)
        groups = list(self._rules.membership.group_pattern.finditer(self._content, block.body, block.end))
        voted = {(f.start, f.end) for f in self._model}
        for c in candidates:
            if any(q.start < c.end and c.start < q.end for q in quoted):
                continue
            folded = fold(c.text)
            coalition = self._coalition.names(c)
            if c.rule == "party-noun" and folded in self._own:
                kept.append(c)
                continue
            if c.text.split()[-1] in self._surnames and c.rule in {"capital", "unknown-word", "sentence-start"}:
                continue
            if c.rule == "sentence-start" and self._acts_as_party(c):
                kept.append(c)
                continue
            seen = folded in firm or folded in self._own or coalition or (c.start, c.end) in voted
            if any(g.start() <= c.start and c.end <= g.end() for g in groups) or self._defines(c):
                continue
            c = self._with_article(c)
            if (
                c.confidence < ACCEPTED
                and c.rule not in (PLACE, VILLAGE)
                and not (seen and c.rule in {"sentence-start", "where", "quoted", "capital"})
                and not coalition
            ):
                continue
            if not coalition and c.rule != "own-list" and self._loses_to_programme(c):
                continue
            kept.append(c)
        for f in self._model:
            if (
                block.body <= f.start
                and f.end <= block.end
                and not any(c.start < f.end and f.start < c.end for c in kept)
            ):
                kept.append(Candidate(f.start, f.end, f.text, "model", f.confidence, Source.MODEL))
        return sorted(kept, key=lambda c: c.start)

    def _acts_as_party(self, c: Candidate) -> bool:
        """An ordinary word that begins a sentence and takes part, or not, is a name: 'Bijeen trekt de kar'."""
        verb = _TAKES_PART.match(self._content[c.end : c.end + 30])
        if verb is None or re.search(r"(?:en|ing|heid|lijk|s)$", c.text):
            return False
        rest = re.split(r"[.!?\n]", self._content[c.start : c.start + 200], maxsplit=1)[0]
        return any(p.id in _ACTS for p in self._rules.membership.read(rest))

    def _defines(self, c: Candidate) -> bool:
        """'(hierna: Kwartier)' gives a name its short form; it names nobody anew."""
        return bool(re.search(r"\((?:hierna|verder|voortaan)[^()]{0,20}$", self._content[: c.start]))

    def _with_article(self, c: Candidate) -> Candidate:
        """'De Sleutelbos' at the start of a sentence, where the document prints it so inside one."""
        article = re.search(r"\b(De|Het|'t|’t)\s$", self._content[max(0, c.start - 5) : c.start])
        if article is None or fold(c.text) not in self._articled:
            return c
        start = c.start - len(article.group())
        return replace(c, start=start, text=self._content[start : c.end], confidence=max(c.confidence, 0.8))

    def _loses_to_programme(self, c: Candidate) -> bool:
        for p in self._programmes:
            if p.start < c.end and c.start < p.end:
                if c.rule == "generic" and p.confidence >= 0.8:
                    return True
                if c.rule == "known":
                    if (p.start, p.end) == (c.start, c.end) and p.confidence >= 0.8:
                        return True
                    continue
                if c.start <= p.start and p.end <= c.end and (p.end - p.start) < (c.end - c.start):
                    continue  # a name that holds the programme's is a name of its own
                covers = p.start <= c.start and c.end <= p.end and (p.end - p.start) > (c.end - c.start)
                if covers or p.confidence >= c.confidence or c.confidence < 0.85:
                    return True
        return False

    def _read_prose(self, section: Section, block: Block, group: str, accepted: list[Candidate]) -> None:
        where = Where.LIST if block.kind is BlockKind.ITEM else Where.INLINE
        reader = ClauseReader(
            self._content, self._rules, self._coalition, in_participants=section.kind is SectionKind.PARTICIPANTS
        )
        carried = announced = False
        for cut in sentences(self._content[block.body : block.end], self._rules.names.abbreviations):
            sentence = Stretch(cut.start + block.body, cut.end + block.body)
            inside = [c for c in accepted if sentence.start <= c.start and c.end <= sentence.end]
            if (
                announced
                and ":" not in self._content[sentence.start : sentence.end]
                and not reader.announces(sentence)
                and self._enumerates(self._content[sentence.start : sentence.end])
            ):
                self._add_pieces(section, sentence.start, sentence.end, group, where, "announced", in_list=False)
                continue
            if self._is_bare_enumeration(sentence):
                self._add_pieces(section, sentence.start, sentence.end, group, where, "bare-enumeration", in_list=False)
                carried = announced = False
                continue
            listing = self._read_listing(section, sentence, group, where, carried=carried)
            if listing is not None:
                inside = [c for c in inside if c.end <= listing[0]]
                sentence = Stretch(sentence.start, listing[0])
                group = listing[1]  # what follows in the block is still about that group
            for verdict in reader.read(sentence, inside, carried=carried, announced=announced):
                if verdict.participant:
                    self._add(section, verdict.party, verdict.group or group, where, verdict.rule)
                elif section.kind is SectionKind.CONTACT:
                    continue  # bodies in contact blocks belong to the contacts
                elif verdict.party.type is PartyType.ORGANISATION and verdict.candidate is not None:
                    self._mentions.append(verdict.candidate.found())
            carried = reader.counts_members(sentence)
            announced = not inside and ((carried and reader.announces(sentence)) or reader.asks(sentence))

    def _is_bare_enumeration(self, sentence: Stretch) -> bool:
        """'A; B; de C; D.': four or more names and nothing else, in whatever section."""
        text = self._content[sentence.start : sentence.end]
        if len(re.findall(r"[,;]", text)) < 3 or ":" in text or not self._enumerates(text, most=0, share=0.05):
            return False
        pieces = split_enumeration(self._content, sentence.start, sentence.end, self._rules, self._own)
        names = [p for p in pieces if re.search(r"[A-Z]", self._content[p.start : p.end])]
        places = [p for p in names if self._rules.places.knows(self._content[p.start : p.end].strip(" ,.;"))]
        return len(names) >= 4 and len(names) * 3 >= len(pieces) * 2 and len(places) * 2 < len(names)

    def _read_listing(
        self, section: Section, sentence: Stretch, group: str, where: Where, *, carried: bool
    ) -> tuple[int, str] | None:
        """'Verder doen mee: A, B en C.' Reads the part behind the colon; returns where the lead-in ends, and the group."""
        for found in re.finditer(r":\s+", self._content[sentence.start : sentence.end]):
            at = sentence.start + found.end()
            lead = self._content[sentence.start : at].rstrip(": \n")
            tail = self._content[at : sentence.end]
            if len(
                split_enumeration(self._content, at, sentence.end, self._rules, self._own)
            ) < 2 or not self._enumerates(tail, share=0.2 if len(re.findall("[,;]", tail)) > 2 else 0.0):
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
            if not own_group and short_label and not members and self._names_a_group(lead):
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


_POINTERS = {
    "deze",
    "dit",
    "zij",
    "ze",
    "wij",
    "we",
    "de",
    "het",
    "die",
    "wie",
    "ook",
    "verder",
    "in",
    "met",
    "er",
    "daarnaast",
    "samen",
    "alleen",
    "zo",
}
_ACTS = {"takes-part", "joins", "is-member", "belongs", "pulls", "left", "undecided"}
_TAKES_PART = re.compile(
    r"\s+(?:doet|deed|sluit|sloot|trekt|trok|haakt|haakte|schuift|schoof|stopte|stapt|stapte|neemt|nam|treedt|trad|zit|zat|hoort|kwam"
    r"|tekende|ondertekende|participeert|draait|draaide|maakt|loopt|liep|verliet|verlaat|overweegt)\b"
)
_VERBS = {
    "is",
    "zijn",
    "was",
    "waren",
    "heeft",
    "hebben",
    "doet",
    "doen",
    "wordt",
    "worden",
    "komt",
    "komen",
    "kan",
    "kunnen",
    "gaat",
    "gaan",
    "wil",
    "willen",
    "staat",
}
_STOPS = {Label.DATE, Label.PERSON, Label.EMAIL, Label.PHONE, Label.URL}


def _names_of(participants: Sequence[Participant]) -> Mapping[str, int] | dict[str, int]:
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
