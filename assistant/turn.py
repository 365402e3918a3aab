"""One turn: question → retrieve → read whole → fit to budget → prompt → generate → check citations → save."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from assistant.answers.writer import Writer
from assistant.reading.sources import InterruptedWait, result_unless, search_text
from assistant.values import Answered, Finish, Material, Retrieved, Turn, TurnEvent, Wrote
from knowledge.passage import Retrieval
from knowledge.whole.whole import WholeReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, of whom, and after which turns. `history`: from the first turn to the one it follows."""

    text: str
    persona_id: str
    conversation_id: str
    history: Sequence[Turn] = ()

    @property
    def parent_id(self) -> str | None:
        """The turn that this one follows."""
        return self.history[-1].id if self.history else None


class Sources(Protocol):
    """Where a turn reads. Both calls return at once; their work is done on a worker."""

    def search(self, text: str) -> Future[Retrieval]:
        """The best passages for a text."""
        ...

    def read_whole(self, question: str, context: str, found: Retrieval) -> Future[WholeReading | None]:
        """The documents that a question is about as a whole; `context`: the text that was searched for."""
        ...

    def answering(self) -> AbstractContextManager[None]:
        """While the block runs, whatever works in the background gives way."""
        ...


class RunningTurn:
    """A turn to iterate once: Retrieved, Wrote …, Answered. Nothing happens before the iteration begins.

    Expected failures raise AppError; what had been written by then is saved as stopped.
    """

    def __init__(
        self,
        question: Question,
        sources: Sources,
        writer: Writer,
        save: Callable[[Turn], None],
    ) -> None:
        self._question, self._sources, self._writer, self._save = question, sources, writer, save
        self._stopped = Event()
        self._material = Material()
        self._answer = ""
        self._timings_ms: dict[str, float] = {"retrieve": 0.0, "rerank": 0.0, "prefill": 0.0, "first_token": 0.0}
        self._began = 0.0

    def __iter__(self) -> Iterator[TurnEvent]:
        """Run the turn."""
        self._began = time.perf_counter()
        asked = self._question.text
        try:
            with self._sources.answering(), self._writer.held():
                found, whole = self._read(asked)
                self._material = self._writer.fit(asked, found.passages, whole)
                yield Retrieved(self._material.passages, found.timings_ms, self._material.read_whole)
                yield from self._write(asked)
        except InterruptedWait:
            pass
        except BaseException:
            if self._answer:
                self._keep("stopped")
            raise
        yield Answered(self._keep("stopped" if self._stopped.is_set() else self._writer.finish))

    def stop(self) -> None:
        """End the turn within 100 ms; what was written is saved as stopped. Any thread, any number of times."""
        self._stopped.set()
        self._writer.stop()

    def _read(self, asked: str) -> tuple[Retrieval, WholeReading | None]:
        context = search_text(asked, self._question.history)
        found = result_unless(self._stopped, self._sources.search(context))
        stages = {name: ms for name, ms in found.timings_ms.items() if name != "total"}
        self._timings_ms |= {**stages, "retrieve": self._elapsed_ms()}
        whole = result_unless(self._stopped, self._sources.read_whole(asked, context, found))
        self._timings_ms["whole"] = self._elapsed_ms() - self._timings_ms["retrieve"]
        return found, whole

    def _write(self, asked: str) -> Iterator[Wrote]:
        for text in self._writer.write(asked, self._material):
            if self._stopped.is_set():
                return
            if not self._answer:
                self._timings_ms["first_token"] = self._elapsed_ms()
            self._answer += text
            yield Wrote(text)

    def _keep(self, finish: Finish) -> Turn:
        usage = self._writer.usage
        turn = Turn(
            id=uuid.uuid4().hex,
            conversation_id=self._question.conversation_id,
            parent_id=self._question.parent_id,
            persona_id=self._question.persona_id,
            question=self._question.text,
            answer=self._answer,
            passages=self._material.passages,
            read_whole=self._material.read_whole,
            citations=self._writer.citations(self._answer, self._material.passages),
            engine=self._writer.engine,
            model=self._writer.model,
            route=self._writer.route,
            finish=finish,
            usage=usage,
            created_at=time.time(),
            timings_ms={**self._timings_ms, "prefill": usage.prefill_seconds * 1000, "total": self._elapsed_ms()},
        )
        self._save(turn)
        return turn

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._began) * 1000
