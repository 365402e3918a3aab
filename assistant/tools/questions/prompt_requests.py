"""Reads requests for a prompt."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.wording import given

_FAMILIES = {
    "claude": "claude",
    "anthropic": "claude",
    "gpt": "gpt",
    "chatgpt": "gpt",
    "openai": "gpt",
    "llama": "llama",
    "qwen": "qwen",
    "mistral": "mistral",
    "mixtral": "mistral",
    "gemma": "gemma",
}
_MODEL = rf"(?P<{{name}}>{'|'.join(_FAMILIES)})[\w.\-]*(?:\s\d[\w.]*)?"
_REQUEST = re.compile(
    rf"""^(?:please\s|can\syou\s|could\syou\s)*(?:i\sneed|design_prompt|(?:design|write|create|draft|build|generate|make)(?:\sme)?)
    \s?(?:a\s|an\s)?(?:system\s|structured\s)?(?:{_MODEL.format(name="before")}\s)?(?:prompt\s?)?
    (?:for\s{_MODEL.format(name="behind")}\s?)?(?P<joint>to|that|which|for|:)\s(?P<task>.+)$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_LABELS = (
    re.compile(r"\s+with\s+(?:the\s+)?labels:?\s+(?P<labels>.+)$", re.IGNORECASE),
    re.compile(r"\s+(?:as|into)\s+(?P<labels>[\w -]+(?:,\s*[\w -]+)*,?\s+or\s+[\w -]+)$", re.IGNORECASE),
)
_LEAST_WORDS = 2


def read_prompt(text: str) -> dict[str, Any] | None:
    """The arguments of `design_prompt`."""
    found = _REQUEST.match(text.strip())
    if not found or "prompt" not in text[: found.start("task")].lower():
        return None
    task = found["task"].strip().rstrip(".!?")
    if found["joint"].lower() in ("that", "which"):
        task = _as_infinitive(task)
    labels = next((hit for pattern in _LABELS if (hit := pattern.search(task))), None)
    if labels:
        task = task[: labels.start()]
    if len(task.split()) < _LEAST_WORDS:
        return None
    family = found["before"] or found["behind"]
    return {
        "task": task,
        **given(
            labels=_listed(labels["labels"]) if labels else None, model=_FAMILIES[family.lower()] if family else None
        ),
    }


def _as_infinitive(task: str) -> str:
    """`summarises notes` as `summarise notes`."""
    verb, space, rest = task.partition(" ")
    if verb.endswith(("sses", "shes", "ches", "xes")):
        return verb[:-2] + space + rest
    return verb.removesuffix("s") + space + rest


def _listed(labels: str) -> str:
    return ", ".join(
        part.strip() for part in re.split(r",\s*(?:or\s|and\s)?|\s+or\s+|\s+and\s+", labels) if part.strip()
    )
