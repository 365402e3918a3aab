"""Word documents → text, read from their XML, so that content controls, text boxes and odd packages are read too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.docx_styles import Styles, number
from knowledge.parse.office.package import attribute, children, damaged, local, opened_package, whole_number

_NOUN = "Word document"


@dataclass(frozen=True, slots=True)
class Package:
    """`properties`: title, author, subject, keywords, as far as the document states them.

    `has_pages`: where the program that saved it broke pages is marked, for as many pages as it says there are.
    """

    body: etree._Element
    styles: Styles
    footnotes: list[etree._Element]
    properties: dict[str, str]
    has_pages: bool


def open_package(data: bytes) -> Package:
    """The package of these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    with opened_package(data, _NOUN) as parts:
        main = parts.related("", "officeDocument") or "word/document.xml"
        body = next(iter(children(parts.read(main), "body")), None)
        if body is None:
            raise damaged(_NOUN, "it has no body")
        notes = [
            note
            for kind in ("footnote", "endnote")
            for note in children(parts.find(parts.related(main, f"{kind}s")), kind)
            if not attribute(note, "type")  # a separator, which Word keeps among the notes
        ]
        stated = children(parts.find(parts.related("", "extended-properties")), "Pages")
        pages = next((whole_number(found.text or "", 0) for found in stated), 0)
        return Package(
            body=body,
            styles=Styles(parts.find(parts.related(main, "styles"))),
            footnotes=notes,
            properties=parts.properties(),
            has_pages=pages == 1 + sum(1 for _ in body.iter(_PAGE_BREAK)),
        )


_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# Not shown in line: deleted text, the same picture twice (Fallback), pronunciation, and elements without text.
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "rt", "pPr", "rPr", "sdtPr", "instrText", "delText", "txbxContent"})
_CONTAINERS = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body", "hdr", "footnote", "endnote"}
)
_MAX_SPAN = 64
_PAGE_BREAK = "{*}lastRenderedPageBreak"


def parse_docx(data: bytes, name: str) -> Document:
    """Paragraphs, lists and tables in the order in which they stand, then the footnotes.

    Pages are those of the program that saved it; one that begins within a paragraph is taken to begin after it.
    Raises Unreadable for a package that is damaged, encrypted or would unpack to far more than a document is.
    """
    package = open_package(data)
    reader = _DocxReader(package.styles, package.has_pages)
    reader.blocks(package.body)
    for note in package.footnotes:
        reader.builder.paragraph(_flat_text(note))
    title = package.properties.get("title") or reader.title or reader.builder.first_heading or name
    metadata = {key: value for key, value in package.properties.items() if key != "title"}
    return reader.builder.build(title, metadata)


class _DocxReader:
    """Walks the body and writes its text."""

    def __init__(self, styles: Styles, has_pages: bool) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        self._styles = styles
        self._has_pages = has_pages
        self._turn_pages(1)

    def blocks(self, container: etree._Element) -> None:
        for block in _block_elements(container):
            if local(block) == "p":
                before, within = _page_breaks(block)
                self._turn_pages(before)
                self._paragraph(block)
                self._turn_pages(within)
            else:
                self._table(block)

    def _turn_pages(self, times: int) -> None:
        for _ in range(times if self._has_pages else 0):
            self.builder.page()

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = self._styles.of(paragraph)
        text = paragraph_text(paragraph)
        if style.level and text.strip():
            self.builder.heading(style.level, text)
        elif style.list_depth is not None:
            self.builder.item(text, style.list_depth)
        else:
            self.builder.paragraph(text)
        if style.is_title and not self.title:
            self.title = one_line(text)
        for box in paragraph.iter("{*}txbxContent"):
            if not any(local(parent) in ("Fallback", "txbxContent") for parent in box.iterancestors()):
                self.blocks(box)

    def _table(self, table: etree._Element) -> None:
        rows = [list(_grid_cells(row)) for row in _inner(table, "tr")]
        cells = [cell for row in rows for cell in row if cell is not None]
        has_sections = any(
            local(block) == "tbl" or (self._styles.of(block).level and paragraph_text(block).strip())
            for cell in cells
            for block in _block_elements(cell)
        )
        if max(map(len, rows), default=0) < 2 or has_sections:  # the table only places its cells
            for cell in cells:
                self.blocks(cell)
        else:
            self.builder.table([["" if cell is None else _flat_text(cell) for cell in row] for row in rows])
            self._turn_pages(sum(1 for _ in table.iter(_PAGE_BREAK)))


def paragraph_text(paragraph: etree._Element) -> str:
    """The text of one paragraph as it is shown, its line breaks as `\\n`."""
    return "".join(_runs(paragraph))


def _page_breaks(paragraph: etree._Element) -> tuple[int, int]:
    """The numbers of pages that begin before the paragraph's first word, and later in it."""
    before = within = 0
    has_begun = False
    for element in paragraph.iter(_PAGE_BREAK, "{*}t"):
        if local(element) == "t":
            has_begun = has_begun or bool(element.text)
        elif has_begun:
            within += 1
        else:
            before += 1
    return before, within


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name not in _UNSEEN:
            yield from _runs(child)


def _flat_text(container: etree._Element) -> str:
    return one_line(" ".join(_deep_paragraphs(container)))


def _deep_paragraphs(container: etree._Element) -> Iterator[str]:
    for block in _block_elements(container):
        if local(block) == "p":
            yield paragraph_text(block)
        else:
            for row in _inner(block, "tr"):
                for cell in _inner(row, "tc"):
                    yield from _deep_paragraphs(cell)


def _block_elements(container: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also those within content controls and tracked insertions."""
    for child in container:
        name = local(child)
        if name in ("p", "tbl"):
            yield child
        elif name in _CONTAINERS:
            yield from _block_elements(child)


def _inner(container: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those within content controls."""
    for child in container:
        if local(child) == name:
            yield child
        elif local(child) in _CONTAINERS:
            yield from _inner(child, name)


def _grid_cells(row: etree._Element) -> Iterator[etree._Element | None]:
    """The row's cells on the table's grid; None where a cell spans further columns or the row begins later."""
    yield from [None] * _grid_columns(row, "trPr", "gridBefore", 0)
    for cell in _inner(row, "tc"):
        yield cell
        yield from [None] * (_grid_columns(cell, "tcPr", "gridSpan", 1) - 1)


def _grid_columns(element: etree._Element, properties: str, name: str, default: int) -> int:
    found = element.find(f"./{{*}}{properties}/{{*}}{name}")
    return min(number(found, default), _MAX_SPAN) if found is not None else default
