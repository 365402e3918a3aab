"""Finds the Markdown tables in a text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from knowledge.document import Span

_CODE_FENCE = re.compile(r"^[ \t]*+(```|~~~)")
_DELIMITER = re.compile(r"^\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*$")
_LONGEST_NAME = 80  # characters of the line above a table; the rest of a longer one does not name it
_LONGEST_ROW = 100_000  # characters; the rest of a longer line is in no cell
_MOST_SHARED = 10_000  # different cells that are kept once, however often they occur
_CELL_BORDER = re.compile(r"(?<!\\)\|")


class Spans(Sequence[Span]):
    """Many spans, in a tenth of the memory that a list of them takes."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts, self._ends = array("q"), array("q")
        for span in spans:
            self.append(span)

    def append(self, span: Span) -> None:
        """Add a span at the end."""
        self._starts.append(span[0])
        self._ends.append(span[1])

    def __len__(self) -> int:
        """The number of spans."""
        return len(self._starts)

    @overload
    def __getitem__(self, at: int) -> Span: ...

    @overload
    def __getitem__(self, at: slice) -> list[Span]: ...

    def __getitem__(self, at: int | slice) -> Span | list[Span]:
        """The span, or a list of them."""
        if isinstance(at, slice):
            return list(zip(self._starts[at], self._ends[at], strict=True))
        return self._starts[at], self._ends[at]


@dataclass(frozen=True, slots=True)
class Table:
    """`name`: the line of text above it, a heading or a sheet's name. The span covers header to last row.

    `cells`: for every column those below the header, top to bottom; `rows`: the spans of their lines. `unit`: what its
    rows are called; `nouns`: other words for them.
    """

    name: str
    columns: tuple[str, ...]
    cells: tuple[list[str], ...]
    rows: Spans
    span: Span
    unit: str = "rows"
    nouns: tuple[str, ...] = ()

    def moved(self, by: int) -> Table:
        """The table with its spans so many characters later."""
        rows = Spans((start + by, end + by) for start, end in self.rows)
        return replace(self, rows=rows, span=(self.span[0] + by, self.span[1] + by))


def find_tables(text: str) -> Iterator[Table]:
    """Yield the tables with a header, a delimiter row and at least one row, in order; none inside a code block."""
    lines, above = lines_outside_code(text), ""
    line = next(lines, None)
    while line:
        below = next(lines, None)
        if below and _is_header(line[1], below[1]):
            table, line = _table(above, line, lines)
            above = ""
            if table.rows:
                yield table
        else:
            above = line[1].strip(" \t#*:")[:_LONGEST_NAME] or above
            line = below


def joined_tables(tables: Sequence[Table]) -> list[Table]:
    """The tables, as one where all have the same columns: the sheets of a year. A last column names a row's table."""
    if len(tables) < 2 or len({table.columns for table in tables}) > 1:
        return list(tables)
    first, last = tables[0], tables[-1]
    cells = tuple([cell for table in tables for cell in table.cells[at]] for at in range(len(first.columns)))
    names = [table.name for table in tables for _ in range(len(table.rows))]
    rows = Spans(span for table in tables for span in table.rows)
    span = (first.span[0], max(first.span[1], last.span[1]))
    nouns = tuple(noun for table in tables for noun in table.nouns)
    return [Table("", (*first.columns, "table"), (*cells, names), rows, span, first.unit, nouns)]


def _is_header(line: str, below: str) -> bool:
    is_delimiter = "|" in line and "-" in below and max(len(line), len(below)) <= _LONGEST_ROW
    return is_delimiter and bool(_DELIMITER.match(below)) and len(cells_of(below)) == len(cells_of(line))


def _table(
    name: str, header: tuple[int, str], lines: Iterator[tuple[int, str]]
) -> tuple[Table, tuple[int, str] | None]:
    """The table below its header and delimiter, and the line after it."""
    columns = tuple(cell or f"column {at}" for at, cell in enumerate(cells_of(header[1]), 1))
    padding, cells = ("",) * len(columns), tuple(list[str]() for _ in columns)
    appends = [column.append for column in cells]
    rows, known, after = Spans(), dict[str, str](), None
    for start, line in lines:
        if "|" not in line:
            after = start, line
            break
        rows.append((start, start + len(line)))
        for append, cell in zip(appends, (*cells_of(line), *padding), strict=False):
            same = known.get(cell)
            if same is None:
                same = cell
                if len(known) < _MOST_SHARED:
                    known[cell] = cell
            append(same)
    return Table(name, columns, cells, rows, (header[0], rows[-1][1] if rows else header[0])), after


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a row's line."""
    line = line[:_LONGEST_ROW].strip()
    if "\\" in line:
        parts = [part.strip().replace(r"\|", "|") for part in _CELL_BORDER.split(line)]
    else:
        parts = [part.strip() for part in line.split("|")]
    return tuple(parts[0 if parts[0] else 1 : None if parts[-1] else -1])


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield the start of each line, and the line; empty in code blocks.

    One by one: to split a text of millions of lines at once would stop every other thread.
    """
    fence, start = "", 0
    while start <= len(text):
        end = text.find("\n", start)
        line = text[start:] if end < 0 else text[start:end]
        if ("```" in line or "~~~" in line) and (mark := _CODE_FENCE.match(line)):
            fence = "" if fence == mark[1] else fence or mark[1]
        yield start, "" if fence else line.rstrip("\r")
        start += len(line) + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """`text`: a result in words, as `37 of 102 rows where status = open`; further lines for those of groups.

    `span`: the stretch it was counted in. `items`: the spans of the things counted, where these can be listed.
    `answers`: True when it is exactly what the question asks for; else it only describes the document. `listed`: the
    items belong to the answer.
    """

    text: str
    span: Span
    items: Sequence[Span] = ()
    answers: bool = False
    listed: bool = False
