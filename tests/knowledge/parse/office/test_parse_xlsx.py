import pytest

import knowledge.parse.office.xlsx
from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.office.xlsx import parse_xlsx
from tests.knowledge.parse.office_files import SHEET, core_properties, package, row, xlsx


def parsed(*rows: str, after: str = "", extra: dict[str, str] | None = None, settings: str = "") -> Document:
    sheet = f"<sheetData>{''.join(rows)}</sheetData>{after}"
    return parse_xlsx(xlsx({"Data": sheet}, extra, settings), "name")


def table(*rows: str, after: str = "", extra: dict[str, str] | None = None, settings: str = "") -> list[str]:
    """The lines below the sheet's name."""
    return parsed(*rows, after=after, extra=extra, settings=settings).text.split("\n")[2:]


def styled(value: str, code: str, settings: str = "") -> str:
    """The text of a cell with this number format."""
    styles = (
        f'<styleSheet {SHEET}><numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    cell = f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>'
    return table(cell, extra={"xl/styles.xml": styles}, settings=settings)[0]


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_xlsx(data, "name")
    return caught.value.reason


def test_each_sheet_stands_under_its_name_as_a_table() -> None:
    sheet = f"<sheetData>{row(1, 'Item', 'Price')}{row(2, 'Tea', '#3')}</sheetData>"
    document = parse_xlsx(xlsx({"First": sheet, "Second": sheet}), "name")

    assert [(h.level, h.title) for h in document.headings] == [(1, "First"), (1, "Second")]
    assert [document.text[s:e] for s, e in document.blocks] == ["| Item | Price |\n| --- | --- |\n| Tea | 3 |"] * 2


def test_hidden_sheets_are_read() -> None:
    data = xlsx({'Secret" state="veryHidden': f"<sheetData>{row(1, 'a', 'b')}</sheetData>"})

    assert parse_xlsx(data, "name").text.startswith("Secret\n\n| a | b |")


def test_a_sheet_without_cells_is_left_out() -> None:
    assert parse_xlsx(xlsx({"Empty": "<sheetData/>"}), "name").text == ""


def test_shared_strings_are_looked_up_without_their_pronunciation() -> None:
    strings = f"<sst {SHEET}><si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r><rPh><t>x</t></rPh></si></sst>"
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>9</v></c></row>'

    assert table(cells, extra={"xl/sharedStrings.xml": strings})[0] == "| a | bc |"


def test_truth_errors_and_text_results_are_as_shown() -> None:
    cells = (
        '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#DIV/0!</v></c>'
        '<c r="C1" t="str"><f>x</f><v>res</v></c></row>'
    )

    assert table(cells)[0] == "| TRUE | #DIV/0! | res |"


def test_a_formula_gives_its_saved_result_and_itself_where_there_is_none() -> None:
    cells = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1*2</f></c></row>'

    assert "| 2 | =A1*2 |" in table(cells)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("45292", "yyyy-mm-dd", "2024-01-01"),
        ("45292.75", "d mmm yyyy h:mm AM/PM", "1 Jan 2024 6:00 PM"),
        ("45292.5104166", "mm/dd/yy hh:mm:ss", "01/01/24 12:15:00"),
        ("1.5", "[h]:mm", "36:00"),
        ("45292", "[$-407]dddd, d. mmmm yyyy", "Monday, 1. January 2024"),
        ("1", "yyyy-mm-dd", "1900-01-01"),
        ("0.125", "0.0%", "12.5%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("-5", "#,##0;(#,##0)", "(5)"),
        ("0", "0;-0;&quot;none&quot;", "none"),
        ("-0.001", "0.0", "0.0"),
        ("2.675", "0.00", "2.68"),
        ("1234", "[$€-407] #,##0.00", "€ 1,234.00"),
        ("12", "0&quot; kg&quot;", "12 kg"),
        ("1500000", "0.0,,&quot;M&quot;", "1.5M"),
        ("12345", "0.00E+00", "1.23E+04"),
        ("1.5", "# ?/?", "1 1/2"),
        ("0.5", "0.##", "0.5"),
        ("0.5", "#.##", ".5"),
        ("123", "00000", "00123"),
        ("12345678", "000-00-0000", "012-34-5678"),
        ("7", "[Red]General", "7"),
        ("3.0000000000000004", "General", "3"),
        ("5", "_(* #,##0_);_(* (#,##0);_(* &quot;-&quot;??_);_(@_)", "5"),
        ("0", "_(* #,##0_);_(* (#,##0);_(* &quot;-&quot;??_);_(@_)", "-"),
        ("5551234", "[&lt;=9999999]###-####;0", "5551234"),
    ],
)
def test_numbers_are_shown_as_their_format_says(value: str, code: str, shown: str) -> None:
    assert styled(value, code) == shown


def test_days_may_count_from_1904() -> None:
    assert styled("1", "yyyy-mm-dd", '<workbookPr date1904="1"/>') == "1904-01-02"


def test_a_merged_cell_is_said_in_every_row_that_it_reaches() -> None:
    rows = [row(1, "Region", "City"), row(2, "North", "Oslo"), row(3, "Bergen", first=1), row(4, "Turku", first=1)]
    merges = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'

    assert table(*rows, after=merges)[2:] == ["| North | Oslo |", "| North | Bergen |", "|  | Turku |"]


def test_lines_above_a_table_are_text() -> None:
    assert table(row(1, "Sales of 2023"), row(2, "Item", "Sold"), row(3, "Tea", "#4")) == [
        "Sales of 2023", "", "| Item | Sold |", "| --- | --- |", "| Tea | 4 |",
    ]  # fmt: skip


def test_an_empty_row_parts_two_tables() -> None:
    assert table(row(1, "a", "b"), row(2, "c", "d"), row(4, "e", "f"), row(5, "g", "h")).count("| --- | --- |") == 2


def test_an_empty_row_before_further_numbers_parts_nothing() -> None:
    rows = [row(1, "Item", "Sold"), row(3, "Tea", "#4"), row(5, "Milk", "#2")]

    assert table(*rows) == ["| Item | Sold |", "| --- | --- |", "| Tea | 4 |", "| Milk | 2 |"]


def test_a_table_without_names_of_columns_has_an_empty_header() -> None:
    assert table(row(1, "Tea", "#4"), row(2, "Milk", "#2"))[0] == "|  |  |"


def test_what_is_beyond_the_limit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.office.xlsx, "MAX_CELLS", 4)
    document = parsed(*(row(number, "x", f"y{number}") for number in range(1, 5)))

    assert document.text.endswith("| x | y2 |")
    assert document.metadata["truncated"] == "Data: nothing after row 2 is read"


def test_a_row_far_down_needs_no_room_for_those_before_it() -> None:
    assert table(row(1_048_576, "a", "b"))[0] == "| a | b |"


def test_properties_name_title_and_author() -> None:
    document = parsed(row(1, "a", "b"), extra=core_properties(title="Budget", creator="Ada"))

    assert (document.title, document.metadata["author"]) == ("Budget", "Ada")


def test_a_damaged_workbook_says_so() -> None:
    assert reason(xlsx({"A": "<sheetData><row>"})) == "damaged Excel workbook"
    assert reason(xlsx({"A": ""})[:-30]) == "damaged Excel workbook"
    assert reason(package({"xl/workbook.xml": "<workbook/>"})) == "damaged Excel workbook: it has no sheets"
