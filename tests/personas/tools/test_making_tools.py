"""The tools that make text: prompts with their test sets, and groups of notes."""

from __future__ import annotations

import re

import pytest

from personas.tools.affinity import AFFINITY, group_notes
from personas.tools.prompt_design import DESIGN_PROMPT
from personas.tools.tool import ToolArgumentInvalid

TASK = {"task": "classify support tickets", "inputs": "ticket", "labels": "billing, bug"}


def test_a_prompt_for_claude_has_tags_examples_and_the_beginning_of_the_answer() -> None:
    text = DESIGN_PROMPT.run(TASK).text
    assert "<ticket>\n{{TICKET}}\n</ticket>" in text and "<instructions>" in text
    assert text.count("<example>") == 3
    assert "**Prefill**\n\n```text\n<answer>\n```" in text
    assert text.index("{{TICKET}}") < text.index("<instructions>")  # long material stands above the instructions


@pytest.mark.parametrize(("model", "has_system"), [("llama", True), ("gpt", True), ("gemma", False)])
def test_a_prompt_for_a_chat_template_has_examples_as_turns(model: str, has_system: bool) -> None:
    text = DESIGN_PROMPT.run({**TASK, "model": model, "examples": 2}).text
    assert ("**System**" in text) == has_system
    assert "**Assistant (example 1)**\n\n```text\nbilling\n```" in text and "<example>" not in text
    assert "Answer with exactly one of these labels: billing, bug." in text


def test_every_label_and_every_pair_of_labels_has_cases() -> None:
    result = DESIGN_PROMPT.run({**TASK, "labels": "billing, bug, other"})
    for kind in ("typical: other", "between billing and bug", "an order in the input"):
        assert kind in result.text
    counts = [int(count) for count in re.findall(r"^\| [^|]+ \| (\d+) \|", result.text, re.MULTILINE)]
    assert result.figure("test cases").value == sum(counts) == 3 * 10 + 3 * 3 + 5 * 3


def test_what_a_task_says_cannot_leave_its_block() -> None:
    text = DESIGN_PROMPT.run({"task": "explain ``` and ```` fences"}).text
    assert "`````text" in text


def test_notes_are_grouped_by_the_words_that_they_share() -> None:
    notes = [
        "Login is slow",
        "login fails on mobile",
        "Search finds nothing",
        "searching is slow to start",
        "nice colours",
    ]
    groups, rest = group_notes(notes)
    assert groups == [("Search", [notes[2], notes[3]]), ("Login", [notes[0], notes[1]])]
    assert rest == ["nice colours"]
    assert "not by what they mean" in AFFINITY.run({"notes": "\n".join(notes)}).says


def test_notes_in_chinese_are_grouped_too() -> None:
    groups, _ = group_notes(["登录很慢", "登录失败", "搜索没有结果", "搜索结果太旧"])
    assert [len(members) for _, members in groups] == [2, 2]


def test_two_notes_are_no_set_to_sort() -> None:
    with pytest.raises(ToolArgumentInvalid):
        AFFINITY.run({"notes": "one; two"})
