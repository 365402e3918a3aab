"""Searches for what is being typed, so that Enter finds it done."""

import os
import sys
import threading
from collections.abc import Callable

from errors import AppError

# Typing must rest so long: a shorter rest is mostly one within a word.
TYPING_PAUSE_S = 0.15
_NICENESS = 10  # of the thread, where threads have one: its work then gives way to everybody's

GiveUp = Callable[[], bool]


class Lookahead:
    """Runs the search wanted last, one at a time, on a thread of its own. Safe to use from any thread.

    A context manager around every real search: nothing is begun while one runs, what is under way is told to give up,
    and what was anticipated before is not wanted any more.
    """

    def __init__(self, pause_s: float = TYPING_PAUSE_S) -> None:
        self._pause_s = pause_s
        self._changed = threading.Condition()
        self._wanted: Callable[[GiveUp], None] | None = None
        self._real_searches = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def anticipate(self, search: Callable[[GiveUp], None]) -> None:
        """Run this, unless the mind is changed within the pause. Returns at once."""
        with self._changed:
            if self._closed:
                return
            self._wanted = search
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="look-ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def __enter__(self) -> None:
        """A real search begins."""
        with self._changed:
            self._real_searches += 1
            self._wanted = None

    def __exit__(self, *failure: object) -> None:
        """A real search is done."""
        with self._changed:
            self._real_searches -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread once what it runs has given up."""
        with self._changed:
            self._closed, self._wanted = True, None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        _give_way()
        while search := self._next():
            try:
                search(self._must_give_up)
            except AppError:
                continue  # the real search meets it too, and says so

    def _next(self) -> Callable[[GiveUp], None] | None:
        """What to run, once it has been wanted for the pause; None when closed."""
        with self._changed:
            while not self._closed:
                candidate = self._wanted if not self._real_searches else None
                self._changed.wait(self._pause_s if candidate else None)
                if candidate and candidate is self._wanted and not self._real_searches:
                    self._wanted = None
                    return candidate
        return None

    def _must_give_up(self) -> bool:
        return self._closed or self._real_searches > 0 or self._wanted is not None


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere the priority is the process's, not the thread's
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
