"""Sets of questions with gold answers, a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.matching import tokens
from errors import AppError

_FORM = 'Each line is an object, such as {"question": "Who called?", "answer": "Ada", "source": "calls.md#May"}.'


class QuestionSetUnreadable(AppError):
    """The file is not a set of questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """A question and the answers to accept, none where it cannot be answered.

    `source`: the file that holds the answer, as `file.md` or `file.md#Heading`; "" where that is not known.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_answerable(self) -> bool:
        """True where there is an answer to find."""
        return bool(self.answers)

    def is_from_source(self, path: Path, heading: Sequence[str]) -> bool:
        """True for text of the gold file, under the gold heading or one below it."""
        name, _, title = self.source.partition("#")
        if not f"/{path.as_posix()}".endswith(f"/{name}"):
            return False
        return not title or tokens(title) in map(tokens, heading)


def read_questions(file: Path) -> tuple[GoldQuestion, ...]:
    """Read a set: `question`, `answer` (a text, several, or none), and where known `source` and `id`.

    Raises QuestionSetUnreadable.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise QuestionSetUnreadable(f"The questions in {file} cannot be read", str(error)) from error
    questions = tuple(_question(line, f"{file.name}, line {n}", str(n)) for n, line in enumerate(lines, 1) if line)
    if not questions:
        raise QuestionSetUnreadable(f"{file} holds no questions", _FORM)
    return questions


def _question(line: str, place: str, number: str) -> GoldQuestion:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionSetUnreadable(f"{place} is not JSON", _FORM) from error
    answers = _answers(row) if isinstance(row, dict) else None
    if answers is None or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise QuestionSetUnreadable(f"{place} is not a question with its answer", _FORM)
    return GoldQuestion(
        id=str(row.get("id") or number),
        question=row["question"],
        answers=answers,
        source=str(row.get("source") or ""),
    )


def _answers(row: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The accepted answers; None where the row holds no valid ones."""
    match row:
        case {"answer": None | ""}:
            return ()
        case {"answer": str(text)}:
            return (text,)
        case {"answer": [*texts]} if all(isinstance(text, str) and text for text in texts):
            return tuple(texts)
    return None
