"""The chat models on this machine, and how each fits it."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.home import Home
from assistant.models.encoders import model_folders
from assistant.settings import Settings
from engines import (
    EngineMissing,
    FoundModel,
    Gpu,
    Machine,
    ModelFit,
    ModelLocation,
    RunConfig,
    ScanResult,
    detect_machine,
    find_app_locations,
    fit_model,
    graphics_vendors,
    probe_llama,
    scan_models,
    usable_cores,
    with_bandwidth,
)
from errors import AppError
from knowledge import known_encoders
from personas import device_of


class ModelNotFound(AppError):
    """No chat model of that name is on this machine."""


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model that can be used, and how it fits."""

    model: FoundModel
    fit: ModelFit


def find_chat_models(
    home: Home, settings: Settings, seconds: float = 10.0, *, clock: Callable[[], float] = time.monotonic
) -> ScanResult:
    """The chat models in the home, in the settings' folders, and where other programs keep theirs."""
    own = ModelLocation(home.models, "Carrel")
    named = tuple(ModelLocation(folder, "settings") for folder in settings.model.folders)
    found = scan_models([own, *named, *find_app_locations(Path.home(), os.environ)], seconds=seconds, clock=clock)
    encoders = {folder / model.name for folder in model_folders(home, settings) for model in known_encoders()}
    return ScanResult(tuple(model for model in found.models if model.path not in encoders), found.complete)


def find_chat_model(name: str, models: Sequence[FoundModel]) -> FoundModel:
    """The model of that name or path. Raises ModelNotFound."""
    for model in models:
        if name == model.name or Path(name).expanduser().absolute() == model.path:
            return model
    hint = "`carrel models list` shows the models here and those that you can pull."
    raise ModelNotFound(f"No chat model is called “{name}”.", hint)


def measured_machine(home: Home) -> Machine:
    """This machine with its memory's speed, measured the first time."""
    return with_bandwidth(detect_machine(usable_cores()), home.path / "bandwidth.json")


def with_llama_gpus(machine: Machine, library: Path | None) -> Machine:
    """The machine with the GPUs that llama.cpp can use, asked in a process of its own. `library`: of the settings.

    Their bandwidth is the data sheet's where it was not measured.
    """
    try:
        gpus = tuple(Gpu(gpu.description, gpu.total_bytes, gpu.free_bytes) for gpu in probe_llama(library).gpus)
    except EngineMissing:
        return machine
    sheet = device_of(gpus[0].name) if gpus else None
    bandwidth = machine.gpu_bandwidth or (sheet[1].bytes_per_second if sheet else None)
    return replace(machine, llama_gpus=gpus, gpu_bandwidth=bandwidth)


def usable_machine(home: Home, settings: Settings) -> Machine:
    """This machine, measured, with the GPUs that llama.cpp can use; it is asked only where there is a graphics card."""
    machine = measured_machine(home)
    return with_llama_gpus(machine, settings.model.llama_library) if graphics_vendors() else machine


def fitted(
    models: Sequence[FoundModel], machine: Machine, settings: Settings, context_tokens: int
) -> list[FittedModel]:
    """The fit of each usable model, in the order given."""
    config = RunConfig(context_tokens=context_tokens, memory_share=settings.model.memory_percent / 100)
    return [FittedModel(model, fit_model(model.card, machine, config)) for model in models if model.card]
