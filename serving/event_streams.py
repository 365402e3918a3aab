"""From a blocking iterator on a thread to an asynchronous one, which stops it when the client goes away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Executor
from typing import Any, Protocol, TypeVar

from sse_starlette import EventSourceResponse, ServerSentEvent

from errors import AppError
from serving.http_failures import bug_body, error_body, log

T = TypeVar("T", covariant=True)
S = TypeVar("S")
_END = object()
PING_SECONDS = 15  # of silence, while a long prompt is read: proxies close connections that say nothing for 30 to 60


class Stoppable(Protocol[T]):
    """A turn or a reply: it is iterated once, and `stop` ends it soon from any thread."""

    def __iter__(self) -> Iterator[T]:
        """Run it."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


async def stepped(running: Stoppable[S], executor: Executor) -> AsyncGenerator[S]:
    """Yield what `running` yields, which runs on the executor. It is stopped where the iteration is left early."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Any] = asyncio.Queue()

    def pump() -> None:
        last: Any = _END
        try:
            for one in running:
                loop.call_soon_threadsafe(queue.put_nowait, one)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            last = error
        loop.call_soon_threadsafe(queue.put_nowait, last)

    done = loop.run_in_executor(executor, pump)
    try:
        while (one := await queue.get()) is not _END:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        running.stop()
        await asyncio.shield(done)


def event(value: object, name: str | None = None) -> ServerSentEvent:
    """A value as an event, with its name where a client tells events by theirs."""
    return ServerSentEvent(json.dumps(value, ensure_ascii=False), event=name)


def event_stream(events: AsyncGenerator[ServerSentEvent]) -> EventSourceResponse:
    """Events as a response. A failure on the way is an event `error`, as the status has been sent by then."""
    return EventSourceResponse(_told(events), ping=PING_SECONDS)


async def _told(events: AsyncGenerator[ServerSentEvent]) -> AsyncGenerator[ServerSentEvent]:
    try:
        async for one in events:
            yield one
    except AppError as error:
        yield event(error_body(error), "error")
    except Exception:  # noqa: BLE001 - a bug; it is logged, and the stream ends
        log.exception("a stream failed")
        yield event(bug_body(), "error")
