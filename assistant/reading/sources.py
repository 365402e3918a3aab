"""Where a turn reads: the library, on worker threads, so that a turn can be stopped while it waits."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from knowledge.passage import Passage, Retrieval
from knowledge.whole.whole import WholeReading


@dataclass(frozen=True, slots=True)
class LibrarySources:
    """`find`: a text → its passages. `read`: question, context and passages → whole documents; None: passages alone.

    `give_way`: what indexing waits for the end of.
    """

    workers: Executor
    find: Callable[[str], Retrieval]
    read: Callable[[str, str, Sequence[Passage]], WholeReading | None] | None = None
    give_way: Callable[[], AbstractContextManager[None]] = nullcontext

    def search(self, text: str) -> Future[Retrieval]:
        """The best passages for a text."""
        return self.workers.submit(self.find, text)

    def read_whole(self, question: str, context: str, found: Retrieval) -> Future[WholeReading | None]:
        """The documents that a question is about as a whole, if any."""
        if self.read is None:
            nothing: Future[WholeReading | None] = Future()
            nothing.set_result(None)
            return nothing
        return self.workers.submit(self.read, question, context, found.passages)

    def answering(self) -> AbstractContextManager[None]:
        """While the block runs, an answer is being found and written."""
        return self.give_way()


Result = TypeVar("Result")

_POLL_SECONDS = 0.02


class InterruptedWait(Exception):
    """The wait was given up."""


def result_unless(stopped: Event, running: Future[Result]) -> Result:
    """The call's result, or what it raised. Raises InterruptedWait within 20 ms of `stopped`; the call ends unheard."""
    while not stopped.is_set():
        if wait((running,), timeout=_POLL_SECONDS).done:
            return running.result()
    running.cancel()
    raise InterruptedWait
