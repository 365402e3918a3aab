"""Excel workbooks → text, a sheet after another, read from their XML.

Why not a library: openpyxl 3.1.5 takes 22.7 s over a sheet of 100,000 rows and 10 columns where everything here takes
9.7 s (two cores, both busy), and gives neither formatted numbers nor, as it streams, merged cells. python-calamine
0.9.1 is faster, but loses number formats too: it shows 326 of 1,684 cells otherwise, as `-81.0` for `(81)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import IO

from lxml import etree

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.office.inline import with_address
from knowledge.parse.office.package import Parts, attribute, damaged, local, opened_package, whole_number
from knowledge.parse.office.table_shape import MAX_CELLS, Merge, fill_down, write_tables
from knowledge.parse.office.xlsx_comments import people_in, write_surroundings
from knowledge.parse.office.xlsx_format import NumberFormat, format_code, general, number_format

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_MAX_ROWS = 1_048_576  # of a sheet, as Excel itself has it

_LINK_FORMULA = re.compile(r'HYPERLINK\("([^"]{1,2000})"', re.IGNORECASE)
_NOUN = "Excel workbook"


def parse_xlsx(data: bytes, name: str) -> Document:
    """Each sheet under its name, hidden ones too, its cells as they are shown; formulas by the result that was saved.

    What lies beyond MAX_CELLS is left out; `truncated` in the metadata then says where that begins. Macros are
    ignored. Raises Unreadable for a package that is damaged, encrypted or a zip bomb.
    """
    builder = DocumentBuilder()
    left = MAX_CELLS
    with opened_package(data, _NOUN) as parts:
        book = Workbook(parts)
        people = people_in(parts, book.main)
        properties = parts.properties()
        for title, part in book.sheets():
            with parts.reading(part) as stream:
                cells = read_cells(stream, book, left, parts.addresses(part))
            if cells.count:
                builder.heading(1, title)
                write_tables(builder, cells.rows)
            write_surroundings(builder, parts, part, people, cells.rows)
            left -= cells.count
            if not cells.is_whole:
                properties["truncated"] = f"{title}: nothing after row {len(cells.rows):,} is read"
                break
    return builder.build(properties.pop("title", "") or name, properties)


@dataclass(frozen=True, slots=True)
class Cells:
    """`rows`: texts by column from 0, a mapping for each row from the first on. `is_whole`: nothing was left out."""

    rows: list[dict[int, str]]
    is_whole: bool

    @property
    def count(self) -> int:
        """The number of cells with a text."""
        return sum(map(len, self.rows))


class Workbook:
    """The data that all sheets share: the strings that cells name by number, and the number formats by style."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.main = parts.related("", "officeDocument") or "xl/workbook.xml"
        self.formats = self._number_formats()
        self.strings: list[str] = []
        strings = parts.related(self.main, "sharedStrings")
        if strings in parts.names:
            with parts.reading(strings) as stream:
                self.strings = [shared_text(element).strip() for element in elements(stream, ("si",))]

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Name and part of each sheet of cells, in the order of their tabs."""
        relations = self._parts.relations(self.main)
        sheets = self._parts.read(self.main).find("./{*}sheets")
        if sheets is None:
            raise damaged(_NOUN, "it has no sheets")
        for sheet in sheets:
            relation = next((relations[str(value)] for value in sheet.values() if value in relations), None)
            if relation is not None and relation.kind == "worksheet" and relation.target in self._parts.names:
                yield attribute(sheet, "name"), relation.target

    def _number_formats(self) -> list[NumberFormat]:
        styles = self._parts.find(self._parts.related(self.main, "styles"))
        if styles is None:
            return []
        settings = self._parts.read(self.main).find("./{*}workbookPr")
        epoch_1904 = settings is not None and attribute(settings, "date1904") in ("1", "true")
        custom = {
            whole_number(attribute(e, "numFmtId"), 0): attribute(e, "formatCode")
            for e in styles.iterfind("./{*}numFmts/{*}numFmt")
        }
        codes = [
            format_code(whole_number(attribute(e, "numFmtId"), 0), custom)
            for e in styles.iterfind("./{*}cellXfs/{*}xf")
        ]
        formats = {code: number_format(code, epoch_1904) for code in set(codes)}
        return [formats[code] for code in codes]


def read_cells(stream: IO[bytes], book: Workbook, max_cells: int, addresses: Mapping[str, str]) -> Cells:
    """The sheet's cells up to `max_cells`, the first cell of a merge repeated in each row that the merge reaches.

    So every row says on its own what a person reads off it. `addresses`: behind the links of cells, by id. Raises
    lxml's XMLSyntaxError for damaged XML.
    """
    rows: list[dict[int, str]] = []
    merges: list[str] = []
    seen = 0
    for element in elements(stream, ("row", "mergeCell", "hyperlink")):
        if local(element) == "mergeCell":
            merges.append(attribute(element, "ref"))
        elif local(element) == "hyperlink":
            _link(rows, element, addresses)
        elif seen < max_cells:
            number = whole_number(element.get("r") or "", len(rows) + 1)
            rows += [{} for _ in range(min(number - 1, _MAX_ROWS) - len(rows))]
            rows.append(_row(element, book))
            seen += max(len(element), 1)
        else:
            seen += 1
    fill_down(rows, filter(None, map(_merge, merges)))
    return Cells(rows, is_whole=seen <= max_cells)


def elements(stream: IO[bytes], names: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of these names as the stream is read, each freed after its turn."""
    tags = [f"{{*}}{name}" for name in names]
    for _, element in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, remove_comments=True):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def shared_text(element: etree._Element) -> str:
    """The text of a string with or without formatting, without how it is pronounced."""
    unseen = {text for said in element.iter("{*}rPh") for text in said}
    return "".join(text.text or "" for text in element.iter("{*}t") if text not in unseen)


def _row(element: etree._Element, book: Workbook) -> dict[int, str]:
    cells: dict[int, str] = {}
    column = -1
    for cell in element:
        reference = cell.get("r")
        column = _column(reference.rstrip("0123456789")) if reference else column + 1
        if text := _cell_text(cell, book):
            cells[column] = text
    return cells


def _cell_text(cell: etree._Element, book: Workbook) -> str:
    kind, value, formula = cell.get("t"), "", ""
    for child in cell:
        name = local(child)
        if name == "v":
            value = child.text or ""
        elif name == "f":
            formula = child.text or ""
        elif name == "is":
            return shared_text(child).strip()
    if kind == "s":
        place = whole_number(value, -1)
        return book.strings[place] if 0 <= place < len(book.strings) else ""
    if not value:
        return f"={formula}" if formula else ""
    if formula and (link := _LINK_FORMULA.match(formula)):
        return with_address(value.strip(), link[1])
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return value.strip() if kind in ("str", "e", "d") else _number_text(value, cell.get("s"), book.formats)


def _number_text(value: str, style: str | None, formats: Sequence[NumberFormat]) -> str:
    number = whole_number(style or "", 0)
    show = formats[number] if number < len(formats) else general
    if show is general and value.isdecimal() and len(value) < 16:
        return value
    try:
        return show(float(value))
    except (ValueError, OverflowError):
        return value


@lru_cache(maxsize=16_384)
def _column(letters: str) -> int:
    """The column from 0 that `letters` name."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return min(max(number - 1, 0), 16_383)


def _link(rows: list[dict[int, str]], link: etree._Element, addresses: Mapping[str, str]) -> None:
    """Put the address behind a cell after its text."""
    found = _REFERENCE.match(link.get("ref") or "")
    address = next((addresses[str(value)] for value in link.values() if value in addresses), "")
    row = rows[int(found[2]) - 1] if found and 0 < int(found[2]) <= len(rows) else {}
    if found and (text := row.get(_column(found[1]))):
        row[_column(found[1])] = with_address(text, address)


def _merge(reference: str) -> Merge | None:
    """The rows and columns of a reference such as `A1:B3`; None for anything else."""
    found = _REFERENCE.fullmatch(reference)
    if not found or not found[3]:
        return None
    return int(found[2]) - 1, _column(found[1]), int(found[4]) - 1, _column(found[3])
