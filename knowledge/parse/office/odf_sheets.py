"""OpenDocument spreadsheets: their sheets as tables of what the cells show."""

from typing import IO, TYPE_CHECKING

from knowledge.parse.office.odf_text import MAX_REPEATED_CELLS, paragraph_text
from knowledge.parse.office.package import whole_number
from knowledge.parse.office.table_shape import write_tables
from knowledge.parse.transcript import Transcript

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_CELLS = 1_048_576  # as many as a sheet has rows; 100,000 rows of ten take 5 to 9 s of processor time

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELL, _COVERED = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_COLUMNS_REPEATED, _ROWS_REPEATED = f"{_TABLE}number-columns-repeated", f"{_TABLE}number-rows-repeated"
_ROWS_SPANNED = f"{_TABLE}number-rows-spanned"


def read_sheets(content: IO[bytes], transcript: Transcript) -> str:
    """Write every sheet under its name; return where reading stopped at MAX_CELLS, "" when all was read.

    Rows are forgotten as they are read. Raises lxml's XMLSyntaxError for damaged XML.
    """
    from lxml import etree

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
                sheet.write(transcript)
                element.clear()
            sheet = _Sheet(element.get(f"{_TABLE}name") or "")
        elif event == "end":
            left -= sheet.add(element)
            _forget(element)
            if left < 0:
                sheet.write(transcript)
                return f"{sheet.name}: nothing after row {len(sheet.rows):,} is read"
    return ""


def _forget(element: "_Element") -> None:
    element.clear()
    while (parent := element.getparent()) is not None and element.getprevious() is not None:
        del parent[0]


class _Sheet:
    """The rows of one sheet, with what cells from above still reach down to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[dict[int, str]] = []
        self._below: dict[int, tuple[str, int]] = {}

    def add(self, row: "_Element") -> int:
        """Take the row as often as it is repeated; return how many cells that made."""
        cells = self._cells(row)
        times = min(whole_number(row.get(_ROWS_REPEATED) or "", 1), MAX_REPEATED_CELLS) if cells else 1
        self.rows += [cells] * times
        return len(cells) * times

    def write(self, transcript: Transcript) -> None:
        if any(self.rows):
            transcript.heading(1, self.name)
            write_tables(transcript, self.rows)

    def _cells(self, row: "_Element") -> dict[int, str]:
        cells: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren(_CELL, _COVERED):
            repeated = cell.get(_COLUMNS_REPEATED)
            times = whole_number(repeated, 1) if repeated else 1
            if cell.tag == _CELL and (text := _shown(cell)):
                for place in range(column, column + min(times, MAX_REPEATED_CELLS)):
                    cells[place] = text
                if spanned := cell.get(_ROWS_SPANNED):
                    self._below[column] = (text, whole_number(spanned, 1))
            column += times
        if self._below:
            self._fill(cells)
        return cells

    def _fill(self, cells: dict[int, str]) -> None:
        """Put the text of a merged cell into each row that it reaches, so that the row says it on its own."""
        for column, (text, height) in list(self._below.items()):
            if cells:
                cells.setdefault(column, text)
            self._below[column] = (text, height - 1)
            if height <= 1:
                del self._below[column]


def _shown(cell: "_Element") -> str:
    """What the cell shows; what it holds where that is not kept in the file."""
    texts = [paragraph_text(p) if len(p) else p.text or "" for p in cell.iterchildren(_PARAGRAPH)]
    return " ".join(texts).strip() or cell.get(f"{_OFFICE}value") or cell.get(f"{_OFFICE}date-value") or ""
