"""The table of contents of an EPUB book: which title belongs to which page."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from knowledge.parse.transcript import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element


def resolved(base: str, reference: str) -> str:
    """The path within the package that `reference` in the part `base` means, without its fragment."""
    target = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/") if target else base


def chapter_titles(root: "_Element", path: str) -> dict[str, str]:
    """The first title that the contents (an EPUB 3 navigation page or an NCX, which is at `path`) give each page."""
    titles: dict[str, str] = {}
    for reference, title in _entries(root):
        if title:
            titles.setdefault(resolved(path, reference), title)
    return titles


def _entries(root: "_Element") -> Iterator[tuple[str, str]]:
    for point in root.iterfind(".//{*}navPoint"):
        content, label = point.find("./{*}content"), point.find("./{*}navLabel")
        if content is not None and label is not None:
            yield content.get("src", ""), _text(label)
    for nav in root.iterfind(".//{*}nav"):
        if any(str(key).endswith("}type") and value == "toc" for key, value in nav.items()):
            yield from ((link.get("href", ""), _text(link)) for link in nav.iterfind(".//{*}a"))


def _text(element: "_Element") -> str:
    return one_line("".join(str(text) for text in element.itertext()))
