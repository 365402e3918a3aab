"""One turn: question → rewrite → retrieve → rerank → fit to budget → prompt → generate → check citations → save."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Event
from typing import Protocol

from assistant.answers.writer import Writer
from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.guards import GuardNote, Rails
from assistant.reading.retrieval import WaitStopped, in_context, wait_unless_stopped
from assistant.traces.trace import Trace, TraceCounts, span_tree
from assistant.values import (
    Answered,
    Finish,
    Looked,
    PromptContext,
    Retrieved,
    Saved,
    Thought,
    Turn,
    TurnEvent,
    Written,
    Wrote,
)
from engines import Usage
from knowledge import Passage, Retrieval, Stopwatch, UnreadFiles, WholeReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to a persona. `history`: the turns before it, from the first to the one that it follows.

    `answer_key`: a digest of all that its answer depends on; "": the answer may be another one next time. `is_reread`:
    it is asked again, as files were unread the first time. `reach`: the files to answer it from.
    """

    text: str
    persona_id: str
    conversation_id: str
    history: Sequence[Turn] = ()
    answer_key: str = ""
    is_reread: bool = False
    reach: Reach = ALL_FOLDERS

    @property
    def parent_id(self) -> str | None:
        """The turn that this one follows."""
        return self.history[-1].id if self.history else None


class SourceReader(Protocol):
    """Finds and reads the person's files for a turn. Its calls return at once; workers do the reading."""

    def search(self, question: str, understood: str) -> Future[Retrieval]:
        """Retrieve the best passages for a question, reranked. `understood`: it in its context; "": it stands alone."""
        ...

    def read_whole(self, question: str, query: str, found: Retrieval) -> Future[WholeReading | None]:
        """Read the documents that a question asks about as a whole; None where it asks about none."""
        ...

    def inspect(self, texts: Sequence[str], rails: Rails) -> Future[tuple[GuardNote, ...]]:
        """Look for orders to the model in the passages, while it reads them."""
        ...

    def answering(self) -> AbstractContextManager[None]:
        """Pause background work while the block runs."""
        ...


class RunningTurn:
    """A turn to iterate once: Retrieved, Thought, Wrote and Looked …, Answered. Nothing happens before that begins.

    Expected failures raise AppError; whatever was written by then is saved as stopped.
    """

    def __init__(
        self,
        question: Question,
        sources: SourceReader,
        writer: Writer,
        save: Callable[[Turn], None],
        rails: Rails | None = None,
        measure: Callable[[Sequence[Passage]], Saved | None] = lambda passages: None,
        count_unread: Callable[[], UnreadFiles] = UnreadFiles,
        keep_trace: Callable[[Trace], None] = lambda trace: None,
    ) -> None:
        """`measure`: compares the passages with their documents. `count_unread`: of the files to be searched.

        `keep_trace`: told where the time went, at the end.
        """
        self._question, self._sources, self._writer, self._save = question, sources, writer, save
        self._rails, self._measure, self._count_unread = rails or Rails(), measure, count_unread
        self._saved: Saved | None = None
        self._inspected: Future[tuple[GuardNote, ...]] | None = None
        self._stopped = Event()
        self._context = PromptContext()
        self._answer = self._reranked = self._thoughts = ""
        self._clock, self._watch, self._keep_trace = _ThoughtClock(), Stopwatch(), keep_trace
        self._id, self._search_cached = uuid.uuid4().hex, False
        self._timings_ms: dict[str, float] = {"retrieve": 0.0, "rerank": 0.0, "prefill": 0.0, "first_token": 0.0}
        self._began = 0.0

    def __iter__(self) -> Iterator[TurnEvent]:
        """Run the turn."""
        self._began = time.perf_counter()
        question, sources, writer = self._question.text, self._sources, self._writer
        try:
            with sources.answering(), writer.lease():
                with self._watch.stage("unread"):  # before the search: a file read meanwhile may come too late for it
                    unread = self._count_unread()
                understood = in_context(question, self._question.history)
                with self._watch.stage("retrieve"):
                    found = wait_unless_stopped(self._stopped, sources.search(question, understood))  # and reranks
                self._watch.add(*found.times)
                self._search_cached = found.cached
                stages = {name: ms for name, ms in found.timings_ms.items() if name != "total"}
                self._reranked, query = found.reranked, found.searched_for or question
                self._timings_ms |= {**stages, "retrieve": self._elapsed_ms()}
                with self._watch.stage("whole"):
                    whole = wait_unless_stopped(self._stopped, sources.read_whole(question, query, found))
                self._timings_ms["whole"] = self._elapsed_ms() - self._timings_ms["retrieve"]
                with self._watch.stage("fit"):
                    fitting = writer.fit(question, found.passages, whole)
                self._context = replace(fitting, searched_for=found.searched_for, unread=unread)
                self._inspect()
                yield Retrieved(
                    self._context.passages,
                    found.timings_ms,
                    self._context.read_whole,
                    found.reranked,
                    found.searched_for,
                )
                yield from self._write()
                if not self._stopped.is_set():
                    with self._watch.stage("saved"):
                        self._saved = self._measure(self._context.passages)
        except WaitStopped:
            pass
        except BaseException as error:
            ended = "stopped" if isinstance(error, GeneratorExit) else "failed"
            if self._answer:
                self._finish("stopped", ended)
            else:
                self._trace(ended)
            raise
        finish = "length" if self._is_full else writer.finish
        yield Answered(self._finish("stopped" if self._stopped.is_set() else finish))

    def _write(self) -> Iterator[TurnEvent]:
        """Have the writer build the prompt and generate."""
        with self._watch.stage("write"):
            for written in self._writer.write(self._question.text, self._context):
                if self._stopped.is_set():
                    break
                yield self._take(written)
                if self._is_full:
                    self._writer.stop()
                    break

    def stop(self) -> None:
        """End the turn within 100 ms and save what was written as stopped. Any thread, any number of times."""
        self._stopped.set()
        self._writer.stop()

    def _inspect(self) -> None:
        """Look for orders to the model in all passages."""
        texts = [passage.text for passage in self._context.passages]
        self._inspected = self._sources.inspect(texts, self._rails)

    @property
    def usage(self) -> Usage:
        """The writer's counts so far."""
        return self._writer.usage

    def _take(self, written: Written | Looked) -> Written | Looked:
        """Add to the answer, the thoughts or what is read; returns what is to be shown."""
        if isinstance(written, Looked):
            self._context = replace(written.context, unread=self._context.unread)
            self._inspect()
            return written
        if not self._answer and not self._thoughts:
            self._timings_ms["first_token"] = self._elapsed_ms()
        self._clock.note(written)
        if isinstance(written, Wrote):
            text = self._cut(written.text)
            self._answer += text
            return Wrote(text)
        if written.recasts:
            self._thoughts, self._answer = self._thoughts + self._answer, ""
        self._thoughts += written.text
        return written

    def _finish(self, finish: Finish, traced: str = "") -> Turn:
        """Check the citations and save the turn. `traced`: what its trace says, if not `finish`."""
        usage = self._writer.usage
        with self._watch.stage("verdicts"):
            grounds = self._writer.check(self._question.text, self._answer, self._context)
        with self._watch.stage("guards"):
            notes = self._notes()
        turn = Turn(
            id=self._id,
            conversation_id=self._question.conversation_id,
            parent_id=self._question.parent_id,
            persona_id=self._question.persona_id,
            question=self._question.text,
            answer=self._answer,
            passages=self._context.passages,
            read_whole=self._context.read_whole,
            citations=grounds.citations,
            claims=grounds.claims,
            engine=self._writer.engine,
            model=self._writer.model,
            route=self._writer.route,
            guards=notes,
            reranked=self._reranked,
            searched_for=self._context.searched_for,
            thoughts=self._thoughts.strip(),
            thought_seconds=self._clock.seconds,
            saved=self._saved,
            steps=self._context.steps,
            answer_key=self._question.answer_key if finish in ("end", "length") and not self._context.unread else "",
            unread=self._context.unread,
            reach=self._question.reach,
            tools=self._context.tools,
            is_reread=self._question.is_reread,
            finish=finish,
            usage=usage,
            created_at=time.time(),
            timings_ms={**self._timings_ms, "prefill": usage.prefill_seconds * 1000, "total": self._elapsed_ms()},
        )
        with self._watch.stage("save"):
            self._save(turn)
        self._trace(traced or finish)
        return turn

    def _trace(self, finish: str) -> None:
        """Tell where the time went."""
        usage, passages, writer = self._writer.usage, self._context.passages, self._writer
        ended = time.perf_counter()
        self._keep_trace(
            Trace(
                id=self._id,
                conversation_id=self._question.conversation_id,
                persona_id=self._question.persona_id,
                engine=writer.engine,
                model=writer.model,
                finish=finish,
                asked_at=time.time() - (ended - self._began),
                root=span_tree((*self._watch.times, *writer.times), self._began, ended),
                counts=TraceCounts(
                    prompt_tokens=usage.prompt_tokens,
                    reused_tokens=usage.reused_tokens,
                    output_tokens=usage.output_tokens,
                    window_tokens=writer.window_tokens,
                    passages=len(passages),
                    documents=len({passage.path for passage in passages}),
                    steps=len(self._context.steps),
                    search_cached=self._search_cached,
                ),
                decode_seconds=usage.decode_seconds,
            )
        )

    def _notes(self) -> tuple[GuardNote, ...]:
        """What the guard rails found in the question, the passages and the answer."""
        given = [self._question.text, *(passage.text for passage in self._context.passages)]
        return (
            *self._writer.notes,
            *self._rails.of_question(self._question.text),
            *self._of_sources(),
            *self._rails.of_answer(self._answer, given),
        )

    def _of_sources(self) -> tuple[GuardNote, ...]:
        try:
            return self._inspected.result() if self._inspected else ()
        except CancelledError:  # the program ends
            return ()

    def _cut(self, text: str) -> str:
        limit = self._rails.answer_characters
        return text[: limit - len(self._answer)] if limit else text

    @property
    def _is_full(self) -> bool:
        return 0 < self._rails.answer_characters <= len(self._answer)

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._began) * 1000


class _ThoughtClock:
    """Measures the seconds spent on thoughts: from each first piece to the answer's next, or to now."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._first: float | None = None
        self._since: float | None = None

    def note(self, written: Written) -> None:
        """Note a piece when it comes."""
        now = time.perf_counter()
        self._first = self._first or now
        if isinstance(written, Thought):
            self._since = self._since or (self._first if written.recasts else now)
        elif self._since is not None:
            self._spent, self._since = self._spent + now - self._since, None

    @property
    def seconds(self) -> float:
        """So far."""
        return self._spent + (time.perf_counter() - self._since if self._since is not None else 0.0)
