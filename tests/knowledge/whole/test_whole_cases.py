"""Small folders and questions about the whole of them, answered without a model."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.answers.whole_answer import WholeAnswer, answer_from_whole
from knowledge.library import Library
from knowledge.search.query import Scope
from knowledge.whole.whole import read_whole

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load

STATUS = ("paid", "overdue", "open")
INVOICES = "Invoice,Customer,Due,Amount,Status\n" + "".join(
    f"R-{100 + n},{('Meyer', 'Okoro', 'Lund')[n % 3]},2024-{n % 6 + 1:02}-1{n % 9},{50 + 100 * n}.00,{STATUS[n % 3]}\n"
    for n in range(12)
)
PROJECTS = "# Projects\n\n" + "".join(
    f"## Project {n:02}: part {n}\n\n- owner: person {n}\n- status: {'closed' if n % 3 else 'active'}\n\nText.\n\n"
    for n in range(1, 19)
)
LAW = (
    "# Statutes\n\n## Chapter 1\n\nArticle 1. Dogs are kept on a lead.\n\nArticle 2. Ponds are fenced.\n\n"
    "## Chapter 2\n\nArticle 3. Bells ring at noon.\n\nUnder the rule of\nArticle 2 applies here as well.\n\n"
    "Article 4. Carts keep left.\n"
)
PEOPLE = "name,team,state\nAnn,Sales,OR\nBo,Sales,IN\nCy,IT,ME\nDee,IT,OR\nEve,Legal,OK\nFay,IT,IN\n"
MAILS = "".join(
    f"From a@e.org Mon Jan  1 10:00:00 2024\nFrom: {('Alice', 'Bob', 'Carol')[n % 3]} <p{n}@e.org>\n"
    f"Subject: Status {n}\nDate: Mon, 0{n + 1} Jan 2024 10:00:00 +0000\n\nReport {n}: the pump works.\n\n"
    for n in range(9)
)
TASKS = "# {0}\n\n- [ ] call {0} office\n- [x] send form\n* [ ] pay fee\n\n```\n- [ ] no task, but code\n```\n"
NOTES = {f"notes/{name}.md": TASKS.format(name) for name in ("Bank", "Car", "Tax")} | {
    "notes/Feet.md": "# Feet\n\nI feel my feet, and feed the hens.\n"
}
YEARS = {
    "invoices-2022.csv": "Invoice,Amount,Status\nA1,100,open\nA2,50,paid\n",
    "invoices-2023.csv": "Invoice,Amount,Status\nB1,70,paid\nB2,30,open\nB3,25,open\n",
}


def answer(tmp_path: Path, files: Mapping[str, str], question: str) -> WholeAnswer | None:
    for name, text in files.items():
        (file := tmp_path / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(tmp_path / "files")
    library.sync()
    found = library.searcher.search(question, k=8).passages
    reading = read_whole(library, Scope(), question, question, found)
    library.close()
    return answer_from_whole(reading) if reading else None


def told(tmp_path: Path, files: Mapping[str, str], question: str) -> str:
    found = answer(tmp_path, files, question)
    return "".join(part.markdown for part in found.parts).replace("\\", "") if found else ""


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("How many invoices are there?", "**12 rows (1 total row left out)**"),
        ("How many invoices are over 500?", "**7 of 12 rows where Amount > 500 (1 total row left out)**"),
        ("What is the total amount of all invoices?", "**7200.00: the sum of Amount over 12 rows"),
        ("How many invoices are not paid?", "**8 of 12 rows where Status ≠ paid"),
        ("How many invoices are unpaid?", "**8 of 12 rows where Status ≠ paid"),
        ("What is the highest invoice amount?", "**1150.00: the highest Amount of 12 rows"),
        ("What is the amount of the invoices of Lund in June?", ""),
        ("How much do the invoices of Lund come to?", "**2800.00: the sum of Amount over 4 of 12 rows"),
    ],
)
def test_total_row_is_no_record(tmp_path: Path, question: str, stated: str) -> None:
    text = told(tmp_path, {"invoices.csv": f"{INVOICES}Total,,,7200.00,\n"}, question)
    assert stated in text if stated else text == ""


@pytest.mark.parametrize(
    ("files", "question", "stated"),
    [
        ({"projects.md": PROJECTS}, "How many projects are listed in the document?", "**18 records**"),
        ({"projects.md": PROJECTS}, "How many records are in projects.md?", "**18 records**"),
        ({"projects.md": PROJECTS}, "How many projects are active?", "**6 of 18 records where status = active**"),
        ({"law.md": LAW}, "How many articles does law.md have?", "**4 articles**"),
        ({"law.md": LAW}, "How many articles are in chapter 2?", "**2 articles in “Chapter 2”**"),
        ({"inbox.mbox": MAILS}, "How many messages are in inbox.mbox?", "**9 messages**"),
        ({"inbox.mbox": MAILS}, "How many messages are from Bob?", "**3 of 9 messages where from = Bob**"),
        (NOTES, "How many open tasks do I have?", "**6 open tasks in 3 of 4 files**"),
        (NOTES, "Combien de tâches ouvertes ai-je ?", "**6 open tasks in 3 of 4 files**"),
        (NOTES, "未完成的任务有多少个？", "**6 open tasks in 3 of 4 files**"),
        (NOTES, "How often does the word “fee” occur?", "**“fee” occurs 3 times in 3 of 4 files**"),
        (
            YEARS,
            "What is the total amount of all invoices?",
            "**Over all of them**: **275: the sum of Amount over 5 rows**",
        ),
        (YEARS, "How many invoices are open?", "**Over all of them**: **3 of 5 rows where Status = open**"),
    ],
)
def test_what_is_no_table_is_counted_in_the_whole_of_it(
    tmp_path: Path, files: Mapping[str, str], question: str, stated: str
) -> None:
    assert stated in told(tmp_path, files, question)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("List all people in IT", {"Cy", "Dee", "Fay"}),
        ("Who works in IT?", {"Cy", "Dee", "Fay"}),
        ("List all people in OR", {"Ann", "Dee"}),
        ("Which people are in IN?", {"Bo", "Fay"}),
        ("List the people in OR or OK", {"Ann", "Dee", "Eve"}),
        ("Who works in it?", set[str]()),
    ],
)
def test_value_that_is_a_small_word_is_a_value_in_capitals(tmp_path: Path, question: str, names: set[str]) -> None:
    text = told(tmp_path, {"people.csv": PEOPLE}, question)
    assert {line.split(" ")[1] for line in text.splitlines() if line.startswith("- ")} == names


def test_notes_that_mention_a_word_are_those_with_any_form_of_it(tmp_path: Path) -> None:
    text = told(tmp_path, NOTES, "Which notes mention fees?")
    assert "**3 of 4 files mention “fees”**" in text
    assert [name for name in NOTES if Path(name).name in text] == ["notes/Bank.md", "notes/Car.md", "notes/Tax.md"]


def test_computed_number_opens_the_rows_that_it_is_made_of(tmp_path: Path) -> None:
    found = answer(tmp_path, {"invoices.csv": INVOICES}, "What is the total amount of the overdue invoices?")
    assert found is not None
    quotes = [citation.quote for part in found.parts for citation in part.citations]
    assert [quote.split(" | ")[0] for quote in quotes[1:]] == ["| R-101", "| R-104", "| R-107", "| R-110"]


@pytest.mark.parametrize(
    "question",
    [
        "How many invoices did Smith send?",
        "What is the total weight of all invoices?",
        "How many invoices are not open or paid?",
        "How many invoices did we have last month?",
        "How much more did Meyer pay than Lund?",
        "Which invoice mentions the bridge?",
        "What is the difference between the highest and the lowest invoice?",
    ],
)
def test_question_with_a_word_that_is_not_understood_gets_no_number(tmp_path: Path, question: str) -> None:
    assert told(tmp_path, {"invoices.csv": INVOICES}, question) == ""


def test_messages_that_are_a_file_each_are_counted_over_all_of_them(tmp_path: Path) -> None:
    mail = "From: {} <p@e.org>\nTo: me@e.org\nSubject: S{}\nDate: Mon, 01 Jan 2024 10:00:00 +0000\n\nBody {}.\n"
    mails = {f"{chr(97 + n)}.eml": mail.format("Ann" if n % 2 else "Bob", n, n) for n in range(12)}
    text = told(
        tmp_path, mails | {f"n{n}.md": f"# N{n}\n\nText.\n" for n in range(40)}, "How many messages are from Bob?"
    )
    assert "**6 of 12 messages where from = Bob**" in text
