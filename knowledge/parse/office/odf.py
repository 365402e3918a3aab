"""OpenDocument texts, spreadsheets and presentations, as packages and as flat XML."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from lxml import etree

from knowledge.document import Document, not_read
from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.math_text import mathml_text
from knowledge.parse.office.odf_styles import OdfStyles
from knowledge.parse.office.odf_text import (
    MAX_REPEATED_CELLS,
    OdfTextReader,
    annotation_text,
    flat_text,
    paragraph_text,
)
from knowledge.parse.office.package import (
    Parts,
    attribute,
    children,
    damaged,
    encrypted,
    local,
    opened_package,
    safe_parser,
    whole_number,
)
from knowledge.parse.office.slides import Bounds, in_rows
from knowledge.parse.office.table_shape import MAX_CELLS, column_letters, write_tables

_PROPERTIES = {"title": "title", "creator": "author", "subject": "subject", "keyword": "keywords"}
_TEXT, _SHEETS, _SLIDES = "OpenDocument text", "OpenDocument spreadsheet", "OpenDocument presentation"


def parse_odt(data: bytes, name: str) -> Document:
    """Headings, paragraphs, lists and tables in the order in which they stand, then the notes.

    Raises Unreadable for a file that is damaged, encrypted or a zip bomb; so do the others here.
    """
    with _opened(data, _TEXT) as (content, parts, properties):
        root = etree.parse(content, safe_parser()).getroot()
        shared = parts.find("styles.xml") if parts else None
        reader = OdfTextReader(DocumentBuilder(), _styles(root, shared, parts))
        body = _body(root, "text", _TEXT)
        reader.blocks(body)
        reader.notes()
        for line in _margins(root if shared is None else shared, reader):
            reader.builder.paragraph(line)
        reader.builder.lose(*_losses(body))
    title = properties.pop("title", "") or reader.title or reader.builder.first_heading or name
    return reader.builder.build(title, properties)


def parse_ods(data: bytes, name: str) -> Document:
    """Each sheet under its name, hidden ones too, its cells as they are shown.

    `truncated` in the metadata says where reading a huge one stopped.
    """
    builder = DocumentBuilder()
    with _opened(data, _SHEETS) as (content, _, properties):
        truncated = read_sheets(content, builder)
    title = properties.pop("title", "") or name
    return builder.build(title, {**properties, **({"truncated": truncated} if truncated else {})})


def parse_odp(data: bytes, name: str) -> Document:
    """Each slide is a page under its title: its texts in reading order, tables, then the speaker's notes."""
    builder = DocumentBuilder()
    with _opened(data, _SLIDES) as (content, parts, properties):
        root = etree.parse(content, safe_parser()).getroot()
        body = _body(root, "presentation", _SLIDES)
        styles = _styles(root, parts.find("styles.xml") if parts else None, parts)
        first_title = read_slides(body, OdfTextReader(builder, styles))
        builder.lose(*_losses(body))
    return builder.build(properties.pop("title", "") or first_title or name, properties)


@contextmanager
def _opened(data: bytes, noun: str) -> Iterator[tuple[IO[bytes], Parts | None, dict[str, str]]]:
    """The XML of the content, the parts of its package, None for a flat file, and the properties.

    Damage that shows within the block becomes Unreadable.
    """
    try:
        if not data.startswith(b"PK"):
            yield io.BytesIO(data), None, {}
            return
        with opened_package(data, noun) as parts:
            manifest = parts.find("META-INF/manifest.xml")
            if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
                raise encrypted(noun)
            meta = parts.find("meta.xml")
            found = (
                [] if meta is None else [(_PROPERTIES.get(local(e)), one_line(e.text or "")) for e in meta.iter("*")]
            )
            with parts.reading("content.xml") as content:
                properties = {name: value for name, value in found if name and value}
                yield content, parts, properties
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise damaged(noun) from error


def _body(root: etree._Element, kind: str, noun: str) -> etree._Element:
    for body in children(root, "body"):
        for content in children(body, kind):
            return content
    raise damaged(noun, "it has no body")


_MARGINS = ("{*}header", "{*}header-left", "{*}header-first", "{*}footer", "{*}footer-left", "{*}footer-first")


def _styles(root: etree._Element, shared: etree._Element | None, parts: Parts | None) -> OdfStyles:
    """The styles of a document, of its content as of the part for all, and its equations."""
    objects = {attribute(one, "href").removeprefix("./") for one in root.iter("{*}object")} if parts else set[str]()
    formulas = {name: parts.find(f"{name}/content.xml") for name in sorted(objects)} if parts else {}
    return OdfStyles(
        [root] if shared is None else [shared, root],
        {name: mathml_text(one) for name, one in formulas.items() if one is not None and local(one) == "math"},
    )


def _margins(root: etree._Element, reader: OdfTextReader) -> Iterator[str]:
    """The different lines of headers and footers with words in them, which stand on every page."""
    masters = root.iter("{*}master-page")
    lines = (one_line(line) for page in masters for margin in page.iter(*_MARGINS) for line in reader.lines(margin))
    return (line for line in dict.fromkeys(lines) if any(map(str.isalpha, line)))


def _losses(body: etree._Element) -> Iterator[str]:
    yield from not_read(sum(1 for _ in body.iter("{*}image")), "picture")
    if next(body.iter("{*}changed-region"), None) is not None:
        yield "tracked changes were read as accepted"


_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc)?")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6}
_REPEATED = frozenset({"header", "footer", "date-time", "page-number", "page"})  # on every slide


def read_slides(presentation: etree._Element, reader: OdfTextReader) -> str:
    """Write every slide as a page under its title; return the first title."""
    first_title = ""
    for number, slide in enumerate(children(presentation, "page"), 1):
        shapes = list(in_rows([(_bounds(shape), shape) for shape in slide if _is_shown(shape)]))
        title = next((shape for shape in shapes if attribute(shape, "class") == "title" and flat_text(shape)), None)
        words = "" if title is None else _shape_text(title)
        notes = " ".join(_shape_text(shape) for page in children(slide, "notes") for shape in page if _is_shown(shape))
        reader.builder.page()
        if words or notes.strip() or any(map(_shape_text, shapes)):
            reader.builder.heading(1, words or f"Slide {number}")
        first_title = first_title or words
        for shape in shapes:
            if shape is not title:
                reader.blocks(shape)
        reader.builder.paragraph(f"Notes:\n{notes.strip()}" if notes.strip() else "")
    return first_title


def _is_shown(shape: etree._Element) -> bool:
    return local(shape) != "notes" and attribute(shape, "class") not in _REPEATED


def _shape_text(shape: etree._Element) -> str:
    """The text in the shape's frames, or its own, on one line."""
    boxes = list(shape.iter("{*}text-box"))
    return " ".join(filter(None, map(flat_text, boxes))) if boxes else flat_text(shape)


def _bounds(shape: etree._Element) -> Bounds | None:
    if not attribute(shape, "y"):
        return None
    return Bounds(*(_centimetres(attribute(shape, name)) for name in ("y", "x", "height")))


def _centimetres(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    try:
        return float(found[1]) * _CENTIMETRES[found[2] or "cm"] if found else 0.0
    except ValueError:
        return 0.0


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELL, _COVERED = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_ANNOTATION = f"{_OFFICE}annotation"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_COLUMNS_REPEATED, _ROWS_REPEATED = f"{_TABLE}number-columns-repeated", f"{_TABLE}number-rows-repeated"
_ROWS_SPANNED = f"{_TABLE}number-rows-spanned"


def read_sheets(content: IO[bytes], builder: DocumentBuilder) -> str:
    """Write every sheet under its name; return where reading stopped at MAX_CELLS, "" when all was read.

    Rows are freed as they are read. Raises lxml's XMLSyntaxError for damaged XML.
    """
    sheet = _Sheet("")
    left = MAX_CELLS
    for event, element in etree.iterparse(
        content,
        events=("start", "end"),
        tag=(_SHEET, _ROW),
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
    ):
        if element.tag == _SHEET:
            if event == "end":
                sheet.write(builder)
                element.clear()
            sheet = _Sheet(element.get(f"{_TABLE}name") or "")
        elif event == "end":
            left -= sheet.add(element)
            element.clear()
            while (parent := element.getparent()) is not None and element.getprevious() is not None:
                del parent[0]
            if left < 0:
                sheet.write(builder)
                return f"{sheet.name}: nothing after row {len(sheet.rows):,} is read"
    return ""


class _Sheet:
    """The rows of one sheet, and the cells above that still reach down."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[dict[int, str]] = []
        self._comments: list[str] = []
        self._below: dict[int, tuple[str, int]] = {}

    def add(self, row: etree._Element) -> int:
        """Add the row as often as it is repeated; return how many cells that made."""
        cells: dict[int, str] = {}
        commented: list[tuple[int, etree._Element]] = []
        column = 0
        for cell in row.iterchildren(_CELL, _COVERED):
            repeated = cell.get(_COLUMNS_REPEATED)
            times = whole_number(repeated, 1) if repeated else 1
            if cell.tag == _CELL and (text := _cell_text(cell)):
                for place in range(column, column + min(times, MAX_REPEATED_CELLS)):
                    cells[place] = text
                if spanned := cell.get(_ROWS_SPANNED):
                    self._below[column] = (text, whole_number(spanned, 1))
            if len(cell) and cell[0].tag == _ANNOTATION:
                commented.append((column, cell[0]))
            column += times
        for at, annotation in commented:
            named = f" ({cells[min(cells)]})" if cells else ""
            self._comments.append(annotation_text(annotation, f"{column_letters(at)}{len(self.rows) + 1}{named}"))
        self._fill_down(cells)
        times = min(whole_number(row.get(_ROWS_REPEATED) or "", 1), MAX_REPEATED_CELLS) if cells else 1
        self.rows += [cells] * times
        return len(cells) * times

    def write(self, builder: DocumentBuilder) -> None:
        if any(self.rows):
            builder.heading(1, self.name)
            write_tables(builder, self.rows)
        for told in self._comments:
            builder.paragraph(told)

    def _fill_down(self, cells: dict[int, str]) -> None:
        """Put the text of a merged cell into each row that it reaches, so that the row says it on its own."""
        for column, (text, height) in list(self._below.items()):
            if cells:
                cells.setdefault(column, text)
            self._below[column] = (text, height - 1)
            if height <= 1:
                del self._below[column]


def _cell_text(cell: etree._Element) -> str:
    """The text that the cell shows, or its value where that is not kept in the file."""
    texts = [paragraph_text(p) if len(p) else p.text or "" for p in cell.iterchildren(_PARAGRAPH)]
    return " ".join(texts).strip() or cell.get(f"{_OFFICE}value") or cell.get(f"{_OFFICE}date-value") or ""
