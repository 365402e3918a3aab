"""Work on many things at once whose results come in order, and which can be stopped from any thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class EndsSoon(Protocol):
    """A turn, a reply, or whatever else a job waits for."""

    def stop(self) -> None:
        """End it soon. Any thread, any number of times."""
        ...


class OrderedWork(Generic[T]):
    """Runs jobs on `parallel` threads. To be used once; `stop` ends it from any thread."""

    def __init__(self, parallel: int) -> None:
        self._parallel = parallel
        self._running: set[EndsSoon] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """True once `stop` was called, or all results have been taken."""
        return self._stopped.is_set()

    def results(self, jobs: Iterable[Callable[[], T | None]]) -> Iterator[T]:
        """The results in the order of the jobs, which are taken as threads become free; None of a stopped job is left
        out. Raises what a job does."""
        waiting: deque[Future[T | None]] = deque()
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="carrel-batch") as pool:
            try:
                for job in jobs:
                    waiting.append(pool.submit(job))
                    while waiting and (waiting[0].done() or len(waiting) >= 2 * self._parallel):
                        if (result := waiting.popleft().result()) is not None:
                            yield result
                    if self.is_stopped:
                        return
                while waiting and (result := waiting.popleft().result()) is not None:
                    yield result
            finally:
                self.stop()
                for future in waiting:
                    future.cancel()

    @contextmanager
    def stopping(self, running: EndsSoon) -> Iterator[None]:
        """Have `stop` stop this while the block runs, at once where it was called before."""
        with self._lock:
            self._running.add(running)
        try:
            if self.is_stopped:
                running.stop()
            yield
        finally:
            with self._lock:
                self._running.discard(running)

    def stop(self) -> None:
        """End the jobs that run, and begin no other."""
        self._stopped.set()
        with self._lock:
            running = tuple(self._running)
        for one in running:
            one.stop()
