"""The one thread that computes: takes requests, decodes their tokens in common batches, hands out the answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Condition, Event, Thread, current_thread

from engines.engine_settings import LlamaSettings, Tuning
from engines.errors import EngineBusy, EngineDied, GenerationFailed
from engines.llama.answer import Answer
from engines.llama.context import LlamaContext
from engines.llama.drafting import DraftPolicy
from engines.llama.kv.prefix import DeletedTexts
from engines.llama.kv.sequences import SequencePool
from engines.llama.model import LlamaModel
from engines.llama.request import LlamaRequest
from errors import AppError


def next_request(waiting: Sequence[LlamaRequest], answers: Sequence[Answer]) -> LlamaRequest | None:
    """The oldest request. Prefills come last and run alone, as they must delay no answer."""
    questions = [request for request in waiting if not request.ahead]
    if questions:
        return questions[0]
    return waiting[0] if waiting and not answers else None


def answers_to_batch(answers: Sequence[Answer]) -> list[Answer]:
    """The answers of the next batch: all that are being written, and the first that is in prefill."""
    writing = [answer for answer in answers if not answer.is_prefilling]
    return writing + [answer for answer in answers if answer.is_prefilling][:1]


def alternate(answers: Sequence[Answer], last: Answer | None) -> list[Answer]:
    """Of `answers_to_batch`, the one in prefill alone, unless it was `last`, then those that are being written.

    For a model that cannot roll back a batch of several: such a batch is not interrupted, so it must be short.
    """
    prefilling = [answer for answer in answers if answer.is_prefilling and answer is not last]
    return prefilling or [answer for answer in answers if not answer.is_prefilling] or list(answers)


_NAME = "llama.cpp"
_MOST_WAITING = 16  # requests
_IDLE_SECONDS = 0.25  # from the last answer until idle chats are copied: a next question often comes at once
_AWAY_SECONDS = 30.0  # until the copies go to disk: an earlier stage of a chat is not worth its hundred megabytes


class LlamaWorker:
    """Owns a model and its context, on a thread of its own: nothing else calls into the context.

    Methods for other threads only change `_waiting` or a request, under the lock, and wake the worker up. `died`: a bug
    ended it. `steps`: batches computed so far.
    """

    def __init__(
        self,
        model: LlamaModel,
        context: LlamaContext,
        sequences: SequencePool,
        settings: LlamaSettings,
        tuning: Tuning,
        window: int,
    ) -> None:
        self.died, self.steps = False, 0
        self._model, self._context, self._sequences = model, context, sequences
        self._parallel, self._chunk_tokens, self._window = settings.parallel_chats, tuning.batch_tokens, window
        self._drafts = DraftPolicy() if settings.drafting and context.can_remove_tail else None
        self._changed = Condition()
        self._waiting: list[LlamaRequest] = []
        self._answers: list[Answer] = []
        self._deletions: list[tuple[DeletedTexts, Event]] = []
        self._last: Answer | None = None  # was computed in the last batch
        self._closed = self._ended = self._no_room = False
        self._thread = Thread(target=self._run, name="llama.cpp", daemon=True)
        self._thread.start()

    def submit(self, request: LlamaRequest) -> None:
        """Queue a request; a closed worker ends it at once. A question interrupts prefills that do not serve it.

        Raises EngineBusy, EngineDied.
        """
        with self._changed:
            if self.died:
                raise EngineDied(_NAME, restarts=False)
            if self._closed or request.stopped:
                return request.end()
            if len(self._waiting) >= _MOST_WAITING:
                raise EngineBusy(len(self._waiting))
            if not request.ahead:
                for prefill in [waiting for waiting in self._waiting if waiting.ahead]:
                    self._waiting.remove(prefill)
                    prefill.end()
                for answer in [answer for answer in self._answers if answer.request.ahead]:
                    answer.request.stopped = True
                    if not answer.serves(request, self._chunk_tokens):
                        self._context.stop.set()
            self._waiting.append(request)
            self._changed.notify()

    def stop(self, request: LlamaRequest) -> None:
        """End a request soon: within one node of the compute graph, where the batch can be rolled back."""
        with self._changed:
            request.stopped = True
            if request in self._waiting:
                self._waiting.remove(request)
                self._no_room = False
                request.end()
            elif not request.ended and any(answer.request is request for answer in self._answers):
                self._context.stop.set()

    def delete(self, texts: DeletedTexts) -> None:
        """Delete the chats that contain one of the texts, in memory; returns when none is on its way to the disk.

        One that is being answered goes when its answer ends.
        """
        done = Event()
        with self._changed:
            if self._ended:
                return
            self._deletions.append((texts, done))
            self._changed.notify()
        done.wait()

    def close(self) -> None:
        """End everything and free the memory. Any number of times."""
        with self._changed:
            self._closed = True
            self._context.stop.set()
            self._changed.notify()
        if current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._wait():
                while self._deletions:
                    texts, done = self._deletions[0]
                    self._sequences.delete(texts, done.set)
                    with self._changed:
                        del self._deletions[0]
                for answer in [answer for answer in self._answers if answer.request.stopped]:
                    self._end(answer)
                self._admit()
                self._step()
        except Exception as error:  # the thread's boundary: a bug ends the answers, not the program
            logging.getLogger("carrel").exception("the llama.cpp worker failed")
            self._die(error)
        finally:
            try:
                self._end_all()
                self._sequences.close()
            finally:
                self._context.close()
                self._model.close()
                with self._changed:  # nothing is in memory now
                    self._ended = True
                    for _, done in self._deletions:
                        done.set()

    def _die(self, error: Exception) -> None:
        died = EngineDied(_NAME, restarts=False)
        died.__cause__ = error
        with self._changed:
            self.died = True
            ending = [*self._waiting, *(answer.request for answer in self._answers)]
        for request in ending:
            request.end(failure=died)
        self._sequences.reset()

    def _wait(self) -> bool:
        """Sleep while there is no work; False once closed. After a while without any, idle tasks are done."""
        idle_tasks = iter(
            (
                (0.0, self._context.release_threads),
                (_IDLE_SECONDS, self._sequences.park_idle),
                (0.0, self._sequences.prefetch),
                (_AWAY_SECONDS, self._sequences.persist),
            )
        )
        while True:
            seconds, task = next(idle_tasks, (None, None))
            with self._changed:
                if self._changed.wait_for(
                    lambda: self._closed or bool(self._waiting or self._answers or self._deletions), seconds
                ):
                    if not self._closed:
                        self._context.stop.clear()
                    return not self._closed
            if task:
                task()

    def _admit(self) -> None:
        """Begin to answer the requests that wait, as far as sequences and memory allow."""
        while len(self._answers) < self._parallel and not self._no_room:
            with self._changed:
                request = next_request(self._waiting, self._answers)
            taken = self._sequences.acquire(request) if request else None
            if request is None or taken is None:
                self._no_room = request is not None  # until something has ended
                return
            sequence, plan = taken
            with self._changed:
                if request in self._waiting:
                    self._waiting.remove(request)
                    answer = Answer(request, sequence, plan, self._model, self._context, window=self._window)
                    self._answers.append(answer)
                    continue
            self._sequences.release(sequence, request)  # it was stopped meanwhile

    def _step(self) -> None:
        """Decode one batch, and advance its answers."""
        computing = answers_to_batch(self._answers)
        if not self._context.can_remove_tail:
            computing = alternate(computing, self._last)
            self._last = computing[0] if computing else None
        drafts = self._drafts if len(computing) == 1 else None  # several chats fill a batch without drafts
        slices = [answer.next_slice(self._chunk_tokens, drafts) for answer in computing]
        if not slices:
            return
        self.steps += 1
        try:
            done = self._context.decode(slices)
        except GenerationFailed as error:
            self._sequences.reset()
            for answer in tuple(self._answers):
                answer.request.end(failure=error)
                self._end(answer)
            return
        if not done:
            return self._sequences.roll_back()
        last = -1
        for answer, computed in zip(computing, slices, strict=True):
            last += len(computed.tokens)
            try:
                goes_on = answer.advance(computed, last)
            except AppError as error:
                answer.request.end(failure=error)
                goes_on = False
            if answer.is_at_checkpoint:
                self._sequences.checkpoint(answer.sequence)
            if not goes_on:
                self._end(answer)

    def _end(self, answer: Answer) -> None:
        with self._changed:
            self._answers.remove(answer)
            self._no_room = False
        self._sequences.release(answer.sequence, answer.request)
        answer.close()

    def _end_all(self) -> None:
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, []
        for request in waiting:
            request.end()
        for answer in tuple(self._answers):
            self._end(answer)
