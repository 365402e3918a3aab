"""Tables within the rows of a sheet: several tables, their header rows, lines of text above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from knowledge.parse.document_builder import DocumentBuilder

MAX_CELLS = 1_048_576  # as many as a sheet has rows; 100,000 rows of ten take 5 to 9 s of processor time
_MAX_MERGED_ROWS = 10_000

Row = Mapping[int, str]  # the row's texts by column, without its empty cells
Merge = tuple[int, int, int, int]  # first row and column, last row and column, from 0

_NUMBER = re.compile(
    r"[-+(]?\s*+(?:[^\w\s-]|[A-Z]{3}\s)?\s*+\d[\d.,'\s]*+(?:[eE][-+]?\d+)?\s*(?:%|[^\w\s]|[A-Z]{3})?\)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?")
_SAMPLE_ROWS = 20


def write_tables(builder: DocumentBuilder, rows: Sequence[Row]) -> None:
    """Write the rows as tables, parted by empty rows, with lines of text above a table as such."""
    for stretch in stretches(rows):
        lines = lines_above(stretch)
        builder.paragraph("\n".join(text for row in stretch[:lines] for text in row.values()))
        if table := stretch[lines:]:
            columns = sorted({column for row in table for column in row})
            builder.table([[row.get(column, "") for column in columns] for row in table], has_header(table))


def column_letters(column: int) -> str:
    """The letters of a column from 0, as `AB`."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters


def fill_down(rows: Sequence[dict[int, str]], merges: Iterable[Merge]) -> None:
    """Repeat the first cell of each merge in every row that it reaches and that has a text."""
    for top, column, bottom, _ in merges:
        text = rows[top].get(column) if top < min(bottom, len(rows)) else None
        if text:
            for row in rows[top + 1 : min(bottom, top + _MAX_MERGED_ROWS) + 1]:
                if row:
                    row.setdefault(column, text)


def has_header(rows: Sequence[Row]) -> bool:
    """Tell if the first row names the columns: it has no number or date where those below it have one too."""
    below = rows[1 : 1 + _SAMPLE_ROWS]
    return not any(
        kind and kind == next((_kind(row[column]) for row in below if column in row), "")
        for column, text in rows[0].items()
        if (kind := _kind(text))
    )


def stretches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows between empty ones. Rows that continue with numbers in the same columns join those above."""
    held: list[Row] = []
    gap = False
    for row in rows:
        if not row:
            gap = True
            continue
        if held and gap and not _continues(held, row):
            yield held
            held = []
        held.append(row)
        gap = False
    if held:
        yield held


def lines_above(rows: Sequence[Row]) -> int:
    """The number of rows at the start that are lines of text, of one cell each, above a table of several columns."""
    wide = next((number for number, row in enumerate(rows) if len(row) > 1), None)
    return len(rows) if wide is None else wide


def _continues(held: Sequence[Row], row: Row) -> bool:
    columns = {column for above in held[-_SAMPLE_ROWS:] for column in above}
    shared = sum(column in columns for column in row)
    return len(row) > 1 and shared * 2 > len(row) and any(_kind(text) in ("number", "date") for text in row.values())


def _kind(text: str) -> str:
    if _YEAR.fullmatch(text):
        return "year"
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else ""
