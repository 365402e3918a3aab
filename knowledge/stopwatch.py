"""Times of the stages of a piece of work: when each began and ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageTime:
    """A stage from its beginning to its end, both in seconds of `time.perf_counter`."""

    name: str
    began: float
    ended: float


class Stopwatch:
    """Times stages by name; those of several threads may overlap."""

    def __init__(self) -> None:
        self._times: list[StageTime] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(StageTime(name, began, time.perf_counter()))

    def add(self, *times: StageTime) -> None:
        """Add stages that were timed elsewhere."""
        self._times += times

    @property
    def times(self) -> tuple[StageTime, ...]:
        """The stages that have ended, in the order of their ends."""
        return tuple(self._times)

    @property
    def taken_ms(self) -> dict[str, float]:
        """Milliseconds by stage, of the stages that have ended."""
        return {one.name: (one.ended - one.began) * 1000 for one in self._times}
