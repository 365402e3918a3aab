"""Tools in the line by which a model asks for a step: described for it, enforced by a grammar, and read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from personas import Tool, find_tool

_ARGUMENT = re.compile(r"""(\w+)\s*=\s*("[^"]*"|'[^']*'|.*?)(?=,?\s+\w+\s*=|\s*$)""")
_LONGEST_ABOUT = 70  # characters of an argument's description
_EXAMPLES = 3  # about so many of an argument; a wrong one is told the nearest


def described(names: Sequence[str]) -> str:
    """The tools and their arguments, a line each, for a model."""
    return "\n".join(_described(find_tool(name)) for name in names)


def _described(tool: Tool) -> str:
    """The tool's arguments: what is needed, chosen or has a default with its meaning, the others by their names."""
    properties, required = tool.schema["properties"], tool.schema["required"]
    told = [
        name for name, one in properties.items() if name in required or {"default", "enum", "examples"} & one.keys()
    ]
    arguments = "; ".join(f"{name}{'*' * (name in required)}: {_about(properties[name])}" for name in told)
    others = ", ".join(name for name in properties if name not in told)
    return f"- {tool.name}: {tool.summary} Arguments: {arguments}" + (f"; also {others}" if others else "")


def _about(one: Mapping[str, Any]) -> str:
    text = str(one["description"]).rstrip(".")
    shown = text if len(text) <= _LONGEST_ABOUT else f"{text[:_LONGEST_ABOUT].rsplit(' ', 1)[0]} …"
    if choices := one.get("enum"):
        return f"{shown}; one of {', '.join(map(str, choices))}"
    examples = one.get("examples", ())
    return f"{shown}, as {', '.join(examples[:: max(1, len(examples) // _EXAMPLES)])}" if examples else shown


def grammar_rules(names: Sequence[str]) -> str:
    """GBNF rules for `call`: one of the tools with some of its arguments, by their types."""
    tools = [find_tool(name) for name in names]
    rules = [f"call ::= {' | '.join(f'call{at}' for at in range(len(tools)))}"]
    for at, tool in enumerate(tools):
        arguments = " | ".join(f'"{name}=" {_rule(one)}' for name, one in tool.schema["properties"].items())
        rules.append(f'call{at} ::= "{tool.name}" (" " ({arguments}))+')
    rules.append('quoted ::= "\\"" [^"\\n\\r]{1,200} "\\""\namount ::= [0-9]{1,12} ("." [0-9]{1,6})?')
    return "\n".join(rules) + "\n"


def _rule(one: Mapping[str, Any]) -> str:
    if "enum" in one:
        return "(" + " | ".join(f'"{choice}"' for choice in one["enum"]) + ")"
    kinds = {"integer": "amount", "number": "amount", "boolean": '("true" | "false")', "string": "quoted"}
    return kinds[one["type"]]


def call_line(name: str, arguments: Mapping[str, Any]) -> str:
    """`slo_budget objective=99.9 days=30`; texts stand in quotation marks, on one line."""
    return " ".join([name, *(f"{key}={_written(value)}" for key, value in arguments.items())])


def _written(value: object) -> str:
    text = "; ".join(part.strip() for part in str(value).splitlines() if part.strip())
    return text if re.fullmatch(r"[\w.+-]+", text) else '"' + text.replace('"', "'") + '"'


def parse_call(line: str) -> tuple[str, dict[str, str]]:
    """The tool's name and its arguments, as texts."""
    name, _, rest = line.strip().replace("(", " ", 1).rstrip(")").partition(" ")
    return name, {key: value.strip("\"',; ") for key, value in _ARGUMENT.findall(rest)}
