"""Pages of the site that stand elsewhere in the repository, and links as they hold on the site.

The documents link to each other so that they work where the repository is read. The site has one folder of pages, so
links are turned; a link to a file that is no page becomes its words.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ELSEWHERE = {  # file of the repository → page of the site
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "bench/README.md": "bench.md",
    "corpus/README.md": "corpus.md",
    "corpus/persons_places.md": "corpus-names.md",
    "training/README.md": "training.md",
}
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_ROOT = Path(__file__).resolve().parent.parent
_SOURCES = {page: source for source, page in ELSEWHERE.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that stand outside docs/."""
    from mkdocs.structure.files import File

    for source, page in ELSEWHERE.items():
        files.append(File.generated(config, page, content=(_ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - as called
    """Turns the links of a page."""
    return turned(markdown, page.file.src_uri)


def turned(markdown: str, page: str) -> str:
    """The text of the site's `page`, with links as they hold there."""
    folder = posixpath.dirname(_SOURCES.get(page, f"docs/{page}"))

    def link(match: re.Match[str]) -> str:
        image, words, target = match.groups()
        path, hash_, anchor = target.partition("#")
        if not path or re.match(r"[a-z]+:", target):
            return match[0]
        wanted = posixpath.normpath(posixpath.join(folder, path))
        on_site = ELSEWHERE.get(wanted) or wanted.removeprefix("docs/")
        if on_site == wanted or (_ROOT / wanted).is_dir():
            return words
        return f"{image}[{words}]({posixpath.relpath(on_site, posixpath.dirname(page) or '.')}{hash_}{anchor})"

    return _LINK.sub(link, markdown)
