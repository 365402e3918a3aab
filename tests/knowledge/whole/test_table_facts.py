import pytest

from knowledge.whole.question import whole_intent
from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import Fact, Table, find_tables
from knowledge.whole.words.words import words_for

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


def facts(question: str, table: Table = TABLE, name: str = "orders.csv") -> list[Fact]:
    return table_facts(question, table, [name], words_for(question.casefold()))


def counted(question: str) -> list[int] | None:
    """The ids of the rows that the answer counts; None where it is not certain."""
    intent = whole_intent(question)
    assert intent is not None
    fact = facts(question)[0]
    return [int(TEXT[a:b].split("|")[1]) for a, b in fact.items] if fact.answers else None


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("How many orders are there?", [1, 2, 3, 4, 5]),
        ("How many orders are open?", [1, 3, 5]),
        ("How many orders have the status in dispute?", [4]),
        ("How many orders are closed or in dispute?", [2, 4]),
        ("How many orders are not open?", [2, 4]),
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
        "How many orders did Smith place?",
        "How many layers does BERT have?",
        "How many orders over 1.000 are there?",
        "List all orders by priority",
    ],
)
def test_nothing_is_answered_where_a_word_is_not_understood(question: str) -> None:
    assert counted(question) is None


def test_named_column_is_counted_by_its_different_values() -> None:
    fact = facts("How many customers are there?")[0]
    assert fact.text == "3 different values of customer in 5 rows"


def test_value_of_two_columns_is_not_certain() -> None:
    (table,) = find_tables("| from | to |\n|---|---|\n| Rome | Oslo |\n| Oslo | Bern |\n")
    assert [fact.answers for fact in facts("List all trips Oslo", table, "trips.csv")] == [False]
    assert facts("List all trips to Oslo", table, "trips.csv")[0].text == "1 of 2 rows where to = Oslo"


def test_table_is_described_with_its_columns_and_frequent_values() -> None:
    description = facts("How many layers has BERT?")[-1]
    assert description.text.startswith("5 rows; columns: id, customer, status, date, amount, express")
    assert "express: no 3, yes 2" in description.text


def test_fact_spans_the_table_and_its_rows() -> None:
    fact = facts("List the orders closed")[0]
    assert TEXT[slice(*fact.span)] == TEXT
    assert [TEXT[slice(*item)] for item in fact.items] == ["| 2 | Baker & Co | closed | 2024-05-20 | 80.50 | no |"]


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("What is the total amount?", "5779.50: the sum of amount over 5 rows"),
        ("Total amount per customer", "sum of amount per customer, over 5 rows\nBaker & Co: 1080.50\nMiller: 3700.00"),
        ("Which customer has the highest total amount?", "Miller: 3700.00: the highest sum of amount per customer"),
        ("Top 2 customers by amount", "Miller: 3700.00\nBaker & Co: 1080.50"),
        ("What share of the orders is open?", "60.0 %: the share of 3 of 5 rows where status = open"),
        ("What is the latest order?", "2024-07-11: the latest date of 5 rows"),
        ("How many orders are between May and June 2024?", "3 of 5 rows where date from May to June 2024"),
        ("How many orders are not express?", "3 of 5 rows where express = no"),
        ("How many orders are there per month?", "rows per month, over 5 rows\nMay 2023: 1\nMay 2024: 2\n"),
        ("Wie hoch ist der amount im Durchschnitt?", "1155.90: the average of amount over 5 rows"),
        ("Quel est le montant total ?", "5779.50: the sum of amount over 5 rows"),
        ("¿Cuál es el importe máximo?", "2500.00: the highest amount of 5 rows"),
        ("amount의 합계는 얼마인가요?", "5779.50: the sum of amount over 5 rows"),
        ("金额最高的订单是哪个？", "2500.00: the highest amount of 5 rows"),
        ("顧客ごとの合計金額", "sum of amount per customer, over 5 rows"),
    ],
)
def test_what_is_computed_is_stated_first(question: str, stated: str) -> None:
    fact = facts(question)[0]
    assert fact.answers
    assert stated in fact.text


@pytest.mark.parametrize(
    "question",
    [
        "Is the total amount over 10,000?",
        "How many orders are open or over 1,000?",
        "How many orders are not open or closed?",
        "How many orders per customer and status?",
        "How many orders are there this month?",
        "What is the total amount per customer without Miller's discount?",
    ],
)
def test_question_with_two_meanings_gets_no_answer(question: str) -> None:
    assert not facts(question)[0].answers


@pytest.mark.parametrize(
    ("columns", "questions"),
    [
        ("item | quantity | price | warehouse", {"How many keyboards are there?": "75", "How many items?": "2 rows"}),
        ("品名 | 数量 | 单价 | 仓库", {"keyboard有多少个？": "75", "仓库有多少台monitor？": "18"}),
        ("Artikel | Menge | Preis | Lager", {"Wie viele keyboard gibt es?": "75"}),
    ],
)
def test_how_many_of_one_thing_is_its_quantity_and_no_count_of_rows(columns: str, questions: dict[str, str]) -> None:
    text = f"| {columns} |\n|---|---|---|---|\n| keyboard | 75 | 99 | Bath |\n| monitor | 18 | 280 | Bristol |"
    (table,) = find_tables(text)
    for question, number in questions.items():
        fact = facts(question, table, "stock.csv")[0]
        assert (fact.answers, fact.text.split(":")[0]) == (True, number)
