"""`carrel tool`: list the tools of personas, or run one."""

from __future__ import annotations

import argparse
from functools import partial

from assistant.home import find_home
from assistant.models.model_library import measured_machine
from assistant.terminal import Terminal
from assistant.tools.computing import Computer
from assistant.tools.tool_use import tool_use_view
from errors import AppError
from personas import TOOLS, find_tool


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
    computer = Computer(partial(measured_machine, find_home(arguments.home)))
    use = computer.compute(tool.name, dict(_split(each) for each in arguments.arguments))
    if use.result.text:
        terminal.write(f"{use.result.text}\n\n")
    for figure in use.result.figures:
        terminal.say(f"{figure.name:28} {figure.text:>16}  {figure.note}".rstrip())
    terminal.say(use.result.says)
    terminal.say(use.result.origin)
    terminal.report({"tool": tool.name, **tool_use_view(use)})
    return 0


def _describe(name: str, schema: dict[str, object], terminal: Terminal) -> int:
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict) and isinstance(required, list)
    for argument, about in properties.items():
        mark = "*" if argument in required else " "
        choices = about.get("enum", about.get("examples"))
        shown = f" One of: {', '.join(map(str, choices))}." if choices else ""
        terminal.say(f"{mark} {argument:26} {about['description']}{shown}")
    terminal.report({"tool": name, "schema": schema})
    return 0


def _split(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise AppError(f"“{argument}” is no argument", "Write it as NAME=VALUE, such as devices=2.")
    return name.strip().replace("-", "_"), value.strip()
