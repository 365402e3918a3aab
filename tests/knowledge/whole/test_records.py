import pytest

from knowledge.whole.outline import outline
from knowledge.whole.records import find_records
from knowledge.whole.tables import Table


def records(text: str, suffix: str = ".md") -> list[Table]:
    return list(find_records(text, outline(text), suffix))


def test_sections_with_the_same_fields_are_records() -> None:
    (table,) = records("# Team\n\n## Ann\n\n**Age:** 30\n**City:** Rome\n\n## Bo\n\n**Age:** 41\n**City:** Oslo\n")
    assert (table.name, table.columns) == ("Team", ("name", "age", "city"))
    assert table.cells == (["Ann", "Bo"], ["30", "41"], ["Rome", "Oslo"])


def test_sections_that_are_numbered_are_records_of_that_name() -> None:
    (table,) = records("# Plan\n\n## Phase 1: dig\n\nWe dig.\n\n## Phase 2: build\n\nWe build.\n")
    assert (table.columns, table.nouns) == (("phase",), ("phase",))


@pytest.mark.parametrize(
    "text",
    [
        "# Book\n\n## Intro\n\nSome text.\n\n## Ending\n\nMore: text.\n",
        "- milk\n- eggs\n",
        "- note: buy milk\n\nSome text.\n",
        "It was 2024-05-01 when we left.\n",
    ],
)
def test_prose_and_plain_lists_are_no_records(text: str) -> None:
    assert records(text) == []


def test_list_of_fields_is_a_table() -> None:
    (table,) = records("# Books\n\n- title: Sea; pages: 96\n- title: Sun; pages: 210\n")
    assert (table.name, table.columns, table.cells) == ("Books", ("title", "pages"), (["Sea", "Sun"], ["96", "210"]))


def test_span_of_a_record_is_its_section() -> None:
    text = "# T\n\n## A 1\n\n- x: 1\n\n## A 2\n\n- x: 2\n"
    (table,) = records(text)
    assert [text[slice(*span)] for span in table.rows] == ["## A 1\n\n- x: 1", "## A 2\n\n- x: 2"]


def test_lines_of_a_log_have_a_date_and_a_level() -> None:
    (table,) = records("2024-05-01 10:00:00 INFO up\n2024-05-01T10:00:01Z [ERROR] disk: full\n", ".log")
    assert table.cells[:2] == (["2024-05-01", "2024-05-01"], ["INFO", "ERROR"])


def test_messages_of_a_mailbox_are_told_by_their_headers() -> None:
    text = (
        "Hello\n\nFrom: Ann <a@e.org>\nTo: me@e.org\nDate: 2024-01-01T10:00:00+00:00\n\nFrom: here it is text.\n\n"
        "Re: Hello\n\nFrom: bo@e.org\nDate: 2024-01-02T10:00:00+00:00\n\nBody.\n"
    )
    (table,) = records(text, ".mbox")
    assert table.cells[0] == ["Ann", "bo@e.org"]
    assert table.cells[2] == ["Hello", "Re: Hello"]
