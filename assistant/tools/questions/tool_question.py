"""From a question to the tool that computes its answer, and the arguments; nothing where in doubt.

A question that only mentions a topic calls no tool: the form must ask for a figure, the words must name what the tool
needs, and one tool alone may fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from assistant.tools.questions.cost_questions import read_cost
from assistant.tools.questions.model_questions import read_transformer
from assistant.tools.questions.network_questions import read_slo, read_subnet
from assistant.tools.questions.prompt_requests import read_prompt
from assistant.tools.questions.research_questions import read_affinity, read_sample, read_sus
from assistant.tools.questions.schedule_questions import read_cron
from assistant.tools.questions.vocabulary import is_in_words_of
from assistant.tools.questions.wording import ToolCall, figure_question

_LONGEST = 4_000  # characters: longer texts are pasted, not asked
_FIGURES: Mapping[str, Callable[[str], dict[str, Any] | None]] = {
    "analyze_transformer": read_transformer,
    "estimate_cost": read_cost,
    "cron_next": read_cron,
    "subnet": read_subnet,
    "slo_budget": read_slo,
    "sample_size": read_sample,
    "sus_score": read_sus,
}
# The figure of a tool that words of a question ask for; the first that fits.
_WANTED: Mapping[str, Sequence[tuple[str, str]]] = {
    "analyze_transformer": (
        (r"how many (?:gpus|[a-z]+-?\d+)", "devices"),
        (r"per token.*kv|kv.*per token|bytes per token", "KV cache of a token"),
        (r"\bkv\b|캐시|缓存", "KV cache"),
        (r"parameters|참수|파라미터|参数", "parameters"),
        (r"first token|ttft|prefill", "first token"),
        (r"tokens? ?(?:/|per) ?s|throughput|speed|how fast|每秒|속도", "tokens/s"),
        (r"latency|seconds|how long", "answer"),
        (r"\bfits?\b|enough|can (?:i|we)|v?ram|memory|메모리|显存|内存|footprint", "memory"),
        (r"weights|how many gb", "weights"),
    ),
    "estimate_cost": (
        (r"break[ -]?even", "break-even"),
        (r"per answer|each answer", "cost of an answer"),
        (r"how many gpus|gpus do", "GPUs"),
        (r"", "cost of a month"),
    ),
    "subnet": ((r"addresses", "addresses"), (r"hosts?|호스트|主机", "hosts")),
    "slo_budget": ((r"burn", "burn rate"), (r"left|remain", "left"), (r"", "budget")),
    "sample_size": ((r"problem|issue|find|catch|notice", "people to watch"), (r"", "people to ask")),
    "sus_score": ((r"", "score"),),
}
_REQUESTS: Mapping[str, Callable[[str], dict[str, Any] | None]] = {
    "design_prompt": read_prompt,
    "affinity": read_affinity,
}


def tool_call(question: str, tools: Collection[str]) -> ToolCall | None:
    """The one of `tools` that fits a question, with its arguments; None where none does, or several."""
    if len(question) > _LONGEST:
        return None
    found = [ToolCall(name, read) for name in _REQUESTS if name in tools and (read := _REQUESTS[name](question))]
    if not found and (asked := figure_question(question)):
        text, explains = asked
        calls = ((name, _FIGURES[name](text)) for name in _FIGURES if name in tools)
        found = [ToolCall(name, arguments, explains, _wanted(name, text)) for name, arguments in calls if arguments]
        found = [call for call in found if len(found) == 1 and is_in_words_of(call.tool, text)]
    return found[0] if len(found) == 1 else None


def _wanted(tool: str, text: str) -> str:
    """The name of the figure that a question asks for; "" for the whole."""
    patterns = _WANTED.get(tool, ())
    return next((name for words, name in patterns if re.search(words, text, re.IGNORECASE)), "")
