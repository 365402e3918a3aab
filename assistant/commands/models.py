"""`carrel models`: which models are known and installed; bring one, remove one."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.terminal import Terminal
from errors import AppError

if TYPE_CHECKING:
    from assistant.home import Home
    from knowledge.encoders.catalogue import Model
    from knowledge.encoders.download import PullProgress

_USES = {"embedder": "finds passages by meaning", "reranker": "sharpens their order"}


def add_to(verbs: Any, shared: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("models", parents=[shared], help="embedders and rerankers: list, pull, remove")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|pull|remove")
    for name, help_text, action in (
        ("list", "every known model, and where it is installed", show),
        ("pull", "bring a model from the hub", pull),
        ("remove", "delete a model that was pulled", remove),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is not show:
            sub.add_argument("name", metavar="NAME")
        sub.set_defaults(run=action)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the catalogue."""
    from assistant.home import find_home
    from knowledge.encoders.catalogue import known

    home = find_home(arguments.home)
    views = [_view(model, home) for model in known()]
    for view in views:
        mark = "✓" if view["installed"] else " "
        size = f"{view['bytes'] / 1e6:,.0f} MB"
        terminal.say(f"{mark} {view['name']:20} {size:>9}  {view['licence']:10}  {view['languages']:19}  {view['use']}")
    terminal.report({"models": views})
    return 0


def pull(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring a model into the home folder. An interrupt keeps what has arrived for the next try."""
    from assistant.home import find_home
    from assistant.network import open_connections
    from knowledge.encoders import download
    from knowledge.encoders.catalogue import find_model

    model = find_model(arguments.name)
    terminal.note(f"Bringing {model.name} ({model.licence}) from {model.repository}.")
    home = find_home(arguments.home).create()
    folder = download.pull(model, home.models, open_connections(home), _shown(terminal, model.name))
    terminal.clear_progress()
    terminal.say(f"{model.name} is in {folder}. {_next_step(model)}")
    terminal.report({"pulled": model.name, "folder": str(folder)})
    return 0


def remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete a model from the home folder."""
    from assistant.home import find_home
    from knowledge.encoders import download
    from knowledge.encoders.catalogue import find_model

    model, home = find_model(arguments.name), find_home(arguments.home)
    try:
        removed = download.remove(model.name, home.models)
    except OSError as error:
        raise AppError(f"{model.name} cannot be removed", str(error.strerror or error)) from error
    if not removed:
        place = _folder(model, home)
        hint = f"It lies in {place}, which is not ours to empty." if place else "`carrel models list` shows what is."
        raise AppError(f"{model.name} is not in {home.models}", hint)
    terminal.say(f"Removed {model.name}.")
    terminal.report({"removed": model.name})
    return 0


def _view(model: "Model", home: "Home") -> dict[str, Any]:
    folder = _folder(model, home)
    return {
        "name": model.name,
        "kind": model.kind,
        "use": _USES[model.kind],
        "languages": model.languages,
        "licence": model.licence,
        "bytes": model.weights_bytes,
        "dimensions": model.dimensions,
        "repository": model.repository,
        "revision": model.revision,
        "installed": folder is not None,
        "folder": str(folder) if folder else None,
    }


def _folder(model: "Model", home: "Home") -> Path | None:
    from assistant.encoders import model_folders
    from assistant.settings import load_settings
    from knowledge.encoders.open import installed

    return installed(model.name, model_folders(home, load_settings(home.settings)))


def _shown(terminal: Terminal, name: str) -> "Callable[[PullProgress], None]":
    def show(at: "PullProgress") -> None:
        if at.stage == "checking":
            terminal.progress(f"Checking {name} …")
        else:
            terminal.progress(f"Bringing {name}: {at.done_bytes / 1e6:,.0f} of {at.total_bytes / 1e6:,.0f} MB")

    return show


def _next_step(model: "Model") -> str:
    if model.kind == "embedder":
        return f"`carrel embedder use {model.name}` searches with it."
    return "Search uses it from now on, unless the settings say otherwise."
