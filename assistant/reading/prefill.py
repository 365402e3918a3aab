"""Prefills the prompt of a question while it is being typed, so that Enter costs no more than the question itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from engines import Reply
from errors import AppError


@dataclass(frozen=True, slots=True)
class PrefillRequest:
    """A prompt to prefill. `key`: equal for prompts that differ in the words being typed alone. `start`: begins it."""

    key: object
    start: Callable[[], Reply]


class Prefiller:
    """Runs the latest request on a thread of its own. Safe to use from any thread.

    A request with the running one's key leaves it alone. Other passages, persona or history stop it: that costs what
    the engine reads between two looks at its stop flag.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next: PrefillRequest | None = None
        self._current: PrefillRequest | None = None  # it starts, or runs
        self._running: Reply | None = None
        self._stopped = self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """True while a prefill runs or is about to."""
        with self._changed:
            return self._current is not None or self._next is not None

    def submit(self, request: PrefillRequest) -> None:
        """Run this request next, instead of the running one unless that has the same key. Returns at once."""
        with self._changed:
            if self._closed or (self._running and self._current and request.key == self._current.key):
                return
            self._next = request
            self._stop_running()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="carrel-prefill", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop prefilling, also one that only starts, and wait for its end. What was prefilled stays in the cache."""
        with self._changed:
            self._next, self._stopped = None, True
            self._stop_running()
            if (current := self._current) is not None:
                self._changed.wait_for(lambda: self._current is not current)

    def close(self) -> None:
        """Stop, and end the thread."""
        with self._changed:
            self._closed, self._next = True, None
            self._stop_running()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _stop_running(self) -> None:
        if self._running is not None:
            self._running.stop()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._next is not None)
                request, self._next = self._next, None
                self._current, self._stopped = request, False
            if request is None:
                return
            try:
                self._prefill(request)
            except AppError:
                pass  # the answer meets the same error and shows it
            finally:
                self._end()

    def _prefill(self, request: PrefillRequest) -> None:
        reply = request.start()
        with self._changed:
            self._running = reply
            if self._closed or self._stopped or self._next is not None:
                reply.stop()
        for _ in reply:
            pass

    def _end(self) -> None:
        with self._changed:
            self._current = self._running = None
            self._changed.notify_all()
