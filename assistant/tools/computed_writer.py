"""The answer that a tool computes, without a model; where reasons are asked for too, with quotations below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answers.quoted import NO_PAGES, OwnPages
from assistant.answers.quotes import Meanings, no_meanings
from assistant.answers.writer import QuotesWriter
from assistant.tools.tool_use import ToolUse
from assistant.values import Finish, PromptContext, Turn, Wrote
from knowledge import Passage, StageTime, Stopwatch, WholeReading

_ORIGIN = re.compile(r"^(?:Computed by|Not computed:) .*$", re.MULTILINE)


class ComputedWriter(QuotesWriter):
    """Answers with a tool's result. `compute`: it, when the turn runs; `explains`: quotations stand below it."""

    engine = "tools"

    def __init__(
        self,
        name: str,
        compute: Callable[[], ToolUse],
        *,
        explains: bool,
        meanings: Meanings = no_meanings,
        pages: OwnPages = NO_PAGES,
    ) -> None:
        super().__init__(f"computed by {name}", meanings, pages)
        self._compute, self.explains, self._watch = compute, explains, Stopwatch()

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """The result, and the passages to quote. Raises the tool's AppErrors for what is wrong on this machine."""
        context = super().fit(question, passages, whole) if self.explains else PromptContext()
        with self._watch.stage("tool"):
            return replace(context, tools=(self._compute(),))

    def write(self, question: str, context: PromptContext) -> Iterator[Wrote]:
        """Stream the result, then the quotations, if there are any."""
        yield from (Wrote(use.markdown) for use in context.tools)
        if self.explains and context.passages:
            yield Wrote("\n\n")
            yield from super().write(question, context)

    @property
    def times(self) -> tuple[StageTime, ...]:
        """That of the tool."""
        return self._watch.times

    @property
    def finish(self) -> Finish:
        """`computed`."""
        return "stopped" if self._stopped.is_set() else "computed"


def recomputed(turn: Turn, use: ToolUse) -> Turn:
    """The turn with this result in the place of the one that begins its answer."""
    origin = _ORIGIN.search(turn.answer)
    rest = turn.answer[origin.end() :] if origin else ""
    return replace(turn, answer=use.markdown + rest, tools=(use, *turn.tools[1:]))
