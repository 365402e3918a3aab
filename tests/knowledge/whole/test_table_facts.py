import pytest

from knowledge.whole.question import whole_intent
from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import find_tables

ROWS = [
    ("1", "Miller", "open", "2024-05-03", "1200.00", "yes"),
    ("2", "Baker & Co", "closed", "2024-05-20", "80.50", "no"),
    ("3", "Miller", "open", "2024-06-01", "2500.00", "no"),
    ("4", "Öztürk", "in dispute", "2023-05-09", "999.00", "no"),
    ("5", "Baker & Co", "open", "2024-07-11", "1000.00", "yes"),
]
TEXT = "\n".join(
    [
        "| id | customer | status | date | amount | express |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in ROWS),
    ]
)
(TABLE,) = find_tables(TEXT)


def counted(question: str) -> list[int] | None:
    """The ids of the rows that the answer counts; None where it is not certain."""
    intent = whole_intent(question)
    assert intent is not None
    fact = table_facts(intent.rest, TABLE, ["orders.csv"])[0]
    return [int(TEXT[a:b].split("|")[1]) for a, b in fact.items] if fact.answers else None


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("How many orders are there?", [1, 2, 3, 4, 5]),
        ("How many orders are open?", [1, 3, 5]),
        ("How many orders have the status in dispute?", [4]),
        ("How many orders are closed or in dispute?", [2, 4]),
        ("List all orders over 1000", [1, 3]),
        ("List all orders of at least 1,000", [1, 3, 5]),
        ("List all orders between 500 and 1000", [4, 5]),
        ("List all open orders over 1000 from May", [1]),
        ("How many orders are from May 2024?", [1, 2]),
        ("How many orders were there in 2023?", [4]),
        ("How many open orders of Miller are there?", [1, 3]),
        ("How many express orders are there?", [1, 5]),
        ("Wie viele orders sind open?", [1, 3, 5]),
        ("有多少个open的orders？", [1, 3, 5]),
        ("1000以上的orders有多少个？", [1, 3, 5]),
    ],
)
def test_rows_that_the_question_means_are_counted(question: str, ids: list[int]) -> None:
    assert counted(question) == ids


@pytest.mark.parametrize(
    "question",
    [
        "How many orders are not open?",
        "How many orders did Smith place?",
        "How many layers does BERT have?",
        "How many orders over 1.000 are there?",
        "List all orders by priority",
    ],
)
def test_nothing_is_answered_where_a_word_is_not_understood(question: str) -> None:
    assert counted(question) is None


def test_named_column_is_counted_by_its_different_values() -> None:
    intent = whole_intent("How many customers are there?")
    assert intent is not None
    fact = table_facts(intent.rest, TABLE, ["orders.csv"])[0]
    assert fact.text == "3 different values of customer in 5 rows"


def test_value_of_two_columns_is_not_certain() -> None:
    (table,) = find_tables("| from | to |\n|---|---|\n| Rome | Oslo |\n| Oslo | Bern |\n")
    assert [fact.answers for fact in table_facts("trips Oslo", table, ["trips.csv"])] == [False]
    assert table_facts("trips to Oslo", table, ["trips.csv"])[0].text == "1 of 2 rows where to = Oslo"


def test_table_is_described_with_its_columns_and_frequent_values() -> None:
    description = table_facts("layers BERT", TABLE, [])[-1]
    assert description.text.startswith("5 rows; columns: id, customer, status, date, amount, express")
    assert "express: no 3, yes 2" in description.text


def test_fact_spans_the_table_and_its_rows() -> None:
    fact = table_facts("orders closed", TABLE, ["orders.csv"])[0]
    assert TEXT[slice(*fact.span)] == TEXT
    assert [TEXT[slice(*item)] for item in fact.items] == ["| 2 | Baker & Co | closed | 2024-05-20 | 80.50 | no |"]
