"""The command line: `carrel VERB …`. The same core as the window, and no Qt."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from assistant.home import find_home
from assistant.settings_file import SettingsFile
from assistant.terminal import Terminal
from errors import AppError

VERBS = {
    "ask": "one cited answer",
    "chat": "a conversation in the terminal",
    "folders": "which folders are watched",
    "index": "bring the index up to date",
    "status": "what is indexed, and what is not and why",
    "search": "passages, with every stage's score",
    "personas": "who can answer",
    "models": "models: list, fit, pull, remove",
    "embedder": "which embedder search uses; change it",
    "eval": "measure retrieval",
    "bench": "measure this machine",
    "remote": "save or delete the key of a model server",
    "connections": "every connection that was opened or refused",
    "doctor": "what works, and what to do where it does not",
}
"""Each verb with its line of help. The module `assistant.commands.VERB` has its `add_arguments`."""

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class _Usage(Exception):
    def __init__(self, usage: str, problem: str) -> None:
        super().__init__(problem)
        self.usage, self.problem = usage, problem


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(self.format_usage(), message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. 0 done, 1 an expected failure, 2 wrong usage, 130 interrupted."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = parse(given)
    except _Usage as wrong:
        terminal = Terminal("--json" in given)
        terminal.note(wrong.usage.rstrip())
        terminal.fail(AppError(wrong.problem, "carrel --help"))
        return WRONG_USAGE
    return run(arguments)


def run(arguments: argparse.Namespace) -> int:
    """Run a verb that `parse` has read."""
    terminal = Terminal(arguments.json)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    if arguments.verb != "doctor":  # which shows them among its checks
        for problem in SettingsFile(find_home(arguments.home).settings).problems:
            terminal.note(f"{problem.title}. {problem.hint}")
    try:
        code: int = arguments.run(arguments, terminal)
    except AppError as error:
        terminal.fail(error)
        return FAILED
    except KeyboardInterrupt:
        terminal.note("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left. What is still buffered would raise again when Python flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parsed arguments, with `run` to call. Loads the modules of the verbs that are named. Exits after --help."""
    parser = _Parser(prog="carrel", parents=[_shared()], description="Ask your own files, on your own machine.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for name, words in VERBS.items():
        verb = verbs.add_parser(name, parents=[_shared()], help=words)
        if name in argv:
            import_module(f"assistant.commands.{name}").add_arguments(verb, _shared())
    arguments = parser.parse_args(argv)
    arguments.home = getattr(arguments, "home", None)
    arguments.json = getattr(arguments, "json", False)
    return arguments


def _shared() -> _Parser:
    """Options accepted before the verb and after it. Suppressed defaults: the verb's must not undo the program's."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--home", type=Path, metavar="DIR", help="where Carrel keeps its data (or CARREL_HOME)")
    shared.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return shared
