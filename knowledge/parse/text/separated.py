"""Comma- and tab-separated values → a table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator

from knowledge.document import Document
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.office.table_shape import Row, write_tables
from knowledge.parse.text.decode import decode

MAX_CELLS = 1_048_576  # as many as a sheet has rows
MAX_TABLE_CHARACTERS = 15_000_000  # below the limit of a document, with room for the bars between cells

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200
_MIN_AGREEMENT = 0.5  # share of the records; below it commas are punctuation and the lines are text


def parse_csv(data: bytes, name: str) -> Document:
    """A row of the table for each record, by the delimiter that fits best; new lines within a value become spaces.

    Records beyond MAX_CELLS or MAX_TABLE_CHARACTERS are left out; `truncated` in the metadata then says where that
    begins. Raises Unreadable when the bytes are no text.
    """
    return _parse(decode(data), name, _DELIMITERS)


def parse_tsv(data: bytes, name: str) -> Document:
    """As parse_csv, for values with tabs between them."""
    text = decode(data)
    return _parse(text, name, "\t" if "\t" in text else _DELIMITERS)


def _parse(text: str, name: str, delimiters: str) -> Document:
    csv.field_size_limit(max(len(text), csv.field_size_limit()))  # a quote left open makes the rest one value
    stated = text.startswith("sep=") and text[5:6] == "\n"  # Excel's own way to name the separator
    delimiter = text[4] if stated else _guess_delimiter(text, delimiters)
    metadata: dict[str, str] = {}
    rows: list[Row] = []
    cells = characters = 0
    for record in _records(text[6:] if stated else text, delimiter):
        row = {column: value for column, field in enumerate(record) if (value := field.strip())}
        cells += len(row)
        characters += sum(map(len, row.values()))
        if cells > MAX_CELLS or characters > MAX_TABLE_CHARACTERS:
            metadata["truncated"] = f"nothing after record {len(rows):,} is read"
            break
        rows.append(row)
    builder = DocumentBuilder()
    write_tables(builder, rows)
    return builder.build(name, metadata)


def _guess_delimiter(text: str, delimiters: str) -> str:
    """The delimiter that gives most records the same number of values; a line end where none does."""
    sample = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    agreements: dict[str, tuple[float, int]] = {}  # the share of records with the commonest number of values, and that
    for delimiter in delimiters:
        counts = Counter(len(record) for record in csv.reader(_lines(sample), delimiter=delimiter) if record)
        records, columns = max(
            ((records, columns) for columns, records in counts.items() if columns > 1), default=(0, 0)
        )
        agreements[delimiter] = (records / counts.total(), columns) if records else (0.0, 0)
    best = max(agreements, key=lambda delimiter: agreements[delimiter])
    return best if agreements[best][0] >= _MIN_AGREEMENT else "\n"


def _records(text: str, delimiter: str) -> Iterable[list[str]]:
    """The records; quotes are plain characters in a text where one is never closed."""
    if delimiter == "\n":
        return ([line] for line in text.split("\n"))
    last = ""
    for record in csv.reader(_lines(text), delimiter=delimiter):
        last = record[-1] if record else ""
    is_closed = "\n" not in last or text.rstrip().endswith('"')
    return csv.reader(_lines(text), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if is_closed else csv.QUOTE_NONE)


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one at a time: a stream of the whole text would take four bytes a character."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    yield text[start:]
