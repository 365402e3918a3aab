"""The model that a tuning begins with, found and judged before any time is spent."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from assistant.home import Home
from assistant.models.model_library import find_chat_models
from assistant.settings import Settings, did_you_mean
from engines import read_card
from errors import AppError
from tuning.plan import TunePlan

FILES = ("gemma3", "llama", "qwen2", "qwen3")
"""The architectures of GGUF files that can be tuned."""
FOLDERS = {
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "llama",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
}
"""The architectures of folders that can be tuned, with the name of each in a GGUF file."""
_LIBRARIES = ("torch", "transformers", "peft", "gguf", "PIL")
_MERGED, _WRITTEN, _QUANTISED = 4.0, 2.0, 1.1  # bytes of a parameter, at most


class BaseUnusable(AppError):
    """The base is not here, or is of a kind that cannot be tuned."""


class TuneMissing(AppError):
    """The libraries that train are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "What trains models is not installed",
            "Install it: pip install 'carrel-desktop[tune]', or pip install -e '.[tune]'.",
        )


@dataclass(frozen=True, slots=True)
class Base:
    """`path`: of a GGUF file, or a folder of safetensors. `architecture`: as its files name it."""

    path: Path
    architecture: str
    parameters: int


def find_base(plan: TunePlan, home: Home, settings: Settings) -> Base:
    """The base of the plan. Raises BaseUnusable, ModelUnreadable."""
    path = Path(plan.base)
    if not path.exists():
        found = {model.name: model.path for model in find_chat_models(home, settings).models}
        if plan.base not in found:
            near = next(iter(get_close_matches(plan.base, found, n=1, cutoff=0.5)), "")
            hint = did_you_mean(near, found or ["none: pull one with `carrel models pull`"])
            raise BaseUnusable(f"No model is called “{plan.base}”", hint)
        path = found[plan.base]
    card = read_card(path)
    known = FOLDERS if path.is_dir() else FILES
    if card.architecture not in known:
        raise BaseUnusable(f"A model of the kind {card.architecture} cannot be tuned here", f"{', '.join(known)} can.")
    return Base(path, card.architecture, card.parameters)


def require_room(plan: TunePlan, base: Base) -> None:
    """Raises AppError where the disk has no room for what will be written."""
    quantised = sum(_WRITTEN if each in ("F16", "BF16") else _QUANTISED for each in plan.result.quantisations)
    needed = base.parameters * (_MERGED + _WRITTEN + quantised)
    existing = next(folder for folder in (plan.out, *plan.out.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        hint = f"Make room, or choose another folder under [result]. There are {free / 1e9:,.1f} GB."
        raise AppError(f"The disk of {existing} has no room for {needed / 1e9:,.1f} GB", hint)


def require_libraries() -> None:
    """Raises TuneMissing."""
    if any(find_spec(name) is None for name in _LIBRARIES):
        raise TuneMissing
