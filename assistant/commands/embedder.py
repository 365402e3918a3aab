"""`carrel embedder`: which embedder search goes by, and changing it while the old one answers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands.open_workspace import opened_workspace
from assistant.models.encoders import chosen_precision, model_folders
from assistant.terminal import Terminal
from knowledge.encoders.encoder_catalogue import known_encoders
from knowledge.encoders.open_encoders import encoder_model_name, find_installed_encoder, open_installed_embedder

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge.sync.progress import SyncProgress


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|use|back|forget")
    for name, help_text, action in (
        ("list", "every embedder, and which one is used", show),
        ("use", "build its index, then search by it; the old one answers meanwhile", use),
        ("back", "go back to the one before", back),
        ("forget", "free the index and vectors of the one before", forget),
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
            terminal.say(f"{state}: {name}{_behind(names.previous_pending) if state == 'previous' else ''}")
    report = {
        "active": names.active,
        "previous": names.previous,
        "previous_pending": names.previous_pending,
        "building": names.building,
    }
    terminal.report({**report, "embedders": views})
    return 0


def _behind(passages: int) -> str:
    return f" ({passages:,} passages behind: `carrel embedder back` catches up)" if passages else ""


def use(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Change the embedder. Ended early, it goes on at the next sync."""
    with opened_workspace(arguments) as workspace:
        folders = model_folders(workspace.home, workspace.settings)
        embedder = open_installed_embedder(arguments.name, folders, chosen_precision(workspace.settings))
        if embedder.name == workspace.library.embedders.names().active:
            embedder.close()
        else:
            workspace.library.embedders.change(embedder, _shown(terminal))
        return _changed(workspace, terminal)


def back(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Change to the embedder before."""
    with opened_workspace(arguments) as workspace:
        workspace.library.embedders.revert(_shown(terminal))
        return _changed(workspace, terminal)


def forget(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Give up the way back."""
    with opened_workspace(arguments) as workspace:
        previous = workspace.library.embedders.names().previous
        workspace.library.embedders.forget_previous()
    terminal.say(f"Freed the index of {previous}." if previous else "There is no earlier index.")
    terminal.report({"forgotten": previous})
    return 0


def _changed(workspace: Workspace, terminal: Terminal) -> int:
    """Remember the model for indexes yet to be made, and say what is used now."""
    names, settings = workspace.library.embedders.names(), workspace.settings
    if names.active:
        workspace.settings = replace(
            settings, search=replace(settings.search, embedder=encoder_model_name(names.active))
        )
    terminal.clear_progress()
    terminal.say(f"Search goes by {names.active}." + (" `carrel embedder back` goes back." if names.previous else ""))
    terminal.report({"active": names.active, "previous": names.previous})
    return 0


def _shown(terminal: Terminal) -> Callable[[SyncProgress], None]:
    def show(at: SyncProgress) -> None:
        terminal.progress(f"Building the index: {min(at.ready, at.chunks)}/{at.chunks} passages {at.pause_reason}")

    return show
