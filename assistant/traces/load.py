"""How loaded this machine is, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

# The targets of this project: a fuller window leaves no room for the next answer, and a fuller memory swaps.
MOST_WINDOW, MOST_GPU_MEMORY, MOST_SYSTEM_MEMORY = 0.95, 0.80, 0.70


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Shares from 0 to 1: of the model's window that the last answer filled, of memory, of the fullest GPU's memory and
    of the time that the busiest one worked. None: there is none, or it does not tell."""

    window: float | None = None
    system_memory: float = 0.0
    gpu_memory: float | None = None
    gpu_busy: float | None = None

    @property
    def alarms(self) -> tuple[str, ...]:
        """What is above its limit, and what to do about it, a sentence each for people."""
        return tuple(self._alarms())

    def _alarms(self) -> Iterator[str]:
        if (self.window or 0.0) > MOST_WINDOW:
            yield f"The model's window is {self.window:.0%} full. Start a new chat, or set a larger window."
        if (self.gpu_memory or 0.0) > MOST_GPU_MEMORY:
            yield f"GPU memory is {self.gpu_memory:.0%} full. Choose a smaller model or a shorter window."
        if self.system_memory > MOST_SYSTEM_MEMORY:
            yield f"This computer's memory is {self.system_memory:.0%} full. Unload a model, or close other programs."


def system_memory_share() -> float:
    """The share of this machine's memory that is in use, by all programs."""
    return float(psutil.virtual_memory().percent) / 100
