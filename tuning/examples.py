"""Conversations to learn from: a JSON object a line, `{"messages": [{"role": …, "content": …}, …]}`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from engines import Message
from errors import AppError

Role = Literal["system", "user", "assistant"]
Problem = Literal[
    "not JSON", "no messages", "roles", "empty text", "too long", "duplicate", "personal data", "held out"
]
_FORM = '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}'


class ExamplesUnreadable(AppError):
    """The file of conversations cannot be read, or holds none."""


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation in line `line` of its file, which ends with an answer."""

    line: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong in a line. `stops`: nothing can be learned from the file before it is corrected."""

    line: int
    problem: Problem
    detail: str
    stops: bool = True


def read_examples(file: Path) -> tuple[tuple[Example, ...], tuple[LineProblem, ...]]:
    """The conversations of the file, and the lines that are none. Raises ExamplesUnreadable, for an empty one too."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise ExamplesUnreadable(f"The examples in {file} cannot be read", error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise ExamplesUnreadable(f"The examples in {file} are not UTF-8 text", "Save the file as UTF-8.") from error
    read = [_read_line(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not read:
        raise ExamplesUnreadable(f"{file} holds no examples", f"Write one a line: {_FORM}")
    examples = tuple(one for one in read if isinstance(one, Example))
    return examples, tuple(one for one in read if isinstance(one, LineProblem))


def format_example(messages: Iterator[Message] | list[Message] | tuple[Message, ...]) -> str:
    """The line of a conversation, without its end."""
    rows = [{"role": message.role, "content": message.text} for message in messages]
    return json.dumps({"messages": rows}, ensure_ascii=False)


def _read_line(number: int, line: str) -> Example | LineProblem:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return LineProblem(number, "not JSON", f"Write it as {_FORM}")
    rows = row.get("messages") if isinstance(row, dict) else None
    if not isinstance(rows, list) or not rows or not all(map(_is_message, rows)):
        return LineProblem(number, "no messages", f"Write it as {_FORM}")
    unknown = [one["role"] for one in rows if one["role"] not in get_args(Role)]
    if unknown:
        return LineProblem(number, "roles", f"“{unknown[0]}” is no role. They are: {', '.join(get_args(Role))}.")
    if wrong := _wrong_order([one["role"] for one in rows]):
        return LineProblem(number, "roles", wrong)
    if empty := [one["role"] for one in rows if not one["content"].strip()]:
        return LineProblem(number, "empty text", f"A message of the role {empty[0]} says nothing.")
    return Example(number, tuple(Message(one["role"], one["content"]) for one in rows))


def _is_message(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("role"), str) and isinstance(row.get("content"), str)


def _wrong_order(roles: list[str]) -> str:
    """What is wrong with the order of the roles; "" where nothing is."""
    asked = roles[1:] if roles[0] == "system" else roles
    if "system" in asked:
        return "A system message comes first, and once."
    if not asked or asked[0] != "user":
        return "It does not begin with a question of the user."
    if asked[-1] != "assistant":
        return "It does not end with an answer of the assistant."
    same = next((left for left, right in pairwise(asked) if left == right), "")
    return f"Two messages of the role {same} follow each other." if same else ""
