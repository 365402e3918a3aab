"""Running text of OpenDocument files: headings, paragraphs, lists, tables."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.package import attribute, children, local, whole_number

MAX_REPEATED_CELLS = 1000

# Deleted text, comments, pronunciation, and generated lists such as the table of contents.
_UNSEEN = frozenset(
    "tracked-changes annotation ruby-text note frame custom-shape bibliography table-of-content table-index "
    "illustration-index alphabetical-index user-index object-index sequence-decls forms".split()
)
_CONTAINERS = frozenset({"section", "frame", "text-box", "custom-shape", "g", "a"})
_APART = frozenset({"text-box", "custom-shape", "annotation", "note"})
_ROW_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_MAX_LEVEL = 6
_MAX_DEPTH = 40  # of lists, sections and tables within each other


class OdfTextReader:
    """Walks running text and writes it. `title`: the first paragraph in the style for titles."""

    def __init__(self, builder: DocumentBuilder, root: etree._Element) -> None:
        self.builder = builder
        self.title = ""
        self._notes: list[str] = []
        self._parents = {
            attribute(style, "name"): attribute(style, "parent-style-name") for style in root.iter("{*}style")
        }

    def blocks(self, container: etree._Element, depth: int = 0, list_depth: int | None = None) -> None:
        """Write the blocks of `container`; `list_depth`: the number of lists around it, from 0, None outside lists."""
        if depth > _MAX_DEPTH:
            return
        for block in container:
            name = local(block)
            if name in ("p", "h"):
                self._paragraph(block, depth, list_depth)
            elif name == "list":
                inner = 0 if list_depth is None else list_depth + 1
                for item in children(block, "list-header") + children(block, "list-item"):
                    self.blocks(item, depth + 1, inner)
            elif name == "table":
                self._table(block, depth)
            elif name in _CONTAINERS:
                self.blocks(block, depth + 1, list_depth)

    def notes(self) -> None:
        """Write the footnotes and endnotes of everything read so far."""
        for note in self._notes:
            self.builder.paragraph(note)

    def _paragraph(self, block: etree._Element, depth: int, list_depth: int | None) -> None:
        text = paragraph_text(block)
        is_title = self._has_title_style(block)
        if (local(block) == "h" or is_title) and text.strip():
            level = 1 if is_title else whole_number(attribute(block, "outline-level"), 1)
            self.builder.heading(min(max(level, 1), _MAX_LEVEL), text)
            self.title = self.title or (one_line(text) if is_title else "")
        elif list_depth is not None:
            self.builder.item(text, list_depth)
        else:
            self.builder.paragraph(text)
        self._keep_notes(block)
        for box in block.iter("{*}text-box", "{*}custom-shape"):
            if not _is_within(box, block, _APART):
                self.blocks(box, depth + 1)

    def _keep_notes(self, container: etree._Element) -> None:
        for body in container.iter("{*}note-body"):
            self._notes.append(flat_text(body))

    def _has_title_style(self, block: etree._Element) -> bool:
        """Tell if the block's style is, or is based on, the style for titles."""
        name = attribute(block, "style-name")
        chain: list[str] = []
        while name and name not in chain and len(chain) < _MAX_DEPTH:
            chain.append(name)
            name = self._parents.get(name, "")
        return "Title" in chain

    def _table(self, table: etree._Element, depth: int) -> None:
        rows = [list(row_cells(row)) for row in table_rows(table)]
        cells = [cell for row in rows for cell in row if cell is not None]
        has_sections = any(next(cell.iter("{*}h", "{*}table"), None) is not None for cell in cells)
        if max(map(len, rows), default=0) < 2 or has_sections:  # the table only places its cells
            for cell in cells:
                self.blocks(cell, depth + 1)
        else:
            self._keep_notes(table)
            self.builder.table([["" if cell is None else flat_text(cell) for cell in row] for row in rows])


def paragraph_text(paragraph: etree._Element) -> str:
    """The paragraph's words, its line breaks as `\\n`, without its notes, comments and frames."""
    return "".join(_runs(paragraph))


def flat_text(container: etree._Element) -> str:
    """All text of `container`, on one line."""
    found = [
        paragraph_text(block) for block in container.iter("{*}p", "{*}h") if not _is_within(block, container, _UNSEEN)
    ]
    return one_line(" ".join(found))


def table_rows(table: etree._Element) -> Iterator[etree._Element]:
    """The table's rows, also those in groups."""
    for child in table:
        if local(child) == "table-row":
            yield child
        elif local(child) in _ROW_GROUPS:
            yield from table_rows(child)


def row_cells(row: etree._Element) -> Iterator[etree._Element | None]:
    """The row's cells on the table's grid; None where another cell covers it."""
    for cell in row:
        times = min(whole_number(attribute(cell, "number-columns-repeated"), 1), MAX_REPEATED_CELLS)
        if local(cell) == "table-cell":
            yield from [cell] * times
        elif local(cell) == "covered-table-cell":
            yield from [None] * times


def _runs(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            yield " "
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name not in _UNSEEN:
            yield from _runs(child)
        yield child.tail or ""


def _is_within(element: etree._Element, root: etree._Element, names: frozenset[str]) -> bool:
    """Tell if an ancestor of the element, below `root`, has one of the names."""
    for parent in element.iterancestors():
        if parent is root:
            return False
        if local(parent) in names:
            return True
    return False
