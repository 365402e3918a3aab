import pytest

from knowledge.whole.columns import Columns, total_rows
from knowledge.whole.tables import Table, find_tables
from knowledge.whole.words.words import words_for


def table(*rows: str) -> Table:
    header = "| item | place | amount |\n|---|---|---|\n"
    (found,) = find_tables(header + "\n".join(f"| {row} |" for row in rows))
    return found


@pytest.mark.parametrize(
    "last",
    [
        "Total | | 6",
        "**Total** | | **6**", "Summe: | | 6,00 €", "Grand total (net) | | 6", "合计 | | 6", "합계 | | 6",
        "Итого | | 6", " | | 6", " | Total | 6", "Average | | 2",
    ],
)  # fmt: skip
def test_row_that_adds_up_the_others_is_left_out(last: str) -> None:
    assert total_rows(table("a | x | 1", "b | y | 2", "c | z | 2", "d | z | 1", last)) == {4}


@pytest.mark.parametrize("last", ["Total | Paris | 6", "Totals Ltd | x | 9", "e | x | 6", " | y | 6", " | | 7"])
def test_row_that_only_looks_like_a_total_is_a_record(last: str) -> None:
    assert total_rows(table("a | x | 1", "b | y | 2", "c | z | 2", "d | z | 1", last)) == frozenset()


def test_subtotals_between_the_rows_are_left_out_too() -> None:
    assert total_rows(table("a | x | 1", "Subtotal | | 1", "b | y | 2", "Subtotal | | 2", "Total | | 3")) == {1, 3, 4}


@pytest.mark.parametrize(
    ("cells", "question", "numbers"),
    [
        (("1.250", "52.000", "800"), "wie viele?", [1250.0, 52000.0, 800.0]),
        (("1.250", "52.125"), "how many?", None),
        (("1,250", "52,000"), "how many?", [1250.0, 52000.0]),
        (("1.250,50", "2.000"), "how many?", [1250.5, 2000.0]),
        (("12.01.2024", "13.01.2024"), "wie viele?", None),
        (("INV-2001", "INV-2002"), "how many?", None),
        (("EUR 12.50", "EUR 3.00"), "how many?", [12.5, 3.0]),
    ],
)
def test_numbers_are_read_as_the_column_writes_them(
    cells: tuple[str, ...], question: str, numbers: list[float] | None
) -> None:
    columns = Columns(table(*(f"a | x | {cell}" for cell in cells)), words_for(question))
    assert columns.numbers(2) == numbers


def test_result_is_written_as_the_column_writes_its_numbers() -> None:
    columns = Columns(table("a | x | 1.250,50 €", "b | y | 10,00 €"), words_for("wie viele?"))
    assert columns.style(2).written(12345.5) == "12.345,50 €"
