"""The models on this machine, looked for by a worker, and what a menu says of each."""

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Callbacks, Task

if TYPE_CHECKING:
    from assistant.models.model_library import FittedModel
    from assistant.workspace import Workspace
    from engines.models.fit import ModelFit
    from engines.models.machine import Machine
    from engines.models.scan import FoundModel
    from errors import AppError

FRESH_SECONDS = 30.0  # a look reads the head of every model, some 0.1 s each; opening a menu twice need not


class ModelLine(NamedTuple):
    """A model in words. `needs`: what it needs here. `about`: more, for a tooltip. `usable`: it can be chosen."""

    path: Path
    name: str
    size: str = ""
    needs: str = ""
    about: str = ""
    usable: bool = True


class Found(NamedTuple):
    """What the last look found, those that can be used first. `complete`: whether it could look everywhere in time."""

    lines: tuple[ModelLine, ...] = ()
    complete: bool = True
    looked: bool = False


class FoundModels(QObject):
    """Keeps what was found, so that it can be shown at once, and looks again when asked to."""

    changed = Signal(object)  # Found

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._looking = False
        self._ended = -math.inf  # monotonic seconds
        self.found = Found()

    def look(self) -> None:
        """Look again, unless that goes on or has only just ended."""
        if self._looking or time.monotonic() < self._ended + FRESH_SECONDS:
            return
        self._looking = True
        self._background.run("look", _look, self, Callbacks(self._show, self._miss))

    def _show(self, found: Found) -> None:
        self._looking, self._ended = False, time.monotonic()
        if found != self.found:
            self.found = found
            self.changed.emit(found)

    def _miss(self, error: "AppError") -> None:
        self._looking = False
        self._background.failed.emit(error)


def _look(space: "Workspace", task: Task) -> Found:
    from assistant.models.model_library import find_chat_models, fitted, measured_machine

    def clock() -> float:
        """The time, or the end of all time once the window closes."""
        return math.inf if task.cancelled.is_set() else time.monotonic()

    settings = space.settings
    scan = find_chat_models(space.home, settings, clock=clock)
    task.check()
    machine = measured_machine(space.home)
    fits = fitted(scan.models, machine, settings, settings.model.context_tokens)
    usable = [_fitted_line(one, machine) for one in fits]
    refused = [_refused_line(model) for model in scan.models if model.card is None]
    lines = sorted([*usable, *refused], key=lambda line: (not line.usable, line.name.casefold()))
    return Found(tuple(lines), scan.complete, looked=True)


def _fitted_line(one: "FittedModel", machine: "Machine") -> ModelLine:
    card = one.model.card
    assert card is not None
    owner = "" if one.model.owner == "Carrel" else f" of {one.model.owner}"
    where = f"{one.model.path}{owner}"
    return ModelLine(
        path=one.model.path,
        name=one.model.name,
        size=f"{card.quantization}, {_size(card.weights_bytes)}",
        needs=needs_words(one.fit, machine.memory_bytes),
        about=f"{one.fit.advice}\n{where}",
        usable=one.fit.verdict != "too large",
    )


def _refused_line(model: "FoundModel") -> ModelLine:
    about = f"{model.reason}\n{model.path}"
    return ModelLine(path=model.path, name=model.name, needs="cannot be used", about=about, usable=False)


def needs_words(fit: "ModelFit", memory_bytes: int) -> str:
    """`fits, about 12 tokens/s`, or how much too large it is."""
    if fit.verdict == "too large":
        return f"too large: needs {fit.total_bytes / 1e9:.1f} of {memory_bytes / 1e9:.1f} GB"
    speed = fit.expected_tokens_per_second
    return f"{fit.verdict}, about {speed:,.0f} tokens/s" if speed else fit.verdict


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
