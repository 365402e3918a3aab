"""Retrieval for a turn: the question within its conversation, and the library read on workers, so that it can stop."""

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Protocol, TypeVar

from assistant.guards import GuardNote, Rails
from assistant.values import Turn
from knowledge import Passage, Retrieval, Topic, WholeReading

Result = TypeVar("Result")

_POLL_SECONDS = 0.02


def in_context(question: str, history: Sequence[Turn]) -> str:
    """The question below what the conversation is about, a line each; "" for the first question of a conversation.

    That is the topic of what the last turn was searched for: of its question, and of those that it followed in turn,
    the first and the last.
    """
    if not history:
        return ""
    last = history[-1]
    asked = [" ".join(Topic.of(line).judged.split()) for line in (last.searched_for or last.question).splitlines()]
    return "\n".join([*dict.fromkeys((asked[0], asked[-1])), question])


class Find(Protocol):
    """Finds the passages for a question; `in_context`: as `in_context` gives it."""

    def __call__(self, question: str, *, in_context: str) -> Retrieval:
        """Return the passages, best first."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryReader:
    """Searches and reads the library on `executor`.

    `read`: question, what was searched for and passages → whole documents; None: read passages alone.
    `pause_background`: pauses whatever else would compute while its block runs.
    """

    executor: Executor
    find: Find
    read: Callable[[str, str, Sequence[Passage]], WholeReading | None] | None = None
    pause_background: Callable[[], AbstractContextManager[None]] = nullcontext

    def search(self, question: str, understood: str) -> Future[Retrieval]:
        """Retrieve the best passages for a question, reranked. `understood`: it in its context; "": it stands alone."""
        return self.executor.submit(partial(self.find, question, in_context=understood))

    def read_whole(self, question: str, query: str, found: Retrieval) -> Future[WholeReading | None]:
        """Read the documents that a question asks about as a whole; None where it asks about none."""
        if self.read is None:
            nothing: Future[WholeReading | None] = Future()
            nothing.set_result(None)
            return nothing
        return self.executor.submit(self.read, question, query, found.passages)

    def inspect(self, texts: Sequence[str], rails: Rails) -> Future[tuple[GuardNote, ...]]:
        """Look for orders to the model in the passages, while it reads them."""
        return self.executor.submit(rails.of_sources, texts)

    def answering(self) -> AbstractContextManager[None]:
        """Pause background work while the block runs."""
        return self.pause_background()


class WaitStopped(Exception):
    """The wait was stopped before the result was there."""


def wait_unless_stopped(stopped: Event, running: Future[Result], seconds: float = math.inf) -> Result:
    """The call's result, or its exception.

    Raises WaitStopped within 20 ms of `stopped`, TimeoutError after `seconds`; the result is then dropped.
    """
    until = time.monotonic() + seconds
    while not stopped.is_set() and time.monotonic() < until:
        if wait((running,), timeout=_POLL_SECONDS).done:
            return running.result()
    running.cancel()
    raise WaitStopped if stopped.is_set() else TimeoutError
