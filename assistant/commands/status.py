"""`carrel status`: the state of the index, by folder and by file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.commands.open_workspace import opened_workspace
from assistant.terminal import Terminal
from assistant.views import file_view

if TYPE_CHECKING:
    from knowledge import FileRow, Folder

_STATUSES = ("indexed", "waiting", "skipped", "failed")


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("--files", action="store_true", help="list every file too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print totals by folder, and every file if asked."""
    with opened_workspace(arguments) as workspace:
        rows = workspace.library.files()
        totals = [_total(folder, rows) for folder in workspace.library.folders()]
    for total in totals:
        counts = ", ".join(f"{count} {name}" for name, count in total["files"].items() if count) or "no files"
        away = "" if total["available"] else " · not available now; its index is kept"
        terminal.say(f"{total['path']}: {counts} · {total['chunks']} passages{away}")
    if not totals:
        terminal.note("No folder is watched yet. Add one with `carrel folders add DIR`.")
    report: dict[str, Any] = {"folders": totals}
    if arguments.files:
        for row in rows:
            terminal.say(f"{row.status:8} {row.chunks:5}  {row.path}" + (f"  {row.reason}" if row.reason else ""))
        report["files"] = [file_view(row) for row in rows]
    terminal.report(report)
    return 0


def _total(folder: Folder, rows: Sequence[FileRow]) -> dict[str, Any]:
    own = [row for row in rows if row.path.is_relative_to(folder.path)]
    return {
        "path": str(folder.path),
        "persona": folder.persona_id,
        "everything": folder.everything,
        "available": folder.path.is_dir(),
        "files": {status: sum(row.status == status for row in own) for status in _STATUSES},
        "chunks": sum(row.chunks for row in own),
    }
