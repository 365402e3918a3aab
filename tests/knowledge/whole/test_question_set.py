"""The 300 questions of `python -m benchmarks.whole`: how many must be right, and how few may be wrong."""

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.whole import FOLDER, outcomes

LEAST_RIGHT, MOST_WRONG = 280, 0  # of 300; 287 and 0 today


@pytest.mark.timeout(60)
def test_questions_in_eight_languages_are_answered_and_none_wrongly(tmp_path: Path) -> None:
    questions = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    found = list(outcomes(questions, tmp_path))
    verdicts = Counter(one.verdict for one in found)
    assert len({one.question["language"] for one in found}) == 8
    assert verdicts["wrong"] <= MOST_WRONG, [one.question["question"] for one in found if one.verdict == "wrong"]
    assert verdicts["right"] >= LEAST_RIGHT
