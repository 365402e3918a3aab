"""Where a turn reads: the library, on worker threads, so that a turn can be stopped while it waits."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from assistant.values import Turn
from knowledge.passage import Passage, Retrieval
from knowledge.terms import Analyzer
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


# Fewer different terms than this (words that are not stop words; pairs of characters where there are no spaces) are
# too few to search with: "And on two GPUs?", "为什么？".
_STANDALONE_TERMS = 3
_POINTS_BACK = re.compile(
    r"\b(it|its|that|this|these|those|they|them|their|he|she|him|her|his|former|latter|there|same|other one|above"
    r"|dies|diese[rsmn]?|davon|dazu|cela|celui|eso|esto)\b|这|那|它|其|これ|それ|あれ",
    re.IGNORECASE,
)
_ANALYZER = Analyzer()


def search_text(question: str, history: Sequence[Turn]) -> str:
    """The question itself where it stands alone; else after the newest earlier question that does.

    A question leans on an earlier one when it has fewer than three terms, or a word in it that points back.
    """
    if not history or not leans(question):
        return question
    earlier = next((turn.question for turn in reversed(history) if not leans(turn.question)), history[0].question)
    return f"{earlier}\n{question}"


def leans(question: str) -> bool:
    """Whether a question can only be understood after another."""
    terms = {term for term in _ANALYZER.terms(question) if len(term) > 1 or term.isascii()}  # pairs, not their halves
    return len(terms) < _STANDALONE_TERMS or bool(_POINTS_BACK.search(question))
