"""Which tool a question calls: phrasings written before the reader was made, and three sets that came later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.tools.questions.tool_question import tool_call
from personas import TOOL_NAMES

HERE = Path(__file__).parent


def phrasings(name: str) -> list[tuple[str, dict[str, Any], str]]:
    """The tool ("none"), the arguments and the question of each line."""
    lines = [
        line.split(" | ", 2) for line in (HERE / name).read_text("utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    return [(tool, json.loads(arguments), question.replace("\\n", "\n")) for tool, arguments, question in lines]


def shares(name: str) -> tuple[float, float, list[str]]:
    """The shares of right calls and of near-misses left alone, and the questions that went wrong."""
    right, left, wrong = list[bool](), list[bool](), list[str]()
    for tool, arguments, question in phrasings(name):
        call = tool_call(question, TOOL_NAMES)
        fits = call is None if tool == "none" else call is not None and (call.tool, call.arguments) == (tool, arguments)
        (left if tool == "none" else right).append(fits)
        if not fits:
            wrong.append(f"{question} → {call}")
    return sum(right) / len(right), sum(left) / len(left), wrong


def test_the_phrasings_are_enough() -> None:
    tools = [tool for tool, _, _ in phrasings("tool_questions.txt")]
    assert sum(tool != "none" for tool in tools) >= 120 and tools.count("none") >= 80
    assert set(tools) == {*TOOL_NAMES, "none"}


@pytest.mark.parametrize("name", ["", "_second", "_third", "_fourth"])
def test_a_question_calls_the_right_tool_with_the_right_arguments_and_a_near_miss_none(name: str) -> None:
    right, left, wrong = shares(f"tool_questions{name}.txt")
    assert right >= 0.9 and left >= 0.98, wrong


def test_a_tool_that_the_persona_does_not_have_is_not_called() -> None:
    assert tool_call("How many hosts are in 10.0.0.0/22?", ("slo_budget",)) is None
    assert tool_call("How many hosts are in 10.0.0.0/22?", ()) is None


def test_where_two_tools_fit_none_is_called() -> None:
    assert tool_call("How many hosts are in 10.0.0.0/22, and what is the error budget of 99.9 %?", TOOL_NAMES) is None


@pytest.mark.parametrize("path", sorted((HERE.parents[1] / "personas" / "questions").glob("*.jsonl")), ids=str)
def test_questions_that_pages_answer_call_a_tool_only_for_a_figure(path: Path) -> None:
    questions = [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]
    called = [question for question in questions if tool_call(question, TOOL_NAMES)]
    assert set(called) <= {
        "How many minutes of downtime per month does 99.95 % allow?",
        "How big does the KV cache of Llama 3 70B get with 32k tokens of context?",
    }


def test_reasons_that_are_asked_for_behind_a_figure_are_noticed() -> None:
    call = tool_call("How large is the KV cache of Llama 3.1 70B at 8k context, and how can I shrink it?", TOOL_NAMES)
    assert call is not None and call.explains and call.arguments == {"model": "llama-3.1-70b", "prompt_tokens": 8192}
    plain = tool_call("How large is the KV cache of Llama 3.1 70B at 8k context?", TOOL_NAMES)
    assert plain is not None and not plain.explains and plain.wanted == "KV cache"


@pytest.mark.parametrize("text", ["How many hosts are in 10.0.0.0/22? " * 200, "1 " * 3000, "@" * 3900, "every " * 700])
def test_long_texts_cost_no_time(text: str) -> None:
    tool_call(text, TOOL_NAMES)  # within the limit of time of each test
