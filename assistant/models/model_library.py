"""The chat models on this machine, what each needs here, and those that could be brought."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.doctor.check import Check
from assistant.home import Home
from assistant.settings import Settings
from engines.models.fit import Fit, Plan, fit
from engines.models.machine import Machine
from engines.models.scan import FoundModel, Place, Scan, other_places, scan
from errors import AppError

_LOOK_SECONDS = 3.0  # that `carrel doctor` gives to it


class ModelNotFound(AppError):
    """No chat model of that name is on this machine."""


@dataclass(frozen=True, slots=True)
class FittedModel:
    """A model that can be used, and how it fits."""

    model: FoundModel
    fit: Fit


def find_models(
    home: Home, settings: Settings, seconds: float = 10.0, *, clock: Callable[[], float] = time.monotonic
) -> Scan:
    """The chat models in the home, in the settings' folders, and where other programs keep theirs."""
    own = Place(home.models, "Carrel")
    named = tuple(Place(folder, "settings") for folder in settings.model.folders)
    found = scan([own, *named, *other_places(Path.home(), os.environ)], seconds=seconds, clock=clock)
    encoders = _encoder_folders(home, settings)
    return Scan(tuple(model for model in found.models if model.path not in encoders), found.complete)


def find_model(name: str, models: Sequence[FoundModel]) -> FoundModel:
    """The model of that name or path. Raises ModelNotFound."""
    for model in models:
        if name == model.name or Path(name).expanduser().absolute() == model.path:
            return model
    hint = "`carrel models list` shows what is here and what can be pulled."
    raise ModelNotFound(f"No chat model is called “{name}”.", hint)


def measured_machine(home: Home) -> Machine:
    """This machine with its memory's speed, measured the first time."""
    from engines.llama.calibration import usable_cores
    from engines.models.machine import this_machine, with_bandwidth

    return with_bandwidth(this_machine(usable_cores()), home.path / "bandwidth.json")


def fitted(
    models: Sequence[FoundModel], machine: Machine, settings: Settings, context_tokens: int
) -> list[FittedModel]:
    """How each model that can be used fits, in the order given."""
    plan = Plan(context_tokens=context_tokens, memory_share=settings.model.memory_percent / 100)
    return [FittedModel(model, fit(model.card, machine, plan)) for model in models if model.card]


def check_models(home: Home, settings: Settings) -> Check:
    """How many chat models are here; not ok where the chosen one cannot be used."""
    from engines.failures import ModelUnreadable
    from engines.models.scan import read_card

    found = find_models(home, settings, _LOOK_SECONDS).models
    usable = sum(model.card is not None for model in found)
    detail = (
        f"{usable} chat model{'' if usable == 1 else 's'} on this machine, {len(found) - usable} that cannot be used"
    )
    if settings.model.path is None or not settings.model.path.exists():
        hint = "" if usable else " `carrel models list` shows what can be pulled."
        return Check(name="models", ok=True, detail=detail + hint)
    try:
        card = read_card(settings.model.path)
    except ModelUnreadable as refused:
        return Check(name="models", ok=False, detail=refused.title, hint=refused.hint)
    return Check(name="models", ok=True, detail=f"{detail}; chosen: {card.name}, {card.quantization}")


def _encoder_folders(home: Home, settings: Settings) -> frozenset[Path]:
    """Folders of embedders and rerankers, which lie among the chat models."""
    from assistant.models.encoders import model_folders
    from knowledge.encoders.encoder_catalogue import known_encoders

    return frozenset(folder / model.name for folder in model_folders(home, settings) for model in known_encoders())
