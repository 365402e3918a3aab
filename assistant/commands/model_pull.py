"""`carrel models pull` and `remove`: bring a model from the hub, delete one."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.terminal import Terminal
from errors import AppError

if TYPE_CHECKING:
    from assistant.home import Home
    from engines.models.download import Progress, Wanted
    from knowledge.encoders.download import PullProgress
    from knowledge.encoders.encoder_catalogue import Model


def pull(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring a model into the home folder. An interrupt keeps what has arrived for the next try."""
    from assistant.home import find_home
    from assistant.models.model_downloads import wanted_model
    from knowledge.encoders.encoder_catalogue import find_model

    home = find_home(arguments.home).create()
    wanted = wanted_model(arguments.name)
    if wanted:
        return _pull_chat(wanted, home, terminal)
    return _pull_encoder(find_model(_suggested(arguments.name)), home, terminal)


def remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete a model from the home folder, or what has arrived of one."""
    from assistant.home import find_home
    from knowledge.encoders.encoder_catalogue import known

    home = find_home(arguments.home)
    try:
        removed = _remove_download(arguments.name, home) or _remove_encoder(arguments.name, home)
        if not removed and arguments.name not in {model.name for model in known()}:
            removed = _remove_chat(arguments.name, home)
    except OSError as error:
        raise AppError(f"{arguments.name} cannot be removed", str(error.strerror or error)) from error
    if not removed:
        raise AppError(f"{arguments.name} is not in {home.models}", "`carrel models list` shows what is.")
    terminal.say(f"Removed {arguments.name}.")
    terminal.report({"removed": arguments.name})
    return 0


def _suggested(name: str) -> str:
    """The name; where it is like that of a chat model more than of any other, an error says so."""
    from engines.models.model_catalogue import closest_name
    from knowledge.encoders.encoder_catalogue import ModelUnknown, known

    near = closest_name(name)
    if near and name not in {model.name for model in known()}:
        raise ModelUnknown(f"No model is called “{name}”.", f"Did you mean “{near}”?")
    return name


def _pull_chat(wanted: "Wanted", home: "Home", terminal: Terminal) -> int:
    from assistant.models.servers import open_connections
    from engines.models import download

    terminal.note(f"Bringing {wanted.repository} from the hub. Ctrl+C pauses it; closing the terminal does not.")
    download.start(wanted, home.models, open_connections(home))
    try:
        for at in download.follow(home.models, wanted.name):
            _show(terminal, wanted, at)
    except KeyboardInterrupt:
        download.pause(home.models, wanted.name)
        terminal.note("Paused. Pull it again to go on, or `carrel models remove` it.")
        raise
    terminal.clear_progress()
    if at.stage != "done":
        title = at.title or f"The download of {wanted.repository} ended early"
        raise AppError(title, at.hint or "Pull again: it goes on where it stopped.")
    download.cancel(home.models, wanted.name)  # of it only its last word is left
    terminal.say(f"It is in {at.path}. `carrel ask --model {at.path} …` answers with it.")
    terminal.report({"pulled": wanted.repository, "path": str(at.path), "bytes": at.total_bytes})
    return 0


def _show(terminal: Terminal, wanted: "Wanted", at: "Progress") -> None:
    if at.stage == "checking":
        terminal.progress(f"Checking {wanted.repository} …")
    elif at.total_bytes:
        done, total = at.done_bytes / 1e6, at.total_bytes / 1e6
        terminal.progress(f"{wanted.repository}: {done:,.0f} of {total:,.0f} MB ({done / total:.0%})")


def _pull_encoder(model: "Model", home: "Home", terminal: Terminal) -> int:
    from assistant.models.servers import open_connections
    from knowledge.encoders import download

    terminal.note(f"Bringing {model.name} ({model.licence}) from {model.repository}.")
    folder = download.pull(model, home.models, open_connections(home), _shown(terminal, model.name))
    terminal.clear_progress()
    terminal.say(f"{model.name} is in {folder}. {_next_step(model)}")
    terminal.report({"pulled": model.name, "folder": str(folder)})
    return 0


def _remove_download(name: str, home: "Home") -> bool:
    from assistant.models.model_downloads import wanted_model
    from engines.models.download import cancel, unfinished

    wanted = wanted_model(name)
    for one in unfinished(home.models):
        if one.name in (name, wanted.name if wanted else name):
            cancel(home.models, one.name)
            return True
    return False


def _remove_encoder(name: str, home: "Home") -> bool:
    from assistant.models.encoders import model_folders
    from assistant.settings_file import load_settings
    from knowledge.encoders import download
    from knowledge.encoders.encoder_catalogue import known
    from knowledge.encoders.open_encoders import installed

    if name not in {model.name for model in known()}:
        return False
    if download.remove(name, home.models):
        return True
    if place := installed(name, model_folders(home, load_settings(home.settings))):
        raise AppError(f"{name} is not in {home.models}", f"It lies in {place}, which is not ours to empty.")
    return False


def _remove_chat(name: str, home: "Home") -> bool:
    from assistant.models.model_library import find_model, find_models
    from assistant.settings_file import load_settings
    from engines.models.model_catalogue import find_in_catalogue

    models = find_models(home, load_settings(home.settings)).models
    listed = find_in_catalogue(name)
    ours = [model for model in models if listed and f"/{listed.repository}/" in model.path.as_posix()]
    model = ours[0] if ours else find_model(_suggested_encoder(name), models)
    if not model.path.is_relative_to(home.models):
        raise AppError(f"{name} is not in {home.models}", f"It lies in {model.path}, which is not ours to empty.")
    for file in model.card.files if model.card else (model.path,):
        file.unlink()
    _drop_folder(model.path if model.path.is_dir() else model.path.parent, home.models)
    return True


def _suggested_encoder(name: str) -> str:
    """The name; an error that names the nearest where it is much like that of an embedder or reranker."""
    from difflib import get_close_matches

    from knowledge.encoders.encoder_catalogue import find_model, known

    if get_close_matches(name, [model.name for model in known()], n=1, cutoff=0.8):
        find_model(name)
    return name


def _drop_folder(folder: Path, models: Path) -> None:
    """Delete the folder of a model, and its owner's, once no weights are left in it."""
    import shutil

    if folder == models or any(path.suffix in (".gguf", ".safetensors") for path in folder.rglob("*")):
        return
    shutil.rmtree(folder)
    if folder.parent != models and not any(folder.parent.iterdir()):
        folder.parent.rmdir()


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
