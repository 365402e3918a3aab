"""Answers that are given again: to the same question, while nothing has changed that could change them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from assistant.traces.trace import Trace, TraceCounts, span_tree
from assistant.turn import Question
from assistant.values import Answered, Retrieved, Turn, TurnEvent, Wrote
from engines import Sampling, Usage
from knowledge import Stopwatch


def is_repeatable(sampling: Sampling) -> bool:
    """True if the same prompt is always answered the same."""
    return sampling.temperature == 0.0 or sampling.seed is not None


def answer_key(*depends_on: object) -> str:
    """A digest of everything that an answer depends on, each of which says all of itself in `repr`.

    No set is among it: its order is another one in each process.
    """
    return sha256(repr(depends_on).encode("utf-8", "surrogatepass")).hexdigest()


class RepeatedTurn:
    """A turn with an answer that was given before; see `Running`. It is over too soon to be stopped.

    Only the first of such answers is given again: the new turn has no key.
    """

    def __init__(
        self,
        question: Question,
        before: Turn,
        save: Callable[[Turn], None],
        keep_trace: Callable[[Trace], None] = lambda trace: None,
    ) -> None:
        """`keep_trace`: told where the time went, at the end."""
        self._question, self._before, self._save, self._keep_trace = question, before, save, keep_trace

    def __iter__(self) -> Iterator[TurnEvent]:
        """Give the answer, with its sources."""
        began, before = time.perf_counter(), self._before
        yield Retrieved(before.passages, {}, before.read_whole, before.reranked, before.searched_for)
        yield Wrote(before.answer)
        turn = replace(
            before,
            id=uuid.uuid4().hex,
            conversation_id=self._question.conversation_id,
            parent_id=self._question.parent_id,
            usage=Usage(),
            created_at=time.time(),
            answer_key="",
            reach=self._question.reach,
            answered_at=before.created_at,
            timings_ms={"total": (time.perf_counter() - began) * 1000},
        )
        watch = Stopwatch()
        with watch.stage("save"):
            self._save(turn)
        self._keep_trace(
            Trace(
                id=turn.id,
                conversation_id=turn.conversation_id,
                persona_id=turn.persona_id,
                engine=turn.engine,
                model=turn.model,
                finish=turn.finish,
                asked_at=turn.created_at,
                root=span_tree(watch.times, began, time.perf_counter()),
                counts=TraceCounts(passages=len(turn.passages), answer_cached=1),
            )
        )
        yield Answered(turn)

    @property
    def usage(self) -> Usage:
        """Zero: no model reads or writes."""
        return Usage()

    def stop(self) -> None:
        """Nothing is left to be stopped."""
