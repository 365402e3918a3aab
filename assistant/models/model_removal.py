"""Deleting models from the home: chat models, embedders, rerankers, and downloads that were not finished."""

from __future__ import annotations

import shutil
from difflib import get_close_matches
from pathlib import Path

from assistant.home import Home
from assistant.models.encoders import model_folders
from assistant.models.model_downloads import find_spec
from assistant.models.model_library import find_chat_model, find_chat_models
from assistant.settings import Settings
from engines import ModelUnreadable, find_in_catalogue, read_card
from errors import AppError
from knowledge import find_encoder, find_installed_encoder, known_encoders
from network import download_job


def remove_model(home: Home, settings: Settings, name: str) -> bool:
    """Delete a model, or what a download of it has brought; False where the home has neither.

    `name`: as in a list, or the path of a chat model. Raises ModelNotFound, EncoderUnknown, and AppError for a model
    outside the home or files that cannot be deleted.
    """
    try:
        removed = _remove_encoder(home, settings, name) or _remove_download(home, name)
        if not removed and name not in {model.name for model in known_encoders()}:
            remove_chat_model(home, _find_chat_model(home, settings, name))
            removed = True
    except OSError as error:
        raise AppError(f"{name} cannot be removed", str(error.strerror or error)) from error
    return removed


def remove_chat_model(home: Home, path: Path) -> None:
    """Delete the files of a chat model, and its folder where no model is left. Raises AppError for one elsewhere."""
    if not path.is_relative_to(home.models):
        raise _outside_home(path.name, path, home)
    try:
        files = read_card(path).files
    except ModelUnreadable:
        files = (path,)
    for file in files:
        file.unlink()
    folder = path if path.is_dir() else path.parent
    if folder != home.models and not any(each.suffix in (".gguf", ".safetensors") for each in folder.rglob("*")):
        shutil.rmtree(folder)
        if folder.parent != home.models and not any(folder.parent.iterdir()):
            folder.parent.rmdir()  # of the repository's owner


def _remove_download(home: Home, name: str) -> bool:
    spec = find_spec(name)
    for one in download_job.unfinished(home.models):
        if one.name in (name, spec.name if spec else name):
            download_job.cancel(home.models, one.name)
            return True
    return False


def _remove_encoder(home: Home, settings: Settings, name: str) -> bool:
    if name not in {model.name for model in known_encoders()}:
        return False
    folder, partial = home.models / name, download_job.partial_folder(home.models, name)
    if folder.exists() or partial.exists():
        if partial.exists():
            download_job.cancel(home.models, name)
        shutil.rmtree(folder, ignore_errors=not folder.exists())
        return True
    if place := find_installed_encoder(name, model_folders(home, settings)):
        raise _outside_home(name, place, home)
    return False


def _find_chat_model(home: Home, settings: Settings, name: str) -> Path:
    models = find_chat_models(home, settings).models
    listed = find_in_catalogue(name)
    ours = [model for model in models if listed and f"/{listed.repository}/" in model.path.as_posix()]
    if not ours and get_close_matches(name, [model.name for model in known_encoders()], n=1, cutoff=0.8):
        find_encoder(name)  # raises an error with the nearest embedder or reranker
    return (ours[0] if ours else find_chat_model(name, models)).path


def _outside_home(name: str, place: Path, home: Home) -> AppError:
    return AppError(f"{name} is not in {home.models}", f"It is in {place}. Carrel does not delete files there.")
