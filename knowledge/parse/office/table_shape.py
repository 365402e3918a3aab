"""Tables within the rows of a sheet: several tables, their header rows, lines of text above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from knowledge.parse.document_builder import DocumentBuilder

Row = Mapping[int, str]  # the row's texts by column, without its empty cells

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
