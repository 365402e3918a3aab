from pathlib import Path

import pytest

from assistant.evaluation.questions import GoldQuestion, QuestionSetUnreadable, read_questions


def test_a_set_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(
        '{"question": "Who?", "answer": "Ada", "source": "a.md#Calls", "id": "x"}\n\n'
        '{"question": "When?", "answer": ["May", "5th month"]}\n{"question": "Why?", "answer": null}\n'
        '{"question": "How?", "answer": ""}\n',
        "utf-8",
    )
    assert read_questions(file) == (
        GoldQuestion(id="x", question="Who?", answers=("Ada",), source="a.md#Calls"),
        GoldQuestion(id="3", question="When?", answers=("May", "5th month")),
        GoldQuestion(id="4", question="Why?"),
        GoldQuestion(id="5", question="How?"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no JSON",
        "[1]",
        '{"question": "Who?"}',
        '{"answer": "Ada"}',
        '{"question": " ", "answer": "a"}',
        '{"question": "Who?", "answer": 5}',
        '{"question": "Who?", "answer": ["Ada", 5]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_set_is_named_with_the_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(line, "utf-8")
    with pytest.raises(QuestionSetUnreadable, match=r"set\.jsonl"):
        read_questions(file)


def test_a_missing_set_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetUnreadable):
        read_questions(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("source", "is_from"),
    [
        ("a.md", True),
        ("notes/a.md", True),
        ("ta.md", False),
        ("b.md", False),
        ("a.md#Lamp", True),
        ("a.md#The Desk", True),
        ("a.md#Roses", False),
    ],
)
def test_text_is_from_the_gold_source_or_not(source: str, is_from: bool) -> None:
    gold = GoldQuestion(id="1", question="?", answers=("x",), source=source)
    assert gold.is_from_source(Path("/home/notes/a.md"), ("Desk", "Lamp")) is is_from
