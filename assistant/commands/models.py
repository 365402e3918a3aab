"""`carrel models`: list the models and how they fit this machine, download one, remove one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.capacity.fit_command import add_fit_arguments, fit
from assistant.home import find_home
from assistant.models.model_downloads import find_spec, start
from assistant.models.model_library import find_chat_models
from assistant.models.model_removal import remove_model
from assistant.models.servers import open_connections
from assistant.settings_file import load_settings
from assistant.terminal import Terminal
from assistant.views import catalogue_views, chat_views, download_views, encoder_views
from engines import closest_name, find_in_catalogue
from errors import AppError
from knowledge import EncoderUnknown, encoder_spec, find_encoder
from network import download_job

if TYPE_CHECKING:
    from network import DownloadSpec


def pull(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Download a model into the home folder. An interrupt pauses the download."""
    home = find_home(arguments.home).create()
    spec = _find_spec(arguments.name)
    terminal.note(f"Downloading {spec.repository}. Ctrl+C pauses the download; closing the terminal does not.")
    start(home, spec, open_connections(home))
    try:
        for at in download_job.follow(home.models, spec.name):
            if at.stage == "checking":
                terminal.progress(f"Checking {spec.repository} …")
            elif at.total_bytes:
                done, total = at.done_bytes / 1e6, at.total_bytes / 1e6
                terminal.progress(f"{spec.repository}: {done:,.0f} of {total:,.0f} MB ({done / total:.0%})")
    except KeyboardInterrupt:
        download_job.pause(home.models, spec.name)
        terminal.note("Paused. Pull the model again to resume, or remove it with `carrel models remove`.")
        raise
    terminal.clear_progress()
    if at.stage != "done" or at.path is None:
        title = at.title or f"The download of {spec.repository} stopped early"
        raise AppError(title, at.hint or "Pull the model again to resume where it stopped.")
    download_job.cancel(home.models, spec.name)  # of a finished one, only its report is left
    use = {
        "chat": f"`carrel ask --model {_shortest_name(arguments.name, at.path)} …` answers with it.",
        "embedder": f"`carrel embedder use {spec.name}` makes search use it.",
        "reranker": "Search uses it from now on, unless the settings say otherwise.",
    }
    terminal.say(f"Installed in {at.path}. {use[spec.kind]}")
    name, folder = (spec.repository, {}) if spec.kind == "chat" else (spec.name, {"folder": str(at.path)})
    terminal.report({"pulled": name, "path": str(at.path), **folder, "bytes": at.total_bytes})
    return 0


def remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete a model, or the partial files of a download, from the home folder."""
    home = find_home(arguments.home)
    if not remove_model(home, load_settings(home.settings), arguments.name):
        raise AppError(f"{arguments.name} is not in {home.models}", "`carrel models list` shows the models that are.")
    terminal.say(f"Removed {arguments.name}.")
    terminal.report({"removed": arguments.name})
    return 0


def _shortest_name(name: str, path: Path) -> str:
    listed = find_in_catalogue(name)
    return listed.name if listed else str(path)


def _find_spec(name: str) -> DownloadSpec:
    """The download of a model. Raises EncoderUnknown, with the nearest name of any kind."""
    if spec := find_spec(name):
        return spec
    if near := closest_name(name):
        raise EncoderUnknown(f"No model is called “{name}”.", f"Did you mean “{near}”?")
    return encoder_spec(find_encoder(name))


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fit|pull|remove")
    for name, help_text, action in (
        ("list", "list the models on this machine, and those that can be pulled", show),
        (
            "fit",
            "show memory, speed and users of the chat models here, or of one on the hub, here or on another machine",
            fit,
        ),
        ("pull", "download a model from the hub, or resume its download", pull),
        ("remove", "delete a pulled model, or cancel a download", remove),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is fit:
            add_fit_arguments(sub)
        elif action is not show:
            sub.add_argument(
                "name", metavar="NAME", help="a name from the list, or OWNER/MODEL[:QUANTIZATION] on the hub"
            )
        sub.set_defaults(run=action)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the installed models, the unfinished downloads, and the models to download."""
    home = find_home(arguments.home)
    settings = load_settings(home.settings)
    found = find_chat_models(home, settings)
    here = chat_views(found.models)
    views = [*here, *download_views(home), *catalogue_views(here), *encoder_views(home, settings)]
    for view in views:
        size = f"{view['bytes'] / 1e6:,.0f} MB" if view["bytes"] else ""
        mark, detail = _MARKS.get(view["status"], "…"), view["reason"] or view["detail"]
        fields = f"{view['name']:32} {view['kind']:9} {size:>10}  {view['licence'] or '':11} {detail}"
        terminal.say(f"{mark} {fields}".rstrip())
    if not found.complete:
        terminal.note("Not every folder could be searched in time. There may be more models.")
    terminal.report({"models": views, "complete": found.complete})
    return 0


_MARKS = {"installed": "✓", "refused": "✗", "available": " "}
