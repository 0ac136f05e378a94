"""Invented pages in every format that is read: what `fuzz.py` damages."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import io
import json
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent / "tests"
RULES = "rules"  # the target that is no reader


def beside(path: Path) -> Any:
    """A module by its path: tests are no package."""
    name = f"seeds_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def seeds(target: str) -> list[bytes]:
    """Invented pages in the format of a target."""
    pages = beside(TESTS / "formats.py")
    chosen = pages.PAGES[:: max(1, len(pages.PAGES) // 4)]
    texts = [pages.plain(page) for page in chosen]
    if target in ("html", "boilerplate"):
        return [pages.as_html(page).encode() for page in chosen]
    if target == "markdown":
        return [pages.as_markdown(page).encode() for page in chosen]
    if target in ("docx", "odt", "rtf", "pdf"):
        write = beside(TESTS / "formats_office.py").WRITERS[target]
        named = beside(TESTS / "formats_office.py").formats.PAGES
        return [write(page) for page in named[:: max(1, len(named) // 4)]]
    if target in _WRITERS:
        return _WRITERS[target](texts)
    if target == RULES:
        pages_of_rules = [pages.plain(page) for page in pages.PAGES]
        return [text.encode() for text in (*pages_of_rules, *(text.replace("\n", "\r\n") for text in texts))]
    return [text.encode(codec) for text, codec in zip(texts, ("utf-8", "cp1252", "utf-16", "utf-8-sig"), strict=False)]


def _rows(texts: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"tekst-{number}", text) for number, text in enumerate(texts)]


def _csv(texts: Sequence[str], comma: str = ",") -> list[bytes]:
    cells = "".join(f'{name}{comma}"{text.replace(chr(34), chr(34) * 2)}"\n' for name, text in _rows(texts))
    return [f"id{comma}tekst\n{cells}".encode(codec) for codec in ("utf-8", "utf-16")]


def _xlsx(texts: Sequence[str]) -> list[bytes]:
    from openpyxl import Workbook

    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in [("id", "tekst"), *_rows(texts)]:
        sheet.append(row)
    book.save(out)
    return [out.getvalue()]


def _parquet(texts: Sequence[str]) -> list[bytes]:
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    names, cells = zip(*_rows(texts), strict=True)
    parquet.write_table(pyarrow.table({"id": list(names), "tekst": list(cells)}), out)
    return [out.getvalue()]


def _json(texts: Sequence[str]) -> list[bytes]:
    rows = [{"id": name, "tekst": text, "meer": {"aantal": 3}} for name, text in _rows(texts)]
    return [json.dumps(rows).encode(), json.dumps({"pagina's": rows}, ensure_ascii=False).encode()]


def _jsonl(texts: Sequence[str]) -> list[bytes]:
    return ["\n".join(json.dumps({"id": name, "tekst": text}) for name, text in _rows(texts)).encode()]


def _eml(texts: Sequence[str]) -> list[bytes]:
    from email.message import EmailMessage

    mails = []
    for text in texts:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "noor@brug.example", "allen@brug.example", "Eén tegen eenzaamheid"
        mail["Message-ID"] = "<1@brug.example>"
        mail.set_content(text)
        mail.add_alternative(f"<p>{text}</p>", subtype="html")
        mail.add_attachment(text.encode("cp1252"), maintype="text", subtype="plain", filename="bijlage.txt")
        mails.append(bytes(mail))
    return mails


def _zip(texts: Sequence[str]) -> list[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _rows(texts):
            archive.writestr(f"deel/{name}.txt", text)
    return [out.getvalue()]


def _tar(texts: Sequence[str], mode: str = "w") -> list[bytes]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in _rows(texts):
            info = tarfile.TarInfo(f"deel/{name}.txt")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return [out.getvalue()]


def _warc(texts: Sequence[str]) -> list[bytes]:
    records = b""
    for name, text in _rows(texts):
        page = f"<html><body><p>{text}</p></body></html>".encode()
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://tiel.example/{name}\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        records += head.encode() + answer + b"\r\n\r\n"
    return [records, gzip.compress(records, mtime=0)]


_WRITERS: dict[str, Callable[[Sequence[str]], list[bytes]]] = {
    "csv": _csv,
    "tsv": partial(_csv, comma="\t"),
    "xlsx": _xlsx,
    "parquet": _parquet,
    "json": _json,
    "jsonl": _jsonl,
    "eml": _eml,
    "zip": _zip,
    "tar": _tar,
    "tgz": partial(_tar, mode="w:gz"),
    "gz": lambda texts: [gzip.compress(text.encode(), mtime=0) for text in texts],
    "bz2": lambda texts: [bz2.compress(text.encode()) for text in texts],
    "xz": lambda texts: [lzma.compress(text.encode()) for text in texts],
    "warc": _warc,
}
SUFFIXES = {
    **{name: f".{name}" for name in ("html", "docx", "odt", "rtf", "pdf", *_WRITERS)},
    **{"text": ".txt", "markdown": ".md", "boilerplate": ".html", RULES: ".txt"},
}
