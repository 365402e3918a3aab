"""The visible text of one HTML element."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.parse.transcript import one_line

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


def is_hidden(element: "_Element") -> bool:
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


def flat_text(element: "_Element") -> str:
    """All visible text of the element, on one line."""
    return one_line("".join(_visible(element, apart=" ")))


def preformatted_text(element: "_Element") -> str:
    """All visible text of the element, its white space kept and `<br>` as a line end."""
    return "".join(_visible(element, apart="")).removeprefix("\n")


def _visible(root: "_Element", apart: str) -> Iterator[str]:
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
