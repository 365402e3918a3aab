"""`carrel models pull` and `remove`: download a model from the hub, delete one."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.terminal import Terminal
from errors import AppError

if TYPE_CHECKING:
    from assistant.home import Home
    from network.download_job import DownloadSpec, Progress


def pull(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Download a model into the home folder. An interrupt keeps what has arrived for the next try."""
    from assistant.home import find_home
    from assistant.models.model_downloads import start
    from assistant.models.servers import open_connections
    from network import download_job

    home = find_home(arguments.home).create()
    spec = _spec(arguments.name)
    terminal.note(f"Downloading {spec.repository}. Ctrl+C pauses the download; closing the terminal does not.")
    start(home, spec, open_connections(home))
    try:
        for at in download_job.follow(home.models, spec.name):
            _show(terminal, spec, at)
    except KeyboardInterrupt:
        download_job.pause(home.models, spec.name)
        terminal.note("Paused. Pull it again to resume, or `carrel models remove` it.")
        raise
    terminal.clear_progress()
    if at.stage != "done" or at.path is None:
        title = at.title or f"The download of {spec.repository} ended early"
        raise AppError(title, at.hint or "Pull again: it resumes where it stopped.")
    download_job.cancel(home.models, spec.name)  # only the report is left of it
    _say_done(terminal, spec, at.path, at.total_bytes)
    return 0


def remove(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete a model from the home folder, or what has arrived of one."""
    from assistant.home import find_home
    from knowledge.encoders.encoder_catalogue import known_encoders

    home = find_home(arguments.home)
    try:
        removed = _remove_encoder(arguments.name, home) or _remove_download(arguments.name, home)
        if not removed and arguments.name not in {model.name for model in known_encoders()}:
            removed = _remove_chat(arguments.name, home)
    except OSError as error:
        raise AppError(f"{arguments.name} cannot be removed", str(error.strerror or error)) from error
    if not removed:
        raise AppError(f"{arguments.name} is not in {home.models}", "`carrel models list` shows what is.")
    terminal.say(f"Removed {arguments.name}.")
    terminal.report({"removed": arguments.name})
    return 0


def _spec(name: str) -> DownloadSpec:
    """The download of that name. Raises EncoderUnknown, which names the nearest model of any kind."""
    from assistant.models.model_downloads import find_spec
    from engines.models.model_catalogue import nearest
    from knowledge.encoders.download import encoder_spec
    from knowledge.encoders.encoder_catalogue import EncoderUnknown, find_encoder

    if spec := find_spec(name):
        return spec
    if near := nearest(name):
        raise EncoderUnknown(f"No model is called “{name}”.", f"Did you mean “{near}”?")
    return encoder_spec(find_encoder(name))


def _show(terminal: Terminal, spec: DownloadSpec, at: Progress) -> None:
    if at.stage == "checking":
        terminal.progress(f"Checking {spec.repository} …")
    elif at.total_bytes:
        done, total = at.done_bytes / 1e6, at.total_bytes / 1e6
        terminal.progress(f"{spec.repository}: {done:,.0f} of {total:,.0f} MB ({done / total:.0%})")


def _say_done(terminal: Terminal, spec: DownloadSpec, path: Path, size: int) -> None:
    use = {
        "chat": f"`carrel ask --model {path} …` answers with it.",
        "embedder": f"`carrel embedder use {spec.name}` searches with it.",
        "reranker": "Search uses it from now on, unless the settings say otherwise.",
    }
    terminal.say(f"It is in {path}. {use[spec.kind]}")
    if spec.kind == "chat":
        terminal.report({"pulled": spec.repository, "path": str(path), "bytes": size})
    else:
        terminal.report({"pulled": spec.name, "path": str(path), "folder": str(path), "bytes": size})


def _remove_download(name: str, home: Home) -> bool:
    from assistant.models.model_downloads import find_spec
    from network import download_job

    spec = find_spec(name)
    for one in download_job.unfinished(home.models):
        if one.name in (name, spec.name if spec else name):
            download_job.cancel(home.models, one.name)
            return True
    return False


def _remove_encoder(name: str, home: Home) -> bool:
    from assistant.models.encoders import model_folders
    from assistant.settings_file import load_settings
    from knowledge.encoders.encoder_catalogue import known_encoders
    from knowledge.encoders.open_encoders import find_installed_encoder
    from network import download_job

    if name not in {model.name for model in known_encoders()}:
        return False
    folder, partial = home.models / name, download_job.partial_folder(home.models, name)
    if folder.exists() or partial.exists():
        if partial.exists():
            download_job.cancel(home.models, name)
        shutil.rmtree(folder, ignore_errors=not folder.exists())
        return True
    if place := find_installed_encoder(name, model_folders(home, load_settings(home.settings))):
        raise AppError(f"{name} is not in {home.models}", f"It lies in {place}, which is not ours to empty.")
    return False


def _remove_chat(name: str, home: Home) -> bool:
    from assistant.models.model_library import find_model, find_models
    from assistant.settings_file import load_settings
    from engines.models.model_catalogue import catalogued

    models = find_models(home, load_settings(home.settings)).models
    listed = catalogued(name)
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

    from knowledge.encoders.encoder_catalogue import find_encoder, known_encoders

    if get_close_matches(name, [model.name for model in known_encoders()], n=1, cutoff=0.8):
        find_encoder(name)
    return name


def _drop_folder(folder: Path, models: Path) -> None:
    """Delete the folder of a model, and its owner's, once no weights are left in it."""
    if folder == models or any(path.suffix in (".gguf", ".safetensors") for path in folder.rglob("*")):
        return
    shutil.rmtree(folder)
    if folder.parent != models and not any(folder.parent.iterdir()):
        folder.parent.rmdir()
