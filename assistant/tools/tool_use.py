"""A tool's result as a part of a turn: with the arguments it was asked with, saved and shown like other parts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personas import Figure, ToolResult


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What a tool computed from these arguments, as they were asked.

    `failed`: it refused them; `says` tells why. `wanted`: the name of the figure that was asked for; "": the whole.
    """

    arguments: Mapping[str, Any]
    result: ToolResult
    failed: bool = False
    wanted: str = ""

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.result.tool

    @property
    def markdown(self) -> str:
        """The answer to a person: the figure that was asked for, what follows, all figures, and where they are from."""
        if self.failed:
            given = ", ".join(f"{name} {value}" for name, value in self.arguments.items())
            return f"{self.result.says}\n\nNot computed: {self.name} with {given}."
        wanted = next((one for one in self.result.figures if one.name == self.wanted), None)
        return (f"{_sentence(wanted)} " if wanted else "") + self.result.markdown

    @property
    def told(self) -> str:
        """The result in plain lines, for a model."""
        figures = [f"{one.name}: {one.text}{f' ({one.note})' if one.note else ''}" for one in self.result.figures]
        origin = [] if self.failed else [f"{self.result.origin}."]
        return "\n".join([*origin, *figures, self.result.says, *filter(None, [self.result.text])])


def _sentence(figure: Figure) -> str:
    """`**KV cache: 2.77 GB** (of all tokens of all answers).`"""
    note = f" ({figure.note})" if figure.note else ""
    return f"**{figure.name[0].upper()}{figure.name[1:]}: {figure.text}**{note}."


def tool_use_view(use: ToolUse) -> dict[str, Any]:
    """A tool's result as JSON for programs."""
    result = use.result
    return {
        "name": use.name,
        "arguments": dict(use.arguments),
        "inputs": dict(result.inputs),
        "figures": [dataclasses.asdict(figure) for figure in result.figures],
        "says": result.says,
        "text": result.text,
        "failed": use.failed,
        "wanted": use.wanted,
    }


def dump_tools(uses: Sequence[ToolUse]) -> str:
    """The results as a JSON array."""
    return json.dumps([{**tool_use_view(use), "given": use.result.given} for use in uses])


def load_tools(text: str) -> tuple[ToolUse, ...]:
    """The results of `dump_tools`."""
    return tuple(
        ToolUse(
            row["arguments"],
            ToolResult(
                tool=row["name"],
                inputs=row["inputs"],
                figures=tuple(Figure(**figure) for figure in row["figures"]),
                says=row["says"],
                given=tuple(row["given"]),
                text=row["text"],
            ),
            row["failed"],
            row["wanted"],
        )
        for row in json.loads(text)
    )
