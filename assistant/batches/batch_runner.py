"""Answers a batch: as many questions at once as an engine can, results in the order of the questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from assistant.batches.batch_questions import BatchQuestion
from assistant.batches.ordered_work import OrderedWork
from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.reading.persona_search import find_many
from assistant.values import Answered, Turn
from assistant.views import turn_view
from errors import AppError
from knowledge import Retrieval

if TYPE_CHECKING:
    from assistant.workspace import Workspace

MOST_PARALLEL = 64
SEARCHED_TOGETHER = 64  # questions whose passages are found at once, before the first of them is asked
Found = Retrieval | AppError | None
"""What was found for a question, or why nothing could be; None where its persona reads no files."""


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
        self._workspace, self._questions, self._persona = workspace, questions, persona
        self._work = OrderedWork[BatchAnswer](parallel)

    def __iter__(self) -> Iterator[BatchAnswer]:
        """Ask. Raises nothing but bugs."""
        return self._work.results(partial(self._answer, question, found) for question, found in self._found())

    def stop(self) -> None:
        """End the answers that are being written; they are not told."""
        self._work.stop()

    def _found(self) -> Iterator[tuple[BatchQuestion, Found]]:
        """Each question with what was found for it, together with its neighbours of the same persona and filter."""
        for (persona, where), group in groupby(self._questions, key=attrgetter("persona", "where")):
            alike = list(group)
            for start in range(0, len(alike), SEARCHED_TOGETHER):
                together = alike[start : start + SEARCHED_TOGETHER]
                texts = [one.question for one in together]
                found = found_together(self._workspace, persona or self._persona, texts, where=where or None)
                yield from zip(together, found, strict=True)

    def _answer(self, question: BatchQuestion, found: Found) -> BatchAnswer | None:
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
            with self._work.stopping(running):
                turn = next(event.turn for event in running if isinstance(event, Answered))
        except AppError as error:
            return None if self._work.is_stopped else BatchAnswer(question, error=error)
        return None if self._work.is_stopped and turn.finish == "stopped" else BatchAnswer(question, turn)


def found_together(
    workspace: Workspace,
    persona_id: str,
    questions: Sequence[str],
    *,
    where: str | None = None,
    reach: Reach = ALL_FOLDERS,
) -> Sequence[Found]:
    """What a persona finds for each question, in less time than one by one; the failure where the search fails."""
    try:
        persona = workspace.catalogue.load(persona_id)
        workspace.prepare_persona(persona.id)
        passages = workspace.encoders.passages(persona.passages)
        return find_many(workspace.library, persona, questions, passages=passages, where=where, reach=reach)
    except AppError as error:
        return [error] * len(questions)
