"""Finds out how a chat template is told to let its model think, or not to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engines.errors import TemplateRefused, TemplateUnbounded


@dataclass(frozen=True, slots=True)
class ThinkingSwitch:
    """One position of a template's switch. `values`: variables of the template; `words`: for the system message."""

    values: Mapping[str, object] = field(default_factory=dict)
    words: str = ""


# Variables by which the templates that ship with llama.cpp switch thinking, with their values for off and on.
_SWITCHES: Mapping[str, tuple[object, object]] = {
    "enable_thinking": (False, True),  # Qwen, GLM, Gemma, SmolLM, Nemotron, …
    "thinking": (False, True),  # Granite, DeepSeek, Kimi
    "reasoning": (False, True),  # Cohere
    "thinking_mode": ("disabled", "enabled"),  # MiniMax
    "thinking_budget": (0, -1),  # Seed
    "reasoning_strength": ("low", "high"),  # Muse
}
_EFFORT = "reasoning_effort"
_LEAST, _USUAL = ("none", "no_think", "minimal", "low"), ("medium", "high")  # values of it, where a template names them
_WORDS = (("/no_think", "/think"), ("/nothink", "/think"))

Render = Callable[[ThinkingSwitch], str]


def find_switch(source: str, render: Render) -> tuple[ThinkingSwitch, ThinkingSwitch]:
    """The positions for off and on of a template's switch; both are empty where it has none.

    `render`: renders a short conversation; it raises TemplateRefused where the template refuses a value.
    """
    neither = ThinkingSwitch()
    values = {name: pair for name, pair in _SWITCHES.items() if _names(source, name)}
    if _names(source, _EFFORT):
        least = next((value for value in _LEAST if _quotes(source, value)), "low")
        values[_EFFORT] = least, next((value for value in _USUAL if _quotes(source, value)), None)
    for off, on in ((_position(values, 0), _position(values, 1)), *_word_positions(source)):
        if (off.values or off.words) and _differ(render, off, on):
            return off, on
    return neither, neither


def _position(values: Mapping[str, tuple[object, object]], place: int) -> ThinkingSwitch:
    return ThinkingSwitch({name: pair[place] for name, pair in values.items() if pair[place] is not None})


def _word_positions(source: str) -> list[tuple[ThinkingSwitch, ThinkingSwitch]]:
    return [(ThinkingSwitch(words=off), ThinkingSwitch(words=on)) for off, on in _WORDS if _quotes(source, off)]


def _differ(render: Render, off: ThinkingSwitch, on: ThinkingSwitch) -> bool:
    try:
        return render(off) != render(on)
    except TemplateUnbounded:
        raise
    except TemplateRefused:
        return False


def _names(source: str, variable: str) -> bool:
    return re.search(rf"(?<![\w.'\"]){variable}\b(?!['\"])", source) is not None


def _quotes(source: str, value: str) -> bool:
    return f"'{value}'" in source or f'"{value}"' in source
