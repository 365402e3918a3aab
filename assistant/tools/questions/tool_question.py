"""From a question to the tool that computes its answer, and the arguments; nothing where in doubt.

A question that only mentions a topic calls no tool: the form must ask for a figure, the words must name what the tool
needs, and one tool alone may fit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from assistant.tools.questions.cost import read_cost
from assistant.tools.questions.network import read_slo, read_subnet
from assistant.tools.questions.prompt import read_prompt
from assistant.tools.questions.research import read_affinity, read_sample, read_sus
from assistant.tools.questions.schedule import read_cron
from assistant.tools.questions.transformer import read_transformer
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
        found = [ToolCall(name, arguments, explains) for name, arguments in calls if arguments]
    return found[0] if len(found) == 1 else None
