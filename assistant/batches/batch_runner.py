"""Answers a batch: as many questions at once as an engine can, results in the order of the questions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from assistant.batches.batch_questions import BatchQuestion
from assistant.reading.persona_search import find_many
from assistant.values import Answered, Running, Turn
from assistant.views import turn_view
from errors import AppError
from knowledge import Retrieval

if TYPE_CHECKING:
    from assistant.workspace import Workspace

MOST_PARALLEL = 64
SEARCHED_TOGETHER = 64  # questions whose passages are found at once, before the first of them is asked


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answer to a question, or why there is none."""

    question: BatchQuestion
    turn: Turn | None = None
    error: AppError | None = None

    @property
    def view(self) -> dict[str, Any]:
        """`{"id", …the turn}`, or `{"id", "question", "error": {"title", "hint"}}`."""
        if self.turn is not None:
            return {"id": self.question.id, **turn_view(self.turn)}
        assert self.error is not None
        told = {"title": self.error.title, "hint": self.error.hint}
        return {"id": self.question.id, "question": self.question.question, "error": told}


class Batch:
    """A batch to iterate once: the answers in the order of the questions. `stop` ends it from any thread.

    Of a question that cannot be answered the failure is the answer, and the others go on. Nothing is saved among the
    person's chats.
    """

    def __init__(self, workspace: Workspace, questions: Sequence[BatchQuestion], persona: str, parallel: int) -> None:
        """`persona`: who answers what names nobody. `parallel`: how many are asked at once."""
        self._workspace, self._questions, self._persona, self._parallel = workspace, questions, persona, parallel
        self._running: set[Running] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def __iter__(self) -> Iterator[BatchAnswer]:
        """Ask. Raises nothing but bugs."""
        waiting: deque[Future[BatchAnswer | None]] = deque()
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="carrel-batch") as pool:
            try:
                for question, found in self._found():
                    waiting.append(pool.submit(self._answer, question, found))
                    if len(waiting) >= 2 * self._parallel and (answer := waiting.popleft().result()):
                        yield answer
                    if self._stopped.is_set():
                        return
                while waiting and (answer := waiting.popleft().result()):
                    yield answer
            finally:
                self.stop()

    def stop(self) -> None:
        """End the answers that are being written; they are not told."""
        self._stopped.set()
        with self._lock:
            running = tuple(self._running)
        for one in running:
            one.stop()

    def _found(self) -> Iterator[tuple[BatchQuestion, Retrieval | AppError | None]]:
        """Each question with what was found for it, together with its neighbours of the same persona and filter."""
        for _, group in groupby(self._questions, key=attrgetter("persona", "where")):
            alike = list(group)
            for start in range(0, len(alike), SEARCHED_TOGETHER):
                together = alike[start : start + SEARCHED_TOGETHER]
                yield from zip(together, self._search(together), strict=True)

    def _search(self, together: Sequence[BatchQuestion]) -> Sequence[Retrieval | AppError | None]:
        try:
            persona = self._workspace.catalogue.load(together[0].persona or self._persona)
            self._workspace.prepare_persona(persona.id)
            texts, where = [one.question for one in together], together[0].where or None
            passages = self._workspace.encoders.passages(persona.passages)
            return find_many(self._workspace.library, persona, texts, passages=passages, where=where)
        except AppError as error:
            return [error] * len(together)

    def _answer(self, question: BatchQuestion, found: Retrieval | AppError | None) -> BatchAnswer | None:
        """The answer; None where the batch was stopped before it was whole."""
        if isinstance(found, AppError):
            return BatchAnswer(question, error=found)
        try:
            running = self._workspace.asking.ask(
                question.question,
                persona=question.persona or self._persona,
                where=question.where or None,
                schema=question.schema,
                history=(),
                found=found,
            )
            turn = self._turn_of(running)
        except AppError as error:
            return None if self._stopped.is_set() else BatchAnswer(question, error=error)
        return None if self._stopped.is_set() and turn.finish == "stopped" else BatchAnswer(question, turn)

    def _turn_of(self, running: Running) -> Turn:
        """Run a turn, which `stop` ends. Raises AppError."""
        with self._lock:
            self._running.add(running)
        try:
            if self._stopped.is_set():
                running.stop()
            return next(event.turn for event in running if isinstance(event, Answered))
        finally:
            with self._lock:
                self._running.discard(running)
