"""Running text of OpenDocument files: headings, paragraphs, lists, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.inline import comment, lowered, raised, with_address, without_symbol_codes
from knowledge.parse.office.list_numbers import ListCounter
from knowledge.parse.office.odf_styles import OdfStyles
from knowledge.parse.office.package import attribute, children, local, whole_number

MAX_REPEATED_CELLS = 1000

# Deleted text, comments, pronunciation, and generated lists such as the table of contents.
_UNSEEN = frozenset(
    "tracked-changes annotation ruby-text note frame custom-shape bibliography table-of-content table-index "
    "illustration-index alphabetical-index user-index object-index sequence-decls forms".split()
)
_CONTAINERS = frozenset({"section", "frame", "text-box", "custom-shape", "g", "a"})
_APART = frozenset({"text-box", "custom-shape", "annotation", "note"})
_BOXES = ("{*}text-box", "{*}custom-shape")
_BESIDE = ("{*}note-body", "{*}annotation", *_BOXES)
_ROW_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_SHIFTS = {"super": raised, "sub": lowered}
_NO_STYLES = OdfStyles()
_MAX_LEVEL = 6
_MAX_DEPTH = 40  # of lists, sections and tables within each other


@dataclass(frozen=True, slots=True)
class _List:
    """A list around blocks, `depth` lists deep from 0 on. `style`: the name of its style."""

    counter: ListCounter
    style: str
    depth: int


class OdfTextReader:
    """Walks running text and writes it. `title`: the first paragraph in the style for titles."""

    def __init__(self, builder: DocumentBuilder, styles: OdfStyles) -> None:
        self.builder = builder
        self.title = ""
        self._styles = styles
        self._notes: list[str] = []
        self._headings = ListCounter()
        self._counters: dict[str, ListCounter] = {}  # by the id of their list, and by the style of the last such list

    def blocks(self, container: etree._Element, depth: int = 0, within: _List | None = None) -> None:
        """Write the blocks of `container`, which stands in the list `within`."""
        if depth > _MAX_DEPTH:
            return
        number = self._item_number(container, within) if local(container) == "list-item" else None
        for block in container:
            name = local(block)
            if name in ("p", "h"):
                self._paragraph(block, depth, within, number)
                number = None
            elif name == "list":
                listed = self._list(block, within)
                for item in block:
                    if local(item) in ("list-header", "list-item"):
                        self.blocks(item, depth + 1, listed)
            elif name == "table":
                self._table(block, depth)
            elif name in _CONTAINERS:
                self.blocks(block, depth + 1, within)

    def notes(self) -> None:
        """Write the footnotes and endnotes of everything read so far."""
        for note in self._notes:
            self.builder.paragraph(note)

    def lines(self, container: etree._Element) -> Iterator[str]:
        """The text of each paragraph, of those in text boxes too, and the comments on it."""
        for block in container.iter("{*}p", "{*}h"):
            if not _is_within(block, container, _UNSEEN - {"frame", "custom-shape"}):
                yield paragraph_text(block, self._styles)
                yield from _comments(block)

    def _list(self, block: etree._Element, within: _List | None) -> _List:
        style = attribute(block, "style-name") or (within.style if within else "")
        if within:
            return _List(within.counter, style, within.depth + 1)
        continued = attribute(block, "continue-list") or (
            f"style {style}" if attribute(block, "continue-numbering") == "true" else ""
        )
        counter = self._counters.get(continued) or ListCounter()
        self._counters[f"style {style}"] = counter
        if list_id := next((str(v) for k, v in block.items() if str(k).endswith("}id")), ""):
            self._counters[list_id] = counter
        return _List(counter, style, 0)

    def _item_number(self, item: etree._Element, within: _List | None) -> str | None:
        """The number that is shown before an item; None where its first block is no text of its own."""
        first = next((child for child in item if local(child) in ("p", "h", "list")), None)
        if within is None or first is None or local(first) == "list":
            return None
        style = within.style or self._styles.list_of(attribute(first, "style-name"))
        if start := attribute(item, "start-value"):
            within.counter.restart(within.depth, whole_number(start, 1))
        return within.counter.next(within.depth, self._styles.list_levels(style))

    def _paragraph(self, block: etree._Element, depth: int, within: _List | None, number: str | None) -> None:
        text = paragraph_text(block, self._styles)
        is_title = self._styles.is_title(attribute(block, "style-name"))
        if (local(block) == "h" or is_title) and text.strip():
            level = 1 if is_title else max(whole_number(attribute(block, "outline-level"), 1), 1)
            if local(block) == "h" and not number and attribute(block, "is-list-header") != "true":
                number = self._headings.next(min(level, 9) - 1, self._styles.outline) if self._styles.outline else ""
            self.builder.heading(min(level, _MAX_LEVEL), f"{number or ''} {text}")
            self.title = self.title or (one_line(text) if is_title else "")
        elif within is not None:
            self.builder.item(text, within.depth, number or "")
        else:
            self.builder.paragraph(text)
        if next(block.iter(*_BESIDE), None) is None:
            return
        self._keep_notes(block)
        for told in _comments(block):
            self.builder.paragraph(told)
        for box in block.iter(*_BOXES):
            if not _is_within(box, block, _APART):
                self.blocks(box, depth + 1)

    def _keep_notes(self, container: etree._Element) -> None:
        for body in container.iter("{*}note-body"):
            self._notes.append(flat_text(body, self._styles))

    def _table(self, table: etree._Element, depth: int) -> None:
        rows = [list(row_cells(row)) for row in table_rows(table)]
        cells = [cell for row in rows for cell in row if cell is not None]
        has_sections = any(next(cell.iter("{*}h", "{*}table"), None) is not None for cell in cells)
        if max(map(len, rows), default=0) < 2 or has_sections:  # the table only places its cells
            for cell in cells:
                self.blocks(cell, depth + 1)
        else:
            self._keep_notes(table)
            texts = [["" if cell is None else " ".join(self.lines(cell)) for cell in row] for row in rows]
            self.builder.table(texts)


def paragraph_text(paragraph: etree._Element, styles: OdfStyles = _NO_STYLES) -> str:
    """The paragraph's words, its line breaks as `\\n`, without its notes, comments and frames."""
    return without_symbol_codes("".join(_runs(paragraph, styles)))


def flat_text(container: etree._Element, styles: OdfStyles = _NO_STYLES) -> str:
    """All text of `container`, on one line."""
    found = [
        paragraph_text(block, styles)
        for block in container.iter("{*}p", "{*}h")
        if not _is_within(block, container, _UNSEEN)
    ]
    return one_line(" ".join(found))


def annotation_text(annotation: etree._Element, place: str = "") -> str:
    """A comment as it is told."""
    author = next((creator.text or "" for creator in children(annotation, "creator")), "")
    return comment(author, one_line(" ".join(map(paragraph_text, annotation.iter("{*}p")))), place)


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


def _comments(block: etree._Element) -> Iterator[str]:
    return (annotation_text(found) for found in block.iter("{*}annotation"))


def _runs(element: etree._Element, styles: OdfStyles) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            yield " "
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name == "a":
            yield with_address("".join(_runs(child, styles)), attribute(child, "href"))
        elif name == "span" and (shift := styles.shifts.get(attribute(child, "style-name"))):
            yield _SHIFTS[shift]("".join(_runs(child, styles)))
        elif name == "frame" and styles.formulas:
            objects = children(child, "object")
            yield "".join(styles.formulas.get(attribute(one, "href").removeprefix("./"), "") for one in objects)
        elif name not in _UNSEEN:
            yield from _runs(child, styles)
        yield child.tail or ""


def _is_within(element: etree._Element, root: etree._Element, names: frozenset[str]) -> bool:
    """Tell if an ancestor of the element, below `root`, has one of the names."""
    for parent in element.iterancestors():
        if parent is root:
            return False
        if local(parent) in names:
            return True
    return False
