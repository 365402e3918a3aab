"""Real files in a real library, searched by keyword: which documents a question has read whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.search.query import Scope
from knowledge.whole.whole import WholeReading, read_whole

pytestmark = pytest.mark.timeout(30)  # the first to search waits for LanceDB to load

ALL = Scope()
STATUS = ("open", "closed", "overdue")
INVOICES = "number,customer,status,amount\n" + "".join(
    f"{1000 + n},{'Miller' if n % 2 else 'Baker'},{STATUS[n % 3]},{50 + 10 * n}.50\n" for n in range(102)
)
FILES = {
    "invoices.csv": INVOICES,
    "minutes-2024-05.md": "# Minutes\n\n## Present\n\nAnna and Ben.\n\n## Decisions\n\nThe hall is rented.\n",
    "minutes-2024-06.md": "# Minutes\n\n## Present\n\nAnna and Carl.\n\n## Decisions\n\nThe hall is painted.\n",
    "bert.md": "# BERT\n\nBERT has 12 layers in its base model and 24 layers in its large model.\n",
    "关于适用《民法典》婚姻家庭编的解释.md": "# 解释\n\n第一条 为了正确审理。\n\n第二条 本解释自公布之日起施行。\n",
    "cake.md": "# Cake\n\n## Ingredients\n\n- flour\n- sugar\n\n## Baking\n\nBake it for an hour.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("notes")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    library = Library(tmp_path_factory.mktemp("home"), lambda name: None)
    library.add_folder(folder)
    library.sync()
    yield library
    library.close()


def read(library: Library, question: str, scope: Scope = ALL, context: str = "") -> WholeReading | None:
    found = library.searcher.search(context or question, scope=scope, k=6).passages
    return read_whole(library, scope, question, context or question, found)


def names(reading: WholeReading | None) -> list[str]:
    return sorted(document.path.name for document in reading.documents) if reading else []


def test_102_records_are_counted_as_102(library: Library) -> None:
    reading = read(library, "How many invoices are there?")
    assert reading is not None
    assert [fact.text for fact in reading.documents[0].answers] == ["102 rows"]


def test_filtered_records_are_those_of_the_file(library: Library) -> None:
    reading = read(library, "How many invoices of Miller over 500 are overdue?")
    assert reading is not None
    (fact,) = reading.documents[0].answers
    rows = [line.split(",") for line in INVOICES.splitlines()[1:]]
    expected = [r[0] for r in rows if r[1] == "Miller" and r[2] == "overdue" and float(r[3]) > 500]
    text = library.document_text(reading.documents[0].path)
    assert [text[slice(*item)].split("|")[1].strip() for item in fact.items] == expected


def test_passages_are_the_documents_text_without_gaps(library: Library) -> None:
    reading = read(library, "How many rows does invoices.csv have?")
    assert reading is not None
    (document,) = reading.documents
    text = library.document_text(document.path)
    assert "".join(passage.text for passage in document.passages) == text == document.text
    assert all(text[p.start : p.end] == p.text for p in document.passages)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Summarise the minutes of May", ["minutes-2024-05.md"]),
        ("Summarise cake.md", ["cake.md"]),
        ("What changed between the minutes of May and June?", ["minutes-2024-05.md", "minutes-2024-06.md"]),
        ("List all ingredients", ["cake.md"]),
        ("What is the difference between layers and models?", []),
        ("What is the hall?", []),
        ("民法典有多少条？", []),
        ("婚姻家庭编的解释有多少条？", ["关于适用《民法典》婚姻家庭编的解释.md"]),
    ],
)
def test_documents_that_are_meant_are_read(library: Library, question: str, expected: list[str]) -> None:
    reading = read(library, question)
    assert sorted(d.path.name for d in reading.documents if d.meant) == expected if reading else expected == []


def test_question_of_one_sentence_means_no_document(library: Library) -> None:
    reading = read(library, "How many layers does BERT have?")
    assert reading is None or not any(document.meant for document in reading.documents)


def test_table_that_is_likely_meant_may_be_added_where_its_answer_is_not_certain(library: Library) -> None:
    reading = read(library, "How many invoices came late with the post?")
    assert reading is not None
    assert [(d.path.name, d.meant, d.answers) for d in reading.documents] == [("invoices.csv", False, ())]


def test_document_is_named_by_the_question_before(library: Library) -> None:
    earlier = "How many invoices are open in invoices.csv?"
    reading = read(library, "How many of them are overdue?", context=f"{earlier}\nHow many of them are overdue?")
    assert names(reading) == ["invoices.csv"]


def test_file_outside_the_scope_is_not_read(library: Library, tmp_path: Path) -> None:
    assert read(library, "Summarise cake.md", Scope(folders=(tmp_path,))) is None
    assert read(library, "Summarise cake.md", Scope(folders=())) is None


def test_this_document_is_the_only_one_there_is(library: Library) -> None:
    (cake,) = [row.path for row in library.files() if row.path.name == "cake.md"]
    assert names(read(library, "Summarise this document", Scope(folders=(cake,)))) == ["cake.md"]
    assert read(library, "Summarise this document") is None


def test_record_that_was_added_is_counted(library: Library, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order,status\nA1,open\nA2,open\n", "utf-8")
    own = Library(tmp_path / "home", lambda name: None)
    own.add_folder(tmp_path)
    own.sync()
    (tmp_path / "orders.csv").write_text("order,status\nA1,open\nA2,open\nA3,open\n", "utf-8")
    own.sync()
    reading = read(own, "How many orders are open?")
    own.close()
    assert reading is not None
    assert reading.documents[0].answers[0].text == "3 of 3 rows where status = open"
