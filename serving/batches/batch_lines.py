"""The requests of a batch, read from the lines of its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_LINES = 50_000  # as OpenAI's own
MOST_PROBLEMS = 100  # that are told
_MOST_ID_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A request. `number`: of its line in the file, from 1. `custom_id`: the client's name for it."""

    number: int
    custom_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """Why a line is no request. `line`: its number; None: the whole file."""

    line: int | None
    message: str


def read_lines(content: bytes, endpoint: str) -> tuple[list[BatchLine], list[InvalidLine]]:
    """The requests of a file, and what is wrong in it. `endpoint`: the route that each must be for."""
    lines: list[BatchLine] = []
    problems: list[InvalidLine] = []
    known = set[str]()
    for number, text in enumerate(content.splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = _line(number, text, endpoint)
            if line.custom_id in known:
                raise ValueError(f"the custom_id {line.custom_id} stands twice")
        except (ValueError, RecursionError) as error:
            problems.append(InvalidLine(number, str(error)))
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        known.add(line.custom_id)
        lines.append(line)
    if len(lines) > MOST_LINES:
        problems.append(InvalidLine(None, f"the file has {len(lines):,} requests; a batch may have {MOST_LINES:,}"))
    return lines, problems


def _line(number: int, text: bytes, endpoint: str) -> BatchLine:
    """A request. Raises ValueError with the reason."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    id, body = value.get("custom_id"), value.get("body")
    if not isinstance(id, str) or not 0 < len(id) <= _MOST_ID_CHARACTERS:
        raise ValueError(f"custom_id must be a text of 1 to {_MOST_ID_CHARACTERS} characters")
    if value.get("method") != "POST":
        raise ValueError("method must be POST")
    if value.get("url") != endpoint:
        raise ValueError(f"url must be {endpoint}, as in the batch")
    if not isinstance(body, dict):
        raise ValueError("body must be an object")
    if body.get("stream"):
        raise ValueError("body.stream must be left out: nobody reads along")
    return BatchLine(number, id, body)
