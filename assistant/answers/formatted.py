"""A model's answer in a format: written whole, checked, and asked for once more where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from assistant import guards
from assistant.answers.writer import ModelWriter
from assistant.guards import GuardNote
from assistant.values import Finish, Grounds, PromptContext, Thought, Written, Wrote
from engines import Usage
from knowledge import Passage, StageTime, WholeReading


class FormattedWriter:
    """Has a model write in a format; see `Writer`."""

    def __init__(self, writer: ModelWriter, wanted: guards.AnswerFormat) -> None:
        self._writer, self._wanted = writer, wanted
        self.engine, self.model, self.route, self.lease = writer.engine, writer.model, writer.route, writer.lease
        self.notes: tuple[GuardNote, ...] = ()
        self._stopped = False

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """The writer's own."""
        return self._writer.fit(f"{question}\n\n{self._wanted.request}", passages, whole)

    def write(self, question: str, context: PromptContext) -> Iterator[Written]:
        """The answer in one piece: the first that follows the format, else the second."""
        asked = f"{question}\n\n{self._wanted.request}"
        answer = yield from self._attempt(asked, context)
        problem = self._wanted.problem(answer)
        if problem and not self._stopped:
            self.notes = (GuardNote("format", f"The first answer was asked for again: {problem}."),)
            answer = yield from self._attempt(f"{asked}\n\nAn earlier answer was wrong: {problem}.", context)
            if problem := self._wanted.problem(answer):
                self.notes += (GuardNote("format", f"The answer does not follow the format: {problem}."),)
        yield Wrote(guards.bare_json(answer))

    def _attempt(self, asked: str, context: PromptContext) -> Generator[Thought, None, str]:
        """Stream the thoughts; returns the answer."""
        answer = ""
        for written in self._writer.write(asked, context):
            if isinstance(written, Wrote):
                answer += written.text
                continue
            if isinstance(written, Thought):
                earlier, answer = (answer, "") if written.recasts else ("", answer)
                yield Thought(earlier + written.text)
        return answer

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """The writer's citations; values in a format are no sentences to judge."""
        return Grounds(self._writer.check(question, answer, context).citations)

    def stop(self) -> None:
        """Stop the model."""
        self._stopped = True
        self._writer.stop()

    @property
    def count(self) -> Callable[[str], int] | None:
        """The writer's own."""
        return self._writer.count

    @property
    def window_tokens(self) -> int:
        """The engine's."""
        return self._writer.window_tokens

    @property
    def times(self) -> tuple[StageTime, ...]:
        """Those of both attempts."""
        return self._writer.times

    @property
    def usage(self) -> Usage:
        """The engine's counts of the last attempt."""
        return self._writer.usage

    @property
    def finish(self) -> Finish:
        """The engine's reason."""
        return self._writer.finish
