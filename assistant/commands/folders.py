"""`carrel folders`: list, add and remove the watched folders."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.open_workspace import opened_workspace
from assistant.terminal import Terminal
from knowledge import LibraryBusy

if TYPE_CHECKING:
    from knowledge import Folder


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|remove|list")
    for name, help_text, action in (
        ("add", "watch a folder; `carrel index` indexes it", add),
        ("remove", "stop watching a folder; its files stay", remove),
        ("list", "list the watched folders", show),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is not show:
            sub.add_argument("folder", type=Path)
        if action is add:
            sub.add_argument("--everything", action="store_true", help="include hidden files and files with secrets")
        if action is remove:
            sub.add_argument(
                "--forget-quotes", action="store_true", help="erase what saved chats quote from files that are gone"
            )
        sub.set_defaults(run=action)


def add(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Watch a folder."""
    with opened_workspace(arguments) as workspace:
        folder = workspace.library.add_folder(arguments.folder, everything=arguments.everything)
    terminal.say(f"Watching {folder.path}. `carrel index` indexes it.")
    terminal.report({"folder": _view(folder)})
    return 0


def remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Stop watching a folder."""
    with opened_workspace(arguments) as workspace:
        workspace.library.remove_folder(arguments.folder)
        with suppress(LibraryBusy):  # then the sync that is running, or the next, erases what was indexed
            workspace.library.sync([], wait=False)
        gone = (workspace.forget_gone_quotes if arguments.forget_quotes else workspace.count_gone_quotes)()
    terminal.say(f"{arguments.folder} is no longer watched; its files were not touched.")
    if arguments.forget_quotes:
        terminal.say(f"What {gone} saved answer{'s' * (gone != 1)} quoted from removed files was erased.")
    elif gone:
        terminal.note(
            f"{gone} saved answer{'s' * (gone != 1)} still quote files that are gone: --forget-quotes erases."
        )
    terminal.report({"removed": str(arguments.folder), "forgotten": gone if arguments.forget_quotes else 0})
    return 0


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the folders."""
    with opened_workspace(arguments) as workspace:
        folders = workspace.library.folders()
    for folder in folders:
        terminal.say(str(folder.path) + (f"  ({folder.persona_id})" if folder.persona_id else ""))
    if not folders:
        terminal.note("No folder is watched yet. Add one with `carrel folders add DIR`.")
    terminal.report({"folders": [_view(folder) for folder in folders]})
    return 0


def _view(folder: Folder) -> dict[str, str | bool | None]:
    return {"path": str(folder.path), "persona": folder.persona_id, "everything": folder.everything}
