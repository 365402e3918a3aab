"""The one way work leaves the UI thread and its results come back.

Work runs on named lanes, one thread each. Whatever it reports travels as a value through one signal of a QObject that
lives on the UI thread, and every callback is called there. Nothing else in the window starts a thread.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from errors import AppError

if TYPE_CHECKING:
    from assistant.workspace import Workspace

Lane = Literal["ask", "download", "embedder", "index", "scan", "model", "read", "save"]
REPORT_MS = 33  # reports are gathered to about 30 a second: a repaint per token helps nobody

log = logging.getLogger("carrel.desktop")


class Callbacks(NamedTuple):
    """Called on the UI thread: with the result, with an AppError, with the reports gathered since the last ones."""

    done: Callable[[Any], None] | None = None
    failed: Callable[[AppError], None] | None = None
    reported: Callable[[tuple[Any, ...]], None] | None = None


class Cancelled(Exception):
    """Raised inside work to leave it after `cancel`. It is no error, and no callback is called."""


class Task:
    """A piece of work. `cancel` is for the UI thread; the rest is for the work itself."""

    def __init__(self, owner: QObject, callbacks: Callbacks, post: Callable[[_Delivery], None]) -> None:
        self.owner, self.callbacks = owner, callbacks
        self.cancelled = threading.Event()
        self._post = post
        self._reports: deque[Any] = deque()
        self._announced = False
        self._stop: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Ask the work to end soon. Its callbacks still come."""
        self.cancelled.set()
        if self._stop is not None:
            self._stop()

    def when_cancelled(self, stop: Callable[[], None]) -> None:
        """Have `stop` called on `cancel`; at once if that has happened already."""
        self._stop = stop
        if self.cancelled.is_set():
            stop()

    def check(self) -> None:
        """Raise Cancelled once the work is to end."""
        if self.cancelled.is_set():
            raise Cancelled

    def report(self, value: object) -> None:
        """Hand a value to the UI thread, together with its neighbours."""
        self._reports.append(value)
        if not self._announced:
            self._announced = True
            self._post(_Delivery(self, "reported", None))

    def take_reports(self) -> tuple[Any, ...]:
        """Everything reported and not yet taken, in order."""
        self._announced = False
        taken = []
        while self._reports:
            taken.append(self._reports.popleft())
        return tuple(taken)


class _Delivery(NamedTuple):
    task: Task
    kind: Literal["done", "failed", "cancelled", "reported"]
    value: Any


class Background(QObject):
    """Runs work on its lanes. The workspace is opened on a worker, when the first work needs it."""

    failed = Signal(object)  # AppError: expected, to be shown as it is
    crashed = Signal(str)  # a bug, already logged
    _arrived = Signal(object)

    def __init__(self, open_workspace: Callable[[], Workspace], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_workspace = open_workspace
        self._workspace: Workspace | None = None
        self._opening = threading.Lock()
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._running: set[Task] = set()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, lane: Lane, work: Callable[[Workspace, Task], Any], owner: QObject, callbacks: Callbacks) -> Task:
        """Start `work(workspace, task)` after whatever its lane is doing. Callbacks end with the life of `owner`."""
        task = Task(owner, callbacks, self._arrived.emit)
        self._running.add(task)
        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"carrel-{lane}")
        self._lanes[lane].submit(self._work, work, task)
        return task

    def close(self) -> None:
        """Cancel everything, then close the workspace. Returns when the workers have ended; call it after the window
        is gone."""
        for task in tuple(self._running):
            task.cancel()
        for name, lane in self._lanes.items():
            lane.shutdown(wait=True, cancel_futures=name != "save")  # what the person has typed is saved first
        self._lanes.clear()
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def _work(self, work: Callable[[Workspace, Task], Any], task: Task) -> None:
        try:
            with self._opening:
                self._workspace = space = self._workspace or self._open_workspace()
            self._arrived.emit(_Delivery(task, "done", work(space, task)))
        except Cancelled:
            self._arrived.emit(_Delivery(task, "cancelled", None))
        except AppError as error:
            self._arrived.emit(_Delivery(task, "failed", error))
        except Exception as bug:  # the last frame of the thread: a bug is logged and shown
            log.exception("work failed on %s", threading.current_thread().name)
            self._arrived.emit(_Delivery(task, "failed", bug))

    @Slot(object)
    def _deliver(self, delivery: _Delivery) -> None:
        task = delivery.task
        if delivery.kind == "reported":
            QTimer.singleShot(REPORT_MS, self, lambda: self._pass_reports(task))
            return
        self._running.discard(task)
        self._pass_reports(task)
        if not isValid(task.owner):
            return
        if delivery.kind == "failed":
            self._fail(task, delivery.value)
        elif delivery.kind == "done" and task.callbacks.done is not None:
            task.callbacks.done(delivery.value)

    def _pass_reports(self, task: Task) -> None:
        reports = task.take_reports()
        if reports and task.callbacks.reported and isValid(task.owner):
            task.callbacks.reported(reports)

    def _fail(self, task: Task, error: Exception) -> None:
        expected, name = isinstance(error, AppError), f"{type(error).__name__}: {error}"
        if task.callbacks.failed is not None:
            bug = AppError("Something went wrong inside Carrel", f"{name}. Details are in the log.")
            task.callbacks.failed(error if isinstance(error, AppError) else bug)
        elif expected:
            self.failed.emit(error)
        if not expected:
            self.crashed.emit(name)
