"""The one way work leaves the UI thread and its results come back.

Work runs on named lanes, one thread each. Whatever it reports travels as a value through one signal of a QObject that
lives on the UI thread, and every callback is called there. Nothing else in the window starts a thread.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from errors import AppError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from assistant.workspace import Workspace

Lane = Literal["ask", "download", "index", "look", "model", "read"]
REPORT_MS = 33  # reports are gathered to about 30 a second: a repaint per token helps nobody

log = logging.getLogger("carrel.desktop")


class Callbacks(NamedTuple):
    """What is called on the UI thread: with the result, with an AppError, with the reports gathered since the last."""

    done: Callable[[Any], None]
    failed: Callable[[AppError], None] | None = None
    reported: Callable[[tuple[Any, ...]], None] | None = None


class Cancelled(Exception):
    """Raised inside work to leave it after `cancel`. It is not an error: no callback is called."""


class Task:
    """A piece of work. `cancel` is for the UI thread; the rest is for the work itself."""

    def __init__(self, owner: QObject, callbacks: Callbacks, post: Callable[["_Delivery"], None]) -> None:
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
    """Runs work on its lanes with the workspace, which is opened on a worker when the first work needs it."""

    failed = Signal(object)  # AppError: expected, to be shown as it is
    crashed = Signal(str)  # a bug: it has been logged
    _arrived = Signal(object)

    def __init__(self, open_workspace: "Callable[[], Workspace]", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_workspace = open_workspace
        self._workspace: Workspace | None = None
        self._opening = threading.Lock()
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._running: set[Task] = set()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, lane: Lane, work: "Callable[[Workspace, Task], Any]", owner: QObject, callbacks: Callbacks) -> Task:
        """Start `work(workspace, task)` after whatever its lane is doing. Callbacks end with the life of `owner`."""
        task = Task(owner, callbacks, self._arrived.emit)
        self._running.add(task)
        self._lane(lane).submit(self._work, work, task)
        return task

    def close(self) -> None:
        """Cancel everything, then close the workspace. Returns when the workers have ended; call it after the window
        is gone."""
        for task in tuple(self._running):
            task.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._lanes.clear()
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def _lane(self, name: Lane) -> "ThreadPoolExecutor":
        if name not in self._lanes:
            from concurrent.futures import ThreadPoolExecutor

            self._lanes[name] = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"carrel-{name}")
        return self._lanes[name]

    def _work(self, work: "Callable[[Workspace, Task], Any]", task: Task) -> None:
        try:
            self._arrived.emit(_Delivery(task, "done", work(self._opened(), task)))
        except Cancelled:
            self._arrived.emit(_Delivery(task, "cancelled", None))
        except AppError as error:
            self._arrived.emit(_Delivery(task, "failed", error))
        except Exception as bug:  # the thread's edge: what is not expected is a bug, logged and shown as one
            log.exception("work failed on %s", threading.current_thread().name)
            self._arrived.emit(_Delivery(task, "failed", bug))

    def _opened(self) -> "Workspace":
        with self._opening:
            if self._workspace is None:
                self._workspace = self._open_workspace()
            return self._workspace

    @Slot(object)
    def _deliver(self, delivery: _Delivery) -> None:
        task = delivery.task
        if delivery.kind == "reported":
            QTimer.singleShot(REPORT_MS, self, lambda: self._pass_reports(task))
            return
        self._running.discard(task)
        self._pass_reports(task)
        if delivery.kind == "cancelled" or not isValid(task.owner):
            return
        if delivery.kind == "done":
            task.callbacks.done(delivery.value)
        else:
            self._fail(task, delivery.value)

    def _pass_reports(self, task: Task) -> None:
        reports = task.take_reports()
        if reports and task.callbacks.reported and isValid(task.owner):
            task.callbacks.reported(reports)

    def _fail(self, task: Task, error: Exception) -> None:
        shown = error if isinstance(error, AppError) else _as_bug(error)
        if task.callbacks.failed is not None:
            task.callbacks.failed(shown)
        elif isinstance(error, AppError):
            self.failed.emit(error)
        if not isinstance(error, AppError):
            self.crashed.emit(f"{type(error).__name__}: {error}")


def _as_bug(error: Exception) -> AppError:
    return AppError(
        "Something went wrong inside Carrel", f"{type(error).__name__}: {error}. It was written to the log."
    )
