"""Questions of a batch, read from JSON lines, and the answers of an earlier run that need not be written again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import AppError

MOST_PROBLEMS = 5  # that are listed; who has more has one mistake in every line
_KEYS: Mapping[str, type] = {"id": str, "question": str, "persona": str, "where": str, "format": dict}


class BatchInvalid(AppError):
    """Lines of a batch are not what they must be; the hint lists the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuestion:
    """A line of a batch. `id`: the client's own, else its number. `schema`: a JSON Schema of the answer."""

    id: str
    question: str
    persona: str = ""
    where: str = ""
    schema: Mapping[str, Any] | None = None


def read_questions(path: Path) -> list[BatchQuestion]:
    """Read a batch: an object or a text a line. Raises BatchInvalid with the numbers of the lines that are wrong."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BatchInvalid(f"{path} cannot be read", str(error)) from error
    found: list[BatchQuestion] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(question_of(json.loads(line), str(number)))
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number}: {error}")
    times = Counter(one.id for one in found)
    problems += [f"the id {id} stands twice" for id in sorted(times) if times[id] > 1]
    if problems:
        more = f" and {len(problems) - MOST_PROBLEMS:,} more" if len(problems) > MOST_PROBLEMS else ""
        raise BatchInvalid(f"{path.name} is no batch of questions", "; ".join(problems[:MOST_PROBLEMS]) + more)
    if not found:
        raise BatchInvalid(f"{path.name} holds no question", 'Write a line for each: {"question": "…"}')
    return found


def question_of(value: object, number: str) -> BatchQuestion:
    """A question from a line's JSON. Raises ValueError with the reason."""
    if isinstance(value, str):
        value = {"question": value}
    if not isinstance(value, dict):
        raise ValueError("it is no object and no text")
    for key, given in value.items():
        if key not in _KEYS:
            raise ValueError(f"{key} is not known; it may have {', '.join(_KEYS)}")
        if not isinstance(given, _KEYS[key]):
            raise ValueError(f"{key} must be {'an object' if _KEYS[key] is dict else 'a text'}")
    if not value.get("question", "").strip():
        raise ValueError("its question is missing")
    return BatchQuestion(
        id=value.get("id", number),
        question=value["question"],
        persona=value.get("persona", ""),
        where=value.get("where", ""),
        schema=value.get("format"),
    )


def answered_before(out: Path, questions: Sequence[BatchQuestion]) -> int:
    """Count the questions, from the first, that `out` has answers of; what follows the last whole line is cut off.

    Raises BatchInvalid where its answers are those of another batch.
    """
    if not out.exists():
        return 0
    data = out.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", "replace").splitlines()
    ids = [_id_of(line) for line in lines]
    if ids != [one.id for one in questions[: len(ids)]] or len(ids) > len(questions):
        raise BatchInvalid(f"{out} holds answers of another batch", "Choose another file with --out, or delete it.")
    if len(whole) < len(data):
        with out.open("r+b") as file:
            file.truncate(len(whole))
    return len(ids)


def _id_of(line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
