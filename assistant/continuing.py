"""Continuing an answer that was cut at its length limit: the same turn, its text longer and its citations new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event

from assistant.answers.writer import SERVER, ModelWriter
from assistant.guards import Rails
from assistant.values import Answered, Finish, Thought, Turn, TurnEvent, Wrote
from engines import PromptTooLong, Usage
from errors import AppError


class ContinuedTurn:
    """A turn to iterate once: Wrote …, Answered with the whole turn. Expected failures raise AppError."""

    def __init__(self, turn: Turn, writer: ModelWriter, save: Callable[[Turn], None], rails: Rails) -> None:
        self._turn, self._writer, self._save, self._rails = turn, writer, save, rails
        self._answer = turn.answer
        self._stopped = Event()
        self._began = 0.0

    def __iter__(self) -> Iterator[TurnEvent]:
        """Write on."""
        self._began = time.perf_counter()
        try:
            with self._writer.lease():
                for written in self._writer.write_on(self._turn):
                    if self._stopped.is_set():
                        break
                    if isinstance(written, Thought):
                        continue
                    text = self._joined(written.text)
                    self._answer += text
                    yield Wrote(text)
        except PromptTooLong as error:
            hint = "Ask for the rest in a new question, or set a larger window: context_tokens under [model]."
            raise AppError("The model's window is full: this answer cannot go on", hint) from error
        except BaseException:
            if self._answer != self._turn.answer:
                self._finish("stopped")
            raise
        yield Answered(self._finish("stopped" if self._stopped.is_set() else self._writer.finish))

    def stop(self) -> None:
        """End the turn within 100 ms and save what was written. Any thread, any number of times."""
        self._stopped.set()
        self._writer.stop()

    @property
    def usage(self) -> Usage:
        """The engine's counts so far."""
        return self._writer.usage

    def _joined(self, text: str) -> str:
        """The text, after a space where a server's new message would run into the last word."""
        begins = self._answer == self._turn.answer and self._writer.engine == SERVER
        return f" {text}" if begins and self._answer[-1:].isalnum() and text[:1].isalnum() else text

    def _finish(self, finish: Finish) -> Turn:
        before, passages = self._turn, self._turn.passages
        given = [before.question, *(passage.text for passage in passages)]
        grounds = self._writer.check(before.question, self._answer, before.context)
        of_answer = {note.layer for note in self._rails.of_answer(before.answer, given)}
        turn = replace(
            before,
            answer=self._answer,
            answer_key="",
            citations=grounds.citations,
            claims=grounds.claims,
            engine=self._writer.engine,
            model=self._writer.model,
            finish=finish,
            usage=_added(before.usage, self._writer.usage),
            guards=(
                *(note for note in before.guards if note.layer not in of_answer),
                *self._rails.of_answer(self._answer, given),
            ),
            timings_ms={
                **before.timings_ms,
                "total": before.timings_ms.get("total", 0.0) + (time.perf_counter() - self._began) * 1000,
            },
        )
        self._save(turn)
        return turn


def _added(before: Usage, more: Usage) -> Usage:
    """What the whole answer took: the tokens and seconds of both; the first token is that of the beginning."""
    return replace(
        before,
        output_tokens=before.output_tokens + more.output_tokens,
        decode_seconds=before.decode_seconds + more.first_token_seconds + more.decode_seconds,
    )
