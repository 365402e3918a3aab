from knowledge.parse.pdf.ocr import TextLine, in_reading_order


def line(text: str, left: float, row: float, width: float = 400) -> TextLine:
    """A line 20 pixels high in one of the rows, which are 25 pixels apart."""
    return TextLine(text, left, row * 25, left + width, row * 25 + 20)


def test_nothing_is_no_text() -> None:
    assert in_reading_order([]) == ""


def test_lines_follow_from_top_to_bottom() -> None:
    assert in_reading_order([line("two", 0, 1), line("one", 0, 0)]) == "one\ntwo"


def test_words_in_one_row_follow_from_left_to_right() -> None:
    assert in_reading_order([line("b", 500, 0.1), line("a", 0, 0), line("c", 0, 1)]) == "a b\nc"


def test_a_gap_parts_paragraphs() -> None:
    assert in_reading_order([line("one", 0, 0), line("two", 0, 3)]) == "one\n\ntwo"


def test_columns_are_read_one_after_the_other_below_their_title() -> None:
    title = line("Title", 0, 0, width=900)
    columns = [line(f"{side}{row}", left, row) for row in range(3, 7) for side, left in (("l", 0), ("r", 500))]

    assert in_reading_order([title, *columns]) == "Title\n\nl3\nl4\nl5\nl6\n\nr3\nr4\nr5\nr6"


def test_a_table_is_read_by_its_rows() -> None:
    cells = [line(f"{column}{row}", left, row, width=60) for row in range(5) for column, left in (("a", 0), ("b", 800))]

    assert in_reading_order(cells) == "a0 b0\na1 b1\na2 b2\na3 b3\na4 b4"
