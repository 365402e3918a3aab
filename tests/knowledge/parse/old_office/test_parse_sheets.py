import struct
from pathlib import Path

import pytest

import knowledge.parse.old_office.sheets
from knowledge.parse import Unreadable, parse
from knowledge.parse.old_office.old_office import parse_old_office
from tests.knowledge.parse.office_files import package
from tests.knowledge.parse.old_office.xlsb_files import xlsb
from tests.knowledge.parse.ole_files import ole

STOCK = Path("tests/data/office/stock.xls")


def test_sheets_are_tables_under_their_names_with_dates_in_iso_form_and_percents() -> None:
    document = parse(STOCK)

    assert document.text == (
        "Stock\n\nStock of the shop\n\n"
        "| Item | Counted | Price | Share |\n| --- | --- | --- | --- |\n"
        "| Candle | 2024-03-05 | 2.5 | 85% |\n| Lamp żółta | 2024-03-05 14:30 | 40 | 1 |\n\n"
        "[Comment by Noor on A4 (Lamp żółta): Ask Yusuf.]\n\n"
        "Keys\n\n| North | Gate |\n| --- | --- |\n| North | Shed |"
    )
    assert [heading.title for heading in document.headings] == ["Stock", "Keys"]


def test_binary_packages_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsb"
    path.write_bytes(xlsb({"Prices": [["Item", "Euros"], ["Candle", 2.5], ["Lamp", 40.0], ["Sold", True]]}))

    assert parse(path).text == (
        "Prices\n\n| Item | Euros |\n| --- | --- |\n| Candle | 2.5 |\n| Lamp | 40 |\n| Sold | TRUE |"
    )


def test_a_huge_sheet_is_read_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.old_office.sheets, "MAX_CELLS", 4)
    document = parse(STOCK)

    assert document.metadata["truncated"] == "Stock: nothing after row 2 is read"
    assert "Candle" not in document.text


def test_cells_that_are_far_apart_are_refused_before_the_places_between_fill_memory(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsb"
    path.write_bytes(xlsb({"Far": [["a"], *[[]] * 99_999, [*[""] * 200, "b"]]}))
    with pytest.raises(Unreadable) as caught:
        parse(path)
    assert caught.value.reason == (
        "Excel binary workbook with cells too far apart: open it in Excel and save it as .xlsx"
    )

    cells = b"".join(struct.pack("<HHHH2x", 0x0203, 6, row, column) for row, column in ((0, 0), (65_535, 255)))
    with pytest.raises(Unreadable, match="Excel workbook with cells too far apart"):
        parse_old_office(ole({"Workbook": cells}), "name")


def test_workbooks_with_a_password_say_so() -> None:
    stream = struct.pack("<HH16x", 0x0809, 16) + struct.pack("<HH6x", 0x002F, 6)
    with pytest.raises(Unreadable) as caught:
        parse_old_office(ole({"Workbook": stream}), "name")

    assert caught.value.reason == "encrypted Excel workbook: it needs a password"


def test_damaged_workbooks_say_how_to_have_them_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    path.write_bytes(package({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "no"}))
    with pytest.raises(Unreadable) as caught:
        parse(path)
    assert caught.value.reason == "damaged Excel binary workbook: open it in Excel and save it as .xlsx"

    with pytest.raises(Unreadable, match="damaged Excel workbook: open it in Excel"):
        parse_old_office(ole({"Workbook": b"no"}), "name")


def test_an_xlsb_under_the_name_of_xlsx_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsb({"Prices": [["Item"]]}))
    with pytest.raises(Unreadable) as caught:
        parse(path)

    assert caught.value.hint == "It is an Excel binary workbook. Rename it to end in .xlsb."
