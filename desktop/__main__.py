"""`carrel`: the window; with a verb, the command line. Nothing of Qt is imported for a verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.doctor.display import display_problem
from network import guard_process


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or run the verb. Without a display it says so and opens `carrel chat`."""
    guard_process()
    os.umask(0o077)  # window.ini is written before a home is opened
    given = list(sys.argv[1:] if argv is None else argv)
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--home", type=Path)
    options.add_argument("--ask-bar", action="store_true")
    window, rest = options.parse_known_args(given)
    if rest:
        return _command_line(given)
    if problem := display_problem():
        sys.stderr.write(f"{problem}\nOpening `carrel chat` instead.\n")
        return _command_line([*(each for each in given if each != "--ask-bar"), "chat"])
    from desktop.app import run

    return run(window.home, "ask" if window.ask_bar else "show")


def _command_line(argv: Sequence[str]) -> int:
    from assistant import cli

    return cli.main(argv)


if __name__ == "__main__":
    sys.exit(main())
