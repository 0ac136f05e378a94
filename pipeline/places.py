"""Which municipality a document is about, and the places that its text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .records import Found, Label, Place, Source
from .rulebook import Rulebook
from .rulebook.places import Municipality, Named, Places, fold

WORD = re.compile(r"['’‘]?[^\W\d_]+(?:['’.-][^\W\d_]+)*")
GAP = re.compile(r"(?:\s?[-–/]\s?|[ \t\u00a0]|,[ \t\u00a0]|\.?[ \t\u00a0])")
SIDE_BY_SIDE = re.compile(
    r"\s*(?:,|,?\s+en|/|&|,?\s+en de gemeente|,?\s+en gemeente|, de gemeente|, gemeente)\s*(?:de )?"
)
SENTENCE_START = re.compile(r"(?:^|[.!?:…]['’”\")]*\s+|\n\s*(?:[^\w\s]\s*)?|[“\"‘(]\s*)$")
NAME_BEFORE = re.compile(
    r"(?<![.!?:][ \u00a0])(?<!^)(?<!\n)\b([A-ZÀ-Þ][\w'’&.-]*)[ \u00a0]+"
    r"(?:van[ \u00a0]+)?(?:de[ \u00a0]+|der[ \u00a0]+)?$"
)
ABBREVIATION_BEFORE = re.compile(r"\b[A-Z]{2,}[ \u00a0]$")
SURNAME = re.compile(r"(?:\b[A-ZÀ-Þ][a-zà-ÿ]+|\b[A-Z]\.)[ \u00a0]+(?:van|de|van de|van der|van den|ter|ten)[ \u00a0]+$")
AREA_OF = re.compile(
    r"(?i)\b(?:gemeente|stad|inwoners|dorp\w*|kern\w*|coalitie|aanpak|provincie|bewoners|centrum|burgemeester|wethouder)"
    r" van $"
)
PREVIOUS = re.compile(r"([^\W\d_]+\.?)[ \u00a0]+(?:de[ \u00a0]+)?$")
CAPITAL_BEHIND = re.compile(r"[ \u00a0](?!(?:En|De|Het|In)\b)[A-ZÀ-Þ][a-zà-ÿ]")
ROW_NAME = r"['’‘]?[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2}"
ROW = re.compile(rf"(?<!\w){ROW_NAME}(?:, {ROW_NAME}){{1,12}},? en {ROW_NAME}")
ROW_JOINT = re.compile(r",? en |, ")
ROW_REACH = 200
LONGEST = 5
BEFORE = 40
TOP_LINES = 8
WEIGHT = {"municipality": 4, "locative": 2, "bare": 1, "inhabitants": 2}
SEVERAL = 3  # so many municipalities side by side are a region


@dataclass(frozen=True, slots=True)
class _Naming:
    """One place name in a text."""

    start: int
    end: int
    named: tuple[Named, ...]
    kind: str  # municipality ('gemeente X'), locative ('in X'), bare, inhabitants
    in_name: bool  # it stands inside another name ('FC Kruisdal')


def locate(content: str, title: str, rules: Rulebook) -> Place:
    """The municipality that the text is about, with province and GGD region; empty rather than a guess."""
    place, _ = _decide(content, title, rules.places)
    return place


def location_rules(text: str, rules: Rulebook) -> set[str]:
    """The ids of the kinds of evidence that give a place to `text`, read as a title and as a line."""
    places = rules.places
    fired = set()
    for rule in places.file.evidence:
        found = (
            _title_rule(rule.pattern, text, places) if rule.part == "title" else _line_rule(rule.pattern, text, places)
        )
        if found is not None and found.municipality:
            fired.add(rule.id)
    return fired


def is_place(name: str, rules: Rulebook) -> bool:
    """Whether the whole of `name` is a municipality (also an ended one), a village or a province."""
    key = fold(name)
    return key in rules.places.by_name or key in rules.places.provinces


def find_places(text: str, place: Place, rules: Rulebook, base: int = 0) -> list[Found]:
    """Municipalities, villages and provinces named in running text; `value` is the official name.

    A name that several municipalities have is read as the one in the document's own municipality or province.
    Names inside other names ('FC Kruisdal') and bodies ('gemeente Kruisdal') are left to the organisations.
    """
    found = []
    for naming in _namings(text, rules.places):
        if naming.in_name or naming.kind in {"municipality", "inhabitants"}:
            continue
        value = _official(naming.named, place)
        words = text[naming.start : naming.end]
        found.append(
            Found(
                Label.PLACE,
                base + naming.start,
                base + naming.end,
                words,
                value=value,
                source=Source.GAZETTEER,
                rule=naming.kind,
            )
        )
    return found


def _official(named: tuple[Named, ...], place: Place) -> str:
    """The official name that fits the document best; empty where several fit equally."""
    own = [n for n in named if place.code and place.code in n.codes]
    near = [n for n in named if place.province and n.province == place.province]
    for group in (own, near, list(named)):
        names = list(dict.fromkeys(n.name for n in group))
        if names:
            municipal = [n.name for n in group if n.kind in {"municipality", "province"}]
            return municipal[0] if municipal else (names[0] if len(names) == 1 else "")
    return ""


# --- the evidence, strongest first -----------------------------------------------------------------


def _decide(content: str, title: str, places: Places) -> tuple[Place, str]:
    """The place and the kind of evidence that decided."""
    for rule in places.file.evidence:
        if rule.part == "title" and title:
            found = _title_rule(rule.pattern, title, places)
            if found is not None:
                return found, rule.id
    top = [line.strip() for line in content.splitlines() if line.strip()][:TOP_LINES]
    for rule in places.file.evidence:
        if rule.part == "line":
            for line in top:
                found = _line_rule(rule.pattern, line, places)
                if found is not None and not _press_line(rule.id, found, content):
                    return found, rule.id
    return _from_text(content, title, places)


def _title_rule(pattern: str, title: str, places: Places) -> Place | None:
    if not pattern:
        return _title_place(title, places)
    match = re.match(pattern, title.strip())
    if match is None:
        return None
    printed = match["province"] or ""
    province = places.province(printed)
    if province and len(places.candidates(match["name"], province)) > 1:
        return Place(province=province)
    municipality = (
        (places.resolve(f"{match['name']} ({printed})") if printed and not province else None)
        or places.resolve(match["name"], province, fuzzy=True)
        or places.resolve(match["name"], fuzzy=True)
    )
    if municipality is not None:
        return _place(municipality)
    joint = _municipalities(list(_namings(title, places)), places)
    if joint:
        return _joint(joint)
    if province:
        return Place(province=province)
    regions = places.regions.get(fold(match["name"]), ())
    return Place(province=regions[0]) if len(regions) == 1 else None


def _title_place(title: str, places: Places) -> Place | None:
    namings = list(_namings(title, places))
    named = _municipalities(namings, places)
    if named:
        return _joint(named)
    many = re.search(r"\bgemeenten\b", title)
    province = _region_in(title, places)
    return Place(province=province) if many and province else None


def _line_rule(pattern: str, line: str, places: Places) -> Place | None:
    match = re.match(pattern, line)
    if match is None:
        return None
    municipality = places.resolve(match["name"].strip(" ."), fuzzy=not match["name"].isupper())
    return _place(municipality) if municipality else None


def _press_line(rule: str, place: Place, content: str) -> bool:
    """Whether a dateline is that of the seat of government, where national news comes from."""
    local = re.search(r"\b(?:[Gg]emeente Den Haag|Haagse|in Den Haag|Hagenaars|Hagenaren)\b", content)
    return rule == "dateline" and place.municipality == "'s-Gravenhage" and local is None


def _joint(named: list[Municipality]) -> Place:
    """One or two municipalities: the first; more of them are a region."""
    if len(named) < SEVERAL:
        return _place(named[0])
    provinces = {m.province for m in named}
    return Place(province=provinces.pop()) if len(provinces) == 1 else Place()


def _place(municipality: Municipality) -> Place:
    return Place(municipality.name, municipality.cbs_code, municipality.province, municipality.ggd_region)


def _from_text(content: str, title: str, places: Places) -> tuple[Place, str]:
    """The municipality that running text names most clearly."""
    namings = list(_namings(content, places))
    votes: dict[str, int] = {}
    first: dict[str, int] = {}
    for naming in namings:
        codes = _codes(naming.named)
        if len(codes) != 1:
            continue
        weight = WEIGHT[naming.kind]
        if naming.named[0].kind == "village":
            weight = 1
        votes[codes[0]] = votes.get(codes[0], 0) + weight
        first.setdefault(codes[0], naming.start)
    row = _first_row(content, namings)
    if len(row) >= SEVERAL:
        provinces = {places.by_code[c].province for c in row}
        return (Place(province=provinces.pop()) if len(provinces) == 1 else Place()), "side-by-side"
    if not votes:
        province = _region_in(title, places) or _region_in(content, places)
        return Place(province=province), "region" if province else ""
    best = row[0] if len(row) == 2 else min(votes, key=lambda code: (-votes[code], first[code]))
    rest = [votes[code] for code in votes if code != best]
    provinces = {places.by_code[code].province for code in votes}
    spread = len(votes) > SEVERAL and votes[best] <= 2 * max(rest, default=0) and len(provinces) > 1
    if spread or (votes[best] < 2 and rest and len(row) != 2):
        return Place(), "spread"
    chosen = places.by_code[best]
    if votes[best] <= 2 and chosen.name == "'s-Gravenhage" and "Haagse" not in content:
        return Place(), "seat of government"  # where ministers sign is no evidence
    return _place(chosen), "text"


def _first_row(content: str, namings: list[_Naming]) -> list[str]:
    """The municipalities that stand side by side where the text first names one."""
    row: list[str] = []
    end = -1
    for naming in namings:
        codes = _codes(naming.named)
        if naming.kind == "inhabitants" or naming.in_name or len(codes) != 1 or naming.named[0].kind == "village":
            if row:
                break
            continue
        if row and not SIDE_BY_SIDE.fullmatch(content[end : naming.start]):
            break
        if codes[0] not in row:
            row.append(codes[0])
        end = naming.end
    return row


def _codes(named: tuple[Named, ...]) -> list[str]:
    """The municipalities that a name can mean: one that has the name before villages elsewhere."""
    for kinds in ({"municipality", "inhabitants"}, {"former", "village"}):
        codes = list(dict.fromkeys(c for n in named if n.kind in kinds for c in n.codes))
        if codes:
            return codes
    return []


def _municipalities(namings: list[_Naming], places: Places) -> list[Municipality]:
    """The municipalities that are named without doubt, in order."""
    codes = [codes[0] for naming in namings if len(codes := _codes(naming.named)) == 1]
    return [places.by_code[code] for code in dict.fromkeys(codes)]


def _region_in(text: str, places: Places) -> str:
    """The province of the only region or province that a text names; empty where it names several."""
    found = set()
    words = list(WORD.finditer(text))
    for i, word in enumerate(words):
        if not word[0][0].isupper():
            continue
        pair = word[0]
        if i + 1 < len(words) and text[word.end() : words[i + 1].start()] in {" ", "-", " - "}:
            pair = text[word.start() : words[i + 1].end()]
        for name in (pair, word[0]):
            if province := _province_of(name, places):
                found.add(province)
                break
    return found.pop() if len(found) == 1 else ""


def _province_of(name: str, places: Places) -> str:
    key = fold(name)
    if key in places.provinces:
        return places.provinces[key]
    for stem in (key, re.sub(r"(?:s?e|er)$", "", key), re.sub(r"(?:s?e|er)$", "e", key)):
        regions = places.regions.get(stem, ())
        if len(regions) == 1:
            return regions[0]
    return places.file.province_adjectives.get(name, "")


# --- place names in text ---------------------------------------------------------------------------


def _namings(text: str, places: Places) -> Iterator[_Naming]:
    """Every place name in a text, the longest reading first."""
    words = list(WORD.finditer(text))
    end = 0
    for i, word in enumerate(words):
        first = word[0]
        if word.start() < end or not (first[0].isupper() or first[0] in "'’‘") or not places.may_begin(first):
            continue
        reach = i
        while reach + 1 < min(i + LONGEST, len(words)) and GAP.fullmatch(
            text, words[reach].end(), words[reach + 1].start()
        ):
            reach += 1
        for last in range(reach, i - 1, -1):
            if not words[last][0][:1].isupper():
                continue
            naming = _naming(text, word.start(), words[last].end(), places)
            if naming is not None:
                end = naming.end
                yield naming
                break


def _naming(text: str, start: int, end: int, places: Places) -> _Naming | None:
    """What the words from `start` to `end` name, None where they are no place here."""
    printed = text[start:end]
    key = fold(printed)
    people = places.people.get(key)
    named = places.by_name.get(key, ())
    if not named and people is None:
        province = places.provinces.get(key)
        if province is None:
            return None
        named = (Named(province, "province", (), province),)
    if text[end : end + 1] == "-" and re.match(r"-\w", text[end : end + 2]):
        return None  # a compound: 'Emmen-Oost'
    if start and text[start - 1] in "-@/." and text[start - 2 : start - 1].isalnum():
        return None
    before = text[max(0, start - BEFORE) : start]
    previous = PREVIOUS.search(before)
    word = previous[1].lower() if previous else ""
    file = places.file
    if named == () and people is not None:
        return _Naming(start, end, (people,), "inhabitants", False)
    if word in file.municipality_words and word not in {"stad", "gemeenten"}:
        kind = "municipality"
    elif word in file.locative:
        kind = "locative"
    else:
        kind = "bare"
    if key in places.provinces and (
        word in file.province_words or not any(n.kind in {"municipality", "province"} for n in named)
    ):
        named = (Named(places.provinces[key], "province", (), places.provinces[key]),)  # not the city of that name
    if key in places.never or ("," in printed and not any("," in n.name for n in named)):
        return None
    if key in places.ordinary:
        strict = word in file.locative_strict
        listed = re.search(r"(?:,|\ben)\s+$", before) is not None or re.match(
            r"(?:,\s|\s+en\s)[A-Z]", text[end : end + 5]
        )
        beside = listed and not SENTENCE_START.search(before) and _neighbour(text, start, end, places)
        if not strict and not beside and not _in_row(text, start, end, places):
            return None
        if not strict and SURNAME.search(before):
            return None
    if SURNAME.search(before) and not AREA_OF.search(before):
        return None
    if printed.islower():
        return None
    in_name = kind == "bare" and (
        NAME_BEFORE.search(before) is not None
        or ABBREVIATION_BEFORE.search(before) is not None
        or CAPITAL_BEHIND.match(text, end) is not None
    )
    return _Naming(start, end, named, kind, in_name)


def _in_row(text: str, start: int, end: int, places: Places) -> bool:
    """Whether a place stands in a row of three or more of them, one without doubt: 'Hulst, Sluis en Terneuzen'."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    for match in ROW.finditer(text, max(line_start, start - ROW_REACH), line_end if line_end >= 0 else len(text)):
        if match.start() <= start and end <= match.end():
            names = [fold(name) for name in ROW_JOINT.split(match.group())]
            return all(name in places.by_name for name in names) and any(name not in places.ordinary for name in names)
        if match.start() > start:
            break
    return False


def _neighbour(text: str, start: int, end: int, places: Places) -> bool:
    """Whether a place stands beside this one in an enumeration; it makes a place of an ordinary word."""
    left = re.search(r"([A-ZÀ-Þ][\w'’-]+)(?:,| en)\s+$", text[max(0, start - BEFORE) : start])
    right = re.match(r"(?:,| en)\s+([A-ZÀ-Þ][\w'’-]+)", text[end : end + BEFORE])
    return any(
        m is not None and fold(m[1]) in places.by_name and fold(m[1]) not in places.ordinary for m in (left, right)
    )
