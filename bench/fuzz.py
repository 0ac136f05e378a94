"""Every reader and the rules on damaged inputs: python bench/fuzz.py [TARGET...] [--seconds N] [--write PAGE]

Per target, texts are written in its format and changed at random from a seed: bytes, pieces, tokens that the format
knows, the parts of packed documents. Whatever comes of it, a reader must give texts or say why not (`Unreadable`), and
the rules must give rows that quote their text. What does otherwise is kept under tests/cases/crashes, as small as it
can be made, and tried again by tests/test_zoo.py. A target is also lost where an input takes more than 10 seconds, 1 GB
or its process.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import random
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from coalitie.pipeline import intake
from coalitie.pipeline.document import read_document
from coalitie.pipeline.formats import jsonl_text, table_text
from coalitie.pipeline.isolation import Begun, Done, Kept, Lost, ProcessLimits, run_isolated
from coalitie.pipeline.language.model import choose_model
from coalitie.pipeline.reading.discovery import Input
from coalitie.pipeline.reading.limits import Limits
from coalitie.pipeline.reading.opening import Choices, leaves_of, passed_over, text_of
from coalitie.pipeline.reading.registry import Ways
from coalitie.pipeline.reading.unreadable import Unreadable
from coalitie.pipeline.records import Text
from coalitie.pipeline.rulebook import Rulebook
from coalitie.pipeline.tables import document_rows
from marked import put
from seeds import RULES, SUFFIXES, seeds

CRASHES = Path(__file__).resolve().parent.parent / "tests" / "cases" / "crashes"
CODES = frozenset(
    {
        *("binary", "damaged", "empty", "encrypted", "missing_extra", "no_text", "too_deep", "too_large", "too_many"),
        *("undecodable", "unreadable"),
    }
)
LIMITS = Limits(member_bytes=4 << 20, total_bytes=16 << 20, members=500, rows=2000)
PROCESS = ProcessLimits(seconds=10, memory=1 << 30, restarts=20)
_LARGEST = 20_000  # bytes of an input that is kept


# --- what is expected ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one input: texts and refusals, and what should never be."""

    texts: int = 0
    refused: int = 0
    complaint: str = ""
    milliseconds: float = 0.0


def outcome(target: str, data: bytes) -> Outcome:
    """What a target makes of these bytes; never raises."""
    begin = time.perf_counter()
    try:
        found = ruled(data.decode("utf-8", "replace")) if target == RULES else opened(target, data)
    except MemoryError:
        raise
    except Exception as error:
        found = Outcome(complaint=f"{type(error).__name__}: {error}"[:200])
    return replace(found, milliseconds=(time.perf_counter() - begin) * 1000)


def opened(target: str, data: bytes) -> Outcome:
    """Through containers and reader, as a run does."""
    item = Input(f"invoer{SUFFIXES[target]}", data=data)
    choices = Choices(Ways(boilerplate=target == "boilerplate"))
    texts = refused = 0
    for leaf in leaves_of(item, choices, LIMITS):
        passed_over(leaf, item, choices)
        leaf.source.encode()
        try:
            text = text_of(leaf, choices)
        except Unreadable as problem:
            refused += 1
            intake.failed(leaf.source, intake.READING, problem.error, problem.message).message.encode()
            if problem.error not in CODES or not problem.message:
                return Outcome(texts, refused, f"refused without a code that is known: {problem}")
            continue
        texts += 1
        text.content.encode()
        starts = [origin.start for origin in text.origins]
        if starts != sorted(starts) or (starts and not 0 <= starts[0] <= starts[-1] < len(text.content)):
            return Outcome(texts, refused, f"origins outside the text: {starts[:5]} of {len(text.content)}")
    return Outcome(texts, refused, "" if texts or refused else "neither a text nor a reason")


@cache
def tools() -> intake.Tools:
    return intake.open_tools(intake.Job(model=choose_model("embedded")), Rulebook())


def ruled(content: str) -> Outcome:
    """Structure, sections, participants and all that follow; rows quote the text and can be written down."""
    text = Text("invoer.txt", content, "utf-8", "")
    rows = document_rows("invoer", read_document(text, tools().rulebook, tools().language, tools().learned))
    quoted = [(row.start, row.end, row.text) for row in rows.entities]
    quoted += [(row.start, row.end, row.text) for row in rows.participants]
    for start, end, said in quoted:
        if content[start:end] != said:
            return Outcome(1, 0, f"{said!r:.60} does not stand at {start}..{end}")
    spans = [(row.start, row.end) for row in rows.sections] + [(row.start, row.end) for row in rows.contacts]
    for start, end in spans:
        if not 0 <= start <= end <= len(content):
            return Outcome(1, 0, f"{start}..{end} is outside the text")
    for row_type, table in rows.named():
        table_text(row_type, table).encode()
    jsonl_text(rows, {"invoer": content}, {}).encode()
    return Outcome(1)


# --- changes ------------------------------------------------------------------------------------------

_TOKENS = (
    *(
        b"\x00",
        b"\xff\xff\xff\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n\n",
        b"\t",
        b"\x1a",
        b"\xc2\xad",
        b" " * 99,
    ),
    *("\u2028".encode(), "\u202e".encode(), "e\u0301\u0301".encode(), b"\xed\xa0\x80", "İß".encode(), b"0" * 50, b"-1"),
    *(b"999999999999", b"4294967295", b"<", b"</", b"<table>", b"<ul><li>", b"&#0;", b"&#xD800;", b"]]>", b"<!--"),
    *(b"{", b"}", b"[", b"]", b'"', b"\\", b"\\ud800", b"\\u-1?", b"\\bin99999 ", b"\\'zz", b"null", b"1e999", b","),
    *(b"obj", b"endstream", b"/Length -1", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06", b"Content-Length: -5\r\n"),
    *(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"charset=rot13",
        b"charset=utf-7",
        b"=?utf-8?b?!!?=",
    ),
    *("• ".encode(), b"1. ", b"- ", b"# ", b"> ", b"| a | b |\n|---|---|\n", b"```\n", b"Deelnemers\n\n", b"Contact\n"),
    *(b"Gemeente Tiel", b"GGD, ", b"a@b.example", b"06-12345678", b"1 januari 2021", "“".encode(), b"(", b")"),
)


def changed(target: str, number: int, whole: Sequence[bytes]) -> bytes:
    """Input `number` of a target; the same for the same number."""
    chance = random.Random(f"{target} {number}")  # noqa: S311 - damage, no secrets
    data = chance.choice(whole)
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _repacked(data, chance)
    if target in ("tgz", "gz", "warc") and data.startswith(b"\x1f\x8b") and chance.random() < 0.5:
        return gzip.compress(_damaged(gzip.decompress(data), chance, whole), mtime=0)
    return _damaged(data, chance, whole)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A packed document with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {name: source.read(name) for name in source.namelist()}
        struck = chance.choice(list(parts))
        for name, part in parts.items():
            archive.writestr(name, _damaged(part, chance, [part]) if name == struck else part)
    return out.getvalue()


def _damaged(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(found) + 1)
        end = min(len(found), at + chance.choice((1, 4, 30, 300)))
        way = chance.randrange(8)
        if way == 0:
            found[at:end] = chance.randbytes(end - at)
        elif way == 1:
            del found[at:end]
        elif way == 2:
            found[at:at] = found[at:end] * chance.choice((1, 2, 50))
        elif way == 3 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif way == 4:
            other = chance.choice(others)
            begin = chance.randrange(len(other) + 1)
            found[at:end] = other[begin : begin + chance.choice((4, 30, 300))]
        elif way == 5 and chance.random() < 0.2:
            del found[at:]
        else:
            found[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 3, 200))
    return bytes(found[: 4 << 20])


# --- trying -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tried:
    """Of one target."""

    target: str
    inputs: int = 0
    texts: int = 0
    refused: int = 0
    slowest: float = 0.0
    wrong: int = 0


def try_out(target: str, seconds: float, first: int, keep: Path | None) -> Tried:
    """Inputs from number `first` on, for so many seconds, in a process of their own."""
    whole, tried = seeds(target), Tried(target)
    outcome(target, whole[0])  # whatever has to be imported or loaded is, before a worker is forked
    end = time.monotonic() + seconds

    def work(_: str, skip: int) -> Iterator[Begun | Done[Outcome]]:
        number = first + skip
        while time.monotonic() < end:
            yield Begun(str(number))
            yield Done(outcome(target, changed(target, number, whole)))
            number += 1

    for told in run_isolated(work, [target], 1, PROCESS):
        if isinstance(told, Kept):
            found: Outcome = told.result
            tried.inputs += 1
            tried.texts += found.texts
            tried.refused += found.refused
            tried.slowest = max(tried.slowest, found.milliseconds)
            if found.complaint:
                tried.wrong += 1
                _report(target, int(told.item), found.complaint, whole, keep)
        elif isinstance(told, Lost):
            tried.inputs += 1
            tried.wrong += 1
            _report(target, int(told.item or first), f"{told.reason}: {told.detail}", whole, keep, shrink=False)
    return tried


def _report(
    target: str, number: int, complaint: str, whole: Sequence[bytes], keep: Path | None, *, shrink: bool = True
) -> None:
    data = changed(target, number, whole)
    print(f"{target} {number}: {complaint}", file=sys.stderr)
    if shrink:
        data = shrunk(target, data, complaint.partition(":")[0])
    if keep is not None and len(data) <= _LARGEST:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{target}-{hashlib.sha256(data).hexdigest()[:8]}{SUFFIXES[target]}"
        (keep / name).write_bytes(data)


def shrunk(target: str, data: bytes, complaint: str) -> bytes:
    """A smaller input with the same complaint, found by leaving out ever smaller pieces for at most 20 seconds."""
    end, piece = time.monotonic() + 20, max(1, len(data) // 2)
    while piece and time.monotonic() < end:
        at = 0
        while at < len(data) and time.monotonic() < end:
            without = data[:at] + data[at + piece :]
            if outcome(target, without).complaint.startswith(complaint):
                data = without
            else:
                at += piece
        piece //= 2
    return data


def table(all_tried: Sequence[Tried], seconds: float) -> str:
    """Markdown."""
    lines = [
        "| target | inputs | texts | refused, with a reason | slowest (ms) | anything else |",
        f"|---|{'---:|' * 5}",
    ]
    lines += [
        f"| {t.target} | {t.inputs:,} | {t.texts:,} | {t.refused:,} | {t.slowest:,.0f} | {t.wrong} |" for t in all_tried
    ]
    inputs, wrong = sum(t.inputs for t in all_tried), sum(t.wrong for t in all_tried)
    return "\n".join([*lines, "", f"{inputs:,} inputs in {seconds:g} seconds per target; anything else: {wrong}.", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(SUFFIXES)}; all by default")
    parser.add_argument("--seconds", type=float, default=20.0, help="per target")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--keep", type=Path, default=CRASHES, metavar="DIR", help="where to put what went wrong")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table between the marks of this page")
    options = parser.parse_args()
    all_tried = [try_out(t, options.seconds, options.first, options.keep) for t in options.targets or SUFFIXES]
    text = table(all_tried, options.seconds)
    print(text)
    if options.write:
        put(options.write, "fuzz.py", text)
    return 1 if any(tried.wrong for tried in all_tried) else 0


if __name__ == "__main__":
    sys.exit(main())
