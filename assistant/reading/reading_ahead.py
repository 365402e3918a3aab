"""Reads the prompt of a question that is still being typed, so that Enter costs no more than the question itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from engines.protocol import Reply
from errors import AppError


@dataclass(frozen=True, slots=True)
class Ahead:
    """`about`: equal for prompts of which all but the words being typed is the same. `begin`: starts the reading."""

    about: object
    begin: Callable[[], Reply]


class ReadingAhead:
    """Runs the reading wanted last on a thread of its own. Safe to use from any thread.

    More words of the same question leave the reading alone. Other passages, persona or history stop it: a changed mind
    costs what the engine reads between two looks at its stop flag.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted: Ahead | None = None
        self._about: object = None
        self._running: Reply | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being read, or about to be."""
        with self._changed:
            return self._running is not None or self._wanted is not None

    def read(self, ahead: Ahead) -> None:
        """Have this read next, in place of what is being read unless it is about the same. Returns at once."""
        with self._changed:
            if self._closed or (self._running and ahead.about == self._about):
                return
            self._wanted = ahead
            self._stop_running()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="carrel-reading-ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def stop(self) -> None:
        """Read no further. What was read stays read."""
        with self._changed:
            self._wanted = None
            self._stop_running()

    def close(self) -> None:
        """End the thread, soon after what it reads has been stopped."""
        with self._changed:
            self._closed, self._wanted = True, None
            self._stop_running()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _stop_running(self) -> None:
        if self._running is not None:
            self._running.stop()

    def _run(self) -> None:
        while ahead := self._next():
            try:
                self._read(ahead)
            except AppError:
                continue  # the answer meets it too, and says so

    def _next(self) -> Ahead | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            wanted, self._wanted = self._wanted, None
            return wanted

    def _read(self, ahead: Ahead) -> None:
        reply = ahead.begin()
        with self._changed:
            self._about, self._running = ahead.about, reply
            if self._closed or self._wanted is not None:
                reply.stop()
        try:
            for _ in reply:
                pass
        finally:
            with self._changed:
                self._running = None
