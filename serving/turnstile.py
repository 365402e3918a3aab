"""A bounded, fair queue before the models: keys take turns, whatever each of them sends."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from errors import AppError


class QueueFull(AppError):
    """Too many requests wait already. `retry_after_s`: when to come again, in seconds."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} requests wait already", "Send fewer at once, or come again in some seconds.")
        self.retry_after_s = 5


class Turnstile:
    """Lets `parallel` requests through at once; others wait, at most `per_key` of one key and `waiting` of all.

    The next is of the key whose turn was longest ago. For one event loop.
    """

    def __init__(self, parallel: int, *, waiting: int = 64, per_key: int = 32) -> None:
        self._parallel, self._most, self._per_key = parallel, waiting, per_key
        self._running = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def running(self) -> int:
        """Requests that were let through and have not ended."""
        return self._running

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        return sum(map(len, self._queues.values()))

    def check(self, key: str) -> None:
        """Raises QueueFull where a request of this key could not even wait now."""
        if self._running < self._parallel and not self.waiting:
            return
        if self.waiting >= self._most or len(self._queues.get(key, ())) >= self._per_key:
            raise QueueFull(self.waiting)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it while the block runs. Raises QueueFull at once."""
        if self._running < self._parallel and not self.waiting:
            self._running += 1
        else:
            await self._wait(key)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, key: str) -> None:
        self.check(key)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(key, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # let through, and gone in the same moment
                self._pass_on()
            else:
                self._leave(key, place)
            raise

    def _leave(self, key: str, place: asyncio.Future[None]) -> None:
        queue = self._queues.get(key, deque())
        if place in queue:
            queue.remove(place)
        if not queue:
            self._queues.pop(key, None)

    def _pass_on(self) -> None:
        """Hand the place that has become free to the next, of the key that was served longest ago."""
        while self._queues:
            key, queue = self._queues.popitem(last=False)
            place = queue.popleft()
            if queue:
                self._queues[key] = queue
            if not place.done():
                place.set_result(None)
                return
        self._running -= 1
