"""Binary Excel workbooks (.xls, .xlsb) → text, a sheet after another.

The library is python-calamine: it reads both in native code, dates as dates. It gives no number formats: percents of
.xls are read beside it, in .xlsb `85 %` is 0.85; .xlsx is therefore read by a reader of our own.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from knowledge.document import Document, not_read
from knowledge.parse.document_builder import DocumentBuilder
from knowledge.parse.input import Unreadable
from knowledge.parse.office.inline import comment
from knowledge.parse.office.package import encrypted, opened_package
from knowledge.parse.office.table_shape import MAX_CELLS, column_letters, fill_down, write_tables
from knowledge.parse.office.xlsx_format import general, number_format
from knowledge.parse.old_office.extents import xlsb_area
from knowledge.parse.old_office.xls_records import SheetRecords, read_records

_NOUN_OF_XLS, _NOUN_OF_XLSB = "Excel workbook", "Excel binary workbook"
# Places between the first and the last cell of a sheet: the library takes 24 bytes for each, filled or not.
_MAX_AREA = 10_000_000
_MIDNIGHT = datetime.time()
_DAMAGE = (CalamineError, OSError, ValueError, IndexError, OverflowError, KeyError)

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def parse_xlsb(data: bytes, name: str) -> Document:
    """The sheets of a package in Excel's binary form. Raises Unreadable as `parse_sheets` does, and for a zip bomb."""
    with opened_package(data, _NOUN_OF_XLSB) as parts:
        for part in sorted(name for name in parts.names if name.startswith("xl/") and name.endswith(".bin")):
            with parts.reading(part) as stream:
                if "sheets/" in part and xlsb_area(stream.read()) > _MAX_AREA:
                    raise _too_far(_NOUN_OF_XLSB)
    return _parse_sheets(data, name, _NOUN_OF_XLSB)


def parse_xls(data: bytes, stream: bytes, name: str) -> Document:
    """The sheets of an old workbook, whose records are in this stream. Raises Unreadable as `parse_xlsb` does."""
    records = read_records(stream)
    if records.is_encrypted:
        raise encrypted(_NOUN_OF_XLS)
    if records.largest_area > _MAX_AREA:
        raise _too_far(_NOUN_OF_XLS)
    return _parse_sheets(data, name, _NOUN_OF_XLS, records.sheets)


def _too_far(noun: str) -> Unreadable:
    return Unreadable(f"{noun} with cells too far apart: open it in Excel and save it as .xlsx")


def _parse_sheets(data: bytes, name: str, noun: str, beside: Sequence[SheetRecords] = ()) -> Document:
    """Each sheet under its name, hidden ones too; formulas by the result that was saved.

    What lies beyond MAX_CELLS is left out; `truncated` in the metadata then says where that begins. `beside`: what the
    library does not read of the sheets. Raises Unreadable when the file is damaged or needs a password.
    """
    builder, metadata = DocumentBuilder(), dict[str, str]()
    left, charts = MAX_CELLS, 0
    with _reported(noun):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, sheet in enumerate(book.sheets_metadata):
            charts += sheet.typ == SheetTypeEnum.ChartSheet
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            cells = book.get_sheet_by_index(number)
            rows = list(_rows(cells, left, beside[number].percents if number < len(beside) else {}))
            fill_down(rows, [(*start, *end) for start, end in cells.merged_cell_ranges or ()])
            if any(rows):
                builder.heading(1, sheet.name)
                write_tables(builder, rows)
            if number < len(beside):
                _write_beside(builder, beside[number], rows)
            left -= sum(map(len, rows))
            if left <= 0:
                metadata["truncated"] = f"{sheet.name}: nothing after row {len(rows):,} is read"
                break
    builder.lose(*not_read(charts, "chart"))
    return builder.build(name, metadata)


def _write_beside(builder: DocumentBuilder, sheet: SheetRecords, rows: Sequence[Mapping[int, str]]) -> None:
    """Write the comments, each with its cell and what its row begins with, and the text boxes."""
    for row, column, author, text in sheet.comments:
        cells = rows[row] if row < len(rows) else {}
        named = f" ({cells[min(cells)]})" if cells else ""
        builder.paragraph(comment(author, text, f"{column_letters(column)}{row + 1}{named}"))
    for text in sheet.texts.values():
        builder.paragraph(text)


def _rows(sheet: CalamineSheet, max_cells: int, percents: Mapping[tuple[int, int], str]) -> Iterator[dict[int, str]]:
    """The texts of each row by column, until `max_cells` of them."""
    first_column = sheet.start[1] if sheet.start else 0
    shows = {code: number_format(code) for code in set(percents.values())}
    with_percents = {row for row, _ in percents}
    for number, row in enumerate(sheet.iter_rows()):
        cells = {
            column: text for column, value in enumerate(row, first_column) if value != "" and (text := _text(value))
        }
        for column, value in enumerate(row, first_column) if number in with_percents else ():
            if isinstance(value, int | float) and (code := percents.get((number, column))):
                cells[column] = shows[code](value)
        yield cells
        max_cells -= len(cells)
        if max_cells <= 0:
            return


def _text(value: Value) -> str:
    """The value as a cell shows it; dates and times in the form of ISO 8601."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return general(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == _MIDNIGHT else _without_zero_seconds(value.isoformat(" "))
    return _without_zero_seconds(str(value))


def _without_zero_seconds(text: str) -> str:
    text = text.partition(".")[0]
    return text.removesuffix(":00") if text.count(":") == 2 else text


@contextmanager
def _reported(noun: str) -> Iterator[None]:
    """Translate the library's errors, among them its panics, which are no Exception."""
    try:
        yield
    except PasswordError as error:
        raise Unreadable(f"encrypted {noun}: it needs a password", "Save a copy without a password.") from error
    except _DAMAGE as error:
        raise Unreadable(f"damaged {noun}: open it in Excel and save it as .xlsx") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"damaged {noun}: open it in Excel and save it as .xlsx") from error
