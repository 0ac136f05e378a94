"""What a section is about: its heading words first, then its text, then the section it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..records import Block, BlockKind, SectionKind
from ..rulebook.headings import HeadingRule, HeadingRules, fold

_NAME = (
    r"(?:(?:de|het|een|’t|'t|gemeente|stichting|vereniging|bibliotheek|provincie|wijkcentrum|bisdom)\s+)*"
    r"[A-ZÀ-Ý][\w’'.&+-]*(?:\s+(?:(?:van|voor|de|het|der|den|in|en|&|’t|'t|op|aan)\s+){0,2}[A-ZÀ-Ý0-9][\w’'.&+-]*)*"
)
_ENDS_IN_NAME = re.compile(r"(?:^|[ (:])[A-ZÀ-Ý][^\s,]*(?: (?:[a-zà-ÿ]{1,4} ){0,2}[A-ZÀ-Ý0-9][^\s,]*)*$")
_BEGINS_WITH_NAME = re.compile(r"(?:(?!(?:is|was|zijn|in|op|met|voor|om|door|van)\b)[a-zà-ÿ’'-]+\s+){0,3}[A-ZÀ-Ý]")
_PARTY_SPLIT = re.compile(
    r"\s*(?:[,;](?:\s(?:en )?(?:later |kort daarna )?gevolgd door\b)?"
    r"|\s(?:en|&|alsmede|evenals|of|net als|plus|\+|maar ook|samen met)\s|\()\s*"
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’')]?\s+(?=[\"“‘']?[A-ZÀ-Ý])|\n+")
_STARTS_WITH_NAME = re.compile(_NAME)
_TAKES_PART = re.compile(
    r"\b(?:doet|doen|deed|deden) (?:\w+ ){0,3}mee\b|\b(?:sluit|sloot|haakt|haakte|schuift|schoof)\w* (?:\w+ ){0,4}aan\b"
    r"|\b(?:is|zijn|werd|werden) (?:[\w’'-]+ ){0,5}(?:(?:kern)?partner|lid|van de partij|erbij|aangesloten|aangehaakt"
    r"|toegetreden)\b|\b(?:kwam|kwamen|komt) (?:\w+ ){0,4}erbij\b|\b(?:trad|traden) (?:\w+ ){0,3}toe\b"
)
_WORD = re.compile(r"[^\W_][\w'’-]*")
_QUOTED = re.compile(r"^[\"“‘„'’]+[^\"”’]+[\"”’']+[.!?]?$")
_MOST_OF_A_CONTACT = 70  # words; a section with an address that is longer tells more than where to reach somebody


@dataclass(frozen=True, slots=True)
class Decision:
    kind: SectionKind
    pillar: int | None
    rule: str


def decide(
    heading: str, head: Block, content: str, body: tuple[Block, ...], inherited: SectionKind | None, rules: HeadingRules
) -> Decision:
    """The kind of one section. `inherited` is the kind of the heading that this one stands under, if any."""
    if head.rule.startswith("pillar."):
        return Decision(SectionKind.PILLAR, int(head.rule.split(".")[1]), head.rule)
    rule = rules.by_words(heading)
    if rule is not None:
        return _by_words(rule, content, body, inherited, rules)
    return _by_content(heading, content, body, inherited, rules)


def lists_members(content: str, body: tuple[Block, ...], rules: HeadingRules) -> bool:
    """Whether a text lists two or more parties: as items, as bare lines, or in a sentence about taking part."""
    items = [content[b.body : b.end] for b in body if b.kind is BlockKind.ITEM]
    if len(items) >= 2 and sum(_is_party(item, rules) for item in items) * 3 >= len(items) * 2:
        return True
    short = [content[b.start : b.end] for b in body if b.kind is BlockKind.PARAGRAPH and b.end - b.start <= 60]
    bare = [text for text in short if not re.search(r"[.!?:]$", text)]
    if len(bare) >= 3 and all(_is_party(text, rules) for text in bare):
        return True
    for block in body:
        for sentence in _SENTENCE.split(content[block.body : block.end]):
            if sentence and _parties_in(sentence, rules) >= 2 and "membership" in _says(sentence, rules):
                return True
            if sentence and _only_names(sentence, rules):
                return True
    members = sum(1 for block in body for s in _SENTENCE.split(content[block.body : block.end]) if _single(s, rules))
    return members >= 2


def _by_words(
    rule: HeadingRule, content: str, body: tuple[Block, ...], inherited: SectionKind | None, rules: HeadingRules
) -> Decision:
    if rule.weak and inherited in {SectionKind.GOALS, SectionKind.APPROACH} and not rule.with_members:
        return Decision(inherited, None, f"under.{inherited}")
    if not body and rule.empty is not None:
        return Decision(rule.empty, None, f"{rule.id}.empty")
    if rule.with_members is not None and lists_members(content, body, rules):
        return Decision(rule.with_members, None, f"{rule.id}.members")
    said = _evidence(content, body, rules)
    if rule.with_address is not None and said.get("address"):
        return Decision(rule.with_address, None, f"{rule.id}.address")
    if rule.with_deeds is not None and said.get("deeds", 0) > said.get("background", 0) and not said.get("address"):
        return Decision(rule.with_deeds, None, f"{rule.id}.deeds")
    if rule.id == "other.slogan" and inherited is not None:
        return Decision(inherited, None, f"under.{inherited}")
    return Decision(rule.kind, None, rule.id)


def _by_content(
    heading: str, content: str, body: tuple[Block, ...], inherited: SectionKind | None, rules: HeadingRules
) -> Decision:
    if inherited is not None and inherited is not SectionKind.CONTACT:
        return Decision(inherited, None, f"under.{inherited}")
    if lists_members(content, body, rules):
        return Decision(SectionKind.PARTICIPANTS, None, "content.members")
    said = _evidence(content, body, rules)
    n_words = sum(len(_WORD.findall(content[b.body : b.end])) for b in body)
    if said.get("address") and n_words <= _MOST_OF_A_CONTACT and said.get("deeds", 0) <= 1:
        return Decision(SectionKind.CONTACT, None, "content.address")
    if _QUOTED.match(heading.strip()):
        return Decision(SectionKind.OTHER, None, "heading.quoted")
    if said.get("background", 0) > said.get("deeds", 0):
        return Decision(SectionKind.OTHER, None, "content.background")
    if said.get("deeds"):
        return Decision(SectionKind.APPROACH, None, "content.deeds")
    return Decision(SectionKind.APPROACH, None, "default.approach")


def _evidence(content: str, body: tuple[Block, ...], rules: HeadingRules) -> dict[str, float]:
    if not body:
        return {}
    return rules.evidence(content[body[0].start : body[-1].end][:3000])


def _says(sentence: str, rules: HeadingRules) -> dict[str, float]:
    return rules.evidence(sentence)


def _single(sentence: str, rules: HeadingRules) -> bool:
    """One party that is said to take part: 'De GGD sluit aan', 'Ook Aafje doet mee'."""
    takes_part = _TAKES_PART.search(sentence) and _STARTS_WITH_NAME.search(sentence)
    return bool(takes_part) and bool(_says(sentence, rules))


def _only_names(sentence: str, rules: HeadingRules) -> bool:
    """Four parties or more, one of them of a known kind, and no verb: 'Thuis, Vrouwen van Nu; GGD Oost en Icare.'"""
    if _parties_in(sentence, rules) < 4:
        return False
    words = [fold(w) for w in _WORD.findall(sentence)]
    if any(w in rules.finite_verbs or w in rules.plural_verbs for w in words):
        return False
    return _party_noun_in(words, rules)


def _is_party(item: str, rules: HeadingRules) -> bool:
    """An item that names a body or a kind of people: short, no sentence, begins with a name or such a noun."""
    text = item.strip(" .;,\u00a0")
    words = [fold(w) for w in _WORD.findall(text.split("(")[0].split(":")[0])]
    if not words or len(words) > 9 or any(w in rules.finite_verbs for w in words[:8]):
        return False
    if words[-1].endswith("en") and words[-1] in rules.plural_verbs:
        return False
    return text[0].isupper() or words[-1] in rules.party_nouns or _party_noun(words, rules)


def _party_noun_in(words: list[str], rules: HeadingRules) -> bool:
    return any(_party_noun([w], rules) for w in words)


def _party_noun(words: list[str], rules: HeadingRules) -> bool:
    return any(w in rules.party_nouns or (len(w) > 8 and w.endswith(rules.party_compounds)) for w in words[:4])


def _parties_in(sentence: str, rules: HeadingRules) -> int:
    """How many parties the best enumeration of a sentence holds."""
    best = run = 0
    for n, part in enumerate(_PARTY_SPLIT.split(sentence)):
        words = [fold(w) for w in _WORD.findall(part)]
        if n == 0:
            party = bool(_ENDS_IN_NAME.search(part)) or _party_noun(words[-2:], rules)
        else:
            party = bool(_BEGINS_WITH_NAME.match(part)) or _party_noun(words[:4], rules)
        if not words or not party:
            run = 0
        else:
            run += 1
            best = max(best, run)
    return best
