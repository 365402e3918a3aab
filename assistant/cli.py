"""The command line: `carrel VERB …`, on the same core as the window, without Qt."""

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
    "ask": "answer one question, with citations",
    "chat": "hold a conversation in the terminal",
    "folders": "list, add and remove watched folders",
    "index": "bring the index up to date",
    "status": "show what is indexed, and why other files are not",
    "search": "find passages, with the score of every stage",
    "personas": "list, show and create personas",
    "models": "list, pull and remove models, and show how they fit",
    "embedder": "show or change the embedder that search uses",
    "eval": "measure the quality of search",
    "bench": "run the benchmarks on this machine",
    "remote": "save or delete the key of a model server",
    "connections": "list every connection that was opened or refused",
    "doctor": "check the installation, and say how to fix it",
}
"""Each verb with its line of help. Its module `assistant.commands.VERB` has `add_arguments`."""

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
        terminal.fail(AppError(wrong.problem, "See `carrel --help`."))
        return WRONG_USAGE
    return run(arguments)


def run(arguments: argparse.Namespace) -> int:
    """Run a parsed verb."""
    terminal = Terminal(arguments.json)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    if arguments.verb != "doctor":  # which has them among its checks
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
        # The reader has closed the pipe. Flushing the buffer at exit would raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parsed arguments, with `run` to call. Loads only the modules of verbs in `argv`. Exits after --help."""
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
    """Options accepted before and after the verb; without defaults, as the verb's would override the program's."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--home", type=Path, metavar="DIR", help="where Carrel keeps its data (or CARREL_HOME)")
    shared.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return shared
