"""One chunk of a streamed chat completion, as far as an answer needs it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.protocol import Finish

_FINISHES: Mapping[str, Finish] = {"length": "length"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """`text`: what it adds. `finish`: why the answer is over; None: it is not. Counts are None where it has none.

    `error`: what went wrong on the server in the middle of the answer.
    """

    text: str = ""
    finish: Finish | None = None
    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    output_tokens: int | None = None
    error: str = ""


def read_chunk(data: str) -> Chunk:
    """The chunk in an event's data. Raises ValueError for data that is none."""
    told = json.loads(data)
    if not isinstance(told, dict):
        raise ValueError("no object")
    if problem := told.get("error"):
        return Chunk(error=str(problem.get("message", problem) if isinstance(problem, dict) else problem))
    choice = _first(told.get("choices"))
    usage = _mapping(told.get("usage"))
    reason = choice.get("finish_reason")
    return Chunk(
        text=_text(_mapping(choice.get("delta")).get("content")),
        finish=_FINISHES.get(str(reason), "end") if reason else None,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        reused_tokens=_count(_mapping(usage.get("prompt_tokens_details")).get("cached_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _first(choices: Any) -> Mapping[str, Any]:
    return _mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
