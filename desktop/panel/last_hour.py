"""The last hour: speed and length of answers, the model's window, memory and GPUs, with alarms above their limits."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

import engines
from assistant.traces.load import MOST_GPU_MEMORY, MOST_SYSTEM_MEMORY, MOST_WINDOW, Load, system_memory_share
from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told, tr
from desktop.panel.hour_chart import HOUR_SECONDS, HourTable, Point, Series
from desktop.widgets.accessible import announce
from desktop.widgets.labels import FlagLabel
from desktop.widgets.theme import SMALL, UNIT
from errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.traces.trace import Trace
    from assistant.workspace import Workspace

MEASURED_EVERY_MS = 30_000
_ANSWERS = 200  # of the last hour, at most


class Measurement(NamedTuple):
    """The load at a time, and the traces of the hour before, the oldest first."""

    at: float
    load: Load
    traces: tuple[Trace, ...]


class LastHour(QWidget):
    """Figures over time. Measures while it exists, so that the hour is there when it is looked at."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background, self._waiting = background, False
        self._monitor: engines.GpuMonitor | None = None
        self._loads: deque[tuple[float, Load]] = deque(maxlen=int(HOUR_SECONDS * 1000 / MEASURED_EVERY_MS))
        self.alarm, self.table = FlagLabel("", SMALL * 1.04, wrap=True), HourTable()
        self.table.setAccessibleName(tr("Last hour"))
        self.alarm.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.alarm)
        column.addWidget(self.table)
        self._timer = QTimer(self, interval=MEASURED_EVERY_MS)
        self._timer.timeout.connect(self.measure)
        self._timer.start()
        self.measure()

    def measure(self) -> None:
        """Measure now, on a worker."""
        if not self._waiting:
            self._waiting = True
            self._background.run("read", self._read, self, Callbacks(self.show_measurement, self._fail))

    def show_measurement(self, measured: Measurement) -> None:
        """Add a measurement to the hour, and show it."""
        self._waiting = False
        self._loads.append((measured.at, measured.load))
        self.table.show_series([*_of_answers(measured.traces), *self._of_machine()], measured.at)
        said = "\n".join(map(told, measured.load.alarms))
        if said and said != self.alarm.text():
            announce(self.alarm, said)
        self.alarm.setText(said)
        self.alarm.setVisible(bool(said))

    def _read(self, space: Workspace, _: Task) -> Measurement:
        """Run on the worker, which alone uses the monitor."""
        self._monitor = self._monitor or engines.GpuMonitor()
        now, gpus = time.time(), self._monitor.read()
        latest = [trace for trace in space.traces.latest(_ANSWERS) if now - trace.asked_at <= HOUR_SECONDS]
        window = next((trace.counts.window_share for trace in latest if trace.counts.window_tokens), None)
        load = Load(
            window=window,
            system_memory=system_memory_share(),
            gpu_memory=max((gpu.memory_share for gpu in gpus), default=None),
            gpu_busy=max((gpu.busy for gpu in gpus if gpu.busy is not None), default=None),
        )
        return Measurement(now, load, tuple(reversed(latest)))

    def _fail(self, _: AppError) -> None:
        self._waiting = False

    def _of_machine(self) -> list[Series]:
        figures: tuple[tuple[str, Callable[[Load], float | None], float | None], ...] = (
            (mark("System memory"), lambda load: load.system_memory, MOST_SYSTEM_MEMORY),
            (mark("GPU memory"), lambda load: load.gpu_memory, MOST_GPU_MEMORY),
            (mark("GPU use"), lambda load: load.gpu_busy, None),
        )
        found = []
        for name, figure, limit in figures:
            points = [Point(at, value) for at, load in self._loads if (value := figure(load)) is not None]
            found.append(Series(tr(name), points, _share(points), limit))
        return found


def _of_answers(traces: tuple[Trace, ...]) -> list[Series]:
    speed = [Point(one.asked_at, one.tokens_per_second) for one in traces if one.tokens_per_second > 0]
    first = [Point(one.asked_at, ms / 1000) for one in traces if (ms := one.first_token_ms) is not None]
    total = [Point(one.asked_at, one.root.took_ms / 1000) for one in traces]
    window = [Point(one.asked_at, one.counts.window_share) for one in traces if one.counts.window_tokens]
    return [
        Series(tr("Generation"), speed, tr("{speed:.1f} tokens/s", speed=speed[-1].value) if speed else ""),
        Series(tr("First token"), first, tr("{seconds:.2f} s", seconds=first[-1].value) if first else ""),
        Series(tr("Total"), total, tr("{seconds:.2f} s", seconds=total[-1].value) if total else ""),
        Series(tr("Model's window"), window, _share(window), MOST_WINDOW),
    ]


def _share(points: Sequence[Point]) -> str:
    """The last value as a percentage."""
    return tr("{share:.0%}", share=points[-1].value) if points else ""
