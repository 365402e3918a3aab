"""Paces indexing: it yields to answers, stops while it is paused by hand, and saves the battery."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

LOW_BATTERY_PERCENT = 20.0  # where desktops begin to warn
BATTERY_LOOK_S = 30.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Battery:
    """The machine's battery."""

    percent: float
    plugged_in: bool


def read_battery() -> Battery | None:
    """The machine's battery; None where it has none, or does not tell."""
    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except OSError:  # a container or a root of its own may lack the folder of the system that tells
        return None
    return None if battery is None else Battery(battery.percent, battery.power_plugged is not False)


class Pace:
    """Blocks between small pieces of work until the next may begin. Safe to use from any thread."""

    def __init__(
        self,
        battery: Callable[[], Battery | None] = read_battery,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._battery, self._clock, self._sleep = battery, clock, sleep
        self._lock = threading.Lock()
        self._paused = False
        self._answers = 0
        self._looked_at: float | None = None
        self._seen: Battery | None = None

    @property
    def on_battery(self) -> bool:
        """True while the machine runs on its battery, as of the last half minute."""
        battery = self._look()
        return battery is not None and not battery.plugged_in

    @property
    def paused(self) -> bool:
        """True while indexing is paused by hand."""
        return self._paused

    def pause(self) -> None:
        """Pause after the piece of work in hand."""
        self._paused = True

    def resume(self) -> None:
        """Go on."""
        self._paused = False

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Make indexing wait while the block runs, as an answer is being retrieved or written."""
        with self._lock:
            self._answers += 1
        try:
            yield
        finally:
            with self._lock:
                self._answers -= 1

    def wait(self, worked_s: float, stopped: Callable[[], bool], tell: Callable[[str], None]) -> None:
        """Return when the next piece may begin, or at once when `stopped`.

        `worked_s`: seconds that the last piece took; on battery it rests as long. `tell` is given the reason for
        waiting, and nothing at the end.
        """
        rest_until = self._clock() + worked_s
        while not stopped():
            reason = self._reason(rest_until)
            tell(reason)
            if not reason:
                return
            self._sleep(POLL_S)
        tell("")

    def _reason(self, rest_until: float) -> str:
        if self._paused:
            return "paused"
        if self._answers:
            return "an answer is being written"
        battery = self._look()
        if battery is None or battery.plugged_in:
            return ""
        if battery.percent < LOW_BATTERY_PERCENT:
            return f"the battery is at {battery.percent:.0f} %"
        return "resting: the machine runs on its battery" if self._clock() < rest_until else ""

    def _look(self) -> Battery | None:
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= BATTERY_LOOK_S:
            self._looked_at, self._seen = now, self._battery()
        return self._seen
