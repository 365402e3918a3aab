"""Milliseconds of each stage of a search."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Times stages by name; those of several threads may overlap. Each stage once."""

    def __init__(self) -> None:
        self._taken_ms: dict[str, float] = {}

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Time the block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._taken_ms[stage] = (time.perf_counter() - started) * 1000

    @property
    def taken_ms(self) -> dict[str, float]:
        """Milliseconds by stage, of the stages that ended by now."""
        return dict(self._taken_ms)
