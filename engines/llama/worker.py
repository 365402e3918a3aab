"""The one thread that computes: takes requests, puts their tokens into common batches, hands out what they write."""

import logging
from collections.abc import Sequence
from threading import Condition, Event, Thread, current_thread

from engines.engine_settings import LlamaSettings, Tuning
from engines.failures import EngineBusy, EngineDied, GenerationFailed
from engines.llama.answer import Answer
from engines.llama.context import LlamaContext
from engines.llama.drafting import DraftEconomy
from engines.llama.kv.prefix import Forgotten
from engines.llama.kv.sequences import Sequences
from engines.llama.model import LlamaModel
from engines.llama.request import Request
from errors import AppError


def first_to_serve(waiting: Sequence[Request], answers: Sequence[Answer]) -> Request | None:
    """The request that came first, those that only read ahead last; these run alone, as they must delay no answer."""
    asked = [request for request in waiting if not request.ahead]
    if asked:
        return asked[0]
    return waiting[0] if waiting and not answers else None


def next_answers(answers: Sequence[Answer]) -> list[Answer]:
    """Whose tokens make the next batch: every answer that is being written, and the first that still reads."""
    writing = [answer for answer in answers if not answer.is_reading]
    return writing + [answer for answer in answers if answer.is_reading][:1]


def in_turns(answers: Sequence[Answer], last: Answer | None) -> list[Answer]:
    """Of `next_answers` the one that reads alone, unless it was `last`, then those that write.

    For a model that cannot take back what a batch of several computes: such a batch is not interrupted, so it is short.
    """
    reading = [answer for answer in answers if answer.is_reading and answer is not last]
    return reading or [answer for answer in answers if not answer.is_reading] or list(answers)


_NAME = "llama.cpp"
_MOST_WAITING = 16  # requests
_IDLE_SECONDS = 0.25  # from the last answer on, until idle chats are copied: a next question often comes at once
_AWAY_SECONDS = 30.0  # until the copies go to disk: an earlier stage of a chat is not worth its hundred megabytes


class LlamaWorker:
    """Owns a model and its memory, on a thread of its own: nothing else calls into the context.

    Everything here that another thread may call only changes `_waiting` or a request, under the lock, and wakes it up.
    `died`: a mistake ended it; `restarts`: another one is to follow then.
    """

    def __init__(
        self,
        model: LlamaModel,
        context: LlamaContext,
        sequences: Sequences,
        settings: LlamaSettings,
        tuning: Tuning,
        window: int,
        *,
        restarts: bool,
    ) -> None:
        """`restarts`: another worker follows if this one dies, even before it has answered anything."""
        self.died, self.restarts = False, restarts
        self._model, self._context, self._sequences = model, context, sequences
        self._parallel, self._chunk_tokens, self._window = settings.parallel_chats, tuning.batch_tokens, window
        self._drafts = DraftEconomy() if settings.drafting and context.can_undo else None
        self._changed = Condition()
        self._waiting: list[Request] = []
        self._answers: list[Answer] = []
        self._forgetting: list[tuple[Forgotten, Event]] = []
        self._last: Answer | None = None  # was computed in the last batch
        self._closed = self._ended = self._no_room = False
        self._thread = Thread(target=self._run, name="llama.cpp", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Let the request be answered when its turn comes; a closed worker ends it at once.

        Raises EngineBusy, EngineDied.
        """
        with self._changed:
            if self.died:
                raise EngineDied(_NAME, restarts=self.restarts)
            if self._closed or request.stopped:
                return request.end()
            if len(self._waiting) >= _MOST_WAITING:
                raise EngineBusy(len(self._waiting))
            self._waiting.append(request)
            if not request.ahead:
                self._stop_reading_ahead(request)
            self._changed.notify()

    def stop(self, request: Request) -> None:
        """End it soon: within one node of the computation's graph, where that can be taken back."""
        with self._changed:
            request.stopped = True
            if request in self._waiting:
                self._waiting.remove(request)
                self._no_room = False
                request.end()
            elif not request.ended and any(answer.request is request for answer in self._answers):
                self._context.stop.set()

    def forget(self, forgotten: Forgotten) -> None:
        """Returns when no chat that is to be forgotten is in memory or on its way to the disk.

        One that is being answered goes when its answer ends.
        """
        done = Event()
        with self._changed:
            if self._ended:
                return
            self._forgetting.append((forgotten, done))
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

    def _stop_reading_ahead(self, asked: Request) -> None:
        for request in [request for request in self._waiting if request.ahead]:
            self._waiting.remove(request)
            request.end()
        for answer in self._answers:
            if answer.request.ahead:
                answer.request.stopped = True
                if not answer.serves(asked, self._chunk_tokens):
                    self._context.stop.set()

    def _run(self) -> None:
        try:
            while self._wait():
                self._forget()
                self._end_stopped()
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
                self._forgot_all()

    def _die(self, error: Exception) -> None:
        died = EngineDied(_NAME, restarts=self.restarts)
        died.__cause__ = error
        with self._changed:
            self.died = True
            ending = [*self._waiting, *(answer.request for answer in self._answers)]
        for request in ending:
            request.end(failure=died)
        self._sequences.forget()

    def _wait(self) -> bool:
        """Sleep while nothing is asked; False once closed. What can wait is done when nothing was asked for a while."""
        chores = iter(
            (
                (0.0, self._context.rest),
                (_IDLE_SECONDS, self._sequences.save),
                (0.0, self._sequences.begin_fetch),
                (_AWAY_SECONDS, self._sequences.keep),
            )
        )
        while True:
            seconds, chore = next(chores, (None, None))
            with self._changed:
                if self._changed.wait_for(self._has_work, seconds):
                    if not self._closed:
                        self._context.stop.clear()
                    return not self._closed
            if chore:
                chore()

    def _has_work(self) -> bool:
        return self._closed or bool(self._waiting or self._answers or self._forgetting)

    def _forget(self) -> None:
        while self._forgetting:
            forgotten, done = self._forgetting[0]
            self._sequences.let_go(forgotten, done.set)
            with self._changed:
                del self._forgetting[0]

    def _forgot_all(self) -> None:
        """Nothing is in memory now."""
        with self._changed:
            self._ended = True
            for _, done in self._forgetting:
                done.set()

    def _end_stopped(self) -> None:
        for answer in [answer for answer in self._answers if answer.request.stopped]:
            self._end(answer)

    def _admit(self) -> None:
        while len(self._answers) < self._parallel and not self._no_room:
            with self._changed:
                request = first_to_serve(self._waiting, self._answers)
            taken = self._sequences.take(request) if request else None
            if request is None or taken is None:
                self._no_room = request is not None  # to be asked again only when something has ended
                return
            sequence, plan = taken
            with self._changed:
                if request in self._waiting:
                    self._waiting.remove(request)
                    answer = Answer(request, sequence, plan, self._model, self._context, window=self._window)
                    self._answers.append(answer)
                    continue
            self._sequences.give_back(sequence, request)  # it was stopped meanwhile

    def _step(self) -> None:
        computing = next_answers(self._answers)
        if not self._context.can_undo:
            computing = in_turns(computing, self._last)
            self._last = computing[0] if computing else None
        drafts = self._drafts if len(computing) == 1 else None  # several chats fill a batch without drafts
        parts = [answer.next_part(self._chunk_tokens, drafts) for answer in computing]
        if not parts:
            return
        try:
            done = self._context.compute(parts)
        except GenerationFailed as error:
            return self._fail(error)
        if not done:
            return self._sequences.roll_back()
        last = -1
        for answer, part in zip(computing, parts, strict=True):
            last += len(part.tokens)
            try:
                goes_on = answer.computed(part, last)
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
        self._sequences.give_back(answer.sequence, answer.request)
        answer.close()
        self.restarts |= answer.request.finish != "stopped"

    def _fail(self, error: Exception) -> None:
        self._sequences.forget()
        for answer in tuple(self._answers):
            answer.request.end(failure=error)
            self._end(answer)

    def _end_all(self) -> None:
        with self._changed:
            self._closed = True
            waiting, self._waiting = self._waiting, []
        for request in waiting:
            request.end()
        for answer in tuple(self._answers):
            self._end(answer)
