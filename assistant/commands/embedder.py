"""`carrel embedder`: list the embedders, and change the one that search uses while the old one still answers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.commands.open_workspace import opened_workspace
from assistant.models.embedder_change import more_languages_offered, use_embedder, use_previous_embedder
from assistant.models.encoders import model_folders
from assistant.terminal import Terminal
from knowledge import DEFAULT_EMBEDDER, find_installed_encoder, known_encoders

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge import SyncProgress


OFFER = (
    f"Search reads English only. `carrel embedder use {DEFAULT_EMBEDDER}` lets it read a hundred languages; "
    "`carrel embedder back` undoes that."
)


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|use|back|forget")
    for name, help_text, action in (
        ("list", "list the embedders, and show which one is used", show),
        ("use", "build an embedder's index, then search with it; the old one answers meanwhile", use),
        ("back", "return to the previous embedder", back),
        ("forget", "delete the index and vectors of the previous embedder", forget),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is use:
            sub.add_argument("name", metavar="NAME")
        sub.set_defaults(run=action)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the embedders."""
    with opened_workspace(arguments) as workspace:
        names = workspace.library.embedders.names()
        folders = model_folders(workspace.home, workspace.settings)
        is_offered = more_languages_offered(workspace)
    views = [
        {
            "name": model.name,
            "languages": model.languages,
            "installed": find_installed_encoder(model.name, folders) is not None,
        }
        for model in known_encoders("embedder")
    ]
    for view in views:
        terminal.say(f"{'✓' if view['installed'] else ' '} {view['name']:20} {view['languages']}")
    for state in ("active", "previous", "building"):
        if name := getattr(names, state):
            pending = names.previous_pending if state == "previous" else 0
            behind = f" ({pending:,} passages behind; `carrel embedder back` indexes them)" if pending else ""
            terminal.say(f"{state}: {name}{behind}")
    if is_offered:
        terminal.say(OFFER)
    report = {
        "active": names.active,
        "previous": names.previous,
        "previous_pending": names.previous_pending,
        "building": names.building,
    }
    terminal.report({**report, "embedders": views})
    return 0


def use(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Change the embedder. If interrupted, the next sync continues."""
    with opened_workspace(arguments) as workspace:
        use_embedder(workspace, arguments.name, _shown(terminal))
        return _changed(workspace, terminal)


def back(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Return to the previous embedder."""
    with opened_workspace(arguments) as workspace:
        use_previous_embedder(workspace, _shown(terminal))
        return _changed(workspace, terminal)


def forget(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete the index and vectors of the previous embedder."""
    with opened_workspace(arguments) as workspace:
        previous = workspace.library.embedders.names().previous
        workspace.library.embedders.forget_previous()
    terminal.say(f"Deleted the index of {previous}." if previous else "There is no previous index.")
    terminal.report({"forgotten": previous})
    return 0


def _changed(workspace: Workspace, terminal: Terminal) -> int:
    """Say which embedder is used now."""
    names = workspace.library.embedders.names()
    terminal.clear_progress()
    terminal.say(
        f"Search uses {names.active}." + (" `carrel embedder back` undoes the change." if names.previous else "")
    )
    terminal.report({"active": names.active, "previous": names.previous})
    return 0


def _shown(terminal: Terminal) -> Callable[[SyncProgress], None]:
    def show(at: SyncProgress) -> None:
        terminal.progress(f"Building the index: {min(at.ready, at.chunks)}/{at.chunks} passages {at.pause_reason}")

    return show
