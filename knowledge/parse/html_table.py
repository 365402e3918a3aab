"""HTML tables: the rows of those that hold data, told from those that only place things on a page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.parse.html_text import flat_text

if TYPE_CHECKING:
    from lxml.etree import _Element

HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})

_LAYOUT_SIGNS = ("table", *HEADING_LEVELS, *PREFORMATTED)
_MAX_CELL_CHARACTERS = 2000
_MAX_SPAN = 64
_MAX_COLUMNS = 1000


def data_rows(table: "_Element") -> list[list[str]]:
    """The table's cells on their grid; empty when the table is there for layout.

    Layout is what holds headings, code or further tables, has one column, or has cells as long as a page.
    """
    if table.get("role") == "presentation" or any(e is not table for e in table.iter(*_LAYOUT_SIGNS)):
        return []
    rows = list(_grid(table))
    columns = max((sum(map(bool, row)) for row in rows), default=0)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    return rows if columns > 1 and longest <= _MAX_CELL_CHARACTERS else []


def _grid(table: "_Element") -> Iterator[list[str]]:
    """Rows with a cell's text in its first column and row, and empty cells where it spans more."""
    caption = table.find("caption")
    if caption is not None:
        yield [flat_text(caption)]
    below: dict[int, int] = {}
    for row in table.iter("tr"):
        yield _row(row, below)


def _row(row: "_Element", below: dict[int, int]) -> list[str]:
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


def _span(cell: "_Element", name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), _MAX_SPAN) if value.isdecimal() and value.isascii() and int(value[:4]) else 1
