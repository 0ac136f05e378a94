"""Which texts a user means: files, folders (recursive), globs, `-`; in one order, whatever the order given.

`source` is the path below the folder that the user named (for a file: its name), so that tables are the same from
any working directory. Where two different files would share it, both get as many parent folders as tell them apart.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from ..problems import Unusable

STDIN = "stdin"
# what stewards decided and the key of pseudonyms lie beside the texts and are none
DECISIONS = frozenset({"judgements.csv", "judgements.corrections.csv", "pseudonyms.key"})


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read. `data` holds the bytes of standard input; a file is read when its turn comes."""

    source: str
    path: str = ""
    data: bytes | None = None
    named: bool = False  # the user named this very file, not a folder or pattern with it


@dataclass(frozen=True, slots=True)
class Discovery:
    inputs: tuple[Input, ...]
    skipped: tuple[str, ...] = ()  # files in folders whose kind no reader knows, sorted


def discover(
    names: Sequence[str], suffixes: Collection[str], stdin: bytes | None = None, leave_out: Path | None = None
) -> Discovery:
    """All inputs behind `names`, sorted by source. `leave_out` is the folder that the run will write."""
    found: dict[str, PurePath] = {}  # absolute path → source, the longest where two inputs lead to one file
    by_name: set[str] = set()
    skipped: set[str] = set()
    out = Path(os.path.abspath(leave_out)) if leave_out is not None else None
    for name in names:
        if name == "-":
            continue
        for path, base, named in _expand(name, out):
            source = path.relative_to(base)
            if path.name in DECISIONS:
                continue
            if not named and path.suffix.lower() not in suffixes:
                skipped.add(_printable(source))
                continue
            if named:
                by_name.add(str(path))
            known = found.get(str(path))
            if known is None or len(source.parts) > len(known.parts):
                found[str(path)] = source
    inputs = [Input(source, path, None, path in by_name) for path, source in told_apart(found).items()]
    if "-" in names:
        inputs.append(Input(_free(STDIN, {i.source for i in inputs}), "", stdin or b"", named=True))
    return Discovery(tuple(sorted(inputs, key=lambda item: item.source)), tuple(sorted(skipped)))


def document_ids(sources: Iterable[str]) -> dict[str, str]:
    """The slug of each file name without its last extension; sharers get a short hash of their path."""
    by_slug: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        by_slug[slug(PurePath(source).stem)].append(source)
    ids: dict[str, str] = {}
    for name, sharers in by_slug.items():
        if len(sharers) == 1:
            ids[sharers[0]] = name
            continue
        for source in sharers:
            ids[source] = shared_id(name, source)
    return ids


def shared_id(name: str, source: str) -> str:
    """The id of a source whose slug others have too."""
    digest = hashlib.sha256(unicodedata.normalize("NFC", source).encode("utf-8"))
    return f"{name}-{digest.hexdigest()[:8]}"


def slug(name: str) -> str:
    """Lower-case ASCII letters and digits with single hyphens: 'Súdwest Fryslân' → 'sudwest-fryslan'."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "text"


def _expand(name: str, out: Path | None) -> Iterator[tuple[Path, Path, bool]]:
    """(file, the folder its source is relative to, whether the user named this very file) for one input as typed."""
    if not name:
        raise Unusable("an input has an empty name; name a text file, a folder with texts, a pattern, or -")
    path = Path(os.path.abspath(name))
    if path.is_dir():
        yield from ((file, path, False) for file in _files_below(path, out))
    elif os.path.lexists(path):
        yield path, path.parent, True
    elif glob.has_magic(name):
        yield from _matches(name, out)
    else:
        raise Unusable(
            f"{name} does not exist; name a text file, a folder with texts, a pattern such as 'raw/*.txt', or - "
            "(standard input)"
        )


def _matches(pattern: str, out: Path | None) -> Iterator[tuple[Path, Path, bool]]:
    base = Path(os.path.abspath(_fixed_part(pattern)))
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  (a pattern may be absolute)
    if not matches:
        raise Unusable(f"{pattern} matches no file; quote the pattern and check the folder")
    for match in matches:
        path = Path(os.path.abspath(match))
        if path.is_dir():
            if "**" not in pattern:  # `**` lists every folder next to the files in it
                yield from ((file, base, False) for file in _files_below(path, out))
        elif out is None or not path.is_relative_to(out):
            yield path, base, False


def _fixed_part(pattern: str) -> str:
    """The folder of a pattern up to its first wildcard."""
    parts = PurePath(pattern).parts
    fixed = []
    for part in parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return str(PurePath(*fixed))


def _files_below(folder: Path, out: Path | None) -> Iterator[Path]:
    """Every file below a folder, hidden ones and the run folder left out."""
    for here, folders, files in os.walk(folder):
        at = Path(here)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and at / f != out)
        yield from (at / f for f in sorted(files) if not f.startswith("."))


def told_apart(found: Mapping[str, PurePath]) -> dict[str, str]:
    """Path → source as text, prolonged with parent folders where two files share one."""
    result = {path: _printable(source) for path, source in found.items()}
    extra = 0
    while True:
        by_source: dict[str, list[str]] = defaultdict(list)
        for path, source in result.items():
            by_source[source].append(path)
        shared = [path for paths in by_source.values() if len(paths) > 1 for path in paths]
        if not shared:
            return result
        extra += 1
        for path in shared:
            wanted = len(found[path].parts) + extra
            parts = PurePath(path).parts[1:]  # without the root, which would make the source absolute
            result[path] = _printable(PurePath(*parts[-wanted:]))


def _printable(path: PurePath) -> str:
    """A path as text for a table; bytes of a file name that are no UTF-8 become escapes."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"{name}-"
    return name
