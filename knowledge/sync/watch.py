"""Watches folders for changes. Events are hints: the walk that follows finds the changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

log = logging.getLogger(__name__)

DEBOUNCE_S = 0.3  # editors save in bursts: write, rename, touch, within some milliseconds
LONGEST_WAIT_S = 5.0  # for quiet: something may be written to all the time
RECONCILE_S = 3_600.0  # events get lost; Syncthing also walks everything hourly
LOOK_S = 5.0  # the longest until a folder that was mounted, unmounted or replaced is noticed
# The kernel drops events beyond 16,384 that nobody has read yet. After so many there may have been more, and among them
# folders that are watched only once watchdog has looked for them itself.
BURST_EVENTS = 4_096
LOOK_AGAIN_S = 10.0
_READING = frozenset({"opened", "closed_no_write"})

Identity = tuple[int, int] | None


class Watcher:
    """Calls `on_change` on a thread of its own: once a burst of events, when a folder comes or goes, and hourly."""

    def __init__(self, folders: Iterable[Path], on_change: Callable[[], None], debounce_s: float = DEBOUNCE_S) -> None:
        self._folders = tuple(folders)
        self._on_change, self._debounce_s = on_change, debounce_s
        self._changed, self._stopped = threading.Event(), threading.Event()
        self._events = 0
        self._next_walk = time.monotonic() + RECONCILE_S
        self._identities = _identities(self._folders)
        self._observer = _observe([f for f in self._folders if f.is_dir()], self._event)
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End both threads. No call of `on_change` begins after this returns."""
        self._stopped.set()
        self._changed.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._observer.stop()
        self._observer.join()

    def _event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _READING and not (event.is_directory and event.event_type == "modified"):
            self._events += 1
            self._changed.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._changed.wait(LOOK_S)
            moved = self._look()
            if moved or self._changed.is_set() or time.monotonic() >= self._next_walk:
                until = time.monotonic() + LONGEST_WAIT_S
                while self._changed.is_set() and not self._stopped.is_set():
                    self._changed.clear()
                    self._changed.wait(self._debounce_s)
                    if time.monotonic() > until:
                        self._changed.clear()
                if self._stopped.is_set():
                    return
                was_burst, self._events = self._events >= BURST_EVENTS, 0
                self._next_walk = time.monotonic() + (LOOK_AGAIN_S if was_burst else RECONCILE_S)
                self._on_change()

    def _look(self) -> bool:
        """Restart watching if a folder was mounted, unmounted or replaced; True if so."""
        identities = _identities(self._folders)
        if identities == self._identities or self._stopped.is_set():
            return False
        self._identities = identities
        self._observer.stop()
        self._observer.join()
        self._observer = _observe([f for f in self._folders if f.is_dir()], self._event)
        return True


def _identities(folders: Iterable[Path]) -> list[Identity]:
    """Return device and inode of each folder; None for one that is missing."""
    identities = list[Identity]()
    for folder in folders:
        try:
            status = folder.stat()
        except OSError:
            identities.append(None)
        else:
            identities.append((status.st_dev, status.st_ino))
    return identities


def _observe(folders: list[Path], on_event: Callable[[FileSystemEvent], None]) -> Any:
    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
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
