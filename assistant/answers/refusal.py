"""The answer to a question on a topic that the persona refuses: its message, and no model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from assistant.guards import GuardNote
from assistant.values import Finish, Grounds, PromptContext, Wrote
from engines import Usage
from knowledge import Passage, WholeReading


class RefusalWriter:
    """Writes the persona's message; see `Writer`."""

    engine, model, route, lease = "persona", "", "", staticmethod(nullcontext)
    finish: Finish = "end"
    usage, count = Usage(), None
    window_tokens, times = 0, ()

    def __init__(self, topic: str, message: str) -> None:
        self._message = message
        self.notes: tuple[GuardNote, ...] = (
            GuardNote("topics", f"The persona does not answer questions on “{topic}”."),
        )

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """Nothing is read."""
        return PromptContext()

    def write(self, question: str, context: PromptContext) -> Iterator[Wrote]:
        """Stream the message."""
        yield Wrote(self._message)

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """Nothing: it states nothing."""
        return Grounds()

    def stop(self) -> None:
        """Do nothing: the message is short."""
