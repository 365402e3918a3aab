"""Tells that something in a folder may have changed. The walk that follows finds out what."""

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

log = logging.getLogger(__name__)

DEBOUNCE_S = 0.8  # editors save in bursts: write, rename, touch
RECONCILE_S = 3_600.0  # events get lost; Syncthing also walks everything hourly
_READING = frozenset({"opened", "closed_no_write"})


class Watcher:
    """Calls `on_change` on a thread of its own, once for each burst of events and once an hour."""

    def __init__(self, folders: Iterable[Path], on_change: Callable[[], None], debounce_s: float = DEBOUNCE_S) -> None:
        self._on_change, self._debounce_s = on_change, debounce_s
        self._changed, self._stopped = threading.Event(), threading.Event()
        self._observer = _observe([f for f in folders if f.is_dir()], self._event)
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End both threads. No call of `on_change` begins after this returns."""
        self._stopped.set()
        self._changed.set()
        self._observer.stop()
        self._observer.join()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _event(self, event: "FileSystemEvent") -> None:
        if event.event_type not in _READING and not (event.is_directory and event.event_type == "modified"):
            self._changed.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._changed.wait(RECONCILE_S)
            self._wait_for_quiet()
            if not self._stopped.is_set():
                self._on_change()

    def _wait_for_quiet(self) -> None:
        while self._changed.is_set() and not self._stopped.is_set():
            self._changed.clear()
            self._changed.wait(self._debounce_s)


def _observe(folders: list[Path], on_event: Callable[["FileSystemEvent"], None]) -> Any:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer
    from watchdog.observers.polling import PollingObserver

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            on_event(event)

    observer: Any = Observer()
    try:
        _schedule(observer, Handler(), folders)
    except OSError as error:  # out of inotify watches
        log.warning("Watching falls back to polling: %s", error)
        observer = PollingObserver()
        _schedule(observer, Handler(), folders)
    return observer


def _schedule(observer: Any, handler: Any, folders: list[Path]) -> None:
    for folder in folders:
        observer.schedule(handler, str(folder), recursive=True)
    observer.start()
