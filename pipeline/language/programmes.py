"""Programmes in running text: programmes, campaigns, named activities, agreements and policy papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..records import Block, BlockKind, Found, Label, Section, SectionKind
from ..rulebook import Rulebook
from .programme_finder import Finder
from .titles import Setting

__all__ = ["Setting", "find_programmes", "programme_fires", "read_programmes", "setting_of", "settle_programmes"]

_BODY = r"(?:coalities?|netwerk|alliantie|verbond|platform|samenwerkingsverband|beweging)"
_CALLED = (
    r"(?:met de naam|genaamd|onder de naam|heet|heette|heten|kreeg de naam|gedoopt tot|noemt zich"
    r"|noemen (?:we|wij) (?:het|hem))"
)
_OWN = r"[‘“\"']?(?P<name>(?-i:[A-ZÀ-ÝÉ])[^.,;:!?()\n’”\"]{2,60})"
COALITION_NAMES = (
    re.compile(rf"\b{_BODY}\b[ ,]+(?:{_CALLED}\s+)?{_OWN}", re.IGNORECASE),
    re.compile(rf"\b{_BODY}\b[^.!?\n]{{0,60}}\b{_CALLED}\s+(?:\w+\s+)?{_OWN}", re.IGNORECASE),
    re.compile(rf"\b{_CALLED}\s+(?:de|onze|het)\s+{_BODY}\s+{_OWN}", re.IGNORECASE),
    re.compile(rf"(?P<name>[A-ZÀ-Ý][^.,;:!?()\n]{{2,40}}?) is de naam van (?:de|onze|het) {_BODY}"),
    re.compile(rf"(?P<name>[A-ZÀ-Ý][^.,;:!?()\n]{{2,40}}?),? (?:de|onze|een|het) (?:\w+ )?{_BODY}\b"),
    re.compile(
        r"(?P<name>[A-ZÀ-Ý][\w’'-]*(?: [A-ZÀ-Ý][\w’'-]*){0,4}), (?:een|onze) (?:\w+ )?(?:kring|club|groep|verbond)"
        r" (?:die|dat|van) [^.\n]{0,40}\b(?:partijen|organisaties|partners|instellingen|clubs)\b"
    ),
)
_RUNNING = re.compile(r"^[^@]{60,}[.!?]")  # a sentence of running text, not a line of an address


def find_programmes(text: str, rules: Rulebook, base: int = 0, setting: Setting | None = None) -> list[Found]:
    """The programmes named in one block of running text, in order; offsets begin at `base`.

    `rule` says how a name was recognised, `confidence` how sure it is that this is no organisation.
    """
    found = Finder(text, rules, setting or Setting()).find()
    return [replace(f, start=f.start + base, end=f.end + base) for f in found] if base else found


def setting_of(section: Section, block: Block) -> Setting:
    """Where a block stands, as far as it matters for names of programmes."""
    activities = section.rule.startswith(("approach.", "under.approach", "content.deeds"))
    return Setting(section.kind, activities, block.kind is BlockKind.ITEM)


def settle_programmes(content: str, sections: Sequence[Section], found: Sequence[Found]) -> list[Found]:
    """What only the whole document tells: a name that it gives to its coalition is no programme, a contact block names
    programmes only in running text, and an article belongs to a name that has it elsewhere. Other labels stay."""
    coalitions = _coalitions(content)
    addresses = [
        (block.start, block.end)
        for section in sections
        if section.kind is SectionKind.CONTACT
        for block in section.blocks
        if not _RUNNING.search(content[block.body : block.end])
    ]
    kept = []
    for f in found:
        if f.label is Label.PROGRAMME:
            if any(start <= f.start < end for start, end in addresses):
                continue
            if f.rule not in {"titled", "known", "period"} and _folded(f.text) in coalitions:
                continue
        kept.append(f)
    return _with_articles(content, kept)


def read_programmes(content: str, sections: Sequence[Section], rules: Rulebook) -> list[Found]:
    """The programmes of a document: from the title block and the text, not from section headings."""
    found: list[Found] = []
    for section in sections:
        if section.heading and section.kind in {SectionKind.TITLE, SectionKind.INTRO}:
            found += find_programmes(section.heading, rules, section.start, Setting(section.kind))
        for block in section.blocks:
            found += find_programmes(content[block.body : block.end], rules, block.body, setting_of(section, block))
    return settle_programmes(content, sections, found)


def _with_articles(content: str, found: list[Found]) -> list[Found]:
    """A name printed with a capital article in mid-sentence keeps it where the article begins a sentence."""
    names = {f.text for f in found if f.label is Label.PROGRAMME}
    out = []
    for f in found:
        if f.label is not Label.PROGRAMME:
            out.append(f)
            continue
        article = next((a for a in ("Het ", "De ") if f"{a}{f.text}" in names and content.endswith(a, 0, f.start)), "")
        begin = f.start - len(article)
        out.append(replace(f, start=begin, text=content[begin : f.end]) if article else f)
    return out


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("é", "e").replace("É", "E")).strip(" .!").casefold()


def _coalitions(content: str) -> set[str]:
    """Names that the text gives to a coalition, with every shorter form that they begin with."""
    names = set()
    for pattern in COALITION_NAMES:
        for match in pattern.finditer(content):
            words = match.group("name").split()
            names |= {_folded(" ".join(words[:n])) for n in range(1, min(len(words), 8) + 1)}
    return names


def programme_fires(example: str, rules: Rulebook) -> set[str]:
    """The ids of the rules by which names are found in an example, as running text or as an item about activities."""
    item = Setting(SectionKind.APPROACH, activities=True, item=True)
    return {f.rule for setting in (Setting(), item) for f in find_programmes(example, rules, setting=setting)}
