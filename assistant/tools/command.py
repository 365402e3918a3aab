"""`carrel tool`: list the tools of personas, or run one."""

from __future__ import annotations

import argparse
import dataclasses

from assistant.terminal import Terminal
from errors import AppError
from personas import TOOLS, ToolResult, find_tool


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument("name", nargs="?", help="the tool (default: list them)")
    parser.add_argument("arguments", nargs="*", metavar="ARGUMENT=VALUE", help="what it computes with")
    parser.add_argument("--schema", action="store_true", help="show its arguments as JSON Schema instead")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the tools, describe one, or run it."""
    if arguments.name is None:
        for tool in TOOLS.values():
            terminal.say(f"{tool.name:22} {tool.summary}")
        terminal.report({"tools": [{"name": tool.name, "summary": tool.summary} for tool in TOOLS.values()]})
        return 0
    tool = find_tool(arguments.name)
    if arguments.schema or (not arguments.arguments and tool.schema["required"]):
        return _describe(tool.name, tool.schema, terminal)
    result = tool.run(dict(_split(each) for each in arguments.arguments))
    for figure in result.figures:
        terminal.say(f"{figure.name:28} {figure.text:>16}  {figure.note}".rstrip())
    terminal.say(result.says)
    terminal.report(_view(result))
    return 0


def _describe(name: str, schema: dict[str, object], terminal: Terminal) -> int:
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict) and isinstance(required, list)
    for argument, about in properties.items():
        mark = "*" if argument in required else " "
        choices = f" One of: {', '.join(map(str, about['enum']))}." if "enum" in about else ""
        terminal.say(f"{mark} {argument:26} {about['description']}{choices}")
    terminal.report({"tool": name, "schema": schema})
    return 0


def _split(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise AppError(f"“{argument}” is no argument", "Write it as NAME=VALUE, such as devices=2.")
    return name.strip().replace("-", "_"), value.strip()


def _view(result: ToolResult) -> dict[str, object]:
    figures = [dataclasses.asdict(figure) for figure in result.figures]
    return {"tool": result.tool, "inputs": dict(result.inputs), "figures": figures, "says": result.says}
