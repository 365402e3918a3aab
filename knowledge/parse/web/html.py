"""HTML → the text a reader sees, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.text.decode import decode

_DECLARED = re.compile(rb"<meta[^>]+charset\s*+=\s*+[\"']?\s*+([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN_BYTES = 4096
_META_NAMES = ("author", "description", "keywords")
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset header hgroup hr legend li main menu nav ol optgroup option p search section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_MAIN = frozenset({"main", "article"})
_MENUS = frozenset({"nav", "footer", *_LISTS})
_FEWEST_LINKS = 3  # of a menu
_LINK_SHARE = 0.7  # of its characters
_WEB = ("https://", "http://", "mailto:", "tel:")
_MAX_ADDRESS_CHARACTERS = 200  # longer ones carry marks of campaigns
_MOST_ADDRESSES = 3  # of a paragraph; one with more is about other things than where to go
_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
_UNSEEN = frozenset(
    "area audio base canvas datalist embed frame head iframe link math-annotation meta noembed noframes noscript "
    "object param rp rt script select source style svg template textarea track video".split()
)
_NO_DISPLAY = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"\s+")
# Elements that a browser sets apart from the words beside them.
_APART = frozenset("br button dd div dt hr input label li ol option p td th tr ul".split())


def parse_html(data: bytes, name: str) -> Document:
    """Visible text: no scripts, styles, hidden parts, nor navigation and footers around a main part.

    Nothing that the page refers to is fetched. Raises Unreadable when the bytes are no text.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN_BYTES])
    builder = DocumentBuilder()
    root = write_page(decode(data, declared[1].decode("ascii") if declared else ""), builder)
    metadata = {
        key: value
        for meta in root.iterfind(".//head/meta")
        if (key := (meta.get("name") or "").lower()) in _META_NAMES and (value := one_line(meta.get("content") or ""))
    }
    title = root.find(".//title")
    words = "" if title is None else one_line(title.text or "")
    return builder.build(words or builder.first_heading or name, metadata)


def write_page(html: str, builder: DocumentBuilder) -> etree._Element:
    """Write the visible text of the page; return its root."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        root = None  # nothing but comments or white space
    if root is None:
        root = etree.Element("html")
    has_main = root.find(".//main") is not None or root.find(".//article") is not None
    _HtmlReader(builder, has_main).read(_body(root))
    return root


def _body(root: etree._Element) -> etree._Element:
    """The page's body, with what the parser left in the head of a page that names none: it knows no `section`."""
    head, body = root.find("head"), root.find("body")
    strays = [one for one in head if one.tag not in _UNSEEN and one.tag != "title"] if head is not None else []
    if not strays:
        return root if body is None else body
    body = etree.SubElement(root, "body") if body is None else body
    strays[-1].tail = (strays[-1].tail or "") + (body.text or "")
    body.text = None
    for place, stray in enumerate(strays):
        body.insert(place, stray)
    return body


class _HtmlReader:
    """Walks the page and writes its visible text."""

    def __init__(self, builder: DocumentBuilder, has_main: bool) -> None:
        self.builder = builder
        self._has_main = has_main
        self._inline: list[str] = []
        self._addresses: list[int] = []  # where in `_inline` they stand
        self._list_depth = 0
        self._main_depth = 0
        self._begins_item = False
        self._menu: etree._Element | None = None
        self._menu_start = 0

    def read(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if self._is_done(element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._enter(element)
                    if self._menu is None and _is_menu(element):
                        self._menu, self._menu_start = element, self.builder.end
            else:
                if element is not skipped:
                    if element.tag == "a" and self._menu is None:
                        self._note_address(element)
                    self._leave(element.tag)
                if element is self._menu:
                    self._flush()
                    self.builder.mark(self._menu_start, "links")
                    self._menu = None
                if element is not root:
                    self._inline.append(_inline_text(element.tail))
        self._flush()

    def _is_done(self, element: etree._Element) -> bool:
        """Tell if nothing within the element is to be read: it is unseen, or was written as a whole just now."""
        tag = element.tag
        if _is_hidden(element) or (self._has_main and (tag == "nav" or (tag == "footer" and not self._main_depth))):
            return True
        if level := _HEADING_LEVELS.get(tag):
            self._flush()
            self.builder.heading(level, _flat_text(element))
        elif tag in _PREFORMATTED:
            self._flush()
            self.builder.code("".join(_visible(element, apart="")).removeprefix("\n"))
        elif tag == "table" and (rows := _data_rows(element)):
            self._flush()
            self.builder.table(rows)
        else:
            return False
        return True

    def _enter(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        self._begins_item = tag == "li" or (self._begins_item and tag not in _LISTS)
        self._list_depth += tag in _LISTS
        self._main_depth += tag in _MAIN
        self._inline.append("\n" if tag == "br" else _inline_text(element.text))

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag == "li":
            self._begins_item = False
        self._list_depth -= tag in _LISTS
        self._main_depth -= tag in _MAIN

    def _note_address(self, link: etree._Element) -> None:
        """Write the address behind the words of a link, unless the words say it."""
        address, words = one_line(link.get("href") or ""), _flat_text(link)
        is_web = address.lower().startswith(_WEB) and len(address) <= _MAX_ADDRESS_CHARACTERS
        if is_web and words and words.strip("/").lower() not in address.lower():
            self._addresses.append(len(self._inline))
            self._inline.append(f" ({address})")

    def _flush(self) -> None:
        if len(self._addresses) > _MOST_ADDRESSES:
            for place in self._addresses:
                self._inline[place] = ""
        self._addresses.clear()
        text = "".join(self._inline)
        self._inline.clear()
        if not text.strip():
            return
        if self._begins_item:
            self.builder.item(text, max(self._list_depth - 1, 0))
        else:
            self.builder.paragraph(text)
        self._begins_item = False


def _is_hidden(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if "hidden" in element.attrib:
        return True
    style = element.get("style")
    return bool(style and _NO_DISPLAY.search(style))


def _is_menu(element: etree._Element) -> bool:
    """Tell if the element leads elsewhere: nearly all its words are links, and it is a menu, a footer or a list of the
    page's own sections."""
    links = list(element.iter("a")) if element.tag in _MENUS or element.get("role") == "navigation" else []
    if len(links) < _FEWEST_LINKS:
        return False
    if element.tag in _LISTS and not all((link.get("href") or "").startswith("#") for link in links):
        return False
    words = len(_flat_text(element))
    return sum(len(_flat_text(link)) for link in links) >= _LINK_SHARE * words


def _inline_text(text: str | None) -> str:
    """A stretch of running text: line ends in the source are spaces."""
    return _WHITE_SPACE.sub(" ", text) if text else ""


def _flat_text(element: etree._Element) -> str:
    """All visible text of the element, on one line."""
    return one_line("".join(_visible(element, apart=" ")))


def _visible(root: etree._Element, apart: str) -> Iterator[str]:
    """The visible texts of the element, `<br>` as a line end, `apart` around elements that a browser sets apart."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield apart if element.tag in _APART else ""
            yield element.tail or "" if element is not root else ""
        elif _is_hidden(element):
            walk.skip_subtree()
        else:
            yield apart if element.tag in _APART else ""
            yield "\n" if element.tag == "br" else element.text or ""


_LAYOUT_SIGNS = ("table", *_HEADING_LEVELS, *_PREFORMATTED)
_MAX_CELL_CHARACTERS = 2000
_MAX_SPAN = 64
_MAX_COLUMNS = 1000


def _data_rows(table: etree._Element) -> list[list[str]]:
    """The table's cells on their grid, a spanning cell in its first row and column; empty for a layout table.

    Layout tables hold headings, code or further tables, have one column, or have cells as long as a page.
    """
    if table.get("role") == "presentation" or any(e is not table for e in table.iter(*_LAYOUT_SIGNS)):
        return []
    caption = table.find("caption")
    below: dict[int, int] = {}
    rows = [] if caption is None else [[_flat_text(caption)]]
    rows += [_row(row, below) for row in table.iter("tr")]
    columns = max((sum(map(bool, row)) for row in rows), default=0)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    return rows if columns > 1 and longest <= _MAX_CELL_CHARACTERS else []


def _row(row: etree._Element, below: dict[int, int]) -> list[str]:
    """One row's cells. `below` holds by column how many rows cells from above still reach down, and is updated."""
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        while below.get(len(cells), 0):
            below[len(cells)] -= 1
            cells.append("")
        height = _span(cell, "rowspan")
        width = min(_span(cell, "colspan"), max(_MAX_COLUMNS - len(cells), 1))
        below.update({len(cells) + column: height - 1 for column in range(width)})
        cells += [_flat_text(cell), *[""] * (width - 1)]
    return cells


def _span(cell: etree._Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), _MAX_SPAN) if value.isdecimal() and value.isascii() and int(value[:4]) else 1
