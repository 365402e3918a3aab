"""The question sets that come with the source: what they call gold stands on the personas' pages."""

import re
from pathlib import Path

import pytest

from assistant.evaluation.matching import holds
from assistant.evaluation.questions import GoldQuestion, read_questions
from personas import BUILTIN_PERSONAS

SETS = Path(__file__).parents[3] / "benchmarks" / "answers"
PERSONAS = ("108-devops-engineer", "410-llm-engineer")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def section(persona: str, asked: GoldQuestion) -> str:
    """The text below the gold heading of its file."""
    name, _, title = asked.source.partition("#")
    page = (BUILTIN_PERSONAS / persona / "knowledge" / name).read_text("utf-8")
    parts = _HEADING.split(page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_gold_answer_stands_under_its_heading(persona: str) -> None:
    asked = [one for one in read_questions(SETS / f"{persona}.jsonl") if one.is_answerable]
    assert len(asked) == 40
    missing = [one.id for one in asked if not holds(section(persona, one), one.answers[:1])]
    assert not missing


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_fifth_has_no_answer_and_no_source(persona: str) -> None:
    asked = [one for one in read_questions(SETS / f"{persona}.jsonl") if not one.is_answerable]
    assert len(asked) == 10
    assert not any(one.source for one in asked)


@pytest.mark.parametrize("persona", PERSONAS)
def test_questions_are_asked_once(persona: str) -> None:
    asked = read_questions(SETS / f"{persona}.jsonl")
    assert len({one.question for one in asked}) == len({one.id for one in asked}) == len(asked)
