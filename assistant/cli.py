"""The command line: `carrel VERB …`, on the same core as the window, without Qt."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from assistant.home import find_home
from assistant.settings_file import SettingsFile
from assistant.terminal import OutputLost, Terminal, discard_output, occupy_closed_streams
from errors import AppError

VERBS = {
    "ask": "answer one question, with citations",
    "chat": "hold a conversation in the terminal",
    "batch": "answer a file of questions, many at once",
    "folders": "list, add and remove watched folders",
    "index": "bring the index up to date",
    "status": "show what is indexed, and why other files are not",
    "search": "find passages, with the score of every stage",
    "personas": "list, show and create personas",
    "tool": "compute with the tools of personas",
    "models": "list, pull and remove models, and show how they fit",
    "embedder": "show or change the embedder that search uses",
    "eval": "measure the quality of search and answers",
    "trace": "show where the time of the last questions went",
    "bench": "run the benchmarks on this machine",
    "serve": "answer other programs over an API, and make their keys",
    "mcp": "let other programs' assistants look things up in your files (MCP)",
    "tune": "make a model of your own: train, quantise and use it",
    "remote": "the keys of model servers, and which run on this machine",
    "passphrase": "set, change or remove the passphrase of this home",
    "connections": "list every connection that was opened or refused",
    "doctor": "check the installation, and say how to fix it",
    "version": "show the version, and look for a newer one when asked",
}
"""Each verb with its line of help. Its module `assistant.commands.VERB`, or the one below, has `add_arguments`."""

_MODULES = {
    "tool": "assistant.tools.command",
    "batch": "assistant.batches.answer_batch",
    "serve": "serving.serve_command",
    "mcp": "serving.mcp.stdio_command",
    "trace": "assistant.traces.trace_command",
    "tune": "tuning.tune_command",
    "version": "assistant.doctor.version_command",
}

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class _Usage(Exception):
    def __init__(self, usage: str, problem: str) -> None:
        super().__init__(problem)
        self.usage, self.problem = usage, problem


class _Help(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(self.format_usage(), message)

    def print_help(self, file: object = None) -> NoReturn:
        raise _Help(self.format_help())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. 0 done, 1 a failure, 2 wrong usage, 130 interrupted."""
    occupy_closed_streams()
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["--version"]:
        given[0] = "version"
    terminal = Terminal("--json" in given)
    try:
        return run(parse(given), terminal)
    except _Usage as wrong:
        for line in wrong.usage.splitlines():
            terminal.note(line)
        terminal.fail(AppError(wrong.problem, "See `carrel --help`."))
        return WRONG_USAGE
    except _Help as asked:
        text = asked.text
    return _failing_well(lambda: _show_help(text, terminal), terminal)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run a parsed verb. Whatever happens ends in a message and an exit code."""
    if sys.stderr is not None:
        logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")

    def run_verb() -> int:
        if arguments.verb != "doctor":  # which has them among its checks
            for problem in SettingsFile(find_home(arguments.home).settings).problems:
                terminal.note(f"{problem.title}. {problem.hint}")
        code: int = arguments.run(arguments, terminal)
        return code

    return _failing_well(run_verb, terminal)


def _show_help(text: str, terminal: Terminal) -> int:
    terminal.write(text)
    terminal.report({"help": text})
    return DONE


def _failing_well(call: Callable[[], int], terminal: Terminal) -> int:
    try:
        return call()
    except KeyboardInterrupt:
        terminal.fail(AppError("Interrupted", ""))
        return INTERRUPTED
    except BrokenPipeError:  # the reader has closed the pipe
        discard_output()
    except OutputLost as lost:
        terminal.fail(lost)
        discard_output()
    except _Usage:  # of arguments that are judged together
        raise
    except AppError as error:
        terminal.fail(error)
    except Exception as bug:  # the program's boundary
        logging.getLogger("carrel").exception("a bug")
        terminal.fail(AppError("Something went wrong inside Carrel", f"{type(bug).__name__}. Please report it."))
    return FAILED


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parsed arguments, with `run` to call. Loads only the modules of verbs in `argv`."""
    parser = _Parser(prog="carrel", parents=[_shared()], description="Ask your own files, on your own machine.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for name, words in VERBS.items():
        verb = verbs.add_parser(name, parents=[_shared()], help=words)
        if name in argv:
            import_module(_MODULES.get(name, f"assistant.commands.{name}")).add_arguments(verb, _shared())
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
