from datetime import date

import pytest

from knowledge.whole.cells import dates_of, number_of, numbers_of, truths_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12.0),
        ("-3.5", -3.5),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234", 1234.0),
        ("12,5", 12.5),
        ("€ 1 200", 1200.0),
        ("1'200.00 CHF", 1200.0),
        ("n/a", None),
        ("2024-05-01", None),
        ("", None),
    ],
)
def test_number_is_read_as_people_write_it(cell: str, number: float | None) -> None:
    assert number_of(cell) == number


def test_column_with_one_note_is_still_of_numbers() -> None:
    assert numbers_of([*["1"] * 19, "about two"]) is not None
    assert numbers_of(["1", "two"]) is None


def test_day_and_month_are_told_by_a_day_above_twelve() -> None:
    assert dates_of(["03/05/2024", "25/05/2024"]) == [date(2024, 5, 3), date(2024, 5, 25)]
    assert dates_of(["03/05/2024", "05/25/2024"]) == [date(2024, 3, 5), date(2024, 5, 25)]


def test_dates_that_can_be_read_in_two_ways_are_none() -> None:
    assert dates_of(["03/05/2024", "04/06/2024"]) is None


def test_iso_german_and_chinese_dates_are_read() -> None:
    assert dates_of(["2024-05-03", "3.5.2024", "2024年5月3日"]) == [date(2024, 5, 3)] * 3


def test_yes_and_no_are_truths_and_an_empty_cell_is_no() -> None:
    assert truths_of(["Yes", "no", ""]) == [True, False, False]
    assert truths_of(["yes", "maybe"]) is None
