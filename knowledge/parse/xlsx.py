"""Excel workbooks → text, a sheet after another, read from their XML.

Own reading, as openpyxl 3.1.5 takes 22.7 s over a sheet of 100,000 rows and 10 columns where all that is done here
takes 9.7 s (two cores, both busy), and gives neither formatted numbers nor, as it streams, merged cells.
"""

from collections.abc import Iterator

from knowledge.document import Document
from knowledge.parse.package import Parts, attribute, damaged, opened_package, whole_number
from knowledge.parse.table_shape import write_tables
from knowledge.parse.transcript import Transcript
from knowledge.parse.xlsx_format import Show, format_code, number_format
from knowledge.parse.xlsx_sheet import Book, elements, read_cells, shared_text

MAX_CELLS = 1_048_576  # as many as a sheet has rows; 100,000 rows of ten take 5 to 9 s of processor time

_NOUN = "Excel workbook"


def parse_xlsx(data: bytes, name: str) -> Document:
    """Each sheet under its name, hidden ones too, its cells as they are shown; formulas by the result that was saved.

    What lies beyond MAX_CELLS is left out; `truncated` in the metadata then says from where on. Macros are not looked
    at. Raises Unreadable for a package that is damaged, encrypted or a zip bomb.
    """
    transcript = Transcript()
    left = MAX_CELLS
    with opened_package(data, _NOUN) as parts:
        main = parts.related("", "officeDocument") or "xl/workbook.xml"
        book = Book(_strings(parts, parts.related(main, "sharedStrings")), _formats(parts, main))
        properties = parts.properties()
        for title, part in _sheets(parts, main):
            with parts.reading(part) as stream:
                cells = read_cells(stream, book, left)
            if cells.count:
                transcript.heading(1, title)
                write_tables(transcript, cells.rows)
            left -= cells.count
            if not cells.is_whole:
                properties["truncated"] = f"{title}: nothing after row {len(cells.rows):,} is read"
                break
    return transcript.document(properties.pop("title", "") or name, properties)


def _sheets(parts: Parts, main: str) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet of cells, in the order of their tabs."""
    relations = parts.relations(main)
    sheets = parts.read(main).find("./{*}sheets")
    if sheets is None:
        raise damaged(_NOUN, "it has no sheets")
    for sheet in sheets:
        relation = next((relations[str(value)] for value in sheet.values() if value in relations), None)
        if relation is not None and relation.kind == "worksheet" and relation.target in parts.names:
            yield attribute(sheet, "name"), relation.target


def _strings(parts: Parts, part: str) -> list[str]:
    if part not in parts.names:
        return []
    with parts.reading(part) as stream:
        return [shared_text(element).strip() for element in elements(stream, ("si",))]


def _formats(parts: Parts, main: str) -> list[Show]:
    """How numbers are shown, by the number of the cell's style."""
    styles = parts.find(parts.related(main, "styles"))
    if styles is None:
        return []
    settings = parts.read(main).find("./{*}workbookPr")
    epoch_1904 = settings is not None and attribute(settings, "date1904") in ("1", "true")
    custom = {
        whole_number(attribute(e, "numFmtId"), 0): attribute(e, "formatCode")
        for e in styles.iterfind("./{*}numFmts/{*}numFmt")
    }
    codes = [
        format_code(whole_number(attribute(e, "numFmtId"), 0), custom) for e in styles.iterfind("./{*}cellXfs/{*}xf")
    ]
    shows = {code: number_format(code, epoch_1904) for code in set(codes)}
    return [shows[code] for code in codes]
