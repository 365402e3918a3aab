"""`carrel index`: bring the index up to date with the folders, once."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.commands.open_workspace import index_folders, opened_workspace, shown
from assistant.terminal import Terminal
from assistant.views import report_view


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument(
        "folder", type=Path, nargs="*", help="folders to watch and index (default: every watched folder)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sync, and report the changes."""
    with opened_workspace(arguments) as workspace:
        if arguments.folder:
            report = index_folders(workspace, arguments.folder, terminal)
        else:
            report = workspace.library.sync(on_progress=shown(terminal))
    files = report_view(report)["files"]
    terminal.say(", ".join(f"{count} {name}" for name, count in files.items()) + f" in {report.seconds:.1f} s")
    terminal.say(f"{report.chunks} passages written, {report.embedded} embedded")
    for path, reason in report.failures:
        terminal.note(f"{path}: {reason}")
    terminal.report(report_view(report))
    return 0
