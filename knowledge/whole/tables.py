"""Finds the Markdown pipe tables in a text, with the span of each row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.document import Span

_CODE_FENCE = re.compile(r"^[ \t]*(```|~~~)")
_DELIMITER = re.compile(r"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_LONGEST_NAME = 80  # characters of the line above a table; the rest of a longer one does not name it
_CELL_BORDER = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row below the header: a cell for every column, and the span of its line."""

    cells: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: the line of text above it, a heading or a sheet's name. The span covers header to last row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    span: Span

    def column(self, at: int) -> list[str]:
        """Return the cells of one column, top to bottom."""
        return [row.cells[at] for row in self.rows]


def find_tables(text: str) -> list[Table]:
    """Return the tables with a header, a delimiter row and at least one row, in order; none inside a code block."""
    lines = list(_lines(text))
    found, at, above = [], 0, ""
    while at < len(lines):
        line = lines[at][1]
        if "|" in line and at + 1 < len(lines) and _is_header(line, lines[at + 1][1]):
            end = at + 2
            while end < len(lines) and "|" in lines[end][1]:
                end += 1
            if end > at + 2:
                found.append(_table(above, lines[at:end]))
            at, above = end, ""
        else:
            above = line.strip(" \t#*:")[:_LONGEST_NAME] or above
            at += 1
    return found


def _is_header(line: str, below: str) -> bool:
    return "-" in below and bool(_DELIMITER.match(below)) and len(_cells(below)) == len(_cells(line))


def _table(name: str, lines: list[tuple[int, str]]) -> Table:
    columns = tuple(cell or f"column {at}" for at, cell in enumerate(_cells(lines[0][1]), 1))
    padding = ("",) * len(columns)
    rows = tuple(
        TableRow((*_cells(line), *padding)[: len(columns)], (start, start + len(line))) for start, line in lines[2:]
    )
    last = lines[-1]
    return Table(name, columns, rows, (lines[0][0], last[0] + len(last[1])))


def _cells(line: str) -> tuple[str, ...]:
    parts = _CELL_BORDER.split(line.strip()) if "\\" in line else line.strip().split("|")
    inner = parts[1 if not parts[0].strip() else 0 : -1 if not parts[-1].strip() else None]
    return tuple(part.strip().replace(r"\|", "|") for part in inner)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    fence, start = "", 0
    for line in text.split("\n"):
        if mark := _CODE_FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        yield start, "" if fence else line.rstrip("\r")
        start += len(line) + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """`text`: a count in words, as `37 of 102 rows where status = open`. `span`: the stretch it was counted in.

    `items`: the spans of the things counted, where these can be listed. `answers`: True when it is exactly the count
    that the question asks for; else it only describes the document.
    """

    text: str
    span: Span
    items: tuple[Span, ...] = ()
    answers: bool = False
