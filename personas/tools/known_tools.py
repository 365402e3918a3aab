"""Every tool by name."""

from __future__ import annotations

from difflib import get_close_matches

from personas.tools.affinity import AFFINITY
from personas.tools.cost import ESTIMATE_COST
from personas.tools.cron import CRON_NEXT
from personas.tools.operations import SAMPLE_SIZE, SLO_BUDGET, SUBNET, SUS_SCORE
from personas.tools.prompt_design import DESIGN_PROMPT
from personas.tools.tool import Tool, ToolNotFound
from personas.tools.transformer import ANALYZE_TRANSFORMER

TOOLS = {
    tool.name: tool
    for tool in (
        ANALYZE_TRANSFORMER,
        ESTIMATE_COST,
        DESIGN_PROMPT,
        CRON_NEXT,
        SUBNET,
        SLO_BUDGET,
        SAMPLE_SIZE,
        SUS_SCORE,
        AFFINITY,
    )
}


def find_tool(name: str) -> Tool:
    """The tool of that name. Raises ToolNotFound."""
    if name in TOOLS:
        return TOOLS[name]
    near = next(iter(get_close_matches(name, TOOLS, n=1, cutoff=0.4)), "")
    hint = f"Did you mean {near}?" if near else f"There are {', '.join(TOOLS)}."
    raise ToolNotFound(f"No tool is called {name}", hint)
