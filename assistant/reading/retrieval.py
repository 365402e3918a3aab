"""Retrieval for a turn: the question rewritten as a query, and the library read on workers, so that a turn can stop."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from assistant.guards import GuardNote, Rails
from assistant.values import Turn
from knowledge import Analyzer, Passage, Retrieval, WholeReading

Result = TypeVar("Result")

_POLL_SECONDS = 0.02
# A question with fewer different terms than this (words that are not stop words; pairs of characters in scripts
# without spaces) says too little to search for: "And on two GPUs?", "为什么？".
_STANDALONE_TERMS = 3
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|he|she|him|her|his|former|latter|there|same|other one|above"
    r"|dies|diese[rsmn]?|davon|dazu|cela|celui|eso|esto)\b|这|那|它|其|これ|それ|あれ",
    re.IGNORECASE,
)
_ANALYZER = Analyzer()


def rewrite_query(question: str, history: Sequence[Turn]) -> str:
    """The query to search for: the question; a follow-up with the newest earlier question that stands alone before it.

    A follow-up has fewer than three terms, or a word that points back.
    """
    if not history or not is_follow_up(question):
        return question
    earlier = (turn.question for turn in reversed(history) if not is_follow_up(turn.question))
    return f"{next(earlier, history[0].question)}\n{question}"


def is_follow_up(question: str) -> bool:
    """True if a question can only be understood after another one."""
    terms = {term for term in _ANALYZER.terms(question) if len(term) > 1 or term.isascii()}  # pairs, not their halves
    return len(terms) < _STANDALONE_TERMS or bool(_POINTS_BACK.search(question))


@dataclass(frozen=True, slots=True)
class LibraryReader:
    """Searches and reads the library on `executor`.

    `find`: query → passages. `read`: question, query and passages → whole documents; None: read passages alone.
    `pause_background`: pauses whatever else would compute while its block runs.
    """

    executor: Executor
    find: Callable[[str], Retrieval]
    read: Callable[[str, str, Sequence[Passage]], WholeReading | None] | None = None
    pause_background: Callable[[], AbstractContextManager[None]] = nullcontext

    def search(self, query: str) -> Future[Retrieval]:
        """Retrieve the best passages for a query, reranked."""
        return self.executor.submit(self.find, query)

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


def wait_unless_stopped(stopped: Event, running: Future[Result]) -> Result:
    """The call's result, or its exception. Raises WaitStopped within 20 ms of `stopped`; the result is then dropped."""
    while not stopped.is_set():
        if wait((running,), timeout=_POLL_SECONDS).done:
            return running.result()
    running.cancel()
    raise WaitStopped
