"""HTML → the text a reader sees, block by block."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.document import Document
from knowledge.parse.text.decode import decode
from knowledge.parse.transcript import Transcript, one_line
from knowledge.parse.web.html_text import (
    HEADING_LEVELS,
    PREFORMATTED,
    data_rows,
    flat_text,
    inline_text,
    is_hidden,
    preformatted_text,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN_BYTES = 4096
_META_NAMES = ("author", "description", "keywords")
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset header hgroup hr legend li main menu nav ol optgroup option p search section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_MAIN = frozenset({"main", "article"})


def parse_html(data: bytes, name: str) -> Document:
    """Visible text: no scripts, styles, hidden parts, nor navigation and footers around a main part.

    Nothing that the page refers to is fetched. Raises Unreadable when the bytes are no text.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN_BYTES])
    transcript = Transcript()
    root = write_page(decode(data, declared[1].decode("ascii") if declared else ""), transcript)
    metadata = {key: value for key, value in _metadata(root) if key in _META_NAMES and value}
    return transcript.document(_title(root) or transcript.first_heading or name, metadata)


def write_page(html: str, transcript: Transcript) -> "_Element":
    """The page's root, once what a reader sees of it stands in the transcript."""
    root = _tree(html)
    reader = _Reader(transcript, has_main=root.find(".//main") is not None or root.find(".//article") is not None)
    body = root.find("body")
    reader.read(root if body is None else body)
    return root


def _tree(html: str) -> "_Element":
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    text = html.replace("\0", "")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        root = None  # nothing but comments or white space
    return etree.Element("html") if root is None else root


def _title(root: "_Element") -> str:
    title = root.find(".//title")
    return "" if title is None else one_line(title.text or "")


def _metadata(root: "_Element") -> Iterator[tuple[str, str]]:
    for meta in root.iterfind(".//head/meta"):
        yield (meta.get("name") or "").lower(), one_line(meta.get("content") or "")


class _Reader:
    """Walks the page and writes the transcript."""

    def __init__(self, transcript: Transcript, has_main: bool) -> None:
        self.transcript = transcript
        self._has_main = has_main
        self._inline: list[str] = []
        self._list_depth = 0
        self._main_depth = 0
        self._begins_item = False

    def read(self, root: "_Element") -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start" and not self._enters(element):
                walk.skip_subtree()
                skipped = element
            elif event == "end":
                if element is not skipped:
                    self._leave(element.tag)
                if element is not root:
                    self._inline.append(inline_text(element.tail))
        self._flush()

    def _enters(self, element: "_Element") -> bool:
        """Whether to go into the element: not where it is unseen, or has been written as a whole."""
        if is_hidden(element) or self._is_around_main(element.tag) or self._is_written_whole(element):
            return False
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        self._begins_item = tag == "li" or (self._begins_item and tag not in _LISTS)
        self._list_depth += tag in _LISTS
        self._main_depth += tag in _MAIN
        self._inline.append("\n" if tag == "br" else inline_text(element.text))
        return True

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag == "li":
            self._begins_item = False
        self._list_depth -= tag in _LISTS
        self._main_depth -= tag in _MAIN

    def _is_around_main(self, tag: str) -> bool:
        return self._has_main and (tag == "nav" or (tag == "footer" and not self._main_depth))

    def _is_written_whole(self, element: "_Element") -> bool:
        if level := HEADING_LEVELS.get(element.tag):
            self._flush()
            self.transcript.heading(level, flat_text(element))
        elif element.tag in PREFORMATTED:
            self._flush()
            self.transcript.code(preformatted_text(element))
        elif element.tag == "table" and (rows := data_rows(element)):
            self._flush()
            self.transcript.table(rows)
        else:
            return False
        return True

    def _flush(self) -> None:
        text = "".join(self._inline)
        self._inline.clear()
        if not text.strip():
            return
        if self._begins_item:
            self.transcript.item(text, max(self._list_depth - 1, 0))
        else:
            self.transcript.paragraph(text)
        self._begins_item = False
