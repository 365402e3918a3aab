"""HTML → the text a reader sees, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.text.decode import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = frozenset(
    "area audio base canvas datalist embed frame head iframe link math-annotation meta noembed noframes noscript "
    "object param rp rt script select source style svg template textarea track video".split()
)
_NO_DISPLAY = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"\s+")
# Elements that a browser sets apart from the words beside them.
_APART = frozenset("br button dd div dt hr input label li ol option p td th tr ul".split())


def is_hidden(element: _Element) -> bool:
    """Whether a browser shows nothing of the element."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if "hidden" in element.attrib:
        return True
    style = element.get("style")
    return bool(style and _NO_DISPLAY.search(style))


def inline_text(text: str | None) -> str:
    """A stretch of running text: line ends in the source are spaces."""
    return _WHITE_SPACE.sub(" ", text) if text else ""


def flat_text(element: _Element) -> str:
    """All visible text of the element, on one line."""
    return one_line("".join(_visible(element, apart=" ")))


def preformatted_text(element: _Element) -> str:
    """All visible text of the element, its white space kept and `<br>` as a line end."""
    return "".join(_visible(element, apart="")).removeprefix("\n")


def _visible(root: _Element, apart: str) -> Iterator[str]:
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield apart if element.tag in _APART else ""
            yield element.tail or "" if element is not root else ""
        elif is_hidden(element):
            walk.skip_subtree()
        else:
            yield apart if element.tag in _APART else ""
            yield "\n" if element.tag == "br" else element.text or ""


HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})

_LAYOUT_SIGNS = ("table", *HEADING_LEVELS, *PREFORMATTED)
_MAX_CELL_CHARACTERS = 2000
_MAX_SPAN = 64
_MAX_COLUMNS = 1000


def data_rows(table: _Element) -> list[list[str]]:
    """The table's cells on their grid; empty when the table is there for layout.

    Layout is what holds headings, code or further tables, has one column, or has cells as long as a page.
    """
    if table.get("role") == "presentation" or any(e is not table for e in table.iter(*_LAYOUT_SIGNS)):
        return []
    rows = list(_grid(table))
    columns = max((sum(map(bool, row)) for row in rows), default=0)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    return rows if columns > 1 and longest <= _MAX_CELL_CHARACTERS else []


def _grid(table: _Element) -> Iterator[list[str]]:
    """Rows with a cell's text in its first column and row, and empty cells where it spans more."""
    caption = table.find("caption")
    if caption is not None:
        yield [flat_text(caption)]
    below: dict[int, int] = {}
    for row in table.iter("tr"):
        yield _row(row, below)


def _row(row: _Element, below: dict[int, int]) -> list[str]:
    """One row's cells. `below` holds by column how many rows cells from above still reach down, and is updated."""
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        while below.get(len(cells), 0):
            below[len(cells)] -= 1
            cells.append("")
        height = _span(cell, "rowspan")
        width = min(_span(cell, "colspan"), max(_MAX_COLUMNS - len(cells), 1))
        below.update({len(cells) + column: height - 1 for column in range(width)})
        cells += [flat_text(cell), *[""] * (width - 1)]
    return cells


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), _MAX_SPAN) if value.isdecimal() and value.isascii() and int(value[:4]) else 1


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
    builder = DocumentBuilder()
    root = write_page(decode(data, declared[1].decode("ascii") if declared else ""), builder)
    metadata = {key: value for key, value in _metadata(root) if key in _META_NAMES and value}
    return builder.build(_title(root) or builder.first_heading or name, metadata)


def write_page(html: str, builder: DocumentBuilder) -> _Element:
    """The page's root, once what a reader sees of it stands in the builder."""
    root = _tree(html)
    reader = _Reader(builder, has_main=root.find(".//main") is not None or root.find(".//article") is not None)
    body = root.find("body")
    reader.read(root if body is None else body)
    return root


def _tree(html: str) -> _Element:
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


def _title(root: _Element) -> str:
    title = root.find(".//title")
    return "" if title is None else one_line(title.text or "")


def _metadata(root: _Element) -> Iterator[tuple[str, str]]:
    for meta in root.iterfind(".//head/meta"):
        yield (meta.get("name") or "").lower(), one_line(meta.get("content") or "")


class _Reader:
    """Walks the page and writes the builder."""

    def __init__(self, builder: DocumentBuilder, has_main: bool) -> None:
        self.builder = builder
        self._has_main = has_main
        self._inline: list[str] = []
        self._list_depth = 0
        self._main_depth = 0
        self._begins_item = False

    def read(self, root: _Element) -> None:
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

    def _enters(self, element: _Element) -> bool:
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

    def _is_written_whole(self, element: _Element) -> bool:
        if level := HEADING_LEVELS.get(element.tag):
            self._flush()
            self.builder.heading(level, flat_text(element))
        elif element.tag in PREFORMATTED:
            self._flush()
            self.builder.code(preformatted_text(element))
        elif element.tag == "table" and (rows := data_rows(element)):
            self._flush()
            self.builder.table(rows)
        else:
            return False
        return True

    def _flush(self) -> None:
        text = "".join(self._inline)
        self._inline.clear()
        if not text.strip():
            return
        if self._begins_item:
            self.builder.item(text, max(self._list_depth - 1, 0))
        else:
            self.builder.paragraph(text)
        self._begins_item = False
