"""Which texts a user means, for Spark: paths of this machine as ever, and anything with a scheme through Spark."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..problems import Unusable
from ..reading import Discovery, Input, discover
from ..reading.discovery import DECISIONS, told_apart
from .rows import framed, in_sentences

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters or more: C:/ is a drive


@dataclass(frozen=True, slots=True)
class Found:
    """All inputs, and how many bytes those have that Spark has to bring, by path."""

    discovery: Discovery
    sizes: Mapping[str, int] = field(default_factory=dict)


def has_scheme(name: str) -> bool:
    """Whether Spark has to look: `s3a://…`, `hdfs://…`, `file:///…`."""
    return _SCHEME.match(name) is not None


def find_inputs(
    session: SparkSession,
    names: Sequence[str],
    suffixes: Collection[str],
    stdin: bytes | None,
    leave_out: Path | None,
) -> Found:
    """All inputs behind `names`, sorted by source; as `discover`, by the same rules."""
    local = [name for name in names if not has_scheme(name)]
    found = discover(local, suffixes, stdin, leave_out) if local else Discovery(())
    urls = [name for name in names if has_scheme(name)]
    if not urls:
        return Found(found)
    sources: dict[str, PurePath] = {}
    sizes: dict[str, int] = {}
    named: set[str] = set()
    skipped = set(found.skipped)
    for url in urls:
        for path, size, base in _listed(session, url):
            relative = PurePath(path.removeprefix(base).lstrip("/") or PurePath(path).name)
            if relative.name in DECISIONS:
                continue
            if path == base:
                named.add(path)
            elif relative.suffix.lower() not in suffixes:
                skipped.add(relative.as_posix())
                continue
            if len(relative.parts) > len(sources.get(path, PurePath()).parts):
                sources[path], sizes[path] = relative, size
    inputs = [Input(source, path, None, path in named) for path, source in told_apart(sources).items()]
    taken = {item.source for item in inputs}
    twice = next((item.source for item in found.inputs if item.source in taken), None)
    if twice is not None:
        raise Unusable(f"{twice} is in two inputs, with a scheme and without; name both in one way")
    together = sorted((*found.inputs, *inputs), key=lambda item: item.source)
    return Found(Discovery(tuple(together), tuple(sorted(skipped))), sizes)


def _listed(session: SparkSession, url: str) -> Iterator[tuple[str, int, str]]:
    """(path, bytes, the path that its source is relative to) of all files behind an address.

    Asked of the file system and not of a frame, which would leave out empty files without a word.
    """
    with in_sentences():
        java: Any = session.sparkContext._jvm
        configuration = session.sparkContext._jsc.hadoopConfiguration()
        place = java.org.apache.hadoop.fs.Path(url)
        system = place.getFileSystem(configuration)
        matches = system.globStatus(place)
        if not matches:
            raise Unusable(f"{url} does not exist, or matches no file; check the address and the folder")
        for match in matches:
            base = str(match.getPath().toString())
            files = system.listFiles(match.getPath(), True)
            while files.hasNext():
                status = files.next()
                path = str(status.getPath().toString())
                below = PurePath(path.removeprefix(base).lstrip("/")).parts
                if not any(part.startswith((".", "_")) for part in below):  # what Spark leaves out when it reads
                    yield path, int(status.getLen()), base


def contents(session: SparkSession, paths: Iterable[str]) -> DataFrame:
    """Rows of (path, content, length) of files that Spark brings; none that is empty."""
    from pyspark.sql import functions as f

    paths = list(paths)
    folders = sorted({path.rpartition("/")[0] for path in paths})
    whole = [folder for folder in folders if not any(folder.startswith(f"{other}/") for other in folders)]
    kinds = sorted({PurePath(path).suffix for path in paths})
    files = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    if all(kinds):
        files = files.option("pathGlobFilter", f"*{{{','.join(re.escape(kind) for kind in kinds)}}}")
    plain = [re.sub(r"([\[\]{}*?\\])", r"\\\1", folder) for folder in whole]
    wanted = framed(session, ((path,) for path in paths), {"path": "string"})
    return files.load(plain).select("path", "content", "length").join(f.broadcast(wanted), "path")
