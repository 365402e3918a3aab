from hypothesis import given, strategies as st

from knowledge.whole.tables import find_tables

TEXT = "# Orders\n\n| id | note |\n| --- | --- |\n| 1 | a \\| b |\n| 2 |\n\nAfter it.\n"


def test_table_has_its_columns_rows_and_name() -> None:
    (table,) = find_tables(TEXT)
    assert (table.name, table.columns) == ("Orders", ("id", "note"))
    assert table.cells == (["1", "2"], ["a | b", ""])


def test_spans_are_those_of_the_lines() -> None:
    (table,) = find_tables(TEXT)
    assert TEXT[slice(*table.span)].startswith("| id |")
    assert TEXT[slice(*table.span)].endswith("| 2 |")
    assert TEXT[slice(*table.rows[0])] == "| 1 | a \\| b |"


def test_pipes_without_a_delimiter_row_are_no_table() -> None:
    assert not list(find_tables("| a | b |\n| 1 | 2 |\n"))


def test_table_in_a_code_block_is_no_table() -> None:
    assert not list(find_tables("```\n| a |\n|---|\n| 1 |\n```\n"))


def test_two_tables_are_told_apart_by_the_lines_above_them() -> None:
    text = "Spring\n\n| a |\n|---|\n| 1 |\n\nAutumn\n\n| a |\n|---|\n| 2 |\n| 3 |\n"
    assert [(table.name, len(table.rows)) for table in find_tables(text)] == [("Spring", 1), ("Autumn", 2)]


@given(st.lists(st.lists(st.text("ab| -", max_size=4), min_size=2, max_size=2), min_size=1, max_size=9))
def test_every_row_is_counted(rows: list[list[str]]) -> None:
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    (table,) = find_tables("\n".join(["| x | y |", "|---|---|", *lines]))
    assert len(table.rows) == len(rows)


def test_columns_without_a_name_are_numbered() -> None:
    (table,) = find_tables("|  | b |\n|---|---|\n| 1 | 2 |\n")
    assert table.columns == ("column 1", "b")
