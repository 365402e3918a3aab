"""Word documents → text, read from their XML, so that content controls, text boxes and odd packages are read too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from knowledge.document import MACROS, Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.charts import chart_references, write_chart
from knowledge.parse.office.inline import comment
from knowledge.parse.office.package import attribute, children, damaged, local, opened_package, whole_number
from knowledge.parse.office.slides import diagram_text
from knowledge.parse.office.word.docx_numbering import Numbering
from knowledge.parse.office.word.docx_styles import ParagraphStyle, Styles, number
from knowledge.parse.office.word.docx_text import DocxText

_NOUN = "Word document"


@dataclass(frozen=True, slots=True)
class _Story:
    """A part with text of its own, and the addresses behind its links by id."""

    root: etree._Element
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """`properties`: title, author, subject, keywords, as far as the document states them.

    `margins`: headers and footers. `has_pages`: where the program that saved it broke pages is marked, for as many
    pages as it says there are.
    """

    body: _Story
    styles: Styles
    numbering: Numbering
    notes: list[_Story]
    comments: _Story | None
    margins: list[_Story]
    diagrams: list[etree._Element]
    charts: Mapping[str, etree._Element]
    properties: dict[str, str]
    has_pages: bool
    has_macros: bool


def open_package(data: bytes) -> Package:
    """The package of these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    with opened_package(data, _NOUN) as parts:
        main = parts.related("", "officeDocument") or "word/document.xml"
        body = next(iter(children(parts.read(main), "body")), None)
        if body is None:
            raise damaged(_NOUN, "it has no body")

        def stories(*kinds: str) -> list[_Story]:
            return [_Story(parts.read(name), parts.addresses(name)) for name in parts.all_related(main, *kinds)]

        stated = children(parts.find(parts.related("", "extended-properties")), "Pages")
        pages = next((whole_number(found.text or "", 0) for found in stated), 0)
        return Package(
            body=_Story(body, parts.addresses(main)),
            styles=Styles(parts.find(parts.related(main, "styles"))),
            numbering=Numbering(parts.find(parts.related(main, "numbering"))),
            notes=[*stories("footnotes"), *stories("endnotes")],
            comments=next(iter(stories("comments")), None),
            margins=stories("header", "footer"),
            diagrams=[parts.read(name) for name in parts.all_related(main, "diagramData")],
            charts=dict(parts.roots(main, "chart")),
            properties=parts.properties(),
            has_pages=pages == 1 + sum(1 for _ in body.iter(_PAGE_BREAK)),
            has_macros=bool(parts.all_related(main, "vbaProject")),
        )


_CONTAINERS = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body", "hdr", "ftr", "footnote", "endnote"}
)
_MAX_SPAN = 64
_PAGE_BREAK = "{*}lastRenderedPageBreak"


def parse_docx(data: bytes, name: str) -> Document:
    """Paragraphs, lists and tables in the order in which they stand, then the notes, the headers and the footers.

    Pages are those of the program that saved it; one that begins within a paragraph is taken to begin after it.
    Raises Unreadable for a package that is damaged, encrypted or would unpack to far more than a document is.
    """
    package = open_package(data)
    reader = _DocxReader(package)
    reader.read()
    reader.builder.lose(*_losses(package))
    title = package.properties.get("title") or reader.title or reader.builder.first_heading or name
    metadata = {key: value for key, value in package.properties.items() if key != "title"}
    return reader.builder.build(title, metadata)


class _DocxReader:
    """Walks the parts and writes their text."""

    def __init__(self, package: Package) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        self._package = package
        self._styles = package.styles
        self._charts = dict(package.charts)  # that are still to be written
        self._text = DocxText(package.styles.shifts, package.body.addresses)
        self._comments = dict(self._read_comments())
        self._turn_pages(1)

    def read(self) -> None:
        """Write the whole document; what all pages have in common comes last, once."""
        self._blocks(self._package.body.root)
        for story in self._package.notes:
            self._begin(story)
            for note in children(story.root, "footnote") + children(story.root, "endnote"):
                if not attribute(note, "type"):  # a separator, which Word keeps among the notes
                    self.builder.paragraph(self._flat_text(note))
        for diagram in self._package.diagrams:
            self.builder.paragraph(diagram_text(diagram))
        lines: dict[str, None] = {}
        for story in self._package.margins:
            self._begin(story)
            lines |= dict.fromkeys(map(one_line, self._flat(story.root)))
        for line in lines:
            if any(map(str.isalpha, line)):
                self.builder.paragraph(line)

    def _begin(self, story: _Story) -> None:
        self._text = DocxText(self._styles.shifts, story.addresses)

    def _read_comments(self) -> Iterator[tuple[str, str]]:
        """The comments as they are told, by id."""
        if story := self._package.comments:
            text = DocxText(self._styles.shifts, story.addresses)
            for said in children(story.root, "comment"):
                words = " ".join(text.of(paragraph) for paragraph in said.iter("{*}p"))
                yield attribute(said, "id"), comment(attribute(said, "author"), one_line(words))

    def _blocks(self, container: etree._Element) -> None:
        for block in _block_elements(container):
            if local(block) == "p":
                before, within = _page_breaks(block) if self._package.has_pages else (0, 0)
                self._turn_pages(before)
                self._paragraph(block)
                self._turn_pages(within)
            else:
                self._table(block)

    def _turn_pages(self, times: int) -> None:
        for _ in range(times if self._package.has_pages else 0):
            self.builder.page()

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = self._styles.of(paragraph)
        text, number, depth = self._text.of(paragraph), *self._number(style)
        if style.level and text.strip():
            self.builder.heading(style.level, f"{number} {text}")
        elif depth is not None:
            self.builder.item(text, depth, number)
        else:
            self.builder.paragraph(text)
        if style.is_title and not self.title:
            self.title = one_line(text)
        for told in self._told_comments():
            self.builder.paragraph(told)
        for chart in chart_references(paragraph) if self._charts else ():
            if chart in self._charts:
                write_chart(self.builder, self._charts.pop(chart))
        for box in _boxes(paragraph):
            self._blocks(box)

    def _number(self, style: ParagraphStyle) -> tuple[str, int | None]:
        """The number that is shown before a paragraph, and the depth of its list; each is counted once."""
        level = depth = style.list_depth
        if depth is None or level is None or not style.list_id:
            return "", depth
        if style.list_style:
            level = self._package.numbering.level_of(style.list_id, style.list_style)
        return self._package.numbering.next(style.list_id, level) or "", max(depth, level)

    def _told_comments(self) -> list[str]:
        return [self._comments.get(number, "") for number in self._text.take_comments()]

    def _table(self, table: etree._Element) -> None:
        rows = [list(_grid_cells(row)) for row in _inner(table, "tr")]
        cells = [cell for row in rows for cell in row if cell is not None]
        has_sections = any(
            local(block) == "tbl" or (self._styles.of(block).level and _has_words(block))
            for cell in cells
            for block in _block_elements(cell)
        )
        if max(map(len, rows), default=0) < 2 or has_sections:  # the table only places its cells
            for cell in cells:
                self._blocks(cell)
        else:
            self.builder.table([["" if cell is None else self._flat_text(cell) for cell in row] for row in rows])
            self._turn_pages(sum(1 for _ in table.iter(_PAGE_BREAK)))

    def _flat_text(self, container: etree._Element) -> str:
        return one_line(" ".join(self._flat(container)))

    def _flat(self, container: etree._Element) -> Iterator[str]:
        """The text of each paragraph, also of those in tables and text boxes within."""
        for block in _block_elements(container):
            if local(block) == "p":
                number, _ = self._number(self._styles.of(block))
                yield f"{number} {self._text.of(block)}"
                yield from self._told_comments()
                for box in _boxes(block):
                    yield from self._flat(box)
            else:
                for row in _inner(block, "tr"):
                    for cell in _inner(row, "tc"):
                        yield from self._flat(cell)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The text boxes of a paragraph, without those within another and the copies for older programs."""
    for box in paragraph.iter("{*}txbxContent"):
        if not any(local(parent) in ("Fallback", "txbxContent") for parent in box.iterancestors()):
            yield box


def _has_words(paragraph: etree._Element) -> bool:
    return any((text.text or "").strip() for text in paragraph.iter("{*}t"))


_CHANGES = frozenset({"ins", "del", "moveFrom"})
_KINDS = {
    "pic": "picture",
    "imagedata": "picture",
    "OLEObject": "embedded object",
}


def _losses(package: Package) -> Iterator[str]:
    """The pictures and the like that the body shows, macros, and changes that nobody has accepted."""
    shown: Counter[str] = Counter()
    is_changed = False
    for element in package.body.root.iter(*(f"{{*}}{name}" for name in (*_KINDS, *_CHANGES))):
        if local(element) in _CHANGES:
            is_changed = True
        elif not any(local(parent) in ("Fallback", "object") for parent in element.iterancestors()):
            shown[_KINDS[local(element)]] += 1
        elif local(element) == "OLEObject":
            shown[_KINDS["OLEObject"]] += 1
    shown["chart"] = sum(number not in package.charts for number in chart_references(package.body.root))
    for noun, count in shown.items():
        yield from not_read(count, noun)
    if package.has_macros:
        yield MACROS
    if is_changed:
        yield "tracked changes were read as accepted"


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
