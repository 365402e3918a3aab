"""The pace: what makes indexing wait, for how long, and what it says of it."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from knowledge.sync.pace import BATTERY_LOOK_S, Battery, Pace, read_battery


class Clock:
    """Time that passes only while somebody sleeps. `after` is called at each time given."""

    def __init__(self, after: Mapping[float, Callable[[], object]] | None = None) -> None:
        self.now, self.after = 100.0, dict(after or {})

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for at in [at for at in self.after if self.now - 100 >= at]:
            self.after.pop(at)()


def waited(
    pace: Pace, clock: Clock, worked_s: float = 0.0, stopped: Callable[[], bool] = lambda: False
) -> tuple[Any, list[str]]:
    """Seconds waited, and the reasons told."""
    began = clock.now
    told: list[str] = []
    pace.wait(worked_s, stopped, told.append)
    return pytest.approx(clock.now - began, abs=0.2), list(dict.fromkeys(told))


def test_plugged_in_and_alone_nothing_waits() -> None:
    clock = Clock()
    assert waited(Pace(lambda: None, clock, clock.sleep), clock, 5.0) == (0.0, [""])
    plugged_in = Pace(lambda: Battery(10.0, plugged_in=True), clock, clock.sleep)
    assert waited(plugged_in, clock, 5.0) == (0.0, [""])


def test_paused_it_waits_until_it_is_resumed() -> None:
    clock = Clock()
    pace = Pace(lambda: None, clock, clock.sleep)
    clock.after = {3.0: pace.resume}
    pace.pause()
    assert waited(pace, clock) == (3.0, ["paused", ""])


def test_it_waits_for_every_answer() -> None:
    clock = Clock()
    pace = Pace(lambda: None, clock, clock.sleep)
    first, second = pace.answering(), pace.answering()
    first.__enter__()
    second.__enter__()
    clock.after = {1.0: lambda: first.__exit__(None, None, None), 2.0: lambda: second.__exit__(None, None, None)}
    assert waited(pace, clock) == (2.0, ["an answer is being written", ""])


def test_a_system_that_tells_nothing_of_power_has_no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise FileNotFoundError("/sys/class/power_supply")

    monkeypatch.setattr("psutil.sensors_battery", missing, raising=False)
    assert read_battery() is None


def test_on_battery_it_rests_as_long_as_it_worked() -> None:
    clock = Clock()
    pace = Pace(lambda: Battery(80.0, plugged_in=False), clock, clock.sleep)
    assert waited(pace, clock, 2.0) == (2.0, ["resting: the machine runs on its battery", ""])


def test_on_a_low_battery_it_waits_for_power() -> None:
    clock = Clock()
    batteries = [Battery(19.0, plugged_in=False), Battery(18.0, plugged_in=False), Battery(18.0, plugged_in=True)]
    pace = Pace(lambda: batteries.pop(0), clock, clock.sleep)
    assert waited(pace, clock) == (2 * BATTERY_LOOK_S, ["the battery is at 19 %", "the battery is at 18 %", ""])


def test_whoever_is_stopped_waits_no_longer() -> None:
    clock = Clock()
    pace = Pace(lambda: None, clock, clock.sleep)
    pace.pause()
    stopped = []
    clock.after = {1.0: lambda: stopped.append(True)}
    assert waited(pace, clock, stopped=lambda: bool(stopped)) == (1.0, ["paused", ""])


def test_a_pause_takes_hold_of_a_running_wait_at_once() -> None:
    pace = Pace(lambda: None)
    pace.pause()
    thread = threading.Thread(target=pace.wait, args=(0.0, lambda: False, lambda reason: None))
    thread.start()
    time.sleep(0.05)
    pace.resume()
    thread.join(1)
    assert not thread.is_alive()
