"""The engine against plain arithmetic, and against names and values that are made of SQL."""

from collections.abc import Sequence
from statistics import mean, median
from typing import Literal

import pytest
from hypothesis import given, strategies as st

from knowledge.whole.columns import Columns
from knowledge.whole.table_query import Condition, Group, TableQuery, run_query
from knowledge.whole.tables import find_tables
from knowledge.whole.words.words import words_for

WORDS = words_for("how many are there")


def columns_of(rows: Sequence[Sequence[str]], header: Sequence[str] = ("name", "day", "amount")) -> Columns:
    lines = [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]
    (table,) = find_tables("\n".join(lines))
    return Columns(table, WORDS)


AMOUNTS = [10.5, 2.25, 7.0, 40.0, 7.0]
ROWS = [(f"n{n % 2}", f"2024-0{n + 1}-15", f"{amount:.2f}") for n, amount in enumerate(AMOUNTS)]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("sum", sum(AMOUNTS)), ("average", mean(AMOUNTS)), ("median", 7.0), ("minimum", 2.25), ("maximum", 40.0)],
)
def test_aggregate_is_that_of_the_column(
    operation: Literal["sum", "average", "median", "minimum", "maximum"], expected: float
) -> None:
    (line,) = run_query(columns_of(ROWS), TableQuery(operation, measure=2)).lines
    assert line.value == pytest.approx(expected)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(-999, 999)), min_size=4, max_size=30))
def test_median_of_each_group_is_that_of_its_numbers(rows: list[tuple[str, int]]) -> None:
    columns = columns_of([(name, "2024-01-01", str(n)) for name, n in rows] + [("a", "2024-01-01", "1")])
    numbers = [(columns.cells(0)[at], n) for at, n in enumerate(columns.numbers(2) or []) if n is not None]
    found = run_query(columns, TableQuery("median", measure=2, group=Group(0))).lines
    assert {line.label: line.value for line in found} == {
        name: median([n for other, n in numbers if other == name]) for name, _ in numbers
    }


def test_rows_with_the_same_largest_number_all_come_first() -> None:
    query = TableQuery(
        "rows", measure=2, conditions=(Condition(2, "≤", (7.0,), "", "number"),), order="largest", limit=1
    )
    assert run_query(columns_of(ROWS), query).rows == (2, 4)


def test_months_are_grouped_in_order() -> None:
    lines = run_query(columns_of(ROWS), TableQuery("count", group=Group(1, "month"))).lines
    assert [line.label for line in lines] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]


def test_not_one_value_is_also_an_empty_cell() -> None:
    columns = columns_of([("a", "2024-01-01", "1"), ("", "2024-01-01", "2"), ("b", "2024-01-01", "3")])
    assert run_query(columns, TableQuery("count", conditions=(Condition(0, "≠", ("a",), ""),))).rows == (1, 2)


def test_cells_and_names_that_are_sql_are_only_text() -> None:
    evil = "'; DROP TABLE t; --"
    columns = columns_of([(evil, "1"), ('" OR 1=1', "2"), ("x", "3")], header=('c0"; DROP TABLE t; --', "'); --"))
    query = TableQuery("sum", measure=1, conditions=(Condition(0, "=", (evil,), ""),))
    assert [line.value for line in run_query(columns, query).lines] == [1.0]
    grouped = run_query(columns, TableQuery("sum", measure=1, group=Group(0)))
    assert {line.label for line in grouped.lines} == {evil, '" OR 1=1', "x"}


def test_share_is_that_of_the_rows_or_of_the_sum() -> None:
    condition = (Condition(0, "=", ("n0",), ""),)
    (rows,) = run_query(columns_of(ROWS), TableQuery("share", conditions=condition)).lines
    (amount,) = run_query(columns_of(ROWS), TableQuery("share", measure=2, conditions=condition)).lines
    assert rows.value == pytest.approx(60.0)
    assert amount.value == pytest.approx(100 * 24.5 / 66.75)
