"""The names of the tools, known without loading what they compute with: lists of personas check heads by them."""

TOOL_NAMES = (
    "analyze_transformer",
    "estimate_cost",
    "design_prompt",
    "cron_next",
    "subnet",
    "slo_budget",
    "sample_size",
    "sus_score",
    "affinity",
)
