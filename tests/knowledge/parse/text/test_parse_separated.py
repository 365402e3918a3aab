import pytest

import knowledge.parse.text.separated
from knowledge.parse.text.separated import parse_csv, parse_tsv


def text_of(source: str, encoding: str = "utf-8") -> str:
    return parse_csv(source.encode(encoding), "name").text


def rows_of(source: str) -> list[str]:
    return text_of(source).split("\n")[2:]


def test_records_are_rows_below_the_names_of_their_columns() -> None:
    document = parse_csv(b"Item,Price\nTea,3\nMilk,2\n", "name")

    assert document.text == "| Item | Price |\n| --- | --- |\n| Tea | 3 |\n| Milk | 2 |"
    assert document.blocks == ((0, len(document.text)),)
    assert document.title == "name"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    assert rows_of(f"a{separator}b\n1{separator}2\n") == ["| 1 | 2 |"]


def test_decimal_commas_do_not_part_values_between_semicolons() -> None:
    assert rows_of("Year;Sold\n2022;1,5\n2023;2,5\n") == ["| 2022 | 1,5 |", "| 2023 | 2,5 |"]


def test_a_stated_separator_is_believed() -> None:
    assert rows_of("sep=;\na,b;c,d\n1,2;3,4\n") == ["| 1,2 | 3,4 |"]


def test_quoted_separators_quotes_and_new_lines_are_of_the_value() -> None:
    assert rows_of('a,b\n"1, ""2""\n3",4\n') == ['| 1, "2" 3 | 4 |']


def test_bars_in_a_value_are_escaped() -> None:
    assert rows_of("a,b\n1|2,3\n") == ["| 1\\|2 | 3 |"]


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    assert rows_of('a,b\n5" disk,1\n"6 disk,2\n7,3\n') == ['| 5" disk | 1 |', '| "6 disk | 2 |', "| 7 | 3 |"]


def test_short_and_long_records_keep_their_values() -> None:
    assert text_of("a,b\n1\n2,3,4\n5,6\n7,8\n").split("\n") == [
        "| a | b |  |", "| --- | --- | --- |", "| 1 |  |  |", "| 2 | 3 | 4 |", "| 5 | 6 |  |", "| 7 | 8 |  |",
    ]  # fmt: skip


def test_records_without_names_above_have_an_empty_header() -> None:
    assert text_of("2024-01-01,3\n2024-01-02,4\n").startswith("|  |  |\n| --- | --- |\n| 2024-01-01 | 3 |")


def test_years_may_name_columns() -> None:
    assert text_of("Item,2022,2023\nTea,5,6\n").startswith("| Item | 2022 | 2023 |")


def test_lines_of_text_are_no_table() -> None:
    assert text_of("Well, then\nthis is\na list, of\nlines\nwith text\n") == (
        "Well, then\nthis is\na list, of\nlines\nwith text"
    )


def test_a_line_above_the_table_is_text() -> None:
    assert text_of("Stock of May,,\nItem,Sold,Left\nTea,1,2\n").startswith("Stock of May\n\n| Item | Sold | Left |")


def test_other_encodings_are_read() -> None:
    assert "Käse" in text_of("Ware;Preis\nKäse;3\n", "cp1252") and "Käse" in text_of("Ware\tPreis\nKäse\t3\n", "utf-16")


def test_a_value_of_any_length_is_read() -> None:
    assert rows_of(f'a,b\n"{"x" * 200_000}",2\n') == [f"| {'x' * 200_000} | 2 |"]


def test_tabs_come_first_where_the_name_promises_them() -> None:
    assert parse_tsv(b"a,b\tc,d\n1,2\t3,4\n", "name").text.startswith("| a,b | c,d |")


def test_what_is_beyond_the_limit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.text.separated, "MAX_CELLS", 4)
    document = parse_csv(b"a,b\n1,2\n3,4\n", "name")

    assert document.text == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert document.metadata["truncated"] == "nothing after record 2 is read"
